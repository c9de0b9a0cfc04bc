//! Tests of this slice.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod calls;
mod handover;
mod pull;
mod push;
mod simulate;

use jiff::civil::{Date, date};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use simpul_phone::entry::{Body, Measure, Position, Source};
use simpul_phone::handover::{HandOver, Referred};
use simpul_phone::seal::Sealer;
use simpul_phone::wire::{Answer, Answered, Entry, Push, Pushed};

use super::model::on_line;
use super::{Sender, sealing_secret};
use crate::access::Scope;
use crate::platform::{Id, Instant};
use crate::testing::{POST, TestApp};

/// The day of [`crate::testing::MORNING`].
pub const TODAY: Date = date(2026, 11, 21);

/// A phone on which one kader signed in.
pub struct Phone {
    pub sender: Sender,
    pub credential: String,
    /// How far its clock is off.
    pub skew: i64,
    pub signs: Signs,
}

/// The key of a phone for signatures, as its browser would hold it.
pub struct Signs(EcdsaKeyPair);

impl Signs {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(way, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &random).unwrap())
    }

    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// What a phone with this key shows; the entries are sealed.
    pub fn hand_over(&self, phone: simpul_phone::Id, at: i64, entries: Vec<Entry>) -> HandOver {
        let last = entries.last().unwrap();
        let mut hand_over = HandOver {
            version: simpul_phone::handover::VERSION,
            phone,
            at,
            referral: Referred {
                entry: last.id,
                author: last.author,
                at: last.at,
                household: last.id,
                family: "Keluarga rekaan".into(),
                place: "RT 1".into(),
                needs: Vec::new(),
                note: String::new(),
            },
            entries,
            signature: String::new(),
        };
        let signature = self.0.sign(&SystemRandom::new(), &hand_over.message());
        hand_over.signature = simpul_phone::seal::to_base64(signature.unwrap().as_ref());
        hand_over
    }
}

impl Phone {
    pub async fn of(app: &TestApp, scope: &Scope) -> Self {
        let signs = Signs::new();
        let (device, credential) = app.phone_with(scope, signs.public()).await;
        Self {
            sender: Sender {
                device,
                phone: device,
                scope: scope.clone(),
            },
            credential,
            skew: 0,
            signs,
        }
    }

    /// What the phone of `other` sends when these entries were handed to it.
    pub fn handed(&self, app: &TestApp, other: &Self, entries: &[Entry]) -> Vec<Entry> {
        let now = app.app.now().0;
        let entries = Self::sealed(app, entries);
        let phone = on_line(self.sender.phone);
        let hand_over = self.signs.hand_over(phone, now + self.skew, entries);
        hand_over.carried(now + other.skew)
    }

    /// An entry of now.
    pub fn entry(&self, app: &TestApp, body: Body) -> Entry {
        Entry {
            id: on_line(app.app.ids().make()),
            kind: body.kind().to_owned(),
            version: simpul_phone::VERSION,
            author: on_line(self.sender.scope.user()),
            at: app.app.now().0 + self.skew,
            fixes: None,
            sealed: None,
            handed: None,
            body: Some(body),
        }
    }

    /// As a phone sends them: sealed to the server's key.
    pub fn sealed(app: &TestApp, entries: &[Entry]) -> Vec<Entry> {
        let key = simpul_phone::seal::public(&sealing_secret(app.app.keys()));
        let mut sealer = Sealer::of_entries(&key, crate::platform::id::random()).unwrap();
        let mut sealed = entries.to_vec();
        for entry in &mut sealed {
            entry.seal(&mut sealer).unwrap();
        }
        sealed
    }

    pub fn sending(&self, app: &TestApp, entries: Vec<Entry>) -> Push {
        Push {
            device: on_line(self.sender.phone),
            epoch: String::new(),
            at: app.app.now().0 + self.skew,
            entries,
        }
    }

    pub async fn push(&self, app: &TestApp, entries: &[Entry]) -> Pushed {
        let sending = self.sending(app, Self::sealed(app, entries));
        super::push(&app.app, &self.sender, &sending).await.unwrap()
    }

    /// Sends one and gives its answer.
    pub async fn send(&self, app: &TestApp, entry: &Entry) -> Answered {
        let mut pushed = self.push(app, std::slice::from_ref(entry)).await;
        assert_eq!(pushed.answers.len(), 1);
        pushed.answers.remove(0)
    }
}

/// A weighing at the hari buka of the post.
pub fn weighing(person: Id, grams: u32) -> Measure {
    Measure {
        person: on_line(person),
        post: Some(POST.to_owned()),
        on: TODAY,
        weight: Some(grams),
        lenhei: Some(7_400),
        position: Some(Position::Lying),
        head: None,
        arm: None,
        oedema: Some(false),
        danger_signs: Vec::new(),
        measurer: None,
        replaces: None,
        source: Source::Phone,
        shown: None,
    }
}

pub fn reason(answer: &Answered) -> &str {
    match &answer.answer {
        Answer::Held { reason, .. } => reason,
        other => panic!("held, not {other:?}"),
    }
}

pub fn is_accepted(answer: &Answered) -> bool {
    matches!(answer.answer, Answer::Accepted { .. })
}

pub fn note(answer: &Answered) -> Option<&str> {
    match &answer.answer {
        Answer::Accepted { note, .. } => note.as_deref(),
        other => panic!("accepted, not {other:?}"),
    }
}

pub fn waits_on(answer: &Answered) -> Id {
    match &answer.answer {
        Answer::Waiting { on, .. } => super::model::from_line(*on),
        other => panic!("waiting, not {other:?}"),
    }
}

pub fn days(n: i64) -> i64 {
    n * 24 * 3600 * 1000
}

pub const fn at(ms: i64) -> Instant {
    Instant(ms)
}
