//! The doors, on both engines.

use jiff::civil::date;
use simpul_growth::kms::Gain;

use super::{TODAY, Village, lying, weighing};
use crate::access::Role;
use crate::access::journal;
use crate::platform::AppError;
use crate::posyandu::{
    self, BidanAnswer, DangerSign, NewBidanAnswer, NewDay, NewPost, NewVisit, VisitItem,
    answer_bidan, arrive, history, make_post, measure, measure_many, open_day, reads,
};
use crate::testing::{OTHER_POST, POST, TestApp, area};

#[tokio::test]
async fn a_measurement_is_kept_with_what_it_meant() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Sari", date(2026, 1, 25)).await;
        // 300 days: a girl of 7.3 kg and 69.1 cm.
        let new = lying(weighing(&app, child, TODAY, 7300), 6910);
        let taken = village.measure(&app, new.clone()).await;
        assert_eq!(taken.kms.unwrap().gain, Gain::B);
        let scope = &village.kader;
        let rows = history(&mut app.app.db(), scope, child).await.unwrap();
        let [row] = rows.as_slice() else {
            panic!("one row")
        };
        assert_eq!(
            (row.age_days, row.weight, row.lenhei),
            (300, Some(7300), Some(6910))
        );
        assert_eq!(row.standard, "who2006");
        assert_eq!(row.z_wei, taken.stored.z_wei);
        assert_eq!(row.gain.as_deref(), Some("B"));

        // Sent again, the same answer; the same id with another weight is a conflict.
        let mut work = app.work_as(scope).await;
        let again = measure(&mut work, new.clone()).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(again.stored.z_wei, taken.stored.z_wei);
        let mut other = new.clone();
        other.weight = simpul_growth::Grams::new(7400).ok();
        let mut work = app.work_as(scope).await;
        let refused = measure(&mut work, other).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));
        drop(work);
        // A second measurement of that date must name what it mends.
        let mut work = app.work_as(scope).await;
        let refused = measure(&mut work, weighing(&app, child, TODAY, 7310)).await;
        assert!(matches!(refused, Err(AppError::Conflict("measure-exists"))));
        drop(work);
        let facts = journal::history(&app.app, scope, child).await.unwrap();
        let measured = facts.iter().filter(|fact| fact.kind == "measured");
        assert_eq!(measured.count(), 1);
    }
}

#[tokio::test]
async fn letters_follow_the_months_and_late_weighings_tell_them_anew() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Wati", date(2025, 10, 1)).await;
        for (on, grams) in [
            (date(2026, 7, 10), 7400),
            (date(2026, 9, 10), 7600),
            (date(2026, 10, 10), 7650),
            (date(2026, 11, 10), 7700),
        ] {
            village
                .measure(&app, weighing(&app, child, on, grams))
                .await;
        }
        let letters = async || {
            let rows = history(&mut app.app.db(), &village.kader, child)
                .await
                .unwrap();
            let told = rows
                .iter()
                .map(|row| (row.gain.clone().unwrap(), row.twice));
            told.collect::<Vec<_>>()
        };
        let told = |letters: &[(&str, bool)]| -> Vec<(String, bool)> {
            letters
                .iter()
                .map(|(l, twice)| ((*l).to_owned(), *twice))
                .collect()
        };
        assert_eq!(
            letters().await,
            told(&[("B", false), ("O", false), ("T", false), ("T", true)])
        );
        // The book of August comes later: September is not O any more.
        let august = weighing(&app, child, date(2026, 8, 10), 7500);
        village.measure(&app, august).await;
        assert_eq!(
            letters().await,
            told(&[
                ("B", false),
                ("T", false),
                ("T", true),
                ("T", true),
                ("T", true)
            ])
        );
    }
}

