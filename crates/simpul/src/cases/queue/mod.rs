//! The queue at the shared secretariat: numbers without names, who waits longest for good reason
//! first, and how long it took; and when other officers are there.

mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{
    NewVisit, NewVisitingHour, add_visiting_hour, call_next, move_visit, same_day, take_number,
    today, visiting_hours,
};

use crate::platform::keyed;

keyed! {
    /// Why somebody need not wait as long as others.
    pub enum Priority ("priority") {
        Biasa = "biasa",
        Lansia = "lansia",
        Hamil = "hamil",
        Disabilitas = "disabilitas",
    }

    /// What somebody came for.
    pub enum Purpose ("purpose") {
        Pengajuan = "pengajuan",
        Kabar = "kabar",
        Berkas = "berkas",
        Lainnya = "lainnya",
    }

    /// How far a visit is.
    pub enum VisitState ("visit") {
        Menunggu = "menunggu",
        Dipanggil = "dipanggil",
        Dilayani = "dilayani",
        Selesai = "selesai",
        /// Called and not there.
        Pergi = "pergi",
    }

    /// Who else meets people at the secretariat.
    pub enum Officer ("officer") {
        PendampingPkh = "pendamping_pkh",
        Penyuluh = "penyuluh",
        Bhabinkamtibmas = "bhabinkamtibmas",
        Babinsa = "babinsa",
        Bidan = "bidan",
        Lainnya = "lainnya",
    }
}

impl VisitState {
    /// The states that lead here.
    fn from(self) -> &'static [Self] {
        match self {
            Self::Menunggu => &[],
            Self::Dipanggil => &[Self::Menunggu],
            Self::Dilayani => &[Self::Dipanggil],
            Self::Selesai => &[Self::Dilayani],
            Self::Pergi => &[Self::Menunggu, Self::Dipanggil],
        }
    }
}
