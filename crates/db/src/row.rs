//! Rows read from a statement.

use std::cell;

use rusqlite::types::ValueRef;
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::{Postgres, Row as _, TypeInfo as _, ValueRef as _};

use crate::{DbError, StatementInfo};

/// One row of either engine.
pub struct Row<'r> {
    info: &'static StatementInfo,
    raw: Raw<'r>,
    /// Where the next column is looked for first.
    next: cell::Cell<usize>,
}

pub(crate) enum Raw<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl<'r> Row<'r> {
    pub(crate) fn new(info: &'static StatementInfo, raw: Raw<'r>) -> Self {
        let next = cell::Cell::new(0);
        Self { info, raw, next }
    }

    /// The column of that name. Errors: [`DbError::Column`] when it is missing or holds
    /// something else.
    pub fn get<T: Column>(&self, column: &str) -> Result<T, DbError> {
        let cell = match &self.raw {
            Raw::Sqlite(row) => self
                .place(row, column)
                .and_then(|place| row.get_ref(place).ok())
                .map(Of::Sqlite),
            Raw::Postgres(row) => row.try_get_raw(column).ok().map(Of::Postgres),
        };
        self.read(cell, || column.to_owned())
    }

    /// The place of a column in SQLite's row: mostly they are asked for in their order.
    fn place(&self, row: &rusqlite::Row<'_>, column: &str) -> Option<usize> {
        let statement = row.as_ref();
        let is = |place: &usize| {
            statement
                .column_name(*place)
                .is_ok_and(|name| name == column)
        };
        let next = Some(self.next.get()).filter(is);
        let place = next.or_else(|| (0..statement.column_count()).find(is))?;
        self.next.set(place + 1);
        Some(place)
    }

    fn at<T: Column>(&self, position: usize) -> Result<T, DbError> {
        let cell = match &self.raw {
            Raw::Sqlite(row) => row.get_ref(position).ok().map(Of::Sqlite),
            Raw::Postgres(row) => row.try_get_raw(position).ok().map(Of::Postgres),
        };
        self.read(cell, || (position + 1).to_string())
    }

    fn read<T: Column>(
        &self,
        cell: Option<Of<'_>>,
        column: impl Fn() -> String,
    ) -> Result<T, DbError> {
        let wrong = |expected| DbError::Column {
            statement: self.info.name(),
            column: column(),
            expected,
        };
        let cell = cell.ok_or_else(|| wrong("any column"))?;
        T::from_cell(Cell(cell)).map_err(|Refused(expected)| wrong(expected))
    }
}

/// One value of a row.
pub struct Cell<'r>(Of<'r>);

enum Of<'r> {
    Sqlite(ValueRef<'r>),
    Postgres(PgValueRef<'r>),
}

/// A cell's value is not what was expected; says what was ("an integer", "a NIK").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

impl Cell<'_> {
    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        match &self.0 {
            Of::Sqlite(v) => *v == ValueRef::Null,
            Of::Postgres(v) => v.is_null(),
        }
    }
}

/// Decodes when the value is not NULL and PostgreSQL's type is one of `types`.
fn decode<'r, T: sqlx::Decode<'r, Postgres>>(value: PgValueRef<'r>, types: &[&str]) -> Option<T> {
    let fits = !value.is_null() && types.contains(&value.type_info().name());
    fits.then(|| T::decode(value).ok()).flatten()
}

/// What a column can be read into. A newtype reads its inner value and parses or refuses:
///
/// ```
/// use simpul_db::{Cell, Column, Refused};
///
/// struct Decile(u32);
/// impl Column for Decile {
///     fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
///         match u32::from_cell(cell)? {
///             d @ 1..=10 => Ok(Decile(d)),
///             _ => Err(Refused("a decile")),
///         }
///     }
/// }
/// ```
pub trait Column: Sized {
    /// Reads the cell, or says what was expected there.
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused>;
}

