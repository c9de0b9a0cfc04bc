//! Rows read from a statement.

use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use crate::{DbError, StatementInfo};

/// One row of either engine.
pub struct Row<'r> {
    pub(crate) info: &'static StatementInfo,
    pub(crate) raw: Raw<'r>,
}

pub(crate) enum Raw<'r> {
    Sqlite(&'r sqlx::sqlite::SqliteRow),
    Postgres(&'r sqlx::postgres::PgRow),
}

impl Row<'_> {
    /// The column of that name. Errors: [`DbError::Column`] when it is missing or holds
    /// something else.
    pub fn get<T: Column>(&self, column: &str) -> Result<T, DbError> {
        let cell = match &self.raw {
            Raw::Sqlite(r) => r.try_get_raw(column).map(Of::Sqlite),
            Raw::Postgres(r) => r.try_get_raw(column).map(Of::Postgres),
        };
        self.read(cell, || column.to_owned())
    }

    fn at<T: Column>(&self, position: usize) -> Result<T, DbError> {
        let cell = match &self.raw {
            Raw::Sqlite(r) => r.try_get_raw(position).map(Of::Sqlite),
            Raw::Postgres(r) => r.try_get_raw(position).map(Of::Postgres),
        };
        self.read(cell, || (position + 1).to_string())
    }

    fn read<T: Column>(
        &self,
        cell: Result<Of<'_>, sqlx::Error>,
        column: impl Fn() -> String,
    ) -> Result<T, DbError> {
        let wrong = |expected| DbError::Column {
            statement: self.info.name(),
            column: column(),
            expected,
        };
        let cell = cell.map_err(|_| wrong("any column"))?;
        T::from_cell(Cell(cell)).map_err(|Refused(expected)| wrong(expected))
    }
}

/// One value of a row.
pub struct Cell<'r>(Of<'r>);

enum Of<'r> {
    Sqlite(sqlx::sqlite::SqliteValueRef<'r>),
    Postgres(sqlx::postgres::PgValueRef<'r>),
}

/// A cell's value is not what was expected; says what was ("an integer", "a NIK").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

impl<'r> Cell<'r> {
    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        match &self.0 {
            Of::Sqlite(v) => v.is_null(),
            Of::Postgres(v) => v.is_null(),
        }
    }

    /// Decodes when the engine's type is one of `types` and the value is not NULL.
    fn decode<T>(self, types: &[&str], expected: &'static str) -> Result<T, Refused>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Decode<'r, sqlx::Postgres>,
    {
        let fits = |name: &str| types.contains(&name);
        match self.0 {
            Of::Sqlite(v) if !v.is_null() && fits(v.type_info().name()) => {
                <T as sqlx::Decode<sqlx::Sqlite>>::decode(v).ok()
            }
            Of::Postgres(v) if !v.is_null() && fits(v.type_info().name()) => {
                <T as sqlx::Decode<sqlx::Postgres>>::decode(v).ok()
            }
            _ => None,
        }
        .ok_or(Refused(expected))
    }

    fn int(self) -> Result<i64, Refused> {
        const EXPECTED: &str = "an integer";
        match &self.0 {
            // PostgreSQL's literals and some functions are INT4.
            Of::Postgres(v) if v.type_info().name() == "INT4" => {
                self.decode::<i32>(&["INT4"], EXPECTED).map(i64::from)
            }
            _ => self.decode(&["INTEGER", "INT8"], EXPECTED),
        }
    }
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
        cell.int()
    }
}

macro_rules! small_int {
    ($($t:ty: $expected:literal),+) => {$(
        impl Column for $t {
            fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
                cell.int()?.try_into().map_err(|_| Refused($expected))
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
        match &cell.0 {
            // An expression such as coalesce(x, 0) is an integer in SQLite.
            Of::Sqlite(v) if v.type_info().name() == "INTEGER" => cell.int().map(|n| n as f64),
            _ => cell.decode(&["REAL", "FLOAT8"], "a number"),
        }
    }
}

impl Column for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match &cell.0 {
            Of::Sqlite(_) => match cell.int() {
                Ok(0) => Ok(false),
                Ok(1) => Ok(true),
                _ => Err(Refused("yes or no")),
            },
            Of::Postgres(_) => cell.decode(&["BOOL"], "yes or no"),
        }
    }
}

impl Column for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        cell.decode(&["TEXT", "VARCHAR", "NAME"], "a text")
    }
}

impl Column for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        cell.decode(&["BLOB", "BYTEA"], "bytes")
    }
}

macro_rules! byte_array {
    ($($n:literal: $expected:literal),+) => {$(
        impl Column for [u8; $n] {
            fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
                let bytes: &[u8] = cell.decode(&["BLOB", "BYTEA"], $expected)?;
                bytes.try_into().map_err(|_| Refused($expected))
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
