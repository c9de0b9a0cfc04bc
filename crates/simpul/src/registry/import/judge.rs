//! What becomes of a row: pure decisions, and the changes that a row asks for.

use simpul_identity::{AreaCode, KeyRing, search_key, similar};

use super::person::ListedPerson;
use super::told::Fault;
use crate::access::Scope;
use crate::platform::{Id, Result};
use crate::registry::model::{HouseholdChange, Person, PersonChange};

/// Names less alike than this are of two persons, where the day of birth differs too.
const SAME_NAME: f64 = 0.85;

/// What is known of the persons a row may mean.
#[derive(Default)]
pub(super) struct Known {
    pub candidates: Vec<Candidate>,
    pub home: Option<Home>,
    /// The NIK is known in another kabupaten.
    pub elsewhere: bool,
}

pub(super) struct Candidate {
    pub person: Person,
    pub name_key: String,
    pub same_kk: bool,
    pub same_nik: bool,
}

/// The household with the KK number of a row.
pub(super) struct Home {
    pub area: AreaCode,
    pub dusun: String,
    pub rt: String,
    pub rw: String,
    pub address: String,
}

/// The verdict on a row.
pub(super) enum Verdict {
    New,
    /// These fields differ.
    Changed(Vec<&'static str>),
    Unchanged,
    /// A person must decide.
    Ambiguous(Fault),
    /// New, unless one of these, alike in name or day of birth, is meant.
    Alike(Vec<Id>),
    /// Not for this user.
    Refused(Fault),
}

impl Verdict {
    pub fn key(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Unchanged => "unchanged",
            Self::Ambiguous(_) | Self::Alike(_) => "ambiguous",
            Self::Refused(_) => "refused",
        }
    }
}

/// The verdict on a row, and the person it means where that is sure.
pub(super) fn judge(
    listed: &ListedPerson,
    known: &Known,
    scope: &Scope,
    keys: &KeyRing,
) -> Result<(Verdict, Option<Id>)> {
    let unsure = |field, key| Ok((Verdict::Ambiguous(Fault::new(field, key)), None));
    let Ok(area) = AreaCode::parse(&listed.area) else {
        return unsure("kode_wilayah", "import-area-code");
    };
    if scope.admit(&area).is_err() {
        let fault = Fault::new("kode_wilayah", "import-area-outside");
        return Ok((Verdict::Refused(fault), None));
    }
    if known.elsewhere {
        return unsure("nik", "import-nik-elsewhere");
    }
    if let Some(home) = &known.home
        && (scope.admit(&home.area).is_err() || home.area.village() != area.village())
    {
        return unsure("no_kk", "import-kk-elsewhere");
    }
    let person = match one_meant(listed, known) {
        Meant::Nobody => {
            let home = known.home.as_ref();
            return Ok(match home.map(|_| alike(listed, known)) {
                Some(alike) if !alike.is_empty() => (Verdict::Alike(alike), None),
                _ => (Verdict::New, None),
            });
        }
        Meant::Unsure(field, key) => return unsure(field, key),
        Meant::One(person) => person,
    };
    if scope.admit(&person.area).is_err() {
        return unsure("nik", "import-nik-elsewhere");
    }
    if !person.state.living() {
        return unsure("nama_lengkap", "import-person-gone");
    }
    let (_, mut fields) = person_change(listed, person, keys)?;
    if let Some(home) = &known.home {
        fields.extend(home_change(listed, home).1);
    }
    let verdict = if fields.is_empty() {
        Verdict::Unchanged
    } else {
        Verdict::Changed(fields)
    };
    Ok((verdict, Some(person.id)))
}

enum Meant<'a> {
    Nobody,
    One(&'a Person),
    Unsure(&'static str, &'static str),
}

