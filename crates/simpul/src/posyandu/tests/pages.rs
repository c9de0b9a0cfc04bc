//! The pages as a kader, a bidan and the desk meet them, on both engines.

use axum::http::StatusCode;
use jiff::civil::date;

use super::{TODAY, Village, weighing};
use crate::access::{Role, Scope};
use crate::platform::Id;
use crate::posyandu::{NewDay, NewMeasurement, history, open_day};
use crate::registry::{self, ConsentGiver, NewConsent, Purpose};
use crate::testing::{Answer, Client, POST, TestApp, area};

/// The address an answer sends to.
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location.clone().unwrap()
}

async fn day(app: &TestApp, scope: &Scope) -> Id {
    let mut work = app.work_as(scope).await;
    let new = NewDay {
        id: app.app.ids().make(),
        post_area: area(POST),
        date: TODAY,
    };
    let day = open_day(&mut work, new).await.unwrap();
    work.commit().await.unwrap();
    day
}

async fn at_post(app: &TestApp, village: &Village, day: Id, child: Id, grams: u32) -> Id {
    let new = NewMeasurement {
        day: Some(day),
        ..weighing(app, child, TODAY, grams)
    };
    village.measure(app, new).await.stored.id
}

async fn has(client: &Client, path: &str, texts: &[&str]) -> String {
    let page = client.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    for text in texts {
        assert!(
            page.text.contains(text),
            "{path} says {text}: {}",
            page.text
        );
    }
    page.text
}

#[tokio::test]
async fn from_the_list_to_the_child_to_the_numbers_to_the_answer() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Sari Melati", date(2026, 1, 25)).await;
        let before = weighing(&app, child, date(2026, 10, 12), 7200);
        village.measure(&app, before).await;
        let kader = app.client(Role::Kader).await;
        has(
            &kader,
            "/posyandu",
            &["Kabar dari Puskesos", "Mulai hari buka"],
        )
        .await;
        let opened = kader
            .post("/posyandu/hari", &[("tanggal", "2026-11-21")])
            .await;
        let list = to(&opened);
        has(&kader, &list, &["Belum datang", "Sari Melati", "9 bulan"]).await;
        let missing = has(&kader, &format!("{list}?cari=budi"), &["belum ditemukan"]).await;
        assert!(!missing.contains("Sari"));
        let came = kader
            .post(format!("{list}/datang"), &[("anak", &child.to_string())])
            .await;
        assert_eq!(to(&came), list);
        has(&kader, &list, &["Sudah datang"]).await;

        let day = list.rsplit('/').next().unwrap();
        let form = format!("/anak/{child}/ukur?hari={day}");
        has(&kader, &form, &["Terakhir 12 Okt 2026: 7,2 kg", "Kejang"]).await;
        let wrong = [("bb", "7300"), ("tb", "enam"), ("posisi", "l")];
        let again = kader.post(&form, &wrong).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("bukan gram") && again.text.contains("value=\"7300\""));

        let id = app.app.ids().make().to_string();
        let right = [
            ("_id", &*id),
            ("bb", "7,3"),
            ("tb", "69,1"),
            ("posisi", "l"),
        ];
        let answer = to(&kader.post(&form, &right).await);
        assert_eq!(answer, format!("/ukuran/{id}"));
        // T: 100 of 300 grams. The counsel and the bidan's list, and no label.
        let text = has(
            &kader,
            &answer,
            &["100 gram", "Saran:", "daftar bidan", "<svg"],
        )
        .await;
        assert!(!text.contains("kurang</td>"), "a kader reads no category");
        assert_eq!(
            to(&kader.post(&form, &right).await),
            answer,
            "sent twice is one fact"
        );
        has(&kader, &list, &["Sudah diukur"]).await;
        let profile = has(&kader, &format!("/anak/{child}"), &["7,3", "<svg", "Siti"]).await;
        assert_eq!(
            profile.matches("<circle").count(),
            3,
            "two weights and a length"
        );
    }
}

#[tokio::test]
async fn a_danger_sign_says_go_and_unusual_figures_ask_again() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Tini", date(2026, 1, 25)).await;
        let kader = app.client(Role::Kader).await;
        let day = day(&app, &village.kader).await;
        let form = format!("/anak/{child}/ukur?hari={day}");
        let sick = [("bb", "17,3"), ("bahaya", "kejang")];
        let answer = to(&kader.post(&form, &sick).await);
        let text = has(
            &kader,
            &answer,
            &["Perlu ditolong sekarang", "Angkanya tidak biasa"],
        )
        .await;
        assert!(text.contains("?ganti="));
        assert!(
            !text.contains("Sesuai."),
            "nothing good is said of figures in doubt"
        );
        let asked = kader.post(format!("{answer}/belum-berangkat"), &[]).await;
        assert!(to(&asked).starts_with("/tanya/"));

        let id = answer.rsplit('/').next().unwrap();
        let again = format!("/anak/{child}/ukur?ganti={id}");
        has(&kader, &again, &["value=\"17,3\"", "Ukur sekali lagi"]).await;
        let second = to(&kader.post(&again, &[("bb", "7,3")]).await);
        has(&kader, &answer, &["Lihat yang terbaru", &second]).await;
        let exists = kader.post(&form, &[("bb", "7,4")]).await;
        assert!(
            exists.text.contains("sudah punya ukuran"),
            "{}",
            exists.text
        );
    }
}

