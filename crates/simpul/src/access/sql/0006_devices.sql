-- Who worked where since when: what a phone brings is judged by its author's work at that time.
create table assignments (
    user_id bytea not null references users (id),
    since bigint not null,
    role text not null,
    area text not null,
    primary key (user_id, since)
);

insert into assignments (user_id, since, role, area)
select id, created_at, role, area from users;

-- A phone on which a user signed in.
create table devices (
    id bytea primary key,
    user_id bytea not null references users (id),
    name text not null,
    -- with which the phone signs what it hands to another phone
    public_key bytea not null,
    credential_hash bytea not null,
    made_at bigint not null,
    seen_at bigint not null,
    -- the phone's clock minus ours, in milliseconds, when it sent last
    skew bigint,
    revoked_at bigint,
    revoked_by bytea
);

create unique index devices_credential on devices (credential_hash);

create index devices_user on devices (user_id);

-- Up to which number the journal of a kabupaten lies in a backup that was opened and checked.
create table backed_up (
    kabupaten text primary key,
    seq bigint not null,
    at bigint not null
);
