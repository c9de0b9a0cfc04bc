//! From internal case states to the four that a citizen reads.

use serde::{Deserialize, Serialize};

use crate::file::{Edition, RawEdition, Source, duplicate};
use crate::{FileError, Text};

/// What the citizen sees; only these four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicState {
    /// Handed in.
    Diajukan,
    /// Somebody works on it.
    Diproses,
    /// Granted, or answered.
    Disetujui,
    /// Not granted, or ended.
    Ditolak,
}

impl PublicState {
    /// The word of the state itself.
    #[must_use]
    pub fn word(self) -> Text {
        let (id, en) = match self {
            Self::Diajukan => ("Diajukan", "Submitted"),
            Self::Diproses => ("Diproses", "In progress"),
            Self::Disetujui => ("Disetujui", "Approved"),
            Self::Ditolak => ("Ditolak", "Declined"),
        };
        Text {
            id: id.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// What a citizen reads about one internal state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicStatus {
    /// Internal state, or state and outcome as in `selesai_dijawab`.
    pub internal: String,
    /// The public state.
    pub public: PublicState,
    /// What has happened, in a plain sentence.
    pub words: Text,
    /// What to do next.
    pub next: Text,
}

/// One version of the table from internal to public states.
#[derive(Clone, Debug)]
pub struct Publication {
    edition: Edition,
    states: Vec<PublicStatus>,
}

impl AsRef<Edition> for Publication {
    fn as_ref(&self) -> &Edition {
        &self.edition
    }
}

impl Publication {
    /// Reads the text of a table of public states.
    ///
    /// # Errors
    /// Names file, state and field: missing words or validity, a state used twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        let source = Source(file);
        let raw: RawFile = source.read(text)?;
        let states = raw
            .state
            .into_iter()
            .map(|s| s.check(&source))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(key) = duplicate(states.iter().map(|s| s.internal.as_str())) {
            return Err(source.error(Some(key), "internal", "used twice; keep one"));
        }
        Ok(Self {
            edition: source.edition(raw.edition)?,
            states,
        })
    }

    /// What a citizen reads; none for a state that is not public (a draft).
    #[must_use]
    pub fn of(&self, internal: &str) -> Option<&PublicStatus> {
        self.states.iter().find(|s| s.internal == internal)
    }

    /// All states in order of the file.
    #[must_use]
    pub fn all(&self) -> &[PublicStatus] {
        &self.states
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "kind")]
    _kind: String,
    edition: RawEdition,
    state: Vec<RawState>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    internal: String,
    public: Option<PublicState>,
    words: Option<Text>,
    next: Option<Text>,
}

impl RawState {
    fn check(self, source: &Source<'_>) -> Result<PublicStatus, FileError> {
        let at = source.rule(&self.internal);
        Ok(PublicStatus {
            public: at.need("public", self.public)?,
            words: at.text("words", self.words)?,
            next: at.text("next", self.next)?,
            internal: self.internal,
        })
    }
}
