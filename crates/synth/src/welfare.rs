//! How a family lives, where the registry ranks it, what it receives and what it would say.
//!
//! Wealth is a number of mean 0 and deviation 1 over the nation. The decile sees it through noise,
//! so that poor families are missed and others are included; the answers see it directly.

use jiff::{ToSpan as _, civil::Date};
use simpul_identity::Decile;

use crate::{
    family::{days, years},
    rng::Rng,
    village::{
        Answers, Disability, Floor, Jkn, LifeEvent, Memberships, Person, School, Toilet, Water,
    },
};

/// Borders between deciles of the standard normal distribution.
const DECILES: [f64; 9] = [
    -1.2816, -0.8416, -0.5244, -0.2533, 0.0, 0.2533, 0.5244, 0.8416, 1.2816,
];

/// Wealth of a family of a village: somewhat below the nation.
pub(crate) fn wealth(rng: &mut Rng) -> f64 {
    rng.normal() * 0.95 - 0.25
}

/// Place in DTSEN: whether in it, and the decile; 7 % of those in it have none.
pub(crate) fn dtsen(rng: &mut Rng, wealth: f64) -> (bool, Option<Decile>) {
    // 0.8 and 0.6: the noisy rank has deviation 1 again, and correlates 0.8 with wealth.
    let rank = 0.8 * wealth + 0.6 * rng.normal();
    let number = 1 + DECILES.iter().filter(|border| rank > **border).count() as u8;
    let in_dtsen = rng.chance(if number <= 4 { 900 } else { 830 });
    let decile = Decile::new(number)
        .ok()
        .filter(|_| in_dtsen && !rng.chance(70));
    (in_dtsen, decile)
}

/// Programmes, by decile with errors on both sides.
pub(crate) fn memberships(
    rng: &mut Rng,
    decile: Option<Decile>,
    members: &[Person],
    today: Date,
) -> Memberships {
    let share = |by_decile: [u32; 5], above: u32| match decile.map(Decile::get) {
        Some(number @ 1..=5) => by_decile[usize::from(number) - 1],
        _ => above,
    };
    let component = members.iter().any(|member| {
        let age = years(member.birth_date, today);
        age <= 6
            || age >= 60
            || member.school == School::Aktif
            || member.pregnant
            || member.disability == Disability::Berat
    });
    let pkh = component && rng.chance(share([620, 500, 380, 260, 50], 20));
    let sembako = rng.chance(share([740, 640, 520, 400, 110], 25));
    let jkn = if rng.chance(share([800, 760, 700, 640, 480], 140)) {
        if rng.chance(90) {
            Jkn::PbiRemoved(today.saturating_sub(rng.between(10, 400).days()))
        } else {
            Jkn::Pbi
        }
    } else {
        let paid = if share([1, 1, 1, 1, 1], 2) == 1 {
            250
        } else {
            620
        };
        [Jkn::Paid, Jkn::Arrears, Jkn::None][rng.weighted(&[paid, 160, 240])]
    };
    Memberships { pkh, sembako, jkn }
}

/// What the family would answer.
pub(crate) fn answers(
    rng: &mut Rng,
    wealth: f64,
    memberships: Memberships,
    members: &[Person],
    today: Date,
) -> Answers {
    let age = |member: &Person| years(member.birth_date, today);
    let poor = (-wealth).clamp(0.0, 2.5);
    let newborn = members.iter().any(|m| days(m.birth_date, today) < 90);
    let meals_skipped = rng.chance(15 + (140.0 * poor) as u32);
    let lost_work = rng.chance(25 + (50.0 * poor) as u32);
    let chronic = members
        .iter()
        .any(|m| rng.chance(if age(m) < 45 { 15 } else { 130 }));
    let nik_kk_known = rng.chance(930);
    let jkn_thought = memberships.jkn.active() || matches!(memberships.jkn, Jkn::PbiRemoved(_));
    let moved = match rng.weighted(&[940, 25, 10, 25]) {
        1 => Some(LifeEvent::Death),
        2 => Some(LifeEvent::Divorce),
        3 => Some(LifeEvent::Move),
        _ => None,
    };
    let house = wealth + 0.4 * rng.normal();
    let level = |borders: [f64; 3]| borders.iter().filter(|border| house > **border).count();
    // Three in a hundred do not say; who lost PBI often does not know it.
    let mut said = |fact: bool| (!rng.chance(30)).then_some(fact);
    Answers {
        nik_kk_known: said(nik_kk_known),
        jkn_active: said(jkn_thought),
        receives_pkh: said(memberships.pkh),
        receives_sembako: said(memberships.sembako),
        lost_work: said(lost_work),
        meals_skipped: said(meals_skipped),
        child_out_of_school: said(members.iter().any(|m| m.school == School::Putus)),
        chronic_illness: said(chronic),
        elderly_alone: said(members.len() == 1 && age(&members[0]) >= 60),
        life_event: if newborn {
            Some(LifeEvent::Birth)
        } else {
            moved
        },
        floor: [Floor::Earth, Floor::Wood, Floor::Cement, Floor::Tile][level([-2.0, -1.4, 0.1])],
        toilet: [Toilet::None, Toilet::Shared, Toilet::Own, Toilet::Own][level([-1.9, -1.1, 0.0])],
        water: [
            Water::Open,
            Water::Protected,
            Water::Protected,
            Water::Piped,
        ][level([-1.6, 0.0, 0.4])],
    }
}
