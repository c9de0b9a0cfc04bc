//! Roles and what they may see.

use simpul_identity::AreaCode;

use crate::platform::keyed;

keyed! {
    /// What a person does here.
    pub enum Role ("role") {
        /// Measures and visits at one Posyandu.
        Kader = "kader",
        /// Confirms health findings in a village or kecamatan.
        Bidan = "bidan",
        /// Receives people at a desk that shares out its work: registers, verifies identity and
        /// membership.
        FrontOffice = "front_office",
        /// Works on what was registered there: analyses, recommends, refers, writes.
        BackOffice = "back_office",
        /// Works at the Puskesos desk of a village as front and back office in one.
        Petugas = "petugas",
        /// Leads the desk and decides at village level.
        Koordinator = "koordinator",
        /// Goes out to families of a village for the SLRT, brings their matters in and goes with
        /// them.
        Fasilitator = "fasilitator",
        /// Another officer who meets people at the post or the desk: PKH companion, agricultural
        /// extension, police or army of the village. Brings matters in and sees those alone.
        Mitra = "mitra",
        /// Watches the desks of a kecamatan.
        Supervisor = "supervisor",
        /// Runs the SLRT secretariat of a kabupaten.
        Manajer = "manajer",
        /// Manages a programme or a facility that referrals go to.
        PengelolaProgram = "pengelola_program",
        KepalaDesa = "kepala_desa",
        /// Sees figures, never persons.
        Pemantau = "pemantau",
        /// Manages users; sees no persons.
        Administrator = "administrator",
    }
}

impl Role {
    /// Those who work on referrals at a desk.
    pub const DESK: &'static [Self] = &[
        Self::FrontOffice,
        Self::BackOffice,
        Self::Petugas,
        Self::Koordinator,
    ];

    /// Post and desk, between which families go to and fro.
    pub const POST_AND_DESK: &'static [Self] = &[
        Self::Kader,
        Self::Bidan,
        Self::FrontOffice,
        Self::BackOffice,
        Self::Petugas,
        Self::Koordinator,
    ];

    /// Those who serve families face to face.
    pub const FACE_TO_FACE: &'static [Self] = &[
        Self::Kader,
        Self::Bidan,
        Self::FrontOffice,
        Self::BackOffice,
        Self::Petugas,
        Self::Koordinator,
        Self::Fasilitator,
    ];

    /// Those who serve families face to face, and those who watch over them.
    pub const OF_FAMILIES: &'static [Self] = &[
        Self::Kader,
        Self::Bidan,
        Self::FrontOffice,
        Self::BackOffice,
        Self::Petugas,
        Self::Koordinator,
        Self::Fasilitator,
        Self::Supervisor,
        Self::Manajer,
    ];

    /// Those who measure children and see measurements by their task.
    pub const POST: &'static [Self] = &[Self::Kader, Self::Bidan];

    /// Number of digits of an area this role can be given: a kader one post, a koordinator one
    /// village, and so on.
    pub fn area_lengths(self) -> &'static [usize] {
        match self {
            Self::Kader => &[13],
            Self::Bidan => &[6, 10],
            // Of a Puskesos, or of the secretariat of the kabupaten.
            Self::FrontOffice | Self::BackOffice => &[4, 10],
            Self::Petugas
            | Self::Koordinator
            | Self::Fasilitator
            | Self::Mitra
            | Self::KepalaDesa => &[10],
            Self::Supervisor => &[6],
            Self::Manajer | Self::PengelolaProgram => &[4],
            Self::Pemantau => &[0, 2, 4, 6, 10],
            Self::Administrator => &[0, 2, 4],
        }
    }

    pub fn may_have(self, area: &AreaCode) -> bool {
        let digits = area.as_str().bytes().filter(u8::is_ascii_digit).count();
        self.area_lengths().contains(&digits)
    }

    /// Whether the role handles records of identified persons at all.
    pub fn sees_persons(self) -> bool {
        !matches!(self, Self::Pemantau | Self::Administrator)
    }

    /// A decile is for officers, never for a kader or bidan.
    pub fn sees_decile(self) -> bool {
        Self::DESK.contains(&self) || matches!(self, Self::Supervisor | Self::Manajer)
    }

    /// Whether health figures are seen by task; everybody else needs the family's consent.
    pub fn measures(self) -> bool {
        matches!(self, Self::Kader | Self::Bidan)
    }

    /// The first page after signing in.
    pub fn home(self) -> &'static str {
        match self {
            Self::Kader | Self::Bidan => "/posyandu",
            Self::FrontOffice
            | Self::BackOffice
            | Self::Petugas
            | Self::Koordinator
            | Self::Fasilitator
            | Self::Mitra
            | Self::Supervisor
            | Self::PengelolaProgram => "/puskesos",
            Self::Manajer | Self::KepalaDesa | Self::Pemantau => "/ringkasan",
            Self::Administrator => "/pengguna",
        }
    }
}
