//! Forms: what was typed is kept, errors name their field.

use std::collections::BTreeMap;

use super::words::Lang;

/// The fields of a submitted form, as text, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<String, String>,
}

impl Form {
    /// A form with nothing typed yet.
    pub fn new() -> Self {
        Self::default()
    }

    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            values.entry(name).or_default().push(value);
        }
        Self {
            values,
            errors: BTreeMap::new(),
        }
    }

    /// What stands in a field, without spaces around; empty when it was not sent.
    pub fn get(&self, field: impl AsRef<str>) -> &str {
        self.values
            .get(field.as_ref())
            .and_then(|v| v.first())
            .map_or("", |v| v.trim())
    }

    /// A field left empty is `None`.
    pub fn filled(&self, field: impl AsRef<str>) -> Option<&str> {
        Some(self.get(field)).filter(|text| !text.is_empty())
    }

    /// All values of a field that may be ticked several times.
    pub fn all(&self, field: &str) -> &[String] {
        self.values.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a tick box or radio button has this value.
    pub fn chosen(&self, field: impl AsRef<str>, value: impl AsRef<str>) -> bool {
        self.all(field.as_ref()).iter().any(|v| v == value.as_ref())
    }

    pub fn set(&mut self, field: impl Into<String>, value: impl Into<String>) {
        self.values.insert(field.into(), vec![value.into()]);
    }

    /// Notes what is wrong with a field, as a whole sentence.
    pub fn wrong(&mut self, field: impl Into<String>, sentence: impl Into<String>) {
        self.errors
            .entry(field.into())
            .or_insert_with(|| sentence.into());
    }

    /// The sentence under a field; empty when it is right.
    pub fn error(&self, field: impl AsRef<str>) -> &str {
        self.errors.get(field.as_ref()).map_or("", String::as_str)
    }

    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Field and sentence, for the summary on top of a form.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors
            .iter()
            .map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }

    /// Reads a field; on failure notes the sentence of `key` and gives `None`.
    pub fn read<T>(
        &mut self,
        field: &str,
        lang: Lang,
        key: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(self.get(field));
        if parsed.is_none() {
            self.wrong(field, lang.t(key));
        }
        parsed
    }

    /// Reads a field that may be left empty.
    pub fn read_optional<T>(
        &mut self,
        field: &str,
        lang: Lang,
        key: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.filled(field)?;
        self.read(field, lang, key, parse)
    }
}
