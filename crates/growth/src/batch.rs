//! Scores of whole columns, for analysis: the same figures as [`assess`](crate::assess()), faster.
//!
//! Both paths share everything but the power. Here it is a polynomial in `f32` over many children
//! at once; wherever that comes near a rounding edge, beyond 3 SD or outside the polynomial's
//! domain, the figure is computed again by the one-child path. So the two never differ.

use crate::assess::{Child, Point, Score, Standard, prepare};
use crate::units::{Age, Grams, Index, Position, Sex, TenthsMm};

/// Children worked on at once: their figures stay in the first-level cache.
const CHUNK: usize = 128;
/// Nearer than this to a rounding edge, in hundredths of z, `f32` is not trusted. The largest
/// error over every table row is 0.0001; a test below holds it under half of this.
const EDGE: f32 = 0.0005;

/// Columns of equal length, one row a child.
#[derive(Clone, Copy)]
pub struct Columns<'a> {
    /// Sex.
    pub sex: &'a [Sex],
    /// Age.
    pub age: &'a [Option<Age>],
    /// Weight.
    pub weight: &'a [Option<Grams>],
    /// Length or height as measured.
    pub lenhei: &'a [Option<TenthsMm>],
    /// How it was taken.
    pub position: &'a [Option<Position>],
    /// Bilateral pitting oedema.
    pub oedema: &'a [bool],
    /// Head circumference.
    pub head: &'a [Option<TenthsMm>],
    /// Arm circumference.
    pub arm: &'a [Option<TenthsMm>],
}

/// The scores of every child, column by column.
#[derive(Clone, PartialEq)]
pub struct Scores {
    /// The standard of each child.
    pub standard: Vec<Standard>,
    /// The scores of each index in the order of [`Index::ALL`].
    pub scores: [Vec<Option<Score>>; 6],
}

/// The columns are not of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the columns are not equally long; give every child a row in each")]
pub struct UnequalColumns;

impl Columns<'_> {
    fn rows(&self) -> Result<usize, UnequalColumns> {
        let rows = self.sex.len();
        let lengths = [
            self.age.len(),
            self.weight.len(),
            self.lenhei.len(),
            self.position.len(),
            self.oedema.len(),
            self.head.len(),
            self.arm.len(),
        ];
        if lengths.iter().all(|length| *length == rows) {
            Ok(rows)
        } else {
            Err(UnequalColumns)
        }
    }

    fn child(&self, row: usize) -> Child {
        Child {
            sex: self.sex[row],
            age: self.age[row],
            weight: self.weight[row].map(Into::into),
            lenhei: self.lenhei[row].map(Into::into),
            position: self.position[row],
            oedema: self.oedema[row],
            head: self.head[row].map(Into::into),
            arm: self.arm[row].map(Into::into),
        }
    }
}

/// Computes the six scores of every row; refuses columns of unequal length.
///
/// ```
/// use simpul_growth::batch::{Columns, UnequalColumns, assess};
/// use simpul_growth::{Age, Grams, Index, Sex};
/// let columns = Columns {
///     sex: &[Sex::Male, Sex::Female],
///     age: &[Some(Age::Days(300)); 2],
///     weight: &[Grams::new(7300).ok(), None],
///     lenhei: &[None; 2],
///     position: &[None; 2],
///     oedema: &[false; 2],
///     head: &[None; 2],
///     arm: &[None; 2],
/// };
/// let scores = assess(columns)?.scores;
/// assert_eq!(scores[Index::WeightForAge as usize][0].unwrap().hundredths(), -203);
/// assert_eq!(scores[Index::WeightForAge as usize][1], None);
/// assert!(assess(Columns { arm: &[], ..columns }).is_err());
/// # Ok::<(), UnequalColumns>(())
/// ```
pub fn assess(columns: Columns<'_>) -> Result<Scores, UnequalColumns> {
    let rows = columns.rows()?;
    let mut out = Scores {
        standard: Vec::with_capacity(rows),
        scores: [const { Vec::new() }; 6],
    };
    for column in &mut out.scores {
        column.resize(rows, None);
    }
    let mut lanes = [const { Lanes::new() }; 6];
    for first in (0..rows).step_by(CHUNK) {
        for row in first..rows.min(first + CHUNK) {
            let ready = prepare(&columns.child(row));
            out.standard.push(ready.standard);
            for (slot, index) in Index::ALL.into_iter().enumerate() {
                let Some(point) = ready.points[slot] else {
                    continue;
                };
                if index.restricted() {
                    lanes[slot].push(row, point);
                } else {
                    out.scores[slot][row] = Some(Score::new(index, point.z(index).0));
                }
            }
        }
        for (slot, index) in Index::ALL.into_iter().enumerate() {
            lanes[slot].flush(index, &mut out.scores[slot]);
        }
    }
    Ok(out)
}

