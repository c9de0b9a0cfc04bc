//! From file to verdicts: rows are read, matched five hundred at a time, and staged sealed.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use simpul_db::{OnConflict, Tx, Value, args};
use simpul_identity::{Aad, Sealed, search_key};
use zeroize::Zeroizing;

use super::judge::{Candidate, Home, Known, Verdict, judge};
use super::mapping::Mapping;
use super::person::{ListedPerson, Reader};
use super::sql;
use super::table::{self, Row};
use super::told::{Fault, ImportError, Told};
use super::{Import, Observer, Step};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Result};
use crate::registry::numbers::{kk_hash, nik_hash};

/// What must be remembered across batches.
#[derive(Default)]
struct Memory {
    /// Where a NIK, or a name with family and day of birth, stood first.
    first_seen: HashMap<u64, u64>,
    /// Registered persons that rows surely mean.
    claimed: HashSet<Id>,
    /// Rows that are new if those they resemble are claimed by others.
    alike: Vec<(u64, Vec<Id>)>,
    /// Rows that a later row repeats.
    repeated: Vec<(u64, u64)>,
    /// Rows whose programmes are left out, since the day of the data is not known.
    undated: u64,
}

/// What a row is matched by.
struct Keys {
    nik: Option<[u8; 32]>,
    kk: [u8; 32],
    name: String,
    birth_date: String,
}

struct Read {
    line: u64,
    listed: ListedPerson,
    notes: Vec<Fault>,
    keys: Keys,
}

