//! Doors of households, persons, memberships and consents, on both engines.

use jiff::civil::date;
use simpul_identity::{Phone, Sex};

use super::{begin, household, kk, mother, nik, settle};
use crate::access::Role;
use crate::access::journal::{history, verify};
use crate::platform::{AppError, Lang};
use crate::registry::*;
use crate::testing::{OTHER_KABUPATEN_VILLAGE, OTHER_POST, POST, TestApp, VILLAGE, area};

#[tokio::test]
async fn a_repeated_registration_is_one_and_another_content_a_conflict() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let mut work = begin(&app, &kader).await;
        register_household(&mut work, household(home, 9001))
            .await
            .unwrap();
        register_person(&mut work, mother(her, home, 9001))
            .await
            .unwrap();
        let mut other = household(home, 9001);
        other.dusun = "Sukadamai".into();
        let refused = register_household(&mut work, other).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));
        let mut other = mother(her, home, 9001);
        other.name = "Siti Maryam".into();
        let refused = register_person(&mut work, other).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));

        // The numbers are held by one alone, and what was refused leaves nothing behind.
        let (second, third) = (app.app.ids().make(), app.app.ids().make());
        let refused = register_household(&mut work, household(second, 9001)).await;
        assert!(matches!(
            refused,
            Err(AppError::Conflict("registry-kk-taken"))
        ));
        let refused = register_person(&mut work, mother(third, home, 9001)).await;
        assert!(matches!(
            refused,
            Err(AppError::Conflict("registry-nik-taken"))
        ));
        work.commit().await.unwrap();
        let mut db = app.app.db();
        let family = family(&mut db, &kader, home).await.unwrap();
        assert_eq!(family.members.len(), 1);
        assert!(matches!(
            person(&mut db, &kader, third).await,
            Err(AppError::NotFound)
        ));
        let chain = verify(&app.app, "1810").await.unwrap();
        assert_eq!(chain, crate::access::journal::Chain::Whole { rows: 2 });
    }
}

#[tokio::test]
async fn numbers_are_sealed_masked_and_found_again() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let (keys, mut db) = (app.app.keys(), app.app.db());
        let asked = [home, app.app.ids().make()];
        let heads = heads(&mut db, &kader, &asked).await.unwrap();
        assert_eq!(heads, [(home, "Siti Aminah".to_owned())].into());
        let number = nik(super::MOTHER_BORN, Sex::Female, 9001);
        let found = person_by_nik(&mut db, &kader, keys, &number).await.unwrap();
        assert_eq!(found, Some(her));
        let found = household_by_kk(&mut db, &kader, keys, &kk(9001))
            .await
            .unwrap();
        assert_eq!(found, Some(home));
        let found = search(&mut db, &kader, keys, &number.expose(), None, 5)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].nik_masked(keys).as_deref(),
            Some("181001******9001")
        );
        let home = crate::registry::household(&mut db, &kader, home)
            .await
            .unwrap();
        assert_eq!(home.kk_masked(keys).as_deref(), Some("181001******9001"));
        assert_eq!((home.rt.as_str(), home.rw.as_str()), ("003", "001"));
        let desk = app.scope(Role::Petugas).await;
        let sealed = found[0].nik.as_ref().unwrap();
        assert_eq!(
            sealed.digits(keys, &desk).unwrap().as_str(),
            number.expose().as_str()
        );
        assert!(matches!(
            sealed.digits(keys, &kader),
            Err(AppError::NotFound)
        ));
        let shown = format!("{:?} {home:?} {sealed:?}", found[0]);
        assert!(!shown.contains("Siti") && !shown.contains("9001") && !shown.contains("Melati"));
    }
}

