-- Facts about the database itself: synthetic or real, keys exported, epoch.
create table settings (
    key text primary key,
    value text not null
);

create table users (
    id bytea primary key,
    login text not null unique,
    name text not null,
    -- argon2id; empty until the invitation is taken
    password text not null,
    role text not null,
    area text not null,
    active boolean not null,
    created_at bigint not null
);

create table user_sessions (
    token_hash bytea primary key,
    user_id bytea not null references users (id),
    csrf text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);

create index user_sessions_user on user_sessions (user_id);

-- A link by which a person chooses a password; good once.
create table invitations (
    token_hash bytea primary key,
    user_id bytea references users (id),
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

-- Wrong passwords and wrong ticket numbers, by hash of what was tried.
create table failures (
    subject_hash bytea primary key,
    count bigint not null,
    locked_until bigint not null
);

-- Last number and chain hash of each kabupaten's journal.
create table journal_heads (
    kabupaten text primary key,
    seq bigint not null,
    hash bytea not null
);

create table journal (
    kabupaten text not null,
    seq bigint not null,
    id bytea not null,
    at bigint not null,
    actor bytea not null,
    area text not null,
    slice text not null,
    kind text not null,
    subject bytea not null,
    -- sealed with the data key of the subject
    payload bytea not null,
    -- SHA-256 over the previous hash and every other column of this row
    hash bytea not null,
    primary key (kabupaten, seq)
);

create unique index journal_id on journal (kabupaten, id);

create index journal_subject on journal (kabupaten, subject, seq);

-- One data key per subject; destroying it erases what the journal says of the subject.
create table subject_keys (
    kabupaten text not null,
    subject bytea not null,
    wrapped bytea,
    erased_at bigint,
    primary key (kabupaten, subject)
);

-- Who read which identified record; no journal number.
create table access_log (
    kabupaten text not null,
    id bytea not null,
    at bigint not null,
    actor bytea not null,
    what text not null,
    subject bytea,
    area text not null,
    records bigint not null,
    primary key (kabupaten, id)
);

create index access_log_subject on access_log (kabupaten, subject);
