//! What a field worker enters: one entry for each fact, complete in itself.
//!
//! The id of an entry is the id of its fact: the measurement, person, household or case that the
//! server makes of it has this id, and other entries refer to it by this id. A hari buka is named
//! by post and date, a screening by its family, so that two phones that never met speak of the
//! same one.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Id;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// What an entry says.
    pub enum Body by "kind" {
        /// A hari buka was opened.
        OpenDay = "open_day" (OpenDay),
        /// A child came.
        Arrive = "arrive" (Arrive),
        /// A child was measured.
        Measure = "measure" (Measure),
        /// A child was born; the entry's id is the child's.
        RegisterBirth = "register_birth" (RegisterBirth),
        /// Somebody who was not known; the entry's id is the person's.
        RegisterPerson = "register_person" (RegisterPerson),
        /// A family that was not known; the entry's id is the household's.
        RegisterHousehold = "register_household" (RegisterHousehold),
        /// A registered field is other than it was on the phone.
        ChangeField = "change_field" (ChangeField),
        /// A death, a move, a divorce, a marriage.
        LifeEvent = "life_event" (LifeEvent),
        /// The double screening of a family begins.
        ScreenBegin = "screen_begin" (ScreenBegin),
        /// Answers of a family.
        ScreenAnswer = "screen_answer" (ScreenAnswer),
        /// Needs that go to the Puskesos.
        ScreenRefer = "screen_refer" (ScreenRefer),
        /// A screening ends without a referral.
        ScreenDecline = "screen_decline" (ScreenDecline),
        /// What a family brings; the entry's id is the case's.
        Intake = "intake" (Intake),
        /// A danger sign: care at once; the entry's id is the case's.
        Emergency = "emergency" (Emergency),
        /// A home was visited.
        Visit = "visit" (Visit),
        /// An entry that was held is not needed: `fixes` of the entry names it.
        Withdraw = "withdraw" (Withdraw),
    }

    /// A hari buka.
    pub struct OpenDay {
        /// The post: 13 digits.
        pub post: String,
        /// Its day.
        pub date: Date,
    }

    /// A child came to a hari buka.
    pub struct Arrive {
        /// The post.
        pub post: String,
        /// Its day.
        pub date: Date,
        /// The child.
        pub person: Id,
    }

    /// What was measured of a child.
    pub struct Measure {
        /// The child.
        pub person: Id,
        /// The post of the hari buka; none at a home visit.
        pub post: Option<String>,
        /// The day it was measured.
        pub on: Date,
        /// Weight in grams.
        pub weight: Option<u32>,
        /// Length or height in tenths of a millimetre.
        pub lenhei: Option<u32>,
        /// How length or height was taken.
        pub position: Option<Position>,
        /// Head circumference in tenths of a millimetre.
        pub head: Option<u32>,
        /// Upper arm circumference in tenths of a millimetre.
        pub arm: Option<u32>,
        /// Swelling of both feet; none when nobody looked.
        pub oedema: Option<bool>,
        /// Keys of danger signs seen.
        pub danger_signs: Vec<String>,
        /// Who measured, where it was not the author.
        pub measurer: Option<String>,
        /// The measurement that this one mends.
        pub replaces: Option<Id>,
        /// From the scales or from the book.
        pub source: Source,
        /// What the phone said of it.
        pub shown: Option<Shown>,
    }

    /// Lying or standing.
    pub keys Position {
        /// Lying.
        Lying = "l",
        /// Standing.
        Standing = "h",
    }

    /// Where figures were entered from.
    pub keys Source {
        /// At the scales.
        Phone = "phone",
        /// Afterwards from the book.
        Book = "book",
    }

    /// What the phone said of a measurement, for comparison with the server's own verdict.
    pub struct Shown {
        /// Version of the growth algorithm.
        pub algorithm: String,
        /// Edition of the rules of triggers, such as `pemicu 2026.1`.
        pub rules: String,
        /// Scores x 100 in the order TB/U, BB/U, BB/TB, IMT/U, LK/U, LiLA/U.
        pub z: Vec<Option<i32>>,
        /// Letter of the KMS.
        pub gain: Option<String>,
        /// Whether the weight did not rise twice in a row.
        pub twice: bool,
        /// Below the red line.
        pub below_red: bool,
        /// Keys of what asked for a second measurement.
        pub warnings: Vec<String>,
        /// Keys of the triggers that put the family on the list.
        pub triggers: Vec<String>,
        /// Urgency of the referral for health.
        pub urgency: Option<String>,
    }

    /// A newborn, known by mother, day and order of birth until it has a NIK.
    pub struct RegisterBirth {
        /// The mother.
        pub mother: Id,
        /// 1 for the first or only child of this birth.
        pub order: u8,
        /// Empty before naming.
        pub name: String,
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// Place of birth; may be empty.
        pub birth_place: String,
    }

    /// Somebody who lives here and was not registered.
    pub struct RegisterPerson {
        /// The family.
        pub household: Id,
        /// Full name.
        pub name: String,
        /// `L` or `P`.
        pub sex: String,
        /// Day of birth.
        pub birth_date: Date,
        /// Place of birth; may be empty.
        pub birth_place: String,
        /// Relation to the head of the family, by key.
        pub relation: String,
        /// May be empty.
        pub mother_name: String,
        /// 16 digits.
        pub nik: Option<String>,
        /// Telephone.
        pub phone: Option<String>,
    }

    /// A family that lives here and was not registered.
    pub struct RegisterHousehold {
        /// The post it belongs to.
        pub post: String,
        /// 16 digits.
        pub kk: Option<String>,
        /// Hamlet; may be empty.
        pub dusun: String,
        /// May be empty.
        pub rt: String,
        /// May be empty.
        pub rw: String,
        /// May be empty.
        pub address: String,
    }

    /// A registered field is other than it was on the phone.
    pub struct ChangeField {
        /// The family.
        pub household: Id,
        /// The person; none: a field of the family.
        pub person: Option<Id>,
        /// `name`, `sex`, `birth_date`, `birth_place`, `relation`, `mother_name`, `nik`, `phone`;
        /// of a family `kk`, `dusun`, `rt`, `rw`, `address`.
        pub field: String,
        /// What stood there when it was changed; empty where the phone does not hold it.
        pub seen: String,
        /// The new value.
        pub value: String,
    }

    /// What changed in a family.
    pub struct LifeEvent {
        /// Which kind.
        pub event: Event,
        /// The family it happened in; the new one at a marriage or a move in.
        pub household: Id,
        /// Those it happened to; none: the whole family.
        pub persons: Vec<Id>,
        /// The day it happened.
        pub on: Date,
        /// From or to where, in words; may be empty.
        pub place: String,
        /// Anything the operator should know; may be empty.
        pub note: String,
    }

    /// Kinds of life events; a birth is [`RegisterBirth`].
    pub keys Event {
        /// Somebody died.
        Death = "death",
        /// A family or a member moved in.
        MoveIn = "move_in",
        /// A family or a member moved away.
        MoveOut = "move_out",
        /// Husband and wife parted.
        Divorce = "divorce",
        /// Two were married.
        Marriage = "marriage",
    }

    /// Who sits with the child, and what they allow.
    pub struct ScreenBegin {
        /// The family.
        pub household: Id,
        /// The child whose finding put the family on the list.
        pub person: Id,
        /// The measurement that did, where it is this phone's or came with the extract.
        pub finding: Option<Id>,
        /// `wali` or `lain`.
        pub accompanied_by: String,
        /// May the need go to the Puskesos; none when not asked.
        pub consent_rujukan: Option<bool>,
        /// May the measurements go too.
        pub consent_ukuran: Option<bool>,
        /// Key and version of the wording that was shown.
        pub wording: String,
        /// `id` or `en`.
        pub lang: String,
    }

    /// Answers of a family.
    pub struct ScreenAnswer {
        /// The family.
        pub household: Id,
        /// Stored answer by fact; none: asked, and nobody could say.
        pub answers: BTreeMap<String, Option<String>>,
    }

    /// Needs of a family that go to the Puskesos.
    pub struct ScreenRefer {
        /// The family.
        pub household: Id,
        /// The child whose finding led here.
        pub person: Option<Id>,
        /// Each with its own slip.
        pub needs: Vec<SentNeed>,
        /// For the desk; never measurements.
        pub note: String,
    }

    /// One need on its way, with the slip that the family holds.
    pub struct SentNeed {
        /// Key of the need.
        pub need: String,
        /// Urgency that the phone showed.
        pub urgency: String,
        /// Id of the case that is opened.
        pub case: Id,
        /// Eleven characters of the slip, without marks.
        pub code: String,
        /// Four digits of the slip.
        pub number: String,
    }

    /// A need, question, proposal or complaint that a family brings to a field worker.
    pub struct Intake {
        /// The family.
        pub household: Id,
        /// `kebutuhan`, `pertanyaan`, `saran` or `pengaduan`.
        pub matter: String,
        /// Key of the need that it is about.
        pub need: String,
        /// Urgency that the worker saw.
        pub urgency: String,
        /// Who speaks: `sendiri`, `kerabat`, `tetangga` or `petugas`.
        pub speaker: String,
        /// The family agreed that it goes to the Puskesos.
        pub agreed: bool,
        /// In words; never measurements.
        pub note: String,
        /// Eleven characters of the slip, without marks.
        pub code: String,
        /// Four digits of the slip.
        pub number: String,
    }

    /// A screening ends without a referral.
    pub struct ScreenDecline {
        /// The family.
        pub household: Id,
        /// `tidak_perlu`, `tidak_bersedia`, `tidak_bertemu`.
        pub why: String,
    }

    /// A danger sign was seen.
    pub struct Emergency {
        /// The family.
        pub household: Id,
        /// Who is in danger.
        pub person: Id,
        /// Keys of the signs.
        pub danger_signs: Vec<String>,
        /// Day it was seen.
        pub on: Date,
        /// The family cannot go by itself.
        pub stranded: bool,
        /// Where the kader sent them, in words; may be empty.
        pub note: String,
        /// Eleven characters of the slip.
        pub code: String,
        /// Four digits of the slip.
        pub number: String,
    }

    /// A visit to a home: health and social in one.
    pub struct Visit {
        /// The family.
        pub household: Id,
        /// Day of the visit.
        pub on: Date,
        /// Whether anybody was met.
        pub met: bool,
        /// Members who were seen.
        pub seen: Vec<Id>,
        /// Health items by member and key: stored answer.
        pub items: Vec<VisitItem>,
        /// Social answers by fact; none: asked, and nobody could say.
        pub answers: BTreeMap<String, Option<String>>,
        /// Questions asked.
        pub asked: u32,
        /// Questions not asked, because the answer was known or could change nothing.
        pub saved: u32,
        /// May be empty.
        pub note: String,
    }

    /// One thing looked at during a visit.
    pub struct VisitItem {
        /// Whom it is about; none: the home.
        pub person: Option<Id>,
        /// Key.
        pub key: String,
        /// Stored answer.
        pub value: String,
    }

    /// A held entry is given up by its author.
    pub struct Withdraw {
        /// Why, in words; may be empty.
        pub why: String,
    }
}

impl Body {
    /// The key of the kind, as in the field `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::OpenDay(_) => "open_day",
            Self::Arrive(_) => "arrive",
            Self::Measure(_) => "measure",
            Self::RegisterBirth(_) => "register_birth",
            Self::RegisterPerson(_) => "register_person",
            Self::RegisterHousehold(_) => "register_household",
            Self::ChangeField(_) => "change_field",
            Self::LifeEvent(_) => "life_event",
            Self::ScreenBegin(_) => "screen_begin",
            Self::ScreenAnswer(_) => "screen_answer",
            Self::ScreenRefer(_) => "screen_refer",
            Self::ScreenDecline(_) => "screen_decline",
            Self::Intake(_) => "intake",
            Self::Emergency(_) => "emergency",
            Self::Visit(_) => "visit",
            Self::Withdraw(_) => "withdraw",
        }
    }
}
