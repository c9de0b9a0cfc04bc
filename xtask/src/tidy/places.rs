//! Words of the code that belong in one place only, or nowhere.

use super::Finding;
use super::tree::{SLICES, Tree};

struct Place {
    words: &'static [&'static str],
    /// Where the rule holds.
    within: &'static str,
    /// Where the words may stand nevertheless.
    allowed: fn(&str) -> bool,
    fix: &'static str,
}

/// The libraries of the databases.
const DRIVERS: &[&str] = &["sqlx", "rusqlite"];

const PLACES: &[Place] = &[
    Place {
        words: DRIVERS,
        within: "",
        allowed: |path| path.starts_with("crates/db/"),
        fix: "only simpul-db knows the database libraries; use or extend its functions",
    },
    Place {
        words: &["statements!", "bulk!"],
        within: SLICES,
        allowed: may_hold_sql,
        fix: "SQL stands in the slice's sql.rs or sql/ only",
    },
    Place {
        words: &["ScopedArgs::new", "Bounds"],
        within: SLICES,
        allowed: |path| path == "crates/simpul/src/access/scope.rs",
        fix: "area bounds are bound at one place: ask a Scope to bind the arguments",
    },
    Place {
        words: &["todo!", "unimplemented!", "dbg!", "#[ignore"],
        within: "",
        allowed: |_| false,
        fix: "finish it, or leave it out",
    },
];

/// Is this Rust file one of those for SQL?
pub fn may_hold_sql(path: &str) -> bool {
    path.ends_with("/sql.rs") || path.contains("/sql/")
}

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        let holds =
            |place: &&Place| file.path.starts_with(place.within) && !(place.allowed)(&file.path);
        for place in PLACES.iter().filter(holds) {
            for word in place.words {
                let found = source.find(word);
                findings.extend(found.map(|at| file.finding(at, format!("`{word}`"), place.fix)));
            }
        }
    }
    for file in tree
        .of_kind("toml")
        .filter(|file| file.name() == "Cargo.toml")
    {
        for driver in DRIVERS {
            let (line, named) = (format!("\n{driver}"), format!("`{driver}`"));
            let dependencies = file
                .text
                .match_indices(&line)
                .filter(|_| !(PLACES[0].allowed)(&file.path));
            findings
                .extend(dependencies.map(|(at, _)| file.finding(at + 1, &named, PLACES[0].fix)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::found;

    #[test]
    fn a_word_out_of_its_place_is_caught() {
        let found = found(
            super::check,
            &[
                (
                    "crates/db/src/pool.rs",
                    "use sqlx::Row;\nfn f() {\n    dbg!(1);\n}",
                ),
                (
                    "crates/simpul/Cargo.toml",
                    "[dependencies]\nrusqlite = \"1\"\nsqlx.workspace = true",
                ),
                (
                    "crates/simpul/src/cases/pages.rs",
                    "use sqlx::Row;\nsimpul_db::statements! {}",
                ),
                (
                    "crates/simpul/src/cases/sql.rs",
                    "statements! {}\nuse simpul_db::Bounds;",
                ),
                (
                    "crates/simpul/src/access/scope.rs",
                    "use simpul_db::{Bounds, ScopedArgs};",
                ),
                (
                    "crates/growth/src/lib.rs",
                    "// todo!\nfn f() { \"todo!()\" }\nfn g() { todo!() }",
                ),
                (
                    "crates/growth/tests/who.rs",
                    "#[test]\n#[ignore = \"slow\"]\nfn f() {}",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                "crates/db/src/pool.rs:3",
                "crates/growth/src/lib.rs:3",
                "crates/growth/tests/who.rs:2",
                "crates/simpul/Cargo.toml:2",
                "crates/simpul/Cargo.toml:3",
                "crates/simpul/src/cases/pages.rs:1",
                "crates/simpul/src/cases/pages.rs:2",
                "crates/simpul/src/cases/sql.rs:2",
            ]
        );
    }
}
