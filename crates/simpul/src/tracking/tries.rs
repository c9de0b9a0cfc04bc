//! How many wrong answers the public page takes in a minute, from everybody together. One code is
//! locked by itself; this keeps a flood of invented codes from filling the table of failures.

use std::sync::{Mutex, PoisonError};

use crate::platform::{AppError, Instant, Result};

const WINDOW_MS: i64 = 60_000;
/// Far above what the families of a kabupaten mistype in a minute.
const MOST: u32 = 120;

/// The wrong answers of the present minute.
#[derive(Debug, Default)]
pub struct Tries(Mutex<(i64, u32)>);

impl Tries {
    /// Notes a wrong answer.
    pub fn wrong(&self, now: Instant) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0.div_euclid(WINDOW_MS);
        let count = if window.0 == minute { window.1 } else { 0 };
        *window = (minute, count.saturating_add(1));
    }

    /// # Errors
    /// [`AppError::TooMany`] when this minute has seen too many wrong answers.
    pub fn admit(&self, now: Instant) -> Result<()> {
        let window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (minute, rest) = (now.0.div_euclid(WINDOW_MS), now.0.rem_euclid(WINDOW_MS));
        if *window >= (minute, MOST) && window.0 == minute {
            let seconds = (WINDOW_MS - rest + 999) / 1000;
            return Err(AppError::TooMany { seconds });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_stopped_until_the_next_minute() {
        let (tries, start) = (Tries::default(), Instant(600_000));
        for _ in 0..MOST {
            assert!(tries.admit(start).is_ok());
            tries.wrong(start);
        }
        assert!(matches!(
            tries.admit(start),
            Err(AppError::TooMany { seconds: 60 })
        ));
        assert!(tries.admit(start.plus_seconds(60)).is_ok());
    }
}
