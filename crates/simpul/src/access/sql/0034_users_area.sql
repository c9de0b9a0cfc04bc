-- Who works in an area, and on which phones: asked by each phone that takes its data.
create index users_area on users (area);
