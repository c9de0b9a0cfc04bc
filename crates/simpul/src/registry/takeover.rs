//! Fields of one record taken over into another of the same person, so that it can be undone: what
//! stood there is given back to the caller, who keeps it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use simpul_db::args;
use simpul_identity::Nik;

use super::conflicts::{into_change, value_of};
use super::model::{PersonChange, PersonState};
use super::{Field, change, numbers, reads, sql};
use crate::access::Work;
use crate::platform::{AppError, Id, Result};

/// The fields that may be taken over.
pub const TAKEN_OVER: &[Field] = &[
    Field::Name,
    Field::Sex,
    Field::BirthDate,
    Field::BirthPlace,
    Field::MotherName,
    Field::Nik,
    Field::Phone,
];

/// A field that was taken over.
#[derive(Clone, Serialize, Deserialize)]
pub struct TakenOver {
    pub field: Field,
    /// What stood there before; empty for nothing.
    pub before: String,
    pub after: String,
}

/// Writes fields of `from` into `to`; what that changed. One NIK is one person's: the two records
/// exchange theirs.
///
/// # Errors
/// Outside the scope; a field that is not among [`TAKEN_OVER`].
pub async fn take_over(
    work: &mut Work,
    from: Id,
    to: Id,
    fields: &[Field],
) -> Result<Vec<TakenOver>> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let there = reads::person(tx, scope, from).await?;
    let here = reads::person(tx, scope, to).await?;
    let (mut taken, mut new) = (Vec::new(), PersonChange::default());
    for field in fields {
        if !TAKEN_OVER.contains(field) {
            return Err(AppError::Refused("registry-field-unfit"));
        }
        let one = TakenOver {
            field: *field,
            before: value_of(&here, *field, app.keys())?,
            after: value_of(&there, *field, app.keys())?,
        };
        // Nothing is no better value.
        if one.before != one.after && !one.after.is_empty() {
            if *field != Field::Nik {
                into_change(&mut new, *field, &one.after)?;
            }
            taken.push(one);
        }
    }
    change::change_person(work, to, here.version, new).await?;
    if taken.iter().any(|one| one.field == Field::Nik) {
        change::exchange_niks(work, from, to).await?;
    }
    Ok(taken)
}

/// Gives a record that was merged into another one its own NIK back, which that one holds and gets
/// its former one for. Where somebody has written another number there since, that one stays.
///
/// # Errors
/// Outside the scope; when a later merge within the `group` has handed the number on.
pub async fn give_nik_back(
    work: &mut Work,
    (gone, stays): (Id, Id),
    group: &BTreeSet<Id>,
    nik: &str,
) -> Result<()> {
    let nik = Nik::parse(nik).map_err(|error| AppError::Refused(error.key()))?;
    let hash = numbers::nik_hash(work.app().keys(), &nik);
    let (scope, tx) = work.parts();
    if reads::person(tx, scope, gone).await?.state == PersonState::Erased {
        return Ok(());
    }
    let holder: Option<(String, Id)> = tx.opt(&sql::NIK_HOLDER, args![hash]).await?;
    match holder {
        None => change::set_nik(work, gone, Some(nik)).await,
        Some((_, holder)) if holder == stays => change::exchange_niks(work, gone, stays).await,
        Some((_, holder)) if holder == gone => Ok(()),
        Some((_, holder)) if group.contains(&holder) => {
            Err(AppError::Refused("pair-undo-later-first"))
        }
        // Its own number is somebody else's by now, and the other one never was.
        Some(_) => change::set_nik(work, gone, None).await,
    }
}

/// Puts back what was taken over, but for the NIK. A field that somebody wrote since then stays as
/// it is.
///
/// # Errors
/// Outside the scope.
pub async fn put_back(work: &mut Work, person: Id, taken: &[TakenOver]) -> Result<()> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let here = reads::person(tx, scope, person).await?;
    let mut old = PersonChange::default();
    for one in taken.iter().filter(|one| one.field != Field::Nik) {
        if value_of(&here, one.field, app.keys())? != one.after {
            continue;
        }
        if one.field == Field::Phone && one.before.is_empty() {
            old.no_phone = true;
        } else {
            into_change(&mut old, one.field, &one.before)?;
        }
    }
    change::change_person(work, person, here.version, old).await
}
