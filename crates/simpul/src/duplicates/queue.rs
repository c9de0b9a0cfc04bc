//! The list as groups: records that hang together by pairs are looked at together.

use std::collections::BTreeMap;

use super::reads::Pair;
use crate::platform::Id;

/// Records that may all be one person.
pub(super) struct Cluster {
    /// Never empty; the most valuable first.
    pub pairs: Vec<Pair>,
    /// Each record once, in the order of the pairs.
    pub records: Vec<Id>,
}

impl Cluster {
    /// One pair alone.
    pub fn of_one(pair: Pair) -> Self {
        Self {
            records: vec![pair.one, pair.other],
            pairs: vec![pair],
        }
    }
}

/// The groups of these pairs; a group stands where its first pair stood.
pub(super) fn clusters(pairs: Vec<Pair>) -> Vec<Cluster> {
    let mut roots: BTreeMap<Id, Id> = BTreeMap::new();
    for pair in &pairs {
        let (one, other) = (root(&roots, pair.one), root(&roots, pair.other));
        roots.insert(one.max(other), one.min(other));
    }
    let mut groups: Vec<Cluster> = Vec::new();
    let mut places: BTreeMap<Id, usize> = BTreeMap::new();
    for pair in pairs {
        let root = root(&roots, pair.one);
        let Some(place) = places.get(&root) else {
            places.insert(root, groups.len());
            groups.push(Cluster::of_one(pair));
            continue;
        };
        let group = &mut groups[*place];
        for id in [pair.one, pair.other] {
            if !group.records.contains(&id) {
                group.records.push(id);
            }
        }
        group.pairs.push(pair);
    }
    groups
}

fn root(roots: &BTreeMap<Id, Id>, id: Id) -> Id {
    let mut at = id;
    while let Some(up) = roots.get(&at).filter(|up| **up != at) {
        at = *up;
    }
    at
}

#[cfg(test)]
mod tests {
    use simpul_identity::AreaCode;

    use super::*;
    use crate::duplicates::PairState;
    use crate::platform::Instant;

    fn pair(number: u8, one: u8, other: u8) -> Pair {
        let id = |n: u8| Id::from_bytes([n; 16]);
        Pair {
            id: id(number),
            area: AreaCode::NATION,
            one: id(one),
            other: id(other),
            benefits: 0,
            state: PairState::Open,
            version: 1,
            found_at: Instant(0),
            gone: None,
            was: None,
            first_by: None,
            first_at: None,
            second_by: None,
            second_at: None,
            score: None,
            money: 0,
            taken: Vec::new(),
            restore: None,
        }
    }

    #[test]
    fn pairs_that_share_a_record_stand_together() {
        let groups = clusters(vec![
            pair(1, 1, 2),
            pair(2, 3, 4),
            pair(3, 5, 6),
            pair(4, 2, 5),
        ]);
        let sizes: Vec<(usize, usize)> = groups
            .iter()
            .map(|group| (group.pairs.len(), group.records.len()))
            .collect();
        assert_eq!(sizes, [(3, 4), (1, 2)]);
        assert_eq!(groups[0].pairs[1].id, Id::from_bytes([3; 16]));
        assert!(clusters(Vec::new()).is_empty());
    }
}
