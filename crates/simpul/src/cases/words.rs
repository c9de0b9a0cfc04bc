//! Search over what was sent in: its words, folded, each once.

use std::collections::BTreeSet;

use simpul_db::{OnConflict, args};

use super::sql;
use crate::access::{Place, Work};
use crate::platform::{Id, Result};

/// More words of one text are not searched for.
const MOST: usize = 60;
const LONGEST: usize = 24;

/// The words of a text that are worth looking for: of three letters or more, in small letters.
/// Numbers are none, since one may be somebody's NIK.
pub(super) fn of(text: &str) -> BTreeSet<String> {
    asked(text).into_iter().take(MOST).collect()
}

/// As [`of`], in the order in which they were typed.
pub(super) fn asked(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() >= 3 && !is_number(word))
        .map(|word| stem(&word[..word.len().min(LONGEST)].to_ascii_lowercase()).to_owned())
        .collect()
}

/// Numbers are not looked for, nor a NIK or KK that sticks to a word.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits == word.len() || digits >= 6
}

/// `berasnya`, `rumahku` and `katanyalah` are looked for without what hangs on them.
fn stem(word: &str) -> &str {
    const HANGS: [&str; 6] = ["lah", "kah", "pun", "nya", "ku", "mu"];
    HANGS.iter().fold(word, |word, end| {
        word.strip_suffix(end)
            .filter(|rest| rest.len() >= 4)
            .unwrap_or(word)
    })
}

/// Keeps the words of a text for a case.
pub(super) async fn keep(work: &mut Work, place: &Place, case: Id, text: &str) -> Result<()> {
    let at = work.at();
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let rows: Vec<_> = of(text)
        .into_iter()
        .map(|word| args![kabupaten, word, case, area, at])
        .collect();
    if !rows.is_empty() {
        work.tx()
            .insert(&sql::WORD_ROWS, rows, OnConflict::Skip)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_and_signs_are_left_out() {
        let words: Vec<String> = of("Atap rumah bocor, di RT 3; BOCOR sekali!")
            .into_iter()
            .collect();
        assert_eq!(words, ["atap", "bocor", "rumah", "sekali"]);
        assert!(of("ab \u{e9}\u{e9} 1").is_empty());
        assert!(of("NIK 1810015503959001").iter().eq(["nik"].iter()));
        assert!(of("NIK1810015503959001").is_empty());
        assert_eq!(asked("Berasnya rumahkulah"), ["beras", "rumah"]);
    }
}
