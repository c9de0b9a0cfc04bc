//! What becomes of entries.

use jiff::civil::date;
use simpul_phone::entry::{
    Arrive, Body, Emergency, Event, Intake, LifeEvent, OpenDay, RegisterBirth, RegisterHousehold,
    RegisterPerson, ScreenAnswer, ScreenBegin, ScreenRefer, SentNeed, Visit, VisitItem, Withdraw,
};

use super::*;
use crate::access::{self, Role, Work};
use crate::cases;
use crate::platform::{Id, Result};
use crate::posyandu;
use crate::registry::{self, PersonState};
use crate::screening;
use crate::sync::{month, push, tick};
use crate::testing::{OTHER_POST, TestApp, area};

fn open_day() -> Body {
    Body::OpenDay(OpenDay {
        post: POST.to_owned(),
        date: TODAY,
    })
}

pub fn slip(seed: u8) -> (String, String) {
    let ticket = cases::Ticket::draw([seed; cases::Ticket::RANDOM]);
    (ticket.code.plain(), ticket.number.to_string())
}

#[tokio::test]
async fn a_morning_comes_in_once_however_often_it_is_sent() {
    for app in TestApp::each().await {
        let (household, mother, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let home = on_line(household);
        let measured = phone.entry(&app, Body::Measure(weighing(child, 7_000)));
        let (code, number) = slip(3);
        let case = app.app.ids().make();
        let bodies = [
            Body::ScreenBegin(ScreenBegin {
                household: home,
                person: on_line(child),
                finding: Some(measured.id),
                accompanied_by: "wali".into(),
                consent_rujukan: Some(true),
                consent_ukuran: Some(false),
                wording: screening_wording(),
                lang: "id".into(),
            }),
            Body::ScreenAnswer(ScreenAnswer {
                household: home,
                answers: [("lewat_makan".to_owned(), Some("ya".to_owned()))].into(),
            }),
            Body::ScreenRefer(ScreenRefer {
                household: home,
                person: Some(on_line(child)),
                needs: vec![SentNeed {
                    need: "pangan".into(),
                    urgency: "segera".into(),
                    case: on_line(case),
                    code,
                    number,
                }],
                note: String::new(),
            }),
            Body::Visit(Visit {
                household: home,
                on: TODAY,
                met: true,
                seen: vec![on_line(mother)],
                items: vec![VisitItem {
                    person: Some(on_line(child)),
                    key: "layanan_terlewat".into(),
                    value: "ya".into(),
                }],
                answers: [("kehilangan_kerja".to_owned(), None)].into(),
                asked: 3,
                saved: 5,
                note: String::new(),
            }),
            Body::LifeEvent(LifeEvent {
                event: Event::MoveOut,
                household: home,
                persons: vec![on_line(mother)],
                on: TODAY,
                place: "Metro".into(),
                note: String::new(),
            }),
        ];
        let arrive = Body::Arrive(Arrive {
            post: POST.to_owned(),
            date: TODAY,
            person: on_line(child),
        });
        let mut entries = vec![
            phone.entry(&app, open_day()),
            phone.entry(&app, arrive),
            measured.clone(),
        ];
        entries.extend(bodies.map(|body| phone.entry(&app, body)));
        let first = phone.push(&app, &entries).await;
        for (answer, entry) in first.answers.iter().zip(&entries) {
            assert!(is_accepted(answer), "{}: {:?}", entry.kind, answer.answer);
            assert!(!answer.replayed);
        }
        let again = phone.push(&app, &entries).await;
        for (a, b) in again.answers.iter().zip(&first.answers) {
            assert!(a.replayed);
            assert_eq!(format!("{:?}", a.answer), format!("{:?}", b.answer));
        }
        let mut db = app.app.db();
        let history = posyandu::history(&mut db, &kader, child).await.unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].author, kader.user());
        let sent = cases::sent_by(&mut db, &kader, at(0)).await.unwrap();
        assert_eq!((sent.len(), sent[0].id), (1, case));
        let ticket = cases::slip(&mut db, &kader, app.app.keys(), case)
            .await
            .unwrap();
        assert_eq!(
            ticket.code.plain(),
            slip(3).0,
            "the slip that the family holds"
        );
        let person = registry::person(&mut db, &kader, mother).await.unwrap();
        assert_eq!(person.state, PersonState::Moved);
        let month = month(&app.app, &kader).await.unwrap();
        let counts = [
            month.measured,
            month.asked,
            month.referred,
            month.visited,
            month.updated,
        ];
        assert_eq!(counts, [1, 1, 1, 1, 1]);
        assert!(
            access::journal::verify(&app.app, "1810")
                .await
                .unwrap()
                .is_whole()
        );
    }
}

