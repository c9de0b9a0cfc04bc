//! Who lives where: households, persons and their numbers, programmes, what the social registry
//! says of a family, and what it agreed to.

mod area;
mod births;
mod change;
mod compared;
mod conflicts;
mod dtsen;
mod events;
mod facts;
pub mod import;
mod known;
mod live;
mod member_form;
mod model;
mod numbers;
mod pages;
mod reads;
mod register;
mod sql;
mod takeover;
#[cfg(test)]
mod tests;
mod update_pages;

pub use area::{
    AreaConsent, AreaHousehold, AreaKnown, AreaPerson, AreaProgramme, Standing, area_consents,
    area_family, area_households, area_known, area_persons, areas_of, extract_day, is_there,
    to_forget,
};
pub use births::{BirthCorrected, birth_seen_to, births_corrected};
pub use change::{
    Following, GoesAlong, change_household, change_person, erase_person, hold_persons,
};
pub use compared::{Changed, Compared, Cursor, changed_since, compared_mark, compared_persons};
pub use conflicts::{
    Chosen, Field, FieldChanged, FieldConflict, NewFieldChange, change_field, field_conflicts,
    settle_conflict,
};
pub use dtsen::{ask_check, checks_waiting, load_extract, record_check, registry_answer};
pub use events::{
    LifeEvent, NewLifeEvent, UpdateResult, UpdateState, UpdateTask, cut_off, events_by,
    record_event, settle_update, update_task, updates_waiting,
};
pub use facts::{consent, record_consent, record_membership};
pub use live::{Alike, LiveRegister, LiveRegisters, has_room, live_register};
pub use model::{
    CheckLine, CheckSource, ConsentAnswer, ConsentGiver, ExtractRow, Family, Household,
    HouseholdChange, Membership, MembershipSource, MembershipState, NewBirth, NewCheck, NewConsent,
    NewHousehold, NewMembership, NewPerson, Person, PersonChange, PersonState, Programme, Purpose,
    RegistryAnswer, Relation, birth_day, neighbourhood,
};
pub use numbers::SealedNumber;
pub use reads::{
    children_under, family, heads, household, household_by_kk, members, memberships, person,
    person_by_nik, persons_by_id, search,
};
pub use register::{register_birth, register_household, register_person};
pub use takeover::{TAKEN_OVER, TakenOver, give_nik_back, put_back, take_over};

use crate::access::{Nav, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "registry",
    migrations: &[
        simpul_db::Migration {
            number: 2,
            name: "registry",
            sql: include_str!("sql/0002_registry.sql"),
        },
        simpul_db::Migration {
            number: 7,
            name: "life_events",
            sql: include_str!("sql/0007_life_events.sql"),
        },
        simpul_db::Migration {
            number: 13,
            name: "area_indexes",
            sql: include_str!("sql/0013_area_indexes.sql"),
        },
        simpul_db::Migration {
            number: 39,
            name: "births_corrected",
            sql: include_str!("sql/0039_births_corrected.sql"),
        },
    ],
    words: crate::platform::words::Words {
        id: concat!(
            include_str!("words/id.ftl"),
            include_str!("import/words/id.ftl")
        ),
        en: concat!(
            include_str!("words/en.ftl"),
            include_str!("import/words/en.ftl")
        ),
    },
    routes: pages::routes,
    nav: &[
        Nav {
            item: NavItem {
                path: "/keluarga",
                key: "nav-families",
            },
            daily: true,
            roles: pages::SEARCH,
        },
        Nav {
            item: NavItem {
                path: "/pemutakhiran",
                key: "nav-updates",
            },
            daily: false,
            roles: update_pages::READERS,
        },
    ],
};
