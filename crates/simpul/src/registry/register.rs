//! The doors by which households and persons enter.

use serde::Serialize;
use simpul_db::args;
use simpul_identity::{AreaCode, Nik, Sex, search_key};
use zeroize::Zeroizing;

use super::events::{LifeEvent, NewLifeEvent, note_event};
use super::model::{
    NewBirth, NewHousehold, NewPerson, Relation, birth_day, free_text, neighbourhood, person_name,
};
use super::{numbers, reads, sql};
use crate::access::{Place, Work};
use crate::platform::{AppError, Id, Result, Stored};

#[derive(Serialize)]
struct HouseholdFact<'a> {
    id: Id,
    area: &'a str,
    kk: Option<&'a str>,
    dusun: &'a str,
    rt: &'a str,
    rw: &'a str,
    address: &'a str,
}

#[derive(Serialize)]
struct PersonFact<'a> {
    id: Id,
    household: Id,
    name: &'a str,
    sex: &'a str,
    birth_date: jiff::civil::Date,
    birth_place: &'a str,
    relation: Relation,
    mother_name: &'a str,
    nik: Option<&'a str>,
    phone: Option<&'a str>,
}

/// Registers a household.
///
/// # Errors
/// Outside the scope; a field that cannot be taken; a KK number that another household has; the
/// same id with other content.
pub async fn register_household(work: &mut Work, new: NewHousehold) -> Result<()> {
    let place = post_of(work, &new.area)?;
    let keys = work.app().keys();
    let kk = new.kk.as_ref().map(simpul_identity::KkNumber::expose);
    let (dusun, address) = (free_text(&new.dusun)?, free_text(&new.address)?);
    let (rt, rw) = (hood(&new.rt)?, hood(&new.rw)?);
    let fact = HouseholdFact {
        id: new.id,
        area: place.area().as_str(),
        kk: kk.as_deref().map(String::as_str),
        dusun: &dusun,
        rt: &rt,
        rw: &rw,
        address: &address,
    };
    let content = numbers::mark(keys, &fact)?;
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.kk
            .as_ref()
            .map(|kk| numbers::seal_kk(keys, &new.id, kk)),
        new.kk.as_ref().map(|kk| numbers::kk_hash(keys, kk)),
        dusun,
        rt,
        rw,
        address,
        content
    ];
    if work.tx().exec(&sql::MAKE_HOUSEHOLD, row).await? == 1 {
        return work.record(&place, "registry", "household", new.id, &fact);
    }
    let (scope, tx) = work.parts();
    let stored: Option<[u8; 32]> = tx
        .opt(&sql::HOUSEHOLD_CONTENT, scope.bind(args![new.id]))
        .await?;
    match stored {
        Some(stored) if stored == content => Ok(()),
        Some(_) => Err(AppError::Conflict("error-conflict")),
        None => Err(AppError::Conflict("registry-kk-taken")),
    }
}

/// A post of 13 digits within the scope.
pub(super) fn post_of(work: &Work, area: &AreaCode) -> Result<Place> {
    if area.post_number().is_none() {
        return Err(AppError::Refused("registry-area-post"));
    }
    work.scope().admit(area)
}

pub(super) fn hood(text: &str) -> Result<String> {
    neighbourhood(text).ok_or(AppError::Refused("registry-rt-form"))
}

