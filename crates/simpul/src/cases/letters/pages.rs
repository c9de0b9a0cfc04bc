//! Letters of a case: write one, print it.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::LetterKind;
use super::doors::{NewLetter, letters_of, write_letter};
use super::sheet::{Sheet, numbered};
use crate::access::{Posted, Role, Signed};
use crate::cases::slip::qr;
use crate::cases::transitions::MAX_TEXT;
use crate::platform::form::Form;
use crate::platform::page::{self, Page};
use crate::platform::print::Printer;
use crate::platform::{Id, Reply, Result};

pub(in crate::cases) const READERS: &[Role] = crate::cases::reads::SEE_ALL;
pub(in crate::cases) const WRITERS: &[Role] = &[Role::BackOffice, Role::Petugas, Role::Koordinator];

#[derive(Template)]
#[template(path = "cases/letters/templates/letters.html")]
struct LettersPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: Id,
    lines: Vec<(Id, String, String, String)>,
    /// Whether this role writes letters.
    writes: bool,
}

pub(in crate::cases) async fn list(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, id, &Form::new(), fresh).await
}

async fn show(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let letters = letters_of(&mut signed.app().db(), scope, id).await?;
    signed.saw("letters", None, letters.len()).await?;
    let lines = letters.iter().map(|one| {
        let (number, day) = numbered(one, lang, signed);
        (one.id, lang.t(one.kind.words()), number, day)
    });
    let p = signed.page("letters-title");
    let page = LettersPage {
        p: &p,
        form,
        id: fresh,
        case: id,
        lines: lines.collect(),
        writes: WRITERS.contains(&scope.role()),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(in crate::cases) async fn write(
    signed: Signed,
    Path(case): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    letters_of(&mut signed.app().db(), signed.scope(), case).await?;
    let (mut form, lang) = (posted.form, signed.lang());
    let kind: Option<LetterKind> = form.read("jenis", lang, "case-choose", |key| key.parse().ok());
    let text = form.read("isi", lang, "case-text", |text| {
        let fits = (1..=MAX_TEXT).contains(&text.chars().count());
        fits.then(|| text.to_owned())
    });
    let (Some(kind), Some(text)) = (kind, text) else {
        return show(&signed, case, &form, posted.id).await;
    };
    let mut work = signed.work().await?;
    let new = NewLetter {
        id: posted.id,
        case,
        kind,
        text,
    };
    write_letter(&mut work, &new).await?;
    work.commit().await?;
    Ok(Reply::see(format!("/surat/{}", posted.id)))
}

#[derive(Template)]
#[template(path = "cases/letters/templates/letter.html")]
struct LetterPage<'a> {
    p: &'a Page,
    id: Id,
    sheet: &'a Sheet,
    /// The code as a drawing, and the words beside it.
    code: Option<(String, &'a str)>,
    /// Whether there is a PDF of it.
    pdf: bool,
}

pub(in crate::cases) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let sheet = Sheet::of(&signed, id).await?;
    signed.saw("letter", Some(sheet.household), 1).await?;
    let code = match &sheet.qr {
        Some(code) => Some((qr(&code.content)?, &*code.words)),
        None => None,
    };
    let p = signed.page("letters-title");
    Reply::render(&LetterPage {
        p: &p,
        id,
        sheet: &sheet,
        code,
        pdf: signed.app().part::<Printer>().is_there(),
    })
}

/// The letter as PDF; without `simpul-print` the page, which the browser prints.
pub(in crate::cases) async fn pdf(signed: Signed, Path(id): Path<Id>) -> Result<Response> {
    let sheet = Sheet::of(&signed, id).await?;
    let printer = signed.app().part::<Printer>();
    if !printer.is_there() {
        return Ok(Redirect::to(&format!("/surat/{id}")).into_response());
    }
    signed.saw("letter-pdf", Some(sheet.household), 1).await?;
    let name = format!("surat-{}", sheet.number.value.replace('/', "-"));
    Ok(page::pdf(&name, printer.pdf(&sheet).await?))
}
