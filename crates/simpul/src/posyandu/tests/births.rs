//! What was measured of a child whose birth stood wrong says, once it stands right, what it would
//! have said from the beginning.

use jiff::civil::{Date, date};

use super::{TODAY, Village, lying, weighing};
use crate::access::journal;
use crate::platform::Id;
use crate::posyandu::{StoredMeasurement, history, judge_corrected, reads};
use crate::registry::{self, Field, NewFieldChange};
use crate::screening;
use crate::testing::TestApp;

const RIGHT: Date = date(2026, 1, 25);
const WRONG: Date = date(2025, 1, 25);

/// What was said of a child's figures, without who said so, when, and what that led to then.
async fn said(app: &TestApp, village: &Village, child: Id) -> Vec<StoredMeasurement> {
    let rows = history(&mut app.app.db(), &village.kader, child).await;
    let nobody = Id::from_bytes([0; 16]);
    let bare = |row: StoredMeasurement| StoredMeasurement {
        id: nobody,
        person: nobody,
        household: nobody,
        author: nobody,
        at: crate::platform::Instant(0),
        replaces: None,
        asks_family: false,
        ..row
    };
    rows.unwrap().into_iter().map(bare).collect()
}

/// Three months of a child, the last of them mended.
async fn months(app: &TestApp, village: &Village, child: Id) {
    for (on, grams) in [(date(2026, 9, 20), 6700), (date(2026, 10, 20), 6750)] {
        village.measure(app, weighing(app, child, on, grams)).await;
    }
    let wrong = village
        .measure(app, weighing(app, child, TODAY, 16800))
        .await;
    let mut last = lying(weighing(app, child, TODAY, 6800), 6910);
    last.replaces = Some(wrong.stored.id);
    village.measure(app, last).await;
}

async fn correct(
    app: &TestApp,
    village: &Village,
    child: Id,
    field: Field,
    values: [impl ToString; 2],
) {
    let mut work = app.work_as(&village.kader).await;
    let [seen, value] = values.map(|value| value.to_string());
    let change = NewFieldChange {
        id: app.app.ids().make(),
        household: village.household,
        person: Some(child),
        field,
        seen,
        value,
    };
    registry::change_field(&mut work, change).await.unwrap();
    work.commit().await.unwrap();
}

async fn judged_anew(app: &TestApp, village: &Village, child: Id) -> usize {
    let facts = journal::history(&app.app, &village.kader, child).await;
    let facts = facts.unwrap();
    facts
        .iter()
        .filter(|fact| fact.kind == "judged_anew")
        .count()
}

#[tokio::test]
async fn a_corrected_birth_is_as_if_it_had_been_right() {
    for app in TestApp::each().await {
        let (one, two) = (Village::new(&app).await, Village::new(&app).await);
        let wrong = one.child(&app, "Sari", WRONG).await;
        let right = two.child(&app, "Sari", RIGHT).await;
        for (village, child) in [(&one, wrong), (&two, right)] {
            months(&app, village, child).await;
        }
        // A year older, the child is far too light: the family is asked and the bidan looks.
        assert!(said(&app, &one, wrong).await != said(&app, &two, right).await);
        let waiting = async |child: Id| {
            let rows = reads::bidan_waiting(&mut app.app.db(), &one.kader).await;
            rows.unwrap()
                .iter()
                .filter(|row| row.person == child)
                .count()
        };
        assert_eq!((waiting(wrong).await, waiting(right).await), (1, 1));

        let days = [WRONG, RIGHT].map(|day| day.to_string());
        correct(&app, &one, wrong, Field::BirthDate, days).await;
        judge_corrected(&app.app).await.unwrap();
        assert!(said(&app, &one, wrong).await == said(&app, &two, right).await);
        assert_eq!(judged_anew(&app, &one, wrong).await, 1);
        let open = async |village: &Village| {
            let mut db = app.app.db();
            let open = screening::open_of(&mut db, &village.kader, village.household).await;
            open.unwrap().is_some()
        };
        assert_eq!(open(&one).await, open(&two).await);
        assert_eq!(waiting(wrong).await, waiting(right).await);

        // Nothing is left to do, and a name says nothing of growth.
        correct(&app, &one, wrong, Field::Name, ["Sari", "Sari Dewi"]).await;
        judge_corrected(&app.app).await.unwrap();
        assert_eq!(judged_anew(&app, &one, wrong).await, 1);

        // A boy is measured against boys.
        for (village, child) in [(&one, wrong), (&two, right)] {
            correct(&app, village, child, Field::Sex, ["P", "L"]).await;
            judge_corrected(&app.app).await.unwrap();
            let rows = said(&app, village, child).await;
            assert!(rows.iter().all(|row| row.sex.code() == "L"));
        }
        assert!(said(&app, &one, wrong).await == said(&app, &two, right).await);
    }
}

#[tokio::test]
async fn a_measurement_before_the_birth_keeps_what_was_said() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Sari", RIGHT).await;
        months(&app, &village, child).await;
        let before = said(&app, &village, child).await;
        let late = date(2026, 11, 1);
        let days = [RIGHT, late].map(|day| day.to_string());
        correct(&app, &village, child, Field::BirthDate, days).await;
        judge_corrected(&app.app).await.unwrap();
        let after = said(&app, &village, child).await;
        assert!(after[..2] == before[..2]);
        assert_eq!(*after[2].birth_date, late);
        assert_eq!(after[2].age_days, 20);
    }
}

#[tokio::test]
async fn nobody_is_asked_again_for_the_same_and_nobody_for_a_child_who_is_gone() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let open = async || {
            let mut db = app.app.db();
            let open = screening::open_of(&mut db, &village.kader, village.household).await;
            open.unwrap()
        };
        let waiting = async || {
            let rows = reads::bidan_waiting(&mut app.app.db(), &village.kader).await;
            rows.unwrap().len()
        };
        let child = village.child(&app, "Sari", WRONG).await;
        months(&app, &village, child).await;
        let mut work = app.work_as(&village.kader).await;
        let over = screening::DeclineInput {
            id: app.app.ids().make(),
            screening: open()
                .await
                .expect("far too light: the family is to be asked"),
            why: screening::Ending::TidakPerlu,
        };
        screening::decline(&mut work, over).await.unwrap();
        work.commit().await.unwrap();
        let nearly = WRONG.tomorrow().unwrap();
        let days = [WRONG, nearly].map(|day| day.to_string());
        correct(&app, &village, child, Field::BirthDate, days).await;
        judge_corrected(&app.app).await.unwrap();
        assert_eq!(judged_anew(&app, &village, child).await, 1);
        assert_eq!(open().await, None);
        assert_eq!(waiting().await, 1);

        let mut work = app.work_as(&village.kader).await;
        let death = registry::NewLifeEvent {
            id: app.app.ids().make(),
            household: village.household,
            person: Some(child),
            kind: registry::LifeEvent::Meninggal,
            on: TODAY,
            detail: String::new(),
        };
        registry::record_event(&mut work, death).await.unwrap();
        work.commit().await.unwrap();
        for [from, to] in [[nearly, RIGHT], [RIGHT, WRONG]] {
            let days = [from, to].map(|day| day.to_string());
            correct(&app, &village, child, Field::BirthDate, days).await;
            judge_corrected(&app.app).await.unwrap();
        }
        assert_eq!(judged_anew(&app, &village, child).await, 3);
        assert_eq!((open().await, waiting().await), (None, 0));
    }
}
