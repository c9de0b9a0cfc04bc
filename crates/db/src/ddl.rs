//! One DDL text for both engines.

use crate::Engine;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Translated; everything else is copied.
    Word,
    /// White space or a comment: copied as one space.
    Gap,
    /// Ends a statement.
    Semicolon,
    /// A string, a quoted name, a sign.
    Other,
}

type Token<'s> = (Kind, &'s str);

/// Cuts the first token off a text that is not empty.
fn token(sql: &str) -> (Token<'_>, &str) {
    let bytes = sql.as_bytes();
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii();
    let run = |keep: &dyn Fn(u8) -> bool| bytes.iter().position(|b| !keep(*b)).unwrap_or(sql.len());
    let up_to = |from: usize, end: &str| {
        sql[from..]
            .find(end)
            .map_or(sql.len(), |n| from + n + end.len())
    };
    let (kind, len) = match bytes[0] {
        // A doubled quote reads as two strings side by side, which copies the same.
        b'\'' => (Kind::Other, up_to(1, "'")),
        b'"' => (Kind::Other, up_to(1, "\"")),
        b'-' if sql.starts_with("--") => (Kind::Gap, up_to(2, "\n")),
        b'/' if sql.starts_with("/*") => (Kind::Gap, up_to(2, "*/")),
        b';' => (Kind::Semicolon, 1),
        b if b.is_ascii_whitespace() => (Kind::Gap, run(&|b| b.is_ascii_whitespace())),
        b if word(b) => (Kind::Word, run(&word)),
        _ => (Kind::Other, 1),
    };
    let (head, rest) = sql.split_at(len);
    ((kind, head), rest)
}

/// The statements of a text in the engine's own words.
pub(crate) fn translate(sql: &str, engine: Engine) -> Vec<String> {
    let (mut rest, mut statements, mut current) = (sql, Vec::new(), Vec::new());
    while !rest.is_empty() {
        let (next, after) = token(rest);
        rest = after;
        match next.0 {
            Kind::Semicolon => statements.push(std::mem::take(&mut current)),
            Kind::Gap => {
                if current.last().is_some_and(|(kind, _)| *kind != Kind::Gap) {
                    current.push((Kind::Gap, " "));
                }
            }
            _ => current.push(next),
        }
    }
    statements.push(current);
    statements
        .iter()
        .filter(|s| !s.is_empty())
        .map(|s| statement(s, engine))
        .collect()
}

fn statement(tokens: &[Token<'_>], engine: Engine) -> String {
    let words: Vec<String> = tokens
        .iter()
        .filter(|(kind, _)| *kind == Kind::Word)
        .map(|(_, word)| word.to_ascii_lowercase())
        .collect();
    let changes_table = words.get(1).is_some_and(|word| word == "table");
    let mut out = String::new();
    let mut nth = 0_usize;
    for (kind, text) in tokens {
        if *kind != Kind::Word {
            out.push_str(text);
            continue;
        }
        let before = nth.checked_sub(1).map_or("", |n| &words[n]);
        match (engine, words[nth].as_str()) {
            (Engine::Sqlite, "bigint" | "boolean") => out.push_str("INTEGER"),
            (Engine::Sqlite, "double") => {}
            (Engine::Sqlite, "precision") if before == "double" => out.push_str("REAL"),
            (Engine::Sqlite, "bytea") => out.push_str("BLOB"),
            // Not inside cast(x as text), where no collation may stand.
            (Engine::Postgres, "text") if changes_table && before != "as" => {
                out.push_str("TEXT COLLATE \"C\"");
            }
            _ => out.push_str(text),
        }
        nth += 1;
    }
    let mut out = out.trim_end().to_owned();
    if engine == Engine::Sqlite && changes_table && words[0] == "create" {
        out.push_str(" STRICT");
    }
    out
}
