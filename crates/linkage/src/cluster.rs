//! Pairs become clusters: the surest first, and none against the word of another pair.

use std::collections::BTreeMap;

use crate::run::{Pair, Scorer};

/// Probability under which a pair speaks against a cluster.
const AGAINST: f64 = 0.02;
/// Records of a cluster that are compared with those of another before the two become one.
const ASKED: usize = 12;

/// For each record the first record of its cluster, and how many pairs were refused.
pub(crate) fn clusters(records: usize, pairs: &[Pair], scorer: &Scorer<'_>) -> (Vec<u32>, usize) {
    let mut order: Vec<&Pair> = pairs.iter().collect();
    order.sort_by(|a, b| {
        let by_weight = b.weight.total_cmp(&a.weight);
        by_weight.then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let mut forest = Forest::new(records);
    let mut refused = 0;
    for pair in order {
        let (a, b) = (forest.root(pair.left), forest.root(pair.right));
        if a == b {
            continue;
        }
        if forest.agree(a, b, scorer, pair.rule) {
            forest.join(a, b);
        } else {
            refused += 1;
        }
    }
    let first = (0..records).map(|record| forest.root(record) as u32);
    (first.collect(), refused)
}

/// Pairs within clusters that no rule brought together, or that alone are unsure: if A is B and B is
/// C, then A is C with the probability of both.
pub(crate) fn implied(
    clusters: &[u32],
    pairs: &[Pair],
    scorer: &Scorer<'_>,
    threshold: f64,
) -> Vec<Pair> {
    let mut known: BTreeMap<usize, Vec<(usize, &Pair)>> = BTreeMap::new();
    for pair in pairs
        .iter()
        .filter(|pair| clusters[pair.left] == clusters[pair.right])
    {
        known.entry(pair.left).or_default().push((pair.right, pair));
        known.entry(pair.right).or_default().push((pair.left, pair));
    }
    let mut best: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
    for ends in known.values() {
        for (at, (a, first)) in ends.iter().enumerate() {
            for (b, second) in &ends[at + 1..] {
                let (left, right) = ((*a).min(*b), (*a).max(*b));
                let met = known
                    .get(&left)
                    .is_some_and(|met| met.iter().any(|(to, _)| *to == right));
                let probability = first.probability * second.probability;
                let better = best
                    .get(&(left, right))
                    .is_none_or(|p| p.probability < probability);
                if left != right && !met && better && probability >= threshold {
                    let pair = scorer.pair(first.rule, left, right);
                    best.insert(
                        (left, right),
                        Pair {
                            probability,
                            ..pair
                        },
                    );
                }
            }
        }
    }
    best.into_values().collect()
}

/// Union-find; the members of each cluster hang on a ring.
struct Forest {
    parents: Vec<u32>,
    next: Vec<u32>,
}

impl Forest {
    fn new(records: usize) -> Self {
        let each: Vec<u32> = (0..records as u32).collect();
        Self {
            parents: each.clone(),
            next: each,
        }
    }

    /// The first record of the cluster.
    fn root(&mut self, record: usize) -> usize {
        let mut at = record;
        while self.parents[at] as usize != at {
            self.parents[at] = self.parents[self.parents[at] as usize];
            at = self.parents[at] as usize;
        }
        at
    }

    fn members(&self, root: usize) -> impl Iterator<Item = usize> {
        let mut at = Some(root);
        std::iter::from_fn(move || {
            let here = at?;
            let next = self.next[here] as usize;
            at = (next != root).then_some(next);
            Some(here)
        })
    }

    /// Whether the records of two clusters, on the whole, do not contradict each other.
    fn agree(&self, a: usize, b: usize, scorer: &Scorer<'_>, rule: usize) -> bool {
        let (mut pro, mut against) = (0, 0);
        for left in self.members(a).take(ASKED) {
            for right in self.members(b).take(ASKED) {
                let pair = scorer.pair(rule, left.min(right), left.max(right));
                if pair.probability < AGAINST {
                    against += 1;
                } else {
                    pro += 1;
                }
            }
        }
        against < pro
    }

    /// The smaller record stays the root, so that ids do not depend on the order of pairs.
    fn join(&mut self, a: usize, b: usize) {
        let (root, other) = (a.min(b), a.max(b));
        self.parents[other] = root as u32;
        self.next.swap(root, other);
    }
}
