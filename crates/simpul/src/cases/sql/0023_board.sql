-- What a matter is about, for boards and the search: of the intake, else of the need.
alter table cases add column field text not null default 'sosial';

update cases set field = case need
    when 'pangan' then 'pangan'
    when 'jaminan_kesehatan' then 'kesehatan'
    when 'bantuan_sosial' then 'bantuan'
    when 'data_kependudukan' then 'kependudukan'
    when 'pendidikan' then 'pendidikan'
    when 'perumahan' then 'perumahan'
    when 'perlindungan' then 'kekerasan'
    else 'sosial' end;

update cases set field = (
    select i.field from case_intakes i where i.kabupaten = cases.kabupaten and i.id = cases.id
) where exists (
    select 1 from case_intakes i where i.kabupaten = cases.kabupaten and i.id = cases.id
);

-- The board counts from the index alone.
drop index cases_work_area;

create index cases_board on cases (kabupaten, area, field, state, tier, due_at, closed_at)
where closed_at is null;

-- All cases, the newest first: of a wide area, and of one village.
create index cases_recent on cases (kabupaten, opened_at, id, area);

create index cases_near on cases (kabupaten, substr(area, 1, 10), opened_at, id);

-- Months, by field and village.
drop index cases_opened;

create index cases_opened on cases (kabupaten, opened_day, area, field, closed_at);

-- When the word was said: a search reads the newest first and stops early.
alter table case_words add column at bigint not null default 0;

update case_words set at = (
    select c.opened_at from cases c
    where c.kabupaten = case_words.kabupaten and c.id = case_words.case_id
);

-- Numbers alone are not searched for: they may be somebody's NIK.
delete from case_words where word not like '%a%' and word not like '%e%' and word not like '%i%'
    and word not like '%o%' and word not like '%u%' and word >= '0' and word < ':';

create index case_words_recent on case_words (kabupaten, word, at, case_id, area);

create index case_words_near on case_words (kabupaten, word, substr(area, 1, 10), at, case_id);
