//! `cargo xtask bench`: speeds, measured in release builds and never asserted by the clock.

use crate::Result;
use crate::postgres::{Durability, Postgres};
use crate::shell::{cargo, run};

struct Bench {
    name: &'static str,
    measures: &'static str,
    run: fn() -> Result,
}

/// One line for each thing measured.
const BENCHES: &[Bench] = &[
    Bench {
        name: "growth",
        measures: "children assessed per second, in a batch and one by one",
        run: || run(&mut cargo(["bench", "-p", "simpul-growth"])),
    },
    Bench {
        name: "import",
        measures: "rows of a list of residents per second, from csv and xlsx",
        run: || with_databases("import"),
    },
    Bench {
        name: "intake",
        measures: "measurements through HTTP per second, and what a list costs",
        run: || with_databases("intake"),
    },
    Bench {
        name: "sync",
        measures: "entries of phones per second, the first sync of a hundred phones",
        run: || with_databases("sync"),
    },
    Bench {
        name: "cases",
        measures: "lists, searches and boards over a million cases of one kabupaten",
        run: || with_databases("cases"),
    },
    Bench {
        name: "field",
        measures: "bytes of the field app, and its times on a slow phone, in Chromium",
        run: crate::field::bench,
    },
    Bench {
        name: "linkage",
        measures: "double records found in registers of known truth: time, memory, accuracy",
        run: crate::linkage::bench,
    },
    Bench {
        name: "demo",
        measures: "seconds to the running demo, and its memory",
        run: || run(&mut cargo(["bench", "-p", "simpul", "--bench", "demo"])),
    },
];

/// A bench of the application on SQLite and on a PostgreSQL of its own whose commits are durable.
fn with_databases(bench: &str) -> Result {
    crate::tools::ensure()?;
    let postgres = Postgres::start(Durability::Full)?;
    let mut bench = cargo(["bench", "-p", "simpul", "--bench", bench]);
    run(bench.env("SIMPUL_TEST_POSTGRES", postgres.url()))
}

pub fn run_command(arguments: &[String]) -> Result {
    let wanted: Vec<&Bench> = match arguments {
        [name, option] if name == "linkage" && option == "--with-splink" => {
            return crate::linkage::bench_with_splink();
        }
        [] => BENCHES.iter().collect(),
        [name] => BENCHES.iter().filter(|bench| bench.name == name).collect(),
        more => return Err(format!("bench takes one name at most, found {more:?}")),
    };
    if wanted.is_empty() {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(format!(
            "there is no such bench; there are: {}",
            names.join(", ")
        ));
    }
    for bench in wanted {
        println!("\n== {}: {}", bench.name, bench.measures);
        (bench.run)()?;
    }
    Ok(())
}
