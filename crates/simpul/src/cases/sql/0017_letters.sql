-- Letters of a desk, numbered by village and year without gaps.
create table letters (
    kabupaten text not null,
    id bytea not null,
    case_id bytea not null,
    -- the village
    area text not null,
    year bigint not null,
    number bigint not null,
    kind text not null,
    -- what the officer wrote, under the key of the family
    sealed bytea not null,
    made_by bytea not null,
    made_role text not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create unique index letters_number on letters (kabupaten, area, year, number);

create index letters_case on letters (kabupaten, case_id);

-- The last number of a year.
create table letter_years (
    kabupaten text not null,
    area text not null,
    year bigint not null,
    last bigint not null,
    primary key (kabupaten, area, year)
);
