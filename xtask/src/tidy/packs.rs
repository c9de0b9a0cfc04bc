//! A rule pack names the documents it comes from: the edition as a whole, and each rule its own.

use super::Finding;
use super::tree::{File, Tree};

const RULE: &str = "\n[[rule]]";
const FIX: &str = "name the regulation, guideline or agreement: source = \"...\"";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let packs = tree
        .of_kind("toml")
        .filter(|file| file.path.starts_with("data/rules/"));
    packs.flat_map(unsourced).collect()
}

fn unsourced(pack: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let head = pack.text.split("\n[[").next().unwrap_or_default();
    if !names_source(head) {
        findings.push(pack.finding(0, "an edition without source", FIX));
    }
    let starts: Vec<usize> = pack.text.match_indices(RULE).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([pack.text.len()]);
    for (start, end) in starts.iter().zip(ends) {
        if !names_source(&pack.text[*start..end]) {
            findings.push(pack.finding(start + 1, "a rule without source", FIX));
        }
    }
    findings
}

fn names_source(text: &str) -> bool {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .any(|(key, value)| {
            key.trim() == "source" && !value.trim_matches(|c| c == ' ' || c == '"').is_empty()
        })
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn a_rule_or_an_edition_without_a_source_is_caught() {
        let good = "[edition]\nsource = \"Permenkes 2/2020\"\n\n[[rule]]\nsource = \"Buku KIA\"\n";
        let bad = "[edition]\nversion = 1\n[[rule]]\nsource = \"x\"\n[[rule]]\nsource = \"\"\n";
        let found = found(
            super::check,
            &[("data/rules/good.toml", good), ("data/rules/bad.toml", bad)],
        );
        assert_eq!(found, ["data/rules/bad.toml:1", "data/rules/bad.toml:5"]);
    }
}
