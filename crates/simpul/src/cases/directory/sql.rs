//! SQL of the directory. It names no persons: bounds are those of figures.

use simpul_db::{bulk, row, statements};
use simpul_identity::AreaCode;

use super::super::model::Need;
use crate::platform::{Id, Stored};

row! {
    pub struct ServiceRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub name: String,
        pub description: String,
        pub need: Need,
        pub status: String,
        pub version: i64,
        pub assured_on: String,
        pub organization: String,
        pub phone: String,
        pub location: Option<String>,
        pub address: Option<String>,
        pub byday: Option<String>,
        pub opens_at: Option<String>,
        pub closes_at: Option<String>,
        pub hours: Option<String>,
    }
}

bulk! {
    pub DOCUMENT_ROWS = "required_document" ["kabupaten", "service_id", "nth", "document"];
    pub ELIGIBILITY_ROWS = "eligibility" ["kabupaten", "service_id", "nth", "description"];
}

macro_rules! services {
    ($rest:literal) => {
        concat!(
            "select s.id, s.area, s.name, s.description, s.need, s.status, s.version, s.assured_on,
                    o.name as organization, o.phone, l.name as location, l.address,
                    h.byday, h.opens_at, h.closes_at, h.description as hours
             from services s
             join organizations o on o.kabupaten = s.kabupaten and o.id = s.organization_id
             left join service_at_location a on a.kabupaten = s.kabupaten and a.service_id = s.id
             left join locations l on l.kabupaten = a.kabupaten and l.id = a.location_id
             left join schedule h on h.kabupaten = a.kabupaten
                                  and h.service_at_location_id = a.id
             where s.kabupaten = $1 ",
            $rest
        )
    };
}

statements! {
    /// Within the area, and those of $4, $5 and $6 that serve it from above.
    pub SERVICES: scoped = services!(
        "and ((s.area >= $2 and s.area < $3) or s.area = $4 or s.area = $5 or s.area = $6)
         and ($7 = '' or s.need = $7) and ($8 or s.status = 'active')
         order by s.name, s.id limit 500"
    );
    pub SERVICE: scoped = services!(
        "and ((s.area >= $2 and s.area < $3) or s.area = $4 or s.area = $5 or s.area = $6)
         and s.id = $7"
    );
    /// For somebody who shows a ticket: what serves the village $2 of kecamatan $3.
    pub SERVICES_FOR: system("which services there are is public") = services!(
        "and (s.area = $1 or s.area = $2 or s.area = $3) and s.need = $4 and s.status = 'active'
         order by s.name, s.id limit 20"
    );
    pub DOCUMENTS_OF_SERVICE: system("which papers a service asks for is public") =
        "select document from required_document
         where kabupaten = $1 and service_id = $2 order by nth limit 30";
    pub ELIGIBILITY_OF: system("who may use a service is public") =
        "select description from eligibility
         where kabupaten = $1 and service_id = $2 order by nth limit 30";

    pub MAKE_ORGANIZATION: system("the door has checked the area") =
        "insert into organizations (kabupaten, id, area, name, phone) values ($1, $2, $3, $4, $5)
         on conflict (kabupaten, area, name) do update set phone = excluded.phone
         returning id";
    pub MAKE_LOCATION: system("the door has checked the area") =
        "insert into locations (kabupaten, id, area, name, address) values ($1, $2, $3, $4, $5)
         on conflict (kabupaten, area, name) do update set address = excluded.address
         returning id";
    /// $9: the version that was seen, 0 of a new one.
    pub KEEP_SERVICE: system("the door has checked the area") =
        "insert into services (kabupaten, id, area, organization_id, name, description, need, status,
                               version, assured_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, cast($9 as bigint) + 1, $10)
         on conflict (kabupaten, id) do update set organization_id = excluded.organization_id,
             name = excluded.name, description = excluded.description, need = excluded.need,
             status = excluded.status, version = excluded.version,
             assured_on = excluded.assured_on
         where services.version = $9 and services.area = excluded.area";
    pub DROP_PLACES: system("the door has checked the area") =
        "delete from service_at_location where kabupaten = $1 and service_id = $2";
    pub DROP_SCHEDULE: system("the door has checked the area") =
        "delete from schedule where kabupaten = $1 and service_at_location_id in (
             select id from service_at_location where kabupaten = $1 and service_id = $2)";
    pub MAKE_PLACE: system("the door has checked the area") =
        "insert into service_at_location (kabupaten, id, service_id, location_id)
         values ($1, $2, $3, $4)";
    pub MAKE_SCHEDULE: system("the door has checked the area") =
        "insert into schedule (kabupaten, id, service_at_location_id, byday, opens_at, closes_at,
                               description)
         values ($1, $2, $3, $4, $5, $6, $7)";
    pub DROP_DOCUMENTS: system("the door has checked the area") =
        "delete from required_document where kabupaten = $1 and service_id = $2";
    pub DROP_ELIGIBILITY: system("the door has checked the area") =
        "delete from eligibility where kabupaten = $1 and service_id = $2";
}
