//! What must hold.

use std::collections::{BTreeMap, BTreeSet};

use simpul_db::args;
use simpul_phone::Id;
use simpul_phone::entry::Body;
use simpul_phone::extract::Extract;
use simpul_phone::outbox::{Row, Status};

use super::world::{Saved, World};
use crate::access::{self, Scope};
use crate::platform::AppError;
use crate::posyandu;
use crate::registry;
use crate::sync::model::{NOTE_SECOND, State, from_line, on_line};
use crate::sync::sql::{self, EntryRow};
use crate::sync::{month, pull};

const KABUPATEN: &str = "1810";

impl World {
    /// No entry is lost; at the end everything has come together.
    pub async fn check(&mut self, end: bool) -> Result<(), String> {
        let mut stored = BTreeMap::new();
        for id in self.ledger.keys() {
            let row: Option<EntryRow> = self
                .server
                .app
                .db()
                .opt(&sql::ONE, args![KABUPATEN, from_line(*id)])
                .await
                .map_err(|error| error.to_string())?;
            stored.extend(row.map(|row| (*id, row)));
        }
        for (id, saved) in &self.ledger {
            let here = self.phones[saved.phone].disk.rows.get(id);
            self.is_kept(*id, saved, here, &stored)?;
            if end {
                agrees(*id, saved.phone, saved, here, stored.get(id))?;
                let desk = self.desk();
                let carried = self.phones[desk].disk.rows.get(id);
                agrees(*id, desk, saved, carried, stored.get(id))?;
            }
        }
        if end {
            self.facts(&stored).await?;
            self.journal().await?;
            self.converged().await?;
            self.receipts(&stored).await?;
        }
        Ok(())
    }

    /// It is on the server, or on its phone: sent again where the server has lost it.
    fn is_kept(
        &self,
        id: Id,
        saved: &Saved,
        here: Option<&Row>,
        stored: &BTreeMap<Id, EntryRow>,
    ) -> Result<(), String> {
        let there = stored.get(&id);
        let taken = there.is_some_and(|row| matches!(row.state, State::Accepted | State::Mended));
        match here {
            None if taken => Ok(()),
            None if there.is_some() => {
                Err(format!("{id:?} left its phone, and the server holds it"))
            }
            None => Err(format!(
                "{:?} {id:?} is neither on the server nor on phone {}",
                saved.entry.kind, saved.phone
            )),
            Some(_) => Ok(()),
        }
    }

