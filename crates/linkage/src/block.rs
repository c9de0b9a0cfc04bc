//! Candidates: records that agree in the key of a blocking rule, each pair once.

use crate::schema::{Kind, Part, Rule};
use crate::table::Table;
use crate::words::mix;

/// Records of a block from which on it is divided by a second key: kecamatan, name and year of
/// birth. Without it the pairs of common names would grow with the square of the file.
const DIVIDED: usize = 13;
/// Most records of a block, or of a part of a divided one, that are compared each with each; what is
/// larger is left out and reported.
const LARGEST: usize = 60;
/// Blocks whose records are read ahead.
const AHEAD: usize = 128;
/// The number of a record that is in no block of a rule.
const ALONE: u32 = 0;

/// What a rule found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleReport {
    /// As it stands in the schema.
    pub rule: String,
    /// Blocks of two records and more.
    pub blocks: u64,
    /// Pairs in them, those of earlier rules included.
    pub pairs: u64,
    /// Blocks that were too large and were divided by a second key.
    pub refined: u64,
    /// Records that were left out, since their block stayed too large.
    pub left_out: u64,
}

/// The blocks of all rules.
pub struct Blocks {
    /// Number of the block of each record and rule; `rules` numbers for each record.
    numbers: Vec<u32>,
    rules: usize,
    /// Records by rule and block.
    members: Vec<Vec<u32>>,
    /// Where each block of a rule begins in `members`.
    starts: Vec<Vec<u32>>,
    reports: Vec<RuleReport>,
}

/// A part of the work: some blocks of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Place of the rule in the schema.
    pub rule: usize,
    /// First block.
    pub from: usize,
    /// Behind the last block.
    pub to: usize,
}

impl Blocks {
    /// Sorts the records of a table into blocks.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let rules = table.schema.rules.len();
        let mut blocks = Self {
            numbers: vec![ALONE; table.len() * rules],
            rules,
            members: Vec::new(),
            starts: Vec::new(),
            reports: Vec::new(),
        };
        let mut keys = Vec::with_capacity(table.len());
        let mut spare = Vec::new();
        for (number, rule) in table.schema.rules.iter().enumerate() {
            keys_of(table, rule, &mut keys, &mut spare);
            blocks.rule(table, number, rule, &keys);
        }
        blocks
    }

    fn rule(&mut self, table: &Table, number: usize, rule: &Rule, keys: &[(u32, u32)]) {
        let mut report = RuleReport {
            rule: rule.text.clone(),
            ..RuleReport::default()
        };
        let (mut members, mut starts) = (Vec::new(), vec![0]);
        let mut keep = |block: &[(u32, u32)], report: &mut RuleReport| {
            members.extend(block.iter().map(|(_, record)| *record));
            starts.push(members.len() as u32);
            report.blocks += 1;
            report.pairs += (block.len() * (block.len() - 1) / 2) as u64;
        };
        for block in keys.chunk_by(|a, b| a.0 == b.0) {
            match block.len() {
                0 | 1 => {}
                2..DIVIDED => keep(block, &mut report),
                _ => {
                    report.refined += 1;
                    for part in refined(table, block).chunk_by(|a, b| a.0 == b.0) {
                        match part.len() {
                            0 | 1 => {}
                            2..=LARGEST => keep(part, &mut report),
                            n => report.left_out += n as u64,
                        }
                    }
                }
            }
        }
        for (block, bounds) in starts.windows(2).enumerate() {
            for record in &members[bounds[0] as usize..bounds[1] as usize] {
                self.numbers[*record as usize * self.rules + number] = block as u32 + 1;
            }
        }
        self.members.push(members);
        self.starts.push(starts);
        self.reports.push(report);
    }

    /// What each rule found.
    #[must_use]
    pub fn reports(&self) -> &[RuleReport] {
        &self.reports
    }

    /// The whole work in parts of about `pairs` pairs, always the same for the same table.
    #[must_use]
    pub fn ranges(&self, pairs: u64) -> Vec<Range> {
        let mut ranges = Vec::new();
        for rule in 0..self.starts.len() {
            let (mut from, mut sum) = (0, 0);
            let blocks = self.starts[rule].len() - 1;
            for block in 0..blocks {
                let size = u64::from(self.starts[rule][block + 1] - self.starts[rule][block]);
                sum += size * (size - 1) / 2;
                if sum >= pairs || block + 1 == blocks {
                    ranges.push(Range {
                        rule,
                        from,
                        to: block + 1,
                    });
                    (from, sum) = (block + 1, 0);
                }
            }
        }
        ranges
    }

    /// Calls `each` with the pairs of a part that no earlier rule brings, the smaller record first.
    pub fn pairs(&self, table: &Table, range: Range, mut each: impl FnMut(usize, usize)) {
        let Range { rule, from, to } = range;
        let starts = &self.starts[rule];
        for block in from..to {
            if (block - from).is_multiple_of(AHEAD) {
                let (begin, end) = (starts[block], starts[to.min(block + AHEAD)]);
                self.fetch(&self.members[rule][begin as usize..end as usize]);
            }
            let members = &self.members[rule][starts[block] as usize..starts[block + 1] as usize];
            for (at, first) in members.iter().enumerate() {
                let first_numbers = self.of(*first, rule);
                for second in &members[at + 1..] {
                    let earlier = first_numbers.iter().zip(self.of(*second, rule));
                    let known =
                        earlier.fold(false, |known, (a, b)| known | (a == b && *a != ALONE));
                    let (a, b) = (
                        (*first).min(*second) as usize,
                        (*first).max(*second) as usize,
                    );
                    let across = a < table.right_from && b >= table.right_from;
                    if !known && (across || table.right_from == usize::MAX) {
                        each(a, b);
                    }
                }
            }
        }
    }

    /// Reads the numbers of records into the processor's cache, all at once instead of one after
    /// the other as they are needed.
    fn fetch(&self, records: &[u32]) {
        let numbers = records.iter().map(|record| *record as usize * self.rules);
        let sum = numbers.fold(0, |sum, at| {
            sum ^ self.numbers[at] ^ self.numbers[at + self.rules - 1]
        });
        std::hint::black_box(sum);
    }

    fn of(&self, record: u32, rules: usize) -> &[u32] {
        let from = record as usize * self.rules;
        &self.numbers[from..from + rules]
    }

    /// How many pairs all rules bring, repeats included.
    pub(crate) fn total(&self) -> u64 {
        self.reports.iter().map(|report| report.pairs).sum()
    }
}

