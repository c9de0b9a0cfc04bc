//! `simpul-print`: one letter as JSON on standard input, its PDF on standard output. What it says of
//! faults holds nothing of the letter.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use clap::Parser;
use simpul_print::letter::Letter;
use simpul_print::limits::{Limits, bind};

/// Bytes of a letter: many times what a desk may write.
const MOST_BYTES: u64 = 1 << 20;

/// Sets one letter: JSON on standard input, PDF on standard output.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address space it may take, in MiB.
    #[arg(long, default_value_t = 256)]
    memory: u64,
    /// Processor time it may take, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

fn main() -> ExitCode {
    let Arguments { memory, seconds } = Arguments::parse();
    // What the standard library would tell of a panic may quote the letter.
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("simpul-print: stopped at {:?}", panic.location());
    }));
    match bind(Limits { memory, seconds })
        .map_err(|e| e.to_string())
        .and_then(|()| run())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("simpul-print: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut json = Vec::new();
    let input = std::io::stdin().take(MOST_BYTES);
    let read = { input }.read_to_end(&mut json);
    read.map_err(|e| format!("the letter cannot be read: {e}"))?;
    // The error's own text may quote what it stumbled over.
    let letter: Letter = serde_json::from_slice(&json).map_err(|e| {
        let (kind, line, column) = (e.classify(), e.line(), e.column());
        format!("not a letter: {kind:?} error at {line}:{column}")
    })?;
    let pdf = simpul_print::print(&letter).map_err(|e| e.to_string())?;
    let written = std::io::stdout().write_all(&pdf);
    written.map_err(|e| format!("the PDF cannot be written: {e}"))
}
