//! Boards, search and sheet, on both engines.

use std::io::Cursor as Bytes;

use calamine::{Reader as _, Xlsx};
use simpul_identity::AreaCode;

use super::*;
use crate::access::{Role, Scope};
use crate::cases::desk_tests::{bring, brought};
use crate::cases::tests::{family, referral, send, step};
use crate::cases::{Action, Destination, Field, Filter, Kind, Need, incoming};
use crate::platform::Instant;
use crate::testing::{OTHER_VILLAGE, POST, TestApp, VILLAGE, area};

const DAY_MS: i64 = 24 * 3_600_000;

fn counts(open: i64, late: i64) -> Count {
    Count { open, late }
}

/// A need of food in one village, referred on; a leaking roof and a question in another, untouched.
async fn three_cases(app: &TestApp) {
    let home = family(app, POST).await;
    let kader = app.scope(Role::Kader).await;
    let desk = app.scope(Role::Petugas).await;
    let sent = send(app, &kader, referral(app, &home, Need::Pangan))
        .await
        .unwrap();
    let on = Action::ReferOn {
        to: Destination::Baznas,
        note: String::new(),
    };
    for action in [Action::Accept, on] {
        step(app, &desk, sent.case, action).await.unwrap();
    }
    let there = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
    for (kind, field) in [
        (Kind::Kebutuhan, Field::Perumahan),
        (Kind::Pertanyaan, Field::Bantuan),
    ] {
        bring(app, &there, brought(app, None, kind, field))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_board_counts_what_its_lists_show() {
    for app in TestApp::each().await {
        three_cases(&app).await;
        let db = &mut app.app.db();
        let supervisor = app.scope(Role::Supervisor).await;
        let here: AreaCode = area(VILLAGE);
        let now = board(db, &supervisor, app.app.now()).await.unwrap();
        assert_eq!(now.all, counts(3, 0));
        assert_eq!(now.by_waits[&Waits::Layanan], counts(1, 0));
        assert_eq!(now.by_waits[&Waits::Meja], counts(2, 0));
        assert_eq!(now.by_field[&Field::Perumahan], counts(1, 0));
        assert_eq!(now.by_village[&here.village()], counts(1, 0));

        // A month later all are late, and the lists behind the figures are as long.
        app.clock.advance_ms(30 * DAY_MS);
        let later = app.app.now();
        let then = board(db, &supervisor, later).await.unwrap();
        assert_eq!(then.all, counts(3, 3));
        let listed = async |filter: Filter, scope: &Scope| {
            let db = &mut app.app.db();
            let found = incoming(db, scope, filter, None, 50).await.unwrap();
            i64::try_from(found.len()).unwrap()
        };
        for (waits, count) in &then.by_waits {
            let filter = Filter {
                waits: Some(*waits),
                late_at: Some(later),
                ..Filter::default()
            };
            assert_eq!(listed(filter, &supervisor).await, count.late, "{waits:?}");
        }
        for (field, count) in &then.by_field {
            let filter = Filter {
                field: Some(*field),
                ..Filter::default()
            };
            assert_eq!(listed(filter, &supervisor).await, count.open, "{field:?}");
        }
        let part = supervisor.narrowed(&here).unwrap();
        assert_eq!(listed(Filter::default(), &part).await, 1);
        let early = Filter {
            late_at: Some(Instant(0)),
            ..Filter::default()
        };
        assert_eq!(listed(early, &supervisor).await, 0);
        assert!(part.narrowed(&area(OTHER_VILLAGE)).is_err());

        // Passed up by the clock, they wait for the supervisor; elsewhere nothing is counted.
        assert_eq!(crate::cases::raise_late(&app.app).await.unwrap(), 3);
        let raised = board(db, &supervisor, later).await.unwrap();
        assert_eq!(raised.by_waits[&Waits::Supervisor].open, 2);
        assert_eq!(raised.by_waits[&Waits::Layanan].open, 1);
        let far = app.scope_in(Role::Supervisor, area("350301")).await;
        assert_eq!(board(db, &far, later).await.unwrap(), Board::default());

        let months = trend(db, &supervisor, later.date_in(supervisor.zone()))
            .await
            .unwrap();
        assert_eq!(months.months.len(), 6);
        assert_eq!(months.opened, [0, 0, 0, 0, 3, 0]);
        assert_eq!(months.closed, [0; 6]);
        assert_eq!(months.by_field[&Field::Pangan], [0, 0, 0, 0, 1, 0]);
    }
}

#[tokio::test]
async fn the_search_finds_words_in_scope_and_nothing_that_is_restricted() {
    for app in TestApp::each().await {
        let home = family(&app, POST).await;
        let desk = app.scope(Role::Petugas).await;
        for field in [Field::Perumahan, Field::Kekerasan] {
            let new = brought(&app, Some(home.household), Kind::Kebutuhan, field);
            bring(&app, &desk, new).await.unwrap();
            app.clock.advance_ms(DAY_MS);
        }
        let there = app.scope_in(Role::Petugas, area(OTHER_VILLAGE)).await;
        let question = brought(&app, None, Kind::Pertanyaan, Field::Bantuan);
        bring(&app, &there, question).await.unwrap();

        let find = async |scope: &Scope, text: &str, asked: Question| {
            let question = Question {
                text: text.to_owned(),
                ..asked
            };
            let db = &mut app.app.db();
            let found = search(db, scope, &question).await.unwrap();
            assert!(found.more.is_none());
            found
                .lines
                .iter()
                .map(|line| line.field)
                .collect::<Vec<_>>()
        };
        let all = Question::default;
        let manajer = app.scope(Role::Manajer).await;
        let far = app.scope_in(Role::Manajer, area("3503")).await;
        // The newest first; the case of violence is no word's.
        let both = [Field::Bantuan, Field::Perumahan];
        assert_eq!(find(&manajer, "BOCOR", all()).await, both);
        assert_eq!(find(&manajer, "atapnya, bocor rumah", all()).await, both);
        assert_eq!(find(&manajer, "atap genteng", all()).await, []);
        assert_eq!(find(&desk, "atap", all()).await, [Field::Perumahan]);
        assert_eq!(find(&desk, "atap bocor", all()).await, [Field::Perumahan]);
        assert_eq!(find(&far, "atap", all()).await, []);
        assert_eq!(find(&far, "", all()).await, []);
        // Without words everything of the area is listed.
        assert_eq!(find(&manajer, "", all()).await.len(), 3);
        assert_eq!(find(&desk, "", all()).await.len(), 2);
        let questions = Question {
            kind: Some(Kind::Pertanyaan),
            lists: Some(Lists::Terbuka),
            ..all()
        };
        assert_eq!(
            find(&manajer, "atap", questions.clone()).await,
            [Field::Bantuan]
        );
        let ended = Question {
            lists: Some(Lists::Selesai),
            ..questions
        };
        assert_eq!(find(&manajer, "", ended).await, []);
        let first_day = Question {
            to: Some(jiff::civil::date(2026, 11, 21)),
            ..all()
        };
        assert_eq!(find(&manajer, "bocor", first_day).await, [Field::Perumahan]);
        let later = Question {
            from: Some(jiff::civil::date(2026, 11, 22)),
            ..all()
        };
        assert_eq!(find(&manajer, "bocor", later).await, [Field::Bantuan]);
        let db = &mut app.app.db();
        let numbers = Question {
            text: "1810015503959001".into(),
            ..all()
        };
        assert!(search(db, &manajer, &numbers).await.unwrap().no_words);
    }
}

#[tokio::test]
async fn pages_of_a_search_are_one_after_the_other() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let manajer = app.scope(Role::Manajer).await;
        for _ in 0..53 {
            let new = brought(&app, None, Kind::Saran, Field::Sosial);
            bring(&app, &desk, new).await.unwrap();
        }
        for scope in [&desk, &manajer] {
            for text in ["", "bocor"] {
                let (mut seen, mut after) = (std::collections::BTreeSet::new(), None);
                for length in [50, 3] {
                    let question = Question {
                        text: text.to_owned(),
                        after,
                        ..Question::default()
                    };
                    let db = &mut app.app.db();
                    let found = search(db, scope, &question).await.unwrap();
                    assert_eq!(found.lines.len(), length, "{text}");
                    seen.extend(found.lines.iter().map(|line| line.id));
                    after = found.more;
                }
                assert!(after.is_none());
                assert_eq!(seen.len(), 53);
            }
        }
    }
}

