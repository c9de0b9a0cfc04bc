//! The Posyandu: sessions, attendance, measurements, what they say at once, the bidan's list, and
//! the reports that write themselves.

mod ahead;
mod area;
mod bidan;
mod births;
mod book;
mod brief;
mod child;
mod doors;
mod figures;
mod gaps;
pub mod import;
mod judge;
mod model;
mod pages;
mod prints;
mod reads;
mod second;
mod show;
mod sql;
#[cfg(test)]
pub(crate) mod tests;
mod visit;

pub use ahead::hold_areas;
pub use area::{
    AreaDay, AreaMeasurement, area_bidan_answers, area_days, area_measurements, is_there,
    person_measurements,
};
pub use births::judge_corrected;
pub use doors::{
    Measured, answer_bidan, arrive, make_post, measure, measure_many, measure_many_at, open_day,
};
pub use gaps::gaps;
pub use model::{
    BidanAnswer, DangerSign, EntrySource, NewBidanAnswer, NewDay, NewMeasurement, NewPost,
    StoredMeasurement,
};
pub use reads::{day_at, days, history, measurement, posts};
pub use second::{SecondRow, measure_second, seconds};
pub use sql::PostRow;
pub use visit::{NewVisit, VisitItem, visit};

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "posyandu",
    migrations: &[
        simpul_db::Migration {
            number: 5,
            name: "posyandu",
            sql: include_str!("sql/0005_posyandu.sql"),
        },
        simpul_db::Migration {
            number: 11,
            name: "field_work",
            sql: include_str!("sql/0011_field_work.sql"),
        },
        simpul_db::Migration {
            number: 37,
            name: "measurements_once",
            sql: include_str!("sql/0037_measurements_once.sql"),
        },
        simpul_db::Migration {
            number: 38,
            name: "measuring",
            sql: include_str!("sql/0038_measuring.sql"),
        },
        simpul_db::Migration {
            number: 40,
            name: "second_measurements_area",
            sql: include_str!("sql/0040_second_measurements_area.sql"),
        },
    ],
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
            daily: true,
            roles: Role::POST,
        },
        Nav {
            item: NavItem {
                path: "/bidan",
                key: "nav-bidan",
            },
            daily: true,
            roles: &[Role::Bidan],
        },
    ],
};