/// By NIK; else by KK, name and day of birth.
fn one_meant<'a>(listed: &ListedPerson, known: &'a Known) -> Meant<'a> {
    let born = |person: &Person| person.birth_date.to_string() == listed.birth_date;
    if let Some(holder) = known.candidates.iter().find(|one| one.same_nik) {
        let person = &holder.person;
        return if !holder.same_kk {
            Meant::Unsure("no_kk", "import-other-family")
        } else if !born(person) && similar(&person.name, &listed.name) < SAME_NAME {
            Meant::Unsure("nik", "import-nik-other-person")
        } else {
            Meant::One(person)
        };
    }
    let key = search_key(&listed.name);
    let same = |one: &&Candidate| one.name_key == key && born(&one.person);
    let mut found = known.candidates.iter().filter(same);
    match (found.next(), found.next()) {
        (None, _) => Meant::Nobody,
        (Some(_), Some(_)) => Meant::Unsure("nama_lengkap", "import-person-twice"),
        // Another NIK stands at this person.
        (Some(one), None) if one.person.nik.is_some() && listed.nik.is_some() => {
            Meant::Unsure("nik", "import-nik-differs")
        }
        (Some(one), None) => Meant::One(&one.person),
    }
}

/// Members of the family with the same name or day of birth, and nothing that tells them apart.
fn alike(listed: &ListedPerson, known: &Known) -> Vec<Id> {
    let told_apart = |one: &&Candidate| one.person.nik.is_some() && listed.nik.is_some();
    known
        .candidates
        .iter()
        .filter(|one| !told_apart(one))
        .map(|one| one.person.id)
        .collect()
}

/// The fields of a person in which a row differs. An empty cell changes nothing.
pub(super) fn person_change(
    listed: &ListedPerson,
    person: &Person,
    keys: &KeyRing,
) -> Result<(PersonChange, Vec<&'static str>)> {
    let mut change = PersonChange::default();
    let mut fields = Vec::new();
    let mut note = |field, differs: bool| {
        if differs {
            fields.push(field);
        }
        differs
    };
    if note("nama_lengkap", differs(&person.name, &listed.name)) {
        change.name = Some(listed.name.clone());
    }
    if note("jenis_kelamin", person.sex != listed.sex()) {
        change.sex = Some(listed.sex());
    }
    let born = listed.birth_date.parse().ok();
    if note(
        "tanggal_lahir",
        born.is_some_and(|b| b != person.birth_date),
    ) {
        change.birth_date = born;
    }
    if note(
        "tempat_lahir",
        differs(&person.birth_place, &listed.birth_place),
    ) {
        change.birth_place = Some(listed.birth_place.clone());
    }
    if note("hubungan_keluarga", person.relation != listed.relation()) {
        change.relation = Some(listed.relation());
    }
    if note(
        "nama_ibu_kandung",
        differs(&person.mother_name, &listed.mother_name),
    ) {
        change.mother_name = Some(listed.mother_name.clone());
    }
    // A person with another NIK was found to be no match.
    if note("nik", person.nik.is_none() && listed.nik.is_some()) {
        change.nik = listed.nik();
    }
    if let Some(phone) = listed.phone() {
        let stored = person
            .phone
            .as_ref()
            .map(|phone| phone.open(keys))
            .transpose()?;
        if note(
            "telepon",
            stored.is_none_or(|stored| *stored != *phone.expose()),
        ) {
            change.phone = Some(phone);
        }
    }
    Ok((change, fields))
}

/// The fields of a household in which a row differs. An empty cell changes nothing.
pub(super) fn home_change(
    listed: &ListedPerson,
    home: &Home,
) -> (HouseholdChange, Vec<&'static str>) {
    let mut change = HouseholdChange::default();
    let mut fields = Vec::new();
    let mut note = |field, differs: bool| {
        if differs {
            fields.push(field);
        }
        differs
    };
    if note("alamat", differs(&home.address, &listed.address)) {
        change.address = Some(listed.address.clone());
    }
    if note("dusun", differs(&home.dusun, &listed.dusun)) {
        change.dusun = Some(listed.dusun.clone());
    }
    if note("rt", listed.rt.as_ref().is_some_and(|rt| *rt != home.rt)) {
        change.rt.clone_from(&listed.rt);
    }
    if note("rw", listed.rw.as_ref().is_some_and(|rw| *rw != home.rw)) {
        change.rw.clone_from(&listed.rw);
    }
    let area = AreaCode::parse(&listed.area).ok();
    let moves = listed.post_given && area.is_some_and(|area| area != home.area);
    if note("posyandu", moves) {
        change.area = area;
    }
    (change, fields)
}

/// Whether a filled cell says something else than what is stored, capitals apart.
fn differs(stored: &str, listed: &str) -> bool {
    !listed.is_empty() && stored.to_lowercase() != listed.to_lowercase()
}