/// What a family brings to a field worker comes in as at the desk: with the slip it holds, once, and
/// not without its word where another one speaks for it.
#[tokio::test]
async fn what_a_family_brings_in_the_field_reaches_the_desk() {
    for app in TestApp::each().await {
        let (household, ..) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let (code, number) = slip(5);
        let intake = |speaker: &str, agreed| Intake {
            household: on_line(household),
            matter: "pertanyaan".into(),
            need: "bantuan_sosial".into(),
            urgency: "prioritas".into(),
            speaker: speaker.into(),
            agreed,
            note: "Mengapa bantuan bulan ini belum masuk?".into(),
            code: code.clone(),
            number: number.clone(),
        };
        let mut entries = Vec::new();
        for (speaker, agreed) in [("sendiri", true), ("tetangga", false)] {
            entries.push(phone.entry(&app, Body::Intake(intake(speaker, agreed))));
        }
        let unknown = Intake {
            matter: "darurat".into(),
            ..intake("sendiri", true)
        };
        entries.push(phone.entry(&app, Body::Intake(unknown)));
        for again in [false, true] {
            let answers = phone.push(&app, &entries).await.answers;
            assert!(is_accepted(&answers[0]), "{:?}", answers[0].answer);
            assert_eq!(answers[0].replayed, again);
            assert_eq!(reason(&answers[1]), "intake-consent-needed");
            assert_eq!(reason(&answers[2]), "sync-unreadable");
        }
        let mut db = app.app.db();
        let sent = cases::sent_by(&mut db, &kader, at(0)).await.unwrap();
        assert_eq!(sent.len(), 1);
        assert_eq!(on_line(sent[0].id), entries[0].id);
        let keys = app.app.keys();
        let ticket = cases::slip(&mut db, &kader, keys, sent[0].id)
            .await
            .unwrap();
        assert_eq!(ticket.code.plain(), code, "the slip that the family holds");
        let desk = app.client(Role::Petugas).await;
        let page = desk.get(format!("/rujukan/{}", sent[0].id)).await.text;
        assert!(page.contains("Mengapa bantuan bulan ini"), "{page}");
        let agreed =
            registry::consent(&mut db, &kader, household, None, registry::Purpose::Rujukan);
        assert!(agreed.await.unwrap().is_some_and(|one| one.answer));
        assert_eq!(month(&app.app, &kader).await.unwrap().referred, 1);
    }
}

pub fn screening_wording() -> String {
    "izin-2026.1".to_owned()
}

#[tokio::test]
async fn an_id_with_other_content_is_held_and_the_first_stands() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let first = phone.entry(&app, Body::Measure(weighing(child, 7_000)));
        assert!(is_accepted(&phone.send(&app, &first).await));
        let mut other = first.clone();
        other.body = Some(Body::Measure(weighing(child, 9_000)));
        for replayed in [false, true] {
            let answer = phone.send(&app, &other).await;
            assert_eq!(reason(&answer), "sync-id-conflict");
            assert_eq!((answer.id, answer.replayed), (first.id, replayed));
        }
        // In one sending too.
        let a = phone.entry(&app, open_day());
        let mut b = a.clone();
        b.kind = "withdraw".into();
        b.body = Some(Body::Withdraw(Withdraw { why: String::new() }));
        let pushed = phone.push(&app, &[a.clone(), b, a]).await;
        assert!(is_accepted(&pushed.answers[0]) && is_accepted(&pushed.answers[2]));
        assert_eq!(reason(&pushed.answers[1]), "sync-id-conflict");
        let history = posyandu::history(&mut app.app.db(), &kader, child)
            .await
            .unwrap();
        assert_eq!(history[0].weight, Some(7_000));
    }
}

