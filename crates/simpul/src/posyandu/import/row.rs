//! One row of a session's list: whose measurement it is, and the figures.

use jiff::civil::Date;
use simpul_growth::{Grams, MeasureError, Position, TenthsMm};
use simpul_identity::Nik;

use crate::posyandu::figures::{Figures, sentence};
use crate::registry::import::cells::Cells;
use crate::registry::import::mapping::{Field, Mapping};
use crate::registry::import::table::{Cell, Row};
use crate::registry::import::told::{Fault, Told};

/// The fields of the list, in the order of a row's cells.
pub const FIELDS: &[Field] = &[
    Field::optional("nik"),
    Field::required("nama_anak"),
    Field::required("tanggal_lahir"),
    Field::required("tanggal_ukur"),
    Field::required("berat_kg"),
    Field::optional("panjang_tinggi_cm"),
    Field::optional("posisi"),
    Field::optional("lingkar_kepala_cm"),
    Field::optional("lila_cm"),
    Field::optional("edema"),
    Field::optional("pengukur"),
];

/// How such lists are usually written.
pub const USUAL_MAPPING: &str = include_str!("../../../../../data/mapping/penimbangan.toml");

/// A measurement of the list. It does not print.
pub struct Listed {
    pub nik: Option<Nik>,
    pub name: Option<String>,
    pub birth_date: Option<Date>,
    pub on: Date,
    pub figures: Figures,
    pub oedema: Option<bool>,
    pub measurer: String,
}

/// Reads a row, or says all that is wrong in it.
///
/// # Errors
/// A fault for each field that cannot be taken.
pub fn read(mapping: &Mapping, row: &Row) -> Result<Listed, Vec<Fault>> {
    let mut cells = Cells::new(mapping, row);
    let nik = cells.number("nik", Nik::parse);
    let by_nik = !cells.is_empty("nik");
    // Either the number, or name and day of birth together.
    let name = match cells.is_empty("nama_anak") && by_nik {
        true => None,
        false => cells.name("nama_anak"),
    };
    let birth_date = match cells.is_empty("tanggal_lahir") && by_nik {
        true => None,
        false => cells.date("tanggal_lahir"),
    };
    let on = cells.date("tanggal_ukur");
    let weight = measure(&mut cells, "berat_kg", 3, Grams::parse_kg);
    let lenhei = measure(&mut cells, "panjang_tinggi_cm", 2, TenthsMm::parse_cm);
    let position = one_of(&mut cells, "posisi", "import-position", |key| match key {
        "l" => Some(Position::Lying),
        "h" => Some(Position::Standing),
        _ => None,
    });
    let figures = Figures {
        weight,
        lenhei,
        position: position.filter(|_| lenhei.is_some()),
        head: measure(&mut cells, "lingkar_kepala_cm", 2, TenthsMm::parse_cm),
        arm: measure(&mut cells, "lila_cm", 2, TenthsMm::parse_cm),
    };
    let oedema = one_of(&mut cells, "edema", "import-oedema", |key| match key {
        "y" => Some(true),
        "n" => Some(false),
        _ => None,
    });
    let measurer = cells.readable("pengukur").unwrap_or_default();
    // More kilograms than centimetres: the two columns changed places.
    let swapped = weight
        .zip(lenhei)
        .is_some_and(|(kg, cm)| kg.get() > 10 * cm.get());
    if swapped {
        cells.put("berat_kg", "import-swapped");
    }
    match on {
        Some(on) if cells.faults.is_empty() => Ok(Listed {
            nik,
            name,
            birth_date,
            on,
            figures,
            oedema,
            measurer,
        }),
        _ => Err(cells.faults),
    }
}

fn measure<T>(
    cells: &mut Cells<'_>,
    key: &'static str,
    decimals: usize,
    parse: impl Fn(&str) -> Result<T, MeasureError>,
) -> Option<T> {
    let text = match cells.cell(key) {
        // A spreadsheet's number carries the dust of binary fractions.
        Cell::Number(number) => format!("{number:.decimals$}"),
        _ => cells.readable(key)?,
    };
    match parse(&text) {
        Ok(measure) => Some(measure),
        Err(error) => cells.fault(key, Told::new(sentence(error))),
    }
}

fn one_of<T>(
    cells: &mut Cells<'_>,
    key: &'static str,
    otherwise: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = cells.readable(key)?;
    parse(&text).or_else(|| cells.fault(key, Told::new(otherwise)))
}
