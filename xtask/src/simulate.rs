//! `cargo xtask simulate`: phones and server with everything that goes wrong between them.

use crate::Result;
use crate::shell::{cargo, run};

const TESTS: &str = "sync::tests::simulate::nothing_is_lost_or_doubled";
/// Seeds by hand: enough that a fault of one in a thousand is seen.
const MANY: u64 = 10_000;

/// `--seeds N` from the first one, or `--seed N` alone with its story.
pub fn run_command(arguments: &[String]) -> Result {
    let (name, number) = match arguments {
        [] => ("--seeds", MANY),
        [name, number] => (name.as_str(), parse(number)?),
        more => {
            return Err(format!(
                "simulate takes --seeds N or --seed N, found {more:?}"
            ));
        }
    };
    let variable = match name {
        "--seeds" => "SIMPUL_SIMULATE_SEEDS",
        "--seed" => "SIMPUL_SIMULATE_SEED",
        other => {
            return Err(format!(
                "simulate takes --seeds N or --seed N, found {other}"
            ));
        }
    };
    let mut tests = cargo(["test", "-p", "simpul", "--lib", TESTS]);
    if name == "--seed" {
        tests.args(["--", "--nocapture", "--test-threads=1"]);
    }
    run(tests.env(variable, number.to_string()))
}

fn parse(number: &str) -> Result<u64> {
    let wrong = |_| format!("`{number}` is no number");
    number.parse().map_err(wrong)
}
