//! Measures, ages and results as people read them.

use jiff::civil::Date;
use simpul_growth::Index;
use simpul_phone::chart::{Chart, Point};

use super::model::{StoredMeasurement, age_days, age_months, growth_sex};
use crate::platform::format::{decimal, integer};
use crate::platform::page::Page;
use crate::platform::words::Lang;

/// Grams as kilograms: `7,85`.
pub fn kg(lang: Lang, grams: u32) -> String {
    let grams = i64::from(grams);
    match (grams % 100, grams % 10) {
        (0, _) => decimal(lang, grams / 100, 1),
        (_, 0) => decimal(lang, grams / 10, 2),
        _ => decimal(lang, grams, 3),
    }
}

/// Tenths of a millimetre as centimetres: `69,1`.
pub fn cm(lang: Lang, tenths: u32) -> String {
    let tenths = i64::from(tenths);
    if tenths % 10 == 0 {
        decimal(lang, tenths / 10, 1)
    } else {
        decimal(lang, tenths, 2)
    }
}

/// `12 hari`, `9 bulan`, `2 tahun 3 bulan`.
pub fn age(lang: Lang, birth: Date, on: Date) -> String {
    let months = age_months(birth, on);
    match months {
        0 => lang.t1("age-days", "days", age_days(birth, on).unwrap_or(0)),
        1..24 => lang.t1("age-months", "months", months),
        _ if months.is_multiple_of(12) => lang.t1("age-years", "years", months / 12),
        _ => lang.t2(
            "age-years-months",
            ("years", months / 12),
            ("months", months % 12),
        ),
    }
}

/// Key of the words of a sex.
pub fn sex(sex: simpul_identity::Sex) -> String {
    format!("sex-{}", sex.code())
}

/// The lines of the chart next below and next above a z-score x 100.
fn lines_around(z: i32) -> (Option<i32>, Option<i32>) {
    const LINES: [i32; 5] = [-3, -2, 0, 2, 3];
    let below = LINES.into_iter().rfind(|line| line * 100 <= z);
    (below, LINES.into_iter().find(|line| z < line * 100))
}

fn line_name(line: i32) -> String {
    let sign = if line > 0 { "+" } else { "" };
    format!("{sign}{line}")
}

/// Between which lines of the chart a z-score x 100 lies, in words.
pub fn place(lang: Lang, z: i32) -> String {
    match lines_around(z) {
        (Some(low), Some(high)) => lang.t2(
            "chart-between",
            ("low", line_name(low)),
            ("high", line_name(high)),
        ),
        (None, _) => lang.t1("chart-below", "line", line_name(-3)),
        (_, None) if z == 300 => lang.t1("chart-on", "line", line_name(3)),
        (_, None) => lang.t1("chart-above", "line", line_name(3)),
    }
}

/// The same in signs, for tables: `-2 … 0`, `< -3`.
pub fn place_in_signs(z: i32) -> String {
    match lines_around(z) {
        (Some(low), Some(high)) => format!("{} … {}", line_name(low), line_name(high)),
        (None, _) => format!("< {}", line_name(-3)),
        (_, None) if z == 300 => line_name(3),
        (_, None) => format!("> {}", line_name(3)),
    }
}

/// A z-score x 100 with its sign.
pub fn z(lang: Lang, hundredths: i32) -> String {
    let sign = if hundredths > 0 { "+" } else { "" };
    format!("{sign}{}", decimal(lang, hundredths.into(), 2))
}

/// The sentence of a KMS letter; none where nothing was weighed.
pub fn gain(lang: Lang, row: &StoredMeasurement) -> Option<String> {
    let gained = integer(lang, row.gained.unwrap_or(0));
    let needed = integer(lang, row.needed.unwrap_or(0).into());
    Some(match row.gain.as_deref()? {
        "N" => lang.t1("gain-n", "grams", gained),
        "T" if row.gained > Some(0) => {
            lang.t2("gain-t-little", ("grams", gained), ("needed", needed))
        }
        "T" => lang.t1("gain-t", "needed", needed),
        "B" => lang.t("gain-b"),
        _ => lang.t("gain-o"),
    })
}

/// What to say at the scales when the weight did not rise, by age.
pub fn counsel(row: &StoredMeasurement) -> &'static str {
    match age_months(*row.birth_date, *row.measured_on) {
        0..6 => "counsel-breast",
        6..24 => "counsel-complementary",
        _ => "counsel-family-food",
    }
}

/// The chart of a child's history at a day; weight or length.
pub fn chart(index: Index, history: &[StoredMeasurement], age_days: u32) -> Option<Chart> {
    let sex = growth_sex(*history.last()?.sex);
    let points: Vec<Point> = history
        .iter()
        .filter(|row| row.age_days <= age_days)
        .filter_map(|row| {
            let value = match index {
                Index::WeightForAge => f64::from(row.weight?) / 1000.0,
                _ => simpul_growth::assess(&row.child()).corrected?,
            };
            Some(Point {
                age_days: row.age_days,
                value,
                doubtful: row.doubtful(),
            })
        })
        .collect();
    if points.is_empty() {
        return None;
    }
    Chart::draw(index, sex, age_days, &points)
}

/// What a row shows; empty where nothing was measured.
impl StoredMeasurement {
    pub fn kg(&self, p: &Page) -> String {
        self.weight
            .map_or_else(String::new, |grams| kg(p.lang, grams))
    }

    pub fn length_cm(&self, p: &Page) -> String {
        self.lenhei
            .map_or_else(String::new, |tenths| cm(p.lang, tenths))
    }

    pub fn arm_cm(&self, p: &Page) -> String {
        self.arm
            .map_or_else(String::new, |tenths| cm(p.lang, tenths))
    }

    pub fn head_cm(&self, p: &Page) -> String {
        self.head
            .map_or_else(String::new, |tenths| cm(p.lang, tenths))
    }

    pub fn age(&self, p: &Page) -> String {
        age(p.lang, *self.birth_date, *self.measured_on)
    }

    /// Every score: `BB/U -2,03; TB/U -1,10`.
    pub fn scores(&self, p: &Page) -> String {
        let one = |index: Index| Some(format!("{index} {}", z(p.lang, self.z(index)?)));
        let all: Vec<String> = Index::ALL.into_iter().filter_map(one).collect();
        all.join("; ")
    }
}

impl super::sql::SecondRow {
    /// The figures in one line, e.g. `8,35 kg, 74,2 cm`.
    pub fn said(&self, p: &Page) -> String {
        let weight = self.weight.map(|grams| kg(p.lang, grams) + " kg");
        let lengths = [self.lenhei, self.head, self.arm];
        let lengths = lengths.map(|tenths| tenths.map(|tenths| cm(p.lang, tenths) + " cm"));
        let all: Vec<String> = weight
            .into_iter()
            .chain(lengths.into_iter().flatten())
            .collect();
        all.join(", ")
    }
}
