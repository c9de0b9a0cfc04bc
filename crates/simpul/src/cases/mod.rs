//! Families' needs on their way: referrals to the desk and on, steps, clocks, replies, slips.

mod board;
mod case_page;
mod checks;
mod clock;
#[cfg(test)]
#[path = "desk/tests.rs"]
pub(crate) mod desk_tests;
mod directory;
mod documents;
mod doorbell;
mod doors;
mod duty;
mod emergency;
mod escalation;
mod hands;
mod intake;
mod intake_pages;
mod kinds;
mod letters;
mod model;
mod notices;
mod pages;
mod post;
#[cfg(test)]
#[path = "profile/tests.rs"]
mod profile_tests;
mod public;
mod queue;
mod reads;
mod show;
mod slip;
mod sql;
#[cfg(test)]
pub(crate) mod tests;
mod tickets;
mod transitions;
mod voices;
mod words;
mod worklist;

pub use board::{Board, Count, Found, Lists, Question, Trend, Waits, board, search, trend};
pub use clock::{CaseClock, rules_lang};
pub use directory::{
    Day, NewService, Service, hours_words, keep_service, papers_for, service, services,
    services_for,
};
pub use documents::{
    Document, DocumentKind, NewDocument, check, checked, documents, erase_documents, keep_document,
};
pub use doorbell::Doorbell;
pub use doors::{ActionInput, NewReferral, Opened, SENDERS as BRINGERS, act, open, open_with};
pub use duty::{Absence, NewAbsence, away, back, go, is_alone, keep_mode};
pub use emergency::{
    Arm, ArmState, Emergency, EmergencyKind, NewEmergency, Side, Told, emergency, move_arm,
    open_arms, report,
};
pub use escalation::{raise_late, watch};
pub use intake::{NewIntake, Reporter, note_agreement, take_in};
pub use kinds::{About, Category, Channel, Field, Kind, Nature, Speaker, Tier};
pub use letters::{Letter, LetterKind, NewLetter, letters_of, write_letter};
pub use model::{Act, Action, Advice, Decider, Destination, Need, RefusalReason, State, Urgency};
pub use notices::{Gateways, Notice, deliver_due, notices, refuse_notices, run as send_notices};
pub use post::{
    NewPostReferral, PostAnswer, PostGap, PostReason, PostReferral, PostState, answer_desk,
    close_post, post_referrals_of, refer_to_post, to_post,
};
pub use public::{PublicStatus, public_status, status_for_desk, status_of_pass};
pub use queue::{
    NewVisit, NewVisitingHour, Officer, Priority, Purpose, VisitState, add_visiting_hour,
    call_next, move_visit, same_day, take_number, today, visiting_hours,
};
pub use reads::{
    Case, CaseLine, Cursor, Filter, Finding, Step, case, incoming, of_household, sent_by, slip,
};
pub use show::StepLine;
pub use simpul_phone::ticket::{NotATicket, Ticket, TicketCode, TicketNumber};
pub use slip::village_name;
pub use transitions::{Custody, MAX_TEXT, Progress, Refusal, Waited};
pub use voices::pages::{ObjectionLine, VoiceLine};
pub use voices::{
    Decision, Level, NewVoice, Outcome, Rating, Voice, answer_voice, bring_paper, decide, object,
    rate, say,
};
pub use worklist::WorkList;

use simpul_db::Migration;

use crate::access::{Nav, Role, Slice};
use crate::platform::page::NavItem;
use crate::platform::words::Words;

/// Those whose work begins with the list of cases.
const WORKERS: &[Role] = &[
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Fasilitator,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
];

/// The menu of a post where its own pages are not served.
pub const POST_NAV: &[Nav] = &[
    Nav {
        item: NavItem {
            path: "/puskesos",
            key: "nav-sent",
        },
        daily: true,
        roles: Role::POST,
    },
    Nav {
        item: NavItem {
            path: "/keperluan",
            key: "nav-intake",
        },
        daily: true,
        roles: Role::POST,
    },
    Nav {
        item: NavItem {
            path: "/ke-pos",
            key: "nav-to-post",
        },
        daily: true,
        roles: Role::POST,
    },
];

/// Those who see a list of cases: workers, and posts what they sent.
const LISTERS: &[Role] = &[
    Role::Kader,
    Role::Bidan,
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Fasilitator,
    Role::Mitra,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
];

/// What goes with a family to another post.
pub const GOES_ALONG: &crate::registry::Following = &[
    &sql::MOVE_FINDINGS,
    &sql::MOVE_STEPS,
    &sql::MOVE_TICKETS,
    &sql::MOVE_INTAKES,
    &sql::MOVE_WORDS,
    &post::MOVE_POST_REFERRALS,
    &emergency::MOVE_ARMS,
    &emergency::MOVE_EMERGENCIES,
    &sql::MOVE_CASES,
];

