//! What a rule says about what is known, and why.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::diagram::{Diagram, Id, NO, YES};
use crate::tree::{Body, Condition, Join, Test, classes};
use crate::{Audience, Facts, Origin, Text, Truth, Value};

/// How much is known of a fact. All but `Fresh` count as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// Known and fresh enough.
    Fresh,
    /// Known once, but too long ago.
    Stale,
    /// Never asked, measured or looked up.
    Missing,
    /// Asked lately, and nobody could say.
    Unanswered,
    /// Not for this audience.
    Hidden,
    /// A value that does not fit the declaration; its door should have refused it.
    Unfit,
}

/// The fact a condition looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Key of the fact.
    pub key: String,
    /// How much is known of it.
    pub state: Known,
    /// Its value, also when stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The day it was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Date>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One condition with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Words of the condition.
    pub label: Text,
    /// Its answer.
    pub truth: Truth,
    /// What it is made of.
    #[serde(flatten)]
    pub because: Because,
}

/// What a condition is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// A comparison of this fact.
    Fact(Used),
    /// Conditions below it.
    Of {
        /// How it joins them.
        join: Join,
        /// Their answers.
        parts: Vec<Explained>,
    },
}

/// A condition on one fact that made the verdict what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Words of the condition.
    pub label: Text,
    /// Its answer.
    pub truth: Truth,
    /// The fact behind it.
    pub fact: Used,
}

/// What a rule of a pack says, with its explanation; fit to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Key of the pack.
    pub pack: String,
    /// Version of the pack.
    pub version: String,
    /// Key of the rule.
    pub rule: String,
    /// The answer.
    pub truth: Truth,
    /// Keys of the facts that can still change it, in ask order; empty exactly when decided.
    pub open: Vec<String>,
    /// Every condition with its answer.
    pub tree: Explained,
}

impl Verdict {
    /// The conditions that made it what it is: for yes those that carry it, for no those that
    /// stand against it, for unknown those still unanswered.
    #[must_use]
    pub fn why(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        collect(&self.tree, &mut reasons);
        reasons
    }
}

fn collect(node: &Explained, reasons: &mut Vec<Reason>) {
    match &node.because {
        Because::Fact(fact) => reasons.push(Reason {
            label: node.label.clone(),
            truth: node.truth,
            fact: fact.clone(),
        }),
        Because::Of { join, parts } => {
            // Under `none` a part counts the other way round.
            let wanted = match (join, node.truth) {
                (Join::None, Truth::Yes) => Truth::No,
                (Join::None, Truth::No) => Truth::Yes,
                (_, truth) => truth,
            };
            // A part can be unknown below a decided whole (a thing or its opposite): then all count.
            let agreeing = parts.iter().any(|p| p.truth == wanted);
            parts
                .iter()
                .filter(|p| !agreeing || p.truth == wanted)
                .for_each(|p| collect(p, reasons));
        }
    }
}

/// The answer of a tree, the facts that can still change it (in catalogue order), and why.
pub(crate) struct Answer {
    pub(crate) truth: Truth,
    pub(crate) open: BTreeSet<usize>,
    pub(crate) tree: Explained,
    /// Distinct branches the diagram needed: a bound on the work.
    pub(crate) size: usize,
}

pub(crate) fn evaluate(
    tree: &Condition,
    catalogue: &Catalogue,
    facts: &Facts,
    today: Date,
    audience: Audience,
) -> Answer {
    let mut evaluation = Evaluation {
        today,
        diagram: Diagram::default(),
        looked: BTreeMap::new(),
    };
    let (mut order, mut tests) = (Vec::new(), BTreeMap::<usize, Vec<&Test>>::new());
    tree.each_test(&mut |test| {
        let of_fact = tests.entry(test.fact).or_default();
        if of_fact.is_empty() {
            order.push(test.fact);
        }
        of_fact.push(test);
    });
    for (var, fact) in order.iter().enumerate() {
        let def = &catalogue.all()[*fact];
        let used = def.look(facts, today, audience);
        let values = match (&used.state, &used.value) {
            (Known::Fresh, Some(value)) => vec![value.clone()],
            _ => classes(&tests[fact], def, today),
        };
        evaluation
            .looked
            .insert(*fact, Looked { var, used, values });
    }
    let (id, tree) = evaluation.explain(tree);
    Answer {
        truth: tree.truth,
        open: evaluation
            .diagram
            .support(id)
            .into_iter()
            .map(|var| order[var])
            .collect(),
        size: evaluation.diagram.size(),
        tree,
    }
}

