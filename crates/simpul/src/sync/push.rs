//! Push: entries of a phone go through the same doors as the pages, in one transaction, each on
//! its own: one that cannot be taken is kept for a person to look at and holds up no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use simpul_db::{DbError, ToValue, Value, args};
use simpul_phone::entry::Body;
use simpul_phone::wire::{BATCH, Push, Pushed};

use super::apply::{self, Days, Refers, refers_to};
use super::entry::{self, Incoming, Sender};
use super::model::{NOTE_MENDED, State, Verdict};
use super::sql::{self, EntryRow};
use crate::access::{self, Work};
use crate::platform::{App, AppError, Id, Result};
use crate::posyandu;
use crate::registry;

/// How often a sending is tried when another one with the same entries is faster.
const TRIES: usize = 3;

/// Reasons that lie with the server or the phone, not with the entry: what was held for them is
/// judged again when it is sent again.
const OURS: [&str; 3] = ["sync-newer", "sync-author-unknown", "sync-internal"];

/// Takes a sending and answers each entry.
///
/// # Errors
/// [`AppError::Refused`] when there are too many entries; when the database is away: then nothing
/// was kept, and the phone sends again.
pub async fn push(app: &App, from: &Sender, push: &Push) -> Result<Pushed> {
    if push.entries.len() > BATCH {
        return Err(AppError::Refused("sync-too-many"));
    }
    let incoming = entry::read(app, from, push).await?;
    for _ in 0..TRIES {
        let mut batch = Batch::begin(app, from).await?;
        batch.take_all(&incoming).await?;
        if let Some(pushed) = batch.finish(push).await? {
            return Ok(pushed);
        }
    }
    Err(AppError::Db(DbError::Busy))
}

/// One sending on its way.
pub(super) struct Batch<'a> {
    pub(super) app: App,
    pub(super) from: &'a Sender,
    pub(super) work: Work,
    days: Days,
    /// New entries in the order in which they came.
    pub(super) fresh: Vec<Fresh>,
    /// Where an entry of this sending stands in `fresh`.
    places: HashMap<Id, usize>,
    /// Entries that were here before and got another answer now.
    pub(super) changed: Vec<EntryRow>,
    pub(super) answers: Vec<Given>,
    /// Facts that came in just now, for which others may wait.
    came: Vec<(String, Id)>,
}

/// A new entry and what became of it.
pub(super) struct Fresh {
    pub(super) incoming: Incoming,
    /// Id of its fact.
    fact: Id,
    pub(super) verdict: Verdict,
}

pub(super) enum Given {
    /// An answer from before.
    Before(Id, Box<EntryRow>),
    /// The answer of a new entry, known when its number is.
    Now(Id, usize),
    /// Another answer than before, likewise.
    Changed(Id, usize),
}

impl<'a> Batch<'a> {
    pub(super) async fn begin(app: &App, from: &'a Sender) -> Result<Self> {
        Ok(Self {
            app: app.clone(),
            work: Work::begin(app, &from.scope).await?,
            from,
            days: Days::new(),
            fresh: Vec::new(),
            places: HashMap::new(),
            changed: Vec::new(),
            answers: Vec::new(),
            came: Vec::new(),
        })
    }

    async fn take_all(&mut self, incoming: &[Incoming]) -> Result<()> {
        let known = self.known(incoming).await?;
        for entry in incoming {
            if let Some(row) = known.get(&entry.id) {
                if !self.once_more(entry, row).await? {
                    self.again(entry, row.content, Some(row)).await?;
                }
            } else if let Some(&place) = self.places.get(&entry.id) {
                let first = self.fresh[place].incoming.content;
                if first == entry.content {
                    self.answers.push(Given::Now(entry.id, place));
                } else {
                    self.again(entry, first, None).await?;
                }
            } else {
                let (fact, verdict) = self.judge(entry).await?;
                self.keep(entry.clone(), fact, verdict);
            }
        }
        self.settle().await
    }

    /// What is stored of the entries of this sending.
    async fn known(&mut self, incoming: &[Incoming]) -> Result<HashMap<Id, EntryRow>> {
        let mut by_kabupaten: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
        for entry in incoming {
            by_kabupaten
                .entry(&entry.kabupaten)
                .or_default()
                .push(entry.id);
        }
        let mut known = HashMap::new();
        for (kabupaten, ids) in by_kabupaten {
            for some in ids.chunks(sql::KNOWN_AT_ONCE) {
                let padded = some.iter().chain(std::iter::repeat(&some[0]));
                let mut row = vec![Value::from(kabupaten)];
                row.extend(padded.take(sql::KNOWN_AT_ONCE).map(ToValue::to_value));
                let rows: Vec<EntryRow> = self.work.tx().all(&sql::KNOWN, row).await?;
                known.extend(rows.into_iter().map(|row| (row.id, row)));
            }
        }
        Ok(known)
    }

