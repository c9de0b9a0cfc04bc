//! A whole area at once, for the phones that work in it: read in a few statements, without numbers
//! and without deciles.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, args, list};
use simpul_identity::AreaCode;

use super::model::{CheckSource, MembershipState, Programme, RegistryAnswer};
use super::sql;
pub use super::sql::{AreaConsent, AreaHousehold, AreaPerson};
use crate::access::Scope;
use crate::platform::{Id, Instant, Result, Stored};

/// What the registry says of a family, as far as a kader may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `None`: not looked up.
    pub found: Option<bool>,
    /// Day of the data.
    pub as_of: Option<Date>,
    /// Whether the desk looked it up; otherwise it is from the extract.
    pub by_desk: bool,
}

impl Standing {
    const NOT_CHECKED: Self = Self {
        found: None,
        as_of: None,
        by_desk: false,
    };

    fn known(found: bool, as_of: Date, by_desk: bool) -> Self {
        Self {
            found: Some(found),
            as_of: Some(as_of),
            by_desk,
        }
    }
}

impl From<RegistryAnswer> for Standing {
    fn from(answer: RegistryAnswer) -> Self {
        match answer {
            RegistryAnswer::Found { as_of, by, .. } => {
                Self::known(true, as_of, by == CheckSource::Desk)
            }
            RegistryAnswer::NotFound { as_of, by } => {
                Self::known(false, as_of, by == CheckSource::Desk)
            }
            RegistryAnswer::NotChecked => Self::NOT_CHECKED,
        }
    }
}

/// A programme that a family or a member receives or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaProgramme {
    pub person: Option<Id>,
    pub programme: Programme,
    pub state: MembershipState,
    pub as_of: Date,
}

/// What is known of each household of an area.
#[derive(Debug, Default)]
pub struct AreaKnown {
    standing: BTreeMap<Id, Standing>,
    programmes: BTreeMap<Id, Vec<AreaProgramme>>,
}

impl AreaKnown {
    pub fn standing(&self, household: Id) -> Standing {
        let known = self.standing.get(&household);
        known.copied().unwrap_or(Standing::NOT_CHECKED)
    }

    pub fn programmes(&self, household: Id) -> &[AreaProgramme] {
        self.programmes.get(&household).map_or(&[], Vec::as_slice)
    }
}

/// The households of the scope.
///
/// # Errors
/// When the database is away.
pub async fn area_households(from: &mut impl Source, scope: &Scope) -> Result<Vec<AreaHousehold>> {
    Ok(from.all(&sql::AREA_HOUSEHOLDS, scope.bind(args![])).await?)
}

/// The persons who live in the scope.
///
/// # Errors
/// When the database is away.
pub async fn area_persons(from: &mut impl Source, scope: &Scope) -> Result<Vec<AreaPerson>> {
    Ok(from.all(&sql::AREA_PERSONS, scope.bind(args![])).await?)
}

/// The consents given or refused in the scope from an instant on, the newest last.
///
/// # Errors
/// When the database is away.
pub async fn area_consents(
    from: &mut impl Source,
    scope: &Scope,
    since: Instant,
) -> Result<Vec<AreaConsent>> {
    Ok(from
        .all(&sql::AREA_CONSENTS, scope.bind(args![since]))
        .await?)
}

/// What registry and programmes say of the households of the scope; by the same rules as
/// [`registry_answer`](super::registry_answer).
///
/// # Errors
/// When the database is away.
pub async fn area_known(
    from: &mut impl Source,
    scope: &Scope,
    households: &[AreaHousehold],
) -> Result<AreaKnown> {
    let mut known = AreaKnown::default();
    let kabupaten = scope.area().kabupaten();
    let extracts: Vec<(Stored<AreaCode>, Stored<Date>)> = match kabupaten {
        Some(kabupaten) => {
            from.all(&sql::EXTRACTS_OF, args![kabupaten.as_str()])
                .await?
        }
        None => Vec::new(),
    };
    let extracts: BTreeMap<AreaCode, Date> = extracts
        .into_iter()
        .map(|(area, day)| (*area, *day))
        .collect();
    if !extracts.is_empty() {
        from_extract(from, scope, households, &extracts, &mut known).await?;
    }
    let checks: Vec<(Id, bool, Stored<Date>)> =
        from.all(&sql::AREA_CHECKS, scope.bind(args![])).await?;
    for (household, found, day) in checks {
        let there = known.standing(household).as_of;
        // At the same date the desk, who looked last.
        if there.is_none_or(|there| *day >= there) {
            let standing = Standing::known(found, *day, true);
            known.standing.insert(household, standing);
        }
    }
    let memberships: Vec<sql::AreaMembership> = from
        .all(&sql::AREA_MEMBERSHIPS, scope.bind(args![]))
        .await?;
    let mut seen = BTreeSet::new();
    for one in memberships {
        if seen.insert((one.household, one.programme, one.person)) {
            let programme = AreaProgramme {
                person: one.person,
                programme: one.programme,
                state: one.state,
                as_of: *one.as_of,
            };
            let all = known.programmes.entry(one.household).or_default();
            all.push(programme);
        }
    }
    Ok(known)
}

