//! Lists of residents from spreadsheets into the registry: read, matched, shown, and only on
//! demand applied.

mod apply;
pub mod cells;
mod judge;
pub mod mapping;
mod person;
mod sql;
mod stage;
pub mod table;
#[cfg(test)]
mod tests;
pub mod told;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use simpul_db::args;
use simpul_identity::RegionCode;

use crate::access::{Marks, Role, Scope};
use crate::platform::{App, AppError, Id, Result};
use mapping::Mapping;
use told::{Fault, ImportError, Told};

const KIND: &str = "people";
/// Roles that may bring lists of residents.
const ROLES: &[Role] = &[Role::Petugas, Role::Koordinator, Role::Manajer];
/// Staged rows older than this were forgotten, seconds.
const FORGOTTEN: i64 = 24 * 3600;

/// What is being done, for those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Read,
    Apply,
}

/// Watches an import.
pub trait Observer {
    /// So many rows of a step are done, of how many where that is known.
    fn step(&mut self, step: Step, done: u64, total: Option<u64>);

    /// The verdict on a row, in the order of the file; after an apply once more for rows that
    /// were not taken.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn row(&mut self, line: u64, verdict: &str, faults: &[Fault]) -> Result<()>;
}

/// How a file is imported.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// TOML over the usual mapping.
    pub mapping: Option<String>,
    /// Apply what is new and changed.
    pub apply: bool,
    /// The persons of the file are invented.
    pub synthetic: bool,
    /// The day of the data; without it programmes are not taken.
    pub data_date: Option<Date>,
}

/// Rows by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub ambiguous: u64,
    pub refused: u64,
    /// Rows brought into the registry; none in a preview.
    pub applied: u64,
    /// Rows whose programmes were left out, since the day of the data was not given.
    pub undated: u64,
}

impl Summary {
    /// Counts one row.
    pub fn count(&mut self, verdict: &str) {
        self.add(verdict, 1);
    }

    fn add(&mut self, verdict: &str, rows: u64) {
        *match verdict {
            "new" => &mut self.new,
            "changed" => &mut self.changed,
            "unchanged" => &mut self.unchanged,
            "ambiguous" => &mut self.ambiguous,
            _ => &mut self.refused,
        } += rows;
    }

    pub fn rows(&self) -> u64 {
        self.new + self.changed + self.unchanged + self.ambiguous + self.refused
    }
}

/// One import under way.
struct Import<'a> {
    app: &'a App,
    scope: &'a Scope,
    kabupaten: RegionCode,
    id: Id,
    today: Date,
    data_date: Option<Date>,
}

/// Refuses invented people in a real database and the other way round, and roles that bring no
/// lists.
///
/// # Errors
/// A sentence that says what to do.
pub fn may_import(
    app: &App,
    scope: &Scope,
    roles: &[Role],
    synthetic: bool,
) -> Result<RegionCode, Told> {
    let kabupaten = scope.area().kabupaten();
    let kabupaten = kabupaten.filter(|_| roles.contains(&scope.role()));
    let kabupaten = kabupaten.ok_or_else(|| Told::new("import-role"))?;
    match (app.part::<Marks>().synthetic(), synthetic) {
        (true, false) => Err(Told::new("import-only-synthetic")),
        (false, true) => Err(Told::new("import-only-real")),
        _ => Ok(kabupaten),
    }
}

