//! Emergencies on both engines: who is called, who sees, who moves, and that nothing is public.

use super::*;
use crate::access::{Role, Scope};
use crate::cases::tests::{Family, family, step};
use crate::cases::{
    Action, Filter, Need, Opened, Question, State, incoming, of_household, public_status, search,
};
use crate::platform::{AppError, Id};
use crate::testing::{OTHER_POST, OTHER_VILLAGE, POST, TestApp, VILLAGE, area};

const HOUR_MS: i64 = 3_600_000;

fn told() -> Told {
    Told {
        place: "Rumah dekat jembatan bambu".into(),
        needs: "Ambulans".into(),
        ..Told::default()
    }
}

fn new(app: &TestApp, home: Option<&Family>, kind: EmergencyKind) -> NewEmergency {
    NewEmergency {
        id: app.app.ids().make(),
        kind,
        household: home.map(|home| home.household),
        village: None,
        more: Vec::new(),
        told: told(),
    }
}

async fn call(app: &TestApp, scope: &Scope, new: NewEmergency) -> Result<Opened, AppError> {
    let mut work = app.work_as(scope).await;
    let opened = report(&mut work, new).await?;
    work.commit().await?;
    Ok(opened)
}

async fn says(
    app: &TestApp,
    scope: &Scope,
    case: Id,
    (side, state): (Side, ArmState),
    next: &str,
) -> Result<(), AppError> {
    let found = emergency(&app.app, scope, case).await?;
    let now = found.arms.iter().find(|arm| arm.arm == side).unwrap();
    let arm = Arm {
        id: now.id,
        case,
        seen: now.state,
        state,
        note: "sudah dihubungi".into(),
        next: next.into(),
    };
    let mut work = app.work_as(scope).await;
    move_arm(&mut work, &arm).await?;
    work.commit().await
}

#[tokio::test]
async fn all_sides_are_called_at_once_and_it_ends_when_all_have_answered() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Petugas).await;
        let bidan = app.scope(Role::Bidan).await;
        let service = app.scope(Role::PengelolaProgram).await;
        let sent = new(&app, Some(&home), EmergencyKind::DitolakJkn);
        let opened = call(&app, &kader, sent.clone()).await.unwrap();
        let again = call(&app, &kader, sent.clone()).await.unwrap();
        assert_eq!(again, opened, "two taps are one emergency");
        let other_kind = NewEmergency {
            kind: EmergencyKind::Tanda,
            ..sent.clone()
        };
        let other_words = NewEmergency {
            told: Told {
                needs: "Tandu".into(),
                ..told()
            },
            ..sent
        };
        for changed in [other_kind, other_words] {
            let refused = call(&app, &kader, changed).await;
            assert!(matches!(refused, Err(AppError::Conflict(_))));
        }
        let second = new(&app, Some(&home), EmergencyKind::Tanda);
        let refused = call(&app, &kader, second).await;
        assert!(matches!(refused, Err(AppError::Refused("emergency-open"))));

        // The insurance is asked for at the same moment.
        let db = &mut app.app.db();
        let cases = of_household(db, &desk, home.household).await.unwrap();
        let needs: Vec<Need> = cases.iter().map(|case| case.progress.need).collect();
        assert!(needs.contains(&Need::Jaminan) && needs.contains(&Need::Perlindungan));

        let found = emergency(&app.app, &bidan, opened.case).await.unwrap();
        assert_eq!(found.told.unwrap(), told());
        let called: Vec<Side> = found.arms.iter().map(|arm| arm.arm).collect();
        assert_eq!(called, [Side::Kesehatan, Side::Sosial]);
        let open = open_arms(db, &service).await.unwrap();
        assert_eq!((open.len(), open[0].waiting), (1, 2));
        let due = open[0].due_at.unwrap();
        assert_eq!(due.0 - app.app.now().0, HOUR_MS, "hours, not working days");

        // The case does not end over a side that has not answered.
        for action in [
            Action::Accept,
            Action::FirstHelp {
                what: "Diantar ke Puskesmas".into(),
            },
        ] {
            step(&app, &desk, opened.case, action).await.unwrap();
        }
        let debrief = Action::Answer {
            text: "Sudah ditangani".into(),
        };
        let early = step(&app, &desk, opened.case, debrief.clone()).await;
        assert!(matches!(
            early,
            Err(AppError::Refused("emergency-arms-open"))
        ));
        let not_hers = says(
            &app,
            &bidan,
            opened.case,
            (Side::Sosial, ArmState::Selesai),
            "",
        )
        .await;
        assert!(matches!(not_hers, Err(AppError::Refused("case-not-yours"))));
        says(
            &app,
            &bidan,
            opened.case,
            (Side::Kesehatan, ArmState::Berjalan),
            "",
        )
        .await
        .unwrap();
        says(
            &app,
            &bidan,
            opened.case,
            (Side::Kesehatan, ArmState::Selesai),
            "",
        )
        .await
        .unwrap();
        // Who cannot come says what happens instead.
        let silent = says(
            &app,
            &service,
            opened.case,
            (Side::Sosial, ArmState::TidakBisa),
            "",
        )
        .await;
        assert!(matches!(silent, Err(AppError::Refused("case-text"))));
        says(
            &app,
            &service,
            opened.case,
            (Side::Sosial, ArmState::TidakBisa),
            "Dinsos menggantikan",
        )
        .await
        .unwrap();
        let state = step(&app, &desk, opened.case, debrief).await.unwrap();
        assert_eq!(state, State::Selesai);
        assert!(open_arms(db, &desk).await.unwrap().is_empty());
        let ended = says(
            &app,
            &service,
            opened.case,
            (Side::Sosial, ArmState::Berjalan),
            "",
        )
        .await;
        assert!(matches!(ended, Err(AppError::Refused("case-not-now"))));
    }
}

