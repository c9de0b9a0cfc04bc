//! One family whose child was measured, asked about, and referred: made through the doors.

use jiff::civil::date;
use simpul_growth::{Grams, Position, TenthsMm};
use simpul_identity::{KkNumber, Nik, Sex};

use super::{POST, TestApp, area};
use crate::access::{self, NewDevice, Role, Scope};
use crate::cases::{self, Need};
use crate::duplicates::{self, NewPair};
use crate::platform::{Id, Lang};
use crate::posyandu::{self, EntrySource, Measured, NewDay, NewMeasurement, NewPost};
use crate::registry::{
    self, Field, FieldChanged, LifeEvent, NewFieldChange, NewHousehold, NewLifeEvent, NewPerson,
    Relation,
};
use crate::screening::{self, Accompanied, BeginInput, ReferInput};
use crate::sync;

/// What no page may show to a stranger, and no log line to anybody.
pub const SECRETS: [&str; 5] = [
    "Cahaya Rembulan Pagi",
    "Mekarwangi Senja",
    MOTHER_NIK,
    CHILD_NIK,
    KK,
];
const MOTHER_NIK: &str = "1810015503959001";
const CHILD_NIK: &str = "1810011205259001";
const KK: &str = "1810010101209001";

/// Ids of the family and of what happened to it.
pub struct Fixture {
    pub household: Id,
    pub child: Id,
    pub day: Id,
    pub measurement: Id,
    pub screening: Id,
    pub case: Id,
    /// What the kader reported for the social registry.
    pub update: Id,
    /// A field that two people changed.
    pub conflict: Id,
    /// A kader's phone.
    pub device: Id,
    /// A paper of the case.
    pub document: Id,
    /// What the family holds against a refusal.
    pub objection: Id,
    /// What the family is told of the refusal.
    pub notice: Id,
    pub letter: Id,
    /// A number of the queue, and a line of the visiting schedule.
    pub visit: Id,
    pub visiting: Id,
    /// Two records called one person by a desk.
    pub pair: Id,
    /// What a kader reported of a flood.
    pub emergency: Id,
    /// What the desk asks the post to look at.
    pub post_referral: Id,
    /// An officer who is away.
    pub absence: Id,
    /// A service of the village.
    pub service: Id,
}

impl TestApp {
    /// A post, and a family of mother and child in its catchment.
    pub async fn family(&self) -> (Id, Id, Id) {
        let ids = self.app.ids();
        let (household, mother, child) = (ids.make(), ids.make(), ids.make());
        let mut work = self.work(Role::Petugas).await;
        let post = NewPost {
            id: ids.make(),
            area: area(POST),
            name: "Melati".into(),
        };
        posyandu::make_post(&mut work, post).await.expect("a post");
        let home = NewHousehold {
            id: household,
            area: area(POST),
            kk: KkNumber::parse(KK).ok(),
            dusun: "Dusun 1".into(),
            rt: "1".into(),
            rw: "2".into(),
            address: "Jalan Kebun 3".into(),
        };
        registry::register_household(&mut work, home)
            .await
            .expect("a household");
        let person = |id, name: &str, sex, birth_date, relation, mother: &str, nik| NewPerson {
            id,
            household,
            name: name.into(),
            sex,
            birth_date,
            birth_place: "Pringsewu".into(),
            relation,
            mother_name: mother.into(),
            nik: Nik::parse(nik).ok(),
            phone: None,
        };
        let (mother_born, child_born) = (date(1995, 3, 15), date(2025, 5, 12));
        let head = Relation::KepalaKeluarga;
        let woman = person(
            mother,
            SECRETS[1],
            Sex::Female,
            mother_born,
            head,
            "",
            MOTHER_NIK,
        );
        let boy = person(
            child,
            SECRETS[0],
            Sex::Male,
            child_born,
            Relation::Anak,
            SECRETS[1],
            CHILD_NIK,
        );
        registry::register_person(&mut work, woman)
            .await
            .expect("a mother");
        registry::register_person(&mut work, boy)
            .await
            .expect("a child");
        work.commit().await.expect("a family");
        (household, mother, child)
    }

