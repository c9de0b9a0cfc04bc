//! Tests of this slice.

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

/// Whoever is registered or changed, by whatever way, is compared with the whole kabupaten: the
/// pair is seen by those alone who see both records.
#[tokio::test]
async fn who_is_registered_is_looked_at_in_the_whole_kabupaten() {
    for app in TestApp::each().await {
        let boss = app.scope_in(Role::Manajer, area("1810")).await;
        let desk = app.scope_in(Role::Petugas, area("1810012006")).await;
        let mut work = app.work_as(&boss).await;
        let left = home(&mut work, POST).await;
        let one = somebody(&mut work, left, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        // What was there before is for a search.
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0);
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0);

        let mut work = app.work_as(&boss).await;
        let right = home(&mut work, &format!("{OTHER_VILLAGE}001")).await;
        let other = somebody(&mut work, right, "Siti Amina", None).await;
        work.commit().await.unwrap();
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 1);
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0, "once");
        let list = pairs(&mut app.app.db(), &boss, false).await.unwrap();
        assert_eq!(list.len(), 1);
        let both = [list[0].one, list[0].other];
        assert_eq!(both, [one.min(other), one.max(other)]);
        let score = list[0].score.as_ref().expect("the engine says why");
        assert!(score.probability >= 0.5 && !score.why.is_empty());
        let seen = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        assert!(seen.is_empty(), "the desk of one village sees one of them");

        // Who was merged stands for nobody, and is nobody's double.
        let pair = list[0].id;
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        let mut work = app.work_as(&boss).await;
        let third = home(&mut work, OTHER_POST).await;
        let late = somebody(&mut work, third, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 1);
        let list = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        let both = [list[0].one, list[0].other];
        assert_eq!(both, [one.min(late), one.max(late)]);
    }
}

/// What somebody wrote into a field, and what merges wrote over it since, the last one on top.
#[derive(Clone, Default)]
struct Layers {
    written: String,
    over: Vec<(Id, String)>,
}

impl Layers {
    fn top(&self) -> &str {
        self.over
            .last()
            .map_or(&self.written, |(_, value)| value.as_str())
    }
}

/// The fields that the walk writes and takes over.
const WALKED: [Field; 2] = [Field::Name, Field::BirthPlace];

fn walked(person: &Person) -> [&str; 2] {
    [&person.name, &person.birth_place]
}