/// The points of one index waiting for their power.
struct Lanes {
    len: usize,
    rows: [usize; CHUNK],
    points: [Point; CHUNK],
    /// (y - M) / (y + M), of which ln(y / M) is a short series.
    ratio: [f32; CHUNK],
    power: [f32; CHUNK],
    spread: [f32; CHUNK],
    hundredths: [f32; CHUNK],
}

impl Lanes {
    const fn new() -> Self {
        let lms = crate::Lms {
            l: 1.0,
            m: 1.0,
            s: 1.0,
        };
        Self {
            len: 0,
            rows: [0; CHUNK],
            points: [Point { measure: 1.0, lms }; CHUNK],
            ratio: [0.0; CHUNK],
            power: [1.0; CHUNK],
            spread: [1.0; CHUNK],
            hundredths: [0.0; CHUNK],
        }
    }

    #[inline]
    fn push(&mut self, row: usize, point: Point) {
        let at = self.len;
        let Point { measure, lms } = point;
        self.rows[at] = row;
        self.points[at] = point;
        self.ratio[at] = ((measure - lms.m) / (measure + lms.m)) as f32;
        self.power[at] = lms.l as f32;
        self.spread[at] = lms.s as f32;
        self.len += 1;
    }

    /// Scores what waits and begins again.
    fn flush(&mut self, index: Index, out: &mut [Option<Score>]) {
        for at in 0..CHUNK {
            self.hundredths[at] = hundredths(self.ratio[at], self.power[at], self.spread[at]);
        }
        for at in 0..self.len {
            let z = self.hundredths[at];
            let size = z.abs() + 0.5;
            let whole = size as i32;
            let past = size - whole as f32;
            // Not a number fails the first comparison, too.
            out[self.rows[at]] = Some(if size < 299.0 && past > EDGE && past < 1.0 - EDGE {
                Score::rounded(index, if z < 0.0 { -whole } else { whole })
            } else {
                Score::new(index, self.points[at].z(index).0)
            });
        }
        self.len = 0;
    }
}

/// z x 100 by the plain form, without a branch; not a number outside the domain of the series.
///
/// ((y/M)^L - 1) / (S L) = ln(y/M) / S x (e^x - 1) / x with x = L ln(y/M), which holds for L = 0
/// too; ln(y/M) = 2 artanh((y - M) / (y + M)).
#[inline]
fn hundredths(ratio: f32, power: f32, spread: f32) -> f32 {
    let q = ratio * ratio;
    let ln = 2.0
        * ratio
        * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q / 11.0)))));
    let x = power * ln;
    let tail =
        1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x * (1.0 / 40320.0 + x / 362_880.0)));
    let growth = 1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * tail)));
    let z = 100.0 * ln * growth / spread;
    if q < 0.1 && x * x < 1.44 { z } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{
        ARM_FOR_AGE, BMI_FOR_AGE, BMI_FOR_AGE_2007, Table, WEIGHT_FOR_AGE, WEIGHT_FOR_AGE_2007,
        WEIGHT_FOR_HEIGHT, WEIGHT_FOR_LENGTH,
    };

    /// Over every row of every restricted table: the fast power strays by less than half of
    /// what [`EDGE`] allows, and leaves nothing within 2.9 SD to the slow path.
    #[test]
    fn the_fast_power_stays_within_the_edge() {
        let tables: [(&Table, std::ops::Range<u32>); 7] = [
            (&WEIGHT_FOR_AGE, 0..1827),
            (&WEIGHT_FOR_LENGTH, 450..1101),
            (&WEIGHT_FOR_HEIGHT, 650..1201),
            (&BMI_FOR_AGE, 0..1827),
            (&ARM_FOR_AGE, 91..1827),
            (&WEIGHT_FOR_AGE_2007, 60..121),
            (&BMI_FOR_AGE_2007, 60..229),
        ];
        let mut worst: f64 = 0.0;
        for (table, keys) in tables {
            for (key, sex) in keys.flat_map(|key| [(key, Sex::Male), (key, Sex::Female)]) {
                let lms = table.at(sex, key).unwrap();
                for step in -60..=60 {
                    let y = lms.measure(f64::from(step) / 20.0 + f64::from(key % 7) / 500.0);
                    let ratio = ((y - lms.m) / (y + lms.m)) as f32;
                    let fast = f64::from(hundredths(ratio, lms.l as f32, lms.s as f32));
                    let exact = lms.z(y) * 100.0;
                    if exact.abs() < 299.0 {
                        assert!(!fast.is_nan(), "key {key} step {step}");
                        worst = worst.max((fast - exact).abs());
                    }
                }
            }
        }
        println!("largest error of the fast power: {worst} hundredths of z");
        assert!(worst < f64::from(EDGE) / 2.0, "{worst}");
    }
}
