//! Referral, reply and tracking alone, through the pages.

use axum::http::StatusCode;

use super::tests::{family, referral, send};
use super::*;
use crate::access::Role;
use crate::platform::config::{Config, Profile};
use crate::testing::{POST, TestApp};

#[tokio::test]
async fn referral_reply_and_tracking_run_alone() {
    let mut config = Config::new(".".into(), ([127, 0, 0, 1], 8080).into(), None);
    config.profile = Profile::Rujukan;
    for app in TestApp::each_with(config).await {
        let home = family(&app, POST).await;
        let kader = app.client(Role::Kader).await;
        // What is not of it is not there, and nothing leads to it.
        for path in [
            "/posyandu",
            "/tanya",
            "/ringkasan",
            "/lapangan/",
            "/data-ganda",
        ] {
            assert_eq!(
                kader.get(path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let mut links = 0;
        for role in Role::ALL {
            let client = app.client(*role).await;
            let first = client.get("/").await.location.expect("a first page");
            let page = client.get(&first).await;
            assert_eq!(page.status, StatusCode::OK, "{first} of {role:?}");
            for link in page
                .text
                .split("<nav class=\"tabs\"")
                .nth(1)
                .unwrap_or("")
                .split("href=\"")
                .skip(1)
            {
                let path = link.split('"').next().unwrap();
                if path.starts_with('/') && !path.contains("bahasa") {
                    let there = client.get(path).await.status;
                    assert_ne!(there, StatusCode::NOT_FOUND, "{path} of {role:?}");
                    links += 1;
                }
            }
        }
        assert!(links > 0, "there are menus to follow");
        let sent = send(&app, &kader.scope, referral(&app, &home, Need::Pangan))
            .await
            .unwrap();
        assert!(
            kader
                .get("/puskesos")
                .await
                .text
                .contains(&sent.case.to_string())
        );
        let desk = app.client(Role::Petugas).await;
        let path = format!("/rujukan/{}", sent.case);
        assert!(
            desk.get(format!("/keluarga/{}", home.household))
                .await
                .status
                .is_success()
        );
        let reply = [
            ("act", "reply"),
            ("versi", "1"),
            ("reply_text", "Besok kami kunjungi"),
        ];
        assert!(desk.post(&path, &reply).await.status.is_redirection());
        assert!(kader.get(&path).await.text.contains("Besok kami kunjungi"));
        let (code, number) = (sent.ticket.code.to_string(), sent.ticket.number.to_string());
        let fields = [("kode", code.as_str()), ("nomor", &number)];
        let public = app.anonymous().post_raw("/lacak", &fields).await;
        assert_eq!(public.status, StatusCode::OK);
    }
}
