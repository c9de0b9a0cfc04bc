//! The table of what may be done with a case, by whom and when; and what it makes of the case.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::kinds::{Kind, Tier};
use super::model::{Act, Action, Decider, Need, State};
use crate::access::Role;
use crate::platform::{Id, Instant};

use Role::{
    BackOffice, Bidan, Fasilitator, FrontOffice, Kader, Koordinator, Manajer, Mitra,
    PengelolaProgram, Petugas, Supervisor,
};
use State::{
    Diajukan, Dibatalkan, Dikembalikan, Dirujuk, Ditangani, DiterimaTujuan, Ditolak, Diverifikasi,
    MenungguDokumen, Selesai,
};

/// The longest text of a step, in characters.
pub const MAX_TEXT: usize = 600;

/// One row of the table.
struct Rule {
    act: Act,
    from: &'static [State],
    /// `None`: the case stays where it is.
    to: Option<State>,
    roles: &'static [Role],
    /// `None`: of every kind that knows the act.
    only: Option<Kind>,
    guard: fn(&Progress, &Action) -> bool,
}

/// The desk of a village, and the secretariat of the kabupaten.
pub const OFFICE: &[Role] = &[FrontOffice, BackOffice, Petugas, Koordinator, Manajer];
/// Receives: registers and verifies.
const FRONT: &[Role] = &[FrontOffice, Petugas, Koordinator, Manajer];
/// Works on it: analyses, recommends, refers, writes.
const BACK: &[Role] = &[BackOffice, Petugas, Koordinator, Manajer];
/// Who decides at the desk and at the secretariat.
pub const LEAD: &[Role] = &[Koordinator, Manajer];
/// A service may work outside this system; then the desk notes what it did.
const SERVICE_OR_OFFICE: &[Role] = &[PengelolaProgram, BackOffice, Petugas, Koordinator, Manajer];
const SERVICE_OR_LEAD: &[Role] = &[PengelolaProgram, Koordinator, Manajer];
/// Who is there when the family gets something.
const HANDS_OUT: &[Role] = &[
    PengelolaProgram,
    FrontOffice,
    BackOffice,
    Petugas,
    Koordinator,
    Manajer,
    Fasilitator,
];
pub const SENDERS: &[Role] = &[Kader, Bidan, Fasilitator, Mitra];
const PRESSING: &[Role] = &[
    FrontOffice,
    BackOffice,
    Petugas,
    Koordinator,
    Fasilitator,
    Supervisor,
];
const EVERYBODY: &[Role] = &[
    FrontOffice,
    BackOffice,
    Petugas,
    Koordinator,
    Supervisor,
    Manajer,
    PengelolaProgram,
    Kader,
    Bidan,
    Fasilitator,
    Mitra,
];

fn always(_: &Progress, _: &Action) -> bool {
    true
}

/// The village decides for itself, never in a service's name.
fn by_village(_: &Progress, action: &Action) -> bool {
    matches!(
        action,
        Action::Approve {
            by: Decider::Puskesos | Decider::Desa,
            ..
        }
    )
}

fn by_service(_: &Progress, action: &Action) -> bool {
    matches!(
        action,
        Action::Approve {
            by: Decider::Layanan,
            ..
        }
    )
}

/// The secretariat decides in its own name.
fn by_district(_: &Progress, action: &Action) -> bool {
    matches!(
        action,
        Action::Approve {
            by: Decider::Kabupaten,
            ..
        }
    )
}

/// Past the one who has it now.
fn upwards(case: &Progress, action: &Action) -> bool {
    matches!(action, Action::Escalate { to, .. } if *to > case.custody.tier)
}

const fn rule(act: Act, from: &'static [State], to: State, roles: &'static [Role]) -> Rule {
    Rule {
        act,
        from,
        to: Some(to),
        roles,
        only: None,
        guard: always,
    }
}

impl Rule {
    const fn when(self, guard: fn(&Progress, &Action) -> bool) -> Self {
        Self { guard, ..self }
    }

    const fn of(self, kind: Kind) -> Self {
        Self {
            only: Some(kind),
            ..self
        }
    }
}

