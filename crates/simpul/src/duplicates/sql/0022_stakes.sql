-- Rupiah a year that both families receive for what may be one person, by the amounts of
-- data/benefits.
alter table duplicate_pairs add column money bigint not null default 0;
-- Keys of the fields in which the record that goes is right.
alter table duplicate_pairs add column taken text not null default '';
-- What stood in the record that stays before; sealed with the key of that record.
alter table duplicate_pairs add column restore bytea;
