//! Statements exist only as registered constants.

use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::value::Kind;
use crate::{DbError, Engine, Value, sqlite};

/// Marks a statement that knows no area; it must say why.
pub enum System {}
/// Marks a statement on area data: `$1` is the kabupaten, `$2` and `$3` the half-open range
/// of area codes.
pub enum Scoped {}

/// A registered SQL text; made by [`statements!`](crate::statements) alone.
pub struct Statement<K> {
    #[doc(hidden)]
    pub info: StatementInfo,
    kind: PhantomData<fn() -> K>,
}

impl<K> Statement<K> {
    #[doc(hidden)]
    pub const fn new(info: StatementInfo) -> Self {
        Self {
            info,
            kind: PhantomData,
        }
    }
}

/// What is known of a registered statement or bulk insert.
pub struct StatementInfo {
    name: &'static str,
    file: &'static str,
    pub(crate) text: Text,
    scoped: bool,
    reason: &'static str,
    /// As SQLite is given it.
    numbered: OnceLock<String>,
    /// Highest `$n` on either engine.
    last_bind: usize,
    /// Kinds of the binds, fixed by the first execution.
    kinds: OnceLock<Vec<Kind>>,
    executed: [AtomicBool; 2],
}

pub(crate) enum Text {
    Both(&'static str),
    Each {
        sqlite: &'static str,
        postgres: &'static str,
        why: &'static str,
    },
    Bulk {
        table: &'static str,
        columns: &'static [&'static str],
    },
}

impl StatementInfo {
    /// Module path and name of the constant, such as `simpul::cases::sql::LIST`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Source file.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// Whether it needs a scope.
    pub fn is_scoped(&self) -> bool {
        self.scoped
    }