#[tokio::test]
async fn one_bad_entry_holds_up_no_other() {
    for app in TestApp::each().await {
        let (household, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let good = phone.entry(&app, Body::Measure(weighing(child, 7_000)));
        let nothing = Measure {
            weight: None,
            lenhei: None,
            oedema: None,
            ..weighing(child, 1)
        };
        let mut garbled = phone.entry(&app, open_day());
        garbled.sealed = Some("bm90IHNlYWxlZA==".into());
        garbled.body = None;
        let mut newer = phone.entry(&app, open_day());
        newer.version = simpul_phone::VERSION + 1;
        let mut stranger = phone.entry(&app, open_day());
        stranger.author = on_line(app.scope(Role::Kader).await.user());
        let tomorrow = Body::OpenDay(OpenDay {
            post: POST.to_owned(),
            date: date(2026, 11, 22),
        });
        let elsewhere = Body::OpenDay(OpenDay {
            post: OTHER_POST.to_owned(),
            date: TODAY,
        });
        let unlisted = Body::ScreenAnswer(ScreenAnswer {
            household: on_line(household),
            answers: [].into(),
        });
        let entries = vec![
            phone.entry(&app, Body::Measure(nothing)),
            garbled,
            newer,
            stranger,
            phone.entry(&app, tomorrow),
            phone.entry(&app, elsewhere),
            phone.entry(&app, unlisted),
            good,
        ];
        let sending = phone.sending(&app, entries.clone());
        let pushed = crate::sync::push(&app.app, &phone.sender, &sending)
            .await
            .unwrap();
        let reasons: Vec<&str> = pushed.answers[..7].iter().map(reason).collect();
        let expected = [
            "measure-nothing",
            "sync-unreadable",
            "sync-newer",
            "sync-author-unknown",
            "day-future",
            "sync-not-here",
            "sync-not-listed",
        ];
        assert_eq!(reasons, expected);
        assert!(is_accepted(&pushed.answers[7]));
        let again = crate::sync::push(&app.app, &phone.sender, &sending)
            .await
            .unwrap();
        assert!(again.answers.iter().all(|answer| answer.replayed));
        // The village's desk reads why, the supervisor of another area nothing.
        let desk = app.client(Role::Koordinator).await;
        let page = desk.get("/kiriman").await;
        for words in ["Catatan ini tidak terbaca", "Uji kader"] {
            assert!(page.text.contains(words), "{words}");
        }
        let far = app.client_in(Role::Supervisor, area("350301")).await;
        assert!(!far.get("/kiriman").await.text.contains("Uji kader"));
    }
}

#[tokio::test]
async fn the_posts_work_is_not_taken_from_who_does_not_measure() {
    for app in TestApp::each().await {
        let (household, _, child) = app.family().await;
        let visit = Visit {
            household: on_line(household),
            on: TODAY,
            met: true,
            seen: vec![on_line(child)],
            items: Vec::new(),
            answers: [].into(),
            asked: 0,
            saved: 0,
            note: String::new(),
        };
        for role in [Role::Petugas, Role::Koordinator, Role::Fasilitator] {
            let phone = Phone::of(&app, &app.scope(role).await).await;
            let entries = [
                phone.entry(&app, Body::Measure(weighing(child, 7_000))),
                phone.entry(&app, open_day()),
                phone.entry(&app, Body::Visit(visit.clone())),
            ];
            let pushed = phone.push(&app, &entries).await;
            for refused in &pushed.answers[..2] {
                assert_eq!(reason(refused), "sync-not-your-task");
            }
            assert!(is_accepted(&pushed.answers[2]), "{role:?}");
        }
        let kader = Phone::of(&app, &app.scope(Role::Kader).await).await;
        let weighed = kader.entry(&app, Body::Measure(weighing(child, 7_000)));
        assert!(is_accepted(&kader.send(&app, &weighed).await));
    }
}

#[tokio::test]
async fn measurements_sent_together_are_answered_as_each_alone_would_be() {
    for app in TestApp::each().await {
        let (_, mother, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let nobody = app.app.ids().make();
        let measured = |measure| phone.entry(&app, Body::Measure(measure));
        let nothing = Measure {
            weight: None,
            lenhei: None,
            oedema: None,
            ..weighing(mother, 1)
        };
        let tomorrow = Measure {
            on: date(2026, 11, 22),
            ..weighing(child, 7_000)
        };
        let september = Measure {
            on: date(2026, 9, 19),
            ..weighing(child, 6_900)
        };
        let first = measured(weighing(child, 7_000));
        let mends = Measure {
            replaces: Some(first.id),
            ..weighing(child, 7_300)
        };
        let mut later = measured(september);
        later.at += 90_000;
        let entries = [
            measured(weighing(nobody, 8_000)),
            first.clone(),
            measured(nothing),
            measured(tomorrow),
            measured(weighing(child, 7_100)),
            measured(mends),
            first,
            later,
        ];
        app.clock.advance_ms(120_000);
        let pushed = phone.push(&app, &entries).await;
        let answers = &pushed.answers;
        assert_eq!(waits_on(&answers[0]), nobody);
        assert_eq!(note(&answers[1]), None);
        assert_eq!(reason(&answers[2]), "measure-nothing");
        assert_eq!(reason(&answers[3]), "day-future");
        assert_eq!(note(&answers[4]), Some("sync-note-second"));
        assert_eq!(note(&answers[5]), None);
        assert_eq!(answers[6].id, answers[1].id);
        assert!(is_accepted(&answers[7]));
        let again = phone.push(&app, &entries).await;
        assert!(again.answers.iter().all(|answered| answered.replayed));
        let db = &mut app.app.db();
        let rows = posyandu::history(db, &kader, child).await.unwrap();
        let weights: Vec<_> = rows.iter().map(|row| (row.weight, row.at)).collect();
        let (then, late) = (crate::testing::MORNING, crate::testing::MORNING.0 + 90_000);
        assert_eq!(
            weights,
            [(Some(6_900), at(late)), (Some(7_300), then)],
            "each at its own time"
        );
        let facts = access::journal::history(&app.app, &kader, child).await;
        let facts = facts.unwrap();
        let count = |kind: &str| facts.iter().filter(|fact| fact.kind == kind).count();
        assert_eq!((count("measured"), count("measured_twice")), (3, 1));
        assert_eq!(count("arrived"), 0, "told with what was measured");
        assert_eq!(month(&app.app, &kader).await.unwrap().measured, 3);
    }
}

/// A family that moves in.
fn family_moves_in() -> Body {
    Body::RegisterHousehold(RegisterHousehold {
        post: POST.to_owned(),
        kk: None,
        dusun: String::new(),
        rt: "1".into(),
        rw: "2".into(),
        address: String::new(),
    })
}

fn infant(household: simpul_phone::Id, sex: &str) -> Body {
    Body::RegisterPerson(RegisterPerson {
        household,
        name: "Rara Ayu".into(),
        sex: sex.into(),
        birth_date: date(2025, 5, 12),
        birth_place: String::new(),
        relation: "anak".into(),
        mother_name: String::new(),
        nik: None,
        phone: None,
    })
}

/// A boy of another family, as old as the one of the first.
async fn neighbour(app: &TestApp, phone: &Phone) -> Id {
    let home = phone.entry(app, family_moves_in());
    let child = phone.entry(app, infant(home.id, "L"));
    let pushed = phone.push(app, &[home, child.clone()]).await;
    assert!(pushed.answers.iter().all(is_accepted));
    crate::sync::model::from_line(child.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn months_of_one_child_sent_at_once_from_many_phones_are_judged_in_their_order() {
    let months = [(7, 6_300), (8, 6_350), (9, 6_900), (10, 6_950), (11, 6_960)];
    let measure = |child, day, (month, grams)| {
        Body::Measure(Measure {
            on: date(2026, month, day),
            ..weighing(child, grams)
        })
    };
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (_, _, one_by_one) = app.family().await;
        let phone = Phone::of(&app, &kader).await;
        for month in months {
            let entry = phone.entry(&app, measure(one_by_one, 21, month));
            assert!(is_accepted(&phone.send(&app, &entry).await));
        }
        let letters = async |child| {
            let mut db = app.app.db();
            let history = posyandu::history(&mut db, &kader, child).await.unwrap();
            let letters = history.into_iter().map(|row| (row.gain, row.twice));
            letters.collect::<Vec<_>>()
        };
        let judged = letters(one_by_one).await;
        assert_eq!(judged.len(), months.len());
        // Hari buka that are open, and some that nobody has opened yet.
        for day in [21, 20] {
            let child = neighbour(&app, &phone).await;
            let mut sendings = Vec::new();
            for month in months {
                let phone = Phone::of(&app, &kader).await;
                let entry = phone.entry(&app, measure(child, day, month));
                let sending = phone.sending(&app, Phone::sealed(&app, &[entry]));
                let app = app.app.clone();
                sendings.push(tokio::spawn(async move {
                    push(&app, &phone.sender, &sending).await.unwrap()
                }));
            }
            for sent in sendings {
                assert!(is_accepted(&sent.await.unwrap().answers[0]));
            }
            assert_eq!(letters(child).await, judged, "{}", app.app.db().engine());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn phones_of_one_post_that_send_at_once_do_not_wait_for_each_other_in_a_ring() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        app.family().await;
        let first = Phone::of(&app, &kader).await;
        first.send(&app, &first.entry(&app, open_day())).await;
        let mut children = Vec::new();
        for _ in 0..4 {
            children.push(neighbour(&app, &first).await);
        }
        let mut sendings = Vec::new();
        for number in 0..4_u8 {
            let phone = Phone::of(&app, &kader).await;
            children.rotate_left(1);
            let entries = children.iter().flat_map(|child| {
                let arrive = Body::Arrive(Arrive {
                    post: POST.to_owned(),
                    date: TODAY,
                    person: on_line(*child),
                });
                let month = date(2026, 7 + i8::try_from(number).unwrap(), 21);
                let measure = Body::Measure(Measure {
                    on: month,
                    ..weighing(*child, 7_000)
                });
                [phone.entry(&app, arrive), phone.entry(&app, measure)]
            });
            let entries: Vec<_> = entries.collect();
            let sending = phone.sending(&app, Phone::sealed(&app, &entries));
            let app = app.app.clone();
            sendings.push(tokio::spawn(async move {
                push(&app, &phone.sender, &sending).await.unwrap()
            }));
        }
        for sent in sendings {
            let answers = sent.await.unwrap().answers;
            assert!(answers.iter().all(is_accepted), "{}", app.app.db().engine());
        }
    }
}

/// A wrong date opens no hari buka, also where it comes among others.
#[tokio::test]
async fn what_is_refused_leaves_nothing_behind_however_it_was_sent() {
    for app in TestApp::each().await {
        let (_, mother, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let wrong = Measure {
            weight: None,
            lenhei: None,
            oedema: None,
            on: date(2026, 10, 3),
            ..weighing(mother, 1)
        };
        let entries = [
            phone.entry(&app, Body::Measure(weighing(child, 7_000))),
            phone.entry(&app, Body::Measure(wrong)),
        ];
        let pushed = phone.push(&app, &entries).await;
        assert!(is_accepted(&pushed.answers[0]));
        assert_eq!(reason(&pushed.answers[1]), "measure-nothing");
        let since = date(2026, 1, 1);
        let days = posyandu::area_days(&mut app.app.db(), &kader, since).await;
        let days: Vec<_> = days.unwrap().iter().map(|(day, _)| *day.held_on).collect();
        assert_eq!(days, [date(2026, 11, 21)]);
    }
}

#[tokio::test]
async fn what_the_server_could_not_take_is_taken_when_it_can() {
    for app in TestApp::each().await {
        app.family().await;
        let (a, b) = (app.scope(Role::Kader).await, app.scope(Role::Kader).await);
        let phone = Phone::of(&app, &a).await;
        let mut entry = phone.entry(&app, open_day());
        entry.author = on_line(b.user());
        let held = phone.send(&app, &entry).await;
        assert_eq!(reason(&held), "sync-author-unknown");
        // Its author signs in on this phone.
        let (device, _) = app.phone(&b).await;
        crate::sync::name_phone(
            &app.app,
            &b,
            app.app.ids().make(),
            phone.sender.phone,
            &[7; 32],
        )
        .await
        .unwrap();
        assert_ne!(device, phone.sender.phone);
        let taken = phone.send(&app, &entry).await;
        assert!(is_accepted(&taken) && taken.replayed, "{:?}", taken.answer);
        assert!(is_accepted(&phone.send(&app, &entry).await));
    }
}

#[tokio::test]
async fn what_waits_is_released_when_the_other_comes() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (one, two) = (Phone::of(&app, &kader).await, Phone::of(&app, &kader).await);
        let household = one.entry(&app, family_moves_in());
        let person = one.entry(&app, infant(household.id, "P"));
        let child = crate::sync::model::from_line(person.id);
        let measured = two.entry(&app, Body::Measure(weighing(child, 8_100)));
        let answer = two.send(&app, &measured).await;
        assert_eq!(waits_on(&answer), child);
        tick(&app.app).await.unwrap();
        let again = two.send(&app, &measured).await;
        assert!(again.replayed && waits_on(&again) == child);
        // The person comes before the household in one sending, and all of it is taken.
        let pushed = one.push(&app, &[person.clone(), household.clone()]).await;
        assert!(
            pushed.answers.iter().all(is_accepted),
            "{:?}",
            pushed.answers
        );
        assert!(pushed.changed.is_empty(), "the other phone hears of it");
        let released = two.send(&app, &measured).await;
        assert!(is_accepted(&released) && released.replayed);
        let pulled = crate::sync::pull(&app.app, &two.sender, None)
            .await
            .unwrap();
        assert_eq!(pulled.changed.len(), 1);
        assert_eq!(pulled.changed[0].id, measured.id);
        let history = posyandu::history(&mut app.app.db(), &kader, child)
            .await
            .unwrap();
        assert_eq!(history.len(), 1);
    }
}

#[tokio::test]
async fn who_waits_for_a_week_is_held_and_can_be_mended_or_given_up() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let nobody = app.app.ids().make();
        let lost = phone.entry(&app, Body::Measure(weighing(nobody, 8_000)));
        let other = phone.entry(&app, Body::Measure(weighing(nobody, 8_200)));
        phone.push(&app, &[lost.clone(), other.clone()]).await;
        app.clock.advance_ms(days(6));
        tick(&app.app).await.unwrap();
        assert_eq!(waits_on(&phone.send(&app, &lost).await), nobody);
        app.clock.advance_ms(days(1) + 1);
        for _ in 0..2 {
            tick(&app.app).await.unwrap();
        }
        assert_eq!(
            reason(&phone.send(&app, &lost).await),
            "sync-waited-too-long"
        );
        // It was the wrong child.
        let mut mended = phone.entry(&app, Body::Measure(weighing(child, 8_000)));
        mended.fixes = Some(lost.id);
        let mut given_up = phone.entry(&app, Body::Withdraw(Withdraw { why: String::new() }));
        given_up.fixes = Some(other.id);
        let pushed = phone.push(&app, &[mended, given_up]).await;
        assert!(
            pushed.answers.iter().all(is_accepted),
            "{:?}",
            pushed.answers
        );
        assert_eq!(pushed.changed.len(), 2);
        for entry in [&lost, &other] {
            let answer = phone.send(&app, entry).await;
            assert_eq!(note(&answer), Some("sync-note-mended"));
        }
        // The fact keeps the id that others may have named.
        let history = posyandu::history(&mut app.app.db(), &kader, child)
            .await
            .unwrap();
        assert_eq!(on_line(history[0].id), lost.id);
        let desk = app.client(Role::Supervisor).await;
        assert!(!desk.get("/kiriman").await.text.contains("Uji kader"));
        let nothing = phone.entry(&app, Body::Withdraw(Withdraw { why: String::new() }));
        assert_eq!(
            reason(&phone.send(&app, &nothing).await),
            "sync-nothing-to-withdraw"
        );
    }
}

#[tokio::test]
async fn an_entry_that_comes_after_the_one_that_stands_for_it_is_mended_at_once() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let nobody = app.app.ids().make();
        let measured = |child, grams| phone.entry(&app, Body::Measure(weighing(child, grams)));
        let (late, given_up) = (measured(child, 7_000), measured(child, 7_100));
        let mut right = measured(child, 7_300);
        right.fixes = Some(late.id);
        let mut withdraws = phone.entry(&app, Body::Withdraw(Withdraw { why: String::new() }));
        withdraws.fixes = Some(given_up.id);
        let pushed = phone.push(&app, &[right, withdraws]).await;
        assert!(
            pushed.answers.iter().all(is_accepted),
            "{:?}",
            pushed.answers
        );
        for entry in [&late, &given_up] {
            assert_eq!(
                note(&phone.send(&app, entry).await),
                Some("sync-note-mended")
            );
        }
        // One that waited and is released stands for the held one then.
        let mut held = measured(nobody, 1);
        held.body = Some(Body::Withdraw(Withdraw { why: String::new() }));
        held.kind = "withdraw".into();
        assert_eq!(
            reason(&phone.send(&app, &held).await),
            "sync-nothing-to-withdraw"
        );
        let household = app.app.ids().make();
        let newborn = phone.entry(&app, infant(on_line(household), "P"));
        let mut waits = measured(crate::sync::model::from_line(newborn.id), 8_000);
        waits.fixes = Some(held.id);
        phone.push(&app, &[newborn, waits.clone()]).await;
        let mut home = phone.entry(&app, family_moves_in());
        home.id = on_line(household);
        phone.push(&app, &[home]).await;
        assert!(is_accepted(&phone.send(&app, &waits).await));
        assert_eq!(
            note(&phone.send(&app, &held).await),
            Some("sync-note-mended")
        );
        let rows = posyandu::history(&mut app.app.db(), &kader, child)
            .await
            .unwrap();
        assert_eq!((rows.len(), rows[0].weight), (1, Some(7_300)));
    }
}

