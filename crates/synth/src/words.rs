//! The word lists of `data/synth`, and what a Zipf draw takes from them.

use std::{collections::BTreeMap, sync::LazyLock};

use simpul_identity::Sex;

use crate::rng::Rng;

type Lists = BTreeMap<&'static str, Vec<&'static str>>;

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists::new();
    for text in [
        include_str!("../../../data/synth/names.txt"),
        include_str!("../../../data/synth/places.txt"),
    ] {
        let mut section = "";
        for line in text
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                Some(name) => section = name,
                None => lists.entry(section).or_default().extend(line.split(", ")),
            }
        }
    }
    lists
});

/// The words of a section. Sections are named in the code only, and a test asks for each.
pub(crate) fn list(section: &str) -> &'static [&'static str] {
    LISTS
        .get(section)
        .unwrap_or_else(|| panic!("data/synth has no section {section}"))
}

/// A word of a section, with weight 1 / (rank + 10): see `data/synth/README.md`.
pub(crate) fn zipf(rng: &mut Rng, section: &str) -> &'static str {
    let words = list(section);
    let weights: Vec<u32> = (0..words.len())
        .map(|rank| 10_000 / (rank as u32 + 10))
        .collect();
    words[rng.weighted(&weights)]
}

/// Whose names, places and words a family uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Culture {
    Jawa,
    Sunda,
    Lampung,
    Bugis,
    Banjar,
    Sasak,
    Bali,
}

use Culture::{Bali, Banjar, Bugis, Jawa, Lampung, Sasak, Sunda};

impl Culture {
    /// The section prefix in `data/synth`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Jawa => "jawa",
            Sunda => "sunda",
            Lampung => "lampung",
            Bugis => "bugis",
            Banjar => "banjar",
            Sasak => "sasak",
            Bali => "bali",
        }
    }

    /// The culture that names the places of a province (two digits of a region code).
    pub(crate) fn of_province(province: &str) -> Self {
        match province {
            "32" | "36" => Sunda,
            "18" => Lampung,
            "72" | "73" | "74" | "76" => Bugis,
            "62" | "63" | "64" => Banjar,
            "52" => Sasak,
            "51" => Bali,
            _ => Jawa,
        }
    }

    /// The culture of one family of a village: rough shares from general knowledge.
    pub(crate) fn of_family(self, rng: &mut Rng) -> Self {
        let shares: &[(Self, u32)] = match self {
            Jawa => &[(Jawa, 100)],
            Sunda => &[(Sunda, 88), (Jawa, 12)],
            Lampung => &[(Jawa, 70), (Lampung, 20), (Sunda, 10)],
            Bugis => &[(Bugis, 95), (Jawa, 5)],
            Banjar => &[(Banjar, 85), (Jawa, 15)],
            Sasak => &[(Sasak, 75), (Bali, 13), (Jawa, 12)],
            Bali => &[(Bali, 90), (Jawa, 10)],
        };
        let weights: Vec<u32> = shares.iter().map(|(_, weight)| *weight).collect();
        shares[rng.weighted(&weights)].0
    }
}

/// What a name depends on.
pub(crate) struct Naming<'a> {
    pub culture: Culture,
    pub sex: Sex,
    pub birth_year: i16,
    /// Order among the mother's children from 0, as Balinese names tell it.
    pub order: usize,
    pub father: Option<&'a str>,
}

