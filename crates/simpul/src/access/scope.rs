//! Scope: who acts, in which role, for which area. Nothing reads or writes personal data without
//! one, and this file is the only place that turns it into SQL bounds.

use simpul_db::{Bounds, IntoArgs, ScopedArgs, System};
use simpul_identity::{AreaCode, RegionCode};

use super::Role;
use crate::platform::time::Zone;
use crate::platform::{AppError, Id, Result};

/// Bounds that no row meets.
const NOTHING: Bounds<'static> = Bounds {
    kabupaten: "",
    lo: "",
    hi: "",
};

fn bounded(kabupaten: &RegionCode, area: &AreaCode, args: impl IntoArgs<System>) -> ScopedArgs {
    let (lo, hi) = area.bounds();
    ScopedArgs::new(
        Bounds {
            kabupaten: kabupaten.as_str(),
            lo: &lo,
            hi: &hi,
        },
        args,
    )
}

/// The right to see and to act in an area.
#[derive(Clone, Debug)]
pub struct Scope {
    user: Id,
    role: Role,
    area: AreaCode,
}

/// An area that a scope has been found to cover; rows can only be written with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    kabupaten: RegionCode,
    area: AreaCode,
}

impl Scope {
    pub(super) fn new(user: Id, role: Role, area: AreaCode) -> Self {
        Self { user, role, area }
    }

    #[cfg(test)]
    pub(crate) fn for_test(user: Id, role: Role, area: AreaCode) -> Self {
        Self::new(user, role, area)
    }

    /// The program itself, when it makes users: sees no persons.
    pub(crate) fn of_program() -> Self {
        Self::new(
            Id::from_bytes([0; 16]),
            Role::Administrator,
            AreaCode::NATION,
        )
    }

    /// The program itself at one place, for nobody with an account: a citizen who showed a ticket, a
    /// notice on its way, what follows from a correction. Sees what a kader sees who sent nothing.
    pub(crate) fn of_program_at(area: AreaCode) -> Self {
        Self::new(Id::from_bytes([0; 16]), Role::Kader, area)
    }

    /// The program at work on what this person asked for in an area, after the person has gone.
    /// Sees what a kader sees.
    pub(crate) fn of_program_for(user: Id, area: AreaCode) -> Self {
        Self::new(user, Role::Kader, area)
    }

    /// The place of this person's desk: the village, or the wider area of the secretariat.
    pub fn desk(&self) -> AreaCode {
        self.area.village().map_or(self.area, AreaCode::from)
    }

    /// The same person at the kabupaten of the area: for what goes past the village. Only a door
    /// may use it, for what the person itself brings; nothing else is read with it.
    pub(crate) fn past_the_village(&self) -> Option<Self> {
        let kabupaten = self.area.kabupaten()?;
        Some(Self {
            area: kabupaten.into(),
            ..self.clone()
        })
    }

    /// The same person, looking at a part of the area only.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an area outside.
    pub fn narrowed(&self, area: &AreaCode) -> Result<Self> {
        if self.area.contains(area) {
            Ok(Self {
                area: *area,
                ..self.clone()
            })
        } else {
            Err(AppError::NotFound)
        }
    }

    /// Somebody who sees the figures of the whole country and no person.
    pub(crate) fn of_viewer() -> Self {
        Self::new(Id::from_bytes([0; 16]), Role::Pemantau, AreaCode::NATION)
    }

    /// Binds kabupaten and area bounds as `$1`, `$2`, `$3` before the other arguments. A role
    /// that sees no persons, or an area above a kabupaten, matches nothing.
    pub fn bind(&self, args: impl IntoArgs<System>) -> ScopedArgs {
        match self.area.kabupaten() {
            Some(kabupaten) if self.role.sees_persons() => bounded(&kabupaten, &self.area, args),
            _ => ScopedArgs::new(NOTHING, args),
        }
    }

    /// Bounds for figures without persons: any role, one kabupaten or less.
    pub fn bind_figures(&self, kabupaten: &RegionCode, args: impl IntoArgs<System>) -> ScopedArgs {
        let whole = AreaCode::from(*kabupaten);
        if self.area.contains(&whole) {
            bounded(kabupaten, &whole, args)
        } else if whole.contains(&self.area) {
            bounded(kabupaten, &self.area, args)
        } else {
            ScopedArgs::new(NOTHING, args)
        }
    }

    /// The place where something is to be written.
    ///
    /// # Errors
    /// [`AppError::NotFound`] outside the scope: what lies there does not exist for this person.
    pub fn admit(&self, area: &AreaCode) -> Result<Place> {
        match area.kabupaten() {
            Some(kabupaten) if self.role.sees_persons() && self.area.contains(area) => Ok(Place {
                kabupaten,
                area: *area,
            }),
            _ => Err(AppError::NotFound),
        }
    }

    pub fn user(&self) -> Id {
        self.user
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn area(&self) -> &AreaCode {
        &self.area
    }

    /// The zone in which this person's days begin and end; WIB for areas above a province.
    pub fn zone(&self) -> Zone {
        zone_of(&self.area)
    }
}

impl Place {
    pub fn kabupaten(&self) -> &RegionCode {
        &self.kabupaten
    }

    pub fn area(&self) -> &AreaCode {
        &self.area
    }

    pub fn zone(&self) -> Zone {
        zone_of(&self.area)
    }
}

fn zone_of(area: &AreaCode) -> Zone {
    area.region()
        .and_then(|region| region.zone())
        .unwrap_or(Zone::Wib)
}
