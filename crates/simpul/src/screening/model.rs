//! What a screening is and what may happen to it; which questions still matter. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_rules::{
    Action, Audience, Catalogue, Effect, FactDef, Facts, Finding, Help, Kind, Pack, Text, Truth,
    Urgency, Value, Verdict,
};

use crate::cases::{self, Need};
use crate::platform::{Id, keyed};

keyed! {
    /// Where a screening stands.
    pub enum State ("screening-state") {
        /// The family is still to be asked.
        Menunggu = "menunggu",
        /// Nobody who may answer for the child was there: call or visit.
        MenungguWali = "menunggu_wali",
        /// The guardian was asked, or is being asked.
        Ditanya = "ditanya",
        /// Needs were sent to the Puskesos.
        Dirujuk = "dirujuk",
        /// Ended without a referral.
        Selesai = "selesai",
        /// The finding was corrected before anybody was asked.
        Dibatalkan = "dibatalkan",
    }

    /// Who sits with the child.
    pub enum Accompanied ("screening-with") {
        /// A parent or guardian, who may answer and consent for the child.
        Guardian = "wali",
        Other = "lain",
    }

    /// Why a screening ends without a referral.
    pub enum Ending ("screening-end") {
        /// Nothing is needed now.
        TidakPerlu = "tidak_perlu",
        /// The family would rather not: costs nothing.
        TidakBersedia = "tidak_bersedia",
        /// The family could not be reached.
        TidakBertemu = "tidak_bertemu",
    }
}

impl State {
    pub fn is_open(self) -> bool {
        matches!(self, Self::Menunggu | Self::MenungguWali | Self::Ditanya)
    }

    /// Where a step leads; `None` when it may not be taken here.
    pub fn after(self, step: Step) -> Option<Self> {
        Some(match (self, step) {
            (state, Step::Begin(Accompanied::Guardian)) if state.is_open() => Self::Ditanya,
            (Self::Menunggu | Self::MenungguWali, Step::Begin(Accompanied::Other)) => {
                Self::MenungguWali
            }
            (Self::Ditanya, Step::Answer) => Self::Ditanya,
            (Self::Ditanya, Step::Refer) => Self::Dirujuk,
            (state, Step::Decline) if state.is_open() => Self::Selesai,
            (Self::Menunggu | Self::MenungguWali, Step::Withdraw) => Self::Dibatalkan,
            _ => return None,
        })
    }
}

/// What can be done with a screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Begin(Accompanied),
    Answer,
    Refer,
    Decline,
    /// The finding was corrected.
    Withdraw,
}

/// What is known of a child, family included.
#[derive(Clone, Debug)]
pub struct Child {
    pub person: Id,
    pub facts: Facts,
}

/// A referral to Pustu or Puskesmas for the child's health; it never waits for the screening.
#[derive(Clone, Debug)]
pub struct HealthReferral {
    pub urgency: Urgency,
    /// Titles of the rules that ask for it, the most urgent first.
    pub reasons: Vec<Text>,
}

/// Help that may fit, with its reasons; a person decides.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub finding: Finding,
    pub need: Need,
    pub help: Help,
    pub next: Text,
}

/// One question that can still change the outcome.
#[derive(Clone, Debug)]
pub struct Question {
    pub key: String,
    pub text: Text,
    /// Stored key and words of each answer; empty when a number is typed.
    pub options: Vec<(String, Text)>,
}

/// What the questions have come to so far.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What applies whatever is still unanswered.
    pub suggestions: Vec<Suggestion>,
    /// What may still apply once the desk has looked the family up in the registry.
    pub waiting_for_registry: Vec<Suggestion>,
    /// What to ask now; what an answer to these could make needless is left for the next round.
    pub questions_left: Vec<Question>,
    /// Questions answered in this screening.
    pub asked: usize,
    /// Questions not asked, because the answer is known or cannot change anything.
    pub saved: usize,
}

/// The triggers of the double screening that apply.
pub fn triggers(pack: &Pack, facts: &Facts, day: Date) -> Vec<Finding> {
    let mut found = pack.findings(facts, day, Audience::Officer);
    found.retain(|f| f.applies() && f.action() == Some(Action::Skrining));
    found
}

/// Whether and how soon the child is to be seen by Pustu or Puskesmas.
pub fn health_referral(pack: &Pack, facts: &Facts, day: Date) -> Option<HealthReferral> {
    let mut found = pack.findings(facts, day, Audience::Officer);
    found.retain(Finding::applies);
    found.sort_by_key(|f| std::cmp::Reverse(f.urgency()));
    Some(HealthReferral {
        urgency: found.first()?.urgency()?,
        reasons: found.into_iter().map(|f| f.title).collect(),
    })
}

/// What the rules say of a family: per rule the strongest verdict among its children, with the
/// child it is about. Deciles are weighed here; who may read them is decided where they are shown.
pub fn verdicts(pack: &Pack, children: &[Child], day: Date) -> Vec<(Id, Finding)> {
    let mut by_rule: BTreeMap<usize, (Id, Finding)> = BTreeMap::new();
    for child in children {
        let verdicts = pack.verdicts(&child.facts, day, Audience::Officer);
        for (place, (rule, verdict)) in verdicts.enumerate() {
            let finding = Finding {
                title: rule.title.clone(),
                effect: rule.effect.clone(),
                verdict,
            };
            let stronger = by_rule
                .get(&place)
                .is_none_or(|(_, known)| strength(&finding.verdict) > strength(&known.verdict));
            if stronger {
                by_rule.insert(place, (child.person, finding));
            }
        }
    }
    by_rule.into_values().collect()
}

