-- What must be told outside: written with the fact it is about, sent afterwards.
create table notices (
    kabupaten text not null,
    -- also the key by which a receiver knows a repetition
    id bytea not null,
    case_id bytea not null,
    -- the fact it is about
    source bytea not null,
    kind text not null,
    channel text not null,
    -- the name of the receiver in the settings; empty for the family
    target text not null,
    state text not null,
    made_at bigint not null,
    -- when it is tried next
    due_at bigint not null,
    tries bigint not null,
    -- why the last try failed
    fault text,
    done_at bigint,
    primary key (kabupaten, id)
);

-- One fact is told once to each receiver.
create unique index notices_once on notices (kabupaten, source, channel, target);

create index notices_due on notices (due_at, id) where state = 'menunggu';

create index notices_case on notices (kabupaten, case_id);

create index notices_made on notices (kabupaten, made_at, id);

create index notices_open on notices (kabupaten, made_at, id) where state <> 'terkirim';

-- Families that want no messages on their telephone.
create table notice_refusals (
    kabupaten text not null,
    -- the household
    id bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);
