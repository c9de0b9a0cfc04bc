//! Indonesian personal names: taking them apart, finding them again, seeing that two are alike.
//!
//! Single names are normal, words change order and get lost, titles come and go, and a name is
//! spelt in many ways; what counts as the same is data in `data/names`. The name as written is
//! always kept by the caller: nothing here replaces it.

mod fold;

use std::{collections::HashMap, fmt, sync::LazyLock};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

pub use fold::fold;

/// Likeness of an initial and a word that begins with it: weak evidence.
const INITIAL: f64 = 0.85;
/// What a word without a partner on the other side takes from the likeness of two names: little,
/// since words get lost.
const MISSING_WORD: f64 = 0.15;

static TITLES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    fold::TITLES
        .iter()
        .map(|[form, kind]| (*form, *kind))
        .collect()
});

/// Characters that the name of a person may have. The law's limit for new records is 60 letters
/// (Permendagri 73/2022); old records, titles and aliases need more.
const LONGEST: usize = 120;

/// The name of a person as it was written, with single spaces. It prints only where asked by
/// [`as_str`](Self::as_str).
///
/// ```
/// use simpul_identity::{NameError, PersonName};
/// assert_eq!(PersonName::parse("  Siti   Aminah ")?.as_str(), "Siti Aminah");
/// assert_eq!(PersonName::parse("-"), Err(NameError::NoLetter));
/// # Ok::<(), NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

/// Why a text is no name of a person. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing in it that is a letter.
    #[error("a name has letters; write it as on the card, or BY. NY. and the mother's name")]
    NoLetter,
    /// More than 120 characters.
    #[error("a name has at most {LONGEST} characters; is another column in it?")]
    TooLong,
    /// A sign that no keyboard writes, as broken files have.
    #[error("the name holds unreadable signs; write it anew")]
    Control,
}

impl NameError {
    /// Stable key, also that of its sentence in the translations.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoLetter => "name-no-letter",
            Self::TooLong => "name-too-long",
            Self::Control => "name-control",
        }
    }
}

impl PersonName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = single_spaced(text);
        if !name.chars().any(char::is_alphabetic) {
            return Err(NameError::NoLetter);
        }
        if name.chars().count() > LONGEST {
            return Err(NameError::TooLong);
        }
        // What a decoder puts in place of bytes that are no text.
        if name
            .chars()
            .any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER)
        {
            return Err(NameError::Control);
        }
        Ok(Self(name))
    }

    /// The name in plain sight.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(..)")
    }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name taken apart. It does not print.
///
/// ```
/// use simpul_identity::normalise;
/// let name = normalise("Hj. Siti Ma'rufah binti Abd. Somad, S.Pd alias Ufa");
/// assert_eq!(name.tokens, ["SITI", "MARUFAH"]);
/// assert_eq!(name.father.as_deref(), Some("ABD SOMAD"));
/// assert_eq!(name.aliases, ["UFA"]);
/// assert_eq!(name.titles, ["HJ", "SPD"]);
/// assert!(normalise("By. Ny. Sumiati").unnamed);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Normalised {
    /// The name as written, with single spaces.
    pub display: String,
    /// The words of the own name: upper case, without accents, titles, degrees, patronym, aliases.
    pub tokens: Vec<String>,
    /// How many leading tokens may be titles as well as names (ANDI, CUT).
    pub optional: usize,
    /// Name of the father, after BIN or BINTI.
    pub father: Option<String>,
    /// Other names, after ALIAS, PANGGILAN or `/`.
    pub aliases: Vec<String>,
    /// Titles and degrees that were cut.
    pub titles: Vec<String>,
    /// A newborn recorded by the mother's name ("BY. NY. ..."): `tokens` are hers.
    pub unnamed: bool,
}

