//! The search of an area, and the look at whoever is registered.

use super::*;

/// Whoever is registered or changed, by whatever way, is compared with the whole kabupaten: the
/// pair is seen by those alone who see both records.
#[tokio::test]
async fn who_is_registered_is_looked_at_in_the_whole_kabupaten() {
    for app in TestApp::each().await {
        let boss = app.scope_in(Role::Manajer, area("1810")).await;
        let desk = app.scope_in(Role::Petugas, area("1810012006")).await;
        let mut work = app.work_as(&boss).await;
        let left = home(&mut work, POST).await;
        let one = somebody(&mut work, left, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        // What was there before is for a search.
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0);
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0);

        let mut work = app.work_as(&boss).await;
        let right = home(&mut work, &format!("{OTHER_VILLAGE}001")).await;
        let other = somebody(&mut work, right, "Siti Amina", None).await;
        work.commit().await.unwrap();
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 1);
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 0, "once");
        let list = pairs(&mut app.app.db(), &boss, false).await.unwrap();
        assert_eq!(list.len(), 1);
        let both = [list[0].one, list[0].other];
        assert_eq!(both, [one.min(other), one.max(other)]);
        let score = list[0].score.as_ref().expect("the engine says why");
        assert!(score.probability >= 0.5 && !score.why.is_empty());
        let seen = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        assert!(seen.is_empty(), "the desk of one village sees one of them");

        // Who was merged stands for nobody, and is nobody's double.
        let pair = list[0].id;
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        let mut work = app.work_as(&boss).await;
        let third = home(&mut work, OTHER_POST).await;
        let late = somebody(&mut work, third, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        assert_eq!(look_at_changes(&app.app).await.unwrap(), 1);
        let list = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        let both = [list[0].one, list[0].other];
        assert_eq!(both, [one.min(late), one.max(late)]);
    }
}

/// Areas with nobody, with one person, with persons who are all equal, and with nothing but a name.
#[tokio::test]
async fn poor_registers_do_no_harm() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        assert_eq!(find(&app, &desk).await, 0, "nobody");
        let mut work = app.work_as(&desk).await;
        let household = home(&mut work, POST).await;
        somebody(&mut work, household, "Siti Aminah", None).await;
        work.commit().await.unwrap();
        assert_eq!(find(&app, &desk).await, 0, "one person");
        let mut work = app.work_as(&desk).await;
        for _ in 0..11 {
            let household = home(&mut work, OTHER_POST).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        work.commit().await.unwrap();
        let fresh = find(&app, &desk).await;
        assert!((1..=66).contains(&fresh), "all equal: {fresh}");
        let list = pairs(&mut app.app.db(), &desk, false).await.unwrap();
        assert_eq!(list.len() as i64, fresh);
    }
}

/// A search that was stopped half-way is taken up by the next worker, and nobody is found twice.
#[tokio::test]
async fn a_stopped_search_is_taken_up_again() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        for place in [POST, OTHER_POST] {
            let household = home(&mut work, place).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        let id = app.app.ids().make();
        assert!(ask_search(&mut work, id).await.unwrap());
        assert!(!ask_search(&mut work, app.app.ids().make()).await.unwrap());
        work.commit().await.unwrap();
        // A worker takes it and dies with its process.
        let taken = crate::duplicates::search::take(&app.app).await.unwrap();
        assert_eq!(taken.unwrap().1.id, id);
        assert!(!next_search(&app.app).await.unwrap(), "it is held");
        app.clock.advance_ms(6 * 60_000);
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &desk).await.unwrap().unwrap();
        assert_eq!((run.state, run.persons, run.fresh), (RunState::Done, 2, 1));
        assert!(!next_search(&app.app).await.unwrap(), "nothing waits");
    }
}

/// A search whose worker dies each time ends, says so, and can be asked for again.
#[tokio::test]
async fn a_search_that_kills_its_worker_ends() {
    for app in TestApp::each().await {
        let client = app.client(Role::Petugas).await;
        client.post("/data-ganda/cari", &[]).await;
        for _ in 0..3 {
            assert!(
                crate::duplicates::search::take(&app.app)
                    .await
                    .unwrap()
                    .is_some()
            );
            app.clock.advance_ms(6 * 60_000);
        }
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &client.scope).await.unwrap();
        assert_eq!(run.unwrap().state, RunState::Failed);
        let page = client.get("/data-ganda").await.text;
        assert!(page.contains("Pencarian terhenti"), "{page}");
        client.post("/data-ganda/cari", &[]).await;
        assert!(next_search(&app.app).await.unwrap());
        let run = latest_run(&mut app.app.db(), &client.scope).await.unwrap();
        assert_eq!(run.unwrap().state, RunState::Done);
    }
}
