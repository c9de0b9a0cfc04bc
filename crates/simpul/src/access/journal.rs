//! The journal: every accepted fact is one row, numbered without gaps per kabupaten, sealed with
//! the data key of its subject, chained by hash.
//!
//! [`Work`] is the only way to write: it owns the transaction, gathers the facts, and takes their
//! numbers last, so that commit order is number order on both engines.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};
use simpul_db::{OnConflict, Tx, Value, args, list};
use simpul_identity::{Aad, DataKey, Wrapped};
use zeroize::Zeroizing;

use super::scope::{Place, Scope};
use super::sql;
use crate::platform::id::random;
use crate::platform::{App, AppError, Id, Instant, Result};

/// One unit of work: all of it is written, with its journal rows, or nothing.
pub struct Work {
    app: App,
    tx: Tx,
    scope: Scope,
    at: Instant,
    /// When the facts came in, which for those of a phone is later than [`Work::at`].
    received: Instant,
    facts: Vec<Fact>,
    /// Facts since the mark begin here.
    mark: usize,
}

/// The numbers that the facts of a work got, first and last, per kabupaten.
pub type Numbers = BTreeMap<String, (i64, i64)>;

struct Fact {
    id: Id,
    actor: Id,
    place: Place,
    slice: &'static str,
    kind: &'static str,
    subject: Id,
    payload: Vec<u8>,
}

/// The fixed part of a journal row, in the order in which the hash reads it.
struct Head<'a> {
    kabupaten: &'a str,
    seq: i64,
    id: Id,
    at: Instant,
    actor: Id,
    area: &'a str,
    slice: &'a str,
    kind: &'a str,
    subject: Id,
}

impl Work {
    /// Starts a transaction for this person.
    ///
    /// # Errors
    /// When the database is away or busy.
    pub async fn begin(app: &App, scope: &Scope) -> Result<Self> {
        let tx = app.db().begin().await?;
        let now = app.now();
        Ok(Self {
            app: app.clone(),
            tx,
            scope: scope.clone(),
            at: now,
            received: now,
            facts: Vec::new(),
            mark: 0,
        })
    }

    /// Goes on in the name of another person, with facts of another instant: what a phone brings
    /// was done by its author, then.
    pub fn act_as(&mut self, scope: &Scope, at: Instant) {
        self.scope = scope.clone();
        self.act_at(at);
    }

    /// Goes on with facts of another instant.
    pub fn act_at(&mut self, at: Instant) {
        self.at = at.min(self.received);
    }

    /// Sets a mark to go back to, so that one fact of many can be undone alone.
    ///
    /// # Errors
    /// When the database is away, or a mark is set.
    pub async fn mark(&mut self) -> Result<()> {
        self.tx.mark().await?;
        self.mark = self.facts.len();
        Ok(())
    }

