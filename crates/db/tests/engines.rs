//! The same calls, the same answers, on both engines.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use simpul_db::testing::{TestDb, test_databases};
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
                constraint counted check (count is null or cast(count as text) <> '13')
            );
            create unique index things_kabupaten_label_key on things (kabupaten, label);
            create unique index things_folded on things ((label || area));",
    },
    Migration {
        number: 2,
        name: "head",
        sql: "create table head (name text primary key, seq bigint not null);
              create view open_things as
                  select cast(count as text) as count from things where open;
              alter table head add column note text",
    },
];

statements! {
    ADD: system("test") =
        "insert into things (kabupaten, id, area, count, share, label, open) \
         values ($1, $2, $3, $4, $5, $6, $7)";
    IN_AREA: scoped =
        "select id, area, count, share, label, open from things \
         where kabupaten = $1 and area >= $2 and area < $3 and open = $4 order by area, label";
    EVERYTHING: system("test") =
        "select id, area, count, share, label, open from things order by id";
    COUNT: system("test") = "select count(*) from things";
    LABELS: system("test") = "select label from things order by label";
    LABELS_LIKE: system("test") = "select label from things where label like $1 escape '!' order by label";
    LITERALS: system("test") =
        "select 1 as one, coalesce(max(share), 0) as share, 'x' as letter, count(*) as n from things";
    ENGINE: system("test") = {
        sqlite: "select 'sqlite'",
        postgres: "select 'postgres'",
        why: "to see which text runs",
    };
    RETURNING: system("test") =
        "insert into things (kabupaten, id, area) values ('3204', $1, '3204') returning area";
    ROUNDED: system("test") = "select round(share) from things";
    UNESCAPED: system("test") = "select label from things where label LIKE $1";
    BAD: system("test") = "select id from no_such_table where id = $1";
    NEXT: system("test") =
        "insert into head (name, seq) values ($1, 1) \
         on conflict (name) do update set seq = head.seq + 1 returning seq";
    PLUS: system("test") = "select count(*) from things where count > $1";
}
bulk! {
    THINGS = "things" ["kabupaten", "id", "area", "count", "share", "label", "open"];
    WRONG = "things" ["kabupaten", "nothing"];
}
row! {
    #[derive(Clone, Debug, PartialEq)]
    struct Thing {
        id: [u8; 16],
        area: String,
        count: Option<i64>,
        share: Option<f64>,
        label: Option<String>,
        open: bool,
    }
}

fn thing(id: u32, area: &str, label: &str) -> Thing {
    let (area, label) = (area.to_owned(), Some(label.to_owned()));
    Thing {
        id: number(id),
        area,
        count: None,
        share: None,
        label,
        open: false,
    }
}

fn number(n: u32) -> [u8; 16] {
    u128::from(n).to_be_bytes()
}

fn binds(t: &Thing) -> [Value; 7] {
    args!["3204", t.id, t.area, t.count, t.share, t.label, t.open]
}

async fn add(db: &Db, things: &[Thing]) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    for thing in things {
        tx.exec(&ADD, binds(thing)).await?;
    }
    tx.commit().await
}

async fn both() -> Vec<TestDb> {
    test_databases(MIGRATIONS).await
}

async fn count(db: &Db) -> i64 {
    db.one(&COUNT, args![]).await.unwrap()
}

fn send<T: Send + 'static>(t: T) -> T {
    t
}

#[tokio::test]
async fn scope_holds_and_futures_can_be_spawned() {
    for db in both().await {
        let inside = Thing {
            open: true,
            ..thing(1, "3204012001", "a")
        };
        let beyond = Thing {
            open: true,
            ..thing(2, "3204020", "b")
        };
        add(&db, &[inside.clone(), beyond, thing(3, "3204012001", "c")])
            .await
            .unwrap();
        let handle = (*db).clone();
        let task = send(async move {
            let mut tx = handle.begin().await?;
            let bounds = Bounds {
                kabupaten: "3204",
                lo: "3204010",
                hi: "3204020",
            };
            let rows = tx
                .all::<_, Thing>(&IN_AREA, ScopedArgs::new(bounds, args![true]))
                .await?;
            let other = Bounds {
                kabupaten: "3205",
                ..bounds
            };
            let none = tx
                .opt::<_, Thing>(&IN_AREA, ScopedArgs::new(other, args![true]))
                .await?;
            tx.rollback().await?;
            Ok::<_, DbError>((rows, none))
        });
        let found = tokio::spawn(task).await.unwrap().unwrap();
        assert_eq!(found, (vec![inside], None), "{}", db.engine());
    }
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let share = prop_oneof![
        any::<f64>().prop_filter("NaN is refused", |x| !x.is_nan()),
        Just(f64::INFINITY),
        Just(-0.0)
    ];
    let label = "[^\0]{0,12}";
    (
        any::<[u8; 16]>(),
        "[^\0]{0,6}",
        any::<Option<i64>>(),
        option(share),
        option(label),
        any::<bool>(),
    )
        .prop_filter("checked", |t| t.2 != Some(13))
        .prop_map(|(id, area, count, share, label, open)| Thing {
            id,
            area,
            count,
            share,
            label,
            open,
        })
}

