-- Up to which number of the journal of a kabupaten those who were registered or changed were looked
-- at for double records.
create table duplicate_watches (
    kabupaten text not null,
    upto bigint not null,
    primary key (kabupaten)
);
