//! A village to be measured: eight posts, the families of their children under five, half a year
//! of hari buka behind them and more to come.

use std::collections::BTreeMap;

use jiff::civil::Date;
use simpul::access::{Role, Scope, Work};
use simpul::cases::{self, Need, NewReferral, Urgency};
use simpul::platform::{App, Id};
use simpul::posyandu::{self, EntrySource, NewDay, NewMeasurement, NewPost};
use simpul::registry::{self, NewHousehold, NewPerson, Relation};
use simpul_growth::{Grams, TenthsMm};
use simpul_identity::{AreaCode, KkNumber, Nik, region::Zone};
use simpul_synth::{Household, Measurement, Position, pilots};

use crate::support::{user, users};

const POSTS: u16 = 8;
/// Enough for all posts: some 700 live around one.
const RESIDENTS: usize = 6_000;
/// Hari buka of a post that lie behind when the bench begins, and those it may play.
const PAST: usize = 6;
const TO_COME: usize = 44;
/// Referrals that wait at the desk.
const REFERRALS: usize = 50;

pub struct Village {
    /// One at each post.
    pub kader: Vec<Kader>,
    /// Login at the Puskesos.
    pub desk: String,
}

pub struct Kader {
    pub login: String,
    pub scope: Scope,
    /// Who is to be measured, in order of days.
    pub turns: Vec<Turn>,
}

/// A child to be measured on a hari buka.
pub struct Turn {
    id: Id,
    pub day: Id,
    child: Id,
    taken: Measurement,
}

impl Turn {
    /// Where the form is.
    pub fn path(&self) -> String {
        format!("/anak/{}/ukur?hari={}", self.child, self.day)
    }

    /// The form as a kader fills it.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let cm = |tenths: Option<u32>| tenths.map(|n| format!("{}.{:02}", n / 100, n % 100));
        let taken = &self.taken;
        let kg = format!(
            "{}.{:03}",
            taken.weight_grams / 1000,
            taken.weight_grams % 1000
        );
        let position = match taken.position {
            Position::Lying => "l",
            Position::Standing => "h",
        };
        let filled = [
            ("_id", Some(self.id.to_string())),
            ("bb", Some(kg)),
            ("tb", cm(taken.length_tenths_mm)),
            ("posisi", Some(position.to_owned())),
            ("lk", cm(taken.head_tenths_mm)),
            ("lila", cm(taken.lila_tenths_mm)),
            ("bengkak", taken.oedema.then(|| "ya".to_owned())),
        ];
        let filled = filled
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        filled.collect()
    }

    /// The same as the door takes it.
    pub fn measurement(&self) -> NewMeasurement {
        let taken = &self.taken;
        let long = |tenths: Option<u32>| tenths.and_then(|n| TenthsMm::new(n).ok());
        NewMeasurement {
            id: self.id,
            person: self.child,
            day: Some(self.day),
            on: taken.date,
            weight: Grams::new(taken.weight_grams).ok(),
            lenhei: long(taken.length_tenths_mm),
            position: taken.length_tenths_mm.map(|_| taken.position),
            head: long(taken.head_tenths_mm),
            arm: long(taken.lila_tenths_mm),
            oedema: taken.oedema.then_some(true),
            measurer: String::new(),
            danger_signs: Vec::new(),
            replaces: None,
            source: EntrySource::Page,
        }
    }
}

impl Village {
    /// Settles a village of one of the pilot regions, in which each kader has so many children to
    /// measure yet.
    pub async fn settle(app: &App, pilot: usize, turns: usize) -> Self {
        let pilot = pilots()[pilot];
        let today = app.now().date_in(pilot.area.zone().unwrap_or(Zone::Wib));
        let village = simpul_synth::Village::generate(1, pilot.area, RESIDENTS, today);
        let village = village.expect("a village");
        let areas: Vec<AreaCode> = (1..=POSTS)
            .map(|post| AreaCode::post(pilot.area, post).expect("a post"))
            .collect();
        let login = |role: Role, number: usize| format!("{}.{}.{number}", role.key(), pilot.area);
        let mut people = vec![user(
            Role::Petugas,
            pilot.area.into(),
            &login(Role::Petugas, 0),
        )];
        for (number, area) in areas.iter().enumerate() {
            people.push(user(Role::Kader, *area, &login(Role::Kader, number)));
        }
        let mut scopes = users(app, &people).await.into_iter();
        let desk = scopes.next().expect("the desk");
        let mut homes = Vec::new();
        let mut kader = Vec::new();
        for (number, (area, scope)) in areas.into_iter().zip(scopes).enumerate() {
            let post = u16::try_from(number + 1).expect("few posts");
            let families = village.households.iter();
            let families: Vec<&Household> = families
                .filter(|home| home.post == post && has_children(home))
                .collect();
            let days = families_move_in(app, &desk, area, &families, &mut homes).await;
            kader.push(Kader {
                login: login(Role::Kader, number),
                turns: open_days(app, &scope, area, days, turns).await,
                scope,
            });
        }
        refer(app, &desk, &homes).await;
        Self {
            kader,
            desk: login(Role::Petugas, 0),
        }
    }
}

