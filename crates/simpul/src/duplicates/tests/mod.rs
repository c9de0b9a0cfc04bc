//! Tests of this slice.

mod pages;
mod search;
mod walks;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::date;
use simpul_identity::{Nik, Sex};

use super::*;
use crate::access::{Role, Scope, Work};
use crate::platform::{AppError, Id, Result};
use crate::registry::{
    self, Field, MembershipSource, MembershipState, NewHousehold, NewMembership, NewPerson, Person,
    PersonChange, PersonState, Programme, Relation,
};
use crate::testing::{OTHER_POST, OTHER_VILLAGE, POST, TestApp, area};

async fn home(work: &mut Work, place: &str) -> Id {
    let id = work.app().ids().make();
    let new = NewHousehold {
        id,
        area: area(place),
        kk: None,
        dusun: "Dusun 1".into(),
        rt: "1".into(),
        rw: "2".into(),
        address: "Jalan Kebun".into(),
    };
    registry::register_household(work, new).await.unwrap();
    id
}

/// Three people of alike names, each in a home of their own.
async fn three_alike(work: &mut Work) -> Vec<Id> {
    let mut people = Vec::new();
    for name in ["Ani Satu", "Ani Dua", "Ani Tiga"] {
        let household = home(work, POST).await;
        people.push(somebody(work, household, name, None).await);
    }
    people
}

async fn somebody(work: &mut Work, household: Id, name: &str, nik: Option<&str>) -> Id {
    let id = work.app().ids().make();
    let new = NewPerson {
        id,
        household,
        name: name.into(),
        sex: Sex::Female,
        birth_date: date(1998, 4, 2),
        birth_place: "Pringsewu".into(),
        relation: Relation::Istri,
        mother_name: "Sumiati".into(),
        nik: nik.map(|nik| Nik::parse(nik).unwrap()),
        phone: None,
    };
    registry::register_person(work, new).await.unwrap();
    id
}

async fn receives(work: &mut Work, household: Id) {
    let new = NewMembership {
        id: work.app().ids().make(),
        household,
        person: None,
        programme: Programme::Pkh,
        state: MembershipState::Recipient,
        as_of: date(2026, 11, 1),
        source: MembershipSource::Desk,
    };
    registry::record_membership(work, new).await.unwrap();
}

/// Searches the area of the scope; how many pairs are new on the list.
async fn find(app: &TestApp, scope: &Scope) -> i64 {
    app.clock.advance_ms(1000);
    let mut work = app.work_as(scope).await;
    let id = app.app.ids().make();
    assert!(ask_search(&mut work, id).await.unwrap());
    work.commit().await.unwrap();
    assert!(next_search(&app.app).await.unwrap());
    let run = latest_run(&mut app.app.db(), scope).await.unwrap().unwrap();
    assert_eq!((run.id, run.state), (id, RunState::Done));
    run.fresh
}

/// Two records of one woman in two posts of the village, and their pair on the list.
async fn twice(app: &TestApp, scope: &Scope, nik: Option<&str>, benefits: bool) -> (Id, Id, Id) {
    let mut work = app.work_as(scope).await;
    let (left, right) = (
        home(&mut work, POST).await,
        home(&mut work, OTHER_POST).await,
    );
    if benefits {
        receives(&mut work, left).await;
        receives(&mut work, right).await;
    }
    let one = somebody(&mut work, left, "Siti Aminah", nik).await;
    let other = somebody(&mut work, right, "Siti Aminah", None).await;
    work.commit().await.unwrap();
    assert_eq!(find(app, scope).await, 1);
    let list = pairs(&mut app.app.db(), scope, false).await.unwrap();
    let pair = list.iter().find(|pair| pair.one == one.min(other)).unwrap();
    assert_eq!(pair.benefits, i64::from(benefits));
    (pair.id, one, other)
}

fn new_pair(id: Id, one: Id, other: Id) -> NewPair {
    NewPair {
        id,
        one,
        other,
        score: None,
    }
}

/// Puts every two of these on the list; the pairs.
async fn every_two(work: &mut Work, people: &[Id]) -> Vec<Id> {
    let mut on_list = Vec::new();
    for (i, &one) in people.iter().enumerate() {
        for &other in &people[i + 1..] {
            let id = work.app().ids().make();
            propose(work, new_pair(id, one, other)).await.unwrap();
            on_list.push(id);
        }
    }
    on_list
}

async fn look(app: &TestApp, scope: &Scope, id: Id) -> Pair {
    pair(&mut app.app.db(), scope, id).await.unwrap()
}

async fn state(app: &TestApp, scope: &Scope, id: Id) -> PersonState {
    let mut db = app.app.db();
    registry::person(&mut db, scope, id).await.unwrap().state
}

/// Decides on the version that is there, and commits when it was taken.
async fn say(
    app: &TestApp,
    scope: &Scope,
    pair: Id,
    verdict: Verdict,
    keep: Option<Id>,
) -> Result<PairState> {
    say_taking(app, scope, pair, verdict, keep, &[]).await
}

