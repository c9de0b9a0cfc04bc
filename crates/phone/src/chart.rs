//! A growth chart: WHO's lines from the engine, a month axis, the child's
//! line. Geometry alone; pages write it as SVG.

use std::fmt::Write as _;

use simpul_growth::{Age, At, DAYS_PER_MONTH, Index, Sex, measure_at};

/// The lines of the chart in SD, with dashes that tell them apart without colour, and the colours
/// of WHO's charts, dark enough to read.
const LINES: [(i8, &str, &str); 5] = [
    (-3, "1.5 3", "#221d17"),
    (-2, "7 3", "#9c2a12"),
    (0, "", "#1c4a22"),
    (2, "7 3", "#9c2a12"),
    (3, "1.5 3", "#221d17"),
];
/// Where the chart lies on the picture of 360 by 330; the template frames it.
const LEFT: f64 = 30.0;
const RIGHT: f64 = 334.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 294.0;

/// One measure of the child.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Whole days of age.
    pub age_days: u32,
    /// kg or cm.
    pub value: f64,
    /// Asked for again: drawn hollow.
    pub doubtful: bool,
}

/// A mark on an axis.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    /// Where it lies on the picture.
    pub at: f64,
    /// Months, kg or cm.
    pub number: u32,
}

/// One of WHO's lines.
#[derive(Clone, Debug)]
pub struct Line {
    /// `-3` to `+3`.
    pub label: String,
    /// Spots as `x,y x,y`.
    pub path: String,
    /// Dashes, or nothing for a whole line.
    pub dashes: &'static str,
    /// Colour.
    pub colour: &'static str,
    /// Where it ends, for the label.
    pub end: f64,
}

/// A measure on the picture.
#[derive(Clone, Copy, Debug)]
pub struct Dot {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Asked for again: drawn hollow.
    pub doubtful: bool,
}

/// A chart ready to be written.
#[derive(Clone, Debug)]
pub struct Chart {
    /// WHO's lines, the lowest first.
    pub lines: Vec<Line>,
    /// Along the bottom.
    pub months: Vec<Tick>,
    /// Along the left.
    pub measures: Vec<Tick>,
    /// Runs of weighings in successive months.
    pub runs: Vec<String>,
    /// Each measure.
    pub dots: Vec<Dot>,
}

/// Where months and measures lie on the picture.
struct Frame {
    months: (f64, f64),
    measures: (f64, f64),
}

impl Frame {
    fn x(&self, months: f64) -> f64 {
        let (from, to) = self.months;
        LEFT + (months - from) / (to - from) * (RIGHT - LEFT)
    }

    fn y(&self, measure: f64) -> f64 {
        let (low, high) = self.measures;
        let measure = measure.clamp(low, high);
        BOTTOM - (measure - low) / (high - low) * (BOTTOM - TOP)
    }
}

impl Chart {
    /// The chart of weight or length for age: the first two years, or the third to the fifth.
    /// `None` from five years on. Points outside its months are left out.
    pub fn draw(index: Index, sex: Sex, age_days: u32, points: &[Point]) -> Option<Self> {
        let (from, to, every) = match Age::Days(age_days).completed_months() {
            0..24 => (0_u32, 24_u32, 3),
            24..60 => (24, 60, 6),
            _ => return None,
        };
        let months = (f64::from(from), f64::from(to));
        let points: Vec<(f64, Point)> = points
            .iter()
            .map(|point| (f64::from(point.age_days) / DAYS_PER_MONTH, *point))
            .filter(|(age, _)| (months.0..=months.1).contains(age))
            .collect();
        let at = |month: f64, z: i8| {
            let days = (month * DAYS_PER_MONTH + 0.5) as u32;
            measure_at(index, sex, At::Age(Age::Days(days)), f64::from(z))
        };
        let lowest = at(months.0, -3)?;
        // The standard ends a day before 60 months are full.
        let last = months.1 - 0.05;
        let highest = at(last, 3)?;
        // What is asked for again must not flatten the lines: it is drawn at the edge instead.
        let sure = points.iter().filter(|(_, point)| !point.doubtful);
        let values = sure.map(|(_, point)| point.value);
        let low = values.clone().fold(lowest, f64::min);
        let high = values.fold(highest, f64::max);
        let step = if high - low > 25.0 { 10.0 } else { 2.0 };
        let frame = Frame {
            months,
            measures: ((low / step).floor() * step, (high / step).ceil() * step),
        };
        let half_months = || {
            let halves = (from * 2..to * 2).map(|half| f64::from(half) / 2.0);
            halves.chain([last])
        };
        let lines = LINES
            .iter()
            .map(|&(z, dashes, colour)| {
                let along =
                    half_months().map(|month| Some((frame.x(month), frame.y(at(month, z)?))));
                Line::through(&along.collect::<Option<Vec<_>>>()?, z, dashes, colour)
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            lines,
            months: ticks(from, to, every, |month| frame.x(month)),
            measures: ticks(
                frame.measures.0 as u32,
                frame.measures.1 as u32,
                step as u32,
                |measure| frame.y(measure),
            ),
            runs: runs(&points, &frame),
            dots: points
                .iter()
                .map(|(age, point)| Dot {
                    x: frame.x(*age),
                    y: frame.y(point.value),
                    doubtful: point.doubtful,
                })
                .collect(),
        })
    }
}

