//! CSV files, in memory that does not grow with the file.

use std::cell::Cell as Shared;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use ::csv::{ByteRecord, ErrorKind, ReaderBuilder};

use super::{ABOVE_HEADER, Cell, Mapping, Table, Told};

/// Bytes of one row at most, a quoted cell of several lines included.
const ROW_MAX: u64 = 1 << 20;
/// Bytes from which the separator is guessed.
const SNIFFED: u64 = 1 << 16;

pub(super) fn read(mut file: File, table: &mut Table<'_>) -> Result<(), Told> {
    let mut head = Vec::new();
    file.by_ref()
        .take(SNIFFED)
        .read_to_end(&mut head)
        .map_err(|e| Told::io(&e))?;
    let separator = separator(&head, table.mapping);
    let left = Rc::new(Shared::new(ROW_MAX));
    let input = Bounded {
        inner: Cursor::new(head).chain(file),
        left: Rc::clone(&left),
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(input);
    let mut record = ByteRecord::new();
    let mut cells = Vec::new();
    let mut line = 1;
    while reader
        .read_byte_record(&mut record)
        .map_err(|e| told(&e, line))?
    {
        left.set(ROW_MAX);
        line = record.position().map_or(line, ::csv::Position::line);
        cells.clear();
        cells.extend(record.iter().map(cell));
        if !table.take(line, &mut cells)? {
            break;
        }
    }
    Ok(())
}

fn cell(bytes: &[u8]) -> Cell {
    std::str::from_utf8(bytes).map_or(Cell::Unreadable("import-cell-not-utf8"), Cell::of_text)
}

/// The separator that lays bare the most names of columns in one of the first lines.
fn separator(head: &[u8], mapping: &Mapping) -> u8 {
    let lines = head.split(|byte| *byte == b'\n').take(ABOVE_HEADER);
    let counts = lines.flat_map(|line| {
        b"\t;,".map(|separator| {
            let cells = line.split(|byte| *byte == separator);
            let names = cells.filter_map(|cell| std::str::from_utf8(cell).ok());
            let known = names.filter(|name| mapping.field_of(name).is_some());
            (known.count(), separator)
        })
    });
    counts
        .max_by_key(|(count, _)| *count)
        .map_or(b',', |(_, separator)| separator)
}

/// A file that ends with an error where a row does not end, or where it is no text.
struct Bounded<R> {
    inner: R,
    /// Bytes that may be read before the row in hand must be complete.
    left: Rc<Shared<u64>>,
}

/// Why reading was stopped; the key of its sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(&'static str);

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if buffer[..read].contains(&0) {
            return Err(io::Error::other(Stopped("import-file-not-text")));
        }
        let left = self.left.get().checked_sub(read as u64);
        self.left
            .set(left.ok_or_else(|| io::Error::other(Stopped("import-row-long")))?);
        Ok(read)
    }
}

fn told(error: &::csv::Error, line: u64) -> Told {
    let ErrorKind::Io(error) = error.kind() else {
        return Told::new("import-file-not-text");
    };
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Stopped(key)) => Told::new(*key).with("row", line),
        None => Told::io(error),
    }
}
