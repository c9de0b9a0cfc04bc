//! Packs: one version of a set of rules, and what they find.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, FactDef};
use crate::diagram::MAX_BRANCHES;
use crate::file::{At, Edition, RawEdition, Source, Verified, covers, duplicate};
use crate::tree::{Condition, RawCondition};
use crate::verdict::{Answer, Reason, Verdict, evaluate, holds, repeated};
use crate::{Audience, Facts, FileError, Known, Text, Truth};

/// Facts that a rule may look at more than once: each of their values may have to be tried.
const MAX_REPEATED: usize = 5;

/// How soon a child must be seen; the hours and days stand in the service times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Within the coming fortnight.
    Rutin,
    /// Within some working days.
    Prioritas,
    /// Within a day.
    Segera,
    /// Now.
    Darurat,
}

impl Urgency {
    /// Key of its service time.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rutin => "rutin",
            Self::Prioritas => "prioritas",
            Self::Segera => "segera",
            Self::Darurat => "darurat",
        }
    }
}

/// What a trigger starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The family goes on the list of the double screening.
    Skrining,
    /// Counselling at once, and the bidan's list; no social screening.
    Konseling,
}

/// The sort of help, first things first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Help {
    /// Possible in the village today.
    HariIni,
    /// A programme to be proposed.
    Program,
    /// The registry must be mended.
    Data,
}

/// Field of a need; one open case per family and need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Food.
    Pangan,
    /// Health.
    Kesehatan,
    /// Identity papers and civil registration.
    Kependudukan,
    /// School.
    Pendidikan,
    /// Care and rehabilitation.
    Sosial,
    /// Income.
    Ekonomi,
    /// House, water, toilet.
    Perumahan,
    /// Membership or data of aid programmes.
    Bantuan,
}

/// What follows when a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Refer the child.
    Referral {
        /// How soon.
        urgency: Urgency,
    },
    /// Start a screening or counselling.
    Trigger {
        /// Which.
        action: Action,
    },
    /// Suggest help; a person decides.
    Suggestion {
        /// The sort of help.
        help: Help,
        /// The need it meets.
        need: Need,
        /// What to do next.
        next: Text,
    },
}

impl Effect {
    /// How soon, when it is a referral.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        match self {
            Self::Referral { urgency } => Some(*urgency),
            _ => None,
        }
    }

    /// What to start, when it is a trigger.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        match self {
            Self::Trigger { action } => Some(*action),
            _ => None,
        }
    }
}

/// One rule of a pack.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Key, unique in its pack.
    pub key: String,
    /// Words on the screen.
    pub title: Text,
    /// Where it comes from.
    pub source: String,
    /// How well that is confirmed.
    pub verified: Verified,
    /// First day it holds.
    pub valid_from: Date,
    /// Last day it holds; none = as long as its pack.
    pub valid_to: Option<Date>,
    /// What follows when it applies.
    pub effect: Effect,
    when: Condition,
    /// Facts that it looks at more than once.
    repeated: Vec<usize>,
}

/// A rule that applies, or still may: what the pages show and the slices store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Words on the screen.
    pub title: Text,
    /// What follows.
    pub effect: Effect,
    /// The rule, its version, answer and explanation; never `No`.
    pub verdict: Verdict,
}

impl Finding {
    /// Key of the rule.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.verdict.rule
    }

    /// Whether it applies whatever is still unanswered.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.verdict.truth == Truth::Yes
    }

    /// The conditions that carry it, or those still unanswered.
    #[must_use]
    pub fn why(&self) -> Vec<Reason> {
        self.verdict.why()
    }
}

/// One version of a set of rules.
#[derive(Clone, Debug)]
pub struct Pack {
    edition: Edition,
    rules: Vec<Rule>,
    catalogue: Arc<Catalogue>,
}

impl AsRef<Edition> for Pack {
    fn as_ref(&self) -> &Edition {
        &self.edition
    }
}