    /// What was accepted is there once, as it was entered, and nothing else is.
    async fn facts(&self, stored: &BTreeMap<Id, EntryRow>) -> Result<(), String> {
        let (mut measured, mut second) = (BTreeSet::new(), Vec::new());
        for (id, row) in stored
            .iter()
            .filter(|(_, row)| row.state == State::Accepted)
        {
            let entry = &self.ledger[id].entry;
            let fact = self.fact_of(*id).await?;
            let scope = &self.phones[self.ledger[id].phone].sender.scope;
            match entry.body.as_ref() {
                Some(Body::Measure(new)) if row.note.as_deref() == Some(NOTE_SECOND) => {
                    second.push((new.person, new.on, new.weight));
                }
                Some(Body::Measure(new)) => {
                    measured.insert((fact, new.weight));
                }
                Some(Body::RegisterPerson(new)) => {
                    let mut db = self.server.app.db();
                    let person = registry::person(&mut db, scope, from_line(fact)).await;
                    let person = person.map_err(|e| format!("{fact:?}: {e}"))?;
                    if person.name != new.name {
                        return Err(format!("{fact:?} has another name"));
                    }
                }
                Some(Body::RegisterHousehold(_)) => {
                    let mut db = self.server.app.db();
                    registry::household(&mut db, scope, from_line(fact))
                        .await
                        .map_err(|e| format!("{fact:?} is not on the server: {e}"))?;
                }
                Some(Body::OpenDay(new)) => self.day(scope, &new.post, new.date, None).await?,
                Some(Body::Arrive(new)) => {
                    self.day(scope, &new.post, new.date, Some(new.person))
                        .await?;
                }
                Some(Body::Intake(new)) => self.brought(scope, new.household, fact).await?,
                _ => {}
            }
        }
        let (mut there, mut beside) = (BTreeSet::new(), Vec::new());
        for (child, post) in self.everybody() {
            let scope = self.scope_of(&post);
            let db = &mut self.server.app.db();
            let rows = posyandu::history(db, scope, from_line(child)).await;
            for row in rows.map_err(|error| error.to_string())? {
                there.insert((on_line(row.id), row.weight));
            }
            let rows = posyandu::seconds(db, scope, from_line(child)).await;
            for (on, row) in rows.map_err(|error| error.to_string())? {
                beside.push((child, on, row.weight));
            }
        }
        // Those that were mended stand in no history, but are there.
        for (id, weight) in measured.difference(&there).copied().collect::<Vec<_>>() {
            let scope = self.scope_of_fact(id);
            let mut db = self.server.app.db();
            let row = posyandu::measurement(&mut db, scope, from_line(id)).await;
            match row {
                Ok(row) if row.weight == weight => {}
                Ok(_) => return Err(format!("measurement {id:?} has other figures")),
                Err(AppError::NotFound) => {
                    return Err(format!("measurement {id:?} is not on the server"));
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        if let Some((id, _)) = there.difference(&measured).next() {
            return Err(format!("measurement {id:?}: nobody entered it so"));
        }
        second.sort();
        beside.sort();
        if second != beside {
            return Err(format!("second measurements: {beside:?}, not {second:?}"));
        }
        Ok(())
    }

    /// The id of what became of an entry: that of the first which it stands for, as far as that
    /// was there when it came.
    async fn fact_of(&self, id: Id) -> Result<Id, String> {
        let mut fact = id;
        loop {
            let scope = self.scope_of_fact(id);
            let mut db = self.server.app.db();
            match posyandu::measurement(&mut db, scope, from_line(fact)).await {
                Ok(_) => return Ok(fact),
                Err(AppError::NotFound) => {}
                Err(error) => return Err(error.to_string()),
            }
            match self.ledger.get(&fact).and_then(|saved| saved.entry.fixes) {
                Some(fixes) => fact = fixes,
                None => return Ok(id),
            }
        }
    }

    /// What a family brought is noted once.
    async fn brought(&self, scope: &Scope, household: Id, fact: Id) -> Result<(), String> {
        let facts = access::journal::history(&self.server.app, scope, from_line(household)).await;
        let id = serde_json::Value::from(fact.to_string());
        let is_it = |payload: &[u8]| {
            let payload: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
            payload.get("id") == Some(&id)
        };
        let facts = facts.map_err(|error| error.to_string())?;
        let intakes = facts.iter().filter(|fact| fact.kind == "intake");
        let payloads = intakes.filter_map(|fact| fact.payload.as_ref());
        match payloads.filter(|payload| is_it(payload)).count() {
            1 => Ok(()),
            times => Err(format!(
                "intake {fact:?} stands in the journal {times} times"
            )),
        }
    }

    fn everybody(&self) -> BTreeSet<(Id, String)> {
        let children = self
            .children
            .iter()
            .map(|(child, _, post)| (*child, post.clone()));
        let registered = self.ledger.iter().filter_map(|(id, saved)| {
            let person = matches!(saved.entry.body, Some(Body::RegisterPerson(_)));
            person.then(|| (*id, self.phones[saved.phone].post.clone()))
        });
        children.chain(registered).collect()
    }

    fn scope_of_fact(&self, id: Id) -> &Scope {
        let phone = self.ledger.get(&id).map_or(0, |saved| saved.phone);
        &self.phones[phone].sender.scope
    }

    fn scope_of(&self, post: &str) -> &Scope {
        let phone = self.phones.iter().find(|phone| phone.post == post);
        &phone.unwrap_or(&self.phones[0]).sender.scope
    }

    async fn day(
        &self,
        scope: &Scope,
        post: &str,
        date: jiff::civil::Date,
        came: Option<Id>,
    ) -> Result<(), String> {
        let mut db = self.server.app.db();
        let days = posyandu::area_days(&mut db, scope, date).await;
        let days = days.map_err(|error| error.to_string())?;
        let these: Vec<_> = days
            .iter()
            .filter(|(day, _)| day.area.as_str() == post && *day.held_on == date)
            .collect();
        let [(_, arrived)] = these[..] else {
            return Err(format!("{} days at {post} on {date}", these.len()));
        };
        match came {
            Some(child) if arrived.iter().filter(|one| on_line(**one) == child).count() != 1 => {
                Err(format!("{child:?} came on {date}, and is not noted once"))
            }
            _ => Ok(()),
        }
    }

    /// No fact stands in the journal twice, and the chain is whole.
    async fn journal(&self) -> Result<(), String> {
        let chain = access::journal::verify(&self.server.app, KABUPATEN).await;
        let chain = chain.map_err(|error| error.to_string())?;
        if !chain.is_whole() {
            return Err(format!("the journal: {chain:?}"));
        }
        for (child, post) in self.everybody() {
            let scope = self.scope_of(&post);
            let facts = access::journal::history(&self.server.app, scope, from_line(child)).await;
            let mut seen = BTreeSet::new();
            for fact in facts.map_err(|error| error.to_string())? {
                let payload = fact.payload.unwrap_or_default();
                let payload: serde_json::Value =
                    serde_json::from_slice(&payload).unwrap_or_default();
                let id = payload
                    .get("id")
                    .or(payload.get("day"))
                    .map(ToString::to_string);
                let of_posyandu = ["measured", "measured_twice", "arrived"];
                if of_posyandu.contains(&fact.kind.as_str())
                    && !seen.insert((fact.kind.clone(), id))
                {
                    return Err(format!(
                        "{} of {child:?} stands in the journal twice",
                        fact.kind
                    ));
                }
            }
        }
        Ok(())
    }

    /// What a phone has learned bit by bit is what it would learn anew.
    async fn converged(&self) -> Result<(), String> {
        for (number, phone) in self.phones.iter().enumerate() {
            let whole = pull(&self.server.app, &phone.sender, None).await;
            let whole = whole.map_err(|error| error.to_string())?.extract;
            let (Some(whole), Some(here)) = (whole, phone.disk.extract.as_ref()) else {
                return Err(format!("phone {number} has no area"));
            };
            let (here, whole) = (lines(here), lines(&whole));
            if let Some(line) = here.symmetric_difference(&whole).next() {
                let whose = if here.contains(line) {
                    "knows"
                } else {
                    "does not know"
                };
                return Err(format!("phone {number} {whose} {line}"));
            }
        }
        Ok(())
    }

    /// What counts for a worker is what the receipts of their phones say.
    async fn receipts(&self, stored: &BTreeMap<Id, EntryRow>) -> Result<(), String> {
        for (number, phone) in self.phones.iter().enumerate() {
            let said = month(&self.server.app, &phone.sender.scope).await;
            let said = said.map_err(|error| error.to_string())?;
            let author = phone.sender.scope.user();
            let there: BTreeSet<Id> = stored
                .iter()
                .filter(|(_, row)| row.author == author && row.counts)
                .map(|(id, _)| *id)
                .collect();
            let receipts = phone.disk.receipts.values();
            let here: BTreeSet<Id> = receipts
                .filter(|one| one.counts && one.author == on_line(author))
                .map(|one| one.id)
                .collect();
            if let Some(id) = here.symmetric_difference(&there).next() {
                let row = phone.disk.rows.get(id).map(|row| row.status.clone());
                return Err(format!(
                    "{:?} {id:?} of phone {number}: its receipt counts: {}, the server counts it: {}, phone {}, \
                     server {:?} {:?}",
                    self.ledger[id].entry.kind,
                    here.contains(id),
                    there.contains(id),
                    serde_json::to_string(&row).unwrap_or_default(),
                    stored.get(id).map(|row| row.state),
                    stored.get(id).and_then(|row| row.note.clone()),
                ));
            }
            let count = |kinds: &[&str]| {
                let those = here
                    .iter()
                    .filter(|id| kinds.contains(&self.ledger[id].entry.kind.as_str()));
                u32::try_from(those.count()).unwrap_or(0)
            };
            let here = [
                count(&["measure"]),
                count(&["visit"]),
                count(&["register_person", "register_household", "change_field"]),
            ];
            let there = [said.measured, said.visited, said.updated];
            if here != there {
                return Err(format!(
                    "phone {number} has receipts for {here:?}, the server counts {there:?} in the month"
                ));
            }
        }
        Ok(())
    }
}

/// At the end phone and server say the same of an entry.
fn agrees(
    id: Id,
    phone: usize,
    saved: &Saved,
    here: Option<&Row>,
    there: Option<&EntryRow>,
) -> Result<(), String> {
    let Some(here) = here else { return Ok(()) };
    let Some(there) = there else {
        return Err(format!("{} {id:?} is not on the server", saved.entry.kind));
    };
    let same = match (&here.status, there.state) {
        (Status::Accepted { counts, .. }, State::Accepted | State::Mended) => {
            *counts == there.counts
        }
        (Status::Waiting { .. }, State::Waiting) => true,
        (Status::Held { reason, .. }, State::Held) => Some(reason) == there.reason.as_ref(),
        _ => false,
    };
    if same {
        return Ok(());
    }
    let says = serde_json::to_string(&here.status).unwrap_or_default();
    Err(format!(
        "phone {phone} says {says} of {id:?}, the server {:?}",
        there.state
    ))
}

/// The rows of an extract, whatever their order.
fn lines(extract: &Extract) -> BTreeSet<String> {
    let mut value = serde_json::to_value(extract).unwrap_or_default();
    let mut lines = BTreeSet::new();
    if let Some(lists) = value.as_object_mut() {
        for (name, rows) in lists {
            for row in rows.as_array_mut().into_iter().flatten() {
                if let Some(arrived) = row.get_mut("arrived").and_then(|list| list.as_array_mut()) {
                    arrived.sort_by_key(ToString::to_string);
                }
                lines.insert(format!("{name} {row}"));
            }
        }
    }
    lines
}
