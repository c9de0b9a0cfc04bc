//! The extract of a village and the look-ups of the desk.

use jiff::civil::{Date, date};
use simpul_identity::{Decile, Sex};

use super::{begin, kk, nik, settle};
use crate::access::{Role, Scope};
use crate::platform::{AppError, Id};
use crate::registry::*;
use crate::testing::{OTHER_VILLAGE, TestApp, VILLAGE, area};

const MAY: Date = date(2026, 5, 1);
const AUGUST: Date = date(2026, 8, 1);

fn row(serial: u16, decile: Option<u8>, as_of: Date) -> ExtractRow {
    ExtractRow {
        kk: kk(serial),
        nik: None,
        area: area(VILLAGE),
        decile: decile.map(|d| Decile::new(d).unwrap()),
        as_of,
    }
}

async fn load(app: &TestApp, desk: &Scope, rows: Vec<ExtractRow>) -> Result<u64, AppError> {
    let place = desk.admit(&area(VILLAGE)).unwrap();
    let mut work = begin(app, desk).await;
    let families = load_extract(&mut work, &place, rows).await?;
    work.commit().await?;
    Ok(families)
}

async fn answer(app: &TestApp, scope: &Scope, home: Id) -> RegistryAnswer {
    registry_answer(&mut app.app.db(), scope, home)
        .await
        .unwrap()
}

fn found(decile: Option<u8>, as_of: Date, by: CheckSource) -> RegistryAnswer {
    RegistryAnswer::Found {
        decile: decile.map(|d| Decile::new(d).unwrap()),
        as_of,
        by,
    }
}

#[tokio::test]
async fn the_registry_answers_found_not_found_or_not_checked() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let kader = app.scope(Role::Kader).await;
        let (first, _) = settle(&app, &desk, 9001).await;
        let (second, _) = settle(&app, &desk, 9002).await;
        assert_eq!(
            answer(&app, &kader, first).await,
            RegistryAnswer::NotChecked
        );

        // A family found by a member's NIK, under an older card.
        let by_nik = ExtractRow {
            nik: Some(nik(super::MOTHER_BORN, Sex::Female, 9002)),
            ..row(9500, Some(3), MAY)
        };
        let rows = vec![
            row(9001, None, MAY),
            row(9001, Some(2), MAY),
            by_nik,
            row(9600, None, MAY),
        ];
        assert_eq!(load(&app, &desk, rows).await.unwrap(), 3);
        assert_eq!(
            answer(&app, &kader, first).await,
            found(Some(2), MAY, CheckSource::Extract)
        );
        assert_eq!(
            answer(&app, &kader, second).await,
            found(Some(3), MAY, CheckSource::Extract)
        );
        let mut db = app.app.db();
        let homes = area_households(&mut db, &kader).await.unwrap();
        let known = area_known(&mut db, &kader, &homes).await.unwrap();
        for home in [first, second] {
            let one = Standing::from(answer(&app, &kader, home).await);
            assert_eq!(
                known.standing(home),
                one,
                "the whole area says what one family says"
            );
            assert_eq!((one.found, one.as_of), (Some(true), Some(MAY)));
        }
        let seen = family(&mut db, &kader, first).await.unwrap().answer;
        assert_eq!(
            seen,
            found(None, MAY, CheckSource::Extract),
            "no decile for a kader"
        );
        let seen = family(&mut db, &desk, first).await.unwrap().answer;
        assert_eq!(seen, found(Some(2), MAY, CheckSource::Extract));

        // The next extract takes the place of the one before; an older one is refused.
        let rows = vec![row(9002, Some(4), AUGUST)];
        load(&app, &desk, rows).await.unwrap();
        let gone = RegistryAnswer::NotFound {
            as_of: AUGUST,
            by: CheckSource::Extract,
        };
        assert_eq!(answer(&app, &kader, first).await, gone);
        assert_eq!(
            answer(&app, &kader, second).await,
            found(Some(4), AUGUST, CheckSource::Extract)
        );
        let older = load(&app, &desk, vec![row(9001, None, MAY)]).await;
        assert!(matches!(
            older,
            Err(AppError::Refused("registry-extract-older"))
        ));
    }
}