#[tokio::test]
async fn an_emergency_is_on_no_public_page_and_in_no_search() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let opened = call(&app, &kader, new(&app, None, EmergencyKind::Bencana))
            .await
            .unwrap();
        let ticket = opened.ticket;
        let public = public_status(&app.app, ticket.code, ticket.number).await;
        assert!(matches!(public, Err(AppError::Refused("track-unknown"))));
        let manajer = app.scope(Role::Manajer).await;
        let question = Question {
            text: "jembatan".into(),
            ..Question::default()
        };
        let db = &mut app.app.db();
        assert!(
            search(db, &manajer, &question)
                .await
                .unwrap()
                .lines
                .is_empty()
        );

        // Others of the village, of another village, another kader: each sees its own.
        let other_kader = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let far = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        for scope in [&other_kader, &far] {
            let found = emergency(&app.app, scope, opened.case).await;
            assert!(matches!(found, Err(AppError::NotFound)));
            assert!(open_arms(db, scope).await.unwrap().is_empty());
        }
        let here = app.scope_in(Role::Petugas, area(VILLAGE)).await;
        let list = incoming(db, &here, Filter::default(), None, 10)
            .await
            .unwrap();
        assert_eq!(list.len(), 1);
        assert!(emergency(&app.app, &kader, opened.case).await.is_ok());
        let without = new(&app, None, EmergencyKind::Tanda);
        let manajer_needs_village = call(&app, &manajer, without).await;
        assert!(matches!(
            manajer_needs_village,
            Err(AppError::Refused("intake-village"))
        ));
    }
}

#[tokio::test]
async fn a_sheet_is_filled_in_moved_and_read_on_its_pages() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let form = [
            ("jenis", "tanda_bahaya"),
            ("tempat", ""),
            ("perlu", "Ambulans"),
        ];
        let again = kader.post("/darurat/lapor", &form).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.text.contains("Ambulans"), "what was typed is kept");
        let form = [
            ("jenis", "tanda_bahaya"),
            ("tempat", "RT 3"),
            ("perlu", "Ambulans"),
            ("pihak", "bencana"),
        ];
        let sent = kader.post("/darurat/lapor", &form).await;
        let sheet = sent.location.unwrap().split('?').next().unwrap().to_owned();
        let page = kader.get(&sheet).await.text;
        assert!(page.contains("RT 3") && page.contains("BPBD") && page.contains("tel:119"));
        assert!(!page.contains("name=\"pihak\""), "a kader moves no side");

        let desk = app.client(Role::Petugas).await;
        let page = desk.get(&sheet).await.text;
        let id = page.split("name=\"pihak\" value=\"").nth(1).unwrap();
        let id = id.split('"').next().unwrap();
        let (state, note) = (format!("jadi_{id}"), format!("catatan_{id}"));
        let moved = [
            ("pihak", id),
            ("dari", "dipanggil"),
            (state.as_str(), "berjalan"),
            (note.as_str(), "Bidan sudah berangkat"),
        ];
        assert_eq!(desk.post(&sheet, &moved[..3]).await.status.as_u16(), 422);
        assert!(desk.post(&sheet, &moved).await.status.is_redirection());
        let page = kader.get(&sheet).await.text;
        assert!(page.contains("Bidan sudah berangkat") && page.contains("Sedang menangani"));
        assert!(kader.get("/darurat").await.text.contains(&sheet));
    }
}
