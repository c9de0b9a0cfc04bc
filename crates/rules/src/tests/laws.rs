//! The laws of three-valued evaluation, on random trees against brute force.
//!
//! Proven here, for trees over facts of every type: the answer is yes (no) exactly when the tree is
//! true (false) in every possible completion of the unknown facts; the open facts are exactly those
//! that change the tree in some completion; hence none is open exactly when the answer is decided.
//! It agrees with Kleene's strong logic wherever that decides, and always when no fact is tested
//! twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use super::TODAY;
use crate::catalogue::Catalogue;
use crate::file::Source;
use crate::tree::{Condition, RawCondition};
use crate::verdict::{Answer, evaluate, glance, holds, repeated};
use crate::{Audience, Decimal, Facts, Origin, Truth, Value};

const FACTS: &str = r#"
kind = "facts"
fact = [
  { key = "a", type = "yes_no", order = 1, name = { id = "a", en = "a" }, see = "kader", sensitivity = "general" },
  { key = "b", type = "yes_no", order = 2, name = { id = "b", en = "b" }, see = "kader", sensitivity = "general" },
  { key = "n", type = "integer", min = 0, max = 4, order = 3, name = { id = "n", en = "n" }, see = "kader", sensitivity = "general" },
  { key = "p", type = "decimal", min = 1, max = 1.03, order = 4, name = { id = "p", en = "p" }, see = "kader", sensitivity = "general" },
  { key = "c", type = "choice", options = [{ key = "x", id = "x", en = "x" }, { key = "y", id = "y", en = "y" }, { key = "z", id = "z", en = "z" }], order = 5, name = { id = "c", en = "c" }, see = "kader", sensitivity = "general" },
  { key = "d", type = "date", order = 6, name = { id = "d", en = "d" }, see = "kader", sensitivity = "general" },
  { key = "unused", type = "yes_no", order = 7, name = { id = "u", en = "u" }, see = "kader", sensitivity = "general" },
]"#;

const KEYS: [&str; 6] = ["a", "b", "n", "p", "c", "d"];

/// Every value of a fact; older births than 70 days cannot differ from 70 for the limits used.
fn domain(key: &str) -> Vec<Value> {
    match key {
        "a" | "b" => vec![false.into(), true.into()],
        "n" => (0..=4).map(Value::Integer).collect(),
        "p" => (100..=103)
            .map(|h| Decimal::from_hundredths(h).into())
            .collect(),
        "c" => ["x", "y", "z"].map(Value::from).to_vec(),
        _ => (0..=70).map(birth).collect(),
    }
}

fn birth(days_ago: i64) -> Value {
    TODAY.checked_sub(days_ago.days()).unwrap().into()
}

/// A tree of the test's own, with an evaluation of its own.
#[derive(Clone, Debug)]
enum Tree {
    Is(&'static str, &'static str, Vec<i32>),
    Age(&'static str, &'static str, i32),
    Join(usize, &'static str, Vec<Tree>),
}

type World = BTreeMap<&'static str, Value>;

fn number(key: &str, n: i32) -> Value {
    match key {
        "a" | "b" => Value::YesNo(n % 2 == 1),
        "n" => Value::Integer(n % 5),
        "p" => Decimal::from_hundredths(100 + n % 4).into(),
        _ => ["x", "y", "z"][n.unsigned_abs() as usize % 3].into(),
    }
}

fn compare<T: PartialOrd>(op: &str, value: &T, limits: &[T]) -> bool {
    match op {
        "lt" => *value < limits[0],
        "le" => *value <= limits[0],
        "gt" => *value > limits[0],
        "ge" => *value >= limits[0],
        "eq" => *value == limits[0],
        _ => limits.contains(value),
    }
}

impl Tree {
    fn holds(&self, world: &World) -> bool {
        match self {
            Self::Is(key, op, limits) => {
                let limits: Vec<_> = limits.iter().map(|n| number(key, *n)).collect();
                compare(op, &world[key], &limits)
            }
            Self::Age(unit, op, limit) => {
                let Value::Date(birth) = &world["d"] else {
                    panic!("d is a date")
                };
                compare(op, &age(unit, *birth), &[*limit])
            }
            Self::Join(need, kind, parts) => {
                let yes = parts.iter().filter(|p| p.holds(world)).count();
                match *kind {
                    "all" => yes == parts.len(),
                    "any" => yes > 0,
                    "none" => yes == 0,
                    _ => yes >= *need,
                }
            }
        }
    }