/// A walk of merges that take over fields, edits and undos over four records, against a model that
/// keeps each field as layers: whatever the order, each record says what the top layer says, and
/// after all is undone each says what was last written to it, and stands for itself again.
#[tokio::test]
async fn any_order_of_joining_editing_and_undoing_loses_nothing() {
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let mut work = app.work_as(&boss).await;
        let mut people = Vec::new();
        let mut model: BTreeMap<(Id, usize), Layers> = BTreeMap::new();
        for name in ["Ani Satu", "Ani Dua", "Ani Tiga", "Ani Empat"] {
            let household = home(&mut work, POST).await;
            let id = somebody(&mut work, household, name, None).await;
            let (scope, tx) = work.parts();
            let person = registry::person(tx, scope, id).await.unwrap();
            for (at, value) in walked(&person).into_iter().enumerate() {
                model.entry((id, at)).or_default().written = value.to_owned();
            }
            people.push(id);
        }
        let mut on_list = Vec::new();
        for (i, &one) in people.iter().enumerate() {
            for &other in &people[i + 1..] {
                let id = app.app.ids().make();
                propose(&mut work, new_pair(id, one, other)).await.unwrap();
                on_list.push(id);
            }
        }
        work.commit().await.unwrap();
        let mut seed: u64 = 20_261_127;
        let (mut joined, mut undone, mut taken) = (0, 0, 0);
        for step in 0..150 {
            app.clock.advance_ms(1000);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let draw = usize::try_from(seed >> 40).unwrap();
            let pair = on_list[draw / 3 % on_list.len()];
            match draw % 3 {
                0 => {
                    let now = look(&app, &boss, pair).await;
                    let (keep, gone) = match draw / 32 % 2 {
                        0 => (now.one, now.other),
                        _ => (now.other, now.one),
                    };
                    let take: Vec<usize> = (0..2).filter(|at| draw >> (8 + at) & 1 == 1).collect();
                    let fields: Vec<Field> = take.iter().map(|at| WALKED[*at]).collect();
                    let same = Verdict::Same;
                    let said = say_taking(&app, &boss, pair, same, Some(keep), &fields).await;
                    joined += usize::from(said.is_ok());
                    for at in take.into_iter().filter(|_| said.is_ok()) {
                        let value = model[&(gone, at)].top().to_owned();
                        let layers = model.get_mut(&(keep, at)).unwrap();
                        if layers.top() != value {
                            layers.over.push((pair, value));
                            taken += 1;
                        }
                    }
                }
                1 => {
                    let back = take_back(&app, &boss, pair).await.is_ok();
                    undone += usize::from(back);
                    for layers in model.values_mut().filter(|_| back) {
                        layers.over.retain(|(by, _)| *by != pair);
                    }
                }
                _ => {
                    let (id, at) = (people[draw / 3 % people.len()], draw / 32 % 2);
                    let value = ["Ani Walk", "Tempat"][at].to_owned() + &letters(step);
                    let mut change = PersonChange::default();
                    match WALKED[at] {
                        Field::Name => change.name = Some(value.clone()),
                        _ => change.birth_place = Some(value.clone()),
                    }
                    let mut work = app.work_as(&boss).await;
                    let (scope, tx) = work.parts();
                    let version = registry::person(tx, scope, id).await.unwrap().version;
                    registry::change_person(&mut work, id, version, change)
                        .await
                        .unwrap();
                    work.commit().await.unwrap();
                    let over = Vec::new();
                    let written = Layers {
                        written: value,
                        over,
                    };
                    model.insert((id, at), written);
                }
            }
            check_walk(&app, &boss, &people, &model).await;
        }
        assert!(joined > 5 && undone > 5 && taken > 5, "it went all ways");
        for pair in on_list {
            if look(&app, &boss, pair).await.state == PairState::Same {
                take_back(&app, &boss, pair).await.unwrap();
            }
        }
        for layers in model.values_mut() {
            layers.over.clear();
        }
        check_walk(&app, &boss, &people, &model).await;
        for id in people {
            assert_eq!(state(&app, &boss, id).await, PersonState::Active);
        }
    }
}

/// Two merges wrote one over the other. The lower one is undone first: the upper one must restore
/// what stood there before both.
#[tokio::test]
async fn an_undo_under_another_merge_hands_on_what_it_kept() {
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let mut work = app.work_as(&boss).await;
        let mut people = Vec::new();
        for name in ["Ani Satu", "Ani Dua", "Ani Tiga"] {
            let household = home(&mut work, POST).await;
            people.push(somebody(&mut work, household, name, None).await);
        }
        let mut on_list = Vec::new();
        for other in &people[1..] {
            let id = app.app.ids().make();
            propose(&mut work, new_pair(id, people[0], *other))
                .await
                .unwrap();
            on_list.push(id);
        }
        work.commit().await.unwrap();
        let name = async || {
            let mut db = app.app.db();
            registry::person(&mut db, &boss, people[0])
                .await
                .unwrap()
                .name
        };
        for (pair, now) in on_list.iter().zip(["Ani Dua", "Ani Tiga"]) {
            app.clock.advance_ms(1000);
            let (same, keep) = (Verdict::Same, Some(people[0]));
            say_taking(&app, &boss, *pair, same, keep, &[Field::Name])
                .await
                .unwrap();
            assert_eq!(name().await, now);
        }
        take_back(&app, &boss, on_list[0]).await.unwrap();
        assert_eq!(name().await, "Ani Tiga");
        take_back(&app, &boss, on_list[1]).await.unwrap();
        assert_eq!(name().await, "Ani Satu");
    }
}

