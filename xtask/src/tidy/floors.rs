//! A slice may use the slices before it in this order, never one after it, and nothing of the
//! top level (`main.rs`, `app.rs`, ...), which stands above all of them and may use everything.

use super::Finding;
use super::source::{Source, is_word};
use super::tree::{File, SLICES, Tree};
use std::collections::BTreeSet;

/// From the ground up.
pub const ORDER: [&str; 14] = [
    "platform",
    "access",
    "registry",
    "duplicates",
    "cases",
    "programs",
    "screening",
    "posyandu",
    "workforce",
    "village",
    "tracking",
    "monitoring",
    "sync",
    "exchange",
];

const FIX: &str = "move what both need down, or let the higher slice call this one";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let top: BTreeSet<&str> = tree
        .rust()
        .filter_map(|(file, _)| top_module(file))
        .collect();
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        let Some((slice, floor)) = file.slice().and_then(|s| Some((s, floor(s)?))) else {
            continue;
        };
        for (offset, used) in crate_paths(file, source) {
            let test = file.is_test() || source.in_test(offset);
            let above = match self::floor(used) {
                Some(other) => other > floor,
                // The test harness is a whole application.
                None => top.contains(used) && !test,
            };
            if above {
                let what = format!("`{slice}` uses `crate::{used}`, which stands above it");
                findings.push(file.finding(offset, what, FIX));
            }
        }
    }
    findings
}

fn floor(slice: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == slice)
}

/// The module at the top level of the application that this file is or belongs to.
fn top_module(file: &File) -> Option<&str> {
    let module = file.path.strip_prefix(SLICES)?.split('/').next()?;
    let module = module.strip_suffix(".rs").unwrap_or(module);
    (floor(module).is_none() && !matches!(module, "main" | "lib")).then_some(module)
}

/// The first names after `crate::` or as many `super::` as lead there, groups in braces opened.
fn crate_paths<'a>(file: &File, source: &'a Source) -> Vec<(usize, &'a str)> {
    let parts = file.path[SLICES.len()..].split('/').count();
    let depth = if file.name() == "mod.rs" {
        parts - 1
    } else {
        parts
    };
    let mut paths = Vec::new();
    for start in source.find("crate::") {
        // `$crate::` in a macro and `pub(in crate::..)` are paths of this crate as well.
        names_at(&source.code, start + "crate::".len(), &mut paths);
    }
    for start in source.find("super::") {
        let tail = &source.code[start..];
        let length = tail.len() - tail.trim_start_matches("super::").len();
        let first = !source.code[..start].ends_with("super::");
        if first && length / "super::".len() >= depth {
            names_at(&source.code, start + length, &mut paths);
        }
    }
    paths
}

fn names_at<'a>(code: &'a str, start: usize, names: &mut Vec<(usize, &'a str)>) {
    let mut push = |at: usize| {
        let name = &code[at..];
        let name = &name[..name.find(|c| !is_word(c)).unwrap_or(name.len())];
        if !name.is_empty() {
            names.push((at, name));
        }
    };
    if !code[start..].starts_with('{') {
        return push(start);
    }
    let (mut depth, mut fresh) = (0, false);
    for (offset, c) in code[start..].char_indices() {
        match c {
            '{' => (depth, fresh) = (depth + 1, depth == 0),
            '}' if depth == 1 => return,
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            c if fresh && is_word(c) => {
                push(start + offset);
                fresh = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn a_path_upwards_is_caught_in_every_form() {
        let found = found(
            super::check,
            &[
                ("crates/simpul/src/app.rs", "use crate::exchange::Fhir;"),
                (
                    "crates/simpul/src/access/mod.rs",
                    "use super::cases;\nuse crate::platform::Id;",
                ),
                (
                    "crates/simpul/src/access/pages/list.rs",
                    "use crate::{\n    platform::{self, cases},\n    sync::Cursor,\n};\n\
                     fn f() { super::super::super::posyandu::x() }\nuse super::super::cases;",
                ),
                (
                    "crates/simpul/src/cases/mod.rs",
                    "use crate::access;\nuse crate::app::App;",
                ),
                (
                    "crates/simpul/src/cases/tests.rs",
                    "use crate::app::App;\nuse crate::sync;",
                ),
                (
                    "crates/simpul/src/cases/model.rs",
                    "// crate::sync\nfn f() { \"crate::sync\"; }",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                "crates/simpul/src/access/mod.rs:1",
                "crates/simpul/src/access/pages/list.rs:3",
                "crates/simpul/src/access/pages/list.rs:5",
                "crates/simpul/src/cases/mod.rs:2",
                "crates/simpul/src/cases/tests.rs:2",
            ]
        );
    }
}