#[tokio::test]
async fn what_is_rare_is_found_on_a_later_page() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let manajer = app.scope(Role::Manajer).await;
        for field in [[Field::Perumahan; 1].as_slice(), &[Field::Sosial; 60]].concat() {
            let new = brought(&app, None, Kind::Saran, field);
            bring(&app, &desk, new).await.unwrap();
            app.clock.advance_ms(1);
        }
        for scope in [&desk, &manajer] {
            for text in ["", "bocor"] {
                let mut question = Question {
                    text: text.to_owned(),
                    field: Some(Field::Perumahan),
                    ..Question::default()
                };
                let db = &mut app.app.db();
                let first = search(db, scope, &question).await.unwrap();
                assert!(first.lines.is_empty() && first.more.is_some(), "{text}");
                question.after = first.more;
                let second = search(db, scope, &question).await.unwrap();
                assert_eq!(second.lines.len(), 1, "{text}");
                assert!(second.more.is_none());
            }
        }
    }
}

#[tokio::test]
async fn a_sheet_has_the_figures_and_no_person() {
    for app in TestApp::each().await {
        three_cases(&app).await;
        let client = app.client(Role::Manajer).await;
        let page = client.get("/puskesos/papan").await;
        assert!(page.text.contains("/puskesos?desa=1810012006"));
        let list = client
            .get("/puskesos?desa=1810012007&tunggu=meja&lewat=ya")
            .await;
        assert!(list.text.contains("Meja Puskesos"));
        let far = client.get("/puskesos?desa=3503012001").await;
        assert_eq!(far.status, axum::http::StatusCode::NOT_FOUND);
        let asked = [("kata", "bocor"), ("bidang", "perumahan")];
        let found = client.post("/puskesos/cari", &asked).await;
        assert_eq!(found.text.matches("href=\"/rujukan/").count(), 1);

        let counted = board(&mut app.app.db(), &client.scope, app.app.now()).await;
        let db = &mut app.app.db();
        let open = super::search::open(db, &client.scope, 100).await.unwrap();
        let lang = crate::platform::words::Lang::Id;
        let bytes = sheet::write(lang, "Papan", &counted.unwrap(), &open, &app.app).unwrap();
        let mut book = Xlsx::new(Bytes::new(bytes)).unwrap();
        let names = book.sheet_names().to_owned();
        assert_eq!(names, ["Papan", "Terbuka"]);
        let cases = book.worksheet_range("Terbuka").unwrap();
        assert_eq!(cases.height(), 4, "a head and three cases");
        let text = format!("{cases:?}");
        assert!(text.contains("/rujukan/") && !text.contains("Suminah") && !text.contains("bocor"));
        let figures = book.worksheet_range("Papan").unwrap();
        assert_eq!(figures.get_value((1, 1)).unwrap().to_string(), "3");
        let answer = client.get("/puskesos/papan/unduh").await;
        assert!(
            answer
                .header("content-disposition")
                .contains("papan-2026-11-21.xlsx")
        );
    }
}
