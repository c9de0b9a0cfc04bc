//! Entries as they came: opened, put to their author's work of that time, told apart by content.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::sync::Arc;

use simpul_db::args;
use simpul_identity::{Aad, KeyRing, LookupKind, Sealed};
use simpul_phone::entry::{Body, Measure};
use simpul_phone::seal::Opener;
use simpul_phone::wire::{self, Push};

use super::apply::is_task_of;
use super::handover;
use super::model::{State, from_line, happened};
use super::sql::{self, EntryRow};
use crate::access::device::DeviceKey;
use crate::access::{self, Scope};
use crate::platform::id::random;
use crate::platform::{App, AppError, Id, Instant, Result};

/// What the secret of this server's sealing key is made for; never change it.
const SEALING: &str = "field entries, X25519, 1";

/// The phone that sends, and who signed in on it.
#[derive(Clone, Debug)]
pub struct Sender {
    pub device: Id,
    /// The id that the phone has given itself.
    pub phone: Id,
    pub scope: Scope,
}

/// An entry ready to be judged.
#[derive(Clone)]
pub struct Incoming {
    pub id: Id,
    pub author: Id,
    pub phone: Id,
    pub kind: String,
    pub version: u16,
    pub entered_at: Instant,
    pub happened_at: Instant,
    pub received_at: Instant,
    pub fixes: Option<Id>,
    /// The author's work at that time.
    pub scope: Scope,
    pub kabupaten: String,
    /// `None` when it cannot be opened or read here.
    pub body: Option<Body>,
    /// As it came, for whoever looks at it.
    pub raw: Vec<u8>,
    pub content: [u8; 32],
    /// Why nobody has to judge it.
    pub refused: Option<&'static str>,
    pub way: Way,
}

/// How an entry came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the phone where it was entered.
    Own,
    /// From another phone, and its author's phone proved that it was handed over.
    Carried,
    /// From another phone, without that proof: it is the carrier's to answer for, and takes no id
    /// that its author may use.
    Unproven,
}

/// The secret to which phones seal their entries.
pub fn sealing_secret(keys: &KeyRing) -> zeroize::Zeroizing<[u8; 32]> {
    keys.secret_for(SEALING)
}

/// The phone behind a credential.
///
/// # Errors
/// [`AppError::SignedOut`] when it signed in before phones named themselves.
pub async fn sender(app: &App, phone: &access::Phone) -> Result<Sender> {
    let named: Option<Id> = app.db().opt(&sql::PHONE_OF, args![phone.id]).await?;
    Ok(Sender {
        device: phone.id,
        phone: named.ok_or(AppError::SignedOut)?,
        scope: phone.session.scope.clone(),
    })
}

/// Opens the entries of a sending.
///
/// # Errors
/// When the database is away.
pub async fn read(app: &App, from: &Sender, push: &Push) -> Result<Vec<Arc<Incoming>>> {
    let now = app.now();
    let skew = push.at.saturating_sub(now.0);
    let mut authors = HashMap::new();
    for entry in &push.entries {
        if let MapEntry::Vacant(place) = authors.entry(written(from, entry)) {
            let author = Author::read(app, *place.key(), entry.handed.is_some()).await?;
            place.insert(author);
        }
    }
    let secret = sealing_secret(app.keys());
    let mut opener = Opener::of_entries(&secret);
    let opened = push.entries.iter().map(|entry| {
        let (phone, author) = written(from, entry);
        let Author { since, work, key } = &authors[&(phone, author)];
        // Both clocks of a hand-over were read at one moment.
        let apart = entry
            .handed
            .as_ref()
            .map_or(0, |handed| handed.at.saturating_sub(handed.seen_at));
        let happened_at = happened(entry.at, skew.saturating_add(apart), *since, now);
        let scope = work.as_ref().and_then(|work| work.at(happened_at));
        let (way, refused) = match &entry.handed {
            Some(_) => {
                let both = (scope.as_ref(), &from.scope);
                match handover::unproven(entry, key.as_ref(), both, now) {
                    Some(reason) => (Way::Unproven, Some(reason)),
                    None => (Way::Carried, None),
                }
            }
            None => (Way::Own, scope.is_none().then_some("sync-author-unknown")),
        };
        let (phone, author, scope) = match (way, scope) {
            (Way::Own | Way::Carried, Some(scope)) => (phone, author, scope),
            (Way::Own, None) => (phone, author, from.scope.clone()),
            _ => (from.phone, from.scope.user(), from.scope.clone()),
        };
        let body = entry.open(&mut opener).ok();
        let raw = match &body {
            Some(body) => serde_json::to_vec(body).map_err(AppError::internal)?,
            None => serde_json::to_vec(entry).map_err(AppError::internal)?,
        };
        let newer = (entry.version > simpul_phone::VERSION).then_some("sync-newer");
        let not_theirs = body
            .as_ref()
            .filter(|body| !is_task_of(scope.role(), body))
            .map(|_| "sync-not-your-task");
        let kabupaten = scope.area().kabupaten().ok_or(AppError::NotFound)?;
        Ok(Arc::new(Incoming {
            id: from_line(entry.id),
            author,
            phone,
            kind: entry.kind.clone(),
            version: entry.version,
            entered_at: Instant(entry.at),
            happened_at,
            received_at: now,
            fixes: entry.fixes.map(from_line),
            content: mark(app.keys(), entry, &raw),
            kabupaten: kabupaten.as_str().to_owned(),
            scope,
            refused: refused.or(newer).or(not_theirs),
            way,
            body,
            raw,
        }))
    });
    opened.collect()
}

