//! SQL of the letters. They lie where their case lies; their number is of the village that wrote.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::LetterKind;
use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct LetterRow {
        pub id: Id,
        pub case_id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub year: i64,
        pub number: i64,
        pub kind: LetterKind,
        pub sealed: Vec<u8>,
        pub made_by: Id,
        pub made_role: Role,
        pub at: Instant,
    }
}

macro_rules! letters {
    ($where:literal) => {
        concat!(
            "select l.id, l.case_id, c.household, l.area, l.year, l.number, l.kind, l.sealed,
                    l.made_by, l.made_role, l.at
             from letters l join cases c on c.kabupaten = l.kabupaten and c.id = l.case_id
             where c.kabupaten = $1 and c.area >= $2 and c.area < $3 ",
            $where
        )
    };
}

statements! {
    pub LETTER: scoped = letters!("and l.id = $4");
    pub LETTERS_OF: scoped = letters!("and l.case_id = $4 order by l.at desc, l.id limit 100");
    pub TAKE_NUMBER: system("the place was admitted by a scope") =
        "insert into letter_years (kabupaten, area, year, last) values ($1, $2, $3, 1)
         on conflict (kabupaten, area, year) do update set last = letter_years.last + 1
         returning last";
    pub MAKE_LETTER: system("the place was admitted by a scope") =
        "insert into letters (kabupaten, id, case_id, area, year, number, kind, sealed, made_by,
                              made_role, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing";
}
