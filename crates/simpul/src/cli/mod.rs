//! The command line: one file per family of commands.

mod demo;
mod files;
mod growth;
mod import;
mod link;
mod safekeeping;
mod serve;
mod tls;

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use simpul_db::{Db, DbUrl};
use tokio::runtime::Runtime;

use crate::platform::config::Config;
use crate::platform::{App, AppError, Clock, Lang, Result};

/// Name of the embedded database in the data folder.
pub const DATABASE_FILE: &str = "simpul.db";

/// Simpul joins the village social desk (Puskesos) and the health post (Posyandu).
#[derive(Parser)]
#[command(name = "simpul", version)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where data and keys are.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// Folder of the key file and of the embedded database
    #[arg(long, global = true, default_value = ".", env = "SIMPUL_DATA")]
    pub data: PathBuf,
    /// Use this PostgreSQL database (`postgres://...`) and not the embedded one
    #[arg(long, global = true, env = "SIMPUL_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages
    Serve(serve::Serve),
    /// Six villages of invented people and one Posyandu morning, to look at and try
    Demo(demo::Demo),
    /// Write a consistent copy of the embedded database while it is in use; keys are never inside
    Backup {
        /// File to write; it must not exist
        to: PathBuf,
    },
    /// Note that a backup was put back into another database and opens: phones need not keep what
    /// it holds. For PostgreSQL, after `pg_dump` and `pg_restore`
    BackupChecked {
        /// Address of the database that the backup was put back into
        copy: String,
    },
    /// After `pg_restore` into the database in use: phones send again what the backup lacks
    Restored,
    /// Put a backup in the place of the embedded database
    Restore(safekeeping::Restore),
    /// The keys that open what is sealed
    #[command(subcommand)]
    Keys(safekeeping::Keys),
    /// Check that the journal is whole and unchanged
    Journal,
    /// Bring lists from spreadsheets into the database
    #[command(subcommand)]
    Import(import::Import),
    /// Child growth by WHO's standards, on CSV files
    #[command(subcommand)]
    Growth(growth::Growth),
    /// Find double records in CSV files
    #[command(subcommand)]
    Link(link::Link),
    /// Print the name of every SQL statement, one a line
    #[command(hide = true)]
    Statements,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let done = match runtime(&cli.place) {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("simpul: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

fn runtime(place: &Place) -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    // What is wrong with an address is told by the command that opens it.
    let busy = place.url().map_or(0, |url| url.busy_threads());
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores + busy)
        .enable_all()
        .build()
}

/// The error without the words that sort it in the log.
fn told(error: &AppError) -> String {
    match error {
        AppError::Internal(text) => text.clone(),
        AppError::Io(error) => error.to_string(),
        AppError::Refused(key) | AppError::Conflict(key) => Lang::En.t(key),
        other => other.to_string(),
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let place = cli.place;
    match cli.command {
        Command::Serve(serve) => serve::run(&place, serve).await?,
        Command::Demo(demo) => demo::run(&place, demo).await?,
        Command::Backup { to } => safekeeping::backup(&place, &to).await?,
        Command::BackupChecked { copy } => safekeeping::backup_checked(&place, &copy).await?,
        Command::Restored => safekeeping::restored(&place).await?,
        Command::Restore(restore) => safekeeping::restore(&place, &restore).await?,
        Command::Keys(keys) => safekeeping::keys(&place, keys).await?,
        Command::Import(import) => return import::run(&place, import).await,
        Command::Growth(growth) => return growth::run(growth),
        Command::Link(link) => link::run(link)?,
        Command::Journal => return safekeeping::check_journal(&place).await,
        Command::Statements => {
            for statement in simpul_db::registered() {
                println!("{}", statement.name());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Log lines go to standard error, as text or (`SIMPUL_LOG_FORMAT=json`) as JSON.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SIMPUL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,simpul=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::env::var("SIMPUL_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.compact().init();
    }
}

impl Place {
    pub fn database_file(&self) -> PathBuf {
        self.data.join(DATABASE_FILE)
    }

    fn url(&self) -> Result<DbUrl> {
        Ok(match &self.database {
            Some(url) => DbUrl::parse(url)?,
            None => DbUrl::sqlite(self.database_file()),
        })
    }

    /// Opens database and keys and builds the application.
    ///
    /// # Errors
    /// When the database or the keys cannot be used.
    pub async fn open(&self, listen: SocketAddr, public_url: Option<String>) -> Result<App> {
        let config = Config::new(self.data.clone(), listen, public_url);
        self.open_with(config).await
    }

    /// As [`Place::open`], with these settings.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub async fn open_with(&self, config: Config) -> Result<App> {
        std::fs::create_dir_all(&self.data)?;
        // Whether a PostgreSQL database is new is known only after it was opened; a key file is
        // then required as soon as anything was sealed.
        let exists = self.database.is_none() && self.database_file().exists();
        let keys = crate::keys::load_or_make(&self.data, exists, &Clock::System)?;
        let db = Db::open(&self.url()?).await?;
        crate::app::assemble(db, keys, Clock::System, config).await
    }

    /// As [`Place::open`], for commands that do not listen.
    ///
    /// # Errors
    /// As [`Place::open`].
    pub async fn open_quietly(&self) -> Result<App> {
        self.open(SocketAddr::from(([127, 0, 0, 1], 0)), None).await
    }

    /// The embedded database's file, for commands that only know that one.
    fn embedded(&self) -> Result<PathBuf> {
        if self.database.is_some() {
            return Err(AppError::Internal(
                "this works on the embedded database; for PostgreSQL use pg_dump and pg_restore"
                    .into(),
            ));
        }
        Ok(self.database_file())
    }
}