fn strength(verdict: &Verdict) -> u8 {
    match verdict.truth {
        Truth::Yes => 2,
        Truth::Unknown => 1,
        Truth::No => 0,
    }
}

/// Suggestions, open questions and counts from what is known. `answered` are the keys of the
/// facts answered in this screening.
pub fn outcome(
    pack: &Pack,
    catalogue: &Catalogue,
    children: &[Child],
    answered: &BTreeSet<String>,
    day: Date,
) -> Outcome {
    let open = questions(pack, children, day);
    let every = questions(pack, &[nobody()], day).len();
    let (mut suggestions, mut waiting_for_registry) = (Vec::new(), Vec::new());
    for (_, finding) in verdicts(pack, children, day) {
        let for_officers = |key: &String| {
            let ask = catalogue.get(key).and_then(|def| def.ask);
            ask == Some(Audience::Officer)
        };
        let list = match finding.verdict.truth {
            Truth::Yes => &mut suggestions,
            // Only the desk can find out, and nothing said so far speaks against it.
            Truth::Unknown if finding.verdict.open.iter().all(for_officers) => {
                &mut waiting_for_registry
            }
            _ => continue,
        };
        list.extend(suggestion(finding));
    }
    suggestions.sort_by_key(|s| s.help);
    Outcome {
        suggestions,
        waiting_for_registry,
        questions_left: round(pack, children, &open, day),
        asked: answered.len(),
        saved: every.saturating_sub(open.len() + answered.len()),
    }
}

fn suggestion(finding: Finding) -> Option<Suggestion> {
    let Effect::Suggestion { help, need, next } = finding.effect.clone() else {
        return None;
    };
    Some(Suggestion {
        // Mending the registry is one need, whatever for.
        need: if help == Help::Data {
            Need::Data
        } else {
            need.into()
        },
        help,
        next,
        finding,
    })
}

fn nobody() -> Child {
    Child {
        person: Id::from_bytes([0; 16]),
        facts: Facts::new(),
    }
}

/// What a kader can ask and what can still change a verdict for one of the children, in ask order.
fn questions<'a>(pack: &'a Pack, children: &[Child], day: Date) -> Vec<&'a FactDef> {
    let mut open: Vec<&FactDef> = children
        .iter()
        .flat_map(|child| pack.next_questions(&child.facts, day, Audience::Officer))
        .filter(|def| def.ask == Some(Audience::Kader))
        .collect();
    open.sort_by_key(|def| def.order);
    open.dedup_by_key(|def| def.order);
    open
}

/// Of the open questions those to ask now: one that an answer to an earlier one could make
/// needless waits for that answer.
fn round(pack: &Pack, children: &[Child], open: &[&FactDef], day: Date) -> Vec<Question> {
    let mut later = BTreeSet::new();
    let mut now = Vec::new();
    for def in open {
        if later.contains(&def.order) {
            continue;
        }
        for value in values(&def.kind) {
            let then = questions(pack, &with(children, &def.key, &value, day), day);
            let closed = open
                .iter()
                .filter(|o| !then.iter().any(|t| t.order == o.order));
            later.extend(closed.map(|o| o.order));
        }
        now.extend(question(def));
    }
    now
}

fn with(children: &[Child], key: &str, value: &Value, day: Date) -> Vec<Child> {
    let answered = |child: &Child| Child {
        person: child.person,
        facts: child
            .facts
            .clone()
            .with(key, value.clone(), simpul_rules::Origin::Kader, day),
    };
    children.iter().map(answered).collect()
}

/// The answers whose consequences can be looked at beforehand.
fn values(kind: &Kind) -> Vec<Value> {
    match kind {
        Kind::YesNo => vec![true.into(), false.into()],
        Kind::Choice(options) => options.iter().map(|o| o.key.as_str().into()).collect(),
        Kind::Integer { .. } | Kind::Decimal { .. } | Kind::Date => Vec::new(),
    }
}

fn question(def: &FactDef) -> Option<Question> {
    let word = |truth: Truth| Text {
        id: capital(truth.word(simpul_rules::Lang::Id)),
        en: capital(truth.word(simpul_rules::Lang::En)),
    };
    let options = match &def.kind {
        Kind::YesNo => vec![
            ("ya".to_owned(), word(Truth::Yes)),
            ("tidak".to_owned(), word(Truth::No)),
        ],
        Kind::Choice(options) => options
            .iter()
            .map(|o| {
                let words = Text {
                    id: capital(&o.words.id),
                    en: capital(&o.words.en),
                };
                (o.key.clone(), words)
            })
            .collect(),
        Kind::Integer { .. } | Kind::Decimal { .. } | Kind::Date => Vec::new(),
    };
    Some(Question {
        key: def.key.clone(),
        text: def.question.clone()?,
        options,
    })
}

/// A word as a sentence begins with it.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// How soon a need is to be met: help that is possible today within a day, programmes in their
/// time, and at once when a danger sign meets a family that cannot go.
pub fn urgency_of(need: Need, suggestions: &[Suggestion], stranded: bool) -> cases::Urgency {
    let today = |s: &Suggestion| s.need == need && s.help == Help::HariIni;
    if stranded {
        cases::Urgency::Darurat
    } else if suggestions.iter().any(today) {
        cases::Urgency::Segera
    } else {
        cases::Urgency::Rutin
    }
}

/// The id of one part of a fact that was given the id `whole`: the same part has the same id
/// whenever the fact is sent again.
pub fn part_of(whole: Id, part: u8) -> Id {
    let mut bytes = *whole.as_bytes();
    bytes[15] ^= part + 1;
    Id::from_bytes(bytes)
}
