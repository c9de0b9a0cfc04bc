//! xlsx files. The sheet streams; the table of shared texts is held in memory, so the archive is
//! measured before it is opened.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx};
use jiff::civil::Date;
use zip::ZipArchive;

use super::{Cell, Mapping, Table, Told};

/// Bytes of one unpacked sheet at most: some three million rows.
const SHEET_MAX: u64 = 1 << 30;
/// Bytes of any other unpacked part at most: they are held in memory.
const PART_MAX: u64 = 64 << 20;
/// Bytes between two tags at most: a cell of a spreadsheet has up to 32,767 characters.
const TEXT_MAX: u64 = 1 << 18;
/// Columns of a sheet at most.
const WIDTH_MAX: u32 = 16_384;

pub(super) fn read(file: File, mapping: &Mapping, table: &mut Table<'_>) -> Result<(), Told> {
    let damaged = |_| Told::new("import-file-damaged");
    let again = file.try_clone().map_err(|e| Told::io(&e))?;
    measure(file)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(again)).map_err(damaged)?;
    let sheet = choose(&book, mapping)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(damaged)?;
    let mut row: Vec<Cell> = Vec::new();
    let mut number = 0;
    loop {
        let next = cells.next_cell().map_err(damaged)?;
        let place = next.as_ref().map(calamine::Cell::get_position);
        let goes_on = place.is_some_and(|(place, _)| place == number);
        if !goes_on {
            if !row.is_empty() && !table.take(u64::from(number) + 1, &mut row)? {
                return Ok(());
            }
            row.clear();
        }
        let (Some(cell), Some((place, column))) = (next, place) else {
            return Ok(());
        };
        if place < number || column >= WIDTH_MAX {
            return Err(Told::new("import-file-damaged"));
        }
        number = place;
        let column = column as usize;
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        row[column] = value(cell.get_value());
    }
}

/// The sheet the mapping names, or the first.
fn choose<R: io::Read + io::Seek>(book: &Xlsx<R>, mapping: &Mapping) -> Result<String, Told> {
    let mut sheets = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match mapping.sheet() {
        Some(name) => sheets.find(|sheet| sheet.name == name),
        None => sheets.next(),
    };
    match found {
        Some(sheet) => Ok(sheet.name.clone()),
        None => Err(Told::new("import-sheet-missing")
            .with("sheet", mapping.sheet().unwrap_or_default())
            .with("sheets", book.sheet_names().join(", "))),
    }
}

fn value(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::DateTimeIso(text) => Cell::of_text(text),
        DataRef::DateTime(time) if time.is_datetime() => {
            date(time).map_or(Cell::Unreadable("import-cell-no-date"), Cell::Date)
        }
        DataRef::Error(_) => Cell::Unreadable("import-cell-formula"),
        DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::DateTime(_) => {
            Cell::Unreadable("import-cell-kind")
        }
        DataRef::Empty => Cell::Empty,
    }
}

fn date(time: &ExcelDateTime) -> Option<Date> {
    let (year, month, day, ..) = time.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).ok();
    Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()
}

/// Unpacks every part into nothing and refuses what would not fit into memory: sizes in a zip
/// directory are claims.
fn measure(file: File) -> Result<(), Told> {
    let damaged = |_| Told::new("import-file-damaged");
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    for part in 0..archive.len() {
        let mut part = archive.by_index(part).map_err(damaged)?;
        let name = part.name().map_err(damaged)?;
        // Pictures and macros are never opened.
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let sheet = name.contains("worksheets/");
        let most = if sheet { SHEET_MAX } else { PART_MAX };
        let mut meter = Meter::default();
        let size = io::copy(&mut part.by_ref().take(most + 1), &mut meter)
            .map_err(|_| Told::new("import-file-damaged"))?;
        if size > most || meter.longest > TEXT_MAX {
            return Err(Told::new("import-file-huge"));
        }
        // Room is made for as many shared texts as the file claims, before they are read.
        if meter.claimed() > size {
            return Err(Told::new("import-file-damaged"));
        }
    }
    Ok(())
}

/// Measures XML without keeping it.
#[derive(Default)]
struct Meter {
    /// First bytes, where a table of shared texts tells its size.
    head: Vec<u8>,
    run: u64,
    /// Longest run of bytes without a tag.
    longest: u64,
}

impl Meter {
    fn claimed(&self) -> u64 {
        let head = String::from_utf8_lossy(&self.head);
        let (_, claim) = head.split_once("uniqueCount=").unwrap_or_default();
        let digits = claim.trim_start_matches(['"', '\'']);
        let end = digits.find(|c: char| !c.is_ascii_digit());
        let digits = &digits[..end.unwrap_or(digits.len())];
        if digits.is_empty() {
            0
        } else {
            digits.parse().unwrap_or(u64::MAX)
        }
    }
}

impl Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = 1024_usize.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(room));
        let mut pieces = bytes.split(|byte| *byte == b'<');
        self.run += pieces.next().map_or(0, <[u8]>::len) as u64;
        self.longest = self.longest.max(self.run);
        for piece in pieces {
            self.run = piece.len() as u64;
            self.longest = self.longest.max(self.run);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
