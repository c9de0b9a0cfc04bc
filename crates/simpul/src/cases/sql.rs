//! All SQL of this slice.

use simpul_db::{bulk, row, statements};
use simpul_identity::AreaCode;

use super::kinds::{About, Category, Channel, Field, Kind, Nature, Speaker, Tier};
use super::model::{Action, Decider, Json, Need, State, Urgency};
use super::transitions::Waited;
use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    /// A case with the last news for its sender.
    pub struct CaseRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub household: Id,
        pub need: Need,
        pub kind: Kind,
        pub field: Field,
        pub urgency: Urgency,
        pub state: State,
        pub decider: Option<Decider>,
        pub version: i64,
        pub opened_at: Instant,
        pub changed_at: Instant,
        pub since: Instant,
        pub accepted_at: Option<Instant>,
        pub first_help_at: Option<Instant>,
        pub received_at: Option<Instant>,
        pub answered_at: Option<Instant>,
        pub referred_at: Option<Instant>,
        pub closed_at: Option<Instant>,
        pub waited: Json<Vec<Waited>>,
        pub due_at: Instant,
        pub holder: Option<Id>,
        pub tier: Tier,
        pub raised_at: Option<Instant>,
        pub alone: bool,
        pub reviewed_at: Option<Instant>,
        pub advised_at: Option<Instant>,
        pub news_at: Option<Instant>,
        pub news_role: Option<Role>,
        pub news_action: Option<Json<Action>>,
        pub news_state: Option<State>,
    }

    pub struct FindingRow {
        pub id: Id,
        pub case_id: Id,
        pub household: Id,
        pub person: Option<Id>,
        pub need: Need,
        pub urgency: Urgency,
        pub note: String,
        pub source: Option<Id>,
        pub sent_by: Id,
        pub sent_role: Role,
        pub at: Instant,
    }

    pub struct StepRow {
        pub case_id: Id,
        pub at: Instant,
        pub actor: Id,
        pub role: Role,
        pub action: Json<Action>,
        pub state: State,
        pub stands_for: Option<Id>,
    }
}

/// Which cases of the area a role sees: $4 to $6, see `reads::sight`.
macro_rules! seen {
    ($case:literal) => {
        concat!(
            "($4 or ($5 and ",
            $case,
            ".referred_at is not null)
              or ",
            $case,
            ".id in (select f.case_id from case_findings f
                                    where f.kabupaten = $1 and f.sent_by = $6)) "
        )
    };
}

/// The columns of [`CaseRow`], from cases `c` and the step `n` that is the last news.
macro_rules! cases {
    ($from:expr, $rest:expr) => {
        concat!(
            "select c.id, c.area, c.household, c.need, c.kind, c.field, c.urgency, c.state, c.decider, c.version,
                    c.opened_at, c.changed_at, c.since, c.accepted_at, c.first_help_at,
                    c.received_at,
                    c.answered_at, c.referred_at, c.closed_at, c.waited, c.due_at,
                    c.holder, c.tier, c.raised_at, c.alone, c.reviewed_at,
                    c.advised_at,
                    n.at as news_at, n.role as news_role, n.action as news_action,
                    n.state as news_state
             from ", $from,
            " left join case_steps n on n.kabupaten = c.kabupaten and n.case_id = c.id
                                   and n.version = c.news
             where c.kabupaten = $1 and c.area >= $2 and c.area < $3 ",
            $rest
        )
    };
    ($rest:expr) => {
        cases!("cases c", concat!("and ", seen!("c"), $rest))
    };
}

/// A page of a list. Its places are chosen by an index alone, which holds all that is asked for;
/// then the page's cases are read. `||` keeps both engines from an index by area.
macro_rules! page {
    ($where:expr, $at:literal, $order:literal) => {
        cases!(
            concat!(
                "(select o.id, o.",
                $at,
                " as at from cases o
                  where o.kabupaten = $1 and o.area || '' >= $2 and o.area || '' < $3
                    and ",
                seen!("o"),
                "and ($7 = '' or o.need = $7) and ($8 = '' or o.field = $8) ",
                $where,
                " order by o.",
                $at,
                " ",
                $order,
                ", o.id ",
                $order,
                " limit $11) w
                 join cases c on c.kabupaten = $1 and c.id = w.id"
            ),
            concat!("order by w.at ", $order, ", w.id ", $order)
        )
    };
}

