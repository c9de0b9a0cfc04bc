//! Tests of this slice: doors, sight and pages on both engines.

use axum::http::StatusCode;
use jiff::civil::date;
use simpul_identity::Sex;

use super::*;
use crate::access::{Role, Scope};
use crate::platform::{AppError, Id, Instant};
use crate::registry::{NewHousehold, NewPerson, Relation, register_household, register_person};
use crate::testing::{Client, MORNING, OTHER_POST, POST, TestApp, VILLAGE, area};

const HOUR_MS: i64 = 3_600_000;

/// A family of one person at a post.
pub(crate) struct Family {
    pub household: Id,
    pub person: Id,
}

pub(crate) async fn family(app: &TestApp, post: &str) -> Family {
    let scope = app.scope_in(Role::Petugas, area(VILLAGE)).await;
    let mut work = app.work_as(&scope).await;
    let (household, person) = (app.app.ids().make(), app.app.ids().make());
    let home = NewHousehold {
        id: household,
        area: area(post),
        kk: None,
        dusun: "Sukamaju".into(),
        rt: "001".into(),
        rw: "002".into(),
        address: "Jalan Melati 7".into(),
    };
    register_household(&mut work, home).await.unwrap();
    let head = NewPerson {
        id: person,
        household,
        name: "Suminah".into(),
        sex: Sex::Female,
        birth_date: date(1990, 5, 1),
        birth_place: "Pringsewu".into(),
        relation: Relation::KepalaKeluarga,
        mother_name: String::new(),
        nik: None,
        phone: None,
    };
    register_person(&mut work, head).await.unwrap();
    work.commit().await.unwrap();
    Family { household, person }
}

pub(crate) fn referral(app: &TestApp, family: &Family, need: Need) -> NewReferral {
    NewReferral {
        id: app.app.ids().make(),
        household: family.household,
        person: Some(family.person),
        need,
        urgency: Urgency::Rutin,
        note: "keluarga perlu beras".into(),
        source: None,
    }
}

pub(crate) async fn send(
    app: &TestApp,
    scope: &Scope,
    new: NewReferral,
) -> Result<Opened, AppError> {
    let mut work = app.work_as(scope).await;
    let opened = open(&mut work, new).await?;
    work.commit().await?;
    Ok(opened)
}

pub(crate) async fn step(
    app: &TestApp,
    scope: &Scope,
    case: Id,
    action: Action,
) -> Result<State, AppError> {
    let seen_version = super::case(&mut app.app.db(), scope, case)
        .await?
        .line
        .version;
    let input = ActionInput {
        id: app.app.ids().make(),
        case,
        seen_version,
        action,
    };
    take(app, scope, input).await
}

