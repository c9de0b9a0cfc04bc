//! All SQL of this slice.

use jiff::civil::Date;
use simpul_db::{bulk, row, statements};
use simpul_identity::{AreaCode, Sex};

use super::model::{BidanAnswer, DangerSign, EntrySource, List};
use crate::platform::{Id, Instant, Stored};

row! {
    /// A Posyandu.
    pub struct PostRow { pub id: Id, pub area: Stored<AreaCode>, pub name: String }
}

row! {
    /// A hari buka, with the name of its post where it has one.
    pub struct DayRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub held_on: Stored<Date>,
        pub post: Option<String>,
        pub arrived: i64,
        pub measured: i64,
    }
}

row! {
    /// What was measured, and what it meant by the rules of that day.
    #[derive(Clone, PartialEq)]
    pub struct MeasurementRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub person: Id,
        pub household: Id,
        pub day_id: Option<Id>,
        pub measured_on: Stored<Date>,
        pub sex: StoredSex,
        pub birth_date: Stored<Date>,
        pub age_days: u32,
        pub weight: Option<u32>,
        pub lenhei: Option<u32>,
        pub position: Option<String>,
        pub head: Option<u32>,
        pub arm: Option<u32>,
        pub oedema: Option<bool>,
        pub danger_signs: Stored<List<DangerSign>>,
        pub measurer: String,
        pub source: EntrySource,
        pub replaces: Option<Id>,
        pub author: Id,
        pub at: Instant,
        pub z_len: Option<i32>,
        pub z_wei: Option<i32>,
        pub z_wfl: Option<i32>,
        pub z_bmi: Option<i32>,
        pub z_hc: Option<i32>,
        pub z_ac: Option<i32>,
        pub standard: String,
        pub algorithm: String,
        pub bb_u: Option<String>,
        pub tb_u: Option<String>,
        pub bb_tb: Option<String>,
        pub imt_u: Option<String>,
        pub lingkar_kepala: Option<String>,
        pub gain: Option<String>,
        pub gained: Option<i64>,
        pub needed: Option<u32>,
        pub twice: bool,
        pub below_red: bool,
        pub warnings: String,
        pub urgency: Option<String>,
        pub asks_family: bool,
    }
}

/// A sex stored as `L` or `P`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StoredSex(pub Sex);

impl std::ops::Deref for StoredSex {
    type Target = Sex;

    fn deref(&self) -> &Sex {
        &self.0
    }
}

impl simpul_db::Column for StoredSex {
    fn from_cell(cell: simpul_db::Cell<'_>) -> Result<Self, simpul_db::Refused> {
        let text = String::from_cell(cell)?;
        Sex::parse(&text)
            .map(Self)
            .map_err(|_| simpul_db::Refused("a sex"))
    }
}

row! {
    /// What a bidan answered.
    pub struct AnswerRow {
        pub entry: Id,
        pub answer: BidanAnswer,
        pub note: String,
        pub at: Instant,
    }
}

bulk! {
    pub MEASUREMENTS = "measurements" [
        "kabupaten", "id", "area", "person", "household", "day_id", "measured_on", "sex",
        "birth_date", "age_days", "weight", "lenhei", "position", "head", "arm", "oedema",
        "danger_signs", "measurer", "source", "replaces", "author", "at", "z_len", "z_wei",
        "z_wfl", "z_bmi", "z_hc", "z_ac", "standard", "algorithm", "bb_u", "tb_u", "bb_tb",
        "imt_u", "lingkar_kepala", "gain", "gained", "needed", "twice", "below_red", "warnings",
        "urgency", "asks_family",
    ];
}

bulk! {
    pub ARRIVALS = "attendances" ["kabupaten", "day_id", "person", "area", "at"];
}

bulk! {
    pub VISIT_ITEMS = "visit_items" [
        "kabupaten", "visit", "nth", "area", "person", "item", "value",
    ];
}

