-- What phones sent: each entry once, with the answer it got.
create table sync_entries (
    kabupaten text not null,
    id bytea not null,
    -- of the author's work at that time
    area text not null,
    author bytea not null,
    -- the id that the phone has given itself
    phone bytea not null,
    kind text not null,
    version bigint not null,
    -- the phone's clock, and what that was by ours
    entered_at bigint not null,
    happened_at bigint not null,
    received_at bigint not null,
    -- keyed hash of kind and body
    content bytea not null,
    state text not null,
    -- since when it is in this state
    since bigint not null,
    -- whether the answer is another one than the first
    changed boolean not null,
    -- journal number by which the answer is certainly kept
    seq bigint not null,
    -- whether it counts for the author's month, and what the author should know
    counts boolean not null,
    note text,
    waits_on bytea,
    reason text,
    field text,
    -- the held entry that this one stands for
    fixes bytea,
    -- sealed with the keys of the installation, while a person may have to look at it
    body bytea,
    -- what the phone said of a measurement, sealed likewise
    shown bytea,
    primary key (kabupaten, id)
);

create index sync_entries_waiting on sync_entries (kabupaten, waits_on) where state = 'waiting';

create index sync_entries_held on sync_entries (kabupaten, area, since) where state = 'held';

create index sync_entries_author on sync_entries (kabupaten, author, happened_at);

create index sync_entries_phone on sync_entries (kabupaten, phone, seq);

-- Which phone, as it names itself, a credential belongs to.
create table sync_phones (
    device bytea primary key,
    phone bytea not null,
    user_id bytea not null,
    at bigint not null
);

create index sync_phones_phone on sync_phones (phone, user_id);
