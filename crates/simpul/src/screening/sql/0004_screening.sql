-- A family to be asked what it needs; at most one open at a time.
create table screenings (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    -- the child whose finding put the family on the list
    person bytea not null,
    state text not null,
    version bigint not null,
    opened_at bigint not null,
    opened_on text not null,
    due_at bigint not null,
    -- the family sat down with somebody who asked
    asked_on text,
    asked_by bytea,
    questions_asked bigint not null,
    questions_saved bigint not null,
    -- what the registry said when it was last looked at: found, not_found, not_checked
    registry text,
    closed_on text,
    closed_for text,
    primary key (kabupaten, id)
);

create unique index screenings_open on screenings (kabupaten, household) where closed_on is null;

create index screenings_area on screenings (kabupaten, area, due_at);

-- What the scales said of a child; the newest of each child counts.
create table screening_findings (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    screening bytea not null,
    person bytea not null,
    -- the measurement
    source bytea not null,
    seen_on text not null,
    at bigint not null,
    -- facts as JSON, by the keys of the catalogue
    facts text not null,
    primary key (kabupaten, id)
);

create index screening_findings_screening on screening_findings (kabupaten, screening);

-- What was done, once each: the hash tells a repeated form from another one with the same id.
create table screening_steps (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    screening bytea not null,
    kind text not null,
    content_hash bytea not null,
    at bigint not null,
    actor bytea not null,
    primary key (kabupaten, id)
);

-- What a family said; without a value: asked, and nobody could say.
create table screening_answers (
    kabupaten text not null,
    -- the step
    id bytea not null,
    fact text not null,
    area text not null,
    screening bytea not null,
    household bytea not null,
    value text,
    observed text not null,
    origin text not null,
    at bigint not null,
    primary key (kabupaten, id, fact)
);

create index screening_answers_household on screening_answers (kabupaten, household, at);

-- What each rule said, with its version and explanation, at each finding and step.
create table screening_verdicts (
    kabupaten text not null,
    -- the finding or step
    id bytea not null,
    person bytea not null,
    pack text not null,
    rule text not null,
    area text not null,
    screening bytea not null,
    version text not null,
    truth text not null,
    explanation text not null,
    primary key (kabupaten, id, person, pack, rule)
);

create index screening_verdicts_screening on screening_verdicts (kabupaten, screening);

create view report_screenings as
select kabupaten, area, opened_on, opened_at, due_at, state, asked_on, asked_by, registry,
       questions_asked, questions_saved, closed_on, closed_for
from screenings;