impl Import<'_> {
    /// Stages every row of the file with its verdict; the number of rows whose programmes were
    /// left out.
    pub(super) async fn stage(
        &self,
        path: &Path,
        mapping: &Arc<Mapping>,
        observer: &mut dyn Observer,
    ) -> Result<u64, ImportError> {
        let (mut batches, reader) = table::stream(path, Arc::clone(mapping));
        let mut rows = Reader::new(mapping, self.today, *self.scope.area());
        let mut memory = Memory::default();
        let mut done = 0;
        while let Some(batch) = batches.recv().await {
            done += batch.len() as u64;
            self.stage_batch(&mut rows, &mut memory, batch).await?;
            observer.step(Step::Read, done, None);
        }
        reader.await.map_err(AppError::internal)??;
        let undated = memory.undated;
        self.settle(memory).await?;
        Ok(undated)
    }

    async fn stage_batch(
        &self,
        rows: &mut Reader<'_>,
        memory: &mut Memory,
        batch: Vec<Row>,
    ) -> Result<()> {
        let mut staged = Vec::with_capacity(batch.len());
        let mut read = Vec::with_capacity(batch.len());
        for row in batch {
            match rows.read(&row) {
                Ok((listed, notes)) => {
                    let keys = self.keys_of(&listed)?;
                    read.push(Read {
                        line: row.line,
                        listed,
                        notes,
                        keys,
                    });
                }
                Err(faults) => staged.push(self.staged(row.line, "refused", &faults, None)?),
            }
        }
        let mut tx = self.app.db().begin().await?;
        let mut known = self.known(&mut tx, &read).await?;
        for row in read {
            let known = known.remove(&row.line).unwrap_or_default();
            let (verdict, person) = judge(&row.listed, &known, self.scope, self.app.keys())?;
            memory.claimed.extend(person);
            let undated = self.data_date.is_none() && !row.listed.programmes.is_empty();
            memory.undated += u64::from(undated);
            let verdict = memory.repeats(&row).map_or(verdict, |first| {
                let told = Told::new("import-row-repeated").with("row", first);
                Verdict::Ambiguous(Fault::of("", told))
            });
            staged.push(self.judged(memory, &row, verdict)?);
        }
        tx.insert(&sql::ROWS, staged, OnConflict::Fail).await?;
        Ok(tx.commit().await?)
    }

    fn keys_of(&self, listed: &ListedPerson) -> Result<Keys> {
        let keys = self.app.keys();
        Ok(Keys {
            nik: listed.nik().map(|nik| nik_hash(keys, &nik)),
            kk: kk_hash(keys, &listed.kk().map_err(AppError::internal)?),
            name: search_key(&listed.name),
            birth_date: listed.birth_date.clone(),
        })
    }

    /// What the registry knows of the persons these rows may mean, by row.
    async fn known(&self, tx: &mut Tx, read: &[Read]) -> Result<HashMap<u64, Known>> {
        let rows = read.iter().map(|row| {
            let keys = &row.keys;
            args![
                self.kabupaten(),
                self.id,
                row.line.cast_signed(),
                keys.nik.map(Vec::from),
                keys.kk,
                keys.name.as_str(),
                keys.birth_date.as_str()
            ]
        });
        tx.insert(&sql::KEYS, rows.collect::<Vec<_>>(), OnConflict::Fail)
            .await?;
        let own = || args![self.kabupaten(), self.id];
        let candidates: Vec<sql::KnownRow> = tx.all(&sql::CANDIDATES, own()).await?;
        let elsewhere: Vec<i64> = tx.all(&sql::ELSEWHERE, own()).await?;
        let homes: Vec<sql::HomeRow> = tx.all(&sql::HOMES, own()).await?;
        tx.exec(&sql::DROP_KEYS, own()).await?;
        let mut known: HashMap<u64, Known> = HashMap::new();
        for row in candidates {
            let of_row = known.entry(row.line.cast_unsigned()).or_default();
            // Found by NIK comes first; the same person found by family adds nothing.
            if of_row.candidates.iter().any(|one| one.person.id == row.id) {
                continue;
            }
            of_row.candidates.push(Candidate {
                same_kk: row.same_kk == 1,
                same_nik: row.same_nik == 1,
                name_key: row.name_key.clone(),
                person: row.person()?,
            });
        }
        for line in elsewhere {
            known.entry(line.cast_unsigned()).or_default().elsewhere = true;
        }
        for row in homes {
            let home = Home {
                area: row.area.0,
                dusun: row.dusun,
                rt: row.rt,
                rw: row.rw,
                address: row.address,
            };
            known.entry(row.line.cast_unsigned()).or_default().home = Some(home);
        }
        Ok(known)
    }

    fn judged(&self, memory: &mut Memory, row: &Read, verdict: Verdict) -> Result<[Value; 6]> {
        let key = verdict.key();
        let mut faults = row.notes.clone();
        let mut payload = Some(&row.listed);
        match verdict {
            Verdict::New => {}
            Verdict::Changed(fields) => {
                let changed = |field| Fault::new(field, "import-field-changed");
                faults.extend(fields.into_iter().map(changed));
            }
            Verdict::Unchanged => {
                // What a row says of programmes is applied for those who are known, too.
                payload = payload.filter(|_| self.data_date.is_some());
                payload = payload.filter(|listed| !listed.programmes.is_empty());
            }
            Verdict::Ambiguous(fault) | Verdict::Refused(fault) => {
                payload = None;
                faults = vec![fault];
            }
            Verdict::Alike(persons) => {
                memory.alike.push((row.line, persons));
                faults = vec![Fault::new("nama_lengkap", "import-person-alike")];
            }
        }
        self.staged(row.line, key, &faults, payload)
    }

    fn staged(
        &self,
        line: u64,
        verdict: &'static str,
        faults: &[Fault],
        payload: Option<&ListedPerson>,
    ) -> Result<[Value; 6]> {
        let line = line.cast_signed();
        let sealed = match payload {
            None => Vec::new(),
            Some(listed) => {
                let json = Zeroizing::new(serde_json::to_vec(listed).map_err(AppError::internal)?);
                let row = self.row_of(line);
                self.app.keys().seal(random(), payload_aad(&row), &json).0
            }
        };
        let reason = serde_json::to_string(faults).map_err(AppError::internal)?;
        Ok(args![
            self.kabupaten(),
            self.id,
            line,
            verdict,
            reason,
            sealed
        ])
    }

    /// Opens what was staged of a row.
    pub(super) fn open(&self, line: i64, payload: Vec<u8>) -> Result<ListedPerson> {
        let row = self.row_of(line);
        let json = self
            .app
            .keys()
            .open(payload_aad(&row), &Sealed(payload))
            .map_err(AppError::internal)?;
        serde_json::from_slice(&json).map_err(AppError::internal)
    }

    fn row_of(&self, line: i64) -> [u8; 24] {
        let mut row = [0; 24];
        row[..16].copy_from_slice(self.id.as_bytes());
        row[16..].copy_from_slice(&line.to_be_bytes());
        row
    }

    /// What only the whole file shows: rows repeated later, and twins who are all accounted for.
    async fn settle(&self, memory: Memory) -> Result<()> {
        let mut verdicts: HashMap<u64, (&str, Vec<Fault>)> = HashMap::new();
        for (line, persons) in memory.alike {
            if persons.iter().all(|person| memory.claimed.contains(person)) {
                verdicts.insert(line, ("new", Vec::new()));
            }
        }
        for (line, by) in memory.repeated {
            let told = Told::new("import-row-repeated").with("row", by);
            verdicts.insert(line, ("ambiguous", vec![Fault::of("", told)]));
        }
        let mut tx = self.app.db().begin().await?;
        for (line, (verdict, faults)) in verdicts {
            let reason = serde_json::to_string(&faults).map_err(AppError::internal)?;
            let row = args![
                self.kabupaten(),
                self.id,
                line.cast_signed(),
                verdict,
                reason
            ];
            tx.exec(&sql::JUDGE_AGAIN, row).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Memory {
    /// The row that this one repeats, by NIK or by name, family and day of birth.
    fn repeats(&mut self, row: &Read) -> Option<u64> {
        let Keys {
            nik,
            kk,
            name,
            birth_date,
        } = &row.keys;
        let mut first = None;
        let by_nik = nik.as_ref().map(|nik| hash_of(&(1, nik)));
        let by_name = hash_of(&(2, kk, name, birth_date));
        for key in by_nik.into_iter().chain([by_name]) {
            match self.first_seen.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(row.line);
                }
                Entry::Occupied(seen) => first = first.or(Some(*seen.get())),
            }
        }
        let first = first?;
        self.repeated.push((first, row.line));
        Some(first)
    }
}

fn hash_of(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn payload_aad(row: &[u8; 24]) -> Aad<'_> {
    Aad {
        table: "import_rows",
        column: "payload",
        row,
    }
}