async fn say_taking(
    app: &TestApp,
    scope: &Scope,
    pair: Id,
    verdict: Verdict,
    keep: Option<Id>,
    take: &[Field],
) -> Result<PairState> {
    let seen_version = look(app, scope, pair).await.version;
    let mut work = app.work_as(scope).await;
    let decision = Decision {
        pair,
        seen_version,
        verdict,
        keep,
        take: take.to_vec(),
    };
    let state = decide(&mut work, decision).await?;
    work.commit().await?;
    Ok(state)
}

async fn second(app: &TestApp, scope: &Scope, pair: Id, agreed: bool) -> Result<()> {
    let version = look(app, scope, pair).await.version;
    let mut work = app.work_as(scope).await;
    agree(&mut work, pair, version, agreed).await?;
    work.commit().await
}

async fn take_back(app: &TestApp, scope: &Scope, pair: Id) -> Result<()> {
    let version = look(app, scope, pair).await.version;
    let mut work = app.work_as(scope).await;
    undo(&mut work, pair, version).await?;
    work.commit().await
}

#[tokio::test]
async fn without_benefit_or_nik_one_person_joins_and_undoes() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (pair, one, other) = twice(&app, &desk, None, false).await;
        let unsaid = say(&app, &desk, pair, Verdict::Same, None).await;
        assert!(matches!(unsaid, Err(AppError::Refused("pair-choose-keep"))));
        let unsure = say(&app, &desk, pair, Verdict::Unsure, None).await;
        assert_eq!(unsure.unwrap(), PairState::Unsure);
        let same = say(&app, &desk, pair, Verdict::Same, Some(one)).await;
        assert_eq!(same.unwrap(), PairState::Same);
        assert_eq!(state(&app, &desk, other).await, PersonState::Merged);
        assert_eq!(state(&app, &desk, one).await, PersonState::Active);
        let mut db = app.app.db();
        let counted = counts(&mut db, &desk).await.unwrap();
        assert_eq!(counted, BTreeMap::from([(PairState::Same, 1)]));
        assert!(pairs(&mut db, &desk, false).await.unwrap().is_empty());
        assert_eq!(pairs(&mut db, &desk, true).await.unwrap().len(), 1);
        // A record that points to another one is not found again.
        assert_eq!(find(&app, &desk).await, 0);
        take_back(&app, &desk, pair).await.unwrap();
        assert_eq!(state(&app, &desk, other).await, PersonState::Active);
        assert_eq!(look(&app, &desk, pair).await.state, PairState::Open);
    }
}

#[tokio::test]
async fn a_benefit_or_a_nik_needs_two_people() {
    let nik = Some("1810014204989001");
    for app in TestApp::each().await {
        let first = app.scope(Role::Koordinator).await;
        let (pair, one, other) = twice(&app, &first, nik, true).await;
        let said = say(&app, &first, pair, Verdict::Same, Some(one)).await;
        assert_eq!(said.unwrap(), PairState::Waiting, "both receive PKH");
        assert_eq!(state(&app, &first, other).await, PersonState::Active);
        let refused =
            |answer: Result<()>| matches!(answer, Err(AppError::Refused("pair-second-other")));
        assert!(refused(second(&app, &first, pair, true).await), "oneself");
        let desk = app.scope(Role::Petugas).await;
        assert!(refused(second(&app, &desk, pair, true).await), "a petugas");
        let supervisor = app.scope(Role::Supervisor).await;
        second(&app, &supervisor, pair, false).await.unwrap();
        assert_eq!(look(&app, &first, pair).await.state, PairState::Open);
        say(&app, &first, pair, Verdict::Same, Some(other))
            .await
            .unwrap();
        second(&app, &supervisor, pair, true).await.unwrap();
        assert_eq!(state(&app, &first, one).await, PersonState::Merged);
        let undone = take_back(&app, &desk, pair).await;
        assert!(matches!(undone, Err(AppError::Refused("pair-undo-role"))));
        take_back(&app, &first, pair).await.unwrap();
        assert_eq!(state(&app, &first, one).await, PersonState::Active);
    }
    for app in TestApp::each().await {
        let first = app.scope(Role::Koordinator).await;
        let (pair, _, other) = twice(&app, &first, nik, false).await;
        let said = say(&app, &first, pair, Verdict::Same, Some(other)).await;
        assert_eq!(
            said.unwrap(),
            PairState::Waiting,
            "the record that goes has a NIK"
        );
    }
}

