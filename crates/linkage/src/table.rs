//! A register in memory: one row of integers for each record.

use std::io::Read;

use zeroize::Zeroize;

use crate::cells::{self, NONE};
use crate::schema::{Kind, Part, Schema};
use crate::words::{Cell, Words};
use crate::{LinkError, Quit};

/// Records that were read, and the words of their columns.
pub struct Table {
    pub(crate) schema: Schema,
    /// `columns` cells for each record, one after the other.
    pub(crate) cells: Vec<u64>,
    pub(crate) words: Vec<Option<Words>>,
    /// How often a date occurs, and the mean of it (as [`Words::mean_count`]).
    pub(crate) dates: Vec<Option<Dates>>,
    /// For each column with words or dates the mean count that agreement by chance meets.
    pub(crate) means: Vec<f64>,
    ids: Vec<u8>,
    ends: Vec<u32>,
    /// Records from here on are of the right-hand file.
    pub(crate) right_from: usize,
}

/// How often each date occurs in a column.
#[derive(Default)]
pub(crate) struct Dates {
    counts: crate::words::QuickMap<u64, u32>,
    pub mean: f64,
}

impl Dates {
    pub fn count(&self, date: u64) -> u32 {
        self.counts.get(&date).copied().unwrap_or(0)
    }
}

