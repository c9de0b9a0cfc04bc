//! What records of persons are compared by, read for a whole area with its numbers opened. It stays
//! in memory, is never shown, and is wiped when dropped.

use simpul_db::{Source, args};
use simpul_identity::{AreaCode, KeyRing, LookupKind};
use zeroize::{Zeroize, Zeroizing};

use super::model::Person;
use super::numbers::{Kind, SealedNumber};
use super::sql;
use crate::access::Scope;
use crate::platform::{Id, Result};

/// One living person.
pub struct Compared {
    pub id: Id,
    pub area: AreaCode,
    pub name: String,
    pub mother_name: String,
    pub sex: String,
    pub birth_date: String,
    pub birth_place: String,
    /// Dusun, RT, RW and street in one text.
    pub address: String,
    pub nik: Zeroizing<String>,
    pub kk: Zeroizing<String>,
    pub phone: Zeroizing<String>,
    after: Cursor,
}

/// Where the next reading goes on.
#[derive(Clone)]
pub struct Cursor {
    area: String,
    name_key: String,
    birth_date: String,
    id: Id,
}

impl Drop for Compared {
    fn drop(&mut self) {
        for text in [
            &mut self.name,
            &mut self.mother_name,
            &mut self.address,
            &mut self.birth_date,
            &mut self.birth_place,
        ] {
            text.zeroize();
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.name_key.zeroize();
        self.birth_date.zeroize();
    }
}

impl Compared {
    /// As [`compared_mark`].
    pub fn mark(&self, keys: &KeyRing) -> [u8; 32] {
        let fields = [
            &self.name,
            &self.sex,
            &self.birth_date,
            &self.birth_place,
            &self.mother_name,
            &*self.nik,
        ];
        hash(keys, fields.map(String::as_str))
    }

    /// Where the reading after this person goes on.
    pub fn cursor(&self) -> Cursor {
        self.after.clone()
    }
}

/// Keyed hash of what a person is compared by: it changes when one of these fields does. A plain
/// one would give a date of birth away.
pub fn compared_mark(keys: &KeyRing, person: &Person) -> [u8; 32] {
    let nik = opened(keys, person.nik.as_ref());
    let born = person.birth_date.to_string();
    let fields = [
        person.name.as_str(),
        person.sex.code(),
        &born,
        &person.birth_place,
        &person.mother_name,
        &nik,
    ];
    hash(keys, fields)
}

fn hash(keys: &KeyRing, fields: [&str; 6]) -> [u8; 32] {
    let mut text = Zeroizing::new(String::from("[compared]"));
    for field in fields {
        text.push('\n');
        text.push_str(field);
    }
    keys.lookup(LookupKind::Nik, &text).0
}

/// The digits; nothing where there are none, or where they cannot be read: one damaged number must
/// not keep a whole area from being looked through.
fn opened(keys: &KeyRing, number: Option<&SealedNumber>) -> Zeroizing<String> {
    number
        .and_then(|number| number.open(keys).ok())
        .unwrap_or_default()
}

/// The living persons of the scope with all that they are compared by, some at a time, in the order
/// of the index of areas. The caller notes the reading.
///
/// # Errors
/// When the database is away.
pub async fn compared_persons(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    after: Option<&Cursor>,
) -> Result<Vec<Compared>> {
    let first = Cursor {
        area: String::new(),
        name_key: String::new(),
        birth_date: String::new(),
        id: Id::from_bytes([0; 16]),
    };
    let after = after.unwrap_or(&first);
    let row = args![
        after.area.as_str(),
        after.name_key.as_str(),
        after.birth_date.as_str(),
        after.id
    ];
    let rows: Vec<sql::ComparedRow> = from.all(&sql::COMPARED, scope.bind(row)).await?;
    Ok(rows.into_iter().map(|row| compared(keys, row)).collect())
}

fn compared(keys: &KeyRing, row: sql::ComparedRow) -> Compared {
    let number = |kind, of, sealed| opened(keys, SealedNumber::stored(kind, of, sealed).as_ref());
    Compared {
        nik: number(Kind::Nik, row.id, row.nik_sealed),
        phone: number(Kind::Phone, row.id, row.phone_sealed),
        kk: number(Kind::Kk, row.household, row.kk_sealed),
        address: format!("{} RT {} RW {} {}", row.dusun, row.rt, row.rw, row.address),
        after: Cursor {
            area: row.area.0.as_str().to_owned(),
            name_key: row.name_key,
            birth_date: row.birth_date.clone(),
            id: row.id,
        },
        id: row.id,
        area: row.area.0,
        name: row.name,
        mother_name: row.mother_name,
        sex: row.sex,
        birth_date: row.birth_date,
        birth_place: row.birth_place,
    }
}
