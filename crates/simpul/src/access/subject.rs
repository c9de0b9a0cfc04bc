//! What is kept outside the journal under the data key of a subject: it ends when the subject is
//! erased, in every backup too.

use simpul_db::args;
use simpul_identity::Wrapped;
use zeroize::Zeroizing;

use super::journal::key_aad;
use super::{Place, Work, sql};
use crate::platform::id::random;
use crate::platform::{App, AppError, Id, Result};

impl Work {
    /// Seals with the data key of a subject, made now if it has none. It opens only with the same
    /// context.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the subject was erased.
    pub async fn seal_for(
        &mut self,
        place: &Place,
        subject: Id,
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>> {
        let key = self
            .subject_key(place.kabupaten().as_str(), subject)
            .await?;
        Ok(key.seal(random(), context, plain))
    }
}

/// Opens what [`Work::seal_for`] sealed; `None` after the subject was erased. The caller has
/// proven that it may be read.
///
/// # Errors
/// When it was changed, or sealed for another context.
pub async fn open_for(
    app: &App,
    kabupaten: &str,
    subject: Id,
    context: &[u8],
    sealed: &[u8],
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let stored: Option<(Option<Vec<u8>>,)> = app
        .db()
        .opt(&sql::SUBJECT_KEY, args![kabupaten, subject])
        .await?;
    let Some(wrapped) = stored.and_then(|(wrapped,)| wrapped) else {
        return Ok(None);
    };
    let key = app
        .keys()
        .unwrap(key_aad(subject.as_bytes()), &Wrapped(wrapped))
        .map_err(AppError::internal)?;
    let plain = key.open(context, sealed).map_err(AppError::internal)?;
    Ok(Some(plain))
}