/// Open cases, by the end of their clock: $12 whom they wait for (`board::Waits`), $13 a list of
/// work (`worklist::WorkList`), due before $14 only if not $15.
macro_rules! open {
    ($near:literal) => {
        page!(
            concat!(
                $near,
                "and ($12 = '' or $12 = case
                        when o.state in ('dirujuk', 'diterima_tujuan') then 'layanan'
                        when o.state = 'menunggu_dokumen' then 'keluarga'
                        when o.state = 'dikembalikan' then 'pengirim'
                        when o.tier = 'desa' then 'meja'
                        when o.tier = 'kecamatan' then 'supervisor'
                        else 'manajer' end)
                 and ($13 = '' or case $13
                        when 'terima' then o.state = 'diajukan'
                        when 'periksa' then o.state in ('diverifikasi', 'ditangani')
                                            and o.advised_at is null
                        when 'putuskan' then o.advised_at is not null
                        when 'berkas' then o.state in ('menunggu_dokumen', 'dikembalikan')
                        when 'layanan' then o.state in ('dirujuk', 'diterima_tujuan')
                        when 'terusan' then o.tier <> 'desa'
                        else $13 = 'saya' end)
                 and o.closed_at is null and (o.due_at, o.id) > ($9, $10)
                 and ($15 or o.due_at < $14)"
            ),
            "due_at",
            ""
        )
    };
}

/// Ended cases, the newest first.
macro_rules! closed {
    ($where:literal) => {
        page!(
            concat!(
                $where,
                "and o.closed_at is not null and (o.closed_at, o.id) < ($9, $10)"
            ),
            "closed_at",
            "desc"
        )
    };
}

/// The cases of household $4 that go with it.
macro_rules! moving {
    () => {
        "(select id from cases
          where kabupaten = $1 and household = $4 and closed_at is null and area <> $1)"
    };
}

bulk! {
    pub WORD_ROWS = "case_words" ["kabupaten", "word", "case_id", "area", "at"];
}

