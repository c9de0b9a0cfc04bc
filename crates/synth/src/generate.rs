//! From a seed to a village.

use jiff::{ToSpan as _, civil::Date};
use simpul_identity::{RegionCode, region};

use crate::{
    childhood,
    family::{self, Draft, years},
    papers::Numbers,
    people::Home,
    rng::Rng,
    village::{Companion, Household, Measurement, Person, Post, Relation, Village, Visit},
    welfare,
    words::{Culture, Naming, list, zipf},
};

/// Families of an RT, RT of an RW, and RW served by one Posyandu: some 180 families, 55 children.
const FAMILIES_OF_RT: usize = 25;
const RT_OF_RW: usize = 4;
const RW_OF_POST: usize = 2;

/// A code of no village in the current table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no village has the code {0}; give ten digits of the current table, such as 32.04.05.2001")]
pub struct UnknownVillage(pub RegionCode);

impl Village {
    /// The village of a seed: whole families until `residents` are reached.
    ///
    /// Equal arguments give equal villages on every machine. The same call scales from a hamlet to
    /// a load test of 100,000 residents; no NIK or KK occurs twice in one village.
    ///
    /// # Errors
    /// [`UnknownVillage`] if `area` is no village of the current table.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use simpul_identity::RegionCode;
    /// use simpul_synth::Village;
    ///
    /// let laiya = RegionCode::parse("73.09.10.2001")?;
    /// let village = Village::generate(7, laiya, 200, date(2026, 11, 20))?;
    /// let residents: usize = village.households.iter().map(|h| h.members.len()).sum();
    /// assert!(residents >= 200);
    ///
    /// let kabupaten = RegionCode::parse("73.09")?;
    /// assert!(Village::generate(7, kabupaten, 200, date(2026, 11, 20)).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn generate(
        seed: u64,
        area: RegionCode,
        residents: usize,
        today: Date,
    ) -> Result<Self, UnknownVillage> {
        let refused = UnknownVillage(area);
        let kecamatan = area.village_kind().and(area.kecamatan()).ok_or(refused)?;
        region::name(area).ok_or(refused)?;
        let kabupaten = area.kabupaten().and_then(region::name).ok_or(refused)?;
        let (kind, town) = kabupaten.split_once(' ').unwrap_or(("", kabupaten));
        let mut founder = Founder {
            seed,
            area,
            today,
            town,
            urban: kind == "Kota",
            culture: Culture::of_province(area.province().as_str()),
            numbers: Numbers::new(kecamatan),
            posts: Vec::new(),
            morning: Vec::new(),
        };
        let (mut households, mut count) = (Vec::new(), 0);
        while count < residents {
            let household = founder.household(households.len());
            count += household.members.len();
            households.push(household);
        }
        let Founder { posts, morning, .. } = founder;
        Ok(Self {
            area,
            today,
            posts,
            households,
            morning,
        })
    }
}

struct Founder {
    seed: u64,
    area: RegionCode,
    today: Date,
    town: &'static str,
    urban: bool,
    culture: Culture,
    numbers: Numbers,
    posts: Vec<Post>,
    morning: Vec<Visit>,
}

impl Founder {
    fn rng(&self, label: &str, index: usize) -> Rng {
        Rng::new(self.seed, self.area.as_str(), label, index)
    }

    fn household(&mut self, index: usize) -> Household {
        let rt = index / FAMILIES_OF_RT;
        let rw = rt / RT_OF_RW;
        let dusun = rw / RW_OF_POST;
        if dusun == self.posts.len() {
            let post = self.post(dusun);
            self.posts.push(post);
        }

        let mut rng = self.rng("family", index);
        let drafts = family::draw(&mut rng, self.today);
        let wealth = welfare::wealth(&mut rng);
        let home = Home {
            culture: self.culture.of_family(&mut rng),
            wealth,
            town: self.town,
            urban: self.urban,
            today: self.today,
            drafts: &drafts,
        };
        let mut members = home.people(&mut self.rng("people", index), &mut self.numbers);
        let morning = self.grow(index, dusun, wealth, &mut members);

        let mut rng = self.rng("welfare", index);
        let (in_dtsen, decile) = welfare::dtsen(&mut rng, wealth);
        let memberships = welfare::memberships(&mut rng, decile, &members, self.today);
        let answers = welfare::answers(&mut rng, wealth, memberships, &members, self.today);
        let visits = self.visits(index, &members, &drafts, morning, home.culture);
        self.morning.extend(visits);
        let kk = self.numbers.kk(issued(&mut rng, &drafts, self.today));
        let key = self.culture.key();
        Household {
            kk,
            dusun: numbered(list(&format!("{key}.dusun")), 0, dusun),
            rt: (rt % RT_OF_RW + 1) as u16,
            rw: (rw + 1) as u16,
            post: self.posts[dusun].number,
            address: format!(
                "{} No. {}",
                zipf(&mut rng, &format!("{key}.jalan")),
                rng.between(1, 140)
            ),
            in_dtsen,
            decile,
            dtsen_date: in_dtsen.then(|| quarter(self.today)),
            memberships,
            answers,
            members,
        }
    }