impl Pack {
    /// Reads the text of a pack against the declared facts.
    ///
    /// # Errors
    /// Names file, rule and field: an unknown fact, a comparison of the wrong type or one that can
    /// only have one answer, missing words, source or validity, a key used twice.
    ///
    /// ```
    /// use simpul_rules::{Pack, Rulebook};
    /// let text = r#"
    ///     kind = "trigger"
    ///     edition = { key = "uji", version = "1", valid_from = "2026-01-01", source = "contoh" }
    ///     [[rule]]
    ///     key = "a"
    ///     title = { id = "A", en = "A" }
    ///     source = "contoh"
    ///     verified = "U"
    ///     action = "skrining"
    ///     when = { id = "Desil 1-4", en = "Decile 1-4", fact = "desill", le = 4 }
    /// "#;
    /// let facts = Rulebook::embedded().catalogue();
    /// let refused = Pack::parse(facts, "uji.toml", text).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "uji.toml, rule `a`, field `when.fact`: unknown fact `desill`; declare it in facts.toml",
    /// );
    /// assert!(Pack::parse(facts, "uji.toml", &text.replace("desill", "desil")).is_ok());
    /// ```
    pub fn parse(catalogue: &Arc<Catalogue>, file: &str, text: &str) -> Result<Self, FileError> {
        let source = Source(file);
        let raw: RawPack = source.read(text)?;
        let edition = source.edition(raw.edition)?;
        let rules = raw
            .rule
            .into_iter()
            .map(|rule| rule.check(&source, &raw.kind, &edition, catalogue))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(key) = duplicate(rules.iter().map(|r| r.key.as_str())) {
            return Err(source.error(Some(key), "key", "used twice; keep one"));
        }
        Ok(Self {
            edition,
            rules,
            catalogue: Arc::clone(catalogue),
        })
    }

    /// Key, version, validity and source.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The rules in order of the file.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The verdict of every rule that holds on that day, in order of the file.
    pub fn verdicts(
        &self,
        facts: &Facts,
        today: Date,
        audience: Audience,
    ) -> impl Iterator<Item = (&Rule, Verdict)> {
        self.answers(facts, today, audience)
            .map(|(rule, answer)| (rule, self.verdict(rule, answer)))
    }

    fn verdict(&self, rule: &Rule, answer: Answer) -> Verdict {
        let open = answer
            .open
            .iter()
            .map(|i| self.catalogue.all()[*i].key.clone())
            .collect();
        Verdict {
            pack: self.edition.key.clone(),
            version: self.edition.version.clone(),
            rule: rule.key.clone(),
            truth: answer.truth,
            tree: answer.tree,
            open,
        }
    }

    /// The rules that apply whatever is still unanswered, in order of the file: those of the
    /// findings that [`Finding::applies`] keeps, without the work of explaining them.
    #[must_use]
    pub fn applying(&self, facts: &Facts, today: Date, audience: Audience) -> Vec<&Rule> {
        let seen = self.catalogue.seen(facts, today, audience);
        let applies =
            |rule: &&Rule| holds(&rule.when, &rule.repeated, &self.catalogue, &seen, today);
        self.holding(today).filter(applies).collect()
    }

    fn holding(&self, today: Date) -> impl Iterator<Item = &Rule> {
        let rules = self.rules.iter();
        rules.filter(move |rule| covers(rule.valid_from, rule.valid_to, today))
    }

    /// What applies or still may, in order of the file.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use simpul_rules::{Audience, Facts, Origin, PEMICU, Rulebook, Truth};
    /// let today = date(2026, 7, 3);
    /// let pack = Rulebook::embedded().pack(PEMICU, today)?;
    /// let facts = Facts::new().with("dua_t", true, Origin::Measurement, today);
    /// let found = pack.findings(&facts, today, Audience::Kader);
    /// let dua_t = found.iter().find(|f| f.key() == "dua_t").unwrap();
    /// assert!(dua_t.applies());
    /// // Nothing was said about danger signs: neither yes nor no.
    /// assert!(found.iter().any(|f| f.verdict.truth == Truth::Unknown));
    /// # Ok::<(), simpul_rules::NoVersion>(())
    /// ```
    #[must_use]
    pub fn findings(&self, facts: &Facts, today: Date, audience: Audience) -> Vec<Finding> {
        self.verdicts(facts, today, audience)
            .filter(|(_, verdict)| verdict.truth != Truth::No)
            .map(|(rule, verdict)| Finding {
                title: rule.title.clone(),
                effect: rule.effect.clone(),
                verdict,
            })
            .collect()
    }