    /// Why a system statement needs no scope; empty for a scoped one.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// Why the engines need different texts, if they do.
    pub fn override_reason(&self) -> Option<&'static str> {
        match self.text {
            Text::Each { why, .. } => Some(why),
            _ => None,
        }
    }

    /// The text an engine is given; for a bulk insert that of a single row.
    pub fn sql(&self, engine: Engine) -> String {
        match (&self.text, engine) {
            (Text::Bulk { table, columns }, _) => {
                let binds: Vec<_> = (1..=columns.len()).map(|n| format!("${n}")).collect();
                format!(
                    "insert into {table} ({}) values ({})",
                    columns.join(", "),
                    binds.join(", ")
                )
            }
            _ => self.fixed(engine).to_owned(),
        }
    }

    /// The text of a statement as it is prepared; empty for a bulk insert.
    pub(crate) fn fixed(&self, engine: Engine) -> &str {
        let written = self.written(engine);
        match engine {
            Engine::Sqlite => self.numbered.get_or_init(|| sqlite::numbered(written)),
            Engine::Postgres => written,
        }
    }

    fn written(&self, engine: Engine) -> &'static str {
        match (&self.text, engine) {
            (Text::Both(sql), _)
            | (Text::Each { sqlite: sql, .. }, Engine::Sqlite)
            | (Text::Each { postgres: sql, .. }, Engine::Postgres) => sql,
            (Text::Bulk { .. }, _) => "",
        }
    }

    #[doc(hidden)]
    pub const fn system(
        name: &'static str,
        file: &'static str,
        reason: &'static str,
        text: (&'static str, &'static str, &'static str),
    ) -> Self {
        assert!(
            !reason.is_empty(),
            "a system statement says why it needs no scope"
        );
        Self::build(name, file, reason, Self::texts(text))
    }

    #[doc(hidden)]
    pub const fn scoped(
        name: &'static str,
        file: &'static str,
        text: (&'static str, &'static str, &'static str),
    ) -> Self {
        let mut n = 1;
        while n <= 3 {
            assert!(
                mentions(text.0, n) && mentions(text.1, n),
                "a scoped statement binds the kabupaten to $1 and the area range to $2 and $3"
            );
            n += 1;
        }
        let mut info = Self::build(name, file, "", Self::texts(text));
        info.scoped = true;
        info
    }

    #[doc(hidden)]
    pub const fn bulk(
        name: &'static str,
        file: &'static str,
        table: &'static str,
        columns: &'static [&'static str],
    ) -> Self {
        assert!(!columns.is_empty(), "a bulk insert names its columns");
        Self::build(name, file, "bulk", Text::Bulk { table, columns })
    }

    const fn texts((sqlite, postgres, why): (&'static str, &'static str, &'static str)) -> Text {
        if why.is_empty() {
            Text::Both(sqlite)
        } else {
            Text::Each {
                sqlite,
                postgres,
                why,
            }
        }
    }

    const fn build(
        name: &'static str,
        file: &'static str,
        reason: &'static str,
        text: Text,
    ) -> Self {
        let last_bind = match text {
            Text::Both(sql) => last_bind(sql),
            Text::Each {
                sqlite, postgres, ..
            } => {
                let (a, b) = (last_bind(sqlite), last_bind(postgres));
                if a > b { a } else { b }
            }
            Text::Bulk { columns, .. } => columns.len(),
        };
        Self {
            name,
            file,
            text,
            scoped: false,
            reason,
            numbered: OnceLock::new(),
            last_bind,
            kinds: OnceLock::new(),
            executed: [AtomicBool::new(false), AtomicBool::new(false)],
        }
    }

    /// Refuses a wrong number of binds (SQLite would take NULL for a missing one) and a bind
    /// whose type changes between calls (PostgreSQL would read its bytes as the first type).
    pub(crate) fn check(&self, binds: &[Value]) -> Result<(), DbError> {
        if binds.len() != self.last_bind {
            let what = format!("{} values bound to {} places", binds.len(), self.last_bind);
            return Err(DbError::other(self.name, what));
        }
        let kinds = self
            .kinds
            .get_or_init(|| binds.iter().map(Value::kind).collect());
        for (n, (value, kind)) in binds.iter().zip(kinds).enumerate() {
            if value.kind() != *kind {
                let what = format!("${} was {kind:?} before, now {:?}", n + 1, value.kind());
                return Err(DbError::other(self.name, what));
            }
            if matches!((value, &self.text), (Value::List(_), Text::Bulk { .. })) {
                return Err(DbError::other(self.name, "a list in a row"));
            }
            value.check(self.name)?;
        }
        Ok(())
    }

    /// Notes the first execution in this process: one line `engine name` in a file of the folder
    /// that `SIMPUL_STATEMENT_LOG` names. Debug builds only.
    pub(crate) fn note(&self, engine: Engine) {
        if cfg!(debug_assertions)
            && !self.executed[engine as usize].swap(true, Ordering::Relaxed)
            && let Some(folder) = std::env::var_os("SIMPUL_STATEMENT_LOG")
        {
            let path = std::path::Path::new(&folder).join(format!("{}.log", std::process::id()));
            let line = format!("{engine} {}\n", self.name);
            let written = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
            if let Err(e) = written {
                panic!("SIMPUL_STATEMENT_LOG names a folder that cannot be written: {e}");
            }
        }
    }
}

/// Whether the text holds `$n`.
const fn mentions(sql: &str, n: usize) -> bool {
    let mut at = 0;
    while at < sql.len() {
        let (bind, next) = bind_at(sql, at);
        if bind == n {
            return true;
        }
        at = next;
    }
    false
}

const fn last_bind(sql: &str) -> usize {
    let (mut at, mut last) = (0, 0);
    while at < sql.len() {
        let (bind, next) = bind_at(sql, at);
        if bind > last {
            last = bind;
        }
        at = next;
    }
    last
}

/// The number of the bind at this byte, 0 when there is none, and where to read on.
const fn bind_at(sql: &str, at: usize) -> (usize, usize) {
    let bytes = sql.as_bytes();
    let (mut next, mut n) = (at + 1, 0);
    if bytes[at] == b'$' {
        while next < bytes.len() && bytes[next].is_ascii_digit() {
            n = n * 10 + (bytes[next] - b'0') as usize;
            next += 1;
        }
    }
    (n, next)
}

#[doc(hidden)]
pub struct Registered(pub &'static StatementInfo);
inventory::collect!(Registered);

/// Every statement and bulk insert linked into this program.
pub fn registered() -> impl Iterator<Item = &'static StatementInfo> {
    inventory::iter::<Registered>.into_iter().map(|r| r.0)
}

/// The area a scoped statement may touch: one kabupaten, and the codes from `lo` up to but
/// without `hi`.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Code of the kabupaten.
    pub kabupaten: &'a str,
    /// First area code inside.
    pub lo: &'a str,
    /// First area code beyond.
    pub hi: &'a str,
}

/// Binds of a scoped statement: the bounds as `$1`, `$2`, `$3`, then the arguments from `$4` on.
pub struct ScopedArgs(Vec<Value>);

impl ScopedArgs {
    /// Puts the bounds before the arguments.
    pub fn new(bounds: Bounds<'_>, args: impl IntoArgs<System>) -> Self {
        let mut values = crate::args![bounds.kabupaten, bounds.lo, bounds.hi].to_vec();
        values.extend(args.into_args());
        Self(values)
    }
}

/// What can be bound to a statement of kind `K`: [`args!`](crate::args) to a system statement,
/// [`ScopedArgs`] to a scoped one.
#[diagnostic::on_unimplemented(
    message = "these arguments do not fit a statement of kind `{K}`",
    note = "a scoped statement takes `ScopedArgs`, a system statement takes `args![..]`"
)]
pub trait IntoArgs<K>: Send {
    #[doc(hidden)]
    fn into_args(self) -> Vec<Value>;
}

