//! The door by which a measurement comes in: it may put the family on the list.

use jiff::civil::Date;
use serde_json::json;
use simpul_db::args;
use simpul_rules::{Audience, Facts, Origin, PEMICU, RUJUKAN_ANAK, Rulebook, Span};

use super::facts;
use super::hand::move_to;
use super::model::{self, Child, HealthReferral, State, Step};
use super::sql::{self, FindingRow, ScreeningRow};
use super::weigh::{keep_verdicts, pack};
use crate::access::{Place, Work};
use crate::platform::{AppError, Id, Instant, Result};
use crate::registry;

/// The service time within which a family is asked.
const ASKED_WITHIN: &str = "skrining_ganda";

/// What the scales said of a child.
#[derive(Clone, Debug)]
pub struct NewFinding {
    pub id: Id,
    pub person: Id,
    pub household: Id,
    /// The measurement.
    pub source: Id,
    /// Growth facts by the keys of the catalogue.
    pub facts: Facts,
    /// The day of the measurement.
    pub on: Date,
}

/// What a finding led to.
#[derive(Clone, Debug, Default)]
pub struct Considered {
    /// The screening of the family, when a trigger puts it on the list or finds it there.
    pub screening: Option<Id>,
    /// Keys of the triggers that apply.
    pub triggers: Vec<String>,
    pub health_referral: Option<HealthReferral>,
}

/// Weighs a measurement by the rules. A trigger that still matters today puts the family on the
/// list of the double screening; further findings join the open screening. A finding of the same
/// day that no longer has a trigger corrects the earlier one.
///
/// # Errors
/// Not found outside the scope; a conflict when the id came with another finding.
pub async fn consider(work: &mut Work, new: NewFinding) -> Result<Considered> {
    let (scope, tx) = work.parts();
    let child = registry::person(tx, scope, new.person).await?;
    let household = registry::household(tx, scope, new.household).await?;
    let place = scope.admit(&household.area)?;
    let known: Option<FindingRow> = tx.opt(&sql::FINDING, scope.bind(args![new.id])).await?;
    if known.as_ref().is_some_and(|known| !known.is(&new)) || child.household != new.household {
        return Err(AppError::Conflict("error-conflict"));
    }
    let today = work.at().date_in(place.zone());
    let Some(weighed) = Weighed::new(&new, child.birth_date, today)? else {
        return Ok(Considered::default());
    };
    let Weighed {
        facts,
        mut considered,
        triggered,
    } = weighed;
    if let Some(known) = known {
        considered.screening = triggered.then_some(known.screening);
        return Ok(considered);
    }
    let (scope, tx) = work.parts();
    let open: Option<ScreeningRow> = tx
        .opt(&sql::OPEN_OF, scope.bind(args![new.household]))
        .await?;
    let earlier = match &open {
        Some(open) => facts::findings(tx, scope, open.id)
            .await?
            .remove(&new.person),
        None => None,
    };
    if !triggered && earlier.is_none() {
        return Ok(considered);
    }
    let screening = match open {
        Some(open) => open,
        None => open_screening(work, &place, &new).await?,
    };
    keep_finding(work, &place, &screening, &new, &facts).await?;
    if triggered {
        considered.screening = Some(screening.id);
    } else if earlier.is_some_and(|earlier| *earlier.seen_on == new.on) {
        withdraw(work, &place, &screening, today).await?;
    }
    Ok(considered)
}

/// What the rules say of a finding, before the family is looked at.
pub struct Weighed {
    facts: Facts,
    /// Without the screening.
    pub considered: Considered,
    /// A trigger still matters today.
    pub triggered: bool,
}

