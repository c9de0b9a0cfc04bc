//! All SQL of this slice.

use jiff::civil::Date;
use simpul_db::{bulk, row, statements};
use simpul_identity::{AreaCode, Decile, Sex};

use super::model::{
    CheckLine, Household, Membership, MembershipSource, MembershipState, Person, PersonState,
    Programme, Relation,
};
use super::numbers::{Kind, SealedNumber};
use crate::platform::{AppError, Id, Instant, Result, Stored};

mod area;
mod compared;
mod events;

pub use area::*;
pub use compared::*;
pub use events::*;

macro_rules! household_columns {
    () => {
        "h.id, h.area, h.version, h.kk_sealed, h.dusun, h.rt, h.rw, h.address"
    };
}

macro_rules! person_columns {
    () => {
        "id, household, area, version, state, name, sex, birth_date, birth_place, relation, \
         mother_name, nik_sealed, phone_sealed"
    };
}

row! {
    pub struct HouseholdRow {
        id: Id,
        area: Stored<AreaCode>,
        version: i64,
        kk_sealed: Option<Vec<u8>>,
        dusun: String,
        rt: String,
        rw: String,
        address: String,
    }

    pub struct PersonRow {
        id: Id,
        household: Id,
        area: Stored<AreaCode>,
        version: i64,
        state: PersonState,
        pub name: String,
        sex: String,
        birth_date: Stored<Date>,
        birth_place: String,
        relation: Relation,
        mother_name: String,
        nik_sealed: Option<Vec<u8>>,
        phone_sealed: Option<Vec<u8>>,
    }

    pub struct MembershipRow {
        person: Option<Id>,
        programme: Programme,
        state: MembershipState,
        as_of: Stored<Date>,
        source: MembershipSource,
    }

    pub struct CheckLineRow {
        id: Id,
        area: Stored<AreaCode>,
        version: i64,
        kk_sealed: Option<Vec<u8>>,
        dusun: String,
        rt: String,
        rw: String,
        address: String,
        head_id: Option<Id>,
        head_name: Option<String>,
        head_nik: Option<Vec<u8>>,
        asked_at: Instant,
    }

    pub struct CheckRow {
        pub found: bool,
        pub decile: Option<u8>,
        pub as_of: Stored<Date>,
    }

    pub struct ExtractFamily {
        pub decile: Option<u8>,
        pub as_of: Stored<Date>,
    }
}

/// A decile as stored.
pub fn decile(stored: Option<u8>) -> Result<Option<Decile>> {
    stored
        .map(Decile::new)
        .transpose()
        .map_err(AppError::internal)
}

impl From<HouseholdRow> for Household {
    fn from(row: HouseholdRow) -> Self {
        Self {
            id: row.id,
            area: row.area.0,
            version: row.version,
            kk: SealedNumber::stored(Kind::Kk, row.id, row.kk_sealed),
            dusun: row.dusun,
            rt: row.rt,
            rw: row.rw,
            address: row.address,
        }
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = AppError;

    fn try_from(row: PersonRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            household: row.household,
            area: row.area.0,
            version: row.version,
            name: row.name,
            sex: Sex::parse(&row.sex).map_err(AppError::internal)?,
            birth_date: row.birth_date.0,
            birth_place: row.birth_place,
            relation: row.relation,
            mother_name: row.mother_name,
            nik: SealedNumber::stored(Kind::Nik, row.id, row.nik_sealed),
            phone: SealedNumber::stored(Kind::Phone, row.id, row.phone_sealed),
            state: row.state,
        })
    }
}

impl From<MembershipRow> for Membership {
    fn from(row: MembershipRow) -> Self {
        Self {
            person: row.person,
            programme: row.programme,
            state: row.state,
            as_of: row.as_of.0,
            source: row.source,
        }
    }
}

impl From<CheckLineRow> for CheckLine {
    fn from(row: CheckLineRow) -> Self {
        Self {
            head: row.head_name.unwrap_or_default(),
            head_nik: row
                .head_id
                .and_then(|head| SealedNumber::stored(Kind::Nik, head, row.head_nik)),
            asked_at: row.asked_at,
            household: HouseholdRow {
                id: row.id,
                area: row.area,
                version: row.version,
                kk_sealed: row.kk_sealed,
                dusun: row.dusun,
                rt: row.rt,
                rw: row.rw,
                address: row.address,
            }
            .into(),
        }
    }
}

