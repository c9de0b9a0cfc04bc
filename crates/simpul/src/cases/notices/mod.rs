//! Notices: written in the transaction of the fact they tell of, sent afterwards with patience.
//! They name nobody and nothing, since a telephone is often shared.

mod doors;
mod gateways;
pub(super) mod pages;
mod send;
mod sql;
#[cfg(test)]
mod tests;
mod texts;
mod worker;

pub use doors::{Notice, notices, refuse_notices};
pub(super) use doors::{Tell, refuses_notices, tell};
pub use gateways::Gateways;
pub use worker::{deliver_due, run};

use crate::platform::keyed;

keyed! {
    /// How a notice goes out.
    pub enum Channel ("channel") {
        /// SMS or WhatsApp to the family.
        Hp = "hp",
        /// E-mail to the desk.
        Surel = "surel",
        /// A web hook of another system.
        Kait = "kait",
    }

    /// Where a notice stands.
    pub enum NoticeState ("notice-state") {
        Menunggu = "menunggu",
        Terkirim = "terkirim",
        /// Given up after many tries, or refused for good.
        Berhenti = "berhenti",
    }

    /// What a notice tells of.
    pub enum NoticeKind ("notice-kind") {
        /// A case came in.
        Masuk = "masuk",
        /// A step that the family may read.
        Langkah = "langkah",
        /// The family wrote, or raised an objection.
        Suara = "suara",
        /// The desk answered the family.
        Jawaban = "jawaban",
    }

    /// Why a try failed.
    pub enum Fault ("notice-fault") {
        /// No telephone number is known.
        TanpaNomor = "tanpa_nomor",
        /// The family wants none.
        TidakMau = "tidak_mau",
        /// The receiver is not in the settings any more.
        TanpaTujuan = "tanpa_tujuan",
        /// Not reached, or busy.
        TakTerjangkau = "tak_terjangkau",
        /// The receiver refused it for good.
        Tolak = "tolak",
    }
}
