//! Letters of a desk: numbered without gaps by village and year, printed on A4: by
//! `simpul-print` as PDF where it is installed, and by the browser.

mod doors;
pub(super) mod pages;
mod sheet;
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
