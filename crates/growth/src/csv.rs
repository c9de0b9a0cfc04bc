//! Files of measurements in, files of scores out, a row at a time.
//!
//! Columns are found by name in any order, others are ignored. `;` may separate as well as `,`,
//! and with `;` numbers may carry a decimal comma. `NA` is an empty cell. A row that cannot be
//! read is reported with its line and column, never with its content, and the rest goes on.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};

use crate::assess::{Assessment, Child, assess};
use crate::kms::Rules;
use crate::summary::Summary;
use crate::units::{Age, Centimetres, Index, Kilograms, Position, Sex};

/// The longest line read: a longer one is no row of measurements.
const LINE_MAX: usize = 1 << 16;
/// Over how many further lines a quoted cell may go on.
const JOIN_MAX: usize = 50;

/// The columns read, in the order of [`Header`].
const COLUMNS: [&str; 10] = [
    "id",
    "sex",
    "age_days",
    "age_months",
    "weight_kg",
    "lenhei_cm",
    "measure",
    "oedema",
    "headc_cm",
    "armc_cm",
];

/// The columns written.
const HEADER: &[u8] = b"id,zlen,zwei,zwfl,zbmi,zhc,zac,flen,fwei,fwfl,fbmi,fhc,fac,standard,\
    bb_u,tb_u,bb_tb,imt_u\n";

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows read, the bad ones included.
    pub rows: u64,
    /// Rows reported and left out.
    pub bad: u64,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no first line.
    #[error("the file is empty; its first line must name the columns")]
    Empty,
    /// Columns that must be there are not.
    #[error("line 1: the column {0} is missing; name it in the first line, separated by , or ;")]
    Missing(&'static str),
    /// A column is there twice.
    #[error("line 1: the column {0} is there twice; remove one")]
    Twice(&'static str),
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum RowError {
    #[error("{0} columns where the first line has {1}; was a decimal comma taken as separator?")]
    Width(usize, usize),
    #[error("longer than {LINE_MAX} bytes; is this a file of measurements?")]
    TooLong,
    #[error("a quotation mark is opened and not closed; remove or close it")]
    OpenQuote,
    #[error("{0}: not UTF-8 text; save the file as UTF-8")]
    NotUtf8(&'static str),
    #[error("{0}: not a number; write it like 6.5")]
    NotANumber(&'static str),
    #[error("{0}: must be {1}")]
    NotOneOf(&'static str, &'static str),
}

/// Scores every row of a file: columns `id, sex (1/2), age_days and/or age_months (which wins
/// where filled), weight_kg, lenhei_cm, measure (l/h), oedema (y/n), headc_cm, armc_cm`. The last
/// four may be absent; measures not above zero count as absent, a negative age too.
///
/// A flag is 0 or 1 where there is a z-score and empty where there is none. Bad rows go to
/// `errors` and not to `output`.
///
/// ```
/// use simpul_growth::csv::{FileError, assess_csv};
/// let file = "id;sex;age_days;weight_kg;lenhei_cm\na;1;300;7,3;\nb;3;300;7,3;\n";
/// let (mut output, mut errors) = (Vec::new(), Vec::new());
/// let outcome = assess_csv(file.as_bytes(), &mut output, &mut errors)?;
/// assert_eq!((outcome.rows, outcome.bad), (2, 1));
/// assert!(output.ends_with(b"\na,,-2.03,,,,,,0,,,,,who2006,kurang,,,\n"));
/// assert_eq!(errors, b"line 3: sex: must be 1 (boy) or 2 (girl)\n");
/// let wrong = assess_csv("id,age_days\n".as_bytes(), &mut output, &mut errors);
/// assert!(matches!(wrong, Err(FileError::Missing("sex"))));
/// # Ok::<(), FileError>(())
/// ```
pub fn assess_csv(
    input: impl Read,
    output: impl Write,
    errors: impl Write,
) -> Result<Outcome, FileError> {
    let mut output = BufWriter::with_capacity(LINE_MAX, output);
    output.write_all(HEADER)?;
    let mut line = Vec::new();
    let outcome = each_row(input, errors, |id, child| {
        line.clear();
        write_row(&mut line, id, &assess(child));
        output.write_all(&line)
    })?;
    output.flush()?;
    Ok(outcome)
}

/// Counts every row of a file of the form [`assess_csv`] reads.
pub fn summary_csv(input: impl Read, errors: impl Write) -> Result<(Summary, Outcome), FileError> {
    let mut summary = Summary::default();
    let lines = Rules::standard().lines;
    let outcome = each_row(input, errors, |_, child| {
        summary.add(child, &assess(child), &lines);
        Ok(())
    })?;
    Ok((summary, outcome))
}

fn each_row(
    input: impl Read,
    mut errors: impl Write,
    mut row: impl FnMut(&str, &Child) -> io::Result<()>,
) -> Result<Outcome, FileError> {
    let mut lines = Lines::new(input);
    if !lines.advance()? {
        return Err(FileError::Empty);
    }
    let header = Header::parse(&lines.current.bytes)?;
    let mut cells = Cells::default();
    let mut outcome = Outcome::default();
    while lines.advance()? {
        if lines.current.bytes.is_empty() {
            continue;
        }
        outcome.rows += 1;
        let number = lines.number;
        let mut split = header.split(&lines.current, &mut cells);
        if split == Err(RowError::OpenQuote) && lines.join(&header, &mut cells)? {
            split = Ok(());
        }
        match split.and_then(|()| header.row(&cells)) {
            Ok((id, child)) => row(id, &child)?,
            Err(error) => {
                outcome.bad += 1;
                writeln!(errors, "line {number}: {error}")?;
            }
        }
    }
    errors.flush()?;
    Ok(outcome)
}

/// A line without its end, cut short where it is longer than [`LINE_MAX`].
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    cut: bool,
}

/// The lines of a file, with those read ahead for a quotation mark that a line leaves open.
struct Lines<R> {
    input: BufReader<R>,
    current: Line,
    /// Number of the current line, from 1.
    number: u64,
    ahead: VecDeque<Line>,
}

impl<R: Read> Lines<R> {
    fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(LINE_MAX, input),
            current: Line::default(),
            number: 0,
            ahead: VecDeque::new(),
        }
    }

    /// Goes to the next line; false at the end of the file.
    fn advance(&mut self) -> io::Result<bool> {
        self.number += 1;
        if let Some(line) = self.ahead.pop_front() {
            self.current = line;
            return Ok(true);
        }
        Self::read(&mut self.input, &mut self.current)
    }

    fn read(input: &mut BufReader<R>, line: &mut Line) -> io::Result<bool> {
        let bytes = &mut line.bytes;
        bytes.clear();
        let read = input
            .by_ref()
            .take(LINE_MAX as u64)
            .read_until(b'\n', bytes)?;
        line.cut = read == LINE_MAX && !bytes.ends_with(b"\n");
        if line.cut {
            input.skip_until(b'\n')?;
        }
        while bytes.last().is_some_and(|end| matches!(end, b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(read > 0)
    }

    /// Joins the lines of a cell that goes on over line ends. False, and nothing joined, where
    /// that gives no row: then the mark is a slip of the pen and spoils its own line only.
    fn join(&mut self, header: &Header, cells: &mut Cells) -> io::Result<bool> {
        let joined = &mut self.current.bytes;
        for more in 0..JOIN_MAX {
            if more == self.ahead.len() {
                let mut line = Line::default();
                if !Self::read(&mut self.input, &mut line)? {
                    return Ok(false);
                }
                self.ahead.push_back(line);
            }
            joined.push(b'\n');
            joined.extend_from_slice(&self.ahead[more].bytes);
            if cells.split(joined, header.separator).is_ok() {
                let fits = cells.ends.len() == header.width;
                if fits {
                    self.ahead.drain(..=more);
                    self.number += more as u64 + 1;
                }
                return Ok(fits);
            }
        }
        Ok(false)
    }
}

/// The cells of one line, unquoted, one after the other.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn split(&mut self, line: &[u8], separator: u8) -> Result<(), RowError> {
        self.bytes.clear();
        self.ends.clear();
        let mut rest = line;
        loop {
            if let Some(quoted) = rest.strip_prefix(b"\"") {
                rest = self.unquote(quoted)?;
            }
            let end = rest.iter().position(|byte| *byte == separator);
            self.bytes
                .extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            self.ends.push(self.bytes.len());
            let Some(end) = end else { return Ok(()) };
            rest = &rest[end + 1..];
        }
    }

    /// Takes a quoted cell up to its closing mark; a doubled mark is one of the text.
    fn unquote<'a>(&mut self, mut rest: &'a [u8]) -> Result<&'a [u8], RowError> {
        loop {
            let end = rest
                .iter()
                .position(|byte| *byte == b'"')
                .ok_or(RowError::OpenQuote)?;
            self.bytes.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let Some(more) = rest.strip_prefix(b"\"") else {
                return Ok(rest);
            };
            self.bytes.push(b'"');
            rest = more;
        }
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }
}

