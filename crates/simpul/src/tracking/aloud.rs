//! An officer reads the state aloud to somebody who cannot read it: from the code of the slip.

use askama::Template;

use crate::access::{Posted, Signed};
use crate::cases::{PublicStatus, StepLine, rules_lang, status_for_desk};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Reply, Result};

#[derive(Template)]
#[template(path = "tracking/templates/aloud.html")]
struct AloudPage<'a> {
    p: &'a Page,
    form: &'a Form,
    told: Option<Told>,
}

/// What to say, sentence by sentence.
struct Told {
    state: String,
    words: String,
    next: String,
    opened: String,
    last: Option<StepLine>,
}

pub(super) async fn ask(signed: Signed) -> Result<Reply> {
    page(&signed, &Form::new(), None)
}

fn page(signed: &Signed, form: &Form, told: Option<Told>) -> Result<Reply> {
    let p = signed.page("aloud-title");
    let page = AloudPage { p: &p, form, told };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(super) async fn tell(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let code = form.read("kode", lang, "track-code-wrong", |text| text.parse().ok());
    let Some(code) = code else {
        return page(&signed, &form, None);
    };
    match status_for_desk(signed.app(), signed.scope(), code).await {
        Ok(status) => {
            signed.saw("case_aloud", None, 1).await?;
            page(&signed, &Form::new(), Some(told(&signed, &status)))
        }
        Err(AppError::Refused(key)) => {
            form.wrong("kode", lang.t(key));
            page(&signed, &form, None)
        }
        Err(error) => Err(error),
    }
}

fn told(signed: &Signed, status: &PublicStatus) -> Told {
    let lang = rules_lang(signed.lang());
    let last = status.steps.last();
    Told {
        state: status.state.word().get(lang).to_owned(),
        words: status.words.get(lang).to_owned(),
        next: status
            .advice()
            .map_or_else(|| status.next.get(lang).to_owned(), str::to_owned),
        opened: crate::platform::format::date(signed.lang(), status.opened),
        last: last.map(|step| step.public_line(signed.lang(), status.zone)),
    }
}
