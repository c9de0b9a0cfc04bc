//! From a table to pairs and clusters.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::block::{Blocks, Range, RuleReport};
use crate::cluster;
use crate::compare::{Pattern, commonness, compare, level_key, rarest};
use crate::model::{Histogram, KINDS, Levels, Model, SAME, of_strangers};
use crate::schema::Schema;
use crate::table::Table;
use crate::words::{QuickMap, mix};
use crate::{LinkError, Quit};

/// Pairs of a part of the work.
const PART: u64 = 40_000;
/// Candidates from which the model learns, at most about.
const LESSONS: u64 = 1_500_000;
/// Pairs drawn at random to see how often levels occur by chance.
const DRAWN: usize = 100_000;
/// Candidates for each record up to which their patterns are kept, 16 bytes each; where there are
/// more they are compared twice instead.
const KEPT: u64 = 8;
/// Candidates that are gathered before they are compared.
const GATHERED: usize = 256;
/// Bars of the histogram of probabilities.
pub const BARS: usize = 20;

/// What one may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// Probability from which a pair counts as the same person, over 0 and below 1.
    pub threshold: f64,
    /// Threads; `None` for as many as the machine has. The result is the same for any number.
    pub threads: Option<NonZero<usize>>,
}

impl Default for Options {
    /// A pair counts where it is likelier the same person than not.
    fn default() -> Self {
        Self {
            threshold: 0.5,
            threads: None,
        }
    }
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Parts done.
    pub done: usize,
    /// All parts.
    pub all: usize,
}

/// Two records that may be of the same person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The earlier record of the table.
    pub left: usize,
    /// The later record.
    pub right: usize,
    /// That they are of the same person, 0 to 1.
    pub probability: f64,
    /// Weight of evidence for it, in bits.
    pub weight: f64,
    /// The rule that brought them together.
    pub rule: usize,
    pub(crate) pattern: Pattern,
}

/// What one column says of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Key of the level, such as `misspelt`; none where one of the two lacks the value.
    pub level: Option<&'static str>,
    /// Its weight in bits: above 0 it speaks for the same person.
    pub weight: f64,
}

/// The result.
pub struct Linkage {
    /// The table that was looked through.
    pub table: Table,
    /// Pairs from the threshold on, by records.
    pub pairs: Vec<Pair>,
    /// For each record the first record of its cluster.
    pub clusters: Vec<u32>,
    /// Pairs that were left out of clusters, since another pair of the cluster speaks against them.
    pub vetoed: usize,
    /// What was learned.
    pub model: Model,
    /// What each blocking rule found.
    pub rules: Vec<RuleReport>,
    /// Candidates that were compared.
    pub compared: u64,
    /// How many candidates have which probability, in steps of 1/20.
    pub histogram: [u64; BARS],
}

/// Scores pairs of one table by one model.
pub struct Scorer<'t> {
    table: &'t Table,
    model: &'t Model,
}

impl<'t> Scorer<'t> {
    /// # Panics
    /// Never.
    #[must_use]
    pub fn new(table: &'t Table, model: &'t Model) -> Self {
        Self { table, model }
    }

    /// How likely two records that a rule brought together are of the same person.
    #[must_use]
    pub fn pair(&self, rule: usize, left: usize, right: usize) -> Pair {
        self.compared(rule, left, right, self.pattern(left, right))
    }

    fn pattern(&self, left: usize, right: usize) -> Pattern {
        let (a, b) = (self.table.row(left), self.table.row(right));
        compare(self.table, &self.table.schema, a, b)
    }

    fn compared(&self, rule: usize, left: usize, right: usize, pattern: Pattern) -> Pair {
        let common = commonness(self.table, self.table.row(left), pattern);
        let (same, others) = self.odds(rule, pattern, common);
        Pair {
            left,
            right,
            probability: probability(same, others),
            weight: libm::log2((same / others).clamp(1e-18, 1e18)),
            rule,
            pattern,
        }
    }

    /// Whether a pattern stays in the lowest bar and below the threshold however rare the values
    /// are that agree.
    fn is_hopeless(&self, rule: usize, pattern: Pattern, threshold: f64) -> bool {
        let (same, others) = self.odds(rule, pattern, rarest(self.table, pattern));
        probability(same, others) < threshold.min(1.0 / BARS as f64)
    }

    /// How likely the pattern is among the same person, and among others, whose values agree by
    /// chance `common` times as often as usual.
    fn odds(&self, rule: usize, pattern: Pattern, common: f64) -> (f64, f64) {
        let mut kinds = self.model.kinds(rule, pattern);
        kinds[KINDS] *= common;
        (kinds[..SAME].iter().sum(), kinds[SAME..].iter().sum())
    }
}

