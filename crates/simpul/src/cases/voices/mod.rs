//! What a family says about its case: messages, objection and appeal, one answer at the end.

mod doors;
mod objections;
pub(super) mod pages;
mod pass;
mod sql;
#[cfg(test)]
mod tests;

pub(super) use doors::{Folder, folder};
pub use doors::{NewVoice, Voice, answer_voice, bring_paper, rate, say};
pub use objections::{Decision, Level, Outcome, decide, object};
pub(super) use pass::Pass;
pub(super) use sql::{PUBLIC_CASE, PublicCase};

use crate::platform::keyed;

keyed! {
    /// How content a family is: the four steps of Indonesia's survey of public services
    /// (Permenpan-RB 14/2017).
    pub enum Rating ("rating") {
        VeryGood = "4",
        Good = "3",
        LessGood = "2",
        NotGood = "1",
    }
}

impl Rating {
    /// 1 to 4, the better the higher.
    pub fn score(self) -> i64 {
        match self {
            Self::NotGood => 1,
            Self::LessGood => 2,
            Self::Good => 3,
            Self::VeryGood => 4,
        }
    }
}
