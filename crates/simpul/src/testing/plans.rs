//! SQLite must not read a whole area where one child, family or day is meant.

use super::*;

/// Statements whose work is a list of a whole area, or a search in it.
const LISTS: &[&str] = &[
    "cases::board::sql::OPEN",
    "cases::board::sql::WAITING",
    "cases::directory::sql::SERVICES",
    "cases::duty::sql::ABSENCES",
    "cases::post::sql::OPEN_POST_REFERRALS",
    "duplicates::sql::COUNTS",
    "duplicates::sql::DECIDED",
    "duplicates::sql::JUDGED",
    "duplicates::sql::KNOWN_IN",
    "duplicates::sql::QUEUE",
    "duplicates::sql::SAME",
    "duplicates::sql::TALLIES",
    "duplicates::sql::runs::LATEST_RUN",
    "monitoring::sql::ASKED",
    "monitoring::sql::MEASURED",
    "posyandu::sql::AREA_ARRIVED",
    "posyandu::sql::AREA_BIDAN",
    "posyandu::sql::AREA_DAYS",
    "posyandu::sql::AREA_MEASUREMENTS",
    "posyandu::sql::AREA_SECONDS",
    "posyandu::sql::BIDAN_WAITING",
    "posyandu::sql::DAYS",
    "posyandu::sql::POSTS",
    "registry::sql::CHECKS_WAITING",
    "registry::sql::CHILDREN_UNDER",
    "registry::sql::SEARCH_NEAR",
    "registry::sql::area::AREA_CHECKS",
    "registry::sql::area::AREA_CONSENTS",
    "registry::sql::area::AREA_HOUSEHOLDS",
    "registry::sql::area::AREA_IN_EXTRACT",
    "registry::sql::area::AREA_IN_EXTRACT_BY_NIK",
    "registry::sql::area::AREA_MEMBERSHIPS",
    "registry::sql::area::AREA_NUMBERED",
    "registry::sql::area::AREA_PERSONS",
    "registry::sql::compared::COMPARED",
    "registry::sql::events::CONFLICTS",
    "registry::sql::events::UPDATES_WAITING",
    "screening::sql::AREA_ANSWERS",
    "screening::sql::AREA_SCREENINGS",
    "screening::sql::COUNT_WAITING",
    "screening::sql::WAITING",
    "sync::sql::HELD",
];

/// Small tables, one row for each kabupaten, user or extract, and what tests and the command line
/// ask of the database as a whole.
const WHOLE: &[&str] = &[
    "access::sql::BACKED_UP",
    "access::sql::COUNT_USERS",
    "access::sql::DESK_AREAS",
    "access::sql::DEVICES_IN",
    "access::sql::DROP_OLD_SESSIONS",
    "access::sql::JOURNALS",
    "access::sql::JOURNAL_HEAD",
    "access::sql::JOURNAL_HEADS",
    "access::sql::KEEP_HASH",
    "access::sql::READS_BY",
    "access::sql::USERS_AT",
    "access::sql::USERS_IN",
    "duplicates::sql::runs::KEEP_WATCHED",
    "duplicates::sql::runs::NEXT_RUN",
    "duplicates::sql::runs::WATCHED",
    "registry::import::sql::AREAS",
    "registry::import::sql::COUNT_MEMBERSHIPS",
    "registry::import::sql::COUNT_PERSONS",
    "registry::import::sql::COUNT_STAGED",
    "registry::sql::CHECKS_WAITING",
    "registry::sql::area::EXTRACTS_OF",
    "registry::sql::events::BIRTHS_CORRECTED",
    "simpul_db::migrate::APPLIED",
    "sync::sql::WAITING_ANYWHERE",
    "sync::sql::WAITING_LONG",
];

/// What waits in a kabupaten, from an index that holds nothing else.
const WAITS: &[&str] = &[
    "cases::emergency::sql::OPEN_EMERGENCIES",
    "cases::notices::sql::NOTICES_OPEN",
    "cases::voices::sql::OBJECTIONS_WAITING",
    "cases::voices::sql::VOICES_WAITING",
];

/// What these scan is a window of fixed size that they read themselves.
const WINDOWS: &[&str] = &[
    "cases::board::sql::WORD_COUNT",
    "cases::board::sql::WORD_COUNT_NEAR",
    "cases::sql::CLOSED_NEAR",
    "cases::sql::CLOSED_OF_FIELD",
    "cases::sql::CLOSED_OF_NEED",
    "cases::sql::CLOSED_WIDE",
    "cases::sql::OPEN_ABOVE",
    "cases::sql::OPEN_MINE",
    "cases::sql::OPEN_NEAR",
    "cases::sql::OPEN_WIDE",
    "cases::sql::UNREVIEWED",
];

/// Read for a phone's first snapshot, and still without an index by area.
const TO_NARROW: &[&str] = &["screening::sql::REPORT"];

/// A recursive statement or one with windows walks over what it found itself; one row or a bound
/// list is no scan.
const FOUND: &[&str] = &[
    "SCAN chain",
    "SCAN tallied",
    "SCAN CONSTANT ROW",
    "SCAN rarray VIRTUAL TABLE INDEX 1:",
];

#[tokio::test]
async fn only_lists_of_an_area_read_a_whole_area() {
    let db = simpul_db::testing::test_sqlite(&app::migrations()).await;
    let plans = simpul_db::testing::plans(&db).await;
    assert!(plans.len() > 100, "the statements are there");
    let mut wide = Vec::new();
    for (name, lines) in plans {
        let name = name.trim_start_matches("simpul::");
        for line in lines {
            let area = line.contains("(kabupaten=? AND area>? AND area<?)");
            let own = line.starts_with("SCAN (") || FOUND.iter().any(|one| *one == line);
            let scan = line.starts_with("SCAN ") && !own;
            let kabupaten = line.contains("(kabupaten=?)");
            let listed = (area && LISTS.contains(&name))
                || ((scan || kabupaten) && WHOLE.contains(&name))
                || (kabupaten && line.contains("USING INDEX") && WAITS.contains(&name))
                || (matches!(line.as_str(), "SCAN w" | "SCAN found") && WINDOWS.contains(&name))
                || (kabupaten && TO_NARROW.contains(&name));
            if (area || scan || kabupaten) && !listed {
                wide.push(format!("{name}: {line}"));
            }
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}
