-- What is paid per family is counted once for two families, however many of their members are
-- double: the part of `money` that is so, and the two households, the smaller id first.
alter table duplicate_pairs add column family_money bigint not null default 0;
alter table duplicate_pairs add column homes bytea;
