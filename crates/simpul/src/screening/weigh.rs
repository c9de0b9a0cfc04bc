//! The rules are asked, and what they say is kept.

use jiff::civil::Date;
use simpul_db::{OnConflict, Source, args};
use simpul_rules::{Pack, Rulebook, SKRINING_GANDA, Verdict};

use super::facts::{self, Known};
use super::hand::by_id;
use super::model::{self, Outcome, Suggestion};
use super::sql::{self, ScreeningRow};
use crate::access::{Place, Scope, Work};
use crate::platform::{App, AppError, Id, Result};
use crate::registry::{self, RegistryAnswer};

/// The fact that only a look into the registry can answer.
const IN_REGISTRY: &str = "di_dtsen";

/// The version of a pack that holds on a day.
pub fn pack(key: &str, day: Date) -> Result<&'static Pack> {
    Rulebook::embedded()
        .pack(key, day)
        .map_err(AppError::internal)
}

/// Asks the rules, keeps their verdicts under the step, and puts the family on the desk's list
/// when nobody has looked it up in the registry yet, or too long ago.
pub async fn weigh(
    work: &mut Work,
    place: &Place,
    screening: &ScreeningRow,
    step: Id,
) -> Result<Outcome> {
    let today = work.at().date_in(place.zone());
    let (scope, tx) = work.parts();
    let known = facts::known(tx, scope, screening, today).await?;
    let registry = match known.family.answer {
        RegistryAnswer::Found { .. } => "found",
        RegistryAnswer::NotFound { .. } => "not_found",
        RegistryAnswer::NotChecked => "not_checked",
    };
    let pack = pack(SKRINING_GANDA, today)?;
    let outcome = outcome_of(pack, &known, today);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    tx.exec(
        &sql::KEEP_COUNTS,
        scope.bind(args![
            screening.id,
            count(outcome.asked),
            count(outcome.saved),
            registry
        ]),
    )
    .await?;
    let unchecked = |s: &Suggestion| s.finding.verdict.open.iter().any(|key| key == IN_REGISTRY);
    if outcome.waiting_for_registry.iter().any(unchecked) {
        registry::ask_check(work, screening.household).await?;
    }
    let verdicts = model::verdicts(pack, &known.children, today);
    keep_verdicts(
        work,
        place,
        step,
        screening.id,
        verdicts.into_iter().map(|(person, f)| (person, f.verdict)),
    )
    .await?;
    Ok(outcome)
}

pub fn outcome_of(pack: &Pack, known: &Known, today: Date) -> Outcome {
    let catalogue = Rulebook::embedded().catalogue();
    model::outcome(pack, catalogue, &known.children, &known.answered, today)
}

pub async fn keep_verdicts(
    work: &mut Work,
    place: &Place,
    step: Id,
    screening: Id,
    verdicts: impl Iterator<Item = (Id, Verdict)>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (person, verdict) in verdicts {
        let explanation = serde_json::to_string(&verdict.tree).map_err(AppError::internal)?;
        rows.push(args![
            place.kabupaten().as_str(),
            step,
            person,
            verdict.pack,
            verdict.rule,
            place.area().as_str(),
            screening,
            verdict.version,
            verdict.truth.word(simpul_rules::Lang::Id),
            explanation
        ]);
    }
    work.tx()
        .insert(&sql::VERDICT_ROWS, rows, OnConflict::Fail)
        .await?;
    Ok(())
}

/// What the questions of a screening have come to so far, by the rules of today.
///
/// # Errors
/// Not found outside the scope.
pub async fn outcome(
    from: &mut impl Source,
    scope: &Scope,
    app: &App,
    screening: Id,
) -> Result<Outcome> {
    let screening = by_id(from, scope, screening).await?;
    let today = app.now().date_in(scope.admit(&screening.area)?.zone());
    let known = facts::known(from, scope, &screening, today).await?;
    Ok(outcome_of(pack(SKRINING_GANDA, today)?, &known, today))
}
