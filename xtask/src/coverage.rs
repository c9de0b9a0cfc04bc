//! Every registered SQL statement was executed by some test on both engines.
//!
//! `simpul statements` prints the registered names, one a line; a test process with
//! `SIMPUL_STATEMENT_LOG` set writes `engine name` lines into files of that folder.

use crate::Result;
use crate::shell::{command, output};
use std::collections::BTreeSet;
use std::path::Path;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

pub fn check(application: &Path, log: &Path) -> Result {
    let registered = output(&mut command(application, ["statements"]))?;
    let mut executed = String::new();
    let files =
        std::fs::read_dir(log).map_err(|e| format!("cannot list {}: {e}", log.display()))?;
    for file in files.flatten() {
        let text = std::fs::read_to_string(file.path());
        executed += &text.map_err(|e| format!("cannot read {}: {e}", file.path().display()))?;
        executed.push('\n');
    }
    let missing = missing(&registered, &executed)?;
    if missing.is_empty() {
        println!(
            "{} statements, each executed on both engines",
            registered.lines().count()
        );
        return Ok(());
    }
    for (engine, name) in &missing {
        println!("{name} was not executed on {engine}: call it in a test on both engines");
    }
    Err(format!(
        "{} statements lack a test; delete them or test them",
        missing.len()
    ))
}

fn missing<'a>(registered: &'a str, executed: &str) -> Result<Vec<(&'static str, &'a str)>> {
    let executed: BTreeSet<(&str, &str)> = executed
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .collect();
    let names: BTreeSet<&str> = registered.lines().map(str::trim).collect();
    if names.is_empty() {
        return Err("`simpul statements` names no statement".into());
    }
    let pairs = names
        .iter()
        .flat_map(|name| ENGINES.map(|engine| (engine, *name)));
    Ok(pairs.filter(|pair| !executed.contains(pair)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_ran_on_one_engine_only_is_named() {
        let log = "sqlite FIND_USER\npostgres FIND_USER\nsqlite LIST_CASES\n";
        assert_eq!(
            missing("FIND_USER\nLIST_CASES\n", log),
            Ok(vec![("postgres", "LIST_CASES")])
        );
        assert_eq!(missing("FIND_USER\n", log), Ok(vec![]));
        assert!(missing("", log).is_err());
    }
}
