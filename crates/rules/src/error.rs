//! Refusals that name the file, the rule and the field.

/// Why a rule file was refused. The text says where and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}, field `{field}`: {problem}", .rule.as_ref().map(|r| format!(", rule `{r}`")).unwrap_or_default())]
pub struct FileError {
    /// Name of the file as given by the caller.
    pub file: String,
    /// Key of the rule (or fact, state, span) it is about.
    pub rule: Option<String>,
    /// Path of the field inside it.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Why an answer was refused; it names the fact, never the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No fact of that key is declared.
    #[error("fact `{0}` is not declared in facts.toml")]
    Undeclared(String),
    /// The value does not fit the declared type, range or options.
    #[error("the answer to `{key}` must be {expected}")]
    Unfit {
        /// Key of the fact.
        key: String,
        /// What would fit.
        expected: String,
    },
}

/// No version of a rule file is valid on that day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no version of `{key}` is valid on {day}; add one to data/rules")]
pub struct NoVersion {
    /// Key of the pack or table.
    pub key: String,
    /// The day asked for.
    pub day: jiff::civil::Date,
}
