//! The doors on both engines.

use jiff::ToSpan as _;
use simpul_db::args;
use simpul_identity::Decile;
use simpul_rules::{Facts, Origin, Urgency};

use super::{HARD, Home, TODAY, answer_input, begin_input, refer_input, thin, well};
use crate::access::{Role, Scope, journal};
use crate::cases::{self, Need};
use crate::platform::{AppError, Result};
use crate::registry::{self, NewCheck, Purpose};
use crate::screening::{
    Accompanied, DeclineInput, Ending, State, answer, begin, consider, count_waiting, decline,
    open_of, refer, sql, waiting,
};
use crate::testing::{OTHER_POST, OTHER_VILLAGE, POST, TestApp, area};

const KK: &str = "1810011508120021";

fn conflict<T>(result: &Result<T>) -> bool {
    matches!(result, Err(AppError::Conflict(_)))
}

#[tokio::test]
async fn a_trigger_puts_the_family_on_the_list_once() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let quiet = home.considered(&app, &home.finding(&app, well())).await;
        assert!(quiet.screening.is_none() && quiet.triggers.is_empty());

        let finding = home.finding(&app, thin());
        let first = home.considered(&app, &finding).await;
        assert_eq!(first.triggers, ["berat_tinggi"]);
        let referral = first.health_referral.unwrap();
        assert_eq!(
            (referral.urgency, referral.reasons.len()),
            (Urgency::Prioritas, 1)
        );
        // The same again, and another finding, lead to the same line of the list.
        let again = home.considered(&app, &finding).await;
        let more = home.considered(&app, &home.finding(&app, thin())).await;
        assert_eq!(
            (again.screening, more.screening),
            (first.screening, first.screening)
        );
        let from = &mut app.app.db();
        let list = waiting(from, &home.kader).await.unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(count_waiting(from, &home.kader).await.unwrap(), 1);
        let open = open_of(from, &home.kader, home.household).await.unwrap();
        assert_eq!(open, first.screening);
        assert_eq!(
            (list[0].state, list[0].child.id),
            (State::Menunggu, home.child)
        );
        assert_eq!(
            list[0].due_at,
            crate::testing::MORNING.plus_seconds(72 * 3600 + 2)
        );

        let mut other = finding.clone();
        other.facts = well();
        let mut work = home.work(&app).await;
        assert!(conflict(&consider(&mut work, other).await));
    }
}

#[tokio::test]
async fn a_finding_of_long_ago_and_one_outside_the_scope_open_nothing() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let mut old = home.finding(&app, Facts::new());
        old.on = TODAY - 60.days();
        old.facts = Facts::new().with("bb_tb", "gizi_kurang", Origin::Measurement, old.on);
        let considered = home.considered(&app, &old).await;
        assert_eq!(considered.triggers, ["berat_tinggi"]);
        assert!(considered.screening.is_none());

        let elsewhere = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let mut work = app.work_as(&elsewhere).await;
        let refused = consider(&mut work, home.finding(&app, thin())).await;
        assert!(matches!(refused, Err(AppError::NotFound)));
    }
}

#[tokio::test]
async fn a_corrected_measurement_takes_the_family_off_the_list() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        home.listed(&app).await;
        let corrected = home.considered(&app, &home.finding(&app, well())).await;
        assert!(corrected.screening.is_none());
        assert!(
            waiting(&mut app.app.db(), &home.kader)
                .await
                .unwrap()
                .is_empty()
        );
        // Measured again and thin after all: a new line.
        let after_all = home.considered(&app, &home.finding(&app, thin())).await;
        assert!(after_all.screening.is_some());
        // Once the guardian was asked, a correction no longer ends it.
        let mut work = home.work(&app).await;
        begin(
            &mut work,
            begin_input(&app, after_all.screening.unwrap(), None),
        )
        .await
        .unwrap();
        work.commit().await.unwrap();
        home.considered(&app, &home.finding(&app, well())).await;
        assert_eq!(
            waiting(&mut app.app.db(), &home.kader).await.unwrap().len(),
            1
        );
    }
}

