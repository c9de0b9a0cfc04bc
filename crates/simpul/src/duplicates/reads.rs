//! Reading pairs, and the search that finds them.

use std::collections::BTreeMap;

use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::doors::propose;
use super::model::{NewPair, PairState};
use super::sql;
use crate::access::{Scope, Work};
use crate::platform::{App, AppError, Id, Instant, Result};
use crate::registry::{self, PersonState};

/// Two records that may be one person.
#[derive(Clone, Debug)]
pub struct Pair {
    pub id: Id,
    pub area: AreaCode,
    pub one: Id,
    pub other: Id,
    /// Programmes that both families receive.
    pub benefits: i64,
    pub state: PairState,
    pub version: i64,
    pub found_at: Instant,
    /// The record that points to the other.
    pub gone: Option<Id>,
    pub was: Option<PersonState>,
    pub first_by: Option<Id>,
    pub first_at: Option<Instant>,
    pub second_by: Option<Id>,
    pub second_at: Option<Instant>,
}

impl From<sql::PairRow> for Pair {
    fn from(row: sql::PairRow) -> Self {
        Self {
            id: row.id,
            area: row.area.0,
            one: row.one,
            other: row.other,
            benefits: row.benefits,
            state: row.state,
            version: row.version,
            found_at: row.found_at,
            gone: row.gone,
            was: row.was,
            first_by: row.first_by,
            first_at: row.first_at,
            second_by: row.second_by,
            second_at: row.second_at,
        }
    }
}

/// One pair.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn pair(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Pair> {
    let row: Option<sql::PairRow> = from.opt(&sql::PAIR, scope.bind(args![id])).await?;
    Ok(row.ok_or(AppError::NotFound)?.into())
}

/// What waits in the scope, most valuable first, at most 100; or what was decided last.
///
/// # Errors
/// When the database is away.
pub async fn pairs(from: &mut impl Source, scope: &Scope, decided: bool) -> Result<Vec<Pair>> {
    let statement = if decided { &sql::DECIDED } else { &sql::QUEUE };
    let rows: Vec<sql::PairRow> = from.all(statement, scope.bind(args![])).await?;
    Ok(rows.into_iter().map(Pair::from).collect())
}

/// How many pairs of the scope are in each state.
///
/// # Errors
/// When the database is away.
pub async fn counts(from: &mut impl Source, scope: &Scope) -> Result<BTreeMap<PairState, i64>> {
    let rows: Vec<(PairState, i64)> = from.all(&sql::COUNTS, scope.bind(args![])).await?;
    Ok(rows.into_iter().collect())
}

/// Puts all pairs of one name, sex and day of birth in the scope on the list, a few at a time so
/// that others can write in between; how many are new. A search that was cut off is simply begun
/// again.
///
/// # Errors
/// When the database is away or busy.
pub async fn find(app: &App, scope: &Scope) -> Result<usize> {
    let (mut after, mut found) = (None, 0);
    loop {
        let some = registry::same_name_and_birth(&mut app.db(), scope, after).await?;
        let Some(last) = some.last().copied() else {
            return Ok(found);
        };
        let mut work = Work::begin(app, scope).await?;
        for (one, other) in some {
            let id = app.ids().make();
            match propose(&mut work, NewPair { id, one, other }).await {
                Ok(new) => found += usize::from(new),
                // Decided or moved since it was read.
                Err(AppError::Refused(_) | AppError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        work.commit().await?;
        after = Some(last);
    }
}
