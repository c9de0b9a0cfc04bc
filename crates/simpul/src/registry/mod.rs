//! Who lives where: households, persons and their numbers, programmes, what the social registry
//! says of a family, and what it agreed to.

mod change;
mod dtsen;
mod facts;
pub mod import;
mod member_form;
mod model;
mod numbers;
mod pages;
mod reads;
mod register;
mod sql;
#[cfg(test)]
mod tests;

pub use change::{change_household, change_person, erase_person};
pub use dtsen::{ask_check, checks_waiting, load_extract, record_check, registry_answer};
pub use facts::{consent, record_consent, record_membership};
pub use model::{
    CheckLine, CheckSource, ConsentAnswer, ConsentGiver, ExtractRow, Family, Household,
    HouseholdChange, Membership, MembershipSource, MembershipState, NewBirth, NewCheck, NewConsent,
    NewHousehold, NewMembership, NewPerson, Person, PersonChange, PersonState, Programme, Purpose,
    RegistryAnswer, Relation, birth_day, neighbourhood,
};
pub use numbers::SealedNumber;
pub use reads::{
    children_under, family, heads, household, household_by_kk, members, memberships, person,
    person_by_nik, search,
};
pub use register::{register_birth, register_household, register_person};

use crate::access::{Nav, Slice};
use crate::platform::page::NavItem;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "registry",
    migrations: &[simpul_db::Migration {
        number: 2,
        name: "registry",
        sql: include_str!("sql/0002_registry.sql"),
    }],
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
    nav: &[Nav {
        item: NavItem {
            path: "/keluarga",
            key: "nav-families",
        },
        roles: pages::SEARCH,
    }],
};