fn probability(same: f64, others: f64) -> f64 {
    let sum = same + others;
    if sum > 0.0 { same / sum } else { 0.0 }
}

impl Linkage {
    /// Finds records that are of the same person: within one table, or across two files where
    /// [`Table::begin_right`] was called between them.
    ///
    /// # Errors
    /// [`LinkError::Stopped`] when `progress` asks for it.
    pub fn find(
        mut table: Table,
        options: &Options,
        progress: impl Fn(Progress) -> Quit + Sync,
    ) -> Result<Self, LinkError> {
        table.settle();
        let blocks = Blocks::new(&table);
        let ranges = blocks.ranges(PART);
        let threads = options
            .threads
            .or_else(|| thread::available_parallelism().ok());
        let threads = threads.map_or(1, NonZero::get);
        let keep = blocks.total() <= table.len() as u64 * KEPT + LESSONS;
        let every = if keep {
            1
        } else {
            blocks.total().div_ceil(LESSONS)
        };
        let lessons = Parts {
            threads,
            all: ranges.len() * 2,
            before: 0,
            progress: &progress,
        };
        let seen = lessons.work(&ranges, |_, range| {
            lesson(&table, &blocks, *range, every, keep)
        })?;
        let mut histogram = Histogram::new();
        for (pattern, count) in seen.iter().flat_map(|seen| &seen.patterns) {
            *histogram.entry(*pattern).or_default() += *count;
        }
        let model = Model::learn(&table.schema, &histogram, &by_chance(&table));
        let scorer = Scorer::new(&table, &model);
        let scoring = Parts {
            before: ranges.len(),
            ..lessons
        };
        let threshold = options.threshold;
        let scored = scoring.work(&ranges, |at, range| {
            let kept = keep.then_some(&seen[at].kept[..]);
            score(&scorer, &blocks, *range, kept, threshold)
        })?;
        drop(seen);
        let Scored {
            mut pairs,
            compared,
            bars,
        } = scored.into_iter().fold(Scored::default(), Scored::and);
        pairs.sort_unstable_by_key(|pair: &Pair| (pair.left, pair.right));
        let (clusters, vetoed) = cluster::clusters(table.len(), &pairs, &scorer);
        if table.right_from == usize::MAX {
            let implied = cluster::implied(&clusters, &pairs, &scorer, options.threshold);
            pairs.extend(implied);
            pairs.sort_unstable_by_key(|pair: &Pair| (pair.left, pair.right));
        }
        Ok(Self {
            rules: blocks.reports().to_vec(),
            clusters,
            vetoed,
            pairs,
            compared,
            histogram: bars,
            model,
            table,
        })
    }

    /// What each column says of a pair, in the order of the schema.
    #[must_use]
    pub fn evidence(&self, pair: &Pair) -> Vec<Evidence> {
        evidence(&self.table.schema, &self.model, pair)
    }
}

pub(crate) fn evidence(schema: &Schema, model: &Model, pair: &Pair) -> Vec<Evidence> {
    let of = |at: usize| {
        let level = pair.pattern.level(at);
        Evidence {
            level: level.map(|level| level_key(schema.columns[at].kind, level)),
            weight: level.map_or(0.0, |level| model.weight(pair.rule, at, level)),
        }
    };
    (0..schema.columns.len()).map(of).collect()
}

/// Work in parts on several threads; the results stand in the order of the parts.
struct Parts<'p, P> {
    threads: usize,
    all: usize,
    before: usize,
    progress: &'p P,
}