    /// Keeps what was done since the mark.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn unmark(&mut self) -> Result<()> {
        Ok(self.tx.unmark().await?)
    }

    /// Undoes what was done since the mark.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn back_to_mark(&mut self) -> Result<()> {
        self.tx.back_to_mark().await?;
        self.facts.truncate(self.mark);
        Ok(())
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Scope and transaction together, for `work.tx.all(&STMT, work.scope.bind(..))` shapes.
    pub fn parts(&mut self) -> (&Scope, &mut Tx) {
        (&self.scope, &mut self.tx)
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// When this work came in.
    pub fn received(&self) -> Instant {
        self.received
    }

    /// The instant of the facts.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Notes a fact about `subject` (a person, household, case or user) for the journal.
    ///
    /// # Errors
    /// When the payload has no JSON form: a mistake of ours.
    pub fn record(
        &mut self,
        place: &Place,
        slice: &'static str,
        kind: &'static str,
        subject: Id,
        payload: &impl Serialize,
    ) -> Result<()> {
        let payload = serde_json::to_vec(payload).map_err(AppError::internal)?;
        let id = self.app.ids().make();
        self.facts.push(Fact {
            id,
            actor: self.scope.user(),
            place: place.clone(),
            slice,
            kind,
            subject,
            payload,
        });
        Ok(())
    }

    /// Numbers the facts, kabupaten in order of code, and commits.
    ///
    /// # Errors
    /// When the database refuses; then nothing was written.
    pub async fn commit(mut self) -> Result<()> {
        self.number().await?;
        Ok(self.tx.commit().await?)
    }

    /// Numbers the facts noted so far, when something that is kept beside them must know their
    /// numbers. Little may follow before the commit: others wait for their numbers until then.
    ///
    /// # Errors
    /// As [`Work::commit`].
    pub async fn number(&mut self) -> Result<Numbers> {
        let mut by_kabupaten: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
        for fact in std::mem::take(&mut self.facts) {
            let kabupaten = fact.place.kabupaten().as_str().to_owned();
            by_kabupaten.entry(kabupaten).or_default().push(fact);
        }
        let mut keys = BTreeMap::new();
        for (kabupaten, facts) in &by_kabupaten {
            let subjects: BTreeSet<Id> = facts.iter().map(|fact| fact.subject).collect();
            keys.insert(
                kabupaten.clone(),
                self.subject_keys(kabupaten, &subjects).await?,
            );
        }
        let mut numbers = Numbers::new();
        for (kabupaten, facts) in by_kabupaten {
            let taken = self.append(&kabupaten, facts, &keys[&kabupaten]).await?;
            numbers.insert(kabupaten, taken);
        }
        Ok(numbers)
    }

    async fn append(
        &mut self,
        kabupaten: &str,
        facts: Vec<Fact>,
        keys: &BTreeMap<Id, DataKey>,
    ) -> Result<(i64, i64)> {
        let n = i64::try_from(facts.len()).map_err(AppError::internal)?;
        let sealed = |fact: Fact| {
            let payload = keys[&fact.subject].seal(random(), fact.id.as_bytes(), &fact.payload);
            (fact, payload)
        };
        // Before the numbers, for which others wait.
        let facts: Vec<_> = facts.into_iter().map(sealed).collect();
        let start: sql::JournalHead = self
            .tx
            .one(&sql::TAKE_NUMBERS, args![kabupaten, n, [0_u8; 32]])
            .await?;
        let mut hash = start.hash;
        let mut rows = Vec::with_capacity(facts.len());
        for (seq, (fact, payload)) in (start.seq - n + 1..).zip(facts) {
            let head = Head {
                kabupaten,
                seq,
                id: fact.id,
                at: self.received,
                actor: fact.actor,
                area: fact.place.area().as_str(),
                slice: fact.slice,
                kind: fact.kind,
                subject: fact.subject,
            };
            hash = head.hash(&hash, &payload);
            rows.push(head.row(&payload, hash));
        }
        self.tx
            .insert(&sql::JOURNAL_ROWS, rows, OnConflict::Fail)
            .await?;
        self.tx
            .exec(&sql::KEEP_HASH, args![kabupaten, hash])
            .await?;
        Ok((start.seq - n + 1, start.seq))
    }

    /// The data key of a subject, made at its first fact.
    pub(super) async fn subject_key(&mut self, kabupaten: &str, subject: Id) -> Result<DataKey> {
        let one = BTreeSet::from([subject]);
        let mut keys = self.subject_keys(kabupaten, &one).await?;
        keys.remove(&subject)
            .ok_or(AppError::Conflict("error-erased"))
    }

    /// The data keys of subjects; those that are missing are made, all at once.
    async fn subject_keys(
        &mut self,
        kabupaten: &str,
        subjects: &BTreeSet<Id>,
    ) -> Result<BTreeMap<Id, DataKey>> {
        let mut keys = self.stored_keys(kabupaten, subjects).await?;
        let missing: BTreeSet<Id> = subjects
            .iter()
            .filter(|subject| !keys.contains_key(*subject))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(keys);
        }
        let mut fresh = BTreeMap::new();
        let mut rows = Vec::with_capacity(missing.len());
        for subject in &missing {
            let key = DataKey::new(random());
            let aad = key_aad(subject.as_bytes());
            let wrapped = self.app.keys().wrap(random(), aad, &key);
            rows.push(args![kabupaten, *subject, wrapped.0]);
            fresh.insert(*subject, key);
        }
        let made = self
            .tx
            .insert(&sql::SUBJECT_KEY_ROWS, rows, OnConflict::Skip)
            .await?;
        if usize::try_from(made).is_ok_and(|made| made < missing.len()) {
            // Somebody else made some at the same moment.
            fresh = self.stored_keys(kabupaten, &missing).await?;
        }
        keys.extend(fresh);
        Ok(keys)
    }

    /// The data keys that are there.
    async fn stored_keys(
        &mut self,
        kabupaten: &str,
        subjects: &BTreeSet<Id>,
    ) -> Result<BTreeMap<Id, DataKey>> {
        let row = args![kabupaten, list(subjects)];
        let rows: Vec<(Id, Option<Vec<u8>>)> = self.tx.all(&sql::SUBJECT_KEYS, row).await?;
        let mut keys = BTreeMap::new();
        for (subject, wrapped) in rows {
            // Nothing is wrapped once the subject was erased.
            let wrapped = wrapped.ok_or(AppError::Conflict("error-erased"))?;
            let aad = key_aad(subject.as_bytes());
            let key = self.app.keys().unwrap(aad, &Wrapped(wrapped));
            keys.insert(subject, key.map_err(AppError::internal)?);
        }
        Ok(keys)
    }
}

