//! Households, persons and the facts about them: types and pure decisions.

use std::fmt;

use jiff::civil::Date;
use simpul_identity::{AreaCode, Decile, KeyRing, KkNumber, Nik, PersonName, Phone, Sex};

use super::numbers::SealedNumber;
use crate::platform::{AppError, Id, Instant, Lang, Result, keyed};

keyed! {
    /// Relation to the head of the family, as on the Kartu Keluarga.
    pub enum Relation ("relation") {
        KepalaKeluarga = "kepala_keluarga",
        Suami = "suami",
        Istri = "istri",
        Anak = "anak",
        Menantu = "menantu",
        Cucu = "cucu",
        OrangTua = "orang_tua",
        Mertua = "mertua",
        FamiliLain = "famili_lain",
        Pembantu = "pembantu",
        Lainnya = "lainnya",
    }

    /// Whether a person still lives here.
    pub enum PersonState ("person") {
        Active = "active",
        Moved = "moved",
        Dead = "dead",
        /// Identifying fields were overwritten on request.
        Erased = "erased",
        /// Points to another record of the same person, until that is undone.
        Merged = "merged",
    }

    /// Programmes whose membership is registered.
    pub enum Programme ("programme") {
        Pkh = "pkh",
        Sembako = "sembako",
        PbiJkn = "pbi_jkn",
    }

    pub enum MembershipState ("membership") {
        Recipient = "recipient",
        NotRecipient = "not_recipient",
        /// Was a recipient; may be brought back.
        Inactive = "inactive",
    }

    /// Where a membership is known from.
    pub enum MembershipSource ("source") {
        /// Read by the desk in SIKS-NG.
        Desk = "desk",
        /// Said by the family.
        Family = "family",
        /// From a list.
        Import = "import",
    }

    /// Where a registry answer comes from.
    pub enum CheckSource ("check") {
        /// The DTSEN extract of the village.
        Extract = "extract",
        /// Looked up by the desk in SIKS-NG.
        Desk = "desk",
    }

    /// What a family is asked to agree to.
    pub enum Purpose ("purpose") {
        /// The need and its urgency may go to the Puskesos.
        Rujukan = "rujukan",
        /// The measurements too.
        Ukuran = "ukuran",
    }

    /// Who gave or refused consent.
    pub enum ConsentGiver ("giver") {
        Guardian = "guardian",
        Other = "other",
        Myself = "self",
    }
}

impl Relation {
    /// Reads the words of the card (`KEPALA KELUARGA`) or a stored key.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<String> = text
            .split([' ', '_', '-'])
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        words.join("_").parse().ok()
    }

    /// What the child of a member is to the head of the family.
    pub fn of_child(mother: Self) -> Self {
        match mother {
            Self::KepalaKeluarga | Self::Istri => Self::Anak,
            Self::Anak | Self::Menantu => Self::Cucu,
            _ => Self::FamiliLain,
        }
    }
}

impl PersonState {
    /// Whether the person is alive and lives here.
    pub fn living(self) -> bool {
        self == Self::Active
    }
}

/// A family to be registered; `area` is a post of 13 digits, `000` for none.
#[derive(Clone)]
pub struct NewHousehold {
    pub id: Id,
    pub area: AreaCode,
    pub kk: Option<KkNumber>,
    pub dusun: String,
    pub rt: String,
    pub rw: String,
    pub address: String,
}

/// A person to be registered in a household.
#[derive(Clone)]
pub struct NewPerson {
    pub id: Id,
    pub household: Id,
    pub name: String,
    pub sex: Sex,
    pub birth_date: Date,
    pub birth_place: String,
    pub relation: Relation,
    /// Empty when not known.
    pub mother_name: String,
    pub nik: Option<Nik>,
    pub phone: Option<Phone>,
}

/// A newborn, known by mother, day and order of birth until it has a NIK.
#[derive(Clone)]
pub struct NewBirth {
    pub id: Id,
    pub mother: Id,
    /// 1 for the first or only child of this birth.
    pub order: u8,
    /// Empty before naming: then the child is `BY. NY.` and the mother's name.
    pub name: String,
    pub sex: Sex,
    pub birth_date: Date,
    pub birth_place: String,
}

impl NewBirth {
    /// The child as a person in its mother's household, named after her as long as it has no name.
    pub fn person(&self, mother: &Person) -> NewPerson {
        let name = if self.name.trim().is_empty() {
            format!("BY. NY. {}", mother.name)
        } else {
            self.name.clone()
        };
        NewPerson {
            id: self.id,
            household: mother.household,
            name,
            sex: self.sex,
            birth_date: self.birth_date,
            birth_place: self.birth_place.clone(),
            relation: Relation::of_child(mother.relation),
            mother_name: mother.name.clone(),
            nik: None,
            phone: None,
        }
    }
}

/// New values of a household's fields; `None` leaves a field as it is.
#[derive(Clone, Default)]
pub struct HouseholdChange {
    pub area: Option<AreaCode>,
    pub kk: Option<KkNumber>,
    pub dusun: Option<String>,
    pub rt: Option<String>,
    pub rw: Option<String>,
    pub address: Option<String>,
}

/// New values of a person's fields; `None` leaves a field as it is.
#[derive(Clone, Default)]
pub struct PersonChange {
    pub name: Option<String>,
    pub sex: Option<Sex>,
    pub birth_date: Option<Date>,
    pub birth_place: Option<String>,
    pub relation: Option<Relation>,
    pub mother_name: Option<String>,
    pub nik: Option<Nik>,
    pub phone: Option<Phone>,
    /// Takes the telephone away.
    pub no_phone: bool,
    pub state: Option<PersonState>,
}

