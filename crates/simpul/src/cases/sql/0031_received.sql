-- When the family had what was approved, and the local day of it.
alter table cases add column received_at bigint;
alter table cases add column received_day text;