#[tokio::test]
async fn outside_the_scope_no_family_exists() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let number = nik(super::MOTHER_BORN, Sex::Female, 9001);
        let keys = app.app.keys();
        for (role, place) in [
            (Role::Kader, OTHER_POST),
            (Role::Petugas, OTHER_KABUPATEN_VILLAGE),
            (Role::Pemantau, VILLAGE),
        ] {
            let scope = app.scope_in(role, area(place)).await;
            let mut db = app.app.db();
            assert!(person(&mut db, &scope, her).await.is_err());
            assert!(family(&mut db, &scope, home).await.is_err());
            assert!(registry_answer(&mut db, &scope, home).await.is_err());
            let found = person_by_nik(&mut db, &scope, keys, &number).await.unwrap();
            assert_eq!(found, None);
            let found = search(&mut db, &scope, keys, "siti", None, 5)
                .await
                .unwrap();
            assert!(found.is_empty());
            let born = date(1990, 1, 1);
            let children = children_under(&mut db, &scope, &area(POST), born, 9).await;
            assert!(matches!(children, Err(AppError::NotFound)));
            let mut work = begin(&app, &scope).await;
            let new = mother(app.app.ids().make(), home, 9002);
            assert!(register_person(&mut work, new).await.is_err());
            assert!(ask_check(&mut work, home).await.is_err());
            assert!(erase_person(&mut work, her).await.is_err());
        }
    }
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_seen() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (_, her) = settle(&app, &kader, 9001).await;
        settle(&app, &kader, 9002).await;
        let mut work = begin(&app, &kader).await;
        let renamed = || PersonChange {
            name: Some("Siti Aminah Putri".into()),
            nik: Some(nik(super::MOTHER_BORN, Sex::Female, 9007)),
            phone: Some(Phone::parse("0810 1234 5678").unwrap()),
            sex: Some(Sex::Female),
            ..PersonChange::default()
        };
        change_person(&mut work, her, 1, renamed()).await.unwrap();
        // Sent again: nothing is left to change.
        change_person(&mut work, her, 1, renamed()).await.unwrap();
        let other = PersonChange {
            name: Some("Aminah".into()),
            ..PersonChange::default()
        };
        let refused = change_person(&mut work, her, 1, other).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));
        let taken = PersonChange {
            nik: Some(nik(super::MOTHER_BORN, Sex::Female, 9002)),
            ..PersonChange::default()
        };
        let refused = change_person(&mut work, her, 2, taken).await;
        assert!(matches!(
            refused,
            Err(AppError::Conflict("registry-nik-taken"))
        ));
        let future = PersonChange {
            birth_date: Some(date(2030, 1, 1)),
            ..PersonChange::default()
        };
        let refused = change_person(&mut work, her, 2, future).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-birth-future"))
        ));
        work.commit().await.unwrap();
        let (keys, mut db) = (app.app.keys(), app.app.db());
        let now = person(&mut db, &kader, her).await.unwrap();
        assert_eq!((now.version, now.name.as_str()), (2, "Siti Aminah Putri"));
        assert_eq!(now.nik_masked(keys).as_deref(), Some("181001******9007"));
        for (serial, holder) in [(9001, None), (9007, Some(her))] {
            let number = nik(super::MOTHER_BORN, Sex::Female, serial);
            let found = person_by_nik(&mut db, &kader, keys, &number).await.unwrap();
            assert_eq!(found, holder);
        }
        let found = search(&mut db, &kader, keys, "putri", None, 5)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        let facts = history(&app.app, &kader, her).await.unwrap();
        assert_eq!(facts.len(), 2);
    }
}

#[tokio::test]
async fn a_family_moves_to_another_post_with_its_members() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (home, her) = settle(&app, &desk, 9001).await;
        let (other, _) = settle(&app, &desk, 9002).await;
        let mut work = begin(&app, &desk).await;
        let change = |kk| HouseholdChange {
            area: Some(area(OTHER_POST)),
            kk: Some(kk),
            rt: Some("7".into()),
            ..HouseholdChange::default()
        };
        change_household(&mut work, home, 1, change(kk(9003)))
            .await
            .unwrap();
        change_household(&mut work, home, 1, change(kk(9003)))
            .await
            .unwrap();
        let taken = change_household(&mut work, other, 1, change(kk(9003))).await;
        assert!(matches!(
            taken,
            Err(AppError::Conflict("registry-kk-taken"))
        ));
        let stale = change_household(&mut work, home, 1, change(kk(9004))).await;
        assert!(matches!(stale, Err(AppError::Conflict("error-conflict"))));
        work.commit().await.unwrap();
        let there = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let mut db = app.app.db();
        assert_eq!(
            person(&mut db, &there, her).await.unwrap().area,
            area(OTHER_POST)
        );
        let home = crate::registry::household(&mut db, &there, home)
            .await
            .unwrap();
        assert_eq!((home.version, home.rt.as_str()), (2, "007"));
        let kader = app.scope(Role::Kader).await;
        assert!(person(&mut db, &kader, her).await.is_err());
    }
}