#[tokio::test]
async fn an_entry_that_waits_is_not_made_once_another_stands_for_it() {
    for before in [false, true] {
        for app in TestApp::each().await {
            let kader = app.scope(Role::Kader).await;
            waits_and_is_mended(&app, &kader, before).await;
        }
    }
}

/// `before`: the waiting entry has come in a sending of its own.
async fn waits_and_is_mended(app: &TestApp, kader: &Scope, before: bool) {
    let (_, _, child) = app.family().await;
    let phone = Phone::of(app, kader).await;
    let household = on_line(app.app.ids().make());
    let newborn = phone.entry(app, infant(household, "P"));
    let wrong = crate::sync::model::from_line(newborn.id);
    let first = phone.entry(app, Body::Measure(weighing(wrong, 7_050)));
    let waits = phone.entry(app, Body::Measure(weighing(wrong, 7_000)));
    // It was another child; and what the first one waited for comes as well.
    let mut right = phone.entry(app, Body::Measure(weighing(child, 7_300)));
    right.fixes = Some(waits.id);
    let mut home = phone.entry(app, family_moves_in());
    home.id = household;
    if before {
        phone.push(app, &[first.clone(), waits.clone()]).await;
    }
    let pushed = phone
        .push(app, &[first, waits.clone(), right, home, newborn])
        .await;
    assert!(is_accepted(&pushed.answers[2]), "{:?}", pushed.answers);
    assert_eq!(
        note(&phone.send(app, &waits).await),
        Some("sync-note-mended")
    );
    let db = &mut app.app.db();
    let rows = posyandu::history(db, kader, wrong).await.unwrap();
    let seconds = posyandu::seconds(db, kader, wrong).await.unwrap();
    assert_eq!(
        (rows.len(), seconds.len()),
        (1, 0),
        "nothing was made of it"
    );
    let rows = posyandu::history(db, kader, child).await.unwrap();
    assert_eq!((rows.len(), rows[0].weight), (1, Some(7_300)));
}

