//! Likeness of two words after Jaro and Winkler, with sets of positions as bits.

/// Jaro-Winkler likeness of two words, 0 to 1, with a weight of 0.1 for each of up to four common
/// first letters (Winkler 1990, "String Comparator Metrics and Enhanced Decision Rules").
///
/// ```
/// use simpul_linkage::jaro_winkler;
/// assert_eq!(jaro_winkler(b"SUTRISNO", b"SUTRISNO"), 1.0);
/// assert!(jaro_winkler(b"SUMIATI", b"SUMIYATI") > 0.95);
/// assert_eq!(jaro_winkler(b"BUDI", b"SLAMET"), 0.0);
/// assert_eq!(jaro_winkler(b"", b"SLAMET"), 0.0);
/// ```
#[must_use]
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let jaro = jaro(a, b);
    let common = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + 0.1 * common as f64 * (1.0 - jaro)
}

/// Words of more than 64 letters are cut.
fn jaro(a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..a.len().min(64)], &b[..b.len().min(64)]);
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut taken, mut matched) = ([0_u8; 64], 0);
    let mut used = 0_u64;
    for (at, letter) in a.iter().enumerate() {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(b.len()));
        let partner = (from..to).find(|place| used & (1 << place) == 0 && b[*place] == *letter);
        if let Some(place) = partner {
            used |= 1 << place;
            taken[matched] = *letter;
            matched += 1;
        }
    }
    if matched == 0 {
        return 0.0;
    }
    let (mut crossed, mut rest) = (0, used);
    for letter in &taken[..matched] {
        let place = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        crossed += usize::from(b[place] != *letter);
    }
    let found = matched as f64;
    let half = (crossed / 2) as f64;
    (found / a.len() as f64 + found / b.len() as f64 + (found - half) / found) / 3.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_that_of_the_textbook(a in "[A-E]{1,12}", b in "[A-E]{1,12}") {
            let jaro = strsim::jaro(&a, &b);
            let common = a.bytes().zip(b.bytes()).take(4).take_while(|(x, y)| x == y).count();
            let theirs = jaro + 0.1 * common as f64 * (1.0 - jaro);
            let ours = jaro_winkler(a.as_bytes(), b.as_bytes());
            prop_assert!((ours - theirs).abs() < 1e-9, "{a} {b}: {ours} {theirs}");
        }
    }
}
