//! A child's day of birth or sex stood wrong: what was measured is judged anew, as if it had stood
//! right from the beginning.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use simpul_db::{OnConflict, args};
use simpul_identity::AreaCode;

use super::ahead::{hold_areas, read_rows};
use super::doors::{bound, finding, put_on_bidan_list};
use super::judge;
use super::model::StoredMeasurement;
use super::sql;
use crate::access::{Place, Scope, Work};
use crate::platform::{App, AppError, Id, Result};
use crate::registry::{self, BirthCorrected, Person, PersonState};
use crate::screening::{self, NewFinding};

/// Judges anew what corrections of the registry have changed. Doing so twice changes nothing; one
/// that fails holds up no other.
///
/// # Errors
/// When the database is away.
pub async fn judge_corrected(app: &App) -> Result<()> {
    let mut last = None;
    loop {
        let births = registry::births_corrected(&mut app.db(), last.as_ref()).await?;
        for birth in &births {
            if let Err(error) = one(app, birth).await {
                tracing::warn!(%error, "a child was not judged anew");
            }
        }
        match births.into_iter().last() {
            Some(birth) => last = Some(birth),
            None => return Ok(()),
        }
    }
}

async fn one(app: &App, birth: &BirthCorrected) -> Result<()> {
    let scope = Scope::of_program_at(AreaCode::from(*birth.kabupaten));
    let mut work = Work::begin(app, &scope).await?;
    match child(&mut work, birth.person).await {
        // Left the kabupaten since then.
        Ok(()) | Err(AppError::NotFound) => {}
        Err(error) => return Err(error),
    }
    registry::birth_seen_to(&mut work, birth).await?;
    work.commit().await
}

async fn child(work: &mut Work, id: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let child = registry::person(tx, scope, id).await?;
    if child.state == PersonState::Erased {
        return Ok(());
    }
    let place = scope.admit(&child.area)?;
    hold_areas(tx, &BTreeSet::from([child.area])).await?;
    let (asked, known) = (BTreeSet::from([id]), BTreeMap::from([(id, child.clone())]));
    let mut read = read_rows(tx, scope, asked, &known).await?;
    let mut rows = read.remove(&id).unwrap_or_default();
    let mended: BTreeSet<Id> = rows.iter().filter_map(|row| row.replaces).collect();
    rows.retain(|row| !mended.contains(&row.id));
    let told = tell(work, &place, &child, rows).await?;
    if told.is_empty() {
        return Ok(());
    }
    work.record(
        &place,
        "posyandu",
        "judged_anew",
        id,
        &json!({ "ids": told }),
    )
}

/// Says anew what stands of a child, oldest first; the ids of what is otherwise than before. What
/// it reveals of today is not left for next month.
async fn tell(
    work: &mut Work,
    place: &Place,
    child: &Person,
    before: Vec<StoredMeasurement>,
) -> Result<Vec<Id>> {
    let today = work.at().date_in(place.zone());
    // Of whom died or moved away, the figures alone.
    let here = child.state == PersonState::Active;
    let asks = |row: &StoredMeasurement| -> Vec<&str> {
        let triggers = judge::triggers(row, today).into_iter();
        triggers.map(|rule| rule.key.as_str()).collect()
    };
    let own = |row: &StoredMeasurement| row.person == child.id;
    let born = |row: &StoredMeasurement| match judge::as_born(row, child, today) {
        Ok(anew) if own(row) => anew,
        // Under another record, or before that birth: nothing can be said but what was.
        _ => row.clone(),
    };
    let rows: Vec<StoredMeasurement> = before.iter().map(born).collect();
    let mut told = Vec::new();
    for (at, old) in before.iter().enumerate() {
        if !own(old) || *rows[at].birth_date != child.birth_date {
            continue;
        }
        let others = rows.iter().filter(|row| row.id != old.id);
        let past: Vec<_> = others.map(|row| row.beside(&old.area)).collect();
        let (mut row, _) = judge::judged(rows[at].clone(), &past);
        let urgency = judge::referral(&row)
            .first()
            .and_then(|rule| rule.effect.urgency());
        row.urgency = urgency.map(|urgency| urgency.key().to_owned());
        if row == *old {
            continue;
        }
        // A family that was asked is not asked again for the same.
        if at + 1 == before.len() && here && asks(&row) != asks(old) {
            let new = NewFinding {
                id: work.app().ids().make(),
                ..finding(&row)
            };
            let considered = screening::consider(work, new).await?;
            judge::note(&mut row, &considered);
        }
        let id = || args![place.kabupaten().as_str(), row.id];
        work.tx().exec(&sql::TAKE_OUT, id()).await?;
        let anew = [bound((place.clone(), row.clone()))];
        let put_back = work.tx().insert(&sql::MEASUREMENTS, anew, OnConflict::Fail);
        put_back.await?;
        work.tx().exec(&sql::OFF_BIDAN_LIST, id()).await?;
        if here {
            put_on_bidan_list(work, place, &row).await?;
        }
        told.push(row.id);
    }
    Ok(told)
}
