//! The earlier measurements of a child as far as a new one must know them, from one text.

use jiff::civil::Date;
use simpul_growth::{Grams, Position, TenthsMm};
use simpul_identity::{AreaCode, Sex};
use simpul_phone::judge::{Measures, Past};

use super::model::{StoredMeasurement, growth_sex};
use crate::platform::{AppError, Result};

/// An earlier measurement.
#[derive(Clone)]
pub struct Brief {
    pub on: Date,
    pub area: AreaCode,
    measures: Measures,
    /// It mends another one.
    pub mends: bool,
    /// Another one mends it.
    pub mended: bool,
}

impl Brief {
    /// Reads the text of [`super::sql::BRIEF`], oldest first.
    ///
    /// # Errors
    /// It is of another form: a mistake of ours.
    pub fn read_all(text: &str) -> Result<Vec<Self>> {
        let all: Option<Vec<Self>> = text.split(';').map(Self::read).collect();
        all.ok_or_else(|| AppError::Internal("a brief of another form".to_owned()))
    }

    /// Of a measurement that is to be written, and mends none.
    pub fn of(row: &StoredMeasurement) -> Self {
        Self {
            on: *row.measured_on,
            area: *row.area,
            measures: row.beside(&row.area).measures,
            mends: false,
            mended: false,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let mut part = || parts.next();
        let on: Date = part()?.parse().ok()?;
        let area = AreaCode::parse(part()?).ok()?;
        let birth: Date = part()?.parse().ok()?;
        let sex = Sex::parse(part()?).ok()?;
        let weight = part()?.parse().ok().and_then(|n| Grams::new(n).ok());
        let lenhei = long(part()?);
        let position = match part()? {
            "l" => Some(Position::Lying),
            "h" => Some(Position::Standing),
            _ => None,
        };
        let (head, arm) = (long(part()?), long(part()?));
        let oedema = match part()? {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let (mends, mended) = (part()? == "r", part()? == "m");
        Some(Self {
            on,
            area,
            measures: Measures {
                on,
                birth,
                sex: growth_sex(sex),
                weight,
                lenhei,
                position,
                head,
                arm,
                oedema,
                // Of no account afterwards.
                danger: false,
            },
            mends,
            mended,
        })
    }

    /// Beside a measurement at this post.
    pub fn beside(&self, post: &AreaCode) -> Past {
        Past {
            measures: self.measures,
            here: self.area == *post,
        }
    }
}

fn long(text: &str) -> Option<TenthsMm> {
    TenthsMm::new(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_back_and_another_form_is_refused() {
        let text = "2026-10-10,1810012006001,2025-05-12,L,7650,,,,,0,,;\
                    2026-11-10,1810012006001,2025-05-12,L,7800,7400,l,4500,1350,,r,m";
        let read = Brief::read_all(text).unwrap();
        assert_eq!((read[0].mends, read[0].mended), (false, false));
        assert_eq!(read[0].measures.weight, Grams::new(7650).ok());
        assert_eq!(read[0].measures.oedema, Some(false));
        assert_eq!((read[1].mends, read[1].mended), (true, true));
        assert_eq!(read[1].measures.position, Some(Position::Lying));
        assert_eq!(read[1].measures.arm, TenthsMm::new(1350).ok());
        assert!(Brief::read_all("").is_err());
        assert!(Brief::read_all("2026-10-10,x").is_err());
    }
}
