//! Corrections of registered fields, each on the version that was seen, and erasure.

use serde_json::{Map, Value, json};
use simpul_db::args;
use simpul_identity::{KkNumber, search_key};

use super::model::{HouseholdChange, PersonChange, PersonState, birth_day, free_text, person_name};
use super::register::{claim_nik, hood, post_of};
use super::{numbers, reads, sql};
use crate::access::{Work, journal};
use crate::platform::{AppError, Id, Result};

/// Replaces a value when a new one differs, and notes it for the journal.
fn replace<T: PartialEq + serde::Serialize>(
    changed: &mut Map<String, Value>,
    field: &str,
    old: &mut T,
    new: Option<T>,
) {
    if let Some(new) = new.filter(|new| new != old) {
        changed.insert(field.to_owned(), json!(new));
        *old = new;
    }
}

/// The version must be the one that was seen. A change that changes nothing was checked before:
/// a repeated one is no error.
fn unseen(stored: i64, seen: i64) -> Result<()> {
    if stored == seen {
        Ok(())
    } else {
        Err(AppError::Conflict("error-conflict"))
    }
}

/// Changes fields of a person.
///
/// # Errors
/// Outside the scope; another version than the one seen; as
/// [`register_person`](super::register_person).
pub async fn change_person(
    work: &mut Work,
    id: Id,
    seen_version: i64,
    change: PersonChange,
) -> Result<()> {
    let (scope, tx) = work.parts();
    let mut person = reads::person(tx, scope, id).await?;
    let place = scope.admit(&person.area)?;
    if change.state == Some(PersonState::Erased) || person.state == PersonState::Erased {
        return Err(AppError::Refused("registry-erased"));
    }
    let today = work.at().date_in(place.zone());
    let name = change.name.as_deref().map(person_name).transpose()?;
    let born = change.birth_date.map(|born| birth_day(born, today));
    let mut changed = Map::new();
    let c = &mut changed;
    let name = name.map(|name| name.as_str().to_owned());
    replace(c, "name", &mut person.name, name);
    replace(c, "birth_date", &mut person.birth_date, born.transpose()?);
    let text = |text: Option<String>| text.as_deref().map(free_text).transpose();
    replace(
        c,
        "birth_place",
        &mut person.birth_place,
        text(change.birth_place)?,
    );
    replace(
        c,
        "mother_name",
        &mut person.mother_name,
        text(change.mother_name)?,
    );
    replace(c, "relation", &mut person.relation, change.relation);
    replace(c, "state", &mut person.state, change.state);
    if let Some(sex) = change.sex.filter(|sex| *sex != person.sex) {
        changed.insert("sex".into(), json!(sex.code()));
        person.sex = sex;
    }
    let keys = work.app().keys();
    let open = |number: &Option<numbers::SealedNumber>| {
        number.as_ref().map(|number| number.open(keys)).transpose()
    };
    let (old_nik, old_phone) = (open(&person.nik)?, open(&person.phone)?);
    let nik = change.nik.filter(|nik| Some(nik.expose()) != old_nik);
    let phone = change
        .phone
        .filter(|phone| Some(phone.expose()) != old_phone);
    if let Some(nik) = &nik {
        changed.insert("nik".into(), json!(nik.expose().as_str()));
    }
    if let Some(phone) = &phone {
        changed.insert("phone".into(), json!(phone.expose().as_str()));
    }
    if changed.is_empty() {
        return Ok(());
    }
    unseen(person.version, seen_version)?;
    let sealed = [
        nik.as_ref().map(|nik| numbers::seal_nik(keys, &id, nik)),
        phone.map(|phone| numbers::seal_phone(keys, &id, &phone)),
    ];
    if let Some(nik) = &nik {
        let free = args![place.kabupaten().as_str(), id];
        work.tx().exec(&sql::FREE_NIK, free).await?;
        claim_nik(work, &place, id, nik).await?;
    }
    let [nik, phone] = sealed;
    let row = args![
        id,
        seen_version,
        person.state,
        person.name,
        search_key(&person.name),
        person.sex.code(),
        person.birth_date.to_string(),
        person.birth_place,
        person.relation,
        person.mother_name,
        nik.or(person.nik.map(numbers::SealedNumber::into_bytes)),
        phone.or(person.phone.map(numbers::SealedNumber::into_bytes))
    ];
    let (scope, tx) = work.parts();
    if tx.exec(&sql::CHANGE_PERSON, scope.bind(row)).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let fact = json!({ "version": seen_version + 1, "changed": changed });
    work.record(&place, "registry", "person-changed", id, &fact)
}

