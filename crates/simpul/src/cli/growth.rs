//! `simpul growth`: files of measurements scored and counted, without database or keys.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use simpul_growth::csv::{FileError, Outcome, assess_csv, summary_csv};
use simpul_growth::summary::Language;

use crate::platform::{AppError, Result};

/// Name of standard input and output.
const STANDARD: &str = "-";

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

fn shown(path: &Path) -> String {
    if is_standard(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// An error that names the file and what to do about it.
fn named(error: &io::Error, path: &Path, doing: &str) -> io::Error {
    use io::ErrorKind::{IsADirectory, NotFound, PermissionDenied, StorageFull};
    let advice = match error.kind() {
        NotFound => "check the name and the folder",
        PermissionDenied => "check who may use this file and folder",
        IsADirectory => "name a file, not a folder",
        StorageFull => "free some space and run again; nothing was written",
        _ => "try again, or use another disk",
    };
    let text = format!("cannot {doing} {}: {error}; {advice}", path.display());
    io::Error::new(error.kind(), text)
}

fn open(path: &Path) -> Result<Box<dyn Read>> {
    if is_standard(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|e| named(&e, path, "read"))?;
    Ok(Box::new(Source {
        file,
        path: path.to_owned(),
    }))
}

/// A file that names itself when it cannot be read.
struct Source {
    file: File,
    path: PathBuf,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        read.map_err(|e| named(&e, &self.path, "read"))
    }
}

/// Where output goes. A file appears only when it is whole: it is written beside its place and
/// moved there at the end.
enum Target {
    Standard(io::StdoutLock<'static>),
    /// A device or pipe, which cannot be replaced.
    Device(File, PathBuf),
    Fresh(tempfile::NamedTempFile, PathBuf),
}

impl Target {
    fn create(path: &Path) -> Result<Self> {
        if is_standard(path) {
            return Ok(Self::Standard(io::stdout().lock()));
        }
        let refused = |e: io::Error| named(&e, path, "write");
        if path.is_dir() {
            return Err(refused(io::ErrorKind::IsADirectory.into()).into());
        }
        if path.exists() && !path.is_file() {
            let file = File::options().write(true).open(path).map_err(refused)?;
            return Ok(Self::Device(file, path.to_owned()));
        }
        // Through a link the file it names is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder
            .prefix(".simpul-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|e| named(&e, &path, "write"))?;
        Ok(Self::Fresh(file, path))
    }

    fn finish(self) -> Result<()> {
        let Self::Fresh(file, path) = self else {
            return Ok(());
        };
        let refused = |e: io::Error| named(&e, &path, "write");
        file.as_file().sync_all().map_err(refused)?;
        file.persist(&path).map_err(|e| refused(e.error))?;
        Ok(())
    }
}

impl Write for &mut Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match *self {
            Target::Standard(out) => out.write(bytes),
            Target::Device(out, path) => out.write(bytes).map_err(|e| named(&e, path, "write")),
            Target::Fresh(out, path) => out.write(bytes).map_err(|e| named(&e, path, "write")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match *self {
            Target::Standard(out) => out.flush(),
            Target::Device(out, path) => out.flush().map_err(|e| named(&e, path, "write")),
            Target::Fresh(out, path) => out.flush().map_err(|e| named(&e, path, "write")),
        }
    }
}
