//! Works on searches in the background. A search may be stopped at any time: whoever runs next
//! takes it up, reads and compares anew, and keeps what was not kept yet.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use simpul_db::args;
use tokio::sync::Notify;

use super::super::model::{NewPair, PairState};
use super::super::propose::{lapse, propose};
use super::super::sql::{self, KnownRow, runs};
use super::engine::{Alike, Gauge, Register};
use super::runs::{Run, RunState, RunStep};
use super::watch::look_at_changes;
use crate::access::{Scope, Seen, Work, saw};
use crate::platform::{App, AppError, Id, Instant, Result};
use crate::registry;

/// How often the worker looks when nobody rings.
const EVERY: Duration = Duration::from_secs(20);
/// How often it says how far the engine is.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// After how many persons it says how far the reading is.
const SAY_EACH: i64 = 5_000;
/// A worker that was not heard of for so long is gone.
const HOLD_MS: i64 = 5 * 60_000;
/// A search that failed is begun again after this.
const AGAIN_MS: i64 = 60_000;
/// How often a search is begun before it counts as failed.
const MOST_TRIES: i64 = 3;
/// Pairs kept in one transaction, so that others can write in between.
pub(super) const KEPT_AT_ONCE: usize = 20;

/// Wakes the worker.
#[derive(Default)]
pub struct SearchBell(Notify);

impl SearchBell {
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Works on searches, and looks at who was registered, as long as the program runs.
pub async fn watch_searches(app: App) {
    loop {
        match next_search(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a search for double records was not worked on"),
        }
        if let Err(error) = look_at_changes(&app).await {
            tracing::warn!(%error, "who was registered was not looked at for double records");
        }
        let rung = app.part::<SearchBell>().0.notified();
        // Either way it looks again.
        let _ = tokio::time::timeout(EVERY, rung).await;
    }
}

/// Works on the oldest search that waits; whether there was one.
///
/// # Errors
/// When the database is away.
pub async fn next_search(app: &App) -> Result<bool> {
    let Some((kabupaten, run)) = take(app).await? else {
        return Ok(false);
    };
    let mut worker = Worker {
        scope: Scope::of_program_for(run.asked_by, run.area),
        app: app.clone(),
        kabupaten,
        run,
    };
    if worker.run.tries > MOST_TRIES {
        // Whoever worked on it died each time.
        worker.end(RunState::Failed, Some(app.now()), 0).await?;
        return Ok(true);
    }
    match worker.work().await {
        Ok(()) => worker.end(RunState::Done, Some(app.now()), 0).await?,
        Err(error) => {
            tracing::warn!(%error, "a search for double records stopped");
            worker.give_up().await?;
        }
    }
    Ok(true)
}

pub(in crate::duplicates) async fn take(app: &App) -> Result<Option<(String, Run)>> {
    let now = app.now();
    let next: Option<(String, Id)> = app.db().opt(&runs::NEXT_RUN, args![now]).await?;
    let Some((kabupaten, id)) = next else {
        return Ok(None);
    };
    let row = args![kabupaten.as_str(), id, now, held_until(now)];
    let mut tx = app.db().begin().await?;
    let taken: Option<runs::RunRow> = tx.opt(&runs::TAKE_RUN, row).await?;
    tx.commit().await?;
    Ok(taken.map(|row| (kabupaten, row.into())))
}

fn held_until(now: Instant) -> Instant {
    Instant(now.0 + HOLD_MS)
}

struct Worker {
    app: App,
    scope: Scope,
    kabupaten: String,
    run: Run,
}

impl Worker {
    async fn work(&mut self) -> Result<()> {
        let register = self.read().await?;
        let marks = register.marks.clone();
        let found = self.compare(register).await?;
        self.keep(&found, &marks).await
    }

    async fn read(&mut self) -> Result<Register> {
        let (mut register, mut after) = (Register::new(), None);
        loop {
            let keys = self.app.keys();
            let from = &mut self.app.db();
            let some = registry::compared_persons(from, &self.scope, keys, after.as_ref()).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.cursor());
            for person in &some {
                register.take(person, keys)?;
            }
            let read = whole(register.len());
            if read - self.run.persons >= SAY_EACH {
                self.run.persons = read;
                self.say(RunStep::Reading, 0, 0).await?;
            }
        }
        self.run.persons = whole(register.len());
        self.say(RunStep::Comparing, 0, 0).await?;
        let seen = Seen {
            what: "duplicate-search",
            subject: Some(self.run.id),
            records: register.len(),
        };
        saw(&self.app, &self.scope, seen).await?;
        Ok(register)
    }

    async fn compare(&mut self, register: Register) -> Result<Vec<Alike>> {
        let gauge = Gauge::default();
        let _stop = StopsWithMe(gauge.clone());
        let engine = gauge.clone();
        let mut work = tokio::task::spawn_blocking(move || register.find(&engine));
        loop {
            match tokio::time::timeout(SAY_EVERY, &mut work).await {
                Ok(found) => {
                    return found
                        .map_err(AppError::internal)?
                        .map_err(AppError::internal);
                }
                Err(_) => {
                    let (done, total) = gauge.read();
                    self.say(RunStep::Comparing, whole(done), whole(total))
                        .await?;
                }
            }
        }
    }

