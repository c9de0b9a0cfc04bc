//! What many measurements must know of their children, read at once; and the rows they make, until
//! these are written at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, ToValue, Value};

use super::model::{NewMeasurement, StoredMeasurement};
use super::{judge, reads, sql};
use crate::access::{Place, Scope};
use crate::platform::{AppError, Id, Result};
use crate::registry::{self, Person};

/// What is known within a scope, kept up to date with what is made.
pub struct Ahead {
    persons: BTreeMap<Id, Person>,
    /// Of each child, oldest first, mended ones too.
    children: BTreeMap<Id, Vec<StoredMeasurement>>,
    days: BTreeMap<Id, Date>,
    made: Vec<(Place, StoredMeasurement)>,
}

impl Ahead {
    /// Reads what these measurements ask for.
    pub async fn read(
        from: &mut impl Source,
        scope: &Scope,
        news: &[NewMeasurement],
    ) -> Result<Self> {
        let ids: BTreeSet<Id> = news.iter().map(|new| new.person).collect();
        let persons = registry::persons_by_id(from, scope, &ids).await?;
        let mut children: BTreeMap<Id, Vec<StoredMeasurement>> = BTreeMap::new();
        let ids: Vec<Id> = persons.keys().copied().collect();
        for some in ids.chunks(sql::CHILDREN_AT_ONCE) {
            let padded = some.iter().chain(std::iter::repeat(&some[0]));
            let padded: Vec<Value> = padded
                .take(sql::CHILDREN_AT_ONCE)
                .map(ToValue::to_value)
                .collect();
            let rows: Vec<StoredMeasurement> =
                from.all(&sql::OF_CHILDREN, scope.bind(padded)).await?;
            for row in rows {
                children.entry(row.person).or_default().push(row);
            }
        }
        let there: BTreeSet<Id> = ids.into_iter().collect();
        for (child, rows) in reads::under_other_records(from, scope, &there).await? {
            let all = children.entry(child).or_default();
            all.extend(rows);
            all.sort_by_key(|row| *row.measured_on);
        }
        let mut days = BTreeMap::new();
        let asked: BTreeSet<Id> = news.iter().filter_map(|new| new.day).collect();
        for day in asked {
            match reads::held_on(from, scope, day).await {
                Ok(date) => days.insert(day, date),
                Err(AppError::NotFound) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(Self {
            persons,
            children,
            days,
            made: Vec::new(),
        })
    }

    /// The child.
    ///
    /// # Errors
    /// [`AppError::NotFound`] outside the scope.
    pub fn person(&self, id: Id) -> Result<&Person> {
        self.persons.get(&id).ok_or(AppError::NotFound)
    }

    fn of(&self, person: Id) -> &[StoredMeasurement] {
        self.children.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The day is that of the measurement, what is mended is of the same child.
    pub fn check_links(&self, new: &NewMeasurement) -> Result<()> {
        if let Some(day) = new.day {
            let held_on = self.days.get(&day).ok_or(AppError::NotFound)?;
            if *held_on != new.on {
                return Err(AppError::Refused("measure-other-day"));
            }
        }
        match new.replaces {
            Some(old) if !self.of(new.person).iter().any(|past| past.id == old) => {
                Err(AppError::NotFound)
            }
            _ => Ok(()),
        }
    }

    /// What stands of the child beside this measurement, oldest first, without what it mends.
    pub fn history(&self, new: &NewMeasurement) -> Vec<StoredMeasurement> {
        let all = self.of(new.person);
        let mended: BTreeSet<Id> = all.iter().filter_map(|past| past.replaces).collect();
        all.iter()
            .filter(|past| past.id != new.id && Some(past.id) != new.replaces)
            .filter(|past| !mended.contains(&past.id))
            .cloned()
            .collect()
    }

    /// The same measurement, if it was taken before.
    ///
    /// # Errors
    /// [`AppError::Conflict`] for other content under its id, for a second measurement of a date,
    /// and when what it mends was mended already.
    pub fn again(&self, row: &StoredMeasurement) -> Result<Option<&StoredMeasurement>> {
        let all = self.of(row.person);
        match all.iter().find(|past| past.id == row.id) {
            Some(there) if judge::same(there, row) => return Ok(Some(there)),
            Some(_) => return Err(AppError::Conflict("error-conflict")),
            None => {}
        }
        let taken = all.iter().any(|past| {
            past.replaces == row.replaces
                && (row.replaces.is_some() || *past.measured_on == *row.measured_on)
        });
        if taken {
            return Err(AppError::Conflict("measure-exists"));
        }
        Ok(None)
    }

    /// Keeps a row that is to be written, for the measurements after it.
    pub fn make(&mut self, place: Place, row: StoredMeasurement) {
        let all = self.children.entry(row.person).or_default();
        let at = all.partition_point(|past| *past.measured_on <= *row.measured_on);
        all.insert(at, row.clone());
        self.made.push((place, row));
    }

    /// Puts a letter that was told anew into what is known; whether its row is still to be written.
    pub fn tell(&mut self, told: &StoredMeasurement) -> bool {
        let all = self.children.entry(told.person).or_default();
        if let Some(known) = all.iter_mut().find(|past| past.id == told.id) {
            *known = told.clone();
        }
        let made = self.made.iter_mut().find(|(_, row)| row.id == told.id);
        let Some((_, row)) = made else {
            return false;
        };
        *row = told.clone();
        true
    }

    /// The rows to write.
    pub fn made(&self) -> impl Iterator<Item = &(Place, StoredMeasurement)> {
        self.made.iter()
    }
}
