//! `/puskesos/tugas`: who is away and who acts; a desk that one officer runs.

use askama::Template;
use axum::extract::Path;

use super::at_once;
use super::doors::{NewAbsence, away, back, go, is_alone, keep_mode};
use crate::access::{Colleague, Posted, Role, Route, Signed, Who, colleagues, user_name};
use crate::cases::transitions::{LEAD, OFFICE};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};

pub(in crate::cases) fn routes() -> Vec<Route> {
    let office = Who::Roles(OFFICE);
    let lead = Who::Roles(&[Role::Koordinator]);
    vec![
        Route::get("/rujukan/{id}/sekaligus", lead, at_once::show),
        Route::post("/rujukan/{id}/sekaligus", lead, at_once::finish),
        Route::get("/puskesos/tugas", office, show),
        Route::post("/puskesos/tugas", office, leave),
        Route::post("/puskesos/tugas/meja", lead, set_mode),
        Route::post("/puskesos/tugas/{id}/kembali", office, came_back),
    ]
}

struct Line {
    id: Id,
    who: String,
    deputy: String,
    days: String,
    /// Whether this person may end it.
    mine: bool,
}

#[derive(Template)]
#[template(path = "cases/duty/templates/duty.html")]
struct DutyPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    lines: Vec<Line>,
    desk: Vec<Colleague>,
    /// Whose absence this person may note.
    officers: Vec<Colleague>,
    /// Of a village desk, for who leads it: whether one officer runs it.
    alone: Option<bool>,
}

async fn show(signed: Signed) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    page(&signed, &Form::new(), fresh).await
}

async fn page(signed: &Signed, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang, app) = (signed.scope(), signed.lang(), signed.app());
    let mut db = app.db();
    let desk = colleagues(&mut db, scope, scope.area()).await?;
    let leads = LEAD.contains(&scope.role());
    let mut lines = Vec::new();
    for one in away(&mut db, scope, signed.today()).await? {
        let day = |text: &str| {
            let day = format::parse_date(text);
            day.map_or_else(String::new, |day| format::short_date(lang, day))
        };
        lines.push(Line {
            who: user_name(app, one.officer).await?,
            deputy: user_name(app, one.deputy).await?,
            days: format!("{} – {}", day(&one.from_day), day(&one.to_day)),
            mine: leads || one.officer == scope.user(),
            id: one.id,
        });
    }
    let alone = match scope.role() {
        Role::Koordinator => Some(is_alone(&mut db, scope, scope.area()).await?),
        _ => None,
    };
    let officers = desk
        .iter()
        .filter(|one| leads || one.id == scope.user())
        .cloned();
    let p = signed.page("duty-title");
    let page = DutyPage {
        p: &p,
        form,
        id: fresh,
        lines,
        officers: officers.collect(),
        desk,
        alone,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

async fn leave(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let officer = form.read_optional("petugas", lang, "case-choose", |id| id.parse().ok());
    let deputy: Option<Id> = form.read("pengganti", lang, "case-choose", |id| id.parse().ok());
    let from = form.read("dari", lang, "absence-days", format::parse_date);
    let to = form.read("sampai", lang, "absence-days", format::parse_date);
    if let (Some(deputy), Some(from), Some(to)) = (deputy, from, to) {
        let new = NewAbsence {
            id: posted.id,
            officer: officer.unwrap_or(signed.scope().user()),
            deputy,
            from,
            to,
        };
        let mut work = signed.work().await?;
        match go(&mut work, new).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see("/puskesos/tugas?pesan=notice-absence"));
            }
            Err(AppError::Refused(key)) => form.wrong("pengganti", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    page(&signed, &form, posted.id).await
}

async fn came_back(signed: Signed, Path(id): Path<Id>, _posted: Posted) -> Result<Reply> {
    let mut work = signed.work().await?;
    back(&mut work, id).await?;
    work.commit().await?;
    Ok(Reply::see("/puskesos/tugas?pesan=notice-absence"))
}

async fn set_mode(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let alone = form.read("sendiri", lang, "case-choose", |text| match text {
        "ya" => Some(true),
        "tidak" => Some(false),
        _ => None,
    });
    let Some(alone) = alone else {
        return page(&signed, &form, posted.id).await;
    };
    let mut work = signed.work().await?;
    keep_mode(&mut work, alone).await?;
    work.commit().await?;
    Ok(Reply::see("/puskesos/tugas?pesan=notice-mode"))
}
