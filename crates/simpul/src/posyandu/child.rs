//! One child: what is known, the form at the scales, the answer at once.

use askama::Template;
use axum::extract::{Path, Query};
use jiff::civil::Date;
use simpul_growth::{Explanation, Index, explain};
use simpul_phone::chart::Chart;
use simpul_rules::{Rule, Urgency};

use super::doors::measure;
use super::figures::{Figures, usual_position};
use super::judge;
use super::model::{DangerSign, EntrySource, NewMeasurement, StoredMeasurement, age_days};
use super::pages::parse;
use super::sql::{AnswerRow, SecondRow};
use super::{reads, second, show};
use crate::access::{Posted, Role, Signed};
use crate::cases::rules_lang;
use crate::platform::form::Form;
use crate::platform::format::parse_date;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result};
use crate::registry::{self, Person, Purpose};
use crate::screening::{self, NewFinding};

/// A bidan's answer as the post reads it.
pub(super) struct Heard {
    /// Key of its words.
    pub answer: String,
    pub note: String,
    pub on: Date,
}

pub(super) fn heard(signed: &Signed, rows: Vec<AnswerRow>) -> Vec<Heard> {
    let zone = signed.scope().zone();
    rows.into_iter()
        .map(|row| Heard {
            answer: row.answer.words(),
            on: row.at.date_in(zone),
            note: row.note,
        })
        .collect()
}

#[derive(Template)]
#[template(path = "posyandu/templates/profile.html")]
struct ProfilePage<'a> {
    p: &'a Page,
    child: &'a Person,
    age: String,
    sex: String,
    /// Measured by this role; others see what consent covers.
    post: bool,
    may_see: bool,
    /// Newest first.
    history: &'a [StoredMeasurement],
    weight: Option<Chart>,
    length: Option<Chart>,
    said_weight: String,
    said_length: String,
    heard: Vec<Heard>,
    /// Days on which somebody else measured too, with those figures.
    seconds: Vec<(Date, SecondRow)>,
    officer: bool,
}

pub(super) async fn profile(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let (scope, lang, today) = (signed.scope(), signed.lang(), signed.today());
    let db = &mut signed.app().db();
    let child = registry::person(db, scope, parse(&id)?).await?;
    let post = scope.role().measures();
    let ukuran = Purpose::Ukuran;
    let may_see = post || {
        let asked = registry::consent(db, scope, child.household, Some(child.id), ukuran).await?;
        asked.is_some_and(|consent| consent.answer)
    };
    let (mut history, mut answers, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    if may_see {
        seconds = second::seconds(db, scope, child.id).await?;
        history = reads::history(db, scope, child.id).await?;
        answers = reads::bidan_answers(db, scope, child.id).await?;
    }
    signed
        .saw("child", Some(child.id), 1 + history.len())
        .await?;
    let days = age_days(child.birth_date, today).unwrap_or(0);
    let weight = show::chart(Index::WeightForAge, &history, days);
    let length = show::chart(Index::LengthForAge, &history, days);
    let said_weight = said(lang, Index::WeightForAge, &history);
    let said_length = said(lang, Index::LengthForAge, &history);
    history.reverse();
    let mut p = signed.page("child-title");
    p.title.clone_from(&child.name);
    Reply::render(&ProfilePage {
        p: &p,
        child: &child,
        age: show::age(lang, child.birth_date, today),
        sex: show::sex(child.sex),
        post,
        may_see,
        history: &history,
        weight,
        length,
        said_weight,
        said_length,
        heard: heard(&signed, answers),
        seconds,
        officer: scope.role() != Role::Kader,
    })
}

/// The chart in one sentence, for those who cannot see it.
fn said(lang: Lang, index: Index, history: &[StoredMeasurement]) -> String {
    let last = history.iter().rev().find_map(|row| {
        let measure = match index {
            Index::WeightForAge => ("kg", show::kg(lang, row.weight?)),
            _ => ("cm", show::cm(lang, row.lenhei?)),
        };
        Some((row, measure, row.z(index)?))
    });
    last.map_or_else(String::new, |(row, (unit, measure), z)| {
        let words = [
            ("age", show::age(lang, *row.birth_date, *row.measured_on)),
            ("place", show::place(lang, z)),
            (unit, measure),
        ];
        lang.format(&format!("chart-said-{unit}"), &words)
    })
}

#[derive(serde::Deserialize)]
pub(super) struct Where {
    /// The hari buka.
    hari: Option<String>,
    /// The measurement that is mended.
    ganti: Option<String>,
}

#[derive(Template)]
#[template(path = "posyandu/templates/measure.html")]
struct MeasurePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    age: String,
    sex: String,
    on: Date,
    day: Option<Id>,
    replaces: Option<Id>,
    last: Last,
    signs: Vec<DangerSign>,
}

