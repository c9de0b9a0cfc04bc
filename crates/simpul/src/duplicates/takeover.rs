//! Field by field which value stays: values of the record that goes are written into the one that
//! stays at the merge, and what stood there is kept sealed, so that an undo restores it exactly.

use std::collections::BTreeSet;

use simpul_db::args;

use super::reads::Pair;
use super::sql;
use super::standing::{pointing_to, survivor};
use crate::access::{Place, Work, open_for};
use crate::platform::{App, AppError, Id, Result};
use crate::registry::{self, Field, PersonState, TakenOver};

/// Takes over what the pair says; what to keep for an undo.
pub(super) async fn take(work: &mut Work, place: &Place, pair: &Pair) -> Result<Option<Vec<u8>>> {
    let gone = pair.gone.ok_or(AppError::Refused("pair-choose-keep"))?;
    if pair.taken.is_empty() {
        return Ok(None);
    }
    let stays = pair.without(gone);
    let taken = registry::take_over(work, gone, stays, &pair.taken).await?;
    if taken.is_empty() {
        return Ok(None);
    }
    sealed(work, place, stays, pair.id, &taken).await.map(Some)
}

/// Restores what stood in the record that stays before this merge. Where another merge wrote over
/// it since, that one is told what to restore instead; where a person did, that stays.
pub(super) async fn give_back(work: &mut Work, place: &Place, pair: &Pair) -> Result<()> {
    let (Some(gone), Some(kept)) = (pair.gone, &pair.restore) else {
        return Ok(());
    };
    let stays = pair.without(gone);
    let mut mine = opened(work.app(), place, stays, pair.id, kept).await?;
    if let Some(nik) = mine.iter().find(|one| one.field == Field::Nik) {
        let (scope, tx) = work.parts();
        let mut group = BTreeSet::from([survivor(tx, scope, stays).await?]);
        let pointing = pointing_to(tx, scope, &group).await?;
        group.extend(pointing.into_values().flatten());
        registry::give_nik_back(work, (gone, stays), &group, &nik.after).await?;
    }
    let (scope, tx) = work.parts();
    let person = registry::person(tx, scope, stays).await?;
    if person.state == PersonState::Erased {
        return Ok(());
    }
    let (scope, tx) = work.parts();
    let rows: Vec<sql::PairRow> = tx.all(&sql::MERGED_INTO, scope.bind(args![stays])).await?;
    let mut later: Vec<Pair> = rows.into_iter().map(Pair::from).collect();
    later.retain(|other| other.id != pair.id && merged_at(other) >= merged_at(pair));
    later.sort_by_key(merged_at);
    for other in later {
        let Some(kept) = &other.restore else { continue };
        let mut theirs = opened(work.app(), place, stays, other.id, kept).await?;
        if hand_on(&mut mine, &mut theirs) {
            let kept = sealed(work, place, stays, other.id, &theirs).await?;
            let (scope, tx) = work.parts();
            let row = scope.bind(args![other.id, kept]);
            tx.exec(&sql::KEEP_RESTORE, row).await?;
        }
    }
    registry::put_back(work, stays, &mine).await
}

/// What a later merge wrote over is not on top any more: if it was when the later one came, that
/// one restores what this one would have. Whether it has to.
fn hand_on(mine: &mut Vec<TakenOver>, theirs: &mut [TakenOver]) -> bool {
    let mut handed = false;
    mine.retain(|one| {
        let over = theirs.iter_mut().find(|other| other.field == one.field);
        let covered = over.is_some();
        if let Some(over) = over.filter(|over| over.before == one.after) {
            over.before.clone_from(&one.before);
            handed = true;
        }
        !covered
    });
    handed
}

fn merged_at(pair: &Pair) -> (Option<crate::platform::Instant>, i64, Id) {
    (pair.second_at.or(pair.first_at), pair.version, pair.id)
}

async fn sealed(
    work: &mut Work,
    place: &Place,
    stays: Id,
    pair: Id,
    taken: &[TakenOver],
) -> Result<Vec<u8>> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(taken).map_err(AppError::internal)?);
    work.seal_for(place, stays, pair.as_bytes(), &plain).await
}

async fn opened(
    app: &App,
    place: &Place,
    stays: Id,
    pair: Id,
    kept: &[u8],
) -> Result<Vec<TakenOver>> {
    let kabupaten = place.kabupaten().as_str();
    let plain = open_for(app, kabupaten, stays, pair.as_bytes(), kept).await?;
    // Nothing can be read of somebody who was erased, and nothing is restored.
    let Some(plain) = plain else {
        return Ok(Vec::new());
    };
    serde_json::from_slice(&plain).map_err(AppError::internal)
}
