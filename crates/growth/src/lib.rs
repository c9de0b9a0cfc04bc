//! Child growth by WHO 2006 and 2007: z-scores, Indonesian categories, KMS status.
//!
//! [`assess`] turns what was measured into six scores, [`explain`] shows the numbers behind one,
//! [`measure_at`] draws the lines of a chart, [`batch`] does the same for columns, [`kms`] judges
//! the gain of a month, [`plausibility`] asks for a second look, [`referral`] says what sends a
//! child on, [`summary`] counts a population and [`csv`] reads and writes files.
//!
//! Everything here is a pure function of its arguments, but for the readers and writers that
//! [`csv`] is given. Powers come from `libm`, so a phone and a server get the same bits.

#![deny(missing_docs)]

mod assess;
pub mod batch;
mod category;
pub mod csv;
pub mod kms;
pub mod plausibility;
pub mod referral;
pub mod summary;
mod tables;
mod units;
mod zscore;

pub use assess::{
    ALGORITHM, Assessment, At, Child, Explanation, FIRST_STANDING_DAY, PositionNote, Score,
    Standard, assess, explain, measure_at,
};
pub use category::{Category, arm_category};
pub use units::{
    Age, Centimetres, DAYS_PER_MONTH, Grams, Index, Kilograms, MeasureError, Months, Position, Sex,
    TenthsMm,
};
pub use zscore::{Formula, Lms, percentile};
