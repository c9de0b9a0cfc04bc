//! The engine over a register in memory: persons go in, pairs that may be one person come out.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use simpul_identity::KeyRing;
use simpul_linkage::{
    Evidence, Kind, LinkError, Linkage, Model, Options, Pair, Progress, Quit, Rule, Schema, Table,
    level_key,
};

use super::why::{Reason, Score};
use crate::platform::{AppError, Id, Result};
use crate::registry::Compared;

/// The persons of an area as the engine compares them.
pub(super) struct Register {
    table: Table,
    ids: Vec<Id>,
    /// Of each person, what [`Compared::mark`] says.
    pub marks: BTreeMap<Id, [u8; 32]>,
}

/// Two records that may be one person, the smaller id first.
pub(super) struct Alike {
    pub one: Id,
    pub other: Id,
    pub score: Score,
}

impl Register {
    pub fn new() -> Self {
        Self {
            table: Table::new(Schema::standard()),
            ids: Vec::new(),
            marks: BTreeMap::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Adds a person.
    ///
    /// # Errors
    /// When there are more than can be numbered.
    pub fn take(&mut self, person: &Compared, keys: &KeyRing) -> Result<()> {
        let columns = person.values(self.table.schema());
        self.table.push(b"", columns).map_err(AppError::internal)?;
        self.ids.push(person.id);
        self.marks.insert(person.id, person.mark(keys));
        Ok(())
    }

    /// Looks for records of one person, surest first, on one thread: those who are served go
    /// before. It blocks.
    ///
    /// # Errors
    /// When it was stopped.
    pub fn find(self, gauge: &Gauge) -> std::result::Result<Vec<Alike>, LinkError> {
        let options = Options {
            threads: NonZero::new(1),
            ..Options::default()
        };
        let found = Linkage::find(self.table, &options, |progress| gauge.note(progress))?;
        let mut pairs: Vec<&Pair> = found.pairs.iter().collect();
        pairs.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let alike = |pair: &Pair| {
            let (left, right) = (self.ids[pair.left], self.ids[pair.right]);
            Alike {
                one: left.min(right),
                other: left.max(right),
                score: score(
                    (found.table.schema(), &found.model),
                    (pair.probability, pair.weight),
                    &found.evidence(pair),
                ),
            }
        };
        Ok(pairs.into_iter().map(alike).collect())
    }
}

/// What the engine says of a pair, by what it learned.
pub(super) fn score(
    learned: (&Schema, &Model),
    (probability, weight): (f64, f64),
    evidence: &[Evidence],
) -> Score {
    let reason = |(at, evidence): (usize, &Evidence)| {
        let level = evidence.level?;
        Some(Reason {
            column: learned.0.columns[at].name.clone(),
            level: level.to_owned(),
            weight: alone(learned, at, level).unwrap_or(evidence.weight),
        })
    };
    let mut why: Vec<Reason> = evidence.iter().enumerate().filter_map(reason).collect();
    why.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    Score {
        probability,
        weight,
        why,
    }
}

/// What a column says to people, who do not know by which rule two records were brought together:
/// against records drawn at random. Beside a rule that looks at the name, an equal name says nothing.
fn alone((schema, model): (&Schema, &Model), column: usize, level: &str) -> Option<f64> {
    // In a NIK stand region, sex and date of birth as well.
    let looks = |at: usize| at == column || schema.columns[at].kind == Kind::Nik;
    let apart = |rule: &Rule| rule.parts.iter().all(|(at, _)| !looks(*at));
    let rule = schema.rules.iter().position(apart)?;
    let kind = schema.columns[column].kind;
    let number = (0..).find(|number| level_key(kind, *number) == level)?;
    Some(model.weight(rule, column, number))
}

/// How far the engine is, read by another thread; and the way to stop it.
#[derive(Clone, Default)]
pub(super) struct Gauge(Arc<Inner>);

#[derive(Default)]
struct Inner {
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

impl Gauge {
    fn note(&self, progress: Progress) -> Quit {
        self.0.done.store(progress.done as u64, Ordering::Relaxed);
        self.0.total.store(progress.all as u64, Ordering::Relaxed);
        if self.0.stop.load(Ordering::Relaxed) {
            Quit::Yes
        } else {
            Quit::No
        }
    }

    /// Parts done, and all parts.
    pub fn read(&self) -> (u64, u64) {
        let at = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (at(&self.0.done), at(&self.0.total))
    }

    /// Asks the engine to stop.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}
