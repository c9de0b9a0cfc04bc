//! Boards for those who watch: what is open, late, waiting and on whom; the database of all
//! matters with its search; trends; the same as a spreadsheet.

mod figures;
pub(super) mod pages;
mod search;
mod search_pages;
mod sheet;
mod sql;
#[cfg(test)]
mod tests;

pub use figures::{Board, Count, Trend, board, trend};
pub use search::{Found, Lists, Question, search};

use super::kinds::Tier;
use super::model::State;
use crate::platform::keyed;

keyed! {
    /// Who has to move now.
    pub enum Waits ("waits") {
        /// The desk of the village.
        Meja = "meja",
        /// The service that it was referred to.
        Layanan = "layanan",
        /// The family, with its papers.
        Keluarga = "keluarga",
        /// Who sent it.
        Pengirim = "pengirim",
        Supervisor = "supervisor",
        Manajer = "manajer",
    }
}

impl Waits {
    /// Whom an open case waits for; the list filters by the same table in `sql.rs`.
    pub fn of(state: State, tier: Tier) -> Self {
        match (state, tier) {
            (State::Dirujuk | State::DiterimaTujuan, _) => Self::Layanan,
            (State::MenungguDokumen, _) => Self::Keluarga,
            (State::Dikembalikan, _) => Self::Pengirim,
            (_, Tier::Desa) => Self::Meja,
            (_, Tier::Kecamatan) => Self::Supervisor,
            (_, Tier::Kabupaten) => Self::Manajer,
        }
    }
}
