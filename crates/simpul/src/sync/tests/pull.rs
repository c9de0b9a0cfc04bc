//! What a phone takes of its area.

use jiff::ToSpan as _;
use jiff::civil::date;
use simpul_phone::entry::{Body, ScreenAnswer, ScreenBegin};
use simpul_phone::extract::{Extract, RegistryAnswer};
use simpul_phone::wire::Pulled;

use super::*;
use crate::access::{self, Role};
use crate::platform::AppError;
use crate::posyandu;
use crate::registry::{self, HouseholdChange};
use crate::sync::pull;
use crate::testing::{OTHER_POST, TestApp, area};

async fn take(app: &TestApp, phone: &Phone, cursor: Option<&str>) -> Pulled {
    pull(&app.app, &phone.sender, cursor).await.unwrap()
}

#[tokio::test]
async fn a_phone_takes_its_area_once_and_then_what_changed() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        let kader = app.scope(Role::Kader).await;
        let phone = Phone::of(&app, &kader).await;
        let first = take(&app, &phone, None).await;
        assert!(first.whole);
        let all = first.extract.unwrap();
        assert_eq!(
            (all.posts.len(), all.households.len(), all.persons.len()),
            (1, 1, 2)
        );
        assert_eq!(
            all.households[0].registry.answer,
            RegistryAnswer::NotChecked
        );
        assert!(all.households[0].has_kk && all.persons.iter().all(|p| p.has_nik));
        assert!(
            all.households[0]
                .consent_rujukan
                .as_ref()
                .is_some_and(|c| c.answer)
        );
        assert_eq!((all.measurements.len(), all.days.len()), (1, 1));
        assert_eq!(all.days[0].arrived, [on_line(fixture.child)]);
        let text = serde_json::to_string(&all.persons).unwrap();
        assert!(
            !text.contains("1810015503959001"),
            "no number leaves the server"
        );

        let quiet = take(&app, &phone, Some(&first.cursor)).await;
        assert!(!quiet.whole && quiet.extract.is_none() && quiet.month.is_none());
        assert!(serde_json::to_string(&quiet).unwrap().len() < 400);

        let entry = phone.entry(
            &app,
            Body::Measure(Measure {
                on: date(2026, 11, 20),
                ..weighing(fixture.child, 6_900)
            }),
        );
        assert!(is_accepted(&phone.send(&app, &entry).await));
        let news = take(&app, &phone, Some(&quiet.cursor)).await;
        let part = news.extract.unwrap();
        assert!(!news.whole && part.households.is_empty());
        assert_eq!((part.measurements.len(), part.days.len()), (2, 2));
        assert_eq!(news.month.unwrap().measured, 1);

        // Another age of the database: all of it again.
        let other = first.cursor.replacen(|_: char| true, "x", 1);
        assert!(take(&app, &phone, Some(&other)).await.whole);
        assert!(take(&app, &phone, Some("malformed")).await.whole);
    }
}

#[tokio::test]
async fn who_does_not_measure_holds_figures_by_consent_alone() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        let kader = Phone::of(&app, &app.scope(Role::Kader).await).await;
        let roles = [
            Role::FrontOffice,
            Role::BackOffice,
            Role::Petugas,
            Role::Koordinator,
            Role::Fasilitator,
        ];
        for (earlier, role) in (0..).zip(roles) {
            let phone = Phone::of(&app, &app.scope(role).await).await;
            let agree = async |answer| {
                let (household, person) = (fixture.household, Some(fixture.child));
                let mut work = app.work_as(&phone.sender.scope).await;
                let new = registry::NewConsent {
                    id: app.app.ids().make(),
                    household,
                    person,
                    purpose: registry::Purpose::Ukuran,
                    answer,
                    by: registry::ConsentGiver::Guardian,
                    wording: "consent-uji",
                    lang: crate::platform::Lang::Id,
                };
                registry::record_consent(&mut work, new).await.unwrap();
                work.commit().await.unwrap();
                app.clock.advance_ms(1_000);
            };
            agree(true).await;
            let first = take(&app, &phone, None).await;
            let whole = first.extract.unwrap();
            assert_eq!(whole.measurements.len(), 1 + earlier, "{role:?}");
            assert_eq!(whole.work.unwrap().role, role.key());
            assert!(whole.days.is_empty() && whole.screenings.is_empty());
            // Taken back: the phone forgets the figures, not the child.
            agree(false).await;
            let second = take(&app, &phone, Some(&first.cursor)).await;
            let part = second.extract.unwrap();
            let child = on_line(fixture.child);
            assert!(part.left.contains(&child) && part.measurements.is_empty());
            assert!(part.persons.iter().any(|person| person.id == child));
            let entry = Measure {
                on: TODAY - (1 + i64::try_from(earlier).unwrap()).days(),
                ..weighing(fixture.child, 6_900)
            };
            let entry = kader.entry(&app, Body::Measure(entry));
            assert!(is_accepted(&kader.send(&app, &entry).await));
            let third = take(&app, &phone, Some(&second.cursor)).await.extract;
            assert!(third.is_none_or(|part| part.measurements.is_empty() && part.left.is_empty()));
        }
    }
}

#[tokio::test]
async fn who_moved_to_other_work_takes_nothing_more() {
    for app in TestApp::each().await {
        app.fixture().await;
        let front = app.scope(Role::FrontOffice).await;
        let mut phone = Phone::of(&app, &front).await;
        let first = take(&app, &phone, None).await;
        for (role, area) in [(Role::FrontOffice, "1810"), (Role::Mitra, "1810012006")] {
            phone.sender.scope =
                crate::access::Scope::for_test(front.user(), role, self::area(area));
            let refused = pull(&app.app, &phone.sender, Some(&first.cursor)).await;
            assert!(matches!(refused, Err(AppError::Refused("device-role"))));
        }
    }
}

