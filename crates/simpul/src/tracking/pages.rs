//! `/lacak`: code and number in the body of a form, never in an address.

use askama::Template;
use axum::extract::State;

use crate::access::{Marks, PublicForm, Route, Who};
use crate::cases::{PublicStatus, StepLine, public_status, rules_lang, village_name};
use crate::platform::form::Form;
use crate::platform::page::{Page, current_lang};
use crate::platform::{App, AppError, Reply, Result};

use super::Tries;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lacak", Who::Public, ask),
        Route::post("/lacak", Who::Public, tell),
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
            Ok(status) => return show(&app, &status, form.chosen("besar", "ya")),
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

fn show(app: &App, status: &PublicStatus, large: bool) -> Result<Reply> {
    let p = frame(app, "track-status-title");
    let lang = rules_lang(p.lang);
    let word = status.state.word();
    let steps = status.steps.iter().rev();
    Reply::render(&StatusPage {
        p: &p,
        large,
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
    })
}
