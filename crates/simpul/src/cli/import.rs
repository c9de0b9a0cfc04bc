//! `simpul import`: lists from spreadsheets, shown before they are applied.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use super::Place;
use super::files::{Target, shown};
use crate::access::{Scope, scope_of_login};
use crate::platform::{App, AppError, Lang, Result};
use crate::posyandu;
use crate::registry::import::told::{Fault, ImportError, Told};
use crate::registry::import::{self, Observer, Options, Step, Summary};

/// Rows with something to say that are shown without a report file.
const SHOWN: usize = 20;

#[derive(Subcommand)]
pub(super) enum Import {
    /// A list of residents (csv or xlsx)
    People {
        #[command(flatten)]
        common: Common,
        /// Day of the data (YYYY-MM-DD); without it the programmes column is left out
        #[arg(long)]
        data_date: Option<Date>,
    },
    /// The measurements of a session at the Posyandu (csv or xlsx), of children who are known
    Measurements {
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Args)]
pub(super) struct Common {
    /// The file
    file: PathBuf,
    /// Login of the user in whose name and area this is done
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// TOML file that says how columns and codes are called
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Save what is new and changed; without it nothing is saved
    #[arg(long)]
    apply: bool,
    /// Write the verdict on every row to this CSV file
    #[arg(long)]
    report: Option<PathBuf>,
    /// The persons of the file are invented
    #[arg(long)]
    synthetic: bool,
    /// Language of what is said
    #[arg(long, value_enum, default_value_t)]
    lang: Language,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Language {
    #[default]
    Id,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Id => Self::Id,
            Language::En => Self::En,
        }
    }
}