impl<const N: usize> IntoArgs<System> for [Value; N] {
    fn into_args(self) -> Vec<Value> {
        self.into()
    }
}

impl IntoArgs<System> for Vec<Value> {
    fn into_args(self) -> Vec<Value> {
        self
    }
}

impl IntoArgs<Scoped> for ScopedArgs {
    fn into_args(self) -> Vec<Value> {
        self.0
    }
}

/// A registered bulk insert into `N` columns; made by [`bulk!`](crate::bulk) alone.
pub struct Bulk<const N: usize> {
    #[doc(hidden)]
    pub info: StatementInfo,
}

/// What a bulk insert does with a row whose key exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// Fails with [`DbError::Conflict`].
    Fail,
    /// Leaves the stored row as it is; the row is not counted.
    Skip,
}

/// Declares statements.
///
/// ```
/// use simpul_db::statements;
///
/// statements! {
///     /// The user of that login.
///     pub FIND_USER: system("sign-in knows no area yet") =
///         "select id, name from users where login = $1";
///     /// Open cases of the area.
///     LIST_CASES: scoped =
///         "select id from cases where kabupaten = $1 and area >= $2 and area < $3 and state = $4";
///     /// Rows that the planner guesses.
///     ROWS: system("figures of the database itself") = {
///         sqlite: "select 0",
///         postgres: "select reltuples from pg_class where relname = 'cases'",
///         why: "only PostgreSQL keeps an estimate",
///     };
/// }
/// ```
///
/// A scoped text that does not bind the area does not compile:
///
/// ```compile_fail,E0080
/// simpul_db::statements! {
///     ALL_CASES: scoped = "select id from cases where kabupaten = $1";
/// }
/// ```
///
/// and neither does a scoped statement run without a scope:
///
/// ```compile_fail,E0277
/// # use simpul_db::*;
/// statements! {
///     LIST: scoped = "select id from cases where kabupaten = $1 and area >= $2 and area < $3";
/// }
/// async fn list(db: &Db) -> Result<Vec<i64>, DbError> {
///     db.all(&LIST, args!["3204", "3204", "3205"]).await
/// }
/// ```
#[macro_export]
macro_rules! statements {
    () => {};
    ($(#[$meta:meta])* $vis:vis $name:ident: $kind:ident $(($reason:expr))? =
        { sqlite: $sqlite:expr, postgres: $postgres:expr, why: $why:literal $(,)? };
        $($rest:tt)*
    ) => {
        $crate::__statement!(
            [$(#[$meta])*] [$vis] $name $kind [$($reason)?] ($sqlite, $postgres, $why)
        );
        $crate::statements!($($rest)*);
    };
    ($(#[$meta:meta])* $vis:vis $name:ident: $kind:ident $(($reason:expr))? = $sql:expr;
        $($rest:tt)*
    ) => {
        $crate::__statement!(
            [$(#[$meta])*] [$vis] $name $kind [$($reason)?] ($sql, $sql, "")
        );
        $crate::statements!($($rest)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __statement {
    ([$($meta:tt)*] [$vis:vis] $name:ident system [$reason:expr] $text:expr) => {
        $($meta)*
        $vis static $name: $crate::Statement<$crate::System> =
            $crate::Statement::new($crate::StatementInfo::system(
                concat!(module_path!(), "::", stringify!($name)), file!(), $reason, $text,
            ));
        $crate::__inventory::submit! { $crate::Registered(&$name.info) }
    };
    ([$($meta:tt)*] [$vis:vis] $name:ident scoped [] $text:expr) => {
        $($meta)*
        $vis static $name: $crate::Statement<$crate::Scoped> =
            $crate::Statement::new($crate::StatementInfo::scoped(
                concat!(module_path!(), "::", stringify!($name)), file!(), $text,
            ));
        $crate::__inventory::submit! { $crate::Registered(&$name.info) }
    };
}

/// Declares bulk inserts.
///
/// ```
/// simpul_db::bulk! {
///     /// Staged rows of an import.
///     pub STAGE = "import_rows" ["kabupaten", "line", "name"];
/// }
/// ```
#[macro_export]
macro_rules! bulk {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $table:literal [$($column:literal),+ $(,)?];)+) => {$(
        $(#[$meta])*
        $vis static $name: $crate::Bulk<{ [$($column),+].len() }> = $crate::Bulk {
            info: $crate::StatementInfo::bulk(
                concat!(module_path!(), "::", stringify!($name)),
                file!(),
                $table,
                &[$($column),+],
            ),
        };
        $crate::__inventory::submit! { $crate::Registered(&$name.info) }
    )+};
}
