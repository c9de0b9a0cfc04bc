//! The search in all matters of an area. It knows the words of what was sent in (see
//! `cases/words.rs`), never those of restricted matters, and never leaves the scope.

use jiff::civil::Date;
use simpul_db::{Source, Value, args};

use super::figures::day_after;
use super::sql::{self, FoundRow};
use crate::access::Scope;
use crate::cases::kinds::{Field, Kind};
use crate::cases::reads::Cursor;
use crate::cases::words;
use crate::platform::time::Zone;
use crate::platform::{Id, Instant, Result, keyed};

/// Lines of one page; the statements ask for one more.
pub(super) const PAGE: usize = 50;
/// Cases that one page looks at. A rare combination goes on from there with another page.
const WINDOW: i64 = if cfg!(test) { 60 } else { 500 };
/// Words that a search takes.
const WORDS: usize = 3;

keyed! {
    /// Which cases.
    pub enum Lists ("lists") {
        Terbuka = "terbuka",
        Selesai = "selesai",
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// As typed.
    pub text: String,
    pub kind: Option<Kind>,
    pub field: Option<Field>,
    pub lists: Option<Lists>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub after: Option<Cursor>,
}

/// A page of what was found.
pub struct Found {
    pub lines: Vec<FoundRow>,
    /// Where the next page begins; it may hold more although this one is not full.
    pub more: Option<Cursor>,
    /// None of the words typed can be looked for.
    pub no_words: bool,
}

/// The bounds of a window, as every statement of the search takes them.
struct Window {
    before: Cursor,
    /// The last place that belongs to it.
    last: Cursor,
}

impl Window {
    fn of(question: &Question, zone: Zone) -> Self {
        let start = |day: Date| Instant::start_of(day, zone);
        let end = question.to.map(|day| start(day_after(day)));
        let first = Cursor(end.unwrap_or(Instant(i64::MAX)), Id::from_bytes([0; 16]));
        Self {
            before: question.after.unwrap_or(first),
            last: Cursor(
                question.from.map_or(Instant(i64::MIN), start),
                Id::from_bytes([0; 16]),
            ),
        }
    }
}

/// Looks for cases in the scope, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn search(from: &mut impl Source, scope: &Scope, question: &Question) -> Result<Found> {
    let words = rarest_first(from, scope, words::asked(&question.text)).await?;
    let no_words = words.is_empty() && !question.text.trim().is_empty();
    if no_words {
        return Ok(Found {
            lines: Vec::new(),
            more: None,
            no_words,
        });
    }
    let mut window = Window::of(question, scope.zone());
    let end = end(from, scope, &window, words.first()).await?;
    window.last = end.unwrap_or(window.last);
    let mut lines = page(from, scope, question, &window, &words).await?;
    let more = match lines.get(PAGE - 1) {
        Some(last) if lines.len() > PAGE => Some(Cursor(last.at, last.id)),
        _ => end,
    };
    lines.truncate(PAGE);
    Ok(Found {
        lines,
        more,
        no_words,
    })
}

/// The words, the rarest first. What fills a window is frequent, however often it is said.
async fn rarest_first(
    from: &mut impl Source,
    scope: &Scope,
    words: Vec<String>,
) -> Result<Vec<String>> {
    if words.len() < 2 {
        return Ok(words);
    }
    let village = scope.area().village();
    let statement = match village {
        None => &sql::WORD_COUNT,
        Some(_) => &sql::WORD_COUNT_NEAR,
    };
    let village = village.map(|village| Value::from(village.as_str()));
    let mut counted = Vec::with_capacity(WORDS);
    for word in words.into_iter().take(WORDS) {
        let asked = args![&word, WINDOW].into_iter();
        let asked: Vec<Value> = asked.chain(village.clone()).collect();
        let count: i64 = from.one(statement, scope.bind(asked)).await?;
        counted.push((count, word));
    }
    counted.sort();
    Ok(counted.into_iter().map(|(_, word)| word).collect())
}

async fn page(
    from: &mut impl Source,
    scope: &Scope,
    question: &Question,
    window: &Window,
    words: &[String],
) -> Result<Vec<FoundRow>> {
    let village = scope.area().village();
    let (Cursor(at, id), Cursor(from_at, from_id)) = (window.before, window.last);
    let kind = question.kind.map_or("", Kind::key);
    let field = question.field.map_or("", Field::key);
    let lists = question.lists.map_or("", Lists::key);
    let mut asked = args![from_at, at, id, from_id, kind, field, lists].to_vec();
    let word = |n: usize| Value::from(words.get(n).map_or("", String::as_str));
    let wide = if words.is_empty() {
        &sql::ALL_WIDE
    } else {
        asked.extend((0..WORDS).map(word));
        &sql::WORDS_WIDE
    };
    let Some(village) = village else {
        return Ok(from.all(wide, scope.bind(asked)).await?);
    };
    asked.push(Value::from(village.as_str()));
    let near = match words.is_empty() {
        true => &sql::ALL_NEAR,
        false => &sql::WORDS_NEAR,
    };
    Ok(from.all(near, scope.bind(asked)).await?)
}

/// The last place of a full window: where to go on.
async fn end(
    from: &mut impl Source,
    scope: &Scope,
    window: &Window,
    word: Option<&String>,
) -> Result<Option<Cursor>> {
    let (Cursor(at, id), Cursor(first, _)) = (window.before, window.last);
    let village = scope.area().village();
    let statement = match (word, village) {
        (Some(_), None) => &sql::WORDS_END,
        (Some(_), Some(_)) => &sql::WORDS_END_NEAR,
        (None, None) => &sql::ALL_END,
        (None, Some(_)) => &sql::ALL_END_NEAR,
    };
    let village = village.map(|village| Value::from(village.as_str()));
    let narrowed = word.map(|word| Value::from(word.as_str())).into_iter();
    let asked = args![first, at, id, WINDOW - 1].into_iter();
    let asked: Vec<Value> = asked.chain(narrowed).chain(village).collect();
    let last: Option<(Id, Instant)> = from.opt(statement, scope.bind(asked)).await?;
    Ok(last.map(|(id, at)| Cursor(at, id)))
}

/// Open cases for the sheet, those whose clock ends first at the top.
pub(super) async fn open(
    from: &mut impl Source,
    scope: &Scope,
    most: u32,
) -> Result<Vec<FoundRow>> {
    Ok(from.all(&sql::OPEN, scope.bind(args![most])).await?)
}
