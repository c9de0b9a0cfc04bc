//! `cargo xtask audit`: what we depend on. Apart from the tests: its tools compile for minutes.

use crate::Result;
use crate::shell::{cargo, find, root, run};

/// Above this many a dependency has to make room for the next one.
const MOST_PACKAGES: usize = 400;

pub fn run_command() -> Result {
    for tool in ["cargo-deny", "cargo-machete"] {
        if find(&[tool]).is_none() {
            run(&mut cargo(["install", "--locked", tool]))?;
        }
    }
    let lock = std::fs::read_to_string(root().join("Cargo.lock"));
    let packages = count_packages(&lock.map_err(|e| format!("cannot read Cargo.lock: {e}"))?);
    println!("{packages} locked packages of at most {MOST_PACKAGES}");

    let mut faults = Vec::new();
    if packages > MOST_PACKAGES {
        faults.push(format!(
            "{packages} locked packages, at most {MOST_PACKAGES}: drop some"
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

fn count_packages(lock: &str) -> usize {
    lock.lines().filter(|line| *line == "[[package]]").count()
}

#[cfg(test)]
mod tests {
    #[test]
    fn locked_packages_are_counted() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\n\n[[package]]\nname = \"b\"\n";
        assert_eq!(super::count_packages(lock), 2);
    }
}