row! {
    /// Figures of a day on which the child has a measurement already.
    pub struct SecondRow {
        pub measured_on: Stored<Date>,
        pub weight: Option<u32>,
        pub lenhei: Option<u32>,
        pub head: Option<u32>,
        pub arm: Option<u32>,
    }

    /// A measurement as a phone needs it.
    pub struct AreaMeasurement {
        pub id: Id,
        pub person: Id,
        pub area: String,
        pub measured_on: Stored<Date>,
        pub weight: Option<u32>,
        pub lenhei: Option<u32>,
        pub position: Option<String>,
        pub head: Option<u32>,
        pub arm: Option<u32>,
        pub oedema: Option<bool>,
        pub danger_signs: String,
        pub author: Id,
        pub warnings: String,
        pub gain: Option<String>,
        /// Somebody else had measured the child that day already: shown, and not counted.
        pub second: bool,
    }

    /// A hari buka as a phone needs it.
    pub struct AreaDay { pub id: Id, pub area: Stored<AreaCode>, pub held_on: Stored<Date> }
}

// What the family's page asks.
statements! {
    pub VISITS_OF: scoped =
        "select visited_on, seen from home_visits
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and visited_on >= $5 and met
         order by visited_on desc limit 50";
}

/// Leaves out what was mended.
macro_rules! unmended {
    () => {
        " and not exists (select 1 from measurements r
                          where r.kabupaten = m.kabupaten and r.replaces = m.id) "
    };
}

/// What phones get of a measurement.
macro_rules! for_phones {
    () => {
        for_phones!("m.warnings, m.gain, false as second")
    };
    ($said:literal) => {
        concat!(
            "select m.id, m.person, m.area, m.measured_on, m.weight, m.lenhei, m.position, m.head,
               m.arm, m.oedema, m.danger_signs, m.author, ",
            $said,
            " "
        )
    };
}