/// Runs an import; rows left for a person to look at make the exit status 1.
pub(super) async fn run(place: &Place, import: Import) -> Result<ExitCode> {
    let app = place.open_quietly().await?;
    let (common, outcome) = match &import {
        Import::People { common, data_date } => (common, people(&app, common, *data_date).await),
        Import::Measurements { common } => (common, measurements(&app, common).await),
    };
    app.db().close().await;
    let lang = common.lang.into();
    let summary = outcome.map_err(|error| in_words(lang, &common.file, error))?;
    Ok(if summary.refused + summary.ambiguous > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn people(
    app: &App,
    common: &Common,
    data_date: Option<Date>,
) -> Result<Summary, ImportError> {
    let (scope, mut options, mut screen) = common.start(app).await?;
    options.data_date = data_date;
    let summary = import::people(app, &scope, &common.file, &options, &mut screen).await?;
    screen.finish(&summary, common.apply)?;
    Ok(summary)
}

async fn measurements(app: &App, common: &Common) -> Result<Summary, ImportError> {
    let (scope, options, mut screen) = common.start(app).await?;
    let summary =
        posyandu::import::measurements(app, &scope, &common.file, &options, &mut screen).await?;
    screen.finish(&summary, common.apply)?;
    Ok(summary)
}

impl Common {
    async fn start(&self, app: &App) -> Result<(Scope, Options, Screen), ImportError> {
        let options = Options {
            mapping: self.mapping.as_deref().map(read_mapping).transpose()?,
            apply: self.apply,
            synthetic: self.synthetic,
            data_date: None,
        };
        Ok((scope(app, &self.login).await?, options, Screen::new(self)?))
    }
}

async fn scope(app: &App, login: &str) -> Result<Scope, ImportError> {
    match scope_of_login(&mut app.db(), login).await {
        Err(AppError::NotFound) => Err(Told::new("import-user-unknown").into()),
        other => Ok(other?),
    }
}

fn read_mapping(path: &Path) -> Result<String, ImportError> {
    let text = std::fs::read_to_string(path);
    Ok(text.map_err(|e| {
        let name = path.display();
        AppError::Internal(format!("cannot read the mapping {name}: {e}"))
    })?)
}

fn in_words(lang: Lang, file: &Path, error: ImportError) -> AppError {
    match error {
        ImportError::File(told) => {
            AppError::Internal(format!("{}: {}", shown(file), told.in_words(lang)))
        }
        ImportError::App(error) => error,
    }
}

/// What a person at the terminal sees: progress, the first rows with something to say, a summary;
/// and the report file.
struct Screen {
    lang: Lang,
    bar: ProgressBar,
    step: Option<Step>,
    report: Option<csv::Writer<Target>>,
    said: Vec<String>,
    more: usize,
}

impl Screen {
    fn new(common: &Common) -> Result<Self> {
        let lang = common.lang.into();
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        let report = match &common.report {
            None => None,
            Some(path) => {
                let mut writer = csv::Writer::from_writer(Target::create(path)?);
                let columns = ["row", "verdict", "column", "reason"];
                let names = columns.map(|name| Lang::t(lang, format!("import-report-{name}")));
                writer.write_record(names).map_err(AppError::internal)?;
                Some(writer)
            }
        };
        Ok(Self {
            lang,
            bar,
            step: None,
            report,
            said: Vec::new(),
            more: 0,
        })
    }

    fn say(&mut self, line: u64, fault: &Fault) {
        if self.said.len() == SHOWN {
            self.more += 1;
            return;
        }
        let key = if fault.field.is_empty() {
            "import-row-said-whole"
        } else {
            "import-row-said"
        };
        let values = [
            ("row", line.to_string()),
            ("column", fault.field.to_string()),
            ("reason", fault.told.in_words(self.lang)),
        ];
        self.said.push(self.lang.format(key, &values));
    }

    fn finish(&mut self, summary: &Summary, apply: bool) -> Result<()> {
        self.bar.finish_and_clear();
        if let Some(report) = self.report.take() {
            let target = report
                .into_inner()
                .map_err(csv::IntoInnerError::into_error)?;
            target.finish()?;
        }
        for line in &self.said {
            println!("{line}");
        }
        if self.more > 0 {
            println!("{}", self.lang.t1("import-more-rows", "count", self.more));
        }
        let values = [
            ("rows", summary.rows().to_string()),
            ("new", summary.new.to_string()),
            ("changed", summary.changed.to_string()),
            ("unchanged", summary.unchanged.to_string()),
            ("ambiguous", summary.ambiguous.to_string()),
            ("refused", summary.refused.to_string()),
        ];
        println!("{}", self.lang.format("import-shown", &values));
        if summary.undated > 0 {
            println!("{}", self.lang.t("import-programmes-skipped"));
        }
        if apply {
            let applied = summary.applied;
            println!("{}", self.lang.t1("import-applied", "count", applied));
        } else if summary.new + summary.changed > 0 {
            println!("{}", self.lang.t("import-preview-only"));
        }
        Ok(())
    }
}

impl Observer for Screen {
    fn step(&mut self, step: Step, done: u64, total: Option<u64>) {
        if self.step != Some(step) {
            self.step = Some(step);
            let (key, shape) = match step {
                Step::Read => ("import-step-read", "{msg} {human_pos} ({per_sec})"),
                Step::Apply => (
                    "import-step-apply",
                    "{msg} {wide_bar} {human_pos}/{human_len}",
                ),
            };
            if let Ok(style) = ProgressStyle::with_template(shape) {
                self.bar.set_style(style);
            }
            self.bar.set_message(self.lang.t(key));
        }
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    fn row(&mut self, line: u64, verdict: &str, faults: &[Fault]) -> Result<()> {
        if matches!(verdict, "ambiguous" | "refused") {
            for fault in faults {
                self.say(line, fault);
            }
        }
        let Some(writer) = &mut self.report else {
            return Ok(());
        };
        let (line, verdict) = (
            line.to_string(),
            self.lang.t(format!("import-verdict-{verdict}")),
        );
        let mut write = |column: &str, reason: &str| {
            let row = [line.as_str(), verdict.as_str(), column, reason];
            writer.write_record(row).map_err(AppError::internal)
        };
        if faults.is_empty() {
            write("", "")?;
        }
        for fault in faults {
            write(&fault.field, &fault.told.in_words(self.lang))?;
        }
        Ok(())
    }
}