    /// Kleene's strong three-valued logic.
    fn kleene(&self, known: &World) -> Truth {
        match self {
            Self::Is(key, ..) if !known.contains_key(key) => Truth::Unknown,
            Self::Age(..) if !known.contains_key("d") => Truth::Unknown,
            Self::Is(..) | Self::Age(..) => truth(self.holds(known)),
            Self::Join(need, kind, parts) => {
                let count = |t| parts.iter().filter(|p| p.kleene(known) == t).count();
                let (yes, open) = (count(Truth::Yes), count(Truth::Unknown));
                let least = match *kind {
                    "all" => parts.len(),
                    "any" | "none" => 1,
                    _ => *need,
                };
                match (yes >= least, yes + open < least, *kind) {
                    (true, _, "none") | (_, true, "all" | "any" | "of") => Truth::No,
                    (true, _, _) | (_, true, _) => Truth::Yes,
                    _ => Truth::Unknown,
                }
            }
        }
    }

    fn facts(&self, keys: &mut Vec<&'static str>) {
        match self {
            Self::Is(key, ..) => keys.push(key),
            Self::Age(..) => keys.push("d"),
            Self::Join(_, _, parts) => parts.iter().for_each(|p| p.facts(keys)),
        }
    }

    fn toml(&self, out: &mut String) {
        out.push_str("{ id = \"i\", en = \"e\", ");
        match self {
            Self::Is(key, op, limits) => {
                let limits: Vec<_> = limits.iter().map(|n| literal(&number(key, *n))).collect();
                let limits = match *op {
                    "in" => format!("[{}]", limits.join(", ")),
                    _ => limits[0].clone(),
                };
                write!(out, "fact = \"{key}\", {op} = {limits}").unwrap();
            }
            Self::Age(unit, op, limit) => {
                write!(out, "fact = \"d\", age = \"{unit}\", {op} = {limit}").unwrap();
            }
            Self::Join(need, kind, parts) => {
                if *kind == "of" {
                    write!(out, "at_least = {need}, ").unwrap();
                }
                write!(out, "{kind} = [").unwrap();
                for part in parts {
                    part.toml(out);
                    out.push(',');
                }
                out.push(']');
            }
        }
        out.push('}');
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::YesNo(v) => v.to_string(),
        Value::Integer(v) => v.to_string(),
        Value::Decimal(v) => v.to_string(),
        Value::Choice(v) => format!("\"{v}\""),
        Value::Date(v) => format!("\"{v}\""),
    }
}

fn age(unit: &str, birth: Date) -> i32 {
    let unit = if unit == "days" {
        Unit::Day
    } else {
        Unit::Month
    };
    let span = birth.until((unit, TODAY)).unwrap();
    if unit == Unit::Day {
        span.get_days()
    } else {
        span.get_months()
    }
}

fn truth(yes: bool) -> Truth {
    if yes { Truth::Yes } else { Truth::No }
}

fn leaf() -> impl Strategy<Value = Tree> {
    let ordered = prop::sample::select(vec!["lt", "le", "gt", "ge", "eq"]);
    let limits = || prop::collection::vec(0..60, 1..3);
    prop_oneof![
        (
            prop::sample::select(vec!["a", "b", "c"]),
            prop::sample::select(vec!["eq", "in"]),
            limits()
        )
            .prop_map(|(key, op, n)| Tree::Is(key, op, n)),
        (
            prop::sample::select(vec!["n", "p"]),
            ordered.clone(),
            limits()
        )
            .prop_map(|(key, op, n)| Tree::Is(key, op, n)),
        (ordered.clone(), 0..60).prop_map(|(op, n)| Tree::Age("days", op, n)),
        (ordered, 0..2).prop_map(|(op, n)| Tree::Age("months", op, n)),
    ]
    // A comparison with only one possible answer is refused at load.
    .prop_filter("constant", |leaf| parse(leaf).is_ok())
}

fn tree() -> impl Strategy<Value = Tree> {
    let kind = prop::sample::select(vec!["all", "any", "none", "of"]);
    leaf().prop_recursive(3, 10, 4, move |part| {
        (
            kind.clone(),
            prop::collection::vec(part, 1..4),
            any::<Index>(),
        )
            .prop_map(|(kind, parts, need)| Tree::Join(need.index(parts.len()) + 1, kind, parts))
    })
}

fn known() -> impl Strategy<Value = World> {
    let one = |key: &'static str| prop::sample::select(domain(key)).prop_map(move |v| (key, v));
    let all = KEYS.map(one);
    (all, subsequence(KEYS.to_vec(), 0..=KEYS.len())).prop_map(|(all, keep)| {
        all.into_iter()
            .filter(|(key, _)| keep.contains(key))
            .collect()
    })
}

fn catalogue() -> Catalogue {
    Catalogue::parse("facts.toml", FACTS).unwrap()
}

fn parse(tree: &Tree) -> Result<Condition, crate::FileError> {
    let mut text = "when = ".to_owned();
    tree.toml(&mut text);
    let mut table: BTreeMap<String, RawCondition> = toml::from_str(&text).unwrap();
    table
        .remove("when")
        .unwrap()
        .check(&Source("t").rule("r"), "when", &catalogue())
}

fn facts(known: &World) -> Facts {
    let mut facts = Facts::new();
    known
        .iter()
        .for_each(|(k, v)| facts.set(*k, v.clone(), Origin::Kader, TODAY));
    facts
}

fn answer(tree: &Tree, known: &World) -> Answer {
    evaluate(
        &parse(tree).unwrap(),
        &catalogue(),
        &facts(known),
        TODAY,
        Audience::Kader,
    )
}

/// The answer at a glance, and whether the tree holds whatever is unknown.
fn glanced(tree: &Tree, known: &World) -> (Truth, bool) {
    let (facts, catalogue) = (facts(known), catalogue());
    let seen = catalogue.seen(&facts, TODAY, Audience::Kader);
    let tree = parse(tree).unwrap();
    let holds = holds(&tree, &repeated(&tree), &catalogue, &seen, TODAY);
    (glance(&tree, &seen, TODAY), holds)
}

fn open(answer: &Answer) -> BTreeSet<&'static str> {
    answer.open.iter().map(|i| KEYS[*i]).collect()
}

