//! Who somebody is and where they belong: NIK and KK numbers, region and area codes, Indonesian
//! names, telephone numbers, and the sealing that keeps all of them out of plain sight.
//!
//! The crate is pure: no clock, no randomness, no files. What it needs of them is passed in.

#![deny(missing_docs)]

pub mod area;
mod digits;
pub mod name;
pub mod nik;
pub mod person;
pub mod phone;
pub mod region;
pub mod seal;

pub use area::{AreaCode, AreaError};
pub use name::{NameError, Normalised, PersonName, normalise, search_key, similar};
pub use nik::{Finding, KkNumber, Nik, NikError, Stated};
pub use person::{Decile, DecileError, Sex, SexError};
pub use phone::{Phone, PhoneError};
pub use region::{Region, RegionCode, RegionError};
pub use seal::{Aad, DataKey, KeyRing, LookupHash, LookupKind, SealError, Sealed, Wrapped};
