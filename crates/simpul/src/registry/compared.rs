//! What records of persons are compared by, read with their numbers opened. It stays in memory, is
//! never shown, and is wiped when dropped.

use std::collections::BTreeSet;

use simpul_db::{Source, args, list};
use simpul_identity::{AreaCode, KeyRing, KkNumber, LookupKind, Nik, Phone};
use simpul_linkage::Schema;
use zeroize::{Zeroize, Zeroizing};

use super::model::{Household, NewHousehold, NewPerson, Person, PersonState};
use super::numbers::{Kind, SealedNumber};
use super::sql;
use crate::access::{self, Scope};
use crate::platform::{Id, Result};

/// A person as the engine compares it.
pub struct Compared {
    pub id: Id,
    /// A village, or a post in one.
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
    name_key: String,
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
            &mut self.name_key,
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
        Cursor {
            area: self.area.as_str().to_owned(),
            name_key: self.name_key.clone(),
            birth_date: self.birth_date.clone(),
            id: self.id,
        }
    }

    /// Somebody who is about to be registered together with the household.
    pub fn with_home(new: &NewPerson, home: &NewHousehold) -> Self {
        let address = address(&home.dusun, &home.rt, &home.rw, &home.address);
        let kk = home.kk.as_ref().map(KkNumber::expose);
        Self::new(new, home.area, address, kk.unwrap_or_default())
    }

    /// Somebody who is about to be registered in a known household.
    pub fn at_home(new: &NewPerson, home: &Household, keys: &KeyRing) -> Self {
        let address = address(&home.dusun, &home.rt, &home.rw, &home.address);
        Self::new(new, home.area, address, opened(keys, home.kk.as_ref()))
    }

    fn new(new: &NewPerson, area: AreaCode, address: String, kk: Zeroizing<String>) -> Self {
        Self {
            id: new.id,
            area,
            name: new.name.clone(),
            mother_name: new.mother_name.clone(),
            sex: new.sex.code().to_owned(),
            birth_date: new.birth_date.to_string(),
            birth_place: new.birth_place.clone(),
            address,
            nik: new.nik.as_ref().map(Nik::expose).unwrap_or_default(),
            kk,
            phone: new.phone.as_ref().map(Phone::expose).unwrap_or_default(),
            name_key: String::new(),
        }
    }

    /// The values of the engine's columns.
    pub fn values(&self, schema: &Schema) -> Vec<&[u8]> {
        let value = |column: &str| -> &str {
            match column {
                "nik" => &self.nik,
                "kk" => &self.kk,
                "nama" => &self.name,
                "nama_ibu" => &self.mother_name,
                "jk" => &self.sex,
                "tgl_lahir" => &self.birth_date,
                "tempat_lahir" => &self.birth_place,
                "kode_desa" => self.area.as_str().get(..10).unwrap_or_default(),
                "alamat" => &self.address,
                "telepon" => &self.phone,
                _ => "",
            }
        };
        let columns = schema.columns.iter();
        columns
            .map(|column| value(&column.name).as_bytes())
            .collect()
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

fn address(dusun: &str, rt: &str, rw: &str, street: &str) -> String {
    format!("{dusun} RT {rt} RW {rw} {street}")
}

/// Facts of the journal that are read at once.
const CHANGES_AT_ONCE: i64 = 1000;

/// Who of a kabupaten was registered or changed after a number of the journal.
pub struct Changed {
    pub living: Vec<Compared>,
    /// Those who no longer stand for themselves.
    pub gone: Vec<Id>,
    /// Up to which number this is known.
    pub upto: i64,
}

/// Who changed after a number of the journal of the kabupaten of the scope; none when nothing was
/// written since.
///
/// # Errors
/// When the database is away.
pub async fn changed_since(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    after: i64,
) -> Result<Option<Changed>> {
    let Some(kabupaten) = scope.area().kabupaten() else {
        return Ok(None);
    };
    let upto = access::head(from, kabupaten.as_str()).await?;
    let (mut subjects, mut seen) = (BTreeSet::new(), after);
    while seen < upto {
        let some = access::changes(from, scope, (seen, upto), CHANGES_AT_ONCE).await?;
        seen = some.last().map_or(upto, |last| last.seq);
        let here = some.iter().filter(|change| change.slice == "registry");
        subjects.extend(here.map(|change| change.subject));
    }
    if upto <= after {
        return Ok(None);
    }
    let mut changed = Changed {
        living: Vec::new(),
        gone: Vec::new(),
        upto,
    };
    let row = scope.bind([list(&subjects)]);
    let rows: Vec<sql::ComparedRow> = from.all(&sql::COMPARED_OF, row).await?;
    for row in rows {
        match row.state {
            PersonState::Active => changed.living.push(compared(keys, row)),
            _ => changed.gone.push(row.id),
        }
    }
    Ok(Some(changed))
}

fn compared(keys: &KeyRing, row: sql::ComparedRow) -> Compared {
    let number = |kind, of, sealed| opened(keys, SealedNumber::stored(kind, of, sealed).as_ref());
    Compared {
        nik: number(Kind::Nik, row.id, row.nik_sealed),
        phone: number(Kind::Phone, row.id, row.phone_sealed),
        kk: number(Kind::Kk, row.household, row.kk_sealed),
        address: address(&row.dusun, &row.rt, &row.rw, &row.address),
        name_key: row.name_key,
        id: row.id,
        area: row.area.0,
        name: row.name,
        mother_name: row.mother_name,
        sex: row.sex,
        birth_date: row.birth_date,
        birth_place: row.birth_place,
    }
}
