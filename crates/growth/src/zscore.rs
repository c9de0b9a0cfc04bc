//! The LMS method: from a measure to a z-score and back.

/// WHO's three parameters of one sex at one age or length: the power L, the median M and the
/// coefficient of variation S.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lms {
    /// Box-Cox power.
    pub l: f64,
    /// Median, in the unit of the measure.
    pub m: f64,
    /// Coefficient of variation.
    pub s: f64,
}

/// Which form of the LMS method gave a z-score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// `((y / M)^L - 1) / (S L)`.
    Plain,
    /// Above +3 SD: `3 + (y - SD3) / (SD3 - SD2)`, since weights that far out are too few to fit.
    AboveThree,
    /// Below -3 SD: `-3 + (y - SD-3) / (SD-2 - SD-3)`.
    BelowThree,
}

impl Lms {
    /// z of the measure `y > 0` by the plain form, used for length, height and head
    /// circumference.
    pub fn z(&self, y: f64) -> f64 {
        let ratio = y / self.m;
        // L is 1 in every length and head row: no power needed there.
        let power = if self.l == 1.0 {
            ratio
        } else {
            libm::pow(ratio, self.l)
        };
        (power - 1.0) / (self.s * self.l)
    }

    /// z of the measure `y > 0` by the restricted form, used for weight, BMI and arm, and the
    /// formula that gave it.
    pub fn z_restricted(&self, y: f64) -> (f64, Formula) {
        let z = self.z(y);
        if z > 3.0 {
            let (two, three) = (self.measure(2.0), self.measure(3.0));
            (3.0 + (y - three) / (three - two), Formula::AboveThree)
        } else if z < -3.0 {
            let (two, three) = (self.measure(-2.0), self.measure(-3.0));
            (-3.0 + (y - three) / (two - three), Formula::BelowThree)
        } else {
            (z, Formula::Plain)
        }
    }

    /// The measure at `z`, plain form: `M (1 + L S z)^(1/L)`.
    pub fn measure(&self, z: f64) -> f64 {
        let base = 1.0 + self.l * self.s * z;
        self.m
            * if self.l == 1.0 {
                base
            } else {
                libm::pow(base, 1.0 / self.l)
            }
    }

    /// The measure at `z`, restricted form.
    pub fn measure_restricted(&self, z: f64) -> f64 {
        if z.abs() <= 3.0 {
            return self.measure(z);
        }
        let (two, three) = (
            self.measure(2.0_f64.copysign(z)),
            self.measure(3.0_f64.copysign(z)),
        );
        three + (z.abs() - 3.0) * (three - two)
    }
}

/// The percentile of a z-score: 100 x the normal distribution function.
///
/// ```
/// assert_eq!(simpul_growth::percentile(0.0), 50.0);
/// assert!((simpul_growth::percentile(-2.0) - 2.275).abs() < 0.001);
/// ```
pub fn percentile(z: f64) -> f64 {
    50.0 * libm::erfc(-z / core::f64::consts::SQRT_2)
}
