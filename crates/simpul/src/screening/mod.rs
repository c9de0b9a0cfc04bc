//! The double screening: which families to ask, what still matters, what may help, what is sent.

mod ahead;
mod area;
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

pub use ahead::Ahead;
pub use area::{
    AreaAnswer, AreaScreening, FamilyAsked, area_answers, area_screenings, family_asked,
};
pub use doors::{
    AnswerInput, BeginInput, DeclineInput, ReferInput, Slip, answer, begin, decline, refer,
    refer_with,
};
pub use family::{GapsFound, PostGaps};
pub use finding::{Considered, NewFinding, consider};
pub use model::{Accompanied, Ending, HealthReferral, Outcome, Question, State, Suggestion};
pub use reads::{Waiting, asked_of, count_waiting, open_of, waiting};
pub use weigh::outcome;

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// What goes with a family to another post.
pub const GOES_ALONG: &crate::registry::Following = &[
    &sql::MOVE_FINDINGS,
    &sql::MOVE_VERDICTS,
    &sql::MOVE_ANSWERS,
    &sql::MOVE_SCREENING,
];

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "screening",
    migrations: &[
        simpul_db::Migration {
            number: 4,
            name: "screening",
            sql: include_str!("sql/0004_screening.sql"),
        },
        simpul_db::Migration {
            number: 14,
            name: "screening_area",
            sql: include_str!("sql/0014_screening_area.sql"),
        },
    ],
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
        daily: true,
        roles: Role::POST,
    }],
};
