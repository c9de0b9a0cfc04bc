//! The door through which TypeScript asks the engine: one JSON request, one JSON reply.

mod ask;
mod hand;
mod measure;
mod practice;
mod sealing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use simpul_rules::Text;

use crate::Id;
use crate::entry::{Position, Shown};
use crate::extract::{Extract, FamilyAnswer, Home, Person};
use crate::handover::Gather;
use crate::outbox::{Command, Happened, Meta, Outbox, Row, Summary};
use crate::seal;
use crate::ticket::Ticket;
use crate::wire::Entry;
pub use hand::{Hand, types as hand_types};

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// A request.
    pub enum Call by "call" {
        /// What a measurement means.
        Judge = "judge" (AskJudge),
        /// A number while it is typed.
        Check = "check" (AskCheck),
        /// A growth chart as SVG.
        Chart = "chart" (AskChart),
        /// What the answers of a family come to.
        Screen = "screen" (AskScreen),
        /// A slip's code and number.
        Ticket = "ticket" {
            /// 14 bytes from a cryptographic source, hexadecimal.
            random: String,
        },
        /// Whether a code and number stand on a slip.
        ReadTicket = "read_ticket" {
            /// As typed.
            code: String,
            /// As typed.
            number: String,
        },
        /// An entry's body is sealed to the server's key.
        Seal = "seal" {
            /// The server's key, base64.
            key: String,
            /// With its body.
            entry: Box<Entry>,
            /// 32 bytes from a cryptographic source, hexadecimal; used once in a session.
            random: String,
        },
        /// The worker has gone: the next entry is sealed anew, and codes read are left aside.
        Lock = "lock",
        /// A pair of keys for sealing: base64 of secret and public key.
        KeyPair = "key_pair" {
            /// 32 bytes from a cryptographic source, hexadecimal.
            random: String,
        },
        /// About a hand-over from phone to phone.
        Hand = "hand" (Hand),
        /// The outbox as it was stored; to be called once, before any step.
        OutboxOpen = "outbox_open" {
            /// All rows.
            rows: Vec<Row>,
            /// What is remembered besides.
            meta: Option<Meta>,
        },
        /// A step of the outbox.
        Outbox = "outbox" {
            /// The phone's clock.
            now: i64,
            /// A random number below 2^32.
            random: u32,
            /// What happened.
            event: Happened,
        },
        /// Names as they are searched for.
        SearchKeys = "search_keys" {
            /// Names or what is typed.
            texts: Vec<String>,
        },
        /// A NIK or KK number while it is typed.
        Number = "number" {
            /// As typed.
            text: String,
            /// `nik` or `kk`.
            kind: String,
            /// Today, for the birth date in it.
            today: Date,
        },
        /// Invented families to practise with.
        Practice = "practice" {
            /// Today.
            on: Date,
        },
    }

    /// What was measured, for judging; a row of the extract serves as it is.
    pub struct Taken {
        /// The day.
        pub on: Date,
        /// Post of the child that day: the letter of the KMS compares within one post.
        pub area: String,
        /// Grams.
        pub weight: Option<u32>,
        /// Tenths of a millimetre.
        pub lenhei: Option<u32>,
        /// How it was taken.
        pub position: Option<Position>,
        /// Tenths of a millimetre.
        pub head: Option<u32>,
        /// Tenths of a millimetre.
        pub arm: Option<u32>,
        /// Swelling of both feet.
        pub oedema: Option<bool>,
        /// Keys of danger signs.
        pub danger_signs: Vec<String>,
        /// What asked for a second measurement, where it was judged before.
        pub warnings: Option<Vec<String>>,
    }

    /// Of `judge`.
    pub struct AskJudge {
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// Today.
        pub today: Date,
        /// What is measured now.
        pub new: Taken,
        /// What was measured before, oldest first, without what `new` mends.
        pub history: Vec<Taken>,
        /// Whether the family can go to the Puskesmas, where it was asked.
        pub can_go: Option<bool>,
    }

    /// What a measurement means.
    pub struct Judged {
        /// Key of the sentence when it cannot be taken; everything else is then empty.
        pub impossible: Option<String>,
        /// Whole days of age.
        pub age_days: u32,
        /// For the entry: what the phone showed.
        pub shown: Shown,
        /// Grams gained since last month.
        pub gained: Option<i64>,
        /// Grams that were expected.
        pub needed: Option<u32>,
        /// Triggers that put the family on the list.
        pub triggers: Vec<Told>,
        /// Why the child should be seen, the most urgent first.
        pub reasons: Vec<Text>,
        /// What to show, in this order.
        pub say: Vec<Say>,
        /// Between which lines of the chart weight and length lie, by index.
        pub places: BTreeMap<String, Say>,
    }

    /// A rule that applies.
    pub struct Told {
        /// Its key.
        pub key: String,
        /// Its words.
        pub title: Text,
    }

    /// A message of the word files.
    pub struct Say {
        /// Its key.
        pub key: String,
        /// What stands in it; numbers without unit or sign for thousands.
        pub args: BTreeMap<String, String>,
    }

    /// Of `check`.
    pub struct AskCheck {
        /// Which number.
        pub field: Field,
        /// As typed.
        pub text: String,
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// What else was typed; its own field is left aside.
        pub typed: Taken,
        /// The measurement before.
        pub last: Option<Taken>,
    }

    /// Numbers of a measurement.
    pub keys Field {
        /// In kilograms.
        Weight = "weight",
        /// In centimetres.
        Lenhei = "lenhei",
        /// In centimetres.
        Head = "head",
        /// In centimetres.
        Arm = "arm",
    }

    /// What a typed number is.
    pub struct Checked {
        /// Grams or tenths of a millimetre.
        pub value: Option<u32>,
        /// Key of the sentence when it is no such number.
        pub error: Option<String>,
        /// Keys of what makes it unusual.
        pub warnings: Vec<String>,
        /// How children of this age are usually measured.
        pub usual_position: Position,
    }

    /// Of `chart`.
    pub struct AskChart {
        /// Weight or length; others have no chart.
        pub field: Field,
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// The day the chart is for.
        pub on: Date,
        /// Oldest first.
        pub history: Vec<Taken>,
        /// Words of the picture.
        pub title: String,
        /// The chart in a sentence.
        pub said: String,
        /// `kg` or `cm`.
        pub unit: String,
        /// Words of the month axis.
        pub months: String,
    }

    /// A drawn chart.
    pub struct Drawn {
        /// The picture; none from five years on or without a measure.
        pub svg: Option<String>,
        /// Between which lines the last point lies.
        pub place: Option<Say>,
    }

    /// Of `screen`.
    pub struct AskScreen {
        /// Today.
        pub on: Date,
        /// The family.
        pub home: Home,
        /// Those who live there.
        pub persons: Vec<Person>,
        /// The newest finding of each child.
        pub findings: Vec<Finding>,
        /// What the family answered before.
        pub answers: Vec<FamilyAnswer>,
        /// What it answers now: stored answer by fact; none: nobody can say.
        pub given: BTreeMap<String, Option<String>>,
    }

    /// A child's finding.
    pub struct Finding {
        /// The child.
        pub person: Id,
        /// What was measured.
        pub new: Taken,
        /// What was measured before.
        pub history: Vec<Taken>,
        /// Whether the family can go to the Puskesmas, where it was asked.
        pub can_go: Option<bool>,
    }

    /// What the answers come to.
    pub struct Screened {
        /// What may help, whatever is still unanswered.
        pub suggestions: Vec<Suggested>,
        /// What may help once the desk has looked the family up.
        pub waiting: Vec<Suggested>,
        /// What to ask now.
        pub questions: Vec<Asked>,
        /// Questions answered now.
        pub asked: usize,
        /// Questions not asked.
        pub saved: usize,
        /// Urgency of a need that nothing suggests.
        pub otherwise: String,
        /// Version of the rules.
        pub rules: String,
    }

    /// Help that may fit.
    pub struct Suggested {
        /// Key of the rule.
        pub key: String,
        /// Its words.
        pub title: Text,
        /// Key of the need.
        pub need: String,
        /// Key of the sort of help.
        pub help: String,
        /// Key of the urgency with which the need goes.
        pub urgency: String,
        /// What to do next.
        pub next: Text,
        /// Why.
        pub why: Vec<Text>,
    }

    /// A question.
    pub struct Asked {
        /// The fact.
        pub key: String,
        /// Its words.
        pub text: Text,
        /// Stored answer and its words; empty where a number or a day is typed.
        pub options: Vec<(String, Text)>,
        /// `choice`, `number` or `date`.
        pub kind: String,
    }

    /// A drawn slip.
    pub struct Slip {
        /// Eleven characters, as entries carry them.
        pub code: String,
        /// In groups, as printed.
        pub printed: String,
        /// Four digits.
        pub number: String,
    }

    /// A sealed entry.
    pub struct Sealed {
        /// Without its body.
        pub entry: Entry,
        /// Bytes of the sealed content, for the row of the outbox.
        pub bytes: u32,
    }

    /// A pair of keys.
    pub struct KeyPair {
        /// Base64.
        pub secret: String,
        /// Base64.
        pub public: String,
    }

    /// What the outbox asks for.
    pub struct Stepped {
        /// In this order.
        pub commands: Vec<Command>,
        /// Figures afterwards.
        pub summary: Summary,
        /// Place of the next entry in the order of entering.
        pub next_order: u64,
    }

    /// What a number of 16 digits says.
    pub struct Numbered {
        /// Key of the sentence when it is none.
        pub error: Option<String>,
        /// Birth date in a NIK.
        pub birth_date: Option<Date>,
        /// `L` or `P`, in a NIK.
        pub sex: Option<String>,
    }
}