/// The last value of each measure, as a sentence beside its field.
#[derive(Default)]
struct Last {
    weight: String,
    length: String,
    head: String,
    arm: String,
}

impl Last {
    fn of(lang: Lang, history: &[StoredMeasurement], before: Date) -> Self {
        let newest = |value: fn(&StoredMeasurement) -> Option<u32>, unit: Unit| {
            history
                .iter()
                .rev()
                .filter(|row| *row.measured_on < before)
                .find_map(|row| Some((value(row)?, *row.measured_on)))
                .map_or_else(String::new, |(value, on)| {
                    let date = crate::platform::format::short_date(lang, on);
                    let value = match unit {
                        Unit::Kg => show::kg(lang, value) + " kg",
                        Unit::Cm => show::cm(lang, value) + " cm",
                    };
                    lang.t2("measure-last", ("date", date), ("value", value))
                })
        };
        Self {
            weight: newest(|row| row.weight, Unit::Kg),
            length: newest(|row| row.lenhei, Unit::Cm),
            head: newest(|row| row.head, Unit::Cm),
            arm: newest(|row| row.arm, Unit::Cm),
        }
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Kg,
    Cm,
}

/// What the form of a child is about.
struct AtScales {
    child: Person,
    day: Option<Id>,
    on: Date,
    replaces: Option<StoredMeasurement>,
}

impl AtScales {
    async fn read(signed: &Signed, id: &str, place: &Where) -> Result<Self> {
        let scope = signed.scope();
        let db = &mut signed.app().db();
        let child = registry::person(db, scope, parse(id)?).await?;
        let replaces = match &place.ganti {
            Some(id) => Some(reads::measurement(db, scope, parse(id)?).await?),
            None => None,
        };
        let today = signed.today();
        let day = match (&place.hari, &replaces) {
            (Some(id), _) => Some(parse(id)?),
            (None, Some(row)) => row.day_id,
            (None, None) => reads::day_at(db, scope, &child.area, today).await?,
        };
        let on = match (day, &replaces) {
            (Some(day), _) => reads::held_on(db, scope, day).await?,
            (None, Some(row)) => *row.measured_on,
            (None, None) => today,
        };
        Ok(Self {
            child,
            day,
            on,
            replaces,
        })
    }

