//! Measurements as TypeScript has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use simpul_growth::{
    ALGORITHM, FIRST_STANDING_DAY, Grams, Index, MeasureError, Sex, TenthsMm, assess,
};
use simpul_rules::{Facts, Origin, PEMICU, RUJUKAN_ANAK, Rule, Rulebook};

use super::{
    AskChart, AskCheck, AskJudge, Checked, Drawn, Field, Judged, Say, Taken, Told, Wrong, say,
};
use crate::chart::{Chart, Point};
use crate::entry::{Position, Shown};
use crate::judge::{self, Judgement, Measures, Past, age_days, age_months};
use crate::screening;

/// A child as TypeScript names it.
#[derive(Clone, Copy)]
pub struct Child<'a> {
    /// `L` or `P`.
    pub sex: &'a str,
    pub birth: Date,
}

impl Child<'_> {
    fn measures(self, taken: &Taken) -> Result<Measures, Wrong> {
        let long = |tenths: Option<u32>| tenths.and_then(|n| TenthsMm::new(n).ok());
        Ok(Measures {
            on: taken.on,
            birth: self.birth,
            sex: match self.sex {
                "L" => Sex::Male,
                "P" => Sex::Female,
                _ => return Err("sex"),
            },
            weight: taken.weight.and_then(|grams| Grams::new(grams).ok()),
            lenhei: long(taken.lenhei),
            position: taken.position.map(|position| match position {
                Position::Lying => simpul_growth::Position::Lying,
                Position::Standing => simpul_growth::Position::Standing,
            }),
            head: long(taken.head),
            arm: long(taken.arm),
            oedema: taken.oedema,
            danger: !taken.danger_signs.is_empty(),
        })
    }

    /// Judges a measurement, and gives the facts it holds for the rules.
    pub fn judge(
        self,
        new: &Taken,
        history: &[Taken],
        can_go: Option<bool>,
    ) -> Result<(Measures, Judgement, Facts), Wrong> {
        let measures = self.measures(new)?;
        let past: Result<Vec<Past>, Wrong> = history
            .iter()
            .map(|taken| {
                Ok(Past {
                    measures: self.measures(taken)?,
                    here: taken.area == new.area,
                })
            })
            .collect();
        let said = judge::judge(&measures, &past?);
        let mut facts = judge::facts(&measures, &said.said());
        if let Some(can_go) = can_go {
            facts.set("bisa_berangkat", can_go, Origin::Kader, new.on);
        }
        Ok((measures, said, facts))
    }
}

/// The edition of a pack on a day, as entries name it; empty before the first.
pub fn edition(pack: &str, on: Date) -> String {
    Rulebook::embedded().pack(pack, on).map_or_else(
        |_| String::new(),
        |found| format!("{pack} {}", found.edition().version),
    )
}

pub fn judged(ask: &AskJudge) -> Result<Judged, Wrong> {
    let child = Child {
        sex: &ask.sex,
        birth: ask.birth_date,
    };
    let (measures, said, facts) = child.judge(&ask.new, &ask.history, ask.can_go)?;
    let impossible = measures.check(ask.today).err();
    let on = ask.new.on;
    let (triggers, referral) = match impossible {
        Some(_) => (Vec::new(), None),
        None => weighed(&facts, on),
    };
    let urgency = referral
        .as_ref()
        .map(|referral| referral.urgency.key().to_owned());
    let status = said.status;
    Ok(Judged {
        impossible: impossible.map(|why| why.0.to_owned()),
        age_days: said.age_days,
        shown: Shown {
            algorithm: ALGORITHM.to_owned(),
            rules: edition(PEMICU, on),
            z: Index::ALL.iter().map(|index| said.z(*index)).collect(),
            gain: status.map(|status| status.gain.key().to_owned()),
            twice: status.is_some_and(|status| status.twice),
            below_red: said.below_red,
            warnings: said.warnings.iter().map(|&key| key.to_owned()).collect(),
            triggers: triggers.iter().map(|told| told.key.clone()).collect(),
            urgency: urgency.clone(),
        },
        gained: status.and_then(|status| status.gained),
        needed: status.and_then(|status| status.needed),
        say: words(&measures, &said, &triggers, urgency.as_deref()),
        places: places(&said),
        reasons: referral.map_or_else(Vec::new, |referral| referral.reasons),
        triggers,
    })
}

