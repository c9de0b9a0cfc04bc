//! The pages: a family is walked through them, and each role sees what it may.

use axum::http::StatusCode;
use simpul_identity::Decile;

use super::{HARD, Home, TODAY, answer_input, refer_input};
use crate::access::Role;
use crate::cases::Need;
use crate::registry::{self, NewCheck};
use crate::screening::{answer, refer};
use crate::testing::{OTHER_POST, OTHER_VILLAGE, TestApp, area};

#[tokio::test]
async fn a_family_is_asked_and_sent() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.listed(&app).await;
        let kader = app.client(Role::Kader).await;
        let list = kader.get("/tanya").await;
        assert!(list.text.contains("Ujang Rekaan") && list.text.contains("RT 003"));
        let path = format!("/tanya/{screening}");
        let first = kader.get(&path).await;
        assert!(first.text.contains("Boleh kami sampaikan ke Puskesos?"));
        assert!(first.text.contains("Berat belum sesuai tinggi"));

        let mulai = format!("{path}/mulai");
        assert_eq!(
            kader.post(&mulai, &[]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let neighbour = [("dampingi", "lain"), ("izin_rujukan", "ya")];
        let refused = kader.post(&mulai, &neighbour).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("value=\"lain\" checked"),
            "what was chosen is kept"
        );
        let waits = kader.post(&mulai, &[("dampingi", "lain")]).await;
        assert_eq!(
            waits.location.as_deref(),
            Some("/tanya?pesan=notice-screening-waits")
        );
        assert!(kader.get("/tanya").await.text.contains("Menunggu wali"));
        let guardian = [
            ("dampingi", "wali"),
            ("izin_rujukan", "ya"),
            ("izin_ukuran", "tidak"),
        ];
        assert_eq!(
            kader.post(&mulai, &guardian).await.status,
            StatusCode::SEE_OTHER
        );

        let questions = kader.get(&path).await;
        assert!(questions.text.contains("waktu makan yang terlewat"));
        assert!(!questions.text.contains("Desil"));
        let jawab = format!("{path}/jawab");
        let wrong = kader.post(&jawab, &[("lewat_makan", "kadang")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answers = [("lewat_makan", "ya"), ("rumah_layak", "?"), ("cukup", "ya")];
        let enough = kader.post(&jawab, &answers).await;
        let saran = format!("{path}?langkah=saran");
        assert_eq!(enough.location.as_deref(), Some(saran.as_str()));
        let suggestions = kader.get(&saran).await;
        assert!(
            suggestions
                .text
                .contains("Mungkin bisa dibantu, belum pasti")
        );
        assert!(suggestions.text.contains("Bahan makanan dari desa"));
        assert!(
            suggestions
                .text
                .contains("Ada waktu makan yang terlewat: ya")
        );
        assert!(suggestions.text.contains("value=\"pangan\" checked"));
        assert!(suggestions.text.contains("Menunggu Puskesos mengecek"));
        let english = app.client(Role::Kader).await.in_english().get(&saran).await;
        assert!(english.text.contains("May be of help, not certain"));

        let kirim = format!("{path}/kirim");
        let nothing = kader.post(&kirim, &[("catatan", "Kunjungi sore")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text.contains("Kunjungi sore"));
        let sent = kader
            .post(&kirim, &[("butuh", "pangan"), ("catatan", "Kunjungi sore")])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let done = kader.get(sent.location.unwrap()).await;
        assert!(done.text.contains("/bukti/"));
        assert!(
            kader
                .get("/tanya")
                .await
                .text
                .contains("Tidak ada keluarga")
        );
    }
}

#[tokio::test]
async fn a_family_may_say_no_and_change_its_mind() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, Some(false)).await;
        let kader = app.client(Role::Kader).await;
        let saran = format!("/tanya/{screening}?langkah=saran");
        let page = kader.get(&saran).await;
        assert!(page.text.contains("belum mengizinkan") && !page.text.contains("/kirim"));
        app.clock.advance_ms(1000);
        let form = [("dampingi", "wali"), ("izin_rujukan", "ya")];
        kader.post(format!("/tanya/{screening}/mulai"), &form).await;
        assert!(kader.get(&saran).await.text.contains("/kirim"));
        let selesai = format!("/tanya/{screening}/selesai");
        assert_eq!(
            kader.post(&selesai, &[]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let ended = kader.post(&selesai, &[("alasan", "tidak_perlu")]).await;
        assert_eq!(
            ended.location.as_deref(),
            Some("/tanya?pesan=notice-screening-ended")
        );
        let done = kader.get(format!("/tanya/{screening}")).await;
        assert!(done.text.contains("tidak ada yang dikirim"));
    }
}

#[tokio::test]
async fn each_role_sees_of_a_family_what_it_may() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, Some(true)).await;
        let mut work = home.work(&app).await;
        answer(&mut work, answer_input(&app, screening, HARD))
            .await
            .unwrap();
        refer(&mut work, refer_input(&app, screening, &[Need::Pangan]))
            .await
            .unwrap();
        work.commit().await.unwrap();
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let check = NewCheck {
            id: app.app.ids().make(),
            household: home.household,
            found: true,
            decile: Decile::new(2).ok(),
            as_of: TODAY,
        };
        registry::record_check(&mut work, check).await.unwrap();
        work.commit().await.unwrap();

        let path = format!("/keluarga/{}", home.household);
        for role in [
            Role::Petugas,
            Role::Koordinator,
            Role::Supervisor,
            Role::Manajer,
        ] {
            let page = app.client(role).await.get(&path).await;
            assert!(page.text.contains("Desil 2"), "{role:?}");
            assert!(page.text.contains("Ada waktu makan yang terlewat"));
            assert!(page.text.contains("/rujukan/"));
            // No consent for the measurements: no way to them.
            assert!(!page.text.contains("/anak/"));
        }
        for role in [Role::Kader, Role::Bidan] {
            let page = app.client(role).await.get(&path).await;
            assert!(page.text.contains("Siti Rekaan") && page.text.contains("/anak/"));
            assert!(page.text.contains("Tercatat di data per 21 November 2026"));
            assert!(!page.text.to_lowercase().contains("desil"), "{role:?}");
        }
        for role in [Role::KepalaDesa, Role::PengelolaProgram, Role::Pemantau] {
            assert_eq!(
                app.client(role).await.get(&path).await.status,
                StatusCode::NOT_FOUND
            );
        }
        let elsewhere = app.client_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
        let elsewhere = app.client_in(Role::Kader, area(OTHER_POST)).await;
        let ask = format!("/tanya/{screening}");
        assert_eq!(elsewhere.get(&ask).await.status, StatusCode::NOT_FOUND);
        let english = app
            .client(Role::Petugas)
            .await
            .in_english()
            .get(&path)
            .await;
        assert!(english.text.contains("Decile 2"));
    }
}