impl Naming<'_> {
    /// A name as a register would hold it.
    pub(crate) fn draw(&self, rng: &mut Rng) -> String {
        let name = match (self.culture, self.birth_year) {
            (Bali, _) => self.balinese(rng),
            (_, ..=1964) => self.adult(rng, "tua", 90),
            (_, 1965..=1994) => self.adult(rng, "tengah", 420),
            (_, 1995..=2014) => self.young(rng, "muda", 350),
            _ => self.young(rng, "bayi", 700),
        };
        match self.father {
            Some(father) if rng.chance(6) => {
                let link = if self.sex == Sex::Male {
                    "bin"
                } else {
                    "binti"
                };
                format!("{name} {link} {}", last_word(father))
            }
            _ => name,
        }
    }

    fn sex_key(&self) -> &'static str {
        if self.sex == Sex::Male { "lk" } else { "pr" }
    }

    /// One name of the culture or, for a third, of the nation; a second word for some.
    fn adult(&self, rng: &mut Rng, era: &str, second_per_mille: u32) -> String {
        let whose = if rng.chance(330) {
            "nasional"
        } else {
            self.culture.key()
        };
        let name = zipf(rng, &format!("{whose}.{}.{era}", self.sex_key()));
        let honour = if self.culture == Bugis && rng.chance(50) {
            "Andi "
        } else {
            ""
        };
        if name.contains(' ') || !rng.chance(second_per_mille) {
            return format!("{honour}{name}");
        }
        let second = zipf(rng, &format!("nasional.{}.belakang", self.sex_key()));
        format!("{honour}{name} {second}")
    }

    /// Two words or, for `three_per_mille`, three; every third newborn boy begins with Muhammad,
    /// and some children carry a word of their father's name.
    fn young(&self, rng: &mut Rng, era: &str, three_per_mille: u32) -> String {
        let sex = self.sex_key();
        let first = match self.sex {
            Sex::Male if rng.chance(if era == "bayi" { 340 } else { 180 }) => {
                ["Muhammad", "Muhamad", "Mohammad", "M."][rng.weighted(&[80, 10, 6, 4])]
            }
            _ => zipf(rng, &format!("nasional.{sex}.{era}")),
        };
        let mut words = vec![first];
        let wanted = if rng.chance(three_per_mille) || first == "M." {
            3
        } else {
            2
        };
        if let (Sex::Male, Some(father)) = (self.sex, self.father)
            && rng.chance(70)
        {
            words.push(last_word(father));
        }
        while words.len() < wanted {
            let section = if words.len() + 1 < wanted {
                era
            } else {
                "belakang"
            };
            let word = zipf(rng, &format!("nasional.{sex}.{section}"));
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(" ")
    }

    /// I or Ni, the word of the birth order, and a name of one's own.
    fn balinese(&self, rng: &mut Rng) -> String {
        let (article, sex) = if self.sex == Sex::Male {
            ("I", "lk")
        } else {
            ("Ni", "pr")
        };
        let order: &[&str] = match self.order % 4 {
            0 => &["Wayan", "Putu", "Gede"],
            1 => &["Made", "Kadek", "Nengah"],
            2 => &["Nyoman", "Komang"],
            _ => &["Ketut"],
        };
        let order = match rng.pick(order) {
            &"Gede" if self.sex == Sex::Female => "Luh",
            word => word,
        };
        format!("{article} {order} {}", zipf(rng, &format!("bali.{sex}")))
    }
}

/// A name for a twin: the sibling's, with another last word.
pub(crate) fn twin_name(rng: &mut Rng, sibling: &str, sex: Sex) -> String {
    let section = if sex == Sex::Male {
        "nasional.lk.belakang"
    } else {
        "nasional.pr.belakang"
    };
    let stem = sibling.rsplit_once(' ').map_or(sibling, |(stem, _)| stem);
    loop {
        let name = format!("{stem} {}", zipf(rng, section));
        if name != sibling {
            return name;
        }
    }
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Culture; 7] = [Jawa, Sunda, Lampung, Bugis, Banjar, Sasak, Bali];

    #[test]
    fn every_section_is_there_and_has_no_double() {
        for culture in ALL.map(Culture::key) {
            for part in ["dusun", "jalan", "lahir"] {
                assert!(list(&format!("{culture}.{part}")).len() >= 6);
            }
        }
        for sex in ["lk", "pr"] {
            for era in ["tua", "tengah"] {
                for culture in ALL.into_iter().filter(|c| *c != Bali).map(Culture::key) {
                    assert!(list(&format!("{culture}.{sex}.{era}")).len() >= 19);
                }
                list(&format!("nasional.{sex}.{era}"));
            }
            for era in ["muda", "bayi", "belakang"] {
                assert!(list(&format!("nasional.{sex}.{era}")).len() >= 30);
            }
            list(&format!("bali.{sex}"));
        }
        for (section, words) in LISTS.iter() {
            for (i, word) in words.iter().enumerate() {
                assert!(!words[..i].contains(word), "{section}: {word} twice");
                assert_eq!(word.trim(), *word, "{section}");
            }
        }
    }

    #[test]
    fn the_national_lists_begin_with_the_most_frequent_names_of_the_register() {
        assert_eq!(
            list("nasional.lk.tengah")[..3],
            ["Sutrisno", "Slamet", "Mulyadi"]
        );
        assert_eq!(
            list("nasional.pr.tengah")[..3],
            ["Nurhayati", "Sulastri", "Sumiati"]
        );
    }

    #[test]
    fn names_grow_longer_with_the_cohort() {
        let words = |year| {
            let naming = Naming {
                culture: Jawa,
                sex: Sex::Male,
                birth_year: year,
                order: 0,
                father: None,
            };
            let mut rng = Rng::new(7, "3503", "test", 0);
            let names: Vec<String> = (0..500).map(|_| naming.draw(&mut rng)).collect();
            names
                .iter()
                .map(|name| name.split(' ').count())
                .sum::<usize>() as f64
                / 500.0
        };
        let [old, middle, newborn] = [1945, 1980, 2024].map(words);
        assert!(
            old < 1.5 && middle < 1.9 && newborn > 2.5,
            "{old} {middle} {newborn}"
        );
    }
}