/// The keys of all records under a rule with their records, in the order of the keys.
pub(crate) fn keys_of(
    table: &Table,
    rule: &Rule,
    keys: &mut Vec<(u32, u32)>,
    spare: &mut Vec<(u32, u32)>,
) {
    keys.clear();
    let records = (0..table.len()).map(|record| (key(table, rule, record), record as u32));
    keys.extend(records.filter_map(|(key, record)| Some((key?, record))));
    sort(keys, spare);
}

/// The key of a record under a rule; none where a part is missing. Different values may have one
/// key, which costs a comparison.
pub(crate) fn key(table: &Table, rule: &Rule, record: usize) -> Option<u32> {
    let row = table.row(record);
    let mut key = 0_u64;
    for (at, part) in &rule.parts {
        key = mix(key ^ table.part(row, *at, *part)?).wrapping_add(1);
    }
    Some((mix(key) >> 32) as u32)
}

fn refined(table: &Table, block: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let kinds = table.schema.columns.iter().map(|column| column.kind);
    let name = kinds.clone().position(|kind| kind == Kind::Name);
    let name = name.or_else(|| kinds.clone().position(|kind| kind == Kind::Text));
    let date = kinds.clone().position(|kind| kind == Kind::Date);
    let place = kinds.clone().position(|kind| kind == Kind::Code);
    let second = |record: u32| {
        let row = table.row(record as usize);
        let name = name.and_then(|at| table.part(row, at, Part::Whole))?;
        let date = date
            .and_then(|at| table.part(row, at, Part::Year))
            .unwrap_or(0);
        let place = place
            .and_then(|at| table.part(row, at, Part::Slice(0, 6)))
            .unwrap_or(0);
        Some((mix(name ^ mix(date ^ mix(place))) >> 32) as u32)
    };
    let mut parts: Vec<(u32, u32)> = block
        .iter()
        .filter_map(|(_, record)| Some((second(*record)?, *record)))
        .collect();
    parts.sort_unstable();
    parts
}

/// Sorts by key, records of one key in their order, in 3 passes of 11 bits.
fn sort(keys: &mut Vec<(u32, u32)>, spare: &mut Vec<(u32, u32)>) {
    const BITS: u32 = 11;
    spare.clear();
    spare.resize(keys.len(), (0, 0));
    for pass in 0..3 {
        let digit = |key: u32| (key >> (pass * BITS)) as usize & ((1 << BITS) - 1);
        let mut places = vec![0_u32; 1 << BITS];
        for (key, _) in keys.iter() {
            places[digit(*key)] += 1;
        }
        let mut sum = 0;
        for place in &mut places {
            (*place, sum) = (sum, sum + *place);
        }
        for entry in keys.iter() {
            let place = &mut places[digit(entry.0)];
            spare[*place as usize] = *entry;
            *place += 1;
        }
        std::mem::swap(keys, spare);
    }
}
