//! Values bound to a statement.

use std::fmt;
use std::mem::{Discriminant, discriminant};

use crate::DbError;

/// One bound value. `None` is a NULL that keeps its type, which PostgreSQL needs.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA.
    Bytes(Option<Vec<u8>>),
    /// BOOLEAN.
    Bool(Option<bool>),
    /// An array, for `= any($n)`.
    List(List),
}

/// Values of one type; made by [`list`].
#[derive(Clone, PartialEq)]
pub struct List {
    /// NULL of the type, which PostgreSQL needs of an empty list too.
    pub(crate) null: Box<Value>,
    pub(crate) values: Vec<Value>,
}

/// The type of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
    Bytes,
    Bool,
    List(Discriminant<Value>),
}

impl Value {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Int(_) => Kind::Int,
            Self::Real(_) => Kind::Real,
            Self::Text(_) => Kind::Text,
            Self::Bytes(_) => Kind::Bytes,
            Self::Bool(_) => Kind::Bool,
            Self::List(list) => Kind::List(discriminant(&list.null)),
        }
    }

    /// Refuses what the two engines store differently: SQLite keeps NaN as NULL, PostgreSQL
    /// refuses a NUL inside a text.
    pub(crate) fn check(&self, statement: &'static str) -> Result<(), DbError> {
        match self {
            Self::Real(Some(x)) if x.is_nan() => Err(DbError::other(
                statement,
                "a bound number is not a number (NaN)",
            )),
            Self::Text(Some(t)) if t.as_bytes().contains(&0) => Err(DbError::other(
                statement,
                "a bound text contains a NUL character",
            )),
            Self::List(list) => list.values.iter().try_for_each(|one| {
                if one.kind() != list.null.kind() {
                    return Err(DbError::other(statement, "a list of several types"));
                }
                one.check(statement)
            }),
            _ => Ok(()),
        }
    }
}

/// Shows the type alone: values may be personal data.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(..)", self.kind())
    }
}

/// What can be bound. A newtype binds as its inner value:
///
/// ```
/// use simpul_db::{ToValue, Value, args};
///
/// struct Grams(u32);
/// impl ToValue for Grams {
///     const NULL: Value = Value::Int(None);
///     fn to_value(&self) -> Value {
///         self.0.to_value()
///     }
/// }
/// assert_eq!(args![Grams(8200)], [Value::Int(Some(8200))]);
/// assert_eq!(args![None::<Grams>], [Value::Int(None)]);
/// ```
pub trait ToValue {
    /// NULL of this type.
    const NULL: Value;
    /// The value to bind.
    fn to_value(&self) -> Value;
}

macro_rules! to_value {
    ($($variant:ident: $($t:ty as $convert:expr),+;)+) => {$($(
        impl ToValue for $t {
            const NULL: Value = Value::$variant(None);
            fn to_value(&self) -> Value {
                let convert: fn(&$t) -> _ = $convert;
                Value::$variant(Some(convert(self)))
            }
        }
        impl From<$t> for Value {
            fn from(v: $t) -> Value {
                v.to_value()
            }
        }
    )+)+};
}

to_value! {
    Int: i64 as |v| *v, i32 as |v| i64::from(*v), u32 as |v| i64::from(*v),
        i16 as |v| i64::from(*v), u16 as |v| i64::from(*v), u8 as |v| i64::from(*v);
    // SQLite cannot keep a negative zero.
    Real: f64 as |v| *v + 0.0;
    Text: String as String::clone;
    Bytes: Vec<u8> as Vec::clone, [u8; 16] as |v| v.to_vec(), [u8; 32] as |v| v.to_vec();
    Bool: bool as |v| *v;
}

impl ToValue for str {
    const NULL: Value = Value::Text(None);
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl ToValue for [u8] {
    const NULL: Value = Value::Bytes(None);
    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.to_owned()))
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    const NULL: Value = T::NULL;
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    const NULL: Value = T::NULL;
    fn to_value(&self) -> Value {
        self.as_ref().map_or(T::NULL, T::to_value)
    }
}

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        v.to_value()
    }
}

impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        v.to_value()
    }
}

impl<T: ToValue> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.to_value()
    }
}

/// The binds of a statement, in the order of `$1`, `$2`, ...: an array of [`Value`].
///
/// Arguments are read by reference, so nothing is moved.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        [$($crate::ToValue::to_value(&$value)),*] as [$crate::Value; _]
    };
}

/// Values of any number as one bind: a statement compares with `= any($n)`.
///
/// ```
/// use simpul_db::{args, list};
///
/// let row = args!["1810", list([1_i64, 2, 3])];
/// assert_eq!(row.len(), 2);
/// ```
pub fn list<T: ToValue>(all: impl IntoIterator<Item = T>) -> Value {
    Value::List(List {
        null: Box::new(T::NULL),
        values: all.into_iter().map(|one| one.to_value()).collect(),
    })
}

/// A value that was made before stands for itself.
impl ToValue for Value {
    const NULL: Value = Value::Text(None);
    fn to_value(&self) -> Value {
        self.clone()
    }
}
