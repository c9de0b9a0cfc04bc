-- Phones take the answers of an area and all screenings of a family.
create index screening_answers_area on screening_answers (kabupaten, area, at);

create index screenings_household on screenings (kabupaten, household, opened_at);