    /// Judges a held entry again that the server itself could not take then. Whether it could now.
    async fn once_more(&mut self, entry: &Incoming, row: &EntryRow) -> Result<bool> {
        let ours = row.state == State::Held
            && row.content == entry.content
            && row.reason.as_deref().is_some_and(|why| OURS.contains(&why));
        if !ours {
            return Ok(false);
        }
        let (fact, verdict) = self.judge(entry).await?;
        if verdict.state() != State::Accepted {
            return Ok(false);
        }
        self.came.push((entry.kabupaten.clone(), entry.id));
        self.came.push((entry.kabupaten.clone(), fact));
        self.answers
            .push(Given::Changed(entry.id, self.changed.len()));
        let now = self.work.received();
        self.changed.push(row.clone().with(&verdict, now));
        Ok(true)
    }

    /// An id that was here before. The same content gets the first answer; another content is kept
    /// beside it under an id made of its content, so that a replay of that finds it too.
    async fn again(
        &mut self,
        entry: &Incoming,
        first: [u8; 32],
        row: Option<&EntryRow>,
    ) -> Result<()> {
        if let Some(row) = row.filter(|_| first == entry.content) {
            self.answers
                .push(Given::Before(entry.id, Box::new(row.clone())));
            return Ok(());
        }
        let mut beside = [0; 16];
        beside.copy_from_slice(&entry.content[..16]);
        let beside = Id::from_bytes(beside);
        let there: Option<EntryRow> = self
            .work
            .tx()
            .opt(&sql::ONE, args![entry.kabupaten, beside])
            .await?;
        if let Some(there) = there {
            self.answers.push(Given::Before(entry.id, Box::new(there)));
        } else if let Some(&place) = self.places.get(&beside) {
            self.answers.push(Given::Now(entry.id, place));
        } else {
            let other = Incoming {
                id: beside,
                ..entry.clone()
            };
            let place = self.fresh.len();
            self.keep(other, beside, Verdict::held("sync-id-conflict"));
            self.answers.pop();
            self.answers.push(Given::Now(entry.id, place));
        }
        Ok(())
    }

    fn keep(&mut self, incoming: Incoming, fact: Id, verdict: Verdict) {
        let place = self.fresh.len();
        self.places.insert(incoming.id, place);
        self.answers.push(Given::Now(incoming.id, place));
        if verdict.state() == State::Accepted {
            self.came.push((incoming.kabupaten.clone(), incoming.id));
            self.came.push((incoming.kabupaten.clone(), fact));
        }
        self.fresh.push(Fresh {
            incoming,
            fact,
            verdict,
        });
    }

    /// The id of an entry's fact, and what becomes of the entry.
    async fn judge(&mut self, entry: &Incoming) -> Result<(Id, Verdict)> {
        let fact = match entry.fixes {
            Some(fixes) => self.root_of(entry, fixes).await?,
            None => entry.id,
        };
        let verdict = match (entry.refused, &entry.body) {
            (Some(reason), _) => Verdict::held(reason),
            (None, None) => Verdict::held("sync-unreadable"),
            (None, Some(Body::Withdraw(_))) if fact == entry.id => {
                Verdict::held("sync-nothing-to-withdraw")
            }
            (None, Some(body)) => self.through(entry, fact, body).await?,
        };
        Ok((fact, verdict))
    }

    /// What an entry stands for, when that was held: others refer to the first one's id.
    async fn root_of(&mut self, entry: &Incoming, fixes: Id) -> Result<Id> {
        let mut root = fixes;
        for _ in 0..BATCH {
            match self.mendable(entry, root).await? {
                None if root == fixes => return Ok(entry.id),
                None => return Ok(root),
                Some(row) => match row.fixes {
                    Some(further) => root = further,
                    None => return Ok(root),
                },
            }
        }
        Ok(entry.id)
    }

    /// A stored entry of the same author that nothing was made of.
    async fn mendable(&mut self, entry: &Incoming, id: Id) -> Result<Option<EntryRow>> {
        let row: Option<EntryRow> = self
            .work
            .tx()
            .opt(&sql::ONE, args![entry.kabupaten, id])
            .await?;
        Ok(row.filter(|row| row.author == entry.author && row.state != State::Accepted))
    }

    /// Through the door, undone alone when it refuses.
    async fn through(&mut self, entry: &Incoming, fact: Id, body: &Body) -> Result<Verdict> {
        self.work.act_as(&entry.scope, entry.happened_at);
        self.work.mark().await?;
        match apply::apply(&mut self.work, &mut self.days, fact, body).await {
            Ok(verdict) => {
                self.work.unmark().await?;
                Ok(verdict)
            }
            Err(error) => {
                self.days.clear();
                self.work.back_to_mark().await?;
                self.refusal(entry, body, error).await
            }
        }
    }