#[tokio::test]
async fn a_second_measurement_stands_for_the_first() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Dewi", date(2026, 1, 25)).await;
        let first = village
            .measure(&app, weighing(&app, child, TODAY, 17300))
            .await;
        assert!(first.stored.doubtful() && first.stored.bb_u.is_none());
        assert!(
            first.considered.triggers.is_empty(),
            "a flagged score triggers nothing"
        );
        let mut second = weighing(&app, child, TODAY, 7300);
        second.replaces = Some(first.stored.id);
        village.measure(&app, second.clone()).await;
        let rows = history(&mut app.app.db(), &village.kader, child)
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].id, second.id);
        let newer = reads::mended_by(&mut app.app.db(), &village.kader, first.stored.id).await;
        assert_eq!(newer.unwrap(), Some(second.id));
        // What was mended is not mended again.
        let mut third = weighing(&app, child, TODAY, 7400);
        third.replaces = Some(first.stored.id);
        let mut work = app.work_as(&village.kader).await;
        let refused = measure(&mut work, third).await;
        assert!(matches!(refused, Err(AppError::Conflict("measure-exists"))));
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_sentence() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Rina", date(2026, 1, 25)).await;
        let mut nothing = weighing(&app, child, TODAY, 7300);
        nothing.weight = None;
        let tomorrow = weighing(&app, child, date(2026, 11, 22), 7300);
        let unborn = weighing(&app, child, date(2026, 1, 24), 3000);
        for (new, key) in [
            (nothing, "measure-nothing"),
            (tomorrow, "measure-future"),
            (unborn, "measure-before-birth"),
        ] {
            let mut work = app.work_as(&village.kader).await;
            let refused = measure(&mut work, new).await.err().unwrap();
            assert!(
                matches!(refused, AppError::Refused(k) if k == key),
                "{refused:?}"
            );
        }
        let far = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let mut work = app.work_as(&far).await;
        let unseen = measure(&mut work, weighing(&app, child, TODAY, 7300)).await;
        assert!(matches!(unseen, Err(AppError::NotFound)));
    }
}

#[tokio::test]
async fn a_day_is_opened_once_and_measuring_means_arriving() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Tini", date(2026, 1, 25)).await;
        let other = village.child(&app, "Tono", date(2025, 1, 25)).await;
        let scope = &village.kader;
        let new = |date| NewDay {
            id: app.app.ids().make(),
            post_area: area(POST),
            date,
        };
        let mut work = app.work_as(scope).await;
        let post = NewPost {
            id: app.app.ids().make(),
            area: area(POST),
            name: "Melati".into(),
        };
        make_post(&mut work, post.clone()).await.unwrap();
        make_post(&mut work, post).await.unwrap();
        let day = open_day(&mut work, new(TODAY)).await.unwrap();
        assert_eq!(open_day(&mut work, new(TODAY)).await.unwrap(), day);
        let early = open_day(&mut work, new(date(2026, 11, 22))).await;
        assert!(matches!(early, Err(AppError::Refused("day-future"))));
        arrive(&mut work, day, other).await.unwrap();
        arrive(&mut work, day, other).await.unwrap();
        let mut at_post = weighing(&app, child, TODAY, 7300);
        at_post.day = Some(day);
        measure(&mut work, at_post).await.unwrap();
        let mut wrong_day = weighing(&app, other, date(2026, 11, 20), 9300);
        wrong_day.day = Some(day);
        let refused = measure(&mut work, wrong_day).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("measure-other-day"))
        ));
        work.commit().await.unwrap();
        let read = reads::day(&mut app.app.db(), scope, day).await.unwrap();
        assert_eq!((read.arrived, read.measured), (2, 1));
        assert_eq!(read.post.as_deref(), Some("Melati"));
    }
}

