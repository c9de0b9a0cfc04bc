//! What records of persons are compared by.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use crate::platform::{Id, Stored};

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
    }
}

statements! {
    /// The living persons of an area, in the order of its index.
    pub COMPARED: scoped =
        "select p.id, p.household, p.area, p.name_key, p.name, p.mother_name, p.sex, p.birth_date,
           p.birth_place, p.nik_sealed, p.phone_sealed, h.kk_sealed, h.dusun, h.rt, h.rw, h.address
         from persons p
         join households h on h.kabupaten = p.kabupaten and h.id = p.household
         where p.kabupaten = $1 and p.area >= $2 and p.area < $3 and p.state = 'active'
           and (p.area, p.name_key, p.birth_date, p.id) > ($4, $5, $6, $7)
         order by p.area, p.name_key, p.birth_date, p.id limit 500";
}
