//! Values that are stored as text and parsed when read: areas, dates, keys of closed lists.

use std::ops::Deref;
use std::str::FromStr;

use simpul_db::{Cell, Column, Refused};

/// A text column that must parse as `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stored<T>(pub T);

impl<T: FromStr> Column for Stored<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        let text = String::from_cell(cell)?;
        text.parse()
            .map(Self)
            .map_err(|_| Refused(std::any::type_name::<T>()))
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
