//! Live use: who is perhaps already known, asked while a person is registered.

use std::collections::BTreeSet;

use crate::LinkError;
use crate::block::{key, keys_of};
use crate::model::Model;
use crate::run::{Evidence, Pair, Scorer, evidence};
use crate::schema::{Rule, Schema};
use crate::table::Table;
use crate::words::QuickMap;

/// Candidates that are looked at for each rule.
const MOST: usize = 200;

/// A known record that may be of the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Its place in the index.
    pub record: usize,
    /// That it is the same person, 0 to 1.
    pub probability: f64,
    /// Weight of evidence for it, in bits.
    pub weight: f64,
    /// What each column says.
    pub evidence: Vec<Evidence>,
}

/// A table that is asked again and again, and grows.
pub struct Index {
    table: Table,
    model: Model,
    rules: Vec<Known>,
    /// For each record the first record of its cluster; a cluster keeps its number.
    clusters: Vec<u32>,
    /// Records that were taken out.
    gone: BTreeSet<u32>,
}

/// The records of each key of a rule.
struct Known {
    /// Keys and records of the table as it was, sorted.
    first: Vec<(u32, u32)>,
    /// Records that came later.
    later: QuickMap<u32, Vec<u32>>,
}

impl Known {
    fn new(table: &Table, rule: &Rule) -> Self {
        let mut first = Vec::new();
        keys_of(table, rule, &mut first, &mut Vec::new());
        first.shrink_to_fit();
        Self {
            first,
            later: QuickMap::default(),
        }
    }

    fn of(&self, key: u32) -> impl Iterator<Item = u32> {
        let from = self.first.partition_point(|(other, _)| *other < key);
        let first = self.first[from..].iter();
        let first = first.take_while(move |(other, _)| *other == key);
        let later = self.later.get(&key).into_iter().flatten();
        first.map(|(_, record)| *record).chain(later.copied())
    }
}

impl Index {
    /// An index over a table that was looked through, with its model and clusters.
    #[must_use]
    pub fn new(found: crate::Linkage) -> Self {
        let crate::Linkage {
            table,
            model,
            clusters,
            ..
        } = found;
        let rules = table.schema.rules.iter();
        Self {
            rules: rules.map(|rule| Known::new(&table, rule)).collect(),
            table,
            model,
            clusters,
            gone: BTreeSet::new(),
        }
    }

    /// The columns and rules it was made for.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.table.schema
    }

    /// What was learned of them.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Takes a record out: it is nobody's match any more. Others keep their places and clusters.
    pub fn remove(&mut self, record: usize) {
        self.gone.insert(record as u32);
    }

    fn enter(&mut self, record: usize) {
        for (rule, known) in self.table.schema.rules.iter().zip(&mut self.rules) {
            if let Some(key) = key(&self.table, rule, record) {
                known.later.entry(key).or_default().push(record as u32);
            }
        }
    }

    /// How many records it was given, those that were taken out among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The id of a record.
    #[must_use]
    pub fn id(&self, record: usize) -> &[u8] {
        self.table.id(record)
    }

    /// The number of the cluster of a record.
    #[must_use]
    pub fn cluster(&self, record: usize) -> u32 {
        self.clusters[record]
    }

    /// Known records that may be of the same person as these values, the likeliest first. The
    /// values stand in the order of the schema's columns.
    ///
    /// # Errors
    /// When the index is full.
    pub fn find_matches<'v>(
        &mut self,
        values: impl IntoIterator<Item = &'v [u8]>,
        threshold: f64,
    ) -> Result<Vec<Match>, LinkError> {
        let record = self.table.len();
        self.table.push(b"?", values)?;
        let found = self.matches(record, threshold);
        self.table.forget_last();
        Ok(found)
    }

    /// Adds a record and says to which cluster it belongs: that of its likeliest match, else one of
    /// its own.
    ///
    /// # Errors
    /// When the index is full.
    pub fn add<'v>(
        &mut self,
        id: &[u8],
        values: impl IntoIterator<Item = &'v [u8]>,
        threshold: f64,
    ) -> Result<u32, LinkError> {
        let record = self.table.len();
        self.table.push(id, values)?;
        let best = self
            .matches(record, threshold)
            .first()
            .map(|found| found.record);
        let cluster = best.map_or(record as u32, |best| self.clusters[best]);
        self.clusters.push(cluster);
        self.enter(record);
        Ok(cluster)
    }

    fn matches(&self, record: usize, threshold: f64) -> Vec<Match> {
        let scorer = Scorer::new(&self.table, &self.model);
        let mut seen = BTreeSet::new();
        let mut pairs: Vec<Pair> = Vec::new();
        for (at, rule) in self.table.schema.rules.iter().enumerate() {
            let Some(key) = key(&self.table, rule, record) else {
                continue;
            };
            for known in self.rules[at].of(key).take(MOST) {
                if !self.gone.contains(&known) && seen.insert(known) {
                    let pair = scorer.pair(at, known as usize, record);
                    if pair.probability >= threshold {
                        pairs.push(pair);
                    }
                }
            }
        }
        pairs.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.left.cmp(&b.left)));
        pairs
            .iter()
            .map(|pair| Match {
                record: pair.left,
                probability: pair.probability,
                weight: pair.weight,
                evidence: evidence(&self.table.schema, &self.model, pair),
            })
            .collect()
    }
}
