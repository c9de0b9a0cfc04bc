//! What weighing many findings must know of their families, read at once: a finding that puts
//! nobody on the list needs no statement of its own.

use std::collections::BTreeSet;

use jiff::civil::Date;
use simpul_db::{Source, list};

use super::finding::{Considered, NewFinding, Weighed, consider};
use super::sql;
use crate::access::{Scope, Work};
use crate::platform::time::Zone;
use crate::platform::{Id, Result};

/// What is known within a scope, kept up to date with what is weighed.
#[derive(Default)]
pub struct Ahead {
    /// Findings that are kept under these ids.
    kept: BTreeSet<Id>,
    /// Children with a finding in the open screening of their family.
    listed: BTreeSet<Id>,
}

impl Ahead {
    /// Reads what findings of these ids and households ask for.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(
        from: &mut impl Source,
        scope: &Scope,
        findings: &BTreeSet<Id>,
        households: &BTreeSet<Id>,
    ) -> Result<Self> {
        let kept: Vec<Id> = from
            .all(&sql::FINDINGS_KEPT, scope.bind([list(findings)]))
            .await?;
        let listed: Vec<Id> = from
            .all(&sql::LISTED_OF, scope.bind([list(households)]))
            .await?;
        Ok(Self {
            kept: kept.into_iter().collect(),
            listed: listed.into_iter().collect(),
        })
    }

    /// A child was weighed by another way.
    pub fn look_again(&mut self, child: Id) {
        self.listed.insert(child);
    }

    /// As [`consider`], for a child whose day of birth and place are known to be those of its
    /// record.
    ///
    /// # Errors
    /// As [`consider`].
    pub async fn consider(
        &mut self,
        work: &mut Work,
        (birth, zone): (Date, Zone),
        new: NewFinding,
    ) -> Result<Considered> {
        let known = self.kept.contains(&new.id) || self.listed.contains(&new.person);
        if !known {
            let today = work.at().date_in(zone);
            match Weighed::new(&new, birth, today)? {
                None => return Ok(Considered::default()),
                Some(weighed) if !weighed.triggered => return Ok(weighed.considered),
                Some(_) => {}
            }
        }
        self.listed.insert(new.person);
        consider(work, new).await
    }
}
