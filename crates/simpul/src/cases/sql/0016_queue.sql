-- Who came to the shared secretariat: numbers, no names.
create table queue_visits (
    kabupaten text not null,
    id bytea not null,
    -- the village
    area text not null,
    -- the local day
    day text not null,
    number bigint not null,
    purpose text not null,
    priority text not null,
    state text not null,
    taken_at bigint not null,
    called_at bigint,
    started_at bigint,
    ended_at bigint,
    served_by bytea,
    primary key (kabupaten, id)
);

create unique index queue_visits_number on queue_visits (kabupaten, area, day, number);

-- The last number of a day.
create table queue_days (
    kabupaten text not null,
    area text not null,
    day text not null,
    last bigint not null,
    primary key (kabupaten, area, day)
);

-- When other officers meet people at the secretariat.
create table visiting_hours (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    officer text not null,
    day text not null,
    hours text not null,
    note text not null,
    primary key (kabupaten, id)
);

create index visiting_hours_day on visiting_hours (kabupaten, area, day);

create view report_queue as
select kabupaten, area, day, purpose, priority, state, taken_at, called_at, started_at, ended_at
from queue_visits;
