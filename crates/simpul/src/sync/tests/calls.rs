//! The calls as a phone makes them.

use std::io::Write as _;

use axum::body::Body as HttpBody;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use simpul_phone::entry::{Body, OpenDay};
use simpul_phone::wire::{BATCH, PUSH_BYTES, Pulled, Pushed, SignedIn};
use tower::ServiceExt as _;

use super::*;
use crate::access::{self, NewUser, Role, Work};
use crate::testing::{TestApp, area};

const PASSWORD: &str = "kalimat yang panjang";

fn open_day() -> Body {
    Body::OpenDay(OpenDay {
        post: POST.to_owned(),
        date: TODAY,
    })
}

/// A user who can sign in.
async fn user(app: &TestApp, role: Role, login: &str) {
    let hash = access::hash_password(PASSWORD.to_owned()).await.unwrap();
    let program = Scope::for_test(
        Id::from_bytes([0; 16]),
        Role::Administrator,
        simpul_identity::AreaCode::NATION,
    );
    let mut work = Work::begin(&app.app, &program).await.unwrap();
    let new = NewUser {
        login: login.to_owned(),
        name: "Uji".to_owned(),
        role,
        area: TestApp::area_of(role),
    };
    access::make_user_with_password(&mut work, &new, &hash)
        .await
        .unwrap();
    work.commit().await.unwrap();
}

fn asked(login: &str, password: &str) -> String {
    serde_json::json!({
        "login": login, "password": password, "device": "0190b2a46f1c7e3f8a5b1c2d3e4f5a6b",
        "device_name": "HP Posyandu", "device_key": simpul_phone::seal::to_base64(&[9; 65]),
        "sealing_key": simpul_phone::seal::to_base64(&[9; 32]), "at": 1,
    })
    .to_string()
}

#[tokio::test]
async fn a_phone_signs_in_sends_packed_and_takes() {
    for app in TestApp::each().await {
        app.family().await;
        user(&app, Role::Kader, "kader.uji").await;
        user(&app, Role::Manajer, "manajer.uji").await;
        let path = "/api/v1/sync/masuk";
        let ask = async |login: &str, password: &str| {
            let asked = asked(login, password);
            app.anonymous().json(&Method::POST, path, &asked).await
        };
        let wrong = ask("kader.uji", "lain sama sekali").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("sign-in-wrong"));
        assert!(
            ask("manajer.uji", PASSWORD)
                .await
                .text
                .contains("device-role")
        );
        let signed_in = ask("kader.uji", PASSWORD).await;
        assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.text);
        let signed_in: SignedIn = serde_json::from_str(&signed_in.text).unwrap();
        assert_eq!((signed_in.posts.len(), signed_in.zone_hours), (1, 7));

        let mut entry = Entry {
            id: on_line(app.app.ids().make()),
            kind: "open_day".into(),
            version: 1,
            author: signed_in.user,
            at: 5,
            fixes: None,
            sealed: None,
            handed: None,
            body: Some(open_day()),
        };
        let key = simpul_phone::seal::from_base64(&signed_in.server_key).unwrap();
        let sealer = simpul_phone::seal::Sealer::of_entries(&key.try_into().unwrap(), [4; 32]);
        entry.seal(&mut sealer.unwrap()).unwrap();
        let push = Push {
            device: "0190b2a46f1c7e3f8a5b1c2d3e4f5a6b".parse().unwrap(),
            epoch: signed_in.epoch.clone(),
            at: 5,
            entries: vec![entry],
        };
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed
            .write_all(&serde_json::to_vec(&push).unwrap())
            .unwrap();
        let request = Request::post("/api/v1/sync/kirim")
            .header(AUTHORIZATION, format!("Bearer {}", signed_in.credential))
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "gzip")
            .body(HttpBody::from(packed.finish().unwrap()))
            .unwrap();
        let answer = crate::app::service(&app.app)
            .oneshot(request)
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .unwrap();
        let pushed: Pushed = serde_json::from_slice(&bytes).unwrap();
        assert!(is_accepted(&pushed.answers[0]), "{:?}", pushed.answers[0]);
        assert_eq!(pushed.epoch, signed_in.epoch);

        let phone = app.with_credential(&signed_in.credential);
        let pulled = phone.json(&Method::GET, "/api/v1/sync/ambil", "").await;
        let pulled: Pulled = serde_json::from_str(&pulled.text).unwrap();
        assert_eq!(pulled.extract.unwrap().days.len(), 1);
        let path = format!("/api/v1/sync/ambil?cursor={}", pulled.cursor);
        let quiet = phone.json(&Method::GET, &path, "").await;
        assert!(quiet.text.len() < 500, "{}", quiet.text);
    }
}

#[tokio::test]
async fn wrong_passwords_lock_and_too_much_is_refused() {
    for app in TestApp::each().await {
        user(&app, Role::Kader, "kader.uji").await;
        let path = "/api/v1/sync/masuk";
        let asked = asked("kader.uji", "bukan ini");
        for _ in 0..app.app.config().lock_after {
            app.anonymous().json(&Method::POST, path, &asked).await;
        }
        let locked = app.anonymous().json(&Method::POST, path, &asked).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(locked.text.contains("sign-in-locked"));

        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let client = app.with_credential(&phone.credential);
        let path = "/api/v1/sync/kirim";
        let many = vec![phone.entry(&app, open_day()); BATCH + 1];
        let many = serde_json::to_string(&phone.sending(&app, many)).unwrap();
        let answer = client.json(&Method::POST, path, &many).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("too-large"));
        let large = client
            .json(&Method::POST, path, &" ".repeat(PUSH_BYTES + 1))
            .await;
        assert!(large.text.contains("too-large"));
        assert!(
            client
                .json(&Method::POST, path, "{")
                .await
                .text
                .contains("malformed")
        );
    }
}

#[tokio::test]
async fn a_phone_that_was_silent_or_ended_signs_in_anew() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let client = app.with_credential(&phone.credential);
        let path = "/api/v1/sync/ambil";
        app.clock.advance_ms(days(89));
        assert_eq!(
            client.json(&Method::GET, path, "").await.status,
            StatusCode::OK
        );
        app.clock.advance_ms(days(89));
        assert_eq!(
            client.json(&Method::GET, path, "").await.status,
            StatusCode::OK
        );
        app.clock.advance_ms(days(91));
        let silent = client.json(&Method::GET, path, "").await;
        assert_eq!(silent.status, StatusCode::UNAUTHORIZED);

        let phone = Phone::of(&app, &kader).await;
        let client = app.with_credential(&phone.credential);
        let far = app.client_in(Role::Supervisor, area("350301")).await;
        let end = format!("/perangkat/{}/cabut", phone.sender.device);
        assert_eq!(far.post(&end, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            client.json(&Method::GET, path, "").await.status,
            StatusCode::OK
        );
        let near = app.client(Role::Supervisor).await;
        assert_eq!(near.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            client.json(&Method::GET, path, "").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
}
