//! What a citizen can add with a ticket: a message, a paper, an objection, how it was. The page
//! that is answered with shows the case as it is then, since its address holds no code.

use axum::extract::State;

use super::pages::{ask_again, show};
use crate::access::PublicForm;
use crate::cases::{
    DocumentKind, NewDocument, NewVoice, bring_paper, checked, object, rate, say, status_of_pass,
};
use crate::platform::form::Form;
use crate::platform::page::current_lang;
use crate::platform::upload::Upload;
use crate::platform::{App, AppError, Id, Reply, Result};

fn fresh(app: &App, form: &Form) -> Result<Id> {
    match form.filled("_id") {
        Some(text) => text.parse().map_err(|_| AppError::StaleForm),
        None => Ok(app.ids().make()),
    }
}

/// Shows the case after something was done, or what has to be mended at `field`.
async fn after(
    app: &App,
    mut form: Form,
    field: &str,
    done: Result<&'static str>,
) -> Result<Reply> {
    let status = match status_of_pass(app, form.get("lanjut")).await {
        Ok(status) => status,
        Err(AppError::Refused(key)) => return ask_again(app, key),
        Err(error) => return Err(error),
    };
    let notice = match done {
        Ok(notice) => {
            let mut kept = Form::new();
            if form.chosen("besar", "ya") {
                kept.set("besar", "ya");
            }
            form = kept;
            Some(notice)
        }
        Err(AppError::Refused(key)) => {
            form.wrong(field, current_lang().t(key));
            None
        }
        Err(error) => return Err(error),
    };
    show(app, &status, &form, notice)
}

pub(super) async fn message(State(app): State<App>, upload: Upload) -> Result<Reply> {
    let form = upload.form;
    let id = fresh(&app, &form)?;
    let pass = form.get("lanjut").to_owned();
    if let Some(file) = upload.file {
        let done = paper(&app, &pass, id, file).await;
        if done.is_err() || form.filled("isi").is_none() {
            return after(&app, form, "berkas", done).await;
        }
    }
    let new = NewVoice {
        id,
        text: form.get("isi").to_owned(),
    };
    let done = say(&app, &pass, new).await;
    after(&app, form, "isi", done.map(|()| "notice-track-sent")).await
}

async fn paper(app: &App, pass: &str, id: Id, file: Vec<u8>) -> Result<&'static str> {
    // A stranger without a ticket costs no unpacking.
    status_of_pass(app, pass).await?;
    let new = NewDocument {
        id,
        // Set from the pass.
        case: id,
        kind: DocumentKind::Lainnya,
        content: checked(file).await?,
    };
    bring_paper(app, pass, new).await?;
    Ok("notice-track-sent")
}

pub(super) async fn objection(
    State(app): State<App>,
    PublicForm(form): PublicForm,
) -> Result<Reply> {
    let id = fresh(&app, &form)?;
    let done = object(&app, form.get("lanjut"), id, form.get("alasan")).await;
    let done = done.map(|()| "notice-track-objection");
    after(&app, form, "alasan", done).await
}

pub(super) async fn rating(State(app): State<App>, PublicForm(form): PublicForm) -> Result<Reply> {
    let done = match form.get("nilai").parse() {
        Ok(rating) => rate(&app, form.get("lanjut"), rating).await,
        Err(()) => Err(AppError::Refused("case-choose")),
    };
    after(&app, form, "nilai", done.map(|()| "notice-track-rated")).await
}