/// What the rules of the day make of a measurement; nothing before their first edition.
fn weighed(facts: &Facts, on: Date) -> (Vec<Told>, Option<screening::HealthReferral>) {
    let book = Rulebook::embedded();
    let told = |rule: &Rule| Told {
        key: rule.key.clone(),
        title: rule.title.clone(),
    };
    let triggers = book.pack(PEMICU, on).map(|pack| {
        let found = screening::triggers(pack, facts, on);
        found.into_iter().map(told).collect()
    });
    let referral = book.pack(RUJUKAN_ANAK, on);
    (
        triggers.unwrap_or_default(),
        referral
            .ok()
            .and_then(|pack| screening::health_referral(pack, facts, on)),
    )
}

/// The result as a kader reads it: danger first, doubts before results.
fn words(
    measures: &Measures,
    said: &Judgement,
    triggers: &[Told],
    urgency: Option<&str>,
) -> Vec<Say> {
    let mut out = Vec::new();
    if urgency == Some("darurat") {
        out.push(say("answer-go-now", &[]));
    }
    if !said.warnings.is_empty() {
        out.push(say("measure-unusual", &[]));
        for key in &said.warnings {
            out.push(say(format!("warning-{}", key.replace('_', "-")), &[]));
        }
        return out;
    }
    let gain = said.status.map(|status| {
        let grams = ("grams", status.gained.unwrap_or(0).to_string());
        let needed = ("needed", status.needed.unwrap_or(0).to_string());
        match status.gain.key() {
            "N" => say("gain-n", &[grams]),
            "T" if status.gained > Some(0) => say("gain-t-little", &[grams, needed]),
            "T" => say("gain-t", &[needed]),
            "B" => say("gain-b", &[]),
            _ => say("gain-o", &[]),
        }
    });
    let not_gained = said.status.is_some_and(|status| status.gain.key() == "T");
    out.extend(gain);
    if let Some(urgency) = urgency.filter(|urgency| *urgency != "darurat") {
        out.push(say(format!("urgency-say-{urgency}"), &[]));
    }
    if not_gained {
        let counsel = match age_months(measures.birth, measures.on) {
            0..6 => "counsel-breast",
            6..24 => "counsel-complementary",
            _ => "counsel-family-food",
        };
        out.push(say(counsel, &[]));
    }
    if urgency.is_none() && triggers.is_empty() && !not_gained {
        out.push(say("answer-fine", &[]));
    }
    out
}

fn places(said: &Judgement) -> BTreeMap<String, Say> {
    let indices = [
        ("weight", Index::WeightForAge),
        ("lenhei", Index::LengthForAge),
        ("weight_for_length", Index::WeightForLength),
    ];
    let placed = indices.map(|(key, index)| Some((key.to_owned(), place(said.z(index)?))));
    placed.into_iter().flatten().collect()
}

/// Between which lines of the chart a score x 100 lies.
fn place(z: i32) -> Say {
    const LINES: [i32; 5] = [-3, -2, 0, 2, 3];
    let name = |line: i32| format!("{}{line}", if line > 0 { "+" } else { "" });
    let below = LINES.into_iter().rfind(|line| line * 100 <= z);
    let above = LINES.into_iter().find(|line| z < line * 100);
    match (below, above) {
        (Some(low), Some(high)) => {
            say("chart-between", &[("low", name(low)), ("high", name(high))])
        }
        (None, _) => say("chart-below", &[("line", name(-3))]),
        (_, None) if z == 300 => say("chart-on", &[("line", name(3))]),
        (_, None) => say("chart-above", &[("line", name(3))]),
    }
}

pub fn checked(ask: &AskCheck) -> Result<Checked, Wrong> {
    let child = Child {
        sex: &ask.sex,
        birth: ask.birth_date,
    };
    let parsed = match ask.field {
        Field::Weight => Grams::parse_kg(&ask.text).map(Grams::get),
        _ => TenthsMm::parse_cm(&ask.text).map(TenthsMm::get),
    };
    let mut warnings = Vec::new();
    if let Ok(value) = parsed {
        let mut typed = ask.typed.clone();
        *match ask.field {
            Field::Weight => &mut typed.weight,
            Field::Lenhei => &mut typed.lenhei,
            Field::Head => &mut typed.head,
            Field::Arm => &mut typed.arm,
        } = Some(value);
        let last: Vec<Taken> = ask.last.iter().cloned().collect();
        let (_, said, _) = child.judge(&typed, &last, None)?;
        warnings.extend(said.warnings.iter().map(|&key| key.to_owned()));
    }
    let standing = age_days(ask.birth_date, ask.typed.on).is_some_and(|d| d >= FIRST_STANDING_DAY);
    Ok(Checked {
        value: parsed.ok(),
        error: parsed.err().map(|error| sentence(error).to_owned()),
        warnings,
        usual_position: if standing {
            Position::Standing
        } else {
            Position::Lying
        },
    })
}

