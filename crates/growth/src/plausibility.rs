//! Warnings about a measure that looks wrong by itself or beside the last one.
//!
//! A warning asks to measure or read again; it never changes or drops a figure.

use crate::assess::{At, Child, FIRST_STANDING_DAY, measure_at};
use crate::units::{Age, DAYS_PER_MONTH, Index, Kilograms, Position};

/// A weight that no child has: it was typed in grams.
const IN_GRAMS_FROM_KG: f64 = 300.0;
/// A child does not shrink; by more than this one of two heights is wrong, in cm.
const SHRUNK_CM: f64 = 1.0;
/// The share of weight that does not change within a month.
const WEIGHT_CHANGE: f64 = 0.20;
/// Under this age the median itself gains up to 35 % a month.
const YOUNG_DAYS: u32 = 91;

/// What looks wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// The weight was written in grams.
    WeightInGrams,
    /// Weight and height stand in each other's field.
    Swapped,
    /// Shorter than last time by this many cm, the position considered.
    Shorter {
        /// Centimetres lost.
        by: f64,
    },
    /// The weight changed by more than 20 % in a month.
    WeightJump {
        /// Change since last time as a share of the last weight; negative is a loss.
        share: f64,
    },
}

impl Warning {
    /// The stable key of records and screen words.
    pub fn key(self) -> &'static str {
        match self {
            Self::WeightInGrams => "berat_dalam_gram",
            Self::Swapped => "berat_tinggi_tertukar",
            Self::Shorter { .. } => "tinggi_turun",
            Self::WeightJump { .. } => "berat_berubah_banyak",
        }
    }
}

/// Looks at a measurement, and at the last one before it where there is one.
///
/// Weights are compared where both ages are known; over more than a month the 20 % grow with the
/// months. Under three months the change is taken against the median's own gain in those days,
/// for a healthy newborn gains more than 20 % a month.
///
/// ```
/// use simpul_growth::plausibility::{Warning, warnings};
/// use simpul_growth::{Age, Child, Kilograms, Sex};
/// let mut child = Child::new(Sex::Male, Some(Age::Days(400)));
/// child.weight = Kilograms::new(9500.0);
/// assert_eq!(warnings(&child, None), [Warning::WeightInGrams]);
/// child.weight = Kilograms::new(9.5);
/// assert_eq!(warnings(&child, None), []);
/// ```
pub fn warnings(now: &Child, last: Option<&Child>) -> Vec<Warning> {
    let mut found = Vec::new();
    let kg = now.weight.map(Kilograms::get);
    let in_grams = kg.is_some_and(|kg| kg >= IN_GRAMS_FROM_KG);
    if in_grams {
        found.push(Warning::WeightInGrams);
    } else if let (Some(kg), Some(cm)) = (kg, now.lenhei)
        && kg > cm.get()
    {
        found.push(Warning::Swapped);
    }
    if let Some(last) = last {
        found.extend(shorter(now, last));
        if !in_grams {
            found.extend(weight_jump(now, last));
        }
    }
    found
}

fn shorter(now: &Child, last: &Child) -> Option<Warning> {
    let by = lying_length(last)? - lying_length(now)?;
    // A tenth of a micrometre of room: 70.0 - 69.0 in floats may exceed 1.
    (by > SHRUNK_CM + 1e-5).then_some(Warning::Shorter { by })
}

/// The length as if taken lying, so that a change of position is no change of height.
fn lying_length(child: &Child) -> Option<f64> {
    let cm = child.lenhei?.get();
    let standing = match child.position {
        Some(position) => position == Position::Standing,
        None => child
            .age
            .is_some_and(|age| age.days() >= FIRST_STANDING_DAY),
    };
    Some(if standing { cm + 0.7 } else { cm })
}

fn weight_jump(now: &Child, last: &Child) -> Option<Warning> {
    let (age, before) = (now.age?, last.age?);
    let days = age.days().checked_sub(before.days())?;
    let months = (f64::from(days) / DAYS_PER_MONTH).max(1.0);
    let mut ratio = now.weight?.get() / last.weight?.get();
    let share = ratio - 1.0;
    if age.days() < YOUNG_DAYS && ratio > 1.0 {
        let median = |age: Age| measure_at(Index::WeightForAge, now.sex, At::Age(age), 0.0);
        ratio /= (median(age)? / median(before)?).max(1.0);
    }
    ((ratio - 1.0).abs() > WEIGHT_CHANGE * months + 1e-9).then_some(Warning::WeightJump { share })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Centimetres, Sex};

    fn child(days: u32, kg: f64, cm: f64, position: Position) -> Child {
        Child {
            weight: Kilograms::new(kg),
            lenhei: Centimetres::new(cm),
            position: Some(position),
            ..Child::new(Sex::Female, Some(Age::Days(days)))
        }
    }

    fn keys(now: &Child, last: &Child) -> Vec<&'static str> {
        warnings(now, Some(last))
            .into_iter()
            .map(Warning::key)
            .collect()
    }

    #[test]
    fn a_child_does_not_shrink_but_may_stand_up() {
        use Position::{Lying, Standing};
        let last = child(700, 10.0, 80.0, Lying);
        assert_eq!(keys(&child(731, 10.0, 79.0, Lying), &last), [""; 0]);
        assert_eq!(
            keys(&child(731, 10.0, 78.9, Lying), &last),
            ["tinggi_turun"]
        );
        assert_eq!(keys(&child(731, 10.0, 78.4, Standing), &last), [""; 0]);
        assert_eq!(
            keys(&child(731, 10.0, 78.2, Standing), &last),
            ["tinggi_turun"]
        );
    }

    #[test]
    fn weight_jumps_are_seen_and_newborns_may_grow() {
        let at = |days, kg| child(days, kg, 75.0, Position::Lying);
        let jump = ["berat_berubah_banyak"];
        assert_eq!(keys(&at(400, 12.0), &at(370, 10.0)), [""; 0]);
        assert_eq!(keys(&at(400, 12.1), &at(370, 10.0)), jump);
        assert_eq!(keys(&at(400, 7.9), &at(370, 10.0)), jump);
        // Two months allow 40 %.
        assert_eq!(keys(&at(431, 13.9), &at(370, 10.0)), [""; 0]);
        // 3.2 to 4.3 kg in the first month is 34 %, and healthy; 5.5 kg is not.
        assert_eq!(keys(&at(30, 4.3), &at(0, 3.2)), [""; 0]);
        assert_eq!(keys(&at(30, 5.5), &at(0, 3.2)), jump);
        assert_eq!(keys(&at(30, 2.5), &at(0, 3.2)), jump);
    }

    #[test]
    fn swapped_fields_are_named_once() {
        let now = child(400, 75.0, 9.5, Position::Lying);
        assert_eq!(warnings(&now, None), [Warning::Swapped]);
        let grams = child(400, 9500.0, 75.0, Position::Lying);
        let last = child(370, 9.3, 74.0, Position::Lying);
        assert_eq!(warnings(&grams, Some(&last)), [Warning::WeightInGrams]);
    }
}
