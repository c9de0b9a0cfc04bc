//! The doors: a pair is decided, agreed to, undone.

use std::collections::BTreeSet;

use serde_json::json;
use simpul_db::args;

use super::model::{Decision, NewPair, PairState, SECOND, Verdict, needs_second};
use super::propose::{lapse, propose};
use super::reads::{self, Pair};
use super::{sql, takeover};
use crate::access::{Place, Work};
use crate::platform::{AppError, Id, Result};
use crate::registry::{self, Person, PersonChange, PersonState};

/// Takes a decision. "The same" merges at once, or waits for a second person where a benefit or a
/// NIK is touched.
///
/// # Errors
/// Outside the scope; another version than the one seen; a pair that was decided; "the same"
/// without saying which record stays.
pub async fn decide(work: &mut Work, decision: Decision) -> Result<PairState> {
    let (pair, place) = seen(work, decision.pair, decision.seen_version).await?;
    if !matches!(pair.state, PairState::Open | PairState::Unsure) {
        return Err(AppError::Conflict("error-conflict"));
    }
    let state = match decision.verdict {
        Verdict::Different => PairState::Different,
        Verdict::Unsure => PairState::Unsure,
        Verdict::Same => {
            let gone = match decision.keep {
                Some(keep) if [pair.one, pair.other].contains(&keep) => pair.without(keep),
                _ => return Err(AppError::Refused("pair-choose-keep")),
            };
            let said = Pair {
                gone: Some(gone),
                taken: decision.take,
                ..pair
            };
            return call_same(work, said, &place).await;
        }
    };
    let (by, at) = (work.scope().user(), work.at());
    let after = Pair {
        state,
        first_by: Some(by),
        first_at: Some(at),
        ..pair
    };
    keep(work, &place, &after).await?;
    Ok(state)
}

async fn call_same(work: &mut Work, pair: Pair, place: &Place) -> Result<PairState> {
    let (by, at) = (work.scope().user(), work.at());
    let (scope, tx) = work.parts();
    let one = registry::person(tx, scope, pair.one).await?;
    let other = registry::person(tx, scope, pair.other).await?;
    let mut homes = Vec::with_capacity(2);
    for person in [&one, &other] {
        homes.push(registry::memberships(tx, scope, person.household).await?);
    }
    let going = if pair.gone == Some(one.id) {
        &one
    } else {
        &other
    };
    let said = Pair {
        first_by: Some(by),
        first_at: Some(at),
        state: PairState::Waiting,
        ..pair
    };
    if needs_second(going, &homes) {
        keep(work, place, &said).await?;
        return Ok(PairState::Waiting);
    }
    merge(work, place, said).await?;
    Ok(PairState::Same)
}

/// The second person's word on what the first one called the same: agreed, or back to the list.
///
/// # Errors
/// Outside the scope; another version than the one seen; the same person twice, or a role that
/// may not be second.
pub async fn agree(work: &mut Work, pair: Id, seen_version: i64, agreed: bool) -> Result<()> {
    let (pair, place) = seen(work, pair, seen_version).await?;
    if pair.state != PairState::Waiting {
        return Err(AppError::Conflict("error-conflict"));
    }
    let scope = work.scope();
    if !may_agree(&pair, scope.user(), scope.role()) {
        return Err(AppError::Refused("pair-second-other"));
    }
    if !agreed {
        let after = Pair {
            state: PairState::Open,
            gone: None,
            taken: Vec::new(),
            first_by: None,
            first_at: None,
            ..pair
        };
        return keep(work, &place, &after).await;
    }
    let after = Pair {
        second_by: Some(work.scope().user()),
        second_at: Some(work.at()),
        ..pair
    };
    merge(work, &place, after).await
}

/// Whether this person may be the second one.
pub(super) fn may_agree(pair: &Pair, user: Id, role: crate::access::Role) -> bool {
    SECOND.contains(&role) && pair.first_by != Some(user)
}

/// Lets one record point to the other; none of its facts is touched. Fields in which it is right
/// are taken over into the one that stays.
async fn merge(work: &mut Work, place: &Place, pair: Pair) -> Result<()> {
    let gone = pair.gone.ok_or(AppError::Refused("pair-choose-keep"))?;
    let stays = pair.without(gone);
    // Of merges that cross each other the later one sees what the earlier one did: otherwise
    // nobody might be left to stand for them all.
    registry::hold_persons(work, &BTreeSet::from([gone, stays])).await?;
    let (scope, tx) = work.parts();
    let going = registry::person(tx, scope, gone).await?;
    let staying = registry::person(tx, scope, stays).await?;
    for person in [&going, &staying] {
        if matches!(person.state, PersonState::Merged | PersonState::Erased) {
            return Err(AppError::Refused("pair-record-gone"));
        }
    }
    set_state(work, &going, PersonState::Merged).await?;
    let after = Pair {
        state: PairState::Same,
        was: Some(going.state),
        restore: takeover::take(work, place, &pair).await?,
        ..pair
    };
    keep(work, place, &after).await?;
    hand_over(work, gone, stays).await
}