    async fn show(&self, signed: &Signed, form: &Form, id: Id) -> Result<Reply> {
        let lang = signed.lang();
        let db = &mut signed.app().db();
        let history = reads::history(db, signed.scope(), self.child.id).await?;
        let known = 1 + history.len();
        signed.saw("child", Some(self.child.id), known).await?;
        let newborn = age_days(self.child.birth_date, self.on).is_some_and(|days| days <= 28);
        let signs = DangerSign::ALL.iter().copied();
        let mut p = signed.page("child-title");
        p.title.clone_from(&self.child.name);
        let page = MeasurePage {
            p: &p,
            form,
            id,
            age: show::age(lang, self.child.birth_date, self.on),
            sex: show::sex(self.child.sex),
            on: self.on,
            day: self.day,
            replaces: self.replaces.as_ref().map(|row| row.id),
            last: Last::of(lang, &history, self.on),
            signs: signs.filter(|sign| newborn || !sign.of_newborn()).collect(),
        };
        if form.has_errors() {
            Reply::again(&page)
        } else {
            Reply::render(&page)
        }
    }
}

pub(super) async fn form_page(
    signed: Signed,
    Path(id): Path<String>,
    Query(place): Query<Where>,
) -> Result<Reply> {
    let at = AtScales::read(&signed, &id, &place).await?;
    let mut form = Form::new();
    form.set("posisi", usual_position(at.child.birth_date, at.on));
    form.set("tanggal", at.on.to_string());
    if let Some(row) = &at.replaces {
        fill(&mut form, signed.lang(), row);
    }
    at.show(&signed, &form, signed.app().ids().make()).await
}

/// What stands already, to be measured again: only what looks right stays in its field.
fn fill(form: &mut Form, lang: Lang, row: &StoredMeasurement) {
    let kg = row.weight.map(|grams| show::kg(lang, grams));
    let cm = |tenths: Option<u32>| tenths.map(|tenths| show::cm(lang, tenths));
    for (field, value) in [
        ("bb", kg),
        ("tb", cm(row.lenhei)),
        ("lk", cm(row.head)),
        ("lila", cm(row.arm)),
        ("posisi", row.position.clone()),
        (
            "bengkak",
            row.oedema.filter(|seen| *seen).map(|_| "ya".to_owned()),
        ),
    ] {
        if let Some(value) = value {
            form.set(field, value);
        }
    }
}

pub(super) async fn take(
    signed: Signed,
    Path(id): Path<String>,
    Query(place): Query<Where>,
    posted: Posted,
) -> Result<Reply> {
    let at = AtScales::read(&signed, &id, &place).await?;
    let (mut form, lang) = (posted.form, signed.lang());
    let figures = Figures::read(&mut form, "", lang);
    let on = match at.day {
        Some(_) => Some(at.on),
        None => form.read("tanggal", lang, "day-date", parse_date),
    };
    let signs = form.all("bahaya").iter();
    let new = NewMeasurement {
        id: posted.id,
        person: at.child.id,
        day: at.day,
        on: on.unwrap_or(at.on),
        weight: figures.weight,
        lenhei: figures.lenhei,
        position: figures.position,
        head: figures.head,
        arm: figures.arm,
        oedema: form.chosen("bengkak", "ya").then_some(true),
        measurer: String::new(),
        danger_signs: signs.filter_map(|key| key.parse().ok()).collect(),
        replaces: at.replaces.as_ref().map(|row| row.id),
        source: EntrySource::Page,
    };
    if !form.has_errors() {
        let mut work = signed.work().await?;
        match measure(&mut work, new).await {
            Ok(_) => {
                work.commit().await?;
                return Ok(Reply::see(format!("/ukuran/{}", posted.id)));
            }
            Err(AppError::Refused(key) | AppError::Conflict(key)) => form.wrong("bb", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    at.show(&signed, &form, posted.id).await
}

/// One index of the answer, a tap deeper.
struct Score {
    index: Index,
    z: String,
    place: String,
    /// The category, for a bidan.
    category: Option<String>,
    flagged: bool,
    /// The numbers behind it.
    how: String,
}

#[derive(Template)]
#[template(path = "posyandu/templates/answer.html")]
struct AnswerPage<'a> {
    p: &'a Page,
    age: String,
    row: &'a StoredMeasurement,
    mended_by: Option<Id>,
    /// To be measured again: until then the figures say nothing good.
    doubtful: bool,
    urgent: bool,
    gain: Option<String>,
    counsel: Option<&'static str>,
    findings: Vec<String>,
    /// Key of what to do, and how soon.
    urgency: Option<String>,
    chart: Option<Chart>,
    said: String,
    scores: Vec<Score>,
    bidan: bool,
    heard: Option<Heard>,
    /// The family's open screening.
    ask: Option<Id>,
}

pub(super) async fn answer(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let db = &mut signed.app().db();
    let row = reads::measurement(db, scope, parse(&id)?).await?;
    let child = registry::person(db, scope, row.person).await?;
    let history = reads::history(db, scope, row.person).await?;
    let mended_by = reads::mended_by(db, scope, row.id).await?;
    let answers = reads::bidan_answers(db, scope, row.person).await?;
    let about = answers.into_iter().filter(|answer| answer.entry == row.id);
    let ask = screening::open_of(db, scope, row.household).await?;
    signed.saw("measurement", Some(row.person), 1).await?;
    let found = judge::referral(&row);
    let urgency = found.first().and_then(|rule| rule.effect.urgency());
    let words = |rule: &&Rule| rule.title.get(rules_lang(lang)).to_owned();
    let until: Vec<StoredMeasurement> = history
        .into_iter()
        .filter(|past| past.age_days <= row.age_days)
        .collect();
    let bidan = scope.role() == Role::Bidan;
    let doubtful = row.doubtful() && mended_by.is_none();
    let mut p = signed.page("answer-title");
    p.title.clone_from(&child.name);
    Reply::render(&AnswerPage {
        p: &p,
        age: show::age(lang, child.birth_date, *row.measured_on),
        mended_by,
        doubtful,
        urgent: urgency == Some(Urgency::Darurat),
        gain: show::gain(lang, &row).filter(|_| !doubtful),
        counsel: (!doubtful && row.gain.as_deref() == Some("T")).then(|| show::counsel(&row)),
        findings: found.iter().map(words).collect(),
        urgency: urgency.map(|urgency| format!("urgency-say-{}", urgency.key())),
        chart: show::chart(Index::WeightForAge, &until, row.age_days),
        said: said(lang, Index::WeightForAge, &until),
        scores: scores(lang, &row, bidan),
        bidan,
        heard: heard(&signed, about.collect()).pop(),
        ask,
        row: &row,
    })
}

fn scores(lang: Lang, row: &StoredMeasurement, bidan: bool) -> Vec<Score> {
    let child = row.child();
    Index::ALL
        .into_iter()
        .filter_map(|index| {
            let z = row.z(index)?;
            let category = row.category(index).filter(|_| bidan);
            let explained = explain(&child, index);
            let flagged = explained.is_some_and(|explained| explained.score.flagged());
            Some(Score {
                index,
                z: show::z(lang, z),
                place: show::place(lang, z),
                category: category.map(|key| lang.t(format!("class-{}", key.replace('_', "-")))),
                flagged,
                how: explained.map_or_else(String::new, |explained| how(lang, &explained)),
            })
        })
        .collect()
}

/// The measure and the parameters it was judged by, as in WHO's tables.
fn how(lang: Lang, explained: &Explanation) -> String {
    let (measure, lms) = (explained.measure, explained.lms);
    let text = format!(
        "{measure:.2}; L {:.4}; M {:.4}; S {:.5}",
        lms.l, lms.m, lms.s
    );
    match lang {
        Lang::Id => text.replace('.', ","),
        Lang::En => text,
    }
}

/// A danger sign, and the family cannot go: that is a matter for the village, too.
pub(super) async fn cannot_go(
    signed: Signed,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Reply> {
    let mut work = signed.work().await?;
    let (scope, tx) = work.parts();
    let row = reads::measurement(tx, scope, parse(&id)?).await?;
    let on = *row.measured_on;
    let mut facts = judge::facts(&row);
    facts.set("bisa_berangkat", false, simpul_rules::Origin::Kader, on);
    let finding = NewFinding {
        id: posted.id,
        person: row.person,
        household: row.household,
        source: row.id,
        facts,
        on,
    };
    let considered = screening::consider(&mut work, finding).await?;
    work.commit().await?;
    Ok(Reply::see(match considered.screening {
        Some(screening) => format!("/tanya/{screening}"),
        None => format!("/ukuran/{}", row.id),
    }))
}
