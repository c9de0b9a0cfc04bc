//! Emergencies: danger to life, violence, abandonment, disaster, care refused. One screen, several
//! sides called at once, a clock in hours, a page to print. Never on a public page or in the
//! search: the need of such a case is protection, which is restricted.

mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{Arm, Emergency, NewEmergency, Told, emergency, move_arm, open_arms, report};
pub(super) use doors::{close, is_answered};
pub(super) use sql::{MOVE_ARMS, MOVE_EMERGENCIES};

use super::kinds::Field;
use crate::access::Role;
use crate::cases::transitions::OFFICE;
use crate::platform::keyed;

keyed! {
    /// What happened.
    pub enum EmergencyKind ("emergency") {
        /// A danger sign of illness.
        Tanda = "tanda_bahaya",
        Kekerasan = "kekerasan",
        /// A child, an elder or a patient left alone.
        Terlantar = "terlantar",
        Bencana = "bencana",
        /// Care refused or left out because the insurance does not run.
        DitolakJkn = "ditolak_jkn",
    }

    /// A side that is called.
    pub enum Side ("side") {
        /// Pustu, Puskesmas, hospital.
        Kesehatan = "kesehatan",
        /// Puskesos, Dinas Sosial.
        Sosial = "sosial",
        /// UPTD PPA, police.
        Perlindungan = "perlindungan",
        /// BPBD.
        Bencana = "bencana",
    }

    /// How far a side is.
    pub enum ArmState ("arm") {
        Dipanggil = "dipanggil",
        /// On its way, or working on it.
        Berjalan = "berjalan",
        Selesai = "selesai",
        /// Cannot come; says why and what to do.
        TidakBisa = "tidak_bisa",
    }
}

impl EmergencyKind {
    pub fn field(self) -> Field {
        match self {
            Self::Tanda | Self::DitolakJkn => Field::Kesehatan,
            Self::Kekerasan => Field::Kekerasan,
            Self::Terlantar => Field::Sosial,
            Self::Bencana => Field::Bencana,
        }
    }

    /// Key of the advice on its sheet.
    pub fn advice(self) -> String {
        format!("emergency-advice-{}", self.key().replace('_', "-"))
    }

    /// Who is called without anybody choosing.
    pub fn sides(self) -> &'static [Side] {
        match self {
            Self::Tanda | Self::DitolakJkn => &[Side::Kesehatan, Side::Sosial],
            Self::Kekerasan => &[Side::Kesehatan, Side::Sosial, Side::Perlindungan],
            Self::Terlantar => &[Side::Sosial, Side::Perlindungan],
            Self::Bencana => &[Side::Kesehatan, Side::Sosial, Side::Bencana],
        }
    }
}

impl ArmState {
    pub fn mark(self) -> &'static str {
        match self {
            Self::Dipanggil => "wait",
            Self::Berjalan => "info",
            Self::Selesai => "good",
            Self::TidakBisa => "warn",
        }
    }

    /// What follows.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Dipanggil => &[Self::Berjalan, Self::Selesai, Self::TidakBisa],
            Self::Berjalan => &[Self::Selesai, Self::TidakBisa],
            // Somebody who could not come may come after all.
            Self::TidakBisa => &[Self::Berjalan],
            Self::Selesai => &[],
        }
    }
}

/// Those who tell how far a side is: the side itself, or the office that reached it by telephone.
pub(super) fn moves(role: Role, side: Side) -> bool {
    match role {
        role if OFFICE.contains(&role) => true,
        Role::Supervisor => true,
        Role::PengelolaProgram => true,
        Role::Bidan => side == Side::Kesehatan,
        _ => false,
    }
}

/// Those who see every emergency of their area; everybody else sees what they reported.
pub(super) fn sees_all(role: Role) -> bool {
    Side::ALL.iter().any(|side| moves(role, *side))
}