#[tokio::test]
async fn the_book_is_kept_whole_or_not_at_all() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let (one, two) = (
            village.child(&app, "Adi", date(2026, 1, 25)).await,
            village.child(&app, "Budi", date(2024, 1, 25)).await,
        );
        let day = day(&app, &village.kader).await;
        let kader = app.client(Role::Kader).await;
        let path = format!("/posyandu/hari/{day}/buku");
        has(&kader, &path, &["Adi", "Budi", "Siapa yang mengukur"]).await;
        let ids = [
            app.app.ids().make().to_string(),
            app.app.ids().make().to_string(),
        ];
        let mut fields = vec![
            ("pengukur".to_owned(), "Bu Wati".to_owned()),
            (format!("_m-{one}"), ids[0].clone()),
            (format!("bb-{one}"), "7,3".to_owned()),
            (format!("posisi-{one}"), "l".to_owned()),
            (format!("_m-{two}"), ids[1].clone()),
            (format!("bb-{two}"), "sebelas".to_owned()),
        ];
        let send = async |fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            kader.post(&path, &fields).await
        };
        let again = send(&fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("sebelas") && again.text.contains(&format!("e-bb-{two}")));
        let count = async |child| {
            history(&mut app.app.db(), &village.kader, child)
                .await
                .unwrap()
                .len()
        };
        assert_eq!((count(one).await, count(two).await), (0, 0));

        // A row that the door refuses takes the other rows back, too.
        let other = village
            .measure(&app, weighing(&app, two, TODAY, 11_000))
            .await
            .stored
            .id;
        "11,2".clone_into(&mut fields[5].1);
        let refused = send(&fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((count(one).await, count(two).await), (0, 1));
        assert!(refused.text.contains(&format!("/ukuran/{other}")));
        assert!(
            refused
                .text
                .contains("Budi</a>: Anak ini sudah punya ukuran")
        );

        fields.truncate(4);
        for _ in 0..2 {
            assert!(to(&send(&fields).await).contains("notice-book-saved"));
        }
        let rows = history(&mut app.app.db(), &village.kader, one)
            .await
            .unwrap();
        assert_eq!((rows.len(), rows[0].measurer.as_str()), (1, "Bu Wati"));
    }
}

#[tokio::test]
async fn reports_write_themselves() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Sari", date(2026, 1, 25)).await;
        village.child(&app, "Belum Datang", date(2025, 1, 25)).await;
        let before = weighing(&app, child, date(2026, 10, 12), 7000);
        village.measure(&app, before).await;
        let day = day(&app, &village.kader).await;
        at_post(&app, &village, day, child, 7400).await;
        let kader = app.client(Role::Kader).await;
        let path = |report: &str| format!("/posyandu/hari/{day}/{report}");
        let skdn = has(&kader, &path("skdn"), &["50,0 %", "100,0 %"]).await;
        let row = |letter: &str| {
            let start = skdn.find(&format!("<th>{letter}</th>")).unwrap();
            let row = skdn[start..].split("</tr>").next().unwrap();
            let all = row.trim_end().trim_end_matches("</td>");
            all.rsplit('>').next().unwrap().to_owned()
        };
        let told: Vec<String> = ["S", "K", "D", "N", "T"].map(row).to_vec();
        assert_eq!(told, ["2", "1", "1", "1", "0"]);
        has(&kader, &path("register"), &["Sari", "7,4", "Belum Datang"]).await;
        let kia = has(&kader, &path("kia"), &["Sari", ">7,4<", "-2 … 0"]).await;
        assert!(!kia.contains("Belum Datang"));
        has(
            &kader.in_english(),
            &path("skdn"),
            &["50.0 %", "Participation"],
        )
        .await;
    }
}

/// A child of two records counts once, with what was measured under either.
#[tokio::test]
async fn a_child_with_two_records_counts_once() {
    use crate::duplicates;
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let stays = village.child(&app, "Sari", date(2026, 1, 25)).await;
        let goes = village.child(&app, "Sary", date(2026, 1, 25)).await;
        let before = weighing(&app, stays, date(2026, 10, 12), 7000);
        village.measure(&app, before).await;
        let day = day(&app, &village.kader).await;
        at_post(&app, &village, day, goes, 7400).await;
        let kader = app.client(Role::Kader).await;
        let counted = async || {
            let page = kader.get(format!("/posyandu/hari/{day}/skdn")).await.text;
            ["S", "K", "D"].map(|letter| {
                let start = page.find(&format!("<th>{letter}</th>")).unwrap();
                let row = page[start..].split("</tr>").next().unwrap();
                let all = row.trim_end().trim_end_matches("</td>");
                all.rsplit('>').next().unwrap().to_owned()
            })
        };
        assert_eq!(counted().await, ["2", "2", "1"]);
        let desk = app.scope(Role::Petugas).await;
        let pair = crate::testing::merged::call_one_person(&app, &desk, stays, goes).await;
        assert_eq!(counted().await, ["1", "1", "1"]);
        let rows = history(&mut app.app.db(), &village.kader, stays).await;
        let weights: Vec<_> = rows.unwrap().iter().map(|row| row.weight).collect();
        assert_eq!(weights.len(), 2, "the past is one");
        // What is measured next is judged on what was measured under the other record.
        let next = weighing(&app, stays, date(2026, 11, 21), 7500);
        let mut work = app.work_as(&village.kader).await;
        let twice = crate::posyandu::measure(&mut work, next).await;
        assert!(twice.is_err(), "this day has a measurement already");
        drop(work);
        let mut work = app.work_as(&desk).await;
        duplicates::undo(&mut work, pair, 2).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(counted().await, ["2", "2", "1"]);
    }
}

