//! What has to go along with a referral, so that the server can take it.

use std::collections::BTreeSet;

use crate::Id;
use crate::entry::Body;
use crate::wire::Entry;

/// What is spoken of so far.
#[derive(Default)]
struct Spoken {
    /// Persons, families and measurements.
    ids: BTreeSet<Id>,
    /// Families whose screening it is.
    asked: BTreeSet<Id>,
    /// Children whose findings led to it.
    found: BTreeSet<Id>,
}

/// The ids of a referral and of all it rests on among these entries with their bodies, in their
/// order: families and persons that were not known, the findings, the questions and consents.
/// Empty when the referral is not among them.
pub fn needed(referral: Id, entries: &[Entry]) -> Vec<Id> {
    let Some(end) = entries.iter().position(|entry| entry.id == referral) else {
        return Vec::new();
    };
    let mut spoken = Spoken::default();
    let mut chosen = vec![false; end + 1];
    spoken.of(&entries[end]);
    chosen[end] = true;
    // What was chosen may speak of something that was entered before or after it.
    loop {
        let next = (0..end).rev().find(|place| {
            let entry = &entries[*place];
            let fixes_chosen = entry.fixes.is_some_and(|fixes| {
                let first = entries[..end].iter().position(|entry| entry.id == fixes);
                first.is_some_and(|first| chosen[first])
            });
            !chosen[*place] && (fixes_chosen || spoken.has(entry))
        });
        let Some(next) = next else { break };
        chosen[next] = true;
        spoken.of(&entries[next]);
    }
    let both = entries.iter().zip(chosen);
    both.filter(|(_, chosen)| *chosen)
        .map(|(entry, _)| entry.id)
        .collect()
}

impl Spoken {
    fn of(&mut self, entry: &Entry) {
        self.ids.extend(entry.fixes);
        match &entry.body {
            Some(Body::ScreenRefer(new)) => {
                self.ids.insert(new.household);
                self.asked.insert(new.household);
                self.ids.extend(new.person);
                self.found.extend(new.person);
            }
            Some(Body::ScreenBegin(new)) => {
                self.ids.extend([new.household, new.person]);
                self.ids.extend(new.finding);
                self.found.insert(new.person);
            }
            Some(Body::Intake(new)) => {
                self.ids.insert(new.household);
            }
            Some(Body::Emergency(new)) => self.ids.extend([new.household, new.person]),
            Some(Body::Measure(new)) => {
                self.ids.insert(new.person);
                self.ids.extend(new.replaces);
            }
            Some(Body::RegisterPerson(new)) => {
                self.ids.insert(new.household);
            }
            Some(Body::RegisterBirth(new)) => {
                self.ids.insert(new.mother);
            }
            _ => {}
        }
    }

    fn has(&self, entry: &Entry) -> bool {
        self.ids.contains(&entry.id)
            || match &entry.body {
                Some(Body::Measure(new)) => self.found.contains(&new.person),
                Some(Body::ScreenBegin(new)) => self.asked.contains(&new.household),
                Some(Body::ScreenAnswer(new)) => self.asked.contains(&new.household),
                _ => false,
            }
    }
}
