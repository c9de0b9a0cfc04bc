//! Who may do what where, and the record of what was done: users, roles, area scope, sign-in,
//! journal, access log.

mod account;
mod assignment;
mod changes;
pub mod device;
mod device_pages;
pub mod journal;
mod model;
mod pages;
mod password;
pub mod reads;
mod request;
mod route;
mod scope;
pub mod session;
pub mod settings;
mod sql;
mod subject;
#[cfg(test)]
mod tests;
mod user_pages;

pub use account::{
    Colleague, Invitation, NewUser, colleagues, first_administrator, invite, make_user,
    make_user_with_password, scope_of_login, user_name, villages_with_desk,
};
pub use assignment::{Assignments, assign, assignments};
pub use changes::{
    Change, Epoch, Head, backed_up, changes, epoch, head, heads, keep_backed_up, new_epoch,
};
pub use device::{NewDevice, Phone};
pub use journal::Work;
pub use model::Role;
pub use password::hash_password;
pub use reads::{ReadLog, Seen, saw};
pub use request::{Posted, PostedFile, PublicForm, Signed};
pub use route::{Menu, Nav, Route, Slice, Who, home_for, nav_for, router};
pub use scope::{Place, Scope};
pub use settings::Marks;
pub use subject::open_for;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "access",
    migrations: &[
        simpul_db::Migration {
            number: 1,
            name: "access",
            sql: include_str!("sql/0001_access.sql"),
        },
        simpul_db::Migration {
            number: 6,
            name: "devices",
            sql: include_str!("sql/0006_devices.sql"),
        },
        simpul_db::Migration {
            number: 34,
            name: "users_area",
            sql: include_str!("sql/0034_users_area.sql"),
        },
        simpul_db::Migration {
            number: 36,
            name: "journal_id",
            sql: include_str!("sql/0036_journal_id.sql"),
        },
    ],
    words: crate::platform::words::Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[
        Nav {
            item: crate::platform::page::NavItem {
                path: "/pengguna",
                key: "nav-users",
            },
            daily: true,
            roles: &[Role::Administrator],
        },
        Nav {
            item: crate::platform::page::NavItem {
                path: "/perangkat",
                key: "nav-devices",
            },
            daily: false,
            roles: device_pages::WATCHERS,
        },
    ],
};
