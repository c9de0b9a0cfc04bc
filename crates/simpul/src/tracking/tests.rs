//! Tests of this slice.

use axum::http::StatusCode;

use crate::access::Role;
use crate::cases::tests::{family, referral, send, step};
use crate::cases::{Action, Decider, Need};
use crate::testing::{POST, TestApp};

#[tokio::test]
async fn a_citizen_reads_who_decided_what_and_what_to_do() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let lead = app.scope(Role::Koordinator).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Bantuan))
            .await
            .unwrap();
        step(&app, &lead, opened.case, Action::Accept)
            .await
            .unwrap();
        let approve = Action::Approve {
            what: "usulan Sembako".into(),
            by: Decider::Desa,
            next: "tunggu musdes".into(),
        };
        step(&app, &lead, opened.case, approve).await.unwrap();

        let citizen = app.anonymous();
        assert_eq!(citizen.get("/lacak").await.status, StatusCode::OK);
        let (code, number) = (
            opened.ticket.code.to_string(),
            opened.ticket.number.to_string(),
        );
        let fields = [
            ("kode", code.as_str()),
            ("nomor", number.as_str()),
            ("besar", "ya"),
        ];
        let page = citizen.post_raw("/lacak", &fields).await;
        assert_eq!(page.status, StatusCode::OK);
        for told in [
            "Disetujui desa untuk diusulkan; belum pasti menerima",
            "Koordinator Puskesos",
            "usulan Sembako",
            "tunggu musdes",
            "21 November 2026",
        ] {
            assert!(page.text.contains(told), "{told}");
        }
        for hidden in ["Suminah", "Jalan Melati", "keluarga perlu beras", &code] {
            assert!(!page.text.contains(hidden), "{hidden}");
        }
        let english = app
            .anonymous()
            .in_english()
            .post_raw("/lacak", &fields)
            .await;
        assert!(
            english
                .text
                .contains("Approved by the village for proposal; not yet certain")
        );
    }
}

#[tokio::test]
async fn a_wrong_code_keeps_what_was_typed_and_a_flood_is_stopped() {
    for app in TestApp::each().await {
        let citizen = app.anonymous();
        let again = citizen
            .post_raw("/lacak", &[("kode", "7K3Q"), ("nomor", "12")])
            .await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("7K3Q") && again.text.contains("empat angka"));
        let mut last = again.status;
        for n in 0..130_u8 {
            let code = crate::cases::Ticket::draw([n; crate::cases::Ticket::RANDOM])
                .code
                .plain();
            last = citizen
                .post_raw("/lacak", &[("kode", &code), ("nomor", "1234")])
                .await
                .status;
            if last == StatusCode::TOO_MANY_REQUESTS {
                assert_eq!(n, 120);
                break;
            }
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }
}