statements! {
    /// $4 to $6: the sight of a role, see `reads::sight`.
    pub CASE: scoped = cases!("and c.id = $7");
    pub OPEN_WIDE: scoped = open!("");
    pub OPEN_ABOVE: scoped = open!("and o.tier = 'kabupaten' ");
    /// Held by this officer, or by whom the officer stands for on the day $16.
    pub OPEN_MINE: scoped = open!(
        "and o.holder is not null
         and o.holder in (
             select a.officer from absences a
             where a.kabupaten = $1 and a.deputy = $6 and a.ended_at is null
               and a.from_day <= $16 and a.to_day >= $16
             union all select $6) "
    );
    /// Of the village $16.
    pub OPEN_NEAR: scoped = open!("and substr(o.area, 1, 10) = $16 ");
    pub CLOSED_WIDE: scoped = closed!("");
    /// Of the village $12.
    pub CLOSED_NEAR: scoped = closed!("and substr(o.area, 1, 10) = $12 ");
    /// Of one need or one field, few of which may be found in a wide area.
    pub CLOSED_OF_NEED: scoped = closed!("and o.need = $7 ");
    pub CLOSED_OF_FIELD: scoped = closed!("and o.field = $8 ");
    /// Decided by one officer alone, and not yet looked at.
    pub UNREVIEWED: scoped = closed!("and o.alone and o.reviewed_at is null ");
    pub CASES_OF_HOUSEHOLD: scoped = cases!(
        "and c.household = $7 order by c.opened_at desc, c.id limit 100"
    );
    /// Those of a family that were about one person.
    pub CASES_ABOUT: scoped = cases!(
        "and c.household = $7
           and exists (select 1 from case_findings f
                       where f.kabupaten = $1 and f.case_id = c.id and f.person = $8)
         order by c.opened_at desc, c.id limit 100"
    );
    pub CASES_SENT: scoped = cases!(
        "and c.id in (select f.case_id from case_findings f
                      where f.kabupaten = $1 and f.sent_by = $6 and f.at >= $7)
         order by c.changed_at desc, c.id limit 200"
    );
    pub OPEN_CASE_OF: scoped =
        "select id from cases
         where kabupaten = $1 and area >= $2 and area < $3
           and household = $4 and need = $5 and lane = $6 and closed_at is null";

    pub FINDING: scoped =
        "select id, case_id, household, person, need, urgency, note, source, sent_by, sent_role, at
         from case_findings where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub FINDINGS_OF: scoped =
        "select id, case_id, household, person, need, urgency, note, source, sent_by, sent_role, at
         from case_findings where kabupaten = $1 and area >= $2 and area < $3 and case_id = $4
         order by at, id limit 200";
    pub STEP: scoped =
        "select case_id, at, actor, role, action, state, stands_for
         from case_steps where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub STEPS_OF: scoped =
        "select case_id, at, actor, role, action, state, stands_for
         from case_steps where kabupaten = $1 and area >= $2 and area < $3 and case_id = $4
         order by version limit 500";

    pub MAKE_CASE: system("the place was admitted by a scope") =
        "insert into cases (kabupaten, id, area, household, need, urgency, state, version,
                            opened_by, opened_at, changed_at, since, opened_day, waited, due_at,
                            kind, lane, tier, field)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $9, $9, $10, '[]', $11, $12, $13, $14,
                 $15)
         on conflict do nothing";
    pub MAKE_FINDING: system("the place was admitted by a scope") =
        "insert into case_findings (kabupaten, id, area, case_id, household, person, need, urgency,
                                    note, source, sent_by, sent_role, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict do nothing";
    pub MAKE_STEP: system("the place was admitted by a scope") =
        "insert into case_steps (kabupaten, id, area, case_id, version, at, actor, role, act,
                                 action, state, stands_for)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing";
    pub MAKE_TICKET: system("the place was admitted by a scope") =
        "insert into tickets (kabupaten, id, area, code_hash, sealed)
         values ($1, $2, $3, $4, $5)";
    /// Another slip of a case: the family got it before the two met.
    pub MAKE_MORE_TICKET: system("the place was admitted by a scope") =
        "insert into more_tickets (kabupaten, case_id, area, code_hash, sealed)
         values ($1, $2, $3, $4, $5)";
    /// $5 is the version that was seen.
    pub KEEP_CASE: scoped =
        "update cases set version = version + 1, urgency = $6, state = $7, decider = $8,
                changed_at = $9, since = $10, accepted_at = $11, first_help_at = $12,
                answered_at = $13, referred_at = $14, closed_at = $15, first_help_day = $16,
                answered_day = $17, waited = $18, due_at = $19, news = coalesce($20, news),
                holder = $21, tier = $22, raised_at = $23, alone = $24, reviewed_at = $25,
                advised_at = $26, received_at = $27, received_day = $28
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and version = $5";

    /// An open case goes with the family; one that lies with the kabupaten itself stays there.
    pub MOVE_CASES: scoped =
        "update cases set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4
           and closed_at is null and area <> $1";
    pub MOVE_FINDINGS: scoped = concat!(
        "update case_findings set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and case_id in ", moving!());
    pub MOVE_STEPS: scoped = concat!(
        "update case_steps set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and case_id in ", moving!());
    pub MOVE_TICKETS: scoped = concat!(
        "update tickets set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and id in ", moving!());
    pub MOVE_INTAKES: scoped = concat!(
        "update case_intakes set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and case_id in ", moving!());
    pub MOVE_WORDS: scoped = concat!(
        "update case_words set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and case_id in ", moving!());

    pub MAKE_INTAKE: system("the place was admitted by a scope") =
        "insert into case_intakes (kabupaten, id, area, case_id, kind, field, nature, channel,
                                   speaker, category, about, village, reporter)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    pub INTAKES_OF: scoped =
        "select id, kind, field, nature, channel, speaker, category, about, village,
                reporter is not null as named
         from case_intakes
         where kabupaten = $1 and area >= $2 and area < $3 and case_id = $4 order by id limit 50";
    pub REPORTERS_OF: scoped =
        "select id, reporter from case_intakes
         where kabupaten = $1 and area >= $2 and area < $3 and case_id = $4
           and reporter is not null order by id limit 50";
    /// By the clock alone: open, late, and not passed up since $2.
    pub OVERDUE: system("the clock passes up cases of every village; it shows them to nobody") =
        "select kabupaten, id, area from cases
         where closed_at is null and tier <> 'kabupaten' and due_at <= $1
           and (raised_at is null or raised_at <= $2)
         order by due_at, id limit 500";

    pub TICKET: scoped =
        "select sealed from tickets
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub TICKET_ANYWHERE: system("code and number of the slip are the right to read") =
        "select t.kabupaten, t.id, t.sealed, c.area, c.need, c.state, c.decider, c.opened_at
         from (select kabupaten, id, sealed from tickets where code_hash = $1
               union all
               select kabupaten, case_id, sealed from more_tickets where code_hash = $1) t
         join cases c on c.kabupaten = t.kabupaten and c.id = t.id";
    pub PUBLIC_STEPS: system("code and number of the slip are the right to read") =
        "select case_id, at, actor, role, action, state, stands_for from case_steps
         where kabupaten = $1 and case_id = $2 order by version limit 500";
}

row! {
    pub struct IntakeRow {
        pub id: Id,
        pub kind: Kind,
        pub field: Field,
        pub nature: Option<Nature>,
        pub channel: Channel,
        pub speaker: Speaker,
        pub category: Option<Category>,
        pub about: Option<About>,
        pub village: Option<Stored<AreaCode>>,
        pub named: bool,
    }

    pub struct OverdueRow {
        pub kabupaten: String,
        pub id: Id,
        pub area: Stored<AreaCode>,
    }

    pub struct TicketRow {
        pub kabupaten: String,
        pub id: Id,
        pub sealed: Vec<u8>,
        pub area: Stored<AreaCode>,
        pub need: Need,
        pub state: State,
        pub decider: Option<Decider>,
        pub opened_at: Instant,
    }
}
