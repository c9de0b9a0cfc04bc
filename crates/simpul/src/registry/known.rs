//! "Mungkin sudah tercatat": who within the scope may be the person that is being registered.

use std::collections::BTreeMap;

use super::compared::Compared;
use super::live::live_register;
use super::model::Person;
use super::reads;
use crate::access::Scope;
use crate::platform::{App, AppError, Id, Result};

/// Probability from which the form asks: low, since a needless question costs a tick, and a second
/// record a family's help.
const ASK_FROM: f64 = 0.01;
/// Cards shown at most.
const SHOWN: usize = 5;

/// Persons of the scope who may be one of these, each once, likeliest first.
///
/// # Errors
/// When the database is away.
pub async fn perhaps_known(
    app: &App,
    scope: &Scope,
    newcomers: &[Compared],
) -> Result<Vec<Person>> {
    let Some(kabupaten) = scope.area().kabupaten() else {
        return Ok(Vec::new());
    };
    let mut likely: BTreeMap<Id, f64> = BTreeMap::new();
    let Some(mut register) = live_register(app, kabupaten).await? else {
        return Ok(Vec::new());
    };
    for newcomer in newcomers {
        for alike in register.alike(newcomer, ASK_FROM)? {
            let best = likely.entry(alike.id).or_default();
            *best = best.max(alike.found.probability);
        }
    }
    drop(register);
    let mut likely: Vec<(Id, f64)> = likely.into_iter().collect();
    likely.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut known = Vec::new();
    for (id, _) in likely {
        // Of who is elsewhere nothing is told; the watch over what changed tells those who may see
        // both.
        match reads::person(&mut app.db(), scope, id).await {
            Ok(person) => known.push(person),
            Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
        if known.len() == SHOWN {
            break;
        }
    }
    Ok(known)
}
