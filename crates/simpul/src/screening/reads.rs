//! Families that are still to be asked.

use jiff::civil::Date;
use simpul_db::{Source, args};

use super::model::State;
use super::sql::{self, ScreeningRow};
use crate::access::Scope;
use crate::platform::{Id, Instant, Result};
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
        lines.push(Waiting {
            screening: row.id,
            household: registry::household(from, scope, row.household).await?,
            child: registry::person(from, scope, row.person).await?,
            state: row.state,
            opened_on: *row.opened_on,
            due_at: row.due_at,
        });
    }
    Ok(lines)
}