/// The phone on which an entry is said to have been entered, and by whom.
fn written(from: &Sender, entry: &wire::Entry) -> (Id, Id) {
    let handed = entry.handed.as_ref();
    let phone = handed.map_or(from.phone, |handed| from_line(handed.phone));
    (phone, from_line(entry.author))
}

/// Who wrote an entry.
struct Author {
    /// First contact by the phone.
    since: Instant,
    /// None for somebody who never signed in on the phone.
    work: Option<access::Assignments>,
    /// By which the phone signs what it hands over.
    key: Option<DeviceKey>,
}

impl Author {
    async fn read(app: &App, (phone, id): (Id, Id), handed: bool) -> Result<Self> {
        let mut db = app.db();
        let first: Option<Instant> = db.opt(&sql::FIRST_CONTACT, args![phone, id]).await?;
        Ok(Self {
            since: first.unwrap_or(app.now()),
            work: match first {
                Some(_) => Some(access::assignments(&mut db, id).await?),
                None => None,
            },
            key: match handed {
                true => handover::key_of(&mut db, phone, id).await?,
                false => None,
            },
        })
    }
}

/// By which a repeated entry is known; the phone's clock is no part of it.
fn mark(keys: &KeyRing, entry: &wire::Entry, raw: &[u8]) -> [u8; 32] {
    let text = format!("{}\n{}\n{}", entry.author, entry.kind, hex::encode(raw));
    keys.lookup(LookupKind::Entry, &text).0
}

fn aad(id: &Id) -> Aad<'_> {
    Aad {
        table: "sync_entries",
        column: "body",
        row: id.as_bytes(),
    }
}

/// An entry's text as it is stored while somebody may have to look at it.
pub fn seal(keys: &KeyRing, id: &Id, raw: &[u8]) -> Vec<u8> {
    keys.seal(random(), aad(id), raw).0
}

/// The body of a stored entry; `None` when it could not be read when it came.
///
/// # Errors
/// When it was tampered with.
pub fn unseal(keys: &KeyRing, id: &Id, sealed: Vec<u8>) -> Result<Option<Body>> {
    let plain = keys
        .open(aad(id), &Sealed(sealed))
        .map_err(AppError::internal)?;
    Ok(serde_json::from_slice(&plain).ok())
}

impl Incoming {
    /// The id made of its content.
    pub fn beside(&self) -> Id {
        let mut id = [0; 16];
        id.copy_from_slice(&self.content[..16]);
        Id::from_bytes(id)
    }

    /// The measurement, where it is one that stands for itself.
    pub fn measure(&self) -> Option<&Measure> {
        match &self.body {
            Some(Body::Measure(measure)) if self.refused.is_none() && self.fixes.is_none() => {
                Some(measure)
            }
            _ => None,
        }
    }

    /// Whether both were entered by one person in one assignment.
    pub fn same_work(&self, other: &Self) -> bool {
        let work = |entry: &Self| (entry.author, entry.scope.role(), *entry.scope.area());
        work(self) == work(other)
    }

    /// A stored entry that is judged again.
    pub fn stored(row: &EntryRow, kabupaten: &str, scope: Scope, body: Option<Body>) -> Self {
        Self {
            id: row.id,
            author: row.author,
            phone: row.phone,
            kind: row.kind.clone(),
            version: u16::try_from(row.version).unwrap_or(u16::MAX),
            entered_at: row.entered_at,
            happened_at: row.happened_at,
            received_at: row.received_at,
            fixes: row.fixes,
            scope,
            kabupaten: kabupaten.to_owned(),
            body,
            raw: Vec::new(),
            content: row.content,
            refused: None,
            way: Way::Own,
        }
    }

    /// The row of a new entry, before anything became of it and without a number. The body is kept
    /// while a person may have to look at it.
    pub fn row(&self, keys: &KeyRing, now: Instant, keep_body: bool) -> EntryRow {
        EntryRow {
            id: self.id,
            area: self.scope.area().as_str().to_owned(),
            author: self.author,
            phone: self.phone,
            kind: self.kind.clone(),
            version: self.version.into(),
            entered_at: self.entered_at,
            happened_at: self.happened_at,
            received_at: self.received_at,
            content: self.content,
            state: State::Held,
            since: now,
            seq: 0,
            counts: false,
            note: None,
            waits_on: None,
            reason: None,
            field: None,
            fixes: self.fixes,
            body: keep_body.then(|| seal(keys, &self.id, &self.raw)),
        }
    }

    /// What the phone said of a measurement, sealed.
    ///
    /// # Errors
    /// When it has no JSON form: a mistake of ours.
    pub fn shown(&self, keys: &KeyRing) -> Result<Option<Vec<u8>>> {
        let Some(Body::Measure(measure)) = &self.body else {
            return Ok(None);
        };
        let Some(shown) = &measure.shown else {
            return Ok(None);
        };
        let text = serde_json::to_vec(shown).map_err(AppError::internal)?;
        let place = Aad {
            column: "shown",
            ..aad(&self.id)
        };
        Ok(Some(keys.seal(random(), place, &text).0))
    }
}
