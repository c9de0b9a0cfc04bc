//! The double screening: which families to ask, what still matters, what may help, what is sent.

mod doors;
mod explain;
mod facts;
mod family;
mod finding;
mod hand;
mod model;
mod pages;
mod reads;
mod show;
mod sql;
#[cfg(test)]
mod tests;
mod weigh;

pub use doors::{AnswerInput, BeginInput, DeclineInput, ReferInput, answer, begin, decline, refer};
pub use finding::{Considered, NewFinding, consider};
pub use model::{Accompanied, Ending, HealthReferral, Outcome, Question, State, Suggestion};
pub use reads::{Waiting, count_waiting, open_of, waiting};
pub use weigh::outcome;

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "screening",
    migrations: &[simpul_db::Migration {
        number: 4,
        name: "screening",
        sql: include_str!("sql/0004_screening.sql"),
    }],
    words: Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[Nav {
        item: NavItem {
            path: "/tanya",
            key: "nav-ask",
        },
        roles: Role::POST,
    }],
};