#[tokio::test]
async fn two_phones_and_one_child_count_once_and_keep_both_values() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let (a, b) = (app.scope(Role::Kader).await, app.scope(Role::Kader).await);
        let (one, two) = (Phone::of(&app, &a).await, Phone::of(&app, &b).await);
        let first = one.entry(&app, Body::Measure(weighing(child, 7_000)));
        let second = two.entry(&app, Body::Measure(weighing(child, 7_350)));
        assert_eq!(note(&one.send(&app, &first).await), None);
        for _ in 0..2 {
            let answer = two.send(&app, &second).await;
            assert_eq!(note(&answer), Some("sync-note-second"));
        }
        let mut db = app.app.db();
        let history = posyandu::history(&mut db, &a, child).await.unwrap();
        assert_eq!((history.len(), history[0].weight), (1, Some(7_000)));
        let seconds = posyandu::seconds(&mut db, &a, child).await.unwrap();
        assert_eq!((seconds.len(), seconds[0].1.weight), (1, Some(7_350)));
        assert_eq!(month(&app.app, &b).await.unwrap().measured, 0);
        let page = app
            .client(Role::Kader)
            .await
            .get(format!("/anak/{child}"))
            .await;
        assert!(page.text.contains("7,35 kg"), "both values are shown");
    }
}

