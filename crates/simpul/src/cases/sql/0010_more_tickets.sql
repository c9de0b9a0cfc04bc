-- Further slips of a case: a phone without network drew one, and the referral attached to a case
-- that was open already. The family's slip opens it all the same.
create table more_tickets (
    kabupaten text not null,
    code_hash bytea not null,
    case_id bytea not null,
    area text not null,
    sealed bytea not null,
    primary key (kabupaten, code_hash)
);

create index more_tickets_anywhere on more_tickets (code_hash);
