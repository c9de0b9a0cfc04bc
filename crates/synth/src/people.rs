//! A member's name, papers, schooling, work and health.

use jiff::civil::Date;
use simpul_identity::Sex;

use crate::{
    family::{Draft, days, years},
    papers::Numbers,
    rng::Rng,
    village::{Disability, Education, Marital, Occupation, Person, Relation, School},
    words::{Culture, Naming, twin_name, zipf},
};

/// What the members of one family share.
pub(crate) struct Home<'a> {
    pub culture: Culture,
    pub wealth: f64,
    /// Town of birth of most: the kabupaten or kota.
    pub town: &'a str,
    /// Kota rather than kabupaten.
    pub urban: bool,
    pub today: Date,
    pub drafts: &'a [Draft],
}

impl Home<'_> {
    /// All members, papers and all.
    pub(crate) fn people(&self, rng: &mut Rng, numbers: &mut Numbers) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::with_capacity(self.drafts.len());
        // Parents stand before their children, so their names are there when a child needs them.
        for draft in self.drafts {
            let person = self.person(rng, numbers, draft, &people);
            people.push(person);
        }
        people
    }

    fn person(
        &self,
        rng: &mut Rng,
        numbers: &mut Numbers,
        draft: &Draft,
        before: &[Person],
    ) -> Person {
        let (sex, age) = (draft.sex, years(draft.birth, self.today));
        let school = self.school(rng, age);
        let education = self.education(rng, draft, age, school);
        let shares = if age < 60 { [978, 14, 8] } else { [912, 80, 8] };
        let disability =
            [Disability::Tidak, Disability::Ringan, Disability::Berat][rng.weighted(&shares)];
        let fertile = sex == Sex::Female && draft.marital == Marital::Kawin;
        let nursing = self
            .drafts
            .iter()
            .any(|child| child.mother == Some(before.len()) && days(child.birth, self.today) < 270);
        let father = draft.father.map(|i| before[i].name.as_str());
        let mother = draft.mother.map(|i| before[i].name.as_str());
        let twin = before.last().filter(|_| draft.twin);
        let name = match twin {
            Some(twin) => twin_name(rng, &twin.name, sex),
            None => self.name(rng, draft, father),
        };
        let born_here = rng.chance(if draft.mother.is_some() { 940 } else { 800 });
        let local = twin.map_or(born_here, |twin| twin.birth_place == self.town);
        let mother_name = match mother {
            Some(mother) => Some(mother.to_owned()),
            None => (!rng.chance(80)).then(|| self.ancestor(rng, draft, Sex::Female)),
        };
        let father_name = match father {
            Some(father) => Some(father.to_owned()),
            None => rng
                .chance(500)
                .then(|| self.ancestor(rng, draft, Sex::Male)),
        };
        Person {
            name,
            nik: self
                .has_nik(rng, draft.birth)
                .then(|| numbers.nik(rng, local, draft.birth, sex)),
            sex,
            birth_date: draft.birth,
            birth_place: match twin {
                Some(twin) => twin.birth_place.clone(),
                None if local => self.town.to_owned(),
                None => zipf(rng, &format!("{}.lahir", self.culture.key())).to_owned(),
            },
            mother_name,
            father_name,
            mother: draft.mother,
            relation: draft.relation,
            phone: phone(rng, age),
            marital: draft.marital,
            education,
            occupation: self.occupation(rng, draft, age, school, education),
            school,
            disability,
            pregnant: fertile && !nursing && (18..43).contains(&age) && rng.chance(45),
            measurements: Vec::new(),
        }
    }

    fn name(&self, rng: &mut Rng, draft: &Draft, father: Option<&str>) -> String {
        Naming {
            culture: self.culture,
            sex: draft.sex,
            birth_year: draft.birth.year(),
            order: draft.order,
            father,
        }
        .draw(rng)
    }

    /// The name of a parent who does not live here.
    fn ancestor(&self, rng: &mut Rng, draft: &Draft, sex: Sex) -> String {
        let order = rng.below(4) as usize;
        let birth_year = draft.birth.year() - 26;
        Naming {
            culture: self.culture,
            sex,
            birth_year,
            order,
            father: None,
        }
        .draw(rng)
    }

    /// Six of ten newborn have no NIK yet, and some of every age.
    fn has_nik(&self, rng: &mut Rng, birth: Date) -> bool {
        !rng.chance(match days(birth, self.today) {
            ..60 => 600,
            60..365 => 150,
            365..1827 => 40,
            1827..21_915 => 12,
            _ => 30,
        })
    }

    fn school(&self, rng: &mut Rng, age: i32) -> School {
        // Of a thousand at each stage who are not at school; the poor leave earlier.
        let poor = (-self.wealth).clamp(-0.8, 2.0) + 0.8;
        let out = match age {
            ..7 => return School::Belum,
            7..13 => 5.0 * poor,
            13..16 => 35.0 * poor,
            16..19 => 130.0 * poor,
            19..23 => 850.0,
            _ => return School::Selesai,
        };
        match rng.chance(out as u32) {
            false => School::Aktif,
            true if age < 19 => School::Putus,
            true => School::Selesai,
        }
    }

    fn education(&self, rng: &mut Rng, draft: &Draft, age: i32, school: School) -> Education {
        use Education::{BelumTamatSd, Sd, Sma, Smp, TidakSekolah, Tinggi};
        match age {
            ..7 => TidakSekolah,
            7..13 => BelumTamatSd,
            13..16 => Sd,
            16..19 if school == School::Aktif => Smp,
            16..19 => [Sd, Smp][rng.weighted(&[3, 7])],
            _ => {
                let cohort = match draft.birth.year() {
                    ..1955 => -1.5,
                    1955..1970 => -0.7,
                    1970..1985 => 0.1,
                    _ => 0.8,
                };
                let years = cohort + 0.5 * self.wealth + 0.8 * rng.normal();
                let level = [-1.9, -1.1, -0.1, 0.6, 1.9]
                    .iter()
                    .filter(|b| years > **b)
                    .count();
                // Nobody finishes a degree before 22.
                [
                    TidakSekolah,
                    BelumTamatSd,
                    Sd,
                    Smp,
                    Sma,
                    if age < 22 { Sma } else { Tinggi },
                ][level]
            }
        }
    }

    fn occupation(
        &self,
        rng: &mut Rng,
        draft: &Draft,
        age: i32,
        school: School,
        education: Education,
    ) -> Occupation {
        use Occupation::{
            BelumBekerja, BuruhHarian, BuruhTani, Karyawan, Pedagang, Pelajar, Pensiunan, Petani,
            Pns, RumahTangga, Wiraswasta,
        };
        if school == School::Aktif {
            return Pelajar;
        }
        let keeps_house = if draft.marital == Marital::Kawin {
            620
        } else {
            350
        };
        match age {
            ..16 => return BelumBekerja,
            60.. if education == Education::Tinggi => return Pensiunan,
            70.. if rng.chance(700) => return BelumBekerja,
            _ if draft.sex == Sex::Female && rng.chance(keeps_house) => return RumahTangga,
            _ if draft.relation != Relation::KepalaKeluarga && rng.chance(90) => {
                return BelumBekerja;
            }
            _ => {}
        }
        if education == Education::Tinggi {
            return [Pns, Karyawan, Wiraswasta][rng.weighted(&[4, 4, 2])];
        }
        let list = [
            Petani,
            BuruhTani,
            BuruhHarian,
            Pedagang,
            Wiraswasta,
            Karyawan,
        ];
        list[rng.weighted(match (self.urban, self.wealth < -0.4) {
            (false, true) => &[26, 30, 28, 6, 7, 3],
            (false, false) => &[34, 8, 12, 14, 18, 14],
            (true, true) => &[2, 2, 52, 16, 16, 12],
            (true, false) => &[2, 0, 14, 20, 28, 36],
        })]
    }
}

/// Most adults have one, fewer of the old.
fn phone(rng: &mut Rng, age: i32) -> Option<String> {
    let share = match age {
        ..15 => 0,
        15..45 => 780,
        45..60 => 560,
        _ => 220,
    };
    rng.chance(share)
        .then(|| format!("0810{:08}", rng.below(100_000_000)))
}
