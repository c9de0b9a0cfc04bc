//! Figures, the spreadsheet for Dukcapil, and the pages.

use super::*;

#[tokio::test]
async fn figures_count_money_and_how_often_the_engine_was_wrong() {
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let supervisor = app.scope(Role::Supervisor).await;
        assert_eq!(
            figures(&mut app.app.db(), &boss).await.unwrap(),
            Figures::default()
        );
        let (pair, one, _) = twice(&app, &boss, None, true).await;
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        // PKH of an adult without a component that age shows.
        assert_eq!((found.waiting.pairs, found.waiting.money), (1, 0));
        let (mut work, mut homes) = (app.work_as(&boss).await, Vec::new());
        for person in [one, look(&app, &boss, pair).await.without(one)] {
            let (scope, tx) = work.parts();
            let household = registry::person(tx, scope, person).await.unwrap().household;
            homes.push(household);
            let sembako = NewMembership {
                id: app.app.ids().make(),
                household,
                person: None,
                programme: Programme::Sembako,
                state: MembershipState::Recipient,
                as_of: date(2026, 11, 1),
                source: MembershipSource::Desk,
            };
            registry::record_membership(&mut work, sembako)
                .await
                .unwrap();
        }
        work.commit().await.unwrap();
        assert_eq!(find(&app, &boss).await, 0, "known, and worth more now");
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.waiting.pairs, found.waiting.money), (1, 2_400_000));
        assert_eq!(found.wrong(), None);
        // Another member of both families is double as well: the food is paid once.
        let mut work = app.work_as(&boss).await;
        let left = somebody(&mut work, homes[0], "Nurul Hidayati", None).await;
        let right = somebody(&mut work, homes[1], "Nurul Hidayati", None).await;
        let id = app.app.ids().make();
        propose(&mut work, new_pair(id, left, right)).await.unwrap();
        work.commit().await.unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.waiting.pairs, found.waiting.money), (2, 2_400_000));
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        second(&app, &supervisor, pair, true).await.unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.same.pairs, found.same.money), (1, 2_400_000));
        assert_eq!(found.wrong(), Some(0));
        take_back(&app, &boss, pair).await.unwrap();
        say(&app, &boss, pair, Verdict::Different, None)
            .await
            .unwrap();
        let found = figures(&mut app.app.db(), &boss).await.unwrap();
        assert_eq!((found.different.pairs, found.wrong()), (1, Some(1000)));
        let page = app.client(Role::Koordinator).await;
        let page = page.get("/data-ganda/angka").await.text;
        assert!(page.contains("100,0 %") && page.contains("Rp 2.400.000"));
    }
}

/// The list for Dukcapil has both records with all digits, for the desk alone.
#[tokio::test]
async fn corrections_go_to_dukcapil_as_a_spreadsheet() {
    use calamine::{Reader as _, Xlsx};
    for app in TestApp::each().await {
        let boss = app.scope(Role::Koordinator).await;
        let nik = "1810014204989001";
        let (pair, one, _) = twice(&app, &boss, Some(nik), false).await;
        say(&app, &boss, pair, Verdict::Same, Some(one))
            .await
            .unwrap();
        let read = async || {
            let rows = super::correction::download_for(&app.app, &boss)
                .await
                .unwrap();
            let mut book = Xlsx::new(std::io::Cursor::new(rows)).unwrap();
            let sheet = book.worksheet_range_at(0).unwrap().unwrap();
            let rows = sheet.rows().map(|row| {
                let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                cells.join("|")
            });
            rows.collect::<Vec<String>>()
        };
        let rows = read().await;
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows[0].contains("NIK (data yang dipakai)"));
        assert!(rows[1].contains(nik) && rows[1].contains("Siti Aminah"));
        assert!(rows[1].contains("Mohon dicocokkan"), "{}", rows[1]);
        let path = "/data-ganda/dukcapil";
        let answer = app.client(Role::Koordinator).await.get(path).await;
        let named = answer.header("content-disposition");
        assert!(named.contains("koreksi-dukcapil.xlsx"), "{named}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let above = app.client(Role::Supervisor).await.get(path).await;
        assert_ne!(above.status, StatusCode::OK);
        take_back(&app, &boss, pair).await.unwrap();
        assert_eq!(read().await.len(), 1, "the heading alone");
    }
}

#[tokio::test]
async fn the_pages_lead_from_the_search_to_the_undo() {
    for app in TestApp::each().await {
        let client = app.client(Role::Petugas).await;
        let mut work = app.work_as(&client.scope).await;
        for place in [POST, OTHER_POST] {
            let household = home(&mut work, place).await;
            somebody(&mut work, household, "Siti Aminah", None).await;
        }
        work.commit().await.unwrap();
        let asked = client.post("/data-ganda/cari", &[]).await;
        assert_eq!(
            asked.location.unwrap(),
            "/data-ganda?pesan=notice-search-asked"
        );
        let page = client.get("/data-ganda").await.text;
        assert!(page.contains("Pencarian segera dimulai."), "{page}");
        assert!(next_search(&app.app).await.unwrap());
        let page = client.get("/data-ganda").await.text;
        assert!(
            page.contains("2 orang diperiksa, 1 pasangan mirip."),
            "{page}"
        );
        let id = pairs(&mut app.app.db(), &client.scope, false)
            .await
            .unwrap()[0]
            .id;
        let list = client.get("/data-ganda").await.text;
        assert!(list.contains(&format!("/data-ganda/{id}")), "{list}");
        let path = format!("/data-ganda/{id}");
        let empty = client.post(&path, &[]).await;
        assert!(empty.text.contains("Pilih salah satu jawaban."));
        let stale = client.post(&path, &[("putusan", "different")]).await;
        assert_eq!(
            stale.status,
            StatusCode::CONFLICT,
            "it says not what was seen"
        );
        let half = [("putusan", "same"), ("versi", "1")];
        let half = client.post(&path, &half).await;
        assert!(half.text.contains("Pilih data yang tetap dipakai."));
        let same = [("putusan", "same"), ("tetap", "1"), ("versi", "1")];
        client.post(&path, &same).await;
        let page = client.get(&path).await.text;
        assert!(page.contains("Digabung dengan data lain"), "{page}");
        let done = client.get("/data-ganda?daftar=selesai").await.text;
        assert!(done.contains("Orang yang sama"));
        client
            .post(&path, &[("langkah", "urungkan"), ("versi", "2")])
            .await;
        let page = client.get(&path).await.text;
        assert!(page.contains("Belum diperiksa"), "{page}");
        // Found, joined, undone.
        let history = page.split("Riwayat keputusan").nth(1).unwrap();
        let history = history.split("</ul>").next().unwrap();
        assert_eq!(history.matches("<li>").count(), 3, "{history}");
        assert!(history.contains("Orang yang sama: 21 "), "{history}");
    }
}
