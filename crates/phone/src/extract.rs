//! What the phone holds of its area: enough to work for weeks, and no decile.

use jiff::civil::Date;

use crate::Id;
use crate::entry::Position;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// A part of the area, or all of it. Rows replace those with the same id.
    pub struct Extract {
        /// Posts of the area.
        pub posts: Vec<Post>,
        /// Families.
        pub households: Vec<Home>,
        /// Persons who live here.
        pub persons: Vec<Person>,
        /// The last measurements of each child under five, oldest first; those mended are left out.
        pub measurements: Vec<Measured>,
        /// Hari buka of the last months and those to come.
        pub days: Vec<Day>,
        /// Families still to be asked.
        pub screenings: Vec<Screening>,
        /// Referrals sent this month and those still open.
        pub referrals: Vec<Referral>,
        /// Answers that are still fresh.
        pub answers: Vec<FamilyAnswer>,
        /// Update tasks of life events that this worker brought.
        pub tasks: Vec<Task>,
        /// Ids of persons and households that left the area or were erased.
        pub left: Vec<Id>,
        /// Ids of screenings that are no longer open.
        pub closed: Vec<Id>,
        /// With a whole area: the worker's task, which may have changed.
        pub work: Option<WorkNow>,
    }

    /// What somebody's task is.
    pub struct WorkNow {
        /// Key of the role.
        pub role: String,
        /// Code of the area.
        pub area: String,
    }

    /// A Posyandu.
    pub struct Post {
        /// Area code of 13 digits.
        pub area: String,
        /// Its name.
        pub name: String,
    }

    /// A family.
    pub struct Home {
        /// Id.
        pub id: Id,
        /// Post it belongs to.
        pub area: String,
        /// Version of its fields.
        pub version: i64,
        /// Hamlet.
        pub dusun: String,
        /// RT.
        pub rt: String,
        /// RW.
        pub rw: String,
        /// Address.
        pub address: String,
        /// Whether a KK number is known.
        pub has_kk: bool,
        /// Where the social registry has it.
        pub registry: Registry,
        /// What it receives.
        pub memberships: Vec<Membership>,
        /// "Boleh kami sampaikan ke Puskesos?", when it was last asked.
        pub consent_rujukan: Option<Consent>,
    }

    /// Where the social registry has a family; never its decile.
    pub struct Registry {
        /// Answer.
        pub answer: RegistryAnswer,
        /// Day of the data.
        pub as_of: Option<Date>,
        /// Whether the desk looked it up; otherwise it is from the extract.
        pub by_desk: bool,
    }

    /// Found, not found, not looked up.
    pub keys RegistryAnswer {
        /// In the registry.
        Found = "found",
        /// Not in it.
        NotFound = "not_found",
        /// Belum dicek.
        NotChecked = "not_checked",
    }

    /// Membership in a programme.
    pub struct Membership {
        /// `pkh`, `sembako`, `pbi_jkn`.
        pub programme: String,
        /// `recipient`, `not_recipient`, `inactive`.
        pub state: String,
        /// Day of the data.
        pub as_of: Date,
    }

    /// An answer to a question of consent.
    pub struct Consent {
        /// Yes or no.
        pub answer: bool,
        /// Milliseconds since 1970.
        pub at: i64,
    }

    /// Somebody who lives here.
    pub struct Person {
        /// Id.
        pub id: Id,
        /// Family.
        pub household: Id,
        /// Version of the fields.
        pub version: i64,
        /// Name.
        pub name: String,
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// Relation to the head, by key.
        pub relation: String,
        /// Mother's name; may be empty.
        pub mother_name: String,
        /// Whether a NIK is known.
        pub has_nik: bool,
        /// May the measurements go to the Puskesos.
        pub consent_ukuran: Option<Consent>,
    }

    /// A measurement as the server keeps it.
    pub struct Measured {
        /// Id.
        pub id: Id,
        /// Child.
        pub person: Id,
        /// Day.
        pub on: Date,
        /// Post where it was taken; the letter of the KMS looks at its own post alone.
        pub area: String,
        /// Grams.
        pub weight: Option<u32>,
        /// Tenths of a millimetre.
        pub lenhei: Option<u32>,
        /// How it was taken.
        pub position: Option<Position>,
        /// Tenths of a millimetre.
        pub head: Option<u32>,
        /// Tenths of a millimetre.
        pub arm: Option<u32>,
        /// Swelling of both feet.
        pub oedema: Option<bool>,
        /// Danger signs seen.
        pub danger_signs: Vec<String>,
        /// Keys of what asked for a second measurement.
        pub warnings: Vec<String>,
        /// Letter of the KMS.
        pub gain: Option<String>,
        /// Author.
        pub author: Id,
        /// What a bidan answered, by key.
        pub bidan: Option<String>,
        /// Somebody else had measured the child that day already: shown beside it, not counted and
        /// not judged by.
        pub second: Option<bool>,
    }

    /// A hari buka.
    pub struct Day {
        /// Id on the server.
        pub id: Id,
        /// Post.
        pub post: String,
        /// Date.
        pub date: Date,
        /// Children who came, in this hari buka.
        pub arrived: Vec<Id>,
    }

    /// A family still to be asked.
    pub struct Screening {
        /// Id on the server.
        pub id: Id,
        /// Family.
        pub household: Id,
        /// Child whose finding put it on the list.
        pub person: Id,
        /// `menunggu`, `menunggu_wali`, `ditanya`.
        pub state: String,
        /// Day it came on the list.
        pub opened_on: Date,
        /// When it should have been asked; milliseconds since 1970.
        pub due_at: i64,
    }

    /// A referral on its way, and what became of it.
    pub struct Referral {
        /// Case.
        pub case: Id,
        /// Family.
        pub household: Id,
        /// Key of the need.
        pub need: String,
        /// Key of the urgency.
        pub urgency: String,
        /// Key of the state.
        pub state: String,
        /// Milliseconds since 1970.
        pub opened_at: i64,
        /// Milliseconds since 1970.
        pub changed_at: i64,
        /// "Kabar dari Puskesos", the newest.
        pub reply: Option<String>,
        /// Whether this worker sent it.
        pub mine: bool,
    }

    /// An answer that a family gave.
    pub struct FamilyAnswer {
        /// Family.
        pub household: Id,
        /// Key of the fact.
        pub fact: String,
        /// Stored answer; none: nobody could say.
        pub value: Option<String>,
        /// Day of the answer.
        pub on: Date,
        /// Asked by the desk, not by a kader.
        pub by_desk: bool,
        /// The screening it was given in.
        pub screening: Id,
    }

    /// What the operator has to update, and what became of it.
    pub struct Task {
        /// Id.
        pub id: Id,
        /// Kind of life event, or `birth`.
        pub event: String,
        /// Family.
        pub household: Id,
        /// Day of the event.
        pub on: Date,
        /// `open`, `done`, `refused`.
        pub state: String,
        /// Last day on which it counts for the next month.
        pub cut_off: Date,
        /// Why it was refused, or what the operator says.
        pub reply: Option<String>,
    }
}

/// The answers of a family, as [`Extract`] has them.
pub type Answer = FamilyAnswer;

impl Extract {
    /// Nothing.
    pub fn empty() -> Self {
        Self {
            posts: Vec::new(),
            households: Vec::new(),
            persons: Vec::new(),
            measurements: Vec::new(),
            days: Vec::new(),
            screenings: Vec::new(),
            referrals: Vec::new(),
            answers: Vec::new(),
            tasks: Vec::new(),
            left: Vec::new(),
            closed: Vec::new(),
            work: None,
        }
    }
}