    async fn keep(&mut self, found: &[Alike], marks: &BTreeMap<Id, [u8; 32]>) -> Result<()> {
        let rows: Vec<KnownRow> = self
            .app
            .db()
            .all(&sql::KNOWN_IN, self.scope.bind(args![]))
            .await?;
        let known: BTreeMap<(Id, Id), &KnownRow> =
            rows.iter().map(|row| ((row.one, row.other), row)).collect();
        let mut kept = 0;
        for some in found.chunks(KEPT_AT_ONCE) {
            let mut work = Work::begin(&self.app, &self.scope).await?;
            hold(&mut work, some.iter().map(|alike| (alike.one, alike.other))).await?;
            for alike in some {
                if !is_settled(known.get(&(alike.one, alike.other)), marks) {
                    self.run.fresh += i64::from(put_on_list(&mut work, alike).await?);
                }
            }
            kept += some.len();
            self.run.found = whole(kept);
            let row = self.note(RunStep::Keeping, whole(kept), whole(found.len()));
            still_ours(work.tx().exec(&runs::NOTE_RUN, row).await?)?;
            work.commit().await?;
        }
        let found: BTreeSet<(Id, Id)> = found.iter().map(|a| (a.one, a.other)).collect();
        let over = rows.iter().filter(|row| is_over(row, &found, marks));
        let over: Vec<&KnownRow> = over.collect();
        for some in over.chunks(KEPT_AT_ONCE) {
            let mut work = Work::begin(&self.app, &self.scope).await?;
            hold(&mut work, some.iter().map(|row| (row.one, row.other))).await?;
            for row in some {
                lapse(&mut work, &row.area, (row.id, row.version), row.one).await?;
            }
            work.commit().await?;
        }
        Ok(())
    }

    fn note(&self, step: RunStep, done: i64, total: i64) -> [simpul_db::Value; 10] {
        args![
            self.kabupaten.as_str(),
            self.run.id,
            self.run.tries,
            held_until(self.app.now()),
            step,
            done,
            total,
            self.run.persons,
            self.run.found,
            self.run.fresh
        ]
    }

    /// Says how far the work is.
    async fn say(&self, step: RunStep, done: i64, total: i64) -> Result<()> {
        let mut tx = self.app.db().begin().await?;
        let noted = tx
            .exec(&runs::NOTE_RUN, self.note(step, done, total))
            .await?;
        tx.commit().await?;
        still_ours(noted)
    }

    async fn give_up(&self) -> Result<()> {
        let now = self.app.now();
        if self.run.tries < MOST_TRIES {
            return self.end(RunState::Waiting, None, now.0 + AGAIN_MS).await;
        }
        self.end(RunState::Failed, Some(now), 0).await
    }

    /// Nothing changes when somebody else has taken the search up.
    async fn end(&self, state: RunState, at: Option<Instant>, held_until: i64) -> Result<()> {
        let row = args![
            self.kabupaten.as_str(),
            self.run.id,
            self.run.tries,
            state,
            at,
            Instant(held_until)
        ];
        let mut tx = self.app.db().begin().await?;
        tx.exec(&runs::END_RUN, row).await?;
        Ok(tx.commit().await?)
    }
}

/// The engine runs on a thread of its own, which nobody can abort.
struct StopsWithMe(Gauge);

impl Drop for StopsWithMe {
    fn drop(&mut self) {
        self.0.stop();
    }
}

fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

fn still_ours(noted: u64) -> Result<()> {
    if noted == 1 {
        Ok(())
    } else {
        Err(AppError::Conflict("error-conflict"))
    }
}

/// As a merge does: whoever changes pairs of several persons holds the persons first, so that two
/// works never wait for each other.
pub(super) async fn hold(work: &mut Work, pairs: impl Iterator<Item = (Id, Id)>) -> Result<()> {
    let persons = pairs.flat_map(|(one, other)| [one, other]).collect();
    registry::hold_persons(work, &persons).await
}

pub(super) async fn put_on_list(work: &mut Work, alike: &Alike) -> Result<bool> {
    let new = NewPair {
        id: work.app().ids().make(),
        one: alike.one,
        other: alike.other,
        score: Some(alike.score.clone()),
    };
    match propose(work, new).await {
        // Decided, merged or moved since it was read.
        Err(AppError::Refused(_) | AppError::NotFound | AppError::Conflict(_)) => Ok(false),
        said => said,
    }
}

/// Whether people have said what a pair is, and nothing it was said of has changed.
fn is_settled(known: Option<&&KnownRow>, marks: &BTreeMap<Id, [u8; 32]>) -> bool {
    let Some(row) = known else { return false };
    match row.state {
        PairState::Same | PairState::Waiting => true,
        PairState::Different => {
            let mark = |id: &Id| marks.get(id).copied().unwrap_or_default();
            row.mark == [mark(&row.one), mark(&row.other)].concat()
        }
        PairState::Open | PairState::Unsure | PairState::Lapsed => false,
    }
}

/// Whether nobody needs to look at a pair any more: one of its records is no living person of the
/// area, or the search that found it does not find it again and nobody has looked at it.
fn is_over(row: &KnownRow, found: &BTreeSet<(Id, Id)>, marks: &BTreeMap<Id, [u8; 32]>) -> bool {
    if !matches!(row.state, PairState::Open | PairState::Unsure) {
        return false;
    }
    let gone = [row.one, row.other]
        .iter()
        .any(|id| !marks.contains_key(id));
    let looked_at = row.state == PairState::Unsure || row.probability.is_none();
    gone || !looked_at && !found.contains(&(row.one, row.other))
}
