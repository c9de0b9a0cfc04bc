//! Entries are sealed to the server's key, those of one session with one agreement.

use super::{Sealed, Wrong, bytes};
use crate::seal::{self, Sealer};
use crate::wire::Entry;

/// The sealer of this session, and the key it is for.
#[derive(Default)]
pub struct Sealing(Option<(String, Sealer)>);

impl Sealing {
    /// Seals an entry's body; the randomness is used when no sealer is there for this key.
    pub fn entry(&mut self, key: String, mut entry: Entry, random: &str) -> Result<Sealed, Wrong> {
        if self.0.as_ref().is_none_or(|(known, _)| *known != key) {
            let to = seal::from_base64(&key).and_then(|key| key.try_into().ok());
            let sealer = Sealer::of_entries(&to.ok_or("key")?, bytes(random)?);
            self.0 = Some((key, sealer.map_err(|_| "key")?));
        }
        let (_, sealer) = self.0.as_mut().ok_or("key")?;
        entry.seal(sealer).map_err(|_| "entry without body")?;
        let bytes = entry.sealed.as_ref().map_or(0, String::len);
        Ok(Sealed {
            entry,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        })
    }
}
