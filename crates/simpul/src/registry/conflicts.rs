//! Two people changed one field at the same time: both values are kept, and the desk says which
//! one is right.

use serde_json::json;
use simpul_db::{Source, args};
use simpul_identity::{Aad, KeyRing, KkNumber, Nik, Phone, Sealed, Sex};

use super::model::{HouseholdChange, Person, PersonChange, free_text, neighbourhood, person_name};
use super::numbers::SealedNumber;
use super::{change, reads, sql};
use crate::access::{Scope, Work};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Instant, Result, keyed};

keyed! {
    /// A field that a phone can change.
    pub enum Field ("field") {
        Name = "name",
        MotherName = "mother_name",
        BirthPlace = "birth_place",
        Sex = "sex",
        BirthDate = "birth_date",
        Relation = "relation",
        Nik = "nik",
        Phone = "phone",
        Kk = "kk",
        Dusun = "dusun",
        Rt = "rt",
        Rw = "rw",
        Address = "address",
    }

    /// Which value is right.
    pub enum Chosen ("chosen") {
        Here = "here",
        Came = "came",
    }
}

impl Field {
    /// Whether it is a field of a person; otherwise of the family.
    pub fn of_person(self) -> bool {
        !matches!(
            self,
            Self::Kk | Self::Dusun | Self::Rt | Self::Rw | Self::Address
        )
    }
}

/// A new value of one field, by somebody who saw the old one.
#[derive(Clone, Debug)]
pub struct NewFieldChange {
    pub id: Id,
    pub household: Id,
    pub person: Option<Id>,
    pub field: Field,
    /// What stood there when it was changed.
    pub seen: String,
    pub value: String,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldChanged {
    /// The new value stands.
    Taken,
    /// Somebody else had changed the field: both values wait for the desk.
    Conflict,
}

/// A conflict with both values opened.
#[derive(Debug)]
pub struct FieldConflict {
    pub id: Id,
    pub household: Id,
    pub person: Option<Id>,
    pub field: Field,
    pub here: String,
    pub came: String,
    pub came_by: Id,
    pub came_at: Instant,
}

fn aad(id: &Id) -> Aad<'_> {
    Aad {
        table: "field_conflicts",
        column: "value",
        row: id.as_bytes(),
    }
}

fn seal(keys: &KeyRing, id: &Id, value: &str) -> Vec<u8> {
    keys.seal(random(), aad(id), value.as_bytes()).0
}

fn open(keys: &KeyRing, id: &Id, sealed: Vec<u8>) -> Result<String> {
    let plain = keys
        .open(aad(id), &Sealed(sealed))
        .map_err(AppError::internal)?;
    String::from_utf8(plain.to_vec()).map_err(AppError::internal)
}

/// The value of a person's field now.
pub(super) fn value_of(person: &Person, field: Field, keys: &KeyRing) -> Result<String> {
    let digits = |number: &Option<SealedNumber>| match number {
        Some(number) => number.open(keys).map(|digits| digits.to_string()),
        None => Ok(String::new()),
    };
    Ok(match field {
        Field::Name => person.name.clone(),
        Field::MotherName => person.mother_name.clone(),
        Field::BirthPlace => person.birth_place.clone(),
        Field::Sex => person.sex.code().to_string(),
        Field::BirthDate => person.birth_date.to_string(),
        Field::Relation => person.relation.key().to_owned(),
        Field::Nik => digits(&person.nik)?,
        Field::Phone => digits(&person.phone)?,
        Field::Kk | Field::Dusun | Field::Rt | Field::Rw | Field::Address => String::new(),
    })
}

/// The value of a field now, and the version of its row.
async fn standing(work: &mut Work, of: &NewFieldChange) -> Result<(String, i64)> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    if of.field.of_person() {
        let id = of.person.ok_or(AppError::Refused("life-whose"))?;
        let person = reads::person(tx, scope, id).await?;
        return Ok((value_of(&person, of.field, app.keys())?, person.version));
    }
    let home = reads::household(tx, scope, of.household).await?;
    let value = match of.field {
        Field::Kk => match &home.kk {
            Some(kk) => kk.open(app.keys())?.to_string(),
            None => String::new(),
        },
        Field::Dusun => home.dusun,
        Field::Rt => home.rt,
        Field::Rw => home.rw,
        _ => home.address,
    };
    Ok((value, home.version))
}

/// Puts one value into the change of a person.
pub(super) fn into_change(change: &mut PersonChange, field: Field, value: &str) -> Result<()> {
    let unfit = || AppError::Refused("registry-field-unfit");
    match field {
        Field::Name => change.name = Some(value.to_owned()),
        Field::MotherName => change.mother_name = Some(value.to_owned()),
        Field::BirthPlace => change.birth_place = Some(value.to_owned()),
        Field::Sex => change.sex = Some(Sex::parse(value).map_err(|_| unfit())?),
        Field::BirthDate => change.birth_date = Some(value.parse().map_err(|_| unfit())?),
        Field::Relation => change.relation = Some(value.parse().map_err(|()| unfit())?),
        Field::Nik => {
            let nik = Nik::parse(value).map_err(|error| AppError::Refused(error.key()))?;
            change.nik = Some(nik);
        }
        Field::Phone => change.phone = Some(Phone::parse(value).map_err(|_| unfit())?),
        Field::Kk | Field::Dusun | Field::Rt | Field::Rw | Field::Address => return Err(unfit()),
    }
    Ok(())
}