#[tokio::test]
async fn an_entry_is_judged_by_the_work_of_its_time() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let before = phone.entry(&app, Body::Measure(weighing(child, 7_000)));
        app.clock.advance_ms(days(1));
        let mut work = Work::begin(&app.app, &access_program()).await.unwrap();
        access::assign(&mut work, kader.user(), Role::Kader, area(OTHER_POST))
            .await
            .unwrap();
        work.commit().await.unwrap();
        let after = Measure {
            on: date(2026, 11, 22),
            ..weighing(child, 7_100)
        };
        let after = phone.entry(&app, Body::Measure(after));
        let pushed = phone.push(&app, &[before, after]).await;
        assert!(is_accepted(&pushed.answers[0]), "{:?}", pushed.answers[0]);
        assert_eq!(reason(&pushed.answers[1]), "sync-not-here");
    }
}

fn access_program() -> Scope {
    Scope::for_test(
        Id::from_bytes([0; 16]),
        Role::Administrator,
        simpul_identity::AreaCode::NATION,
    )
}

#[tokio::test]
async fn a_clock_wrong_by_years_changes_nothing() {
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let mut phone = Phone::of(&app, &kader).await;
        phone.skew = days(900);
        let entry = phone.entry(&app, Body::Measure(weighing(child, 7_000)));
        app.clock.advance_ms(60_000);
        assert!(is_accepted(&phone.send(&app, &entry).await));
        let history = posyandu::history(&mut app.app.db(), &kader, child)
            .await
            .unwrap();
        assert_eq!(history[0].at, crate::testing::MORNING);
        let supervisor = app.client(Role::Supervisor).await;
        let page = supervisor.get("/perangkat").await;
        assert!(page.text.contains("1296000 menit") || page.text.contains("1.296.000"));
    }
}