/// Registers a person in a household, where that household is.
///
/// # Errors
/// When the household is outside the scope; a field that cannot be taken; a NIK that another
/// person has; the same id with other content.
pub async fn register_person(work: &mut Work, new: NewPerson) -> Result<()> {
    let (scope, tx) = work.parts();
    let home: Option<(Stored<AreaCode>, Option<[u8; 32]>)> = tx
        .opt(&sql::HOME, scope.bind(args![new.household, new.id]))
        .await?;
    let (area, stored) = home.ok_or(AppError::NotFound)?;
    let place = scope.admit(&area)?;
    let name = person_name(&new.name)?;
    let (birth_place, mother) = (free_text(&new.birth_place)?, free_text(&new.mother_name)?);
    let born = birth_day(new.birth_date, work.at().date_in(place.zone()))?;
    let digits: [Option<Zeroizing<String>>; 2] = [
        new.nik.as_ref().map(Nik::expose),
        new.phone.as_ref().map(simpul_identity::Phone::expose),
    ];
    let [nik, phone] = digits.each_ref().map(|d| d.as_deref().map(String::as_str));
    let fact = PersonFact {
        id: new.id,
        household: new.household,
        name: name.as_str(),
        sex: new.sex.code(),
        birth_date: born,
        birth_place: &birth_place,
        relation: new.relation,
        mother_name: &mother,
        nik,
        phone,
    };
    let content = numbers::mark(work.app().keys(), &fact)?;
    match stored {
        Some(stored) if stored == content => return Ok(()),
        Some(_) => return Err(AppError::Conflict("error-conflict")),
        None => {}
    }
    if let Some(nik) = &new.nik {
        claim_nik(work, &place, new.id, nik).await?;
    }
    let keys = work.app().keys();
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.household,
        name.as_str(),
        search_key(name.as_str()),
        new.sex.code(),
        born.to_string(),
        birth_place,
        new.relation,
        mother,
        new.nik
            .as_ref()
            .map(|nik| numbers::seal_nik(keys, &new.id, nik)),
        new.phone
            .as_ref()
            .map(|phone| numbers::seal_phone(keys, &new.id, phone)),
        content
    ];
    if work.tx().exec(&sql::MAKE_PERSON, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    work.record(&place, "registry", "person", new.id, &fact)
}

/// Takes a NIK for a person; nothing else has been written when it is refused.
pub(super) async fn claim_nik(work: &mut Work, place: &Place, person: Id, nik: &Nik) -> Result<()> {
    let hash = numbers::nik_hash(work.app().keys(), nik);
    let kabupaten = place.kabupaten().as_str();
    let tx = work.tx();
    if tx
        .exec(&sql::CLAIM_NIK, args![hash, kabupaten, person])
        .await?
        == 1
    {
        return Ok(());
    }
    let holder: Option<(String, Id)> = tx.opt(&sql::NIK_HOLDER, args![hash]).await?;
    match holder {
        Some((there, holder)) if there == kabupaten && holder == person => Ok(()),
        _ => Err(AppError::Conflict("registry-nik-taken")),
    }
}

/// Registers a newborn in its mother's household, and gives that household. The birth is a task
/// for the operator of the social registry.
///
/// # Errors
/// When the mother is outside the scope or no woman; when a child of this day and order is known
/// under another id; as [`register_person`].
pub async fn register_birth(work: &mut Work, new: NewBirth) -> Result<Id> {
    let (scope, tx) = work.parts();
    let mother = reads::person(tx, scope, new.mother).await?;
    let place = scope.admit(&mother.area)?;
    if mother.sex != Sex::Female || new.birth_date <= mother.birth_date {
        return Err(AppError::Refused("registry-mother-unlikely"));
    }
    let kabupaten = place.kabupaten().as_str();
    let born = new.birth_date.to_string();
    let order = i64::from(new.order);
    let row = args![
        kabupaten,
        new.id,
        place.area().as_str(),
        mother.id,
        born,
        order
    ];
    if tx.exec(&sql::CLAIM_BIRTH, row).await? == 0 {
        let row = args![kabupaten, mother.id, born, order];
        let known: Option<Id> = tx.opt(&sql::BIRTH_HOLDER, row).await?;
        if known != Some(new.id) {
            return Err(AppError::Conflict("registry-birth-known"));
        }
    }
    let person = new.person(&mother);
    register_person(work, person).await?;
    let event = NewLifeEvent {
        id: new.id,
        household: mother.household,
        person: Some(new.id),
        kind: LifeEvent::Lahir,
        on: new.birth_date,
        detail: String::new(),
    };
    note_event(work, &place, &event).await?;
    Ok(mother.household)
}
