//! One step of the machine.

use super::{
    ASK_AGAIN, BATCH_BYTES, Command, FIRST_WAIT, Flight, Happened, LONGEST_WAIT, Outbox, PATIENCE,
    Receipt, Row, Status,
};
use crate::Id;
use crate::wire::{Answer, Answered, BATCH, Pushed};

/// Note of an entry for which another one stands.
pub const MENDED: &str = "sync-note-mended";

impl Outbox {
    /// Takes what happened and says what is to be done. `now` is the phone's clock, which may be
    /// wrong and may jump; `random` spreads the tries of many phones.
    pub fn step(&mut self, now: i64, random: u32, event: Happened) -> Vec<Command> {
        let mut out = Vec::new();
        match event {
            Happened::Tick => {}
            Happened::Saved { row } => {
                // A row that is known is not taken back to its beginning.
                if !self.rows.contains_key(&row.id) {
                    self.keep(row);
                }
            }
            Happened::Online { online } => {
                self.online = online;
                if online {
                    self.not_before = i64::MIN;
                }
            }
            Happened::Now => {
                self.give_up_waiting(now, random);
                self.failures = 0;
                self.not_before = i64::MIN;
                for row in self.rows.values_mut() {
                    if let Status::Waiting { asked, .. } | Status::Held { asked, .. } =
                        &mut row.status
                    {
                        *asked = i64::MIN;
                    }
                }
            }
            Happened::SignedIn => {
                self.meta.signed_out = false;
                self.failures = 0;
                self.not_before = i64::MIN;
                self.remember(&mut out);
            }
            Happened::SignedOut => self.sign_out(&mut out),
            Happened::Answered { request, pushed } => {
                if let Some(flight) = self.landed(request) {
                    self.answered(now, &flight, pushed, &mut out);
                }
            }
            Happened::Failed {
                request,
                status,
                wait,
            } => {
                if let Some(flight) = self.landed(request) {
                    self.failed(now, random, &flight, (status, wait), &mut out);
                }
            }
            Happened::Pulled {
                epoch,
                safe_seq,
                server_time,
                changed,
            } => {
                self.contact(now, server_time);
                self.live_in(&epoch, &[], &mut out);
                self.take(now, &epoch, changed, &mut out);
                self.forget_safe(&epoch, safe_seq, &mut out);
                self.remember(&mut out);
            }
        }
        self.give_up_waiting(now, random);
        self.send(now, &mut out);
        out
    }

    /// The request on its way, if it is this one: what comes late speaks of nothing any more.
    fn landed(&mut self, request: u64) -> Option<Flight> {
        self.flight.take_if(|flight| flight.request == request)
    }

    fn sign_out(&mut self, out: &mut Vec<Command>) {
        self.meta.signed_out = true;
        self.remember(out);
    }

    fn contact(&mut self, now: i64, server_time: i64) {
        self.meta.contact = Some(now);
        self.meta.skew = server_time.saturating_sub(now);
    }

    fn answered(&mut self, now: i64, flight: &Flight, pushed: Pushed, out: &mut Vec<Command>) {
        self.contact(now, pushed.server_time);
        self.failures = 0;
        self.not_before = i64::MIN;
        if flight.ids.len() >= self.most {
            self.most = (self.most * 2).min(BATCH);
        }
        let heard: Vec<Id> = pushed.answers.iter().map(|answered| answered.id).collect();
        let new_epoch = self.live_in(&pushed.epoch, &heard, out);
        self.take(now, &pushed.epoch, pushed.answers, out);
        self.take(now, &pushed.epoch, pushed.changed, out);
        self.forget_safe(&pushed.epoch, pushed.safe_seq, out);
        self.remember(out);
        if new_epoch || self.queue.is_empty() {
            out.push(Command::Pull);
        }
        // A server that answers nothing of what it was sent must not be asked without pause.
        if heard.is_empty() {
            self.not_before = now.saturating_add(FIRST_WAIT);
        }
    }

