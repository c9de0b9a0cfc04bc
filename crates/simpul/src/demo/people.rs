//! The families of a village come into the registry, and their children's past into the posts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use simpul_identity::{AreaCode, KkNumber, Nik, Phone};
use simpul_synth::{Household, Jkn, Measurement, Person, Village};

use super::users::Cast;
use crate::access::Work;
use crate::platform::{App, AppError, Id, Result};
use crate::posyandu::{self, EntrySource, NewDay, NewMeasurement, NewPost};
use crate::registry::{
    self, ExtractRow, MembershipSource, MembershipState, NewHousehold, NewMembership, NewPerson,
    Programme, Relation,
};

/// Families and measurements in one transaction.
const CHUNK: usize = 100;

/// The id of a household and those of its members, in the order of the village.
pub(super) struct Home {
    pub id: Id,
    pub members: Vec<Id>,
}

/// Registers posts, families, programmes and the extract of DTSEN.
pub(super) async fn register(app: &App, cast: &Cast, village: &Village) -> Result<Vec<Home>> {
    let mut work = Work::begin(app, &cast.petugas).await?;
    for post in &village.posts {
        let area = AreaCode::post(village.area, post.number).map_err(AppError::internal)?;
        let new = NewPost {
            id: app.ids().make(),
            area,
            name: post.name.clone(),
        };
        posyandu::make_post(&mut work, new).await?;
    }
    work.commit().await?;
    let mut homes = Vec::with_capacity(village.households.len());
    for families in village.households.chunks(CHUNK) {
        let mut work = Work::begin(app, &cast.petugas).await?;
        for family in families {
            homes.push(register_family(&mut work, village, family).await?);
        }
        work.commit().await?;
    }
    load_extract(app, cast, village).await?;
    Ok(homes)
}

/// Some families were recorded again by another post, without the numbers of their cards.
pub(super) async fn record_again(
    app: &App,
    cast: &Cast,
    village: &Village,
    seed: u64,
) -> Result<()> {
    let mut work = Work::begin(app, &cast.petugas).await?;
    for (_, family) in village.recorded_again(seed, super::AGAIN) {
        register_family(&mut work, village, &family).await?;
    }
    work.commit().await
}

async fn register_family(work: &mut Work, village: &Village, family: &Household) -> Result<Home> {
    let id = work.app().ids().make();
    let home = NewHousehold {
        id,
        area: AreaCode::post(village.area, family.post).map_err(AppError::internal)?,
        kk: KkNumber::parse(&family.kk).ok(),
        dusun: family.dusun.clone(),
        rt: family.rt.to_string(),
        rw: family.rw.to_string(),
        address: family.address.clone(),
    };
    registry::register_household(work, home).await?;
    let mut members = Vec::with_capacity(family.members.len());
    for person in &family.members {
        let person = new_person(work.app().ids().make(), id, person);
        members.push(person.id);
        registry::register_person(work, person).await?;
    }
    for (programme, state, as_of) in programmes(family, village.today) {
        let new = NewMembership {
            id: work.app().ids().make(),
            household: id,
            person: None,
            programme,
            state,
            as_of,
            source: MembershipSource::Import,
        };
        registry::record_membership(work, new).await?;
    }
    Ok(Home { id, members })
}

fn new_person(id: Id, household: Id, person: &Person) -> NewPerson {
    NewPerson {
        id,
        household,
        name: person.name.clone(),
        sex: person.sex,
        birth_date: person.birth_date,
        birth_place: person.birth_place.clone(),
        relation: Relation::parse(person.relation.label()).unwrap_or(Relation::FamiliLain),
        mother_name: person.mother_name.clone().unwrap_or_default(),
        nik: person.nik.as_deref().and_then(|nik| Nik::parse(nik).ok()),
        phone: person
            .phone
            .as_deref()
            .and_then(|phone| Phone::parse(phone).ok()),
    }
}

