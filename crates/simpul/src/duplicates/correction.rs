//! The list of corrections for Dukcapil: records that people called one person, as a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use simpul_db::args;
use zeroize::Zeroizing;

use super::reads::Pair;
use super::sql;
use crate::access::{Role, Scope, Signed};
use crate::platform::page::spreadsheet;
use crate::platform::{App, AppError, Id, Lang, Result};
use crate::registry::{self, Person, PersonState, SealedNumber};

/// Width of a column, in characters.
const WIDTH: f64 = 20.0;
/// Keys of the words over the columns of one record.
const RECORD: [&str; 7] = [
    "person-nik",
    "pair-name",
    "pair-sex",
    "pair-born-in",
    "pair-born",
    "pair-mother",
    "family-kk",
];

/// One merge as a line.
struct Line {
    decided: String,
    village: String,
    stays: [Zeroizing<String>; 7],
    gone: [Zeroizing<String>; 7],
}

impl Line {
    /// Places of the fields that both have and that differ.
    fn differing(&self) -> Vec<usize> {
        let differs = |at: &usize| {
            let (one, other) = (&self.stays[*at], &self.gone[*at]);
            !one.is_empty() && !other.is_empty() && one != other
        };
        (0..RECORD.len()).filter(differs).collect()
    }

    /// Key of the words for what is asked of Dukcapil.
    fn asked(&self) -> &'static str {
        match (self.stays[0].is_empty(), self.gone[0].is_empty()) {
            (false, false) => "correction-two-numbers",
            (true, true) => "correction-no-number",
            _ => "correction-compare",
        }
    }
}

/// The spreadsheet; each record in it is noted as read.
/// Those of a desk who decide about records, and ask Dukcapil to put right what they found.
pub(super) const ASKERS: &[Role] = &[Role::BackOffice, Role::Petugas, Role::Koordinator];

pub(super) async fn download(signed: Signed) -> Result<Response> {
    let lines = lines(signed.app(), signed.scope()).await?;
    signed.saw("dukcapil-list", None, lines.len() * 2).await?;
    let book = book(signed.lang(), &lines).map_err(AppError::internal)?;
    Ok(spreadsheet("koreksi-dukcapil", book))
}

/// The same without a browser.
#[cfg(test)]
pub(super) async fn download_for(app: &App, scope: &Scope) -> Result<Vec<u8>> {
    book(Lang::Id, &lines(app, scope).await?).map_err(AppError::internal)
}

async fn lines(app: &App, scope: &Scope) -> Result<Vec<Line>> {
    let mut db = app.db();
    let rows: Vec<sql::PairRow> = db.all(&sql::SAME, scope.bind(args![])).await?;
    let pairs: Vec<Pair> = rows.into_iter().map(Pair::from).collect();
    let ids: BTreeSet<Id> = pairs.iter().flat_map(|p| [p.one, p.other]).collect();
    let people = registry::persons_by_id(&mut db, scope, &ids).await?;
    let mut cards: BTreeMap<Id, Zeroizing<String>> = BTreeMap::new();
    for person in people.values() {
        if cards.contains_key(&person.household) {
            continue;
        }
        let home = registry::household(&mut db, scope, person.household).await?;
        cards.insert(person.household, digits(app, scope, home.kk.as_ref())?);
    }
    let mut lines = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        let Some(gone) = pair.gone else { continue };
        // Whoever does not see both records does not ask about them, and nobody asks about
        // somebody who was erased.
        let seen = |id: Id| people.get(&id).filter(|p| p.state != PersonState::Erased);
        let (Some(stays), Some(gone)) = (seen(pair.without(gone)), seen(gone)) else {
            continue;
        };
        let at = pair.second_at.or(pair.first_at).unwrap_or(pair.found_at);
        lines.push(Line {
            decided: at.date_in(scope.zone()).to_string(),
            village: village(stays),
            stays: record(app, scope, stays, &cards)?,
            gone: record(app, scope, gone, &cards)?,
        });
    }
    Ok(lines)
}

fn village(person: &Person) -> String {
    let village = person.area.village();
    let name = village.and_then(simpul_identity::region::name);
    name.unwrap_or_default().to_owned()
}

fn digits(app: &App, scope: &Scope, number: Option<&SealedNumber>) -> Result<Zeroizing<String>> {
    number.map_or_else(
        || Ok(Zeroizing::default()),
        |number| number.digits(app.keys(), scope),
    )
}

fn record(
    app: &App,
    scope: &Scope,
    person: &Person,
    cards: &BTreeMap<Id, Zeroizing<String>>,
) -> Result<[Zeroizing<String>; 7]> {
    let text = |text: &str| Zeroizing::new(text.to_owned());
    Ok([
        digits(app, scope, person.nik.as_ref())?,
        text(&person.name),
        text(person.sex.code()),
        text(&person.birth_place),
        text(&person.birth_date.to_string()),
        text(&person.mother_name),
        cards.get(&person.household).cloned().unwrap_or_default(),
    ])
}

fn book(lang: Lang, lines: &[Line]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(lang.t("correction-sheet"))?;
    let bold = Format::new().set_bold().set_text_wrap();
    let mut heads = vec![lang.t("correction-day"), lang.t("correction-village")];
    for record in ["correction-stays", "correction-gone"] {
        let of = RECORD
            .iter()
            .map(|key| lang.t1(record, "field", lang.t(*key)));
        heads.extend(of);
    }
    heads.extend(["correction-differs", "correction-asked"].map(|key| lang.t(key)));
    for (at, head) in (0..).zip(&heads) {
        sheet.set_column_width(at, WIDTH)?;
        sheet.write_string_with_format(0, at, head, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, line) in (1..).zip(lines) {
        let differing: Vec<String> = line
            .differing()
            .into_iter()
            .map(|at| lang.t(RECORD[at]))
            .collect();
        let differing = differing.join(", ");
        let asked = lang.t(line.asked());
        let records = line.stays.iter().chain(&line.gone);
        let cells = [line.decided.as_str(), &line.village]
            .into_iter()
            .chain(records.map(|text| text.as_str()))
            .chain([differing.as_str(), &asked]);
        // Numbers are text: a spreadsheet would round sixteen digits.
        for (at, cell) in (0..).zip(cells) {
            sheet.write_string(row, at, cell)?;
        }
    }
    book.save_to_buffer()
}