#[tokio::test]
async fn without_a_guardian_it_waits_and_nobody_else_consents() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.listed(&app).await;
        let mut by_neighbour = begin_input(&app, screening, Some(true));
        by_neighbour.accompanied_by = Accompanied::Other;
        let mut work = home.work(&app).await;
        let refused = begin(&mut work, by_neighbour).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("screening-only-guardian"))
        ));
        drop(work);

        by_neighbour.consent_rujukan = None;
        let mut work = home.work(&app).await;
        begin(&mut work, by_neighbour).await.unwrap();
        work.commit().await.unwrap();
        let list = waiting(&mut app.app.db(), &home.kader).await.unwrap();
        assert_eq!(list[0].state, State::MenungguWali);
        let mut work = home.work(&app).await;
        assert!(conflict(
            &answer(&mut work, answer_input(&app, screening, HARD)).await
        ));
        drop(work);
        let mut work = home.work(&app).await;
        begin(&mut work, begin_input(&app, screening, Some(true)))
            .await
            .unwrap();
        work.commit().await.unwrap();
        let desk = app.scope(Role::Petugas).await;
        let checks = registry::checks_waiting(&mut app.app.db(), &desk)
            .await
            .unwrap();
        assert_eq!(
            checks.len(),
            1,
            "nobody looked the family up: the desk is asked to"
        );
    }
}

#[tokio::test]
async fn answers_are_taken_once_checked_and_weighed() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, Some(true)).await;
        for wrong in [
            ("desil", "3"),
            ("gejala_tb", "ya"),
            ("lewat_makan", "mungkin"),
        ] {
            let mut work = home.work(&app).await;
            let input = answer_input(&app, screening, &[(wrong.0, Some(wrong.1))]);
            let refused = answer(&mut work, input).await;
            assert!(matches!(
                refused,
                Err(AppError::Refused("screening-answer-unfit"))
            ));
        }
        let input = answer_input(&app, screening, HARD);
        let mut first = None;
        for _ in 0..2 {
            let mut work = home.work(&app).await;
            let outcome = answer(&mut work, input.clone()).await.unwrap();
            work.commit().await.unwrap();
            let keys: Vec<String> = outcome
                .suggestions
                .iter()
                .map(|s| s.finding.key().to_owned())
                .collect();
            assert!(keys.contains(&"pangan_desa".to_owned()) && keys.contains(&"pmt".to_owned()));
            assert_eq!(outcome.asked, 4);
            assert!(
                outcome
                    .waiting_for_registry
                    .iter()
                    .any(|s| s.finding.key() == "daftar_dtsen")
            );
            assert_eq!(*first.get_or_insert_with(|| keys.clone()), keys);
        }
        let mut other = input.clone();
        other.answers[0].1 = Some("tidak".into());
        let mut work = home.work(&app).await;
        assert!(conflict(&answer(&mut work, other).await));
        drop(work);

        let rows: Vec<sql::VerdictRow> = app
            .app
            .db()
            .all(&sql::VERDICTS, home.kader.bind(args![screening]))
            .await
            .unwrap();
        let pangan: Vec<_> = rows
            .iter()
            .filter(|row| row.rule == "pangan_desa")
            .collect();
        let truths: Vec<_> = pangan.iter().map(|row| row.truth.as_str()).collect();
        assert_eq!(truths, ["belum tahu", "ya"], "before and after the answers");
        assert!(
            pangan
                .iter()
                .all(|row| row.version == "2026.1" && !row.explanation.is_empty())
        );
        assert!(
            rows.iter()
                .any(|row| row.pack == "pemicu" && row.truth == "ya")
        );
    }
}

