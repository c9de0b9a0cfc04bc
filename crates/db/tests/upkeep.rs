//! Opening, migrating, backing up and closing.

use simpul_db::testing::{test_databases, test_postgres, test_sqlite};
use simpul_db::*;

const ONE: Migration = Migration {
    number: 1,
    name: "notes",
    sql: "create table notes (id bigint primary key, text text not null);",
};
const TWO: Migration = Migration {
    number: 2,
    name: "more",
    sql: "create table more (id bigint primary key); insert into more (id) values (1);",
};

statements! {
    ADD: system("test") = "insert into notes (id, text) values ($1, $2)";
    NOTES: system("test") = "select id from notes order by id";
    MORE: system("test") = "select count(*) from more";
}

async fn add(db: &Db, id: i64) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    tx.exec(&ADD, args![id, "x"]).await?;
    tx.commit().await
}

#[tokio::test]
async fn migrating_twice_at_once_applies_once() {
    for db in test_databases(&[]).await {
        let other = Db::open(db.url()).await.unwrap();
        let both = [ONE, TWO];
        let (a, b) = tokio::join!(migrate(&db, &both), migrate(&other, &both));
        let (a, b) = (a.unwrap(), b.unwrap());
        let mut applied = [a.applied, b.applied].concat();
        applied.sort_unstable();
        assert_eq!(
            (applied, a.version, b.version),
            (vec![1, 2], 2, 2),
            "{}",
            db.engine()
        );
        let again = migrate(&db, &both).await.unwrap();
        assert_eq!(
            again,
            Report {
                applied: vec![],
                version: 2
            }
        );
        assert_eq!(db.one::<_, i64>(&MORE, args![]).await.unwrap(), 1);
        other.close().await;
    }
}

#[tokio::test]
async fn migrations_refuse_what_does_not_fit() {
    for db in test_databases(&[ONE, TWO]).await {
        let newer = migrate(&db, &[ONE]).await.unwrap_err();
        assert!(
            matches!(newer, DbError::Newer { found: 2, known: 1 }),
            "{newer}"
        );
        let changed = Migration {
            sql: "create table notes (id bigint);",
            ..ONE
        };
        let e = migrate(&db, &[changed, TWO]).await.unwrap_err();
        assert!(matches!(e, DbError::Migration { number: 1, .. }), "{e}");
        let e = migrate(&db, &[ONE, Migration { number: 3, ..TWO }])
            .await
            .unwrap_err();
        assert!(e.to_string().contains("where number 2 belongs"), "{e}");

        let sql = "create table half (id bigint); insert into nowhere (id) values (1);";
        let three = Migration {
            number: 3,
            name: "half",
            sql,
        };
        let e = migrate(&db, &[ONE, TWO, three]).await.unwrap_err();
        assert!(
            e.to_string().contains("migration 3 (half): statement 2"),
            "{e}"
        );
        let whole = Migration {
            sql: "create table half (id bigint)",
            ..three
        };
        let report = migrate(&db, &[ONE, TWO, whole]).await.unwrap();
        assert_eq!(report.applied, [3], "nothing of the failed one stayed");
        // Line ends do not make another text.
        let crlf = Migration {
            sql: "create table lines (\nid bigint\n)",
            number: 4,
            name: "lines",
        };
        migrate(&db, &[ONE, TWO, whole, crlf]).await.unwrap();
        let crlf = Migration {
            sql: "create table lines (\r\nid bigint\r\n)",
            ..crlf
        };
        assert!(
            migrate(&db, &[ONE, TWO, whole, crlf])
                .await
                .unwrap()
                .applied
                .is_empty()
        );
    }
}

#[tokio::test]
async fn tables_keep_to_their_types() {
    statements! {
        TEXT_IN_INT: system("test") = "insert into notes (id, text) values ($1, 'x')";
    }
    for db in test_databases(&[ONE]).await {
        let mut tx = db.begin().await.unwrap();
        assert!(
            tx.exec(&TEXT_IN_INT, args!["seven"]).await.is_err(),
            "{}",
            db.engine()
        );
    }
}

#[tokio::test]
async fn settings_are_durable() {
    let sqlite = test_sqlite(&[]).await.settings().await.unwrap();
    for (name, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        assert!(sqlite.contains(&(name.into(), value.into())), "{sqlite:?}");
    }
    let postgres = test_postgres(&[]).await.settings().await.unwrap();
    let isolation = ("default_transaction_isolation", "read committed");
    for (name, value) in [("synchronous_commit", "on"), isolation] {
        assert!(
            postgres.contains(&(name.into(), value.into())),
            "{postgres:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_one_moment_of_a_running_database() {
    let db = test_sqlite(&[ONE]).await;
    let folder = std::env::temp_dir().join(format!("simpul-db-backup-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for id in 0..50 {
        add(&db, id).await.unwrap();
    }
    let writer = tokio::spawn({
        let db = (*db).clone();
        async move {
            for id in 50..150 {
                add(&db, id).await.unwrap();
            }
        }
    });
    let to = folder.join("copy.db");
    db.backup(&to).await.unwrap();
    writer.await.unwrap();
    let e = db.backup(&to).await.unwrap_err();
    assert!(e.to_string().contains("exists"), "{e}");
    assert!(!folder.join("copy.db.partial").exists());
    let missing = db.backup(&folder.join("none/copy.db")).await.unwrap_err();
    assert!(
        matches!(missing, DbError::Unreachable(_) | DbError::Other { .. }),
        "{missing}"
    );

    let copy = Db::open(&DbUrl::sqlite(&to)).await.unwrap();
    let ids: Vec<i64> = copy.all(&NOTES, args![]).await.unwrap();
    assert!(
        ids.len() >= 50 && ids.iter().copied().eq(0..ids.len() as i64),
        "a prefix: {}",
        ids.len()
    );
    assert_eq!(migrate(&copy, &[ONE]).await.unwrap().version, 1);
    copy.close().await;
    std::fs::remove_dir_all(&folder).unwrap();

    let e = test_postgres(&[]).await.backup(&to).await.unwrap_err();
    assert!(e.to_string().contains("pg_dump"), "{e}");
}

#[tokio::test]
async fn what_cannot_be_opened_says_so() {
    let folder = std::env::temp_dir().join(format!("simpul-db-open-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let text = folder.join("letter.db");
    std::fs::write(&text, "Dear all, this is not a database. ".repeat(200)).unwrap();
    let nowhere = [
        DbUrl::sqlite(folder.join("no/such/folder/x.db")),
        DbUrl::sqlite(&text),
        DbUrl::parse("postgres://simpul:geheim@127.0.0.1:1/simpul").unwrap(),
    ];
    for url in nowhere {
        let e = Db::open(&url).await.unwrap_err();
        assert!(matches!(e, DbError::Unreachable(_)), "{url}: {e:?}");
        assert!(!format!("{e} {e:?} {url} {url:?}").contains("geheim"));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for db in test_databases(&[ONE]).await {
        db.ping().await.unwrap();
        db.close().await;
        assert!(matches!(db.ping().await, Err(DbError::Closed)));
        assert!(matches!(db.begin().await.err(), Some(DbError::Closed)));
        assert!(matches!(
            db.all::<_, i64>(&NOTES, args![]).await,
            Err(DbError::Closed)
        ));
    }
}