#[tokio::test]
async fn a_finding_asks_the_family_and_waits_for_the_bidan() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Yuni", date(2026, 1, 25)).await;
        let mut new = weighing(&app, child, TODAY, 6000);
        new.danger_signs = vec![DangerSign::Kejang];
        let taken = village.measure(&app, new.clone()).await;
        assert!(taken.considered.screening.is_some());
        assert!(
            taken
                .considered
                .triggers
                .iter()
                .any(|key| key == "berat_umur")
        );
        assert_eq!(taken.stored.urgency.as_deref(), Some("darurat"));
        // Sent again: the same screening, and one entry on the list.
        let again = village.measure(&app, new.clone()).await;
        assert_eq!(again.considered.screening, taken.considered.screening);
        assert_eq!(again.considered.triggers, taken.considered.triggers);

        let bidan = app.scope(Role::Bidan).await;
        let waiting = async || {
            let rows = reads::bidan_waiting(&mut app.app.db(), &bidan)
                .await
                .unwrap();
            rows.iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(waiting().await, [new.id]);
        let answer = NewBidanAnswer {
            id: app.app.ids().make(),
            entry: new.id,
            answer: BidanAnswer::Confirmed,
            note: "Kontrol dua minggu lagi".into(),
        };
        let mut work = app.work_as(&bidan).await;
        answer_bidan(&mut work, answer.clone()).await.unwrap();
        answer_bidan(&mut work, answer.clone()).await.unwrap();
        let other = NewBidanAnswer {
            id: app.app.ids().make(),
            answer: BidanAnswer::Fine,
            ..answer
        };
        let refused = answer_bidan(&mut work, other).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        work.commit().await.unwrap();
        assert!(waiting().await.is_empty());
        let heard = reads::bidan_answers(&mut app.app.db(), &village.kader, child)
            .await
            .unwrap();
        assert_eq!(heard[0].answer, BidanAnswer::Confirmed);
    }
}

#[tokio::test]
async fn the_bidan_is_asked_about_today_and_not_about_old_books() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Lina", date(2025, 10, 1)).await;
        let bidan = app.scope(Role::Bidan).await;
        let waiting = async || {
            let rows = reads::bidan_waiting(&mut app.app.db(), &bidan)
                .await
                .unwrap();
            rows.iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let june = weighing(&app, child, date(2026, 6, 10), 5000);
        let old = village.measure(&app, june).await;
        assert_eq!(old.stored.urgency.as_deref(), Some("prioritas"));
        assert!(waiting().await.is_empty());
        let november = weighing(&app, child, date(2026, 11, 10), 6200);
        village.measure(&app, november.clone()).await;
        assert_eq!(waiting().await, [november.id]);
        let today = weighing(&app, child, TODAY, 6300);
        village.measure(&app, today.clone()).await;
        assert_eq!(waiting().await, [today.id]);
    }
}

#[tokio::test]
async fn a_second_t_found_late_still_asks_the_family() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Nining", date(2025, 10, 1)).await;
        for (on, grams) in [(date(2026, 9, 10), 8500), (date(2026, 11, 10), 8560)] {
            let taken = village
                .measure(&app, weighing(&app, child, on, grams))
                .await;
            assert!(taken.considered.screening.is_none());
        }
        // October comes from the book: twice in a row not gained.
        let october = weighing(&app, child, date(2026, 10, 10), 8550);
        village.measure(&app, october).await;
        let db = &mut app.app.db();
        let rows = history(db, &village.kader, child).await.unwrap();
        assert!(rows[2].twice && rows[2].asks_family);
        assert_eq!(rows[2].urgency.as_deref(), Some("prioritas"));
        let open = crate::screening::open_of(db, &village.kader, village.household);
        assert!(open.await.unwrap().is_some());
        let waiting = reads::bidan_waiting(db, &village.kader).await.unwrap();
        assert_eq!(waiting[0].id, rows[2].id);
    }
}