/// Two records exchange their NIK at a merge and again at its undo; whatever the order, no number
/// is lost, and none is anybody's twice. A later merge that handed a number on is undone first.
#[tokio::test]
async fn a_nik_is_taken_over_and_goes_back() {
    const NIKS: [Option<&str>; 4] = [
        Some("1810014204980001"),
        Some("1810014204980002"),
        Some("1810014204980003"),
        None,
    ];
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let other = app.scope(Role::Supervisor).await;
        let mut work = app.work_as(&boss).await;
        let mut people = Vec::new();
        for (nik, name) in NIKS
            .iter()
            .zip(["Ani Satu", "Ani Dua", "Ani Tiga", "Ani Empat"])
        {
            let household = home(&mut work, POST).await;
            people.push(somebody(&mut work, household, name, *nik).await);
        }
        let mut on_list = Vec::new();
        for (i, &one) in people.iter().enumerate() {
            for &other in &people[i + 1..] {
                let id = app.app.ids().make();
                propose(&mut work, new_pair(id, one, other)).await.unwrap();
                on_list.push(id);
            }
        }
        work.commit().await.unwrap();
        let held = async || {
            let (mut db, mut held) = (app.app.db(), BTreeMap::new());
            for nik in NIKS.iter().flatten() {
                let number = Nik::parse(nik).unwrap();
                let found = registry::person_by_nik(&mut db, &boss, app.app.keys(), &number).await;
                let holder = found.unwrap().expect("no number is lost");
                let person = registry::person(&mut db, &boss, holder).await.unwrap();
                let sealed = person.nik.expect("both places say the same");
                assert_eq!(&*sealed.digits(app.app.keys(), &boss).unwrap(), *nik);
                assert_eq!(held.insert(holder, *nik), None, "nobody holds two");
            }
            held
        };
        let before = held().await;
        let mut seed: u64 = 20_261_128;
        let (mut exchanged, mut undone, mut later_first) = (0, 0, 0);
        for _ in 0..200 {
            app.clock.advance_ms(1000);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let draw = usize::try_from(seed >> 40).unwrap();
            let pair = on_list[draw / 4 % on_list.len()];
            let (now, was) = (look(&app, &boss, pair).await, held().await);
            if draw % 4 > 0 && now.state != PairState::Waiting {
                let is_one = |id: &&Id| [now.one, now.other].contains(id);
                let both: Vec<Id> = people.iter().filter(is_one).copied().collect();
                let keep = both[draw / 32 % 2];
                let take = &[Field::Nik][..usize::from(draw / 64 % 4 != 3)];
                let same = Verdict::Same;
                let said = say_taking(&app, &boss, pair, same, Some(keep), take).await;
                let Ok(said) = said else { continue };
                if said == PairState::Waiting {
                    assert!(was.contains_key(&now.without(keep)), "a NIK needs two");
                    match second(&app, &other, pair, true).await {
                        // Merged into another one before.
                        Err(AppError::Refused("pair-record-gone")) => {
                            second(&app, &other, pair, false).await.unwrap();
                            continue;
                        }
                        agreed => agreed.unwrap(),
                    }
                }
                if let Some(nik) = was.get(&now.without(keep)).filter(|_| !take.is_empty()) {
                    assert_eq!(held().await.get(&keep), Some(nik));
                    exchanged += 1;
                }
            } else {
                match take_back(&app, &other, pair).await {
                    Ok(()) => undone += 1,
                    Err(AppError::Refused("pair-undo-later-first")) => later_first += 1,
                    Err(AppError::Conflict(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
        let all = format!("it went all ways: {exchanged} {undone} {later_first}");
        assert!(exchanged > 5 && undone > 5 && later_first > 0, "{all}");
        // The last one first, as the page says.
        for _ in 0..on_list.len() {
            for pair in &on_list {
                if look(&app, &boss, *pair).await.state == PairState::Same {
                    let _ = take_back(&app, &other, *pair).await;
                }
            }
        }
        assert_eq!(held().await, before, "each has its own again");
        for id in people {
            assert_eq!(state(&app, &boss, id).await, PersonState::Active);
        }
    }
}

/// A number in letters, for names.
fn letters(number: usize) -> String {
    let digit = |at: u32| char::from(b'a' + u8::try_from(number / 10_usize.pow(at) % 10).unwrap());
    format!(" {}{}{}x", digit(2), digit(1), digit(0))
}

async fn check_walk(
    app: &TestApp,
    boss: &Scope,
    people: &[Id],
    model: &BTreeMap<(Id, usize), Layers>,
) {
    let mut db = app.app.db();
    let mut merged = 0;
    for id in people {
        let person = registry::person(&mut db, boss, *id).await.unwrap();
        for (at, value) in walked(&person).into_iter().enumerate() {
            assert_eq!(value, model[&(*id, at)].top());
        }
        merged += i64::from(person.state == PersonState::Merged);
    }
    let same = counts(&mut db, boss).await.unwrap();
    let same = same.get(&PairState::Same).copied().unwrap_or(0);
    assert_eq!(merged, same, "each merge hides one record");
    assert!(merged < 4, "somebody stands for them all");
}

/// Three people say at the same time that A is B, B is C and C is A: somebody must be left to stand
/// for them all.
#[tokio::test]
async fn merges_that_cross_each_other_leave_somebody() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let mut people = Vec::new();
        for name in ["Ani Satu", "Ani Dua", "Ani Tiga"] {
            let household = home(&mut work, POST).await;
            people.push(somebody(&mut work, household, name, None).await);
        }
        let mut merges = Vec::new();
        for at in 0..3 {
            let (gone, keep) = (people[at], people[(at + 1) % 3]);
            let pair = app.app.ids().make();
            propose(&mut work, new_pair(pair, gone, keep))
                .await
                .unwrap();
            merges.push((pair, keep));
        }
        work.commit().await.unwrap();
        let one = async |(pair, keep): (Id, Id)| {
            let mut work = Work::begin(&app.app, &desk).await?;
            let decision = Decision {
                pair,
                seen_version: 1,
                verdict: Verdict::Same,
                keep: Some(keep),
                take: Vec::new(),
            };
            decide(&mut work, decision).await?;
            // Long enough for all three to have decided where nothing holds them back.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            work.commit().await
        };
        let (a, b, c) = tokio::join!(one(merges[0]), one(merges[1]), one(merges[2]));
        let done = [a, b, c].iter().filter(|done| done.is_ok()).count();
        let mut standing = 0;
        for id in people {
            standing += usize::from(state(&app, &desk, id).await == PersonState::Active);
        }
        assert!((1..=2).contains(&done), "{done} merges went through");
        assert_eq!(standing, 3 - done);
    }
}

/// Areas with nobody, with one person, with persons who are all equal, and with nothing but a name.
#[tokio::test]
async fn poor_registers_do_no_harm() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        assert_eq!(find(&app, &desk).await, 0, "nobody");
        let mut work = app.work_as(&desk).await;
        let household = home(&mut work, POST).await;
        somebody(&mut work, household, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        assert_eq!(find(&app, &desk).await, 0, "one person");
        let mut work = app.work_as(&desk).await;
        for _ in 0..11 {
            let household = home(&mut work, OTHER_POST).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        work.commit().await.unwrap();
        let fresh = find(&app, &desk).await;
        assert!((1..=66).contains(&fresh), "all equal: {fresh}");
        let list = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        assert_eq!(list.len() as i64, fresh);
    }
}

/// A search that was stopped half-way is taken up by the next worker, and nobody is found twice.
#[tokio::test]
async fn a_stopped_search_is_taken_up_again() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        for place in [POST, OTHER_POST] {
            let household = home(&mut work, place).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        let id = app.app.ids().make();
        assert!(ask_search(&mut work, id).await.unwrap());
        assert!(!ask_search(&mut work, app.app.ids().make()).await.unwrap());
        work.commit().await.unwrap();
        // A worker takes it and dies with its process.
        let taken = search::take(&app.app).await.unwrap();
        assert_eq!(taken.unwrap().1.id, id);
        assert!(!next_search(&app.app).await.unwrap(), "it is held");
        app.clock.advance_ms(6 * 60_000);
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &desk).await.unwrap().unwrap();
        assert_eq!((run.state, run.persons, run.fresh), (RunState::Done, 2, 1));
        assert!(!next_search(&app.app).await.unwrap(), "nothing waits");
    }
}

