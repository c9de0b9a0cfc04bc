//! `cargo xtask tidy`: the rules of the house that neither rustc nor clippy checks.
//!
//! Each check is one file: a pure function from the tree of sources to what it found there.

mod docs;
mod floors;
mod lengths;
mod packs;
mod places;
mod source;
mod tables;
mod templates;
mod tree;
mod words;

use crate::Result;
use crate::shell::root;
use std::fmt;
use tree::Tree;

type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("floor order of the slices", floors::check),
    ("tables stay with their slice", tables::check),
    ("everything in its place", places::check),
    ("lengths of files and functions", lengths::check),
    ("engines are documented", docs::check),
    ("words in both languages", words::check),
    ("templates without inline script or style", templates::check),
    ("rule packs name their sources", packs::check),
];

/// A rule broken: where, what, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    what: String,
    fix: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}; {}",
            self.path, self.line, self.what, self.fix
        )
    }
}

pub fn run_command() -> Result {
    let tree = Tree::read(root())?;
    let mut total = 0;
    for (name, check) in CHECKS {
        let mut findings = check(&tree);
        findings.sort();
        findings.dedup();
        println!("{name}: {}", if findings.is_empty() { "ok" } else { "" });
        for finding in &findings {
            println!("  {finding}");
        }
        total += findings.len();
    }
    if total == 0 {
        Ok(())
    } else {
        Err(format!("tidy found {total} faults, listed above"))
    }
}

/// For the tests of the checks: `path:line` of each finding in a tree of these files.
#[cfg(test)]
fn found(check: Check, files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = check(&Tree::of(files));
    findings.sort();
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect()
}
