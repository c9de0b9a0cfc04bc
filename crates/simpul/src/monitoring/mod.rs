//! What happened, in figures computed from the records. Reads only the `report_*` views that the
//! slices publish, so it never meets a person.

mod figures;
mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use figures::{Figures, Period, VillageFigures, by_officer, by_village};

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// Those who look at figures.
const WATCHERS: &[Role] = &[
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
    Role::KepalaDesa,
    Role::Pemantau,
];

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "monitoring",
    migrations: &[],
    words: Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[Nav {
        item: NavItem {
            path: "/ringkasan",
            key: "nav-figures",
        },
        daily: true,
        roles: WATCHERS,
    }],
};
