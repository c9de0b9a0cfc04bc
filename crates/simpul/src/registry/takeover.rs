//! Fields of one record taken over into another of the same person, so that it can be undone: what
//! stood there is given back to the caller, who keeps it.

use serde::{Deserialize, Serialize};

use super::conflicts::{into_change, value_of};
use super::model::PersonChange;
use super::{Field, change, reads};
use crate::access::Work;
use crate::platform::{AppError, Id, Result};

/// The fields that may be taken over. A NIK belongs to its record: whoever has the right one stays.
pub const TAKEN_OVER: &[Field] = &[
    Field::Name,
    Field::Sex,
    Field::BirthDate,
    Field::BirthPlace,
    Field::MotherName,
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

/// Writes fields of `from` into `to`; what that changed.
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
            into_change(&mut new, *field, &one.after)?;
            taken.push(one);
        }
    }
    change::change_person(work, to, here.version, new).await?;
    Ok(taken)
}

/// Puts back what was taken over. A field that somebody wrote since then stays as it is.
///
/// # Errors
/// Outside the scope.
pub async fn put_back(work: &mut Work, person: Id, taken: &[TakenOver]) -> Result<()> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let here = reads::person(tx, scope, person).await?;
    let mut old = PersonChange::default();
    for one in taken {
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
