//! What a handler holds: database, keys, clock, ids, settings, and the parts slices add.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use simpul_db::Db;
use simpul_identity::seal::KeyRing;

use super::config::Config;
use super::{Clock, Ids, Instant};

/// The running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    keys: KeyRing,
    clock: Clock,
    ids: Ids,
    config: Config,
    parts: Parts,
}

/// Values of upper floors that live as long as the application, one per type.
#[derive(Default)]
pub struct Parts(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Parts {
    /// Adds a part; a second one of the same type replaces the first.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, part: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Box::new(part));
        self
    }
}

impl App {
    pub fn new(db: Db, keys: KeyRing, clock: Clock, config: Config, parts: Parts) -> Self {
        let ids = Ids::new(clock.clone());
        Self(Arc::new(Inner {
            db,
            keys,
            clock,
            ids,
            config,
            parts,
        }))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The part of this type.
    ///
    /// # Panics
    /// When `assemble` did not add it: a mistake of the programmer, met by the first test.
    pub fn part<T: 'static>(&self) -> &T {
        self.0
            .parts
            .0
            .get(&TypeId::of::<T>())
            .and_then(|part| part.downcast_ref())
            .expect("every part is added where the application is assembled")
    }
}
