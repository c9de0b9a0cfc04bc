//! Names and texts as words: each distinct word and each distinct sequence of words is kept once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use simpul_identity::name;
use zeroize::Zeroize;

use crate::likeness::jaro_winkler;
use crate::values::Values;

/// Most words of a value that are looked at.
const MOST_WORDS: usize = 8;
/// Most letters of a word that are looked at.
const MOST_LETTERS: usize = 24;
/// Likeness from which two words count as one misspelt. Usual for names (Winkler 1990).
const NEAR: f64 = 0.88;
/// Likeness from which two values of one word each, joined, count as one misspelt.
const NEAR_WHOLE: f64 = 0.90;

/// Hashes short keys quickly; keys come from files, and a table that somebody filled with
/// collisions would only be slow.
#[derive(Default)]
pub(crate) struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
        self.write_u64(bytes.len() as u64);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = mix(self.0 ^ n);
    }

    fn write_u128(&mut self, n: u128) {
        self.write_u64(n as u64 ^ mix((n >> 64) as u64));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }
}

/// Spreads the bits of a number (the finaliser of MurmurHash3, public domain).
pub(crate) fn mix(mut n: u64) -> u64 {
    n ^= n >> 33;
    n = n.wrapping_mul(0xff51_afd7_ed55_8ccd);
    n ^= n >> 33;
    n = n.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    n ^ (n >> 33)
}

pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// How alike two values are. Higher is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Alike {
    Different = 0,
    /// One word is common, others speak against it.
    Partly = 1,
    /// Every word has a partner, some misspelt or shortened.
    Misspelt = 2,
    /// One has words that the other lacks.
    Shortened = 3,
    /// The same words in another order, joined or apart.
    Rearranged = 4,
    Equal = 5,
}

/// The words of one column.
#[derive(Default)]
pub(crate) struct Words {
    names: bool,
    /// Written words, packed, and what they fold to; `None`: the whole value must be taken apart.
    written: QuickMap<u128, Option<u32>>,
    /// Written values that had to be taken apart.
    odd: QuickMap<Box<[u8]>, u32>,
    word_ids: QuickMap<Box<[u8]>, u32>,
    forms: Vec<Form>,
    values: Values,
    /// The value that was taken last: members of a family, one after the other, share many.
    last: (Vec<u8>, u32),
}

/// A distinct word.
struct Form {
    letters: [u8; MOST_LETTERS],
    len: u8,
    /// Which letters it has, one bit each; the highest bit where a digit is among them.
    signs: u32,
}

const DIGIT: u32 = 1 << 31;

impl Form {
    fn new(word: &[u8]) -> Self {
        let mut letters = [0; MOST_LETTERS];
        letters[..word.len()].copy_from_slice(word);
        let sign = |letter: &u8| match letter {
            b'0'..=b'9' => DIGIT,
            _ => 1 << (letter & 31),
        };
        Self {
            len: word.len() as u8,
            signs: word.iter().fold(0, |signs, letter| signs | sign(letter)),
            letters,
        }
    }

    fn letters(&self) -> &[u8] {
        &self.letters[..usize::from(self.len)]
    }

    /// Whether another word may be this one misspelt. What only letters and lengths can refuse is
    /// refused before the words are looked at: of `len` letters at most those can match that the
    /// other word has too.
    fn near(&self, other: &Self) -> bool {
        if (self.signs | other.signs) & DIGIT != 0 || self.len.min(other.len) < 2 {
            return false;
        }
        let (a, b) = (f64::from(self.len), f64::from(other.len));
        let lost = |x: &Self, y: &Self| f64::from((x.signs & !y.signs).count_ones());
        let most = (a - lost(self, other)).min(b - lost(other, self)).max(0.0);
        let common = self.letters.iter().zip(other.letters()).take(4);
        let common = common.take_while(|(x, y)| x == y).count() as f64;
        let jaro = (most / a + most / b + 1.0) / 3.0;
        jaro + 0.1 * common * (1.0 - jaro) >= NEAR
            && jaro_winkler(self.letters(), other.letters()) >= NEAR
    }

    fn begins(&self, other: &Self) -> bool {
        let (short, long) = if self.len <= other.len {
            (self, other)
        } else {
            (other, self)
        };
        short.len == 1 && short.signs & DIGIT == 0 && short.letters[0] == long.letters[0]
    }
}

/// A value as it stands in a record: its id, and in the upper half its letters.
#[derive(Clone, Copy)]
pub(crate) struct Cell(pub u64);

