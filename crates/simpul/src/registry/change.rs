//! Corrections of registered fields, each on the version that was seen, and erasure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use simpul_db::args;
use simpul_identity::{Nik, search_key};

use super::model::{
    HouseholdChange, Person, PersonChange, PersonState, birth_day, free_text, person_name,
};
use super::numbers::{self, SealedNumber};
use super::register::{claim_nik, hood, post_of};
use super::{births, reads, sql};
use crate::access::{Place, Work, journal};
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

/// Puts the plain fields of a change into a person.
fn apply(
    person: &mut Person,
    change: &PersonChange,
    today: jiff::civil::Date,
) -> Result<Map<String, Value>> {
    let text = |text: &Option<String>| text.as_deref().map(free_text).transpose();
    let name = change.name.as_deref().map(person_name).transpose()?;
    let name = name.map(|name| name.as_str().to_owned());
    let born = change.birth_date.map(|born| birth_day(born, today));
    let (place, mother) = (text(&change.birth_place)?, text(&change.mother_name)?);
    let mut changed = Map::new();
    replace(&mut changed, "name", &mut person.name, name);
    replace(
        &mut changed,
        "birth_date",
        &mut person.birth_date,
        born.transpose()?,
    );
    replace(&mut changed, "birth_place", &mut person.birth_place, place);
    replace(&mut changed, "mother_name", &mut person.mother_name, mother);
    replace(
        &mut changed,
        "relation",
        &mut person.relation,
        change.relation,
    );
    replace(&mut changed, "state", &mut person.state, change.state);
    if let Some(sex) = change.sex.filter(|sex| *sex != person.sex) {
        changed.insert("sex".into(), json!(sex.code()));
        person.sex = sex;
    }
    Ok(changed)
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
    let born = person.birth_date;
    let mut changed = apply(&mut person, &change, work.at().date_in(place.zone()))?;
    let keys = work.app().keys();
    let open =
        |number: &Option<SealedNumber>| number.as_ref().map(|number| number.open(keys)).transpose();
    let (old_nik, old_phone) = (open(&person.nik)?, open(&person.phone)?);
    let nik = change.nik.filter(|nik| Some(nik.expose()) != old_nik);
    let phone = change
        .phone
        .filter(|phone| Some(phone.expose()) != old_phone);
    let mut nik_sealed = person.nik.map(SealedNumber::into_bytes);
    let mut phone_sealed = person.phone.map(SealedNumber::into_bytes);
    if let Some(nik) = &nik {
        changed.insert("nik".into(), json!(nik.expose().as_str()));
        nik_sealed = Some(numbers::seal_nik(keys, &id, nik));
    }
    if let Some(phone) = &phone {
        changed.insert("phone".into(), json!(phone.expose().as_str()));
        phone_sealed = Some(numbers::seal_phone(keys, &id, phone));
    }
    if change.no_phone && phone_sealed.is_some() {
        changed.insert("phone".into(), Value::Null);
        phone_sealed = None;
    }
    if changed.is_empty() {
        return Ok(());
    }
    unseen(person.version, seen_version)?;
    if let Some(nik) = &nik {
        change_nik(work, &place, id, nik).await?;
    }
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
        nik_sealed,
        phone_sealed
    ];
    let (scope, tx) = work.parts();
    if tx.exec(&sql::CHANGE_PERSON, scope.bind(row)).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    if changed.contains_key("birth_date") || changed.contains_key("sex") {
        let born = [born, person.birth_date];
        births::note(work, &place, (id, seen_version + 1), born).await?;
    }
    let fact = json!({ "version": seen_version + 1, "changed": changed });
    work.record(&place, "registry", "person-changed", id, &fact)
}

/// Lets nobody else change these persons until the work ends: what is read of them afterwards stays
/// true. They are taken in the order of their ids, so that two works never wait for each other;
/// those outside the scope are passed over.
///
/// # Errors
/// When the database is away.
pub async fn hold_persons(work: &mut Work, ids: &BTreeSet<Id>) -> Result<()> {
    for id in ids {
        let (scope, tx) = work.parts();
        tx.exec(&sql::HOLD_PERSON, scope.bind(args![*id])).await?;
    }
    Ok(())
}

/// Gives a person another NIK, or the first; the old one stays when the new one is taken.
async fn change_nik(work: &mut Work, place: &Place, person: Id, nik: &Nik) -> Result<()> {
    let hash = numbers::nik_hash(work.app().keys(), nik);
    let row = args![place.kabupaten().as_str(), person, hash];
    match work.tx().exec(&sql::CHANGE_NIK, row).await? {
        0 => claim_nik(work, place, person, nik).await,
        _ => Ok(()),
    }
}