    fn failed(
        &mut self,
        now: i64,
        random: u32,
        flight: &Flight,
        (status, wait): (Option<u16>, Option<u32>),
        out: &mut Vec<Command>,
    ) {
        match status {
            Some(401 | 403) => return self.sign_out(out),
            // The batch as such was refused: halves of it find the entry that cannot go.
            Some(400 | 413 | 422) => {
                if let [alone] = flight.ids[..] {
                    self.hold_here(now, alone, out);
                    self.most = BATCH;
                } else {
                    self.most = (flight.ids.len() / 2).max(1);
                }
            }
            _ => {}
        }
        self.failures = self.failures.saturating_add(1);
        let doubled = FIRST_WAIT << self.failures.saturating_sub(1).min(12);
        let longest = doubled.min(LONGEST_WAIT);
        let spread = i64::from(random) * (longest / 2) / i64::from(u32::MAX);
        let asked = i64::from(wait.unwrap_or(0)).min(3600) * 1000;
        self.not_before = now.saturating_add((longest / 2 + spread).max(asked));
    }

    /// An entry that the server cannot take even alone stays here, for a person to see. It is
    /// tried again in time: the request may have been cut short on its way.
    fn hold_here(&mut self, now: i64, id: Id, out: &mut Vec<Command>) {
        let Some(mut row) = self.rows.get(&id).cloned() else {
            return;
        };
        row.status = Status::Held {
            epoch: None,
            reason: "held-malformed".to_owned(),
            field: None,
            since: now,
            asked: now,
        };
        self.put(row, out);
    }

    fn put(&mut self, row: Row, out: &mut Vec<Command>) {
        self.put_with(row, None, out);
    }

    fn put_with(&mut self, row: Row, receipt: Option<Receipt>, out: &mut Vec<Command>) {
        out.push(Command::Store {
            row: Box::new(row.clone()),
            receipt: receipt.map(Box::new),
        });
        self.keep(row);
    }

    /// Takes notice of the server's epoch; all that was answered in another is unsent, but for
    /// what was answered just now.
    fn live_in(&mut self, epoch: &str, heard: &[Id], out: &mut Vec<Command>) -> bool {
        if self.meta.epoch.as_deref() == Some(epoch) {
            return false;
        }
        let first = self.meta.epoch.replace(epoch.to_owned()).is_none();
        let lost: Vec<Row> = self
            .rows
            .values()
            .filter(|row| row.status.of_other_epoch(Some(epoch)) && !heard.contains(&row.id))
            .cloned()
            .collect();
        for mut row in lost {
            // It does not count until the server says so again.
            let receipt = row.receipt().map(|receipt| Receipt {
                counts: false,
                ..receipt
            });
            row.status = Status::Pending;
            self.put_with(row, receipt, out);
        }
        !first
    }

    fn take(&mut self, now: i64, epoch: &str, answers: Vec<Answered>, out: &mut Vec<Command>) {
        for Answered { id, answer, .. } in answers {
            let Some(mut row) = self.rows.get(&id).cloned() else {
                continue;
            };
            // Old news of an entry that has come further since.
            if !matches!(answer, Answer::Accepted { .. })
                && matches!(&row.status, Status::Accepted { epoch: known, .. } if known == epoch)
            {
                continue;
            }
            let epoch = epoch.to_owned();
            row.status = match answer {
                Answer::Waiting { on, since } => Status::Waiting {
                    epoch,
                    on,
                    since,
                    asked: now,
                },
                Answer::Held {
                    reason,
                    field,
                    since,
                } => Status::Held {
                    epoch: Some(epoch),
                    reason,
                    field,
                    since,
                    asked: now,
                },
                Answer::Accepted {
                    receipt,
                    seq,
                    at,
                    counts,
                    note,
                } => Status::Accepted {
                    epoch,
                    receipt,
                    seq,
                    at,
                    counts,
                    note,
                },
            };
            let stands_for = row
                .fixes
                .filter(|_| matches!(row.status, Status::Accepted { .. }));
            let (taken, receipt) = (row.status.clone(), row.receipt());
            self.put_with(row, receipt, out);
            if let Some(mended) = stands_for {
                self.mended(mended, taken, out);
            }
        }
    }

    /// Another entry stands for this one. What the server knows of it stays as long as that other:
    /// after a restore both go again, in their order. One that was refused may have come to the
    /// server after all: it goes once more, and the server tells.
    fn mended(&mut self, id: Id, taken: Status, out: &mut Vec<Command>) {
        let Some(mut row) = self.rows.get(&id).cloned() else {
            return;
        };
        row.status = match (row.status, taken) {
            (Status::Held { epoch: None, .. }, _) => Status::Pending,
            (
                Status::Waiting { .. } | Status::Held { .. },
                Status::Accepted {
                    epoch,
                    receipt,
                    seq,
                    at,
                    ..
                },
            ) => Status::Accepted {
                epoch,
                receipt,
                seq,
                at,
                counts: false,
                note: Some(MENDED.to_owned()),
            },
            _ => return,
        };
        self.put(row, out);
    }

