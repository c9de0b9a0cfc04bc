//! Named points at which a simulation lets the program end; in operation none is ever armed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{AppError, Result};

/// Just before a sending is committed.
pub const BEFORE_COMMIT: &str = "push: before commit";
/// Just after it was.
pub const AFTER_COMMIT: &str = "push: after commit";

/// The points of one application.
#[derive(Debug, Default)]
pub struct Points {
    any: AtomicBool,
    armed: Mutex<Option<&'static str>>,
}

impl Points {
    /// The next pass of this point ends what is under way.
    pub fn arm(&self, point: &'static str) {
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = Some(point);
        self.any.store(true, Ordering::Relaxed);
    }

    /// Goes past a point.
    ///
    /// # Errors
    /// The point was armed.
    pub fn pass(&self, point: &'static str) -> Result<()> {
        if !self.any.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        match armed.take_if(|armed| *armed == point) {
            Some(point) => Err(AppError::Internal(format!("ended at {point}"))),
            None => Ok(()),
        }
    }
}
