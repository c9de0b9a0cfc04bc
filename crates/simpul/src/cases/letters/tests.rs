//! Letters on both engines.

use axum::http::StatusCode;

use super::*;
use crate::access::Role;
use crate::cases::tests::{family, referral, send, step};
use crate::cases::{Action, Destination, Need};
use crate::platform::{AppError, Id};
use crate::testing::{POST, TestApp};

async fn case(app: &TestApp, need: Need) -> Id {
    let family = family(app, POST).await;
    let kader = app.scope(Role::Kader).await;
    send(app, &kader, referral(app, &family, need))
        .await
        .unwrap()
        .case
}

fn new(app: &TestApp, case: Id) -> NewLetter {
    NewLetter {
        id: app.app.ids().make(),
        case,
        kind: LetterKind::Keterangan,
        text: "Untuk keperluan sekolah.".into(),
    }
}

#[tokio::test]
async fn numbers_have_no_gaps_and_begin_anew_with_the_year() {
    for app in TestApp::each().await {
        let case = case(&app, Need::Pangan).await;
        let desk = app.scope(Role::Petugas).await;
        let first = new(&app, case);
        let mut work = app.work_as(&desk).await;
        assert_eq!(write_letter(&mut work, &first).await.unwrap(), 1);
        work.commit().await.unwrap();
        // What is not committed takes no number.
        let mut lost = app.work_as(&desk).await;
        assert_eq!(write_letter(&mut lost, &new(&app, case)).await.unwrap(), 2);
        drop(lost);
        let mut work = app.work_as(&desk).await;
        assert_eq!(
            write_letter(&mut work, &first).await.unwrap(),
            1,
            "sent twice"
        );
        assert_eq!(write_letter(&mut work, &new(&app, case)).await.unwrap(), 2);
        let empty = NewLetter {
            text: " ".into(),
            ..new(&app, case)
        };
        let refused = write_letter(&mut work, &empty).await;
        assert!(matches!(refused, Err(AppError::Refused("case-text"))));
        work.commit().await.unwrap();
        app.clock.advance_ms(60 * 86_400_000);
        let mut work = app.work_as(&desk).await;
        assert_eq!(write_letter(&mut work, &new(&app, case)).await.unwrap(), 1);
        work.commit().await.unwrap();
        let letters = letters_of(&mut app.app.db(), &desk, case).await.unwrap();
        assert_eq!(
            letters.iter().map(|one| one.year).collect::<Vec<_>>(),
            [2027, 2026, 2026]
        );
    }
}

#[tokio::test]
async fn a_letter_of_referral_names_whom_it_asks() {
    for app in TestApp::each().await {
        let case = case(&app, Need::Jaminan).await;
        let desk = app.scope(Role::Petugas).await;
        step(&app, &desk, case, Action::Accept).await.unwrap();
        let refer = Action::ReferOn {
            to: Destination::Puskesmas,
            note: String::new(),
        };
        step(&app, &desk, case, refer).await.unwrap();
        let officer = app.client(Role::Koordinator).await;
        let path = format!("/rujukan/{case}/surat");
        let wrong = officer.post(&path, &[("jenis", "rujukan")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields = [("jenis", "rujukan"), ("isi", "Mohon dilayani tanpa biaya.")];
        let written = officer.post(&path, &fields).await;
        let address = written.location.unwrap();
        let page = officer.get(&address).await.text;
        for told in [
            "Surat rujukan",
            "001/PUSKESOS/XI/2026",
            "Puskesmas atau Pustu",
            "Suminah",
            "Mohon dilayani tanpa biaya.",
            "Uji koordinator",
            "<svg",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(officer.get(&path).await.text.contains("001/PUSKESOS"));
        let kader = app.client(Role::Kader).await.get(&address).await;
        assert_eq!(kader.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_letter_of_a_restricted_case_tells_no_stranger() {
    for app in TestApp::each().await {
        let case = case(&app, Need::Perlindungan).await;
        let officer = app.client(Role::Petugas).await;
        let fields = [("jenis", "keterangan"), ("isi", "Untuk didampingi.")];
        let written = officer
            .post(format!("/rujukan/{case}/surat"), &fields)
            .await;
        let page = officer.get(written.location.unwrap()).await.text;
        assert!(
            !page.contains("<svg") && !page.contains("Perlindungan"),
            "{page}"
        );
    }
}
