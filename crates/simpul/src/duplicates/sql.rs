//! All SQL of this slice.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::model::PairState;
use crate::platform::{Id, Instant, Stored};
use crate::registry::PersonState;

pub mod runs;

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
        pub probability: Option<f64>,
        pub weight: Option<f64>,
        pub why: String,
        pub money: i64,
        pub taken: String,
        pub restore: Option<Vec<u8>>,
    }

    /// What a search must know of a pair that is there.
    pub struct KnownRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub one: Id,
        pub other: Id,
        pub state: PairState,
        pub version: i64,
        pub mark: Vec<u8>,
        pub benefits: i64,
        pub money: i64,
        pub probability: Option<f64>,
    }
}

macro_rules! pairs {
    ($rest:literal) => {
        concat!(
            "select id, area, one, other, benefits, state, version, found_at, gone, was, first_by,
               first_at, second_by, second_at, probability, weight, why, money,
               taken, restore
             from duplicate_pairs where kabupaten = $1 and area >= $2 and area < $3 ",
            $rest
        )
    };
}

macro_rules! known_columns {
    () => {
        "id, area, one, other, state, version, mark, benefits, money, probability"
    };
}

statements! {
    pub MAKE_PAIR: system("both persons were found within the scope") =
        "insert into duplicate_pairs
           (kabupaten, id, area, one, other, benefits, mark, state, version, found_at,
            probability, weight, why, money, family_money, homes)
         values ($1, $2, $3, $4, $5, $6, $7, 'open', 1, $8, $9, $10, $11, $12, $13, $14)
         on conflict do nothing";
    pub KNOWN: system("both persons were found within the scope") =
        concat!("select ", known_columns!(), " from duplicate_pairs
         where kabupaten = $1 and one = $2 and other = $3");
    /// All pairs of an area, for a search.
    pub KNOWN_IN: scoped =
        concat!("select ", known_columns!(), " from duplicate_pairs
         where kabupaten = $1 and area >= $2 and area < $3");
    pub ASK_AGAIN: system("both persons were found within the scope") =
        "update duplicate_pairs set state = 'open', version = version + 1, area = $4, mark = $5,
           benefits = $6, probability = coalesce($7, probability), weight = coalesce($8, weight),
           why = case when $9 = '' then why else $9 end, money = $10, family_money = $11,
           homes = $12, first_by = null, first_at = null, found_at = $13
         where kabupaten = $1 and id = $2 and version = $3 and state in ('different', 'lapsed')";
    /// More is known of a pair on the list.
    pub RENEW: system("both persons were found within the scope") =
        "update duplicate_pairs set version = version + 1, area = $4, mark = $5, benefits = $6,
           probability = coalesce($7, probability), weight = coalesce($8, weight),
           why = case when $9 = '' then why else $9 end, money = $10, family_money = $11,
           homes = $12
         where kabupaten = $1 and id = $2 and version = $3 and state in ('open', 'unsure')";
    pub LAPSE: scoped =
        "update duplicate_pairs set version = version + 1, state = 'lapsed'
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5
           and state in ('open', 'unsure')";
    /// What waits: for a second person first, then by the money at risk and what both
    /// receive, then by likelihood.
    pub QUEUE: scoped =
        pairs!("and state in ('waiting', 'open', 'unsure')
         order by case state when 'waiting' then 0 when 'open' then 1 else 2 end,
           money desc, benefits desc, weight desc nulls last, found_at, id limit 500");
    pub DECIDED: scoped =
        pairs!("and state in ('same', 'different')
         order by coalesce(second_at, first_at, found_at) desc, id limit 50");
    pub PAIR: scoped = pairs!("and id = $4");
    pub WAITING_OF: scoped =
        pairs!("and (one = $4 or other = $4) and state in ('open', 'unsure') order by id");
    /// What went off the list when a record went, once that is undone.
    pub BACK_ON_LIST: scoped =
        "update duplicate_pairs set version = version + 1, state = 'open'
         where kabupaten = $1 and area >= $2 and area < $3 and (one = $4 or other = $4)
           and state = 'lapsed'";
    pub MERGED_INTO: scoped = pairs!("and stays = $4 and state = 'same'");
    pub KEEP_RESTORE: scoped =
        "update duplicate_pairs set restore = $5
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub SAME: scoped =
        pairs!("and state = 'same' order by coalesce(second_at, first_at) desc, id limit 1000");
    /// What is paid per family counts once for two families.
    pub TALLIES: scoped =
        "select state, count(*), cast(sum(money - case when nth = 1 then 0 else family_money end)
           as bigint)
         from (
           select state, money, family_money, row_number() over (
             partition by state, coalesce(homes, id) order by id) as nth
           from duplicate_pairs
           where kabupaten = $1 and area >= $2 and area < $3) tallied
         group by state order by state";
    /// What people said of pairs that the engine found, by how likely it called them.
    pub JUDGED: scoped =
        "select band, count(*) filter (where state = 'same'),
           count(*) filter (where state = 'different')
         from (
           select state, cast(case when probability >= $4 then 3 when probability >= $5 then 2
             else 1 end as bigint) as band
           from duplicate_pairs
           where kabupaten = $1 and area >= $2 and area < $3 and probability is not null
             and state in ('same', 'different')) judged
         group by band order by band";
    pub COUNTS: scoped =
        "select state, count(*) from duplicate_pairs
         where kabupaten = $1 and area >= $2 and area < $3 group by state order by state";
    pub DECIDE: scoped =
        "update duplicate_pairs set version = version + 1, state = $6, gone = $7,
           stays = case when $7 = one then other when $7 = other then one end, was = $8,
           first_by = $9, first_at = $10, second_by = $11, second_at = $12, taken = $13,
           restore = $14
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
}

statements! {
    pub SURVIVOR: system("ids alone; what they name is read within a scope") =
        "with recursive chain (record, steps) as (
           select d.stays, 1 from duplicate_pairs d
           where d.kabupaten = $1 and d.state = 'same' and d.gone = $2
           union all
           select d.stays, chain.steps + 1 from chain
           join duplicate_pairs d on d.kabupaten = $1 and d.state = 'same'
             and d.gone = chain.record)
         select record from chain order by steps desc limit 1";
    pub POINTING: system("ids alone; what they name is read within a scope") =
        "with recursive chain (stands, record) as (
           select d.stays, d.gone from duplicate_pairs d
           where d.kabupaten = $1 and d.state = 'same' and d.stays = any($2)
           union
           select chain.stands, d.gone from chain
           join duplicate_pairs d on d.kabupaten = $1 and d.state = 'same'
             and d.stays = chain.record)
         select stands, record from chain order by stands, record";
}
