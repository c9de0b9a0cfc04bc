//! The Posyandu: sessions, attendance, measurements, what they say at once, the bidan's list, and
//! the reports that write themselves.

mod bidan;
mod book;
mod child;
mod doors;
mod figures;
pub mod import;
mod judge;
mod model;
mod pages;
mod prints;
mod reads;
mod show;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{Measured, answer_bidan, arrive, make_post, measure, open_day};
pub use model::{
    BidanAnswer, DangerSign, EntrySource, NewBidanAnswer, NewDay, NewMeasurement, NewPost,
    StoredMeasurement,
};
pub use reads::{days, history, measurement};

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "posyandu",
    migrations: &[simpul_db::Migration {
        number: 5,
        name: "posyandu",
        sql: include_str!("sql/0005_posyandu.sql"),
    }],
    words: crate::platform::words::Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[
        Nav {
            item: NavItem {
                path: "/posyandu",
                key: "nav-posyandu",
            },
            roles: Role::POST,
        },
        Nav {
            item: NavItem {
                path: "/bidan",
                key: "nav-bidan",
            },
            roles: &[Role::Bidan],
        },
    ],
};
