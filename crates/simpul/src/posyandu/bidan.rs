//! The bidan's list: what the post asks a bidan to look at, and what was found.

use askama::Template;
use axum::extract::{Path, Query};
use serde::Deserialize;

use super::doors::answer_bidan;
use super::judge;
use super::model::{BidanAnswer, NewBidanAnswer, StoredMeasurement};
use super::pages::parse;
use super::{reads, show};
use crate::access::{Posted, Signed};
use crate::cases::rules_lang;
use crate::duplicates;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result};
use crate::registry::Person;

/// An entry of the list.
struct Line {
    child: Person,
    age: String,
    row: StoredMeasurement,
    /// Why it is here, most urgent first.
    findings: Vec<String>,
    gain: Option<String>,
    /// The id the answer will have.
    id: Id,
    /// Names of its fields.
    answer: String,
    note: String,
}

#[derive(Template)]
#[template(path = "posyandu/templates/bidan.html")]
struct BidanPage<'a> {
    p: &'a Page,
    /// Of the entry that is to be mended.
    form: &'a Form,
    lines: Vec<Line>,
    /// Entries that come before these.
    from: usize,
    /// All entries.
    all: usize,
}

/// Entries on a page: they are read one after the other, on a phone.
const ON_A_PAGE: usize = 30;

impl BidanPage<'_> {
    fn shown(&self) -> String {
        let these = format!("{}–{}", self.from + 1, self.from + self.lines.len());
        self.p.t2("bidan-shown", "these", these, "all", self.all)
    }

    fn earlier(&self) -> Option<usize> {
        (self.from > 0).then(|| self.from.saturating_sub(ON_A_PAGE))
    }

    fn later(&self) -> Option<usize> {
        let next = self.from + self.lines.len();
        (next < self.all).then_some(next)
    }
}

/// From which entry on.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    dari: usize,
}

pub(super) async fn page(signed: Signed, Query(part): Query<Part>) -> Result<Reply> {
    let waiting = reads::bidan_waiting(&mut signed.app().db(), signed.scope()).await?;
    show(&signed, &Form::new(), &waiting, part.dari).await
}

async fn show(
    signed: &Signed,
    form: &Form,
    waiting: &[StoredMeasurement],
    from: usize,
) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let db = &mut signed.app().db();
    let mut lines = Vec::new();
    let from = if from < waiting.len() { from } else { 0 };
    for row in waiting.iter().skip(from).take(ON_A_PAGE).cloned() {
        let child = duplicates::standing_person(db, scope, row.person).await?;
        let found = judge::referral(&row);
        lines.push(Line {
            age: show::age(lang, child.birth_date, *row.measured_on),
            findings: found
                .iter()
                .map(|rule| rule.title.get(rules_lang(lang)).to_owned())
                .collect(),
            gain: show::gain(lang, &row),
            id: signed.app().ids().make(),
            answer: format!("jawab-{}", row.id),
            note: format!("catatan-{}", row.id),
            child,
            row,
        });
    }
    signed.saw("bidan_list", None, lines.len()).await?;
    let p = signed.page("bidan-title");
    let page = BidanPage {
        p: &p,
        form,
        lines,
        from,
        all: waiting.len(),
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

pub(super) async fn answer(
    signed: Signed,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Reply> {
    let db = &mut signed.app().db();
    let entry = reads::measurement(db, signed.scope(), parse(&id)?)
        .await?
        .id;
    let mut form = posted.form;
    let chosen: Option<BidanAnswer> = form.get(format!("jawab-{entry}")).parse().ok();
    let note = form.get(format!("catatan-{entry}")).to_owned();
    let silent = chosen == Some(BidanAnswer::Note) && note.is_empty();
    let Some(answer) = chosen.filter(|_| !silent) else {
        form.wrong(format!("jawab-{entry}"), signed.lang().t("bidan-choose"));
        let waiting = reads::bidan_waiting(db, signed.scope()).await?;
        let at = waiting.iter().position(|row| row.id == entry).unwrap_or(0);
        return show(&signed, &form, &waiting, at - at % ON_A_PAGE).await;
    };
    let mut work = signed.work().await?;
    let new = NewBidanAnswer {
        id: posted.id,
        entry,
        answer,
        note,
    };
    match answer_bidan(&mut work, new).await {
        Ok(()) => work.commit().await?,
        Err(AppError::Conflict(_)) => return Ok(Reply::see("/bidan?pesan=notice-bidan-already")),
        Err(error) => return Err(error),
    }
    Ok(Reply::see("/bidan?pesan=notice-bidan-answered"))
}
