//! The words on the screens: Project Fluent, one `.ftl` per slice and language.

use std::fmt::Display;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// Indonesian first, English second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Id,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    pub fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language of a code; anything unknown is Indonesian.
    pub fn from_code(code: &str) -> Self {
        if code == "en" { Self::En } else { Self::Id }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Id => Self::En,
            Self::En => Self::Id,
        }
    }

    /// The message of this key. A key without words shows itself; `cargo xtask tidy` finds such.
    pub fn t(self, key: impl AsRef<str>) -> String {
        self.format(key.as_ref(), &[])
    }

    /// The message with one value in it.
    pub fn t1(self, key: impl AsRef<str>, name: &str, value: impl Display) -> String {
        self.format(key.as_ref(), &[(name, value.to_string())])
    }

    /// The message with two values in it.
    pub fn t2(
        self,
        key: impl AsRef<str>,
        (a, x): (&str, impl Display),
        (b, y): (&str, impl Display),
    ) -> String {
        self.format(key.as_ref(), &[(a, x.to_string()), (b, y.to_string())])
    }

    /// The message with any number of values in it. Whole numbers choose plural forms.
    pub fn format(self, key: &str, values: &[(&str, String)]) -> String {
        let Some(bundles) = BUNDLES.get() else {
            return key.to_owned();
        };
        let bundle = &bundles[self as usize];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, text) in values {
            let value = match text.parse::<i64>() {
                Ok(number) if number.to_string() == *text => FluentValue::from(number),
                _ => FluentValue::from(text.as_str()),
            };
            args.set(*name, value);
        }
        bundle
            .format_pattern(pattern, Some(&args), &mut Vec::new())
            .into_owned()
    }

    /// Whether this language has words for the key.
    pub fn has(self, key: &str) -> bool {
        BUNDLES
            .get()
            .is_some_and(|bundles| bundles[self as usize].has_message(key))
    }
}

fn language(lang: Lang) -> LanguageIdentifier {
    lang.code().parse().expect("two letters name a language")
}

/// The two word files of one slice.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub id: &'static str,
    pub en: &'static str,
}

static BUNDLES: OnceLock<[FluentBundle<FluentResource>; 2]> = OnceLock::new();

/// Reads the words of all slices, once per process.
///
/// # Panics
/// When a word file is malformed or a key stands twice: every test would meet it.
pub fn install<'a>(slices: impl IntoIterator<Item = &'a Words>) {
    BUNDLES.get_or_init(|| {
        let mut bundles = [
            FluentBundle::new_concurrent(vec![language(Lang::Id)]),
            FluentBundle::new_concurrent(vec![language(Lang::En)]),
        ];
        for bundle in &mut bundles {
            bundle.set_use_isolating(false);
        }
        for words in slices {
            for (bundle, text) in bundles.iter_mut().zip([words.id, words.en]) {
                let resource = FluentResource::try_new(text.to_owned())
                    .unwrap_or_else(|(_, errors)| panic!("word file: {errors:?}"));
                if let Err(errors) = bundle.add_resource(resource) {
                    panic!("words: {errors:?}");
                }
            }
        }
        bundles
    });
}
