-- Persons whose day of birth or sex was put right, until what depends on it was judged anew.
create table births_corrected (
    kabupaten text not null,
    person bytea not null,
    -- which correction it is: another one meanwhile has to be seen to as well
    version bigint not null,
    primary key (kabupaten, person)
);
