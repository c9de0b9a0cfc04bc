//! A whole area at once, for the phones that work in it.

use std::collections::BTreeSet;

use simpul_db::{Source, args};
use simpul_rules::Rulebook;

use super::sql;
pub use super::sql::{AreaAnswer, AreaScreening};
use crate::access::Scope;
use crate::platform::{Id, Instant, Result};

/// The families of the scope that are still to be asked, longest waiting first.
///
/// # Errors
/// When the database is away.
pub async fn area_screenings(from: &mut impl Source, scope: &Scope) -> Result<Vec<AreaScreening>> {
    Ok(from.all(&sql::AREA_SCREENINGS, scope.bind(args![])).await?)
}

/// What the families of the scope answered from an instant on and what is still fresh today, the
/// newest answer to each question.
///
/// # Errors
/// When the database is away.
pub async fn area_answers(
    from: &mut impl Source,
    scope: &Scope,
    now: Instant,
) -> Result<Vec<AreaAnswer>> {
    let row = scope.bind(args![fresh_since(now)]);
    let rows = from.all(&sql::AREA_ANSWERS, row).await?;
    Ok(still_fresh(rows, scope, now))
}

/// The instant before which no answer is fresh.
fn fresh_since(now: Instant) -> Instant {
    let catalogue = Rulebook::embedded().catalogue();
    let longest = catalogue
        .all()
        .iter()
        .filter_map(|def| def.fresh_days)
        .max();
    now.plus_seconds(-i64::from(longest.unwrap_or(0)) * 24 * 3600)
}

/// The newest answer to each question, where it is still fresh; newest first in, newest first out.
fn still_fresh(mut rows: Vec<AreaAnswer>, scope: &Scope, now: Instant) -> Vec<AreaAnswer> {
    let catalogue = Rulebook::embedded().catalogue();
    let today = now.date_in(scope.zone());
    let mut seen = BTreeSet::new();
    rows.retain(|row| {
        let days = (today - *row.observed).get_days();
        let limit = catalogue.get(&row.fact).and_then(|def| def.fresh_days);
        let fresh = limit.is_none_or(|limit| days <= i32::from(limit));
        seen.insert((row.household, row.fact.clone())) && fresh
    });
    rows
}

/// What a family's lists hold now: its open screening, ids of those that ended, fresh answers.
pub struct FamilyAsked {
    pub open: Option<AreaScreening>,
    pub closed: Vec<Id>,
    pub answers: Vec<AreaAnswer>,
}

/// # Errors
/// When the database is away; a family outside the scope has nothing.
pub async fn family_asked(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
    now: Instant,
) -> Result<FamilyAsked> {
    let of = || scope.bind(args![household]);
    let all: Vec<(Id, bool)> = from.all(&sql::SCREENINGS_OF, of()).await?;
    let row = scope.bind(args![household, fresh_since(now)]);
    let answers = from.all(&sql::ANSWERS_OF, row).await?;
    Ok(FamilyAsked {
        open: from.opt(&sql::SCREENING_OF, of()).await?,
        closed: all
            .into_iter()
            .filter(|(_, open)| !open)
            .map(|(id, _)| id)
            .collect(),
        answers: still_fresh(answers, scope, now),
    })
}
