//! Values as integers: numbers as decimal digits of four bits each, dates as year, month and day.

/// No value. No number of sixteen digits and no date looks like it.
pub(crate) const NONE: u64 = u64::MAX;

/// How alike two numbers are. Higher is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Digits {
    Different = 0,
    /// Of two NIK: only the serial differs, as among twins.
    Serial = 1,
    /// One digit is wrong, or two neighbours changed places.
    Slip = 2,
    Equal = 3,
}

/// How alike two dates are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Dates {
    Different = 0,
    /// The year alone.
    Year = 1,
    /// The year, and one of them has a day that is written when the day is not known.
    Unknown = 2,
    /// Day and month exchanged, one digit wrong, or the year off by one.
    Slip = 3,
    Equal = 4,
}

/// The digits of a number, at most its last sixteen; other signs are passed over. A number that
/// stands for none (all digits equal, 1234567890123456) is none.
pub(crate) fn digits(text: &[u8]) -> u64 {
    let (mut value, mut len, mut same) = (NONE, 0, true);
    for digit in text.iter().filter(|byte| byte.is_ascii_digit()) {
        let digit = u64::from(digit - b'0');
        same &= len == 0 || value & 0xf == digit;
        value = value << 4 | digit;
        len += 1;
    }
    let placeholder = (same && len >= 5) || value == 0x1234_5678_9012_3456;
    if len == 0 || placeholder { NONE } else { value }
}

/// A telephone number without the country's code.
pub(crate) fn telephone(text: &[u8]) -> u64 {
    let at = text
        .iter()
        .position(u8::is_ascii_digit)
        .unwrap_or(text.len());
    match &text[at..] {
        [b'6', b'2', rest @ ..] if rest.len() > 6 => digits(rest),
        [b'0', rest @ ..] if rest.len() > 6 => digits(rest),
        all => digits(all),
    }
}

/// A NIK of sixteen digits; one that nobody can have is none.
pub(crate) fn nik(text: &[u8]) -> u64 {
    let value = digits(text);
    let long = value != NONE && value >> 60 != 0xf && text.len() >= 16;
    let serial = value & 0xffff != 0;
    if long && serial { value } else { NONE }
}

/// A code, its first digit in the highest place, so that codes of several lengths compare.
pub(crate) fn code(text: &[u8]) -> u64 {
    let (mut value, mut len) = (0_u64, 0);
    for digit in text.iter().filter(|byte| byte.is_ascii_digit()).take(15) {
        value = value << 4 | u64::from(digit - b'0' + 1);
        len += 1;
    }
    if len == 0 {
        NONE
    } else {
        value << (4 * (16 - len))
    }
}

/// `YYYY-MM-DD` or `YYYYMMDD` as year, month and day, four bits a digit.
pub(crate) fn date(text: &[u8]) -> u64 {
    let value = digits_plain(text);
    let (month, day) = (two(value >> 8), two(value));
    let good = value >> 32 == 0
        && value >> 28 != 0
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    if good { value } else { NONE }
}

fn digits_plain(text: &[u8]) -> u64 {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).take(16);
    digits.fold(0, |value, digit| value << 4 | u64::from(digit - b'0'))
}

fn two(value: u64) -> u64 {
    (value >> 4 & 0xf) * 10 + (value & 0xf)
}

fn year(date: u64) -> u64 {
    two(date >> 24) * 100 + two(date >> 16)
}

/// Part of a number, `from..to` of its digits from the left, `len` digits long.
pub(crate) fn slice(value: u64, from: u8, to: u8, kind_is_code: bool) -> Option<u64> {
    if value == NONE {
        return None;
    }
    let len = if kind_is_code {
        16
    } else {
        16 - (!value).leading_zeros() as u8 / 4
    };
    let from_right = len.checked_sub(to)?;
    let width = u32::from(to - from) * 4;
    let mask = if width >= 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    };
    Some(value >> (4 * from_right) & mask)
}

/// The nibbles in which two numbers differ, one bit each (the lowest of the nibble).
fn differing(a: u64, b: u64) -> u64 {
    let x = a ^ b;
    (x | x >> 1 | x >> 2 | x >> 3) & 0x1111_1111_1111_1111
}

/// Whether one digit is wrong or two neighbours changed places.
fn slip(a: u64, b: u64) -> bool {
    let diff = differing(a, b);
    match diff.count_ones() {
        1 => true,
        2 => {
            let low = diff.trailing_zeros();
            let next = diff & !(1 << low) == 1_u64 << (low + 4).min(63) && low < 60;
            let (x, y) = (a >> low & 0xff, b >> low & 0xff);
            next && x >> 4 == y & 0xf && x & 0xf == y >> 4
        }
        _ => false,
    }
}

