//! Trees of conditions on declared facts, read from a rule file and checked once.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, FactDef, Kind};
use crate::file::At;
use crate::{FileError, Text, Value};

/// How a condition joins those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Every one of them.
    All,
    /// One or more of them.
    Any,
    /// Not one of them.
    None,
    /// So many of them.
    AtLeast(usize),
}

/// A labelled condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) label: Text,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Join(Join, Vec<Condition>),
    Test(Test),
}

/// A comparison of one fact, named by its place in the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) fact: usize,
    age: Option<AgeUnit>,
    relation: Relation,
}

/// Completed units of age.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AgeUnit {
    Days,
    Months,
    Years,
}

#[derive(Clone, Debug)]
enum Relation {
    In(Vec<Value>),
    Lt(Value),
    Le(Value),
    Gt(Value),
    Ge(Value),
}

impl AgeUnit {
    fn of(self, birth: Date, today: Date) -> i32 {
        let months = (i32::from(today.year()) - i32::from(birth.year())) * 12
            + i32::from(today.month())
            - i32::from(birth.month())
            - i32::from(today.day() < birth.day());
        let age = match self {
            Self::Days => crate::days_between(birth, today)
                .try_into()
                .unwrap_or(i32::MAX),
            Self::Months => months,
            Self::Years => months.div_euclid(12),
        };
        age.max(0)
    }

    /// Ages in conditions stay below so many units: 150 years.
    const fn limit(self) -> i32 {
        match self {
            Self::Days => 54_787,
            Self::Months => 1_800,
            Self::Years => 150,
        }
    }

    fn span(self, n: i32) -> Span {
        // Within `limit`, so that no span can be out of range.
        match self {
            Self::Days => n.days(),
            Self::Months => n.months(),
            Self::Years => n.years(),
        }
    }
}

impl Relation {
    fn constants(&self) -> &[Value] {
        match self {
            Self::In(values) => values,
            Self::Lt(v) | Self::Le(v) | Self::Gt(v) | Self::Ge(v) => std::slice::from_ref(v),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::In(values) => values.contains(value),
            Self::Lt(limit) => value < limit,
            Self::Le(limit) => value <= limit,
            Self::Gt(limit) => value > limit,
            Self::Ge(limit) => value >= limit,
        }
    }
}

impl Test {
    /// Whether a value of the declared type passes.
    pub(crate) fn holds(&self, value: &Value, today: Date) -> bool {
        match (self.age, value) {
            (Some(unit), Value::Date(birth)) => {
                self.relation.holds(&Value::Integer(unit.of(*birth, today)))
            }
            _ => self.relation.holds(value),
        }
    }

    /// Values around which the answer may turn: enough to meet every class of values.
    fn samples(&self, kind: &Kind, today: Date) -> Vec<Value> {
        let around = |v: &Value| -> Vec<Value> {
            match (v, self.age) {
                (Value::Integer(n), Some(unit)) => [*n, n + 1]
                    .into_iter()
                    .flat_map(|n| neighbours(today.saturating_sub(unit.span(n))))
                    .collect(),
                (Value::Integer(n), None) => [n.saturating_sub(1), *n, n.saturating_add(1)]
                    .map(Value::Integer)
                    .to_vec(),
                (Value::Decimal(d), _) => [-1, 0, 1]
                    .map(|step| d.hundredths().saturating_add(step))
                    .map(|n| Value::Decimal(crate::Decimal::from_hundredths(n)))
                    .to_vec(),
                (Value::Date(day), _) => neighbours(*day).to_vec(),
                (Value::YesNo(_) | Value::Choice(_), _) => Vec::new(),
            }
        };
        let of_kind = match kind {
            Kind::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
            Kind::Choice(options) => options.iter().map(|o| o.key.as_str().into()).collect(),
            _ => Vec::new(),
        };
        let constants = self.relation.constants().iter();
        let mut samples: Vec<_> = constants.flat_map(around).chain(of_kind).collect();
        samples.retain(|v| kind.accepts(v));
        samples
    }
}

fn neighbours(day: Date) -> [Value; 3] {
    [-1, 0, 1].map(|n: i32| Value::Date(day.saturating_add(n.days())))
}

/// One value of each class that these tests of one fact tell apart.
pub(crate) fn classes(tests: &[&Test], def: &FactDef, today: Date) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut samples: Vec<_> = tests
        .iter()
        .flat_map(|t| t.samples(&def.kind, today))
        .collect();
    samples.retain(|value| {
        let answers: Vec<_> = tests.iter().map(|t| t.holds(value, today)).collect();
        let new = !seen.contains(&answers);
        if new {
            seen.push(answers);
        }
        new
    });
    samples
}

