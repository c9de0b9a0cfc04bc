//! The report of a run as one HTML page: what was learned, and what pairs look like to it. It holds
//! levels and weights, no values of the file.

use std::fmt::Write as _;

use crate::compare::{level_key, levels};
use crate::run::{BARS, Linkage, Pair};

/// Example pairs for each range of probability.
const EXAMPLES: usize = 3;
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;\
padding:0 1rem;color:#1a1a1a;background:#fff}table{border-collapse:collapse;margin:.5rem 0 1.5rem}\
th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ccc;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.for{color:#0b5d1e}.against{color:#8a1c1c}\
svg{max-width:100%;height:auto}@media print{body{margin:0}}";

impl Linkage {
    /// The report; `title` stands on top and is escaped.
    #[must_use]
    pub fn report(&self, title: &str) -> String {
        let mut page = String::from("<!doctype html><html lang=\"id\"><meta charset=\"utf-8\">");
        page.push_str("<meta name=\"viewport\" content=\"width=device-width\">");
        let title = escaped(title);
        // Writing into a string does not fail.
        let _ = write!(
            page,
            "<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
        );
        self.summary(&mut page);
        self.bars(&mut page);
        self.weights(&mut page);
        self.examples(&mut page);
        self.blocks(&mut page);
        page.push_str("</html>\n");
        page
    }

    fn summary(&self, page: &mut String) {
        let mut sizes = vec![0_u32; self.table.len()];
        for first in &self.clusters {
            sizes[*first as usize] += 1;
        }
        let doubled = sizes.iter().filter(|size| **size > 1).count();
        let extra: u32 = sizes
            .iter()
            .filter(|size| **size > 1)
            .map(|size| size - 1)
            .sum();
        let rows = [
            ("Catatan yang diperiksa", self.table.len() as u64),
            ("Pasangan yang dibandingkan", self.compared),
            ("Pasangan di atas batas", self.pairs.len() as u64),
            ("Orang yang tercatat lebih dari sekali", doubled as u64),
            ("Catatan yang berlebih", u64::from(extra)),
            (
                "Pasangan yang ditolak catatan lain dalam kelompoknya",
                self.vetoed as u64,
            ),
        ];
        page.push_str("<table>");
        for (what, count) in rows {
            let _ = write!(page, "<tr><th>{what}<td class=n>{}", grouped(count));
        }
        page.push_str("</table>");
    }

    fn bars(&self, page: &mut String) {
        page.push_str(
            "<h2>Sebaran kemungkinan</h2><p>Setiap batang adalah banyaknya pasangan (skala \
             logaritma) menurut kemungkinan bahwa keduanya orang yang sama.",
        );
        let highest = self.histogram.iter().max().copied().unwrap_or(1).max(1);
        let height = |count: u64| 120.0 * libm::log1p(count as f64) / libm::log1p(highest as f64);
        let _ = write!(page, "<svg viewBox=\"0 0 {} 150\" role=\"img\">", BARS * 30);
        for (at, count) in self.histogram.iter().enumerate() {
            let (x, h) = (at * 30, height(*count));
            let _ = write!(
                page,
                "<rect x=\"{x}\" y=\"{:.1}\" width=\"26\" height=\"{h:.1}\" fill=\"#1f4e79\"><title>{}</title></rect>",
                125.0 - h,
                grouped(*count)
            );
        }
        let _ = write!(
            page,
            "<text x=0 y=145 font-size=14>0 %</text><text x={} y=145 font-size=14>100 %</text></svg>",
            BARS * 30 - 50
        );
    }

    /// The weights of each level, under the first rule that does not look at the column.
    fn weights(&self, page: &mut String) {
        page.push_str(
            "<h2>Bobot bukti</h2><p>Dalam bit: di atas 0 mendukung orang yang sama, di bawah 0 \
             menentang. Dipelajari dari berkas ini.<table><tr><th>Kolom<th>Keadaan<th class=n>Bobot",
        );
        let schema = &self.table.schema;
        for (at, column) in schema.columns.iter().enumerate() {
            let looks = |rule: &usize| {
                schema.rules[*rule]
                    .parts
                    .iter()
                    .any(|(part, _)| *part == at)
            };
            let rule = (0..schema.rules.len())
                .find(|rule| !looks(rule))
                .unwrap_or(0);
            for level in (0..levels(column.kind)).rev() {
                let weight = self.model.weight(rule, at, level);
                let key = level_key(column.kind, level);
                let name = escaped(&column.name);
                let _ = write!(page, "<tr><td>{name}<td>{key}{}", weighed(weight));
            }
        }
        page.push_str("</table>");
    }

    fn examples(&self, page: &mut String) {
        page.push_str("<h2>Contoh pasangan</h2>");
        for (from, to) in [(0.99, 1.01), (0.8, 0.99), (0.5, 0.8)] {
            let inside = |pair: &&Pair| (from..to).contains(&pair.probability);
            for pair in self.pairs.iter().filter(inside).take(EXAMPLES) {
                let id = |record| escaped(&String::from_utf8_lossy(self.table.id(record)));
                let _ = write!(
                    page,
                    "<h3>{} – {}: {:.1} %</h3><table>",
                    id(pair.left),
                    id(pair.right),
                    pair.probability * 100.0
                );
                let columns = self.table.schema.columns.iter();
                for (column, evidence) in columns.zip(self.evidence(pair)) {
                    let level = evidence.level.unwrap_or("kosong");
                    let name = escaped(&column.name);
                    let _ = write!(
                        page,
                        "<tr><th>{name}<td>{level}{}",
                        weighed(evidence.weight)
                    );
                }
                let _ = write!(
                    page,
                    "<tr><th>Seluruhnya<td>{}</table>",
                    weighed(pair.weight)
                );
            }
        }
    }

    fn blocks(&self, page: &mut String) {
        page.push_str(
            "<h2>Cara pasangan ditemukan</h2><p>Kelompok yang terlalu besar dibagi lagi; catatan \
             yang tetap dalam kelompok terlalu besar tidak dibandingkan lewat aturan itu.<table>\
             <tr><th>Aturan<th class=n>Kelompok<th class=n>Pasangan<th class=n>Dibagi<th class=n>\
             Tidak dibandingkan",
        );
        for rule in &self.rules {
            let _ = write!(page, "<tr><td>{}", escaped(&rule.rule));
            for count in [rule.blocks, rule.pairs, rule.refined, rule.left_out] {
                let _ = write!(page, "<td class=n>{}", grouped(count));
            }
        }
        page.push_str("</table>");
    }
}

fn weighed(weight: f64) -> String {
    let class = if weight >= 0.0 { "for" } else { "against" };
    let sign = if weight >= 0.0 { "+" } else { "−" };
    let number = format!("{:.1}", weight.abs()).replace('.', ",");
    format!("<td class=\"n {class}\">{sign}{number}")
}

/// Thousands apart by dots, as Indonesians write them.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(letter),
        }
    }
    safe
}
