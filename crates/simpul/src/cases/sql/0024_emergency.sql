-- An emergency: a case of its own kind, what was seen, and who was called at once.
create table emergencies (
    kabupaten text not null,
    -- the case
    id bytea not null,
    area text not null,
    kind text not null,
    -- place, people, needs, first act, contacts: under the key of who it is about
    sealed bytea not null,
    subject bytea not null,
    opened_by bytea not null,
    opened_role text not null,
    opened_at bigint not null,
    closed_at bigint,
    primary key (kabupaten, id)
);

create index emergencies_subject on emergencies (kabupaten, subject);

create index emergencies_open on emergencies (kabupaten, opened_at, id) where closed_at is null;

-- The sides that were called side by side.
create table emergency_arms (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    case_id bytea not null,
    arm text not null,
    state text not null,
    due_at bigint not null,
    -- who moved it last, and what was said
    by_user bytea,
    by_role text,
    moved_at bigint,
    note text not null,
    next text not null,
    primary key (kabupaten, id)
);

create unique index emergency_arms_one on emergency_arms (kabupaten, case_id, arm);
