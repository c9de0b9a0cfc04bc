//! `cargo xtask test`: everything that must hold before a change is shared.

use crate::postgres::{Durability, Postgres};
use crate::shell::{self, TempDir, cargo, command, run, run_watched};
use crate::{Result, coverage, field, parity, tidy, tools};
use std::ops::AddAssign;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// How many tests passed and failed.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What the tests find in their environment.
struct Surroundings {
    postgres: Postgres,
    statement_log: TempDir,
    chromium: PathBuf,
}

impl Surroundings {
    fn prepare() -> Result<Surroundings> {
        Ok(Surroundings {
            postgres: Postgres::start(Durability::Off)?,
            statement_log: TempDir::new("statements")?,
            chromium: tools::chromium().ok_or("Chromium is gone; install it")?,
        })
    }

    fn around<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("SIMPUL_TEST_POSTGRES", self.postgres.url())
            .env("SIMPUL_STATEMENT_LOG", self.statement_log.path())
            .env("SIMPUL_TEST_CHROMIUM", &self.chromium)
            .env("SIMPUL_BIN", application())
            // The summaries are read: no colour between the words.
            .env("CARGO_TERM_COLOR", "never")
            .env("NO_COLOR", "1")
    }
}

pub fn run_command() -> Result {
    let start = shell::now();
    step("tools", tools::ensure)?;
    step("format", || run(&mut cargo(["fmt", "--all", "--check"])))?;
    step("tidy", tidy::run_command)?;
    step("lints", || {
        run(&mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    let around = step("a PostgreSQL of our own", Surroundings::prepare)?;
    let mut tally = Tally::default();
    tally += step("tests", || tests(&around))?;
    tally += step("documentation examples", || {
        counted(around.around(&mut cargo([
            "test",
            "--doc",
            "--workspace",
            "--no-fail-fast",
        ])))
    })?;
    step("phone and server say the same", || {
        parity::compare(parity::FEW)
    })?;
    step("field app", field::build)?;
    tally += step("types and tests of the field app", || field_app(&around))?;
    // The whole workspace at once: apart, the application would want its libraries with fewer
    // features than the printer, and build them again.
    step("applications", || {
        run(&mut cargo(["build", "--workspace", "--bins"]))
    })?;
    step("statements on both engines", || {
        coverage::check(&application(), around.statement_log.path())
    })?;
    tally += step("pages in Chromium", || pages(&around))?;
    drop(around);

    println!("\nall of it took {}", elapsed(start));
    println!("{} passed, {} failed", tally.passed, tally.failed);
    match tally.failed {
        0 => Ok(()),
        _ => Err("the failed tests say above what they expected".into()),
    }
}

fn application() -> PathBuf {
    shell::target_dir().join("debug/simpul")
}

fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = shell::now();
    println!("\n== {name}");
    let result = work().map_err(|message| format!("{name}: {message}"))?;
    println!("== {name}: {}", elapsed(start));
    Ok(result)
}

fn elapsed(start: Instant) -> String {
    format!("{:.1} s", start.elapsed().as_secs_f64())
}

fn tests(around: &Surroundings) -> Result<Tally> {
    let mut tests = if shell::find(&["cargo-nextest"]).is_some() {
        cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo([
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ])
    };
    counted(around.around(&mut tests))
}

fn field_app(around: &Surroundings) -> Result<Tally> {
    run(&mut field::npm("check"))?;
    counted(around.around(&mut field::npm("test")))
}

/// The folder of the page tests, with what they need.
pub fn pages_folder() -> Result<PathBuf> {
    let folder = shell::root().join("tests/pages");
    if !folder.join("node_modules").exists() {
        let mut install = command("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        run(install.current_dir(&folder))?;
    }
    Ok(folder)
}

fn pages(around: &Surroundings) -> Result<Tally> {
    let folder = pages_folder()?;
    // One file after the other: each starts a demo of its own.
    let mut node = command(
        "node",
        ["--test", "--test-concurrency=1", "--test-reporter=spec"],
    );
    counted(around.around(node.current_dir(&folder)))
}

/// Runs a test program and reads how many tests it counted.
fn counted(command: &mut Command) -> Result<Tally> {
    let (status, [mut tally, err]) = run_watched(command, |tally: &mut Tally, line| {
        *tally += summary(line);
    })?;
    tally += err;
    match (status.success(), tally) {
        // It ended badly before or beside any test: say so instead of counting.
        (false, Tally { failed: 0, .. }) => Err(format!("ended with {status}")),
        (true, Tally { passed: 0, .. }) => Err("ran no test".into()),
        _ => Ok(tally),
    }
}

/// The counts in a summary line of nextest, `cargo test` or `node --test`; nothing in other lines.
fn summary(line: &str) -> Tally {
    // What nextest repeats of a failed test's own output is indented, and was counted already.
    let of_cargo = line.starts_with("test result: ");
    let line = line.trim();
    let summary = of_cargo
        || (line.starts_with("Summary [") && line.contains("tests run:"))
        || (line.starts_with("Summary [") && line.contains("test run:"));
    if summary {
        let count = |what| {
            let (before, _) = line.split_once(what)?;
            before.rsplit([' ', '(']).next()?.parse().ok()
        };
        return Tally {
            passed: count(" passed").unwrap_or(0),
            failed: count(" failed").unwrap_or(0) + count(" timed out").unwrap_or(0),
        };
    }
    let node = |what| {
        line.strip_prefix(what)
            .and_then(|count| count.parse().ok())
            .unwrap_or(0)
    };
    Tally {
        passed: node("ℹ pass "),
        failed: node("ℹ fail ") + node("ℹ cancelled "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_the_three_programs_are_read() {
        let read = |line| {
            let Tally { passed, failed } = summary(line);
            (passed, failed)
        };
        assert_eq!(
            read("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped"),
            (1, 0)
        );
        assert_eq!(
            read(
                "     Summary [   9.3s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 0 skipped"
            ),
            (9, 3)
        );
        assert_eq!(
            read(
                "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; finished in 0.00s"
            ),
            (4, 2)
        );
        assert_eq!(
            read("    test result: FAILED. 0 passed; 1 failed; 0 ignored; finished in 0.13s"),
            (0, 0),
            "said again by nextest"
        );
        assert_eq!(read("ℹ pass 31"), (31, 0));
        assert_eq!(read("ℹ fail 2"), (0, 2));
        assert_eq!(
            read("        PASS [   0.004s] simpul-growth tests::passed"),
            (0, 0)
        );
    }

    #[test]
    fn a_program_that_fails_without_a_failed_test_is_an_error() {
        let sh = |script| counted(Command::new("sh").args(["-c", script]));
        assert_eq!(
            sh("echo 'ℹ pass 2'"),
            Ok(Tally {
                passed: 2,
                failed: 0
            })
        );
        assert_eq!(
            sh("echo 'ℹ pass 2'; echo 'ℹ fail 1'; exit 1"),
            Ok(Tally {
                passed: 2,
                failed: 1
            })
        );
        assert!(sh("echo 'ℹ pass 2'; exit 1").is_err());
        assert!(sh("exit 0").is_err_and(|message| message.contains("no test")));
    }
}
