-- What happened in a family, each a task for the operator of the social registry.
create table life_events (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    -- none: the family as a whole
    person bytea,
    kind text not null,
    happened_on text not null,
    -- where from or where to, with whom
    detail text not null,
    reported_by bytea not null,
    at bigint not null,
    -- the last day to enter it for this round
    due_on text not null,
    state text not null,
    reason text not null,
    settled_by bytea,
    settled_at bigint,
    primary key (kabupaten, id)
);

create index life_events_waiting on life_events (kabupaten, area, due_on) where state = 'waiting';

create index life_events_reporter on life_events (kabupaten, reported_by, at);

-- Two people changed one field at the same time: both values are kept, sealed, until the desk
-- says which one is right.
create table field_conflicts (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    -- none: a field of the family
    person bytea,
    field text not null,
    here bytea not null,
    came bytea not null,
    came_by bytea not null,
    came_at bigint not null,
    settled text,
    settled_by bytea,
    settled_at bigint,
    primary key (kabupaten, id, field)
);

create index field_conflicts_open on field_conflicts (kabupaten, area, came_at)
    where settled is null;
