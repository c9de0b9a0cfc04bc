//! Pairs of records that may be one person: states, and who must agree.

use simpul_identity::AreaCode;

use super::search::Score;
use crate::access::Role;
use crate::platform::{Id, keyed};
use crate::registry::{Field, Membership, MembershipState, Person, Programme};

keyed! {
    /// Where a pair stands.
    pub enum PairState ("pair") {
        Open = "open",
        /// Looked at, and still not clear.
        Unsure = "unsure",
        /// One person said "the same"; a second one must agree.
        Waiting = "waiting",
        Same = "same",
        Different = "different",
        /// Off the list: a record no longer stands for itself, or they are no longer alike.
        Lapsed = "lapsed",
    }

    /// What somebody says of a pair.
    pub enum Verdict ("verdict") {
        Same = "same",
        Different = "different",
        Unsure = "unsure",
    }
}

/// Those who decide, each in the own area.
pub(super) const DECIDERS: &[Role] = &[
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
];

/// Those who may be the second person.
pub(super) const SECOND: &[Role] = &[Role::Koordinator, Role::Supervisor, Role::Manajer];

/// Two records that somebody or a search thinks are one person.
#[derive(Clone, Debug)]
pub struct NewPair {
    pub id: Id,
    pub one: Id,
    pub other: Id,
    /// What the engine says; `None` when a person thinks so.
    pub score: Option<Score>,
}

/// A decision on the version of the pair that was seen.
#[derive(Clone, Debug)]
pub struct Decision {
    pub pair: Id,
    pub seen_version: i64,
    pub verdict: Verdict,
    /// The record that stays; needed for "the same".
    pub keep: Option<Id>,
    /// Fields in which the other record is right.
    pub take: Vec<Field>,
}

/// The narrowest area that holds both, up to the kabupaten.
pub(super) fn common_area(one: &AreaCode, other: &AreaCode) -> Option<AreaCode> {
    [13, 10, 6, 4].into_iter().find_map(|digits| {
        let prefix = one.as_str().get(..digits)?;
        let area = AreaCode::parse(prefix).ok()?;
        (area.contains(one) && area.contains(other)).then_some(area)
    })
}

/// The programmes that both families receive.
pub(super) fn both_receive(one: &[Membership], other: &[Membership]) -> Vec<Programme> {
    let receives = |list: &[Membership], programme| {
        let now = |m: &&Membership| m.state == MembershipState::Recipient;
        list.iter().filter(now).any(|m| m.programme == programme)
    };
    let all = Programme::ALL.iter().copied();
    all.filter(|programme| receives(one, *programme) && receives(other, *programme))
        .collect()
}

/// Whether a second person must agree: one of the families receives something, or the record
/// that goes has a NIK.
pub(super) fn needs_second(gone: &Person, homes: &[Vec<Membership>]) -> bool {
    let received = homes
        .iter()
        .flatten()
        .any(|one| one.state == MembershipState::Recipient);
    received || gone.nik.is_some()
}
