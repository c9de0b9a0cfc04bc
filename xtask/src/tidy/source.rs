//! Just enough of Rust's grammar to tell code from comments, texts and tests.

use std::ops::Range;

/// A Rust file with its comments and texts told apart from its code. All offsets are those of the
/// file, so that a find leads back to its line.
pub struct Source {
    /// The file with comments and the insides of texts blanked, line by line.
    pub code: String,
    /// Offset of the opening quote and the text as written, escapes and all.
    pub texts: Vec<(usize, String)>,
    /// The items under `#[cfg(test)]`.
    tests: Vec<Range<usize>>,
}

impl Source {
    pub fn new(file: &str) -> Source {
        let mut source = Source {
            code: String::new(),
            texts: Vec::new(),
            tests: Vec::new(),
        };
        let mut blanked = file.as_bytes().to_vec();
        let mut at = 0;
        while at < blanked.len() {
            at = source.token(file, at, &mut blanked);
        }
        // Only whole characters are blanked, so this is lossless.
        source.code = String::from_utf8_lossy(&blanked).into_owned();
        source.tests = source.find_tests();
        source
    }

    pub fn in_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&offset))
    }

    /// The lines that are not tests.
    pub fn lines_without_tests(&self) -> usize {
        let lines = |code: &str| code.lines().count();
        let tests: usize = self
            .tests
            .iter()
            .map(|range| lines(&self.code[range.clone()]))
            .sum();
        lines(&self.code).saturating_sub(tests)
    }

    /// Where this stands in the code as whole words.
    pub fn find<'a>(&'a self, what: &'a str) -> impl Iterator<Item = usize> + 'a {
        whole_words(&self.code, what)
    }

    /// All words of the code with their offsets.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words(&self.code)
    }

    /// The offset just after the block that opens at or after `from`, or the `;` that comes first.
    pub fn end_of_item(&self, from: usize) -> Option<(usize, bool)> {
        let (mut depth, mut nested) = (0usize, 0usize);
        for (offset, byte) in self.code.bytes().enumerate().skip(from) {
            match byte {
                b'(' | b'[' => nested += 1,
                b')' | b']' => nested = nested.saturating_sub(1),
                b';' if depth == 0 && nested == 0 => return Some((offset + 1, false)),
                b'{' => depth += 1,
                b'}' if depth <= 1 => return Some((offset + 1, true)),
                b'}' => depth -= 1,
                _ => {}
            }
        }
        None
    }

    fn find_tests(&self) -> Vec<Range<usize>> {
        const MARK: &str = "#[cfg(test)]";
        let marks = self.code.match_indices(MARK);
        marks
            .filter_map(|(start, _)| Some(start..self.end_of_item(start + MARK.len())?.0))
            .collect()
    }

    /// Passes one token, blanks it where it is no code, and gives the offset after it.
    fn token(&mut self, file: &str, at: usize, blanked: &mut [u8]) -> usize {
        let rest = &file[at..];
        let bytes = rest.as_bytes();
        if rest.starts_with("//") {
            let end = at + rest.find('\n').unwrap_or(rest.len());
            return blank(blanked, at..end);
        }
        if rest.starts_with("/*") {
            return blank(blanked, at..at + comment_length(bytes));
        }
        match bytes[0] {
            b'"' => {
                let end = at + text_length(bytes);
                self.texts.push((at, file[at + 1..end - 1].into()));
                blank(blanked, at + 1..end - 1);
                end
            }
            b'r' if !after_word(file, at) || prefixed(file, at) => match raw_text(rest) {
                Some((quote, length)) => {
                    let inside = at + quote + 1..at + length - quote;
                    self.texts.push((at + quote, file[inside.clone()].into()));
                    blank(blanked, inside);
                    at + length
                }
                None => at + 1,
            },
            b'\'' => match character_length(rest) {
                Some(length) => {
                    blank(blanked, at + 1..at + length - 1);
                    at + length
                }
                None => at + 1,
            },
            // Past the whole character, so that slices stay on boundaries.
            _ => at + rest.chars().next().map_or(1, char::len_utf8),
        }
    }
}

/// Whole words in any text, with their offsets.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Where `what` stands with no word character touching its word-like ends.
pub fn whole_words<'a>(text: &'a str, what: &'a str) -> impl Iterator<Item = usize> + 'a {
    let (first, last) = (what.starts_with(is_word), what.ends_with(is_word));
    text.match_indices(what)
        .map(|(offset, _)| offset)
        .filter(move |offset| {
            let before = first && text[..*offset].ends_with(is_word);
            let after = last && text[offset + what.len()..].starts_with(is_word);
            !before && !after
        })
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(bytes: &mut [u8], range: Range<usize>) -> usize {
    for byte in &mut bytes[range.clone()] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    range.end
}

fn after_word(file: &str, at: usize) -> bool {
    file[..at].ends_with(is_word)
}

/// Is the `r` at this place part of `br` or `cr`?
fn prefixed(file: &str, at: usize) -> bool {
    file[..at].ends_with(['b', 'c']) && !after_word(file, at - 1)
}

fn comment_length(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn text_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    // Unfinished: rustc will say so; stay in bounds.
    bytes.len().max(2)
}

/// Offset of the opening quote and whole length of a raw text that starts here.
fn raw_text(rest: &str) -> Option<(usize, usize)> {
    let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
    let quote = 1 + hashes;
    if rest.as_bytes().get(quote) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let length = rest[quote + 1..].find(&close)? + quote + 1 + close.len();
    Some((quote, length))
}

/// The length of a character literal; none for a lifetime.
fn character_length(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next()?;
        return characters
            .find(|(_, c)| *c == '\'')
            .map(|(offset, _)| offset + 1);
    }
    characters
        .next()
        .filter(|(_, c)| *c == '\'')
        .map(|(offset, _)| offset + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_no_code() {
        let file = r###"let a = "sqlx \" {"; // sqlx
/* sqlx /* deep */ sqlx */ let b = r#"sqlx " { "#; let c = '"'; let d: &'a str = b"sqlx";
let e = '\''; let f = br"sqlx"; let desa = "é"; sqlx::query();"###;
        let source = Source::new(file);
        assert_eq!(source.code.len(), file.len());
        assert_eq!(
            source.find("sqlx").collect::<Vec<_>>(),
            [file.rfind("sqlx").unwrap()]
        );
        assert!(!source.code.contains('{'));
        let texts: Vec<&str> = source.texts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["sqlx \\\" {", "sqlx \" { ", "sqlx", "sqlx", "é"]);
    }

    #[test]
    fn tests_are_known_and_not_counted() {
        let source = Source::new("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n");
        assert_eq!(source.lines_without_tests(), 1);
        let functions: Vec<bool> = source.find("fn").map(|at| source.in_test(at)).collect();
        assert_eq!(functions, [false, true]);
    }

    #[test]
    fn whole_words_only() {
        let found: Vec<usize> = whole_words("my_cases cases cases2 a.cases", "cases").collect();
        assert_eq!(found, [9, 24]);
    }
}
