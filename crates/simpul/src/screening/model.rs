//! What a screening is and what may happen to it; which questions still matter. Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;
use simpul_phone::screening as shared;
pub use simpul_phone::screening::{
    HealthReferral, Question, Step, capital, health_referral, triggers,
};
use simpul_rules::{Catalogue, Facts, Finding, Help, Pack, Text};

use crate::cases::{self, Need};
use crate::platform::{Id, keyed};

keyed! {
    /// Where a screening stands.
    pub enum State ("screening-state") {
        /// The family is still to be asked.
        Menunggu = "menunggu",
        /// Nobody who may answer for the child was there: call or visit.
        MenungguWali = "menunggu_wali",
        /// The guardian was asked, or is being asked.
        Ditanya = "ditanya",
        /// Needs were sent to the Puskesos.
        Dirujuk = "dirujuk",
        /// Ended without a referral.
        Selesai = "selesai",
        /// The finding was corrected before anybody was asked.
        Dibatalkan = "dibatalkan",
    }

    /// Who sits with the child.
    pub enum Accompanied ("screening-with") {
        /// A parent or guardian, who may answer and consent for the child.
        Guardian = "wali",
        Other = "lain",
    }

    /// Why a screening ends without a referral.
    pub enum Ending ("screening-end") {
        /// Nothing is needed now.
        TidakPerlu = "tidak_perlu",
        /// The family would rather not: costs nothing.
        TidakBersedia = "tidak_bersedia",
        /// The family could not be reached.
        TidakBertemu = "tidak_bertemu",
    }
}

impl State {
    pub fn is_open(self) -> bool {
        self.shared().is_open()
    }

    /// Where a step leads; `None` when it may not be taken here.
    pub fn after(self, step: Step) -> Option<Self> {
        self.shared().after(step)?.key().parse().ok()
    }

    /// The same state as the shared engine has it.
    fn shared(self) -> shared::State {
        let state = self.key().parse();
        state.expect("both lists hold the same keys, as a test proves")
    }
}

impl From<Accompanied> for shared::Accompanied {
    fn from(who: Accompanied) -> Self {
        match who {
            Accompanied::Guardian => Self::Guardian,
            Accompanied::Other => Self::Other,
        }
    }
}

/// What is known of a child, family included.
#[derive(Clone, Debug)]
pub struct Child {
    pub person: Id,
    pub facts: Facts,
}

/// Help that may fit, with its reasons; a person decides.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub finding: Finding,
    pub need: Need,
    pub help: Help,
    pub next: Text,
}

/// What the questions have come to so far.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What applies whatever is still unanswered.
    pub suggestions: Vec<Suggestion>,
    /// What may still apply once the desk has looked the family up in the registry.
    pub waiting_for_registry: Vec<Suggestion>,
    /// What to ask now; what an answer to these could make needless is left for the next round.
    pub questions_left: Vec<Question>,
    /// Questions answered in this screening.
    pub asked: usize,
    /// Questions not asked, because the answer is known or cannot change anything.
    pub saved: usize,
}

impl From<shared::Suggestion> for Suggestion {
    fn from(one: shared::Suggestion) -> Self {
        let need = one.need.key().parse();
        Self {
            finding: one.finding,
            need: need.expect("both lists hold the same keys, as a test proves"),
            help: one.help,
            next: one.next,
        }
    }
}

/// What the rules say of a family: per rule the strongest verdict among its children, with the
/// child it is about. Deciles are weighed here; who may read them is decided where they are shown.
pub fn verdicts(pack: &Pack, children: &[Child], day: Date) -> Vec<(Id, Finding)> {
    let found = shared::verdicts(pack, &facts_of(children), day).into_iter();
    found
        .filter_map(|(place, finding)| Some((children.get(place)?.person, finding)))
        .collect()
}

/// Suggestions, open questions and counts from what is known. `answered` are the keys of the
/// facts answered in this screening.
pub fn outcome(
    pack: &Pack,
    catalogue: &Catalogue,
    children: &[Child],
    answered: &BTreeSet<String>,
    day: Date,
) -> Outcome {
    let found = shared::outcome(pack, catalogue, &facts_of(children), answered, day);
    let ours = |list: Vec<shared::Suggestion>| list.into_iter().map(Into::into).collect();
    Outcome {
        suggestions: ours(found.suggestions),
        waiting_for_registry: ours(found.waiting_for_registry),
        questions_left: found.questions_left,
        asked: found.asked,
        saved: found.saved,
    }
}

fn facts_of(children: &[Child]) -> Vec<Facts> {
    children.iter().map(|child| child.facts.clone()).collect()
}

/// How soon a need is to be met: help that is possible today within a day, programmes in their
/// time, and at once when a danger sign meets a family that cannot go.
pub fn urgency_of(need: Need, suggestions: &[Suggestion], stranded: bool) -> cases::Urgency {
    let mut helps = suggestions
        .iter()
        .filter(|s| s.need == need)
        .map(|s| s.help);
    shared::urgency(helps.any(|help| help == Help::HariIni), stranded).into()
}

/// The id of one part of a fact that was given the id `whole`: the same part has the same id
/// whenever the fact is sent again.
pub fn part_of(whole: Id, part: u8) -> Id {
    let mut bytes = *whole.as_bytes();
    bytes[15] ^= part + 1;
    Id::from_bytes(bytes)
}
