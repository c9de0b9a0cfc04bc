//! Who is at work: absences with a deputy, and desks that one officer runs alone.

mod at_once;
mod doors;
pub(super) mod pages;
pub(super) mod sql;
#[cfg(test)]
mod tests;

pub(super) use at_once::is_here;
pub use doors::{Absence, NewAbsence, away, back, go, is_alone, keep_mode};
pub(super) use doors::{Stand, stands_for};
