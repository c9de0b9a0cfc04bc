//! Figures of a period, village by village.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use simpul_db::args;
use simpul_identity::RegionCode;

use super::sql;
use crate::access::{Scope, journal};
use crate::platform::{App, Id, Result};

/// Days from `from` up to but without `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    /// One day.
    pub fn day(day: Date) -> Self {
        Self {
            from: day,
            to: day.saturating_add(1.day()),
        }
    }

    /// The calendar month of a day.
    pub fn month(day: Date) -> Self {
        let from = day.first_of_month();
        Self {
            from,
            to: from.saturating_add(Span::new().months(1)),
        }
    }
}

/// What happened; every figure is a count of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Measurements that stand.
    pub measured: i64,
    pub weighed: i64,
    /// N of the KMS.
    pub gained: i64,
    /// Measurements that send the child on to a health worker.
    pub findings: i64,
    /// Families put on the list of the double screening.
    pub listed: i64,
    /// Of these: asked, still to ask, not in the registry, not looked up.
    pub asked: i64,
    pub waiting: i64,
    pub not_found: i64,
    pub not_checked: i64,
    /// Referrals to the Puskesos.
    pub opened: i64,
    /// Of these: first help, and answer, on the local day they were opened.
    pub helped_same_day: i64,
    pub answered_same_day: i64,
    pub answered: i64,
    pub closed: i64,
    pub approved: i64,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, more: Self) {
        self.measured += more.measured;
        self.weighed += more.weighed;
        self.gained += more.gained;
        self.findings += more.findings;
        self.listed += more.listed;
        self.asked += more.asked;
        self.waiting += more.waiting;
        self.not_found += more.not_found;
        self.not_checked += more.not_checked;
        self.opened += more.opened;
        self.helped_same_day += more.helped_same_day;
        self.answered_same_day += more.answered_same_day;
        self.answered += more.answered;
        self.closed += more.closed;
        self.approved += more.approved;
    }
}

/// The figures of one village.
#[derive(Clone, Copy, Debug)]
pub struct VillageFigures {
    pub village: RegionCode,
    pub figures: Figures,
}

/// The figures of every village in the scope where anything happened, in order of code.
///
/// # Errors
/// When the database is away.
pub async fn by_village(app: &App, scope: &Scope, period: Period) -> Result<Vec<VillageFigures>> {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let mut all: BTreeMap<RegionCode, Figures> = BTreeMap::new();
    for kabupaten in kabupaten_of(app, scope).await? {
        let bind = || scope.bind_figures(&kabupaten, args![&from, &to]);
        let measured: Vec<sql::Measured> = app.db().all(&sql::MEASURED, bind()).await?;
        for row in measured {
            *all.entry(row.village.0.0).or_default() += Figures {
                measured: row.measured,
                weighed: row.weighed,
                gained: row.gained,
                findings: row.findings,
                ..Figures::default()
            };
        }
        let asked: Vec<sql::Asked> = app.db().all(&sql::ASKED, bind()).await?;
        for row in asked {
            *all.entry(row.village.0.0).or_default() += Figures {
                listed: row.listed,
                asked: row.asked,
                waiting: row.waiting,
                not_found: row.not_found,
                not_checked: row.not_checked,
                ..Figures::default()
            };
        }
        let referred: Vec<sql::Referred> = app.db().all(&sql::REFERRED, bind()).await?;
        for row in referred {
            *all.entry(row.village.0.0).or_default() += Figures {
                opened: row.opened,
                helped_same_day: row.helped_same_day,
                answered_same_day: row.answered_same_day,
                answered: row.answered,
                closed: row.closed,
                approved: row.approved,
                ..Figures::default()
            };
        }
    }
    Ok(all
        .into_iter()
        .map(|(village, figures)| VillageFigures { village, figures })
        .collect())
}

/// Referrals opened by each officer on each day of the period.
///
/// # Errors
/// When the database is away.
pub async fn by_officer(
    app: &App,
    scope: &Scope,
    period: Period,
) -> Result<Vec<(Id, String, i64)>> {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let mut all = Vec::new();
    for kabupaten in kabupaten_of(app, scope).await? {
        let bound = scope.bind_figures(&kabupaten, args![&from, &to]);
        let rows: Vec<sql::Officer> = app.db().all(&sql::BY_OFFICER, bound).await?;
        all.extend(
            rows.into_iter()
                .map(|row| (row.officer, row.day, row.opened)),
        );
    }
    Ok(all)
}

/// The kabupaten that a scope touches and that have any record.
async fn kabupaten_of(app: &App, scope: &Scope) -> Result<Vec<RegionCode>> {
    if let Some(kabupaten) = scope.area().kabupaten() {
        return Ok(vec![kabupaten]);
    }
    let all = journal::kabupaten(app).await?;
    Ok(all
        .into_iter()
        .filter_map(|code| RegionCode::parse(&code).ok())
        .filter(|code| scope.area().contains(&(*code).into()))
        .collect())
}
