//! What the work on double records came to, in figures: how many were found and decided, the money
//! at risk, and how often the engine was wrong.

use askama::Template;
use simpul_db::{Source, args};

use super::model::PairState;
use super::search::{NEARLY_SURE, VERY_LIKELY};
use super::{sql, stakes};
use crate::access::{Scope, Signed};
use crate::platform::page::Page;
use crate::platform::{Reply, Result, format};

/// Pairs in one state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub pairs: i64,
    /// Rupiah a year.
    pub money: i64,
}

/// What people said of pairs of one likelihood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Key of the words for the likelihood.
    pub likely: &'static str,
    pub same: i64,
    pub different: i64,
}

impl Judged {
    /// How many of a thousand were other persons.
    pub fn wrong(&self) -> Option<i64> {
        let all = self.same + self.different;
        (all > 0).then(|| (self.different * 1000 + all / 2) / all)
    }
}

/// The figures of an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub waiting: Tally,
    pub same: Tally,
    pub different: Tally,
    /// Least likely first.
    pub judged: Vec<Judged>,
}

impl Figures {
    /// Of all that the engine found and people decided, how many of a thousand were other persons.
    pub fn wrong(&self) -> Option<i64> {
        let sum = |of: fn(&Judged) -> i64| self.judged.iter().map(of).sum();
        let all = Judged {
            likely: "",
            same: sum(|judged| judged.same),
            different: sum(|judged| judged.different),
        };
        all.wrong()
    }
}

/// The figures of the scope.
///
/// # Errors
/// When the database is away.
pub async fn figures(from: &mut impl Source, scope: &Scope) -> Result<Figures> {
    let mut figures = Figures::default();
    let rows: Vec<(PairState, i64, i64)> = from.all(&sql::TALLIES, scope.bind(args![])).await?;
    for (state, pairs, money) in rows {
        let tally = match state {
            PairState::Open | PairState::Unsure | PairState::Waiting => &mut figures.waiting,
            PairState::Same => &mut figures.same,
            PairState::Different => &mut figures.different,
            PairState::Lapsed => continue,
        };
        tally.pairs += pairs;
        tally.money += money;
    }
    let bands = scope.bind(args![NEARLY_SURE, VERY_LIKELY]);
    let rows: Vec<(i64, i64, i64)> = from.all(&sql::JUDGED, bands).await?;
    let likely = |band| match band {
        3 => "likely-nearly-sure",
        2 => "likely-very",
        _ => "likely-perhaps",
    };
    figures.judged = rows
        .into_iter()
        .map(|(band, same, different)| Judged {
            likely: likely(band),
            same,
            different,
        })
        .collect();
    Ok(figures)
}

#[derive(Template)]
#[template(path = "duplicates/templates/figures.html")]
struct FiguresPage<'a> {
    p: &'a Page,
    figures: Figures,
    wrong: Option<String>,
    /// Likelihood, "same", "different", and how many were wrong.
    judged: Vec<(&'static str, String, String, String)>,
    amounts: &'static [stakes::Amount],
    version: &'static str,
}

pub(super) async fn page(signed: Signed) -> Result<Reply> {
    let figures = figures(&mut signed.app().db(), signed.scope()).await?;
    let p = signed.page("duplicates-figures");
    let lang = signed.lang();
    let share = |thousandth: i64| format!("{} %", format::decimal(lang, thousandth, 1));
    let judged = figures.judged.iter().map(|judged| {
        let wrong = judged.wrong().map(share).unwrap_or_default();
        let [same, different] = [judged.same, judged.different].map(|n| p.integer(n));
        (judged.likely, same, different, wrong)
    });
    let judged = judged.collect();
    let (amounts, version) = stakes::amounts();
    Reply::render(&FiguresPage {
        wrong: figures.wrong().map(share),
        judged,
        figures,
        amounts,
        version,
        p: &p,
    })
}
