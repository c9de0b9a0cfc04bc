//! Entries that wait for others or stand for them: released, mended, given up.

use std::collections::BTreeSet;
use std::sync::Arc;

use simpul_db::args;
use simpul_phone::wire::BATCH;

use super::entry::{self, Incoming};
use super::model::{NOTE_MENDED, State, Verdict};
use super::push::{Batch, Fresh};
use super::sql::{self, EntryRow};
use crate::access;
use crate::platform::{Id, Result};

/// What another entry may stand for.
struct Mendable {
    fixes: Option<Id>,
    stored: Option<EntryRow>,
}

impl Batch<'_> {
    /// Nothing is there to be given up. What has not come yet, or was lost in a restore, is given
    /// up before it comes.
    pub(super) async fn withdrawn(&mut self, entry: &Incoming) -> Result<Verdict> {
        let Some(fixes) = entry.fixes else {
            return Ok(Verdict::held("sync-nothing-to-withdraw"));
        };
        let there: Option<EntryRow> = self
            .work
            .tx()
            .opt(&sql::ONE, args![entry.kabupaten, fixes])
            .await?;
        let here = there.is_some() || self.places.contains_key(&fixes);
        Ok(match here {
            true => Verdict::held("sync-nothing-to-withdraw"),
            false => Verdict::TAKEN,
        })
    }

    /// What an entry stands for, when that was held: others refer to the first one's id.
    pub(super) async fn root_of(&mut self, entry: &Incoming, fixes: Id) -> Result<Id> {
        let (mut root, mut next) = (entry.id, fixes);
        for _ in 0..BATCH {
            let Some(one) = self
                .open_entry(&entry.kabupaten, entry.author, next)
                .await?
            else {
                break;
            };
            root = next;
            match one.fixes {
                Some(further) => next = further,
                None => break,
            }
        }
        Ok(root)
    }

    /// An entry of the same author that nothing was made of, of this sending or stored.
    async fn open_entry(
        &mut self,
        kabupaten: &str,
        author: Id,
        id: Id,
    ) -> Result<Option<Mendable>> {
        if let Some(&place) = self.places.get(&id) {
            let fresh = &self.fresh[place];
            let open = matches!(fresh.verdict.state(), State::Held | State::Waiting);
            return Ok(
                (open && fresh.incoming.author == author).then_some(Mendable {
                    fixes: fresh.incoming.fixes,
                    stored: None,
                }),
            );
        }
        let row: Option<EntryRow> = self.work.tx().opt(&sql::ONE, args![kabupaten, id]).await?;
        let row = row.filter(|row| row.author == author && row.state != State::Accepted);
        // What became of it in this sending is not in the store yet.
        let over = |id| {
            let mut changed = self.changed.iter();
            changed.any(|row| row.id == id && matches!(row.state, State::Accepted | State::Mended))
        };
        let row = row.filter(|row| row.state != State::Mended && !over(row.id));
        Ok(row.map(|row| Mendable {
            fixes: row.fixes,
            stored: Some(row),
        }))
    }

    /// What waited for something that has just come is judged again, here and in the store.
    pub(super) async fn settle(&mut self) -> Result<()> {
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
        let waiting = |fresh: &Fresh| fresh.verdict.state() == State::Waiting;
        if !self.fresh.iter().any(waiting) {
            return Ok(());
        }
        for place in 0..self.fresh.len() {
            let fresh = &self.fresh[place];
            if fresh.verdict != (Verdict::Waiting { on: id }) {
                continue;
            }
            let (entry, fact) = (Arc::clone(&fresh.incoming), fresh.fact);
            let Some(body) = &entry.body else { continue };
            let verdict = match self.stood_for.contains(&(entry.id, entry.author)) {
                true => Verdict::Mended,
                false => self.through(&entry, fact, body).await?,
            };
            if verdict.state() == State::Accepted {
                self.came.push((entry.kabupaten.clone(), entry.id));
                self.came.push((entry.kabupaten.clone(), fact));
            }
            self.stands(entry.fixes, entry.author, &verdict);
            self.fresh[place].verdict = verdict;
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
        // The store still says that it waits.
        if self.changed.iter().any(|changed| changed.id == row.id) {
            return Ok(());
        }
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
        self.stands(row.fixes, row.author, &verdict);
        let now = self.work.received();
        self.changed.push(row.with(&verdict, now));
        Ok(())
    }

    /// Held and waiting entries for which another one stands now, new or released just now; and
    /// those for which these stood.
    async fn mend(&mut self) -> Result<()> {
        let stands = |state| matches!(state, State::Accepted | State::Mended);
        let fresh = self.fresh.iter().filter_map(|fresh| {
            let entry = &fresh.incoming;
            let stands = stands(fresh.verdict.state());
            stands.then_some((entry.kabupaten.clone(), entry.author, entry.fixes?))
        });
        let released = self.changed.iter().filter_map(|row| {
            let kabupaten = row.area.get(..4)?.to_owned();
            stands(row.state).then_some((kabupaten, row.author, row.fixes?))
        });
        let mut next: Vec<_> = fresh.chain(released).collect();
        while let Some((kabupaten, author, fixes)) = next.pop() {
            let Some(one) = self.open_entry(&kabupaten, author, fixes).await? else {
                continue;
            };
            next.extend(one.fixes.map(|further| (kabupaten, author, further)));
            match (one.stored, self.places.get(&fixes)) {
                (Some(row), _) => self.note_mended(row),
                (None, Some(&place)) => self.fresh[place].verdict = Verdict::Mended,
                (None, None) => {}
            }
        }
        Ok(())
    }

    pub(super) fn note_mended(&mut self, row: EntryRow) {
        let mended = EntryRow {
            state: State::Mended,
            since: self.work.received(),
            counts: false,
            note: Some(NOTE_MENDED.to_owned()),
            reason: None,
            waits_on: None,
            body: None,
            ..row
        };
        match self.changed.iter_mut().find(|row| row.id == mended.id) {
            Some(row) => *row = mended,
            None => self.changed.push(mended),
        }
    }
}
