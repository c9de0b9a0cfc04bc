-- Nothing is looked up by it: a row of the journal is named by its number, and its id is in the
-- chain of hashes.
drop index journal_id;