#[tokio::test]
async fn many_at_once_say_what_each_alone_would_and_one_refusal_holds_up_no_other() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let born = date(2025, 10, 1);
        let alone = village.child(&app, "Wati", born).await;
        let among = village.child(&app, "Dewi", born).await;
        let elsewhere = app.app.ids().make();
        // August comes last, and tells September anew within the same work.
        let weighings = [
            (date(2026, 7, 10), 7400),
            (date(2026, 9, 10), 7600),
            (date(2026, 10, 10), 7650),
            (date(2026, 8, 10), 7500),
        ];
        let mut many = Vec::new();
        for (on, grams) in weighings {
            village
                .measure(&app, weighing(&app, alone, on, grams))
                .await;
            many.push(weighing(&app, among, on, grams));
        }
        many.insert(1, weighing(&app, elsewhere, date(2026, 8, 10), 8000));
        many.insert(2, weighing(&app, among, date(2026, 7, 10), 7410));
        many.insert(3, many[0].clone());
        many.insert(4, weighing(&app, among, date(2026, 12, 10), 8000));
        let mut work = app.work_as(&village.kader).await;
        let said = measure_many(&mut work, &many).await.unwrap();
        work.commit().await.unwrap();
        assert!(matches!(said[1], Err(AppError::NotFound)));
        assert!(matches!(said[2], Err(AppError::Conflict("measure-exists"))));
        assert!(said[3].is_ok(), "the same again");
        assert!(matches!(said[4], Err(AppError::Refused(_))));
        assert_eq!(said.iter().filter(|one| one.is_ok()).count(), 5);

        let db = &mut app.app.db();
        let letters = async |child| {
            let db = &mut app.app.db();
            let rows = history(db, &village.kader, child).await.unwrap();
            rows.into_iter()
                .map(|row| (*row.measured_on, row.weight, row.gain, row.twice, row.z_wei))
                .collect::<Vec<_>>()
        };
        assert_eq!(letters(alone).await, letters(among).await);
        assert_eq!(letters(among).await.len(), 4);

        // Months that come together in their order, after one that is here.
        let ordered = village.child(&app, "Ratna", born).await;
        let mut weighings = weighings.map(|(on, grams)| weighing(&app, ordered, on, grams));
        weighings.sort_by_key(|new| new.on);
        let (first, later) = weighings.split_first().unwrap();
        village.measure(&app, first.clone()).await;
        let mut work = app.work_as(&village.kader).await;
        let said = measure_many(&mut work, later).await.unwrap();
        work.commit().await.unwrap();
        assert!(said.iter().all(Result::is_ok));
        assert_eq!(letters(ordered).await, letters(alone).await);
        let facts = journal::history(&app.app, &village.kader, among).await;
        let measured = facts.unwrap();
        let measured = measured.iter().filter(|fact| fact.kind == "measured");
        assert_eq!(measured.count(), 4);
        assert!(
            reads::measurement(db, &village.kader, many[5].id)
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_visit_is_taken_once_and_a_measurement_is_known_wherever() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Ratna", date(2025, 5, 3)).await;
        let visit = NewVisit {
            id: app.app.ids().make(),
            household: village.household,
            on: TODAY,
            met: true,
            seen: vec![child],
            items: vec![VisitItem {
                person: Some(child),
                item: "layanan_terlewat".into(),
                value: "ya".into(),
            }],
            asked: 2,
            saved: 4,
            note: String::new(),
        };
        let mut work = app.work_as(&village.kader).await;
        posyandu::visit(&mut work, visit.clone()).await.unwrap();
        posyandu::visit(&mut work, visit.clone()).await.unwrap();
        work.commit().await.unwrap();
        let other = NewVisit {
            met: false,
            ..visit
        };
        let mut work = app.work_as(&village.kader).await;
        let again = posyandu::visit(&mut work, other).await;
        assert!(matches!(again, Err(AppError::Conflict("error-conflict"))));
        drop(work);

        let fixture = app.fixture().await;
        let mut db = app.app.db();
        for (id, there) in [(fixture.measurement, true), (child, false)] {
            assert_eq!(
                posyandu::is_there(&mut db, "1810", id).await.unwrap(),
                there
            );
        }
    }
}