    /// The facts that can still change a verdict of this pack, in ask order.
    #[must_use]
    pub fn open_facts(&self, facts: &Facts, today: Date, audience: Audience) -> Vec<&FactDef> {
        let open: BTreeSet<_> = self
            .answers(facts, today, audience)
            .flat_map(|(_, answer)| answer.open)
            .collect();
        open.into_iter().map(|i| &self.catalogue.all()[i]).collect()
    }

    /// The open facts to ask this audience now, in ask order: each once, and none that was asked
    /// lately without an answer. What it must not see it is never asked.
    #[must_use]
    pub fn next_questions(&self, facts: &Facts, today: Date, audience: Audience) -> Vec<&FactDef> {
        let mut open = self.open_facts(facts, today, audience);
        open.retain(|def| {
            def.ask.is_some_and(|ask| ask <= audience)
                && def.look(facts, today, audience).state != Known::Unanswered
        });
        open
    }

    fn answers(
        &self,
        facts: &Facts,
        today: Date,
        audience: Audience,
    ) -> impl Iterator<Item = (&Rule, Answer)> {
        self.holding(today).map(move |rule| {
            (
                rule,
                evaluate(&rule.when, &self.catalogue, facts, today, audience),
            )
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    kind: String,
    edition: RawEdition,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    key: String,
    title: Option<Text>,
    source: Option<String>,
    verified: Option<Verified>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    urgency: Option<Urgency>,
    action: Option<Action>,
    help: Option<Help>,
    need: Option<Need>,
    next: Option<Text>,
    when: Option<RawCondition>,
}

impl RawRule {
    fn check(
        self,
        source: &Source<'_>,
        kind: &str,
        edition: &Edition,
        catalogue: &Catalogue,
    ) -> Result<Rule, FileError> {
        let at = source.rule(&self.key);
        let effect = self.effect(&at, kind)?;
        let date = |field, text: Option<String>| text.map(|t| at.date(field, &t)).transpose();
        let valid_from = date("valid_from", self.valid_from)?.unwrap_or(edition.valid_from);
        let valid_to = date("valid_to", self.valid_to)?.or(edition.valid_to);
        at.period(valid_from, valid_to)?;
        let when = at.need("when", self.when)?.check(&at, "when", catalogue)?;
        let work = evaluate(
            &when,
            catalogue,
            &Facts::new(),
            valid_from,
            Audience::Officer,
        );
        let sane = work.size <= MAX_BRANCHES;
        at.require(
            "when",
            sane,
            "tests the same facts too often; split the rule",
        )?;
        at.require(
            "when",
            work.truth == Truth::Unknown,
            "always has the same answer; mend it",
        )?;
        let repeated = repeated(&when);
        let few = repeated.len() <= MAX_REPEATED;
        at.require(
            "when",
            few,
            "looks at too many facts more than once; split the rule",
        )?;
        Ok(Rule {
            title: at.text("title", self.title)?,
            source: at.filled("source", self.source)?,
            verified: at.need("verified", self.verified)?,
            key: self.key,
            valid_from,
            valid_to,
            effect,
            repeated,
            when,
        })
    }

    fn effect(&self, at: &At<'_>, kind: &str) -> Result<Effect, FileError> {
        let given = [
            ("urgency", self.urgency.is_some(), "referral"),
            ("action", self.action.is_some(), "trigger"),
            ("help", self.help.is_some(), "suggestion"),
            ("need", self.need.is_some(), "suggestion"),
            ("next", self.next.is_some(), "suggestion"),
        ];
        for (field, given, of) in given {
            at.require(
                field,
                !given || of == kind,
                "does not belong to this kind of pack",
            )?;
        }
        Ok(match kind {
            "referral" => Effect::Referral {
                urgency: at.need("urgency", self.urgency)?,
            },
            "trigger" => Effect::Trigger {
                action: at.need("action", self.action)?,
            },
            "suggestion" => Effect::Suggestion {
                help: at.need("help", self.help)?,
                need: at.need("need", self.need)?,
                next: at.text("next", self.next.clone())?,
            },
            _ => return Err(at.error("kind", "must be referral, trigger or suggestion")),
        })
    }
}
