//! All rule files together: the embedded defaults, or those with a caller's own on top.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::clock::{Calendar, Zone};
use crate::file::{Source, Versions};
use crate::week::{Holidays, WorkWeek};
use crate::{Catalogue, FileError, NoVersion, Pack, Publication, Sla};

/// Pack: when a child is referred to Pustu or Puskesmas, and how soon.
pub const RUJUKAN_ANAK: &str = "rujukan-anak";
/// Pack: which findings put the family on the list of the double screening.
pub const PEMICU: &str = "pemicu";
/// Pack: what the double screening suggests.
pub const SKRINING_GANDA: &str = "skrining-ganda";
const STATUS_PUBLIK: &str = "status-publik";
const SLA: &str = "sla";

macro_rules! embed {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../../data/", $name)))),*]
    };
}

/// The files that are compiled in, by their path under `data/`.
const EMBEDDED: [(&str, &str); 9] = embed![
    "facts.toml",
    "rules/rujukan-anak.toml",
    "rules/pemicu.toml",
    "rules/skrining-ganda.toml",
    "rules/status-publik.toml",
    "rules/sla.toml",
    "calendar/kerja.toml",
    "calendar/libur-2026.toml",
    "calendar/libur-2027.toml"
];

/// Facts, packs, public states, service times and calendars, all checked.
///
/// ```
/// use jiff::civil::date;
/// use simpul_rules::{PEMICU, Rulebook};
/// let book = Rulebook::embedded();
/// assert!(book.pack(PEMICU, date(2026, 7, 3)).is_ok());
/// let refused = book.pack(PEMICU, date(1999, 1, 1)).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "no version of `pemicu` is valid on 1999-01-01; add one to data/rules",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Rulebook {
    catalogue: Arc<Catalogue>,
    packs: Versions<Pack>,
    publications: Versions<Publication>,
    slas: Versions<Sla>,
    weeks: Vec<WorkWeek>,
    holidays: Versions<Holidays>,
}

#[derive(Deserialize)]
struct Peek {
    kind: String,
}

impl Rulebook {
    /// The defaults that are compiled in.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
            Rulebook::with_files(&[]).expect("the embedded files are proven by every test")
        });
        &BOOK
    }

    /// The defaults with a caller's files on top: one of the same name (path under `data/`)
    /// replaces the default, any other is added, as a new version or a new year.
    ///
    /// # Errors
    /// The first file that is refused, with file, rule and field.
    pub fn with_files(files: &[(&str, &str)]) -> Result<Self, FileError> {
        let default = |(name, _): &&(&str, &str)| !files.iter().any(|(own, _)| own == name);
        let all = || EMBEDDED.iter().filter(default).chain(files);
        let mut facts = all().filter_map(|(name, text)| match Source(name).read::<Peek>(text) {
            Ok(peek) => (peek.kind == "facts").then_some(Ok((*name, *text))),
            Err(e) => Some(Err(e)),
        });
        let (name, text) = facts.next().unwrap_or(Ok(EMBEDDED[0]))?;
        if let Some(second) = facts.next().transpose()? {
            let problem = "a second file of facts; put all into facts.toml";
            return Err(Source(second.0).error(None, "kind", problem));
        }
        let catalogue = Arc::new(Catalogue::parse(name, text)?);
        let mut book = Self {
            catalogue,
            packs: Versions(Vec::new()),
            publications: Versions(Vec::new()),
            slas: Versions(Vec::new()),
            weeks: Vec::new(),
            holidays: Versions(Vec::new()),
        };
        all().try_for_each(|(name, text)| book.add(name, text))?;
        Ok(book)
    }

    fn add(&mut self, name: &str, text: &str) -> Result<(), FileError> {
        match Source(name).read::<Peek>(text)?.kind.as_str() {
            "facts" => Ok(()),
            "referral" | "trigger" | "suggestion" => {
                self.packs.add(Pack::parse(&self.catalogue, name, text)?)
            }
            "public_states" => self.publications.add(Publication::parse(name, text)?),
            "service_times" => self.slas.add(Sla::parse(name, text)?),
            "holidays" => self.holidays.add(Holidays::parse(name, text)?),
            "work_weeks" => {
                self.weeks.extend(WorkWeek::parse(name, text)?);
                Ok(())
            }
            _ => {
                let problem = "must be facts, referral, trigger, suggestion, public_states, \
                               service_times, holidays or work_weeks";
                Err(Source(name).error(None, "kind", problem))
            }
        }
    }

    /// The declared facts.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The version of a pack that holds on that day.
    ///
    /// # Errors
    /// None does.
    pub fn pack(&self, key: &str, day: Date) -> Result<&Pack, NoVersion> {
        self.packs.on(key, day)
    }

    /// The table of public states that holds on that day.
    ///
    /// # Errors
    /// None does.
    pub fn publication(&self, day: Date) -> Result<&Publication, NoVersion> {
        self.publications.on(STATUS_PUBLIK, day)
    }

    /// The service times that hold on that day.
    ///
    /// # Errors
    /// None does.
    pub fn sla(&self, day: Date) -> Result<&Sla, NoVersion> {
        self.slas.on(SLA, day)
    }

    /// The calendar of a place with that working week (`lima_hari`, `enam_hari`); none for an
    /// unknown week.
    #[must_use]
    pub fn calendar(&self, week: &str, zone: Zone) -> Option<Calendar> {
        let week = self.weeks.iter().find(|w| w.key == week)?;
        let calendar = Calendar::new(zone, week.clone());
        Some(self.holidays.0.iter().fold(calendar, Calendar::with_year))
    }
}
