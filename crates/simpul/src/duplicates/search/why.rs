//! Why two records match: what each column says, as keys and weights. Stored as text such as
//! `nama:equal:6.1 nik:slip:8.3`, in which nothing of a person stands.

use std::fmt;
use std::str::FromStr;

/// What one column says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Key of the column, such as `tgl_lahir`.
    pub column: String,
    /// Key of the level, such as `slip`.
    pub level: String,
    /// Bits; above 0 it speaks for one person.
    pub weight: f64,
}

impl Reason {
    /// Key of the words for the column and what was found in it.
    pub fn words(&self) -> [String; 2] {
        let key = |kind: &str, name: &str| format!("{kind}-{}", name.replace('_', "-"));
        [key("column", &self.column), key("level", &self.level)]
    }

    /// Key of the words for how much it says.
    pub fn strength(&self) -> &'static str {
        match self.weight {
            w if w >= 4.0 => "why-much-for",
            w if w >= 0.5 => "why-for",
            // What brought the two together is expected to agree, and so says little more.
            w if w > -0.5 && self.level == "equal" => "why-compared",
            w if w > -0.5 => "why-neither",
            w if w > -4.0 => "why-against",
            _ => "why-much-against",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{:.1}", self.column, self.level, self.weight)
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, ':').map(str::to_owned);
        let mut part = || parts.next().ok_or(());
        Ok(Self {
            column: part()?,
            level: part()?,
            weight: part()?.parse().map_err(|_| ())?,
        })
    }
}

/// Probabilities from which a pair is called nearly sure, and very likely.
pub const NEARLY_SURE: f64 = 0.99;
pub const VERY_LIKELY: f64 = 0.8;

/// What the engine says of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// That both are one person, 0 to 1.
    pub probability: f64,
    /// Weight of evidence, in bits.
    pub weight: f64,
    /// The strongest reason first.
    pub why: Vec<Reason>,
}

impl Score {
    /// As stored.
    pub fn text(&self) -> String {
        let reasons: Vec<String> = self.why.iter().map(Reason::to_string).collect();
        reasons.join(" ")
    }

    /// As it was stored; what cannot be read is left out.
    pub fn stored(probability: Option<f64>, weight: Option<f64>, why: &str) -> Option<Self> {
        Some(Self {
            probability: probability?,
            weight: weight?,
            why: why
                .split(' ')
                .filter_map(|text| text.parse().ok())
                .collect(),
        })
    }

    /// Key of the words for the probability.
    pub fn words(&self) -> &'static str {
        match self.probability {
            p if p >= NEARLY_SURE => "likely-nearly-sure",
            p if p >= VERY_LIKELY => "likely-very",
            _ => "likely-perhaps",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_as_they_were_written() {
        let reason = |column: &str, level: &str, weight| Reason {
            column: column.into(),
            level: level.into(),
            weight,
        };
        let score = Score {
            probability: 0.97,
            weight: 5.25,
            why: vec![
                reason("nama", "equal", 6.1),
                reason("tgl_lahir", "slip", -0.2),
            ],
        };
        let text = score.text();
        assert_eq!(text, "nama:equal:6.1 tgl_lahir:slip:-0.2");
        let again = Score::stored(Some(0.97), Some(5.25), &text).unwrap();
        assert_eq!(again, score);
        assert_eq!(
            again.why[1].words(),
            ["column-tgl-lahir", "level-slip"].map(str::to_owned)
        );
        assert_eq!(again.why[0].strength(), "why-much-for");
        assert_eq!(again.why[1].strength(), "why-neither");
        assert_eq!(reason("nama", "equal", 0.1).strength(), "why-compared");
        let odd = Score::stored(Some(0.5), Some(0.0), "x nik:a:b nik:slip:1").unwrap();
        assert_eq!(odd.why, [reason("nik", "slip", 1.0)]);
        assert_eq!(Score::stored(None, Some(1.0), ""), None);
    }
}
