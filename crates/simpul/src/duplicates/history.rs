//! What people said of a pair, and when: read from the journal.

use serde::Deserialize;

use super::model::PairState;
use super::reads::Pair;
use crate::access::{Scope, journal};
use crate::platform::{App, Id, Instant, Result};

/// One thing that was said of a pair.
#[derive(Debug)]
pub(super) struct Said {
    pub at: Instant,
    pub by: Id,
    pub state: PairState,
}

#[derive(Deserialize)]
struct Noted {
    id: Id,
    /// Nothing where the pair was put on the list.
    state: Option<PairState>,
}

/// All that was said of a pair, oldest first; what was said of somebody erased is gone.
///
/// # Errors
/// When the database is away.
pub(super) async fn history(app: &App, scope: &Scope, pair: &Pair) -> Result<Vec<Said>> {
    let mut all = Vec::new();
    for subject in [pair.one, pair.other] {
        for fact in journal::history(app, scope, subject).await? {
            let of_pairs = matches!(fact.kind.as_str(), "pair-found" | "pair-decided");
            let Some(payload) = fact.payload.filter(|_| of_pairs) else {
                continue;
            };
            let Ok(noted) = serde_json::from_slice::<Noted>(&payload) else {
                continue;
            };
            if noted.id == pair.id {
                all.push(Said {
                    at: fact.at,
                    by: fact.actor,
                    state: noted.state.unwrap_or(PairState::Open),
                });
            }
        }
    }
    all.sort_by_key(|said| said.at);
    Ok(all)
}
