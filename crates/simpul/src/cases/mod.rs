//! Families' needs on their way: referrals to the desk and on, steps, clocks, replies, slips.

mod case_page;
mod checks;
mod clock;
mod doors;
mod model;
mod pages;
mod public;
mod reads;
mod show;
mod slip;
mod sql;
#[cfg(test)]
pub(crate) mod tests;
mod transitions;

pub use clock::{CaseClock, rules_lang};
pub use doors::{ActionInput, NewReferral, Opened, act, open};
pub use model::{Act, Action, Decider, Destination, Need, RefusalReason, State, Urgency};
pub use public::{PublicStatus, public_status};
pub use reads::{
    Case, CaseLine, Cursor, Filter, Finding, Step, case, incoming, of_household, sent_by, slip,
};
pub use show::StepLine;
pub use simpul_phone::ticket::{NotATicket, Ticket, TicketCode, TicketNumber};
pub use slip::village_name;
pub use transitions::{MAX_TEXT, Progress, Refusal, Waited};

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// Those whose work begins with the list of cases.
const WORKERS: &[Role] = &[
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
];

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "cases",
    migrations: &[simpul_db::Migration {
        number: 3,
        name: "cases",
        sql: include_str!("sql/0003_cases.sql"),
    }],
    words: Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[Nav {
        item: NavItem {
            path: "/puskesos",
            key: "nav-puskesos",
        },
        roles: WORKERS,
    }],
};