impl Weighed {
    /// Nothing of a measurement from before the first rules, brought in from the book: it is kept
    /// unweighed.
    pub fn new(new: &NewFinding, birth: Date, today: Date) -> Result<Option<Self>> {
        let catalogue = Rulebook::embedded().catalogue();
        catalogue.check(&new.facts).map_err(AppError::internal)?;
        let facts = new
            .facts
            .clone()
            .with("tanggal_lahir", birth, Origin::Registry, new.on);
        let Ok(rules_then) = pack(PEMICU, new.on) else {
            return Ok(None);
        };
        let triggers = model::triggers(rules_then, &facts, new.on);
        let triggered = if today == new.on {
            !triggers.is_empty()
        } else {
            !model::triggers(pack(PEMICU, today)?, &facts, today).is_empty()
        };
        let triggers = triggers.iter().map(|trigger| trigger.key.clone());
        let considered = Considered {
            screening: None,
            triggers: triggers.collect(),
            health_referral: model::health_referral(pack(RUJUKAN_ANAK, new.on)?, &facts, new.on),
        };
        Ok(Some(Self {
            facts,
            considered,
            triggered,
        }))
    }
}

impl FindingRow {
    fn is(&self, new: &NewFinding) -> bool {
        (self.source, self.person, *self.seen_on) == (new.source, new.person, new.on)
            && self.facts().is_ok_and(|facts| facts == new.facts)
    }
}

/// Puts a family on the list; when somebody else did so at the same moment, theirs is the one.
async fn open_screening(work: &mut Work, place: &Place, new: &NewFinding) -> Result<ScreeningRow> {
    let at = work.at();
    let due = due(at, place)?;
    let (scope, tx) = work.parts();
    tx.exec(
        &sql::OPEN,
        args![
            place.kabupaten().as_str(),
            new.id,
            place.area().as_str(),
            new.household,
            new.person,
            State::Menunggu,
            at,
            at.date_in(place.zone()).to_string(),
            due
        ],
    )
    .await?;
    Ok(tx
        .one(&sql::OPEN_OF, scope.bind(args![new.household]))
        .await?)
}

fn due(at: Instant, place: &Place) -> Result<Instant> {
    let sla = Rulebook::embedded()
        .sla(at.date_in(place.zone()))
        .map_err(AppError::internal)?;
    match sla.get(ASKED_WITHIN).map(|time| time.limit) {
        Some(Span::Hours(hours)) => Ok(at.plus_seconds(i64::from(hours) * 3600)),
        _ => Err(AppError::Internal(
            "the service time skrining_ganda is given in hours".into(),
        )),
    }
}

/// Keeps a finding with what the triggers say of it.
async fn keep_finding(
    work: &mut Work,
    place: &Place,
    screening: &ScreeningRow,
    new: &NewFinding,
    facts: &Facts,
) -> Result<()> {
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        screening.id,
        new.person,
        new.source,
        new.on.to_string(),
        work.at(),
        serde_json::to_string(&new.facts).map_err(AppError::internal)?
    ];
    work.tx().exec(&sql::ADD_FINDING, row).await?;
    let verdicts = pack(PEMICU, new.on)?.verdicts(facts, new.on, Audience::Officer);
    let verdicts = verdicts.map(|(_, verdict)| (new.person, verdict));
    keep_verdicts(work, place, new.id, screening.id, verdicts).await?;
    let fact = json!({
        "id": new.id, "screening": screening.id, "person": new.person, "source": new.source,
        "on": new.on, "facts": new.facts,
    });
    work.record(place, "screening", "finding", new.household, &fact)
}

/// Takes a family off the list when no child of it has a trigger any more and nobody was asked.
async fn withdraw(
    work: &mut Work,
    place: &Place,
    screening: &ScreeningRow,
    today: Date,
) -> Result<()> {
    let (scope, tx) = work.parts();
    let known = facts::known(tx, scope, screening, today).await?;
    let pemicu = pack(PEMICU, today)?;
    let quiet = |child: &Child| model::triggers(pemicu, &child.facts, today).is_empty();
    let Some(next) = screening.state.after(Step::Withdraw) else {
        return Ok(());
    };
    if !known.children.iter().all(quiet) {
        return Ok(());
    }
    move_to(work, screening, next, "").await?;
    let fact = json!({ "screening": screening.id });
    work.record(place, "screening", "withdrawn", screening.household, &fact)
}