#[tokio::test]
async fn a_guardian_takes_consent_back() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, Some(true)).await;
        let mut work = home.work(&app).await;
        answer(&mut work, answer_input(&app, screening, HARD))
            .await
            .unwrap();
        work.commit().await.unwrap();
        let desk = app.client(Role::Petugas).await;
        let path = format!("/keluarga/{}", home.household);
        let child = home.child.to_string();
        let given = [
            ("tujuan", "ukuran"),
            ("orang", child.as_str()),
            ("jawaban", "ya"),
        ];
        let izin = format!("{path}/izin");
        assert_eq!(desk.post(&izin, &given).await.status, StatusCode::SEE_OTHER);
        assert!(desk.get(&path).await.text.contains("/anak/"));
        app.clock.advance_ms(1000);
        let withdrawn = [("tujuan", "rujukan"), ("orang", ""), ("jawaban", "tidak")];
        assert_eq!(
            desk.post(&izin, &withdrawn).await.status,
            StatusCode::SEE_OTHER
        );
        let page = desk.get(&path).await;
        assert!(!page.text.contains("Ada waktu makan yang terlewat"));
        assert!(page.text.contains("setelah keluarga mengizinkan"));
        assert_eq!(desk.post(&izin, &[]).await.status, StatusCode::FORBIDDEN);
    }
}
