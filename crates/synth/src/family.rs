//! Who lives together: ages, sexes and relations of one family.

use jiff::{ToSpan as _, civil::Date};
use simpul_identity::Sex;

use crate::{
    rng::Rng,
    village::{Marital, Relation},
};

/// A member before names and papers.
pub(crate) struct Draft {
    pub relation: Relation,
    pub sex: Sex,
    pub birth: Date,
    pub marital: Marital,
    /// Indices of the parents, where they live here.
    pub mother: Option<usize>,
    pub father: Option<usize>,
    /// Order among the mother's children, from 0.
    pub order: usize,
    /// Born with the member before.
    pub twin: bool,
}

/// Age in completed years.
pub(crate) fn years(birth: Date, today: Date) -> i32 {
    let before = (today.month(), today.day()) < (birth.month(), birth.day());
    i32::from(today.year() - birth.year()) - i32::from(before)
}

/// Age in days; negative before birth.
pub(crate) fn days(birth: Date, today: Date) -> i32 {
    (today - birth).get_days()
}

/// Ages of heads of family: lowest age of each band of five years, with its share.
const HEADS: [(i32, u32); 13] = [
    (20, 28),
    (25, 94),
    (30, 146),
    (35, 142),
    (40, 128),
    (45, 110),
    (50, 100),
    (55, 88),
    (60, 74),
    (65, 63),
    (70, 47),
    (75, 33),
    (80, 20),
];

/// The members of one family, the head first. Shares are set so that age pyramid, family size and
/// share of homes with three generations come near those of Indonesia (a test holds them).
pub(crate) fn draw(rng: &mut Rng, today: Date) -> Vec<Draft> {
    let band = HEADS[rng.weighted(&HEADS.map(|(_, share)| share))].0;
    let age = band + rng.between(0, 4);
    let mut family = Family {
        members: Vec::new(),
        today,
    };
    let mother = family.couple(rng, age);
    if let Some(mother) = mother {
        let father = (family.members.len() == 2).then_some(1 - mother);
        family.children(rng, mother, father);
    }
    family.others(rng, age, mother == Some(1));
    family.members
}

struct Family {
    members: Vec<Draft>,
    today: Date,
}

impl Family {
    fn push(&mut self, relation: Relation, sex: Sex, birth: Date, marital: Marital) -> usize {
        let (mother, father) = (None, None);
        self.members.push(Draft {
            relation,
            sex,
            birth,
            marital,
            mother,
            father,
            order: 0,
            twin: false,
        });
        self.members.len() - 1
    }

    /// A day of birth at an age in completed years.
    fn born(&self, age: i32, rng: &mut Rng) -> Date {
        let last = self.today.saturating_sub(age.years());
        last.saturating_sub(rng.between(0, 364).days())
    }

    /// Head and spouse; the index of the woman, if there is one.
    fn couple(&mut self, rng: &mut Rng, age: i32) -> Option<usize> {
        use Marital::{BelumKawin, CeraiHidup, CeraiMati, Kawin};
        let head = Relation::KepalaKeluarga;
        let birth = self.born(age, rng);
        let (woman_leads, alone) = match age {
            ..40 => (50, 80),
            40..60 => (120, 60),
            _ => (300, 160),
        };
        if rng.chance(woman_leads) {
            let married = rng.chance(30);
            let marital = [Kawin, CeraiMati, CeraiHidup][match (married, age) {
                (true, _) => 0,
                (_, ..45) => 1 + usize::from(rng.chance(600)),
                _ => 1 + usize::from(rng.chance(150)),
            }];
            self.push(head, Sex::Female, birth, marital);
            if married {
                let husband = self.born(age + older_by(rng), rng);
                self.push(Relation::Suami, Sex::Male, husband, Kawin);
            }
            return Some(0);
        }
        if rng.chance(alone) {
            let marital = if age < 35 {
                BelumKawin
            } else {
                [CeraiMati, CeraiHidup][rng.weighted(&[7, 3])]
            };
            self.push(head, Sex::Male, birth, marital);
            return None;
        }
        self.push(head, Sex::Male, birth, Kawin);
        let wife = self.born((age - older_by(rng)).max(18), rng);
        Some(self.push(Relation::Istri, Sex::Female, wife, Kawin))
    }