/// Takes a name apart. Any text gives some answer; empty text no tokens.
#[must_use]
pub fn normalise(name: &str) -> Normalised {
    let mut parts = Parts::default();
    let plain = plain(name);
    for (piece, text) in plain.split(',').enumerate() {
        let spaced = text.replace('/', " / ");
        for word in spaced.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '/')) {
            parts.take(word, piece > 0);
        }
    }
    let mut normalised = Normalised {
        display: single_spaced(name),
        titles: parts.titles,
        ..Normalised::default()
    };
    normalised.tokens = normalised.cut_titles(parts.own);
    let optional = |token: &&String| TITLES.get(token.as_str()) == Some(&"optional");
    let leading = normalised.tokens.iter().take_while(optional).count();
    normalised.optional = leading.min(normalised.tokens.len().saturating_sub(1));
    for (part, words) in parts.others {
        // Titles of the father and of aliases are nobody's.
        let words = Normalised::default().cut_titles(words).join(" ");
        match part {
            _ if words.is_empty() => {}
            Part::Father => normalised.father = Some(words),
            Part::Alias => normalised.aliases.push(words),
        }
    }
    normalised
}

impl Normalised {
    /// The words of the own name in one spelling, for comparison: NUR and ABDUL joined to the next
    /// word, each word folded.
    ///
    /// ```
    /// use simpul_identity::normalise;
    /// assert_eq!(normalise("Moch. Nur Hidayat").folded(), normalise("MUHAMMAD NURHIDAYAT").folded());
    /// ```
    #[must_use]
    pub fn folded(&self) -> Vec<String> {
        words(&self.tokens)
    }

    /// Cuts titles from the words of a name, but never the last word.
    fn cut_titles(&mut self, mut words: Vec<String>) -> Vec<String> {
        let kind = |word: Option<&String>| TITLES.get(word?.as_str()).copied();
        let mut front = Vec::new();
        while let Some(kind) = kind(words.first()).filter(|k| ["front", "any", "baby"].contains(k))
        {
            self.unnamed |= kind == "baby";
            if words.len() == 1 {
                break;
            }
            front.push(words.remove(0));
        }
        self.titles.splice(0..0, front);
        while words.len() > 1 && kind(words.last()) == Some("any") {
            self.titles.extend(words.pop());
        }
        words
    }

    fn likeness(&self, other: &Self) -> f64 {
        let cores = |name: &Self| match name.optional {
            0 => vec![words(&name.tokens)],
            cut => vec![words(&name.tokens), words(&name.tokens[cut..])],
        };
        let theirs = cores(other);
        let pairs = cores(self)
            .into_iter()
            .flat_map(|a| theirs.iter().map(move |b| align(&a, b)));
        pairs.fold(0.0, f64::max)
    }
}

/// It holds a person's name, so only its shape is printed.
impl fmt::Debug for Normalised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Normalised({} tokens)", self.tokens.len())
    }
}

#[derive(Clone, Copy)]
enum Part {
    Father,
    Alias,
}

/// The words of a name while it is read.
#[derive(Default)]
struct Parts {
    own: Vec<String>,
    others: Vec<(Part, Vec<String>)>,
    titles: Vec<String>,
}

impl Parts {
    /// Takes one written word, dots included.
    fn take(&mut self, written: &str, after_comma: bool) {
        let word: String = written.chars().filter(|c| *c != '.').collect();
        let dotted = written.len() > word.len();
        if word.is_empty() || (word == "/" && self.own.is_empty()) {
            return;
        }
        if let Some(part) = marker(&word, dotted).filter(|_| !self.own.is_empty()) {
            self.others.push((part, Vec::new()));
            return;
        }
        let kind = TITLES.get(word.as_str()).copied();
        let inner_dot = written.trim_matches('.').contains('.');
        if kind == Some("degree") && (after_comma || inner_dot) && !self.own.is_empty() {
            self.titles.push(word);
            return;
        }
        let into = self
            .others
            .last_mut()
            .map_or(&mut self.own, |(_, words)| words);
        if kind.is_some() {
            into.push(word);
        } else {
            into.extend(
                written
                    .split('.')
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned),
            );
        }
    }
}

