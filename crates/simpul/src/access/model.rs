//! Roles and what they may see.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use simpul_db::{Cell, Column, Refused, ToValue, Value};
use simpul_identity::AreaCode;

/// What a person does here. Keys are stored; words are in the word files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Measures and visits at one Posyandu.
    Kader,
    /// Confirms health findings in a village or kecamatan.
    Bidan,
    /// Works at the Puskesos desk of a village.
    Petugas,
    /// Leads the desk and decides at village level.
    Koordinator,
    /// Watches the desks of a kecamatan.
    Supervisor,
    /// Runs the SLRT secretariat of a kabupaten.
    Manajer,
    /// Manages a programme or a facility that referrals go to.
    PengelolaProgram,
    KepalaDesa,
    /// Sees figures, never persons.
    Pemantau,
    /// Manages users; sees no persons.
    Administrator,
}

impl Role {
    pub const ALL: [Self; 10] = [
        Self::Kader,
        Self::Bidan,
        Self::Petugas,
        Self::Koordinator,
        Self::Supervisor,
        Self::Manajer,
        Self::PengelolaProgram,
        Self::KepalaDesa,
        Self::Pemantau,
        Self::Administrator,
    ];

    /// Those who work on referrals at a desk.
    pub const DESK: &'static [Self] = &[Self::Petugas, Self::Koordinator];

    /// Those who measure children and see measurements by their task.
    pub const POST: &'static [Self] = &[Self::Kader, Self::Bidan];

    /// Stored key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Kader => "kader",
            Self::Bidan => "bidan",
            Self::Petugas => "petugas",
            Self::Koordinator => "koordinator",
            Self::Supervisor => "supervisor",
            Self::Manajer => "manajer",
            Self::PengelolaProgram => "pengelola_program",
            Self::KepalaDesa => "kepala_desa",
            Self::Pemantau => "pemantau",
            Self::Administrator => "administrator",
        }
    }

    /// Key of the role's name in the word files.
    pub fn words(self) -> String {
        format!("role-{}", self.key().replace('_', "-"))
    }

    /// Number of digits of an area this role can be given: a kader one post, a koordinator one
    /// village, and so on.
    pub fn area_lengths(self) -> &'static [usize] {
        match self {
            Self::Kader => &[13],
            Self::Bidan => &[6, 10],
            Self::Petugas | Self::Koordinator | Self::KepalaDesa => &[10],
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
        matches!(
            self,
            Self::Petugas | Self::Koordinator | Self::Supervisor | Self::Manajer
        )
    }

    /// Whether health figures are seen by task; everybody else needs the family's consent.
    pub fn measures(self) -> bool {
        matches!(self, Self::Kader | Self::Bidan)
    }

    /// The first page after signing in.
    pub fn home(self) -> &'static str {
        match self {
            Self::Kader | Self::Bidan => "/posyandu",
            Self::Petugas | Self::Koordinator | Self::Supervisor | Self::PengelolaProgram => {
                "/puskesos"
            }
            Self::Manajer | Self::KepalaDesa | Self::Pemantau => "/ringkasan",
            Self::Administrator => "/pengguna",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|role| role.key() == key)
            .ok_or(())
    }
}

impl Column for Role {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        String::from_cell(cell)?
            .parse()
            .map_err(|()| Refused("a role"))
    }
}

impl ToValue for Role {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::from(self.key())
    }
}