fn option<S: Strategy>(s: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(s)
}

/// Whatever goes in, one by one or in bulk, comes out the same on both engines.
#[test]
fn values_round_trip() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let databases = runtime.block_on(both());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let things = proptest::collection::vec(any_thing(), 0..20);
    let check = |things: Vec<Thing>| {
        let mut things = things;
        things.sort_by_key(|t| t.id);
        things.dedup_by_key(|t| t.id);
        for (n, thing) in things.iter_mut().enumerate() {
            // Unique in label, and in label with area.
            thing.share = thing.share.map(|x| x + 0.0); // no negative zero
            thing.label = thing.label.take().map(|l| format!("{l}|{n}|"));
        }
        for db in &databases {
            runtime.block_on(async {
                let mut tx = db.begin().await.unwrap();
                let (some, rest) = things.split_at(things.len() / 3);
                for thing in some {
                    tx.exec(&ADD, binds(thing)).await.unwrap();
                }
                tx.insert(&THINGS, rest.iter().map(binds), OnConflict::Fail)
                    .await
                    .unwrap();
                let found: Vec<Thing> = tx.all(&EVERYTHING, args![]).await.unwrap();
                assert_eq!(
                    format!("{found:?}"),
                    format!("{things:?}"),
                    "{}",
                    db.engine()
                );
                tx.rollback().await.unwrap();
            });
        }
        Ok(())
    };
    runner.run(&things, check).unwrap();
    runtime.block_on(async { drop(databases) });
}

#[tokio::test]
async fn bulk_inserts_count_what_is_new() {
    for db in both().await {
        for (n, size) in (1..).zip([0_u32, 1, 2, 511, 512, 513, 1500]) {
            let rows = |from| (from..from + size).map(|i| binds(&thing(i, "32", &format!("l{i}"))));
            let mut tx = db.begin().await.unwrap();
            assert_eq!(
                tx.insert(&THINGS, rows(0), OnConflict::Fail).await.unwrap(),
                size.into()
            );
            let again = tx
                .insert(&THINGS, rows(size / 2), OnConflict::Skip)
                .await
                .unwrap();
            assert_eq!(again, u64::from(size / 2), "{} {size} {n}", db.engine());
            let all: i64 = tx.one(&COUNT, args![]).await.unwrap();
            assert_eq!(all, i64::from(size + size / 2));
            tx.rollback().await.unwrap();
        }
        let twice = [binds(&thing(1, "32", "a")), binds(&thing(1, "32", "b"))];
        let mut tx = db.begin().await.unwrap();
        let e = tx
            .insert(&THINGS, twice, OnConflict::Fail)
            .await
            .unwrap_err();
        assert!(e.conflicts_on("things_pkey"), "{e:?}");
        drop(tx);
        assert_eq!(count(&db).await, 0);
    }
}

#[tokio::test]
async fn conflicts_name_the_key_and_no_value() {
    const SECRET: &str = "3204011503850001";
    for db in both().await {
        let first = thing(1, SECRET, SECRET);
        add(&db, std::slice::from_ref(&first)).await.unwrap();
        let refusals = [
            ("things_pkey", thing(1, "x", "other")),
            ("things_kabupaten_label_key", thing(2, "x", SECRET)),
            (
                "things_folded",
                thing(3, &SECRET[6..], &format!("{SECRET}{}", &SECRET[..6])),
            ),
        ];
        for (key, row) in refusals {
            let e = add(&db, &[row]).await.unwrap_err();
            assert!(e.conflicts_on(key), "{} {key}: {e:?}", db.engine());
            assert!(!format!("{e} {e:?}").contains(SECRET));
        }
        let thirteen = Thing {
            count: Some(13),
            ..thing(4, SECRET, "thirteen")
        };
        let e = add(&db, &[thirteen]).await.unwrap_err();
        assert!(
            matches!(e, DbError::Other { .. }) && e.to_string().contains("counted"),
            "{e}"
        );
        assert!(!format!("{e} {e:?}").contains(SECRET));
        assert_eq!(format!("{:?}", args![SECRET]), "[Text(..)]");
    }
}