/// The engine of one phone: pure decisions, and its outbox.
#[derive(Default)]
pub struct Engine {
    outbox: Option<Outbox>,
    gather: Gather,
    sealing: sealing::Sealing,
}

/// What cannot be asked like this; a fault of the caller, without content.
type Wrong = &'static str;

impl Engine {
    /// Answers a request: `{"ok": ...}`, or `{"wrong": "..."}` for a fault of the caller.
    pub fn call(&mut self, request: &str) -> String {
        let answer = match serde_json::from_str(request) {
            Ok(call) => self.answer(call),
            // The message of the parser would repeat what was typed.
            Err(error) => return format!("{{\"wrong\":\"request, column {}\"}}", error.column()),
        };
        match answer {
            Ok(json) => format!("{{\"ok\":{json}}}"),
            Err(wrong) => format!("{{\"wrong\":\"{wrong}\"}}"),
        }
    }

    fn answer(&mut self, call: Call) -> Result<String, Wrong> {
        match call {
            Call::Judge(ask) => json(&measure::judged(&ask)?),
            Call::Check(ask) => json(&measure::checked(&ask)?),
            Call::Chart(ask) => json(&measure::drawn(&ask)?),
            Call::Screen(ask) => json(&ask::screened(&ask)?),
            Call::Ticket { random } => json(&slip(Ticket::draw(bytes(&random)?))),
            Call::ReadTicket { code, number } => {
                let ticket = code.parse().ok().zip(number.parse().ok());
                json(&ticket.map(|(code, number)| slip(Ticket { code, number })))
            }
            Call::Seal { key, entry, random } => json(&self.sealing.entry(key, *entry, &random)?),
            Call::Lock => {
                self.gather = Gather::default();
                self.sealing = sealing::Sealing::default();
                json(&())
            }
            Call::KeyPair { random } => {
                let secret = bytes(&random)?;
                json(&KeyPair {
                    secret: seal::to_base64(&secret),
                    public: seal::to_base64(&seal::public(&secret)),
                })
            }
            Call::Hand(hand) => hand.answer(&mut self.gather),
            Call::OutboxOpen { rows, meta } => {
                let outbox = Outbox::open(rows, meta.unwrap_or_else(Meta::fresh));
                json(&stepped(self.outbox.insert(outbox), Vec::new()))
            }
            Call::Outbox { now, random, event } => {
                let outbox = self.outbox.as_mut().ok_or("the outbox is not open")?;
                let commands = outbox.step(now, random, event);
                json(&stepped(outbox, commands))
            }
            Call::SearchKeys { texts } => {
                let keys: Vec<String> = texts
                    .iter()
                    .map(|text| simpul_identity::search_key(text))
                    .collect();
                json(&keys)
            }
            Call::Number { text, kind, today } => json(&ask::numbered(&text, &kind, today)),
            Call::Practice { on } => json(&practice::village(on)),
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Wrong> {
    serde_json::to_string(value).map_err(|_| "answer")
}

fn stepped(outbox: &Outbox, commands: Vec<Command>) -> Stepped {
    Stepped {
        commands,
        summary: outbox.summary(),
        next_order: outbox.next_order(),
    }
}

fn slip(ticket: Ticket) -> Slip {
    Slip {
        code: ticket.code.plain(),
        printed: ticket.code.to_string(),
        number: ticket.number.to_string(),
    }
}

/// Bytes from hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Result<[u8; N], Wrong> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| "random bytes")?;
    Ok(bytes)
}

fn say(key: impl Into<String>, args: &[(&str, String)]) -> Say {
    let args = args.iter();
    Say {
        key: key.into(),
        args: args
            .map(|(name, text)| ((*name).to_owned(), text.clone()))
            .collect(),
    }
}

/// The invented families, for tests.
pub fn practice_village(on: Date) -> Extract {
    practice::village(on)
}
