//! The region tables as packed by `build.rs`, unpacked once at first use.

use std::ops::Range;

/// Codes and names of one level, sorted by code.
pub(super) struct Table {
    codes: Vec<u64>,
    /// Where each name begins in `names`.
    starts: Vec<u32>,
    names: String,
}

impl Table {
    /// Unpacks a table that `build.rs` packed.
    pub(super) fn unpack(packed: &[u8]) -> Self {
        let plain = miniz_oxide::inflate::decompress_to_vec(packed).expect("packed by build.rs");
        let (count, mut rest) = plain.split_first_chunk::<4>().expect("packed by build.rs");
        let count = u32::from_le_bytes(*count) as usize;
        let mut codes = Vec::with_capacity(count);
        let mut code = 0;
        for _ in 0..count {
            let (distance, after) = leb128(rest);
            (code, rest) = (code + distance, after);
            codes.push(code);
        }
        let names = String::from_utf8(rest.to_vec()).expect("packed by build.rs from text");
        let mut starts = vec![0];
        let ends = names.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        starts.extend(ends.map(|(place, _)| u32::try_from(place + 1).expect("below 2^32 bytes")));
        Self {
            codes,
            starts,
            names,
        }
    }

    pub(super) fn find(&self, code: u64) -> Option<&str> {
        self.codes
            .binary_search(&code)
            .ok()
            .map(|row| self.row(row).1)
    }

    /// The rows whose codes lie in `codes`.
    pub(super) fn rows(&self, codes: Range<u64>) -> Range<usize> {
        let place = |code| self.codes.partition_point(|other| *other < code);
        place(codes.start)..place(codes.end)
    }

    pub(super) fn row(&self, row: usize) -> (u64, &str) {
        let start = self.starts[row] as usize;
        let end = self
            .starts
            .get(row + 1)
            .map_or(self.names.len(), |next| *next as usize - 1);
        (self.codes[row], &self.names[start..end])
    }
}

fn leb128(bytes: &[u8]) -> (u64, &[u8]) {
    let len = 1 + bytes.iter().take_while(|byte| **byte >= 0x80).count();
    let value = bytes[..len]
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
    (value, &bytes[len..])
}