#[tokio::test]
async fn a_bidan_answers_and_the_kader_reads_it() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Yuni", date(2026, 1, 25)).await;
        let day = day(&app, &village.kader).await;
        let id = at_post(&app, &village, day, child, 6000).await;
        let bidan = app.client(Role::Bidan).await;
        has(&bidan, "/posyandu", &["Daftar bidan (1)"]).await;
        has(&bidan, "/bidan", &["Yuni", "BB/U"]).await;
        has(&bidan, &format!("/ukuran/{id}"), &["berat badan"]).await;
        let path = format!("/bidan/{id}");
        let silent = bidan
            .post(&path, &[(&*format!("jawab-{id}"), "catatan")])
            .await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields = [
            (&*format!("jawab-{id}"), "dipastikan"),
            (&*format!("catatan-{id}"), "Kontrol dua minggu lagi"),
        ];
        assert!(to(&bidan.post(&path, &fields).await).contains("notice-bidan-answered"));
        let fine = [(&*format!("jawab-{id}"), "baik")];
        assert!(to(&bidan.post(&path, &fine).await).contains("notice-bidan-already"));
        has(&bidan, "/bidan", &["Tidak ada yang menunggu"]).await;
        let kader = app.client(Role::Kader).await;
        has(
            &kader,
            &format!("/ukuran/{id}"),
            &["Kontrol dua minggu lagi"],
        )
        .await;
        let post = [("kode", POST), ("nama", "Melati")];
        assert!(to(&bidan.post("/posyandu/baru", &post).await).contains("notice-post-made"));
        let taken = bidan
            .post("/posyandu/baru", &[("kode", POST), ("nama", "Mawar")])
            .await;
        assert!(taken.text.contains("sudah dipakai"));
    }
}

#[tokio::test]
async fn a_long_list_of_the_bidan_comes_in_parts() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let day = day(&app, &village.kader).await;
        let mut last = None;
        for n in 0..31 {
            let child = village
                .child(&app, &format!("Anak {n}"), date(2026, 1, 25))
                .await;
            last = Some(at_post(&app, &village, day, child, 6000).await);
        }
        let bidan = app.client(Role::Bidan).await;
        let entries = async |path: &str| {
            let page = bidan.get(path).await;
            page.text.matches("action=\"/bidan/").count()
        };
        has(&bidan, "/bidan", &["Anak 1–30 dari 31", "/bidan?dari=30"]).await;
        assert_eq!(entries("/bidan").await, 30);
        has(
            &bidan,
            "/bidan?dari=30",
            &["Anak 31–31 dari 31", "/bidan?dari=0"],
        )
        .await;
        assert_eq!(entries("/bidan?dari=30").await, 1);
        assert_eq!(entries("/bidan?dari=99").await, 30);
        // What is to be mended is shown where it stands.
        let id = last.unwrap();
        let silent = [(&*format!("jawab-{id}"), "catatan")];
        let again = bidan.post(&format!("/bidan/{id}"), &silent).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains(&format!("action=\"/bidan/{id}\"")));
    }
}

#[tokio::test]
async fn the_desk_sees_measures_only_with_consent() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let child = village.child(&app, "Rina", date(2026, 1, 25)).await;
        village
            .measure(&app, weighing(&app, child, TODAY, 7350))
            .await;
        let desk = app.client(Role::Petugas).await;
        let path = format!("/anak/{child}");
        let closed = has(&desk, &path, &["belum mengizinkan"]).await;
        assert!(!closed.contains("7,35") && !closed.contains("<svg"));
        for (answer, shown) in [(true, true), (false, false)] {
            app.clock.advance_ms(1000);
            let mut work = app.work_as(&village.kader).await;
            let consent = NewConsent {
                id: app.app.ids().make(),
                household: village.household,
                person: Some(child),
                purpose: Purpose::Ukuran,
                answer,
                by: ConsentGiver::Guardian,
                wording: "uji",
                lang: crate::platform::Lang::Id,
            };
            registry::record_consent(&mut work, consent).await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(desk.get(&path).await.text.contains("7,35"), shown);
        }
    }
}
