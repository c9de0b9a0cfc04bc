//! The measurements of a session, from a spreadsheet: of children who are known, through the same
//! door as the pages. A preview walks through that door too, and takes every step back.

mod row;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use simpul_identity::{search_key, similar};

use super::model::{EntrySource, NewDay, NewMeasurement, StoredMeasurement, position_key};
use super::{history, measure, open_day};
use crate::access::{Role, Scope, Work};
use crate::platform::{App, AppError, Id, Result};
use crate::registry::import::mapping::Mapping;
use crate::registry::import::told::{Fault, ImportError, Told};
use crate::registry::import::{Observer, Options, Step, Summary, may_import, table};
use crate::registry::{Person, person, person_by_nik, search};
use row::Listed;

/// Names less alike than this are of two children.
const SAME_NAME: f64 = 0.85;
/// Children of one name that are looked at.
const NAMESAKES: i64 = 100;

/// What became of a row.
enum Verdict {
    New(Vec<Fault>),
    Unchanged,
    Ambiguous(Fault),
    Refused(Fault),
}

/// Reads a session's list and says of every row what it would do; with `apply`, does it. A row is
/// taken whole or not at all; the same file twice is counted once.
///
/// # Errors
/// When file, mapping or user do not fit, or the database is away. Rows applied before that stay.
pub async fn measurements(
    app: &App,
    scope: &Scope,
    file: &Path,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Summary, ImportError> {
    may_import(app, scope, Role::POST, options.synthetic)?;
    let mapping = options.mapping.as_deref();
    let mapping = Arc::new(Mapping::parse(row::FIELDS, row::USUAL_MAPPING, mapping)?);
    let (mut batches, reader) = table::stream(file, Arc::clone(&mapping));
    let mut import = Import {
        app,
        scope,
        apply: options.apply,
        seen: HashMap::new(),
    };
    let mut summary = Summary::default();
    while let Some(batch) = batches.recv().await {
        for row in batch {
            let (verdict, faults) = match row::read(&mapping, &row) {
                Err(faults) => ("refused", faults),
                Ok(listed) => match import.take(row.line, &listed).await? {
                    Verdict::New(notes) => ("new", notes),
                    Verdict::Unchanged => ("unchanged", Vec::new()),
                    Verdict::Ambiguous(fault) => ("ambiguous", vec![fault]),
                    Verdict::Refused(fault) => ("refused", vec![fault]),
                },
            };
            summary.count(verdict);
            observer.row(row.line, verdict, &faults)?;
            observer.step(Step::Read, summary.rows(), None);
        }
    }
    reader.await.map_err(AppError::internal)??;
    if options.apply {
        summary.applied = summary.new;
    }
    Ok(summary)
}

struct Import<'a> {
    app: &'a App,
    scope: &'a Scope,
    apply: bool,
    /// Where a child's measurement of a day stood first.
    seen: HashMap<(Id, Date), u64>,
}