async fn take(app: &TestApp, scope: &Scope, input: ActionInput) -> Result<State, AppError> {
    let mut work = app.work_as(scope).await;
    let state = act(&mut work, input).await?;
    work.commit().await?;
    Ok(state)
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn a_referral_is_helped_decided_and_its_sender_hears_of_it() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let lead = app.scope(Role::Koordinator).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        assert!(!opened.attached);
        app.clock.advance_ms(HOUR_MS);

        let (db, all) = (&mut app.app.db(), Filter::default());
        let list = incoming(db, &lead, all, None, 10).await.unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].progress.state, State::Diajukan);
        assert!(list[0].clock(&lead, app.app.now()).unwrap().is_some());

        step(&app, &lead, opened.case, Action::Accept)
            .await
            .unwrap();
        let before = sent_by(db, &kader, MORNING).await.unwrap();
        assert!(before[0].news.is_none());
        let help = Action::FirstHelp {
            what: text("beras 10 kg"),
        };
        step(&app, &lead, opened.case, help.clone()).await.unwrap();
        let heard = sent_by(db, &kader, MORNING).await.unwrap();
        let news = heard[0].news.as_ref().unwrap();
        assert_eq!((&news.action, news.role), (&help, Role::Koordinator));
        assert_eq!(
            heard[0].progress.answered_at,
            Some(Instant(MORNING.0 + HOUR_MS))
        );

        let approve = Action::Approve {
            what: text("paket pangan desa"),
            by: Decider::Puskesos,
            next: text("diambil di kantor desa"),
        };
        let state = step(&app, &lead, opened.case, approve).await.unwrap();
        assert_eq!(state, State::Selesai);
        assert!(incoming(db, &lead, all, None, 10).await.unwrap().is_empty());
        let closed = Filter {
            closed: true,
            need: Some(Need::Pangan),
            ..Filter::default()
        };
        assert_eq!(
            incoming(db, &lead, closed, None, 10).await.unwrap().len(),
            1
        );
        // Above the village it is found by each way, and by no other need or field.
        let above = app.scope(Role::Supervisor).await;
        let all = Filter {
            need: None,
            ..closed
        };
        let field = |field: Field| Filter {
            field: Some(field),
            ..all
        };
        let other = Filter {
            need: Some(Need::Perumahan),
            ..closed
        };
        for (filter, count) in [
            (all, 1),
            (closed, 1),
            (other, 0),
            (field(Field::Pangan), 1),
            (field(Field::Perumahan), 0),
        ] {
            let found = incoming(db, &above, filter, None, 10).await.unwrap();
            assert_eq!(found.len(), count, "{filter:?}");
        }
        let whole = super::case(db, &kader, opened.case).await.unwrap();
        assert_eq!((whole.findings.len(), whole.steps.len()), (1, 3));
        let later = Instant(MORNING.0 + 1);
        assert!(sent_by(db, &kader, later).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_same_referral_and_the_same_step_twice_are_one() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Petugas).await;
        let new = referral(&app, &family, Need::Pangan);
        let first = send(&app, &kader, new.clone()).await.unwrap();
        assert_eq!(send(&app, &kader, new.clone()).await.unwrap(), first);
        let other = NewReferral {
            note: text("lain"),
            ..new
        };
        assert!(matches!(
            send(&app, &kader, other).await,
            Err(AppError::Conflict(_))
        ));

        let input = ActionInput {
            id: app.app.ids().make(),
            case: first.case,
            seen_version: 1,
            action: Action::Accept,
        };
        for _ in 0..2 {
            let state = take(&app, &desk, input.clone()).await.unwrap();
            assert_eq!(state, State::Diverifikasi);
        }
        let other = ActionInput {
            action: Action::Cancel { why: text("x") },
            ..input.clone()
        };
        assert!(matches!(
            take(&app, &desk, other).await,
            Err(AppError::Conflict(_))
        ));
        // Somebody else who saw the case before that step.
        let late = ActionInput {
            id: app.app.ids().make(),
            ..input
        };
        assert!(matches!(
            take(&app, &desk, late).await,
            Err(AppError::Conflict(_))
        ));
        let whole = super::case(&mut app.app.db(), &desk, first.case)
            .await
            .unwrap();
        assert_eq!((whole.findings.len(), whole.steps.len()), (1, 1));
    }
}

#[tokio::test]
async fn one_open_case_per_family_and_need() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Petugas).await;
        let first = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let other_need = send(&app, &kader, referral(&app, &family, Need::Data))
            .await
            .unwrap();
        assert!(!other_need.attached);
        let why = text("alamat belum jelas");
        step(&app, &desk, first.case, Action::SendBack { why })
            .await
            .unwrap();

        // A repeated finding attaches, presses harder, and completes what was sent back.
        let harder = NewReferral {
            urgency: Urgency::Segera,
            ..referral(&app, &family, Need::Pangan)
        };
        let again = send(&app, &kader, harder).await.unwrap();
        assert_eq!(
            again,
            Opened {
                attached: true,
                ..first
            }
        );
        let db = &mut app.app.db();
        let case = super::case(db, &desk, first.case).await.unwrap();
        assert_eq!(case.line.urgency, Urgency::Segera);
        assert_eq!(case.line.progress.state, State::Diajukan);
        assert_eq!(case.findings.len(), 2);

        // After the end the need may come again.
        step(
            &app,
            &desk,
            first.case,
            Action::Cancel {
                why: text("pindah"),
            },
        )
        .await
        .unwrap();
        let new = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        assert!(!new.attached && new.case != first.case);
        let all = of_household(db, &desk, family.household).await.unwrap();
        assert_eq!(all.len(), 3);
    }
}