impl Table {
    /// An empty table of a schema.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        let words = |kind| match kind {
            Kind::Name => Some(Words::new(true)),
            Kind::Text | Kind::Exact => Some(Words::new(false)),
            _ => None,
        };
        Self {
            words: schema.columns.iter().map(|c| words(c.kind)).collect(),
            dates: Vec::new(),
            means: Vec::new(),
            cells: Vec::new(),
            ids: Vec::new(),
            ends: Vec::new(),
            right_from: usize::MAX,
            schema,
        }
    }

    /// Reads a CSV file with a heading line; columns may stand in any order, others are passed
    /// over. `progress` is called now and then with the bytes read.
    ///
    /// # Errors
    /// [`LinkError`] with the line where something is wrong.
    pub fn read(
        &mut self,
        file: impl Read,
        mut progress: impl FnMut(u64) -> Quit,
    ) -> Result<(), LinkError> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(false)
            .buffer_capacity(1 << 18)
            .from_reader(file);
        let heads = reader
            .byte_headers()
            .map_err(|e| LinkError::csv(&e))?
            .clone();
        let place = |name: &str| {
            let same = |head: &[u8]| {
                let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
                head.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
            };
            heads.iter().position(same)
        };
        let id =
            place(&self.schema.id).ok_or_else(|| LinkError::NoColumn(self.schema.id.clone()))?;
        let columns = self.schema.columns.iter();
        let places: Vec<Option<usize>> = columns.map(|column| place(&column.name)).collect();
        if places.iter().all(Option::is_none) {
            return Err(LinkError::NoColumn(self.schema.columns[0].name.clone()));
        }
        let mut row = csv::ByteRecord::new();
        while reader
            .read_byte_record(&mut row)
            .map_err(|e| LinkError::csv(&e))?
        {
            let value = |at: &Option<usize>| at.and_then(|at| row.get(at)).unwrap_or(b"");
            let line = row.position().map_or(0, csv::Position::line);
            let name = row.get(id).unwrap_or(b"").trim_ascii();
            if name.is_empty() {
                return Err(LinkError::NoId { line });
            }
            if std::str::from_utf8(name).is_err() {
                return Err(LinkError::NotUtf8 { line });
            }
            self.push(name, places.iter().map(value))?;
            if self.len().is_multiple_of(1 << 14) {
                let bytes = row.position().map_or(0, csv::Position::byte);
                if progress(bytes) == Quit::Yes {
                    return Err(LinkError::Stopped);
                }
            }
        }
        Ok(())
    }

    /// Adds a record; values in the order of the schema's columns, empty where there is none.
    ///
    /// # Errors
    /// When there are more records than can be numbered.
    pub fn push<'v>(
        &mut self,
        id: &[u8],
        values: impl IntoIterator<Item = &'v [u8]>,
    ) -> Result<(), LinkError> {
        self.ids.extend_from_slice(id);
        let end = u32::try_from(self.ids.len()).map_err(|_| LinkError::TooMany)?;
        self.ends.push(end);
        for (at, value) in values.into_iter().enumerate() {
            let value = value.trim_ascii();
            let column = &self.schema.columns[at];
            let cell = match column.kind {
                Kind::Nik => cells::nik(value),
                Kind::Digits if column.family && column.name.contains("tel") => {
                    cells::telephone(value)
                }
                Kind::Digits => cells::digits(value),
                Kind::Date => cells::date(value),
                Kind::Code => cells::code(value),
                Kind::Name | Kind::Text | Kind::Exact => match &mut self.words[at] {
                    Some(words) => words.take(value).0,
                    None => NONE,
                },
            };
            self.cells.push(cell);
        }
        debug_assert_eq!(self.cells.len(), self.len() * self.width());
        Ok(())
    }

    /// From here on records are of a second file: pairs are then only made across.
    pub fn begin_right(&mut self) {
        self.right_from = self.len();
    }

    /// The columns and rules it was made for.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The id of a record as it was written.
    #[must_use]
    pub fn id(&self, record: usize) -> &[u8] {
        let from = if record == 0 {
            0
        } else {
            self.ends[record - 1] as usize
        };
        &self.ids[from..self.ends[record] as usize]
    }

    pub(crate) fn width(&self) -> usize {
        self.schema.columns.len()
    }

    pub(crate) fn row(&self, record: usize) -> &[u64] {
        let width = self.width();
        &self.cells[record * width..(record + 1) * width]
    }

    /// Takes the last record out again.
    pub(crate) fn forget_last(&mut self) {
        let width = self.width();
        for (at, cell) in self.cells.drain(self.cells.len() - width..).enumerate() {
            if let Some(words) = &mut self.words[at] {
                words.forget(Cell(cell));
            }
        }
        self.ends.pop();
        self.ids
            .truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    /// Counts what is needed of whole columns.
    pub(crate) fn settle(&mut self) {
        let width = self.width();
        let counted = |at: usize| {
            if self.schema.columns[at].kind != Kind::Date {
                return None;
            }
            let mut dates = Dates::default();
            for cell in self
                .cells
                .iter()
                .skip(at)
                .step_by(width)
                .filter(|c| **c != NONE)
            {
                *dates.counts.entry(*cell).or_default() += 1;
            }
            let counts = dates.counts.values().map(|n| f64::from(*n));
            // Whole numbers: their sums do not depend on the order of a map.
            let (sum, squares) = counts.fold((0.0, 0.0), |(s, q), n| (s + n, q + n * n));
            dates.mean = if sum > 0.0 { squares / sum } else { 1.0 };
            Some(dates)
        };
        self.dates = (0..width).map(counted).collect();
        let mean = |at: usize| match (&self.words[at], &self.dates[at]) {
            (Some(words), _) => words.mean_count(),
            (None, Some(dates)) => dates.mean,
            _ => 1.0,
        };
        self.means = (0..width).map(mean).collect();
    }

    pub(crate) fn is_missing(&self, at: usize, cell: u64) -> bool {
        match self.words[at] {
            Some(_) => Cell(cell).id() == 0,
            None => cell == NONE,
        }
    }

    /// The part of a record that a blocking rule looks at.
    pub(crate) fn part(&self, row: &[u64], at: usize, part: Part) -> Option<u64> {
        let cell = row[at];
        if self.is_missing(at, cell) {
            return None;
        }
        if let Some(words) = &self.words[at] {
            let cell = Cell(cell);
            return match part {
                Part::First => words.edge(cell, false),
                Part::Last => words.edge(cell, true),
                Part::Start => words.start(cell),
                Part::Sound => words.sound(cell),
                _ => Some(cell.id() as u64),
            };
        }
        let is_code = self.schema.columns[at].kind == Kind::Code;
        match part {
            Part::Slice(from, to) => cells::slice(cell, from, to, is_code),
            Part::Year => Some(cell >> 16),
            Part::Month => Some(cell >> 8),
            // A day that nobody knows brings together who has nothing in common.
            Part::MonthDay => (!cells::is_default_day(cell)).then_some(cell & 0xffff),
            Part::Turned => {
                let (month, day) = (cell >> 8 & 0xff, cell & 0xff);
                Some(cell >> 16 << 16 | month.min(day) << 8 | month.max(day))
            }
            _ => Some(cell),
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        self.cells.zeroize();
        self.ids.zeroize();
    }
}
