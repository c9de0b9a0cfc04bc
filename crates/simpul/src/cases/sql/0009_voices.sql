-- What a family writes about its case with its ticket, and what the desk answers.
create table case_voices (
    kabupaten text not null,
    id bytea not null,
    case_id bytea not null,
    text text not null,
    -- null: the family
    by_user bytea,
    by_role text,
    at bigint not null,
    -- of what the family wrote: when the desk answered; of an answer: when it was written
    answered_at bigint,
    primary key (kabupaten, id)
);

create index case_voices_case on case_voices (kabupaten, case_id, at);

create index case_voices_waiting on case_voices (kabupaten, at, id) where answered_at is null;

-- A family does not agree with a decision: the objection, then the appeal.
create table case_objections (
    kabupaten text not null,
    id bytea not null,
    case_id bytea not null,
    -- the instant of the decision that it is about
    decision_at bigint not null,
    -- 1 objection (sanggah), 2 appeal (banding)
    level bigint not null,
    why text not null,
    at bigint not null,
    due_at bigint not null,
    decided_at bigint,
    decided_by bytea,
    decided_role text,
    outcome text,
    reason text,
    next text,
    primary key (kabupaten, id)
);

create unique index case_objections_one on case_objections (kabupaten, case_id, decision_at, level);

create index case_objections_open on case_objections (kabupaten, due_at, id)
where decided_at is null;

-- One answer of the family at the end, asked once.
create table case_ratings (
    kabupaten text not null,
    -- the case
    id bytea not null,
    -- 1 not good, 2 less good, 3 good, 4 very good
    score bigint not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create view report_ratings as
select c.kabupaten, c.area, c.need, r.score, r.at
from case_ratings r
join cases c on c.kabupaten = r.kabupaten and c.id = r.id;
