//! Three-valued rules with explanations, open questions, public states and working-day clocks.
//!
//! Rules are data: trees of labelled conditions on facts that are declared once. A rule is `Yes` or
//! `No` only when it is so whatever the missing answers turn out to be; else it is `Unknown`, and
//! the verdict names exactly the facts that can still change it. The crate reads no clock and no
//! file: `today` and the texts are passed in.
//!
//! ```
//! use jiff::civil::date;
//! use simpul_rules::{Audience, Facts, Origin, Rulebook, SKRINING_GANDA};
//!
//! let today = date(2026, 7, 3);
//! let book = Rulebook::embedded();
//! let pack = book.pack(SKRINING_GANDA, today)?;
//! let facts = Facts::new()
//!     .with("di_dtsen", true, Origin::Registry, today)
//!     .with("desil", 3, Origin::Registry, today)
//!     .with("terima_sembako", false, Origin::Kader, today);
//!
//! let found = pack.findings(&facts, today, Audience::Officer);
//! let sembako = found.iter().find(|f| f.key() == "sembako").unwrap();
//! assert!(sembako.applies());
//!
//! // A kader never sees a decile, so the same family is only a "maybe" there.
//! let found = pack.findings(&facts, today, Audience::Kader);
//! assert!(!found.iter().find(|f| f.key() == "sembako").unwrap().applies());
//! assert!(pack.next_questions(&facts, today, Audience::Kader).iter().all(|q| q.key != "desil"));
//! # Ok::<(), simpul_rules::NoVersion>(())
//! ```

#![deny(missing_docs)]

mod book;
mod catalogue;
mod clock;
mod diagram;
mod error;
mod file;
mod pack;
mod sla;
mod status;
mod tree;
mod value;
mod verdict;
mod week;
mod words;

#[cfg(test)]
mod tests;

pub use book::{PEMICU, RUJUKAN_ANAK, Rulebook, SKRINING_GANDA};
pub use catalogue::{Catalogue, Choice, FactDef, Kind, Sensitivity};
pub use clock::{Calendar, ClockState, Due, Pause, Span, Timing, Zone};
pub use error::{FactError, FileError, NoVersion};
pub use file::{Edition, Verified};
pub use pack::{Action, Effect, Finding, Help, Need, Pack, Rule, Urgency};
pub use sla::{ServiceTime, Sla};
pub use status::{PublicState, PublicStatus, Publication};
pub use tree::Join;
pub use value::{Audience, Decimal, Fact, Facts, Lang, NotDecimal, Origin, Text, Truth, Value};
pub use verdict::{Because, Explained, Known, Reason, Used, Verdict};
pub use week::{Holidays, WorkWeek};

/// Whole days from one day to another; negative when the second is earlier.
fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> i64 {
    i64::from((to - from).get_days())
}
