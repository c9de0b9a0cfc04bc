//! Reads measures as people type them, with a sentence for each that cannot be taken.

use jiff::civil::Date;
use simpul_growth::{FIRST_STANDING_DAY, Grams, MeasureError, Position, TenthsMm};

use super::model::age_days;
use crate::platform::form::Form;
use crate::platform::words::Lang;

/// The measures of one child, from the form of a child or a row of the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub weight: Option<Grams>,
    pub lenhei: Option<TenthsMm>,
    pub position: Option<Position>,
    pub head: Option<TenthsMm>,
    pub arm: Option<TenthsMm>,
}

impl Figures {
    /// Reads the fields `bb`, `tb`, `posisi`, `lk` and `lila`, each with this ending.
    pub fn read(form: &mut Form, ending: &str, lang: Lang) -> Self {
        let lenhei = read(form, format!("tb{ending}"), lang, TenthsMm::parse_cm);
        let position = match form.get(format!("posisi{ending}")) {
            "l" => Some(Position::Lying),
            "h" => Some(Position::Standing),
            _ => None,
        };
        Self {
            weight: read(form, format!("bb{ending}"), lang, Grams::parse_kg),
            lenhei,
            position: position.filter(|_| lenhei.is_some()),
            head: read(form, format!("lk{ending}"), lang, TenthsMm::parse_cm),
            arm: read(form, format!("lila{ending}"), lang, TenthsMm::parse_cm),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn read<T>(
    form: &mut Form,
    field: String,
    lang: Lang,
    parse: impl FnOnce(&str) -> Result<T, MeasureError>,
) -> Option<T> {
    match parse(form.filled(&field)?) {
        Ok(measure) => Some(measure),
        Err(error) => {
            form.wrong(field, lang.t(sentence(error)));
            None
        }
    }
}

/// Key of the sentence for a measure that is refused.
pub(super) fn sentence(error: MeasureError) -> &'static str {
    match error {
        MeasureError::NotANumber => "measure-not-a-number",
        MeasureError::TooFine => "measure-too-fine",
        MeasureError::Zero => "measure-zero",
        MeasureError::TooHeavy => "measure-too-heavy",
        MeasureError::TooLong => "measure-too-long",
    }
}

/// How children of this age are usually measured: `l` lying, `h` standing.
pub fn usual_position(birth: Date, on: Date) -> &'static str {
    match age_days(birth, on) {
        Some(days) if days >= FIRST_STANDING_DAY => "h",
        _ => "l",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::from_pairs(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn comma_and_point_are_the_same_figure() {
        let mut typed = form(&[
            ("bb", "7,85"),
            ("tb", "69.1"),
            ("posisi", "l"),
            ("lila", ""),
        ]);
        let figures = Figures::read(&mut typed, "", Lang::Id);
        assert_eq!(figures.weight.map(Grams::get), Some(7850));
        assert_eq!(figures.lenhei.map(TenthsMm::get), Some(6910));
        assert_eq!(
            (figures.position, figures.arm),
            (Some(Position::Lying), None)
        );
        assert!(!typed.has_errors());
    }

    #[test]
    fn what_is_no_measure_names_its_field_and_is_kept() {
        let mut typed = form(&[("bb-1", "7850"), ("tb-1", "enam"), ("posisi-1", "h")]);
        let figures = Figures::read(&mut typed, "-1", Lang::Id);
        assert!(figures.is_empty(), "a position without a length is nothing");
        let wrong: Vec<&str> = typed.errors().map(|(field, _)| field).collect();
        assert_eq!(wrong, ["bb-1", "tb-1"]);
        assert_eq!(typed.get("bb-1"), "7850");
    }
}