pub(crate) fn compare_digits(a: u64, b: u64) -> Digits {
    if a == b {
        Digits::Equal
    } else if slip(a, b) {
        Digits::Slip
    } else {
        Digits::Different
    }
}

pub(crate) fn compare_nik(a: u64, b: u64) -> Digits {
    if a == b {
        Digits::Equal
    } else if differing(a, b) >> 16 == 0 {
        // Neighbours that changed places are no twins.
        if differing(a, b).count_ones() == 2 && slip(a, b) {
            Digits::Slip
        } else {
            Digits::Serial
        }
    } else if slip(a, b) {
        Digits::Slip
    } else {
        Digits::Different
    }
}

/// 3 the same village, 2 kecamatan, 1 kabupaten, 0 none of them; of other codes by digits.
pub(crate) fn compare_codes(a: u64, b: u64) -> u8 {
    if a == b {
        return 3;
    }
    match (a ^ b).leading_zeros() / 4 {
        6.. => 2,
        4..=5 => 1,
        _ => 0,
    }
}

/// Days that are written when the day is not known: 1 January, 1 July, 31 December.
pub(crate) fn is_default_day(date: u64) -> bool {
    matches!(date & 0xffff, 0x0101 | 0x0701 | 0x1231)
}

pub(crate) fn compare_dates(a: u64, b: u64) -> Dates {
    if a == b {
        return Dates::Equal;
    }
    let same_year = a >> 16 == b >> 16;
    let turned = same_year && a & 0xff == b >> 8 & 0xff && b & 0xff == a >> 8 & 0xff;
    let next_year = a & 0xffff == b & 0xffff && year(a).abs_diff(year(b)) == 1;
    if turned || next_year || slip(a, b) {
        Dates::Slip
    } else if same_year && (is_default_day(a) || is_default_day(b)) {
        Dates::Unknown
    } else if same_year {
        Dates::Year
    } else {
        Dates::Different
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_stand_for_none_are_none() {
        for text in [
            "",
            "-",
            "0000000000000000",
            "9999999999999999",
            "1234567890123456",
        ] {
            assert_eq!(nik(text.as_bytes()), NONE, "{text}");
        }
        assert_eq!(
            nik(b"3204125201900000"),
            NONE,
            "serial 0000 is never issued"
        );
        assert_eq!(nik(b"320412520190"), NONE);
        assert_eq!(nik(b"3204.1252.0190.0003"), 0x3204_1252_0190_0003);
        assert_eq!(telephone(b"+62 812-3456-7890"), telephone(b"081234567890"));
        assert_eq!(code(b"32.04.12.2001"), code(b"3204122001"));
    }

    #[test]
    fn slips_are_seen() {
        let nik = |text: &str| super::nik(text.as_bytes());
        let whole = nik("3204125201900003");
        for (text, found) in [
            ("3204125201900003", Digits::Equal),
            ("3204121201900003", Digits::Slip),
            ("3204215201900003", Digits::Slip),
            ("3204125201900004", Digits::Serial),
            ("3204125201900030", Digits::Slip),
            ("3204125201900117", Digits::Serial),
            ("3204125202910003", Digits::Different),
        ] {
            assert_eq!(compare_nik(whole, nik(text)), found, "{text}");
        }
        let date = |text: &str| super::date(text.as_bytes());
        let whole = date("2019-04-12");
        for (text, found) in [
            ("20190412", Dates::Equal),
            ("2019-12-04", Dates::Slip),
            ("2019-04-22", Dates::Slip),
            ("2020-04-12", Dates::Slip),
            ("2019-01-01", Dates::Unknown),
            ("2019-07-30", Dates::Year),
            ("1988-10-30", Dates::Different),
        ] {
            assert_eq!(compare_dates(whole, date(text)), found, "{text}");
        }
        assert_eq!(date("2019-13-01"), NONE);
        assert_eq!(date("tidak tahu"), NONE);
    }

    #[test]
    fn parts_of_numbers() {
        let number = digits(b"3204125201900003");
        assert_eq!(slice(number, 0, 12, false), Some(0x3204_1252_0190));
        assert_eq!(slice(number, 6, 16, false), Some(0x52_0190_0003));
        assert_eq!(slice(digits(b"5301"), 0, 4, false), Some(0x5301));
        assert_eq!(slice(digits(b"53"), 0, 4, false), None);
    }
}
