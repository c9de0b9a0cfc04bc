//! The end of a sending: everything is numbered, kept and answered in one commit.

use std::collections::BTreeMap;

use serde_json::json;
use simpul_db::{OnConflict, Value, args};
use simpul_phone::wire::{Answered, Push, Pushed};

use super::model::{NOTE_MENDED, State, Verdict, on_line};
use super::push::{Batch, Given};
use super::sql::{self, EntryRow};
use crate::access::{self, Epoch, device};
use crate::platform::points::{self, Points};
use crate::platform::{Id, Instant, Result};

impl Batch<'_> {
    /// Numbers and keeps everything, and gives the answers; `None` when another sending brought
    /// one of these entries first.
    pub(super) async fn finish(mut self, push: &Push) -> Result<Option<Pushed>> {
        let now = self.work.received();
        let mut rows: Vec<EntryRow> = Vec::with_capacity(self.fresh.len());
        if !self.fresh.is_empty() || !self.changed.is_empty() {
            let Some(kept) = self.write(push.at.saturating_sub(now.0)).await? else {
                return Ok(None);
            };
            rows = kept;
        }
        let app = self.app;
        let answered = |id: Id, replayed: bool, row: &EntryRow| Answered {
            id: on_line(id),
            replayed,
            answer: row.answer(),
        };
        let answers = self.answers.iter().map(|given| match given {
            Given::Before(id, row) => answered(*id, true, row),
            Given::Now(id, place) => answered(*id, false, &rows[*place]),
            Given::Changed(id, place) => answered(*id, true, &self.changed[*place]),
        });
        let here = self
            .changed
            .iter()
            .filter(|row| row.phone == self.from.phone);
        let pushed = Pushed {
            epoch: app.part::<Epoch>().0.clone(),
            safe_seq: 0,
            server_time: now.0,
            answers: answers.collect(),
            changed: here.map(|row| answered(row.id, true, row)).collect(),
        };
        let kabupaten = self.from.scope.area().kabupaten();
        let committed = !rows.is_empty() || !self.changed.is_empty();
        let points = app.part::<Points>();
        points.pass(points::BEFORE_COMMIT)?;
        if committed {
            self.work.commit().await?;
        }
        points.pass(points::AFTER_COMMIT)?;
        let safe_seq = match kabupaten {
            Some(kabupaten) => access::backed_up(&mut app.db(), kabupaten.as_str()).await?,
            None => 0,
        };
        Ok(Some(Pushed { safe_seq, ..pushed }))
    }

    /// Writes the entries with their numbers.
    async fn write(&mut self, skew_ms: i64) -> Result<Option<Vec<EntryRow>>> {
        let now = self.work.received();
        let mut scopes = BTreeMap::new();
        for fresh in &self.fresh {
            let entry = &fresh.incoming;
            scopes.insert(entry.kabupaten.clone(), entry.scope.clone());
        }
        for row in &self.changed {
            let work = access::assignments(self.work.tx(), row.author).await?;
            if let Some(scope) = work.at(row.happened_at)
                && let Some(kabupaten) = scope.area().kabupaten()
            {
                scopes.entry(kabupaten.as_str().to_owned()).or_insert(scope);
            }
        }
        for scope in scopes.values() {
            self.work.act_as(scope, now);
            let place = scope.admit(scope.area())?;
            let fact = json!({
                "phone": self.from.phone, "entries": self.fresh.len(),
                "changed": self.changed.len(), "skew_ms": skew_ms,
            });
            let device = self.from.device;
            self.work
                .record(&place, "sync", "received", device, &fact)?;
        }
        device::note_skew(&mut self.work, self.from.device, skew_ms).await?;
        // Before the numbers, for which others wait.
        let made = self.new_rows(now)?;
        let numbers = self.work.number().await?;
        let seq_of = |kabupaten: &str| numbers.get(kabupaten).map_or(0, |(_, last)| *last);
        let mut rows = Vec::with_capacity(made.len());
        let mut kept = Vec::with_capacity(made.len());
        for (fresh, (mut row, shown)) in self.fresh.iter().zip(made) {
            let kabupaten = &fresh.incoming.kabupaten;
            row.seq = seq_of(kabupaten);
            kept.push(row.bound(kabupaten, shown.as_deref()));
            rows.push(row);
        }
        let all = kept.len() as u64;
        let inserted = self
            .work
            .tx()
            .insert(&sql::ENTRIES, kept, OnConflict::Skip)
            .await?;
        if inserted != all {
            return Ok(None);
        }
        for row in &mut self.changed {
            let kabupaten = row.area.get(..4).unwrap_or_default();
            row.seq = seq_of(kabupaten);
            let change = args![
                kabupaten,
                row.id,
                row.state,
                row.since,
                row.seq,
                row.counts,
                row.note,
                row.waits_on,
                row.reason,
                row.body
            ];
            self.work.tx().exec(&sql::CHANGE, change).await?;
        }
        Ok(Some(rows))
    }

    /// The new entries without their numbers, and what the phone showed of each, sealed.
    fn new_rows(&self, now: Instant) -> Result<Vec<(EntryRow, Option<Vec<u8>>)>> {
        let keys = self.app.keys();
        let made = self.fresh.iter().map(|fresh| {
            let entry = &fresh.incoming;
            let keep_body = matches!(fresh.verdict.state(), State::Waiting | State::Held);
            let row = entry.row(keys, now, keep_body);
            Ok((row.with(&fresh.verdict, now), entry.shown(keys)?))
        });
        made.collect()
    }
}

impl EntryRow {
    /// The row with a verdict of this instant.
    pub fn with(self, verdict: &Verdict, now: Instant) -> Self {
        let (mut counts, mut note, mut waits_on, mut reason) = (false, None, None, None);
        match verdict {
            Verdict::Accepted { counts: c, note: n } => {
                (counts, note) = (*c, n.map(str::to_owned));
            }
            Verdict::Waiting { on } => waits_on = Some(*on),
            Verdict::Held { reason: why } => reason = Some(why.clone()),
            Verdict::Mended => note = Some(NOTE_MENDED.to_owned()),
        }
        let state = verdict.state();
        Self {
            state,
            since: now,
            counts,
            note,
            waits_on,
            reason,
            body: self
                .body
                .filter(|_| matches!(state, State::Waiting | State::Held)),
            ..self
        }
    }

    /// In the order of [`sql::ENTRIES`].
    fn bound(&self, kabupaten: &str, shown: Option<&[u8]>) -> [Value; 23] {
        args![
            kabupaten,
            self.id,
            self.area,
            self.author,
            self.phone,
            self.kind,
            self.version,
            self.entered_at,
            self.happened_at,
            self.received_at,
            self.content,
            self.state,
            self.since,
            false,
            self.seq,
            self.counts,
            self.note,
            self.waits_on,
            self.reason,
            self.field,
            self.fixes,
            self.body,
            shown
        ]
    }
}
