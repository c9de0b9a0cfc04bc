//! All SQL of this slice.

use jiff::civil::Date;
use simpul_db::{bulk, row, statements};
use simpul_identity::AreaCode;

use super::model::State;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct ScreeningRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub household: Id,
        pub person: Id,
        pub state: State,
        pub version: i64,
        pub opened_on: Stored<Date>,
        pub due_at: Instant,
        pub asked_on: Option<Stored<Date>>,
    }
}

row! {
    pub struct FindingRow {
        pub screening: Id,
        pub person: Id,
        pub source: Id,
        pub seen_on: Stored<Date>,
        pub facts: String,
    }
}

row! {
    pub struct StepRow { pub kind: String, pub screening: Id, pub content_hash: [u8; 32] }
}

row! {
    pub struct AnswerRow {
        pub fact: String,
        pub screening: Id,
        pub value: Option<String>,
        pub observed: Stored<Date>,
        pub origin: String,
    }
}

row! {
    /// A family still to be asked, as a phone lists it.
    pub struct AreaScreening {
        pub id: Id,
        pub household: Id,
        pub person: Id,
        pub state: State,
        pub opened_on: Stored<Date>,
        pub due_at: Instant,
    }

    /// An answer of a family, as a phone knows it.
    pub struct AreaAnswer {
        pub household: Id,
        pub fact: String,
        pub screening: Id,
        pub value: Option<String>,
        pub observed: Stored<Date>,
        pub origin: String,
    }
}

statements! {
    pub AREA_SCREENINGS: scoped =
        "select id, household, person, state, opened_on, due_at from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and closed_on is null
         order by due_at, id limit 2000";
    /// All screenings of a family, those that ended without a row in the list of open ones.
    pub SCREENINGS_OF: scoped =
        "select id, closed_on is null as open from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
         order by opened_at desc limit 20";
    pub ANSWERS_OF: scoped =
        "select household, fact, screening, value, observed, origin from screening_answers
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4 and at >= $5
         order by at desc, id, fact limit 500";
    pub SCREENING_OF: scoped =
        "select id, household, person, state, opened_on, due_at from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and closed_on is null";
    /// The newest first.
    pub AREA_ANSWERS: scoped =
        "select household, fact, screening, value, observed, origin from screening_answers
         where kabupaten = $1 and area >= $2 and area < $3 and at >= $4
         order by at desc, id, fact limit 50000";
}

bulk! {
    pub ANSWER_ROWS = "screening_answers" [
        "kabupaten", "id", "fact", "area", "screening", "household", "value", "observed",
        "origin", "at",
    ];
    pub VERDICT_ROWS = "screening_verdicts" [
        "kabupaten", "id", "person", "pack", "rule", "area", "screening", "version", "truth",
        "explanation",
    ];
}

statements! {
    /// Which of these findings are kept.
    pub FINDINGS_KEPT: scoped =
        "select id from screening_findings
         where kabupaten = $1 and area >= $2 and area < $3 and id = any($4)";
    /// The children with findings in the open screenings of these households.
    pub LISTED_OF: scoped =
        "select distinct f.person from screenings s
         join screening_findings f on f.kabupaten = s.kabupaten and f.screening = s.id
         where s.kabupaten = $1 and s.area >= $2 and s.area < $3 and s.closed_on is null
           and s.household = any($4)";
}

/// The screening of household $4 that goes with it.
macro_rules! moving {
    () => {
        "(select id from screenings
          where kabupaten = $1 and household = $4 and closed_on is null)"
    };
}

statements! {
    /// One open screening per family: another one is not made.
    pub OPEN: system("the place was admitted by a scope") =
        "insert into screenings (kabupaten, id, area, household, person, state, version,
           opened_at, opened_on, due_at, questions_asked, questions_saved)
         values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, 0, 0)
         on conflict do nothing";
    pub OPEN_OF: scoped =
        "select id, area, household, person, state, version, opened_on, due_at, asked_on
         from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and closed_on is null";
    pub SCREENING: scoped =
        "select id, area, household, person, state, version, opened_on, due_at, asked_on
         from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    /// The families that wait longest.
    pub WAITING: scoped =
        "select id, area, household, person, state, version, opened_on, due_at, asked_on
         from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and closed_on is null
         order by due_at, id limit $4";
    pub COUNT_WAITING: scoped =
        "select count(*) from screenings
         where kabupaten = $1 and area >= $2 and area < $3 and closed_on is null";
    /// Moves a screening on, unless somebody else did meanwhile.
    pub MOVE: scoped =
        "update screenings set state = $6, version = version + 1,
           asked_on = coalesce(asked_on, $7), asked_by = coalesce(asked_by, $8),
           closed_on = $9, closed_for = $10
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";
    /// An open screening goes with the family.
    pub MOVE_SCREENING: scoped =
        "update screenings set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and closed_on is null";
    pub MOVE_FINDINGS: scoped = concat!(
        "update screening_findings set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and screening in ", moving!());
    pub MOVE_VERDICTS: scoped = concat!(
        "update screening_verdicts set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and screening in ", moving!());
    /// All that a family ever said, so that nobody asks it again.
    pub MOVE_ANSWERS: scoped =
        "update screening_answers set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4";
    pub KEEP_COUNTS: scoped =
        "update screenings set questions_asked = $5, questions_saved = $6, registry = $7
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";

    pub ADD_FINDING: system("the place was admitted by a scope") =
        "insert into screening_findings
           (kabupaten, id, area, screening, person, source, seen_on, at, facts)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub FINDING: scoped =
        "select screening, person, source, seen_on, facts from screening_findings
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    /// Of two findings of one child the later is read last.
    pub FINDINGS: scoped =
        "select screening, person, source, seen_on, facts from screening_findings
         where kabupaten = $1 and area >= $2 and area < $3 and screening = $4
         order by seen_on, at, id";

    pub ADD_STEP: system("the place was admitted by a scope") =
        "insert into screening_steps
           (kabupaten, id, area, screening, kind, content_hash, at, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing";
    pub STEP: scoped =
        "select kind, screening, content_hash from screening_steps
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";

    /// The newest first; older than a few years is of no use to any rule.
    pub ANSWERS: scoped =
        "select fact, screening, value, observed, origin from screening_answers
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
         order by at desc, id, fact limit 500";
}

#[cfg(test)]
row! {
    pub struct VerdictRow {
        pub pack: String,
        pub rule: String,
        pub version: String,
        pub truth: String,
        pub explanation: String,
    }

    pub struct ReportRow { pub state: State, pub registry: Option<String> }
}

#[cfg(test)]
statements! {
    pub VERDICTS: scoped =
        "select v.pack, v.rule, v.version, v.truth, v.explanation
         from screening_verdicts v
         left join screening_steps s on s.kabupaten = v.kabupaten and s.id = v.id
         where v.kabupaten = $1 and v.area >= $2 and v.area < $3 and v.screening = $4
         order by s.kind = 'answer', v.rule";
    pub REPORT: system("a test") =
        "select state, registry from report_screenings
         where kabupaten = $1 order by opened_at";
}
