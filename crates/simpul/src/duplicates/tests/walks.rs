//! Walks of merges, edits and undos in any order.

use super::*;

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
        let on_list = every_two(&mut work, &people).await;
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
        let people = three_alike(&mut work).await;
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
        let on_list = every_two(&mut work, &people).await;
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
        let people = three_alike(&mut work).await;
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
