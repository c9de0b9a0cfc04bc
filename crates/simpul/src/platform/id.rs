//! Ids are made where a fact is made: UUIDv7, 16 bytes, never used for order.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use simpul_db::{Cell, Column, Refused, ToValue, Value};
use uuid::Uuid;

use super::Clock;

/// The id of one fact, person, household, case, user. In text: 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 16]);

impl Id {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).as_simple().fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(|id| Self(id.into_bytes()))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Column for Id {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        <[u8; 16]>::from_cell(cell).map(Self)
    }
}

impl ToValue for Id {
    const NULL: Value = Value::Bytes(None);

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// Makes ids, and the random bytes that secrets are made of.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
}

impl Ids {
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }

    /// A fresh id.
    pub fn make(&self) -> Id {
        let ms = u64::try_from(self.clock.now().0).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(ms, &random()).into_uuid();
        Id(id.into_bytes())
    }
}

/// Bytes from the operating system's generator.
///
/// # Panics
/// When the operating system has none: then no secret can be made and nothing may go on.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
