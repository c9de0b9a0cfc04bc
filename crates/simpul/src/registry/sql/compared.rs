//! What records of persons are compared by.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use crate::platform::{Id, Stored};
use crate::registry::PersonState;

row! {
    pub struct ComparedRow {
        pub id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub name_key: String,
        pub name: String,
        pub mother_name: String,
        pub sex: String,
        pub birth_date: String,
        pub birth_place: String,
        pub nik_sealed: Option<Vec<u8>>,
        pub phone_sealed: Option<Vec<u8>>,
        pub kk_sealed: Option<Vec<u8>>,
        pub dusun: String,
        pub rt: String,
        pub rw: String,
        pub address: String,
        pub state: PersonState,
    }
}

macro_rules! compared {
    ($rest:literal) => {
        concat!(
            "select p.id, p.household, p.area, p.name_key, p.name, p.mother_name, p.sex,
               p.birth_date, p.birth_place, p.nik_sealed, p.phone_sealed, h.kk_sealed, h.dusun,
               h.rt, h.rw, h.address, p.state
             from persons p
             join households h on h.kabupaten = p.kabupaten and h.id = p.household
             where p.kabupaten = $1 and p.area >= $2 and p.area < $3 ",
            $rest
        )
    };
}

statements! {
    /// The living persons of an area, in the order of its index.
    pub COMPARED: scoped =
        compared!("and p.state = 'active'
           and (p.area, p.name_key, p.birth_date, p.id) > ($4, $5, $6, $7)
         order by p.area, p.name_key, p.birth_date, p.id limit 500");
    /// The persons of these ids, and the members of the households of these ids.
    pub COMPARED_OF: scoped =
        compared!("and (p.id = any($4)
           or p.household = any($4))
         order by p.id");
}
