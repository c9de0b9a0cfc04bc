//! Days of birth and sexes that were put right: what was concluded from the old ones is concluded
//! anew by whoever did.

use simpul_db::{Source, args};

use super::sql;
pub use super::sql::BirthCorrected;
use crate::access::{Place, Work};
use crate::platform::{Id, Result};

/// Notes it for those who look at it.
pub(super) async fn note(work: &mut Work, place: &Place, person: Id, version: i64) -> Result<()> {
    let row = args![place.kabupaten().as_str(), person, version];
    work.tx().exec(&sql::CORRECT_BIRTH, row).await?;
    Ok(())
}

/// Those that nobody has looked at yet, at most a hundred.
///
/// # Errors
/// When the database is away.
pub async fn births_corrected(from: &mut impl Source) -> Result<Vec<BirthCorrected>> {
    Ok(from.all(&sql::BIRTHS_CORRECTED, args![]).await?)
}

/// All that depends on it is right again.
///
/// # Errors
/// When the database is away.
pub async fn birth_seen_to(work: &mut Work, birth: &BirthCorrected) -> Result<()> {
    let row = args![birth.kabupaten.as_str(), birth.person, birth.version];
    work.tx().exec(&sql::BIRTH_SEEN_TO, row).await?;
    Ok(())
}
