//! The double screening as TypeScript asks it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_identity::{KkNumber, Nik, Sex};
use simpul_rules::{
    Audience, Catalogue, Help, Kind, Lang, Origin, PEMICU, Rulebook, SKRINING_GANDA, Text,
};

use super::measure::{Child, edition};
use super::{AskScreen, Asked, Numbered, Screened, Suggested, Wrong};
use crate::extract::RegistryAnswer;
use crate::family::{self, Decile, Family, Member, Membership, Registry};
use crate::screening::{self, Suggestion};

pub fn screened(ask: &AskScreen) -> Result<Screened, Wrong> {
    let book = Rulebook::embedded();
    let catalogue = book.catalogue();
    let (Ok(pack), Ok(pemicu)) = (book.pack(SKRINING_GANDA, ask.on), book.pack(PEMICU, ask.on))
    else {
        return Err("no rules for this day");
    };
    let common = family::facts(catalogue, &known(ask)?, ask.on);
    let mut children = Vec::with_capacity(ask.findings.len());
    for finding in &ask.findings {
        let Some(person) = ask.persons.iter().find(|one| one.id == finding.person) else {
            return Err("finding of somebody else");
        };
        let child = Child {
            sex: &person.sex,
            birth: person.birth_date,
        };
        let (_, _, found) = child.judge(&finding.new, &finding.history, finding.can_go)?;
        let mut facts = common.clone();
        facts.put_all(&found);
        facts.set("tanggal_lahir", person.birth_date, Origin::Registry, ask.on);
        children.push(facts);
    }
    let answered: BTreeSet<String> = ask.given.keys().cloned().collect();
    let outcome = screening::outcome(pack, catalogue, &children, &answered, ask.on);
    let stranded = children
        .iter()
        .flat_map(|facts| screening::triggers(pemicu, facts, ask.on))
        .any(|trigger| trigger.key == screening::STRANDED);
    let shown = |list: &[Suggestion]| {
        let one = |s: &Suggestion| suggested(catalogue, s, &outcome.suggestions, stranded);
        list.iter().map(one).collect()
    };
    Ok(Screened {
        suggestions: shown(&outcome.suggestions),
        waiting: shown(&outcome.waiting_for_registry),
        questions: outcome
            .questions_left
            .iter()
            .map(|question| Asked {
                key: question.key.clone(),
                text: question.text.clone(),
                options: question.options.clone(),
                kind: kind(catalogue, &question.key).to_owned(),
            })
            .collect(),
        asked: outcome.asked,
        saved: outcome.saved,
        otherwise: screening::urgency(false, stranded).key().to_owned(),
        rules: edition(SKRINING_GANDA, ask.on),
    })
}

fn kind(catalogue: &Catalogue, key: &str) -> &'static str {
    match catalogue.get(key).map(|def| &def.kind) {
        Some(Kind::Integer { .. } | Kind::Decimal { .. }) => "number",
        Some(Kind::Date) => "date",
        _ => "choice",
    }
}

fn suggested(
    catalogue: &Catalogue,
    s: &Suggestion,
    all: &[Suggestion],
    stranded: bool,
) -> Suggested {
    let visible = |key: &str| {
        let def = catalogue.get(key);
        def.is_some_and(|def| def.see <= Audience::Kader)
    };
    let why = s
        .finding
        .why()
        .into_iter()
        .filter(|reason| visible(&reason.fact.key));
    Suggested {
        key: s.finding.key().to_owned(),
        title: s.finding.title.clone(),
        need: s.need.key().to_owned(),
        help: help(s.help).to_owned(),
        urgency: screening::urgency_of(s.need, all, stranded)
            .key()
            .to_owned(),
        next: s.next.clone(),
        why: why
            .map(|reason| Text {
                id: catalogue.sentence(&reason, Lang::Id),
                en: catalogue.sentence(&reason, Lang::En),
            })
            .collect(),
    }
}

fn help(help: Help) -> &'static str {
    match help {
        Help::HariIni => "hari_ini",
        Help::Program => "program",
        Help::Data => "data",
    }
}

/// The family as the rules see it: what it says now is the newest of its answers.
fn known(ask: &AskScreen) -> Result<Family<'_>, Wrong> {
    let mut members = Vec::with_capacity(ask.persons.len());
    for person in &ask.persons {
        members.push(Member {
            sex: Sex::parse(&person.sex).map_err(|_| "sex")?,
            birth: person.birth_date,
            head: person.relation == "kepala_keluarga",
            has_nik: person.has_nik,
        });
    }
    let registry = &ask.home.registry;
    let origin = if registry.by_desk {
        Origin::Desk
    } else {
        Origin::Registry
    };
    let now = given(&ask.given, ask.on);
    let mut before: Vec<family::Answer<'_>> = ask
        .answers
        .iter()
        .map(|answer| family::Answer {
            fact: &answer.fact,
            value: answer.value.as_deref(),
            on: answer.on,
            origin: if answer.by_desk {
                Origin::Desk
            } else {
                Origin::Kader
            },
        })
        .collect();
    before.sort_by_key(|answer| std::cmp::Reverse(answer.on));
    Ok(Family {
        members,
        has_kk: ask.home.has_kk,
        registry: match (registry.answer, registry.as_of) {
            (RegistryAnswer::Found, Some(as_of)) => Registry::Found {
                decile: Decile::Withheld,
                as_of,
                origin,
            },
            (RegistryAnswer::NotFound, Some(as_of)) => Registry::NotFound { as_of, origin },
            _ => Registry::NotChecked,
        },
        memberships: ask
            .home
            .memberships
            .iter()
            .map(|one| Membership {
                programme: &one.programme,
                state: &one.state,
                as_of: one.as_of,
            })
            .collect(),
        answers: now.chain(before).collect(),
    })
}

fn given(
    given: &BTreeMap<String, Option<String>>,
    on: Date,
) -> impl Iterator<Item = family::Answer<'_>> {
    given.iter().map(move |(fact, value)| family::Answer {
        fact,
        value: value.as_deref(),
        on,
        origin: Origin::Kader,
    })
}

pub fn numbered(text: &str, kind: &str, today: Date) -> Numbered {
    let refused = |key: &str| Numbered {
        error: Some(key.to_owned()),
        birth_date: None,
        sex: None,
    };
    if kind == "kk" {
        return match KkNumber::parse(text) {
            Ok(_) => Numbered {
                error: None,
                birth_date: None,
                sex: None,
            },
            Err(error) => refused(error.key()),
        };
    }
    match Nik::parse(text) {
        Ok(nik) => Numbered {
            error: None,
            birth_date: Some(nik.birth_date(None, today)),
            sex: Some(nik.sex().code().to_owned()),
        },
        Err(error) => refused(error.key()),
    }
}
