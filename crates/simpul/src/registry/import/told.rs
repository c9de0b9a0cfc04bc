//! What is told to whoever brings a file: a key of the word files and the values in it.

use std::borrow::Cow;
use std::fmt::Display;
use std::io;

use serde::{Deserialize, Serialize};

use crate::platform::{AppError, Lang};

/// A sentence. Its values are numbers of rows, names of columns, codes and places; never what
/// stands in a cell about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    key: Cow<'static, str>,
    values: Vec<(Cow<'static, str>, String)>,
}

impl Told {
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key: key.into(),
            values: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name.into(), value.to_string()));
        self
    }

    /// What the operating system says of a file.
    pub fn io(error: &io::Error) -> Self {
        let key = match error.kind() {
            io::ErrorKind::NotFound => "import-file-missing",
            io::ErrorKind::PermissionDenied => "import-file-closed",
            io::ErrorKind::StorageFull => "error-disk-full",
            _ => "import-file-unreadable",
        };
        Self::new(key).with("error", error)
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn in_words(&self, lang: Lang) -> String {
        let values: Vec<(&str, String)> = self
            .values
            .iter()
            .map(|(name, value)| (&**name, value.clone()))
            .collect();
        lang.format(&self.key, &values)
    }
}

/// What is wrong in one field of one row, or what deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Key of the field; empty for the row as a whole.
    pub field: Cow<'static, str>,
    pub told: Told,
}

impl Fault {
    pub fn new(field: &'static str, key: &'static str) -> Self {
        Self::of(field, Told::new(key))
    }

    pub fn of(field: &'static str, told: Told) -> Self {
        Self {
            field: field.into(),
            told,
        }
    }
}

/// Why an import stopped.
#[derive(Debug)]
pub enum ImportError {
    /// The file or the call cannot be used; nothing was written.
    File(Told),
    App(AppError),
}

impl From<Told> for ImportError {
    fn from(told: Told) -> Self {
        Self::File(told)
    }
}

impl<E: Into<AppError>> From<E> for ImportError {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}
