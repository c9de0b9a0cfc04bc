//! The directory of services and facilities, in the terms of Open Referral HSDS.

mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{
    Day, NewService, Service, keep_service, papers_for, service, services, services_for,
};
pub use pages::hours_words;

use crate::access::Role;

/// Those who keep the directory of their area.
pub const KEEPERS: &[Role] = &[Role::Koordinator, Role::Manajer, Role::Administrator];