/// A search whose worker dies each time ends, says so, and can be asked for again.
#[tokio::test]
async fn a_search_that_kills_its_worker_ends() {
    for app in TestApp::each().await {
        let client = app.client(Role::Petugas).await;
        client.post("/data-ganda/cari", &[]).await;
        for _ in 0..3 {
            assert!(search::take(&app.app).await.unwrap().is_some());
            app.clock.advance_ms(6 * 60_000);
        }
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &client.scope).await.unwrap();
        assert_eq!(run.unwrap().state, RunState::Failed);
        let page = client.get("/data-ganda").await.text;
        assert!(page.contains("Pencarian terhenti"), "{page}");
        client.post("/data-ganda/cari", &[]).await;
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &client.scope).await.unwrap();
        assert_eq!(run.unwrap().state, RunState::Done);
    }
}

/// What waits about the record that goes is asked of the one that stays, and comes back with it.
#[tokio::test]
async fn open_questions_follow_the_one_who_stays() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let mut people = Vec::new();
        for name in ["Ani Satu", "Ani Dua", "Ani Tiga"] {
            let household = home(&mut work, POST).await;
            people.push(somebody(&mut work, household, name, None).await);
        }
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

#[tokio::test]
async fn figures_count_money_and_how_often_the_engine_was_wrong() {
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let supervisor = app.scope(Role::Supervisor).await;
        assert_eq!(
            figures(&mut app.app.db(), &boss).await.unwrap(),
            Figures::default()
        );
        let (pair, one, _) = twice(&app, &boss, None, true).await;
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        // PKH of an adult without a component that age shows.
        assert_eq!((found.waiting.pairs, found.waiting.money), (1, 0));
        let (mut work, mut homes) = (app.work_as(&boss).await, Vec::new());
        for person in [one, look(&app, &boss, pair).await.without(one)] {
            let (scope, tx) = work.parts();
            let household = registry::person(tx, scope, person).await.unwrap().household;
            homes.push(household);
            let sembako = NewMembership {
                id: app.app.ids().make(),
                household,
                person: None,
                programme: Programme::Sembako,
                state: MembershipState::Recipient,
                as_of: date(2026, 11, 1),
                source: MembershipSource::Desk,
            };
            registry::record_membership(&mut work, sembako)
                .await
                .unwrap();
        }
        work.commit().await.unwrap();
        assert_eq!(find(&app, &boss).await, 0, "known, and worth more now");
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.waiting.pairs, found.waiting.money), (1, 2_400_000));
        assert_eq!(found.wrong(), None);
        // Another member of both families is double as well: the food is paid once.
        let mut work = app.work_as(&boss).await;
        let left = somebody(&mut work, homes[0], "Nurul Hidayati", None).await;
        let right = somebody(&mut work, homes[1], "Nurul Hidayati", None).await;
        let id = app.app.ids().make();
        propose(&mut work, new_pair(id, left, right)).await.unwrap();
        work.commit().await.unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.waiting.pairs, found.waiting.money), (2, 2_400_000));
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        second(&app, &supervisor, pair, true).await.unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.same.pairs, found.same.money), (1, 2_400_000));
        assert_eq!(found.wrong(), Some(0));
        take_back(&app, &boss, pair).await.unwrap();
        say(&app, &boss, pair, Verdict::Different, None)
            .await
            .unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.different.pairs, found.wrong()), (1, Some(1000)));
        let page = app.client(Role::Koordinator).await;
        let page = page.get("/data-ganda/angka").await.text;
        assert!(page.contains("100,0 %") && page.contains("Rp 2.400.000"));
    }
}

