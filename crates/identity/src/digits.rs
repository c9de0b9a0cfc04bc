//! A short run of ASCII digits, kept inline: what region and area codes are made of.

/// Dots stand after so many digits.
const DOTS: [usize; 4] = [2, 4, 6, 10];

/// Up to `N` ASCII digits. Unused places are zero bytes, which sort before every digit, so the
/// derived order is the byte order of the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Digits<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Digits<N> {
    /// Takes the digits of `text`; dots may stand only where [`Self::write_dotted`] puts them.
    /// `None` if anything else is in it or it is too long.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut digits = Self {
            bytes: [0; N],
            len: 0,
        };
        let mut after_dot = false;
        for byte in text.bytes() {
            if byte == b'.' && DOTS.contains(&digits.len()) && !after_dot {
                after_dot = true;
                continue;
            }
            let place = digits.bytes.get_mut(usize::from(digits.len))?;
            *place = byte.is_ascii_digit().then_some(byte)?;
            digits.len += 1;
            after_dot = false;
        }
        (!after_dot).then_some(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len()]).expect("only ASCII digits are stored")
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// The first `len` digits; `None` if there are fewer.
    pub(crate) fn first(&self, len: usize) -> Option<&str> {
        self.as_str().get(..len)
    }

    /// Writes the digits with their dots.
    pub(crate) fn write_dotted(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write;
        for (place, digit) in self.as_str().chars().enumerate() {
            if DOTS.contains(&place) {
                f.write_char('.')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}
