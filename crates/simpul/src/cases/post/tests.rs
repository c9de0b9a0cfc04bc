//! From the desk to the post and back, on both engines.

use super::*;
use crate::access::{Role, Scope};
use crate::cases::tests::{Family, family};
use crate::platform::AppError;
use crate::testing::{OTHER_POST, POST, TestApp, area};

const DAY_MS: i64 = 24 * 3_600_000;

fn new(app: &TestApp, home: &Family) -> NewPostReferral {
    NewPostReferral {
        id: app.app.ids().make(),
        household: home.household,
        person: Some(home.person),
        reason: PostReason::Timbang,
    }
}

async fn refer(app: &TestApp, scope: &Scope, new: NewPostReferral) -> Result<(), AppError> {
    let mut work = app.work_as(scope).await;
    refer_to_post(&mut work, new).await?;
    work.commit().await
}

async fn answers(app: &TestApp, scope: &Scope, answer: PostAnswer) -> Result<(), AppError> {
    let mut work = app.work_as(scope).await;
    answer_desk(&mut work, &answer).await?;
    work.commit().await
}

async fn closes(app: &TestApp, scope: &Scope, id: crate::platform::Id) -> Result<(), AppError> {
    let mut work = app.work_as(scope).await;
    close_post(&mut work, id).await?;
    work.commit().await
}

fn says(id: crate::platform::Id, seen: PostState, state: PostState) -> PostAnswer {
    PostAnswer {
        id,
        seen,
        state,
        reply: "keluarga sedang di ladang".into(),
        acted: None,
        next: String::new(),
    }
}

#[tokio::test]
async fn nothing_is_closed_without_a_reply_and_a_refusal_has_a_next_step() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let desk = app.scope(Role::Petugas).await;
        let kader = app.scope(Role::Kader).await;
        let sent = new(&app, &home);
        refer(&app, &desk, sent.clone()).await.unwrap();
        // Twice, or again under another id, it is one.
        refer(&app, &desk, sent.clone()).await.unwrap();
        refer(&app, &desk, new(&app, &home)).await.unwrap();
        let other = NewPostReferral {
            reason: PostReason::Anc,
            ..sent.clone()
        };
        assert!(matches!(
            refer(&app, &desk, other).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(
            refer(&app, &kader, sent.clone()).await,
            Err(AppError::NotFound)
        ));
        let db = &mut app.app.db();
        assert_eq!(to_post(db, &kader).await.unwrap().len(), 1);
        let elsewhere = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        assert!(to_post(db, &elsewhere).await.unwrap().is_empty());

        let early = closes(&app, &desk, sent.id).await;
        assert!(matches!(early, Err(AppError::Refused("post-no-reply"))));
        let (from, refused) = (PostState::Dikirim, PostState::Ditolak);
        let silent = answers(&app, &kader, says(sent.id, from, refused)).await;
        assert!(matches!(silent, Err(AppError::Refused("post-text"))));
        let reasoned = PostAnswer {
            next: "bidan ke rumah hari Senin".into(),
            ..says(sent.id, from, refused)
        };
        answers(&app, &kader, reasoned.clone()).await.unwrap();
        answers(&app, &kader, reasoned).await.unwrap();
        let all = post_referrals_of(db, &desk, home.household).await.unwrap();
        assert_eq!(all[0].state, PostState::Ditolak);
        assert_eq!(all[0].next, "bidan ke rumah hari Senin");
        closes(&app, &desk, sent.id).await.unwrap();
        assert!(to_post(db, &desk).await.unwrap().is_empty());

        // Sent again it is a new one; an answer without a deed is seen as such.
        app.clock.advance_ms(DAY_MS);
        let again = new(&app, &home);
        refer(&app, &desk, again.clone()).await.unwrap();
        answers(&app, &kader, says(again.id, from, PostState::Diterima))
            .await
            .unwrap();
        let no_deed = PostAnswer {
            acted: Some(false),
            next: "dicoba lagi bulan depan".into(),
            ..says(again.id, PostState::Diterima, PostState::Dijawab)
        };
        answers(&app, &kader, no_deed).await.unwrap();
        let all = post_referrals_of(db, &desk, home.household).await.unwrap();
        assert_eq!((all.len(), all[0].acted), (2, Some(false)));
        let desk_page = app.client(Role::Petugas).await.get("/ke-pos").await.text;
        assert!(desk_page.contains("Dijawab, belum dilihat"));
        let late = answers(&app, &kader, says(again.id, PostState::Dijawab, refused)).await;
        assert!(matches!(late, Err(AppError::Refused("case-not-now"))));
    }
}

#[tokio::test]
async fn the_family_page_of_a_desk_lists_whom_the_post_has_not_seen() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        let desk = app.client(Role::Petugas).await;
        let page = format!("/keluarga/{}", fixture.household);
        // The child was measured today.
        let now = desk.get(&page).await.text;
        assert!(!now.contains("value=\"belum_ditimbang\""));
        app.clock.advance_ms(61 * DAY_MS);
        let desk = app.client(Role::Petugas).await;
        let later = desk.get(&page).await.text;
        assert!(later.contains("value=\"belum_ditimbang\"") && later.contains("terakhir 21 Nov"));
        let child = fixture.child.to_string();
        let form = [("sebab", "belum_ditimbang"), ("orang", child.as_str())];
        let sent = desk.post(format!("{page}/ke-pos"), &form).await;
        assert!(sent.status.is_redirection());
        let after = desk.get(&page).await.text;
        assert!(!after.contains("value=\"belum_ditimbang\"") && after.contains("Menunggu kabar"));

        let kader = app.client(Role::Kader).await;
        assert!(
            kader
                .get("/posyandu")
                .await
                .text
                .contains("href=\"/ke-pos\"")
        );
        let list = kader.get("/ke-pos").await.text;
        let weigh = list
            .split("href=\"")
            .find(|part| part.contains("Belum ditimbang"));
        let path = weigh.unwrap().split('"').next().unwrap().to_owned();
        let done = [("hasil", "sudah"), ("isi", "Sudah ditimbang")];
        assert!(kader.post(&path, &done).await.status.is_redirection());
        assert_eq!(desk.post(&path, &done).await.status.as_u16(), 404);
        let closed = desk.post(format!("{path}/tutup"), &[]).await;
        assert!(closed.status.is_redirection());
    }
}
