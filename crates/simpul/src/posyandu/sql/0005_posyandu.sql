-- A Posyandu: the 13 digits of its area, and its name.
create table posts (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    name text not null,
    primary key (kabupaten, id)
);

create unique index posts_area on posts (kabupaten, area);

-- A hari buka: one per post and date.
create table open_days (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    held_on text not null,
    opened_by bytea not null,
    opened_at bigint not null,
    primary key (kabupaten, id)
);

create unique index open_days_date on open_days (kabupaten, area, held_on);

create table attendances (
    kabupaten text not null,
    day_id bytea not null,
    person bytea not null,
    area text not null,
    at bigint not null,
    primary key (kabupaten, day_id, person)
);

-- What was measured, and what it meant by the rules of that day. Never changed but for the KMS
-- letter, which is told anew when an earlier weighing is added or mended.
create table measurements (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    person bytea not null,
    household bytea not null,
    day_id bytea,
    measured_on text not null,
    sex text not null,
    birth_date text not null,
    age_days bigint not null,
    -- grams; tenths of a millimetre
    weight bigint,
    lenhei bigint,
    -- l lying, h standing
    position text,
    head bigint,
    arm bigint,
    oedema boolean,
    -- keys with commas between
    danger_signs text not null,
    measurer text not null,
    source text not null,
    replaces bytea,
    author bytea not null,
    at bigint not null,
    -- z-scores x 100 in the order of the engine, flagged ones too
    z_len bigint,
    z_wei bigint,
    z_wfl bigint,
    z_bmi bigint,
    z_hc bigint,
    z_ac bigint,
    standard text not null,
    algorithm text not null,
    -- keys of categories; none where there is no score or a flagged one
    bb_u text,
    tb_u text,
    bb_tb text,
    imt_u text,
    lingkar_kepala text,
    -- N, T, O or B
    gain text,
    -- grams gained, and the least gain of that age
    gained bigint,
    needed bigint,
    twice boolean not null,
    below_red boolean not null,
    -- keys of what asks for a second measurement
    warnings text not null,
    -- urgency of what sends the child on; none when nothing does
    urgency text,
    -- whether it put the family on the list of the double screening
    asks_family boolean not null,
    primary key (kabupaten, id)
);

-- One measurement per child and date, and one successor per measurement.
create unique index measurements_date on measurements (kabupaten, person, measured_on)
    where replaces is null;
create unique index measurements_replaces on measurements (kabupaten, replaces)
    where replaces is not null;
create index measurements_person on measurements (kabupaten, person, measured_on);
create index measurements_day on measurements (kabupaten, day_id);
create index measurements_area on measurements (kabupaten, area, measured_on);

-- What a bidan is asked to look at; the id is that of the measurement.
create table bidan_list (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    person bytea not null,
    urgency text not null,
    added_at bigint not null,
    primary key (kabupaten, id)
);

create index bidan_list_area on bidan_list (kabupaten, area);

create table bidan_answers (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    entry bytea not null,
    person bytea not null,
    answer text not null,
    note text not null,
    answered_by bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create unique index bidan_answers_entry on bidan_answers (kabupaten, entry);
create index bidan_answers_person on bidan_answers (kabupaten, person);

-- Figures without persons, one row per measurement that stands.
create view report_measurements as
select m.kabupaten, m.area, m.measured_on, m.at, m.author, m.source, m.age_days, m.sex,
    m.weight is not null as weighed, m.standard,
    m.z_len, m.z_wei, m.z_wfl, m.z_bmi, m.z_hc, m.z_ac,
    m.bb_u, m.tb_u, m.bb_tb, m.imt_u, m.gain, m.twice, m.below_red, m.urgency, m.asks_family,
    m.warnings <> '' as doubtful
from measurements m
where not exists (
    select 1 from measurements r where r.kabupaten = m.kabupaten and r.replaces = m.id
);

create view report_posts as
select p.kabupaten, p.area, p.name,
    (select count(*) from open_days d where d.kabupaten = p.kabupaten and d.area = p.area) as days,
    (select max(d.held_on) from open_days d
     where d.kabupaten = p.kabupaten and d.area = p.area) as last_day
from posts p;
