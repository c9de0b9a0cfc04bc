-- Phones take whole areas: households are found by area without reading the kabupaten.
create index households_area on households (kabupaten, area, id);

create index life_events_household on life_events (kabupaten, household);

create index field_conflicts_household on field_conflicts (kabupaten, household);
