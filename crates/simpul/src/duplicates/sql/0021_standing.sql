-- Pointers are followed from either end; a record points to one other at most.
alter table duplicate_pairs add column stays bytea;

update duplicate_pairs set stays = case when gone = one then other else one end
where gone is not null;

create unique index duplicate_pairs_gone on duplicate_pairs (kabupaten, gone)
    where state = 'same';
create index duplicate_pairs_stays on duplicate_pairs (kabupaten, stays) where state = 'same';
