//! Families that are still to be asked.

use jiff::civil::Date;
use simpul_db::{Source, args};

use super::model::State;
use super::sql::{self, ScreeningRow};
use crate::access::Scope;
use crate::duplicates;
use crate::platform::{AppError, Id, Instant, Result};
use crate::registry::{self, Household, Person};

/// As many lines as a post can ask in a morning.
const LINES: i64 = 100;

/// A family that is still to be asked.
#[derive(Debug)]
pub struct Waiting {
    pub screening: Id,
    pub household: Household,
    /// The child whose finding put the family on the list.
    pub child: Person,
    pub state: State,
    pub opened_on: Date,
    pub due_at: Instant,
}

/// The families that have waited longest, at most a hundred.
///
/// # Errors
/// When the database is away.
pub async fn waiting(from: &mut impl Source, scope: &Scope) -> Result<Vec<Waiting>> {
    let rows: Vec<ScreeningRow> = from.all(&sql::WAITING, scope.bind(args![LINES])).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let household = here(registry::household(from, scope, row.household).await)?;
        let child = here(duplicates::standing_person(from, scope, row.person).await)?;
        let (Some(household), Some(child)) = (household, child) else {
            continue;
        };
        lines.push(Waiting {
            screening: row.id,
            household,
            child,
            state: row.state,
            opened_on: *row.opened_on,
            due_at: row.due_at,
        });
    }
    Ok(lines)
}

/// How many families wait.
///
/// # Errors
/// When the database is away.
pub async fn count_waiting(from: &mut impl Source, scope: &Scope) -> Result<i64> {
    Ok(from.one(&sql::COUNT_WAITING, scope.bind(args![])).await?)
}

/// The open screening of a family; else one that was opened for a member under a record elsewhere
/// that points to its own.
///
/// # Errors
/// When the database is away.
pub async fn open_of(from: &mut impl Source, scope: &Scope, household: Id) -> Result<Option<Id>> {
    let of = |household: Id| scope.bind(args![household]);
    let row: Option<ScreeningRow> = from.opt(&sql::OPEN_OF, of(household)).await?;
    if let Some(row) = row {
        return Ok(Some(row.id));
    }
    for (record, _) in duplicates::records_elsewhere(from, scope, household).await? {
        let row: Option<ScreeningRow> = from.opt(&sql::OPEN_OF, of(record.household)).await?;
        if let Some(row) = row.filter(|row| row.person == record.id) {
            return Ok(Some(row.id));
        }
    }
    Ok(None)
}

/// What has moved to another post since is not here.
fn here<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The open screening of a family that somebody is asking already.
///
/// # Errors
/// When the database is away.
pub async fn asked_of(from: &mut impl Source, scope: &Scope, household: Id) -> Result<Option<Id>> {
    let row: Option<ScreeningRow> = from
        .opt(&sql::OPEN_OF, scope.bind(args![household]))
        .await?;
    let asked = row.filter(|row| row.state == State::Ditanya);
    Ok(asked.map(|row| row.id))
}
