//! `/lacak`: code and number in the body of a form, never in an address.

use askama::Template;
use axum::extract::State;

use crate::access::{Marks, PublicForm, Role, Route, Who};
use crate::cases::{
    Level, ObjectionLine, PublicStatus, Rating, Service, StepLine, VoiceLine, public_status,
    rules_lang, village_name,
};
use crate::platform::form::Form;
use crate::platform::page::{Page, current_lang};
use crate::platform::{App, AppError, Id, Reply, Result};

use super::{Tries, aloud, write};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lacak", Who::Public, ask),
        Route::post("/lacak", Who::Public, tell),
        Route::upload("/lacak/pesan", Who::Public, write::message),
        Route::post("/lacak/sanggah", Who::Public, write::objection),
        Route::post("/lacak/nilai", Who::Public, write::rating),
        Route::get("/lacak/bacakan", Who::Roles(Role::DESK), aloud::ask),
        Route::post("/lacak/bacakan", Who::Roles(Role::DESK), aloud::tell),
    ]
}

fn frame(app: &App, title_key: &str) -> Page {
    Page {
        path: "/lacak".to_owned(),
        synthetic: app.part::<Marks>().synthetic(),
        ..Page::anonymous(current_lang(), title_key)
    }
}

#[derive(Template)]
#[template(path = "tracking/templates/ask.html")]
struct AskPage<'a> {
    p: &'a Page,
    form: &'a Form,
}

async fn ask(State(app): State<App>) -> Result<Reply> {
    let p = frame(&app, "track-title");
    Reply::render(&AskPage {
        p: &p,
        form: &Form::new(),
    })
}

#[derive(Template)]
#[template(path = "tracking/templates/status.html")]
struct StatusPage<'a> {
    p: &'a Page,
    form: &'a Form,
    /// Of the next message or objection.
    id: Id,
    /// In large letters.
    large: bool,
    state: &'a str,
    mark: &'static str,
    words: &'a str,
    /// What the officer wrote last for the family to do; else the rule of the state.
    next: String,
    opened: String,
    village: String,
    steps: Vec<StepLine>,
    pass: &'a str,
    services: &'a [Service],
    voices: Vec<VoiceLine>,
    objections: Vec<ObjectionLine>,
    may_object: Option<Level>,
    asks_rating: bool,
}

/// Of what was typed only the size of the letters goes on: code and number do not.
fn large_only(form: &Form) -> Form {
    let mut kept = Form::new();
    if form.chosen("besar", "ya") {
        kept.set("besar", "ya");
    }
    kept
}

async fn tell(State(app): State<App>, PublicForm(mut form): PublicForm) -> Result<Reply> {
    let tries = app.part::<Tries>();
    tries.admit(app.now())?;
    let lang = current_lang();
    let code = form.read("kode", lang, "track-code-wrong", |text| text.parse().ok());
    let number = form.read("nomor", lang, "track-number-wrong", |text| {
        text.parse().ok()
    });
    if let (Some(code), Some(number)) = (code, number) {
        match public_status(&app, code, number).await {
            Ok(status) => return show(&app, &status, &large_only(&form), None),
            Err(AppError::Refused(key)) => {
                tries.wrong(app.now());
                form.wrong("kode", lang.t(key));
            }
            Err(error) => return Err(error),
        }
    }
    let p = frame(&app, "track-title");
    Reply::again(&AskPage { p: &p, form: &form })
}

/// The first page again, with a sentence on top: the ticket has to be shown anew.
pub(super) fn ask_again(app: &App, key: &str) -> Result<Reply> {
    let p = frame(app, "track-title");
    let mut form = Form::new();
    form.wrong("kode", p.t(key));
    Reply::again(&AskPage { p: &p, form: &form })
}

/// The page of a case; `notice` is the key of what just happened.
pub(super) fn show(
    app: &App,
    status: &PublicStatus,
    form: &Form,
    notice: Option<&str>,
) -> Result<Reply> {
    let mut p = frame(app, "track-status-title");
    p.notice = notice.map(str::to_owned);
    let lang = rules_lang(p.lang);
    let word = status.state.word();
    let steps = status.steps.iter().rev();
    let page = StatusPage {
        p: &p,
        form,
        id: app.ids().make(),
        large: form.chosen("besar", "ya"),
        state: word.get(lang),
        mark: status.mark(),
        words: status.words.get(lang),
        next: status
            .advice()
            .map_or_else(|| status.next.get(lang).to_owned(), str::to_owned),
        opened: p.date(&status.opened),
        village: village_name(&status.area),
        steps: steps
            .map(|step| step.public_line(p.lang, status.zone))
            .collect(),
        pass: &status.pass,
        services: &status.services,
        voices: status.voices(p.lang),
        objections: status.objections(p.lang),
        may_object: status.may_object(),
        asks_rating: status.asks_rating(),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}