/// Those who write down what people bring to them; posts have their own ways.
const BRING: &[Role] = &[
    Role::Fasilitator,
    Role::Mitra,
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Manajer,
];

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "cases",
    migrations: &[
        Migration {
            number: 3,
            name: "cases",
            sql: include_str!("sql/0003_cases.sql"),
        },
        Migration {
            number: 8,
            name: "documents",
            sql: include_str!("sql/0008_documents.sql"),
        },
        Migration {
            number: 9,
            name: "voices",
            sql: include_str!("sql/0009_voices.sql"),
        },
        Migration {
            number: 10,
            name: "more_tickets",
            sql: include_str!("sql/0010_more_tickets.sql"),
        },
        Migration {
            number: 15,
            name: "notices",
            sql: include_str!("sql/0015_notices.sql"),
        },
        Migration {
            number: 16,
            name: "queue",
            sql: include_str!("sql/0016_queue.sql"),
        },
        Migration {
            number: 17,
            name: "letters",
            sql: include_str!("sql/0017_letters.sql"),
        },
        Migration {
            number: 18,
            name: "desk",
            sql: include_str!("sql/0018_desk.sql"),
        },
        Migration {
            number: 23,
            name: "board",
            sql: include_str!("sql/0023_board.sql"),
        },
        Migration {
            number: 24,
            name: "emergency",
            sql: include_str!("sql/0024_emergency.sql"),
        },
        Migration {
            number: 25,
            name: "duty",
            sql: include_str!("sql/0025_duty.sql"),
        },
        Migration {
            number: 26,
            name: "post",
            sql: include_str!("sql/0026_post.sql"),
        },
        Migration {
            number: 27,
            name: "directory",
            sql: include_str!("sql/0027_directory.sql"),
        },
        Migration {
            number: 31,
            name: "received",
            sql: include_str!("sql/0031_received.sql"),
        },
        Migration {
            number: 33,
            name: "lists",
            sql: include_str!("sql/0033_lists.sql"),
        },
        Migration {
            number: 35,
            name: "held",
            sql: include_str!("sql/0035_held.sql"),
        },
    ],
    words: Words {
        id: concat!(
            include_str!("words/id.ftl"),
            include_str!("documents/words/id.ftl"),
            include_str!("voices/words/id.ftl"),
            include_str!("notices/words/id.ftl"),
            include_str!("queue/words/id.ftl"),
            include_str!("letters/words/id.ftl"),
            include_str!("board/words/id.ftl"),
            include_str!("emergency/words/id.ftl"),
            include_str!("duty/words/id.ftl"),
            include_str!("post/words/id.ftl"),
            include_str!("directory/words/id.ftl")
        ),
        en: concat!(
            include_str!("words/en.ftl"),
            include_str!("documents/words/en.ftl"),
            include_str!("voices/words/en.ftl"),
            include_str!("notices/words/en.ftl"),
            include_str!("queue/words/en.ftl"),
            include_str!("letters/words/en.ftl"),
            include_str!("board/words/en.ftl"),
            include_str!("emergency/words/en.ftl"),
            include_str!("duty/words/en.ftl"),
            include_str!("post/words/en.ftl"),
            include_str!("directory/words/en.ftl")
        ),
    },
    routes: pages::routes,
    nav: &[
        Nav {
            item: NavItem {
                path: "/puskesos",
                key: "nav-puskesos",
            },
            daily: true,
            roles: WORKERS,
        },
        Nav {
            item: NavItem {
                path: "/keperluan",
                key: "nav-intake",
            },
            daily: true,
            roles: BRING,
        },
        Nav {
            item: NavItem {
                path: "/suara",
                key: "nav-voices",
            },
            daily: false,
            roles: voices::pages::READERS,
        },
        Nav {
            item: NavItem {
                path: "/kabar",
                key: "nav-notices",
            },
            daily: false,
            roles: notices::pages::READERS,
        },
        Nav {
            item: NavItem {
                path: "/puskesos",
                key: "nav-sent",
            },
            daily: true,
            roles: &[Role::Mitra],
        },
        Nav {
            item: NavItem {
                path: "/antrean/jadwal",
                key: "nav-visiting",
            },
            daily: true,
            roles: &[Role::Mitra],
        },
        Nav {
            item: NavItem {
                path: "/antrean",
                key: "nav-queue",
            },
            daily: true,
            roles: Role::DESK,
        },
    ],
};