    /// Whether a refusal is for a person to look at, for later, or for the whole sending.
    async fn refusal(&mut self, entry: &Incoming, body: &Body, error: AppError) -> Result<Verdict> {
        match error {
            AppError::NotFound | AppError::Db(DbError::NotFound { .. }) => {
                for refers in refers_to(body) {
                    if let Some(on) = self.missing(entry, refers).await? {
                        return Ok(Verdict::Waiting { on });
                    }
                }
                Ok(Verdict::held("sync-not-here"))
            }
            AppError::Refused(reason) | AppError::Conflict(reason) => Ok(Verdict::held(reason)),
            AppError::Db(DbError::Conflict { .. }) => Ok(Verdict::held("error-conflict")),
            AppError::Internal(error) => {
                tracing::error!(kind = entry.kind, error, "an entry could not be taken");
                Ok(Verdict::held("sync-internal"))
            }
            other => Err(other),
        }
    }

    /// The id of what is spoken of, when it is nowhere in the kabupaten.
    async fn missing(&mut self, entry: &Incoming, refers: Refers) -> Result<Option<Id>> {
        let tx = self.work.tx();
        let there = match refers {
            Refers::Person(id) => (id, registry::is_there(tx, &entry.kabupaten, id).await?),
            Refers::Measurement(id) => (id, posyandu::is_there(tx, &entry.kabupaten, id).await?),
        };
        Ok((!there.1).then_some(there.0))
    }

    /// What waited for something that has just come is judged again, here and in the store.
    async fn settle(&mut self) -> Result<()> {
        let kabupaten: BTreeSet<String> = self.came.iter().map(|(k, _)| k.clone()).collect();
        let mut waited = BTreeSet::new();
        for kabupaten in kabupaten {
            let ids: Vec<Id> = self
                .work
                .tx()
                .all(&sql::WAITED_FOR, args![kabupaten])
                .await?;
            waited.extend(ids.into_iter().map(|id| (kabupaten.clone(), id)));
        }
        let mut next = 0;
        while let Some((kabupaten, id)) = self.came.get(next).cloned() {
            next += 1;
            self.release_fresh(id).await?;
            if waited.contains(&(kabupaten.clone(), id)) {
                let row = args![kabupaten, id];
                let rows: Vec<EntryRow> = self.work.tx().all(&sql::WAITING_ON, row).await?;
                for row in rows {
                    self.judge_stored(&kabupaten, row, false).await?;
                }
            }
        }
        self.mend().await
    }

    async fn release_fresh(&mut self, id: Id) -> Result<()> {
        for place in 0..self.fresh.len() {
            let fresh = &self.fresh[place];
            if fresh.verdict != (Verdict::Waiting { on: id }) {
                continue;
            }
            let (entry, fact) = (fresh.incoming.clone(), fresh.fact);
            if let Some(body) = &entry.body {
                let verdict = self.through(&entry, fact, body).await?;
                if verdict.state() == State::Accepted {
                    self.came.push((entry.kabupaten.clone(), entry.id));
                    self.came.push((entry.kabupaten.clone(), fact));
                }
                self.fresh[place].verdict = verdict;
            }
        }
        Ok(())
    }

    /// Judges one stored entry again, and what waited for it.
    pub(super) async fn judge_again(
        &mut self,
        kabupaten: &str,
        row: EntryRow,
        too_long: bool,
    ) -> Result<()> {
        self.judge_stored(kabupaten, row, too_long).await?;
        self.settle().await
    }

    /// Judges a stored entry again; one that has waited too long is held.
    async fn judge_stored(&mut self, kabupaten: &str, row: EntryRow, too_long: bool) -> Result<()> {
        let app = self.app.clone();
        let work = access::assignments(self.work.tx(), row.author).await?;
        let (Some(scope), Some(sealed)) = (work.at(row.happened_at), row.body.clone()) else {
            return Ok(());
        };
        let body = entry::unseal(app.keys(), &row.id, sealed)?;
        let entry = Incoming::stored(&row, kabupaten, scope, body);
        let (fact, mut verdict) = self.judge(&entry).await?;
        if too_long && verdict.state() == State::Waiting {
            verdict = Verdict::held("sync-waited-too-long");
        }
        if verdict.state() == State::Waiting {
            return Ok(());
        }
        if verdict.state() == State::Accepted {
            self.came.push((kabupaten.to_owned(), row.id));
            self.came.push((kabupaten.to_owned(), fact));
        }
        let now = self.work.received();
        self.changed.push(row.with(&verdict, now));
        Ok(())
    }

    /// Held entries for which another one stands now.
    async fn mend(&mut self) -> Result<()> {
        let mending = self.fresh.iter().filter_map(|fresh| {
            let fixes = fresh.incoming.fixes?;
            let accepted = fresh.verdict.state() == State::Accepted;
            accepted.then(|| (fresh.incoming.clone(), fixes))
        });
        for (entry, fixes) in mending.collect::<Vec<_>>() {
            let Some(row) = self.mendable(&entry, fixes).await? else {
                continue;
            };
            let now = self.work.received();
            self.changed.push(EntryRow {
                state: State::Mended,
                since: now,
                counts: false,
                note: Some(NOTE_MENDED.to_owned()),
                reason: None,
                waits_on: None,
                body: None,
                ..row
            });
        }
        Ok(())
    }
}
