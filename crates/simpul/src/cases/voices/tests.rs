//! Messages, objection, appeal, the one question: on both engines, through the pages.

use axum::http::StatusCode;

use super::super::tests::{family, referral, send, step};
use super::objections::Objection;
use super::*;
use crate::access::{Role, Scope};
use crate::cases::{
    Action, Decider, Need, Opened, RefusalReason, State, public_status, status_of_pass,
};
use crate::platform::{AppError, Id};
use crate::testing::{Client, POST, TestApp};

const DAY_MS: i64 = 86_400_000;

/// A case that the koordinator refused; also who did.
async fn refused(app: &TestApp) -> (Opened, Scope) {
    let family = family(app, POST).await;
    let kader = app.scope(Role::Kader).await;
    let lead = app.scope(Role::Koordinator).await;
    let opened = send(app, &kader, referral(app, &family, Need::Perumahan))
        .await
        .unwrap();
    step(app, &lead, opened.case, Action::Accept).await.unwrap();
    refuse(app, &lead, opened.case).await;
    (opened, lead)
}

async fn refuse(app: &TestApp, lead: &Scope, case: Id) {
    let refuse = Action::Refuse {
        reason_code: RefusalReason::BelumSesuai,
        why: "rumah masih layak".into(),
        next: "datang lagi bila rusak".into(),
    };
    step(app, lead, case, refuse).await.unwrap();
}

async fn pass(app: &TestApp, opened: &Opened) -> String {
    let (code, number) = (opened.ticket.code, opened.ticket.number);
    public_status(&app.app, code, number).await.unwrap().pass
}

async fn objection(app: &TestApp, scope: &Scope, case: Id) -> Objection {
    let (_, mut all) = doors::read(&mut app.app.db(), scope, case).await.unwrap();
    all.pop().unwrap()
}

async fn decided(app: &TestApp, by: &Scope, case: Id, outcome: Outcome) -> Result<Id, AppError> {
    let objection = objection(app, by, case).await.id;
    let mut work = app.work_as(by).await;
    let decision = Decision {
        objection,
        outcome,
        reason: "kami periksa lagi".into(),
        next: "tunggu kabar".into(),
    };
    let case = decide(&mut work, &decision).await?;
    work.commit().await?;
    Ok(case)
}

#[tokio::test]
async fn a_family_writes_and_brings_papers_with_its_ticket_and_the_desk_answers() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let pass = pass(&app, &opened).await;
        let citizen = app.anonymous();
        let id = app.app.ids().make().to_string();
        let fields = [
            ("lanjut", pass.as_str()),
            ("_id", &id),
            ("isi", "Kapan bisa diambil?"),
        ];
        for _ in 0..2 {
            let sent = citizen.post_raw("/lacak/pesan", &fields).await;
            assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
            assert_eq!(sent.text.matches("Kapan bisa diambil?").count(), 1);
        }
        let png = b"\x89PNG\r\n\x1a\nbroken";
        let fields = [("lanjut", pass.as_str())];
        let broken = citizen.upload("/lacak/pesan", &fields, png).await;
        assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
        let paper = b"%PDF-1.4\n%%EOF";
        let taken = citizen.upload("/lacak/pesan", &fields, paper).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);

        let desk = app.client(Role::Petugas).await;
        assert!(desk.get("/suara").await.text.contains("Suminah"));
        let page = format!("/rujukan/{}/pesan", opened.case);
        assert!(desk.get(&page).await.text.contains("Kapan bisa diambil?"));
        let papers = desk.get(format!("/rujukan/{}/berkas", opened.case)).await;
        assert!(papers.text.contains("Keluarga"), "{}", papers.text);
        let kader_page = app.client(Role::Kader).await.get(&page).await;
        assert_eq!(kader_page.status, StatusCode::NOT_FOUND);
        app.clock.advance_ms(1_000);
        desk.post(&page, &[("jawaban", "Senin pagi di balai desa.")])
            .await;
        assert!(!desk.get("/suara").await.text.contains("Suminah"));
        let status = status_of_pass(&app.app, &pass).await.unwrap();
        let voices = status.voices(crate::platform::Lang::Id);
        assert_eq!(voices[1].text, "Senin pagi di balai desa.");

        for n in 0..9 {
            let fields = [("lanjut", pass.as_str()), ("isi", &*format!("pesan {n}"))];
            citizen.post_raw("/lacak/pesan", &fields).await;
        }
        let fields = [("lanjut", pass.as_str()), ("isi", "lagi")];
        let flood = citizen.post_raw("/lacak/pesan", &fields).await;
        assert_eq!(flood.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.clock.advance_ms(2 * 3_600_000);
        let late = citizen.post_raw("/lacak/pesan", &fields).await;
        assert!(late.text.contains("terlalu lama terbuka"), "{}", late.text);
        let forged = [("lanjut", "00ff"), ("isi", "x")];
        let forged = citizen.post_raw("/lacak/pesan", &forged).await;
        assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn raise(app: &TestApp, citizen: &Client, opened: &Opened, why: &str) -> StatusCode {
    let pass = pass(app, opened).await;
    let fields = [("lanjut", pass.as_str()), ("alasan", why)];
    citizen.post_raw("/lacak/sanggah", &fields).await.status
}

#[tokio::test]
async fn an_objection_is_answered_by_another_and_then_appealed() {
    for app in TestApp::each().await {
        let (opened, lead) = refused(&app).await;
        let citizen = app.anonymous();
        assert_eq!(raise(&app, &citizen, &opened, "").await, 422);
        assert_eq!(raise(&app, &citizen, &opened, "atap bocor").await, 200);
        assert_eq!(raise(&app, &citizen, &opened, "sekali lagi").await, 422);
        let village = decided(&app, &lead, opened.case, Outcome::Diterima).await;
        assert!(matches!(
            village,
            Err(AppError::Refused("objection-not-yours"))
        ));

        let supervisor = app.client(Role::Supervisor).await;
        assert!(supervisor.get("/suara").await.text.contains("Suminah"));
        let raised = objection(&app, &supervisor.scope, opened.case).await;
        let said = [
            ("hasil", "ditolak"),
            ("alasan", "masih layak"),
            ("lanjut", "boleh banding"),
        ];
        let answered = supervisor
            .post(format!("/sanggah/{}", raised.id), &said)
            .await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text);
        assert_eq!(
            raise(&app, &citizen, &opened, "banding: hujan masuk").await,
            200
        );
        let again = decided(&app, &supervisor.scope, opened.case, Outcome::Diterima).await;
        assert!(matches!(
            again,
            Err(AppError::Refused("objection-not-yours"))
        ));

        let manager = app.scope(Role::Manajer).await;
        decided(&app, &manager, opened.case, Outcome::Diterima)
            .await
            .unwrap();
        let case = crate::cases::case(&mut app.app.db(), &manager, opened.case)
            .await
            .unwrap();
        assert_eq!(case.line.progress.state, State::Diverifikasi);
        assert_eq!(case.line.progress.closed_at, None);
        // The new decision is another one, and may be objected to again.
        app.clock.advance_ms(1_000);
        refuse(&app, &lead, opened.case).await;
        assert_eq!(raise(&app, &citizen, &opened, "masih bocor").await, 200);
    }
}

