create table cases (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    need text not null,
    urgency text not null,
    state text not null,
    -- who approved
    decider text,
    version bigint not null,
    opened_by bytea not null,
    opened_at bigint not null,
    changed_at bigint not null,
    since bigint not null,
    accepted_at bigint,
    first_help_at bigint,
    answered_at bigint,
    referred_at bigint,
    closed_at bigint,
    -- local days of the instants above, for counts by day
    opened_day text not null,
    first_help_day text,
    answered_day text,
    -- times during which papers were awaited, JSON
    waited text not null,
    -- order of the work list: when the clock ends; far away while it stands still
    due_at bigint not null,
    -- the last step that is news for the sender
    news bigint,
    primary key (kabupaten, id)
);

-- One open case per family and need.
create unique index cases_open on cases (kabupaten, household, need) where closed_at is null;

create index cases_work on cases (kabupaten, due_at, id) where closed_at is null;

create index cases_work_area on cases (kabupaten, area) where closed_at is null;

create index cases_closed on cases (kabupaten, closed_at, id) where closed_at is not null;

create index cases_opened on cases (kabupaten, opened_day);

create index cases_household on cases (kabupaten, household);

-- What was sent in: the first opens a case, later ones of the same need attach to it.
create table case_findings (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    case_id bytea not null,
    household bytea not null,
    person bytea,
    need text not null,
    urgency text not null,
    note text not null,
    -- the screening it came from
    source bytea,
    sent_by bytea not null,
    sent_role text not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create index case_findings_case on case_findings (kabupaten, case_id);

create index case_findings_sender on case_findings (kabupaten, sent_by, at);

create table case_steps (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    case_id bytea not null,
    -- the version of the case that this step made
    version bigint not null,
    at bigint not null,
    actor bytea not null,
    role text not null,
    act text not null,
    -- the whole action, JSON
    action text not null,
    state text not null,
    primary key (kabupaten, id)
);

create unique index case_steps_order on case_steps (kabupaten, case_id, version);

create table tickets (
    kabupaten text not null,
    -- the case
    id bytea not null,
    area text not null,
    code_hash bytea not null,
    -- code and number, for another print of the slip
    sealed bytea not null,
    primary key (kabupaten, id)
);

create unique index tickets_code on tickets (kabupaten, code_hash);

-- The public page knows the code alone.
create index tickets_anywhere on tickets (code_hash);

create view report_cases as
select kabupaten, area, opened_day, need, urgency, state, decider, opened_by, opened_at,
       first_help_at, first_help_day, answered_at, answered_day, referred_at, closed_at
from cases;