    fn delete(&mut self, id: Id, out: &mut Vec<Command>) {
        if let Some(row) = self.rows.remove(&id) {
            self.queue.remove(&(row.order, id));
            out.push(Command::Delete { id });
        }
    }

    /// What is in a verified backup of this very epoch needs no copy here.
    fn forget_safe(&mut self, here: &str, safe_seq: i64, out: &mut Vec<Command>) {
        let safe: Vec<Id> = self
            .rows
            .values()
            .filter(|row| {
                matches!(&row.status, Status::Accepted { epoch, seq, .. }
                    if epoch == here && *seq <= safe_seq)
            })
            .map(|row| row.id)
            .collect();
        for id in safe {
            self.delete(id, out);
        }
    }

    fn remember(&self, out: &mut Vec<Command>) {
        out.push(Command::Remember {
            meta: self.meta.clone(),
        });
    }

    /// A request that was never answered is taken for lost; so is one of a clock that went back.
    fn give_up_waiting(&mut self, now: i64, random: u32) {
        let lost = |flight: &mut Flight| !(0..PATIENCE).contains(&now.saturating_sub(flight.sent));
        if let Some(flight) = self.flight.take_if(lost) {
            self.failed(now, random, &flight, (None, None), &mut Vec::new());
        }
        // The clock went back: what is further away than the longest wait is no wait of ours.
        if self.not_before.saturating_sub(now) > LONGEST_WAIT.max(3_600_000) {
            self.not_before = now;
        }
    }

    /// Sends what may go now, or says when to come back.
    fn send(&mut self, now: i64, out: &mut Vec<Command>) {
        if let Some(flight) = &self.flight {
            let after = flight.sent.saturating_add(PATIENCE).saturating_sub(now);
            out.push(Command::Wake { after });
            return;
        }
        if self.meta.signed_out || !self.online {
            return;
        }
        let ids = self.batch(now);
        if ids.is_empty() {
            self.wake_to_ask(now, out);
            return;
        }
        if now < self.not_before {
            let after = self.not_before.saturating_sub(now);
            out.push(Command::Wake { after });
            return;
        }
        self.requests += 1;
        out.push(Command::Send {
            request: self.requests,
            epoch: self.meta.epoch.clone().unwrap_or_default(),
            ids: ids.clone(),
        });
        out.push(Command::Wake { after: PATIENCE });
        self.flight = Some(Flight {
            request: self.requests,
            ids,
            sent: now,
        });
    }

    /// Entries for the next request: those not sent first, then those to be asked after.
    fn batch(&self, now: i64) -> Vec<Id> {
        let (mut ids, mut bytes) = (Vec::new(), 0_u64);
        for (_, id) in &self.queue {
            let more = self.rows.get(id).map_or(0, |row| u64::from(row.bytes));
            let full = ids.len() >= self.most || bytes + more > BATCH_BYTES;
            if full && !ids.is_empty() {
                return ids;
            }
            bytes += more;
            ids.push(*id);
        }
        if ids.is_empty() {
            let due = self.rows.values().filter(|row| {
                row.asked_at()
                    .is_some_and(|asked| !(0..ASK_AGAIN).contains(&now.saturating_sub(asked)))
            });
            ids.extend(due.map(|row| row.id).take(self.most));
        }
        ids
    }

    fn wake_to_ask(&self, now: i64, out: &mut Vec<Command>) {
        let next = self.rows.values().filter_map(Row::asked_at).min();
        if let Some(asked) = next {
            let after = asked.saturating_add(ASK_AGAIN).saturating_sub(now);
            out.push(Command::Wake {
                after: after.clamp(0, ASK_AGAIN),
            });
        }
    }
}

impl Row {
    /// What the month's count goes by, once it is accepted.
    fn receipt(&self) -> Option<Receipt> {
        let Status::Accepted {
            receipt,
            at,
            counts,
            ..
        } = &self.status
        else {
            return None;
        };
        Some(Receipt {
            id: self.id,
            author: self.author,
            kind: self.kind.clone(),
            receipt: receipt.clone(),
            at: *at,
            counts: *counts,
        })
    }

    /// When the server was last asked, for rows whose answer may change by itself.
    fn asked_at(&self) -> Option<i64> {
        match &self.status {
            Status::Waiting { asked, .. } | Status::Held { asked, .. } => Some(*asked),
            _ => None,
        }
    }
}
