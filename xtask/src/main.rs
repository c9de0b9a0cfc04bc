//! `cargo xtask`: the project's own commands. Standard library first, so that it builds in seconds.

mod audit;
mod bench;
mod coverage;
mod demo;
mod field;
mod linkage;
mod parity;
mod postgres;
mod shell;
mod simulate;
mod test;
mod tidy;
mod tools;
mod types;
mod wasm;

use std::process::ExitCode;

/// What went wrong, in words for the person at the terminal: what happened and what to do.
pub type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
cargo xtask <command>

  test                       format, lints, tidy, all tests on SQLite and PostgreSQL, pages in Chromium
  tidy                       the rules of the house that the compiler does not check
  audit                      licences, bans, advisories, unused and too many dependencies
  demo [--once] [--release]  build Simpul and run its demo with the data in target/demo
  bench [NAME]               measure; without a name everything (`linkage --with-splink`: both)
  field                      build the field workers' app into field/dist
  parity [--children N]      compare the phone's engine with the server's, reply by reply
  simulate [--seeds N | --seed N]  phones and server with everything that goes wrong between them
  types                      write field/src/engine/types.ts from the Rust types
  wasm                       build the phone's engine into field/src/engine/simpul.wasm
  postgres                   a throw-away PostgreSQL until Ctrl-C, its address printed
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match shell::listen_for_stop().and_then(|()| dispatch(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result {
    let (command, rest) = arguments
        .split_first()
        .map_or(("", &[][..]), |(c, r)| (c.as_str(), r));
    if !matches!(command, "demo" | "bench" | "parity" | "simulate") && !rest.is_empty() {
        return Err(format!(
            "`{command}` takes no argument, found {rest:?}\n\n{USAGE}"
        ));
    }
    match command {
        "test" => test::run_command(),
        "tidy" => tidy::run_command(),
        "audit" => audit::run_command(),
        "demo" => demo::run_command(rest),
        "bench" => bench::run_command(rest),
        "wasm" => wasm::run_command(),
        "parity" => parity::run_command(rest),
        "field" => field::build(),
        "simulate" => simulate::run_command(rest),
        "types" => types::run_command(),
        "postgres" => postgres::run_command(),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}
