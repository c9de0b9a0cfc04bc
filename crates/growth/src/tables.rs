//! WHO's tables as integers, read by day, month or tenth of a centimetre.

use crate::units::Sex;
use crate::zscore::Lms;

/// L x 10^4, M x 10^4, S x 10^5: every figure WHO published, exactly, in 8 bytes.
pub(crate) struct Row(i16, u32, u16);

impl Row {
    fn lms(&self) -> Lms {
        Lms {
            l: f64::from(self.0) * 1e-4,
            m: f64::from(self.1) * 1e-4,
            s: f64::from(self.2) * 1e-5,
        }
    }
}

/// One index: a gapless run of rows from key `first`, for boys and girls.
pub(crate) struct Table {
    first: u32,
    rows: [&'static [Row]; 2],
}

impl Table {
    /// L, M and S at a whole key; `None` outside the table.
    #[inline]
    pub(crate) fn at(&self, sex: Sex, key: u32) -> Option<Lms> {
        let row = key.checked_sub(self.first)?;
        self.rows[sex as usize].get(row as usize).map(Row::lms)
    }

    /// L, M and S between `key` and the next one, linearly; `None` outside the table.
    pub(crate) fn between(&self, sex: Sex, key: u32, part: f64) -> Option<Lms> {
        let low = self.at(sex, key)?;
        if part == 0.0 {
            return Some(low);
        }
        let high = self.at(sex, key + 1)?;
        Some(Lms {
            l: low.l + part * (high.l - low.l),
            m: low.m + part * (high.m - low.m),
            s: low.s + part * (high.s - low.s),
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
