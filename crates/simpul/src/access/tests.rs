//! Tests of this slice.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::json;
use simpul_db::args;

use super::journal::{Chain, erase, history, verify};
use super::{Role, Work, assignments, sql};
use crate::platform::AppError;
use crate::testing::{OTHER_KABUPATEN_VILLAGE, POST, TestApp, VILLAGE, area};

#[tokio::test]
async fn thirty_two_writers_number_without_gaps() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Petugas).await;
        let writers = (0..32).map(|writer| {
            let (app, scope) = (app.app.clone(), scope.clone());
            tokio::spawn(async move {
                for turn in 0..5 {
                    let mut work = Work::begin(&app, &scope).await.unwrap();
                    let place = scope.admit(&area(POST)).unwrap();
                    let subject = app.ids().make();
                    for part in 0..2 {
                        let fact = json!({ "writer": writer, "turn": turn, "part": part });
                        work.record(&place, "access", "test", subject, &fact)
                            .unwrap();
                    }
                    work.commit().await.unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(
            verify(&app.app, "1810").await.unwrap(),
            Chain::Whole { rows: 320 }
        );
    }
}

#[tokio::test]
async fn a_changed_row_breaks_the_chain_where_it_was_changed() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Petugas).await;
        let place = scope.admit(&area(POST)).unwrap();
        let mut work = app.work_as(&scope).await;
        for n in 0..3 {
            let subject = app.app.ids().make();
            work.record(&place, "access", "test", subject, &json!({ "n": n }))
                .unwrap();
        }
        work.commit().await.unwrap();
        let mut tx = app.app.db().begin().await.unwrap();
        tx.exec(&sql::TAMPER, args!["1810", 2_i64]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            verify(&app.app, "1810").await.unwrap(),
            Chain::BrokenAt { seq: 2 }
        );
    }
}

#[tokio::test]
async fn an_erased_person_cannot_be_read_and_the_chain_stays_whole() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Petugas).await;
        let place = scope.admit(&area(POST)).unwrap();
        let (gone, stays) = (app.app.ids().make(), app.app.ids().make());
        let mut work = app.work_as(&scope).await;
        for subject in [gone, stays] {
            work.record(&place, "access", "test", subject, &json!({ "berat": 8250 }))
                .unwrap();
        }
        work.commit().await.unwrap();
        let read = history(&app.app, &scope, gone).await.unwrap();
        assert_eq!(
            read[0].payload.as_deref().map(Vec::as_slice),
            Some(&br#"{"berat":8250}"#[..])
        );

        let mut work = app.work_as(&scope).await;
        assert!(erase(&mut work, &place, gone).await.unwrap());
        work.commit().await.unwrap();

        let read = history(&app.app, &scope, gone).await.unwrap();
        assert!(read.len() == 1 && read[0].payload.is_none());
        assert!(
            history(&app.app, &scope, stays).await.unwrap()[0]
                .payload
                .is_some()
        );
        assert_eq!(
            verify(&app.app, "1810").await.unwrap(),
            Chain::Whole { rows: 2 }
        );

        let mut work = app.work_as(&scope).await;
        work.record(&place, "access", "test", gone, &json!({}))
            .unwrap();
        assert!(matches!(
            work.commit().await,
            Err(AppError::Conflict("error-erased"))
        ));
    }
}

