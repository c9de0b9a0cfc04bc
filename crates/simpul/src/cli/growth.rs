//! `simpul growth`: files of measurements scored and counted, without database or keys.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use simpul_growth::csv::{FileError, Outcome, assess_csv, summary_csv};
use simpul_growth::summary::Language;

use super::files::{STANDARD, Target, open, shown};
use crate::platform::{AppError, Result};

#[derive(Subcommand)]
pub(super) enum Growth {
    /// Write z-scores, flags and categories of every child of a CSV file
    Assess {
        /// File of measurements, `-` for standard input
        input: PathBuf,
        /// File to write, `-` for standard output
        #[arg(long, short, default_value = STANDARD)]
        output: PathBuf,
    },
    /// Count what the measurements of a CSV file would have meant at a Posyandu
    Summary {
        /// File of measurements, `-` for standard input
        input: PathBuf,
        /// Language of the summary
        #[arg(long, value_enum, default_value_t)]
        lang: SummaryLang,
    },
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum SummaryLang {
    #[default]
    Id,
    En,
}

/// Runs one of the commands; rows that cannot be read are named on standard error and make the
/// exit status 1.
pub(super) fn run(command: Growth) -> Result<ExitCode> {
    match command {
        Growth::Assess { input, output } => {
            let source = open(&input)?;
            let mut target = Target::create(&output)?;
            let outcome = assess_csv(source, &mut target, io::stderr().lock())
                .map_err(|error| explain(&input, error))?;
            target.finish()?;
            Ok(report(outcome))
        }
        Growth::Summary { input, lang } => {
            let (summary, outcome) = summary_csv(open(&input)?, io::stderr().lock())
                .map_err(|error| explain(&input, error))?;
            let language = match lang {
                SummaryLang::Id => Language::Indonesian,
                SummaryLang::En => Language::English,
            };
            print!("{}", summary.text(language));
            Ok(report(outcome))
        }
    }
}

fn report(outcome: Outcome) -> ExitCode {
    if outcome.bad == 0 {
        return ExitCode::SUCCESS;
    }
    let Outcome { rows, bad } = outcome;
    eprintln!("{bad} of {rows} rows left out; mend the lines named above and run again");
    ExitCode::FAILURE
}

fn explain(input: &Path, error: FileError) -> AppError {
    match error {
        // Reader and writer name their file themselves.
        FileError::Io(error) => AppError::Internal(error.to_string()),
        error => AppError::Internal(format!("{}: {error}", shown(input))),
    }
}
