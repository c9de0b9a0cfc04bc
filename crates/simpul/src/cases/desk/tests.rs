//! The desk's work: any need at any door, hands, clocks that pass up, a second pair of eyes.

use axum::http::StatusCode;

use super::tests::{family, referral, send, step};
use super::*;
use crate::access::{Role, Scope};
use crate::platform::{AppError, Id};
use crate::testing::{OTHER_VILLAGE, POST, TestApp, VILLAGE, area};

const DAY_MS: i64 = 24 * 3_600_000;

fn text(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn brought(app: &TestApp, household: Option<Id>, kind: Kind, field: Field) -> NewIntake {
    NewIntake {
        id: app.app.ids().make(),
        kind,
        household,
        village: None,
        field,
        nature: Some(Nature::KebutuhanProgram),
        urgency: Urgency::Rutin,
        channel: Channel::Meja,
        speaker: Speaker::Sendiri,
        category: None,
        about: None,
        note: text("atap rumah bocor"),
        reporter: None,
    }
}

pub(crate) async fn bring(
    app: &TestApp,
    scope: &Scope,
    new: NewIntake,
) -> Result<Opened, AppError> {
    let mut work = app.work_as(scope).await;
    let opened = take_in(&mut work, new, None).await?;
    work.commit().await?;
    Ok(opened)
}

async fn seen(app: &TestApp, scope: &Scope, id: Id) -> Option<Case> {
    super::case(&mut app.app.db(), scope, id).await.ok()
}

#[tokio::test]
async fn a_need_attaches_to_the_open_case_and_a_question_stands_alone() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let (kader, desk) = (app.scope(Role::Kader).await, app.scope(Role::Petugas).await);
        let sent = referral(&app, &home, Need::Perumahan);
        let first = send(&app, &kader, sent).await.unwrap();
        let new = brought(
            &app,
            Some(home.household),
            Kind::Kebutuhan,
            Field::Perumahan,
        );
        let again = bring(&app, &desk, new.clone()).await.unwrap();
        assert!(again.attached && again.case == first.case && again.ticket == first.ticket);
        // Sent twice it is one, and other words under the same id are refused.
        let twice = bring(&app, &desk, new.clone()).await.unwrap();
        assert_eq!(twice.case, first.case);
        let other = NewIntake {
            note: text("lain"),
            ..new
        };
        let refused = bring(&app, &desk, other).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));

        let question = brought(
            &app,
            Some(home.household),
            Kind::Pertanyaan,
            Field::Perumahan,
        );
        let asked = bring(&app, &desk, question).await.unwrap();
        assert!(!asked.attached && asked.case != first.case);
        step(&app, &desk, asked.case, Action::Accept).await.unwrap();
        let lead = app.scope(Role::Koordinator).await;
        let approve = Action::Approve {
            what: text("x"),
            by: Decider::Puskesos,
            next: text("y"),
        };
        let refused = step(&app, &lead, asked.case, approve).await;
        assert!(matches!(refused, Err(AppError::Refused("case-not-so"))));
        let answer = Action::Answer {
            text: text("Syaratnya KTP dan KK"),
        };
        let state = step(&app, &desk, asked.case, answer).await.unwrap();
        assert_eq!(state, State::Selesai);
        let ticket = asked.ticket;
        let public = public_status(&app.app, ticket.code, ticket.number)
            .await
            .unwrap();
        assert_eq!(public.words.id, "Sudah dijawab.");

        // A sensitive category is restricted whatever its field, and is not searched.
        let sensitive = NewIntake {
            category: Some(Category::KorbanKekerasan),
            ..brought(&app, Some(home.household), Kind::Kebutuhan, Field::Sosial)
        };
        let hidden = bring(&app, &desk, sensitive).await.unwrap();
        let need = seen(&app, &desk, hidden.case)
            .await
            .unwrap()
            .line
            .progress
            .need;
        assert!(need.is_restricted());
        let refused = public_status(&app.app, hidden.ticket.code, hidden.ticket.number).await;
        assert!(matches!(refused, Err(AppError::Refused("track-unknown"))));
    }
}

