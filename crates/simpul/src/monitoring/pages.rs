//! `/ringkasan`: the month in figures.

use askama::Template;
use axum::extract::Query;
use jiff::civil::Date;
use simpul_identity::region;

use super::WATCHERS;
use super::figures::{Figures, Period, VillageFigures, by_village};
use crate::access::{Route, Signed, Who};
use crate::platform::page::Page;
use crate::platform::{Reply, Result, format};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/ringkasan", Who::Roles(WATCHERS), overview)]
}

#[derive(serde::Deserialize)]
struct Month {
    /// `2026-11`
    bulan: Option<String>,
}

#[derive(Template)]
#[template(path = "monitoring/templates/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    month: String,
    earlier: String,
    later: Option<String>,
    total: Figures,
    villages: Vec<Line>,
}

struct Line {
    name: String,
    figures: Figures,
}

impl Line {
    fn of(village: &VillageFigures) -> Self {
        let code = village.village;
        let name = region::name(code).unwrap_or(code.as_str());
        let kecamatan = code.kecamatan().and_then(region::name).unwrap_or_default();
        Self {
            name: format!("{name}, {kecamatan}"),
            figures: village.figures,
        }
    }
}

async fn overview(signed: Signed, Query(month): Query<Month>) -> Result<Reply> {
    let today = signed.today();
    let asked = month
        .bulan
        .and_then(|text| format!("{text}-01").parse::<Date>().ok());
    let period = Period::month(asked.unwrap_or(today));
    let villages = by_village(signed.app(), signed.scope(), period).await?;
    let mut total = Figures::default();
    for village in &villages {
        total += village.figures;
    }
    let label = |day: Date| format!("{:04}-{:02}", day.year(), day.month());
    let p = signed.page("figures-title");
    Reply::render(&Overview {
        month: format::month(p.lang, period.from),
        earlier: label(period.from.yesterday().unwrap_or(period.from)),
        later: (period.to <= today).then(|| label(period.to)),
        villages: villages.iter().map(Line::of).collect(),
        p: &p,
        total,
    })
}
