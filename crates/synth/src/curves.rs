//! The measure of a child of a given z-score, from the growth standards.

use simpul_growth::{Age, At, Centimetres, FIRST_STANDING_DAY, Index, Sex as Table, measure_at};
use simpul_identity::Sex;

/// Centimetres lying before two years, standing from then on. `age` is at most 1826 days.
pub(crate) fn length(sex: Sex, age: u32, z: f64) -> f64 {
    by_age(Index::LengthForAge, sex, age, z)
}

/// Kilograms of a child this long; `None` for those shorter than the table begins (45 cm).
pub(crate) fn weight(sex: Sex, age: u32, length: f64, z: f64) -> Option<f64> {
    let cm = Centimetres::new(length)?;
    let at = if age < FIRST_STANDING_DAY {
        At::Length(cm)
    } else {
        At::Height(cm)
    };
    measure_at(Index::WeightForLength, table(sex), at, z)
}

/// Kilograms by age alone.
pub(crate) fn weight_for_age(sex: Sex, age: u32, z: f64) -> f64 {
    by_age(Index::WeightForAge, sex, age, z)
}

/// Centimetres around the head.
pub(crate) fn head(sex: Sex, age: u32, z: f64) -> f64 {
    by_age(Index::HeadForAge, sex, age, z)
}

/// Centimetres around the arm; `age` is at least 91 days.
pub(crate) fn arm(sex: Sex, age: u32, z: f64) -> f64 {
    by_age(Index::ArmForAge, sex, age, z)
}

fn by_age(index: Index, sex: Sex, age: u32, z: f64) -> f64 {
    measure_at(index, table(sex), At::Age(Age::Days(age)), z)
        .expect("callers keep to the ages of the table")
}

fn table(sex: Sex) -> Table {
    match sex {
        Sex::Male => Table::Male,
        Sex::Female => Table::Female,
    }
}
