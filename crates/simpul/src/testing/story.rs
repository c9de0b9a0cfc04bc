//! The way of a child through the pages: from the scales to the answer that the citizen reads,
//! and not one personal datum in the log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;

use super::fixture::SECRETS;
use super::{Client, TestApp};
use crate::access::Role;

/// Every line that any part of the program logs in this test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The text between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    text[start..]
        .find(after)
        .map(|end| &text[start..start + end])
}

fn after_slash(location: Option<&str>, folder: &str) -> String {
    let location = location.expect("a page to look at");
    let id = location
        .strip_prefix(folder)
        .unwrap_or_else(|| panic!("{location} in {folder}"));
    id.split(['?', '/']).next().unwrap_or_default().to_owned()
}

/// Sends a form that must be taken; gives the page to look at.
async fn take(client: &Client, path: &str, fields: &[(&str, &str)]) -> Option<String> {
    let answer = client.post(path, fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        answer.text
    );
    answer.location
}

async fn page(client: &Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

/// Kader: the child is measured, the family asked, the need sent. Gives the id of the case.
async fn at_the_post(app: &TestApp, kader: &Client, child: &str) -> String {
    let opened = take(kader, "/posyandu/hari", &[("tanggal", "21-11-2026")]).await;
    let day = after_slash(opened.as_deref(), "/posyandu/hari/");
    assert!(
        page(kader, &format!("/posyandu/hari/{day}"))
            .await
            .contains(SECRETS[0])
    );

    let form = format!("/anak/{child}/ukur?hari={day}");
    let id = app.app.ids().make().to_string();
    let figures = [
        ("_id", id.as_str()),
        ("bb", "7,0"),
        ("tb", "74,0"),
        ("posisi", "l"),
    ];
    let taken = take(kader, &form, &figures).await;
    assert_eq!(
        taken,
        take(kader, &form, &figures).await,
        "two taps are one fact"
    );
    let said = page(kader, taken.as_deref().expect("the answer")).await;
    for label in ["stunting", "gizi buruk", "z-score"] {
        assert!(
            !said.to_lowercase().contains(label),
            "{label} is no word for a kader's screen"
        );
    }

    let screening = between(&said, "href=\"/tanya/", "\"").expect("a way to the questions");
    let asks = format!("/tanya/{screening}");
    let begin = [
        ("dampingi", "wali"),
        ("izin_rujukan", "ya"),
        ("izin_ukuran", "tidak"),
    ];
    take(kader, &format!("{asks}/mulai"), &begin).await;
    let questions = page(kader, &asks).await;
    assert!(
        questions.contains("name=\"lewat_makan\""),
        "meals are asked about"
    );
    let answers = [
        ("lewat_makan", "ya"),
        ("kehilangan_kerja", "ya"),
        ("cukup", "ya"),
    ];
    take(kader, &format!("{asks}/jawab"), &answers).await;
    let suggestions = page(kader, &format!("{asks}?langkah=saran")).await;
    assert!(
        suggestions.contains("value=\"pangan\""),
        "food can be sent for"
    );
    take(kader, &format!("{asks}/kirim"), &[("butuh", "pangan")]).await;
    let sent = page(kader, &asks).await;
    between(&sent, "href=\"/bukti/", "\"")
        .expect("a slip")
        .to_owned()
}

/// The desk helps at once and decides.
async fn at_the_desk(desk: &Client, case: &str) {
    let list = page(desk, "/puskesos").await;
    assert!(list.contains(&format!("/rujukan/{case}")));
    let path = format!("/rujukan/{case}");
    let steps: [&[(&str, &str)]; 3] = [
        &[("act", "accept")],
        &[
            ("act", "first_help"),
            ("first_help_what", "Beras lima kilogram"),
        ],
        &[
            ("act", "approve"),
            ("approve_by", "puskesos"),
            ("approve_what", "Makanan tambahan desa"),
            ("approve_next", "Ambil di balai desa hari Senin."),
        ],
    ];
    for step in steps {
        let shown = page(desk, &path).await;
        assert!(
            !shown.contains("7,0") && !shown.contains("74,0"),
            "measurements stay at the post"
        );
        let version = between(&shown, "name=\"versi\" value=\"", "\"").expect("a version");
        let mut fields = step.to_vec();
        fields.push(("versi", version));
        take(desk, &path, &fields).await;
    }
}

/// The manager's month, and who opened how many.
async fn in_figures(app: &TestApp, kader: &Client) {
    let figures = app.client(Role::Manajer).await;
    let month = page(&figures, "/ringkasan").await;
    assert!(
        month.contains("1 dari 1"),
        "helped on the same day: {month}"
    );
    let day = crate::monitoring::Period::day(jiff::civil::date(2026, 11, 21));
    let officers = crate::monitoring::by_officer(&app.app, &figures.scope, day).await;
    let officers = officers.expect("who opened how many");
    assert_eq!(officers, [(kader.scope.user(), "2026-11-21".to_owned(), 1)]);
}

#[tokio::test]
async fn a_child_measured_at_the_post_becomes_a_family_helped() {
    let log = Log::default();
    let kept = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || kept.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for app in TestApp::each().await {
        let (_, _, child) = app.family().await;
        let kader = app.client(Role::Kader).await;
        let case = at_the_post(&app, &kader, &child.to_string()).await;

        let slip = page(&kader, &format!("/bukti/{case}")).await;
        let figures: Vec<_> = slip.split("class=\"figure\">").skip(1).collect();
        let figure = |n: usize| figures[n].split('<').next().unwrap_or_default().to_owned();
        let (code, number) = (figure(0), figure(1));
        for word in ["pangan", "gizi", "berat", SECRETS[0]] {
            assert!(
                !slip.to_lowercase().contains(&word.to_lowercase()),
                "the slip says {word}"
            );
        }

        let desk = app.client(Role::Koordinator).await;
        at_the_desk(&desk, &case).await;
        assert!(
            page(&kader, "/posyandu")
                .await
                .contains("Makanan tambahan desa")
        );

        let citizen = app.anonymous();
        let found = citizen
            .post_raw("/lacak", &[("kode", &code), ("nomor", &number)])
            .await;
        assert_eq!(found.status, StatusCode::OK);
        for word in ["Disetujui", "Makanan tambahan desa", "Ambil di balai desa"] {
            assert!(found.text.contains(word), "the public page says {word}");
        }
        assert!(SECRETS.iter().all(|secret| !found.text.contains(secret)));
        let wrong = if number == "0000" { "0001" } else { "0000" };
        let refused = citizen
            .post_raw("/lacak", &[("kode", &code), ("nomor", wrong)])
            .await;
        let unknown = citizen
            .post_raw("/lacak", &[("kode", "0000000000"), ("nomor", wrong)])
            .await;
        assert_eq!(
            refused.status, unknown.status,
            "unknown and wrong answer alike"
        );

        in_figures(&app, &kader).await;
    }
    let lines = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    assert!(
        lines.contains("/anak/{id}/ukur"),
        "the log says which route, not which child"
    );
    for secret in SECRETS {
        assert!(!lines.contains(secret), "the log holds personal data");
    }
}