impl Condition {
    /// Calls `f` for every comparison, from left to right.
    pub(crate) fn each_test<'a>(&'a self, f: &mut impl FnMut(&'a Test)) {
        match &self.body {
            Body::Test(test) => f(test),
            Body::Join(_, of) => of.iter().for_each(|c| c.each_test(f)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    id: Option<String>,
    en: Option<String>,
    all: Option<Vec<RawCondition>>,
    any: Option<Vec<RawCondition>>,
    none: Option<Vec<RawCondition>>,
    at_least: Option<usize>,
    of: Option<Vec<RawCondition>>,
    fact: Option<String>,
    age: Option<AgeUnit>,
    eq: Option<toml::Value>,
    lt: Option<toml::Value>,
    le: Option<toml::Value>,
    gt: Option<toml::Value>,
    ge: Option<toml::Value>,
    r#in: Option<Vec<toml::Value>>,
}

impl RawCondition {
    /// Checks words, shape, fact and types; `path` names the place in refusals.
    pub(crate) fn check(
        self,
        at: &At<'_>,
        path: &str,
        catalogue: &Catalogue,
    ) -> Result<Condition, FileError> {
        let label = self
            .id
            .clone()
            .zip(self.en.clone())
            .map(|(id, en)| Text { id, en });
        let label = at.text(&format!("{path}.id/en"), label)?;
        if self.fact.is_some() {
            let test = self.test(at, path, catalogue)?;
            return Ok(Condition {
                label,
                body: Body::Test(test),
            });
        }
        at.require(path, !self.compares(), "a comparison needs `fact`")?;
        let paired = self.at_least.is_some() == self.of.is_some();
        at.require(path, paired, "`at_least` and `of` go together")?;
        let joins = [
            self.all.map(|of| ("all", Join::All, of)),
            self.any.map(|of| ("any", Join::Any, of)),
            self.none.map(|of| ("none", Join::None, of)),
            self.at_least
                .zip(self.of)
                .map(|(n, of)| ("of", Join::AtLeast(n), of)),
        ];
        let mut joins = joins.into_iter().flatten();
        let (Some((name, join, of)), None) = (joins.next(), joins.next()) else {
            let problem = "needs exactly one of `fact`, `all`, `any`, `none`, `at_least` with `of`";
            return Err(at.error(path, problem));
        };
        at.require(path, !of.is_empty(), "joins nothing; add conditions")?;
        if let Join::AtLeast(n) = join {
            let sane = (1..=of.len()).contains(&n);
            at.require(
                path,
                sane,
                "`at_least` must be from 1 to the number of conditions",
            )?;
        }
        let of = of
            .into_iter()
            .enumerate()
            .map(|(i, c)| c.check(at, &format!("{path}.{name}[{i}]"), catalogue))
            .collect::<Result<_, _>>()?;
        Ok(Condition {
            label,
            body: Body::Join(join, of),
        })
    }

    fn compares(&self) -> bool {
        let single = [&self.eq, &self.lt, &self.le, &self.gt, &self.ge];
        self.age.is_some() || self.r#in.is_some() || single.iter().any(|v| v.is_some())
    }

    fn test(self, at: &At<'_>, path: &str, catalogue: &Catalogue) -> Result<Test, FileError> {
        let joins = [&self.all, &self.any, &self.none, &self.of];
        let alone = self.at_least.is_none() && joins.iter().all(|j| j.is_none());
        at.require(
            path,
            alone,
            "has both `fact` and conditions below; keep one",
        )?;
        let key = self.fact.unwrap_or_default();
        let field = format!("{path}.fact");
        let fact = catalogue.index(&key).ok_or_else(|| {
            at.error(
                &field,
                format!("unknown fact `{key}`; declare it in facts.toml"),
            )
        })?;
        let kind = &catalogue.all()[fact].kind;
        let is_date = *kind == Kind::Date;
        at.require(
            path,
            self.age.is_none() || is_date,
            "`age` needs a fact of type date",
        )?;
        let constant = |v: &toml::Value| constant(at, path, kind, self.age, v);
        let single = |v: Option<toml::Value>| v.map(|v| constant(&v)).transpose();
        let many = |v: Option<Vec<toml::Value>>| {
            v.map(|v| v.iter().map(constant).collect::<Result<Vec<_>, _>>())
                .transpose()
        };
        let relations = [
            single(self.eq)?.map(|v| Relation::In(vec![v])),
            many(self.r#in)?.map(Relation::In),
            single(self.lt)?.map(Relation::Lt),
            single(self.le)?.map(Relation::Le),
            single(self.gt)?.map(Relation::Gt),
            single(self.ge)?.map(Relation::Ge),
        ];
        let mut relations = relations.into_iter().flatten();
        let (Some(relation), None) = (relations.next(), relations.next()) else {
            let problem = "needs exactly one of `eq`, `in`, `lt`, `le`, `gt`, `ge`";
            return Err(at.error(path, problem));
        };
        let ordered = !matches!(kind, Kind::YesNo | Kind::Choice(_));
        let equality = matches!(relation, Relation::In(_));
        at.require(
            path,
            ordered || equality,
            "this fact has no order; use `eq` or `in`",
        )?;
        let test = Test {
            fact,
            age: self.age,
            relation,
        };
        // Any day serves: the classes of a test do not depend on it.
        let day = Date::constant(2026, 1, 1);
        if classes(&[&test], &catalogue.all()[fact], day).len() < 2 {
            let problem = "gives the same answer for every value the fact can have; mend the limit";
            return Err(at.error(path, problem));
        }
        Ok(test)
    }
}

fn constant(
    at: &At<'_>,
    path: &str,
    kind: &Kind,
    age: Option<AgeUnit>,
    value: &toml::Value,
) -> Result<Value, FileError> {
    let wrong = || {
        at.error(
            path,
            "the limit does not have the type of the fact; see facts.toml",
        )
    };
    if let Some(unit) = age {
        let n = at.integer(path, value)?;
        at.require(
            path,
            (0..unit.limit()).contains(&n),
            "an age is from 0 to 150 years",
        )?;
        return Ok(Value::Integer(n));
    }
    let value = match kind {
        Kind::YesNo => Value::YesNo(value.as_bool().ok_or_else(wrong)?),
        Kind::Integer { .. } => Value::Integer(at.integer(path, value)?),
        Kind::Decimal { .. } => Value::Decimal(at.decimal(path, value)?),
        Kind::Choice(_) => Value::Choice(value.as_str().ok_or_else(wrong)?.to_owned()),
        Kind::Date => Value::Date(at.date(path, value.as_str().ok_or_else(wrong)?)?),
    };
    at.require(
        path,
        kind.accepts(&value),
        "the limit is not a value the fact can have",
    )?;
    Ok(value)
}