/// What waits about a record that goes is from now on asked of the one that stays.
async fn hand_over(work: &mut Work, gone: Id, stays: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let waiting = reads::waiting_of(tx, scope, gone).await?;
    for pair in waiting {
        lapse(work, &pair.area, (pair.id, pair.version), pair.one).await?;
        let new = NewPair {
            id: work.app().ids().make(),
            one: stays,
            other: pair.without(gone),
            score: pair.score,
        };
        match propose(work, new).await {
            // The third one points to another record itself, or is elsewhere.
            Ok(_) | Err(AppError::Refused(_) | AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes a decision back: the pair is on the list again, and a merged record stands for itself as
/// before.
///
/// # Errors
/// Outside the scope; another version than the one seen; a pair that is not decided; a merge by a
/// role that may not undo it.
pub async fn undo(work: &mut Work, pair: Id, seen_version: i64) -> Result<()> {
    let (pair, place) = seen(work, pair, seen_version).await?;
    match (pair.state, pair.gone, pair.was) {
        (PairState::Same, Some(gone), Some(was)) => {
            // What two agreed on is not undone by one who could not have agreed.
            if pair.second_by.is_some() && !SECOND.contains(&work.scope().role()) {
                return Err(AppError::Refused("pair-undo-role"));
            }
            let both = BTreeSet::from([gone, pair.without(gone)]);
            registry::hold_persons(work, &both).await?;
            let (scope, tx) = work.parts();
            let person = registry::person(tx, scope, gone).await?;
            // Erased on request since then: nothing comes back.
            if person.state == PersonState::Merged {
                set_state(work, &person, was).await?;
            }
            takeover::give_back(work, &place, &pair).await?;
            let (scope, tx) = work.parts();
            tx.exec(&sql::BACK_ON_LIST, scope.bind(args![gone])).await?;
        }
        (PairState::Different, ..) => {}
        _ => return Err(AppError::Conflict("error-conflict")),
    }
    let after = Pair {
        state: PairState::Open,
        gone: None,
        was: None,
        taken: Vec::new(),
        restore: None,
        first_by: None,
        first_at: None,
        second_by: None,
        second_at: None,
        ..pair
    };
    keep(work, &place, &after).await
}

async fn set_state(work: &mut Work, person: &Person, state: PersonState) -> Result<()> {
    let change = PersonChange {
        state: Some(state),
        ..PersonChange::default()
    };
    registry::change_person(work, person.id, person.version, change).await
}

/// The pair on the version that was seen; both records must still be within the scope.
async fn seen(work: &mut Work, id: Id, version: i64) -> Result<(Pair, Place)> {
    let (scope, tx) = work.parts();
    let pair = reads::pair(tx, scope, id).await?;
    let place = scope.admit(&pair.area)?;
    for person in [pair.one, pair.other] {
        registry::person(tx, scope, person).await?;
    }
    if pair.version == version {
        Ok((pair, place))
    } else {
        Err(AppError::Conflict("error-conflict"))
    }
}

async fn keep(work: &mut Work, place: &Place, pair: &Pair) -> Result<()> {
    let taken: Vec<&str> = pair.taken.iter().map(|field| field.key()).collect();
    let row = args![
        pair.id,
        pair.version,
        pair.state,
        pair.gone,
        pair.was,
        pair.first_by,
        pair.first_at,
        pair.second_by,
        pair.second_at,
        taken.join(" "),
        pair.restore.as_deref()
    ];
    let (scope, tx) = work.parts();
    if tx.exec(&sql::DECIDE, scope.bind(row)).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let (scope, tx) = work.parts();
    // Nothing can be noted any more about somebody who was erased.
    let subject = match registry::person(tx, scope, pair.one).await?.state {
        PersonState::Erased => pair.other,
        _ => pair.one,
    };
    let fact =
        json!({ "id": pair.id, "state": pair.state, "gone": pair.gone, "taken": pair.taken });
    work.record(place, "duplicates", "pair-decided", subject, &fact)
}