/// Every completion of what is known, for the facts of the tree.
fn completions(tree: &Tree, known: &World) -> Vec<World> {
    let mut keys = Vec::new();
    tree.facts(&mut keys);
    let missing: BTreeSet<_> = keys
        .into_iter()
        .filter(|k| !known.contains_key(k))
        .collect();
    missing
        .into_iter()
        .fold(vec![known.clone()], |worlds, key| {
            let with = |w: &World, v: Value| w.clone().into_iter().chain([(key, v)]).collect();
            worlds
                .iter()
                .flat_map(|w| domain(key).into_iter().map(move |v| with(w, v)))
                .collect()
        })
}

/// The answer and the open facts straight from their definition.
fn brute(tree: &Tree, known: &World) -> (Truth, BTreeSet<&'static str>) {
    let worlds = completions(tree, known);
    let holds: BTreeMap<_, _> = worlds.iter().map(|w| (w, tree.holds(w))).collect();
    let mut open = BTreeSet::new();
    for key in KEYS.into_iter().filter(|k| !known.contains_key(k)) {
        let mut seen: BTreeMap<World, bool> = BTreeMap::new();
        let differs = holds.iter().any(|(world, holds)| {
            let mut rest = (*world).clone();
            rest.remove(key);
            *seen.entry(rest).or_insert(*holds) != *holds
        });
        if differs {
            open.insert(key);
        }
    }
    let answers: BTreeSet<_> = holds.values().collect();
    let truth = if answers.len() > 1 {
        Truth::Unknown
    } else {
        truth(tree.holds(&worlds[0]))
    };
    (truth, open)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn answer_and_open_facts_are_exact(tree in tree(), known in known()) {
        let answer = answer(&tree, &known);
        let (truth, open_by_definition) = brute(&tree, &known);
        prop_assert_eq!(answer.truth, truth);
        prop_assert_eq!(open(&answer), open_by_definition);
        prop_assert_eq!(answer.open.is_empty(), answer.truth != Truth::Unknown);
    }

    #[test]
    fn agrees_with_kleene(tree in tree(), known in known()) {
        let (ours, kleene) = (answer(&tree, &known).truth, tree.kleene(&known));
        prop_assert!(kleene == Truth::Unknown || ours == kleene);
        let mut keys = Vec::new();
        tree.facts(&mut keys);
        let once = keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
        prop_assert!(!once || ours == kleene);
        let (glanced, holds) = glanced(&tree, &known);
        prop_assert_eq!(glanced, kleene);
        prop_assert_eq!(holds, ours == Truth::Yes);
        prop_assert_eq!(repeated(&parse(&tree).unwrap()).is_empty(), once);
    }

    #[test]
    fn an_irrelevant_fact_changes_nothing(tree in tree(), known in known(), value: bool) {
        let before = answer(&tree, &known);
        let mut more = known;
        more.insert("unused", value.into());
        more.insert("undeclared", value.into());
        let after = answer(&tree, &more);
        prop_assert_eq!(before.tree, after.tree);
        prop_assert_eq!(before.open, after.open);
    }

    #[test]
    fn asking_in_any_order_ends_alike(
        tree in tree(),
        start in known(),
        all in KEYS.map(|k| prop::sample::select(domain(k))),
        picks in prop::collection::vec(any::<Index>(), KEYS.len()),
    ) {
        let truth_of = |world: &World| answer(&tree, world).truth;
        let world: World = KEYS.into_iter().zip(all).chain(start.clone()).collect();
        let (mut known, mut verdict) = (start, None);
        for pick in picks {
            let now = answer(&tree, &known);
            let open: Vec<_> = open(&now).into_iter().collect();
            if open.is_empty() {
                verdict = Some(now.truth);
                break;
            }
            let key = *pick.get(&open);
            known.insert(key, world[key].clone());
        }
        let verdict = verdict.unwrap_or_else(|| truth_of(&known));
        prop_assert_eq!(verdict, truth(tree.holds(&world)));
        // What is decided stays decided when more becomes known.
        prop_assert_eq!(truth_of(&world), verdict);
    }
}

