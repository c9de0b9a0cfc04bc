//! Each Fluent key stands in both languages of its slice, and each key used stands in some slice.

use super::Finding;
use super::source::whole_words;
use super::tree::{File, SLICES, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// How words are asked for: plain, with one value, with two.
const CALLS: [&str; 3] = ["t(", "t1(", "t2("];
const LANGUAGES: [&str; 2] = ["id", "en"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut files: BTreeMap<&str, (&File, BTreeMap<&str, usize>)> = BTreeMap::new();
    for file in tree.of_kind("ftl") {
        let mut keys = BTreeMap::new();
        for (offset, key) in keys_of(&file.text) {
            if keys.insert(key, offset).is_some() {
                findings.push(file.finding(
                    offset,
                    format!("`{key}` stands here twice"),
                    "keep one",
                ));
            }
        }
        files.insert(&file.path, (file, keys));
    }
    for (path, (file, keys)) in &files {
        for other in LANGUAGES
            .map(|language| sibling(path, language))
            .iter()
            .filter(|o| o != path)
        {
            let there = files.get(other.as_str()).map(|(_, keys)| keys);
            for (key, offset) in keys {
                if !there.is_some_and(|there| there.contains_key(key)) {
                    let what = format!("`{key}` is missing in {other}");
                    findings.push(file.finding(*offset, what, "write it there too, or delete it"));
                }
            }
        }
    }
    let known: BTreeSet<&str> = files
        .values()
        .flat_map(|(_, keys)| keys.keys().copied())
        .collect();
    for file in tree
        .files
        .iter()
        .filter(|file| file.path.starts_with(SLICES))
    {
        for (offset, key) in used(file).filter(|(_, key)| !known.contains(key)) {
            let what = format!("`{key}` stands in no .ftl file");
            findings.push(file.finding(offset, what, "write the words for it, or mend the key"));
        }
    }
    findings
}

fn sibling(path: &str, language: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{language}.ftl")
}

/// Messages and terms with their offsets; attributes and continued lines are indented.
fn keys_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().filter_map(move |line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        is_key(key.strip_prefix('-').unwrap_or(key))
            .then_some((line.as_ptr() as usize - text.as_ptr() as usize, key))
    })
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The keys in `t("key"` and its kin with values, of templates and Rust code.
fn used(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let code = match &file.source {
        Some(source) => source.code.as_str(),
        None if file.is("html") => &file.text,
        None => "",
    };
    let calls = CALLS
        .iter()
        .flat_map(|call| whole_words(code, call).map(|at| at + call.len()));
    calls.filter_map(|start| {
        let quote = start + code[start..].find(|c: char| !c.is_whitespace())?;
        let key = file.text[quote..].strip_prefix('"')?;
        let key = &key[..key.find('"')?];
        is_key(key).then_some((quote, key))
    })
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn a_key_missing_in_one_language_or_in_both_is_caught() {
        let found = found(
            super::check,
            &[
                (
                    "crates/simpul/src/cases/words/id.ftl",
                    "# Kasus\nsave = Simpan\n    lalu = 1\nsend = Kirim\n  .title = x\nsave = Lagi\n",
                ),
                (
                    "crates/simpul/src/cases/words/en.ftl",
                    "save = Save\nback = Back\n",
                ),
                (
                    "crates/simpul/src/cases/pages.rs",
                    "fn f() { w.t(\n  \"gone\", a) + t(\"save\") }",
                ),
                (
                    "crates/simpul/src/cases/templates/a.html",
                    "<p>{{ w.t(\"send\") }}\n{{ t1(\"no\", x) }}",
                ),
                ("crates/simpul/src/village/words/id.ftl", "desk = Meja\n"),
            ],
        );
        assert_eq!(
            found,
            [
                "crates/simpul/src/cases/pages.rs:2",
                "crates/simpul/src/cases/templates/a.html:2",
                "crates/simpul/src/cases/words/en.ftl:2",
                "crates/simpul/src/cases/words/id.ftl:4",
                "crates/simpul/src/cases/words/id.ftl:6",
                "crates/simpul/src/village/words/id.ftl:1",
            ]
        );
    }
}