/// Changes fields of a household; its members go with it to another post.
///
/// # Errors
/// Outside the scope, also of the new place; a place in another kabupaten; another version than
/// the one seen; as [`register_household`](super::register_household).
pub async fn change_household(
    work: &mut Work,
    id: Id,
    seen_version: i64,
    change: HouseholdChange,
) -> Result<()> {
    let (scope, tx) = work.parts();
    let mut home = reads::household(tx, scope, id).await?;
    let old_place = scope.admit(&home.area)?;
    let place = match &change.area {
        Some(area) => post_of(work, area)?,
        None => old_place.clone(),
    };
    if place.kabupaten() != old_place.kabupaten() {
        return Err(AppError::Refused("registry-other-kabupaten"));
    }
    let mut changed = Map::new();
    let text = |text: Option<String>| text.as_deref().map(free_text).transpose();
    let number = |text: Option<String>| text.as_deref().map(hood).transpose();
    replace(&mut changed, "dusun", &mut home.dusun, text(change.dusun)?);
    replace(
        &mut changed,
        "address",
        &mut home.address,
        text(change.address)?,
    );
    replace(&mut changed, "rt", &mut home.rt, number(change.rt)?);
    replace(&mut changed, "rw", &mut home.rw, number(change.rw)?);
    let moves = place != old_place;
    if moves {
        changed.insert("area".into(), json!(place.area().as_str()));
    }
    let kk = new_kk(work, &home, change.kk)?;
    if let Some(kk) = &kk {
        changed.insert("kk".into(), json!(kk.expose().as_str()));
    }
    if changed.is_empty() {
        return Ok(());
    }
    unseen(home.version, seen_version)?;
    if let Some(kk) = &kk {
        let hash = numbers::kk_hash(work.app().keys(), kk);
        let holder = args![place.kabupaten().as_str(), hash];
        let holder: Option<Id> = work.tx().opt(&sql::KK_HOLDER, holder).await?;
        if holder.is_some() {
            return Err(AppError::Conflict("registry-kk-taken"));
        }
    }
    let keys = work.app().keys();
    let sealed = kk.as_ref().map(|kk| numbers::seal_kk(keys, &id, kk));
    let row = args![
        id,
        seen_version,
        place.area().as_str(),
        sealed.or(home.kk.map(numbers::SealedNumber::into_bytes)),
        kk.as_ref().map(|kk| numbers::kk_hash(keys, kk)),
        home.dusun,
        home.rt,
        home.rw,
        home.address
    ];
    let (scope, tx) = work.parts();
    if tx.exec(&sql::CHANGE_HOUSEHOLD, scope.bind(row)).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    if moves {
        let row = scope.bind(args![id, place.area().as_str()]);
        tx.exec(&sql::MOVE_MEMBERS, row).await?;
        work.record(&old_place, "registry", "left", id, &json!({ "id": id }))?;
    }
    let fact = json!({ "version": seen_version + 1, "changed": changed });
    work.record(&place, "registry", "household-changed", id, &fact)
}

/// A KK number other than the one the household has.
fn new_kk(work: &Work, home: &super::Household, kk: Option<KkNumber>) -> Result<Option<KkNumber>> {
    let keys = work.app().keys();
    let old = home.kk.as_ref().map(|kk| kk.open(keys)).transpose()?;
    Ok(kk.filter(|kk| Some(kk.expose()) != old))
}

/// Erases a person on request: identifying fields are overwritten, the numbers forgotten, and the
/// key of what the journal says of the person is destroyed. Sex, month of birth, the place in the
/// family and the facts measured stay, and name nobody.
///
/// # Errors
/// Outside the scope.
pub async fn erase_person(work: &mut Work, id: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let person = reads::person(tx, scope, id).await?;
    if person.state == PersonState::Erased {
        return Ok(());
    }
    let place = scope.admit(&person.area)?;
    let who = || args![place.kabupaten().as_str(), id];
    tx.exec(&sql::ERASE_EXTRACT_PERSON, who()).await?;
    tx.exec(&sql::FREE_NIK, who()).await?;
    tx.exec(&sql::ERASE_BIRTH, who()).await?;
    let month = person.birth_date.first_of_month().to_string();
    let row = scope.bind(args![id, month, [0_u8; 32]]);
    tx.exec(&sql::ERASE_PERSON, row).await?;
    journal::erase(work, &place, id).await?;
    let fact = json!({ "person": id });
    work.record(&place, "registry", "person-erased", person.household, &fact)
}
