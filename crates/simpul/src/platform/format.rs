//! Dates and numbers as they are written in Indonesia.

use jiff::civil::{Date, DateTime};

use super::words::Lang;

const MONTHS: [[&str; 12]; 2] = [
    [
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
    ],
    [
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
    ],
];

/// `21 November 2026`.
pub fn date(lang: Lang, date: Date) -> String {
    let month = MONTHS[lang as usize][date.month() as usize - 1];
    format!("{} {} {}", date.day(), month, date.year())
}

/// `21 Nov 2026`, for tables. Three letters are unmistakable in both languages.
pub fn short_date(lang: Lang, date: Date) -> String {
    let month = &MONTHS[lang as usize][date.month() as usize - 1][..3];
    format!("{} {} {}", date.day(), month, date.year())
}

/// `November 2026`.
pub fn month(lang: Lang, date: Date) -> String {
    format!(
        "{} {}",
        MONTHS[lang as usize][date.month() as usize - 1],
        date.year()
    )
}

/// `21 November 2026 pukul 08.15 WIB`.
pub fn moment(lang: Lang, at: DateTime, zone: super::time::Zone) -> String {
    let at_word = if lang == Lang::Id { "pukul" } else { "at" };
    let point = if lang == Lang::Id { '.' } else { ':' };
    format!(
        "{} {at_word} {:02}{point}{:02} {}",
        date(lang, at.date()),
        at.hour(),
        at.minute(),
        zone.label()
    )
}

/// A whole number with thousands apart: `12.345` (Indonesian), `12,345` (English).
pub fn integer(lang: Lang, number: i64) -> String {
    let mark = if lang == Lang::Id { '.' } else { ',' };
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// `value / 10^decimals` with a decimal comma in Indonesian: grams 8250 at 3 is `8,250`.
pub fn decimal(lang: Lang, value: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let mark = if lang == Lang::Id { ',' } else { '.' };
    let sign = if value < 0 { "-" } else { "" };
    let value = value.abs();
    if decimals == 0 {
        return format!("{sign}{value}");
    }
    format!(
        "{sign}{}{mark}{:0width$}",
        value / scale,
        value % scale,
        width = decimals as usize
    )
}

/// Reads a number as people type it (`8,25`, `8.25`, `8`) into units of `10^-decimals`.
/// `None` when it is no number or has more decimals than the unit can hold.
pub fn parse_decimal(text: &str, decimals: u32) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !digits_only(whole) || !digits_only(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals as usize {
        return None;
    }
    let padded = format!("{fraction:0<width$}", width = decimals as usize);
    let scale = 10_i64.pow(decimals);
    Some(whole.parse::<i64>().ok()? * scale + padded.parse::<i64>().unwrap_or(0))
}

/// Reads a date as a form or a spreadsheet gives it: `2026-11-21`, `21-11-2026`, `21/11/2026`.
pub fn parse_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if a.len() == 4 { (a, c) } else { (c, a) };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, b.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_look_indonesian() {
        assert_eq!(integer(Lang::Id, 35_046_783), "35.046.783");
        assert_eq!(integer(Lang::En, -1234), "-1,234");
        assert_eq!(integer(Lang::Id, 999), "999");
        assert_eq!(decimal(Lang::Id, 8250, 3), "8,250");
        assert_eq!(decimal(Lang::En, -6, 2), "-0.06");
    }

    #[test]
    fn dates_are_read_both_ways_and_never_guessed() {
        assert_eq!(parse_date("21/11/2026"), Some(day(2026, 11, 21)));
        assert_eq!(parse_date("2026-11-21"), Some(day(2026, 11, 21)));
        assert_eq!(parse_date("21/11/26"), None);
        assert_eq!(parse_date("31-02-2026"), None);
        assert_eq!(date(Lang::Id, day(2026, 5, 1)), "1 Mei 2026");
    }

    proptest! {
        #[test]
        fn typed_decimals_come_back(value in 0_i64..10_000_000, decimals in 1_u32..4) {
            for lang in Lang::ALL {
                prop_assert_eq!(parse_decimal(&decimal(lang, value, decimals), decimals), Some(value));
            }
        }

        #[test]
        fn parsing_never_panics(text in ".{0,20}") {
            let _ = parse_decimal(&text, 2);
            let _ = parse_date(&text);
        }
    }
}
