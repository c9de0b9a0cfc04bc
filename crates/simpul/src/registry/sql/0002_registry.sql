-- A household is the family of one Kartu Keluarga; without a card it still stands here.
create table households (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    version bigint not null,
    kk_sealed bytea,
    kk_hash bytea,
    dusun text not null,
    rt text not null,
    rw text not null,
    address text not null,
    -- hash of what was registered, by which a repeated registration is known
    content bytea not null,
    primary key (kabupaten, id)
);

create unique index households_kk on households (kabupaten, kk_hash);

create table persons (
    kabupaten text not null,
    id bytea not null,
    -- that of the household, so that lists need no join
    area text not null,
    household bytea not null,
    version bigint not null,
    state text not null,
    name text not null,
    -- folded name, by which people are found and lists are ordered
    name_key text not null,
    sex text not null,
    birth_date text not null,
    birth_place text not null,
    relation text not null,
    mother_name text not null,
    nik_sealed bytea,
    phone_sealed bytea,
    content bytea not null,
    primary key (kabupaten, id)
);

create index persons_household on persons (kabupaten, household);

-- Lists and search within villages and posts: name and age are read from the index alone.
create index persons_area on persons (kabupaten, area, name_key, birth_date, id);

-- Search over more than a village.
create index persons_name on persons (kabupaten, name_key, id, area);

-- One NIK, one person, in all kabupaten.
create table niks (
    nik_hash bytea primary key,
    kabupaten text not null,
    person bytea not null
);

create unique index niks_person on niks (kabupaten, person);

-- A child known by mother, day and order of birth, before it has a NIK.
create table births (
    kabupaten text not null,
    -- the child
    id bytea not null,
    area text not null,
    mother bytea not null,
    birth_date text not null,
    birth_order bigint not null,
    primary key (kabupaten, id)
);

create unique index births_order on births (kabupaten, mother, birth_date, birth_order);

create table memberships (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    person bytea,
    programme text not null,
    state text not null,
    as_of text not null,
    source text not null,
    actor bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create index memberships_household on memberships (kabupaten, household, as_of, at);

-- Which villages have an extract of DTSEN, and of which day.
create table dtsen_extracts (
    kabupaten text not null,
    area text not null,
    as_of text not null,
    families bigint not null,
    persons bigint not null,
    loaded_at bigint not null,
    primary key (kabupaten, area)
);

create table dtsen_families (
    kabupaten text not null,
    area text not null,
    kk_hash bytea not null,
    decile bigint,
    as_of text not null,
    primary key (kabupaten, area, kk_hash)
);

create index dtsen_families_kk on dtsen_families (kabupaten, kk_hash);

create table dtsen_persons (
    kabupaten text not null,
    area text not null,
    nik_hash bytea not null,
    kk_hash bytea not null,
    primary key (kabupaten, area, nik_hash)
);

create index dtsen_persons_nik on dtsen_persons (kabupaten, nik_hash);

-- What the desk read in SIKS-NG.
create table registry_checks (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    found boolean not null,
    decile bigint,
    as_of text not null,
    actor bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create index registry_checks_household on registry_checks (kabupaten, household, as_of, at);

-- Families that the desk is to look up.
create table check_requests (
    kabupaten text not null,
    household bytea not null,
    -- goes with the household
    area text not null,
    asked_at bigint not null,
    answered_at bigint,
    primary key (kabupaten, household)
);

create index check_requests_open on check_requests (kabupaten, area, asked_at)
    where answered_at is null;

create table consents (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    person bytea,
    purpose text not null,
    answer boolean not null,
    giver text not null,
    wording text not null,
    lang text not null,
    actor bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create index consents_household on consents (kabupaten, household, purpose, at);

create table imports (
    kabupaten text not null,
    id bytea not null,
    kind text not null,
    -- hash of the file: the same file twice is one import
    file_mark bytea not null,
    actor bytea not null,
    started_at bigint not null,
    applied_at bigint,
    state text not null,
    primary key (kabupaten, id)
);

create index imports_file on imports (kabupaten, kind, file_mark);

create table import_rows (
    kabupaten text not null,
    import_id bytea not null,
    line bigint not null,
    verdict text not null,
    reason text not null,
    payload bytea not null,
    primary key (kabupaten, import_id, line)
);

-- What the rows in hand are matched by; filled and emptied within one transaction.
create table import_keys (
    kabupaten text not null,
    import_id bytea not null,
    line bigint not null,
    nik_hash bytea,
    kk_hash bytea not null,
    name_key text not null,
    birth_date text not null,
    primary key (kabupaten, import_id, line)
);