impl Line {
    /// The line of one z through these spots; `None` without any.
    fn through(
        spots: &[(f64, f64)],
        z: i8,
        dashes: &'static str,
        colour: &'static str,
    ) -> Option<Self> {
        let label = if z > 0 {
            format!("+{z}")
        } else {
            z.to_string()
        };
        Some(Self {
            label,
            path: written(spots),
            dashes,
            colour,
            end: spots.last()?.1,
        })
    }
}

fn ticks(from: u32, to: u32, every: u32, place: impl Fn(f64) -> f64) -> Vec<Tick> {
    (from..=to)
        .step_by(every.max(1) as usize)
        .map(|number| Tick {
            at: place(f64::from(number)),
            number,
        })
        .collect()
}

/// Measures at most a month and a half apart are joined, as on the paper card; doubtful ones stay
/// alone.
fn runs(points: &[(f64, Point)], frame: &Frame) -> Vec<String> {
    let sure = points.iter().filter(|(_, point)| !point.doubtful);
    let sure: Vec<(f64, Point)> = sure.copied().collect();
    sure.chunk_by(|(before, _), (after, _)| after - before <= 1.5)
        .map(|run| {
            let spots: Vec<(f64, f64)> = run
                .iter()
                .map(|(age, point)| (frame.x(*age), frame.y(point.value)))
                .collect();
            written(&spots)
        })
        .collect()
}

fn written(spots: &[(f64, f64)]) -> String {
    spots.iter().fold(String::new(), |mut out, (x, y)| {
        let space = if out.is_empty() { "" } else { " " };
        // Writing into a string cannot fail.
        let _ = write!(out, "{space}{x:.1},{y:.1}");
        out
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(path: &str) -> Vec<(f64, f64)> {
        path.split(' ')
            .map(|spot| {
                let (x, y) = spot.split_once(',').unwrap();
                (x.parse().unwrap(), y.parse().unwrap())
            })
            .collect()
    }

    #[test]
    fn the_lines_stand_where_the_standard_has_them() {
        let at = |value| Point {
            age_days: 365,
            value,
            doubtful: false,
        };
        let points = [at(7.04), at(8.95)];
        let chart = Chart::draw(Index::WeightForAge, Sex::Female, 365, &points).unwrap();
        let twelve = chart
            .months
            .iter()
            .find(|tick| tick.number == 12)
            .unwrap()
            .at;
        for (line, dot) in [(1, 0), (2, 1)] {
            let path = numbers(&chart.lines[line].path);
            let spot = path
                .iter()
                .min_by(|a, b| (a.0 - twelve).abs().total_cmp(&(b.0 - twelve).abs()));
            // The point at 365 days lies a third of a unit beside the one at 12.0 months.
            assert!((spot.unwrap().1 - chart.dots[dot].y).abs() < 0.5);
        }
    }

    #[test]
    fn a_missed_month_breaks_the_line() {
        let point = |age_days| Point {
            age_days,
            value: 7.0,
            doubtful: false,
        };
        let points = [point(200), point(231), point(320)];
        let chart = Chart::draw(Index::WeightForAge, Sex::Male, 320, &points).unwrap();
        assert_eq!(chart.runs.len(), 2);
        assert_eq!(chart.dots.len(), 3);
    }

    #[test]
    fn the_second_card_begins_at_two_years_and_ends_at_five() {
        let draw = |days| Chart::draw(Index::LengthForAge, Sex::Male, days, &[]);
        let first = |days| draw(days).map(|chart| chart.months[0].number);
        assert_eq!(first(700), Some(0));
        assert_eq!(first(800), Some(24));
        assert_eq!(first(1826), Some(24));
        assert_eq!(first(1830), None);
    }

    #[test]
    fn a_doubtful_measure_is_drawn_at_the_edge_and_joined_to_nothing() {
        let point = |age_days, value, doubtful| Point {
            age_days,
            value,
            doubtful,
        };
        let sure = [point(200, 7.0, false), point(231, 7.3, false)];
        let plain = Chart::draw(Index::WeightForAge, Sex::Male, 260, &sure).unwrap();
        let odd = [sure[0], sure[1], point(260, 87.0, true)];
        let chart = Chart::draw(Index::WeightForAge, Sex::Male, 260, &odd).unwrap();
        assert_eq!(chart.lines[4].path, plain.lines[4].path);
        assert_eq!(chart.runs, plain.runs);
        assert!((chart.dots[2].y - TOP).abs() < 0.1);
    }

    proptest! {
        #[test]
        fn all_is_drawn_inside_and_in_order(
            days in 0_u32..1826,
            female: bool,
            weights in prop::collection::vec((0_u32..1826, 1.0_f64..300.0, any::<bool>()), 0..30),
        ) {
            let sex = if female { Sex::Female } else { Sex::Male };
            let points: Vec<Point> = weights
                .into_iter()
                .map(|(age_days, value, doubtful)| Point { age_days, value, doubtful })
                .collect();
            let chart = Chart::draw(Index::WeightForAge, sex, days, &points).unwrap();
            let inside = |x: f64, y: f64| {
                (LEFT - 0.1..=RIGHT + 0.1).contains(&x) && (TOP - 0.1..=BOTTOM + 0.1).contains(&y)
            };
            prop_assert!(chart.dots.iter().all(|dot| inside(dot.x, dot.y)));
            let ends: Vec<f64> = chart.lines.iter().map(|line| line.end).collect();
            prop_assert!(ends.is_sorted_by(|low, high| low > high));
            for line in &chart.lines {
                prop_assert!(numbers(&line.path).iter().all(|(x, y)| inside(*x, *y)));
            }
        }
    }
}