#[tokio::test]
async fn a_newborn_is_known_by_mother_day_and_order() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let birth = |order, name: &str| NewBirth {
            id: app.app.ids().make(),
            mother: her,
            order,
            name: name.into(),
            sex: Sex::Male,
            birth_date: date(2026, 11, 1),
            birth_place: "Pringsewu".into(),
        };
        let (first, twin, again) = (birth(1, ""), birth(2, "Ahmad Fauzi"), birth(1, ""));
        let mut work = begin(&app, &kader).await;
        for new in [first.clone(), first.clone(), twin] {
            assert_eq!(register_birth(&mut work, new).await.unwrap(), home);
        }
        let refused = register_birth(&mut work, again).await;
        assert!(matches!(
            refused,
            Err(AppError::Conflict("registry-birth-known"))
        ));
        let unlikely = NewBirth {
            birth_date: date(1990, 1, 1),
            ..birth(1, "")
        };
        let refused = register_birth(&mut work, unlikely).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-mother-unlikely"))
        ));
        work.commit().await.unwrap();
        let mut db = app.app.db();
        let child = person(&mut db, &kader, first.id).await.unwrap();
        assert_eq!(child.name, "BY. NY. Siti Aminah");
        assert_eq!(child.relation, Relation::Anak);
        assert_eq!(child.mother_name, "Siti Aminah");
        let children = children_under(&mut db, &kader, &area(POST), date(2021, 11, 21), 50)
            .await
            .unwrap();
        let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["Ahmad Fauzi", "BY. NY. Siti Aminah"]);
    }
}

#[tokio::test]
async fn search_finds_parts_nearby_beginnings_over_a_kabupaten_and_goes_on() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let home = app.app.ids().make();
        let mut work = begin(&app, &desk).await;
        register_household(&mut work, household(home, 9001))
            .await
            .unwrap();
        for (name, serial) in ["Siti Aminah", "Aminah", "Nurhayati", "Amin Santoso"]
            .iter()
            .zip(9001..)
        {
            let mut new = mother(app.app.ids().make(), home, serial);
            new.name = (*name).into();
            register_person(&mut work, new).await.unwrap();
        }
        work.commit().await.unwrap();
        let (keys, mut db) = (app.app.keys(), app.app.db());
        let names = |found: &[Person]| -> Vec<String> {
            found.iter().map(|person| person.name.clone()).collect()
        };
        let near = search(&mut db, &desk, keys, "amin", None, 10)
            .await
            .unwrap();
        assert_eq!(names(&near), ["Amin Santoso", "Aminah", "Siti Aminah"]);
        let first = search(&mut db, &desk, keys, "amin", None, 1).await.unwrap();
        let rest = search(&mut db, &desk, keys, "amin", Some(first[0].id), 10)
            .await
            .unwrap();
        assert_eq!(names(&rest), ["Aminah", "Siti Aminah"]);
        let parts = search(&mut db, &desk, keys, "sit min", None, 10)
            .await
            .unwrap();
        assert_eq!(names(&parts), ["Siti Aminah"]);
        let call_name = search(&mut db, &desk, keys, "hayati", None, 10)
            .await
            .unwrap();
        assert_eq!(names(&call_name), ["Nurhayati"]);
        for nobody in ["a", "", "%", "_____"] {
            let found = search(&mut db, &desk, keys, nobody, None, 10)
                .await
                .unwrap();
            assert!(found.is_empty(), "{nobody}");
        }
        let wide = app.scope(Role::Manajer).await;
        let found = search(&mut db, &wide, keys, "amin", None, 10)
            .await
            .unwrap();
        assert_eq!(names(&found), ["Amin Santoso", "Aminah"]);
        let rest = search(&mut db, &wide, keys, "amin", Some(found[0].id), 10)
            .await
            .unwrap();
        assert_eq!(names(&rest), ["Aminah"]);
    }
}

#[tokio::test]
async fn the_newest_membership_counts_and_is_recorded_once() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (home, her) = settle(&app, &desk, 9001).await;
        let new = |programme, person, state, as_of| NewMembership {
            id: app.app.ids().make(),
            household: home,
            person,
            programme,
            state,
            as_of,
            source: MembershipSource::Desk,
        };
        use MembershipState::{Inactive, NotRecipient, Recipient};
        let (old, today) = (date(2026, 1, 1), date(2026, 11, 21));
        let mut work = begin(&app, &desk).await;
        let latest = new(Programme::PbiJkn, Some(her), Inactive, today);
        for fact in [
            latest.clone(),
            new(Programme::PbiJkn, Some(her), Recipient, old),
            new(Programme::Pkh, None, NotRecipient, old),
            latest.clone(),
        ] {
            record_membership(&mut work, fact).await.unwrap();
        }
        let changed = NewMembership {
            state: Recipient,
            ..latest
        };
        let refused = record_membership(&mut work, changed).await;
        assert!(matches!(refused, Err(AppError::Conflict("error-conflict"))));
        let future = new(Programme::Pkh, None, Recipient, date(2026, 11, 22));
        let refused = record_membership(&mut work, future).await;
        assert!(matches!(
            refused,
            Err(AppError::Refused("registry-day-future"))
        ));
        work.commit().await.unwrap();
        let known = memberships(&mut app.app.db(), &desk, home).await.unwrap();
        let states: Vec<_> = known.iter().map(|m| (m.programme, m.state)).collect();
        assert_eq!(
            states,
            [
                (Programme::PbiJkn, Inactive),
                (Programme::Pkh, NotRecipient)
            ]
        );
    }
}

