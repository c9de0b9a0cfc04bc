//! Absences, the desk of one officer, lists of work, on both engines.

use jiff::civil::date;

use super::*;
use crate::access::{Role, Scope};
use crate::cases::desk_tests::{bring, brought};
use crate::cases::tests::{family, referral, send, step};
use crate::cases::{
    Action, Advice, CaseLine, Decider, Field, Filter, Kind, Need, State, Tier, WorkList, case,
    incoming,
};
use crate::platform::{AppError, Id};
use crate::testing::{OTHER_VILLAGE, POST, TestApp, area};

fn advise() -> Action {
    Action::Advise {
        to: Advice::Setujui,
        why: "atap bocor, sudah dilihat".into(),
    }
}

fn approve() -> Action {
    Action::Approve {
        what: "bantuan desa".into(),
        by: Decider::Puskesos,
        next: "ambil di balai desa".into(),
    }
}

async fn list(app: &TestApp, scope: &Scope, list: WorkList) -> Vec<CaseLine> {
    let filter = Filter {
        closed: list.is_of_ended(),
        list: Some(list),
        today: Some(app.app.now().date_in(scope.zone())),
        ..Filter::default()
    };
    let db = &mut app.app.db();
    incoming(db, scope, filter, None, 50).await.unwrap()
}

async fn opened(app: &TestApp, need: Need) -> Id {
    let home = family(app, POST).await;
    let kader = app.scope(Role::Kader).await;
    let sent = send(app, &kader, referral(app, &home, need)).await;
    sent.unwrap().case
}

