//! Folding: one spelling for names that sound or were once written alike.

use std::{collections::HashMap, sync::LazyLock};

include!(concat!(env!("OUT_DIR"), "/name.rs"));

static RULES: LazyLock<Rules> = LazyLock::new(Rules::load);

struct Rules {
    any: HashMap<&'static str, &'static str>,
    old: HashMap<&'static str, &'static str>,
    /// Folded variant to folded canonical word.
    classes: HashMap<String, String>,
    joined: Vec<String>,
}

impl Rules {
    fn load() -> Self {
        let letters = |wanted: &str| {
            let rules = LETTERS.iter().filter(|[_, _, when]| *when == wanted);
            rules.map(|[from, to, _]| (*from, *to)).collect()
        };
        let mut rules = Self {
            any: letters("any"),
            old: letters("old"),
            classes: HashMap::new(),
            joined: Vec::new(),
        };
        for [variant, canonical] in CLASSES {
            rules
                .classes
                .insert(rules.letters(variant), rules.letters(canonical));
        }
        rules.joined = JOINED.iter().map(|[word]| rules.letters(word)).collect();
        rules
    }

    /// Applies the letter rules until nothing changes. Each rule shortens the word or replaces a
    /// letter by one that no rule replaces, so it ends.
    fn letters(&self, word: &str) -> String {
        let upper = word.bytes().filter(u8::is_ascii_alphanumeric);
        let mut word: String = upper
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect();
        let old = ["OE", "DJ", "TJ", "SJ"]
            .iter()
            .any(|sign| word.contains(sign));
        if old || word.starts_with("NJ") {
            word = replace(&word, |from| {
                self.any.get(from).or_else(|| self.old.get(from)).copied()
            });
        }
        loop {
            let next = replace(&word, |from| self.any.get(from).copied());
            if next == word {
                break;
            }
            word = next;
        }
        // INDAH, INDA; but MUH and NUH keep it.
        while word.len() > 3 && word.ends_with('H') {
            word.pop();
        }
        word
    }

    fn word(&self, word: &str) -> String {
        let word = self.letters(word);
        self.classes.get(&word).cloned().unwrap_or(word)
    }
}

/// One pass from the left: two letters if a rule has them, else one; doubled letters become one.
fn replace(word: &str, rule: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut rest = word;
    while !rest.is_empty() {
        let pair = rest.get(..2).and_then(|pair| Some((rule(pair)?, 2)));
        let (to, taken) = pair.unwrap_or_else(|| (rule(&rest[..1]).unwrap_or(&rest[..1]), 1));
        for letter in to.chars() {
            if !folded.ends_with(letter) || letter.is_ascii_digit() {
                folded.push(letter);
            }
        }
        rest = &rest[taken..];
    }
    folded
}

/// Words of a name in one spelling of letters, with NUR and ABDUL joined to the next word. What is
/// left of an incomplete word is the beginning of what is left of the whole one, save at its last
/// letters: so it serves search while somebody types.
pub(super) fn search_words(tokens: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::with_capacity(tokens.len());
    let mut open = false;
    for token in tokens {
        let word = RULES.word(token);
        if word.is_empty() {
            continue;
        }
        let joins = RULES.joined.contains(&word);
        match words.last_mut() {
            Some(last) if open => last.push_str(&word),
            _ => words.push(word),
        }
        open = joins;
    }
    words.iter().map(|word| settle(word)).collect()
}

/// A joined word folded again: joining may double a letter. ABDUL+X, ABDUR+RX and ABDU+SX all
/// become ABDU+X; ABDULLAH stays a name of its own.
fn settle(word: &str) -> String {
    let word = RULES.word(word);
    match word.strip_prefix("ABDUL") {
        Some(rest) if rest.is_empty() || rest.len() > 2 => format!("ABDU{rest}"),
        _ => word,
    }
}

/// One word in the spelling used for comparison: letters, classes, and endings that vary.
///
/// ```
/// use simpul_identity::name::fold;
/// assert_eq!(fold("Soeharto"), fold("SUHARTO"));
/// assert_eq!(fold("Moch."), fold("Muhammad"));
/// assert_ne!(fold("Dwi"), fold("Dewi"));
/// ```
#[must_use]
pub fn fold(token: &str) -> String {
    let mut word = settle(&RULES.word(token));
    for (with, without) in [("SEL", "SL"), ("SER", "SR")] {
        if let Some(rest) = word.strip_prefix(with)
            && rest.starts_with(['A', 'I', 'U', 'E'])
        {
            word = format!("{without}{rest}");
        }
    }
    // SUTRISNO, SUTRISNA: O has become U.
    if word.len() > 4 && word.ends_with("NU") {
        word.replace_range(word.len() - 1.., "A");
    }
    word
}