#[tokio::test]
async fn sixteen_repeats_at_once_make_one_case() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let tries = (0..16).map(|_| {
            let (app, scope) = (app.app.clone(), kader.clone());
            let new = NewReferral {
                id: app.ids().make(),
                household: family.household,
                person: None,
                need: Need::Pangan,
                urgency: Urgency::Rutin,
                note: String::new(),
                source: None,
            };
            tokio::spawn(async move {
                let mut work = crate::access::Work::begin(&app, &scope).await.unwrap();
                match open(&mut work, new).await {
                    Ok(opened) => work.commit().await.map(|()| opened),
                    Err(error) => Err(error),
                }
            })
        });
        let mut cases = std::collections::BTreeSet::new();
        for each in tries.collect::<Vec<_>>() {
            match each.await.unwrap() {
                Ok(opened) => {
                    cases.insert(opened.case);
                }
                // Somebody else's attachment came between: said so, nothing half-written.
                Err(AppError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(cases.len(), 1);
        let desk = app.scope(Role::Petugas).await;
        let all = of_household(&mut app.app.db(), &desk, family.household)
            .await
            .unwrap();
        assert_eq!(all.len(), 1);
    }
}

#[tokio::test]
async fn each_role_sees_what_is_its_own() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Petugas).await;
        let service = app.scope(Role::PengelolaProgram).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let sees = async |scope: &Scope| {
            let db = &mut app.app.db();
            let one = super::case(db, scope, opened.case).await.is_ok();
            let list = incoming(db, scope, Filter::default(), None, 10)
                .await
                .unwrap();
            let home = of_household(db, scope, family.household).await.unwrap();
            assert_eq!(
                (list.len(), home.len()),
                (usize::from(one), usize::from(one))
            );
            one
        };
        for role in [
            Role::Petugas,
            Role::Koordinator,
            Role::Supervisor,
            Role::Manajer,
        ] {
            assert!(sees(&app.scope(role).await).await, "{role:?}");
        }
        // Another kader of the same post, another post, and those who see figures alone.
        assert!(sees(&kader).await);
        assert!(!sees(&app.scope(Role::Kader).await).await);
        assert!(!sees(&app.scope_in(Role::Kader, area(OTHER_POST)).await).await);
        for role in [Role::KepalaDesa, Role::Pemantau, Role::Administrator] {
            assert!(!sees(&app.scope(role).await).await, "{role:?}");
        }
        // A service sees what was referred on.
        assert!(!sees(&service).await);
        step(&app, &desk, opened.case, Action::Accept)
            .await
            .unwrap();
        let refer = Action::ReferOn {
            to: Destination::DinasSosial,
            note: text("mohon didahulukan"),
        };
        step(&app, &desk, opened.case, refer.clone()).await.unwrap();
        let reply = Action::Reply {
            text: text("kami kabari lagi"),
        };
        step(&app, &desk, opened.case, reply.clone()).await.unwrap();
        assert!(sees(&service).await);
        // What one side tells another stays between the two.
        let reads = async |scope: &Scope| {
            let whole = super::case(&mut app.app.db(), scope, opened.case).await;
            let whole = whole.unwrap();
            let steps = whole.steps.into_iter().map(|step| step.action);
            (whole.findings.len(), steps.collect::<Vec<_>>())
        };
        let without_note = Action::ReferOn {
            to: Destination::DinasSosial,
            note: String::new(),
        };
        let accept = Action::Accept;
        let told = vec![accept.clone(), without_note, reply.clone()];
        assert_eq!(reads(&kader).await, (1, told));
        assert_eq!(
            reads(&service).await,
            (0, vec![accept.clone(), refer.clone()])
        );
        assert_eq!(reads(&desk).await, (1, vec![accept, refer, reply]));

        let state = step(&app, &service, opened.case, Action::Accept)
            .await
            .unwrap();
        assert_eq!(state, State::DiterimaTujuan);
        let refuse = Action::Refuse {
            reason_code: RefusalReason::KuotaPenuh,
            why: text("kuota penuh"),
            next: text("diusulkan lagi bulan depan"),
        };
        assert_eq!(
            step(&app, &service, opened.case, refuse).await.unwrap(),
            State::Ditolak
        );

        // Nobody refers a family outside the area, or somebody of another family.
        let stranger = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let refused = send(&app, &stranger, referral(&app, &family, Need::Data)).await;
        assert!(matches!(refused, Err(AppError::NotFound)));
        let other = super::tests::family(&app, POST).await;
        let mixed = NewReferral {
            person: Some(other.person),
            ..referral(&app, &family, Need::Data)
        };
        assert!(matches!(
            send(&app, &kader, mixed).await,
            Err(AppError::Refused(_))
        ));
        let viewer = app.scope(Role::KepalaDesa).await;
        let refused = send(&app, &viewer, referral(&app, &family, Need::Data)).await;
        assert!(matches!(refused, Err(AppError::NotFound)));
    }
}

