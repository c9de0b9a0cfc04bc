//! The growth of one child: a personal path of z-scores, and what the scales said of it.

use jiff::{ToSpan as _, civil::Date};
use simpul_growth::{FIRST_STANDING_DAY, Position};
use simpul_identity::Sex;

use crate::{
    curves,
    family::days,
    rng::Rng,
    village::{Measurement, Post},
};

/// Last day of age that counts as under five (WHO: unrounded months below 60).
const LAST_DAY: i32 = 1826;
/// Day from which growth falters and LiLA is taken.
const SIX_MONTHS: u32 = 183;
/// Month-to-month wandering of weight for length: its deviation and how much of it stays.
const SWING: f64 = 0.42;
const STAYS: f64 = 0.7;

/// What is constant in a child. Means and deviations are set so that villages come near the
/// national survey (about 20 % stunting, 7 % wasting, 16 % underweight; a test holds them).
struct Nature {
    birth: Date,
    sex: Sex,
    /// Length for age at birth.
    length: f64,
    /// What is lost of it between 6 and 24 months.
    falter: f64,
    /// Weight for length.
    weight: f64,
    head: f64,
    /// LiLA beside the weight.
    arm: f64,
}

impl Nature {
    fn draw(rng: &mut Rng, birth: Date, sex: Sex, wealth: f64) -> Self {
        // What the two share, so that short children tend to be thin as well.
        let build = 0.35 * rng.normal();
        Self {
            birth,
            sex,
            length: -0.47 + 0.2 * wealth + build + 0.86 * rng.normal(),
            falter: (0.7 - 0.15 * wealth + 0.45 * rng.normal()).max(0.0),
            weight: -0.48 + 0.1 * wealth + build + 0.87 * rng.normal(),
            head: -0.5 + 0.9 * rng.normal(),
            arm: 0.45 * rng.normal(),
        }
    }

    /// True length for age at an age in days.
    fn length_z(&self, age: u32) -> f64 {
        let (six, two_years) = (f64::from(SIX_MONTHS), f64::from(FIRST_STANDING_DAY));
        let lost = (f64::from(age) - six) / (two_years - six);
        self.length - self.falter * lost.clamp(0.0, 1.0)
    }
}

/// Whether the child is under five.
pub(crate) fn under_five(birth: Date, today: Date) -> bool {
    (0..=LAST_DAY).contains(&days(birth, today))
}

/// The measurements of a child under five: those kept up to last month, and today's.
pub(crate) fn measure(
    rng: &mut Rng,
    (birth, sex): (Date, Sex),
    wealth: f64,
    post: &Post,
    today: Date,
) -> (Vec<Measurement>, Measurement) {
    let nature = Nature::draw(rng, birth, sex, wealth);
    let mut kept: Vec<Measurement> = Vec::new();
    let mut swing = SWING * rng.normal();
    let mut tallest = 0;
    let mut month = birth.first_of_month();
    while month < today.first_of_month() {
        let date = month
            .with()
            .day(post.day)
            .build()
            .expect("posts open on days 3 to 25");
        month = month.saturating_add(1.month());
        swing = STAYS * swing + innovation() * rng.normal();
        if date > birth && rng.chance(870) {
            let taken = nature.weigh(rng, date, swing, post, &mut tallest);
            kept.push(taken);
        }
    }
    swing = STAYS * swing + innovation() * rng.normal();
    let last = nature.weigh(rng, today, swing, post, &mut tallest);
    (kept, last)
}

/// What is added to the swing each month so that its deviation stays: `SWING * sqrt(1 - STAYS²)`.
fn innovation() -> f64 {
    SWING * (1.0 - STAYS * STAYS).sqrt()
}

impl Nature {
    /// One weighing. `tallest` is the largest length read so far: a later one is at most 5 mm less.
    fn weigh(
        &self,
        rng: &mut Rng,
        date: Date,
        swing: f64,
        post: &Post,
        tallest: &mut u32,
    ) -> Measurement {
        let age = days(self.birth, date).clamp(0, LAST_DAY).cast_unsigned();
        let length_z = self.length_z(age);
        let weight_z = self.weight + swing;
        let length = curves::length(self.sex, age, length_z);
        let kg = curves::weight(self.sex, age, length, weight_z)
            .unwrap_or_else(|| curves::weight_for_age(self.sex, age, 0.5 * (length_z + weight_z)))
            + 0.06 * rng.normal();
        let natural = if age < FIRST_STANDING_DAY {
            Position::Lying
        } else {
            Position::Standing
        };
        let other = age >= 300 && rng.chance(25);
        let (position, shift) = match (natural, other) {
            (Position::Lying, true) => (Position::Standing, -0.7),
            (Position::Standing, true) => (Position::Lying, 0.7),
            (natural, false) => (natural, 0.0),
        };
        let read = whole((length + 0.25 * rng.normal()) * 10.0).max(tallest.saturating_sub(5));
        *tallest = read.max(*tallest);
        let read = read.saturating_add_signed((shift * 10.0) as i32) * 10;
        let head = (age / 30).is_multiple_of(3).then(|| {
            let cm = curves::head(self.sex, age, self.head + 0.15 * rng.normal());
            whole(cm * 10.0) * 10
        });
        let arm = (age >= SIX_MONTHS).then(|| {
            let z = 0.75 * weight_z + 0.2 * length_z + self.arm + 0.1 * rng.normal();
            whole(curves::arm(self.sex, age, z) * 10.0) * 10
        });
        Measurement {
            date,
            weight_grams: whole(kg * 1000.0 / f64::from(post.scale_grams)) * post.scale_grams,
            length_tenths_mm: rng.chance(940).then_some(read),
            position,
            head_tenths_mm: head,
            lila_tenths_mm: arm,
            oedema: weight_z < -2.5 && rng.chance(15),
        }
    }
}

/// The nearest whole number of a positive one.
fn whole(value: f64) -> u32 {
    (value + 0.5) as u32
}