    fn post(&self, index: usize) -> Post {
        let names = list("posyandu");
        let first = self.rng("posts", 0).below(names.len() as u32) as usize;
        let mut rng = self.rng("post", index);
        Post {
            number: (index + 1) as u16,
            name: numbered(names, first, index),
            day: rng.between(3, 25) as i8,
            scale_grams: *rng.pick(&[50, 100]),
        }
    }

    /// Writes the histories of the children; their measurements of today, by member.
    fn grow(
        &self,
        household: usize,
        post: usize,
        wealth: f64,
        members: &mut [Person],
    ) -> Vec<(usize, Measurement)> {
        let mut rng = self.rng("growth", household);
        let mut morning = Vec::new();
        for (index, child) in members.iter_mut().enumerate() {
            if childhood::under_five(child.birth_date, self.today) {
                let born = (child.birth_date, child.sex);
                let (kept, last) =
                    childhood::measure(&mut rng, born, wealth, &self.posts[post], self.today);
                child.measurements = kept;
                morning.push((index, last));
            }
        }
        morning
    }

    /// Which of the children come today, and with whom.
    fn visits(
        &self,
        household: usize,
        members: &[Person],
        drafts: &[Draft],
        morning: Vec<(usize, Measurement)>,
        culture: Culture,
    ) -> Vec<Visit> {
        let mut rng = self.rng("morning", household);
        let mut visits = Vec::new();
        for (member, measurement) in morning {
            if !rng.chance(800) {
                continue;
            }
            let (companion, who) = companion(&mut rng, member, members, drafts, self.today);
            let companion_name = match who {
                Some(who) => members[who].name.clone(),
                None => Naming {
                    culture,
                    sex: simpul_identity::Sex::Female,
                    birth_year: self.today.year() - 35,
                    order: 0,
                    father: None,
                }
                .draw(&mut rng),
            };
            let agrees = rng.chance(930);
            visits.push(Visit {
                household,
                member,
                post: (household / (FAMILIES_OF_RT * RT_OF_RW * RW_OF_POST) + 1) as u16,
                companion,
                companion_name,
                measurement,
                consent: companion.guardian().then_some(agrees),
            });
        }
        visits
    }
}

/// Mostly the mother, else whoever of the house is there; a neighbour where nobody is.
fn companion(
    rng: &mut Rng,
    child: usize,
    members: &[Person],
    drafts: &[Draft],
    today: Date,
) -> (Companion, Option<usize>) {
    let draft = &drafts[child];
    let of = |wanted: &[Relation]| {
        members
            .iter()
            .position(|m| wanted.contains(&m.relation) && years(m.birth_date, today) > 30)
    };
    let grandparent = match draft.relation {
        Relation::Cucu => of(&[Relation::Istri, Relation::KepalaKeluarga]),
        _ => of(&[Relation::OrangTua, Relation::Mertua]),
    };
    let kin = (0..members.len()).find(|i| {
        let age = years(members[*i].birth_date, today);
        (16..60).contains(&age)
            && ![draft.mother, draft.father, grandparent].contains(&Some(*i))
            && members[*i].relation != Relation::KepalaKeluarga
    });
    let all = [
        (Companion::Mother, draft.mother, 760),
        (Companion::Grandparent, grandparent, 150),
        (Companion::Father, draft.father, 50),
        (Companion::Kin, kin, 40),
    ];
    let weights = all.map(|(_, who, weight)| if who.is_some() { weight } else { 0 });
    if rng.chance(30) || weights.iter().sum::<u32>() == 0 {
        return (Companion::Neighbour, None);
    }
    let (companion, who, _) = all[rng.weighted(&weights)];
    (companion, who)
}

/// The day a KK was issued: after the youngest member but the newborn came, at most ten years ago.
fn issued(rng: &mut Rng, drafts: &[Draft], today: Date) -> Date {
    let registered = drafts
        .iter()
        .map(|d| d.birth)
        .filter(|b| family::days(*b, today) > 90);
    let from = registered
        .max()
        .unwrap_or(today)
        .max(today.saturating_sub(10.years()));
    from.saturating_add(rng.between(0, family::days(from, today)).days())
}

/// First day of the quarter: DTSEN is renewed with the quarterly payments.
fn quarter(today: Date) -> Date {
    let month = (today.month() - 1) / 3 * 3 + 1;
    Date::new(today.year(), month, 1).expect("the first of a month exists")
}

/// An entry of a list read round from `first`, with a number from the second time round.
fn numbered(words: &[&str], first: usize, index: usize) -> String {
    let word = words[(first + index) % words.len()];
    match index / words.len() {
        0 => word.to_owned(),
        round => format!("{word} {}", round + 1),
    }
}