async fn leave(app: &TestApp, by: &Scope, (who, deputy): (&Scope, &Scope)) -> Result<Id, AppError> {
    let mut work = app.work_as(by).await;
    let new = NewAbsence {
        id: app.app.ids().make(),
        officer: who.user(),
        deputy: deputy.user(),
        from: date(2026, 11, 21),
        to: date(2026, 11, 25),
    };
    let id = new.id;
    go(&mut work, new).await?;
    work.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn a_case_walks_through_the_lists_of_each_role() {
    for app in TestApp::each().await {
        let case = opened(&app, Need::Perumahan).await;
        let desk = app.scope(Role::Petugas).await;
        let lead = app.scope(Role::Koordinator).await;
        let is_on = async |scope: &Scope, which: WorkList| {
            list(&app, scope, which)
                .await
                .iter()
                .any(|line| line.id == case)
        };
        assert!(is_on(&desk, WorkList::Terima).await);
        step(&app, &desk, case, Action::Accept).await.unwrap();
        assert!(!is_on(&desk, WorkList::Terima).await && is_on(&desk, WorkList::Periksa).await);
        assert!(is_on(&desk, WorkList::Saya).await && !is_on(&lead, WorkList::Saya).await);
        assert!(!is_on(&lead, WorkList::Putuskan).await);
        step(&app, &desk, case, advise()).await.unwrap();
        assert!(is_on(&lead, WorkList::Putuskan).await && !is_on(&desk, WorkList::Periksa).await);

        // Papers are asked for after all: the proposal no longer stands.
        let ask = Action::AskDocuments {
            what: "surat tanah".into(),
        };
        step(&app, &desk, case, ask).await.unwrap();
        assert!(is_on(&desk, WorkList::Berkas).await && !is_on(&lead, WorkList::Putuskan).await);
        step(&app, &desk, case, Action::DocumentsCame)
            .await
            .unwrap();
        step(&app, &desk, case, advise()).await.unwrap();
        step(&app, &lead, case, approve()).await.unwrap();
        let supervisor = app.scope(Role::Supervisor).await;
        assert!(
            !is_on(&supervisor, WorkList::Tinjau).await,
            "two pairs of eyes saw it"
        );
        // The family does not read what the office proposed to itself.
        let kader = app.client(Role::Kader).await;
        let page = kader.get(format!("/rujukan/{case}")).await;
        assert!(!page.text.contains("Usul petugas"));
    }
}

#[tokio::test]
async fn front_and_back_office_share_a_desk_and_the_secretariat_has_both() {
    for app in TestApp::each().await {
        let case = opened(&app, Need::Perumahan).await;
        let front = app.scope(Role::FrontOffice).await;
        let back = app.scope(Role::BackOffice).await;
        let is_on = async |scope: &Scope, which: WorkList| {
            let lines = list(&app, scope, which).await;
            lines.iter().any(|line| line.id == case)
        };
        let refused = |result: Result<State, AppError>| {
            assert!(matches!(result, Err(AppError::Refused("case-not-yours"))));
        };
        // The front office registers; nobody of the back office can do so, nor the front the rest.
        refused(step(&app, &back, case, Action::Accept).await);
        step(&app, &front, case, Action::Accept).await.unwrap();
        refused(step(&app, &front, case, advise()).await);
        let on = Action::ReferOn {
            to: crate::cases::Destination::Puskesmas,
            note: String::new(),
        };
        refused(step(&app, &front, case, on).await);
        let answer = || Action::Answer {
            text: "Bisa di balai desa".into(),
        };
        refused(step(&app, &front, case, answer()).await);
        let take_over = || Action::TakeOver {
            why: "Pindah meja".into(),
        };
        // It waits for any of the back office, and is then in the hands of who took it.
        assert!(is_on(&back, WorkList::Periksa).await && !is_on(&front, WorkList::Saya).await);
        step(&app, &back, case, advise()).await.unwrap();
        assert!(is_on(&back, WorkList::Saya).await);
        let other = app.scope(Role::BackOffice).await;
        let held = step(&app, &other, case, advise()).await;
        assert!(matches!(held, Err(AppError::Refused("case-held"))));
        // Papers are brought to the front office, whoever holds the case.
        let ask = Action::AskDocuments {
            what: "surat tanah".into(),
        };
        step(&app, &back, case, ask).await.unwrap();
        step(&app, &front, case, Action::DocumentsCame)
            .await
            .unwrap();
        step(&app, &back, case, advise()).await.unwrap();
        let lead = app.scope(Role::Koordinator).await;
        step(&app, &lead, case, approve()).await.unwrap();

        // What is not registered is the front office's alone; registered, it is in nobody's hands.
        let fresh = opened(&app, Need::Data).await;
        refused(step(&app, &back, fresh, take_over()).await);
        step(&app, &front, fresh, take_over()).await.unwrap();
        step(&app, &front, fresh, Action::Accept).await.unwrap();
        step(&app, &other, fresh, advise()).await.unwrap();

        // A question is answered where it is asked.
        let question = brought(&app, None, Kind::Pertanyaan, Field::Bantuan);
        let question = bring(&app, &front, question).await.unwrap().case;
        step(&app, &front, question, Action::Accept).await.unwrap();
        step(&app, &front, question, answer()).await.unwrap();

        // The secretariat's lists hold what was passed up to it.
        let above = app.scope_in(Role::FrontOffice, area("1810")).await;
        let new = opened(&app, Need::Pangan).await;
        let listed = async || {
            let lines = list(&app, &above, WorkList::Terima).await;
            lines.iter().any(|line| line.id == new)
        };
        assert!(!listed().await);
        let up = Action::Escalate {
            to: Tier::Kabupaten,
            why: "Perlu kabupaten".into(),
        };
        step(&app, &lead, new, up).await.unwrap();
        assert!(listed().await);
        step(&app, &above, new, Action::Accept).await.unwrap();

        // What is brought there stays there; its officers take over from a village and stand for
        // each other alone.
        let back_above = app.scope_in(Role::BackOffice, area("1810")).await;
        let home = family(&app, POST).await;
        let walked = brought(&app, Some(home.household), Kind::Kebutuhan, Field::Pangan);
        let walked = bring(&app, &above, walked).await.unwrap().case;
        step(&app, &above, walked, Action::Accept).await.unwrap();
        let lines = list(&app, &back_above, WorkList::Periksa).await;
        assert!(lines.iter().any(|line| line.id == walked));
        let over = Action::HandOver {
            to: back_above.user(),
            why: "Sudah naik ke kabupaten".into(),
        };
        step(&app, &lead, new, over).await.unwrap();
        let across = leave(&app, &front, (&front, &above)).await;
        assert!(matches!(across, Err(AppError::Refused("absence-deputy"))));
        leave(&app, &above, (&above, &back_above)).await.unwrap();
        // Nobody chooses the secretariat for a village.
        let villages = crate::access::villages_with_desk(&mut app.app.db()).await;
        assert!(
            villages
                .unwrap()
                .iter()
                .all(|area| area.village().is_some())
        );
    }
}

#[tokio::test]
async fn a_deputy_has_hand_and_right_of_who_is_away_and_no_more() {
    for app in TestApp::each().await {
        let case = opened(&app, Need::Pangan).await;
        let first = app.scope(Role::Petugas).await;
        let second = app.scope(Role::Petugas).await;
        let lead = app.scope(Role::Koordinator).await;
        step(&app, &first, case, Action::Accept).await.unwrap();
        let held = step(&app, &second, case, advise()).await;
        assert!(matches!(held, Err(AppError::Refused("case-held"))));

        // Nobody notes another's absence, but who leads; the deputy is of the desk.
        let not_hers = leave(&app, &second, (&first, &second)).await;
        assert!(matches!(not_hers, Err(AppError::NotFound)));
        let far = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let stranger = leave(&app, &first, (&first, &far)).await;
        assert!(matches!(stranger, Err(AppError::Refused("absence-deputy"))));
        let himself = leave(&app, &first, (&first, &first)).await;
        assert!(matches!(himself, Err(AppError::Refused("absence-deputy"))));
        leave(&app, &lead, (&first, &second)).await.unwrap();
        assert_eq!(list(&app, &second, WorkList::Saya).await.len(), 1);
        step(&app, &second, case, advise()).await.unwrap();

        // A petugas does not decide, until the koordinator is away and she stands in.
        let refused = step(&app, &second, case, approve()).await;
        assert!(matches!(refused, Err(AppError::Refused("case-not-yours"))));
        let away_id = leave(&app, &lead, (&lead, &second)).await.unwrap();
        let page = app
            .client(Role::Koordinator)
            .await
            .get("/puskesos/tugas")
            .await;
        assert!(page.text.contains("Pengganti:"));
        let state = step(&app, &second, case, approve()).await.unwrap();
        assert_eq!(state, State::Selesai);
        let db = &mut app.app.db();
        let whole = super::super::case(db, &lead, case).await.unwrap();
        let last = whole.steps.last().unwrap();
        assert!(last.stands && last.role == Role::Koordinator);

        // Back at work, or after the last day, the right ends.
        let next = opened(&app, Need::Data).await;
        step(&app, &second, next, Action::Accept).await.unwrap();
        for _twice in 0..2 {
            let mut work = app.work_as(&lead).await;
            back(&mut work, away_id).await.unwrap();
            work.commit().await.unwrap();
        }
        let stranger = app.scope_in(Role::Koordinator, area(OTHER_VILLAGE)).await;
        let mut work = app.work_as(&stranger).await;
        let unseen = back(&mut work, away_id).await;
        assert!(matches!(unseen, Err(AppError::NotFound)));
        drop(work);
        let refused = step(&app, &second, next, approve()).await;
        assert!(matches!(refused, Err(AppError::Refused("case-not-yours"))));
        app.clock.advance_ms(10 * 24 * 3_600_000);
        assert!(
            away(db, &lead, app.app.now().date_in(lead.zone()))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn one_officer_finishes_on_one_screen_and_the_supervisor_looks_at_it() {
    for app in TestApp::each().await {
        let case_id = opened(&app, Need::Pangan).await;
        let lead = app.client(Role::Koordinator).await;
        let path = format!("/rujukan/{case_id}/sekaligus");
        assert_eq!(
            lead.get(&path).await.status.as_u16(),
            404,
            "not in this mode"
        );
        let desk = app.client(Role::Petugas).await;
        let on = [("sendiri", "ya")];
        assert_eq!(
            desk.post("/puskesos/tugas/meja", &on).await.status.as_u16(),
            404
        );
        assert!(
            lead.post("/puskesos/tugas/meja", &on)
                .await
                .status
                .is_redirection()
        );
        let page = lead.get(format!("/rujukan/{case_id}")).await.text;
        assert!(page.contains(&path));

        let form = app.app.ids().make().to_string();
        let mut fields = vec![
            ("_id", form.as_str()),
            ("versi", "1"),
            ("diperiksa", "Keluarga sudah ditemui"),
            ("bantuan", "Beras 5 kg"),
            ("keputusan", "approve_puskesos"),
            ("isi", "Paket pangan desa"),
            ("lanjut", ""),
        ];
        let again = lead.post(&path, &fields).await;
        assert_eq!(again.status.as_u16(), 422);
        let db = &mut app.app.db();
        let whole = case(db, &lead.scope, case_id).await.unwrap();
        assert!(whole.steps.is_empty(), "all steps or none");
        fields[6] = ("lanjut", "Ambil Senin pagi");
        for _ in 0..2 {
            let taken = lead.post(&path, &fields).await;
            assert!(taken.status.is_redirection(), "{}", taken.text);
        }
        let whole = case(db, &lead.scope, case_id).await.unwrap();
        let acts: Vec<_> = whole
            .steps
            .iter()
            .map(|step| step.action.act().key())
            .collect();
        assert_eq!(acts, ["accept", "first_help", "advise", "approve"]);
        let progress = &whole.line.progress;
        assert_eq!(progress.state, State::Selesai);
        assert!(progress.custody.alone && progress.custody.reviewed_at.is_none());

        let supervisor = app.client(Role::Supervisor).await;
        let tasks = supervisor.get("/puskesos?kerja=tinjau").await.text;
        assert!(tasks.contains(&format!("/rujukan/{case_id}")));
        let look = Action::Review {
            note: "sudah sesuai".into(),
        };
        step(&app, &supervisor.scope, case_id, look).await.unwrap();
        let tasks = supervisor.get("/puskesos?kerja=tinjau").await.text;
        assert!(!tasks.contains(&format!("/rujukan/{case_id}")));
    }
}
