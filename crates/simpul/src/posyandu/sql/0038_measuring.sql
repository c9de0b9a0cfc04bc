-- Whose months are being judged: who measures children of an area changes its row, and others wait
-- for it until that is kept.
create table measuring (
    kabupaten text not null,
    area text not null,
    turn bigint not null,
    primary key (kabupaten, area)
);
