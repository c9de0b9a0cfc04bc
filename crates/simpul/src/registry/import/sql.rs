//! All SQL of the import of people.

use jiff::civil::Date;
use simpul_db::{bulk, row, statements};
use simpul_identity::{AreaCode, Sex};

use crate::platform::{AppError, Id, Result, Stored};
use crate::registry::model::{Person, PersonState, Relation};
use crate::registry::numbers::{Kind, SealedNumber};

row! {
    /// The household with the KK number of a row.
    pub struct HomeRow {
        pub line: i64,
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub dusun: String,
        pub rt: String,
        pub rw: String,
        pub address: String,
    }

    /// A registered person who may be the one of a row.
    pub struct KnownRow {
        pub line: i64,
        pub id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub version: i64,
        pub state: PersonState,
        pub name: String,
        pub name_key: String,
        pub sex: String,
        pub birth_date: Stored<Date>,
        pub birth_place: String,
        pub relation: Relation,
        pub mother_name: String,
        pub nik_sealed: Option<Vec<u8>>,
        pub phone_sealed: Option<Vec<u8>>,
        /// The household's KK number is that of the row.
        pub same_kk: i64,
        /// The person's NIK is that of the row.
        pub same_nik: i64,
    }

    pub struct StagedRow {
        pub line: i64,
        pub verdict: String,
        pub payload: Vec<u8>,
    }

    pub struct JudgedRow {
        pub line: i64,
        pub verdict: String,
        pub reason: String,
    }
}

impl KnownRow {
    pub fn person(self) -> Result<Person> {
        Ok(Person {
            id: self.id,
            household: self.household,
            area: self.area.0,
            version: self.version,
            name: self.name,
            sex: Sex::parse(&self.sex).map_err(AppError::internal)?,
            birth_date: self.birth_date.0,
            birth_place: self.birth_place,
            relation: self.relation,
            mother_name: self.mother_name,
            nik: SealedNumber::stored(Kind::Nik, self.id, self.nik_sealed),
            phone: SealedNumber::stored(Kind::Phone, self.id, self.phone_sealed),
            state: self.state,
        })
    }
}

bulk! {
    pub KEYS = "import_keys"
        ["kabupaten", "import_id", "line", "nik_hash", "kk_hash", "name_key", "birth_date"];
    pub ROWS = "import_rows"
        ["kabupaten", "import_id", "line", "verdict", "reason", "payload"];
}

macro_rules! candidate {
    ($same_kk:literal, $same_nik:literal) => {
        concat!(
            "select k.line, p.id, p.household, p.area, p.version, p.state, p.name, p.name_key,
               p.sex, p.birth_date, p.birth_place, p.relation, p.mother_name, p.nik_sealed,
               p.phone_sealed, ",
            $same_kk,
            " as same_kk, ",
            $same_nik,
            " as same_nik"
        )
    };
}

// The program matches before anything is shown: what lies outside the scope is only said to be
// elsewhere.
statements! {
    /// Who has the NIK of a row, and who of its family has the name or the day of birth.
    pub CANDIDATES: system("numbers are unique beyond a scope; places outside it are not shown") =
        concat!(
            candidate!("case when h.kk_hash = k.kk_hash then 1 else 0 end", "1"),
            " from import_keys k
              join niks n on n.nik_hash = k.nik_hash and n.kabupaten = k.kabupaten
              join persons p on p.kabupaten = n.kabupaten and p.id = n.person
              join households h on h.kabupaten = p.kabupaten and h.id = p.household
              where k.kabupaten = $1 and k.import_id = $2
            union all ",
            candidate!("1", "0"),
            " from import_keys k
              join households h on h.kabupaten = k.kabupaten and h.kk_hash = k.kk_hash
              join persons p on p.kabupaten = h.kabupaten and p.household = h.id
              where k.kabupaten = $1 and k.import_id = $2 and p.state <> 'erased'
                and (p.name_key = k.name_key or p.birth_date = k.birth_date)"
        );
    /// Rows whose NIK is known in another kabupaten.
    pub ELSEWHERE: system("numbers are unique beyond a scope; places outside it are not shown") =
        "select k.line from import_keys k join niks n on n.nik_hash = k.nik_hash
         where k.kabupaten = $1 and k.import_id = $2 and n.kabupaten <> k.kabupaten";
    pub HOMES: system("numbers are unique beyond a scope; places outside it are not shown") =
        "select k.line, h.id, h.area, h.dusun, h.rt, h.rw, h.address
         from import_keys k
         join households h on h.kabupaten = k.kabupaten and h.kk_hash = k.kk_hash
         where k.kabupaten = $1 and k.import_id = $2";
    pub DROP_KEYS: system("rows of the user's own import") =
        "delete from import_keys where kabupaten = $1 and import_id = $2";

    pub MAKE_IMPORT: system("an import of the user's own kabupaten") =
        "insert into imports (kabupaten, id, kind, file_mark, actor, started_at, applied_at, state)
         values ($1, $2, $3, $4, $5, $6, null, 'staging')";
    pub CLOSE_IMPORT: system("rows of the user's own import") =
        "update imports set state = $3, applied_at = $4 where kabupaten = $1 and id = $2";
    /// What earlier imports of this file, or forgotten ones, left staged.
    pub DROP_LEFTOVERS: system("staged rows are of no use to anybody but their import") =
        "delete from import_rows where kabupaten = $1 and import_id in (
           select id from imports
           where kabupaten = $1 and kind = $2 and (file_mark = $3 or started_at < $4))";
    pub DROP_STAGED: system("rows of the user's own import") =
        "delete from import_rows where kabupaten = $1 and import_id = $2 and line <= $3";
    pub JUDGE_AGAIN: system("rows of the user's own import") =
        "update import_rows set verdict = $4, reason = $5
         where kabupaten = $1 and import_id = $2 and line = $3";
    pub COUNTS: system("rows of the user's own import") =
        "select verdict, count(*) from import_rows where kabupaten = $1 and import_id = $2
         group by verdict";
    pub JUDGED: system("rows of the user's own import") =
        "select line, verdict, reason from import_rows
         where kabupaten = $1 and import_id = $2 and line > $3 order by line limit 1000";
    pub STAGED: system("rows of the user's own import") =
        "select line, verdict, payload from import_rows
         where kabupaten = $1 and import_id = $2 and line > $3
           and length(payload) > 0 and verdict <> 'ambiguous'
         order by line limit 200";
}

#[cfg(test)]
statements! {
    pub COUNT_PERSONS: system("a test") = "select count(*) from persons";
    pub COUNT_MEMBERSHIPS: system("a test") = "select count(*) from memberships";
    pub COUNT_STAGED: system("a test") = "select count(*) from import_rows";
    pub AREAS: system("a test") = "select distinct area from persons order by area";
}