async fn put(work: &mut Work, of: &NewFieldChange, version: i64) -> Result<()> {
    if let (true, Some(person)) = (of.field.of_person(), of.person) {
        let mut change = PersonChange::default();
        into_change(&mut change, of.field, &of.value)?;
        return change::change_person(work, person, version, change).await;
    }
    let value = Some(of.value.clone());
    let mut change = HouseholdChange::default();
    match of.field {
        Field::Kk => {
            let kk = KkNumber::parse(&of.value).map_err(|error| AppError::Refused(error.key()))?;
            change.kk = Some(kk);
        }
        Field::Dusun => change.dusun = value,
        Field::Rt => change.rt = value,
        Field::Rw => change.rw = value,
        _ => change.address = value,
    }
    change::change_household(work, of.household, version, change).await
}

/// A value in the form in which it is kept: a phone that wrote `1` saw the `001` of the registry.
/// What cannot be kept stays as it came.
fn as_kept(field: Field, text: &str) -> String {
    let kept = match field {
        Field::Name => person_name(text).ok().map(|name| name.as_str().to_owned()),
        Field::MotherName | Field::BirthPlace | Field::Dusun | Field::Address => {
            free_text(text).ok()
        }
        Field::Rt | Field::Rw => neighbourhood(text),
        Field::Sex | Field::BirthDate | Field::Relation => None,
        Field::Nik | Field::Phone | Field::Kk => None,
    };
    kept.unwrap_or_else(|| text.to_owned())
}

/// Changes one field if it still holds what was seen; otherwise keeps both values for the desk.
///
/// # Errors
/// Outside the scope; a value that cannot be taken.
pub async fn change_field(work: &mut Work, new: NewFieldChange) -> Result<FieldChanged> {
    let (here, version) = standing(work, &new).await?;
    if here == as_kept(new.field, &new.value) {
        return Ok(FieldChanged::Taken);
    }
    if here == as_kept(new.field, &new.seen) {
        put(work, &new, version).await?;
        return Ok(FieldChanged::Taken);
    }
    keep_both(work, &new, &here).await?;
    Ok(FieldChanged::Conflict)
}

async fn keep_both(work: &mut Work, new: &NewFieldChange, here: &str) -> Result<()> {
    let (scope, tx) = work.parts();
    let home = reads::household(tx, scope, new.household).await?;
    let place = scope.admit(&home.area)?;
    let keys = work.app().keys();
    let sealed = [here, new.value.as_str()].map(|value| seal(keys, &new.id, value));
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.household,
        new.person,
        new.field,
        &sealed[0],
        &sealed[1],
        work.scope().user(),
        work.at()
    ];
    if work.tx().exec(&sql::MAKE_CONFLICT, row).await? == 1 {
        let fact = json!({
            "id": new.id, "person": new.person, "field": new.field, "here": here,
            "came": new.value,
        });
        work.record(&place, "registry", "field-conflict", new.household, &fact)?;
    }
    Ok(())
}

/// The conflicts of an area, the oldest first, at most 200.
///
/// # Errors
/// When the database is away.
pub async fn field_conflicts(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
) -> Result<Vec<FieldConflict>> {
    let rows: Vec<sql::ConflictRow> = from.all(&sql::CONFLICTS, scope.bind(args![])).await?;
    rows.into_iter().map(|row| opened(row, keys)).collect()
}

fn opened(row: sql::ConflictRow, keys: &KeyRing) -> Result<FieldConflict> {
    Ok(FieldConflict {
        here: open(keys, &row.id, row.here)?,
        came: open(keys, &row.id, row.came)?,
        id: row.id,
        household: row.household,
        person: row.person,
        field: row.field,
        came_by: row.came_by,
        came_at: row.came_at,
    })
}

/// One conflict.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or when it was settled.
pub async fn field_conflict(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    id: Id,
) -> Result<FieldConflict> {
    let row: Option<sql::ConflictRow> = from.opt(&sql::CONFLICT, scope.bind(args![id])).await?;
    opened(row.ok_or(AppError::NotFound)?, keys)
}

/// Says which value is right.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or when it was settled.
pub async fn settle_conflict(work: &mut Work, id: Id, chosen: Chosen) -> Result<()> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let conflict = field_conflict(tx, scope, app.keys(), id).await?;
    let home = reads::household(tx, scope, conflict.household).await?;
    let place = scope.admit(&home.area)?;
    let row = scope.bind(args![id, chosen, scope.user(), app.now()]);
    if tx.exec(&sql::SETTLE_CONFLICT, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    if chosen == Chosen::Came {
        let new = NewFieldChange {
            id,
            household: conflict.household,
            person: conflict.person,
            field: conflict.field,
            seen: String::new(),
            value: conflict.came,
        };
        let (_, version) = standing(work, &new).await?;
        put(work, &new, version).await?;
    }
    let fact = json!({ "id": id, "chosen": chosen });
    work.record(
        &place,
        "registry",
        "field-settled",
        conflict.household,
        &fact,
    )
}
