//! The queue on both engines.

use axum::http::StatusCode;

use super::*;
use crate::access::{Role, Scope};
use crate::platform::AppError;
use crate::testing::{OTHER_VILLAGE, TestApp, area};

const MINUTE_MS: i64 = 60_000;

async fn come(app: &TestApp, scope: &Scope, priority: Priority) -> i64 {
    let mut work = app.work_as(scope).await;
    let new = NewVisit {
        id: app.app.ids().make(),
        purpose: Purpose::Pengajuan,
        priority,
    };
    let number = take_number(&mut work, new).await.unwrap();
    work.commit().await.unwrap();
    number
}

async fn next(app: &TestApp, scope: &Scope) -> Option<i64> {
    let mut work = app.work_as(scope).await;
    let number = call_next(&mut work).await.unwrap();
    work.commit().await.unwrap();
    number
}

#[tokio::test]
async fn who_needs_it_most_is_called_first_and_time_is_measured() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        for (number, priority) in [
            (1, Priority::Biasa),
            (2, Priority::Biasa),
            (3, Priority::Lansia),
            (4, Priority::Hamil),
        ] {
            assert_eq!(come(&app, &desk, priority).await, number);
        }
        let elsewhere = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        assert_eq!(come(&app, &elsewhere, Priority::Biasa).await, 1);
        app.clock.advance_ms(12 * MINUTE_MS);
        for number in [3, 4, 1, 2] {
            assert_eq!(next(&app, &desk).await, Some(number));
        }
        assert_eq!(next(&app, &desk).await, None);
        let now = app.app.now();
        let visits = today(&mut app.app.db(), &desk, now).await.unwrap();
        assert!(visits.iter().all(|visit| visit.called_at == Some(now)));
        let (first, id) = (&visits[0], visits[0].id);
        assert_eq!(first.served_by, Some(desk.user()));
        let mut work = app.work_as(&desk).await;
        let early = move_visit(&mut work, id, VisitState::Selesai).await;
        assert!(matches!(early, Err(AppError::Refused("queue-not-now"))));
        for to in [
            VisitState::Dilayani,
            VisitState::Dilayani,
            VisitState::Selesai,
        ] {
            move_visit(&mut work, id, to).await.unwrap();
        }
        work.commit().await.unwrap();
        let mut work = app.work_as(&elsewhere).await;
        let foreign = move_visit(&mut work, id, VisitState::Pergi).await;
        assert!(matches!(foreign, Err(AppError::NotFound)));
        drop(work);
        app.clock.advance_ms(24 * 60 * MINUTE_MS);
        assert_eq!(come(&app, &desk, Priority::Biasa).await, 1, "a new day");
    }
}