/// Lets two records of one person exchange their numbers; either may have none.
pub(super) async fn exchange_niks(work: &mut Work, one: Id, other: Id) -> Result<()> {
    if one == other {
        return Ok(());
    }
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let mut numbers = Vec::with_capacity(2);
    for id in [one, other] {
        let nik = reads::person(tx, scope, id).await?.nik;
        let digits = nik.map(|nik| nik.open(app.keys())).transpose()?;
        let nik = digits.map(|digits| Nik::parse(&digits)).transpose();
        numbers.push(nik.map_err(|error| AppError::Refused(error.key()))?);
    }
    // Neither is anybody's in between.
    set_nik(work, one, None).await?;
    let first = numbers.swap_remove(0);
    set_nik(work, other, first).await?;
    set_nik(work, one, numbers.pop().flatten()).await
}

/// Gives a person another NIK, or none.
pub(super) async fn set_nik(work: &mut Work, id: Id, nik: Option<Nik>) -> Result<()> {
    let app = work.app().clone();
    let (scope, tx) = work.parts();
    let person = reads::person(tx, scope, id).await?;
    let place = scope.admit(&person.area)?;
    if person.nik.is_none() && nik.is_none() {
        return Ok(());
    }
    let row = args![place.kabupaten().as_str(), id];
    tx.exec(&sql::FREE_NIK, row).await?;
    let sealed = nik
        .as_ref()
        .map(|nik| numbers::seal_nik(app.keys(), &id, nik));
    let row = scope.bind(args![id, person.version, sealed]);
    if tx.exec(&sql::SET_NIK, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    if let Some(nik) = &nik {
        claim_nik(work, &place, id, nik).await?;
    }
    let changed = json!({ "nik": nik.as_ref().map(|nik| nik.expose().to_string()) });
    let fact = json!({ "version": person.version + 1, "changed": changed });
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
    let place = post_of(work, change.area.as_ref().unwrap_or(&home.area))?;
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
    let keys = work.app().keys();
    let old = home.kk.as_ref().map(|kk| kk.open(keys)).transpose()?;
    let kk = change.kk.filter(|kk| Some(kk.expose()) != old);
    let hash = kk.as_ref().map(|kk| numbers::kk_hash(keys, kk));
    let mut sealed = home.kk.map(SealedNumber::into_bytes);
    if let Some(kk) = &kk {
        changed.insert("kk".into(), json!(kk.expose().as_str()));
        sealed = Some(numbers::seal_kk(keys, &id, kk));
    }
    if changed.is_empty() {
        return Ok(());
    }
    unseen(home.version, seen_version)?;
    if let Some(hash) = hash {
        kk_is_free(work, &place, hash).await?;
    }
    let row = args![
        id,
        seen_version,
        place.area().as_str(),
        sealed,
        hash,
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
        take_along(work, id, &place).await?;
        work.record(&old_place, "registry", "left", id, &json!({ "id": id }))?;
    }
    let fact = json!({ "version": seen_version + 1, "changed": changed });
    work.record(&place, "registry", "household-changed", id, &fact)
}

/// What goes with a household to another post: each statement takes the household as `$4` and its
/// new area as `$5`.
pub type Following = [&'static simpul_db::Statement<simpul_db::Scoped>];

/// What slices above this one keep of a household and want to go along with it, told where the
/// application is assembled.
pub struct GoesAlong(pub &'static [&'static Following]);

/// What this slice itself keeps.
const GOES_ALONG: &Following = &[
    &sql::MOVE_MEMBERS,
    &sql::MOVE_REQUEST,
    &sql::MOVE_EVENTS,
    &sql::MOVE_CONFLICTS,
];

/// Takes what is kept of a household to its new post.
async fn take_along(work: &mut Work, household: Id, place: &Place) -> Result<()> {
    let mut all = GOES_ALONG.to_vec();
    for more in work.app().part::<GoesAlong>().0 {
        all.extend_from_slice(more);
    }
    for statement in all {
        let (scope, tx) = work.parts();
        let row = scope.bind(args![household, place.area().as_str()]);
        tx.exec(statement, row).await?;
    }
    Ok(())
}

async fn kk_is_free(work: &mut Work, place: &Place, hash: [u8; 32]) -> Result<()> {
    let row = args![place.kabupaten().as_str(), hash];
    let holder: Option<Id> = work.tx().opt(&sql::KK_HOLDER, row).await?;
    match holder {
        None => Ok(()),
        Some(_) => Err(AppError::Conflict("registry-kk-taken")),
    }
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