    /// The woman's children who still live here, and the families they have founded here.
    fn children(&mut self, rng: &mut Rng, mother: usize, father: Option<usize>) {
        for birth in births(rng, self.members[mother].birth, self.today) {
            let age = years(birth.date, self.today);
            let stays = match age {
                ..18 => 990,
                18..23 => 880,
                23..28 => 640,
                28..35 => 360,
                _ => 170,
            };
            if !rng.chance(stays) {
                continue;
            }
            let child = self.child(&birth, Relation::Anak, mother, father);
            if age >= 21 && rng.chance(if age < 25 { 200 } else { 430 }) {
                self.young_family(rng, child, age);
            }
        }
    }

    fn child(
        &mut self,
        birth: &Birth,
        relation: Relation,
        mother: usize,
        father: Option<usize>,
    ) -> usize {
        let index = self.push(relation, birth.sex, birth.date, Marital::BelumKawin);
        let before = index
            .checked_sub(1)
            .map(|i| (self.members[i].mother, self.members[i].birth));
        let member = &mut self.members[index];
        (member.mother, member.father, member.order) = (Some(mother), father, birth.order);
        // A twin counts as one only where the other lives here too.
        member.twin = birth.twin && before == Some((Some(mother), birth.date));
        index
    }

    /// Wife or husband of a grown child, and their children.
    fn young_family(&mut self, rng: &mut Rng, child: usize, age: i32) {
        self.members[child].marital = Marital::Kawin;
        let is_son = self.members[child].sex == Sex::Male;
        let (sex, spouse_age) = if is_son {
            (Sex::Female, (age - older_by(rng)).max(19))
        } else {
            (Sex::Male, age + older_by(rng))
        };
        let birth = self.born(spouse_age, rng);
        let spouse = self.push(Relation::Menantu, sex, birth, Marital::Kawin);
        let (mother, father) = if is_son {
            (spouse, child)
        } else {
            (child, spouse)
        };
        for birth in births(rng, self.members[mother].birth, self.today) {
            if years(birth.date, self.today) < 18 {
                self.child(&birth, Relation::Cucu, mother, Some(father));
            }
        }
    }

    /// Old parents, grandchildren whose parents work elsewhere, other kin.
    fn others(&mut self, rng: &mut Rng, age: i32, has_wife: bool) {
        if (25..=58).contains(&age) && rng.chance(105) {
            let relation = if has_wife && rng.chance(350) {
                Relation::Mertua
            } else {
                Relation::OrangTua
            };
            let sex = if rng.chance(760) {
                Sex::Female
            } else {
                Sex::Male
            };
            let birth = self.born((age + rng.between(20, 32)).min(92), rng);
            self.push(relation, sex, birth, Marital::CeraiMati);
        }
        if age >= 46 && rng.chance(55) {
            let (sex, birth) = (sex(rng), rng.between(0, 12));
            let birth = self.born(birth, rng);
            self.push(Relation::Cucu, sex, birth, Marital::BelumKawin);
        }
        if rng.chance(25) {
            let (sex, age) = (sex(rng), rng.between(6, 40));
            let birth = self.born(age, rng);
            self.push(Relation::FamiliLain, sex, birth, Marital::BelumKawin);
        }
    }
}

struct Birth {
    date: Date,
    sex: Sex,
    order: usize,
    twin: bool,
}

/// All children a woman has borne, by the family size of her cohort; 1 % of births are twins.
fn births(rng: &mut Rng, mother: Date, today: Date) -> Vec<Birth> {
    let wanted = match mother.year() {
        ..1965 => rng.weighted(&[4, 8, 20, 27, 21, 12, 8]),
        1965..1985 => rng.weighted(&[4, 14, 38, 28, 12, 4]),
        _ => rng.weighted(&[4, 12, 42, 29, 13]),
    };
    let mut all = Vec::new();
    // 17 years and three uniform spans: first births at 23 and a half on average.
    let mut months = 17 * 12 + rng.between(0, 60) + rng.between(0, 60) + rng.between(0, 36);
    for order in 0..wanted {
        let date = mother
            .saturating_add(months.months())
            .saturating_add(rng.between(0, 29).days());
        if date > today || months > 45 * 12 {
            break;
        }
        all.push(Birth {
            date,
            sex: sex(rng),
            order,
            twin: false,
        });
        if rng.chance(10) {
            all.push(Birth {
                date,
                sex: sex(rng),
                order: order + 1,
                twin: true,
            });
        }
        months += rng.between(22, 66);
    }
    all
}

/// 105 boys to 100 girls.
fn sex(rng: &mut Rng) -> Sex {
    if rng.chance(512) {
        Sex::Male
    } else {
        Sex::Female
    }
}

/// Years by which a husband is older than his wife.
fn older_by(rng: &mut Rng) -> i32 {
    rng.between(-2, 5) + rng.between(0, 4)
}
