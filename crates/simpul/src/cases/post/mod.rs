//! From the desk back to the post: whom the post should see. The post answers or refuses, with a
//! reason and a next step; the desk closes what was answered, never what was not.

mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use doors::{
    NewPostReferral, PostAnswer, PostReferral, answer_desk, close_post, post_referrals_of,
    refer_to_post, to_post,
};
pub(super) use sql::MOVE_POST_REFERRALS;

use jiff::civil::Date;

use crate::platform::{Id, keyed};

/// Somebody whom the post should see and has not, by the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostGap {
    pub reason: PostReason,
    /// `None`: somebody of the family.
    pub person: Option<Id>,
    pub name: String,
    /// When the post last saw this person.
    pub last: Option<Date>,
}

keyed! {
    /// Why the post should see somebody.
    pub enum PostReason ("post-reason") {
        /// A small child that was not weighed for two months.
        Timbang = "belum_ditimbang",
        /// A pregnancy of which no check-up is known.
        Anc = "belum_anc",
        /// An elderly person whom nobody has seen.
        Lansia = "lansia_belum_diperiksa",
    }

    /// How far it is.
    pub enum PostState ("post-state") {
        Dikirim = "dikirim",
        /// The post takes care of it.
        Diterima = "diterima",
        Dijawab = "dijawab",
        /// The post cannot, and says why and what to do.
        Ditolak = "ditolak",
        Ditutup = "ditutup",
    }
}

impl PostState {
    pub fn mark(self) -> &'static str {
        match self {
            Self::Dikirim => "wait",
            Self::Diterima => "info",
            Self::Dijawab | Self::Ditutup => "good",
            Self::Ditolak => "bad",
        }
    }

    /// Whether the post has said something that ends its part.
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Dijawab | Self::Ditolak)
    }
}