#[tokio::test]
async fn a_complaint_about_an_officer_goes_past_the_village() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let new = NewIntake {
            about: Some(About::KepalaDesa),
            reporter: Some(Reporter {
                name: text("Sulastri Anom"),
                phone: text("081234567890"),
            }),
            note: text("bantuan dipotong"),
            ..brought(&app, None, Kind::Pengaduan, Field::Bantuan)
        };
        let kept = bring(&app, &desk, new.clone()).await.unwrap();
        let twice = bring(&app, &desk, new.clone()).await.unwrap();
        assert_eq!((kept.case, kept.ticket), (twice.case, twice.ticket));
        // Nobody of village or kecamatan sees it, not even who wrote it down.
        assert!(seen(&app, &desk, kept.case).await.is_none());
        for role in [Role::Koordinator, Role::Supervisor, Role::Fasilitator] {
            assert!(
                seen(&app, &app.scope(role).await, kept.case)
                    .await
                    .is_none()
            );
        }
        let village = app.client(Role::Koordinator).await;
        let sealed = village.get(format!("/rujukan/{}/pelapor", kept.case)).await;
        assert_eq!(sealed.status, StatusCode::NOT_FOUND);
        let chief = app.client(Role::Manajer).await;
        let page = chief.get(format!("/rujukan/{}", kept.case)).await;
        assert!(page.text.contains("bantuan dipotong") && !page.text.contains("Sulastri"));
        assert!(page.text.contains("Kepala desa"));
        let sealed = chief.get(format!("/rujukan/{}/pelapor", kept.case)).await;
        assert!(sealed.text.contains("Sulastri Anom"));
        // The kabupaten answers, and the ticket tells it.
        for action in [
            Action::Accept,
            Action::Answer {
                text: text("Sudah kami periksa"),
            },
        ] {
            step(&app, &chief.scope, kept.case, action).await.unwrap();
        }
        let ticket = kept.ticket;
        let told = public_status(&app.app, ticket.code, ticket.number)
            .await
            .unwrap();
        assert_eq!(told.words.id, "Sudah dijawab.");
        // It never names a family, and is nothing but a complaint.
        let home = family(&app, POST).await;
        for wrong in [
            NewIntake {
                household: Some(home.household),
                ..new.clone()
            },
            NewIntake {
                kind: Kind::Saran,
                ..new.clone()
            },
        ] {
            let id = app.app.ids().make();
            let refused = bring(&app, &desk, NewIntake { id, ..wrong }).await;
            assert!(matches!(refused, Err(AppError::Refused("intake-about"))));
        }
    }
}

#[tokio::test]
async fn what_one_officer_holds_another_leaves_alone_until_taken_over() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let case = send(&app, &kader, referral(&app, &home, Need::Pangan))
            .await
            .unwrap()
            .case;
        let (one, two) = (
            app.scope(Role::Petugas).await,
            app.scope(Role::Petugas).await,
        );
        step(&app, &one, case, Action::Accept).await.unwrap();
        let ask = || Action::AskDocuments { what: text("KK") };
        let refused = step(&app, &two, case, ask()).await;
        assert!(matches!(refused, Err(AppError::Refused("case-held"))));
        let over = Action::TakeOver {
            why: text("rekan sedang cuti"),
        };
        step(&app, &two, case, over).await.unwrap();
        let holder = |case: Case| case.line.progress.custody.holder;
        assert_eq!(
            holder(seen(&app, &one, case).await.unwrap()),
            Some(two.user())
        );
        let stranger = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let to = |to| Action::HandOver {
            to,
            why: text("lebih paham"),
        };
        let refused = step(&app, &two, case, to(stranger.user())).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("case-no-colleague"))
        ));
        step(&app, &two, case, to(one.user())).await.unwrap();
        step(&app, &one, case, ask()).await.unwrap();
        // How the office works is nothing for the sender.
        let steps = seen(&app, &kader, case).await.unwrap().steps;
        assert_eq!(steps.len(), 2);
        let page = app.client(Role::Koordinator).await;
        let page = page.get(format!("/rujukan/{case}")).await.text;
        assert!(page.contains("Diambil alih") && page.contains("Diserahkan ke rekan"));
    }
}

