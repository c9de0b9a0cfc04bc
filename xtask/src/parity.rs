//! `cargo xtask parity`: the same children through the engine of the server and through the
//! WebAssembly that phones get, every reply compared.

use crate::Result;
use crate::shell::{cargo, command, run, target_dir};
use crate::wasm;
use std::process::{Command, Stdio};

/// Children that are compared unless told otherwise; the test run takes this many.
pub const FEW: u64 = 1_000;

pub fn run_command(arguments: &[String]) -> Result {
    let children = match arguments {
        [] => FEW,
        [flag, number] if flag == "--children" => number
            .parse()
            .map_err(|_| format!("`{number}` is no number of children"))?,
        other => return Err(format!("parity takes --children N, found {other:?}")),
    };
    compare(children)
}

/// Builds both engines and compares them.
pub fn compare(children: u64) -> Result {
    let engine = wasm::build()?;
    run(&mut cargo(["build", "--workspace", "--example", "parity"]))?;
    let program = target_dir().join("debug/examples/parity");
    let mut native = Command::new(&program)
        .args([children.to_string(), "1".to_owned()])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start {}: {e}", program.display()))?;
    let replies = native.stdout.take().ok_or("the engine has no output")?;
    let mut node = command("node", ["crates/phone-wasm/parity.mjs"]);
    let compared = node
        .arg(engine)
        .stdin(replies)
        .status()
        .map_err(|e| format!("cannot start node: {e}"))?;
    let native = native.wait().map_err(|e| format!("cannot wait: {e}"))?;
    match (native.success(), compared.success()) {
        (true, true) => Ok(()),
        (false, _) => Err(format!("the engine of the server ended with {native}")),
        (_, false) => Err("phone and server do not say the same".into()),
    }
}
