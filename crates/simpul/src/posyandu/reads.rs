//! What is read of a Posyandu, always within a scope.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::model::StoredMeasurement;
use super::sql::{self, AnswerRow, DayRow, PostRow};
use crate::access::Scope;
use crate::duplicates;
use crate::platform::{AppError, Id, Result, Stored};
use crate::registry::{self, PersonState};

/// The measurements of a child that stand, oldest first; also those under records that point to
/// this one.
///
/// # Errors
/// When the database is away; a child outside the scope has none.
pub async fn history(
    from: &mut impl Source,
    scope: &Scope,
    person: Id,
) -> Result<Vec<StoredMeasurement>> {
    let mut rows = of_record(from, scope, person).await?;
    let others = under_other_records(from, scope, &BTreeSet::from([person])).await?;
    if !others.is_empty() {
        rows.extend(others.into_values().flatten());
        rows.sort_by_key(|row| *row.measured_on);
    }
    Ok(rows)
}

/// What stands under one record alone.
async fn of_record(
    from: &mut impl Source,
    scope: &Scope,
    record: Id,
) -> Result<Vec<StoredMeasurement>> {
    Ok(from.all(&sql::HISTORY, scope.bind(args![record])).await?)
}

/// What was measured of children under records that point to theirs, by the child who stands for
/// them.
///
/// # Errors
/// When the database is away.
pub async fn under_other_records(
    from: &mut impl Source,
    scope: &Scope,
    children: &BTreeSet<Id>,
) -> Result<BTreeMap<Id, Vec<StoredMeasurement>>> {
    let mut all: BTreeMap<Id, Vec<StoredMeasurement>> = BTreeMap::new();
    for (child, records) in duplicates::pointing_to(from, scope, children).await? {
        for record in records {
            let rows = of_record(from, scope, record).await?;
            all.entry(child).or_default().extend(rows);
        }
    }
    Ok(all)
}

/// Lets what was measured under records that point to these children count for them.
///
/// # Errors
/// When the database is away.
pub async fn of_children(
    from: &mut impl Source,
    scope: &Scope,
    children: &BTreeSet<Id>,
    mut rows: Vec<StoredMeasurement>,
) -> Result<Vec<StoredMeasurement>> {
    let standing = duplicates::standing_for(from, scope, children).await?;
    for row in &mut rows {
        row.person = *standing.get(&row.person).unwrap_or(&row.person);
    }
    Ok(rows)
}

/// One measurement, also one that was mended.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn measurement(
    from: &mut impl Source,
    scope: &Scope,
    id: Id,
) -> Result<StoredMeasurement> {
    from.opt(&sql::MEASUREMENT, scope.bind(args![id]))
        .await?
        .ok_or(AppError::NotFound)
}

/// The measurement that mends this one.
pub async fn mended_by(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Option<Id>> {
    Ok(from.opt(&sql::MENDED_BY, scope.bind(args![id])).await?)
}

/// A hari buka.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn day(from: &mut impl Source, scope: &Scope, id: Id) -> Result<DayRow> {
    from.opt(&sql::DAY, scope.bind(args![id]))
        .await?
        .ok_or(AppError::NotFound)
}

/// The date of a hari buka, without its counts.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn held_on(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Date> {
    let date: Option<Stored<Date>> = from.opt(&sql::HELD_ON, scope.bind(args![id])).await?;
    date.map(|date| *date).ok_or(AppError::NotFound)
}

/// The day of a post and date, if it is open.
///
/// # Errors
/// When the database is away.
pub async fn day_at(
    from: &mut impl Source,
    scope: &Scope,
    post: &AreaCode,
    date: Date,
) -> Result<Option<Id>> {
    let at = scope.bind(args![post.as_str(), date.to_string()]);
    Ok(from.opt(&sql::DAY_AT, at).await?)
}

/// The days from a date on, newest first.
pub async fn days(from: &mut impl Source, scope: &Scope, since: Date) -> Result<Vec<DayRow>> {
    Ok(from
        .all(&sql::DAYS, scope.bind(args![since.to_string()]))
        .await?)
}

/// Who came to a day.
pub async fn arrived(from: &mut impl Source, scope: &Scope, day: Id) -> Result<Vec<Id>> {
    Ok(from.all(&sql::ARRIVED, scope.bind(args![day])).await?)
}

/// What was measured at a day.
pub async fn of_day(
    from: &mut impl Source,
    scope: &Scope,
    day: Id,
) -> Result<Vec<StoredMeasurement>> {
    Ok(from.all(&sql::OF_DAY, scope.bind(args![day])).await?)
}

/// The measurements of a post from a date up to but without another, oldest first.
pub async fn of_post(
    from: &mut impl Source,
    scope: &Scope,
    post: &AreaCode,
    (since, until): (Date, Date),
) -> Result<Vec<StoredMeasurement>> {
    let bounds = args![post.as_str(), since.to_string(), until.to_string()];
    Ok(from.all(&sql::OF_POST, scope.bind(bounds)).await?)
}

/// The children of a post who were ever weighed before a date.
pub async fn ever_weighed(
    from: &mut impl Source,
    scope: &Scope,
    post: &AreaCode,
    until: Date,
) -> Result<Vec<Id>> {
    let bounds = args![post.as_str(), until.to_string()];
    Ok(from.all(&sql::EVER_WEIGHED, scope.bind(bounds)).await?)
}

/// The posts of the scope.
pub async fn posts(from: &mut impl Source, scope: &Scope) -> Result<Vec<PostRow>> {
    Ok(from.all(&sql::POSTS, scope.bind(args![])).await?)
}

/// What waits for the bidan, most urgent first; not what was measured again since.
///
/// # Errors
/// When the database is away.
pub async fn bidan_waiting(
    from: &mut impl Source,
    scope: &Scope,
) -> Result<Vec<StoredMeasurement>> {
    let rows: Vec<StoredMeasurement> = from.all(&sql::BIDAN_WAITING, scope.bind(args![])).await?;
    let children = rows.iter().map(|row| row.person).collect();
    let merged: BTreeSet<Id> = registry::persons_by_id(from, scope, &children)
        .await?
        .into_values()
        .filter(|child| child.state == PersonState::Merged)
        .map(|child| child.id)
        .collect();
    let pointed_at = duplicates::pointing_to(from, scope, &children).await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        // Measured again since, under another record of the child.
        if merged.contains(&row.person) || pointed_at.contains_key(&row.person) {
            let stands = duplicates::survivor(from, scope, row.person).await?;
            let all = history(from, scope, stands).await?;
            if all.iter().any(|one| one.measured_on > row.measured_on) {
                continue;
            }
        }
        waiting.push(row);
    }
    Ok(waiting)
}

/// What a bidan answered about a child, newest first.
pub async fn bidan_answers(
    from: &mut impl Source,
    scope: &Scope,
    person: Id,
) -> Result<Vec<AnswerRow>> {
    Ok(from
        .all(&sql::BIDAN_ANSWERED, scope.bind(args![person]))
        .await?)
}