/// The state is left as it is.
const fn note(act: Act, from: &'static [State], roles: &'static [Role]) -> Rule {
    Rule {
        act,
        from,
        to: None,
        roles,
        only: None,
        guard: always,
    }
}

/// With the office or its sender, not with a service: a referral is not closed without a reply.
const HERE: &[State] = &[
    Diajukan,
    Diverifikasi,
    Ditangani,
    MenungguDokumen,
    Dikembalikan,
];

/// Registered, and not ended.
const UNDERWAY: &[State] = &[
    Diverifikasi,
    Dirujuk,
    DiterimaTujuan,
    Ditangani,
    MenungguDokumen,
    Dikembalikan,
];

/// Everything but the ends.
const OPEN: &[State] = &[
    Diajukan,
    Diverifikasi,
    Dirujuk,
    DiterimaTujuan,
    Ditangani,
    MenungguDokumen,
    Dikembalikan,
];

#[rustfmt::skip]
const TABLE: &[Rule] = &[
    rule(Act::Accept, &[Diajukan], Diverifikasi, FRONT),
    rule(Act::Accept, &[Dirujuk], DiterimaTujuan, SERVICE_OR_OFFICE),
    rule(Act::AskDocuments, &[Diverifikasi, Ditangani], MenungguDokumen, OFFICE),
    rule(Act::DocumentsCame, &[MenungguDokumen], Diverifikasi, OFFICE),
    rule(Act::DocumentsCame, &[Dikembalikan], Diajukan, SENDERS),
    rule(Act::FirstHelp, &[Diverifikasi], Ditangani, OFFICE),
    note(Act::FirstHelp, &[Ditangani, MenungguDokumen, Dirujuk], OFFICE),
    note(Act::FirstHelp, &[DiterimaTujuan], SERVICE_OR_OFFICE),
    rule(Act::ReferOn, &[Diverifikasi, Ditangani], Dirujuk, BACK),
    note(Act::Advise, &[Diverifikasi, Ditangani], BACK),
    rule(Act::Approve, &[Diverifikasi, Ditangani], Selesai, &[Koordinator]).when(by_village),
    rule(Act::Approve, &[Diverifikasi, Ditangani], Selesai, &[Manajer]).when(by_district),
    rule(Act::Approve, &[DiterimaTujuan], Selesai, SERVICE_OR_LEAD).when(by_service),
    note(Act::Received, &[Selesai], HANDS_OUT),
    note(Act::NotReceived, &[Selesai], HANDS_OUT),
    rule(Act::Answer, &[Diverifikasi, Ditangani], Selesai, BACK),
    rule(Act::Answer, &[Diverifikasi, Ditangani], Selesai, &[FrontOffice]).of(Kind::Pertanyaan),
    rule(Act::Answer, &[DiterimaTujuan], Selesai, SERVICE_OR_OFFICE),
    rule(Act::Refuse, &[Diverifikasi, Ditangani], Ditolak, LEAD),
    rule(Act::Refuse, &[DiterimaTujuan], Ditolak, SERVICE_OR_LEAD),
    rule(Act::SendBack, &[Diajukan], Dikembalikan, FRONT),
    rule(Act::SendBack, &[Diverifikasi], Dikembalikan, OFFICE),
    rule(Act::SendBack, &[Dirujuk, DiterimaTujuan], Diverifikasi, SERVICE_OR_OFFICE),
    rule(Act::Cancel, &[Diajukan, Dikembalikan], Dibatalkan, SENDERS),
    rule(Act::Cancel, HERE, Dibatalkan, OFFICE),
    note(Act::HandOver, &[Diajukan], FRONT),
    note(Act::HandOver, UNDERWAY, OFFICE),
    note(Act::TakeOver, &[Diajukan], FRONT),
    note(Act::TakeOver, UNDERWAY, OFFICE),
    note(Act::Escalate, OPEN, PRESSING).when(upwards),
    note(Act::Review, &[Selesai, Ditolak], &[Supervisor]),
    note(Act::Reply, State::ALL, EVERYBODY),
];

/// Why a step is refused: the keys of its sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state of the case.
    NotNow,
    /// Another role does this.
    NotYours,
    /// The details do not fit: an approval in another's name, an answer to a need.
    NotSo,
    /// A text is empty or too long.
    Text,
}

