//! A merge rewrites nothing: what stands under the record that goes is seen with the one that stays.

use std::collections::BTreeSet;

use jiff::civil::date;
use simpul_identity::Sex;

use super::*;
use crate::cases::{self, NewPostReferral, PostReason};
use crate::duplicates::{self, Decision, NewPair, Verdict};
use crate::posyandu::{self, NewDay, NewMeasurement};
use crate::registry::{self, NewHousehold, NewPerson, Relation};
use crate::screening;

/// Every column that names a person, and how it follows a merge.
const NAMES: &[(&str, &str)] = &[
    ("attendances.person", "a day that is over"),
    ("bidan_answers.person", "read with the history of the child"),
    ("bidan_list.person", "bidan_waiting"),
    (
        "births_corrected.person",
        "read_rows: own measurements beside all of the child",
    ),
    ("births.mother", "whose child, as it was reported"),
    ("case_findings.person", "read with the case, of_household"),
    (
        "consents.person",
        "what was agreed to in one household binds nobody in the other",
    ),
    (
        "field_conflicts.person",
        "settled where both values were written",
    ),
    ("life_events.person", "as it was reported"),
    ("measurements.person", "history, of_children"),
    ("memberships.person", "paid to a household"),
    (
        "niks.person",
        "exchanged at the merge where it is taken over",
    ),
    (
        "post_referrals.person",
        "post_referrals_of, standing_person",
    ),
    ("screening_findings.person", "read with their screening"),
    ("screening_verdicts.person", "read with their screening"),
    ("screenings.person", "open_of, waiting"),
    (
        "second_measurements.person",
        "read with the measurement they are second to",
    ),
    ("visit_items.person", "read with their visit; gaps"),
];

#[test]
fn whatever_names_a_person_says_how_it_follows() {
    let mut found = BTreeSet::new();
    for migration in app::migrations() {
        for table in migration.sql.split("create table ").skip(1) {
            let (name, rest) = table.split_once(' ').unwrap();
            let body = rest.split(");").next().unwrap();
            for line in body.lines().map(str::trim) {
                for column in ["person", "mother"] {
                    if line.starts_with(&format!("{column} bytea")) {
                        found.insert(format!("{name}.{column}"));
                    }
                }
            }
        }
    }
    let said: BTreeSet<String> = NAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let silent: Vec<_> = found.symmetric_difference(&said).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

async fn child(work: &mut Work, name: &str) -> (Id, Id) {
    let ids = work.app().ids().clone();
    let (household, id) = (ids.make(), ids.make());
    let home = NewHousehold {
        id: household,
        area: area(POST),
        kk: None,
        dusun: "Krajan".into(),
        rt: "1".into(),
        rw: "2".into(),
        address: String::new(),
    };
    registry::register_household(work, home).await.unwrap();
    let new = NewPerson {
        id,
        household,
        name: name.into(),
        sex: Sex::Female,
        birth_date: date(2026, 1, 25),
        birth_place: String::new(),
        relation: Relation::Anak,
        mother_name: "Siti".into(),
        nik: None,
        phone: None,
    };
    registry::register_person(work, new).await.unwrap();
    (household, id)
}

async fn weigh(app: &TestApp, kader: &Scope, person: Id, day: Option<Id>, on: i8, grams: u32) {
    let mut work = app.work_as(kader).await;
    let new = NewMeasurement {
        day,
        ..posyandu::tests::weighing(app, person, date(2026, 11, on), grams)
    };
    posyandu::measure(&mut work, new).await.unwrap();
    work.commit().await.unwrap();
}

/// Puts two records on the list and calls them one person; their pair.
pub async fn call_one_person(app: &TestApp, scope: &Scope, stays: Id, goes: Id) -> Id {
    let pair = app.app.ids().make();
    let mut work = app.work_as(scope).await;
    let new = NewPair {
        id: pair,
        one: stays,
        other: goes,
        score: None,
    };
    duplicates::propose(&mut work, new).await.unwrap();
    let same = Decision {
        pair,
        seen_version: 1,
        verdict: Verdict::Same,
        keep: Some(stays),
        take: Vec::new(),
    };
    duplicates::decide(&mut work, same).await.unwrap();
    work.commit().await.unwrap();
    pair
}

/// A child with two records: far below the red line under the one that goes, whom the desk asked the
/// post to look at.
struct Scene {
    home: Id,
    stays: Id,
    goes: Id,
    day: Id,
}

impl Scene {
    async fn new(app: &TestApp, kader: &Scope, desk: &Scope) -> Self {
        let mut work = app.work_as(kader).await;
        let (home, stays) = child(&mut work, "Sari Melati").await;
        let (there, goes) = child(&mut work, "Sary Melati").await;
        let day = app.app.ids().make();
        let new = NewDay {
            id: day,
            post_area: area(POST),
            date: date(2026, 11, 20),
        };
        posyandu::open_day(&mut work, new).await.unwrap();
        work.commit().await.unwrap();
        weigh(app, kader, goes, Some(day), 20, 4500).await;
        let mut work = app.work_as(desk).await;
        let new = NewPostReferral {
            id: app.app.ids().make(),
            household: there,
            person: Some(goes),
            reason: PostReason::Timbang,
        };
        cases::refer_to_post(&mut work, new).await.unwrap();
        work.commit().await.unwrap();
        Self {
            home,
            stays,
            goes,
            day,
        }
    }

    /// Of whom the post was asked, whether the family waits to be asked, and whether the book has an
    /// empty line for the child.
    async fn at_home(&self, app: &TestApp, desk: &Scope) -> (Vec<Option<Id>>, bool, bool) {
        let mut db = app.app.db();
        let sent = cases::post_referrals_of(&mut db, desk, self.home).await;
        let kader = app.client(Role::Kader).await;
        let asked = screening::open_of(&mut db, &kader.scope, self.home).await;
        let book = kader.get(format!("/posyandu/hari/{}/buku", self.day)).await;
        (
            sent.unwrap().iter().map(|row| row.person).collect(),
            asked.unwrap().is_some(),
            book.text.contains(&format!("bb-{}", self.stays)),
        )
    }

    /// Under which of the two names the bidan is asked to look.
    async fn at_bidan(app: &TestApp) -> [bool; 2] {
        let bidan = app.client(Role::Bidan).await;
        let list = bidan.get("/bidan").await.text;
        ["Sari Melati", "Sary Melati"].map(|name| list.contains(name))
    }
}

#[tokio::test]
async fn what_stands_under_the_record_that_goes_is_seen_with_the_other() {
    for app in TestApp::each().await {
        let (kader, desk) = (app.scope(Role::Kader).await, app.scope(Role::Petugas).await);
        let scene = Scene::new(&app, &kader, &desk).await;
        let stays = scene.stays;
        assert_eq!(scene.at_home(&app, &desk).await, (vec![], false, true));
        assert_eq!(Scene::at_bidan(&app).await, [false, true]);

        let pair = call_one_person(&app, &desk, stays, scene.goes).await;
        let followed = (vec![Some(stays)], true, false);
        assert_eq!(scene.at_home(&app, &desk).await, followed);
        assert_eq!(Scene::at_bidan(&app).await, [true, false]);

        // What was found under one record is over once the child was measured under the other.
        weigh(&app, &kader, stays, None, 21, 7600).await;
        assert_eq!(Scene::at_bidan(&app).await, [false, false]);

        let mut work = app.work_as(&desk).await;
        duplicates::undo(&mut work, pair, 2).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(scene.at_home(&app, &desk).await, (vec![], false, true));
        assert_eq!(Scene::at_bidan(&app).await, [false, true]);
    }
}