impl Import<'_> {
    async fn take(&mut self, line: u64, listed: &Listed) -> Result<Verdict> {
        let child = match self.child(listed).await? {
            Ok(child) => child,
            Err(verdict) => return Ok(verdict),
        };
        if let Some(first) = self.seen.insert((child.id, listed.on), line) {
            let told = Told::new("import-row-repeated").with("row", first);
            return Ok(Verdict::Ambiguous(Fault::of("", told)));
        }
        let past = history(&mut self.app.db(), self.scope, child.id).await?;
        if let Some(there) = past.iter().find(|one| *one.measured_on == listed.on) {
            return Ok(match same(there, listed) {
                true => Verdict::Unchanged,
                false => Verdict::Ambiguous(Fault::new("tanggal_ukur", "import-measured-other")),
            });
        }
        let mut work = Work::begin(self.app, self.scope).await?;
        match enter(&mut work, &child, listed).await {
            Ok(notes) => {
                if self.apply {
                    work.commit().await?;
                }
                Ok(Verdict::New(notes))
            }
            Err(AppError::Refused(key) | AppError::Conflict(key)) => {
                Ok(Verdict::Refused(Fault::new("tanggal_ukur", key)))
            }
            Err(error) => Err(error),
        }
    }

    /// The child of a row: by NIK, else by name and day of birth.
    async fn child(&self, listed: &Listed) -> Result<Result<Person, Verdict>> {
        let (db, keys) = (&mut self.app.db(), self.app.keys());
        let unsure = |field, key| Ok(Err(Verdict::Ambiguous(Fault::new(field, key))));
        let unknown = |field| {
            let fault = Fault::new(field, "import-child-unknown");
            Ok(Err(Verdict::Refused(fault)))
        };
        if let Some(nik) = &listed.nik {
            let Some(id) = person_by_nik(db, self.scope, keys, nik).await? else {
                return unknown("nik");
            };
            let child = person(db, self.scope, id).await?;
            let other_name = listed
                .name
                .as_ref()
                .is_some_and(|name| similar(name, &child.name) < SAME_NAME);
            let other_day = listed.birth_date.is_some_and(|day| day != child.birth_date);
            return match other_name || other_day {
                true => unsure("nik", "import-nik-other-person"),
                false => Ok(Ok(child)),
            };
        }
        let (Some(name), Some(born)) = (&listed.name, listed.birth_date) else {
            return unknown("nama_anak");
        };
        let key = search_key(name);
        let found = search(db, self.scope, keys, name, None, NAMESAKES).await?;
        let mut found = found
            .into_iter()
            .filter(|one| one.birth_date == born && search_key(&one.name) == key);
        match (found.next(), found.next()) {
            (Some(child), None) => Ok(Ok(child)),
            (None, _) => unknown("nama_anak"),
            (Some(_), Some(_)) => unsure("nama_anak", "import-child-twice"),
        }
    }
}

/// Enters a measurement, at the hari buka of the child's post; its doubts are notes.
async fn enter(work: &mut Work, child: &Person, listed: &Listed) -> Result<Vec<Fault>> {
    let at_post = child.area.post_number().is_some_and(|post| post > 0);
    let day = if at_post {
        let new = NewDay {
            id: work.app().ids().make(),
            post_area: child.area,
            date: listed.on,
        };
        Some(open_day(work, new).await?)
    } else {
        None
    };
    let figures = &listed.figures;
    let new = NewMeasurement {
        id: id_of(child.id, listed),
        person: child.id,
        day,
        on: listed.on,
        weight: figures.weight,
        lenhei: figures.lenhei,
        position: figures.position,
        head: figures.head,
        arm: figures.arm,
        oedema: listed.oedema,
        measurer: listed.measurer.clone(),
        danger_signs: Vec::new(),
        replaces: None,
        source: EntrySource::Import,
    };
    let measured = measure(work, new).await?;
    let words = measured.stored.warning_words().into_iter();
    Ok(words
        .map(|key| Fault::of("berat_kg", Told::new(key)))
        .collect())
}

/// Whether a stored measurement says what the row says.
fn same(there: &StoredMeasurement, listed: &Listed) -> bool {
    let figures = &listed.figures;
    there.weight == figures.weight.map(simpul_growth::Grams::get)
        && there.lenhei == figures.lenhei.map(simpul_growth::TenthsMm::get)
        && there.head == figures.head.map(simpul_growth::TenthsMm::get)
        && there.arm == figures.arm.map(simpul_growth::TenthsMm::get)
        && there.position.as_deref() == figures.position.map(position_key)
        && there.oedema == listed.oedema
}

/// The same statement of a list gets the same id, so that it is counted once.
fn id_of(child: Id, listed: &Listed) -> Id {
    let mut hasher = Sha256::new();
    hasher.update(child.as_bytes());
    let figures = &listed.figures;
    hasher.update(format!("{} {:?} {:?}", listed.on, figures, listed.oedema));
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize()[..16]);
    Id::from_bytes(id)
}