#[tokio::test]
async fn needs_go_to_the_desk_with_consent_and_once() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, None).await;
        let input = refer_input(&app, screening, &[Need::Pangan, Need::Jaminan]);
        for (consent, needs) in [
            (None, &[Need::Pangan][..]),
            (Some(false), &[Need::Pangan]),
            (Some(true), &[]),
        ] {
            app.clock.advance_ms(1000);
            let mut work = home.work(&app).await;
            begin(&mut work, begin_input(&app, screening, consent))
                .await
                .unwrap();
            work.commit().await.unwrap();
            let mut work = home.work(&app).await;
            let refused = refer(&mut work, refer_input(&app, screening, needs)).await;
            assert!(matches!(refused, Err(AppError::Refused(_))));
        }
        let mut opened = Vec::new();
        for _ in 0..2 {
            let mut work = home.work(&app).await;
            opened.push(refer(&mut work, input.clone()).await.unwrap());
            work.commit().await.unwrap();
        }
        assert_eq!(opened[0].len(), 2);
        assert_eq!(
            opened[0], opened[1],
            "a repeated form gets the first answer"
        );
        let desk = app.scope(Role::Petugas).await;
        let from = &mut app.app.db();
        let seen = cases::of_household(from, &desk, home.household)
            .await
            .unwrap();
        assert_eq!(seen.len(), 2);
        assert!(waiting(from, &home.kader).await.unwrap().is_empty());
        let mut work = home.work(&app).await;
        assert!(conflict(
            &refer(&mut work, refer_input(&app, screening, &[Need::Pangan])).await
        ));
        drop(work);
        let report: Vec<sql::ReportRow> = from.all(&sql::REPORT, args!["1810"]).await.unwrap();
        assert_eq!(report.len(), 1);
        assert_eq!(
            (report[0].state, report[0].registry.as_deref()),
            (State::Dirujuk, Some("not_checked"))
        );
        assert!(journal::verify(&app.app, "1810").await.unwrap().is_whole());
        let told = journal::history(&app.app, &desk, home.household)
            .await
            .unwrap();
        let kinds: Vec<_> = told.iter().map(|fact| fact.kind.as_str()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "referred").count(), 1);
    }
}

#[tokio::test]
async fn a_no_costs_nothing_and_ends_it() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let screening = home.begun(&app, Some(false)).await;
        let input = DeclineInput {
            id: app.app.ids().make(),
            screening,
            why: Ending::TidakBersedia,
        };
        for _ in 0..2 {
            let mut work = home.work(&app).await;
            decline(&mut work, input).await.unwrap();
            work.commit().await.unwrap();
        }
        let (from, purpose) = (&mut app.app.db(), Purpose::Rujukan);
        let said = registry::consent(from, &home.kader, home.household, None, purpose).await;
        assert!(!said.unwrap().unwrap().answer);
        assert!(
            waiting(&mut app.app.db(), &home.kader)
                .await
                .unwrap()
                .is_empty()
        );
        let elsewhere = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let mut work = app.work_as(&elsewhere).await;
        let input = DeclineInput {
            id: app.app.ids().make(),
            ..input
        };
        assert!(matches!(
            decline(&mut work, input).await,
            Err(AppError::NotFound)
        ));
    }
}

