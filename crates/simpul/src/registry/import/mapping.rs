//! Which column is which field, and how dates and codes are written: a TOML file.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Deserialize;
use simpul_identity::AreaCode;

use super::table::Cell;
use super::told::Told;

/// A field that an importer reads.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key in mapping files, which is also the usual name of its column.
    pub key: &'static str,
    /// Without such a column the file is refused.
    pub required: bool,
}

impl Field {
    pub const fn required(key: &'static str) -> Self {
        Self {
            key,
            required: true,
        }
    }

    pub const fn optional(key: &'static str) -> Self {
        Self {
            key,
            required: false,
        }
    }
}

/// How a file of one kind is to be read.
#[derive(Debug)]
pub struct Mapping {
    fields: &'static [Field],
    /// Folded name of a column to position of its field.
    names: HashMap<String, usize>,
    dates: Vec<String>,
    /// Field, then folded text of a cell, to the code it means.
    codes: HashMap<String, HashMap<String, String>>,
    sheet: Option<String>,
    area: Option<AreaCode>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    sheet: Option<String>,
    area: Option<String>,
    dates: Option<Vec<String>>,
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    codes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Mapping {
    /// Reads the program's own mapping, and over it what a file says otherwise: the columns and
    /// codes of a field it names take the place of the usual ones.
    ///
    /// # Errors
    /// A sentence when the file is no mapping, or names a field that there is not.
    pub fn parse(fields: &'static [Field], usual: &str, own: Option<&str>) -> Result<Self, Told> {
        let mut form = parse(usual)?;
        let own = own.map_or_else(|| Ok(FileForm::default()), parse)?;
        form.sheet = own.sheet.or(form.sheet);
        form.area = own.area.or(form.area);
        form.dates = own.dates.or(form.dates);
        form.columns.extend(own.columns);
        form.codes.extend(own.codes);
        Self::of(fields, form)
    }

    fn of(fields: &'static [Field], form: FileForm) -> Result<Self, Told> {
        let mut names = HashMap::new();
        for (key, columns) in form.columns {
            let Some(field) = fields.iter().position(|field| field.key == key) else {
                return Err(Told::new("import-mapping-field").with("field", key));
            };
            for column in columns {
                if names
                    .insert(folded(&column), field)
                    .is_some_and(|other| other != field)
                {
                    return Err(Told::new("import-mapping-column").with("column", column));
                }
            }
        }
        let area = form.area.map(|text| AreaCode::parse(&text)).transpose();
        let mut codes: HashMap<String, HashMap<String, String>> = HashMap::new();
        for (field, texts) in form.codes {
            let of_field = codes.entry(field).or_default();
            for (code, texts) in texts {
                of_field.extend(texts.iter().map(|text| (folded(text), code.clone())));
            }
        }
        Ok(Self {
            fields,
            names,
            dates: form.dates.unwrap_or_default(),
            codes,
            sheet: form.sheet,
            area: area.map_err(|e| Told::new("import-mapping-broken").with("error", e))?,
        })
    }

    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        let required = self.fields.iter().filter(|field| field.required);
        required.map(|field| field.key)
    }

    /// The sheet to read, where it is not the first.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The place of rows that name none.
    pub fn area(&self) -> Option<&AreaCode> {
        self.area.as_ref()
    }

    /// Position of the field that a column of this name holds.
    pub fn field_of(&self, column: &str) -> Option<usize> {
        self.names.get(&folded(column)).copied()
    }

    /// Position of a field in every row.
    ///
    /// # Panics
    /// When the importer asks for a field it did not declare: every test would meet it.
    pub fn position(&self, key: &str) -> usize {
        let position = self.fields.iter().position(|field| field.key == key);
        position.unwrap_or_else(|| panic!("{key} is a field of this import"))
    }

    /// The code that a text means in a field, or the text itself where no code is listed.
    pub fn code<'a>(&'a self, field: &str, text: &'a str) -> &'a str {
        let codes = self.codes.get(field);
        codes
            .and_then(|codes| codes.get(&folded(text)))
            .map_or(text, String::as_str)
    }

    /// The date in a cell.
    pub fn date(&self, cell: &Cell) -> Option<Date> {
        if let Cell::Date(date) = cell {
            return Some(*date);
        }
        let text = with_month_numbers(&cell.text()?);
        // A spreadsheet's export may add midnight.
        let text = text.strip_suffix(" 00:00:00").unwrap_or(&text);
        let mut dates = self.dates.iter();
        dates.find_map(|format| Date::strptime(format, text).ok())
    }
}

fn parse(text: &str) -> Result<FileForm, Told> {
    toml::from_str(text)
        .map_err(|e| Told::new("import-mapping-broken").with("error", e.to_string().trim_end()))
}

/// Lower case, and one `_` for whatever is neither letter nor digit.
fn folded(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_")
}

/// `17 Agustus 2024` as `17 8 2024`.
fn with_month_numbers(text: &str) -> String {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des",
    ];
    if !text.chars().any(char::is_alphabetic) {
        return text.to_owned();
    }
    let words = text.split_whitespace().map(|word| {
        let lower = word.to_lowercase();
        let month = MONTHS.iter().position(|month| lower.starts_with(month));
        month.map_or(lower, |month| (month + 1).to_string())
    });
    words.collect::<Vec<_>>().join(" ")
}
