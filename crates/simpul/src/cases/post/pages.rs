//! `/ke-pos`: what the desk sent to the post, for both sides.

use askama::Template;
use axum::extract::Path;

use super::doors::{
    NewPostReferral, PostAnswer, PostReferral, answer_desk, close_post, post_referral,
    refer_to_post, to_post,
};
use super::{PostReason, PostState};
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::cases::pages::family_name;
use crate::duplicates;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry;

const BOTH: &[Role] = Role::POST_AND_DESK;

pub(in crate::cases) fn routes() -> Vec<Route> {
    let desk = Who::Roles(Role::DESK);
    vec![
        Route::get("/ke-pos", Who::Roles(BOTH), list),
        Route::post("/keluarga/{id}/ke-pos", desk, send),
        Route::get("/ke-pos/{id}", Who::Roles(BOTH), show),
        Route::post("/ke-pos/{id}", Who::Roles(Role::POST), reply),
        Route::post("/ke-pos/{id}/tutup", desk, close),
    ]
}

/// A line of the list.
struct Line {
    row: PostReferral,
    who: String,
    late: bool,
    until: String,
}

#[derive(Template)]
#[template(path = "cases/post/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    desk: bool,
    lines: Vec<Line>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let (scope, lang, now) = (signed.scope(), signed.lang(), signed.app().now());
    let mut db = signed.app().db();
    let rows = to_post(&mut db, scope).await?;
    let households: Vec<Id> = rows.iter().map(|row| row.household).collect();
    let heads = registry::heads(&mut db, scope, &households).await?;
    signed.saw("to-post", None, rows.len()).await?;
    let lines = rows.into_iter().map(|row| Line {
        who: family_name(heads.get(&row.household).cloned(), lang),
        late: !row.state.is_answered() && row.due_at < now,
        until: format::short_date(lang, row.due_at.date_in(scope.zone())),
        row,
    });
    let p = signed.page("post-title-list");
    Reply::render(&ListPage {
        p: &p,
        desk: Role::DESK.contains(&scope.role()),
        lines: lines.collect(),
    })
}

async fn send(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    registry::household(&mut signed.app().db(), signed.scope(), id).await?;
    let reason: Option<PostReason> = posted.form.get("sebab").parse().ok();
    let Some(reason) = reason else {
        return Ok(Reply::see(format!("/keluarga/{id}")));
    };
    let person = match posted.form.filled("orang") {
        Some(text) => Some(text.parse().map_err(|_| AppError::StaleForm)?),
        None => None,
    };
    let mut work = signed.work().await?;
    let new = NewPostReferral {
        id: posted.id,
        household: id,
        person,
        reason,
    };
    refer_to_post(&mut work, new).await?;
    work.commit().await?;
    Ok(Reply::see(format!("/keluarga/{id}?pesan=notice-to-post")))
}

#[derive(Template)]
#[template(path = "cases/post/templates/one.html")]
struct OnePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    row: PostReferral,
    /// Name of the person, else of the family.
    who: String,
    sent: String,
    answered: Option<String>,
    post: bool,
    desk: bool,
}

async fn show(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    page(&signed, id, &Form::new(), fresh).await
}

async fn page(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let mut db = signed.app().db();
    let row = post_referral(&mut db, scope, id).await?;
    let who = match row.person {
        Some(record) => {
            duplicates::standing_person(&mut db, scope, record)
                .await?
                .name
        }
        None => {
            let mut heads = registry::heads(&mut db, scope, &[row.household]).await?;
            family_name(heads.remove(&row.household), lang)
        }
    };
    signed.saw("to-post", Some(row.household), 1).await?;
    let zone = scope.admit(&row.area)?.zone();
    let told = |at: crate::platform::Instant, role: Role| {
        format!(
            "{} · {}",
            format::moment(lang, at.civil(zone), zone),
            lang.t(role.words())
        )
    };
    let p = signed.page("post-asked-title");
    let page = OnePage {
        p: &p,
        form,
        id: fresh,
        who,
        sent: told(row.at, row.sent_role),
        answered: row
            .answered_at
            .zip(row.answered_role)
            .map(|(at, role)| told(at, role)),
        post: Role::POST.contains(&scope.role()),
        desk: Role::DESK.contains(&scope.role()),
        row,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

async fn reply(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let seen = post_referral(&mut signed.app().db(), signed.scope(), id)
        .await?
        .state;
    let how = form.read("hasil", lang, "case-choose", |text| match text {
        "terima" => Some((PostState::Diterima, None)),
        "sudah" => Some((PostState::Dijawab, Some(true))),
        "belum" => Some((PostState::Dijawab, Some(false))),
        "tolak" => Some((PostState::Ditolak, None)),
        _ => None,
    });
    if let Some((state, acted)) = how {
        let answer = PostAnswer {
            id,
            seen,
            state,
            reply: form.get("isi").to_owned(),
            acted,
            next: form.get("lanjut").to_owned(),
        };
        let mut work = signed.work().await?;
        match answer_desk(&mut work, &answer).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see(format!("/ke-pos/{id}?pesan=notice-case-step")));
            }
            Err(AppError::Refused(key)) => form.wrong("isi", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    page(&signed, id, &form, posted.id).await
}

async fn close(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let mut work = signed.work().await?;
    match close_post(&mut work, id).await {
        Ok(()) => {
            work.commit().await?;
            Ok(Reply::see("/ke-pos?pesan=notice-case-step"))
        }
        Err(AppError::Refused(key)) => {
            drop(work);
            form.wrong("tutup", signed.lang().t(key));
            page(&signed, id, &form, posted.id).await
        }
        Err(error) => Err(error),
    }
}
