-- What an officer holds is read by holder: few of the open cases of a wide area.
create index cases_held on cases (kabupaten, holder, due_at, id, area, need, field, state, tier,
                                  advised_at, referred_at)
where closed_at is null and holder is not null;