// Households and persons.
statements! {
    pub MAKE_HOUSEHOLD: system("the place was admitted by the scope") =
        "insert into households
           (kabupaten, id, area, version, kk_sealed, kk_hash, dusun, rt, rw, address, content)
         values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10)
         on conflict do nothing";
    pub HOUSEHOLD_CONTENT: scoped =
        "select content from households
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub HOUSEHOLD: scoped =
        concat!("select ", household_columns!(), " from households h
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4");
    pub HOUSEHOLD_BY_KK: scoped =
        "select id from households
         where kabupaten = $1 and area >= $2 and area < $3 and kk_hash = $4";
    pub KK_HOLDER: system("a KK number is unique in the kabupaten, whoever asks") =
        "select id from households where kabupaten = $1 and kk_hash = $2";
    pub CHANGE_HOUSEHOLD: scoped =
        "update households set version = version + 1, area = $6, kk_sealed = $7,
           kk_hash = coalesce($8, kk_hash), dusun = $9, rt = $10, rw = $11, address = $12
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
    pub MOVE_MEMBERS: scoped =
        "update persons set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4";

    pub MOVE_REQUEST: scoped =
        "update check_requests set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4";

    /// Where a household is, and what was registered under a person's id.
    pub HOME: scoped =
        "select h.area, p.content from households h
         left join persons p on p.kabupaten = h.kabupaten and p.id = $5
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4";
    pub MAKE_PERSON: system("the household was found within the scope") =
        "insert into persons
           (kabupaten, id, area, household, version, state, name, name_key, sex, birth_date,
            birth_place, relation, mother_name, nik_sealed, phone_sealed, content)
         values ($1, $2, $3, $4, 1, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict do nothing";
    pub PERSON: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4");
    pub PERSONS_BY_ID: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area >= $2 and area < $3 and id = any($4)");
    pub MEMBERS: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and state <> 'erased'
         order by case relation when 'kepala_keluarga' then 0 else 1 end, birth_date, id
         limit 100");
    /// Writes nothing, and lets nobody else write until the end of the transaction.
    pub HOLD_PERSON: scoped =
        "update persons set version = version
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub CHANGE_PERSON: scoped =
        "update persons set version = version + 1, state = $6, name = $7, name_key = $8, sex = $9,
           birth_date = $10, birth_place = $11, relation = $12, mother_name = $13,
           nik_sealed = $14, phone_sealed = $15
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
    /// Another number, or none: `niks` is told apart from it.
    pub SET_NIK: scoped =
        "update persons set version = version + 1, nik_sealed = $6
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
    /// What is left of an erased person: sex, month of birth, place in the family.
    pub ERASE_PERSON: scoped =
        "update persons set version = version + 1, state = 'erased', name = '', name_key = '',
           birth_date = $5, birth_place = '', mother_name = '', nik_sealed = null,
           phone_sealed = null, content = $6
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";

    pub CLAIM_NIK: system("one NIK, one person, in all kabupaten") =
        "insert into niks (nik_hash, kabupaten, person) values ($1, $2, $3)
         on conflict do nothing";
    pub NIK_HOLDER: system("one NIK, one person, in all kabupaten") =
        "select kabupaten, person from niks where nik_hash = $1";
    /// Nothing changes when the person has no NIK yet or the new one is taken.
    pub CHANGE_NIK: system("the person was found within the scope") =
        "update niks set nik_hash = $3 where kabupaten = $1 and person = $2
           and not exists (select 1 from niks n where n.nik_hash = $3)";
    pub FREE_NIK: system("the person was found within the scope") =
        "delete from niks where kabupaten = $1 and person = $2";
    pub PERSON_BY_NIK: scoped =
        "select p.id from niks n join persons p on p.kabupaten = n.kabupaten and p.id = n.person
         where p.kabupaten = $1 and p.area >= $2 and p.area < $3 and n.nik_hash = $4";

    pub CLAIM_BIRTH: system("the mother was found within the scope") =
        "insert into births (kabupaten, id, area, mother, birth_date, birth_order)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing";
    pub BIRTH_HOLDER: system("the mother was found within the scope") =
        "select id from births
         where kabupaten = $1 and mother = $2 and birth_date = $3 and birth_order = $4";
    pub ERASE_BIRTH: system("the person was found within the scope") =
        "delete from births where kabupaten = $1 and (id = $2 or mother = $2)";
    pub ERASE_EXTRACT_PERSON: system("the person was found within the scope") =
        "delete from dtsen_persons where kabupaten = $1
         and nik_hash in (select nik_hash from niks where kabupaten = $1 and person = $2)";
}

// Lists. An expression around a column keeps both engines off the index that does not fit.
statements! {
    /// Within a village or post: any part of the name, by the index of the area.
    pub SEARCH_NEAR: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area >= $2 and area < $3 and name_key like $4 escape '!'
           and (name_key || '', id) > ($5, $6) and state <> 'erased'
         order by name_key || '', id limit $7");
    /// Over more: the names from a key on, in the order of the index of names. There is no upper
    /// bound, since with two bounds PostgreSQL would fetch and sort all between them.
    pub SEARCH_WIDE: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area || '' >= $2 and area || '' < $3
           and (name_key, id) > ($4, $5) and state <> 'erased'
         order by name_key, id limit $6");
    pub NAME_KEY: scoped =
        "select name_key from persons
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    /// The asked area bounds the index; the scope is checked on what it gives.
    pub CHILDREN_UNDER: scoped =
        concat!("select ", person_columns!(), " from persons
         where kabupaten = $1 and area || '' >= $2 and area || '' < $3
           and area >= $4 and area < $5 and birth_date > $6 and state = 'active'
         order by name_key || '', id limit $7");
}

// Memberships and consents.
statements! {
    pub MAKE_MEMBERSHIP: system("the household was found within the scope") =
        "insert into memberships
           (kabupaten, id, area, household, person, programme, state, as_of, source, actor, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing";
    pub SAME_MEMBERSHIP: system("the household was found within the scope") =
        "select count(*) from memberships
         where kabupaten = $1 and id = $2 and household = $3 and person is not distinct from $4
           and programme = $5 and state = $6 and as_of = $7 and source = $8";
    pub MEMBERSHIPS: scoped =
        "select m.person, m.programme, m.state, m.as_of, m.source
         from households h
         join memberships m on m.kabupaten = h.kabupaten and m.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4
         order by m.as_of desc, m.at desc, m.id limit 200";

    pub MAKE_CONSENT: system("the household was found within the scope") =
        "insert into consents
           (kabupaten, id, area, household, person, purpose, answer, giver, wording, lang,
            actor, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing";
    pub SAME_CONSENT: system("the household was found within the scope") =
        "select count(*) from consents
         where kabupaten = $1 and id = $2 and household = $3 and person is not distinct from $4
           and purpose = $5 and answer = $6 and giver = $7 and wording = $8 and lang = $9";
    /// The newest; of two in the same moment the refusal.
    pub CONSENT: scoped =
        "select c.answer, c.at
         from households h join consents c on c.kabupaten = h.kabupaten and c.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4
           and c.purpose = $5 and (c.person is null or c.person = $6)
         order by c.at desc, c.answer limit 1";
}

bulk! {
    pub EXTRACT_FAMILIES = "dtsen_families" ["kabupaten", "area", "kk_hash", "decile", "as_of"];
    pub EXTRACT_PERSONS = "dtsen_persons" ["kabupaten", "area", "nik_hash", "kk_hash"];
}

// The DTSEN extract and the look-ups of the desk.
statements! {
    pub EXTRACT_DATE: system("whether a village has an extract says nothing of a person") =
        "select as_of from dtsen_extracts where kabupaten = $1 and area = $2";
    pub KEEP_EXTRACT: system("the village was admitted by the scope") =
        "insert into dtsen_extracts (kabupaten, area, as_of, families, persons, loaded_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (kabupaten, area) do update set as_of = excluded.as_of,
           families = excluded.families, persons = excluded.persons,
           loaded_at = excluded.loaded_at";
    pub DROP_EXTRACT_FAMILIES: system("the village was admitted by the scope") =
        "delete from dtsen_families where kabupaten = $1 and area = $2";
    pub DROP_EXTRACT_PERSONS: system("the village was admitted by the scope") =
        "delete from dtsen_persons where kabupaten = $1 and area = $2";
    /// The village of a household, and whether it has any number to look for.
    pub LOOKED_FOR: scoped =
        "select h.area, case when h.kk_hash is not null or exists (
             select 1 from persons p join niks n on n.kabupaten = p.kabupaten and n.person = p.id
             where p.kabupaten = h.kabupaten and p.household = h.id and p.state = 'active')
           then 1 else 0 end
         from households h
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4";
    pub EXTRACT_BY_KK: scoped =
        "select f.decile, f.as_of
         from households h
         join dtsen_families f on f.kabupaten = h.kabupaten and f.kk_hash = h.kk_hash
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4
         order by f.as_of desc, f.decile asc nulls last limit 1";
    pub EXTRACT_BY_NIK: scoped =
        "select f.decile, f.as_of
         from persons p
         join niks n on n.kabupaten = p.kabupaten and n.person = p.id
         join dtsen_persons d on d.kabupaten = n.kabupaten and d.nik_hash = n.nik_hash
         join dtsen_families f on f.kabupaten = d.kabupaten and f.area = d.area
           and f.kk_hash = d.kk_hash
         where p.kabupaten = $1 and p.area >= $2 and p.area < $3 and p.household = $4
           and p.state = 'active'
         order by f.as_of desc, f.decile asc nulls last limit 1";
    pub NEWEST_CHECK: scoped =
        "select c.found, c.decile, c.as_of
         from households h
         join registry_checks c on c.kabupaten = h.kabupaten and c.household = h.id
         where h.kabupaten = $1 and h.area >= $2 and h.area < $3 and h.id = $4
         order by c.as_of desc, c.at desc, c.id limit 1";
    pub MAKE_CHECK: system("the household was found within the scope") =
        "insert into registry_checks
           (kabupaten, id, area, household, found, decile, as_of, actor, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing";
    pub SAME_CHECK: system("the household was found within the scope") =
        "select count(*) from registry_checks
         where kabupaten = $1 and id = $2 and household = $3 and found = $4
           and decile is not distinct from $5 and as_of = $6";
    pub ASK_CHECK: system("the household was found within the scope") =
        "insert into check_requests (kabupaten, household, area, asked_at, answered_at)
         values ($1, $2, $3, $4, null)
         on conflict (kabupaten, household) do update set area = excluded.area,
           asked_at = excluded.asked_at, answered_at = null
         where check_requests.answered_at is not null";
    pub ANSWER_CHECK: system("the household was found within the scope") =
        "update check_requests set answered_at = $3
         where kabupaten = $1 and household = $2 and answered_at is null";
    pub CHECKS_WAITING: scoped =
        concat!("select ", household_columns!(), ", p.id as head_id, p.name as head_name,
           p.nik_sealed as head_nik, r.asked_at
         from (
           select kabupaten, household, asked_at from check_requests
           where kabupaten = $1 and area >= $2 and area < $3 and answered_at is null
           order by asked_at, household limit 200) r
         join households h on h.kabupaten = r.kabupaten and h.id = r.household
         left join persons p on p.kabupaten = h.kabupaten and p.id = (
           select x.id from persons x
           where x.kabupaten = h.kabupaten and x.household = h.id and x.state = 'active'
           order by case x.relation when 'kepala_keluarga' then 0 else 1 end, x.birth_date, x.id
           limit 1)
         order by r.asked_at, r.household");
}

statements! {
    pub HEADS: scoped =
        "select household, name from persons
         where kabupaten = $1 and area || '' >= $2 and area || '' < $3 and state = 'active' and household = any($4)
         order by case relation when 'kepala_keluarga' then 0 else 1 end, birth_date, id";
}
