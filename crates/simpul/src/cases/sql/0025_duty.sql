-- Villages whose desk one officer runs, with a supervisor as the second pair of eyes.
create table desk_modes (
    kabupaten text not null,
    -- the village
    area text not null,
    alone boolean not null,
    by_user bytea not null,
    at bigint not null,
    primary key (kabupaten, area)
);

-- Who is away, and who acts in that time.
create table absences (
    kabupaten text not null,
    id bytea not null,
    -- where the officer works
    area text not null,
    officer bytea not null,
    role text not null,
    deputy bytea not null,
    -- local days, both included
    from_day text not null,
    to_day text not null,
    made_by bytea not null,
    at bigint not null,
    -- back earlier
    ended_at bigint,
    primary key (kabupaten, id)
);

create index absences_deputy on absences (kabupaten, deputy, to_day) where ended_at is null;

create index absences_officer on absences (kabupaten, officer, to_day) where ended_at is null;

create index absences_area on absences (kabupaten, area, to_day) where ended_at is null;

-- When the back office proposed a decision that has not fallen yet.
alter table cases add column advised_at bigint;

-- In whose place a step was taken.
alter table case_steps add column stands_for bytea;
