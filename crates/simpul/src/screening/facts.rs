//! What is known of a family: the scales, the registry, its own answers, each with day and origin.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, args};
use simpul_phone::family as shared;
pub use simpul_phone::family::years_between;
use simpul_rules::{Catalogue, Facts, Origin, Rulebook, Value};

use super::model::Child;
use super::sql::{self, AnswerRow, FindingRow, ScreeningRow};
use crate::access::Scope;
use crate::platform::{AppError, Id, Result};
use crate::registry::{self, CheckSource, Family, RegistryAnswer, Relation};

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
        facts.put_all(&finding.facts()?);
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

/// What holds for every child of a family.
fn of_family(catalogue: &Catalogue, family: &Family, answers: &[AnswerRow], today: Date) -> Facts {
    let living = family.members.iter().filter(|member| member.state.living());
    let shared = shared::Family {
        members: living
            .map(|member| shared::Member {
                sex: member.sex,
                birth: member.birth_date,
                head: member.relation == Relation::KepalaKeluarga,
                has_nik: member.nik.is_some(),
            })
            .collect(),
        has_kk: family.household.kk.is_some(),
        registry: in_registry(&family.answer),
        memberships: family
            .memberships
            .iter()
            .map(|membership| shared::Membership {
                programme: membership.programme.key(),
                state: membership.state.key(),
                as_of: membership.as_of,
            })
            .collect(),
        answers: answers
            .iter()
            .map(|answer| shared::Answer {
                fact: &answer.fact,
                value: answer.value.as_deref(),
                on: *answer.observed,
                origin: answer.origin(),
            })
            .collect(),
    };
    shared::facts(catalogue, &shared, today)
}

fn in_registry(answer: &RegistryAnswer) -> shared::Registry {
    match *answer {
        RegistryAnswer::Found { decile, as_of, by } => shared::Registry::Found {
            decile: decile.map_or(shared::Decile::Unranked, |d| shared::Decile::Rank(d.get())),
            as_of,
            origin: origin_of(by),
        },
        RegistryAnswer::NotFound { as_of, by } => shared::Registry::NotFound {
            as_of,
            origin: origin_of(by),
        },
        RegistryAnswer::NotChecked => shared::Registry::NotChecked,
    }
}

fn origin_of(by: CheckSource) -> Origin {
    match by {
        CheckSource::Extract => Origin::Registry,
        CheckSource::Desk => Origin::Desk,
    }
}
