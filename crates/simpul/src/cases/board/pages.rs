//! `/puskesos/papan`: what is open, late and waiting, each figure a way to its cases.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use simpul_identity::{RegionCode, region};

use super::figures::{Board, Count, board, trend};
use super::{Waits, search_pages, sheet};
use crate::access::{Role, Route, Signed, Who};
use crate::cases::kinds::Field;
use crate::platform::page::{Page, spreadsheet};
use crate::platform::words::Lang;
use crate::platform::{Reply, Result, format};

/// Those who watch desks, and who leads one.
pub(in crate::cases) const WATCHERS: &[Role] =
    &[Role::Koordinator, Role::Supervisor, Role::Manajer];
pub(in crate::cases) use super::search_pages::SEEKERS;

pub(in crate::cases) fn routes() -> Vec<Route> {
    let watch = Who::Roles(WATCHERS);
    let mut routes = vec![
        Route::get("/puskesos/papan", watch, show),
        Route::get("/puskesos/papan/tren", watch, trends),
        Route::get("/puskesos/papan/unduh", watch, download),
    ];
    routes.extend(search_pages::routes());
    routes
}

/// A figure, and the list behind it.
struct Line {
    what: String,
    count: Count,
    list: String,
}

#[derive(Template)]
#[template(path = "cases/board/templates/board.html")]
struct BoardPage<'a> {
    p: &'a Page,
    all: Count,
    waits: Vec<Line>,
    fields: Vec<Line>,
    villages: Vec<Line>,
}

/// `Sukamaju, Kecamatan`, or the words for what lies above the villages.
pub(super) fn village_words(lang: Lang, village: Option<RegionCode>) -> String {
    let Some(code) = village else {
        return lang.t("board-above");
    };
    let name = region::name(code).unwrap_or(code.as_str());
    match code.kecamatan().and_then(region::name) {
        Some(kecamatan) => format!("{name}, {kecamatan}"),
        None => name.to_owned(),
    }
}

/// The most late first, then the most open.
fn by_need(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| (-line.count.late, -line.count.open));
    lines
}

impl<'a> BoardPage<'a> {
    fn of(p: &'a Page, board: &Board) -> Self {
        let line = |what: String, count: &Count, list: String| Line {
            what,
            count: *count,
            list,
        };
        let waits = board.by_waits.iter().map(|(waits, count)| {
            let list = format!("/puskesos?tunggu={}", waits.key());
            line(p.t(waits.words()), count, list)
        });
        let fields = board.by_field.iter().map(|(field, count)| {
            let list = format!("/puskesos?bidang={}", field.key());
            line(p.t(field.words()), count, list)
        });
        let villages = board.by_village.iter().map(|(village, count)| {
            let list = village.map_or_else(
                || "/puskesos".to_owned(),
                |code| format!("/puskesos?desa={}", code.as_str()),
            );
            line(village_words(p.lang, *village), count, list)
        });
        Self {
            p,
            all: board.all,
            waits: by_need(waits.collect()),
            fields: by_need(fields.collect()),
            villages: by_need(villages.collect()),
        }
    }
}

async fn show(signed: Signed) -> Result<Reply> {
    let (scope, app) = (signed.scope(), signed.app());
    let counted = board(&mut app.db(), scope, app.now()).await?;
    let p = signed.page("board-title");
    Reply::render(&BoardPage::of(&p, &counted))
}

/// A line of months.
struct MonthLine {
    what: String,
    months: Vec<String>,
}

#[derive(Template)]
#[template(path = "cases/board/templates/trend.html")]
struct TrendPage<'a> {
    p: &'a Page,
    months: Vec<String>,
    opened: Vec<String>,
    closed: Vec<String>,
    fields: Vec<MonthLine>,
    villages: Vec<MonthLine>,
}

fn numbers(lang: Lang, months: &[i64]) -> Vec<String> {
    let number = |count: &i64| format::integer(lang, *count);
    months.iter().map(number).collect()
}

/// The most cases first.
fn month_lines<K>(
    lang: Lang,
    all: &BTreeMap<K, Vec<i64>>,
    words: impl Fn(&K) -> String,
) -> Vec<MonthLine> {
    let mut keys: Vec<(&K, &Vec<i64>)> = all.iter().collect();
    keys.sort_by_key(|(_, months)| -months.iter().sum::<i64>());
    let lines = keys.into_iter().map(|(key, months)| MonthLine {
        what: words(key),
        months: numbers(lang, months),
    });
    lines.collect()
}

async fn trends(signed: Signed) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let trend = trend(&mut signed.app().db(), scope, signed.today()).await?;
    let p = signed.page("trend-title");
    let month = |day: &Date| format::month(lang, *day);
    Reply::render(&TrendPage {
        p: &p,
        months: trend.months.iter().map(month).collect(),
        fields: month_lines(lang, &trend.by_field, |field: &Field| lang.t(field.words())),
        villages: month_lines(lang, &trend.by_village, |one| village_words(lang, *one)),
        opened: numbers(lang, &trend.opened),
        closed: numbers(lang, &trend.closed),
    })
}

/// The board and its open cases as a spreadsheet: no names, no texts.
async fn download(signed: Signed) -> Result<Response> {
    let (scope, app) = (signed.scope(), signed.app());
    let counted = board(&mut app.db(), scope, app.now()).await?;
    let open = super::search::open(&mut app.db(), scope, sheet::MOST).await?;
    signed.saw("cases-sheet", None, open.len()).await?;
    let title = signed.page("board-title").title;
    let bytes = sheet::write(signed.lang(), &title, &counted, &open, app)?;
    Ok(spreadsheet(&format!("papan-{}", signed.today()), bytes))
}

impl Waits {
    /// The words of whom a case waits for.
    pub(super) fn told(self, lang: Lang) -> String {
        lang.t(self.words())
    }
}
