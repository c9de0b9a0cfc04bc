//! The batch and the one-child path never differ, and lines of a chart lead back to their z.

use proptest::prelude::*;
use simpul_growth::batch::{self, Columns};
use simpul_growth::{
    Age, At, Centimetres, Child, Formula, Grams, Index, Position, Sex, TenthsMm, assess, explain,
    measure_at,
};

#[derive(Clone, Debug)]
struct Row {
    sex: Sex,
    age: Option<Age>,
    weight: Option<Grams>,
    lenhei: Option<TenthsMm>,
    position: Option<Position>,
    oedema: bool,
    head: Option<TenthsMm>,
    arm: Option<TenthsMm>,
}

/// Ages of both standards and their borders; measures from absurd to plausible, so that every
/// form of the formula and every way out of the fast power is taken.
fn row() -> impl Strategy<Value = Row> {
    let age = prop_oneof![
        6 => (0_u32..1900).prop_map(|days| Some(Age::Days(days))),
        1 => (0_u32..8000).prop_map(|days| Some(Age::Days(days))),
        1 => (0.0_f64..240.0).prop_map(Age::from_months),
        1 => prop::sample::select(vec![273, 274, 730, 731, 1826, 1827])
            .prop_map(|days| Some(Age::Days(days))),
        1 => Just(None),
    ];
    let sex = prop::sample::select(vec![Sex::Male, Sex::Female]);
    let position =
        prop::sample::select(vec![None, Some(Position::Lying), Some(Position::Standing)]);
    let z = || prop_oneof![4 => -3.3..3.3, 1 => -9.0..9.0];
    (
        age,
        sex,
        position,
        prop::bool::weighted(0.03),
        z(),
        z(),
        z(),
        z(),
        0_u32..2000,
    )
        .prop_map(
            |(age, sex, position, oedema, weight, length, head, arm, noise)| {
                let at = |index, z| measure_at(index, sex, At::Age(age?), z);
                let tenths = |cm: f64| TenthsMm::new((cm * 100.0) as u32).ok();
                let gap = noise % 20;
                Row {
                    sex,
                    age,
                    weight: at(Index::WeightForAge, weight)
                        .or(Some(f64::from(noise) / 40.0))
                        .filter(|_| gap != 1)
                        .and_then(|kg| Grams::new((kg * 1000.0) as u32).ok()),
                    lenhei: at(Index::LengthForAge, length)
                        .or(Some(f64::from(noise) / 10.0))
                        .filter(|_| gap != 2)
                        .and_then(tenths),
                    position,
                    oedema,
                    head: at(Index::HeadForAge, head).and_then(tenths),
                    arm: at(Index::ArmForAge, arm).and_then(tenths),
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_batch_equals_the_one_child_path(rows in prop::collection::vec(row(), 0..700)) {
        fn column<T>(rows: &[Row], of: impl Fn(&Row) -> T) -> Vec<T> {
            rows.iter().map(of).collect()
        }
        let columns = batch::assess(Columns {
            sex: &column(&rows, |row| row.sex),
            age: &column(&rows, |row| row.age),
            weight: &column(&rows, |row| row.weight),
            lenhei: &column(&rows, |row| row.lenhei),
            position: &column(&rows, |row| row.position),
            oedema: &column(&rows, |row| row.oedema),
            head: &column(&rows, |row| row.head),
            arm: &column(&rows, |row| row.arm),
        })
        .unwrap();
        prop_assert_eq!(columns.standard.len(), rows.len());
        for (at, row) in rows.iter().enumerate() {
            let one = assess(&Child {
                sex: row.sex,
                age: row.age,
                weight: row.weight.map(Into::into),
                lenhei: row.lenhei.map(Into::into),
                position: row.position,
                oedema: row.oedema,
                head: row.head.map(Into::into),
                arm: row.arm.map(Into::into),
            });
            prop_assert_eq!(columns.standard[at], one.standard);
            for index in Index::ALL {
                prop_assert_eq!(columns.scores[index as usize][at], one.score(index), "{}", index);
            }
        }
    }

    #[test]
    fn a_line_of_the_chart_has_its_z(days in 91_u32..1827, girl: bool, z in -5.0_f64..5.0) {
        let sex = if girl { Sex::Female } else { Sex::Male };
        let age = Age::Days(days);
        for index in [Index::LengthForAge, Index::HeadForAge, Index::ArmForAge] {
            let cm = Centimetres::new(measure_at(index, sex, At::Age(age), z).unwrap());
            let mut child = Child::new(sex, Some(age));
            match index {
                Index::LengthForAge => child.lenhei = cm,
                Index::HeadForAge => child.head = cm,
                _ => child.arm = cm,
            }
            let why = explain(&child, index).unwrap();
            prop_assert!((why.z - z).abs() < 1e-9, "{} {}", index, why.z);
            let tail = index.restricted() && z.abs() > 3.0 + 1e-9;
            prop_assert_eq!(why.formula != Formula::Plain, tail);
            prop_assert_eq!(why.sd2_sd3.is_some(), tail);
            prop_assert_eq!(assess(&child).score(index), Some(why.score));
        }
    }
}