#[tokio::test]
async fn the_registry_answers_and_fresh_answers_save_questions() {
    for app in TestApp::each().await {
        let home = Home::new(&app, Some(KK)).await;
        let screening = home.begun(&app, Some(true)).await;
        let before = home.outcome(&app, screening).await;
        let pkh = |outcome: &crate::screening::Outcome| {
            outcome.suggestions.iter().any(|s| s.finding.key() == "pkh")
        };
        assert!(!pkh(&before));
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let check = NewCheck {
            id: app.app.ids().make(),
            household: home.household,
            found: true,
            decile: Decile::new(2).ok(),
            as_of: TODAY,
        };
        registry::record_check(&mut work, check).await.unwrap();
        work.commit().await.unwrap();
        let mut work = home.work(&app).await;
        let input = answer_input(
            &app,
            screening,
            &[
                ("terima_pkh", Some("tidak")),
                ("lewat_makan", Some("tidak")),
            ],
        );
        let after = answer(&mut work, input).await.unwrap();
        assert!(pkh(&after), "a small child, decile 2, no PKH yet");
        let end = DeclineInput {
            id: app.app.ids().make(),
            screening,
            why: Ending::TidakPerlu,
        };
        decline(&mut work, end).await.unwrap();
        work.commit().await.unwrap();

        // A month later PKH is still known, hunger is asked anew.
        app.clock.advance_ms(30 * 24 * 3600 * 1000);
        let mut again = home.finding(&app, Facts::new());
        again.on = TODAY + 30.days();
        again.facts = Facts::new().with("bb_tb", "gizi_kurang", Origin::Measurement, again.on);
        let screening = home.considered(&app, &again).await.screening.unwrap();
        let outcome = home.outcome(&app, screening).await;
        let asks = |key: &str| outcome.questions_left.iter().any(|q| q.key == key);
        assert!(asks("lewat_makan") && !asks("terima_pkh"));
        assert_eq!(outcome.asked, 0);

        // What the desk read has grown old meanwhile: it is asked to look again.
        let lines = async || {
            let from = &mut app.app.db();
            registry::checks_waiting(from, &desk).await.unwrap().len()
        };
        assert_eq!(lines().await, 0);
        app.clock.advance_ms(70 * 24 * 3600 * 1000);
        let mut work = home.work(&app).await;
        begin(&mut work, begin_input(&app, screening, None))
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(lines().await, 1);
    }
}

#[tokio::test]
async fn a_family_that_moves_takes_its_open_screening_and_cases_along() {
    for app in TestApp::each().await {
        let home = Home::new(&app, None).await;
        let first = home.begun(&app, Some(true)).await;
        let mut work = home.work(&app).await;
        let said = answer_input(&app, first, HARD);
        answer(&mut work, said).await.unwrap();
        let sent = refer_input(&app, first, &[Need::Pangan]);
        let case = refer(&mut work, sent).await.unwrap()[0].case;
        work.commit().await.unwrap();
        let open = home.listed(&app).await;

        let desk = app.scope(Role::Petugas).await;
        let db = &mut app.app.db();
        let before = cases::case(db, &desk, case).await.unwrap();
        let mut work = app.work_as(&desk).await;
        let change = registry::HouseholdChange {
            area: Some(area(OTHER_POST)),
            ..registry::HouseholdChange::default()
        };
        registry::change_household(&mut work, home.household, 1, change)
            .await
            .unwrap();
        work.commit().await.unwrap();

        // The new post has the family on its list, with what it said; the old one no longer.
        let there = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let kept = open_of(db, &there, home.household).await.unwrap();
        assert_eq!(kept, Some(open));
        assert_eq!(waiting(db, &there).await.unwrap().len(), 1);
        assert_eq!(count_waiting(db, &home.kader).await.unwrap(), 0);
        let said = there.bind(args![home.household]);
        let said: Vec<sql::AnswerRow> = db.all(&sql::ANSWERS, said).await.unwrap();
        assert_eq!(said.len(), HARD.len());
        let desk_of = |post| Scope::for_test(desk.user(), Role::Petugas, area(post));
        let (desk, old) = (desk_of(OTHER_POST), desk_of(POST));
        let after = cases::case(db, &desk, case).await.unwrap();
        assert_eq!(
            (after.findings.len(), after.steps.len()),
            (before.findings.len(), before.steps.len())
        );
        assert_eq!(after.findings.len(), 1);
        cases::slip(db, &desk, app.app.keys(), case).await.unwrap();
        assert!(cases::case(db, &old, case).await.is_err());
    }
}