#[test]
fn a_thing_or_its_opposite_is_decided() {
    let is = |v| Tree::Is("a", "eq", vec![v]);
    let tree = Tree::Join(1, "any", vec![is(0), is(1)]);
    let answer = answer(&tree, &World::new());
    assert_eq!(tree.kleene(&World::new()), Truth::Unknown);
    assert_eq!(answer.truth, Truth::Yes);
    assert!(answer.open.is_empty());
    assert_eq!(glanced(&tree, &World::new()), (Truth::Unknown, true));
}

#[test]
fn two_limits_on_one_fact_are_told_apart() {
    // n <= 2 or n > 1 always holds; n <= 1 and n > 2 never does.
    let (low, high) = (Tree::Is("n", "le", vec![2]), Tree::Is("n", "gt", vec![1]));
    let always = Tree::Join(1, "any", vec![low, high]);
    assert_eq!(answer(&always, &World::new()).truth, Truth::Yes);
    assert_eq!(glanced(&always, &World::new()), (Truth::Unknown, true));
    let (low, high) = (Tree::Is("n", "le", vec![1]), Tree::Is("n", "gt", vec![2]));
    let never = Tree::Join(1, "all", vec![low, high]);
    assert_eq!(answer(&never, &World::new()).truth, Truth::No);
    assert_eq!(glanced(&never, &World::new()), (Truth::Unknown, false));
}
