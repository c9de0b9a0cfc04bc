//! Pull: the worker's area as a whole, and from then on what changed in it.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use simpul_db::args;
use simpul_phone::extract::Extract;
use simpul_phone::wire::{Answered, Month, Pulled};

use super::entry::Sender;
use super::model::on_line;
use super::sql::{self, EntryRow};
use super::{extract, handover};
use crate::access::{self, Epoch, Scope, Seen, device, reads};
use crate::platform::{App, AppError, Instant, Result};
use crate::registry;

/// Changes that are told one by one; after more the area is given as a whole.
const MOST_CHANGES: i64 = 1000;

/// What an extract holds: a phone that has another one takes the area as a whole.
const EXTRACT: u8 = 2;

/// Where a phone goes on: the age of the database, the journal number, what its area is made of,
/// and which keys it has. With another age, area or extract the phone takes the area as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    epoch: String,
    seq: i64,
    about: String,
    keys: String,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        Some(Self {
            epoch: parts.next()?.to_owned(),
            seq: parts.next()?.parse().ok()?,
            about: parts.next()?.to_owned(),
            keys: parts.next().unwrap_or_default().to_owned(),
        })
    }

    fn text(&self) -> String {
        format!("{}.{}.{}.{}", self.epoch, self.seq, self.about, self.keys)
    }
}

/// What a cursor is about: form of the extract, role, area and day of the village's extract.
async fn about(app: &App, scope: &Scope) -> Result<String> {
    let day = registry::extract_day(&mut app.db(), scope.area()).await?;
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    let (role, area) = (scope.role().key(), scope.area().as_str());
    // Two people on one phone keep an area each.
    // Short, as it goes both ways with every pull.
    Ok(format!("{EXTRACT}{role}{area}{day}"))
}

/// What changed since the cursor, or the whole area.
///
/// # Errors
/// When the database is away.
pub async fn pull(app: &App, from: &Sender, cursor: Option<&str>) -> Result<Pulled> {
    let scope = &from.scope;
    // Whoever moved to other work sends what is left, and takes nothing more.
    if !device::works_on_phone(scope.role(), scope.area()) {
        return Err(AppError::Refused("device-role"));
    }
    let kabupaten = scope.area().kabupaten().ok_or(AppError::NotFound)?;
    let mut db = app.db();
    let epoch = app.part::<Epoch>().0.clone();
    let about = about(app, scope).await?;
    // Read before what it counts: what comes meanwhile is told again next time.
    let head = access::head(&mut db, kabupaten.as_str()).await?;
    let cursor = cursor
        .and_then(Cursor::parse)
        .filter(|cursor| cursor.epoch == epoch && cursor.about == about && cursor.seq <= head);
    let since = cursor.as_ref().map_or(0, |cursor| cursor.seq);
    let (whole, extract) = match &cursor {
        Some(cursor) if cursor.seq == head => (false, None),
        Some(cursor) => news(app, scope, (cursor.seq, head)).await?,
        None => (true, Some(extract::whole(app, scope).await?)),
    };
    let changed = if cursor.as_ref().is_some_and(|cursor| cursor.seq == head) {
        Vec::new()
    } else {
        changed(app, from, kabupaten.as_str(), since).await?
    };
    if let Some(extract) = &extract {
        let seen = Seen {
            what: "phone",
            subject: None,
            records: extract.persons.len() + extract.measurements.len(),
        };
        reads::saw(app, scope, seen).await?;
    }
    let month = match extract.is_some() || !changed.is_empty() {
        true => Some(month(app, scope).await?),
        false => None,
    };
    let keys = handover::keys(app, scope).await?;
    let mark = handover::mark(&keys)?;
    let known = cursor.as_ref().is_some_and(|cursor| cursor.keys == mark);
    let today = app.now().date_in(scope.zone());
    Ok(Pulled {
        safe_seq: access::backed_up(&mut db, kabupaten.as_str()).await?,
        server_time: app.now().0,
        cursor: Cursor {
            epoch: epoch.clone(),
            seq: head,
            about,
            keys: mark,
        }
        .text(),
        keys: (!known).then_some(keys),
        cut_off: month.is_some().then(|| registry::cut_off(today)),
        epoch,
        whole,
        more: false,
        extract,
        changed,
        month,
    })
}

/// What changed between two numbers; the whole area when that is most of it.
async fn news(app: &App, scope: &Scope, numbers: (i64, i64)) -> Result<(bool, Option<Extract>)> {
    let changes = access::changes(&mut app.db(), scope, numbers, MOST_CHANGES).await?;
    if i64::try_from(changes.len()).is_ok_and(|n| n == MOST_CHANGES) {
        return Ok((true, Some(extract::whole(app, scope).await?)));
    }
    let mut touched = extract::Touched::default();
    let mut seen = BTreeSet::new();
    for change in changes {
        if seen.insert((change.slice.clone(), change.kind.clone(), change.subject)) {
            touched.add(&change);
        }
    }
    if touched.is_empty() {
        return Ok((false, None));
    }
    Ok((false, Some(extract::part(app, scope, &touched).await?)))
}

async fn changed(app: &App, from: &Sender, kabupaten: &str, since: i64) -> Result<Vec<Answered>> {
    let row = args![kabupaten, from.phone, from.scope.user(), since];
    let rows: Vec<EntryRow> = app.db().all(&sql::CHANGED, row).await?;
    let answered = |row: EntryRow| Answered {
        id: on_line(row.id),
        replayed: true,
        answer: row.answer(),
    };
    Ok(rows.into_iter().map(answered).collect())
}

/// What counts for a worker this month, by the receipts.
///
/// # Errors
/// When the database is away.
pub async fn month(app: &App, scope: &Scope) -> Result<Month> {
    let zone = scope.zone();
    let first = app.now().date_in(zone).first_of_month();
    let next = first.saturating_add(1.month());
    let midnight = |day: jiff::civil::Date| {
        let utc = day.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let ms = utc.map_or(0, |at| at.timestamp().as_millisecond());
        Instant(ms).plus_seconds(-i64::from(zone.hours()) * 3600)
    };
    let kabupaten = scope.area().kabupaten().ok_or(AppError::NotFound)?;
    let row = args![
        kabupaten.as_str(),
        scope.user(),
        midnight(first),
        midnight(next)
    ];
    let rows: Vec<sql::CountRow> = app.db().all(&sql::MONTH, row).await?;
    let count = |kinds: &[&str]| {
        let mine = rows.iter().filter(|row| kinds.contains(&row.kind.as_str()));
        u32::try_from(mine.map(|row| row.n).sum::<i64>()).unwrap_or(u32::MAX)
    };
    Ok(Month {
        month: first,
        measured: count(&["measure"]),
        asked: count(&["screen_begin"]),
        referred: count(&["screen_refer", "intake", "emergency"]),
        visited: count(&["visit"]),
        updated: count(&[
            "life_event",
            "register_birth",
            "register_person",
            "register_household",
            "change_field",
        ]),
    })
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn a_cursor_is_read_back_and_anything_else_is_none() {
        let cursor = Cursor {
            epoch: "0a1b".into(),
            seq: 42,
            about: "kader-1810012006001-2026-11-01".into(),
            keys: "00c0ffee".into(),
        };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        for wrong in ["", "x", "a.b.c", "a.1"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
