//! What the columns of a file are, how they are compared and by what keys candidates are found.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::LinkError;

/// Most columns that are compared: their levels are packed into one integer.
pub const MOST_COLUMNS: usize = 14;
/// Most blocking rules.
pub const MOST_RULES: usize = 24;

/// What a column holds, which decides how two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// NIK: sixteen digits with a date and a serial inside.
    Nik,
    /// A number of many digits, such as KK or a telephone number.
    Digits,
    /// The name of a person: words, titles, spelling.
    Name,
    /// Words in which misspellings happen: a street, a place.
    Text,
    /// Few values that are equal or not, such as sex.
    Exact,
    /// A date, `YYYY-MM-DD` or `YYYYMMDD`.
    Date,
    /// A code of which a longer common beginning means nearer: a region.
    Code,
}

/// One compared column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading in the file, compared without regard to case and surrounding spaces.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether the members of a household have it in common.
    #[serde(default)]
    pub family: bool,
}

/// Part of a blocking key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole value; of a name its folded words.
    Whole,
    /// Characters `from..to` of a code, digits or NIK, counted from 0.
    Slice(u8, u8),
    /// The first folded word of a name or text.
    First,
    /// The last folded word of a name or text.
    Last,
    /// The beginning of the first folded word: three letters.
    Start,
    /// The consonants of the first folded word.
    Sound,
    /// The year of a date.
    Year,
    /// Month and day of a date.
    MonthDay,
    /// Year and month of a date.
    Month,
    /// Month and day of a date, the smaller first: equal when they were exchanged.
    Turned,
}

/// A blocking rule: records that agree in all its parts are compared.
#[derive(Clone, Debug)]
pub struct Rule {
    /// As it stands in the schema.
    pub text: String,
    /// Column and part.
    pub parts: Vec<(usize, Part)>,
}

/// Columns and blocking rules.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The heading of the column of record ids.
    pub id: String,
    /// The compared columns.
    pub columns: Vec<Column>,
    /// In the order in which they are tried: exact ones first.
    pub rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    column: Vec<Column>,
    block: Vec<String>,
}

impl Schema {
    /// The schema of a village register: `rec_id, nik, kk, nama, nama_ibu, jk, tgl_lahir,
    /// tempat_lahir, kode_desa, alamat, telepon`.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn standard() -> Self {
        Self::parse(include_str!("../../../data/linkage/warga.toml")).expect("a test reads it")
    }

    /// Reads a schema file.
    ///
    /// # Errors
    /// [`LinkError::Schema`] with what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let file: File = toml::from_str(text).map_err(|e| LinkError::Schema(e.to_string()))?;
        let wrong = |what: String| Err(LinkError::Schema(what));
        if file.column.is_empty() || file.column.len() > MOST_COLUMNS {
            return wrong(format!("1 to {MOST_COLUMNS} columns are compared"));
        }
        if file.block.is_empty() || file.block.len() > MOST_RULES {
            return wrong(format!("1 to {MOST_RULES} block rules are needed"));
        }
        let names: BTreeSet<&str> = file.column.iter().map(|c| c.name.as_str()).collect();
        if names.len() < file.column.len() {
            return wrong("two columns have one name".into());
        }
        let rules = file.block.iter().map(|text| rule(text, &file.column));
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
            id: file.id,
            columns: file.column,
        })
    }

    /// Whether households are told apart from persons.
    pub(crate) fn knows_families(&self) -> bool {
        self.columns.iter().any(|column| column.family)
    }
}

/// `"nama:first + tgl_lahir"`.
fn rule(text: &str, columns: &[Column]) -> Result<Rule, LinkError> {
    let wrong = |what: &str| LinkError::Schema(format!("block rule {text:?}: {what}"));
    let mut parts = Vec::new();
    for piece in text.split('+').map(str::trim) {
        let (name, part) = piece.split_once(':').unwrap_or((piece, "whole"));
        let at = columns.iter().position(|column| column.name == name);
        let at = at.ok_or_else(|| wrong("names a column that is not in the schema"))?;
        let part = part_of(part, columns[at].kind).ok_or_else(|| {
            wrong("a part is whole, first, last, start, sound (names and texts), year, month, monthday, turned (dates), or FROM-TO (codes, digits, nik)")
        })?;
        parts.push((at, part));
    }
    Ok(Rule {
        text: text.to_owned(),
        parts,
    })
}

fn part_of(text: &str, kind: Kind) -> Option<Part> {
    let words = matches!(kind, Kind::Name | Kind::Text);
    let digits = matches!(kind, Kind::Nik | Kind::Digits | Kind::Code);
    match text {
        "whole" => Some(Part::Whole),
        "first" if words => Some(Part::First),
        "last" if words => Some(Part::Last),
        "start" if words => Some(Part::Start),
        "sound" if words => Some(Part::Sound),
        "year" if kind == Kind::Date => Some(Part::Year),
        "month" if kind == Kind::Date => Some(Part::Month),
        "monthday" if kind == Kind::Date => Some(Part::MonthDay),
        "turned" if kind == Kind::Date => Some(Part::Turned),
        _ => {
            let (from, to) = text.split_once('-')?;
            let (from, to): (u8, u8) = (from.parse().ok()?, to.parse().ok()?);
            (digits && from < to && to <= 18).then_some(Part::Slice(from, to))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_schema_and_that_of_febrl_are_read() {
        let standard = Schema::standard();
        assert_eq!(standard.columns.len(), 10);
        assert!(standard.knows_families());
        let febrl = Schema::parse(include_str!("../../../data/linkage/febrl.toml")).unwrap();
        assert!(!febrl.knows_families());
    }

    #[test]
    fn a_wrong_schema_says_where() {
        for (text, said) in [
            ("id = 'a'\nblock = ['b']\ncolumn = []", "1 to 14 columns"),
            (
                "id = 'a'\nblock = ['c']\n[[column]]\nname = 'b'\nkind = 'name'",
                "\"c\": names a column",
            ),
            (
                "id = 'a'\nblock = ['b:year']\n[[column]]\nname = 'b'\nkind = 'name'",
                "a part is whole",
            ),
            (
                "id = 'a'\nblock = ['b']\n[[column]]\nname = 'b'\nkind = 'x'",
                "kind",
            ),
        ] {
            let wrong = Schema::parse(text).unwrap_err().to_string();
            assert!(wrong.contains(said), "{wrong}");
        }
    }
}
