-- One index tells what there is of a child and keeps it to one measurement a date: its last column is
-- null for those that mend others, and nulls are never equal.
drop index measurements_date;
drop index measurements_person;
create unique index measurements_date on measurements
    (kabupaten, person, measured_on, (case when replaces is null then '' end));