    /// The whole way from the scales to the desk.
    pub async fn fixture(&self) -> Fixture {
        let (household, mother, child) = self.family().await;
        let ids = self.app.ids();
        let mut work = self.work(Role::Kader).await;
        let new = NewDay {
            id: ids.make(),
            post_area: area(POST),
            date: date(2026, 11, 21),
        };
        let day = posyandu::open_day(&mut work, new).await.expect("a day");
        let measurement = ids.make();
        let new = thin_child(measurement, child, day);
        let measured: Measured = posyandu::measure(&mut work, new)
            .await
            .expect("a measurement");
        let screening = measured.considered.screening.expect("a trigger");
        let begin = BeginInput {
            id: ids.make(),
            screening,
            accompanied_by: Accompanied::Guardian,
            consent_rujukan: Some(true),
            consent_ukuran: Some(true),
            lang: Lang::Id,
        };
        screening::begin(&mut work, begin).await.expect("consent");
        let needs = vec![Need::Pangan];
        let refer = ReferInput {
            id: ids.make(),
            screening,
            needs,
            note: String::new(),
        };
        let opened = screening::refer(&mut work, refer)
            .await
            .expect("a referral");
        work.commit().await.expect("the way");
        let (update, conflict) = self.news(household, child).await;
        let kader = self.scope(Role::Kader).await;
        let (device, _) = self.phone(&kader).await;
        let (document, objection) = (
            self.document(opened[0].case).await,
            self.objection(household).await,
        );
        let (letter, visit, visiting) = self.secretariat(opened[0].case).await;
        let desk = self.scope(Role::Petugas).await;
        let told = cases::notices(&mut self.app.db(), &desk, super::MORNING).await;
        Fixture {
            household,
            child,
            day,
            measurement,
            screening,
            case: opened[0].case,
            update,
            conflict,
            device,
            document,
            objection,
            notice: told.expect("notices")[0].id,
            letter,
            visit,
            visiting,
            pair: self.pair(mother, child).await,
            emergency: self.emergency(&kader).await,
            post_referral: self.to_post(household).await,
            absence: self.absence().await,
            service: self.service().await,
        }
    }

    /// The desk asks the post to look at a family.
    async fn to_post(&self, household: Id) -> Id {
        let id = self.app.ids().make();
        let mut work = self.work(Role::Petugas).await;
        let new = cases::NewPostReferral {
            id,
            household,
            person: None,
            reason: cases::PostReason::Anc,
        };
        cases::refer_to_post(&mut work, new)
            .await
            .expect("a referral to the post");
        work.commit().await.expect("a referral to the post");
        id
    }

    /// An officer is away; one officer runs the desk.
    async fn absence(&self) -> Id {
        let (id, officer) = (self.app.ids().make(), self.scope(Role::Petugas).await);
        let deputy = self.scope(Role::Petugas).await;
        let lead = self.scope(Role::Koordinator).await;
        let mut work = self.work_as(&lead).await;
        let new = cases::NewAbsence {
            id,
            officer: officer.user(),
            deputy: deputy.user(),
            from: date(2026, 11, 21),
            to: date(2026, 11, 28),
        };
        cases::go(&mut work, new).await.expect("an absence");
        cases::keep_mode(&mut work, true).await.expect("a mode");
        work.commit().await.expect("an absence");
        id
    }

    /// Where to go for food in the village.
    async fn service(&self) -> Id {
        let id = self.app.ids().make();
        let mut work = self.work(Role::Koordinator).await;
        let new = cases::NewService {
            id,
            version: 0,
            name: "Dapur desa".into(),
            description: String::new(),
            need: Some(Need::Pangan),
            active: true,
            organization: "Pemerintah desa".into(),
            phone: String::new(),
            location: "Balai desa".into(),
            address: "Jalan Raya 1".into(),
            days: vec![cases::Day::Senin],
            opens: "08:00".into(),
            closes: "12:00".into(),
            hours: String::new(),
            documents: vec!["Fotokopi KK".into()],
            eligible: Vec::new(),
        };
        cases::keep_service(&mut work, &new)
            .await
            .expect("a service");
        work.commit().await.expect("a service");
        id
    }

    /// A flood that names no family.
    async fn emergency(&self, kader: &Scope) -> Id {
        let id = self.app.ids().make();
        let mut work = self.work_as(kader).await;
        let new = cases::NewEmergency {
            id,
            kind: cases::EmergencyKind::Bencana,
            household: None,
            village: None,
            more: Vec::new(),
            told: cases::Told {
                place: "Tepi kali".into(),
                needs: "Perahu".into(),
                ..cases::Told::default()
            },
        };
        cases::report(&mut work, new).await.expect("an emergency");
        work.commit().await.expect("an emergency");
        id
    }

    /// Two records on the list of those that may be one person.
    async fn pair(&self, one: Id, other: Id) -> Id {
        let id = self.app.ids().make();
        let mut work = self.work(Role::Petugas).await;
        let new = NewPair {
            id,
            one,
            other,
            score: None,
        };
        assert!(duplicates::propose(&mut work, new).await.expect("a pair"));
        work.commit().await.expect("a pair");
        id
    }

    /// Another need of the family, refused, and its objection.
    async fn objection(&self, household: Id) -> Id {
        let mut work = self.work(Role::Koordinator).await;
        let ids = self.app.ids();
        let new = cases::NewReferral {
            id: ids.make(),
            household,
            person: None,
            need: Need::Perumahan,
            urgency: cases::Urgency::Rutin,
            note: String::new(),
            source: None,
        };
        let opened = cases::open(&mut work, new).await.expect("a case");
        let refuse = cases::Action::Refuse {
            reason_code: cases::RefusalReason::BelumSesuai,
            why: "belum sesuai".into(),
            next: "datang lagi".into(),
        };
        for (seen_version, action) in (1..).zip([cases::Action::Accept, refuse]) {
            let (id, case) = (ids.make(), opened.case);
            let input = cases::ActionInput {
                id,
                case,
                seen_version,
                action,
            };
            cases::act(&mut work, input).await.expect("a step");
        }
        work.commit().await.expect("a refusal");
        let (code, number) = (opened.ticket.code, opened.ticket.number);
        let status = cases::public_status(&self.app, code, number).await;
        let (id, pass) = (ids.make(), status.expect("a ticket").pass);
        cases::object(&self.app, &pass, id, "atap bocor")
            .await
            .expect("an objection");
        id
    }

