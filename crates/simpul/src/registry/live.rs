//! The living persons of a kabupaten in the linkage engine, kept in memory and asked while somebody
//! is registered. Before each question it is brought up to date from the journal.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simpul_identity::{AreaCode, RegionCode};
use simpul_linkage::{Index, LinkError, Linkage, Match, Options, Quit, Schema, Table};
use tokio::sync::OwnedMutexGuard;

use super::compared::{Changed, Compared, changed_since, compared_persons};
use crate::access::{self, Scope};
use crate::platform::{App, AppError, Id, Result};

/// How long a question waits for a register that is being read. The reading goes on, and finds are
/// made up for by the watch over what changed.
const PATIENCE: Duration = Duration::from_secs(3);
/// Persons that are held in memory at most, of all kabupaten together, unless one alone has more:
/// about 250 bytes each.
const MOST: usize = 2_000_000;
/// A register of which more than one in so many changed is read, and learned from, anew.
const STALE: usize = 5;

/// The registers that were asked lately, as a part of the application.
#[derive(Default)]
pub struct LiveRegisters(Mutex<Vec<Slot>>);

#[derive(Clone)]
struct Slot {
    kabupaten: RegionCode,
    size: usize,
    register: Arc<tokio::sync::Mutex<Option<LiveRegister>>>,
}

impl LiveRegisters {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The slot of a kabupaten, which from now on is the one used last.
    fn slot(&self, kabupaten: RegionCode) -> Slot {
        let mut all = self.all();
        let at = all.iter().position(|slot| slot.kabupaten == kabupaten);
        let slot = at.map_or_else(
            || Slot {
                kabupaten,
                size: 0,
                register: Arc::default(),
            },
            |at| all.remove(at),
        );
        all.push(slot.clone());
        slot
    }

    /// Notes how large a register is, and lets go of those that were not used for longest.
    fn weigh(&self, kabupaten: RegionCode, size: usize) {
        let mut all = self.all();
        for slot in all.iter_mut().filter(|slot| slot.kabupaten == kabupaten) {
            slot.size = size;
        }
        while all.iter().map(|slot| slot.size).sum::<usize>() > MOST && all.len() > 1 {
            all.remove(0);
        }
    }

    /// Whether a register is held, or may be without another one having to go.
    fn has_room(&self, kabupaten: RegionCode) -> bool {
        let all = self.all();
        let held = all.iter().any(|slot| slot.kabupaten == kabupaten);
        held || all.iter().map(|slot| slot.size).sum::<usize>() < MOST / 2
    }
}

/// Somebody known who may be the one that was asked about.
pub struct Alike {
    pub id: Id,
    pub found: Match,
}

/// A register that is up to date.
pub struct LiveRegister {
    index: Index,
    /// Where in the index a person stands.
    places: HashMap<Id, usize>,
    /// Up to which number of the journal it knows.
    upto: i64,
    /// Persons it had when it was read, and changes since.
    read: usize,
    changes: usize,
}

impl LiveRegister {
    /// The engine's columns, what it learned, and the records it holds.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Who may be this person with at least this probability, likeliest first; never the person
    /// itself.
    ///
    /// # Errors
    /// When the index is full.
    pub fn alike(&mut self, person: &Compared, from: f64) -> Result<Vec<Alike>> {
        let values = person.values(&Schema::standard());
        let found = self.index.find_matches(values, from);
        let alike = |found: Match| {
            let id = self.index.id(found.record).try_into().ok()?;
            let id = Id::from_bytes(id);
            (id != person.id).then_some(Alike { id, found })
        };
        let found = found.map_err(AppError::internal)?;
        Ok(found.into_iter().filter_map(alike).collect())
    }

    async fn read(app: &App, scope: &Scope, kabupaten: RegionCode) -> Result<Self> {
        // What is written while it is read is read twice rather than never.
        let upto = access::head(&mut app.db(), kabupaten.as_str()).await?;
        let mut table = Table::new(Schema::standard());
        let (mut places, mut after) = (HashMap::new(), None);
        loop {
            let some = compared_persons(&mut app.db(), scope, app.keys(), after.as_ref()).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.cursor());
            for person in &some {
                places.insert(person.id, table.len());
                let values = person.values(table.schema());
                table
                    .push(person.id.as_bytes(), values)
                    .map_err(AppError::internal)?;
            }
        }
        let index = tokio::task::spawn_blocking(move || learned(table)).await;
        Ok(Self {
            index: index
                .map_err(AppError::internal)?
                .map_err(AppError::internal)?,
            read: places.len(),
            places,
            upto,
            changes: 0,
        })
    }

    /// Takes what changed since it was asked last; not when so much did that it is read anew.
    async fn follow(&mut self, app: &App, scope: &Scope) -> Result<bool> {
        let Some(changed) = changed_since(&mut app.db(), scope, app.keys(), self.upto).await?
        else {
            return Ok(true);
        };
        self.changes += changed.gone.len() + changed.living.len();
        if self.changes * STALE > self.read {
            return Ok(false);
        }
        self.take(changed)?;
        Ok(true)
    }

    fn take(&mut self, changed: Changed) -> Result<()> {
        self.upto = changed.upto;
        let left = changed.living.iter().map(|person| person.id);
        for id in left.chain(changed.gone) {
            if let Some(place) = self.places.remove(&id) {
                self.index.remove(place);
            }
        }
        for person in &changed.living {
            let values = person.values(&Schema::standard());
            self.places.insert(person.id, self.index.len());
            self.index
                .add(person.id.as_bytes(), values, Options::default().threshold)
                .map_err(AppError::internal)?;
        }
        Ok(())
    }
}

fn learned(table: Table) -> std::result::Result<Index, LinkError> {
    let options = Options {
        // Those who are served go before.
        threads: NonZero::new(1),
        ..Options::default()
    };
    Linkage::find(table, &options, |_| Quit::No).map(Index::new)
}

/// The register of a kabupaten, up to date. Nothing while it is still being read: then it is there
/// later.
///
/// # Errors
/// When the database is away.
pub async fn live_register(
    app: &App,
    kabupaten: RegionCode,
) -> Result<Option<OwnedMappedRegister>> {
    let (app, slot) = (app.clone(), app.part::<LiveRegisters>().slot(kabupaten));
    let reading = tokio::spawn(async move {
        let mut held = slot.register.lock_owned().await;
        let scope = Scope::of_program_at(AreaCode::from(kabupaten));
        let known = match &mut *held {
            Some(register) => register.follow(&app, &scope).await?,
            None => false,
        };
        if !known {
            *held = Some(LiveRegister::read(&app, &scope, kabupaten).await?);
        }
        let size = held.as_ref().map_or(0, |register| register.index.len());
        app.part::<LiveRegisters>().weigh(kabupaten, size);
        Ok(OwnedMutexGuard::try_map(held, Option::as_mut).ok())
    });
    match tokio::time::timeout(PATIENCE, reading).await {
        Err(_) => Ok(None),
        Ok(read) => read.map_err(AppError::internal)?,
    }
}

/// A register that nobody else asks until it is dropped.
pub type OwnedMappedRegister =
    tokio::sync::OwnedMappedMutexGuard<Option<LiveRegister>, LiveRegister>;

/// Whether the register of a kabupaten is in memory, or may be without another one having to go.
pub fn has_room(app: &App, kabupaten: RegionCode) -> bool {
    app.part::<LiveRegisters>().has_room(kabupaten)
}
