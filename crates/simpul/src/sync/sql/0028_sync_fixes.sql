-- Which entries others stand for.
create index sync_entries_fixes on sync_entries (kabupaten, fixes) where fixes is not null;
