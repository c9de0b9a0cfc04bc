//! A phone: the outbox machine, and a storage that a crash leaves as it is.

use std::collections::BTreeMap;

use simpul_phone::Id;
use simpul_phone::extract::Extract;
use simpul_phone::outbox::{Command, Meta, Outbox, Receipt, Row, Status};
use simpul_phone::wire::{Entry, Pulled};

use super::Plant;
use crate::sync::Sender;
use crate::sync::tests::Signs;

/// What lies on the disk.
#[derive(Default)]
pub struct Disk {
    pub rows: BTreeMap<Id, Row>,
    pub entries: BTreeMap<Id, Entry>,
    pub receipts: BTreeMap<Id, Receipt>,
    pub meta: Option<Meta>,
    pub cursor: Option<String>,
    pub extract: Option<Extract>,
}

pub struct Phone {
    pub sender: Sender,
    pub post: String,
    /// With which it signs what it hands over.
    pub signs: Signs,
    pub disk: Disk,
    /// `None` while the app is closed.
    pub outbox: Option<Outbox>,
    /// Counts starts of the app: what was asked for by an earlier one is heard by nobody.
    pub boot: u32,
    /// Only the newest alarm rings.
    pub alarm: u32,
    pub skew: i64,
    pub online: bool,
    pub pulling: bool,
    /// The app is killed at this write, before or after it.
    pub killed_in: Option<(u32, bool)>,
}

/// The app was killed.
pub struct Killed;

impl Phone {
    pub fn new(sender: Sender, post: &str, signs: Signs) -> Self {
        Self {
            sender,
            post: post.to_owned(),
            signs,
            disk: Disk::default(),
            outbox: None,
            boot: 0,
            alarm: 0,
            skew: 0,
            online: true,
            pulling: false,
            killed_in: None,
        }
    }

    /// Starts the app from what is on the disk.
    pub fn start(&mut self) {
        let rows = self.disk.rows.values().cloned().collect();
        let meta = self.disk.meta.clone().unwrap_or_else(Meta::fresh);
        self.outbox = Some(Outbox::open(rows, meta));
        self.boot += 1;
        self.pulling = false;
    }

    pub fn kill(&mut self) {
        self.outbox = None;
        self.boot += 1;
        self.killed_in = None;
    }

    /// One transaction on the disk, at which the app may be killed.
    pub fn write(&mut self, change: impl FnOnce(&mut Disk)) -> Result<(), Killed> {
        let killed = match &mut self.killed_in {
            Some((0, after)) => Some(*after),
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        };
        if killed != Some(false) {
            change(&mut self.disk);
        }
        if killed.is_some() {
            self.kill();
            return Err(Killed);
        }
        Ok(())
    }

    /// Does what concerns the disk; whether it did.
    pub fn obey(&mut self, plant: Plant, command: &Command) -> Result<bool, Killed> {
        match command {
            Command::Store { row, receipt } => {
                let drop_it = match row.status {
                    Status::Held { .. } => plant == Plant::DroppedHeld,
                    Status::Accepted { .. } => plant == Plant::ForgottenEarly,
                    _ => false,
                };
                let (row, receipt) = (row.clone(), receipt.clone());
                self.write(|disk| {
                    disk.receipts.extend(receipt.map(|one| (one.id, *one)));
                    if drop_it {
                        disk.rows.remove(&row.id);
                        disk.entries.remove(&row.id);
                    } else if let Some(kept) = disk.rows.get_mut(&row.id) {
                        *kept = *row;
                    }
                })?;
            }
            Command::Delete { id } => self.write(|disk| {
                disk.rows.remove(id);
                disk.entries.remove(id);
            })?,
            Command::Remember { meta } => {
                let meta = meta.clone();
                self.write(|disk| disk.meta = Some(meta))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Lays what a pull brought over what is known, in one transaction.
    pub fn learn(&mut self, pulled: &Pulled) -> Result<(), Killed> {
        let Some(news) = pulled.extract.clone() else {
            return Ok(());
        };
        let (whole, cursor) = (pulled.whole, pulled.cursor.clone());
        self.write(|disk| {
            let old = disk.extract.take().filter(|_| !whole);
            disk.extract = Some(match old {
                Some(old) => laid(old, news),
                None => news,
            });
            disk.cursor = Some(cursor);
        })
    }
}

/// As `merge` of the app lays a newer part over an extract.
fn laid(old: Extract, news: Extract) -> Extract {
    fn lay<T, K: Ord>(
        old: Vec<T>,
        news: Vec<T>,
        key: impl Fn(&T) -> K,
        keep: impl Fn(&T) -> bool,
    ) -> Vec<T> {
        let mut rows = BTreeMap::new();
        for row in old.into_iter().filter(keep).chain(news) {
            rows.insert(key(&row), row);
        }
        rows.into_values().collect()
    }
    let gone = |id: &Id| news.left.contains(id);
    let told: Vec<Id> = news.measurements.iter().map(|row| row.person).collect();
    Extract {
        posts: lay(old.posts, news.posts, |row| row.area.clone(), |_| true),
        households: lay(
            old.households,
            news.households,
            |row| row.id,
            |row| !gone(&row.id),
        ),
        persons: lay(
            old.persons,
            news.persons,
            |row| row.id,
            |row| !gone(&row.id),
        ),
        measurements: lay(
            old.measurements,
            news.measurements,
            |row| row.id,
            |row| !gone(&row.person) && !told.contains(&row.person),
        ),
        days: lay(old.days, news.days, |row| row.id, |_| true),
        screenings: lay(
            old.screenings,
            news.screenings,
            |row| row.id,
            |row| !news.closed.contains(&row.id),
        ),
        referrals: lay(old.referrals, news.referrals, |row| row.case, |_| true),
        answers: lay(
            old.answers,
            news.answers,
            |row| (row.household, row.fact.clone()),
            |row| !gone(&row.household),
        ),
        tasks: lay(old.tasks, news.tasks, |row| row.id, |_| true),
        left: Vec::new(),
        closed: Vec::new(),
        work: None,
    }
}