impl Cell {
    pub fn id(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    fn signs(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Words {
    pub fn new(names: bool) -> Self {
        let mut words = Self::default();
        words.names = names;
        words
    }

    /// The cell of a written value.
    pub fn take(&mut self, text: &[u8]) -> Cell {
        if self.last.0 != text {
            let mut words = [0_u32; MOST_WORDS];
            self.last.1 = match self.plain(text, &mut words) {
                Some(count) => self.value(&words[..count]),
                None => self.taken_apart(text),
            };
            self.last.0.clear();
            self.last.0.extend_from_slice(text);
        }
        let id = self.last.1;
        *self.values.count_mut(id as usize) += 1;
        Cell(u64::from(id) | u64::from(self.values.signs(id as usize)) << 32)
    }

    /// The words of a value that is only letters and spaces, with no word of special meaning.
    fn plain(&mut self, text: &[u8], words: &mut [u32; MOST_WORDS]) -> Option<usize> {
        let mut count = 0;
        for word in text.split(|byte| *byte == b' ').filter(|w| !w.is_empty()) {
            if count == MOST_WORDS {
                return None;
            }
            let packed = packed(word)?;
            words[count] = match self.written.get(&packed) {
                Some(id) => *id,
                None => {
                    let id = self.fold_alone(word);
                    self.written.insert(packed, id);
                    id
                }
            }?;
            count += 1;
        }
        Some(count)
    }

    /// A word that means the same alone as inside a value.
    fn fold_alone(&mut self, word: &[u8]) -> Option<u32> {
        let text = std::str::from_utf8(word).ok()?;
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        if !self.names {
            return Some(self.word(text.to_ascii_uppercase().as_bytes()));
        }
        let upper = text.to_ascii_uppercase();
        // A title, a patronym or a word that joins the next shows only beside another word.
        let probe = name::normalise(&format!("XAXA {upper} XEXE"));
        let alone = name::normalise(&format!("{upper} XEXE"));
        let folded = alone.folded();
        if probe.tokens.len() != 3 || folded.len() != 2 {
            return None;
        }
        Some(self.word(folded[0].as_bytes()))
    }

    fn taken_apart(&mut self, text: &[u8]) -> u32 {
        if let Some(id) = self.odd.get(text) {
            return *id;
        }
        let whole = String::from_utf8_lossy(text);
        let folded: Vec<String> = if self.names {
            let name = name::normalise(&whole);
            // A newborn under the mother's name has no name of its own yet.
            if name.unnamed {
                Vec::new()
            } else {
                name.folded()
            }
        } else {
            whole
                .to_uppercase()
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let words = folded.iter().take(MOST_WORDS);
        let words: Vec<u32> = words.map(|word| self.word(word.as_bytes())).collect();
        let id = self.value(&words);
        self.odd.insert(text.into(), id);
        id
    }

    fn word(&mut self, letters: &[u8]) -> u32 {
        let letters = &letters[..letters.len().min(MOST_LETTERS)];
        if let Some(id) = self.word_ids.get(letters) {
            return *id;
        }
        let id = self.forms.len() as u32;
        self.forms.push(Form::new(letters));
        self.word_ids.insert(letters.into(), id);
        id
    }

    fn value(&mut self, words: &[u32]) -> u32 {
        let forms = words.iter().map(|word| &self.forms[*word as usize]);
        let signs = || forms.fold(0, |signs, form| signs | form.signs);
        self.values.number(words, signs)
    }

    /// A record with this value is gone.
    pub fn forget(&mut self, cell: Cell) {
        let count = self.values.count_mut(cell.id());
        *count = count.saturating_sub(1);
    }

    /// Records with the value of a cell.
    pub fn count(&self, cell: Cell) -> u32 {
        self.values.count(cell.id())
    }

    /// The mean of the counts that two records which agree by chance meet: sum of squares over sum.
    pub fn mean_count(&self) -> f64 {
        let counts = self.values.counts().iter().map(|n| f64::from(*n));
        let (sum, squares) = counts.fold((0.0, 0.0), |(s, q), n| (s + n, q + n * n));
        if sum > 0.0 { squares / sum } else { 1.0 }
    }

    fn of(&self, cell: Cell) -> &[u32] {
        self.values.words(cell.id())
    }

    fn spelt(&self, word: u32) -> &[u8] {
        self.forms[word as usize].letters()
    }

    /// A number for the first or last word, or `None` for an empty value.
    pub fn edge(&self, cell: Cell, last: bool) -> Option<u64> {
        let words = self.of(cell);
        let word = if last { words.last() } else { words.first() };
        word.map(|word| u64::from(*word) + 1)
    }

    /// The first three letters of the first word.
    pub fn start(&self, cell: Cell) -> Option<u64> {
        let letters = self.spelt(*self.of(cell).first()?);
        Some(
            letters
                .iter()
                .take(3)
                .fold(1, |key, letter| key << 8 | u64::from(*letter)),
        )
    }

    /// The first letter and the consonants of the first word, at most five.
    pub fn sound(&self, cell: Cell) -> Option<u64> {
        let letters = self.spelt(*self.of(cell).first()?);
        let (first, rest) = letters.split_first()?;
        let rest = rest
            .iter()
            .filter(|letter| !b"AEIOUHWY".contains(letter))
            .take(4);
        Some(rest.fold(u64::from(*first), |key, letter| {
            key << 8 | u64::from(*letter)
        }))
    }

    /// How alike two values are; neither may be empty.
    pub fn compare(&self, a: Cell, b: Cell) -> Alike {
        if a.id() == b.id() {
            return Alike::Equal;
        }
        // Without common letters nothing is alike.
        let common = (a.signs() & b.signs()).count_ones();
        if common * 2 < a.signs().count_ones().min(b.signs().count_ones()) {
            return Alike::Different;
        }
        self.align(self.of(a), self.of(b))
    }

    fn align(&self, a: &[u32], b: &[u32]) -> Alike {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let mut free = [true; MOST_WORDS];
        let (mut exact, mut near, mut initials, mut alone) = (0, 0, 0, 0);
        let mut unpaired = [0_u32; MOST_WORDS];
        let mut left = 0;
        for word in short {
            let partner = (0..long.len()).find(|at| free[*at] && long[*at] == *word);
            if let Some(at) = partner {
                free[at] = false;
                exact += 1;
            } else {
                unpaired[left] = *word;
                left += 1;
            }
        }
        if exact == short.len() {
            return if short.len() == long.len() {
                Alike::Rearranged
            } else {
                Alike::Shortened
            };
        }
        if self.letters(a) == self.letters(b) && self.joined(a) == self.joined(b) {
            return Alike::Rearranged;
        }
        // Of a long text of which most words differ, the few misspelt ones change nothing.
        if !self.names && left * 2 > short.len() && short.len() > 3 {
            return if exact > 0 {
                Alike::Partly
            } else {
                Alike::Different
            };
        }
        for word in &unpaired[..left] {
            let word = &self.forms[*word as usize];
            let partner = |fits: &dyn Fn(&Form) -> bool| {
                let mut places = (0..long.len()).filter(|at| free[*at]);
                places.find(|at| fits(&self.forms[long[*at] as usize]))
            };
            let (place, count) = match partner(&|other| word.near(other)) {
                Some(place) => (Some(place), &mut near),
                None => match partner(&|other| word.begins(other)) {
                    Some(place) => (Some(place), &mut initials),
                    None => (None, &mut alone),
                },
            };
            *count += 1;
            if let Some(place) = place {
                free[place] = false;
            }
        }
        match (alone, exact + near) {
            (0, 1..) => Alike::Misspelt,
            (0, 0) if initials > 0 => Alike::Partly,
            (_, 0) => self.whole(a, b),
            _ => match self.whole(a, b) {
                Alike::Misspelt => Alike::Misspelt,
                _ => Alike::Partly,
            },
        }
    }

    /// Words run together: what was split or joined elsewhere shows as one misspelt.
    fn whole(&self, a: &[u32], b: &[u32]) -> Alike {
        let (this, other) = (self.letters(a), self.letters(b));
        // A fifth of the letters more or less is more than words run together.
        let near = this.abs_diff(other) * 5 <= this.max(other);
        let alike = |a: Joined, b: Joined| jaro_winkler(a.bytes(), b.bytes()) >= NEAR_WHOLE;
        if near && self.names && alike(self.joined(a), self.joined(b)) {
            Alike::Misspelt
        } else {
            Alike::Different
        }
    }

    /// How many letters the words have together.
    fn letters(&self, words: &[u32]) -> usize {
        let forms = words.iter().map(|word| &self.forms[*word as usize]);
        forms.map(|form| usize::from(form.len)).sum()
    }

    fn joined(&self, words: &[u32]) -> Joined {
        let mut joined = Joined::default();
        for word in words {
            for letter in self.spelt(*word) {
                if joined.len < joined.letters.len() {
                    joined.letters[joined.len] = *letter;
                    joined.len += 1;
                }
            }
        }
        joined
    }
}

/// A short word and its length as one number.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes
        .get_mut(..word.len())
        .filter(|_| word.len() < 16)?
        .copy_from_slice(word);
    bytes[15] = word.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// Letters of several words without allocation.
#[derive(PartialEq)]
struct Joined {
    letters: [u8; 64],
    len: usize,
}

impl Default for Joined {
    fn default() -> Self {
        Self {
            letters: [0; 64],
            len: 0,
        }
    }
}

impl Joined {
    fn bytes(&self) -> &[u8] {
        &self.letters[..self.len]
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        for form in &mut self.forms {
            form.letters.zeroize();
        }
        self.last.0.zeroize();
    }
}
