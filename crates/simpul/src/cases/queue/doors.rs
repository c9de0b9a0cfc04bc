//! Doors of the queue.

use jiff::civil::Date;
use serde_json::json;
use simpul_db::{Source, args};

use super::sql::{self, SameDayRow, VisitRow, VisitingRow};
use super::{Officer, Priority, Purpose, VisitState};
use crate::access::{Scope, Work};
use crate::platform::{AppError, Id, Instant, Result};

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// A visit of today.
pub type Visit = VisitRow;
/// When an officer is there.
pub type VisitingHour = VisitingRow;
/// What was reached on the day on which it was asked for.
pub type SameDay = SameDayRow;

/// Somebody comes in.
#[derive(Clone, Copy, Debug)]
pub struct NewVisit {
    pub id: Id,
    pub purpose: Purpose,
    pub priority: Priority,
}

/// When an officer will be there.
#[derive(Clone, Debug)]
pub struct NewVisitingHour {
    pub id: Id,
    pub officer: Officer,
    pub day: Date,
    /// In words, `08.00-11.00`.
    pub hours: String,
    pub note: String,
}

/// Takes the next number of the day. Sent twice it is one visit.
///
/// # Errors
/// [`AppError::NotFound`] for who has no village.
pub async fn take_number(work: &mut Work, new: NewVisit) -> Result<i64> {
    let place = work.scope().admit(&work.scope().desk())?;
    let (scope, tx) = work.parts();
    let first: Option<VisitRow> = tx.opt(&sql::VISIT, scope.bind(args![new.id])).await?;
    if let Some(first) = first {
        return Ok(first.number);
    }
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let day = work.at().date_in(place.zone()).to_string();
    let number: i64 = work
        .tx()
        .one(&sql::TAKE_NUMBER, args![kabupaten, area, day])
        .await?;
    let row = args![
        kabupaten,
        new.id,
        area,
        day,
        number,
        new.purpose,
        new.priority,
        work.at()
    ];
    if work.tx().exec(&sql::MAKE_VISIT, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let said = json!({ "number": number, "purpose": new.purpose, "priority": new.priority });
    work.record(&place, "cases", "visit_came", new.id, &said)?;
    Ok(number)
}

/// The visits of the day, by number.
///
/// # Errors
/// When the database is away.
pub async fn today(from: &mut impl Source, scope: &Scope, now: Instant) -> Result<Vec<Visit>> {
    let day = now.date_in(scope.zone()).to_string();
    let area = scope.admit(&scope.desk())?;
    let own = args![day, area.area().as_str()];
    Ok(from.all(&sql::VISITS_OF_DAY, scope.bind(own)).await?)
}

/// Calls the next: those with priority before the others, each in the order of the numbers.
///
/// # Errors
/// [`AppError::Conflict`] when somebody else called the same number meanwhile.
pub async fn call_next(work: &mut Work) -> Result<Option<i64>> {
    let day = work.at().date_in(work.scope().zone()).to_string();
    let area = work.scope().admit(&work.scope().desk())?;
    let (scope, tx) = work.parts();
    let own = args![day, area.area().as_str()];
    let next: Option<VisitRow> = tx.opt(&sql::NEXT_VISIT, scope.bind(own)).await?;
    let Some(next) = next else { return Ok(None) };
    change(work, &next, VisitState::Dipanggil).await?;
    Ok(Some(next.number))
}

/// Moves a visit on: served, done, or gone away. Sent twice it is one step.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope; [`AppError::Refused`] when it is not that far.
pub async fn move_visit(work: &mut Work, id: Id, to: VisitState) -> Result<()> {
    let (scope, tx) = work.parts();
    let row: Option<VisitRow> = tx.opt(&sql::VISIT, scope.bind(args![id])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    if row.state == to {
        return Ok(());
    }
    if !to.from().contains(&row.state) {
        return Err(AppError::Refused("queue-not-now"));
    }
    change(work, &row, to).await
}

async fn change(work: &mut Work, row: &VisitRow, to: VisitState) -> Result<()> {
    let now = work.at();
    let at = |state: VisitState| (to == state).then_some(now);
    let (called, started) = (at(VisitState::Dipanggil), at(VisitState::Dilayani));
    let ended = at(VisitState::Selesai).or(at(VisitState::Pergi));
    let by = (to != VisitState::Pergi).then_some(work.scope().user());
    let (scope, tx) = work.parts();
    let moved = args![row.id, row.state, to, called, started, ended, by];
    if tx.exec(&sql::MOVE_VISIT, scope.bind(moved)).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let place = work.scope().admit(&row.area)?;
    let said = json!({ "number": row.number, "state": to });
    work.record(&place, "cases", "visit_moved", row.id, &said)
}

/// Of the cases that were opened on this day: how many got how far on it.
///
/// # Errors
/// When the database is away.
pub async fn same_day(from: &mut impl Source, scope: &Scope, day: Date) -> Result<SameDay> {
    let days = day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
    let start = Instant(days * DAY_MS - i64::from(scope.zone().hours()) * HOUR_MS);
    let end = Instant(start.0 + DAY_MS);
    let args = args![day.to_string(), start, end];
    Ok(from.one(&sql::SAME_DAY, scope.bind(args)).await?)
}

/// Notes when an officer will be there.
///
/// # Errors
/// [`AppError::NotFound`] for who has no village; [`AppError::Refused`] for texts that are too long.
pub async fn add_visiting_hour(work: &mut Work, new: NewVisitingHour) -> Result<()> {
    let place = work.scope().admit(&work.scope().desk())?;
    let fits = |text: &str, most| text.chars().count() <= most;
    if !fits(&new.hours, 40) || !fits(&new.note, 120) {
        return Err(AppError::Refused("visiting-text"));
    }
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.officer,
        new.day.to_string(),
        new.hours,
        new.note
    ];
    if work.tx().exec(&sql::MAKE_VISITING, row).await? == 1 {
        let said = json!({ "officer": new.officer, "day": new.day, "hours": new.hours });
        work.record(&place, "cases", "visiting_hour", new.id, &said)?;
    }
    Ok(())
}

/// An officer will not come.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn drop_visiting_hour(work: &mut Work, id: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let row: Option<VisitingRow> = tx.opt(&sql::VISITING_HOUR, scope.bind(args![id])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    let place = scope.admit(&row.area)?;
    tx.exec(&sql::DROP_VISITING, scope.bind(args![id])).await?;
    let said = json!({ "officer": row.officer, "day": row.day });
    work.record(&place, "cases", "visiting_hour_dropped", id, &said)
}

/// From this day on, the nearest first.
///
/// # Errors
/// When the database is away.
pub async fn visiting_hours(
    from: &mut impl Source,
    scope: &Scope,
    since: Date,
) -> Result<Vec<VisitingHour>> {
    let area = scope.admit(&scope.desk())?;
    let args = args![since.to_string(), area.area().as_str()];
    Ok(from.all(&sql::VISITING, scope.bind(args)).await?)
}
