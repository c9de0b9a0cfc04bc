//! From verdicts to the registry: through its doors, some rows a transaction, each transaction
//! forgetting what it applied. An apply that was broken off goes on by being called again: what
//! was applied is then unchanged.

use std::collections::HashMap;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use simpul_db::args;
use simpul_identity::{AreaCode, search_key};

use super::judge::{Home, home_change, person_change};
use super::person::ListedPerson;
use super::sql;
use super::told::{Fault, Told};
use super::{Import, Observer, Step};
use crate::access::Work;
use crate::platform::{AppError, Id, Result};
use crate::registry::numbers::kk_hash;
use crate::registry::{
    MembershipSource, MembershipState, NewHousehold, NewMembership, NewPerson, Person, Programme,
    change_household, change_person, household, household_by_kk, members, person, person_by_nik,
    record_membership, register_household, register_person,
};

/// What an apply did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    pub rows: u64,
    /// Rows that the registry would not take, with the reason.
    pub refused: Vec<(u64, Fault)>,
}

/// Households by KK number, as far as this apply has met them.
type Homes = HashMap<[u8; 32], Id>;

struct Staged {
    line: i64,
    is_new: bool,
    listed: ListedPerson,
}

impl Import<'_> {
    /// Applies what is staged.
    pub(super) async fn apply(&self, total: u64, observer: &mut dyn Observer) -> Result<Applied> {
        let mut applied = Applied::default();
        let mut after = 0_i64;
        loop {
            let own = args![self.kabupaten(), self.id, after];
            let rows: Vec<sql::StagedRow> = self.app.db().all(&sql::STAGED, own).await?;
            let Some(last) = rows.last() else {
                return Ok(applied);
            };
            after = last.line;
            let mut chunk = Vec::with_capacity(rows.len());
            for row in rows {
                chunk.push(Staged {
                    line: row.line,
                    is_new: row.verdict == "new",
                    listed: self.open(row.line, row.payload)?,
                });
            }
            self.apply_chunk(&chunk, &mut applied).await?;
            observer.step(Step::Apply, applied.rows, Some(total));
        }
    }

    async fn apply_chunk(&self, chunk: &[Staged], applied: &mut Applied) -> Result<()> {
        match self.apply_rows(chunk).await {
            Ok(()) => applied.rows += chunk.len() as u64,
            Err(error) if is_of_a_row(&error) => {
                // One row spoils the transaction: each gets its own.
                for row in chunk {
                    match self.apply_rows(std::slice::from_ref(row)).await {
                        Ok(()) => applied.rows += 1,
                        Err(error) if is_of_a_row(&error) => {
                            let fault = Fault::of("", Told::new(error.sentence()));
                            applied.refused.push((row.line.cast_unsigned(), fault));
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn apply_rows(&self, rows: &[Staged]) -> Result<()> {
        let Some(last) = rows.last() else {
            return Ok(());
        };
        let mut homes = Homes::new();
        let mut work = Work::begin(self.app, self.scope).await?;
        for row in rows {
            self.apply_row(&mut work, &mut homes, row).await?;
        }
        let own = args![self.kabupaten(), self.id, last.line];
        work.tx().exec(&sql::DROP_STAGED, own).await?;
        work.commit().await
    }

    async fn apply_row(&self, work: &mut Work, homes: &mut Homes, row: &Staged) -> Result<()> {
        let listed = &row.listed;
        let kk = listed.kk().map_err(AppError::internal)?;
        let keys = self.app.keys();
        let hash = kk_hash(keys, &kk);
        let known = match homes.get(&hash) {
            Some(home) => Some(*home),
            None => {
                let (scope, tx) = work.parts();
                household_by_kk(tx, scope, keys, &kk).await?
            }
        };
        let home = match known {
            Some(home) => home,
            None => self.make_home(work, listed).await?,
        };
        homes.insert(hash, home);
        let who = if row.is_new {
            self.make_person(work, home, listed).await?
        } else {
            let known = self.find(work, home, listed).await?;
            self.change(work, home, listed, &known).await?;
            known.id
        };
        self.record_programmes(work, home, who, listed).await
    }

    async fn make_home(&self, work: &mut Work, listed: &ListedPerson) -> Result<Id> {
        let id = work.app().ids().make();
        let new = NewHousehold {
            id,
            area: AreaCode::parse(&listed.area).map_err(AppError::internal)?,
            kk: listed.kk().ok(),
            dusun: listed.dusun.clone(),
            rt: listed.rt.clone().unwrap_or_default(),
            rw: listed.rw.clone().unwrap_or_default(),
            address: listed.address.clone(),
        };
        register_household(work, new).await?;
        Ok(id)
    }

    async fn make_person(&self, work: &mut Work, home: Id, listed: &ListedPerson) -> Result<Id> {
        let id = work.app().ids().make();
        let new = NewPerson {
            id,
            household: home,
            name: listed.name.clone(),
            sex: listed.sex(),
            birth_date: birth_date(listed)?,
            birth_place: listed.birth_place.clone(),
            relation: listed.relation(),
            mother_name: listed.mother_name.clone(),
            nik: listed.nik(),
            phone: listed.phone(),
        };
        register_person(work, new).await?;
        Ok(id)
    }

    /// The person whom the verdict found.
    async fn find(&self, work: &mut Work, home: Id, listed: &ListedPerson) -> Result<Person> {
        let keys = self.app.keys();
        let (scope, tx) = work.parts();
        if let Some(nik) = listed.nik()
            && let Some(id) = person_by_nik(tx, scope, keys, &nik).await?
        {
            return person(tx, scope, id).await;
        }
        let (name, born) = (search_key(&listed.name), birth_date(listed)?);
        let family = members(tx, scope, home).await?;
        let mut same = family
            .into_iter()
            .filter(|one| one.birth_date == born && search_key(&one.name) == name);
        same.next().ok_or(AppError::Conflict("error-conflict"))
    }

    async fn change(
        &self,
        work: &mut Work,
        home: Id,
        listed: &ListedPerson,
        known: &Person,
    ) -> Result<()> {
        let keys = self.app.keys();
        let (change, fields) = person_change(listed, known, keys)?;
        if !fields.is_empty() {
            change_person(work, known.id, known.version, change).await?;
        }
        let (scope, tx) = work.parts();
        let stored = household(tx, scope, home).await?;
        let (change, fields) = home_change(
            listed,
            &Home {
                area: stored.area,
                dusun: stored.dusun,
                rt: stored.rt,
                rw: stored.rw,
                address: stored.address,
            },
        );
        if !fields.is_empty() {
            change_household(work, home, stored.version, change).await?;
        }
        Ok(())
    }

    /// Membership is a fact of a day: without the day of the data it is not taken.
    async fn record_programmes(
        &self,
        work: &mut Work,
        home: Id,
        who: Id,
        listed: &ListedPerson,
    ) -> Result<()> {
        let Some(as_of) = self.data_date else {
            return Ok(());
        };
        for programme in listed.programmes() {
            // PBI-JKN is a person's, the others are a family's.
            let person = (programme == Programme::PbiJkn).then_some(who);
            let new = NewMembership {
                id: membership_id(home, person, programme, as_of),
                household: home,
                person,
                programme,
                state: MembershipState::Recipient,
                as_of,
                source: MembershipSource::Import,
            };
            record_membership(work, new).await?;
        }
        Ok(())
    }
}

fn birth_date(listed: &ListedPerson) -> Result<Date> {
    listed.birth_date.parse().map_err(AppError::internal)
}

/// The same statement of a list gets the same id, so that it is counted once.
fn membership_id(home: Id, person: Option<Id>, programme: Programme, as_of: Date) -> Id {
    let mut hasher = Sha256::new();
    hasher.update(home.as_bytes());
    hasher.update(person.map_or([0; 16], |person| *person.as_bytes()));
    hasher.update(programme.key());
    hasher.update(as_of.to_string());
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize()[..16]);
    Id::from_bytes(id)
}

/// Whether an error is about one row, not about the database.
fn is_of_a_row(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Refused(_) | AppError::Conflict(_) | AppError::NotFound
    )
}
