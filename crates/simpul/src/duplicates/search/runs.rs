//! A search as it stands in the database.

use serde_json::json;
use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::super::sql::runs as sql;
use crate::access::{Scope, Work};
use crate::platform::{Id, Instant, Result, keyed};

keyed! {
    /// Where a search stands.
    pub enum RunState ("search") {
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        /// It stopped again and again.
        Failed = "failed",
    }

    /// What a search does.
    pub enum RunStep ("search-step") {
        Reading = "reading",
        Comparing = "comparing",
        Keeping = "keeping",
    }
}

/// A search through the registry of an area.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: Id,
    pub area: AreaCode,
    pub asked_by: Id,
    pub asked_at: Instant,
    pub state: RunState,
    pub tries: i64,
    pub step: RunStep,
    /// How much of the step is done, of how much; 0 where nobody knows.
    pub done: i64,
    pub total: i64,
    /// Living persons that were compared.
    pub persons: i64,
    /// Pairs found, and those of them that were not on the list.
    pub found: i64,
    pub fresh: i64,
    pub ended_at: Option<Instant>,
}

impl Run {
    /// Whether it is waiting or worked on.
    pub fn is_open(&self) -> bool {
        matches!(self.state, RunState::Waiting | RunState::Running)
    }

    /// How much of the step is done, in percent.
    pub fn percent(&self) -> Option<i64> {
        (self.total > 0).then(|| (self.done * 100 / self.total).clamp(0, 100))
    }
}

impl From<sql::RunRow> for Run {
    fn from(row: sql::RunRow) -> Self {
        Self {
            id: row.id,
            area: row.area.0,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            state: row.state,
            tries: row.tries,
            step: row.step,
            done: row.done,
            total: row.total,
            persons: row.people,
            found: row.found,
            fresh: row.fresh,
            ended_at: row.ended_at,
        }
    }
}

/// Asks for a search through the area of the scope; whether it is a new one. While one waits or
/// runs there, no second one is begun.
///
/// # Errors
/// When the area is above a kabupaten.
pub async fn ask_search(work: &mut Work, id: Id) -> Result<bool> {
    let place = work.scope().admit(work.scope().area())?;
    let row = args![
        place.kabupaten().as_str(),
        id,
        place.area().as_str(),
        work.scope().user(),
        work.at()
    ];
    if work.tx().exec(&sql::ASK_RUN, row).await? == 0 {
        return Ok(false);
    }
    work.record(
        &place,
        "duplicates",
        "search-asked",
        id,
        &json!({ "id": id }),
    )?;
    Ok(true)
}

/// The last search that was asked for in the scope.
///
/// # Errors
/// When the database is away.
pub async fn latest_run(from: &mut impl Source, scope: &Scope) -> Result<Option<Run>> {
    let row: Option<sql::RunRow> = from.opt(&sql::LATEST_RUN, scope.bind(args![])).await?;
    Ok(row.map(Run::from))
}
