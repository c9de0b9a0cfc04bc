//! What fits on a few screens can be read. Tests, benches, data and generated code are exempt.

use super::Finding;
use super::source::{Source, is_word};
use super::tree::{File, Tree};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| !exempt(file)) {
        let lines = source.lines_without_tests();
        if lines > FILE_LINES {
            let what = format!("{lines} lines without tests, at most {FILE_LINES}");
            findings.push(file.finding(0, what, "split the file by what it is about"));
        }
        for (offset, name, lines) in functions(source) {
            if lines > FUNCTION_LINES && !source.in_test(offset) {
                let what = format!("`fn {name}` has {lines} lines, at most {FUNCTION_LINES}");
                findings.push(file.finding(offset, what, "give its parts names of their own"));
            }
        }
    }
    findings
}

fn exempt(file: &File) -> bool {
    file.is_test()
        || ["benches", "data", "generated"]
            .iter()
            .any(|folder| file.in_folder(folder))
        || file.name() == "data.rs"
}

/// Offset, name and lines of each function with a body.
fn functions(source: &Source) -> impl Iterator<Item = (usize, &str, usize)> {
    source
        .words()
        .filter(|(_, word)| *word == "fn")
        .filter_map(|(offset, _)| {
            let rest = source.code[offset + 2..].strip_prefix(' ')?;
            let name = &rest[..rest.find(|c| !is_word(c))?];
            let (end, body) = source.end_of_item(offset)?;
            let lines = source.code[offset..end].lines().count();
            (body && !name.is_empty()).then_some((offset, name, lines))
        })
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn what_is_too_long_is_caught_except_in_tests() {
        let function =
            |body: usize| format!("fn f(a: [u8; 2]) {{\n{}}}\n", "    g();\n".repeat(body));
        let in_tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(600));
        let file = format!(
            "trait T {{\n    fn g();\n}}\n{}{}{in_tests}",
            function(68),
            function(69)
        );
        let long = "const A: u8 = 1;\n".repeat(501);
        let found = found(
            super::check,
            &[
                ("crates/growth/src/lib.rs", &file),
                ("crates/growth/src/long.rs", &long),
                (
                    "crates/growth/src/just.rs",
                    &long["const A: u8 = 1;\n".len()..],
                ),
                ("crates/growth/src/tests.rs", &long),
                ("crates/growth/benches/growth.rs", &function(100)),
            ],
        );
        assert_eq!(
            found,
            ["crates/growth/src/lib.rs:74", "crates/growth/src/long.rs:1"]
        );
    }
}
