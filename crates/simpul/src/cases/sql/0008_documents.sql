create table case_documents (
    kabupaten text not null,
    id bytea not null,
    case_id bytea not null,
    kind text not null,
    form text not null,
    -- bytes, opened
    size bigint not null,
    -- under a key of its own; null once erased
    sealed bytea,
    -- null: the family itself, with its ticket
    by_user bytea,
    by_role text,
    at bigint not null,
    erased_at bigint,
    primary key (kabupaten, id)
);

create index case_documents_case on case_documents (kabupaten, case_id);
