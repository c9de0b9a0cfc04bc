//! One DDL text for both engines.

use crate::Engine;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A keyword, a name, a type, a number.
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

/// Only the types of column definitions are translated: `name TYPE` after the table's opening
/// bracket, a comma of that depth, or `add column`.
fn statement(tokens: &[Token<'_>], engine: Engine) -> String {
    let parts: Vec<(Kind, String)> = tokens
        .iter()
        .filter(|(kind, _)| *kind != Kind::Gap)
        .map(|(kind, text)| (*kind, text.to_ascii_lowercase()))
        .collect();
    let part = |n: Option<usize>| n.and_then(|n| parts.get(n)).map_or("", |(_, text)| text);
    let (created, altered) = match (part(Some(0)), part(Some(1))) {
        ("create", "table") => (true, false),
        ("alter", "table") => (false, true),
        _ => (false, false),
    };
    let (mut out, mut depth, mut defines, mut nth) = (String::new(), 0, false, 0);
    for (kind, text) in tokens {
        if *kind == Kind::Gap {
            out.push_str(text);
            continue;
        }
        // `defines` tells whether the part before this one begins a column definition.
        match engine {
            Engine::Sqlite if defines => match part(Some(nth)) {
                "bigint" | "boolean" => out.push_str("INTEGER"),
                "double" => out.push_str("REAL"),
                "bytea" => out.push_str("BLOB"),
                _ => out.push_str(text),
            },
            Engine::Postgres if defines && part(Some(nth)) == "text" => {
                out.push_str("TEXT COLLATE \"C\"");
            }
            Engine::Sqlite if part(Some(nth)) == "precision" && out.ends_with("REAL ") => {}
            _ => out.push_str(text),
        }
        defines = match part(nth.checked_sub(1)) {
            "(" | "," => created && depth == 1,
            "column" => altered,
            _ => false,
        };
        match *text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        nth += 1;
    }
    let mut out = out.trim_end().to_owned();
    if created && engine == Engine::Sqlite {
        out.push_str(" STRICT");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(sql: &str) -> [Vec<String>; 2] {
        [
            translate(sql, Engine::Sqlite),
            translate(sql, Engine::Postgres),
        ]
    }

    #[test]
    fn types_of_columns_are_translated_and_nothing_else() {
        let [sqlite, postgres] = both(
            "CREATE TABLE t (text TEXT not null, big bigint check (cast(text as text) <> 'bigint'), \
             \"text\" text, d double precision default 0, b bytea, o boolean, primary key (text, big));",
        );
        assert_eq!(
            sqlite,
            [
                "CREATE TABLE t (text TEXT not null, big INTEGER check (cast(text as text) <> 'bigint'), \
              \"text\" text, d REAL  default 0, b BLOB, o INTEGER, primary key (text, big)) STRICT"
            ]
        );
        assert_eq!(
            postgres,
            [
                "CREATE TABLE t (text TEXT COLLATE \"C\" not null, big bigint \
              check (cast(text as text) <> 'bigint'), \"text\" TEXT COLLATE \"C\", \
              d double precision default 0, b bytea, o boolean, primary key (text, big))"
            ]
        );
        let [sqlite, postgres] =
            both("alter table t add column text text; create view v as select text from t");
        assert_eq!(
            sqlite,
            [
                "alter table t add column text text",
                "create view v as select text from t"
            ]
        );
        assert_eq!(
            postgres[0],
            "alter table t add column text TEXT COLLATE \"C\""
        );
        assert_eq!(postgres[1], sqlite[1]);
    }

    #[test]
    fn statements_end_outside_of_quotes_and_comments() {
        let text =
            "insert into t values ('a;''b -- no', \"c;/*\") -- d;\n ; /* e; */ select 'é;' ;;";
        assert_eq!(
            translate(text, Engine::Sqlite),
            [
                "insert into t values ('a;''b -- no', \"c;/*\")",
                "select 'é;'"
            ]
        );
        assert!(translate(" -- nothing\n/* at all", Engine::Postgres).is_empty());
        assert_eq!(translate("select 'open", Engine::Sqlite), ["select 'open"]);
    }
}
