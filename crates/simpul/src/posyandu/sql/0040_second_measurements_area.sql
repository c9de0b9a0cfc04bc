-- Phones take them with the measurements of an area.
create index second_measurements_area on second_measurements (kabupaten, area, measured_on);