#[tokio::test]
async fn a_failed_step_aborts_the_transaction() {
    for db in both().await {
        let mut tx = db.begin().await.unwrap();
        tx.exec(&ADD, binds(&thing(1, "32", "a"))).await.unwrap();
        tx.exec(&ADD, binds(&thing(1, "32", "b")))
            .await
            .unwrap_err();
        let next = tx.exec(&ADD, binds(&thing(2, "32", "c"))).await;
        assert!(matches!(next, Err(DbError::Aborted)), "{next:?}");
        assert!(matches!(tx.commit().await, Err(DbError::Aborted)));

        if db.engine() == Engine::Postgres {
            // Drop a step half-way; now and then it is too quick for that.
            let tx = loop {
                let mut tx = db.begin().await.unwrap();
                tokio::select! {
                    biased;
                    _ = tx.exec(&ADD, binds(&thing(3, "32", "d"))) => tx.rollback().await.unwrap(),
                    () = std::future::ready(()) => break tx,
                }
            };
            assert!(
                matches!(tx.commit().await, Err(DbError::Aborted)),
                "half-way is not done"
            );
        } else {
            let mut tx = db.begin().await.unwrap();
            tokio::select! {
                biased;
                added = tx.exec(&ADD, binds(&thing(3, "32", "d"))) => assert_eq!(added.unwrap(), 1),
                () = std::future::ready(()) => panic!("a step on SQLite is done at once"),
            }
            tx.rollback().await.unwrap();
        }

        let mut tx = db.begin().await.unwrap();
        tx.exec(&ADD, binds(&thing(4, "32", "e"))).await.unwrap();
        drop(tx);
        assert_eq!(count(&db).await, 0, "{}", db.engine());
        add(&db, &[thing(5, "32", "f")]).await.unwrap();
        assert_eq!(count(&db).await, 1);
    }
}

#[tokio::test]
async fn reads_cannot_write() {
    for db in both().await {
        let e = db
            .opt::<_, String>(&RETURNING, args![number(1)])
            .await
            .unwrap_err();
        assert!(e.to_string().contains("Db::begin"), "{}: {e}", db.engine());
        assert_eq!(count(&db).await, 0);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(
            tx.one::<_, String>(&RETURNING, args![number(1)])
                .await
                .unwrap(),
            "3204"
        );
        tx.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    }
}

#[tokio::test]
async fn wrong_binds_and_columns_are_refused() {
    for db in both().await {
        let refused = |e: DbError, what: &str| {
            assert!(e.to_string().contains(what), "{} {what}: {e}", db.engine());
        };
        refused(
            db.one::<_, i64>(&PLUS, args![]).await.unwrap_err(),
            "0 values bound to 1",
        );
        assert_eq!(db.one::<_, i64>(&PLUS, args![1_i64]).await.unwrap(), 0);
        refused(
            db.one::<_, i64>(&PLUS, args![0.5]).await.unwrap_err(),
            "$1 was Int before",
        );
        let add_one = |t: Thing| add_owned(&db, t);
        refused(
            add_one(Thing {
                share: Some(f64::NAN),
                ..thing(1, "", "")
            })
            .await,
            "NaN",
        );
        refused(add_one(thing(1, "", "a\0")).await, "NUL");
        assert_eq!(count(&db).await, 0);

        add(&db, &[thing(1, "32", "a"), thing(2, "33", "b")])
            .await
            .unwrap();
        refused(
            db.opt::<_, String>(&LABELS, args![]).await.unwrap_err(),
            "more than one row",
        );
        refused(
            db.all::<_, i64>(&LABELS, args![]).await.unwrap_err(),
            "column 1 does not hold an integer",
        );
        let e = db.all::<_, Wrong>(&EVERYTHING, args![]).await.unwrap_err();
        assert!(
            matches!(&e, DbError::Column { column, .. } if column == "count"),
            "{e}"
        );
        let bounds = Bounds {
            kabupaten: "0",
            lo: "0",
            hi: "1",
        };
        let none = db
            .one::<_, Thing>(&IN_AREA, ScopedArgs::new(bounds, args![true]))
            .await;
        assert!(matches!(none, Err(DbError::NotFound { .. })));
        let e = db.one::<_, i64>(&BAD, args![number(1)]).await.unwrap_err();
        refused(e, "no_such_table");
    }
}

row! {
    #[derive(Debug)]
    struct Wrong { id: Vec<u8>, count: i64 }
}

async fn add_owned(db: &Db, t: Thing) -> DbError {
    add(db, &[t]).await.unwrap_err()
}

