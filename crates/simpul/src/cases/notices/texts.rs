//! The texts, from `data/notices/`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::platform::words::Lang;

#[derive(Deserialize)]
struct Texts {
    family: Family,
    desk: Desk,
}

#[derive(Deserialize)]
struct Family {
    id: String,
    en: String,
}

#[derive(Deserialize)]
struct Desk {
    subject: String,
    text: String,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let text = include_str!("../../../../../data/notices/notices.toml");
    toml::from_str(text).expect("the embedded texts are whole, as a test proves")
});

/// What is filled into a text.
pub(super) struct Filling<'a> {
    pub village: &'a str,
    /// The last signs of the code.
    pub tail: &'a str,
    pub address: &'a str,
}

impl Filling<'_> {
    fn fill(&self, text: &str) -> String {
        text.replace("{village}", self.village)
            .replace("{tail}", self.tail)
            .replace("{address}", self.address)
    }

    pub fn family(&self, lang: Lang) -> String {
        let texts = &TEXTS.family;
        self.fill(match lang {
            Lang::Id => &texts.id,
            Lang::En => &texts.en,
        })
    }

    /// Subject and text.
    pub fn desk(&self) -> (String, String) {
        let texts = &TEXTS.desk;
        (
            self.fill(&texts.subject),
            self.fill(texts.text.trim_start()),
        )
    }
}