impl<P: Fn(Progress) -> Quit + Sync> Parts<'_, P> {
    fn work<T: Send>(
        &self,
        ranges: &[Range],
        each: impl Fn(usize, &Range) -> T + Sync,
    ) -> Result<Vec<T>, LinkError> {
        let (next, done, stop) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicBool::new(false),
        );
        let one = || {
            let mut mine = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(range) = ranges.get(at).filter(|_| !stop.load(Ordering::Relaxed)) else {
                    return mine;
                };
                mine.push((at, each(at, range)));
                let done = done.fetch_add(1, Ordering::Relaxed) + 1 + self.before;
                if (self.progress)(Progress {
                    done,
                    all: self.all,
                }) == Quit::Yes
                {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        };
        let mut parts: Vec<(usize, T)> = thread::scope(|scope| {
            let others: Vec<_> = (1..self.threads).map(|_| scope.spawn(one)).collect();
            let mut parts = one();
            for other in others {
                match other.join() {
                    Ok(more) => parts.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            parts
        });
        if stop.load(Ordering::Relaxed) {
            return Err(LinkError::Stopped);
        }
        parts.sort_unstable_by_key(|(at, _)| *at);
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }
}

/// Candidates of one part as they were compared.
struct Seen {
    patterns: QuickMap<(usize, Pattern), u64>,
    kept: Vec<(u32, u32, Pattern)>,
}

/// The patterns of one in `every` candidates, the same ones always.
fn lesson(table: &Table, blocks: &Blocks, range: Range, every: u64, keep: bool) -> Seen {
    let mut seen = Seen {
        patterns: QuickMap::default(),
        kept: Vec::new(),
    };
    each_pattern(table, blocks, range, every, |a, b, pattern| {
        *seen.patterns.entry((range.rule, pattern)).or_default() += 1;
        if keep {
            seen.kept.push((a as u32, b as u32, pattern));
        }
    });
    seen
}

/// Compares one in `every` candidates of a part. They are gathered first, so that their records
/// are read into the processor's cache together and not one after the other.
fn each_pattern(
    table: &Table,
    blocks: &Blocks,
    range: Range,
    every: u64,
    mut each: impl FnMut(usize, usize, Pattern),
) {
    let mut gathered = Vec::with_capacity(GATHERED);
    let mut compared = |gathered: &mut Vec<(usize, usize)>| {
        let ends = |at: usize| table.row(at)[0] ^ table.row(at)[table.width() - 1];
        let sum = gathered
            .iter()
            .fold(0, |sum, (a, b)| sum ^ ends(*a) ^ ends(*b));
        std::hint::black_box(sum);
        for (a, b) in gathered.drain(..) {
            let pattern = compare(table, &table.schema, table.row(a), table.row(b));
            each(a, b, pattern);
        }
    };
    blocks.pairs(table, range, |a, b| {
        if every > 1 && !mix((a as u64) << 32 | b as u64).is_multiple_of(every) {
            return;
        }
        gathered.push((a, b));
        if gathered.len() == GATHERED {
            compared(&mut gathered);
        }
    });
    compared(&mut gathered);
}

/// Scores the candidates of one part, as they were kept or compared anew.
fn score(
    scorer: &Scorer<'_>,
    blocks: &Blocks,
    range: Range,
    kept: Option<&[(u32, u32, Pattern)]>,
    threshold: f64,
) -> Scored {
    let mut scored = Scored::default();
    let mut known = QuickMap::<Pattern, bool>::default();
    let mut take = |a: usize, b: usize, pattern: Pattern| {
        let hopeless = *known
            .entry(pattern)
            .or_insert_with(|| scorer.is_hopeless(range.rule, pattern, threshold));
        if hopeless {
            scored.count(0.0);
            return;
        }
        let pair = scorer.compared(range.rule, a, b, pattern);
        scored.count(pair.probability);
        if pair.probability >= threshold {
            scored.pairs.push(pair);
        }
    };
    match kept {
        Some(kept) => kept
            .iter()
            .for_each(|(a, b, pattern)| take(*a as usize, *b as usize, *pattern)),
        None => each_pattern(scorer.table, blocks, range, 1, take),
    }
    scored
}

/// How often each level occurs between two records drawn at random.
fn by_chance(table: &Table) -> Vec<Levels> {
    let columns = table.schema.columns.iter();
    let mut chance: Vec<Levels> = columns.map(|column| of_strangers(column.kind)).collect();
    let (size, right) = (table.len() as u64, table.right_from);
    if size < 2 {
        return chance;
    }
    let mut state = 0x5eed_u64;
    let mut draw = |from: u64, to: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        from + mix(state) % (to - from).max(1)
    };
    for _ in 0..DRAWN.min(table.len() * 20) {
        let (a, b) = if right < table.len() && right > 0 {
            (draw(0, right as u64), draw(right as u64, size))
        } else {
            (draw(0, size), draw(0, size))
        };
        if a == b {
            continue;
        }
        let (a, b) = (table.row(a as usize), table.row(b as usize));
        let pattern = compare(table, &table.schema, a, b);
        for (at, counts) in chance.iter_mut().enumerate() {
            if let Some(level) = pattern.level(at) {
                counts[level] += 1.0;
            }
        }
    }
    chance
}

#[derive(Default)]
struct Scored {
    pairs: Vec<Pair>,
    compared: u64,
    bars: [u64; BARS],
}

impl Scored {
    /// With the next part.
    fn and(mut self, next: Self) -> Self {
        self.pairs.extend(next.pairs);
        self.compared += next.compared;
        for (sum, n) in self.bars.iter_mut().zip(next.bars) {
            *sum += n;
        }
        self
    }

    fn count(&mut self, probability: f64) {
        self.compared += 1;
        let bar = (probability * BARS as f64) as usize;
        self.bars[bar.min(BARS - 1)] += 1;
    }
}
