//! Life events, tasks for the operator, and fields that two people changed.

use axum::http::StatusCode;
use jiff::civil::date;

use super::{begin, settle};
use crate::access::{Role, Scope};
use crate::platform::{AppError, Id, Instant};
use crate::registry::*;
use crate::testing::{MORNING, OTHER_POST, TestApp, area};

fn event(id: Id, household: Id, person: Option<Id>, kind: LifeEvent) -> NewLifeEvent {
    NewLifeEvent {
        id,
        household,
        person,
        kind,
        on: date(2026, 11, 20),
        detail: "Pringsewu".into(),
    }
}

async fn record(app: &TestApp, scope: &Scope, new: NewLifeEvent) -> crate::platform::Result<()> {
    let mut work = begin(app, scope).await;
    record_event(&mut work, new).await?;
    work.commit().await
}

#[tokio::test]
async fn a_death_is_a_task_once_and_its_result_comes_back() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let id = app.app.ids().make();
        let death = event(id, home, Some(her), LifeEvent::Meninggal);
        for _ in 0..2 {
            record(&app, &kader, death.clone()).await.unwrap();
        }
        let other = NewLifeEvent {
            on: date(2026, 11, 19),
            ..death.clone()
        };
        let refused = record(&app, &kader, other).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        let mut db = app.app.db();
        let person = person(&mut db, &kader, her).await.unwrap();
        assert_eq!(person.state, PersonState::Dead);

        let desk = app.scope(Role::Petugas).await;
        let waiting = updates_waiting(&mut db, &desk).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(*waiting[0].due_on, date(2026, 12, 17));
        let result = UpdateResult {
            task: id,
            state: UpdateState::Refused,
            reason: "NIK belum padan".into(),
        };
        let mut work = begin(&app, &desk).await;
        let silent = UpdateResult {
            reason: String::new(),
            ..result.clone()
        };
        let refused = settle_update(&mut work, silent).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("update-reason-needed"))
        ));
        settle_update(&mut work, result.clone()).await.unwrap();
        work.commit().await.unwrap();
        let mut work = begin(&app, &desk).await;
        settle_update(&mut work, result).await.unwrap();
        work.commit().await.unwrap();
        assert!(updates_waiting(&mut db, &desk).await.unwrap().is_empty());
        let mine = events_by(&mut db, &kader, Instant(MORNING.0 - 1))
            .await
            .unwrap();
        assert_eq!((mine.len(), mine[0].state), (1, UpdateState::Refused));
        assert_eq!(mine[0].reason, "NIK belum padan");
    }
}

#[tokio::test]
async fn a_family_moves_away_and_only_a_move_is_of_a_whole_family() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9002).await;
        let ids = app.app.ids();
        let whose = record(
            &app,
            &kader,
            event(ids.make(), home, None, LifeEvent::Cerai),
        )
        .await;
        assert!(matches!(whose, Err(AppError::Refused("life-whose"))));
        let moved = event(ids.make(), home, None, LifeEvent::PindahKeluar);
        record(&app, &kader, moved).await.unwrap();
        let mut db = app.app.db();
        let state = person(&mut db, &kader, her).await.unwrap().state;
        assert_eq!(state, PersonState::Moved);
        let elsewhere = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let outside = event(ids.make(), home, None, LifeEvent::PindahMasuk);
        let outside = record(&app, &elsewhere, outside).await;
        assert!(matches!(outside, Err(AppError::NotFound)));
        let future = NewLifeEvent {
            on: date(2026, 11, 22),
            ..event(ids.make(), home, None, LifeEvent::PindahMasuk)
        };
        let future = record(&app, &kader, future).await;
        assert!(matches!(future, Err(AppError::Refused("life-future"))));
    }
}

#[tokio::test]
async fn a_field_changed_twice_keeps_both_values_until_the_desk_chooses() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9003).await;
        let change = |field, seen: &str, value: &str| NewFieldChange {
            id: app.app.ids().make(),
            household: home,
            person: Some(her),
            field,
            seen: seen.into(),
            value: value.into(),
        };
        let mut work = begin(&app, &kader).await;
        let first = change(Field::Address, "Jalan Melati 4", "Jalan Mawar 9");
        let taken = change_field(&mut work, first.clone()).await.unwrap();
        assert_eq!(taken, FieldChanged::Taken);
        // Again is no conflict.
        assert_eq!(
            change_field(&mut work, first).await.unwrap(),
            FieldChanged::Taken
        );
        // Written otherwise than it is kept.
        for (field, seen, value) in [
            (Field::Rt, "3", "4"),
            (Field::Rt, "4", "5"),
            (Field::Rt, "3", "5"),
            (Field::Dusun, "Sukamaju ", "Krajan  Lor"),
            (Field::Dusun, "Krajan Lor", "Krajan Kidul"),
        ] {
            let change = change(field, seen, value);
            let taken = change_field(&mut work, change).await.unwrap();
            assert_eq!(taken, FieldChanged::Taken, "{field:?} {seen} {value}");
        }
        let second = change(Field::Address, "Jalan Melati 4", "Jalan Kenanga 1");
        let both = change_field(&mut work, second.clone()).await.unwrap();
        assert_eq!(both, FieldChanged::Conflict);
        let name = change(Field::Name, "Siti", "Siti Aminah Lestari");
        let third = change_field(&mut work, name.clone()).await.unwrap();
        assert_eq!(third, FieldChanged::Conflict);
        work.commit().await.unwrap();

        let desk = app.client(Role::Petugas).await;
        let list = desk.get("/pemutakhiran").await;
        assert!(
            list.text
                .contains(&format!("/pemutakhiran/beda/{}", second.id))
        );
        let path = format!("/pemutakhiran/beda/{}", second.id);
        let page = desk.get(&path).await;
        assert!(page.text.contains("Jalan Mawar 9") && page.text.contains("Jalan Kenanga 1"));
        let unchosen = desk.post(&path, &[]).await;
        assert_eq!(unchosen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            desk.post(&path, &[("benar", "came")]).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND);
        let path = format!("/pemutakhiran/beda/{}", name.id);
        assert_eq!(
            desk.post(&path, &[("benar", "here")]).await.status,
            StatusCode::SEE_OTHER
        );
        let mut db = app.app.db();
        let home = household(&mut db, &kader, home).await.unwrap();
        assert_eq!(home.address, "Jalan Kenanga 1");
        assert_eq!(
            person(&mut db, &kader, her).await.unwrap().name,
            "Siti Aminah"
        );
        let open = field_conflicts(&mut db, &desk.scope, app.app.keys()).await;
        assert!(open.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_desk_enters_the_result_on_the_page() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9004).await;
        let id = app.app.ids().make();
        record(&app, &kader, event(id, home, Some(her), LifeEvent::Nikah))
            .await
            .unwrap();
        let desk = app.client(Role::Koordinator).await;
        let page = desk.get(format!("/pemutakhiran/{id}")).await;
        assert!(page.text.contains("Menikah") && page.text.contains("Siti Aminah"));
        let path = format!("/pemutakhiran/{id}");
        let nothing = desk.post(&path, &[("hasil", "refused")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = desk.post(&path, &[("hasil", "done")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER);
        let list = desk.get("/pemutakhiran").await;
        assert!(!list.text.contains(&id.to_string()));
    }
}
