//! The pages on which a family is asked: list, companion and consent, questions, suggestions.

use askama::Template;
use axum::extract::{Path, Query};
use simpul_rules::Rulebook;

use super::doors::{self, AnswerInput, BeginInput, DeclineInput, ReferInput};
use super::family;
use super::hand;
use super::model::{Accompanied, State};
use super::reads::{Waiting, waiting};
use super::show::{place, show};
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result};

const POST: Who = Who::Roles(Role::POST);

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/tanya", POST, list),
        Route::get("/tanya/{id}", POST, ask),
        Route::post("/tanya/{id}/mulai", POST, begin),
        Route::post("/tanya/{id}/jawab", POST, answer),
        Route::post("/tanya/{id}/kirim", POST, send),
        Route::post("/tanya/{id}/selesai", POST, end),
    ];
    routes.extend(family::routes());
    routes
}

struct Line {
    screening: Id,
    child: String,
    place: String,
    since: String,
    until: String,
    late: bool,
    /// Somebody is to call or visit.
    calls: bool,
    state: String,
}

#[derive(Template)]
#[template(path = "screening/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    lines: Vec<Line>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let waiting = waiting(&mut signed.app().db(), signed.scope()).await?;
    signed.saw("screenings", None, waiting.len()).await?;
    let p = signed.page("screening-title");
    let now = signed.app().now();
    let zone = signed.scope().zone();
    let line = |w: Waiting| Line {
        screening: w.screening,
        place: place(&p, &w.household),
        child: w.child.name,
        since: p.short_date(&w.opened_on),
        until: p.short_date(&w.due_at.date_in(zone)),
        late: now > w.due_at,
        calls: w.state == State::MenungguWali,
        state: w.state.words(),
    };
    let lines = waiting.into_iter().map(line).collect();
    Reply::render(&ListPage { p: &p, lines })
}

#[derive(serde::Deserialize)]
struct Stage {
    /// `saran`: show the suggestions although questions are left.
    langkah: Option<String>,
}

async fn ask(signed: Signed, Path(id): Path<Id>, Query(stage): Query<Stage>) -> Result<Reply> {
    let enough = stage.langkah.as_deref() == Some("saran");
    show(&signed, id, Form::new(), enough).await
}

/// A radio button of yes and no; none when it was left open.
fn yes_no(form: &Form, field: &str) -> Option<bool> {
    match form.get(field) {
        "ya" => Some(true),
        "tidak" => Some(false),
        _ => None,
    }
}

async fn begin(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let lang = signed.lang();
    let companion = form.read("dampingi", lang, "field-needed", |text| text.parse().ok());
    let Some(accompanied_by) = companion else {
        return show(&signed, id, form, true).await;
    };
    let guardian = accompanied_by == Accompanied::Guardian;
    if !guardian
        && ["izin_rujukan", "izin_ukuran"]
            .iter()
            .any(|f| form.get(f) == "ya")
    {
        form.wrong("dampingi", signed.lang().t("screening-only-guardian"));
        return show(&signed, id, form, true).await;
    }
    let consent = |field| yes_no(&form, field).filter(|_| guardian);
    let input = BeginInput {
        id: posted.id,
        screening: id,
        accompanied_by,
        consent_rujukan: consent("izin_rujukan"),
        consent_ukuran: consent("izin_ukuran"),
        lang: signed.lang(),
    };
    let mut work = signed.work().await?;
    doors::begin(&mut work, input).await?;
    work.commit().await?;
    Ok(Reply::see(if guardian {
        format!("/tanya/{id}?pesan=notice-screening-begun")
    } else {
        "/tanya?pesan=notice-screening-waits".to_owned()
    }))
}

async fn answer(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    hand::by_id(&mut signed.app().db(), signed.scope(), id).await?;
    let mut form = posted.form;
    let catalogue = Rulebook::embedded().catalogue();
    let mut answers = Vec::new();
    for def in catalogue.all() {
        let Some(text) = form.filled(&def.key).map(str::to_owned) else {
            continue;
        };
        let value = (text != "?").then_some(text);
        if catalogue
            .answer(&def.key, value.as_deref().unwrap_or(""))
            .is_err()
        {
            form.wrong(&def.key, signed.lang().t("screening-answer-unfit"));
        }
        answers.push((def.key.clone(), value));
    }
    if form.has_errors() {
        return show(&signed, id, form, false).await;
    }
    let enough = answers.is_empty() || form.get("cukup") == "ya";
    if !answers.is_empty() {
        let mut work = signed.work().await?;
        let input = AnswerInput {
            id: posted.id,
            screening: id,
            answers,
        };
        doors::answer(&mut work, input).await?;
        work.commit().await?;
    }
    let stage = if enough { "?langkah=saran" } else { "" };
    Ok(Reply::see(format!("/tanya/{id}{stage}")))
}

async fn send(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let needs = form.all("butuh").iter().filter_map(|key| key.parse().ok());
    let input = ReferInput {
        id: posted.id,
        screening: id,
        needs: needs.collect(),
        note: form.get("catatan").to_owned(),
    };
    let mut work = signed.work().await?;
    match doors::refer(&mut work, input).await {
        Ok(_) => work.commit().await?,
        Err(AppError::Refused(key)) => {
            drop(work);
            let field = if key == "case-text" {
                "catatan"
            } else {
                "butuh"
            };
            form.wrong(field, signed.lang().t(key));
            return show(&signed, id, form, true).await;
        }
        Err(error) => return Err(error),
    }
    Ok(Reply::see(format!("/tanya/{id}")))
}

async fn end(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let lang = signed.lang();
    let why = form.read("alasan", lang, "screening-end-choose", |text| {
        text.parse().ok()
    });
    let Some(why) = why else {
        return show(&signed, id, form, true).await;
    };
    let mut work = signed.work().await?;
    doors::decline(
        &mut work,
        DeclineInput {
            id: posted.id,
            screening: id,
            why,
        },
    )
    .await?;
    work.commit().await?;
    Ok(Reply::see("/tanya?pesan=notice-screening-ended"))
}
