//! SQL of boards and of the search. Both read no more than a fixed number of cases, or an index
//! alone, so that they stay quick as cases grow.

use simpul_db::{row, statements};
use simpul_identity::{AreaCode, RegionCode};

use super::super::kinds::{Field, Kind, Tier};
use super::super::model::{Need, State, Urgency};
use crate::platform::{Id, Instant, Stored};

/// A village as a column; a case above the villages has none.
pub struct Village(pub Option<RegionCode>);

impl std::str::FromStr for Village {
    type Err = simpul_identity::RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = (text.len() == 10).then(|| RegionCode::parse(text));
        Ok(Self(code.transpose()?))
    }
}

row! {
    /// Open cases that wait for the same.
    pub struct Waiting {
        pub village: Stored<Village>,
        pub field: Field,
        pub state: State,
        pub tier: Tier,
        pub cases: i64,
        pub late: i64,
    }

    /// A month of a field in a village.
    pub struct Month {
        pub village: Stored<Village>,
        pub month: String,
        pub field: Field,
        pub opened: i64,
        pub closed: i64,
    }

    /// A case as the search and the sheet show it.
    pub struct FoundRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub household: Id,
        pub kind: Kind,
        pub field: Field,
        pub need: Need,
        pub urgency: Urgency,
        pub state: State,
        pub tier: Tier,
        pub opened_at: Instant,
        pub closed_at: Option<Instant>,
        pub due_at: Instant,
        /// Place in the list.
        pub at: Instant,
    }
}

/// A case of the list, from cases `c` and its place `at`.
macro_rules! found {
    ($at:literal, $rest:expr) => {
        concat!(
            "select c.id, c.area, c.household, c.kind, c.field, c.need, c.urgency, c.state, c.tier,
                    c.opened_at, c.closed_at, c.due_at, ",
            $at,
            " as at ",
            $rest
        )
    };
}

/// What was asked for: $8 kind, $9 field, $10 whether open or ended.
macro_rules! asked {
    () => {
        " ($8 = '' or c.kind = $8) and ($9 = '' or c.field = $9)
          and ($10 = '' or ($10 = 'terbuka' and c.closed_at is null)
               or ($10 = 'selesai' and c.closed_at is not null)) "
    };
}

/// The search: cases of a word $11, the newest first, of which the other words $12 and $13 are
/// said too. Both engines walk an index and stop when a page is full, or at the end ($4, $7) of
/// what a page looks at; `||` keeps them from an index by area.
macro_rules! words {
    ($near:literal) => {
        found!(
            "w.at",
            concat!(
                "from case_words w
                 join cases c on c.kabupaten = $1 and c.id = w.case_id
                 where w.kabupaten = $1 and w.word = $11 ",
                $near,
                "and w.area || '' >= $2 and w.area || '' < $3
                 and (w.at, w.case_id) >= ($4, $7) and (w.at, w.case_id) < ($5, $6)
                 and c.area >= $2 and c.area < $3 and ",
                asked!(),
                "and ($12 = '' or exists (select 1 from case_words x where x.kabupaten = $1
                                          and x.word = $12 and x.case_id = w.case_id))
                 and ($13 = '' or exists (select 1 from case_words x where x.kabupaten = $1
                                          and x.word = $13 and x.case_id = w.case_id))
                 order by w.at desc, w.case_id desc limit 51"
            )
        )
    };
}

macro_rules! all {
    ($near:literal) => {
        found!(
            "c.opened_at",
            concat!(
                "from cases c
                 where c.kabupaten = $1 ",
                $near,
                "and c.area || '' >= $2 and c.area || '' < $3
                 and (c.opened_at, c.id) >= ($4, $7) and (c.opened_at, c.id) < ($5, $6)
                 and ",
                asked!(),
                "order by c.opened_at desc, c.id desc limit 51"
            )
        )
    };
}

/// The last place that a window of $7 reads; nothing when all there is fits into it.
macro_rules! words_end {
    ($near:literal) => {
        concat!(
            "select case_id, at from case_words
             where kabupaten = $1 and word = $8 ",
            $near,
            "and area || '' >= $2 and area || '' < $3 and at >= $4 and (at, case_id) < ($5, $6)
             order by at desc, case_id desc limit 1 offset $7"
        )
    };
}

macro_rules! all_end {
    ($near:literal) => {
        concat!(
            "select id, opened_at from cases
             where kabupaten = $1 ",
            $near,
            "and area || '' >= $2 and area || '' < $3
             and opened_at >= $4 and (opened_at, id) < ($5, $6)
             order by opened_at desc, id desc limit 1 offset $7"
        )
    };
}

macro_rules! word_count {
    ($near:literal) => {
        concat!(
            "select count(*) from (select 1 from case_words
             where kabupaten = $1 and word = $4 ",
            $near,
            "and area || '' >= $2 and area || '' < $3 limit $5) found"
        )
    };
}

statements! {
    /// By village, field and who has it; late are those whose clock ended before $4.
    pub WAITING: scoped =
        "select substr(area, 1, 10) as village, field, state, tier, count(*) as cases,
                count(*) filter (where due_at < $4) as late
         from cases
         where kabupaten = $1 and area >= $2 and area < $3 and closed_at is null
         group by substr(area, 1, 10), field, state, tier
         order by substr(area, 1, 10), field, state, tier";
    pub MONTHS: scoped =
        "select substr(area, 1, 10) as village, substr(opened_day, 1, 7) as month, field,
                count(*) as opened, count(closed_at) as closed
         from cases
         where kabupaten = $1 and area || '' >= $2 and area || '' < $3 and opened_day >= $4
         group by substr(area, 1, 10), substr(opened_day, 1, 7), field
         order by substr(opened_day, 1, 7), substr(area, 1, 10), field";
    /// Open cases for the sheet, those whose clock ends first at the top.
    pub OPEN: scoped = found!("c.due_at",
        "from cases c
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and c.closed_at is null
           and c.need <> 'perlindungan'
         order by c.due_at, c.id limit $4");

    /// Of a wide area a walk from the newest on meets enough of it.
    pub WORDS_WIDE: scoped = words!("");
    /// Of the village $14.
    pub WORDS_NEAR: scoped = words!("and substr(w.area, 1, 10) = $14 ");
    pub ALL_WIDE: scoped = all!("");
    /// Of the village $11.
    pub ALL_NEAR: scoped = all!("and substr(c.area, 1, 10) = $11 ");

    pub WORDS_END: scoped = words_end!("");
    /// Of the village $9.
    pub WORDS_END_NEAR: scoped = words_end!("and substr(area, 1, 10) = $9 ");
    pub ALL_END: scoped = all_end!("");
    /// Of the village $8.
    pub ALL_END_NEAR: scoped = all_end!("and substr(area, 1, 10) = $8 ");
    /// How many cases say a word, up to $5: the rarest leads the search.
    pub WORD_COUNT: scoped = word_count!("");
    /// In the village $6.
    pub WORD_COUNT_NEAR: scoped = word_count!("and substr(area, 1, 10) = $6 ");
}
