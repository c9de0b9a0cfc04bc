//! Families that another post recorded again: moved within the village, or registered by two kader.

use crate::rng::Rng;
use crate::slips;
use crate::village::{Household, Person, Village};

/// Members of a family that are recorded a second time, at most.
const MEMBERS: usize = 3;

impl Village {
    /// Families of this village as the next post recorded them again: without the numbers of their
    /// cards, some names written otherwise, some mothers' names missing, nobody measured. Each is
    /// given with its place among [`Village::households`].
    ///
    /// ```
    /// # use simpul_synth::{Village, pilots};
    /// # let pilot = &pilots()[0];
    /// let day = jiff::civil::date(2026, 11, 27);
    /// let village = Village::generate(7, pilot.area, 2000, day)?;
    /// let again = village.recorded_again(7, 3);
    /// assert_eq!(again.len(), 3);
    /// assert!(again.iter().all(|(at, twin)| twin.post != village.households[*at].post));
    /// # Ok::<(), simpul_synth::UnknownVillage>(())
    /// ```
    #[must_use]
    pub fn recorded_again(&self, seed: u64, families: usize) -> Vec<(usize, Household)> {
        let mut rng = Rng::new(seed, self.area.as_str(), "again", 0);
        let with_child = |home: &Household| home.members.iter().any(|p| !p.measurements.is_empty());
        let poor = |home: &Household| home.memberships.pkh || home.memberships.sembako;
        let mut fit: Vec<usize> = (0..self.households.len())
            .filter(|at| with_child(&self.households[*at]))
            .collect();
        // Those who receive something first: these doubles cost money.
        fit.sort_by_key(|at| !poor(&self.households[*at]));
        if self.posts.len() < 2 {
            return Vec::new();
        }
        let chosen = fit.into_iter().step_by(2).take(families);
        chosen
            .map(|at| (at, self.again(&mut rng, &self.households[at])))
            .collect()
    }

    fn again(&self, rng: &mut Rng, home: &Household) -> Household {
        let here = self.posts.iter().position(|post| post.number == home.post);
        let next = here.map_or(0, |at| (at + 1) % self.posts.len());
        let child = home.members.iter().filter(|p| !p.measurements.is_empty());
        let parents = home.members.iter().filter(|p| p.measurements.is_empty());
        let members = parents.take(MEMBERS - 1).chain(child.take(1));
        let members: Vec<Person> = members.cloned().map(|p| other(rng, p)).collect();
        Household {
            kk: String::new(),
            post: self.posts[next].number,
            rt: home.rt % 9 + 1,
            in_dtsen: false,
            decile: None,
            members,
            ..home.clone()
        }
    }
}

/// A person as somebody else wrote it down.
fn other(rng: &mut Rng, mut person: Person) -> Person {
    person.nik = None;
    person.measurements.clear();
    if rng.chance(500) {
        let mut name = person.name.to_uppercase();
        slips::variant(rng, &mut name);
        person.name = name;
    }
    if rng.chance(250) {
        person.mother_name = None;
    }
    person
}