impl Head<'_> {
    fn hash(&self, previous: &[u8; 32], payload: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        for number in [self.seq, self.at.0] {
            hasher.update(number.to_be_bytes());
        }
        for id in [self.id, self.actor, self.subject] {
            hasher.update(id.as_bytes());
        }
        for text in [self.kabupaten, self.area, self.slice, self.kind] {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
        hasher.update(payload);
        hasher.finalize().into()
    }

    fn row(&self, payload: &[u8], hash: [u8; 32]) -> [Value; 11] {
        args![
            self.kabupaten,
            self.seq,
            self.id,
            self.at,
            self.actor,
            self.area,
            self.slice,
            self.kind,
            self.subject,
            payload,
            hash
        ]
    }
}

pub(super) fn key_aad(subject: &[u8]) -> Aad<'_> {
    Aad {
        table: "subject_keys",
        column: "wrapped",
        row: subject,
    }
}

/// What a check of one kabupaten's journal found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// All rows are there and unchanged.
    Whole { rows: i64 },
    /// The first number at which the chain does not hold.
    BrokenAt { seq: i64 },
}

impl Chain {
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Whole { .. })
    }
}

/// The codes of every kabupaten that has a journal, in order.
///
/// # Errors
/// When the database is away.
pub async fn kabupaten(app: &App) -> Result<Vec<String>> {
    Ok(app.db().all(&sql::JOURNALS, args![]).await?)
}

/// Checks every kabupaten that has a journal.
///
/// # Errors
/// When the database is away.
pub async fn verify_all(app: &App) -> Result<Vec<(String, Chain)>> {
    let mut found = Vec::new();
    for code in kabupaten(app).await? {
        let chain = verify(app, &code).await?;
        found.push((code, chain));
    }
    Ok(found)
}

/// Follows the chain of one kabupaten from its first row to its head.
///
/// # Errors
/// When the database is away.
pub async fn verify(app: &App, kabupaten: &str) -> Result<Chain> {
    let (mut hash, mut seq) = ([0_u8; 32], 0_i64);
    loop {
        let rows: Vec<sql::JournalRow> = app
            .db()
            .all(&sql::JOURNAL_AFTER, args![kabupaten, seq])
            .await?;
        for row in &rows {
            let expected = row.head(kabupaten).hash(&hash, &row.payload);
            if row.seq != seq + 1 || row.hash != expected {
                return Ok(Chain::BrokenAt { seq: seq + 1 });
            }
            (hash, seq) = (row.hash, row.seq);
        }
        if rows.is_empty() {
            break;
        }
    }
    let head: Option<sql::JournalHead> = app.db().opt(&sql::JOURNAL_HEAD, args![kabupaten]).await?;
    Ok(match head {
        None if seq == 0 => Chain::Whole { rows: 0 },
        Some(head) if head.seq == seq && head.hash == hash => Chain::Whole { rows: seq },
        _ => Chain::BrokenAt { seq: seq + 1 },
    })
}

impl sql::JournalRow {
    fn head<'a>(&'a self, kabupaten: &'a str) -> Head<'a> {
        Head {
            kabupaten,
            seq: self.seq,
            id: self.id,
            at: self.at,
            actor: self.actor,
            area: &self.area,
            slice: &self.slice,
            kind: &self.kind,
            subject: self.subject,
        }
    }
}

/// One fact of a subject's history, opened.
#[derive(Debug)]
pub struct PastFact {
    pub at: Instant,
    pub actor: Id,
    pub kind: String,
    /// JSON; `None` after the subject was erased.
    pub payload: Option<Zeroizing<Vec<u8>>>,
}

/// What the journal says of one subject within a scope, oldest first.
///
/// # Errors
/// When the database is away or a payload was tampered with.
pub async fn history(app: &App, scope: &Scope, subject: Id) -> Result<Vec<PastFact>> {
    let rows: Vec<sql::SubjectRow> = app
        .db()
        .all(&sql::JOURNAL_OF_SUBJECT, scope.bind(args![subject]))
        .await?;
    rows.into_iter()
        .map(|row| {
            let payload = match row.wrapped {
                None => None,
                Some(wrapped) => {
                    let key = app
                        .keys()
                        .unwrap(key_aad(subject.as_bytes()), &Wrapped(wrapped));
                    let opened = key.and_then(|key| key.open(row.id.as_bytes(), &row.payload));
                    Some(opened.map_err(AppError::internal)?)
                }
            };
            Ok(PastFact {
                at: row.at,
                actor: row.actor,
                kind: row.kind,
                payload,
            })
        })
        .collect()
}

/// Destroys the data key of a subject: what the journal says of it can never be read again, and
/// the chain still verifies. Returns whether there was a key to destroy.
///
/// # Errors
/// When the database is away.
pub async fn erase(work: &mut Work, place: &Place, subject: Id) -> Result<bool> {
    let kabupaten = place.kabupaten().as_str();
    let at = work.at;
    let done = work
        .tx
        .exec(&sql::DESTROY_SUBJECT_KEY, args![kabupaten, subject, at])
        .await?;
    Ok(done == 1)
}