/// Key of the sentence for a measure that is refused.
fn sentence(error: MeasureError) -> &'static str {
    match error {
        MeasureError::NotANumber => "measure-not-a-number",
        MeasureError::TooFine => "measure-too-fine",
        MeasureError::Zero => "measure-zero",
        MeasureError::TooHeavy => "measure-too-heavy",
        MeasureError::TooLong => "measure-too-long",
    }
}

pub fn drawn(ask: &AskChart) -> Result<Drawn, Wrong> {
    let child = Child {
        sex: &ask.sex,
        birth: ask.birth_date,
    };
    let index = match ask.field {
        Field::Weight => Index::WeightForAge,
        _ => Index::LengthForAge,
    };
    let (mut points, mut last) = (Vec::new(), None);
    for taken in ask.history.iter().filter(|taken| taken.on <= ask.on) {
        let measures = child.measures(taken)?;
        let assessed = assess(&measures.child());
        let value = match index {
            Index::WeightForAge => measures.weight.map(|w| f64::from(w.get()) / 1000.0),
            _ => assessed.corrected,
        };
        let age = age_days(ask.birth_date, taken.on);
        if let Some((value, age_days)) = value.zip(age) {
            last = assessed.score(index).map(|score| place(score.hundredths()));
            points.push(Point {
                age_days,
                value,
                doubtful: taken.warnings.as_ref().is_some_and(|keys| !keys.is_empty()),
            });
        }
    }
    let sex = if ask.sex == "L" {
        Sex::Male
    } else {
        Sex::Female
    };
    let days = age_days(ask.birth_date, ask.on).unwrap_or(0);
    let chart = Chart::draw(index, sex, days, &points).filter(|_| !points.is_empty());
    Ok(Drawn {
        svg: chart.map(|chart| written(&chart, ask)),
        place: last,
    })
}

/// The picture, as the pages of the server draw it.
fn written(chart: &Chart, ask: &AskChart) -> String {
    let mut out = format!(
        "<svg viewBox=\"0 0 360 330\" role=\"img\" font-family=\"inherit\" font-size=\"12\">\
         <title>{}</title><desc>{}</desc>\
         <rect x=\"30\" y=\"18\" width=\"304\" height=\"276\" fill=\"#fff\" stroke=\"#85796b\"/>",
        escaped(&ask.title),
        escaped(&ask.said)
    );
    // Writing into a string cannot fail.
    for tick in &chart.measures {
        let _ = write!(
            out,
            "<path d=\"M30 {:.1}H334\" stroke=\"#ddd3c5\"/><text x=\"26\" y=\"{:.1}\" \
             text-anchor=\"end\" fill=\"#544a3f\">{}</text>",
            tick.at,
            tick.at + 4.0,
            tick.number
        );
    }
    for tick in &chart.months {
        let _ = write!(
            out,
            "<path d=\"M{0:.1} 18V294\" stroke=\"#ddd3c5\"/><text x=\"{0:.1}\" y=\"308\" \
             text-anchor=\"middle\" fill=\"#544a3f\">{1}</text>",
            tick.at, tick.number
        );
    }
    let _ = write!(
        out,
        "<text x=\"30\" y=\"12\" fill=\"#221d17\">{}</text><text x=\"182\" y=\"325\" \
         text-anchor=\"middle\" fill=\"#221d17\">{}</text>",
        escaped(&ask.unit),
        escaped(&ask.months)
    );
    for line in &chart.lines {
        let dashes = match line.dashes {
            "" => String::new(),
            dashes => format!(" stroke-dasharray=\"{dashes}\""),
        };
        let _ = write!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dashes}/>\
             <text x=\"338\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            line.path,
            line.end + 4.0,
            line.label,
            colour = line.colour
        );
    }
    child_line(chart, &mut out);
    out + "</svg>"
}

/// The child's own line, doubtful measures hollow.
fn child_line(chart: &Chart, out: &mut String) {
    for run in &chart.runs {
        let _ = write!(
            out,
            "<polyline points=\"{run}\" fill=\"none\" stroke=\"#221d17\" stroke-width=\"2.5\" \
             stroke-linejoin=\"round\"/>"
        );
    }
    for dot in &chart.dots {
        let (size, fill) = if dot.doubtful {
            (4, "#fff")
        } else {
            (3, "#221d17")
        };
        let _ = write!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{size}\" fill=\"{fill}\" stroke=\"#221d17\" \
             stroke-width=\"2\"/>",
            dot.x, dot.y
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
