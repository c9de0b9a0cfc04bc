//! Telephone numbers.

use std::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// An Indonesian telephone number, kept as `+62...`.
///
/// ```
/// use simpul_identity::{Phone, PhoneError};
/// let phone = Phone::parse("0812-3456-7890")?;
/// assert_eq!(phone.expose().as_str(), "+6281234567890");
/// assert_eq!(phone.to_string(), "+6281*****7890");
/// assert_eq!(Phone::parse("110"), Err(PhoneError::Length));
/// # Ok::<(), PhoneError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ZeroizeOnDrop)]
pub struct Phone(String);

/// Why a text is no telephone number. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// A letter or other sign.
    #[error("a telephone number has only digits, such as 0812 3456 7890")]
    NotDigit,
    /// Too short or too long for a subscriber's number.
    #[error("a telephone number has 8 to 13 digits after the 0; check for missing ones")]
    Length,
    /// Begins with the code of another country.
    #[error("not an Indonesian number; it begins with 0 or +62")]
    Country,
}

impl PhoneError {
    /// Stable key, also that of its sentence in the translations.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotDigit => "phone-not-digit",
            Self::Length => "phone-length",
            Self::Country => "phone-country",
        }
    }
}

impl Phone {
    /// Reads a number written with `0`, `62`, `+62` or, as spreadsheets leave it, without the
    /// leading 0; spaces, dots, hyphens and brackets are ignored.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let kept = text
            .chars()
            .filter(|c| !c.is_whitespace() && !".-()".contains(*c));
        let text = Zeroizing::new(kept.collect::<String>());
        let (abroad, digits) = match text.strip_prefix('+') {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneError::NotDigit);
        }
        let subscriber = match (abroad, digits.strip_prefix("62")) {
            (_, Some(rest)) => rest.strip_prefix('0').unwrap_or(rest),
            (true, None) => return Err(PhoneError::Country),
            (false, None) => digits.strip_prefix('0').unwrap_or(digits),
        };
        match subscriber.len() {
            8..=13 if !subscriber.starts_with('0') => Ok(Self(format!("+62{subscriber}"))),
            _ => Err(PhoneError::Length),
        }
    }

    /// The whole number, wiped when dropped. Only for sealing, look-up and roles that need it.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.clone())
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, tail) = (&self.0[..5], &self.0[self.0.len() - 4..]);
        write!(f, "{shown}{}{tail}", "*".repeat(self.0.len() - 9))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
