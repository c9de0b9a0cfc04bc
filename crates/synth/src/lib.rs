//! Seeded synthetic villages for demonstration, tests and benches.
//!
//! [`Village::generate`] makes the families of a village: ages, names, numbers, registry, the
//! growth of each child under five, and one morning at the Posyandu. [`pilots`] names a village in
//! each pilot region, [`roster_rows`] writes a village as a spreadsheet.
//! [`write_doubles`] writes registers with double records, the truth apart.
//!
//! All is invented; shares and rates are our assumptions unless a source is named. The same seed
//! gives the same village on every machine: ChaCha streams, basic arithmetic, and the powers of
//! `libm` through `simpul-growth`.

#![deny(missing_docs)]

mod again;
mod childhood;
mod curves;
mod doubles;
mod family;
mod generate;
mod papers;
mod people;
mod pilots;
mod rng;
mod roster;
mod slips;
mod village;
mod welfare;
mod words;

pub use doubles::{DOUBLES_COLUMNS, DoublesCount, Rates, write_doubles};
pub use generate::UnknownVillage;
pub use pilots::{Pilot, pilots};
pub use roster::{ROSTER_COLUMNS, roster_rows};
pub use simpul_growth::Position;
pub use village::{
    Answers, Companion, Disability, Education, Floor, Household, Jkn, LifeEvent, Marital,
    Measurement, Memberships, Occupation, Person, Post, Relation, School, Toilet, Village, Visit,
    Water,
};

#[cfg(test)]
mod tests;
