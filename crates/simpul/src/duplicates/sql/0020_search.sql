-- What the engine says of a pair. Nothing of a person stands in `why`: keys of columns and levels,
-- and weights, alone. A pair that a person proposed has no probability.
alter table duplicate_pairs add column probability double precision;
alter table duplicate_pairs add column weight double precision;
alter table duplicate_pairs add column why text not null default '';

create index duplicate_pairs_other on duplicate_pairs (kabupaten, other);

-- Searches through the registry of an area: asked for, worked on in the background, and taken up
-- again by whoever runs when the one who worked on it was stopped.
create table duplicate_runs (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    asked_by bytea not null,
    asked_at bigint not null,
    state text not null,
    -- how often it was begun; who works on it holds this number
    tries bigint not null,
    -- until when nobody else takes it up
    held_until bigint not null,
    -- what is being done, and how much of it is done
    step text not null,
    done bigint not null,
    total bigint not null,
    people bigint not null,
    found bigint not null,
    fresh bigint not null,
    ended_at bigint,
    primary key (kabupaten, id)
);

create index duplicate_runs_area on duplicate_runs (kabupaten, area, asked_at);

-- One search at a time for an area.
create unique index duplicate_runs_one on duplicate_runs (kabupaten, area)
    where state in ('waiting', 'running');

create index duplicate_runs_waiting on duplicate_runs (asked_at, id)
    where state in ('waiting', 'running');