#[tokio::test]
async fn outside_the_scope_nothing_exists() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        assert!(kader.admit(&area(POST)).is_ok());
        for elsewhere in [VILLAGE, OTHER_KABUPATEN_VILLAGE] {
            assert!(matches!(
                kader.admit(&area(elsewhere)),
                Err(AppError::NotFound)
            ));
        }
        let viewer = app.scope_in(Role::Pemantau, area(VILLAGE)).await;
        assert!(matches!(viewer.admit(&area(POST)), Err(AppError::NotFound)));

        let place = kader.admit(&area(POST)).unwrap();
        let subject = app.app.ids().make();
        let mut work = app.work_as(&kader).await;
        work.record(&place, "access", "test", subject, &json!({}))
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(history(&app.app, &kader, subject).await.unwrap().len(), 1);
        let far = app
            .scope_in(Role::Petugas, area(OTHER_KABUPATEN_VILLAGE))
            .await;
        assert!(history(&app.app, &far, subject).await.unwrap().is_empty());
        assert!(
            history(&app.app, &viewer, subject)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    for app in TestApp::each().await {
        let invitation = super::first_administrator(&app.app).await.unwrap().unwrap();
        let path = format!("/undangan/{}", invitation.token);
        let anonymous = app.anonymous();
        assert_eq!(anonymous.get(&path).await.status, StatusCode::OK);

        let short = [
            ("nama", "Sri"),
            ("login", "sri"),
            ("sandi", "pendek"),
            ("ulang", "pendek"),
        ];
        let again = anonymous.post_raw(&path, &short).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            again.text.contains("value=\"Sri\""),
            "what was typed is kept"
        );

        let good = [
            ("nama", "Sri"),
            ("login", "sri"),
            ("sandi", "kebun teh pagi"),
            ("ulang", "kebun teh pagi"),
        ];
        let taken = anonymous.post_raw(&path, &good).await;
        assert_eq!(
            (taken.status, taken.location.as_deref()),
            (StatusCode::SEE_OTHER, Some("/pengguna"))
        );
        assert_eq!(
            anonymous.post_raw(&path, &good).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert!(
            super::first_administrator(&app.app)
                .await
                .unwrap()
                .is_none()
        );
        let signed = [("nama", "sri"), ("sandi", "kebun teh pagi")];
        let answer = anonymous.post_raw("/masuk", &signed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn wrong_passwords_lock_a_login_for_a_while() {
    for app in TestApp::each().await {
        let anonymous = app.anonymous();
        let wrong = [("nama", "tidak.ada"), ("sandi", "tebakan saja")];
        for _ in 0..5 {
            let answer = anonymous.post_raw("/masuk", &wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let locked = anonymous.post_raw("/masuk", &wrong).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
        app.clock.advance_ms(15 * 60 * 1000 + 1);
        let answer = anonymous.post_raw("/masuk", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let answer = kader.post_raw("/keluar", &[("_csrf", "tebakan")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(kader.get("/sandi").await.status, StatusCode::OK);
        assert_eq!(
            kader.post("/keluar", &[]).await.status,
            StatusCode::SEE_OTHER
        );
        let gone = kader.get("/sandi").await;
        assert_eq!(gone.location.as_deref(), Some("/masuk"));
    }
}

#[tokio::test]
async fn an_administrator_invites_and_closes_users() {
    for app in TestApp::each().await {
        let admin = app.client(Role::Administrator).await;
        let mut form = vec![
            ("nama", "Bu Wati"),
            ("login", "wati"),
            ("peran", "kader"),
            ("wilayah", "18.10.01.2006"),
        ];
        let refused = admin.post("/pengguna/baru", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        form[3].1 = "18.10.01.2006.001";
        let made = admin.post("/pengguna/baru", &form).await;
        assert!(made.status == StatusCode::OK && made.text.contains("/undangan/"));
        assert!(admin.get("/pengguna").await.text.contains("Bu Wati"));
        let user: super::sql::UserRow = app
            .app
            .db()
            .one(&sql::USER_BY_LOGIN, args!["wati"])
            .await
            .unwrap();
        let again = admin
            .post(format!("/pengguna/{}/undang", user.id), &[])
            .await;
        assert_eq!(again.status, StatusCode::OK);
        let task = format!("/pengguna/{}/tugas", user.id);
        assert!(admin.get(&task).await.text.contains("18.10.01.2006.001"));
        let mut other = [("peran", "koordinator"), ("wilayah", "18.10.01.2006.001")];
        let refused = admin.post(&task, &other).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        other[1].1 = "18.10.01.2006";
        let moved = admin.post(&task, &other).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER);
        let now = assignments(&mut app.app.db(), user.id).await.unwrap();
        let now = now.now().unwrap();
        assert_eq!(
            (now.role(), *now.area()),
            (Role::Koordinator, area("1810012006"))
        );
        let path = format!("/pengguna/{}/aktif", user.id);
        assert_eq!(
            admin.post(&path, &[("aktif", "tidak")]).await.status,
            StatusCode::SEE_OTHER
        );
        let elsewhere = app.client_in(Role::Administrator, area("3503")).await;
        assert_eq!(
            elsewhere.post(&path, &[("aktif", "ya")]).await.status,
            StatusCode::NOT_FOUND
        );
        let user: super::sql::UserRow = app
            .app
            .db()
            .one(&sql::USER_BY_ID, args![user.id])
            .await
            .unwrap();
        assert!(!user.active);
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Kader).await;
        let mut work = app.work_as(&scope).await;
        super::account::keep_password(&mut work, scope.user(), "sandi pertama".into())
            .await
            .unwrap();
        work.commit().await.unwrap();
        let login: Vec<String> = app
            .app
            .db()
            .all(&sql::LOGIN_OF, args![scope.user()])
            .await
            .unwrap();
        let token = super::session::sign_in(&app.app, &login[0], "sandi pertama".into()).await;
        assert!(token.is_ok());
    }
}

#[tokio::test]
async fn reads_are_written_before_the_answer_leaves() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Petugas).await;
        let seen = super::Seen {
            what: "family",
            subject: None,
            records: 4,
        };
        let reads = (0..20).map(|_| super::reads::saw(&app.app, &scope, seen));
        for read in reads {
            read.await.unwrap();
        }
        let count: i64 = app
            .app
            .db()
            .one(&sql::READS_BY, args![scope.user()])
            .await
            .unwrap();
        assert_eq!(count, 20);
    }
}

#[tokio::test]
async fn a_session_lives_on_while_it_is_used() {
    for app in TestApp::each().await {
        let kader = app.client(Role::Kader).await;
        let half = app.app.config().session_seconds * 1000 / 2 + 1;
        for _ in 0..3 {
            app.clock.advance_ms(half);
            assert_eq!(kader.get("/sandi").await.status, StatusCode::OK);
        }
        app.clock.advance_ms(2 * half);
        assert_eq!(
            kader.get("/sandi").await.location.as_deref(),
            Some("/masuk")
        );
    }
}

#[tokio::test]
async fn every_journal_is_checked_and_every_actor_has_a_name() {
    for app in TestApp::each().await {
        let scope = app.scope(Role::Petugas).await;
        let place = scope.admit(&area(POST)).unwrap();
        let mut work = app.work_as(&scope).await;
        let subject = app.app.ids().make();
        work.record(&place, "access", "test", subject, &json!({}))
            .unwrap();
        work.commit().await.unwrap();
        let all = super::journal::verify_all(&app.app).await.unwrap();
        assert_eq!(all, [("1810".to_owned(), Chain::Whole { rows: 1 })]);
        let name = super::user_name(&app.app, scope.user()).await.unwrap();
        assert_eq!(name, "Uji petugas");
    }
}

#[test]
fn every_statement_has_a_name_of_its_own() {
    let names: Vec<_> = simpul_db::registered()
        .map(simpul_db::StatementInfo::name)
        .collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_both_engines() {
    for app in TestApp::each().await {
        let failed = simpul_db::prepare_all(app.app.db()).await.unwrap();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