impl Refusal {
    pub fn key(self) -> &'static str {
        match self {
            Self::NotNow => "case-not-now",
            Self::NotYours => "case-not-yours",
            Self::NotSo => "case-not-so",
            Self::Text => "case-text",
        }
    }
}

/// A time during which papers were awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    pub from: Instant,
    pub to: Option<Instant>,
}

/// Who looks after a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Custody {
    /// The officer who took it.
    pub holder: Option<Id>,
    /// How far up it was passed.
    pub tier: Tier,
    /// When it was last passed up.
    pub raised_at: Option<Instant>,
    /// One officer took it and decided it alone.
    pub alone: bool,
    /// When a supervisor looked at that.
    pub reviewed_at: Option<Instant>,
    /// When the back office proposed a decision that has not fallen yet.
    pub advised_at: Option<Instant>,
}

impl Default for Custody {
    fn default() -> Self {
        Self {
            holder: None,
            tier: Tier::Desa,
            raised_at: None,
            alone: false,
            reviewed_at: None,
            advised_at: None,
        }
    }
}

/// How far a case is: all that later steps depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub need: Need,
    pub kind: Kind,
    pub state: State,
    /// Who approved, after an approval.
    pub decider: Option<Decider>,
    pub opened_at: Instant,
    /// The last step.
    pub changed_at: Instant,
    /// When the present state began.
    pub since: Instant,
    pub accepted_at: Option<Instant>,
    pub first_help_at: Option<Instant>,
    /// When the family had what was approved.
    pub received_at: Option<Instant>,
    /// When the sender first heard something.
    pub answered_at: Option<Instant>,
    /// The last time it was referred on.
    pub referred_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub waited: Vec<Waited>,
    pub custody: Custody,
}

impl Progress {
    /// A referral that has just come in.
    pub fn new(need: Need, at: Instant) -> Self {
        Self {
            need,
            kind: Kind::Rujukan,
            state: Diajukan,
            decider: None,
            opened_at: at,
            changed_at: at,
            since: at,
            accepted_at: None,
            first_help_at: None,
            received_at: None,
            answered_at: None,
            referred_at: None,
            closed_at: None,
            waited: Vec::new(),
            custody: Custody::default(),
        }
    }

    /// As [`Progress::new`], of another kind.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Passed up because its time ran out; `None` when nobody is above.
    #[must_use]
    pub fn raised(&self, at: Instant) -> Option<Self> {
        let tier = self.custody.tier.above()?;
        let at = at.max(self.changed_at);
        let raised_at = Some(at);
        Some(Self {
            changed_at: at,
            custody: Custody {
                tier,
                raised_at,
                ..self.custody
            },
            ..self.clone()
        })
    }

    /// What was sent back came in again, by a repeated referral.
    #[must_use]
    pub fn again(&self, at: Instant) -> Self {
        let at = at.max(self.changed_at);
        Self {
            state: Diajukan,
            changed_at: at,
            since: at,
            ..self.clone()
        }
    }

    /// The decision fell by an objection: the desk looks at it anew.
    #[must_use]
    pub fn reopened(&self, at: Instant) -> Self {
        let at = at.max(self.changed_at);
        Self {
            state: Diverifikasi,
            decider: None,
            changed_at: at,
            since: at,
            closed_at: None,
            custody: Custody {
                advised_at: None,
                ..self.custody
            },
            ..self.clone()
        }
    }

    /// What this role may do now.
    pub fn offered(&self, role: Role) -> BTreeSet<Act> {
        TABLE
            .iter()
            .filter(|rule| rule.from.contains(&self.state) && rule.roles.contains(&role))
            .filter(|rule| self.fits(rule.act) && rule.only.is_none_or(|kind| kind == self.kind))
            .map(|rule| rule.act)
            .collect()
    }

    /// Whether this kind of case knows the act: questions, proposals and complaints end with an
    /// answer, needs with a decision.
    pub(super) fn fits(&self, act: Act) -> bool {
        match act {
            Act::Answer => self.kind.is_talk() || self.need == Need::Lainnya,
            Act::Approve | Act::Refuse => !self.kind.is_talk(),
            Act::Escalate => self.custody.tier.above().is_some(),
            Act::Received => self.decider.is_some() && self.received_at.is_none(),
            Act::NotReceived => self.received_at.is_some(),
            Act::Review => self.custody.alone && self.custody.reviewed_at.is_none(),
            _ => true,
        }
    }