    /// A letter, a number of the queue, an officer who will come.
    async fn secretariat(&self, case: Id) -> (Id, Id, Id) {
        let ids = self.app.ids();
        let (letter, visit, visiting) = (ids.make(), ids.make(), ids.make());
        let mut work = self.work(Role::Petugas).await;
        let new = cases::NewLetter {
            id: letter,
            case,
            kind: cases::LetterKind::Keterangan,
            text: "Untuk keperluan sekolah.".into(),
        };
        cases::write_letter(&mut work, &new)
            .await
            .expect("a letter");
        let new = cases::NewVisit {
            id: visit,
            purpose: cases::Purpose::Kabar,
            priority: cases::Priority::Lansia,
        };
        cases::take_number(&mut work, new).await.expect("a number");
        let new = cases::NewVisitingHour {
            id: visiting,
            officer: cases::Officer::PendampingPkh,
            day: date(2026, 11, 25),
            hours: "08.00-11.00".into(),
            note: String::new(),
        };
        cases::add_visiting_hour(&mut work, new)
            .await
            .expect("a visit");
        work.commit().await.expect("a secretariat");
        (letter, visit, visiting)
    }

    /// A paper that the desk brings to a case.
    async fn document(&self, case: Id) -> Id {
        let id = self.app.ids().make();
        let mut work = self.work(Role::Petugas).await;
        let new = cases::NewDocument {
            id,
            case,
            kind: cases::DocumentKind::Surat,
            content: cases::check(b"%PDF-1.4\n%%EOF\n").expect("a paper"),
        };
        cases::keep_document(&mut work, new).await.expect("a paper");
        work.commit().await.expect("a paper");
        id
    }

    /// A phone of this user, and its credential.
    pub async fn phone(&self, scope: &Scope) -> (Id, String) {
        self.phone_with(scope, &[7; 65]).await
    }

    /// A phone with this key for signatures.
    pub async fn phone_with(&self, scope: &Scope, public_key: &[u8]) -> (Id, String) {
        let new = NewDevice {
            name: "HP uji".into(),
            public_key: public_key.to_vec(),
        };
        let (device, credential) = access::device::let_in(&self.app, scope, &new)
            .await
            .expect("a phone");
        // It names itself as the server does.
        sync::name_phone(&self.app, scope, device, device, &[7; 32])
            .await
            .expect("a name");
        (device, credential)
    }

    /// News of a family: a move, and an address that somebody else had changed.
    async fn news(&self, household: Id, person: Id) -> (Id, Id) {
        let ids = self.app.ids();
        let (update, conflict) = (ids.make(), ids.make());
        let mut work = self.work(Role::Kader).await;
        let event = NewLifeEvent {
            id: update,
            household,
            person: Some(person),
            kind: LifeEvent::PindahMasuk,
            on: date(2026, 11, 20),
            detail: String::new(),
        };
        registry::record_event(&mut work, event)
            .await
            .expect("an event");
        let change = NewFieldChange {
            id: conflict,
            household,
            person: None,
            field: Field::Address,
            seen: "Jalan Lama".into(),
            value: "Jalan Baru 5".into(),
        };
        let changed = registry::change_field(&mut work, change).await;
        assert_eq!(changed.expect("a change"), FieldChanged::Conflict);
        work.commit().await.expect("news");
        (update, conflict)
    }

    /// Refers a case on, so that programme managers see it.
    pub async fn refer_on(&self, case: Id) {
        let mut work = self.work(Role::Petugas).await;
        let steps = [
            cases::Action::Accept,
            cases::Action::ReferOn {
                to: cases::Destination::DinasSosial,
                note: String::new(),
            },
        ];
        for action in steps {
            let (scope, tx) = work.parts();
            let seen_version = cases::case(tx, scope, case)
                .await
                .expect("the case")
                .line
                .version;
            let id = self.app.ids().make();
            let input = cases::ActionInput {
                id,
                case,
                seen_version,
                action,
            };
            cases::act(&mut work, input).await.expect("a step");
        }
        work.commit().await.expect("referred on");
    }
}

/// A boy of eighteen months of 7.0 kg and 74.0 cm: far below the lines.
pub fn thin_child(id: Id, person: Id, day: Id) -> NewMeasurement {
    NewMeasurement {
        id,
        person,
        day: Some(day),
        on: date(2026, 11, 21),
        weight: Grams::new(7_000).ok(),
        lenhei: TenthsMm::new(7_400).ok(),
        position: Some(Position::Lying),
        head: None,
        arm: None,
        oedema: Some(false),
        measurer: String::new(),
        danger_signs: Vec::new(),
        replaces: None,
        source: EntrySource::Page,
    }
}
