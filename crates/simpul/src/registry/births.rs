//! Days of birth and sexes that were put right: what was concluded from the old ones is concluded
//! anew by whoever did.

use jiff::civil::Date;
use simpul_db::{Source, args};

use super::sql;
pub use super::sql::BirthCorrected;
use crate::access::{Place, Work};
use crate::platform::{Id, Result};

/// Years after a birth within which something may have been concluded from it: nobody older was
/// ever measured as a child here.
const YEARS: i16 = 18;

/// Notes it for those who look at it, where either day is that of somebody young enough.
pub(super) async fn note(
    work: &mut Work,
    place: &Place,
    (person, version): (Id, i64),
    born: [Date; 2],
) -> Result<()> {
    let today = work.at().date_in(place.zone());
    if born.iter().all(|day| day.year() + YEARS < today.year()) {
        return Ok(());
    }
    let row = args![place.kabupaten().as_str(), person, version];
    work.tx().exec(&sql::CORRECT_BIRTH, row).await?;
    Ok(())
}

/// Those behind `last` that nobody has looked at yet, at most a hundred.
///
/// # Errors
/// When the database is away.
pub async fn births_corrected(
    from: &mut impl Source,
    last: Option<&BirthCorrected>,
) -> Result<Vec<BirthCorrected>> {
    let kabupaten = last.map_or("", |last| last.kabupaten.as_str());
    let person = last.map_or(Id::from_bytes([0; 16]), |last| last.person);
    let row = args![kabupaten, person];
    Ok(from.all(&sql::BIRTHS_CORRECTED, row).await?)
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
