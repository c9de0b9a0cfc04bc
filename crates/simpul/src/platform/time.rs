//! Instants, the clock that is passed in, and local days of the three Indonesian zones.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use simpul_db::{Cell, Column, Refused, ToValue, Value};
pub use simpul_identity::region::Zone;

/// Milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    /// The first instant of a civil day in the zone of a place.
    pub fn start_of(day: Date, zone: Zone) -> Self {
        let midnight = day.at(0, 0, 0, 0);
        let zoned = midnight.to_zoned(TimeZone::fixed(Offset::constant(zone.hours())));
        Self(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }

    /// The civil day at this instant in the zone of a place.
    pub fn date_in(self, zone: Zone) -> Date {
        self.civil(zone).date()
    }

    /// Date and time of day in the zone of a place.
    pub fn civil(self, zone: Zone) -> jiff::civil::DateTime {
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(TimeZone::fixed(Offset::constant(zone.hours())))
            .datetime()
    }
}

impl Column for Instant {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        i64::from_cell(cell).map(Self)
    }
}

impl ToValue for Instant {
    const NULL: Value = Value::Int(None);

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// Where "now" comes from: the machine, or a hand that a test or the demo turns.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn manual(start: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.0)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant(jiff::Timestamp::now().as_millisecond()),
            Self::Manual(at) => Instant(at.load(Ordering::Relaxed)),
        }
    }

    /// Sets a manual clock; the system's cannot be set.
    pub fn set(&self, now: Instant) {
        if let Self::Manual(at) = self {
            at.store(now.0, Ordering::Relaxed);
        }
    }

    /// Moves a manual clock forward; the system's cannot be moved.
    pub fn advance_ms(&self, ms: i64) {
        if let Self::Manual(at) = self {
            at.fetch_add(ms, Ordering::Relaxed);
        }
    }
}
