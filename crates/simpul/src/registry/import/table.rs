//! Tables as people bring them: CSV or xlsx, read a row at a time, columns found by name.

mod csv;
#[cfg(test)]
mod tests;
mod xlsx;

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::mapping::Mapping;
use super::told::Told;

/// Rows that may stand above the names of the columns: titles, letterheads.
const ABOVE_HEADER: usize = 20;
/// Bytes of text in one cell at most; no field of a person is longer.
const CELL_MAX: usize = 1000;
/// Rows that are handed on together.
const BATCH: usize = 500;

/// What a cell holds. It does not print its content.
#[derive(Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// A number as a spreadsheet keeps it, with 15 sure digits.
    Number(f64),
    Date(Date),
    /// Nothing that can be read; the key of the sentence that says why.
    Unreadable(&'static str),
}

/// A row below the header: one cell for each field of the mapping, in its order.
#[derive(Debug)]
pub struct Row {
    /// Its number in the file, from 1.
    pub line: u64,
    pub cells: Vec<Cell>,
    /// More cells than the header names: a separator stands inside a value.
    pub too_wide: bool,
}

impl Cell {
    /// Takes text: without outer spaces, empty text as no cell.
    fn of_text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text if text.len() > CELL_MAX => Self::Unreadable("import-cell-long"),
            text => Self::Text(text.to_owned()),
        }
    }

    /// What stands there as text; numbers as written without grouping.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            // Display of a float is exact and has no exponent.
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Date(date) => Some(Cow::Owned(date.to_string())),
            Self::Empty | Self::Unreadable(_) => None,
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text(..)",
            Self::Number(_) => "Number(..)",
            Self::Date(_) => "Date(..)",
            Self::Unreadable(why) => why,
        })
    }
}

/// Kinds of files that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

/// Opens a file and tells what it is by its first bytes.
///
/// # Errors
/// A sentence when it cannot be opened or is neither kind.
pub fn kind_of(path: &Path) -> Result<(Kind, File), Told> {
    let mut file = File::open(path).map_err(|e| Told::io(&e))?;
    if file.metadata().map_err(|e| Told::io(&e))?.is_dir() {
        return Err(Told::new("import-file-folder"));
    }
    let mut first = [0; 512];
    let read = file.read(&mut first).map_err(|e| Told::io(&e))?;
    file.rewind().map_err(|e| Told::io(&e))?;
    match &first[..read] {
        [] => Err(Told::new("import-file-empty")),
        [b'P', b'K', 3, 4, ..] => Ok((Kind::Xlsx, file)),
        // The container of old .xls files and of locked .xlsx files.
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Told::new("import-file-old-excel")),
        first if first.contains(&0) => Err(Told::new("import-file-not-text")),
        _ => Ok((Kind::Csv, file)),
    }
}

/// Reads a file of either kind. `each` says whether to go on.
///
/// # Errors
/// A sentence about the file as a whole; what is wrong with one row is its reader's to find.
pub fn read(path: &Path, mapping: &Mapping, each: &mut dyn FnMut(Row) -> bool) -> Result<(), Told> {
    let (kind, file) = kind_of(path)?;
    let mut table = Table::new(mapping, each);
    match kind {
        Kind::Csv => csv::read(file, &mut table)?,
        Kind::Xlsx => xlsx::read(file, mapping, &mut table)?,
    }
    table.finish()
}

/// Reads a file in a thread of its own; batches come as fast as they are taken.
pub fn stream(
    path: &Path,
    mapping: Arc<Mapping>,
) -> (mpsc::Receiver<Vec<Row>>, JoinHandle<Result<(), Told>>) {
    let (to, from) = mpsc::channel(2);
    let path = path.to_owned();
    let reader = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let mut wanted = true;
        read(&path, &mapping, &mut |row| {
            batch.push(row);
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                wanted = to.blocking_send(full).is_ok();
            }
            wanted
        })?;
        // When nobody takes it, the taker has its own error to tell.
        let _ = to.blocking_send(batch);
        Ok(())
    });
    (from, reader)
}

/// Finds the header and hands on what stands below it.
struct Table<'a> {
    mapping: &'a Mapping,
    each: &'a mut dyn FnMut(Row) -> bool,
    /// For each field the position of its column.
    columns: Option<Vec<Option<usize>>>,
    width: usize,
    /// Fields missing in the row that looked most like a header.
    missing: Vec<&'static str>,
}

impl<'a> Table<'a> {
    fn new(mapping: &'a Mapping, each: &'a mut dyn FnMut(Row) -> bool) -> Self {
        Self {
            mapping,
            each,
            columns: None,
            width: 0,
            missing: mapping.required().collect(),
        }
    }

    /// Takes the next row as it stands in the file; false when nothing more is wanted.
    fn take(&mut self, line: u64, cells: &mut [Cell]) -> Result<bool, Told> {
        let Some(columns) = &self.columns else {
            self.look_for_header(line, cells)?;
            return Ok(line < ABOVE_HEADER as u64 || self.columns.is_some());
        };
        let too_wide = cells
            .iter()
            .skip(self.width)
            .any(|cell| *cell != Cell::Empty);
        let mut take = |at: usize| {
            let cell = cells.get_mut(at);
            cell.map_or(Cell::Empty, |cell| std::mem::replace(cell, Cell::Empty))
        };
        let cells: Vec<Cell> = columns
            .iter()
            .map(|at| at.map_or(Cell::Empty, &mut take))
            .collect();
        if cells.iter().all(|cell| *cell == Cell::Empty) && !too_wide {
            return Ok(true);
        }
        Ok((self.each)(Row {
            line,
            cells,
            too_wide,
        }))
    }

    fn look_for_header(&mut self, line: u64, cells: &[Cell]) -> Result<(), Told> {
        let mut columns = vec![None; self.mapping.fields().len()];
        for (at, cell) in cells.iter().enumerate() {
            let Some(field) = cell.text().and_then(|name| self.mapping.field_of(&name)) else {
                continue;
            };
            if columns[field].replace(at).is_some() {
                return Err(Told::new("import-column-twice")
                    .with("column", self.mapping.fields()[field].key)
                    .with("row", line));
            }
        }
        let has = |key: &&str| columns[self.mapping.position(key)].is_some();
        let missing: Vec<_> = self.mapping.required().filter(|key| !has(key)).collect();
        if missing.is_empty() {
            self.width = cells
                .iter()
                .rposition(|cell| *cell != Cell::Empty)
                .map_or(0, |last| last + 1);
            self.columns = Some(columns);
        } else if missing.len() < self.missing.len() {
            self.missing = missing;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Told> {
        match self.columns {
            Some(_) => Ok(()),
            None => {
                Err(Told::new("import-columns-missing").with("columns", self.missing.join(", ")))
            }
        }
    }
}
