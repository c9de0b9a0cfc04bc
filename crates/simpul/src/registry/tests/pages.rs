//! Pages of search and registration, as a browser sees them.

use axum::http::StatusCode;
use simpul_identity::Sex;

use super::{nik, settle};
use crate::access::Role;
use crate::registry::*;
use crate::testing::{OTHER_POST, OTHER_VILLAGE, TestApp, area};

const HOME: [(&str, &str); 4] = [
    ("kk", "1810 0115 0320 9001"),
    ("rt", "3"),
    ("rw", "1"),
    ("dusun", "Sukamaju"),
];
const HEAD: [(&str, &str); 6] = [
    ("id-1", "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b"),
    ("nama-1", "Budi Santoso"),
    ("jk-1", "L"),
    ("lahir-1", "1995-02-03"),
    ("hubungan-1", "kepala_keluarga"),
    ("nik-1", "1810010302959001"),
];

#[tokio::test]
async fn a_family_is_registered_from_one_form_and_found_again() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let page = kader.get("/keluarga/baru").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("name=\"wilayah\""));
        let id = app.app.ids().make().to_string();
        let second = [
            ("baris", "2"),
            ("id-2", "0190a1b2c3d47e5f8a9b0c1d2e3f4a5c"),
            ("nama-2", "Sri Wahyuni"),
            ("jk-2", "P"),
            ("lahir-2", "04/05/1997"),
            ("hubungan-2", "istri"),
            ("hp-2", "0810 1111 2222"),
        ];
        let form = [&HOME[..], &HEAD[..], &second[..], &[("_id", id.as_str())]].concat();
        let to = format!("/keluarga/{id}?pesan=notice-family-registered");
        for _ in 0..2 {
            let done = kader.post("/keluarga/baru", &form).await;
            assert_eq!(done.location.as_deref(), Some(to.as_str()), "{}", done.text);
        }
        let found = kader.post("/keluarga", &[("cari", "wahyu")]).await;
        assert!(found.text.contains("Sri Wahyuni") && found.text.contains(&id));
        let family = family(&mut app.app.db(), &kader.scope, id.parse().unwrap())
            .await
            .unwrap();
        let names: Vec<&str> = family.members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["Budi Santoso", "Sri Wahyuni"]);

        // Another family with the same numbers: the sentence stands under its field.
        let refused = kader
            .post("/keluarga/baru", &[&HOME[..], &HEAD[..]].concat())
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("id=\"e-kk\""));
    }
}

#[tokio::test]
async fn what_was_typed_is_kept_and_each_mistake_stands_under_its_field() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let wrong = [
            ("kk", "12"),
            ("rt", "Timur"),
            ("nama-1", "Budi Santoso"),
            ("nik-1", "18100103029A9001"),
            ("lahir-1", "2031-01-01"),
            ("hp-1", "abc"),
        ];
        let again = kader.post("/keluarga/baru", &wrong).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["kk", "rt", "nik-1", "lahir-1", "jk-1", "hubungan-1", "hp-1"] {
            assert!(again.text.contains(&format!("id=\"e-{field}\"")), "{field}");
        }
        for (field, typed) in wrong {
            assert!(
                again.text.contains(&format!("value=\"{typed}\"")),
                "{field}"
            );
        }
        let empty = kader.post("/keluarga/baru", &[]).await;
        assert!(empty.text.contains("id=\"e-nama-1\""));
        let more = kader
            .post("/keluarga/baru", &[("tambah", "ya"), ("nama-1", "Budi")])
            .await;
        assert_eq!(more.status, StatusCode::OK);
        assert!(more.text.contains("name=\"nama-2\"") && more.text.contains("value=\"Budi\""));
    }
}

/// What the tick says: the ids of those who were shown.
fn told_apart(page: &str) -> &str {
    let tick = page.split("name=\"orang-lain\" value=\"").nth(1).unwrap();
    tick.split('"').next().unwrap()
}

/// Somebody alike within the area is shown before another record is made; outside it nobody is.
#[tokio::test]
async fn who_is_perhaps_recorded_already_is_compared_first() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let first = kader
            .post("/keluarga/baru", &[&HOME[..], &HEAD[..]].concat())
            .await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        let alike = [
            ("rt", "5"),
            ("rw", "2"),
            ("nama-1", "Boedi Santosa"),
            ("jk-1", "L"),
            ("lahir-1", "1995-02-03"),
            ("hubungan-1", "kepala_keluarga"),
        ];
        let asked = kader.post("/keluarga/baru", &alike).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["Mungkin sudah tercatat", "Budi Santoso", "Sukamaju RT 003"] {
            assert!(asked.text.contains(words), "{words}: {}", asked.text);
        }
        assert!(!asked.text.contains("9001"), "no number");
        let elsewhere = app.client_in(Role::Kader, area(OTHER_POST)).await;
        let unasked = elsewhere.post("/keluarga/baru", &alike).await;
        assert_eq!(unasked.status, StatusCode::SEE_OTHER, "{}", unasked.text);
        let others = told_apart(&asked.text);
        let other = [&alike[..], &[("orang-lain", others)]].concat();
        let done = kader.post("/keluarga/baru", &other).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        // It holds for those who were compared: the second of that name is asked about.
        let again = kader.post("/keluarga/baru", &other).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told_apart(&again.text).contains(others));
        let another = [("nama-1", "Slamet"), ("lahir-1", "1960-07-01")];
        let another = [&alike[..2], &another, &[alike[3], alike[5]]].concat();
        let done = kader.post("/keluarga/baru", &another).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
}

