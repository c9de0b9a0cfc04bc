-- What a desk sends back to the post: somebody who should be seen there.
create table post_referrals (
    kabupaten text not null,
    id bytea not null,
    area text not null,
    household bytea not null,
    -- none: somebody of the family
    person bytea,
    reason text not null,
    state text not null,
    due_at bigint not null,
    sent_by bytea not null,
    sent_role text not null,
    at bigint not null,
    -- what the post answered, and whether it did something
    reply text not null,
    acted boolean,
    next text not null,
    answered_by bytea,
    answered_role text,
    answered_at bigint,
    closed_at bigint,
    primary key (kabupaten, id)
);

-- One open referral per person and reason.
create unique index post_referrals_one
on post_referrals (kabupaten, household, coalesce(person, household), reason)
where closed_at is null;

create index post_referrals_open on post_referrals (kabupaten, area, due_at, id)
where closed_at is null;

create index post_referrals_household on post_referrals (kabupaten, household, at);

create view report_post_referrals as
select kabupaten, area, reason, state, at, answered_at, acted, closed_at from post_referrals;
