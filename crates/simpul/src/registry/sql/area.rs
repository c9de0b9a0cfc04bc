//! A whole area at once, for the phones that work in it.

use jiff::civil::Date;
use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use crate::platform::{Id, Instant, Stored};
use crate::registry::model::{MembershipState, Programme, Purpose, Relation};

row! {
    /// A household without its number, which no phone needs.
    pub struct AreaHousehold {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub version: i64,
        pub has_kk: bool,
        pub dusun: String,
        pub rt: String,
        pub rw: String,
        pub address: String,
    }

    /// A person without numbers.
    pub struct AreaPerson {
        pub id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub version: i64,
        pub name: String,
        pub sex: String,
        pub birth_date: Stored<Date>,
        pub birth_place: String,
        pub relation: Relation,
        pub mother_name: String,
        pub has_nik: bool,
    }

    pub struct AreaMembership {
        pub household: Id,
        pub person: Option<Id>,
        pub programme: Programme,
        pub state: MembershipState,
        pub as_of: Stored<Date>,
    }

    pub struct AreaConsent {
        pub household: Id,
        pub person: Option<Id>,
        pub purpose: Purpose,
        pub answer: bool,
        pub at: Instant,
    }
}

statements! {
    pub AREA_HOUSEHOLDS: scoped =
        "select h.id, h.area, h.version, h.kk_hash is not null as has_kk, h.dusun, h.rt, h.rw,
           h.address
         from households h where h.kabupaten = $1 and h.area >= $2 and h.area < $3
         order by h.id limit 20000";
    pub AREA_PERSONS: scoped =
        "select p.id, p.household, p.area, p.version, p.name, p.sex, p.birth_date, p.birth_place,
           p.relation, p.mother_name, p.nik_sealed is not null as has_nik
         from persons p where p.kabupaten = $1 and p.area >= $2 and p.area < $3
           and p.state = 'active' order by p.id limit 100000";
    /// Households with any number to look for.
    pub AREA_NUMBERED: scoped =
        "select h.id from households h
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3
           and (h.kk_hash is not null or exists (
             select 1 from persons p join niks n on n.kabupaten = p.kabupaten and n.person = p.id
             where p.kabupaten = h.kabupaten and p.household = h.id and p.state = 'active'))";
    /// Households that the extract has, with the day of the data; the newest is read last.
    pub AREA_IN_EXTRACT: scoped =
        "select h.id, f.as_of from households h
         join dtsen_families f on f.kabupaten = h.kabupaten and f.kk_hash = h.kk_hash
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 order by f.as_of";
    pub AREA_IN_EXTRACT_BY_NIK: scoped =
        "select p.household, f.as_of from persons p
         join niks n on n.kabupaten = p.kabupaten and n.person = p.id
         join dtsen_persons d on d.kabupaten = n.kabupaten and d.nik_hash = n.nik_hash
         join dtsen_families f on f.kabupaten = d.kabupaten and f.area = d.area
           and f.kk_hash = d.kk_hash
         where p.kabupaten = $1 and p.area >= $2 and p.area < $3 and p.state = 'active'
         order by f.as_of";
    /// What the desk looked up; the newest is read last.
    pub AREA_CHECKS: scoped =
        "select c.household, c.found, c.as_of from households h
         join registry_checks c on c.kabupaten = h.kabupaten and c.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3
         order by c.as_of, c.at, c.id desc";
    pub AREA_MEMBERSHIPS: scoped =
        "select m.household, m.person, m.programme, m.state, m.as_of from households h
         join memberships m on m.kabupaten = h.kabupaten and m.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3
         order by m.as_of desc, m.at desc, m.id";
    /// Consents from an instant on; the newest is read last, of two in one moment the refusal.
    pub AREA_CONSENTS: scoped =
        "select c.household, c.person, c.purpose, c.answer, c.at from households h
         join consents c on c.kabupaten = h.kabupaten and c.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and c.at >= $4
         order by c.at, c.answer desc, c.id";
    pub EXTRACTS_OF: system("whether a village has an extract says nothing of a person") =
        "select area, as_of from dtsen_extracts where kabupaten = $1";
    /// Those of a household who no longer live there, wherever it is.
    pub GONE: system("ids alone, for phones that knew the household") =
        "select id from persons where kabupaten = $1 and household = $2 and state <> 'active'";
    pub ALL_OF: system("ids alone, for phones that knew the household") =
        "select id from persons where kabupaten = $1 and household = $2";
    /// Where persons are registered, without saying which of them.
    pub AREAS_OF: system("says only where ids are in use") =
        "select distinct area from persons where kabupaten = $1 and id = any($2)";
    /// Whether a person is anywhere in the kabupaten, without saying anything of it.
    pub PERSON_THERE: system("says only whether an id is in use") =
        "select count(*) from persons where kabupaten = $1 and id = $2";
    pub AREA_HOUSEHOLD: scoped =
        "select h.id, h.area, h.version, h.kk_hash is not null as has_kk, h.dusun, h.rt, h.rw,
           h.address
         from households h
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4";
    pub AREA_MEMBERS: scoped =
        "select p.id, p.household, p.area, p.version, p.name, p.sex, p.birth_date, p.birth_place,
           p.relation, p.mother_name, p.nik_sealed is not null as has_nik
         from persons p where p.kabupaten = $1 and p.area >= $2 and p.area < $3
           and p.household = $4 and p.state = 'active' order by p.id limit 100";
    pub HOUSEHOLD_THERE: system("says only whether an id is in use") =
        "select count(*) from households where kabupaten = $1 and id = $2";
}
