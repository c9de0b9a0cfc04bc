//! NIK, KK and telephone as they stand in the database: sealed, shown masked.

use std::fmt;

use simpul_identity::{Aad, KeyRing, KkNumber, LookupKind, Nik, Phone, Sealed};
use zeroize::Zeroizing;

use crate::access::{Role, Scope};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Kk,
    Nik,
    Phone,
}

impl Kind {
    /// The place that the seal is bound to: a number moved to another row does not open.
    fn aad(self, row: &Id) -> Aad<'_> {
        let (table, column) = match self {
            Self::Kk => ("households", "kk_sealed"),
            Self::Nik => ("persons", "nik_sealed"),
            Self::Phone => ("persons", "phone_sealed"),
        };
        Aad {
            table,
            column,
            row: row.as_bytes(),
        }
    }
}

/// A sealed number of one household or person.
#[derive(Clone)]
pub struct SealedNumber {
    kind: Kind,
    row: Id,
    sealed: Sealed,
}

impl fmt::Debug for SealedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedNumber(..)")
    }
}

impl SealedNumber {
    pub(super) fn stored(kind: Kind, row: Id, bytes: Option<Vec<u8>>) -> Option<Self> {
        bytes.map(|bytes| Self {
            kind,
            row,
            sealed: Sealed(bytes),
        })
    }

    /// The number with its middle hidden; dots when it cannot be opened.
    pub fn masked(&self, keys: &KeyRing) -> String {
        let masked = self.open(keys).ok().and_then(|digits| match self.kind {
            Kind::Kk => KkNumber::parse(&digits).ok().map(|kk| kk.to_string()),
            Kind::Nik => Nik::parse(&digits).ok().map(|nik| nik.to_string()),
            Kind::Phone => Phone::parse(&digits).ok().map(|phone| phone.to_string()),
        });
        masked.unwrap_or_else(|| "······".to_owned())
    }

    /// All digits, for those who look the family up in another system.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for roles outside the desk of a village; when the key is missing.
    pub fn digits(&self, keys: &KeyRing, scope: &Scope) -> Result<Zeroizing<String>> {
        if Role::DESK.contains(&scope.role()) && scope.area().village().is_some() {
            self.open(keys)
        } else {
            Err(AppError::NotFound)
        }
    }

    /// The digits of a telephone as gateways take them, `62...`, for a notice to who has it.
    ///
    /// # Errors
    /// When the key is missing.
    pub(crate) fn for_notice(&self, keys: &KeyRing) -> Result<Zeroizing<String>> {
        let digits = self.open(keys)?;
        Ok(Zeroizing::new(digits.trim_start_matches('+').to_owned()))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.sealed.0
    }

    pub(super) fn open(&self, keys: &KeyRing) -> Result<Zeroizing<String>> {
        let plain = keys
            .open(self.kind.aad(&self.row), &self.sealed)
            .map_err(AppError::internal)?;
        let text = std::str::from_utf8(&plain).map_err(AppError::internal)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

fn seal(keys: &KeyRing, kind: Kind, row: &Id, digits: &str) -> Vec<u8> {
    keys.seal(random(), kind.aad(row), digits.as_bytes()).0
}

pub(super) fn seal_kk(keys: &KeyRing, row: &Id, kk: &KkNumber) -> Vec<u8> {
    seal(keys, Kind::Kk, row, &kk.expose())
}

pub(super) fn seal_nik(keys: &KeyRing, row: &Id, nik: &Nik) -> Vec<u8> {
    seal(keys, Kind::Nik, row, &nik.expose())
}

pub(super) fn seal_phone(keys: &KeyRing, row: &Id, phone: &Phone) -> Vec<u8> {
    seal(keys, Kind::Phone, row, &phone.expose())
}

/// By what a family is looked for.
pub(super) fn kk_hash(keys: &KeyRing, kk: &KkNumber) -> [u8; 32] {
    keys.lookup(LookupKind::Kk, &kk.expose()).0
}

/// By what a person is looked for.
pub(super) fn nik_hash(keys: &KeyRing, nik: &Nik) -> [u8; 32] {
    keys.lookup(LookupKind::Nik, &nik.expose()).0
}

/// The mark of a content, by which a repeated registration is known. Keyed, since the content
/// holds numbers that a plain hash would give away; it begins with a bracket, so it never meets
/// the hash of a number.
pub(super) fn mark(keys: &KeyRing, content: &impl serde::Serialize) -> Result<[u8; 32]> {
    let json = Zeroizing::new(serde_json::to_string(content).map_err(AppError::internal)?);
    Ok(keys.lookup(LookupKind::Nik, &json).0)
}