fn has_children(home: &Household) -> bool {
    home.members
        .iter()
        .any(|person| !person.measurements.is_empty())
}

/// Registers a post and its families; gives what was measured of the children, by day.
async fn families_move_in(
    app: &App,
    desk: &Scope,
    area: AreaCode,
    families: &[&Household],
    homes: &mut Vec<Id>,
) -> BTreeMap<Date, Vec<(Id, Measurement)>> {
    let mut days: BTreeMap<Date, Vec<(Id, Measurement)>> = BTreeMap::new();
    let mut work = Work::begin(app, desk).await.expect("a work");
    let name = format!("Melati {area}");
    let post = NewPost {
        id: app.ids().make(),
        area,
        name,
    };
    posyandu::make_post(&mut work, post).await.expect("a post");
    for family in families {
        let household = app.ids().make();
        let home = NewHousehold {
            id: household,
            area,
            kk: KkNumber::parse(&family.kk).ok(),
            dusun: family.dusun.clone(),
            rt: family.rt.to_string(),
            rw: family.rw.to_string(),
            address: family.address.clone(),
        };
        registry::register_household(&mut work, home)
            .await
            .expect("a family");
        homes.push(household);
        for person in &family.members {
            let id = app.ids().make();
            let new = NewPerson {
                id,
                household,
                name: person.name.clone(),
                sex: person.sex,
                birth_date: person.birth_date,
                birth_place: person.birth_place.clone(),
                relation: Relation::parse(person.relation.label()).unwrap_or(Relation::FamiliLain),
                mother_name: person.mother_name.clone().unwrap_or_default(),
                nik: person.nik.as_deref().and_then(|nik| Nik::parse(nik).ok()),
                phone: None,
            };
            registry::register_person(&mut work, new)
                .await
                .expect("a person");
            for taken in &person.measurements {
                days.entry(taken.date).or_default().push((id, *taken));
            }
        }
    }
    work.commit().await.expect("a village");
    days
}

/// Opens the last hari buka of a post: those behind are measured here, the others are to come.
async fn open_days(
    app: &App,
    kader: &Scope,
    area: AreaCode,
    days: BTreeMap<Date, Vec<(Id, Measurement)>>,
    wanted: usize,
) -> Vec<Turn> {
    let mut turns = Vec::with_capacity(wanted);
    let skipped = days.len().saturating_sub(PAST + TO_COME);
    for (number, (date, children)) in days.into_iter().skip(skipped).enumerate() {
        let mut work = Work::begin(app, kader).await.expect("a work");
        let day = NewDay {
            id: app.ids().make(),
            post_area: area,
            date,
        };
        let day = posyandu::open_day(&mut work, day)
            .await
            .expect("a hari buka");
        for (child, taken) in children {
            let turn = Turn {
                id: app.ids().make(),
                day,
                child,
                taken,
            };
            if number < PAST {
                let new = turn.measurement();
                posyandu::measure(&mut work, new)
                    .await
                    .expect("a measurement");
            } else {
                turns.push(turn);
            }
        }
        work.commit().await.expect("a hari buka is kept");
    }
    assert!(turns.len() >= wanted, "{} children at {area}", turns.len());
    turns.truncate(wanted);
    turns
}

/// Families whom the desk has to answer.
async fn refer(app: &App, desk: &Scope, homes: &[Id]) {
    let mut work = Work::begin(app, desk).await.expect("a work");
    for household in homes.iter().take(REFERRALS) {
        let new = NewReferral {
            id: app.ids().make(),
            household: *household,
            person: None,
            need: Need::Pangan,
            urgency: Urgency::Segera,
            note: String::new(),
            source: None,
        };
        cases::open(&mut work, new).await.expect("a referral");
    }
    work.commit().await.expect("referrals are kept");
}
