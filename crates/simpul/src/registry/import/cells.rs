//! The cells of one row by field, and what is wrong in them.

use jiff::civil::Date;
use simpul_identity::PersonName;
use simpul_identity::nik::NikError;

use super::mapping::Mapping;
use super::table::{Cell, Row};
use super::told::{Fault, Told};

/// The cells of one row by field, and the faults found in them.
pub struct Cells<'a> {
    mapping: &'a Mapping,
    row: &'a Row,
    pub faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    /// The cells of a row; one that is too wide has its fault already.
    pub fn new(mapping: &'a Mapping, row: &'a Row) -> Self {
        let mut cells = Self {
            mapping,
            row,
            faults: Vec::new(),
        };
        if row.too_wide {
            cells.put("", "import-row-wide");
        }
        cells
    }

    pub fn mapping(&self) -> &'a Mapping {
        self.mapping
    }

    pub fn cell(&self, key: &'static str) -> &Cell {
        &self.row.cells[self.mapping.position(key)]
    }

    pub fn is_empty(&self, key: &'static str) -> bool {
        *self.cell(key) == Cell::Empty
    }

    /// The text of a cell, codes replaced.
    pub fn text(&self, key: &'static str) -> Option<String> {
        let text = self.cell(key).text()?;
        Some(self.mapping.code(key, &text).to_owned())
    }

    pub fn put(&mut self, field: &'static str, key: &'static str) {
        self.faults.push(Fault::new(field, key));
    }

    pub fn fault<T>(&mut self, field: &'static str, told: Told) -> Option<T> {
        self.faults.push(Fault::of(field, told));
        None
    }

    /// The text of a cell that can be read; otherwise why not.
    pub fn readable(&mut self, key: &'static str) -> Option<String> {
        if let Cell::Unreadable(why) = *self.cell(key) {
            return self.fault(key, Told::new(why));
        }
        self.text(key)
    }

    pub fn needed<T>(
        &mut self,
        key: &'static str,
        otherwise: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if self.is_empty(key) {
            return self.fault(key, Told::new("import-cell-missing"));
        }
        let text = self.readable(key)?;
        parse(&text).or_else(|| self.fault(key, Told::new(otherwise)))
    }

    pub fn number<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, NikError>,
    ) -> Option<T> {
        let lost = match self.cell(key) {
            // A spreadsheet keeps 15 digits and makes the sixteenth a zero.
            Cell::Number(number) => *number >= 1e15 && *number % 10.0 == 0.0,
            Cell::Text(text) => text.contains(['E', 'e']) && text.contains('+'),
            _ => false,
        };
        if lost {
            return self.fault(key, Told::new("import-number-lost"));
        }
        let text = self.readable(key)?;
        // The mark by which spreadsheets keep digits as text.
        match parse(text.trim_start_matches('\'')) {
            Ok(number) => Some(number),
            Err(error) => {
                let told = match error {
                    NikError::NotDigit(at) => Told::new(error.key()).with("at", at),
                    NikError::Length(count) => Told::new(error.key()).with("count", count),
                    _ => Told::new(error.key()),
                };
                self.fault(key, told)
            }
        }
    }

    /// The name of a person.
    pub fn name(&mut self, key: &'static str) -> Option<String> {
        if self.is_empty(key) {
            return self.fault(key, Told::new("import-cell-missing"));
        }
        let text = self.readable(key)?;
        match PersonName::parse(&text) {
            Ok(name) => Some(name.as_str().to_owned()),
            Err(error) => self.fault(key, Told::new(error.key())),
        }
    }

    /// A date that must be there.
    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        if self.is_empty(key) {
            return self.fault(key, Told::new("import-cell-missing"));
        }
        self.readable(key)?;
        let date = self.mapping.date(self.cell(key));
        date.or_else(|| self.fault(key, Told::new("import-cell-no-date")))
    }
}
