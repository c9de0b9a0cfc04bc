//! Writes seeded children and families as requests to the engine, each followed by this engine's
//! own reply: `parity CHILDREN SEED`. Another build of the engine must reply the same.

use std::io::{self, BufWriter, Write};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use simpul_phone::calls::Engine;
use simpul_rules::{Audience, Kind, Rulebook};

const SIGNS: [&str; 3] = ["kejang", "lemas", "tidak_mau_minum"];

struct Luck(ChaCha8Rng);

impl Luck {
    fn below(&mut self, n: u32) -> u32 {
        self.0.next_u32() % n.max(1)
    }

    fn often(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(u32::try_from(list.len()).unwrap_or(1)) as usize]
    }

    fn day(&mut self, year: i16, month: i8) -> String {
        let day = 1 + self.below(28);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// A measurement of a child of so many months, now and then an impossible one.
    fn taken(&mut self, on: &str, months: u32) -> Value {
        let usual = 3000 + months * 230 + self.below(3000);
        let weight = match self.below(50) {
            0 => self.below(300_000),
            _ => usual.saturating_sub(self.below(3500)),
        };
        let length = 4800 + months * 110 + self.below(1600);
        json!({
            "on": on,
            "area": if self.often(95) { "3204052001001" } else { "3204052001002" },
            "weight": self.often(92).then_some(weight),
            "lenhei": self.often(75).then_some(length),
            "position": match self.below(3) { 0 => json!("l"), 1 => json!("h"), _ => Value::Null },
            "head": self.often(30).then(|| 3300 + months * 25 + self.below(900)),
            "arm": self.often(40).then(|| 900 + self.below(800)),
            "oedema": match self.below(30) { 0 => json!(true), 1..10 => json!(false), _ => Value::Null },
            "danger_signs": if self.often(4) { vec![self.pick(&SIGNS)] } else { Vec::new() },
        })
    }

    /// One child with its family: the calls that a kader's phone makes of it.
    fn child(&mut self) -> Vec<Value> {
        let sex = self.pick(&["L", "P"]);
        let born_year = 2021 + i16::try_from(self.below(6)).unwrap_or(0);
        let born_month = 1 + i8::try_from(self.below(12)).unwrap_or(0);
        let birth = self.day(born_year, born_month);
        let month = 1 + i8::try_from(self.below(11)).unwrap_or(0);
        let on = self.day(2026, month);
        let age = (2026 - i32::from(born_year)) * 12 + i32::from(month) - i32::from(born_month);
        let months = u32::try_from(age).unwrap_or(0);
        let mut history = Vec::new();
        for ago in (1..=self.below(4)).rev() {
            let earlier = i8::try_from(ago).unwrap_or(0);
            if month > earlier {
                let day = self.day(2026, month - earlier);
                history.push(self.taken(&day, months.saturating_sub(ago)));
            }
        }
        let new = self.taken(&on, months);
        let typed = format!("{},{}", self.below(40), self.below(1200));
        let mut calls = vec![
            json!({ "call": "judge", "sex": sex, "birth_date": birth, "today": on, "new": new,
                "history": history, "can_go": match self.below(4) {
                    0 => json!(true), 1 => json!(false), _ => Value::Null } }),
            json!({ "call": "check", "field": self.pick(&["weight", "lenhei", "head", "arm"]),
                "text": typed, "sex": sex, "birth_date": birth, "typed": new,
                "last": history.last() }),
        ];
        if self.often(10) {
            calls.push(
                json!({ "call": "chart", "field": self.pick(&["weight", "lenhei"]),
                "sex": sex, "birth_date": birth, "on": on, "history": history, "title": "a",
                "said": "b", "unit": "kg", "months": "bulan" }),
            );
        }
        calls.push(self.family(sex, &birth, &on, &new, &history));
        calls
    }

    fn family(
        &mut self,
        sex: &str,
        birth: &str,
        on: &str,
        new: &Value,
        history: &[Value],
    ) -> Value {
        let id = |n: u8| format!("{n:02x}").repeat(16);
        let person = |n: u8, sex: &str, born: &str, relation: &str, has_nik: bool| {
            json!({ "id": id(n), "household": id(1), "version": 1, "name": "A", "sex": sex,
                "birth_date": born, "relation": relation, "mother_name": "", "has_nik": has_nik })
        };
        let mut persons = vec![person(2, sex, birth, "anak", self.often(60))];
        if self.often(90) {
            persons.push(person(
                3,
                "L",
                "1990-04-03",
                "kepala_keluarga",
                self.often(90),
            ));
        }
        if self.often(30) {
            persons.push(person(4, "P", "1955-04-03", "orang_tua", self.often(90)));
        }
        let answer = self.pick(&["found", "not_found", "not_checked"]);
        let memberships: Vec<Value> = ["pkh", "sembako", "pbi_jkn"]
            .into_iter()
            .filter(|_| self.often(30))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|programme| {
                let state = self.pick(&["recipient", "not_recipient", "inactive"]);
                json!({ "programme": programme, "state": state, "as_of": "2026-01-01" })
            })
            .collect();
        let mut given = serde_json::Map::new();
        let facts = Rulebook::embedded().catalogue().all();
        for fact in facts
            .iter()
            .filter(|fact| fact.ask == Some(Audience::Kader))
        {
            if self.often(35) {
                let value = match &fact.kind {
                    Kind::Choice(options) => {
                        let keys: Vec<&str> = options.iter().map(|o| o.key.as_str()).collect();
                        self.pick(&keys).to_owned()
                    }
                    Kind::YesNo => self.pick(&["ya", "tidak", "tidak", "?", ""]).to_owned(),
                    _ => self.below(2_000_000).to_string(),
                };
                let value = (!self.often(10)).then_some(value);
                given.insert(fact.key.clone(), json!(value));
            }
        }
        json!({
            "call": "screen", "on": on, "persons": persons, "answers": [], "given": given,
            "home": { "id": id(1), "area": "3204052001001", "version": 1, "dusun": "", "rt": "",
                "rw": "", "address": "", "has_kk": self.often(80),
                "registry": { "answer": answer, "as_of": "2026-01-01", "by_desk": self.often(50) },
                "memberships": memberships },
            "findings": [{ "person": id(2), "new": new, "history": history }],
        })
    }
}

fn main() -> io::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut next = || numbers.next().and_then(Result::ok);
    let (children, seed) = (next().unwrap_or(1000), next().unwrap_or(1));
    let mut luck = Luck(ChaCha8Rng::seed_from_u64(seed));
    let mut engine = Engine::default();
    let mut out = BufWriter::new(io::stdout().lock());
    for _ in 0..children {
        for call in luck.child() {
            let request = call.to_string();
            let reply = engine.call(&request);
            writeln!(out, "{request}\n{reply}")?;
        }
    }
    out.flush()
}