fn programmes(family: &Household, today: Date) -> Vec<(Programme, MembershipState, Date)> {
    let receives = |yes: bool| {
        if yes {
            MembershipState::Recipient
        } else {
            MembershipState::NotRecipient
        }
    };
    let as_of = family.dtsen_date.unwrap_or(today);
    let mut all = vec![
        (Programme::Pkh, receives(family.memberships.pkh), as_of),
        (
            Programme::Sembako,
            receives(family.memberships.sembako),
            as_of,
        ),
    ];
    match family.memberships.jkn {
        Jkn::Pbi => all.push((Programme::PbiJkn, MembershipState::Recipient, as_of)),
        Jkn::PbiRemoved(on) => all.push((Programme::PbiJkn, MembershipState::Inactive, on)),
        Jkn::Paid | Jkn::Arrears | Jkn::None => {}
    }
    all
}

/// The extract of DTSEN for the village. Every fifth village has none yet: there the desk looks
/// families up in SIKS-NG by hand.
async fn load_extract(app: &App, cast: &Cast, village: &Village) -> Result<()> {
    if village
        .area
        .kabupaten()
        .is_some_and(|kabupaten| kabupaten.as_str() == WITHOUT_EXTRACT)
    {
        return Ok(());
    }
    let mut rows = Vec::new();
    for family in village.households.iter().filter(|family| family.in_dtsen) {
        let Ok(kk) = KkNumber::parse(&family.kk) else {
            continue;
        };
        let area = AreaCode::post(village.area, family.post).map_err(AppError::internal)?;
        let as_of = family.dtsen_date.unwrap_or(village.today);
        let row = |nik| ExtractRow {
            kk: kk.clone(),
            nik,
            area,
            decile: family.decile,
            as_of,
        };
        rows.push(row(None));
        let niks = family
            .members
            .iter()
            .filter_map(|person| person.nik.as_deref());
        rows.extend(
            niks.filter_map(|nik| Nik::parse(nik).ok())
                .map(|nik| row(Some(nik))),
        );
    }
    let mut work = Work::begin(app, &cast.petugas).await?;
    let place = work.scope().admit(&village.area.into())?;
    registry::load_extract(&mut work, &place, rows).await?;
    work.commit().await
}

/// Kabupaten Maros: mountains, no signal, no sharing agreement yet.
const WITHOUT_EXTRACT: &str = "7309";

/// Brings in the hari buka before this month, post by post and day by day.
pub(super) async fn grow(app: &App, cast: &Cast, village: &Village, homes: &[Home]) -> Result<()> {
    for (post, kader) in village.posts.iter().zip(&cast.kader) {
        let area = AreaCode::post(village.area, post.number).map_err(AppError::internal)?;
        let mut days: BTreeMap<Date, Vec<(Id, &Measurement)>> = BTreeMap::new();
        for (family, home) in village.households.iter().zip(homes) {
            if family.post != post.number {
                continue;
            }
            for (person, id) in family.members.iter().zip(&home.members) {
                for taken in &person.measurements {
                    days.entry(taken.date).or_default().push((*id, taken));
                }
            }
        }
        for (date, measured) in days {
            let mut work = Work::begin(app, kader).await?;
            let new = NewDay {
                id: app.ids().make(),
                post_area: area,
                date,
            };
            let day = posyandu::open_day(&mut work, new).await?;
            let news = measured.into_iter().map(|(person, taken)| {
                measurement(app.ids().make(), person, day, taken, EntrySource::Demo)
            });
            let news: Vec<_> = news.collect();
            for said in posyandu::measure_many(&mut work, &news).await? {
                said?;
            }
            work.commit().await?;
        }
    }
    Ok(())
}

/// A synthetic measurement as the door takes it.
pub(super) fn measurement(
    id: Id,
    person: Id,
    day: Id,
    taken: &Measurement,
    source: EntrySource,
) -> NewMeasurement {
    let long = |tenths: Option<u32>| tenths.and_then(|n| simpul_growth::TenthsMm::new(n).ok());
    NewMeasurement {
        id,
        person,
        day: Some(day),
        on: taken.date,
        weight: simpul_growth::Grams::new(taken.weight_grams).ok(),
        lenhei: long(taken.length_tenths_mm),
        position: Some(taken.position),
        head: long(taken.head_tenths_mm),
        arm: long(taken.lila_tenths_mm),
        oedema: Some(taken.oedema),
        measurer: String::new(),
        danger_signs: Vec::new(),
        replaces: None,
        source,
    }
}
