//! The programs that the tests need besides Rust, and how to get them.

use crate::Result;
use crate::shell::{find, output, run};
use std::path::Path;
use std::process::Command;

struct Tool {
    name: &'static str,
    present: fn() -> bool,
    /// Debian packages that bring it.
    packages: &'static [&'static str],
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "PostgreSQL server",
        present: || crate::postgres::binaries().is_some(),
        packages: &["postgresql"],
    },
    Tool {
        name: "Chromium",
        present: || chromium().is_some(),
        packages: &["chromium", "fonts-liberation"],
    },
    Tool {
        name: "Node and npm",
        present: || find(&["node"]).is_some() && find(&["npm"]).is_some(),
        packages: &["nodejs", "npm"],
    },
];

/// The browser for the page tests.
pub fn chromium() -> Option<std::path::PathBuf> {
    find(&["chromium", "chromium-browser", "google-chrome"])
}

pub fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Installs what is missing where that is ours to do (root on Debian); otherwise says what to do.
pub fn ensure() -> Result {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing
        .iter()
        .map(|tool| tool.name)
        .collect::<Vec<_>>()
        .join(", ");
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|tool| tool.packages)
        .copied()
        .collect();
    if !(Path::new("/etc/debian_version").exists() && is_root()?) {
        return Err(format!(
            "missing: {names}. Install it and run this again; on Debian: apt-get install {}",
            packages.join(" ")
        ));
    }
    println!("missing: {names}; installing");
    apt(&["update", "-q"])?;
    apt(&[
        &["install", "-q", "-y", "--no-install-recommends"],
        &packages[..],
    ]
    .concat())?;
    match missing.iter().find(|tool| !(tool.present)()) {
        None => Ok(()),
        Some(tool) => Err(format!(
            "{} is not found even after its installation",
            tool.name
        )),
    }
}

fn apt(arguments: &[&str]) -> Result {
    run(Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}
