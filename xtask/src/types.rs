//! `cargo xtask types`: the TypeScript of what phone, server and engine say to each other.

use crate::Result;
use crate::shell::{cargo, output, root};
use std::fs;

pub fn run_command() -> Result {
    let text = output(&mut cargo([
        "run",
        "-q",
        "-p",
        "simpul-phone",
        "--example",
        "types",
    ]))?;
    let file = root().join("field/src/engine/types.ts");
    fs::write(&file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))
}