#[tokio::test]
async fn text_sorts_compares_and_matches_alike() {
    let mut labels = [
        "b", "B", "a", "Z", "é", "~", "a b", "ab", "_", "Ä", "10", "9", "😀", "ﬀ",
    ];
    for db in both().await {
        let things: Vec<_> = (0..)
            .zip(labels)
            .map(|(n, l)| thing(n, "3204", l))
            .collect();
        add(&db, &things).await.unwrap();
        labels.sort_unstable();
        assert_eq!(
            db.all::<_, String>(&LABELS, args![]).await.unwrap(),
            labels,
            "{}",
            db.engine()
        );
        let like: Vec<String> = db.all(&LABELS_LIKE, args!["a%"]).await.unwrap();
        assert_eq!(like, ["a", "a b", "ab"]);
    }
}

row! {
    #[derive(Debug, PartialEq)]
    struct Literals { one: u32, share: f64, letter: String, n: i64 }
}

#[tokio::test]
async fn expressions_and_overrides() {
    for db in both().await {
        let found: Literals = db.one(&LITERALS, args![]).await.unwrap();
        assert_eq!(
            found,
            Literals {
                one: 1,
                share: 0.0,
                letter: "x".into(),
                n: 0
            }
        );
        let (one, share, letter, n): (i64, f64, String, u32) =
            db.one(&LITERALS, args![]).await.unwrap();
        assert_eq!((one, share, letter.as_str(), n), (1, 0.0, "x", 0));
        let engine: String = db.one(&ENGINE, args![]).await.unwrap();
        assert_eq!(engine, db.engine().to_string());
    }
    let overridden: Vec<_> = registered()
        .filter(|s| s.override_reason().is_some())
        .collect();
    assert_eq!(overridden.len(), 1);
    assert!(
        overridden[0].name().ends_with("::ENGINE") && overridden[0].file().ends_with("engines.rs")
    );
}

#[tokio::test]
async fn a_source_is_what_is_committed_or_what_a_transaction_sees() {
    async fn seen(from: &mut impl Source) -> (i64, Option<String>) {
        (
            from.one(&COUNT, args![]).await.unwrap(),
            from.opt(&LABELS, args![]).await.unwrap(),
        )
    }
    for db in both().await {
        let mut tx = db.begin().await.unwrap();
        tx.exec(&ADD, binds(&thing(1, "32", "a"))).await.unwrap();
        assert_eq!(
            seen(&mut tx).await,
            (1, Some("a".to_owned())),
            "{}",
            db.engine()
        );
        assert_eq!(seen(&mut &*db).await, (0, None));
    }
}

#[tokio::test]
async fn preparing_all_finds_exactly_the_broken_ones() {
    for db in both().await {
        let mut refused: Vec<_> = prepare_all(&db)
            .await
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        refused.sort_unstable();
        assert_eq!(
            refused,
            [
                "engines::BAD",
                "engines::ROUNDED",
                "engines::UNESCAPED",
                "engines::WRONG"
            ],
            "{}",
            db.engine()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_count_without_gap_or_deadlock() {
    for db in both().await {
        let writers: Vec<_> = (0..32)
            .map(|_| {
                let db = (*db).clone();
                tokio::spawn(async move {
                    let mut seen = Vec::new();
                    for _ in 0..5 {
                        let mut tx = db.begin().await.unwrap();
                        seen.push(tx.one::<_, i64>(&NEXT, args!["3204"]).await.unwrap());
                        tx.commit().await.unwrap();
                    }
                    seen
                })
            })
            .collect();
        let mut seen = Vec::new();
        for writer in writers {
            seen.extend(writer.await.unwrap());
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=160).collect::<Vec<_>>(), "{}", db.engine());
    }
}

/// Runs one test of this file again with the log on: each statement is noted once per engine.
#[test]
fn executions_are_noted() {
    let folder = std::env::temp_dir().join(format!("simpul-db-log-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "reads_cannot_write"])
        .env("SIMPUL_STATEMENT_LOG", &folder)
        .output()
        .unwrap();
    assert!(run.status.success());
    let mut lines: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .flat_map(|f| {
            std::fs::read_to_string(f.unwrap().path())
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter(|line| line.contains("engines::"))
        .collect();
    lines.sort_unstable();
    std::fs::remove_dir_all(&folder).unwrap();
    let expected = [
        "postgres engines::COUNT",
        "postgres engines::RETURNING",
        "sqlite engines::COUNT",
        "sqlite engines::RETURNING",
    ];
    assert_eq!(lines, expected);
}
