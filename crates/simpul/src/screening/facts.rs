//! What is known of a family: the scales, the registry, its own answers, each with day and origin.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, args};
use simpul_identity::Sex;
use simpul_rules::{Catalogue, Facts, Origin, Rulebook, Value};

use super::model::Child;
use super::sql::{self, AnswerRow, FindingRow, ScreeningRow};
use crate::access::Scope;
use crate::platform::{AppError, Id, Result};
use crate::registry::{
    self, CheckSource, Family, MembershipState, Person, Programme, RegistryAnswer, Relation,
};

/// Completed years below which a child counts as early childhood, and those of school.
const EARLY: i16 = 7;
const SCHOOL: std::ops::RangeInclusive<i16> = 7..=18;
/// Ages at which a pregnancy is asked about.
const MOTHERS: std::ops::RangeInclusive<i16> = 12..=54;
const ELDERLY: i16 = 60;

/// All that is known when the rules are asked about one screening.
pub struct Known {
    pub family: Family,
    pub children: Vec<Child>,
    /// Facts answered in this screening.
    pub answered: BTreeSet<String>,
}

/// Reads what is known for a screening.
pub async fn known(
    from: &mut impl Source,
    scope: &Scope,
    screening: &ScreeningRow,
    today: Date,
) -> Result<Known> {
    let id = screening.household;
    let family = Family {
        household: registry::household(from, scope, id).await?,
        members: registry::members(from, scope, id).await?,
        memberships: registry::memberships(from, scope, id).await?,
        // With the decile, for the rules alone: pages explain without it.
        answer: registry::registry_answer(from, scope, id).await?,
    };
    let answers = answers(from, scope, id).await?;
    let findings = findings(from, scope, screening.id).await?;
    let catalogue = Rulebook::embedded().catalogue();
    let common = of_family(catalogue, &family, &answers, today);
    let mut children = Vec::with_capacity(findings.len());
    for (person, finding) in findings {
        let mut facts = common.clone();
        for (key, fact) in finding.facts()?.iter() {
            facts.put(key, fact.clone());
        }
        if let Some(child) = family.members.iter().find(|member| member.id == person) {
            facts.set("tanggal_lahir", child.birth_date, Origin::Registry, today);
        }
        children.push(Child { person, facts });
    }
    let here = answers.iter().filter(|a| a.screening == screening.id);
    Ok(Known {
        answered: here.map(|a| a.fact.clone()).collect(),
        family,
        children,
    })
}

/// The answers of a family, the newest first.
pub async fn answers(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Vec<AnswerRow>> {
    Ok(from
        .all(&sql::ANSWERS, scope.bind(args![household]))
        .await?)
}

/// The newest finding of each child of a screening.
pub async fn findings(
    from: &mut impl Source,
    scope: &Scope,
    screening: Id,
) -> Result<BTreeMap<Id, FindingRow>> {
    let rows: Vec<FindingRow> = from
        .all(&sql::FINDINGS, scope.bind(args![screening]))
        .await?;
    Ok(rows.into_iter().map(|row| (row.person, row)).collect())
}

impl FindingRow {
    pub fn facts(&self) -> Result<Facts> {
        serde_json::from_str(&self.facts).map_err(AppError::internal)
    }
}

impl AnswerRow {
    /// The answer as a fact; none when the catalogue no longer has such an answer.
    pub fn value(&self, catalogue: &Catalogue) -> Option<Option<Value>> {
        catalogue
            .answer(&self.fact, self.value.as_deref().unwrap_or(""))
            .ok()
    }

    pub fn origin(&self) -> Origin {
        if self.origin == "desk" {
            Origin::Desk
        } else {
            Origin::Kader
        }
    }
}

/// What holds for every child of a family. What was said beats what the roster lets us guess.
fn of_family(catalogue: &Catalogue, family: &Family, answers: &[AnswerRow], today: Date) -> Facts {
    let mut facts = Facts::new();
    from_registry(&mut facts, family);
    for answer in answers.iter().rev() {
        match answer.value(catalogue) {
            Some(Some(value)) => facts.set(&answer.fact, value, answer.origin(), *answer.observed),
            Some(None) => facts.unanswered(&answer.fact, answer.origin(), *answer.observed),
            None => {}
        }
    }
    for (key, value) in from_roster(family, today) {
        let said = facts.get(key).is_some_and(|fact| {
            let days = (today - fact.observed).get_days();
            let fresh = catalogue.get(key).and_then(|def| def.fresh_days);
            fact.value.is_some() && fresh.is_none_or(|limit| days <= i32::from(limit))
        });
        if !said {
            facts.set(key, value, Origin::Registry, today);
        }
    }
    facts
}

fn from_registry(facts: &mut Facts, family: &Family) {
    match &family.answer {
        RegistryAnswer::Found { decile, as_of, by } => {
            let decile = decile.map_or(0, |d| i32::from(d.get()));
            facts.set("di_dtsen", true, origin_of(*by), *as_of);
            facts.set("desil", decile, origin_of(*by), *as_of);
        }
        RegistryAnswer::NotFound { as_of, by } => {
            facts.set("di_dtsen", false, origin_of(*by), *as_of);
        }
        RegistryAnswer::NotChecked => {}
    }
    for membership in &family.memberships {
        let receives = membership.state == MembershipState::Recipient;
        let mut set = |key, value: bool| {
            facts.set(key, value, Origin::Registry, membership.as_of);
        };
        match membership.programme {
            Programme::Pkh => set("terima_pkh", receives),
            Programme::Sembako => set("terima_sembako", receives),
            Programme::PbiJkn if receives => {
                set("pernah_pbi", true);
                set("jkn_aktif", true);
            }
            // The family may be insured in another way: only the past is certain.
            Programme::PbiJkn if membership.state == MembershipState::Inactive => {
                set("pernah_pbi", true);
            }
            Programme::PbiJkn => {}
        }
    }
}

fn origin_of(by: CheckSource) -> Origin {
    match by {
        CheckSource::Extract => Origin::Registry,
        CheckSource::Desk => Origin::Desk,
    }
}

/// What the roster says. That somebody is *not* there is said only of one that names the head of
/// the family: a newborn's quick registration proves nothing.
fn from_roster(family: &Family, today: Date) -> Vec<(&'static str, bool)> {
    let members: Vec<(&Person, i16)> = family
        .members
        .iter()
        .filter(|m| m.state.living())
        .map(|m| (m, years_between(m.birth_date, today)))
        .collect();
    let any = |found: &dyn Fn(&Person, i16) -> bool| members.iter().any(|(m, y)| found(m, *y));
    let whole = any(&|m, _| m.relation == Relation::KepalaKeluarga);
    let early = any(&|_, years| years < EARLY);
    let elderly = any(&|_, years| years >= ELDERLY);
    let mut known = Vec::new();
    if early || whole {
        known.push(("ada_anak_0_6", early));
    }
    if elderly || whole {
        known.push(("ada_lansia", elderly));
    }
    if whole && !elderly {
        known.push(("lansia_sendiri", false));
    }
    if whole && !any(&|m, years| m.sex == Sex::Female && MOTHERS.contains(&years)) {
        known.push(("ada_ibu_hamil", false));
    }
    if whole && !any(&|_, years| SCHOOL.contains(&years)) {
        known.push(("ada_anak_sekolah", false));
        known.push(("anak_tidak_sekolah", false));
    }
    let numbered = family.household.kk.is_some() && !any(&|m, _| m.nik.is_none());
    if whole && numbered {
        known.push(("nik_kk_ada", true));
    }
    known
}

pub fn years_between(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}