async fn from_extract(
    from: &mut impl Source,
    scope: &Scope,
    households: &[AreaHousehold],
    extracts: &BTreeMap<AreaCode, Date>,
    known: &mut AreaKnown,
) -> Result<()> {
    let numbered: Vec<Id> = from.all(&sql::AREA_NUMBERED, scope.bind(args![])).await?;
    let numbered: BTreeSet<Id> = numbered.into_iter().collect();
    for household in households.iter().filter(|home| numbered.contains(&home.id)) {
        let village = household.area.village().map(AreaCode::from);
        if let Some(day) = village.and_then(|village| extracts.get(&village)) {
            let standing = Standing::known(false, *day, false);
            known.standing.insert(household.id, standing);
        }
    }
    // By the number of the family where it has one, else by a member's.
    for statement in [&sql::AREA_IN_EXTRACT_BY_NIK, &sql::AREA_IN_EXTRACT] {
        let rows: Vec<(Id, Stored<Date>)> = from.all(statement, scope.bind(args![])).await?;
        for (household, day) in rows {
            let standing = Standing::known(true, *day, false);
            known.standing.insert(household, standing);
        }
    }
    Ok(())
}

/// A household as phones know it, with its members; `None` outside the scope.
///
/// # Errors
/// When the database is away.
pub async fn area_family(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Option<(AreaHousehold, Vec<AreaPerson>)>> {
    let row = scope.bind(args![household]);
    let Some(home) = from.opt(&sql::AREA_HOUSEHOLD, row).await? else {
        return Ok(None);
    };
    let row = scope.bind(args![household]);
    Ok(Some((home, from.all(&sql::AREA_MEMBERS, row).await?)))
}

/// The ids of those of a household who no longer live there, or of all its persons: for phones
/// that are to forget them.
///
/// # Errors
/// When the database is away.
pub async fn to_forget(
    from: &mut impl Source,
    kabupaten: &str,
    household: Id,
    all: bool,
) -> Result<Vec<Id>> {
    let statement = if all { &sql::ALL_OF } else { &sql::GONE };
    Ok(from.all(statement, args![kabupaten, household]).await?)
}

/// The day of the extract of a village; phones take their area anew when it changes.
///
/// # Errors
/// When the database is away.
pub async fn extract_day(from: &mut impl Source, area: &AreaCode) -> Result<Option<Date>> {
    let (Some(kabupaten), Some(village)) = (area.kabupaten(), area.village()) else {
        return Ok(None);
    };
    let row = args![kabupaten.as_str(), village.as_str()];
    let day: Option<Stored<Date>> = from.opt(&sql::EXTRACT_DATE, row).await?;
    Ok(day.map(|day| *day))
}

/// The areas in which these persons are registered.
///
/// # Errors
/// When the database is away.
pub async fn areas_of(
    from: &mut impl Source,
    kabupaten: &str,
    persons: &BTreeSet<Id>,
) -> Result<BTreeSet<AreaCode>> {
    let row = args![kabupaten, list(persons)];
    let areas: Vec<Stored<AreaCode>> = from.all(&sql::AREAS_OF, row).await?;
    Ok(areas.into_iter().map(|area| *area).collect())
}

/// Whether an id names a person or household of the kabupaten, wherever: what a phone refers to
/// may not have come yet.
///
/// # Errors
/// When the database is away.
pub async fn is_there(from: &mut impl Source, kabupaten: &str, id: Id) -> Result<bool> {
    for statement in [&sql::PERSON_THERE, &sql::HOUSEHOLD_THERE] {
        let there: i64 = from.one(statement, args![kabupaten, id]).await?;
        if there > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