#[tokio::test]
async fn the_work_list_goes_on_where_it_ended() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Petugas).await;
        let mut sent = std::collections::BTreeSet::new();
        for urgency in [
            Urgency::Rutin,
            Urgency::Darurat,
            Urgency::Rutin,
            Urgency::Segera,
        ] {
            let family = family(&app, POST).await;
            let new = NewReferral {
                urgency,
                ..referral(&app, &family, Need::Pangan)
            };
            sent.insert(send(&app, &kader, new).await.unwrap().case);
        }
        for filter in [
            Filter::default(),
            Filter {
                closed: true,
                ..Filter::default()
            },
        ] {
            let mut seen = Vec::new();
            loop {
                let after = seen.last().map(CaseLine::cursor);
                let next = incoming(&mut app.app.db(), &desk, filter, after, 3)
                    .await
                    .unwrap();
                if next.is_empty() {
                    break;
                }
                seen.extend(next);
            }
            assert_eq!(
                seen.iter()
                    .map(|line| line.id)
                    .collect::<std::collections::BTreeSet<_>>(),
                sent
            );
            assert_eq!(seen.len(), sent.len());
            if !filter.closed {
                assert_eq!(seen[0].urgency, Urgency::Darurat);
                for line in &seen {
                    let cancel = Action::Cancel { why: text("x") };
                    step(&app, &desk, line.id, cancel).await.unwrap();
                }
            }
        }
    }
}

#[tokio::test]
async fn code_and_number_tell_the_public_state_and_nothing_else() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let desk = app.scope(Role::Koordinator).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let ticket = opened.ticket;
        let again = slip(&mut app.app.db(), &desk, app.app.keys(), opened.case)
            .await
            .unwrap();
        assert_eq!(again, ticket);
        step(&app, &desk, opened.case, Action::Accept)
            .await
            .unwrap();
        let reply = Action::Reply {
            text: text("kami ke rumah besok"),
        };
        step(&app, &desk, opened.case, reply).await.unwrap();
        let public = public_status(&app.app, ticket.code, ticket.number)
            .await
            .unwrap();
        assert_eq!(public.state, simpul_rules::PublicState::Diproses);
        assert_eq!(public.steps.len(), 1, "a reply is not public");

        let wrong: TicketNumber = if ticket.number.to_string() == "0000" {
            "0001"
        } else {
            "0000"
        }
        .parse()
        .unwrap();
        let unknown = Ticket::draw([9; Ticket::RANDOM]).code;
        for code in [ticket.code, unknown] {
            for _ in 0..5 {
                let refused = public_status(&app.app, code, wrong).await;
                assert!(matches!(refused, Err(AppError::Refused("track-unknown"))));
            }
            // Locked alike, even for the right number.
            let locked = public_status(&app.app, code, ticket.number).await;
            assert!(matches!(locked, Err(AppError::TooMany { .. })));
        }
        app.clock.advance_ms(16 * 60_000);
        assert!(
            public_status(&app.app, ticket.code, ticket.number)
                .await
                .is_ok()
        );

        let hidden = referral(&app, &family, Need::Perlindungan);
        let hidden = send(&app, &kader, hidden).await.unwrap().ticket;
        let refused = public_status(&app.app, hidden.code, hidden.number).await;
        assert!(matches!(refused, Err(AppError::Refused("track-unknown"))));
    }
}

/// Form field of a step, named after it.
async fn post_step(
    client: &Client,
    case: Id,
    version: &str,
    fields: &[(&str, &str)],
) -> crate::testing::Answer {
    let mut all = vec![("versi", version)];
    all.extend(fields);
    client.post(format!("/rujukan/{case}"), &all).await
}

#[tokio::test]
async fn the_desk_works_through_its_pages() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.client(Role::Kader).await;
        let opened = send(&app, &kader.scope, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let lead = app.client(Role::Koordinator).await;
        let list = lead.get("/puskesos").await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.text.contains("Suminah") && list.text.contains("Sisa 1 hari kerja"));
        assert!(
            lead.get("/puskesos?daftar=selesai")
                .await
                .text
                .contains("Belum ada rujukan yang selesai")
        );

        let path = format!("/rujukan/{}", opened.case);
        let page = lead.get(&path).await;
        assert!(page.text.contains("Saya tangani") && page.text.contains("keluarga perlu beras"));
        let done = post_step(&lead, opened.case, "1", &[("act", "accept")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);

        // A refusal without its words comes back with what was typed.
        let half = [
            ("act", "refuse"),
            ("refuse_reason", "kuota_penuh"),
            ("refuse_why", "habis & tutup"),
        ];
        let again = post_step(&lead, opened.case, "2", &half).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            again.text.contains("habis &#38; tutup")
                && again.text.contains("Bagian ini perlu diisi")
        );
        let full = [
            half[0],
            half[1],
            half[2],
            ("refuse_next", "diusulkan bulan depan"),
        ];
        assert_eq!(
            post_step(&lead, opened.case, "1", &full).await.status,
            StatusCode::CONFLICT
        );
        assert_eq!(
            post_step(&lead, opened.case, "2", &full).await.status,
            StatusCode::SEE_OTHER
        );
        let page = lead.get(&path).await.text;
        assert!(page.contains("Kuota sedang penuh") && page.contains("diusulkan bulan depan"));

        // The sender reads it; an officer elsewhere does not.
        assert!(
            kader
                .get(&path)
                .await
                .text
                .contains("diusulkan bulan depan")
        );
        let elsewhere = app
            .client_in(Role::Petugas, area(crate::testing::OTHER_VILLAGE))
            .await;
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);

        let slip = kader.get(format!("/bukti/{}", opened.case)).await.text;
        assert!(slip.contains(&opened.ticket.code.to_string()) && slip.contains("<svg"));
        assert!(!slip.contains("Pangan") && !slip.contains("Suminah"));
    }
}

