//! Reading pairs.

use std::collections::BTreeMap;

use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::model::PairState;
use super::search::Score;
use super::sql;
use crate::access::Scope;
use crate::platform::{AppError, Id, Instant, Result};
use crate::registry::{Field, PersonState};

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
    /// What the engine says; `None` when a person thought so.
    pub score: Option<Score>,
    /// Rupiah a year at risk.
    pub money: i64,
    /// Fields in which the record that goes is right.
    pub taken: Vec<Field>,
    /// What to restore at an undo, sealed.
    pub restore: Option<Vec<u8>>,
}

impl Pair {
    /// The other record.
    pub fn without(&self, record: Id) -> Id {
        if record == self.one {
            self.other
        } else {
            self.one
        }
    }
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
            score: Score::stored(row.probability, row.weight, &row.why),
            money: row.money,
            taken: row
                .taken
                .split(' ')
                .filter_map(|key| key.parse().ok())
                .collect(),
            restore: row.restore,
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

/// What waits in the scope, most valuable first, at most 500; or what was decided last.
///
/// # Errors
/// When the database is away.
pub async fn pairs(from: &mut impl Source, scope: &Scope, decided: bool) -> Result<Vec<Pair>> {
    let statement = if decided { &sql::DECIDED } else { &sql::QUEUE };
    let rows: Vec<sql::PairRow> = from.all(statement, scope.bind(args![])).await?;
    Ok(rows.into_iter().map(Pair::from).collect())
}

/// What waits about one record.
pub(super) async fn waiting_of(
    from: &mut impl Source,
    scope: &Scope,
    record: Id,
) -> Result<Vec<Pair>> {
    let rows: Vec<sql::PairRow> = from
        .all(&sql::WAITING_OF, scope.bind(args![record]))
        .await?;
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
