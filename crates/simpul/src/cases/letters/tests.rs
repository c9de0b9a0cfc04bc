//! Letters on both engines.

use axum::http::StatusCode;

use super::*;
use crate::access::Role;
use crate::cases::tests::{family, referral, send, step};
use crate::cases::{Action, Destination, Need, slip};
use crate::platform::config::Config;
use crate::platform::{AppError, Id};
use crate::testing::{OTHER_KABUPATEN_VILLAGE, POST, TestApp, area, planted};

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

/// A case with a letter of this kind, and the address of the letter.
async fn letter(app: &TestApp, need: Need, kind: &str) -> (Id, String) {
    let case = case(app, need).await;
    let officer = app.client(Role::Petugas).await;
    let fields = [("jenis", kind), ("isi", "Baris satu.\n#panic() \"kutip\"")];
    let written = officer
        .post(format!("/rujukan/{case}/surat"), &fields)
        .await;
    (case, written.location.unwrap())
}

async fn apps_with(printer: std::path::PathBuf) -> Vec<TestApp> {
    let mut config = Config::new(".".into(), ([127, 0, 0, 1], 8080).into(), None);
    config.printer = printer;
    TestApp::each_with(config).await
}

#[tokio::test]
async fn without_the_program_the_page_is_printed() {
    for app in apps_with("/nowhere/simpul-print".into()).await {
        let (_, address) = letter(&app, Need::Pangan, "keterangan").await;
        let officer = app.client(Role::Petugas).await;
        assert!(!officer.get(&address).await.text.contains("/pdf"));
        let sent = officer.get(format!("{address}/pdf")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert_eq!(sent.location.as_ref(), Some(&address));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_gets_what_stands_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let echo = planted(folder.path(), "simpul-print", "printf '%%PDF-'; cat");
    for app in apps_with(echo).await {
        let (case, address) = letter(&app, Need::Pangan, "tanda_terima").await;
        let officer = app.client(Role::Koordinator).await;
        let page = officer.get(&address).await.text;
        assert!(page.contains(&format!("href=\"{address}/pdf\"")), "{page}");
        let answer = officer.get(format!("{address}/pdf")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert_eq!(answer.header("cache-control"), "no-store");
        let named = "inline; filename=\"surat-001-PUSKESOS-XI-2026.pdf\"";
        assert_eq!(answer.header("content-disposition"), named);
        let json = answer.text.strip_prefix("%PDF-").unwrap();
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(json["kind"], "tanda_terima");
        assert_eq!(json["text"], "Baris satu.\n#panic() \"kutip\"");
        assert_eq!(json["facts"][0]["value"], "Suminah");
        assert_eq!(json["signatures"][0]["name"], "");
        assert_eq!(json["signatures"][1]["name"], "Uji petugas");
        // The code of the slip, never its number.
        let desk = app.scope(Role::Petugas).await;
        let ticket = slip(&mut app.app.db(), &desk, app.app.keys(), case)
            .await
            .unwrap();
        let (code, number) = (ticket.code, ticket.number.to_string());
        let expected = format!("http://127.0.0.1:8080/lacak#{}", code.plain());
        assert_eq!(json["qr"]["content"], expected);
        let words = json["qr"]["words"].as_str().unwrap();
        assert!(
            words.contains(&code.to_string()) && !words.contains(&number),
            "{words}"
        );
        for both in [code.to_string(), json["title"].as_str().unwrap().to_owned()] {
            assert!(page.contains(&both), "{both}: {page}");
        }
        for stranger in [
            app.client(Role::Kader).await,
            app.client_in(Role::Petugas, area(OTHER_KABUPATEN_VILLAGE))
                .await,
        ] {
            let refused = stranger.get(format!("{address}/pdf")).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_fails_leaves_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let broken = planted(folder.path(), "simpul-print", "cat >/dev/null; kill -9 $$");
    for app in apps_with(broken).await {
        let (_, address) = letter(&app, Need::Perlindungan, "rujukan").await;
        let officer = app.client(Role::Petugas).await;
        let failed = officer.get(format!("{address}/pdf")).await;
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            failed.text.contains("PDF belum dapat dibuat"),
            "{}",
            failed.text
        );
        assert_eq!(officer.get(&address).await.status, StatusCode::OK);
    }
}

/// With the program itself, as it lies beside the application.
#[tokio::test]
async fn each_kind_of_letter_becomes_a_pdf() {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program = built.join(format!("simpul-print{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "cargo build -p simpul-print first");
    for app in apps_with(program).await {
        for (kind, need) in [
            ("rujukan", Need::Pangan),
            ("keterangan", Need::Perlindungan),
            ("tanda_terima", Need::Jaminan),
        ] {
            let (_, address) = letter(&app, need, kind).await;
            let officer = app.client(Role::Petugas).await;
            let answer = officer.get(format!("{address}/pdf")).await;
            assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert!(answer.text.starts_with("%PDF-"), "{kind}");
        }
    }
}