#[tokio::test]
async fn what_a_family_answered_is_held_by_the_desk_with_consent_alone() {
    for app in TestApp::each().await {
        let (household, _, child) = app.family().await;
        let desk = Phone::of(&app, &app.scope(Role::Fasilitator).await).await;
        let kader = Phone::of(&app, &app.scope(Role::Kader).await).await;
        let home = on_line(household);
        let measured = kader.entry(&app, Body::Measure(weighing(child, 7_000)));
        let begin = Body::ScreenBegin(ScreenBegin {
            household: home,
            person: on_line(child),
            finding: Some(measured.id),
            accompanied_by: "wali".into(),
            consent_rujukan: Some(true),
            consent_ukuran: Some(false),
            wording: super::push::screening_wording(),
            lang: "id".into(),
        });
        let answer = Body::ScreenAnswer(ScreenAnswer {
            household: home,
            answers: [("lewat_makan".to_owned(), Some("ya".to_owned()))].into(),
        });
        let entries = [
            measured,
            kader.entry(&app, begin),
            kader.entry(&app, answer),
        ];
        let pushed = kader.push(&app, &entries).await;
        assert!(pushed.answers.iter().all(is_accepted));
        let first = take(&app, &desk, None).await;
        let answers = |extract: &Extract| extract.answers.len();
        let all = take(&app, &kader, None).await.extract.unwrap();
        let told = first.extract.unwrap();
        assert!(answers(&all) > 0 && answers(&told) == answers(&all));
        app.clock.advance_ms(1_000);
        let mut work = app.work_as(&kader.sender.scope).await;
        let new = registry::NewConsent {
            id: app.app.ids().make(),
            household,
            person: None,
            purpose: registry::Purpose::Rujukan,
            answer: false,
            by: registry::ConsentGiver::Guardian,
            wording: "consent-uji",
            lang: crate::platform::Lang::Id,
        };
        registry::record_consent(&mut work, new).await.unwrap();
        work.commit().await.unwrap();
        let part = take(&app, &desk, Some(&first.cursor))
            .await
            .extract
            .unwrap();
        assert!(part.left.contains(&home) && part.answers.is_empty());
        assert!(part.households.iter().any(|one| one.id == home));
        let whole = take(&app, &desk, None).await.extract.unwrap();
        assert_eq!(answers(&whole), 0);
    }
}

#[tokio::test]
async fn a_family_that_moves_leaves_one_phone_and_enters_another() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        let here = Phone::of(&app, &app.scope(Role::Kader).await).await;
        let there = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let there = Phone::of(&app, &there).await;
        let (a, b) = (
            take(&app, &here, None).await,
            take(&app, &there, None).await,
        );
        assert!(b.extract.unwrap().persons.is_empty());
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let change = HouseholdChange {
            area: Some(area(OTHER_POST)),
            ..HouseholdChange::default()
        };
        registry::change_household(&mut work, fixture.household, 1, change)
            .await
            .unwrap();
        work.commit().await.unwrap();
        let left = take(&app, &here, Some(&a.cursor)).await.extract.unwrap();
        assert!(left.left.contains(&on_line(fixture.household)));
        assert!(left.left.contains(&on_line(fixture.child)));
        let entered = take(&app, &there, Some(&b.cursor)).await.extract.unwrap();
        assert_eq!((entered.households.len(), entered.persons.len()), (1, 2));
    }
}

#[tokio::test]
async fn who_works_elsewhere_takes_the_new_area() {
    for app in TestApp::each().await {
        app.fixture().await;
        let kader = app.scope(Role::Kader).await;
        let mut phone = Phone::of(&app, &kader).await;
        let first = take(&app, &phone, None).await;
        phone.sender.scope =
            crate::access::Scope::for_test(kader.user(), Role::Kader, area(OTHER_POST));
        let other = take(&app, &phone, Some(&first.cursor)).await;
        assert!(other.whole && other.extract.unwrap().persons.is_empty());
    }
}

#[tokio::test]
async fn what_the_desk_finds_and_a_backup_covers_comes_back() {
    for app in TestApp::each().await {
        let fixture = app.fixture().await;
        let phone = Phone::of(&app, &app.scope(Role::Kader).await).await;
        let first = take(&app, &phone, None).await;
        assert_eq!(first.safe_seq, 0);
        let desk = app.scope(Role::Petugas).await;
        let mut work = app.work_as(&desk).await;
        let check = registry::NewCheck {
            id: app.app.ids().make(),
            household: fixture.household,
            found: true,
            decile: simpul_identity::Decile::new(2).ok(),
            as_of: date(2026, 11, 1),
        };
        registry::record_check(&mut work, check).await.unwrap();
        work.commit().await.unwrap();
        let heads = access::heads(app.app.db()).await.unwrap();
        access::keep_backed_up(app.app.db(), &heads, app.app.now())
            .await
            .unwrap();
        let news = take(&app, &phone, Some(&first.cursor)).await;
        assert_eq!(news.safe_seq, heads[0].1);
        let home = &news.extract.unwrap().households[0];
        assert_eq!(home.registry.answer, RegistryAnswer::Found);
        assert!(home.registry.by_desk);
        let text = serde_json::to_string(home).unwrap();
        assert!(!text.contains("desil") && !text.contains("decile"));
        // The whole says the same as the part.
        let whole = take(&app, &phone, None).await.extract.unwrap();
        assert_eq!(serde_json::to_string(&whole.households[0]).unwrap(), text);
        let person = posyandu::history(&mut app.app.db(), &phone.sender.scope, fixture.child).await;
        assert_eq!(whole.measurements.len(), person.unwrap().len());
    }
}
