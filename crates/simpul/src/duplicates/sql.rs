//! All SQL of this slice.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::model::PairState;
use crate::platform::{Id, Instant, Stored};
use crate::registry::PersonState;

row! {
    pub struct PairRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub one: Id,
        pub other: Id,
        pub benefits: i64,
        pub state: PairState,
        pub version: i64,
        pub found_at: Instant,
        pub gone: Option<Id>,
        pub was: Option<PersonState>,
        pub first_by: Option<Id>,
        pub first_at: Option<Instant>,
        pub second_by: Option<Id>,
        pub second_at: Option<Instant>,
    }

    pub struct KnownRow {
        pub id: Id,
        pub state: PairState,
        pub version: i64,
        pub mark: Vec<u8>,
    }
}

macro_rules! pairs {
    ($rest:literal) => {
        concat!(
            "select id, area, one, other, benefits, state, version, found_at, gone, was, first_by,
               first_at, second_by, second_at
             from duplicate_pairs where kabupaten = $1 and area >= $2 and area < $3 ",
            $rest
        )
    };
}

statements! {
    pub MAKE_PAIR: system("both persons were found within the scope") =
        "insert into duplicate_pairs
           (kabupaten, id, area, one, other, benefits, mark, state, version, found_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'open', 1, $8)
         on conflict do nothing";
    pub KNOWN: system("both persons were found within the scope") =
        "select id, state, version, mark from duplicate_pairs
         where kabupaten = $1 and one = $2 and other = $3";
    pub ASK_AGAIN: system("both persons were found within the scope") =
        "update duplicate_pairs set state = 'open', version = version + 1, area = $4, mark = $5,
           benefits = $6, first_by = null, first_at = null, found_at = $7
         where kabupaten = $1 and id = $2 and version = $3 and state = 'different'";
    /// What waits: for a second person first, then by what both receive.
    pub QUEUE: scoped =
        pairs!("and state in ('waiting', 'open', 'unsure')
         order by case state when 'waiting' then 0 when 'open' then 1 else 2 end,
           benefits desc, found_at, id limit 100");
    pub DECIDED: scoped =
        pairs!("and state in ('same', 'different')
         order by coalesce(second_at, first_at, found_at) desc, id limit 50");
    pub PAIR: scoped = pairs!("and id = $4");
    pub COUNTS: scoped =
        "select state, count(*) from duplicate_pairs
         where kabupaten = $1 and area >= $2 and area < $3 group by state order by state";
    pub DECIDE: scoped =
        "update duplicate_pairs set version = version + 1, state = $6, gone = $7, was = $8,
           first_by = $9, first_at = $10, second_by = $11, second_at = $12
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
}