#[tokio::test]
async fn the_pages_take_call_serve_and_show_numbers_alone() {
    for app in TestApp::each().await {
        let desk = app.client(Role::Petugas).await;
        let id = app.app.ids().make().to_string();
        let fields = [
            ("keperluan", "kabar"),
            ("prioritas", "hamil"),
            ("_id", id.as_str()),
        ];
        for _ in 0..2 {
            let taken = desk.post("/antrean", &fields).await;
            assert_eq!(taken.location.as_deref(), Some(&*format!("/antrean/{id}")));
        }
        let wrong = desk.post("/antrean", &[("keperluan", "kabar")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.clock.advance_ms(7 * MINUTE_MS);
        desk.post("/antrean/panggil", &[]).await;
        let screen = desk.get("/antrean/layar").await;
        assert!(screen.text.contains("<dd>1</dd>"), "{}", screen.text);
        assert_eq!(screen.header("refresh"), "10");
        for to in ["dilayani", "selesai"] {
            let moved = desk.post(format!("/antrean/{id}"), &[("ke", to)]).await;
            assert_eq!(moved.status, StatusCode::SEE_OTHER);
        }
        let page = desk.get("/antrean").await;
        assert!(page.text.contains("7 menit"), "{}", page.text);
    }
}

/// A companion of PKH or the police of the village brings matters in, plans the days it comes, and
/// sees nothing but what it brought.
#[tokio::test]
async fn another_officer_brings_matters_in_and_sees_those_alone() {
    for app in TestApp::each().await {
        let mitra = app.client(Role::Mitra).await;
        let said = [
            ("jenis", "kebutuhan"),
            ("bidang", "pangan"),
            ("kapan", "segera"),
            ("cara", "lapangan"),
            ("isi", "Persediaan beras habis"),
            ("penutur", "sendiri"),
        ];
        let kept = mitra.post("/keperluan", &said).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
        let path = kept.location.expect("its page");
        let path = path.split('?').next().unwrap();
        assert!(mitra.get("/puskesos").await.text.contains(path));
        let own = mitra.get(path).await;
        assert!(own.text.contains("Persediaan beras habis"), "{}", own.text);
        let other = app.client(Role::Mitra).await;
        assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
        assert!(!other.get("/puskesos").await.text.contains("/rujukan/"));
        for closed in [
            "/keluarga",
            "/posyandu",
            "/antrean",
            "/puskesos/papan",
            "/puskesos/cari",
        ] {
            let desk = app.client(Role::Supervisor).await.get(closed).await;
            let post = app.client(Role::Kader).await.get(closed).await;
            let office = app.client(Role::Petugas).await.get(closed).await;
            let open = [desk, post, office]
                .iter()
                .any(|page| page.status == StatusCode::OK);
            assert!(open, "{closed} is there for others");
            let page = mitra.get(closed).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{closed}");
        }
        let day = [
            ("siapa", "babinsa"),
            ("tanggal", "2026-11-25"),
            ("jam", "08.00-11.00"),
            ("catatan", ""),
        ];
        let planned = mitra.post("/antrean/jadwal", &day).await;
        assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.text);
        let page = mitra.get("/antrean/jadwal").await.text;
        assert!(page.contains("Babinsa") && !page.contains("/hapus"));
    }
}

#[tokio::test]
async fn other_officers_have_a_schedule() {
    for app in TestApp::each().await {
        let desk = app.client(Role::Petugas).await;
        let fields = [
            ("siapa", "pendamping_pkh"),
            ("tanggal", "2026-11-25"),
            ("jam", "08.00-11.00"),
            ("catatan", ""),
        ];
        let planned = desk.post("/antrean/jadwal", &fields).await;
        assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.text);
        let page = desk.get("/antrean/jadwal").await.text;
        assert!(page.contains("Pendamping PKH") && page.contains("25 November 2026"));
        let scope = desk.scope.clone();
        let day = jiff::civil::date(2026, 11, 21);
        let planned = visiting_hours(&mut app.app.db(), &scope, day)
            .await
            .unwrap();
        let path = format!("/antrean/jadwal/{}/hapus", planned[0].id);
        let elsewhere = app.client_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        assert_eq!(
            elsewhere.post(&path, &[]).await.status,
            StatusCode::NOT_FOUND
        );
        desk.post(&path, &[]).await;
        let page = desk.get("/antrean/jadwal").await.text;
        assert!(!page.contains("25 November 2026"));
    }
}

#[tokio::test]
async fn what_was_reached_the_same_day_is_counted() {
    use crate::cases::tests::{family, referral, send, step};
    use crate::cases::{Action, Decider, Need};
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let lead = app.scope(Role::Koordinator).await;
        for need in [Need::Pangan, Need::Bantuan] {
            let family = family(&app, crate::testing::POST).await;
            let new = referral(&app, &family, need);
            let case = send(&app, &kader, new).await.unwrap().case;
            step(&app, &lead, case, Action::Accept).await.unwrap();
            let help = Action::FirstHelp {
                what: "beras".into(),
            };
            step(&app, &lead, case, help).await.unwrap();
            if need == Need::Bantuan {
                let approve = Action::Approve {
                    what: "usulan".into(),
                    by: Decider::Desa,
                    next: "tunggu".into(),
                };
                step(&app, &lead, case, approve).await.unwrap();
                let received = Action::Received {
                    what: "beras dari lumbung desa".into(),
                };
                step(&app, &lead, case, received.clone()).await.unwrap();
                let twice = step(&app, &lead, case, received).await;
                assert!(twice.is_err(), "once");
            }
        }
        let day = app.app.now().date_in(lead.zone());
        let reached = same_day(&mut app.app.db(), &lead, day).await.unwrap();
        assert_eq!(
            (reached.opened, reached.first_help, reached.proposed),
            (2, 2, 1)
        );
        assert_eq!(reached.received, 1);
        app.clock.advance_ms(1000 * 60 * 60 * 24);
        let day = app.app.now().date_in(lead.zone());
        let reached = same_day(&mut app.app.db(), &lead, day).await.unwrap();
        assert_eq!((reached.opened, reached.received), (0, 0));
    }
}