#[tokio::test]
async fn an_extract_is_of_one_village_and_one_day() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let outside = ExtractRow {
            area: area(OTHER_VILLAGE),
            ..row(9001, None, MAY)
        };
        for (rows, why) in [
            (vec![], "registry-extract-empty"),
            (vec![outside], "registry-extract-outside"),
            (
                vec![row(9001, None, MAY), row(9002, None, AUGUST)],
                "registry-extract-days",
            ),
            (
                vec![row(9001, None, date(2027, 1, 1))],
                "registry-extract-days",
            ),
        ] {
            let refused = load(&app, &desk, rows).await;
            assert!(matches!(refused, Err(AppError::Refused(key)) if key == why));
        }
        let supervisor = app.scope(Role::Supervisor).await;
        let kecamatan = supervisor.admit(supervisor.area()).unwrap();
        let mut work = begin(&app, &supervisor).await;
        let refused = load_extract(&mut work, &kecamatan, vec![row(9001, None, MAY)]).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-extract-village"))
        ));
    }
}

#[tokio::test]
async fn the_desk_looks_up_who_waits_and_its_answer_is_the_newest() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let kader = app.scope(Role::Kader).await;
        let (home, _) = settle(&app, &desk, 9001).await;
        let (other, _) = settle(&app, &desk, 9002).await;
        let mut work = begin(&app, &kader).await;
        ask_check(&mut work, home).await.unwrap();
        ask_check(&mut work, home).await.unwrap();
        work.commit().await.unwrap();
        app.clock.advance_ms(1000);
        let mut work = begin(&app, &kader).await;
        ask_check(&mut work, other).await.unwrap();
        work.commit().await.unwrap();
        let waiting = async || {
            let lines = checks_waiting(&mut app.app.db(), &desk).await.unwrap();
            let homes = lines.iter().map(|line| line.household.id);
            homes.collect::<Vec<_>>()
        };
        assert_eq!(waiting().await, [home, other]);
        let lines = checks_waiting(&mut app.app.db(), &desk).await.unwrap();
        assert_eq!(lines[0].head, "Siti Aminah");
        let digits = lines[0].head_nik.as_ref().unwrap();
        assert_eq!(digits.digits(app.app.keys(), &desk).unwrap().len(), 16);

        let check = |found, decile: Option<u8>, as_of| NewCheck {
            id: app.app.ids().make(),
            household: home,
            found,
            decile: decile.map(|d| Decile::new(d).unwrap()),
            as_of,
        };
        let first = check(true, Some(1), AUGUST);
        let mut work = begin(&app, &desk).await;
        record_check(&mut work, first.clone()).await.unwrap();
        record_check(&mut work, first.clone()).await.unwrap();
        let changed = NewCheck {
            found: false,
            decile: None,
            ..first
        };
        let refused = record_check(&mut work, changed).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));
        let refused = record_check(&mut work, check(false, Some(1), AUGUST)).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-decile-unfound"))
        ));
        let refused = record_check(&mut work, check(true, None, date(2027, 1, 1))).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-day-future"))
        ));
        work.commit().await.unwrap();
        assert_eq!(waiting().await, [other]);
        assert_eq!(
            answer(&app, &desk, home).await,
            found(Some(1), AUGUST, CheckSource::Desk)
        );

        // Asked anew after an answer, it waits again, behind the others.
        app.clock.advance_ms(1000);
        let mut work = begin(&app, &kader).await;
        ask_check(&mut work, home).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(waiting().await, [other, home]);

        // An extract of an older day does not hide what the desk read.
        load(&app, &desk, vec![row(9001, Some(9), MAY)])
            .await
            .unwrap();
        assert_eq!(
            answer(&app, &desk, home).await,
            found(Some(1), AUGUST, CheckSource::Desk)
        );
    }
}