#[tokio::test]
async fn an_objection_comes_in_time_and_nobody_answers_against_himself() {
    for app in TestApp::each().await {
        let (opened, _) = refused(&app).await;
        let start = app.app.now();
        // 21 working days from Saturday 21 November 2026 lie before the new year.
        app.clock.advance_ms(45 * DAY_MS);
        assert_eq!(
            raise(&app, &app.anonymous(), &opened, "terlambat").await,
            422
        );
        app.clock.set(start);
        assert_eq!(
            raise(&app, &app.anonymous(), &opened, "tepat waktu").await,
            200
        );
        // The manager answers the objection; the appeal needs another manager.
        let manager = app.scope(Role::Manajer).await;
        decided(&app, &manager, opened.case, Outcome::Ditolak)
            .await
            .unwrap();
        assert_eq!(raise(&app, &app.anonymous(), &opened, "banding").await, 200);
        let same = decided(&app, &manager, opened.case, Outcome::Ditolak).await;
        assert!(matches!(
            same,
            Err(AppError::Refused("objection-not-yours"))
        ));
        let other = app.scope(Role::Manajer).await;
        decided(&app, &other, opened.case, Outcome::Ditolak)
            .await
            .unwrap();
        assert_eq!(raise(&app, &app.anonymous(), &opened, "ketiga").await, 422);
    }
}

#[tokio::test]
async fn the_question_at_the_end_is_asked_once() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let lead = app.scope(Role::Koordinator).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let early = pass(&app, &opened).await;
        let citizen = app.anonymous();
        let rated = |pass: String| {
            let citizen = &citizen;
            async move {
                let fields = [("lanjut", pass.as_str()), ("nilai", "3")];
                citizen.post_raw("/lacak/nilai", &fields).await
            }
        };
        assert_eq!(
            rated(early.clone()).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        step(&app, &lead, opened.case, Action::Accept)
            .await
            .unwrap();
        let approve = Action::Approve {
            what: "beras".into(),
            by: Decider::Puskesos,
            next: "ambil di balai desa".into(),
        };
        step(&app, &lead, opened.case, approve).await.unwrap();
        assert!(
            status_of_pass(&app.app, &early)
                .await
                .unwrap()
                .asks_rating()
        );
        let thanks = rated(early.clone()).await;
        assert!(thanks.text.contains("Terima kasih"), "{}", thanks.text);
        assert!(!thanks.text.contains("Bagaimana pelayanannya"));
        assert!(
            !status_of_pass(&app.app, &early)
                .await
                .unwrap()
                .asks_rating()
        );
    }
}

#[tokio::test]
async fn the_desk_reads_the_state_aloud_from_the_code() {
    for app in TestApp::each().await {
        let (opened, _) = refused(&app).await;
        let code = opened.ticket.code.to_string();
        let desk = app.client(Role::Petugas).await;
        let told = desk.post("/lacak/bacakan", &[("kode", &code)]).await;
        assert!(
            told.text.contains("datang lagi bila rusak"),
            "{}",
            told.text
        );
        let village = crate::testing::area(crate::testing::OTHER_VILLAGE);
        let elsewhere = app.client_in(Role::Petugas, village).await;
        let unknown = elsewhere.post("/lacak/bacakan", &[("kode", &code)]).await;
        assert!(unknown.text.contains("belum ditemukan"), "{}", unknown.text);
    }
}
