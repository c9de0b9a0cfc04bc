//! Lists of work: what each role has to do next. The rows are chosen in `sql.rs` by the same keys.

use crate::access::Role;
use crate::platform::keyed;

keyed! {
    /// A list of somebody's work.
    pub enum WorkList ("worklist") {
        /// Front office: take up and register.
        Terima = "terima",
        /// Back office: verify, analyse, propose.
        Periksa = "periksa",
        /// Who leads: decide on what was proposed.
        Putuskan = "putuskan",
        /// What this officer holds, and what those hold for whom they stand.
        Saya = "saya",
        /// Papers or answers are awaited: the fasilitator goes with the family.
        Berkas = "berkas",
        /// A service has it.
        Layanan = "layanan",
        /// Passed up.
        Terusan = "terusan",
        /// One officer did all: the second pair of eyes.
        Tinjau = "tinjau",
    }
}

impl WorkList {
    /// The lists of a role, its own work first.
    pub fn of(role: Role) -> &'static [Self] {
        use WorkList::{Berkas, Layanan, Periksa, Putuskan, Saya, Terima, Terusan, Tinjau};
        match role {
            Role::FrontOffice => &[Terima, Saya, Berkas, Layanan],
            Role::BackOffice => &[Periksa, Saya, Berkas, Layanan],
            Role::Petugas => &[Terima, Periksa, Saya, Berkas, Layanan],
            Role::Koordinator => &[Putuskan, Terima, Periksa, Saya, Berkas, Layanan],
            Role::Fasilitator => &[Berkas, Terima, Layanan],
            Role::Supervisor => &[Terusan, Tinjau, Berkas, Layanan],
            Role::Manajer => &[Terusan, Putuskan, Saya, Layanan],
            Role::PengelolaProgram => &[Layanan],
            _ => &[],
        }
    }

    /// Whether its cases have ended.
    pub fn is_of_ended(self) -> bool {
        self == Self::Tinjau
    }
}
