//! Explanations in plain words.

use jiff::civil::Date;

use crate::verdict::{Because, Explained, Known, Reason, Used, Verdict};
use crate::{Catalogue, Join, Lang, Origin, Truth, Value};

const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as people write it: `3 Juli 2026`, `3 July 2026`.
pub(crate) fn day_words(day: Date, lang: Lang) -> String {
    let months = match lang {
        Lang::Id => MONTHS_ID,
        Lang::En => MONTHS_EN,
    };
    let month = months[usize::from(day.month().unsigned_abs()) - 1];
    format!("{} {month} {}", day.day(), day.year())
}

/// Puts the parts in place of each `{}`.
pub(crate) fn fill(pattern: &str, parts: &[&str]) -> String {
    let mut parts = parts.iter();
    let mut text = String::new();
    for (i, piece) in pattern.split("{}").enumerate() {
        if i > 0 {
            text += parts.next().unwrap_or(&"");
        }
        text += piece;
    }
    text
}

impl Truth {
    /// The answer as a word: ya, tidak, belum tahu.
    #[must_use]
    pub const fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Yes, Lang::Id) => "ya",
            (Self::No, Lang::Id) => "tidak",
            (Self::Unknown, Lang::Id) => "belum tahu",
            (Self::Yes, Lang::En) => "yes",
            (Self::No, Lang::En) => "no",
            (Self::Unknown, Lang::En) => "not known yet",
        }
    }
}

impl Origin {
    /// Where a fact comes from, in words.
    #[must_use]
    pub const fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Kader, Lang::Id) => "dicatat kader",
            (Self::Registry, Lang::Id) => "data desa",
            (Self::Desk, Lang::Id) => "petugas Puskesos",
            (Self::Measurement, Lang::Id) => "hasil ukur",
            (Self::Kader, Lang::En) => "noted by the kader",
            (Self::Registry, Lang::En) => "village data",
            (Self::Desk, Lang::En) => "Puskesos officer",
            (Self::Measurement, Lang::En) => "measured",
        }
    }
}

impl Catalogue {
    /// A verdict as indented lines, each condition with its answer and the fact behind it.
    #[must_use]
    pub fn explain(&self, verdict: &Verdict, lang: Lang) -> String {
        let mut lines = Vec::new();
        self.lines(&verdict.tree, lang, 0, &mut lines);
        lines.join("\n")
    }

    fn lines(&self, node: &Explained, lang: Lang, depth: usize, lines: &mut Vec<String>) {
        let indent = "  ".repeat(depth);
        let (label, answer) = (node.label.get(lang), node.truth.word(lang));
        match &node.because {
            Because::Fact(used) => {
                lines.push(format!(
                    "{indent}{label}: {answer} ({})",
                    self.fact_words(used, lang)
                ));
            }
            Because::Of { join, parts } => {
                let join = join_words(*join, lang);
                lines.push(format!("{indent}{label}: {answer} ({join})"));
                parts
                    .iter()
                    .for_each(|p| self.lines(p, lang, depth + 1, lines));
            }
        }
    }

    /// A reason as one line: the condition, its answer, and the fact behind it.
    #[must_use]
    pub fn sentence(&self, reason: &Reason, lang: Lang) -> String {
        let fact = self.fact_words(&reason.fact, lang);
        format!(
            "{}: {} ({fact})",
            reason.label.get(lang),
            reason.truth.word(lang)
        )
    }

    /// A value in words, with its unit.
    #[must_use]
    pub fn value_words(&self, key: &str, value: &Value, lang: Lang) -> String {
        let def = self.get(key);
        let number = match value {
            Value::YesNo(yes) => {
                return if *yes { Truth::Yes } else { Truth::No }
                    .word(lang)
                    .to_owned();
            }
            Value::Date(day) => return day_words(*day, lang),
            Value::Choice(choice) => {
                let words = def.and_then(|d| d.kind.words(choice));
                return words.map_or(choice.as_str(), |w| w.get(lang)).to_owned();
            }
            Value::Integer(n) => n.to_string(),
            Value::Decimal(n) if lang == Lang::Id => n.to_string().replace('.', ","),
            Value::Decimal(n) => n.to_string(),
        };
        match def.and_then(|d| d.unit.as_ref()) {
            Some(unit) => format!("{number} {}", unit.get(lang)),
            None => number,
        }
    }

    fn fact_words(&self, used: &Used, lang: Lang) -> String {
        let name = self
            .get(&used.key)
            .map_or(used.key.as_str(), |d| d.name.get(lang));
        let (Some(value), Some(day), Some(origin)) = (&used.value, used.observed, used.origin)
        else {
            return match (used.state, lang) {
                (Known::Hidden, Lang::Id) => format!("{name}: dilihat petugas"),
                (Known::Hidden, Lang::En) => format!("{name}: seen by officers"),
                (Known::Unanswered, Lang::Id) => format!("{name}: sudah ditanya, belum tahu"),
                (Known::Unanswered, Lang::En) => format!("{name}: asked, not known"),
                (_, Lang::Id) => format!("{name}: belum ada jawaban"),
                (_, Lang::En) => format!("{name}: no answer yet"),
            };
        };
        let value = self.value_words(&used.key, value, lang);
        let (day, origin) = (day_words(day, lang), origin.word(lang));
        let old = match (used.state, lang) {
            (Known::Stale, Lang::Id) => ", sudah lama",
            (Known::Stale, Lang::En) => ", too long ago",
            _ => "",
        };
        format!("{name}: {value}, {origin} {day}{old}")
    }
}

fn join_words(join: Join, lang: Lang) -> String {
    match (join, lang) {
        (Join::All, Lang::Id) => "semua di bawah ini".to_owned(),
        (Join::All, Lang::En) => "all of these".to_owned(),
        (Join::Any, Lang::Id) => "salah satu di bawah ini".to_owned(),
        (Join::Any, Lang::En) => "any of these".to_owned(),
        (Join::None, Lang::Id) => "tidak satu pun di bawah ini".to_owned(),
        (Join::None, Lang::En) => "none of these".to_owned(),
        (Join::AtLeast(n), Lang::Id) => format!("paling sedikit {n} di bawah ini"),
        (Join::AtLeast(n), Lang::En) => format!("at least {n} of these"),
    }
}