/// Reads a list of residents and says of every row what it would do; with `apply`, does it.
///
/// # Errors
/// When file, mapping or user do not fit, or the database is away. Rows applied before that stay.
pub async fn people(
    app: &App,
    scope: &Scope,
    file: &Path,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Summary, ImportError> {
    let kabupaten = may_import(app, scope, ROLES, options.synthetic)?;
    let mapping = Mapping::parse(
        person::FIELDS,
        person::USUAL_MAPPING,
        options.mapping.as_deref(),
    )?;
    let mark = mark_of(file.to_owned()).await?;
    let import = Import {
        app,
        scope,
        kabupaten,
        id: app.ids().make(),
        today: app.now().date_in(scope.zone()),
        data_date: options.data_date,
    };
    import.begin(mark).await?;
    let outcome = import.run(file, mapping, options.apply, observer).await;
    let state = match (&outcome, options.apply) {
        (Ok(_), true) => "applied",
        (Ok(_), false) => "previewed",
        (Err(_), _) => "stopped",
    };
    let end = import.end(state).await;
    let summary = outcome?;
    end?;
    Ok(summary)
}

impl Import<'_> {
    fn kabupaten(&self) -> &str {
        self.kabupaten.as_str()
    }

    async fn begin(&self, mark: [u8; 32]) -> Result<()> {
        let now = self.app.now();
        let mut tx = self.app.db().begin().await?;
        let old = now.plus_seconds(-FORGOTTEN);
        tx.exec(
            &sql::DROP_LEFTOVERS,
            args![self.kabupaten(), KIND, mark, old],
        )
        .await?;
        let row = args![
            self.kabupaten(),
            self.id,
            KIND,
            mark,
            self.scope.user(),
            now
        ];
        tx.exec(&sql::MAKE_IMPORT, row).await?;
        Ok(tx.commit().await?)
    }

    async fn run(
        &self,
        file: &Path,
        mapping: Mapping,
        apply: bool,
        observer: &mut dyn Observer,
    ) -> Result<Summary, ImportError> {
        let undated = self.stage(file, &Arc::new(mapping), observer).await?;
        let mut summary = self.summary().await?;
        summary.undated = undated;
        self.report(observer).await?;
        if apply {
            let applied = self.apply(summary.new + summary.changed, observer).await?;
            summary.applied = applied.rows;
            for (line, fault) in applied.refused {
                observer.row(line, "refused", &[fault])?;
            }
        }
        Ok(summary)
    }

    async fn summary(&self) -> Result<Summary> {
        let own = args![self.kabupaten(), self.id];
        let counts: Vec<(String, i64)> = self.app.db().all(&sql::COUNTS, own).await?;
        let mut summary = Summary::default();
        for (verdict, count) in counts {
            let count = u64::try_from(count).map_err(AppError::internal)?;
            summary.add(&verdict, count);
        }
        Ok(summary)
    }

    async fn report(&self, observer: &mut dyn Observer) -> Result<()> {
        let mut after = 0;
        loop {
            let own = args![self.kabupaten(), self.id, after];
            let rows: Vec<sql::JudgedRow> = self.app.db().all(&sql::JUDGED, own).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.line;
            for row in rows {
                let faults: Vec<Fault> =
                    serde_json::from_str(&row.reason).map_err(AppError::internal)?;
                observer.row(row.line.cast_unsigned(), &row.verdict, &faults)?;
            }
        }
    }

    /// Forgets what was staged.
    async fn end(&self, state: &'static str) -> Result<()> {
        let mut tx = self.app.db().begin().await?;
        let rows = args![self.kabupaten(), self.id, i64::MAX];
        tx.exec(&sql::DROP_STAGED, rows).await?;
        let applied_at = (state == "applied").then(|| self.app.now());
        let row = args![self.kabupaten(), self.id, state, applied_at];
        tx.exec(&sql::CLOSE_IMPORT, row).await?;
        Ok(tx.commit().await?)
    }
}

/// SHA-256 of a file that may be a table.
async fn mark_of(path: PathBuf) -> Result<[u8; 32], ImportError> {
    let hashed = tokio::task::spawn_blocking(move || {
        table::kind_of(&path)?;
        let mut file = File::open(path).map_err(|e| Told::io(&e))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).map_err(|e| Told::io(&e))? {
                0 => return Ok(hasher.finalize().into()),
                read => hasher.update(&buffer[..read]),
            }
        }
    });
    hashed
        .await
        .map_err(AppError::internal)?
        .map_err(ImportError::File)
}
