//! `cargo xtask demo`: builds Simpul and runs its demo.

use crate::Result;
use crate::field;
use crate::shell::{cargo, command, run, target_dir};

pub fn run_command(arguments: &[String]) -> Result {
    let release = arguments.iter().any(|a| a == "--release");
    field::build()?;
    let mut build = cargo(["build", "-p", "simpul"]);
    if release {
        build.arg("--release");
    }
    run(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    let mut demo = command(target_dir().join(profile).join("simpul"), ["demo"]);
    demo.arg("--data").arg(target_dir().join("demo"));
    run(demo.args(arguments.iter().filter(|a| *a != "--release")))
}
