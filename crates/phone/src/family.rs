//! What is known of a family before it is asked: the registry, its own answers, its roster.

use jiff::civil::Date;
use simpul_identity::Sex;
use simpul_rules::{Catalogue, Facts, Origin, Value};

/// Completed years below which a child counts as early childhood, and those of school.
const EARLY: i16 = 7;
const SCHOOL: std::ops::RangeInclusive<i16> = 7..=18;
/// Ages at which a pregnancy is asked about.
const MOTHERS: std::ops::RangeInclusive<i16> = 12..=54;
const ELDERLY: i16 = 60;

/// A family as the rules see it.
#[derive(Clone)]
pub struct Family<'a> {
    /// Those who are alive and live here.
    pub members: Vec<Member>,
    /// Whether a KK number is known.
    pub has_kk: bool,
    /// Where the social registry has it.
    pub registry: Registry,
    /// What it receives.
    pub memberships: Vec<Membership<'a>>,
    /// What it answered, the newest first.
    pub answers: Vec<Answer<'a>>,
}

/// One who lives here.
#[derive(Clone, Copy)]
pub struct Member {
    /// Sex.
    pub sex: Sex,
    /// Day of birth.
    pub birth: Date,
    /// Head of the family.
    pub head: bool,
    /// Whether a NIK is known.
    pub has_nik: bool,
}

/// What the social registry says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// In it.
    Found {
        /// The rank, for those who may know it.
        decile: Decile,
        /// Day of the data.
        as_of: Date,
        /// Extract or desk.
        origin: Origin,
    },
    /// Not in it.
    NotFound {
        /// Day of the data.
        as_of: Date,
        /// Extract or desk.
        origin: Origin,
    },
    /// Belum dicek.
    NotChecked,
}

/// A rank in the registry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Decile {
    /// Not told here: the phone never knows it, and what rests on it stays open.
    Withheld,
    /// In the registry without a rank.
    Unranked,
    /// 1 to 10.
    Rank(u8),
}

/// Membership of the family or a member in a programme.
#[derive(Clone, Copy)]
pub struct Membership<'a> {
    /// Key of the programme.
    pub programme: &'a str,
    /// Key of the state.
    pub state: &'a str,
    /// Day of the data.
    pub as_of: Date,
}

/// One answer of the family.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// Key of the fact.
    pub fact: &'a str,
    /// Stored answer; none: nobody could say.
    pub value: Option<&'a str>,
    /// Day of the answer.
    pub on: Date,
    /// Kader or desk.
    pub origin: Origin,
}

/// Completed years of age.
pub fn years_between(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

/// What holds for every child of a family. What was said beats what the roster lets us guess.
pub fn facts(catalogue: &Catalogue, family: &Family<'_>, today: Date) -> Facts {
    let mut facts = Facts::new();
    from_registry(&mut facts, family);
    for answer in family.answers.iter().rev() {
        // The catalogue may no longer have such an answer.
        match catalogue.answer(answer.fact, answer.value.unwrap_or("")) {
            Ok(Some(value)) => facts.set(answer.fact.to_owned(), value, answer.origin, answer.on),
            Ok(None) => facts.unanswered(answer.fact.to_owned(), answer.origin, answer.on),
            Err(_) => {}
        }
    }
    for (key, value) in from_roster(family, today) {
        let said = facts.get(key).is_some_and(|fact| {
            let days = (today - fact.observed).get_days();
            let fresh = catalogue.get(key).and_then(|def| def.fresh_days);
            fact.value.is_some() && fresh.is_none_or(|limit| days <= i32::from(limit))
        });
        if !said {
            facts.set(key, value, Origin::Registry, today);
        }
    }
    facts
}

fn from_registry(facts: &mut Facts, family: &Family<'_>) {
    match family.registry {
        Registry::Found {
            decile,
            as_of,
            origin,
        } => {
            facts.set("di_dtsen", true, origin, as_of);
            let rank: Option<Value> = match decile {
                Decile::Withheld => None,
                Decile::Unranked => Some(0.into()),
                Decile::Rank(rank) => Some(i32::from(rank).into()),
            };
            if let Some(rank) = rank {
                facts.set("desil", rank, origin, as_of);
            }
        }
        Registry::NotFound { as_of, origin } => facts.set("di_dtsen", false, origin, as_of),
        Registry::NotChecked => {}
    }
    for membership in &family.memberships {
        let receives = membership.state == "recipient";
        let mut set = |key, value: bool| {
            facts.set(key, value, Origin::Registry, membership.as_of);
        };
        match membership.programme {
            "pkh" => set("terima_pkh", receives),
            "sembako" => set("terima_sembako", receives),
            "pbi_jkn" if receives => {
                set("pernah_pbi", true);
                set("jkn_aktif", true);
            }
            // The family may be insured in another way: only the past is certain.
            "pbi_jkn" if membership.state == "inactive" => set("pernah_pbi", true),
            _ => {}
        }
    }
}

/// What the roster says. That somebody is *not* there is said only of one that names the head of
/// the family: a newborn's quick registration proves nothing.
fn from_roster(family: &Family<'_>, today: Date) -> Vec<(&'static str, bool)> {
    let members: Vec<(&Member, i16)> = family
        .members
        .iter()
        .map(|m| (m, years_between(m.birth, today)))
        .collect();
    let any = |found: &dyn Fn(&Member, i16) -> bool| members.iter().any(|(m, y)| found(m, *y));
    let whole = any(&|m, _| m.head);
    let early = any(&|_, years| years < EARLY);
    let elderly = any(&|_, years| years >= ELDERLY);
    let mut known = Vec::new();
    if early || whole {
        known.push(("ada_anak_0_6", early));
    }
    if elderly || whole {
        known.push(("ada_lansia", elderly));
    }
    if whole && !elderly {
        known.push(("lansia_sendiri", false));
    }
    if whole && !any(&|m, years| m.sex == Sex::Female && MOTHERS.contains(&years)) {
        known.push(("ada_ibu_hamil", false));
    }
    if whole && !any(&|_, years| SCHOOL.contains(&years)) {
        known.push(("ada_anak_sekolah", false));
        known.push(("anak_tidak_sekolah", false));
    }
    let numbered = family.has_kk && !any(&|m, _| !m.has_nik);
    if whole && numbered {
        known.push(("nik_kk_ada", true));
    }
    known
}
