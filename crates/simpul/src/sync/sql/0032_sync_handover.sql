-- To which others seal what they hand over to this worker on this phone.
alter table sync_phones add column sealing_key bytea;
