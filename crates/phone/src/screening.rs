//! The double screening: which findings put a family on the list, which questions still matter,
//! what may help.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_rules::{
    Action, Audience, Catalogue, Effect, FactDef, Facts, Finding, Help, Kind, Origin, Pack, Rule,
    Text, Truth, Urgency, Value, Verdict,
};

/// The trigger that makes every need of the family urgent.
pub const STRANDED: &str = "bahaya_tanpa_sarana";

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// What a family needs; one open case per family and need.
    pub keys Need {
        /// Food.
        Pangan = "pangan",
        /// Health insurance.
        Jaminan = "jaminan_kesehatan",
        /// Membership of an aid programme.
        Bantuan = "bantuan_sosial",
        /// Civil registration and DTSEN.
        Data = "data_kependudukan",
        /// House, water, toilet.
        Perumahan = "perumahan",
        /// School.
        Pendidikan = "pendidikan",
        /// Violence and neglect.
        Perlindungan = "perlindungan",
        /// Anything else.
        Lainnya = "lainnya",
    }

    /// Where a screening stands.
    pub keys State {
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
    pub keys Accompanied {
        /// A parent or guardian, who may answer and consent for the child.
        Guardian = "wali",
        /// Somebody else.
        Other = "lain",
    }
}

impl Need {
    /// The need of a case that meets a need of the rules.
    pub fn of(need: simpul_rules::Need) -> Self {
        use simpul_rules::Need as Rule;
        match need {
            Rule::Pangan => Self::Pangan,
            Rule::Kesehatan => Self::Jaminan,
            Rule::Kependudukan => Self::Data,
            Rule::Pendidikan => Self::Pendidikan,
            Rule::Sosial => Self::Perlindungan,
            Rule::Ekonomi => Self::Lainnya,
            Rule::Perumahan => Self::Perumahan,
            Rule::Bantuan => Self::Bantuan,
        }
    }
}

impl State {
    /// Whether the family may still be asked.
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
    /// Somebody sits with the child.
    Begin(Accompanied),
    /// The family answers.
    Answer,
    /// Needs go to the Puskesos.
    Refer,
    /// It ends without a referral.
    Decline,
    /// The finding was corrected.
    Withdraw,
}

/// A referral to Pustu or Puskesmas for the child's health; it never waits for the screening.
#[derive(Clone, Debug)]
pub struct HealthReferral {
    /// How soon.
    pub urgency: Urgency,
    /// Titles of the rules that ask for it, the most urgent first.
    pub reasons: Vec<Text>,
}

/// Help that may fit, with its reasons; a person decides.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The rule and why it applies or may apply.
    pub finding: Finding,
    /// The need that it meets.
    pub need: Need,
    /// The sort of help.
    pub help: Help,
    /// What to do next.
    pub next: Text,
}

/// One question that can still change the outcome.
#[derive(Clone, Debug)]
pub struct Question {
    /// The fact that is asked for.
    pub key: String,
    /// Its words.
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
pub fn triggers<'p>(pack: &'p Pack, facts: &Facts, day: Date) -> Vec<&'p Rule> {
    let mut rules = pack.applying(facts, day, Audience::Officer);
    rules.retain(|rule| rule.effect.action() == Some(Action::Skrining));
    rules
}

/// Whether and how soon the child is to be seen by Pustu or Puskesmas.
pub fn health_referral(pack: &Pack, facts: &Facts, day: Date) -> Option<HealthReferral> {
    let mut rules = pack.applying(facts, day, Audience::Officer);
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.effect.urgency()));
    Some(HealthReferral {
        urgency: rules.first()?.effect.urgency()?,
        reasons: rules.into_iter().map(|rule| rule.title.clone()).collect(),
    })
}

/// What the rules say of a family: per rule the strongest verdict among its children, with the
/// place of the child it is about. Deciles are weighed here; who may read them is decided where they are shown.
pub fn verdicts(pack: &Pack, children: &[Facts], day: Date) -> Vec<(usize, Finding)> {
    let mut by_rule: BTreeMap<usize, (usize, Finding)> = BTreeMap::new();
    for (child, facts) in children.iter().enumerate() {
        let verdicts = pack.verdicts(facts, day, Audience::Officer);
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
                by_rule.insert(place, (child, finding));
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
    children: &[Facts],
    answered: &BTreeSet<String>,
    day: Date,
) -> Outcome {
    let open = questions(pack, children, day);
    let every = questions(pack, &[Facts::new()], day).len();
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
            Need::of(need)
        },
        help,
        next,
        finding,
    })
}

/// What a kader can ask and what can still change a verdict for one of the children, in ask order.
fn questions<'a>(pack: &'a Pack, children: &[Facts], day: Date) -> Vec<&'a FactDef> {
    let mut open: Vec<&FactDef> = children
        .iter()
        .flat_map(|facts| pack.next_questions(facts, day, Audience::Officer))
        .filter(|def| def.ask == Some(Audience::Kader))
        .collect();
    open.sort_by_key(|def| def.order);
    open.dedup_by_key(|def| def.order);
    open
}

/// Of the open questions those to ask now: one that an answer to an earlier one could make
/// needless waits for that answer.
fn round(pack: &Pack, children: &[Facts], open: &[&FactDef], day: Date) -> Vec<Question> {
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

fn with(children: &[Facts], key: &str, value: &Value, day: Date) -> Vec<Facts> {
    let answered = |facts: &Facts| {
        facts
            .clone()
            .with(key.to_owned(), value.clone(), Origin::Kader, day)
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
pub fn urgency_of(need: Need, suggestions: &[Suggestion], stranded: bool) -> Urgency {
    let mut helps = suggestions
        .iter()
        .filter(|s| s.need == need)
        .map(|s| s.help);
    urgency(helps.any(|help| help == Help::HariIni), stranded)
}

/// How soon, where help is possible today or the family is stranded.
pub fn urgency(today: bool, stranded: bool) -> Urgency {
    if stranded {
        Urgency::Darurat
    } else if today {
        Urgency::Segera
    } else {
        Urgency::Rutin
    }
}