#[tokio::test]
async fn consent_is_by_purpose_and_person_and_can_be_withdrawn() {
    for app in TestApp::each().await {
        let kader = app.scope(Role::Kader).await;
        let (home, her) = settle(&app, &kader, 9001).await;
        let ask = |person, purpose, answer| NewConsent {
            id: app.app.ids().make(),
            household: home,
            person,
            purpose,
            answer,
            by: ConsentGiver::Guardian,
            wording: "consent-rujukan-1",
            lang: Lang::Id,
        };
        let first = ask(Some(her), Purpose::Ukuran, true);
        let mut work = begin(&app, &kader).await;
        record_consent(&mut work, first.clone()).await.unwrap();
        record_consent(&mut work, first.clone()).await.unwrap();
        let changed = NewConsent {
            answer: false,
            ..first
        };
        assert!(record_consent(&mut work, changed).await.is_err());
        work.commit().await.unwrap();
        let given = async |person, purpose| {
            consent(&mut app.app.db(), &kader, home, person, purpose)
                .await
                .unwrap()
                .map(|answer| answer.answer)
        };
        assert_eq!(given(Some(her), Purpose::Ukuran).await, Some(true));
        assert_eq!(given(None, Purpose::Ukuran).await, None);
        assert_eq!(given(Some(her), Purpose::Rujukan).await, None);

        // In the same moment: the refusal counts.
        let mut work = begin(&app, &kader).await;
        record_consent(&mut work, ask(None, Purpose::Ukuran, false))
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(given(Some(her), Purpose::Ukuran).await, Some(false));
        app.clock.advance_ms(1);
        let mut work = begin(&app, &kader).await;
        record_consent(&mut work, ask(None, Purpose::Ukuran, true))
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(given(Some(her), Purpose::Ukuran).await, Some(true));
        assert_eq!(given(None, Purpose::Ukuran).await, Some(true));
    }
}

#[tokio::test]
async fn an_erased_person_is_nobody_and_the_chain_verifies() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let (home, her) = settle(&app, &desk, 9001).await;
        let number = nik(super::MOTHER_BORN, Sex::Female, 9001);
        let mut work = begin(&app, &desk).await;
        erase_person(&mut work, her).await.unwrap();
        erase_person(&mut work, her).await.unwrap();
        work.commit().await.unwrap();

        let (keys, mut db) = (app.app.keys(), app.app.db());
        let left = person(&mut db, &desk, her).await.unwrap();
        assert_eq!(left.state, PersonState::Erased);
        assert_eq!((left.name.as_str(), left.mother_name.as_str()), ("", ""));
        assert_eq!((left.sex, left.birth_date), (Sex::Female, date(1998, 4, 1)));
        assert!(left.nik.is_none() && left.phone.is_none());
        let found = person_by_nik(&mut db, &desk, keys, &number).await.unwrap();
        assert_eq!(found, None);
        assert!(
            family(&mut db, &desk, home)
                .await
                .unwrap()
                .members
                .is_empty()
        );
        let facts = history(&app.app, &desk, her).await.unwrap();
        assert!(!facts.is_empty() && facts.iter().all(|fact| fact.payload.is_none()));
        assert!(verify(&app.app, "1810").await.unwrap().is_whole());

        // The NIK is free again; the erased person stays erased.
        let mut work = begin(&app, &desk).await;
        let change = PersonChange {
            name: Some("Siti".into()),
            ..PersonChange::default()
        };
        assert!(change_person(&mut work, her, 2, change).await.is_err());
        let again = register_person(&mut work, mother(her, home, 9001)).await;
        assert!(matches!(again, Err(AppError::Conflict("error-conflict"))));
        let new = mother(app.app.ids().make(), home, 9001);
        register_person(&mut work, new).await.unwrap();
        work.commit().await.unwrap();
    }
}
