//! Proof, in a form field, that the right ticket was shown a short while ago: sealed by us, so
//! that neither code nor number stands in a page.

use serde::{Deserialize, Serialize};
use simpul_identity::{Aad, Sealed};

use crate::platform::id::random;
use crate::platform::{App, AppError, Id, Instant, Result};

/// How long a page with forms stays good, in seconds.
const GOOD_FOR_SECONDS: i64 = 3600;
const PLACE: Aad<'static> = Aad {
    table: "tickets",
    column: "pass",
    row: b"",
};

/// Which case a citizen may write to, and until when.
#[derive(Serialize, Deserialize)]
pub(in crate::cases) struct Pass {
    pub kabupaten: String,
    pub case: Id,
    until: Instant,
}

impl Pass {
    pub fn new(app: &App, kabupaten: String, case: Id) -> Self {
        let until = app.now().plus_seconds(GOOD_FOR_SECONDS);
        Self {
            kabupaten,
            case,
            until,
        }
    }

    /// As it stands in a form.
    pub fn seal(&self, app: &App) -> Result<String> {
        let plain = serde_json::to_vec(self).map_err(AppError::internal)?;
        let sealed = app.keys().seal(random(), PLACE, &plain);
        Ok(hex::encode(sealed.0))
    }

    /// Reads a pass of ours that is still good.
    pub fn open(app: &App, text: &str) -> Result<Self> {
        let old = || AppError::Refused("track-pass");
        let sealed = Sealed(hex::decode(text).map_err(|_| old())?);
        let plain = app.keys().open(PLACE, &sealed).map_err(|_| old())?;
        let pass: Self = serde_json::from_slice(&plain).map_err(|_| old())?;
        match pass.until >= app.now() {
            true => Ok(pass),
            false => Err(old()),
        }
    }
}
