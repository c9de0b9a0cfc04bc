-- How a matter came in, and who looks after it.
alter table cases add column kind text not null default 'rujukan';

-- Cases of one lane are one while they are open: needs and referrals share the empty one.
alter table cases add column lane text not null default '';

-- The officer who took it.
alter table cases add column holder bytea;

alter table cases add column tier text not null default 'desa';

alter table cases add column raised_at bigint;

-- One officer took it and decided it alone; when a supervisor looked at that.
alter table cases add column alone boolean not null default false;

alter table cases add column reviewed_at bigint;

drop index cases_open;

create unique index cases_open on cases (kabupaten, household, need, lane) where closed_at is null;

-- What the tick passes up: open and not yet at the top.
create index cases_overdue on cases (due_at) where closed_at is null and tier <> 'kabupaten';

create index cases_unreviewed on cases (kabupaten, closed_at) where alone and reviewed_at is null;

-- What was said at the door; the text stands with the finding of the same id.
create table case_intakes (
    kabupaten text not null,
    -- the finding
    id bytea not null,
    area text not null,
    case_id bytea not null,
    kind text not null,
    field text not null,
    nature text,
    channel text not null,
    -- who spoke for the family
    speaker text not null,
    -- PPKS
    category text,
    -- the officer a complaint is about, and the village
    about text,
    village text,
    -- name and telephone of who reported; empty for an anonymous report
    reporter bytea,
    primary key (kabupaten, id)
);

create index case_intakes_case on case_intakes (kabupaten, case_id);

-- The words of what was sent in, for the search; never of restricted matters.
create table case_words (
    kabupaten text not null,
    word text not null,
    case_id bytea not null,
    area text not null,
    primary key (kabupaten, word, case_id)
);

create index case_words_case on case_words (kabupaten, case_id);