/// The list for Dukcapil has both records with all digits, for the desk alone.
#[tokio::test]
async fn corrections_go_to_dukcapil_as_a_spreadsheet() {
    use calamine::{Reader as _, Xlsx};
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let nik = "1810014204989001";
        let (pair, one, _) = twice(&app, &boss, Some(nik), false).await;
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        let read = async || {
            let rows = super::correction::download_for(&app.app, &boss)
                .await
                .unwrap();
            let mut book = Xlsx::new(std::io::Cursor::new(rows)).unwrap();
            let sheet = book.worksheet_range_at(0).unwrap().unwrap();
            let rows = sheet.rows().map(|row| {
                let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                cells.join("|")
            });
            rows.collect::<Vec<String>>()
        };
        let rows = read().await;
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows[0].contains("NIK (data yang dipakai)"));
        assert!(rows[1].contains(nik) && rows[1].contains("Siti Aminah"));
        assert!(rows[1].contains("Mohon dicocokkan"), "{}", rows[1]);
        let path = "/data-ganda/dukcapil";
        let answer = app.client(Role::Koordinator).await.get(path).await;
        let named = answer.header("content-disposition");
        assert!(named.contains("koreksi-dukcapil.xlsx"), "{named}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let above = app.client(Role::Supervisor).await.get(path).await;
        assert_ne!(above.status, StatusCode::OK);
        take_back(&app, &boss, pair).await.unwrap();
        assert_eq!(read().await.len(), 1, "the heading alone");
    }
}

