//! Letters of a desk: numbered without gaps by village and year, printed by the browser on A4.

mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{Letter, NewLetter, letters_of, write_letter};

use crate::platform::keyed;

keyed! {
    /// What a letter is.
    pub enum LetterKind ("letter") {
        Rujukan = "rujukan",
        Keterangan = "keterangan",
        TandaTerima = "tanda_terima",
    }
}
