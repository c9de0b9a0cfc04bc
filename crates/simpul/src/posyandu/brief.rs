//! The earlier measurements of a child as far as a new one must know them, from one text.

use jiff::ToSpan as _;
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

/// The day from which on earlier measurements decide what one of this date says: a letter looks at
/// the two months before it.
pub fn decisive_from(date: Date) -> Date {
    let month = date.first_of_month();
    month.checked_sub(2.months()).unwrap_or(Date::ZERO)
}

/// Whether what is known from [`decisive_from`] on, or longer, is enough for measurements of a child
/// from this date on: it was weighed at its post in a month before, and so is neither new there nor
/// without a last measurement.
pub fn is_enough(known: &[Brief], post: &AreaCode, date: Date) -> bool {
    known.iter().any(|past| {
        past.on < date.first_of_month()
            && past.area == *post
            && !past.mended
            && past.measures.weight.is_some()
    })
}

fn long(text: &str) -> Option<TenthsMm> {
    TenthsMm::new(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use simpul_phone::judge::judge;

    use super::*;
    use crate::testing::{OTHER_POST, POST, area};

    fn weighed(on: Date, post: &str, grams: Option<u32>, mended: bool) -> Brief {
        Brief {
            on,
            area: area(post),
            measures: Measures {
                on,
                birth: date(2025, 5, 12),
                sex: growth_sex(Sex::Male),
                weight: grams.and_then(|grams| Grams::new(grams).ok()),
                // Another one for each day, and sometimes shorter than before.
                lenhei: TenthsMm::new(7_000 + 13 * u32::from(on.day().unsigned_abs())).ok(),
                position: None,
                head: None,
                arm: None,
                oedema: None,
                danger: false,
            },
            mends: false,
            mended,
        }
    }

    fn any_day(months: std::ops::RangeInclusive<i8>) -> impl Strategy<Value = Date> {
        (months, 1..=28_i8).prop_map(|(month, day)| date(2026, month, day))
    }

    /// Day, whether at this post, grams, and whether another one mends it.
    fn any_past() -> impl Strategy<Value = (Date, bool, Option<u32>, bool)> {
        (
            any_day(2..=10),
            prop::bool::weighted(0.8),
            prop::option::weighted(0.9, 6_000..9_000_u32),
            prop::bool::weighted(0.1),
        )
    }

    proptest! {
        /// Those of one sending, in their order: the later ones see the earlier ones.
        #[test]
        fn what_is_enough_says_what_the_whole_says(
            mut all in prop::collection::vec(any_past(), 0..14),
            mut news in prop::collection::vec((any_day(9..=12), 6_000..9_000_u32), 1..4),
            others in any_day(7..=12),
        ) {
            all.sort();
            news.sort();
            let first = news[0].0;
            let past = |(on, here, grams, mended)| {
                weighed(on, if here { POST } else { OTHER_POST }, grams, mended)
            };
            let mut all: Vec<Brief> = all.into_iter().map(past).collect();
            all.retain(|past| past.on < first);
            // Another child of the sending may have been measured before.
            let since = decisive_from(first.min(others));
            let mut known: Vec<Brief> = all.iter().filter(|past| past.on >= since).cloned().collect();
            prop_assume!(is_enough(&known, &area(POST), first));
            for (on, grams) in news {
                let now = weighed(on, POST, Some(grams), false);
                let said = |briefs: &[Brief]| {
                    let standing = briefs.iter().filter(|past| !past.mended);
                    let past: Vec<Past> = standing.map(|past| past.beside(&area(POST))).collect();
                    let said = judge(&now.measures, &past);
                    (said.status, said.warnings)
                };
                prop_assert_eq!(said(&known), said(&all));
                known.push(now.clone());
                all.push(now);
            }
        }
    }

    #[test]
    fn who_was_not_weighed_here_lately_is_looked_up_whole() {
        let on = date(2026, 10, 29);
        let enough = |past: Brief| is_enough(&[past], &area(POST), on);
        assert!(enough(weighed(date(2026, 8, 1), POST, Some(7_000), false)));
        assert!(enough(weighed(date(2026, 9, 30), POST, Some(7_000), false)));
        assert!(!enough(weighed(
            date(2026, 10, 1),
            POST,
            Some(7_000),
            false
        )));
        assert!(!enough(weighed(
            date(2026, 8, 1),
            OTHER_POST,
            Some(7_000),
            false
        )));
        assert!(!enough(weighed(date(2026, 8, 1), POST, None, false)));
        assert!(!enough(weighed(date(2026, 8, 1), POST, Some(7_000), true)));
    }

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