#[tokio::test]
async fn the_pages_lead_from_the_search_to_the_undo() {
    for app in TestApp::each().await {
        let client = app.client(Role::Petugas).await;
        let mut work = app.work_as(&client.scope).await;
        for place in [POST, OTHER_POST] {
            let household = home(&mut work, place).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        work.commit().await.unwrap();
        let asked = client.post("/data-ganda/cari", &[]).await;
        assert_eq!(
            asked.location.unwrap(),
            "/data-ganda?pesan=notice-search-asked"
        );
        let page = client.get("/data-ganda").await.text;
        assert!(page.contains("Pencarian segera dimulai."), "{page}");
        assert!(next_search(&app.app).await.unwrap());
        let page = client.get("/data-ganda").await.text;
        assert!(
            page.contains("2 orang diperiksa, 1 pasangan mirip."),
            "{page}"
        );
        let id = pairs(&mut app.app.db(), &client.scope, false)
            .await
            .unwrap()[0]
            .id;
        let list = client.get("/data-ganda").await.text;
        assert!(list.contains(&format!("/data-ganda/{id}")), "{list}");
        let path = format!("/data-ganda/{id}");
        let empty = client.post(&path, &[]).await;
        assert!(empty.text.contains("Pilih salah satu jawaban."));
        let stale = client.post(&path, &[("putusan", "different")]).await;
        assert_eq!(
            stale.status,
            StatusCode::CONFLICT,
            "it says not what was seen"
        );
        let half = [("putusan", "same"), ("versi", "1")];
        let half = client.post(&path, &half).await;
        assert!(half.text.contains("Pilih data yang tetap dipakai."));
        let same = [("putusan", "same"), ("tetap", "1"), ("versi", "1")];
        client.post(&path, &same).await;
        let page = client.get(&path).await.text;
        assert!(page.contains("Digabung dengan data lain"), "{page}");
        let done = client.get("/data-ganda?daftar=selesai").await.text;
        assert!(done.contains("Orang yang sama"));
        client
            .post(&path, &[("langkah", "urungkan"), ("versi", "2")])
            .await;
        let page = client.get(&path).await.text;
        assert!(page.contains("Belum diperiksa"), "{page}");
        // Found, joined, undone.
        let history = page.split("Riwayat keputusan").nth(1).unwrap();
        let history = history.split("</ul>").next().unwrap();
        assert_eq!(history.matches("<li>").count(), 3, "{history}");
        assert!(history.contains("Orang yang sama: 21 "), "{history}");
    }
}