/// Words after which the name of the father or another name follows.
fn marker(word: &str, dotted: bool) -> Option<Part> {
    match (word, dotted) {
        ("BIN" | "BINTI" | "BINTE" | "BT" | "BTE" | "BTI", _) | ("B", true) => Some(Part::Father),
        ("ALIAS" | "ALS" | "PANGGILAN" | "/", _) | ("AL", true) => Some(Part::Alias),
        _ => None,
    }
}

/// Upper case without accents and apostrophes (NFKC and beyond).
pub(crate) fn plain(text: &str) -> String {
    let decomposed = text.nfkd().flat_map(char::to_uppercase).nfkd();
    let kept = decomposed.filter(|c| !is_combining_mark(*c) && !"'`´‘’ʼʻʹ".contains(*c));
    kept.flat_map(char::to_uppercase).collect()
}

/// What is stored to find a name again, and what a typed text is turned into to look for it: ASCII
/// capitals, folded, words apart by one space, aliases last. Look for the key as a part of stored
/// keys. A text
/// without Latin letters gives an empty key, which must not be looked for.
///
/// ```
/// use simpul_identity::search_key;
/// assert_eq!(search_key("Moch. Nur Hidayat"), search_key("MUHAMMAD NURHIDAYAT"));
/// assert!(search_key("Siti Aminah").contains(&search_key("amin")));
/// assert_eq!(search_key("?"), "");
/// ```
#[must_use]
pub fn search_key(name: &str) -> String {
    let name = normalise(name);
    let aliases = name
        .aliases
        .iter()
        .flat_map(|alias| alias.split(' '))
        .map(str::to_owned);
    let words: Vec<_> = name.tokens.into_iter().chain(aliases).collect();
    fold::search_words(&words).join(" ")
}

/// Likeness of two names, 0 (nothing in common) to 1: Jaro-Winkler over the best alignment of their
/// folded words. It shows near matches to a person; it decides nothing.
///
/// ```
/// use simpul_identity::similar;
/// assert_eq!(similar("NUR HAYATI", "Nurhayati"), 1.0);
/// assert!(similar("Siti Aminah", "Aminah") > 0.9);
/// assert!(similar("Siti Aminah", "Bambang Sutrisno") < 0.75);
/// ```
#[must_use]
pub fn similar(a: &str, b: &str) -> f64 {
    normalise(a).likeness(&normalise(b))
}

fn words(tokens: &[String]) -> Vec<String> {
    fold::search_words(tokens)
        .iter()
        .map(|word| fold(word))
        .collect()
}

/// Pairs each word of the shorter name with its best free partner; words weigh by their length.
fn align(a: &[String], b: &[String]) -> f64 {
    // In a fixed order, so that the likeness does not depend on who comes first.
    let (short, long) = if (a.len(), a) <= (b.len(), b) {
        (a, b)
    } else {
        (b, a)
    };
    if short.is_empty() {
        return 0.0;
    }
    let mut free: Vec<&String> = long.iter().collect();
    let (mut sum, mut weights) = (0.0, 0.0);
    for word in short {
        let best = free
            .iter()
            .enumerate()
            .map(|(at, other)| (at, word_likeness(word, other)));
        let Some((at, likeness)) = best.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            break;
        };
        let weight = word.len().max(free.swap_remove(at).len()) as f64;
        sum += weight * likeness;
        weights += weight;
    }
    let missing = free.len() as f64 / long.len() as f64;
    let aligned = sum / weights * (1.0 - MISSING_WORD * missing);
    aligned.max(strsim::jaro_winkler(&short.concat(), &long.concat()))
}

fn word_likeness(a: &str, b: &str) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() == 1 && long.len() > 1 && long.starts_with(short) {
        return INITIAL;
    }
    strsim::jaro_winkler(a, b)
}

#[cfg(test)]
mod tests;
