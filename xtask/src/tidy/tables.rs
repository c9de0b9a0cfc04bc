//! A table belongs to the slice whose migration creates it; no other slice names it in its SQL.
//! Monitoring alone reads what others publish for it: views called `report_*`.

use super::Finding;
use super::source::{is_word, whole_words, words};
use super::tree::{File, Tree};
use std::collections::BTreeMap;

const READER: &str = "monitoring";
const PUBLISHED: &str = "report_";
const FIX: &str =
    "call a function of the slice that owns it (or publish a report_* view to monitoring)";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for (file, slice) in tree
        .of_kind("sql")
        .filter_map(|file| Some((file, file.slice()?)))
    {
        for (offset, table) in created(&without_comments(&file.text)) {
            let what = format!("`{table}` is also created by another slice");
            if *owners.entry(table).or_insert(slice) != slice {
                findings.push(file.finding(offset, what, "give it another name"));
            }
        }
    }
    for file in &tree.files {
        let Some(slice) = file.slice() else { continue };
        for (offset, sql) in sql_of(file) {
            for (at, table, owner) in foreign(&sql, slice, &owners) {
                let what = format!("`{slice}` names `{table}`, a table of `{owner}`");
                findings.push(file.finding(offset + at, what, FIX));
            }
        }
    }
    findings
}

fn foreign<'a>(
    sql: &'a str,
    slice: &'a str,
    owners: &'a BTreeMap<String, &'a str>,
) -> impl Iterator<Item = (usize, &'a str, &'a str)> {
    words(sql).filter_map(move |(at, word)| {
        let (table, owner) = owners.get_key_value(word.to_ascii_lowercase().as_str())?;
        let published = slice == READER && table.starts_with(PUBLISHED);
        // `x.cases` is a column called like a table.
        let column = sql[..at].ends_with('.');
        (*owner != slice && !published && !column).then_some((at, table.as_str(), *owner))
    })
}

/// The SQL in a file, with the offset where each piece starts.
fn sql_of(file: &File) -> Vec<(usize, String)> {
    if file.is("sql") {
        return vec![(0, without_comments(&file.text))];
    }
    let source = file
        .source
        .as_ref()
        .filter(|_| super::places::may_hold_sql(&file.path));
    let Some(source) = source else {
        return Vec::new();
    };
    let texts = source.texts.iter();
    texts
        // Reasons are English: why a statement knows no area or differs between the engines.
        .filter(|(offset, _)| {
            let before = source.code[..*offset].trim_end();
            !before.ends_with("system(") && !before.ends_with("why:")
        })
        .map(|(offset, text)| (offset + 1, text.clone()))
        .collect()
}

/// Names after `create table` and `create view`.
fn created(sql: &str) -> Vec<(usize, String)> {
    let sql = sql.to_ascii_lowercase();
    let mut tables = Vec::new();
    for kind in ["table", "view"] {
        for at in whole_words(&sql, kind) {
            if !sql[..at].trim_end().ends_with("create") {
                continue;
            }
            let rest = sql[at + kind.len()..].trim_start();
            let rest = rest.strip_prefix("if not exists").unwrap_or(rest);
            let rest = rest.trim_start_matches(|c: char| !is_word(c));
            let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
            tables.push((sql.len() - rest.len(), name));
        }
    }
    tables
}

/// With `--` comments blanked.
fn without_comments(sql: &str) -> String {
    sql.split_inclusive('\n')
        .map(|line| match line.find("--") {
            Some(at) => {
                let blanks = line[at..].trim_end_matches('\n').len();
                let end = if line.ends_with('\n') { "\n" } else { "" };
                format!("{}{}{end}", &line[..at], " ".repeat(blanks))
            }
            None => line.into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn a_table_of_another_slice_is_caught() {
        let found = found(
            super::check,
            &[
                (
                    "crates/simpul/src/cases/sql/0001_start.sql",
                    "-- persons come by id\ncreate table cases (id BYTEA);\n\
                     CREATE VIEW report_cases AS select count(*) AS n from cases;",
                ),
                (
                    "crates/simpul/src/registry/sql/0001_start.sql",
                    "create table if not exists persons (\n  case_id BYTEA references cases (id)\n);\n\
                     create table cases (id BYTEA);",
                ),
                (
                    "crates/simpul/src/cases/sql.rs",
                    "A: system(\"persons\") = \"select x.persons\n from cases\"; why: \"persons\"",
                ),
                (
                    "crates/simpul/src/cases/sql/list.rs",
                    "A: scoped = \"select 1\nfrom persons\";",
                ),
                (
                    "crates/simpul/src/cases/pages.rs",
                    "let title = \"persons\";",
                ),
                (
                    "crates/simpul/src/monitoring/sql.rs",
                    "\"from report_cases\";\n\"from cases\";",
                ),
                (
                    "crates/simpul/src/sync/sql.rs",
                    "bulk!(A = \"report_cases\", [\"id\"]);",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                "crates/simpul/src/cases/sql/list.rs:2",
                "crates/simpul/src/monitoring/sql.rs:2",
                "crates/simpul/src/registry/sql/0001_start.sql:2",
                "crates/simpul/src/registry/sql/0001_start.sql:4",
                "crates/simpul/src/registry/sql/0001_start.sql:4",
                "crates/simpul/src/sync/sql.rs:1",
            ]
        );
    }
}
