//! Closed lists: a key that is stored and sent in forms, and the key of its words.

/// Declares an enum whose values have a stored key and words.
///
/// ```text
/// keyed! {
///     /// Where a registry answer comes from; words are `check-extract`, `check-desk`.
///     pub enum CheckSource ("check") {
///         Extract = "extract",
///         Desk = "desk",
///     }
/// }
/// ```
macro_rules! keyed {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident ($words:literal) {
        $($(#[$variant_meta:meta])* $variant:ident = $key:literal),+ $(,)?
    })+) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        $vis enum $name { $($(#[$variant_meta])* #[serde(rename = $key)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stored key.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// Key of its words in the word files.
            #[allow(dead_code, reason = "some lists are never shown")]
            pub fn words(self) -> String {
                format!(concat!($words, "-{}"), self.key().replace('_', "-"))
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(key: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|one| one.key() == key).ok_or(())
            }
        }

        impl simpul_db::Column for $name {
            fn from_cell(cell: simpul_db::Cell<'_>) -> Result<Self, simpul_db::Refused> {
                String::from_cell(cell)?.parse().map_err(|()| simpul_db::Refused(stringify!($name)))
            }
        }

        impl simpul_db::ToValue for $name {
            const NULL: simpul_db::Value = simpul_db::Value::Text(None);

            fn to_value(&self) -> simpul_db::Value {
                simpul_db::Value::from(self.key())
            }
        }
    )+};
}

pub(crate) use keyed;
