//! Steps in words, the same for desk, kader and citizen.

use super::model::{Act, Action, State};
use super::reads::Step;
use super::transitions::SENDERS;
use crate::platform::format;
use crate::platform::time::Zone;
use crate::platform::words::Lang;

/// A step as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLine {
    pub when: String,
    /// The role of who took it.
    pub who: String,
    pub what: String,
    /// Label and text.
    pub details: Vec<(String, String)>,
}

impl Step {
    /// For those who work on the case, and for who sent it.
    pub fn line(&self, lang: Lang, zone: Zone) -> StepLine {
        StepLine {
            when: format::moment(lang, self.at.civil(zone), zone),
            who: match self.stands {
                true => format!(
                    "{}, {}",
                    lang.t(self.role.words()),
                    lang.t("step-stands-for")
                ),
                false => lang.t(self.role.words()),
            },
            ..self.public_line(lang, zone).with(self.note(lang))
        }
    }

    /// For the family: without the note to a service.
    pub fn public_line(&self, lang: Lang, zone: Zone) -> StepLine {
        let label = |field: &str| lang.t(format!("detail-{}-{field}", words_of(self.action.act())));
        let mut details: Vec<_> = self
            .action
            .texts()
            .into_iter()
            .map(|(field, text)| (label(field), text.to_owned()))
            .collect();
        if let Action::Refuse { reason_code, .. } = &self.action {
            details.insert(0, (label("reason"), lang.t(reason_code.words())));
        }
        StepLine {
            when: format::date(lang, self.at.date_in(zone)),
            who: lang.t(self.role.words()),
            what: self.what(lang),
            details,
        }
    }

    /// What was done, in a few words.
    pub fn what(&self, lang: Lang) -> String {
        match &self.action {
            Action::Accept if self.state == State::DiterimaTujuan => lang.t("step-accept-service"),
            Action::ReferOn { to, .. } => lang.t1("step-refer-on", "to", lang.t(to.words())),
            Action::Advise { to, .. } => lang.t1("step-advise", "what", lang.t(to.words())),
            Action::Approve { by, .. } => lang.t(format!("step-approve-{}", by.key())),
            Action::Escalate { to, .. } => lang.t1("step-escalate", "to", lang.t(to.words())),
            Action::Reply { .. } if SENDERS.contains(&self.role) => lang.t("step-reply-sender"),
            action => lang.t(format!("step-{}", words_of(action.act()))),
        }
    }

    fn note(&self, lang: Lang) -> Option<(String, String)> {
        match &self.action {
            Action::ReferOn { note, .. } if !note.is_empty() => {
                Some((lang.t("detail-refer-on-note"), note.clone()))
            }
            _ => None,
        }
    }
}

impl StepLine {
    fn with(mut self, detail: Option<(String, String)>) -> Self {
        self.details.extend(detail);
        self
    }
}

fn words_of(act: Act) -> String {
    act.key().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::super::model::{Advice, Decider, Destination, Need, RefusalReason, Urgency};
    use super::super::transitions::tests::actions;
    use super::*;
    use crate::access::Role;
    use crate::platform::Instant;

    /// Keys that are put together have words in both languages.
    #[test]
    fn everything_has_words() {
        crate::platform::words::install([&super::super::SLICE.words, &crate::access::SLICE.words]);
        let mut keys: Vec<String> = Vec::new();
        keys.extend(Need::ALL.iter().map(|one| one.words()));
        keys.extend(Urgency::ALL.iter().map(|one| one.words()));
        keys.extend(State::ALL.iter().map(|one| one.words()));
        keys.extend(Decider::ALL.iter().map(|one| one.words()));
        keys.extend(Destination::ALL.iter().map(|one| one.words()));
        keys.extend(Advice::ALL.iter().map(|one| one.words()));
        keys.extend(RefusalReason::ALL.iter().map(|one| one.words()));
        keys.extend(Act::ALL.iter().map(|one| one.words()));
        for lang in Lang::ALL {
            for key in &keys {
                assert!(lang.has(key), "{key} in {lang:?}");
            }
            for action in actions() {
                for (role, state) in [
                    (Role::Kader, State::Diajukan),
                    (Role::Petugas, State::DiterimaTujuan),
                ] {
                    let (at, action) = (Instant(0), action.clone());
                    let line = Step {
                        at,
                        role,
                        action,
                        state,
                        stands: false,
                    }
                    .line(lang, Zone::Wib);
                    let labels = line.details.iter().map(|(label, _)| label);
                    for text in labels.chain([&line.what, &line.who]) {
                        let is_key = text.contains('-') && !text.contains(' ');
                        assert!(!is_key, "{text} in {lang:?}");
                    }
                }
            }
        }
    }
}
