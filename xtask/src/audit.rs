//! `cargo xtask audit`: what we depend on. Apart from the tests: its tools compile for minutes.

use crate::Result;
use crate::shell::{cargo, find, output, run};
use std::collections::BTreeSet;
use std::process::Command;

/// Above this many a dependency has to make room for the next one.
const MOST_PACKAGES: usize = 400;

pub fn run_command() -> Result {
    for tool in ["cargo-deny", "cargo-machete"] {
        if find(&[tool]).is_none() {
            run(&mut cargo(["install", "--locked", tool]))?;
        }
    }
    let all = count_packages(&output(&mut listed(&[]))?);
    // The printer is a program apart, which nobody has to install.
    let packages = count_packages(&output(&mut listed(&["--exclude", "simpul-print"]))?);
    println!("{packages} packages of at most {MOST_PACKAGES}, {all} with the printer");

    let mut faults = Vec::new();
    if packages > MOST_PACKAGES {
        faults.push(format!(
            "{packages} packages, at most {MOST_PACKAGES}: drop some"
        ));
    }
    faults.extend(
        run(&mut cargo([
            "deny",
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ]))
        .err(),
    );
    if run(&mut cargo(["deny", "fetch", "db"])).is_ok() {
        faults.extend(
            run(&mut cargo([
                "deny",
                "check",
                "--disable-fetch",
                "advisories",
            ]))
            .err(),
        );
    } else {
        println!("NOT CHECKED: advisories; their database cannot be reached from here");
    }
    // With this name, which `cargo run` gave us, machete takes itself for one that is being developed.
    faults.extend(run(cargo(["machete"]).env_remove("CARGO_PKG_NAME")).err());
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

/// Lists what the workspace builds from, on whatever machine, a package a line.
fn listed(but: &[&str]) -> Command {
    let mut tree = cargo(["tree", "--locked", "--workspace", "--target", "all"]);
    tree.args([
        "--edges",
        "normal,build,dev",
        "--prefix",
        "none",
        "--no-dedupe",
    ]);
    tree.args(["--format", "{p}"]).args(but);
    tree
}

fn count_packages(tree: &str) -> usize {
    tree.lines().collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    #[test]
    fn packages_are_counted_once() {
        let tree = "a v1.0.0\nb v1.0.0\na v2.0.0\nb v1.0.0\n";
        assert_eq!(super::count_packages(tree), 3);
    }
}
