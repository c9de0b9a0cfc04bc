//! The engines are libraries for others too: rustc itself must refuse an undocumented item there.

use super::Finding;
use super::tree::Tree;

const ENGINES: [&str; 6] = ["growth", "identity", "rules", "linkage", "synth", "phone"];
const FIX: &str = "put `#![deny(missing_docs)]` into it";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let engine_roots = ENGINES.map(|name| format!("crates/{name}/src/lib.rs"));
    tree.rust()
        .filter(|(file, _)| engine_roots.contains(&file.path))
        .filter(|(_, source)| {
            ["deny", "forbid"]
                .iter()
                .all(|level| !source.code.contains(&format!("#![{level}(missing_docs)]")))
        })
        .map(|(file, _)| file.finding(0, "public items may lack documentation", FIX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn an_engine_without_the_lint_is_caught() {
        let found = found(
            super::check,
            &[
                (
                    "crates/growth/src/lib.rs",
                    "//! Growth.\n#![deny(missing_docs)]",
                ),
                (
                    "crates/rules/src/lib.rs",
                    "//! Rules.\n// #![deny(missing_docs)]",
                ),
                ("crates/simpul/src/lib.rs", "//! The application."),
            ],
        );
        assert_eq!(found, ["crates/rules/src/lib.rs:1"]);
    }
}
