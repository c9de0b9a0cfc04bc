//! The same calls on both engines.

use simpul_db::testing::test_databases;
use simpul_db::*;

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "things",
        sql: "
            -- Every type; a semicolon; in a comment.
            create table things (
                kabupaten text not null,
                id bytea not null,
                area text not null,
                count bigint,
                share double precision,
                label text default 'a;b -- ''c''',
                open boolean not null default false,
                primary key (kabupaten, id),
                check (cast(count as text) <> 'x')
            );
            create unique index things_kabupaten_label_key on things (kabupaten, label);
            create unique index things_folded on things (kabupaten, (label || '!'));",
    },
    Migration {
        number: 2,
        name: "view",
        sql: "create view open_things as select cast(count as text) as n from things where open",
    },
];

statements! {
    ADD: system("test") = "insert into things (kabupaten, id, area, count, share, label, open) values ($1, $2, $3, $4, $5, $6, $7)";
    ALL: scoped = "select id, area, count, share, label, open from things where kabupaten = $1 and area >= $2 and area < $3 order by label";
    COUNT: system("test") = "select count(*) from things";
    LABELS: system("test") = "select label from things order by label";
    TYPES: system("test") = "select 1, 2.5e0, 'x', count(*) from things";
    ENGINE: system("test") = { sqlite: "select 'sqlite'", postgres: "select 'postgres'", why: "to see which text runs" };
    WRITE: system("test") = "insert into things (kabupaten, id, area) values ($1, $2, 'x') returning area";
    BY_LABEL: system("test") = "select area from things where label = $1";
}
bulk! {
    THINGS = "things" ["kabupaten", "id", "area", "count", "share", "label", "open"];
}
row! {
    #[derive(Debug, PartialEq)]
    struct Thing { id: [u8; 16], area: String, count: Option<i64>, share: Option<f64>, label: Option<String>, open: bool }
}

fn assert_send<T: Send>(t: T) -> T {
    t
}

#[tokio::test]
async fn smoke() {
    for db in test_databases(MIGRATIONS).await {
        let mut tx = assert_send(db.begin()).await.unwrap();
        assert_send(tx.exec(
            &ADD,
            args!["3204", [7u8; 16], "3204010", 5i64, 0.25, "l", true],
        ))
        .await
        .unwrap();
        tx.exec(
            &ADD,
            args![
                "3204",
                [8u8; 16],
                "3204020",
                None::<i64>,
                None::<f64>,
                None::<&str>,
                false
            ],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let scope = Bounds {
            kabupaten: "3204",
            lo: "3204010",
            hi: "3204020",
        };
        let things: Vec<Thing> = assert_send(db.all(&ALL, ScopedArgs::new(scope, args![])))
            .await
            .unwrap();
        assert_eq!(
            things,
            [Thing {
                id: [7; 16],
                area: "3204010".into(),
                count: Some(5),
                share: Some(0.25),
                label: Some("l".into()),
                open: true
            }]
        );
        let n: i64 = db.one(&COUNT, args![]).await.unwrap();
        assert_eq!(n, 2);
        assert_eq!(prepare_all(&db).await.unwrap().len(), 0);
    }
}