// What phones bring and take.
statements! {
    pub MAKE_SECOND: system("the place was admitted by a scope") =
        "insert into second_measurements
           (kabupaten, id, area, person, measured_on, weight, lenhei, position, head, arm, oedema,
            danger_signs, measurer, author, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict do nothing";
    pub SECONDS: scoped =
        "select measured_on, weight, lenhei, head, arm from second_measurements
         where kabupaten = $1 and area >= $2 and area < $3 and person = $4
         order by measured_on desc, at limit 100";
    pub MAKE_VISIT: system("the place was admitted by a scope") =
        "insert into home_visits
           (kabupaten, id, area, household, visited_on, met, seen, note, questions_asked,
            questions_saved, visited_by, at, content)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict do nothing";
    pub VISIT: scoped =
        "select content from home_visits
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub AREA_MEASUREMENTS: scoped = concat!(
        for_phones!(), "from measurements m
         where m.kabupaten = $1 and m.area >= $2 and m.area < $3 and m.measured_on >= $4
           and m.birth_date > $5", unmended!(),
        "order by m.measured_on, m.at, m.id limit 100000");
    pub PERSON_MEASUREMENTS: scoped = concat!(
        for_phones!(), "from measurements m
         where m.kabupaten = $1 and m.area >= $2 and m.area < $3 and m.person = $4
           and m.measured_on >= $5", unmended!(),
        "order by m.measured_on, m.at, m.id limit 500");
    pub AREA_SECONDS: scoped = concat!(
        for_phones!("'' as warnings, null as gain, true as second"), "from second_measurements m
         where m.kabupaten = $1 and m.area >= $2 and m.area < $3 and m.measured_on >= $4
         order by m.measured_on, m.at, m.id limit 100000");
    pub PERSON_SECONDS: scoped = concat!(
        for_phones!("'' as warnings, null as gain, true as second"), "from second_measurements m
         where m.kabupaten = $1 and m.area >= $2 and m.area < $3 and m.person = $4
           and m.measured_on >= $5
         order by m.measured_on, m.at, m.id limit 500");
    pub THERE: system("says only whether an id is in use") =
        "select count(*) from measurements where kabupaten = $1 and id = $2";
    pub AREA_DAYS: scoped =
        "select id, area, held_on from open_days
         where kabupaten = $1 and area >= $2 and area < $3 and held_on >= $4
         order by held_on desc, area limit 500";
    pub AREA_ARRIVED: scoped =
        "select a.day_id, a.person from open_days d
         join attendances a on a.kabupaten = d.kabupaten and a.day_id = d.id
         where d.kabupaten = $1 and d.area >= $2 and d.area < $3 and d.held_on >= $4
         order by a.day_id, a.at limit 20000";
    pub AREA_BIDAN: scoped =
        "select entry, answer from bidan_answers
         where kabupaten = $1 and area >= $2 and area < $3 and at >= $4
         order by at limit 5000";
}

/// A hari buka within the scope.
macro_rules! day {
    () => {
        "select d.id, d.area, d.held_on,
            (select p.name from posts p where p.kabupaten = d.kabupaten and p.area = d.area)
                as post,
            (select count(*) from attendances a
             where a.kabupaten = d.kabupaten and a.day_id = d.id) as arrived,
            (select count(*) from measurements m
             where m.kabupaten = d.kabupaten and m.day_id = d.id and m.replaces is null)
                as measured
         from open_days d
         where d.kabupaten = $1 and d.area >= $2 and d.area < $3 "
    };
}

/// Measurements within the scope that no later one mends.
macro_rules! standing {
    ($($rest:literal),+) => {
        concat!(
            "select m.id, m.area, m.person, m.household, m.day_id, m.measured_on, m.sex,
                m.birth_date, m.age_days, m.weight, m.lenhei, m.position, m.head, m.arm, m.oedema,
                m.danger_signs, m.measurer, m.source, m.replaces, m.author, m.at, m.z_len,
                m.z_wei, m.z_wfl, m.z_bmi, m.z_hc, m.z_ac, m.standard, m.algorithm, m.bb_u,
                m.tb_u, m.bb_tb, m.imt_u, m.lingkar_kepala, m.gain, m.gained, m.needed, m.twice,
                m.below_red, m.warnings, m.urgency, m.asks_family
             from measurements m
             where m.kabupaten = $1 and m.area >= $2 and m.area < $3 ",
            $($rest),+
        )
    };
}

statements! {
    pub MAKE_POST: system("the place was admitted by a scope") =
        "insert into posts (kabupaten, id, area, name) values ($1, $2, $3, $4)
         on conflict do nothing";
    pub POST_AT: scoped =
        "select id, area, name from posts
         where kabupaten = $1 and area >= $2 and area < $3 and area = $4";
    /// Any change holds the row of an area until the transaction ends.
    pub HOLD_AREA: system("whose turn it is says nothing of a person") =
        "insert into measuring (kabupaten, area, turn) values ($1, $2, 1)
         on conflict (kabupaten, area) do update set turn = measuring.turn + 1";
    pub POSTS: scoped =
        "select id, area, name from posts
         where kabupaten = $1 and area >= $2 and area < $3 order by area limit 500";

    pub OPEN_DAY: system("the place was admitted by a scope") =
        "insert into open_days (kabupaten, id, area, held_on, opened_by, opened_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    pub DAY_AT: scoped =
        "select id from open_days
         where kabupaten = $1 and area >= $2 and area < $3 and area = $4 and held_on = $5";
    pub DAY: scoped = concat!(day!(), "and d.id = $4");
    pub HELD_ON: scoped =
        "select held_on from open_days
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    /// The newest days, from $4 on.
    pub DAYS: scoped =
        concat!(day!(), "and d.held_on >= $4 order by d.held_on desc, d.area limit 60");
    pub ARRIVE: system("the place was admitted by a scope") =
        "insert into attendances (kabupaten, day_id, person, area, at)
         values ($1, $2, $3, $4, $5) on conflict do nothing";
    /// Who of these children came.
    pub ARRIVED_OF: scoped =
        "select person from attendances
         where kabupaten = $1 and area >= $2 and area < $3 and day_id = $4 and person = any($5)";
    pub ARRIVED: scoped =
        "select person from attendances
         where kabupaten = $1 and area >= $2 and area < $3 and day_id = $4";

    pub MEASUREMENT: scoped = standing!("and m.id = $4");
    pub MENDED_BY: scoped =
        "select id from measurements
         where kabupaten = $1 and area >= $2 and area < $3 and replaces = $4";
    pub HISTORY: scoped = concat!(
        standing!("and m.person = $4"), unmended!(), "order by m.measured_on, m.at limit 500");
    /// All of some children, mended ones too.
    pub OF_CHILDREN: scoped = standing!(
        "and m.person = any($4)
         order by m.measured_on, m.at, m.id");
    /// Those of some ids.
    pub MEASURED_AS: scoped = standing!(
        "and m.id = any($4)
         order by m.id");
    /// The measurements of some children from $5 on, in short: a text for each child, as
    /// [`super::brief`] reads it, for rows of forty columns cost more than all else.
    pub BRIEF: scoped = concat!(
        "select m.person, string_agg(m.measured_on || ',' || m.area || ',' || m.birth_date || ',' ||
           m.sex || ',' || coalesce(cast(m.weight as text), '') || ',' ||
           coalesce(cast(m.lenhei as text), '') || ',' || coalesce(m.position, '') || ',' ||
           coalesce(cast(m.head as text), '') || ',' || coalesce(cast(m.arm as text), '') || ',' ||
           case when m.oedema is null then '' when m.oedema then '1' else '0' end || ',' ||
           case when m.replaces is null then '' else 'r' end || ',' ||
           case when true ", unmended!(), " then '' else 'm' end,
           ';' order by m.measured_on, m.at, m.id)
         from measurements m
         where m.kabupaten = $1 and m.area >= $2 and m.area < $3 and m.person = any($4)
           and m.measured_on >= $5
         group by m.person");
    pub OF_DAY: scoped = concat!(
        standing!("and m.day_id = $4"), unmended!(), "order by m.at limit 1000");
    /// All of a post from $5 up to but without $6.
    pub OF_POST: scoped = concat!(
        standing!("and m.area = $4 and m.measured_on >= $5 and m.measured_on < $6"),
        unmended!(), "order by m.measured_on, m.at limit 5000");
    /// Children of a post who were ever weighed before $5.
    pub EVER_WEIGHED: scoped =
        "select distinct person from measurements
         where kabupaten = $1 and area >= $2 and area < $3 and area = $4 and measured_on < $5
           and weight is not null";
    pub TELL_LETTER: system("the place was admitted by a scope") =
        "update measurements
         set gain = $3, gained = $4, needed = $5, twice = $6, urgency = $7, asks_family = $8
         where kabupaten = $1 and id = $2";

    /// To be put back as it is judged anew.
    pub TAKE_OUT: system("the place was admitted by a scope") =
        "delete from measurements where kabupaten = $1 and id = $2";
    /// What a bidan answered stays.
    pub OFF_BIDAN_LIST: system("the place was admitted by a scope") =
        "delete from bidan_list where kabupaten = $1 and id = $2
           and not exists (select 1 from bidan_answers a
                           where a.kabupaten = bidan_list.kabupaten and a.entry = bidan_list.id)";
    pub PUT_ON_BIDAN_LIST: system("the place was admitted by a scope") =
        "insert into bidan_list (kabupaten, id, area, person, urgency, added_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    /// What no bidan answered, and no later measurement of the child overtook.
    pub BIDAN_WAITING: scoped = concat!(
        standing!(
            "and exists (select 1 from bidan_list b
                         where b.kabupaten = m.kabupaten and b.id = m.id)
             and not exists (select 1 from bidan_answers a
                             where a.kabupaten = m.kabupaten and a.entry = m.id)
             and not exists (select 1 from measurements later
                             where later.kabupaten = m.kabupaten and later.person = m.person
                               and later.measured_on > m.measured_on)"),
        unmended!(),
        "order by case m.urgency when 'darurat' then 0 when 'segera' then 1
                                 when 'prioritas' then 2 else 3 end,
                  m.measured_on desc, m.id limit 100");
    pub BIDAN_ENTRY: scoped =
        "select area, person from bidan_list
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub BIDAN_ANSWER: system("the place was admitted by a scope") =
        "insert into bidan_answers
           (kabupaten, id, area, entry, person, answer, note, answered_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    pub BIDAN_ANSWERED: scoped =
        "select entry, answer, note, at from bidan_answers
         where kabupaten = $1 and area >= $2 and area < $3 and person = $4
         order by at desc limit 100";
}
