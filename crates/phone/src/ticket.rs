//! The slip's code and number: drawn from random bytes, typed by hand, never guessed.

use std::fmt;
use std::str::FromStr;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, the last of which checks the others.
const LEN: usize = 11;

/// A code of ten characters and a check character.
///
/// The characters are elements of GF(32), and the code is a polynomial that is zero at the
/// generator: any one wrong character and any two exchanged are noticed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketCode([u8; LEN]);

/// The four digits beside the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketNumber(u16);

/// Both, as they stand on the slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The code.
    pub code: TicketCode,
    /// The number beside it.
    pub number: TicketNumber,
}

/// The text is no code, or no number, of a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the code or number of a slip; a character may be wrong or missing")]
pub struct NotATicket;

impl Ticket {
    /// Random bytes that [`Ticket::draw`] needs.
    pub const RANDOM: usize = LEN - 1 + 4;

    /// A ticket from bytes of a cryptographic source.
    pub fn draw(random: [u8; Self::RANDOM]) -> Self {
        let (letters, digits) = random.split_at(LEN - 1);
        let mut code = [0; LEN];
        for (place, byte) in code.iter_mut().zip(letters) {
            *place = byte % 32;
        }
        code[LEN - 1] = remainder(&code);
        let number = digits
            .iter()
            .fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
        Self {
            code: TicketCode(code),
            // 2^32 is no multiple of 10,000: some numbers are likelier by one in 400,000.
            number: TicketNumber((number % 10_000) as u16),
        }
    }
}

/// Horner's rule at the generator of GF(32) = GF(2)[x] / (x^5 + x^2 + 1).
fn remainder(code: &[u8; LEN]) -> u8 {
    let times_x = |a: u8| {
        if a & 16 == 0 {
            a << 1
        } else {
            (a << 1) ^ 0b10_0101
        }
    };
    code.iter().fold(0, |sum, digit| times_x(sum) ^ digit)
}

impl TicketCode {
    /// Eleven characters without marks between, as stored and looked up.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|c| char::from(ALPHABET[usize::from(*c)]))
            .collect()
    }
}

/// In groups, as printed: `7K3Q-F9ZB-2MH`.
impl fmt::Display for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        write!(f, "{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..])
    }
}

/// As people type it: small letters, marks between, O for 0, I or L for 1.
impl FromStr for TicketCode {
    type Err = NotATicket;

    fn from_str(text: &str) -> Result<Self, NotATicket> {
        let mut code = [0; LEN];
        let mut places = code.iter_mut();
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-' | '.')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|a| char::from(*a) == c);
            let digit = digit.and_then(|digit| u8::try_from(digit).ok());
            *places.next().ok_or(NotATicket)? = digit.ok_or(NotATicket)?;
        }
        let full = places.next().is_none();
        (full && remainder(&code) == 0)
            .then_some(Self(code))
            .ok_or(NotATicket)
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl FromStr for TicketNumber {
    type Err = NotATicket;

    fn from_str(text: &str) -> Result<Self, NotATicket> {
        let text = text.trim();
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number.map(Self).ok_or(NotATicket)
    }
}

/// Masked: who knows both may read the state of the case.
impl fmt::Debug for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketCode(...)")
    }
}

impl fmt::Debug for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketNumber(...)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(random: [u8; Ticket::RANDOM]) {
            let ticket = Ticket::draw(random);
            let typed = ticket.code.to_string().to_lowercase().replace('0', "o").replace('1', "l");
            prop_assert_eq!(typed.parse(), Ok(ticket.code));
            prop_assert_eq!(ticket.code.plain().parse(), Ok(ticket.code));
            prop_assert_eq!(ticket.number.to_string().parse(), Ok(ticket.number));
        }

        #[test]
        fn one_wrong_character_is_noticed(
            random: [u8; Ticket::RANDOM], at in 0..LEN, other in 0..32_u8,
        ) {
            let mut code = Ticket::draw(random).code;
            prop_assume!(code.0[at] != other);
            code.0[at] = other;
            prop_assert_eq!(code.plain().parse::<TicketCode>(), Err(NotATicket));
        }

        #[test]
        fn two_exchanged_characters_are_noticed(
            random: [u8; Ticket::RANDOM], a in 0..LEN, b in 0..LEN,
        ) {
            let mut code = Ticket::draw(random).code;
            prop_assume!(code.0[a] != code.0[b]);
            code.0.swap(a, b);
            prop_assert_eq!(code.plain().parse::<TicketCode>(), Err(NotATicket));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,16}") {
            let _ = (text.parse::<TicketCode>(), text.parse::<TicketNumber>());
        }
    }

    #[test]
    fn a_number_has_four_digits() {
        for wrong in ["", "123", "12345", "12a4", "+123"] {
            assert_eq!(wrong.parse::<TicketNumber>(), Err(NotATicket), "{wrong}");
        }
    }

    #[test]
    fn a_ticket_is_masked_in_debug() {
        let ticket = Ticket::draw([7; Ticket::RANDOM]);
        let debug = format!("{ticket:?}");
        assert!(
            !debug.contains(&ticket.code.plain()[..4])
                && !debug.contains(&ticket.number.to_string())
        );
    }
}