#[derive(Clone)]
pub struct Household {
    pub id: Id,
    pub area: AreaCode,
    pub version: i64,
    pub kk: Option<SealedNumber>,
    pub dusun: String,
    pub rt: String,
    pub rw: String,
    pub address: String,
}

#[derive(Clone)]
pub struct Person {
    pub id: Id,
    pub household: Id,
    pub area: AreaCode,
    pub version: i64,
    pub name: String,
    pub sex: Sex,
    pub birth_date: Date,
    pub birth_place: String,
    pub relation: Relation,
    pub mother_name: String,
    pub nik: Option<SealedNumber>,
    pub phone: Option<SealedNumber>,
    pub state: PersonState,
}

impl Household {
    /// `320412******0003`.
    pub fn kk_masked(&self, keys: &KeyRing) -> Option<String> {
        self.kk.as_ref().map(|kk| kk.masked(keys))
    }
}

impl Person {
    /// `320412******0003`.
    pub fn nik_masked(&self, keys: &KeyRing) -> Option<String> {
        self.nik.as_ref().map(|nik| nik.masked(keys))
    }
}

/// A household, its living and former members, what it receives and where the registry has it.
pub struct Family {
    pub household: Household,
    pub members: Vec<Person>,
    /// The newest of each programme and person.
    pub memberships: Vec<Membership>,
    /// Without the decile for roles that may not see it.
    pub answer: RegistryAnswer,
}

macro_rules! shows_its_id_alone {
    ($($name:ident: $id:ident $(. $more:ident)?),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.$id$(.$more)?)
            }
        }
    )+};
}
shows_its_id_alone!(NewHousehold: id, NewPerson: id, NewBirth: id, Household: id, Person: id,
    Family: household.id);

/// Whether a family or one of its members receives a programme, as known on a day.
#[derive(Clone, Debug)]
pub struct NewMembership {
    pub id: Id,
    pub household: Id,
    /// `None`: the family as a whole.
    pub person: Option<Id>,
    pub programme: Programme,
    pub state: MembershipState,
    pub as_of: Date,
    pub source: MembershipSource,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub person: Option<Id>,
    pub programme: Programme,
    pub state: MembershipState,
    pub as_of: Date,
    pub source: MembershipSource,
}

/// One row of a village's DTSEN extract: a family, or a person with the family's number.
#[derive(Clone)]
pub struct ExtractRow {
    pub kk: KkNumber,
    pub nik: Option<Nik>,
    pub area: AreaCode,
    pub decile: Option<Decile>,
    pub as_of: Date,
}

/// What the social registry says of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryAnswer {
    Found {
        /// `None`: in the registry without a rank.
        decile: Option<Decile>,
        as_of: Date,
        by: CheckSource,
    },
    NotFound {
        as_of: Date,
        by: CheckSource,
    },
    /// "Belum dicek": no extract, or no number to look for.
    NotChecked,
}

impl RegistryAnswer {
    pub fn as_of(&self) -> Option<Date> {
        match self {
            Self::Found { as_of, .. } | Self::NotFound { as_of, .. } => Some(*as_of),
            Self::NotChecked => None,
        }
    }

    /// The answer without the decile.
    #[must_use]
    pub fn without_decile(self) -> Self {
        match self {
            Self::Found { as_of, by, .. } => Self::Found {
                decile: None,
                as_of,
                by,
            },
            other => other,
        }
    }

    /// The newer of two; at the same date the desk, who looked last.
    #[must_use]
    pub fn newest(extract: Self, desk: Self) -> Self {
        if desk.as_of() >= extract.as_of() {
            desk
        } else {
            extract
        }
    }
}

/// What the desk read in SIKS-NG.
#[derive(Clone, Debug)]
pub struct NewCheck {
    pub id: Id,
    pub household: Id,
    pub found: bool,
    pub decile: Option<Decile>,
    /// The day of the data.
    pub as_of: Date,
}

/// One line of the list "cek di SIKS-NG".
pub struct CheckLine {
    pub household: Household,
    /// Head of the family, or its eldest member.
    pub head: String,
    pub head_nik: Option<SealedNumber>,
    pub asked_at: Instant,
}

/// An answer to a question of consent.
#[derive(Clone, Debug)]
pub struct NewConsent {
    pub id: Id,
    pub household: Id,
    /// `None`: for the whole family.
    pub person: Option<Id>,
    pub purpose: Purpose,
    pub answer: bool,
    pub by: ConsentGiver,
    /// Key of the wording that was shown, with its version.
    pub wording: &'static str,
    pub lang: Lang,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentAnswer {
    pub answer: bool,
    pub at: Instant,
}

/// RT or RW as stored: three digits, `000` for none.
pub fn neighbourhood(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{text:0>3}"))
}

/// Longest free text, in characters.
const LONGEST: usize = 200;

/// A free text with single spaces.
pub(super) fn free_text(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = !text.chars().any(char::is_control) && text.chars().count() <= LONGEST;
    plain
        .then_some(text)
        .ok_or(AppError::Refused("registry-text-too-long"))
}

pub(super) fn person_name(text: &str) -> Result<PersonName> {
    PersonName::parse(text).map_err(|error| AppError::Refused(error.key()))
}

/// A day of birth: not in the future, and of somebody who can be alive.
pub fn birth_day(born: Date, today: Date) -> Result<Date> {
    if born > today {
        Err(AppError::Refused("registry-birth-future"))
    } else if today.year() - born.year() > 130 {
        Err(AppError::Refused("registry-birth-too-old"))
    } else {
        Ok(born)
    }
}
