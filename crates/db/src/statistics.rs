//! What SQLite's planner is told of the tables: fixed figures instead of none.
//!
//! Without statistics SQLite guesses that a range of areas leaves next to nothing of a table, and
//! reads a whole kecamatan where one child was asked for. Figures of its own (`ANALYZE`) would make
//! plans depend on when it last looked. So each index gets the same typical figures: they only say
//! that a kabupaten is large and that each further column narrows well. Plans are then the same
//! in tests and at work.

/// The statements that put the figures into the database, to be run after its tables were made.
///
/// The format is SQLite's own: rows of the table, then rows left per equal value of the first
/// column, of the first two, and so on (<https://www.sqlite.org/fileformat2.html>, section 2.6.4).
pub const TELL: [&str; 4] = [
    // Makes the table of statistics where it is not there yet.
    "analyze schema_migrations",
    "delete from sqlite_stat1",
    "insert into sqlite_stat1 (tbl, idx, stat)
     select t.name, i.name, '1000000' || (
         select group_concat(
             case when i.\"unique\" = 1 and c.seqno = last then ' 1'
                  when c.seqno = 0 and c.name = 'kabupaten' then ' 100000'
                  when c.name = 'area' then ' 1000'
                  when c.seqno < 2 then ' 10'
                  else ' 2' end, '')
         from (select c.seqno, c.name, max(c.seqno) over () as last
               from pragma_index_info(i.name) c order by c.seqno) c)
     from sqlite_schema t, pragma_index_list(t.name) i
     where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'",
    // The planner reads the figures anew.
    "analyze sqlite_schema",
];
