-- Lists choose their places from an index alone, whatever they are narrowed to: of a wide area, and
-- of one village. Only then the cases of the page are read.
drop index cases_work;
create index cases_work on cases (kabupaten, due_at, id, area, need, field, state, tier,
                                  advised_at, holder, referred_at) where closed_at is null;
create index cases_work_near on cases (kabupaten, substr(area, 1, 10), due_at, id, area, need, field,
                                       state, tier, advised_at, holder, referred_at)
where closed_at is null;

drop index cases_closed;
create index cases_closed on cases (kabupaten, closed_at, id, area, need, field, referred_at)
where closed_at is not null;
create index cases_closed_near on cases (kabupaten, substr(area, 1, 10), closed_at, id, area, need,
                                         field, referred_at) where closed_at is not null;
-- What a wide area has few of.
create index cases_closed_need on cases (kabupaten, need, closed_at, id, area, field, referred_at)
where closed_at is not null;
create index cases_closed_field on cases (kabupaten, field, closed_at, id, area, need, referred_at)
where closed_at is not null;

drop index cases_unreviewed;
create index cases_unreviewed on cases (kabupaten, closed_at, id, area, need, field, referred_at)
where alone and reviewed_at is null;

-- The same for the search in one village.
drop index cases_near;
create index cases_near on cases (kabupaten, substr(area, 1, 10), opened_at, id, area);
drop index case_words_near;
create index case_words_near on case_words (kabupaten, word, substr(area, 1, 10), at, case_id, area);