impl Column for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match cell.0 {
            Of::Sqlite(ValueRef::Integer(n)) => Some(n),
            Of::Sqlite(_) => None,
            // PostgreSQL's literals and some functions are INT4.
            Of::Postgres(v) if v.type_info().name() == "INT4" => {
                decode::<i32>(v, &["INT4"]).map(i64::from)
            }
            Of::Postgres(v) => decode(v, &["INT8"]),
        }
        .ok_or(Refused("an integer"))
    }
}

macro_rules! small_int {
    ($($t:ty: $expected:literal),+) => {$(
        impl Column for $t {
            fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
                i64::from_cell(cell)?.try_into().map_err(|_| Refused($expected))
            }
        }
    )+};
}
small_int!(
    i32: "an integer of 32 bits", u32: "a whole number of 32 bits",
    u16: "a whole number of 16 bits", u8: "a whole number of 8 bits"
);

impl Column for f64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match cell.0 {
            Of::Sqlite(ValueRef::Real(x)) => Some(x),
            // An expression such as coalesce(x, 0) is an integer in SQLite.
            Of::Sqlite(ValueRef::Integer(n)) => Some(n as f64),
            Of::Sqlite(_) => None,
            Of::Postgres(v) => decode(v, &["FLOAT8"]),
        }
        .ok_or(Refused("a number"))
    }
}

impl Column for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match cell.0 {
            Of::Sqlite(ValueRef::Integer(0)) => Some(false),
            Of::Sqlite(ValueRef::Integer(1)) => Some(true),
            Of::Sqlite(_) => None,
            Of::Postgres(v) => decode(v, &["BOOL"]),
        }
        .ok_or(Refused("yes or no"))
    }
}

impl Column for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match cell.0 {
            Of::Sqlite(v) => v.as_str().ok().map(str::to_owned),
            Of::Postgres(v) => decode(v, &["TEXT", "VARCHAR", "NAME"]),
        }
        .ok_or(Refused("a text"))
    }
}

/// Bytes of the row itself.
fn bytes<'r>(cell: Cell<'r>) -> Option<&'r [u8]> {
    match cell.0 {
        Of::Sqlite(ValueRef::Blob(bytes)) => Some(bytes),
        Of::Sqlite(_) => None,
        Of::Postgres(v) => decode(v, &["BYTEA"]),
    }
}

impl Column for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        bytes(cell).map(<[u8]>::to_vec).ok_or(Refused("bytes"))
    }
}

macro_rules! byte_array {
    ($($n:literal: $expected:literal),+) => {$(
        impl Column for [u8; $n] {
            fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
                bytes(cell)
                    .and_then(|bytes| bytes.try_into().ok())
                    .ok_or(Refused($expected))
            }
        }
    )+};
}
byte_array!(16: "16 bytes", 32: "32 bytes");

impl<T: Column> Column for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        if cell.is_null() {
            Ok(None)
        } else {
            T::from_cell(cell).map(Some)
        }
    }
}

/// What a row can be read into: a struct by [`row!`](crate::row), a tuple of up to four columns
/// by position, or the single column itself.
pub trait FromRow: Sized + Send + Unpin {
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

impl<T: Column + Send + Unpin> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        row.at(0)
    }
}

macro_rules! tuple {
    ($($t:ident $n:tt),+) => {
        impl<$($t: Column + Send + Unpin),+> FromRow for ($($t,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                Ok(($(row.at::<$t>($n)?,)+))
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);

/// A struct read from a row by the names of its fields.
///
/// ```
/// simpul_db::row! {
///     /// Who may sign in.
///     pub struct UserRow {
///         pub id: [u8; 16],
///         pub name: String,
///         pub area: Option<String>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! row {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $t:ty),* $(,)?
    })+) => {$(
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $t),*
        }
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> ::std::result::Result<Self, $crate::DbError> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    )+};
}
