-- Two records that may be one person, and what people decided. Nothing is rewritten by a merge:
-- `gone` points to the record that stays, `was` is the state it comes back to.
create table duplicate_pairs (
    kabupaten text not null,
    id bytea not null,
    -- the narrowest area that holds both
    area text not null,
    -- the two records, the smaller id first
    one bytea not null,
    other bytea not null,
    -- programmes that both families receive
    benefits bigint not null,
    -- keyed hash of the compared fields: a pair called different is asked again when they change
    mark bytea not null,
    state text not null,
    version bigint not null,
    found_at bigint not null,
    -- the record that points to the other
    gone bytea,
    was text,
    first_by bytea,
    first_at bigint,
    second_by bytea,
    second_at bigint,
    primary key (kabupaten, id)
);

create unique index duplicate_pairs_both on duplicate_pairs (kabupaten, one, other);
create index duplicate_pairs_queue on duplicate_pairs (kabupaten, area, state);
