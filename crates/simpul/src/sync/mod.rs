//! Push and pull of the field app: what phones enter comes through the same doors as the pages, and
//! phones take the part of the data that their work needs.

mod api;
mod apply;
mod consents;
mod entry;
mod extract;
mod handover;
mod keep;
mod model;
mod pages;
mod pull;
mod push;
mod sent;
mod settle;
mod shell;
mod shown;
mod sign_in;
mod sql;
#[cfg(test)]
mod tests;
mod tick;

pub use entry::{Sender, sealing_secret, sender};
pub use model::State;
pub use pull::{month, pull};
pub use push::push;
#[cfg(test)]
pub(crate) use sign_in::name_phone;
pub use sign_in::sign_in;
pub use tick::tick;

use crate::access::{Nav, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "sync",
    migrations: &[
        simpul_db::Migration {
            number: 12,
            name: "sync",
            sql: include_str!("sql/0012_sync.sql"),
        },
        simpul_db::Migration {
            number: 28,
            name: "sync_fixes",
            sql: include_str!("sql/0028_sync_fixes.sql"),
        },
        simpul_db::Migration {
            number: 32,
            name: "sync_handover",
            sql: include_str!("sql/0032_sync_handover.sql"),
        },
    ],
    words: Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: api::routes,
    nav: &[Nav {
        item: NavItem {
            path: "/kiriman",
            key: "nav-held",
        },
        daily: false,
        roles: pages::READERS,
    }],
};