#[tokio::test]
async fn what_nobody_moves_is_passed_up_once_for_each_tier() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let kader = app.scope(Role::Kader).await;
        let case = send(&app, &kader, referral(&app, &home, Need::Pangan))
            .await
            .unwrap()
            .case;
        let desk = app.scope(Role::Petugas).await;
        let tier = async || {
            let case = seen(&app, &desk, case).await.unwrap();
            (case.line.progress.custody.tier, case.steps.len())
        };
        assert_eq!(raise_late(&app.app).await.unwrap(), 0);
        // Saturday: the desk has until Monday evening.
        app.clock.advance_ms(3 * DAY_MS);
        assert_eq!(raise_late(&app.app).await.unwrap(), 1);
        assert_eq!(tier().await, (Tier::Kecamatan, 1));
        assert_eq!(raise_late(&app.app).await.unwrap(), 0);
        app.clock.advance_ms(3 * DAY_MS);
        assert_eq!(raise_late(&app.app).await.unwrap(), 1);
        app.clock.advance_ms(9 * DAY_MS);
        assert_eq!(raise_late(&app.app).await.unwrap(), 0, "nobody is above");
        assert_eq!(tier().await, (Tier::Kabupaten, 2));
        let page = app.client(Role::Supervisor).await;
        let page = page.get(format!("/rujukan/{case}")).await.text;
        assert!(page.contains("Disampaikan ke Manajer kabupaten"));
        // Those above move it.
        let chief = app.scope(Role::Manajer).await;
        step(&app, &chief, case, Action::Accept).await.unwrap();
        let approve = Action::Approve {
            what: text("paket pangan"),
            by: Decider::Kabupaten,
            next: text("diambil di kantor"),
        };
        let state = step(&app, &chief, case, approve).await.unwrap();
        assert_eq!(state, State::Selesai);
    }
}

#[tokio::test]
async fn one_form_serves_desk_field_and_the_public_page() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let helper = app.client(Role::Fasilitator).await;
        let path = format!("/keluarga/{}/keperluan", home.household);
        let page = helper.get(&path).await;
        assert!(page.text.contains("Suminah"));
        let fresh = app.app.ids().make().to_string();
        let mut fields = vec![
            ("_id", fresh.as_str()),
            ("jenis", "kebutuhan"),
            ("bidang", "perumahan"),
            ("isi", "Atap rumah bocor"),
            ("penutur", "kerabat"),
            ("kapan", "rutin"),
            ("cara", "lapangan"),
        ];
        let again = helper.post(&path, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("Tanyakan dulu kepada keluarganya"));
        fields.push(("izin", "ya"));
        let kept = helper.post(&path, &fields).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER);
        assert_eq!(kept.location, helper.post(&path, &fields).await.location);
        let shown = helper.get(kept.location.unwrap()).await;
        assert!(shown.text.contains("Atap rumah bocor") && shown.text.contains("Kerabat"));

        // A citizen on the public page, without a name.
        app.client(Role::Koordinator).await;
        let citizen = app.anonymous();
        let page = citizen.get("/lapor").await;
        assert!(page.text.contains(&village_name(&area(VILLAGE))));
        let fresh = app.app.ids().make().to_string();
        let complaint = [
            ("_id", fresh.as_str()),
            ("desa", VILLAGE),
            ("jenis", "pengaduan"),
            ("bidang", "bantuan"),
            ("pejabat", "kepala_desa"),
            ("isi", "Beras dipotong"),
        ];
        let told = citizen.post_raw("/lapor", &complaint).await;
        assert_eq!(told.status, StatusCode::OK);
        assert!(told.text.contains("Kode") && told.text.contains("Nomor"));
        let desk = app.scope(Role::Petugas).await;
        let (db, all) = (&mut app.app.db(), Filter::default());
        let village = incoming(db, &desk, all, None, 10).await.unwrap();
        assert_eq!(village.len(), 1, "the need of the family alone");
        let chief = app.scope(Role::Manajer).await;
        assert_eq!(incoming(db, &chief, all, None, 10).await.unwrap().len(), 2);
        let unknown = citizen
            .post_raw("/lapor", &[("_id", &fresh), ("desa", OTHER_VILLAGE)])
            .await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn who_did_all_alone_is_looked_at_by_a_second_person() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let lead = app.scope(Role::Koordinator).await;
        let new = brought(&app, Some(home.household), Kind::Kebutuhan, Field::Pangan);
        let case = bring(&app, &lead, new).await.unwrap().case;
        step(&app, &lead, case, Action::Accept).await.unwrap();
        let approve = Action::Approve {
            what: text("beras"),
            by: Decider::Puskesos,
            next: text("diambil hari ini"),
        };
        step(&app, &lead, case, approve).await.unwrap();
        let eyes = app.scope(Role::Supervisor).await;
        let look = || Action::Review {
            note: text("sudah sesuai"),
        };
        let refused = step(&app, &lead, case, look()).await;
        assert!(matches!(refused, Err(AppError::Refused("case-not-yours"))));
        step(&app, &eyes, case, look()).await.unwrap();
        let refused = step(&app, &eyes, case, look()).await;
        assert!(matches!(refused, Err(AppError::Refused("case-not-so"))));
    }
}
