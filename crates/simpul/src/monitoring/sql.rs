//! All SQL of this slice: counts over the report views.

use simpul_db::{row, statements};
use simpul_identity::RegionCode;

use crate::platform::{Id, Stored};

row! {
    pub struct Measured {
        pub village: Stored<Village>,
        pub measured: i64,
        pub weighed: i64,
        pub gained: i64,
        pub findings: i64,
        pub families: i64,
    }

    pub struct Asked {
        pub village: Stored<Village>,
        pub listed: i64,
        pub asked: i64,
        pub waiting: i64,
        pub not_found: i64,
        pub not_checked: i64,
    }

    pub struct Referred {
        pub village: Stored<Village>,
        pub opened: i64,
        pub helped_same_day: i64,
        pub answered_same_day: i64,
        pub answered: i64,
        pub closed: i64,
        pub approved: i64,
    }

    pub struct Officer {
        pub officer: Id,
        pub day: String,
        pub opened: i64,
    }
}

/// A village's code as a column.
pub struct Village(pub RegionCode);

impl std::str::FromStr for Village {
    type Err = simpul_identity::RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        RegionCode::parse(text).map(Self)
    }
}

statements! {
    pub MEASURED: scoped =
        "select substr(area, 1, 10) as village,
                count(*) as measured,
                count(*) filter (where weighed) as weighed,
                count(*) filter (where gain = 'N') as gained,
                count(*) filter (where urgency is not null) as findings,
                count(*) filter (where asks_family) as families
         from report_measurements
         where kabupaten = $1 and area >= $2 and area < $3
           and measured_on >= $4 and measured_on < $5
         group by substr(area, 1, 10) order by substr(area, 1, 10)";
    pub ASKED: scoped =
        "select substr(area, 1, 10) as village,
                count(*) as listed,
                count(*) filter (where asked_on is not null) as asked,
                count(*) filter (where closed_on is null) as waiting,
                count(*) filter (where registry = 'not_found') as not_found,
                count(*) filter (where registry = 'not_checked') as not_checked
         from report_screenings
         where kabupaten = $1 and area >= $2 and area < $3
           and opened_on >= $4 and opened_on < $5
         group by substr(area, 1, 10) order by substr(area, 1, 10)";
    pub REFERRED: scoped =
        "select substr(area, 1, 10) as village,
                count(*) as opened,
                count(*) filter (where first_help_day = opened_day) as helped_same_day,
                count(*) filter (where answered_day = opened_day) as answered_same_day,
                count(*) filter (where answered_day is not null) as answered,
                count(*) filter (where closed_at is not null) as closed,
                count(*) filter (where decider is not null) as approved
         from report_cases
         where kabupaten = $1 and area >= $2 and area < $3
           and opened_day >= $4 and opened_day < $5
         group by substr(area, 1, 10) order by substr(area, 1, 10)";
    pub BY_OFFICER: scoped =
        "select opened_by as officer, opened_day as day, count(*) as opened
         from report_cases
         where kabupaten = $1 and area >= $2 and area < $3
           and opened_day >= $4 and opened_day < $5
         group by opened_by, opened_day order by opened_day, count(*) desc, opened_by limit 200";
}