    /// Takes a step. A clock that was set back does not take the case back: the step counts as
    /// taken at the instant of the one before.
    ///
    /// # Errors
    /// When the table has no such step, or its guard or its texts refuse it.
    pub fn step(&self, role: Role, action: &Action, at: Instant) -> Result<Self, Refusal> {
        let act = action.act();
        let mut now = TABLE
            .iter()
            .filter(|rule| rule.act == act && rule.from.contains(&self.state))
            .filter(|rule| rule.only.is_none_or(|kind| kind == self.kind))
            .peekable();
        now.peek().ok_or(Refusal::NotNow)?;
        let mut mine = now.filter(|rule| rule.roles.contains(&role)).peekable();
        mine.peek().ok_or(Refusal::NotYours)?;
        let rule = mine
            .find(|rule| self.fits(rule.act) && (rule.guard)(self, action))
            .ok_or(Refusal::NotSo)?;
        let good = |text: &str| (1..=MAX_TEXT).contains(&text.trim().chars().count());
        if !action.texts().iter().all(|(_, text)| good(text)) {
            return Err(Refusal::Text);
        }
        Ok(self.after(rule, role, action, at.max(self.changed_at)))
    }

    fn after(&self, rule: &Rule, role: Role, action: &Action, at: Instant) -> Self {
        let mut next = self.clone();
        next.changed_at = at;
        if let Some(to) = rule.to {
            next.state = to;
            next.since = at;
        }
        if next.state != self.state {
            next.custody.advised_at = None;
        }
        match action {
            Action::Advise { .. } => next.custody.advised_at = Some(at),
            Action::Accept => next.accepted_at = next.accepted_at.or(Some(at)),
            Action::FirstHelp { .. } => next.first_help_at = next.first_help_at.or(Some(at)),
            Action::Received { .. } => next.received_at = Some(at),
            Action::NotReceived { .. } => next.received_at = None,
            Action::ReferOn { .. } => next.referred_at = Some(at),
            Action::Approve { by, .. } => next.decider = Some(*by),
            Action::HandOver { to, .. } => next.custody.holder = Some(*to),
            Action::Escalate { to, .. } => {
                next.custody.tier = *to;
                next.custody.raised_at = Some(at);
            }
            Action::Review { .. } => next.custody.reviewed_at = Some(at),
            _ => {}
        }
        if tells(role, action) {
            next.answered_at = next.answered_at.or(Some(at));
        }
        if next.state == MenungguDokumen && self.state != MenungguDokumen {
            next.waited.push(Waited { from: at, to: None });
        } else if next.state != MenungguDokumen
            && let Some(open) = next.waited.last_mut()
        {
            open.to = open.to.or(Some(at));
        }
        if next.state.is_final() {
            next.closed_at = next.closed_at.or(Some(at));
        }
        next
    }

    /// The state as the table of public states knows it: state and outcome.
    pub fn published(&self) -> &'static str {
        match (self.state, self.decider) {
            (Selesai, None) => "selesai_dijawab",
            (Selesai, Some(Decider::Desa)) => "selesai_disetujui_desa",
            (state, _) => state.key(),
        }
    }
}

