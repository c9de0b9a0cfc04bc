-- One index tells what there is of a child and keeps it to one measurement a date: those that mend
-- others have nothing in the last place, and nothing is never twice the same.
drop index measurements_date;
drop index measurements_person;
create unique index measurements_date on measurements
    (kabupaten, person, measured_on, (case when replaces is null then '' end));