#[tokio::test]
async fn danger_goes_to_the_desk_with_the_slip_of_the_phone() {
    for app in TestApp::each().await {
        let (household, _, child) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let danger = |seed| {
            let (code, number) = slip(seed);
            Body::Emergency(Emergency {
                household: on_line(household),
                person: on_line(child),
                danger_signs: vec!["kejang".into()],
                on: TODAY,
                stranded: true,
                note: "Perlu kendaraan ke Puskesmas".into(),
                code,
                number,
            })
        };
        let first = phone.entry(&app, danger(5));
        let second = phone.entry(&app, danger(6));
        let pushed = phone.push(&app, &[first, second]).await;
        assert_eq!(note(&pushed.answers[0]), None);
        assert_eq!(note(&pushed.answers[1]), Some("sync-note-attached"));
        // Either slip opens the citizen's page.
        for seed in [5, 6] {
            let (code, number) = slip(seed);
            let form = [("kode", code.as_str()), ("nomor", number.as_str())];
            let page = app.anonymous().post_raw("/lacak", &form).await;
            assert!(page.text.contains("Diajukan"), "{}", page.text);
        }
        let desk = app.client(Role::Petugas).await.get("/puskesos").await;
        assert!(!desk.text.contains("kejang"));
    }
}

#[tokio::test]
async fn a_newborn_is_registered_and_becomes_a_task() -> Result<()> {
    for app in TestApp::each().await {
        let (_, mother, _) = app.family().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let birth = Body::RegisterBirth(RegisterBirth {
            mother: on_line(mother),
            order: 1,
            name: String::new(),
            sex: "L".into(),
            birth_date: date(2026, 11, 20),
            birth_place: String::new(),
        });
        let entry = phone.entry(&app, birth.clone());
        assert!(is_accepted(&phone.send(&app, &entry).await));
        // Another phone brings the same birth under another id.
        let twice = phone.entry(&app, birth);
        assert_eq!(
            reason(&phone.send(&app, &twice).await),
            "registry-birth-known"
        );
        let desk = app.scope(Role::Petugas).await;
        let tasks = registry::updates_waiting(&mut app.app.db(), &desk).await?;
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].kind, registry::LifeEvent::Lahir);
        let open = screening::count_waiting(&mut app.app.db(), &desk).await?;
        assert_eq!(open, 0);
    }
    Ok(())
}