/// Whether a step is news for who sent the case: it has words, and comes from the other side.
pub fn tells(role: Role, action: &Action) -> bool {
    !SENDERS.contains(&role)
        && !action.is_inside()
        && !matches!(action, Action::Accept | Action::DocumentsCame)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::model::{Advice, Destination, RefusalReason};
    use super::*;

    /// One action of each kind and decider.
    pub(in super::super) fn actions() -> Vec<Action> {
        let text = || "kata".to_owned();
        let approve = |by| Action::Approve {
            what: text(),
            by,
            next: text(),
        };
        let mut all = vec![
            Action::Accept,
            Action::AskDocuments { what: text() },
            Action::DocumentsCame,
            Action::FirstHelp { what: text() },
            Action::Received { what: text() },
            Action::NotReceived { why: text() },
            Action::ReferOn {
                to: Destination::Puskesmas,
                note: String::new(),
            },
            Action::Answer { text: text() },
            Action::Advise {
                to: Advice::Setujui,
                why: text(),
            },
            Action::Refuse {
                reason_code: RefusalReason::KuotaPenuh,
                why: text(),
                next: text(),
            },
            Action::Reply { text: text() },
            Action::SendBack { why: text() },
            Action::Cancel { why: text() },
            Action::HandOver {
                to: Id::from_bytes([7; 16]),
                why: text(),
            },
            Action::TakeOver { why: text() },
            Action::Review { note: text() },
        ];
        all.extend(Tier::ALL.iter().map(|to| Action::Escalate {
            to: *to,
            why: text(),
        }));
        all.extend(Decider::ALL.iter().map(|by| approve(*by)));
        all
    }

    fn start(need: Need) -> Progress {
        Progress::new(need, Instant(1_000))
    }

    /// Every state that can be reached, with the steps that leave it.
    fn reachable(need: Need, kind: Kind) -> Vec<(State, BTreeSet<State>)> {
        let mut seen: Vec<(State, BTreeSet<State>)> = Vec::new();
        let mut open = vec![start(need).of_kind(kind)];
        while let Some(case) = open.pop() {
            if seen.iter().any(|(state, _)| *state == case.state) {
                continue;
            }
            let steps = Role::ALL
                .iter()
                .flat_map(|role| actions().into_iter().map(move |action| (*role, action)));
            let next: Vec<_> = steps
                .filter_map(|(role, action)| case.step(role, &action, Instant(2_000)).ok())
                .collect();
            let leads = next
                .iter()
                .map(|n| n.state)
                .filter(|s| *s != case.state)
                .collect();
            seen.push((case.state, leads));
            open.extend(next);
        }
        seen
    }

    #[test]
    fn every_state_is_reached_and_only_final_ones_are_never_left() {
        for (need, kind) in Need::ALL
            .iter()
            .flat_map(|need| Kind::ALL.iter().map(move |kind| (*need, *kind)))
        {
            let seen = reachable(need, kind);
            for state in State::ALL {
                let found = seen.iter().find(|(s, _)| s == state);
                // A question is answered, never refused.
                assert_eq!(
                    found.is_none(),
                    kind.is_talk() && *state == Ditolak,
                    "{state:?} of {kind:?}"
                );
                if let Some((_, leads)) = found {
                    assert_eq!(leads.is_empty(), state.is_final(), "{state:?} for {need:?}");
                }
            }
        }
    }

    #[test]
    fn every_outcome_has_public_words() {
        let book = simpul_rules::Rulebook::embedded();
        let table = book.publication(jiff::civil::date(2026, 11, 21)).unwrap();
        for state in State::ALL {
            for decider in [
                None,
                Some(Decider::Puskesos),
                Some(Decider::Desa),
                Some(Decider::Layanan),
                Some(Decider::Kabupaten),
            ] {
                let case = Progress {
                    state: *state,
                    decider,
                    ..start(Need::Pangan)
                };
                assert!(table.of(case.published()).is_some(), "{}", case.published());
            }
        }
    }

    proptest! {
        /// A random life of a case, with a clock that jumps both ways.
        #[test]
        fn whatever_is_tried_the_case_stays_sound(
            need in select(Need::ALL),
            kind in select(Kind::ALL),
            tries in prop::collection::vec(
                (select(Role::ALL.to_vec()), select(actions()), -5_000_i64..100_000), 1..60,
            ),
        ) {
            let mut case = start(need).of_kind(kind);
            let mut done: Vec<(Role, Action)> = Vec::new();
            for (role, action, ms) in tries {
                let at = Instant(case.changed_at.0 + ms);
                let offered = case.offered(role).contains(&action.act());
                let Ok(next) = case.step(role, &action, at) else { continue };
                // What the page offers is what the table allows.
                prop_assert!(offered);
                // Time never runs backwards, and what was noted once stays.
                prop_assert!(next.changed_at >= case.changed_at && next.since >= case.since);
                for (before, after) in [
                    (case.accepted_at, next.accepted_at),
                    (case.first_help_at, next.first_help_at),
                    (case.answered_at, next.answered_at),
                    (case.closed_at, next.closed_at),
                ] {
                    prop_assert!(before.is_none() || before == after);
                }
                // What was noted by mistake is taken back by a step of its own.
                prop_assert!(
                    case.received_at.is_none()
                        || case.received_at == next.received_at
                        || action.act() == Act::NotReceived
                );
                // It is passed up, never down.
                prop_assert!(next.custody.tier >= case.custody.tier);
                // After the end nothing but replies and a supervisor's look.
                if case.state.is_final() {
                    prop_assert!(matches!(
                        action.act(),
                        Act::Reply | Act::Review | Act::Received | Act::NotReceived
                    ));
                    prop_assert_eq!(next.state, case.state);
                }
                prop_assert_eq!(next.closed_at.is_some(), next.state.is_final());
                // Exactly one pause is open, and only while papers are awaited.
                let open = next.waited.iter().filter(|w| w.to.is_none()).count();
                prop_assert_eq!(open, usize::from(next.state == MenungguDokumen));
                done.push((role, action));
                case = next;
            }
            let did = |act| done.iter().any(|(_, action)| action.act() == act);
            // No way to a decision without its steps, and never without an answer to the sender.
            if matches!(case.state, Selesai | Ditolak) {
                prop_assert!(case.accepted_at.is_some() && case.answered_at.is_some());
            }
            let mut approvals = done.iter().filter(|(_, action)| action.act() == Act::Approve);
            let sound = match case.decider {
                Some(Decider::Layanan) => did(Act::ReferOn),
                Some(Decider::Kabupaten) => approvals.all(|(role, _)| *role == Manajer),
                Some(_) => approvals.all(|(role, _)| *role == Koordinator),
                None => case.state != Selesai || did(Act::Answer),
            };
            prop_assert!(sound);
            // Questions, proposals and complaints are never refused or approved.
            prop_assert!(!kind.is_talk() || !(did(Act::Approve) || did(Act::Refuse)));
            // A service that has it replies before it ends.
            let referred = done.iter().rposition(|(_, action)| action.act() == Act::ReferOn);
            if let (Some(at), true) = (referred, case.state.is_final()) {
                let replies = [Act::Accept, Act::SendBack];
                prop_assert!(done[at..].iter().any(|(_, action)| replies.contains(&action.act())));
            }
        }
    }

    #[test]
    fn a_refusal_without_reason_or_next_step_is_no_refusal() {
        let accepted = start(Need::Pangan)
            .step(Petugas, &Action::Accept, Instant(1))
            .unwrap();
        let refuse = |why: &str, next: &str| {
            let action = Action::Refuse {
                reason_code: RefusalReason::BelumSesuai,
                why: why.into(),
                next: next.into(),
            };
            accepted
                .step(Koordinator, &action, Instant(2))
                .map(|case| case.state)
        };
        assert_eq!(refuse("", "datang lagi"), Err(Refusal::Text));
        assert_eq!(refuse("sudah menerima", "  "), Err(Refusal::Text));
        assert_eq!(
            refuse(&"x".repeat(MAX_TEXT + 1), "datang lagi"),
            Err(Refusal::Text)
        );
        assert_eq!(refuse("sudah menerima", "datang lagi"), Ok(Ditolak));
    }

    #[test]
    fn the_village_does_not_decide_for_the_ministry_or_a_service() {
        let accepted = start(Need::Bantuan)
            .step(Petugas, &Action::Accept, Instant(1))
            .unwrap();
        let approve = |by| Action::Approve {
            what: "x".into(),
            by,
            next: "y".into(),
        };
        let refused = accepted.step(Koordinator, &approve(Decider::Layanan), Instant(2));
        assert_eq!(refused, Err(Refusal::NotSo));
        let refused = accepted.step(Petugas, &approve(Decider::Desa), Instant(2));
        assert_eq!(refused, Err(Refusal::NotYours));
        let village = accepted
            .step(Koordinator, &approve(Decider::Desa), Instant(2))
            .unwrap();
        assert_eq!(village.published(), "selesai_disetujui_desa");
    }
}
