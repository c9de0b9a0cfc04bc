//! "Data ganda": records that may be one person, decided by people and undone safely. A merge is
//! a pointer from one record to the other and rewrites no fact.

mod doors;
mod model;
mod pages;
mod reads;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{agree, decide, propose, undo};
pub use model::{Decision, NewPair, PairState, Verdict};
pub use reads::{Pair, counts, find, pair, pairs};

use crate::access::{Nav, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "duplicates",
    migrations: &[simpul_db::Migration {
        number: 19,
        name: "duplicates",
        sql: include_str!("sql/0019_duplicates.sql"),
    }],
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
