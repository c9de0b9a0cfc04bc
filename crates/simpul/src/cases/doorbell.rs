//! How many matters the public page takes in an hour, from everybody together: what people write
//! in need is far below it, what a machine writes is not.

use std::sync::{Mutex, PoisonError};

use crate::platform::{AppError, Instant, Result};

const WINDOW_MS: i64 = 3_600_000;
const MOST: u32 = 300;

/// The matters of the present hour.
#[derive(Debug, Default)]
pub struct Doorbell(Mutex<(i64, u32)>);

impl Doorbell {
    /// # Errors
    /// [`AppError::TooMany`] when this hour has taken too many.
    pub fn ring(&self, now: Instant) -> Result<()> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (hour, rest) = (now.0.div_euclid(WINDOW_MS), now.0.rem_euclid(WINDOW_MS));
        let count = if window.0 == hour { window.1 } else { 0 };
        if count >= MOST {
            let seconds = (WINDOW_MS - rest + 999) / 1000;
            return Err(AppError::TooMany { seconds });
        }
        *window = (hour, count + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_stopped_until_the_next_hour() {
        let (bell, start) = (Doorbell::default(), Instant(7_200_000));
        assert!((0..MOST).all(|_| bell.ring(start).is_ok()));
        let stopped = bell.ring(start);
        assert!(matches!(stopped, Err(AppError::TooMany { seconds: 3600 })));
        assert!(bell.ring(start.plus_seconds(3600)).is_ok());
    }
}
