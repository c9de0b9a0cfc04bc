//! What a tree of conditions still says when some facts are unknown: a reduced ordered decision
//! diagram over the unknown facts.
//!
//! Each unknown fact is a variable; its arms are the classes of its values that the rule tells
//! apart. Equal sub-functions share one node and a node whose arms agree vanishes, so the diagram
//! is canonical: a rule is decided exactly when its diagram is a leaf, and the facts that can still
//! change it are exactly those on which a node branches.

use std::collections::{BTreeMap, BTreeSet};

/// A function of the unknown facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(usize);

/// Never.
pub(crate) const NO: Id = Id(0);
/// Always.
pub(crate) const YES: Id = Id(1);

/// A rule that needs more branches than this is refused at load; no evaluation of an accepted rule
/// needs more than the one with every fact unknown.
pub(crate) const MAX_BRANCHES: usize = 5_000;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Branch {
    var: usize,
    arms: Vec<Id>,
}

#[derive(Debug, Default)]
pub(crate) struct Diagram {
    branches: Vec<Branch>,
    unique: BTreeMap<Branch, Id>,
    choices: BTreeMap<(Id, Id, Id), Id>,
}

impl Diagram {
    /// Number of distinct branches made so far.
    pub(crate) fn size(&self) -> usize {
        self.branches.len()
    }

    /// The function that takes the arm of the variable's class.
    pub(crate) fn branch(&mut self, var: usize, arms: Vec<Id>) -> Id {
        if arms.windows(2).all(|pair| pair[0] == pair[1]) {
            return arms.first().copied().unwrap_or(NO);
        }
        let next = Id(self.branches.len() + 2);
        let branch = Branch { var, arms };
        let id = *self.unique.entry(branch.clone()).or_insert(next);
        if id == next {
            self.branches.push(branch);
        }
        id
    }

    fn get(&self, id: Id) -> Option<&Branch> {
        self.branches.get(id.0.checked_sub(2)?)
    }

    /// If `test` then `yes` else `no`.
    pub(crate) fn choose(&mut self, test: Id, yes: Id, no: Id) -> Id {
        if test == YES || yes == no {
            return yes;
        }
        if test == NO || self.size() > MAX_BRANCHES {
            return no;
        }
        if let Some(id) = self.choices.get(&(test, yes, no)) {
            return *id;
        }
        let branches = [test, yes, no].map(|id| self.get(id));
        // `test` is no leaf here, so there is always a first variable.
        let Some((var, arms)) = branches
            .iter()
            .flatten()
            .map(|b| (b.var, b.arms.len()))
            .min()
        else {
            return no;
        };
        let arm = |diagram: &Self, id: Id, i: usize| match diagram.get(id) {
            Some(b) if b.var == var => b.arms[i],
            _ => id,
        };
        let arms = (0..arms)
            .map(|i| {
                let [test, yes, no] = [test, yes, no].map(|id| arm(self, id, i));
                self.choose(test, yes, no)
            })
            .collect();
        let id = self.branch(var, arms);
        self.choices.insert((test, yes, no), id);
        id
    }

    /// True when at least `need` of the functions are.
    pub(crate) fn at_least(&mut self, need: usize, of: &[Id]) -> Id {
        let mut reached = vec![NO; need + 1];
        reached[0] = YES;
        for &id in of.iter().rev() {
            for k in (1..=need).rev() {
                reached[k] = self.choose(id, reached[k - 1], reached[k]);
            }
        }
        reached[need]
    }

    pub(crate) fn not(&mut self, id: Id) -> Id {
        self.choose(id, NO, YES)
    }

    /// The variables on which the function depends.
    pub(crate) fn support(&self, id: Id) -> BTreeSet<usize> {
        let (mut vars, mut seen, mut todo) = (BTreeSet::new(), BTreeSet::new(), vec![id]);
        while let Some(id) = todo.pop() {
            if let Some(branch) = self.get(id).filter(|_| seen.insert(id)) {
                vars.insert(branch.var);
                todo.extend(&branch.arms);
            }
        }
        vars
    }
}
