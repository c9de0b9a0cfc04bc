//! "Data ganda": records that may be one person, decided by people and undone safely. A merge is
//! a pointer from one record to the other and rewrites no fact.

mod correction;
mod doors;
mod figures;
mod history;
mod model;
mod pages;
mod pair_page;
mod propose;
mod queue;
mod reads;
mod search;
mod sql;
mod stakes;
mod standing;
mod takeover;
#[cfg(test)]
mod tests;

pub use doors::{agree, decide, undo};
pub use figures::{Figures, Judged, Tally, figures};
pub use model::{Decision, NewPair, PairState, Verdict};
pub use propose::propose;
pub use reads::{Pair, counts, pair, pairs};
pub use search::{
    Reason, Run, RunState, Score, SearchBell, ask_search, latest_run, look_at_changes, next_search,
    watch_searches,
};
pub use standing::{pointing_to, records_elsewhere, standing_for, standing_person, survivor};

use crate::access::{Nav, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "duplicates",
    migrations: &[
        simpul_db::Migration {
            number: 19,
            name: "duplicates",
            sql: include_str!("sql/0019_duplicates.sql"),
        },
        simpul_db::Migration {
            number: 20,
            name: "duplicate_search",
            sql: include_str!("sql/0020_search.sql"),
        },
        simpul_db::Migration {
            number: 21,
            name: "duplicate_standing",
            sql: include_str!("sql/0021_standing.sql"),
        },
        simpul_db::Migration {
            number: 22,
            name: "duplicate_stakes",
            sql: include_str!("sql/0022_stakes.sql"),
        },
        simpul_db::Migration {
            number: 29,
            name: "duplicate_family_stakes",
            sql: include_str!("sql/0029_family_stakes.sql"),
        },
        simpul_db::Migration {
            number: 30,
            name: "duplicate_watch",
            sql: include_str!("sql/0030_watch.sql"),
        },
    ],
    words: crate::platform::words::Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[Nav {
        item: NavItem {
            path: "/data-ganda",
            key: "nav-duplicates",
        },
        daily: false,
        roles: model::DECIDERS,
    }],
};