/// Where the columns of a file are.
struct Header {
    separator: u8,
    width: usize,
    at: [Option<usize>; COLUMNS.len()],
}

impl Header {
    fn parse(line: &[u8]) -> Result<Self, FileError> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        let count = |separator| line.iter().filter(|byte| **byte == separator).count();
        let separator = if count(b';') > count(b',') {
            b';'
        } else {
            b','
        };
        let mut cells = Cells::default();
        // An open quotation mark leaves the columns behind it missing, which is reported below.
        let _ = cells.split(line, separator);
        let mut at = [None; COLUMNS.len()];
        for cell in 0..cells.ends.len() {
            let name = cells.get(cell).trim_ascii().to_ascii_lowercase();
            let Some(known) = COLUMNS.iter().position(|known| known.as_bytes() == name) else {
                continue;
            };
            if at[known].replace(cell).is_some() {
                return Err(FileError::Twice(COLUMNS[known]));
            }
        }
        for needed in ["id", "sex", "weight_kg", "lenhei_cm"] {
            if COLUMNS
                .iter()
                .zip(at)
                .any(|(name, at)| *name == needed && at.is_none())
            {
                return Err(FileError::Missing(needed));
            }
        }
        if at[2].is_none() && at[3].is_none() {
            return Err(FileError::Missing("age_days or age_months"));
        }
        Ok(Self {
            separator,
            width: cells.ends.len(),
            at,
        })
    }

    fn split(&self, line: &Line, cells: &mut Cells) -> Result<(), RowError> {
        if line.cut {
            return Err(RowError::TooLong);
        }
        cells.split(&line.bytes, self.separator)?;
        match cells.ends.len() {
            width if width == self.width => Ok(()),
            width => Err(RowError::Width(width, self.width)),
        }
    }

    fn row<'a>(&self, cells: &'a Cells) -> Result<(&'a str, Child), RowError> {
        let text = |column: usize| {
            let bytes = self.at[column]
                .map_or(&b""[..], |at| cells.get(at))
                .trim_ascii();
            str::from_utf8(bytes).map_err(|_| RowError::NotUtf8(COLUMNS[column]))
        };
        let cell = |column| text(column).map(|text| if text == "NA" { "" } else { text });
        let number = |column| self.number(COLUMNS[column], cell(column)?);
        let choice = |column, yes: &str, no: &str, words| match cell(column)? {
            "" => Ok(None),
            text if text.eq_ignore_ascii_case(yes) => Ok(Some(true)),
            text if text.eq_ignore_ascii_case(no) => Ok(Some(false)),
            _ => Err(RowError::NotOneOf(COLUMNS[column], words)),
        };
        let sex = match number(1) {
            Ok(Some(1.0)) => Sex::Male,
            Ok(Some(2.0)) => Sex::Female,
            Err(error @ RowError::NotUtf8(_)) => return Err(error),
            _ => return Err(RowError::NotOneOf(COLUMNS[1], "1 (boy) or 2 (girl)")),
        };
        let (days, months) = (number(2)?, number(3)?);
        let age = match months {
            Some(months) => Age::from_months(months),
            None => days.and_then(Age::from_days),
        };
        let child = Child {
            sex,
            age,
            weight: number(4)?.and_then(Kilograms::new),
            lenhei: number(5)?.and_then(Centimetres::new),
            position: choice(6, "l", "h", "l (lying), h (standing) or empty")?.map(|lying| {
                if lying {
                    Position::Lying
                } else {
                    Position::Standing
                }
            }),
            oedema: choice(7, "y", "n", "y, n or empty")?.unwrap_or(false),
            head: number(8)?.and_then(Centimetres::new),
            arm: number(9)?.and_then(Centimetres::new),
        };
        Ok((text(0)?, child))
    }

    fn number(&self, column: &'static str, text: &str) -> Result<Option<f64>, RowError> {
        if text.is_empty() {
            return Ok(None);
        }
        let text = if self.separator == b';' && text.contains(',') {
            Cow::Owned(text.replacen(',', ".", 1))
        } else {
            Cow::Borrowed(text)
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(RowError::NotANumber(column)),
        }
    }
}

/// Appends a row of [`HEADER`].
fn write_row(line: &mut Vec<u8>, id: &str, scores: &Assessment) {
    if id.contains([',', '"', '\n', '\r']) {
        line.push(b'"');
        line.extend_from_slice(id.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(id.as_bytes());
    }
    for score in scores.scores {
        line.push(b',');
        if let Some(score) = score {
            write!(line, "{score}").expect("a Vec takes all bytes");
        }
    }
    for score in scores.scores {
        line.push(b',');
        if let Some(score) = score {
            line.push(if score.flagged() { b'1' } else { b'0' });
        }
    }
    line.push(b',');
    line.extend_from_slice(scores.standard.key().as_bytes());
    for index in [
        Index::WeightForAge,
        Index::LengthForAge,
        Index::WeightForLength,
        Index::BmiForAge,
    ] {
        line.push(b',');
        if let Some(category) = scores.category(index) {
            line.extend_from_slice(category.key().as_bytes());
        }
    }
    line.push(b'\n');
}