/// The values that are known, fresh and fit, by the place of their fact in the catalogue.
pub(crate) type Seen<'a> = Vec<Option<&'a Value>>;

/// Whether a tree is true whatever the unknown facts turn out to be: what [`evaluate`] answers with
/// yes, without an explanation. `repeated` are the facts that it looks at more than once.
pub(crate) fn holds(
    tree: &Condition,
    repeated: &[usize],
    catalogue: &Catalogue,
    seen: &Seen<'_>,
    today: Date,
) -> bool {
    match glance(tree, seen, today) {
        Truth::Yes => return true,
        Truth::No => return false,
        Truth::Unknown => {}
    }
    // What the tables leave undecided can still be decided by a fact looked at more than once: each
    // of its values is tried.
    let unknown = repeated.iter().position(|fact| seen[*fact].is_none());
    let Some((fact, rest)) = unknown.and_then(|first| repeated[first..].split_first()) else {
        return false;
    };
    let mut tests = Vec::new();
    tree.each_test(&mut |test| tests.extend((test.fact == *fact).then_some(test)));
    let values = classes(&tests, &catalogue.all()[*fact], today);
    let mut seen = seen.clone();
    values.iter().all(|value| {
        seen[*fact] = Some(value);
        holds(tree, rest, catalogue, &seen, today)
    })
}

/// The answer of a tree by Kleene's tables: a decided one is that of [`evaluate`], and so is an
/// undecided one of a tree that looks at each unknown fact once.
pub(crate) fn glance(tree: &Condition, seen: &Seen<'_>, today: Date) -> Truth {
    let (join, of) = match &tree.body {
        Body::Test(test) => {
            return match seen[test.fact] {
                None => Truth::Unknown,
                Some(value) if test.holds(value, today) => Truth::Yes,
                Some(_) => Truth::No,
            };
        }
        Body::Join(join, of) => (*join, of),
    };
    let (mut yes, mut unknown) = (0, 0);
    for part in of {
        match glance(part, seen, today) {
            Truth::Yes => yes += 1,
            Truth::Unknown => unknown += 1,
            Truth::No => {}
        }
    }
    let needed = match join {
        Join::All => of.len(),
        Join::Any | Join::None => 1,
        Join::AtLeast(n) => n,
    };
    match (yes >= needed, yes + unknown >= needed) {
        (true, _) if join == Join::None => Truth::No,
        (_, false) if join == Join::None => Truth::Yes,
        (true, _) => Truth::Yes,
        (_, false) => Truth::No,
        _ => Truth::Unknown,
    }
}

/// The facts that a tree looks at more than once.
pub(crate) fn repeated(tree: &Condition) -> Vec<usize> {
    let (mut once, mut more) = (BTreeSet::new(), BTreeSet::new());
    tree.each_test(&mut |test| {
        if !once.insert(test.fact) {
            more.insert(test.fact);
        }
    });
    more.into_iter().collect()
}

struct Evaluation {
    today: Date,
    diagram: Diagram,
    looked: BTreeMap<usize, Looked>,
}

/// A fact of the tree: its variable, what is known, and the values it may have.
struct Looked {
    var: usize,
    used: Used,
    values: Vec<Value>,
}

impl Evaluation {
    fn explain(&mut self, condition: &Condition) -> (Id, Explained) {
        let (id, because) = match &condition.body {
            Body::Test(test) => self.test(test),
            Body::Join(join, of) => {
                let (ids, parts): (Vec<_>, Vec<_>) = of.iter().map(|c| self.explain(c)).unzip();
                let id = match join {
                    Join::All => self.diagram.at_least(ids.len(), &ids),
                    Join::Any => self.diagram.at_least(1, &ids),
                    Join::AtLeast(n) => self.diagram.at_least(*n, &ids),
                    Join::None => {
                        let any = self.diagram.at_least(1, &ids);
                        self.diagram.not(any)
                    }
                };
                (id, Because::Of { join: *join, parts })
            }
        };
        let truth = match id {
            YES => Truth::Yes,
            NO => Truth::No,
            _ => Truth::Unknown,
        };
        (
            id,
            Explained {
                label: condition.label.clone(),
                truth,
                because,
            },
        )
    }

    fn test(&mut self, test: &Test) -> (Id, Because) {
        let looked = &self.looked[&test.fact];
        let holds = |value| {
            if test.holds(value, self.today) {
                YES
            } else {
                NO
            }
        };
        let arms = looked.values.iter().map(holds).collect();
        let id = self.diagram.branch(looked.var, arms);
        (id, Because::Fact(looked.used.clone()))
    }
}