#[tokio::test]
async fn different_is_remembered_until_a_compared_field_changes() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (pair, one, _) = twice(&app, &desk, None, false).await;
        say(&app, &desk, pair, Verdict::Different, None)
            .await
            .unwrap();
        assert_eq!(find(&app, &desk).await, 0);
        for (change, again) in [
            (
                PersonChange {
                    relation: Some(Relation::Anak),
                    ..PersonChange::default()
                },
                0,
            ),
            (
                PersonChange {
                    mother_name: Some("Sumiyati".into()),
                    ..PersonChange::default()
                },
                1,
            ),
        ] {
            let mut work = app.work_as(&desk).await;
            let (scope, tx) = work.parts();
            let version = registry::person(tx, scope, one).await.unwrap().version;
            registry::change_person(&mut work, one, version, change)
                .await
                .unwrap();
            work.commit().await.unwrap();
            assert_eq!(find(&app, &desk).await, again);
        }
        assert_eq!(look(&app, &desk, pair).await.state, PairState::Open);
    }
}

#[tokio::test]
async fn a_decision_stands_on_what_was_seen_and_within_the_area() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (pair, one, other) = twice(&app, &desk, None, false).await;
        let mut work = app.work_as(&desk).await;
        let stale = Decision {
            pair,
            seen_version: 7,
            verdict: Verdict::Different,
            keep: None,
            take: Vec::new(),
        };
        let stale = decide(&mut work, stale).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        let id = app.app.ids().make();
        let same = propose(&mut work, new_pair(id, one, one)).await;
        assert!(matches!(same, Err(AppError::Refused("pair-one-record"))));
        drop(work);
        // Whoever sees one of the two records only does not see the pair.
        let kader = app.scope(Role::Kader).await;
        let seen = super::pair(&mut app.app.db(), &kader, pair).await;
        assert!(matches!(seen, Err(AppError::NotFound)));
        let far = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let mut work = app.work_as(&far).await;
        let hidden = propose(&mut work, new_pair(id, one, other)).await;
        assert!(matches!(hidden, Err(AppError::NotFound)));
    }
}

/// What waits about the record that goes is asked of the one that stays, and comes back with it.
#[tokio::test]
async fn open_questions_follow_the_one_who_stays() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let people = three_alike(&mut work).await;
        let (ab, bc) = (app.app.ids().make(), app.app.ids().make());
        propose(&mut work, new_pair(ab, people[0], people[1]))
            .await
            .unwrap();
        propose(&mut work, new_pair(bc, people[1], people[2]))
            .await
            .unwrap();
        work.commit().await.unwrap();
        say(&app, &desk, ab, Verdict::Same, Some(people[0]))
            .await
            .unwrap();
        assert_eq!(look(&app, &desk, bc).await.state, PairState::Lapsed);
        let waiting = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let asked = [waiting[0].one, waiting[0].other];
        assert!(asked.contains(&people[0]) && asked.contains(&people[2]));
        take_back(&app, &desk, ab).await.unwrap();
        assert_eq!(look(&app, &desk, bc).await.state, PairState::Open);
    }
}

/// A telephone that only the other record has is taken over and taken away again; nothing is read
/// of the old values once the person is erased.
#[tokio::test]
async fn a_field_taken_over_goes_back_and_is_forgotten_with_the_person() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (pair, one, other) = twice(&app, &desk, None, false).await;
        let mut work = app.work_as(&desk).await;
        let phone = simpul_identity::Phone::parse("081011112222").unwrap();
        let change = PersonChange {
            phone: Some(phone),
            mother_name: Some("Sumiyati".into()),
            ..PersonChange::default()
        };
        let (scope, tx) = work.parts();
        let version = registry::person(tx, scope, other).await.unwrap().version;
        registry::change_person(&mut work, other, version, change)
            .await
            .unwrap();
        work.commit().await.unwrap();
        let read = async |id| {
            let mut db = app.app.db();
            let person = registry::person(&mut db, &desk, id).await.unwrap();
            (person.phone.is_some(), person.mother_name)
        };
        let take = [Field::Phone, Field::MotherName];
        let same = Verdict::Same;
        say_taking(&app, &desk, pair, same, Some(one), &take)
            .await
            .unwrap();
        assert_eq!(read(one).await, (true, "Sumiyati".to_owned()));
        assert_eq!(look(&app, &desk, pair).await.taken, take);
        take_back(&app, &desk, pair).await.unwrap();
        assert_eq!(read(one).await, (false, "Sumiati".to_owned()));
        assert!(look(&app, &desk, pair).await.restore.is_none());
        let home = say_taking(&app, &desk, pair, same, Some(one), &[Field::Kk]).await;
        assert!(home.is_err(), "a family card belongs to its household");
        say_taking(&app, &desk, pair, same, Some(one), &take)
            .await
            .unwrap();
        let mut work = app.work_as(&desk).await;
        registry::erase_person(&mut work, one).await.unwrap();
        work.commit().await.unwrap();
        take_back(&app, &desk, pair).await.unwrap();
        assert_eq!(state(&app, &desk, other).await, PersonState::Active);
        assert_eq!(read(one).await, (false, String::new()));
    }
}
