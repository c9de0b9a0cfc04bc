-- A child that two people measured on one day counts once: the second figures are kept and shown.
create table second_measurements (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    person bytea not null,
    measured_on text not null,
    weight bigint,
    lenhei bigint,
    position text,
    head bigint,
    arm bigint,
    oedema boolean,
    danger_signs text not null,
    measurer text not null,
    author bytea not null,
    at bigint not null,
    primary key (kabupaten, id)
);

create index second_measurements_person on second_measurements (kabupaten, person, measured_on);

-- A home that was visited: health and social in one.
create table home_visits (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    visited_on text not null,
    met boolean not null,
    -- ids of the members who were seen, with commas between
    seen text not null,
    note text not null,
    questions_asked bigint not null,
    questions_saved bigint not null,
    visited_by bytea not null,
    at bigint not null,
    -- hash of what came, by which a repeated visit is known
    content bytea not null,
    primary key (kabupaten, id)
);

create index home_visits_household on home_visits (kabupaten, household, visited_on);

create index home_visits_area on home_visits (kabupaten, area, visited_on);

-- What was looked at during a visit; without a person it is about the home.
create table visit_items (
    kabupaten text not null,
    visit bytea not null,
    nth bigint not null,
    area text not null,
    person bytea,
    item text not null,
    value text not null,
    primary key (kabupaten, visit, nth)
);

-- Phones take the answers of an area.
create index bidan_answers_area on bidan_answers (kabupaten, area, at);
