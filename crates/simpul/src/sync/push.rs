//! Push: entries of a phone go through the same doors as the pages, in one transaction, each on
//! its own: one that cannot be taken is kept for a person to look at and holds up no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use simpul_db::{DbError, args, list};
use simpul_phone::entry::Body;
use simpul_phone::wire::{BATCH, Push, Pushed};

use super::apply::{self, Days, Refers, refers_to};
use super::entry::{self, Incoming, Sender, Way};
use super::model::{State, Verdict, from_line};
use super::sql::{self, EntryRow};
use crate::access::Work;
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
    pub(super) places: HashMap<Id, usize>,
    /// Entries that were here before and got another answer now.
    pub(super) changed: Vec<EntryRow>,
    pub(super) answers: Vec<Given>,
    /// Facts that came in just now, for which others may wait.
    pub(super) came: Vec<(String, Id)>,
    /// Entries for which an accepted one of the same author stands: they were overtaken, or are sent
    /// again after a restore.
    pub(super) stood_for: BTreeSet<(Id, Id)>,
}

/// A new entry and what became of it.
pub(super) struct Fresh {
    pub(super) incoming: Arc<Incoming>,
    /// Id of its fact.
    pub(super) fact: Id,
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
            stood_for: BTreeSet::new(),
        })
    }

    async fn take_all(&mut self, incoming: &[Arc<Incoming>]) -> Result<()> {
        self.hold_areas(incoming).await?;
        let known = self.known(incoming).await?;
        let mut rest = incoming;
        while let Some((entry, after)) = rest.split_first() {
            let run = self.run_of_measures(rest, &known);
            if run > 1 {
                let (run, after) = rest.split_at(run);
                self.take_measures(run).await?;
                rest = after;
            } else {
                self.take(entry, known.get(&entry.id)).await?;
                rest = after;
            }
        }
        self.settle().await
    }

    /// Holds the areas of all children that are measured, before anything else is held: another
    /// sending may come to both the other way round.
    async fn hold_areas(&mut self, incoming: &[Arc<Incoming>]) -> Result<()> {
        let mut children: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
        for entry in incoming {
            if let Some(Body::Measure(new)) = &entry.body {
                let of_kabupaten = children.entry(&entry.kabupaten).or_default();
                of_kabupaten.insert(from_line(new.person));
            }
        }
        let mut areas = BTreeSet::new();
        for (kabupaten, children) in children {
            areas.extend(registry::areas_of(self.work.tx(), kabupaten, &children).await?);
        }
        posyandu::hold_areas(self.work.tx(), &areas).await
    }

    async fn take(&mut self, entry: &Arc<Incoming>, known: Option<&EntryRow>) -> Result<()> {
        if entry.way == Way::Carried
            || (entry.way == Way::Unproven && known.is_some_and(|row| row.content == entry.content))
        {
            self.proven(entry).await?;
        }
        if let Some(row) = known {
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
        } else if entry.way == Way::Unproven {
            self.beside(entry).await?;
        } else {
            let (fact, verdict) = self.judge(entry).await?;
            self.keep(Arc::clone(entry), fact, verdict);
        }
        Ok(())
    }

    /// How many new measurements of one author come first: these go through the door together.
    fn run_of_measures(&self, rest: &[Arc<Incoming>], known: &HashMap<Id, EntryRow>) -> usize {
        let mut seen = BTreeSet::new();
        let together = rest.iter().take_while(|entry| {
            entry.measure().is_some()
                && entry.same_work(&rest[0])
                && !known.contains_key(&entry.id)
                && !self.stood_for.contains(&(entry.id, entry.author))
                && !self.places.contains_key(&entry.id)
                && seen.insert(entry.id)
        });
        together.count()
    }

    /// New measurements at once; what is refused among them is judged alone.
    async fn take_measures(&mut self, run: &[Arc<Incoming>]) -> Result<()> {
        let taken = self.measures_at_once(run).await?;
        for (entry, verdict) in run.iter().zip(taken) {
            let (fact, verdict) = match verdict {
                Some(verdict) => (entry.id, verdict),
                None => self.judge(entry).await?,
            };
            self.keep(Arc::clone(entry), fact, verdict);
        }
        Ok(())
    }

    async fn measures_at_once(&mut self, run: &[Arc<Incoming>]) -> Result<Vec<Option<Verdict>>> {
        let all: Vec<&Arc<Incoming>> = run.iter().collect();
        let first = self.all_or_nothing(&all).await?;
        let both = all.into_iter().zip(&first);
        let fit: Vec<_> = both
            .filter(|(_, taken)| taken.is_some())
            .map(|(entry, _)| entry)
            .collect();
        if fit.len() == run.len() || fit.is_empty() {
            return Ok(first);
        }
        // Nothing of what is refused may stay, such as a hari buka of a wrong date: once more
        // without.
        let again = self.all_or_nothing(&fit).await?;
        if again.iter().any(Option::is_none) {
            return Ok(vec![None; run.len()]);
        }
        let mut again = again.into_iter().flatten();
        let in_place = |taken: &Option<Verdict>| taken.as_ref().and_then(|_| again.next());
        Ok(first.iter().map(in_place).collect())
    }

    /// The verdicts of these measurements; unless each has one, nothing was made.
    async fn all_or_nothing(&mut self, run: &[&Arc<Incoming>]) -> Result<Vec<Option<Verdict>>> {
        let Some(first) = run.first() else {
            return Ok(Vec::new());
        };
        self.work.act_as(&first.scope, first.happened_at);
        self.work.mark().await?;
        let measures: Vec<_> = run
            .iter()
            .filter_map(|entry| Some((entry.id, entry.happened_at, entry.measure()?)))
            .collect();
        match apply::measure_many(&mut self.work, &mut self.days, &measures).await {
            Ok(taken) if taken.iter().all(Option::is_some) => {
                self.work.unmark().await?;
                Ok(taken)
            }
            // Alone each says what is wrong with it.
            not => {
                self.days.clear();
                self.work.back_to_mark().await?;
                Ok(not.unwrap_or_else(|_| vec![None; run.len()]))
            }
        }
    }

    /// What is stored of the entries of this sending.
    async fn known(&mut self, incoming: &[Arc<Incoming>]) -> Result<HashMap<Id, EntryRow>> {
        let mut by_kabupaten: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
        for entry in incoming {
            by_kabupaten
                .entry(&entry.kabupaten)
                .or_default()
                .push(entry.id);
        }
        let mut known = HashMap::new();
        for (kabupaten, ids) in by_kabupaten {
            let row = args![kabupaten, list(ids)];
            let rows: Vec<EntryRow> = self.work.tx().all(&sql::KNOWN, row.clone()).await?;
            known.extend(rows.into_iter().map(|row| (row.id, row)));
            let stood: Vec<(Id, Id)> = self.work.tx().all(&sql::STOOD_FOR, row).await?;
            self.stood_for.extend(stood);
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

    /// An id that was here before. The same content gets the first answer.
    async fn again(
        &mut self,
        entry: &Arc<Incoming>,
        first: [u8; 32],
        row: Option<&EntryRow>,
    ) -> Result<()> {
        match row.filter(|_| first == entry.content) {
            Some(row) => {
                let row = Box::new(row.clone());
                self.answers.push(Given::Before(entry.id, row));
                Ok(())
            }
            None => self.beside(entry).await,
        }
    }

    /// What may not stand under its own id is kept under one made of its content, so that a replay
    /// of it finds it too.
    async fn beside(&mut self, entry: &Arc<Incoming>) -> Result<()> {
        let beside = entry.beside();
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
                ..Incoming::clone(entry)
            };
            let place = self.fresh.len();
            let reason = entry.refused.filter(|_| entry.way == Way::Unproven);
            let verdict = Verdict::held(reason.unwrap_or("sync-id-conflict"));
            self.keep(Arc::new(other), beside, verdict);
            self.answers.pop();
            self.answers.push(Given::Now(entry.id, place));
        }
        Ok(())
    }

    /// What could not be proven when it came first is of no interest any more.
    async fn proven(&mut self, entry: &Incoming) -> Result<()> {
        let row = args![entry.kabupaten, entry.beside()];
        let there: Option<EntryRow> = self.work.tx().opt(&sql::ONE, row).await?;
        if let Some(there) = there.filter(|row| row.state == State::Held) {
            self.note_mended(there);
        }
        Ok(())
    }

    pub(super) fn keep(&mut self, incoming: Arc<Incoming>, fact: Id, verdict: Verdict) {
        let place = self.fresh.len();
        self.places.insert(incoming.id, place);
        self.answers.push(Given::Now(incoming.id, place));
        if verdict.state() == State::Accepted {
            self.came.push((incoming.kabupaten.clone(), incoming.id));
            self.came.push((incoming.kabupaten.clone(), fact));
        }
        self.stands(incoming.fixes, incoming.author, &verdict);
        self.fresh.push(Fresh {
            incoming,
            fact,
            verdict,
        });
    }

    /// What an entry stands for is not made any more, in whatever order they come.
    pub(super) fn stands(&mut self, fixes: Option<Id>, author: Id, verdict: &Verdict) {
        let stands = matches!(verdict.state(), State::Accepted | State::Mended);
        self.stood_for
            .extend(fixes.filter(|_| stands).map(|fixes| (fixes, author)));
    }

    /// The id of an entry's fact, and what becomes of the entry.
    pub(super) async fn judge(&mut self, entry: &Incoming) -> Result<(Id, Verdict)> {
        let fact = match entry.fixes {
            Some(fixes) => self.root_of(entry, fixes).await?,
            None => entry.id,
        };
        let stood_for = self.stood_for.contains(&(entry.id, entry.author));
        let verdict = match (entry.refused, &entry.body) {
            _ if stood_for => Verdict::Mended,
            (Some(reason), _) => Verdict::held(reason),
            (None, None) => Verdict::held("sync-unreadable"),
            (None, Some(Body::Withdraw(_))) if fact == entry.id => self.withdrawn(entry).await?,
            (None, Some(body)) => self.through(entry, fact, body).await?,
        };
        Ok((fact, verdict))
    }

    /// Through the door, undone alone when it refuses.
    pub(super) async fn through(
        &mut self,
        entry: &Incoming,
        fact: Id,
        body: &Body,
    ) -> Result<Verdict> {
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
}