#[tokio::test]
async fn an_odd_nik_is_taken_after_a_look_at_the_card() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let mut form = [&HOME[..], &HEAD[..]].concat();
        for field in &mut form {
            if field.0 == "lahir-1" {
                field.1 = "1995-03-02";
            }
        }
        let asked = kader.post("/keluarga/baru", &form).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text.contains("name=\"periksa-1\""));
        form.push(("periksa-1", "ya"));
        let done = kader.post("/keluarga/baru", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);

        // The number of the family card is nobody's NIK, whatever the card says.
        form.retain(|field| field.0 != "nik-1" && field.0 != "kk");
        form.extend([("kk", "1810010302959009"), ("nik-1", "1810010302959009")]);
        let refused = kader.post("/keluarga/baru", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn the_desk_names_the_post_within_its_village() {
    for app in TestApp::each().await {
        let desk = app.client(Role::Petugas).await;
        let page = desk.get("/keluarga/baru").await;
        assert!(page.text.contains("value=\"18.10.01.2006\""));
        let mut form = [&HOME[..], &HEAD[..]].concat();
        form.push(("wilayah", OTHER_VILLAGE));
        let refused = desk.post("/keluarga/baru", &form).await;
        assert!(refused.text.contains("id=\"e-wilayah\""));
        form.pop();
        form.push(("wilayah", "18.10.01.2006.002"));
        let done = desk.post("/keluarga/baru", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let there = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let keys = app.app.keys();
        let found = search(&mut app.app.db(), &there, keys, "budi", None, 5).await;
        assert_eq!(found.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn members_and_newborns_join_a_family() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let (home, _) = settle(&app, &kader.scope, 9001).await;
        let path = format!("/keluarga/{home}/anggota");
        assert_eq!(kader.get(&path).await.status, StatusCode::OK);
        let elsewhere = app.client_in(Role::Kader, area(OTHER_POST)).await;
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
        let outside = elsewhere.post(&path, &HEAD).await;
        assert_eq!(outside.status, StatusCode::NOT_FOUND);
        let done = kader.post(&path, &HEAD).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let known = kader.post(&path, &HEAD).await;
        assert!(known.text.contains("Mungkin sudah tercatat"));
        let other = [&HEAD[..], &[("orang-lain", told_apart(&known.text))]].concat();
        let taken = kader.post(&path, &other).await;
        assert!(
            taken.text.contains("id=\"e-nik-1\""),
            "another id, same NIK"
        );

        assert_eq!(kader.get("/keluarga/bayi").await.status, StatusCode::OK);
        let number = nik(super::MOTHER_BORN, Sex::Female, 9001).expose();
        let mut baby = vec![
            ("nik-ibu", "1810010302959999"),
            ("jk", "P"),
            ("lahir", "2026-11-02"),
            ("urutan", "1"),
        ];
        let unknown = kader.post("/keluarga/bayi", &baby).await;
        assert!(unknown.text.contains("id=\"e-nik-ibu\""));
        baby[0].1 = &number;
        let done = kader.post("/keluarga/bayi", &baby).await;
        let to = format!("/keluarga/{home}?pesan=notice-birth-registered");
        assert_eq!(done.location.as_deref(), Some(to.as_str()));
        let known = kader.post("/keluarga/bayi", &baby).await;
        assert!(known.text.contains("Mungkin sudah tercatat"));
        baby.push(("orang-lain", told_apart(&known.text)));
        let again = kader.post("/keluarga/bayi", &baby).await;
        assert!(again.text.contains("id=\"e-urutan\""));
    }
}

#[tokio::test]
async fn pages_speak_both_languages_and_are_closed_to_others() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await.in_english();
        for path in ["/keluarga", "/keluarga/baru", "/keluarga/bayi"] {
            let page = kader.get(path).await;
            assert!(page.status == StatusCode::OK && page.text.contains("lang=\"en\""));
            let viewer = app.client(Role::Pemantau).await;
            assert_eq!(viewer.get(path).await.status, StatusCode::NOT_FOUND);
        }
        let short = kader.post("/keluarga", &[("cari", "a")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        let nobody = kader.post("/keluarga", &[("cari", "Zulaikha")]).await;
        assert!(nobody.text.contains("Nobody"));
    }
}
