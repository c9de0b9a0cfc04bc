//! Probabilistic record linkage for Indonesian registers: which records are of the same person,
//! learned from the file itself.
//!
//! The model is that of Fellegi and Sunter with the pairs of one household and of twins as kinds of
//! their own ([`Model`]). Candidates come from blocking rules ([`Blocks`]); each candidate is
//! compared column by column; a pair's probability is that of the same person given its levels and
//! how common its values are. The crate is pure: files come in as readers, nothing asks the clock.
//!
//! ```
//! use simpul_linkage::{Linkage, Options, Quit, Schema, Table};
//!
//! let mut table = Table::new(Schema::standard());
//! let file = "rec_id,nik,nama,tgl_lahir\n\
//!     1,3204125201900003,Siti Aminah,1990-01-12\n\
//!     2,3204125201900003,St. Aminah,1990-01-12\n\
//!     3,3204121507850001,Bambang Sutrisno,1985-07-15\n";
//! table.read(file.as_bytes(), |_| Quit::No)?;
//! let found = Linkage::find(table, &Options::default(), |_| Quit::No)?;
//! assert_eq!(found.pairs.len(), 1);
//! assert_eq!(found.clusters[0], found.clusters[1]);
//! assert_ne!(found.clusters[0], found.clusters[2]);
//!
//! // A file without the column of ids is refused with its name.
//! let mut table = Table::new(Schema::standard());
//! let wrong = table.read("nomor,nama\n1,Siti".as_bytes(), |_| Quit::No);
//! assert!(wrong.is_err_and(|e| e.to_string().contains("rec_id")));
//! # Ok::<(), simpul_linkage::LinkError>(())
//! ```

#![deny(missing_docs)]

mod block;
mod cells;
mod cluster;
mod compare;
mod index;
mod likeness;
mod model;
mod report;
mod run;
mod schema;
mod table;
mod values;
mod words;

pub use block::{Blocks, Range, RuleReport};
pub use compare::level_key;
pub use index::{Index, Match};
pub use likeness::jaro_winkler;
pub use model::Model;
pub use run::{Evidence, Linkage, Options, Pair, Progress, Scorer};
pub use schema::{Column, Kind, MOST_COLUMNS, MOST_RULES, Part, Rule, Schema};
pub use table::Table;

/// Whether to stop early: the answer of a progress callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quit {
    /// Go on.
    No,
    /// Stop; the call ends with [`LinkError::Stopped`].
    Yes,
}

/// Why a file could not be linked. It never repeats a value of the file.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The schema is wrong.
    #[error("the schema: {0}")]
    Schema(String),
    /// A needed column is not there.
    #[error("the file has no column {0:?}; name it in a schema file (--schema)")]
    NoColumn(String),
    /// A record without an id.
    #[error("line {line}: the record has no id; each record needs one")]
    NoId {
        /// Line of the file, the heading being 1.
        line: u64,
    },
    /// An id that is no text.
    #[error("line {line}: the id is not UTF-8; save the file as \"CSV UTF-8\"")]
    NotUtf8 {
        /// Line of the file.
        line: u64,
    },
    /// The file is no CSV.
    #[error("{0}")]
    Csv(String),
    /// Reading failed.
    #[error("reading the file: {0}")]
    Io(#[from] std::io::Error),
    /// More records than can be numbered.
    #[error("the file is too large: ids of at most 4 GB in all")]
    TooMany,
    /// A progress callback asked for it.
    #[error("stopped")]
    Stopped,
}

impl LinkError {
    fn csv(error: &csv::Error) -> Self {
        let line = error.position().map_or(0, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::Io(e) => Self::Io(std::io::Error::new(e.kind(), e.to_string())),
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => Self::Csv(format!(
                "line {line}: {len} fields where the heading has {expected_len}"
            )),
            _ => Self::Csv(format!("line {line}: not readable as CSV")),
        }
    }
}
