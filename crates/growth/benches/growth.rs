//! Children a second on one core: one by one, and in columns. `cargo bench -p simpul-growth`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use simpul_growth::batch::{self, Columns};
use simpul_growth::{Age, At, Child, Grams, Index, Position, Sex, TenthsMm, assess, measure_at};

const CHILDREN: usize = 100_000;

fn main() {
    divan::main();
}

struct Data {
    sex: Vec<Sex>,
    age: Vec<Option<Age>>,
    weight: Vec<Option<Grams>>,
    lenhei: Vec<Option<TenthsMm>>,
    position: Vec<Option<Position>>,
    oedema: Vec<bool>,
    head: Vec<Option<TenthsMm>>,
    arm: Vec<Option<TenthsMm>>,
}

impl Data {
    /// Children of every age under five with all six indices; weight, head and arm stray from
    /// the median by up to 3.2 SD, so that a few leave the plain formula as in a real village.
    fn new() -> Self {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut z = {
            let mut next = random;
            // The mean of four uniform figures, of deviation about 1.
            move || {
                (0..4)
                    .map(|_| (next() % 10_000) as f64 / 2890.0 - 1.73)
                    .sum::<f64>()
                    / 2.0
            }
        };
        let mut data = Self {
            sex: Vec::new(),
            age: Vec::new(),
            weight: Vec::new(),
            lenhei: Vec::new(),
            position: Vec::new(),
            oedema: vec![false; CHILDREN],
            head: Vec::new(),
            arm: Vec::new(),
        };
        for _ in 0..CHILDREN {
            let sex = if random() % 2 == 0 {
                Sex::Male
            } else {
                Sex::Female
            };
            let days = 91 + (random() % 1735) as u32;
            let age = Age::Days(days);
            let mut at =
                |index| measure_at(index, sex, At::Age(age), z() - 0.5).expect("within the tables");
            let tenths = |cm: f64| TenthsMm::new((cm * 10.0) as u32 * 10).ok();
            data.weight
                .push(Grams::new((at(Index::WeightForAge) * 10.0) as u32 * 100).ok());
            data.lenhei.push(tenths(at(Index::LengthForAge)));
            data.head.push(tenths(at(Index::HeadForAge)));
            data.arm.push(tenths(at(Index::ArmForAge)));
            data.position.push(Some(if days < 731 {
                Position::Lying
            } else {
                Position::Standing
            }));
            data.sex.push(sex);
            data.age.push(Some(age));
        }
        data
    }

    fn columns(&self) -> Columns<'_> {
        Columns {
            sex: &self.sex,
            age: &self.age,
            weight: &self.weight,
            lenhei: &self.lenhei,
            position: &self.position,
            oedema: &self.oedema,
            head: &self.head,
            arm: &self.arm,
        }
    }

    fn children(&self) -> Vec<Child> {
        (0..CHILDREN)
            .map(|row| Child {
                weight: self.weight[row].map(Into::into),
                lenhei: self.lenhei[row].map(Into::into),
                position: self.position[row],
                head: self.head[row].map(Into::into),
                arm: self.arm[row].map(Into::into),
                ..Child::new(self.sex[row], self.age[row])
            })
            .collect()
    }
}

#[divan::bench]
fn one_by_one(bencher: Bencher<'_, '_>) {
    let children = Data::new().children();
    bencher.counter(ItemsCount::new(CHILDREN)).bench_local(|| {
        for child in &children {
            black_box(assess(black_box(child)));
        }
    });
}

#[divan::bench]
fn batch_of_columns(bencher: Bencher<'_, '_>) {
    let data = Data::new();
    bencher
        .counter(ItemsCount::new(CHILDREN))
        .bench_local(|| batch::assess(black_box(data.columns())).expect("equal columns"));
}
