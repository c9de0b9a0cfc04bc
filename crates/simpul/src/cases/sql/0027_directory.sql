-- Services and facilities in the terms of Open Referral HSDS 3: an organization gives a service at
-- a location by a schedule, to those who are eligible, for required documents.
create table organizations (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    name text not null,
    phone text not null,
    primary key (kabupaten, id)
);

create unique index organizations_name on organizations (kabupaten, area, name);

create table services (
    kabupaten text not null,
    id bytea not null,
    -- whom it serves: a village, a kecamatan or the kabupaten
    area text not null,
    organization_id bytea not null,
    name text not null,
    description text not null,
    -- the need that it answers
    need text not null,
    -- active or inactive
    status text not null,
    version bigint not null,
    -- when somebody last said that it is so
    assured_on text not null,
    primary key (kabupaten, id)
);

create index services_area on services (kabupaten, area, name);

create table locations (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    name text not null,
    address text not null,
    primary key (kabupaten, id)
);

create unique index locations_name on locations (kabupaten, area, name);

create table service_at_location (
    kabupaten text not null,
    id bytea not null,
    service_id bytea not null,
    location_id bytea not null,
    primary key (kabupaten, id)
);

create unique index service_at_location_one
on service_at_location (kabupaten, service_id, location_id);

create table schedule (
    kabupaten text not null,
    id bytea not null,
    service_at_location_id bytea not null,
    -- days as in iCalendar, with commas between: MO,TU
    byday text not null,
    opens_at text not null,
    closes_at text not null,
    description text not null,
    primary key (kabupaten, id)
);

create unique index schedule_of on schedule (kabupaten, service_at_location_id);

create table required_document (
    kabupaten text not null,
    service_id bytea not null,
    nth bigint not null,
    document text not null,
    primary key (kabupaten, service_id, nth)
);

create table eligibility (
    kabupaten text not null,
    service_id bytea not null,
    nth bigint not null,
    description text not null,
    primary key (kabupaten, service_id, nth)
);
