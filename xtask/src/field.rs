//! The field workers' app, built into `field/dist`: the engine first, then the pages around it.

use crate::Result;
use crate::shell::{cargo, command, find, root, run};
use crate::{test, tools, wasm};
use std::process::Command;

/// Builds the app. Without node there is none: the rest of Simpul works without it.
pub fn build() -> Result {
    let folder = root().join("field");
    if !folder.join("package.json").exists() {
        return Ok(());
    }
    if find(&["npm"]).is_none() {
        println!("npm is missing: the field app is left out");
        return Ok(());
    }
    wasm::build()?;
    if !folder.join("node_modules").exists() {
        let mut install = command("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        run(install.current_dir(&folder))?;
    }
    run(command("npx", ["vite", "build", "--logLevel", "warn"]).current_dir(&folder))?;
    run(command("node", ["compress.mjs"]).current_dir(&folder))
}

/// Sizes and times of the app as a phone meets them.
pub fn bench() -> Result {
    tools::ensure()?;
    build()?;
    run(&mut cargo(["build", "-p", "simpul"]))?;
    let folder = test::pages_folder()?;
    run(command("node", ["field.bench.mjs"]).current_dir(folder))
}

/// A script of the app's own package.
pub fn npm(script: &str) -> Command {
    let mut npm = command("npm", ["run", "--silent", script]);
    npm.current_dir(root().join("field"));
    npm
}