#[tokio::test]
async fn a_look_up_in_siks_ng_is_entered_with_its_date() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let desk = app.client(Role::Petugas).await;
        let mut work = app.work_as(&desk.scope).await;
        crate::registry::ask_check(&mut work, family.household)
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert!(
            desk.get("/puskesos")
                .await
                .text
                .contains("1 keluarga perlu dicek")
        );
        assert!(desk.get("/puskesos/cek").await.text.contains("Suminah"));
        let path = format!("/puskesos/cek/{}", family.household);
        assert!(desk.get(&path).await.text.contains("Jalan Melati 7"));
        for (decile, day) in [
            ("11", "2026-10-01"),
            ("2", "2026-13-01"),
            ("2", "2027-01-01"),
        ] {
            let fields = [("ditemukan", "ya"), ("desil", decile), ("tanggal", day)];
            let again = desk.post(&path, &fields).await;
            assert_eq!(
                again.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{decile} {day}"
            );
        }
        let fields = [
            ("ditemukan", "ya"),
            ("desil", "2"),
            ("tanggal", "2026-10-01"),
        ];
        assert_eq!(
            desk.post(&path, &fields).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(
            desk.get("/puskesos/cek")
                .await
                .text
                .contains("Semua keluarga sudah dicek")
        );
        let kader = app.client(Role::Kader).await;
        assert_eq!(kader.get(&path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn pages_speak_both_languages() {
    for app in TestApp::each().await {
        let family = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let opened = send(&app, &kader, referral(&app, &family, Need::Pangan))
            .await
            .unwrap();
        let desk = app.client(Role::Koordinator).await.in_english();
        for (path, word) in [
            ("/puskesos".to_owned(), "one working day left"),
            (format!("/rujukan/{}", opened.case), "I take it"),
            (format!("/bukti/{}", opened.case), "Keep this paper"),
            (
                "/puskesos/cek".to_owned(),
                "All families have been looked up",
            ),
            (
                format!("/puskesos/cek/{}", family.household),
                "Date of the data",
            ),
        ] {
            let page = desk.get(&path).await;
            assert!(
                page.status == StatusCode::OK && page.text.contains(word),
                "{path}"
            );
        }
    }
}

/// A merge rewrites nothing: the case stays where it was sent in, and is seen from the family of
/// the record that stays, until the merge is undone.
#[tokio::test]
async fn cases_follow_the_record_that_stays() {
    use crate::duplicates;
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (here, there) = (family(&app, POST).await, family(&app, OTHER_POST).await);
        let opened = send(&app, &desk, referral(&app, &there, Need::Pangan))
            .await
            .unwrap();
        let (stays, goes) = (here.person, there.person);
        let pair = crate::testing::merged::call_one_person(&app, &desk, stays, goes).await;
        let mut db = app.app.db();
        let all = of_household(&mut db, &desk, here.household).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].id, opened.case);
        let stands = duplicates::survivor(&mut db, &desk, there.person).await;
        assert_eq!(stands.unwrap(), here.person);
        // A kader of the one post does not see the other post through it.
        let kader = app.scope(Role::Kader).await;
        let seen = of_household(&mut db, &kader, here.household).await.unwrap();
        assert!(seen.is_empty());
        let mut work = app.work_as(&desk).await;
        duplicates::undo(&mut work, pair, 2).await.unwrap();
        work.commit().await.unwrap();
        let all = of_household(&mut db, &desk, here.household).await.unwrap();
        assert!(all.is_empty());
    }
}
