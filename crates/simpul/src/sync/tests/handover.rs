//! Entries that come by another phone.

use axum::http::Method;
use simpul_phone::entry::{ScreenAnswer, ScreenBegin, ScreenRefer, SentNeed};
use simpul_phone::wire::{Keys, Pulled};

use super::push::{screening_wording, slip};
use super::*;
use crate::access::{self, NewDevice, Role};
use crate::cases;
use crate::sync::{month, pull};
use crate::testing::{OTHER_POST, area};

/// A referral with all that it rests on, and the id of its case.
async fn referral(app: &TestApp, phone: &Phone) -> (Vec<Entry>, Id) {
    let (household, _, child) = app.family().await;
    let home = on_line(household);
    let measured = phone.entry(app, Body::Measure(weighing(child, 7_000)));
    let begin = ScreenBegin {
        household: home,
        person: on_line(child),
        finding: Some(measured.id),
        accompanied_by: "wali".into(),
        consent_rujukan: Some(true),
        consent_ukuran: Some(false),
        wording: screening_wording(),
        lang: "id".into(),
    };
    let answers = [("lewat_makan".to_owned(), Some("ya".to_owned()))].into();
    let answer = ScreenAnswer {
        household: home,
        answers,
    };
    let (code, number) = slip(3);
    let case = app.app.ids().make();
    let refer = ScreenRefer {
        household: home,
        person: Some(on_line(child)),
        needs: vec![SentNeed {
            need: "pangan".into(),
            urgency: "segera".into(),
            case: on_line(case),
            code,
            number,
        }],
        note: String::new(),
    };
    let bodies = [
        Body::ScreenBegin(begin),
        Body::ScreenAnswer(answer),
        Body::ScreenRefer(refer),
    ];
    let rest = bodies.map(|body| phone.entry(app, body));
    (std::iter::once(measured).chain(rest).collect(), case)
}

/// The kader's phone and the desk's.
async fn two(app: &TestApp) -> (Phone, Phone) {
    let (kader, desk) = (app.scope(Role::Kader).await, app.scope(Role::Petugas).await);
    (Phone::of(app, &kader).await, Phone::of(app, &desk).await)
}

impl Phone {
    /// Sends what was handed to it.
    async fn bring(&self, app: &TestApp, carried: &[Entry]) -> Pushed {
        let sending = self.sending(app, carried.to_vec());
        crate::sync::push(&app.app, &self.sender, &sending)
            .await
            .unwrap()
    }
}

async fn is_there_once(app: &TestApp, kader: &Phone, desk: &Phone, case: Id) {
    let scope = &kader.sender.scope;
    let mut db = app.app.db();
    let sent = cases::sent_by(&mut db, scope, at(0)).await.unwrap();
    assert_eq!((sent.len(), sent[0].id), (1, case));
    let counts = month(&app.app, scope).await.unwrap();
    assert_eq!((counts.measured, counts.asked, counts.referred), (1, 1, 1));
    let counts = month(&app.app, &desk.sender.scope).await.unwrap();
    assert_eq!((counts.measured, counts.asked, counts.referred), (0, 0, 0));
    let ticket = cases::slip(&mut db, scope, app.app.keys(), case)
        .await
        .unwrap();
    assert_eq!(ticket.code.plain(), slip(3).0, "the slip of the family");
    let page = app.client(Role::Petugas).await.get("/puskesos").await;
    assert_eq!(page.text.matches(&format!("/rujukan/{case}")).count(), 1);
    let chain = access::journal::verify(&app.app, "1810").await.unwrap();
    assert!(chain.is_whole());
}

#[tokio::test]
async fn a_referral_counts_once_when_the_desk_brings_it_first() {
    for app in TestApp::each().await {
        let (kader, desk) = two(&app).await;
        let (entries, case) = referral(&app, &kader).await;
        let carried = kader.handed(&app, &desk, &entries);
        let brought = desk.bring(&app, &carried).await;
        for answer in &brought.answers {
            assert!(
                is_accepted(answer) && !answer.replayed,
                "{:?}",
                answer.answer
            );
        }
        is_there_once(&app, &kader, &desk, case).await;
        // The kader's phone finds a network too, and the desk's sends again.
        for _ in 0..2 {
            let own = kader.push(&app, &entries).await;
            let again = desk.bring(&app, &carried).await;
            for answers in [own.answers, again.answers] {
                for (answer, first) in answers.iter().zip(&brought.answers) {
                    assert!(answer.replayed);
                    assert_eq!(
                        format!("{:?}", answer.answer),
                        format!("{:?}", first.answer)
                    );
                }
            }
        }
        is_there_once(&app, &kader, &desk, case).await;
    }
}

#[tokio::test]
async fn a_referral_counts_once_when_its_author_sends_it_first() {
    for app in TestApp::each().await {
        let (kader, desk) = two(&app).await;
        let (entries, case) = referral(&app, &kader).await;
        let carried = kader.handed(&app, &desk, &entries);
        let own = kader.push(&app, &entries[..2]).await;
        assert!(own.answers.iter().all(is_accepted));
        let brought = desk.bring(&app, &carried).await;
        assert!(brought.answers.iter().all(is_accepted));
        let replayed: Vec<bool> = brought.answers.iter().map(|one| one.replayed).collect();
        assert_eq!(replayed, [true, true, false, false]);
        let own = kader.push(&app, &entries).await;
        assert!(
            own.answers
                .iter()
                .all(|one| one.replayed && is_accepted(one))
        );
        is_there_once(&app, &kader, &desk, case).await;
    }
}

/// The author's phone is off by years and the carrier's by days: both clocks were read at one
/// moment.
#[tokio::test]
async fn what_is_carried_happened_when_it_was_entered() {
    for app in TestApp::each().await {
        let (mut kader, mut desk) = two(&app).await;
        (kader.skew, desk.skew) = (-days(900), days(3));
        let (_, _, child) = app.family().await;
        let entry = kader.entry(&app, Body::Measure(weighing(child, 7_000)));
        app.clock.advance_ms(3_600_000);
        let carried = kader.handed(&app, &desk, &[entry]);
        app.clock.advance_ms(days(2));
        desk.skew = 0;
        let mut set_right = carried.clone();
        set_right[0].handed.as_mut().unwrap().seen_at -= days(3);
        let answer = desk.bring(&app, &set_right).await;
        assert!(is_accepted(&answer.answers[0]));
        let mut db = app.app.db();
        let rows = crate::posyandu::history(&mut db, &kader.sender.scope, child).await;
        assert_eq!(rows.unwrap()[0].at, crate::testing::MORNING);
    }
}

/// Why the desk's phone cannot bring this, and that it keeps nobody from bringing the true one.
async fn is_refused(app: &TestApp, kader: &Phone, desk: &Phone, carried: &[Entry], why: &str) {
    for replayed in [false, true] {
        let answers = desk.bring(app, carried).await.answers;
        for (answer, entry) in answers.iter().zip(carried) {
            assert_eq!((reason(answer), answer.id), (why, entry.id));
            assert_eq!(answer.replayed, replayed);
        }
    }
    let mut db = app.app.db();
    let sent = cases::sent_by(&mut db, &kader.sender.scope, at(0)).await;
    assert_eq!(sent.unwrap().len(), 0);
    // It stands in the name of who brought it, not of whom it names.
    let carrier = access::user_name(&app.app, desk.sender.scope.user()).await;
    let page = app.client(Role::Koordinator).await.get("/kiriman").await;
    assert!(page.text.contains(&carrier.unwrap()), "{}", page.text);
}

#[tokio::test]
async fn a_signature_that_does_not_fit_takes_nothing_and_blocks_nobody() {
    for app in TestApp::each().await {
        let (kader, desk) = two(&app).await;
        let (entries, case) = referral(&app, &kader).await;
        let stranger = Phone {
            signs: Signs::new(),
            sender: kader.sender.clone(),
            credential: String::new(),
            skew: 0,
        };
        let forged = stranger.handed(&app, &desk, &entries);
        is_refused(&app, &kader, &desk, &forged, "sync-handed-forged").await;
        // Signed by the right phone, and changed since.
        let mut changed = kader.handed(&app, &desk, &entries);
        let other = kader.entry(&app, Body::Measure(weighing(case, 9_000)));
        changed[0]
            .sealed
            .clone_from(&Phone::sealed(&app, &[other])[0].sealed);
        changed.truncate(1);
        is_refused(&app, &kader, &desk, &changed, "sync-handed-forged").await;
        let own = kader.push(&app, &entries).await;
        assert!(own.answers.iter().all(is_accepted), "{:?}", own.answers);
        is_there_once(&app, &kader, &desk, case).await;
        // Now the server has what was said to be forged: that is settled, the changed one is not.
        let again = desk.bring(&app, &forged).await;
        assert!(
            again
                .answers
                .iter()
                .all(|one| is_accepted(one) && one.replayed)
        );
        let page = app.client(Role::Koordinator).await.get("/kiriman").await;
        assert_eq!(page.text.matches("tidak cocok").count(), 1, "{}", page.text);
    }
}

#[tokio::test]
async fn a_phone_that_was_ended_hands_over_nothing_until_its_worker_signs_in_again() {
    for app in TestApp::each().await {
        let (kader, desk) = two(&app).await;
        let (entries, case) = referral(&app, &kader).await;
        let carried = kader.handed(&app, &desk, &entries);
        let end = format!("/perangkat/{}/cabut", kader.sender.device);
        app.client(Role::Supervisor).await.post(&end, &[]).await;
        is_refused(&app, &kader, &desk, &carried, "sync-handed-ended").await;
        // On the same phone, with the same key.
        app.clock.advance_ms(1_000);
        sign_in_again(&app, &kader).await;
        let brought = desk.bring(&app, &carried).await;
        assert!(
            brought.answers.iter().all(is_accepted),
            "{:?}",
            brought.answers
        );
        is_there_once(&app, &kader, &desk, case).await;
        let page = app.client(Role::Koordinator).await.get("/kiriman").await;
        assert!(page.text.contains("Semua catatan dari HP sudah dipakai"));
    }
}

/// The worker signs in on the same phone, which has the same key.
async fn sign_in_again(app: &TestApp, phone: &Phone) {
    let new = NewDevice {
        name: "HP uji".into(),
        public_key: phone.signs.public().to_vec(),
    };
    let Sender { phone, scope, .. } = &phone.sender;
    let (device, _) = access::device::let_in(&app.app, scope, &new).await.unwrap();
    crate::sync::name_phone(&app.app, scope, device, *phone, &[8; 32])
        .await
        .unwrap();
}

#[tokio::test]
async fn who_is_not_known_on_a_phone_or_works_elsewhere_cannot_be_carried() {
    for app in TestApp::each().await {
        let (kader, desk) = two(&app).await;
        let (entries, _) = referral(&app, &kader).await;
        let another = app.scope(Role::Kader).await;
        let mut in_the_name_of = entries[..1].to_vec();
        in_the_name_of[0].author = on_line(another.user());
        let carried = kader.handed(&app, &desk, &in_the_name_of);
        is_refused(&app, &kader, &desk, &carried, "sync-handed-unknown").await;
        // A phone of another village; and a kader's own phone is no desk for the neighbours.
        let far = app.scope_in(Role::Petugas, area("1810012007")).await;
        let far = Phone::of(&app, &far).await;
        let carried = kader.handed(&app, &far, &entries[..1]);
        let answer = far.bring(&app, &carried).await;
        assert_eq!(reason(&answer.answers[0]), "sync-handed-elsewhere");
        let near = app.scope_in(Role::Kader, area(OTHER_POST)).await;
        let near = Phone::of(&app, &near).await;
        let carried = kader.handed(&app, &near, &entries[..1]);
        let answer = near.bring(&app, &carried).await;
        assert_eq!(reason(&answer.answers[0]), "sync-handed-elsewhere");
        assert!(is_accepted(&kader.send(&app, &entries[0]).await));
    }
}

async fn pulled(app: &TestApp, phone: &Phone, cursor: Option<&str>) -> Pulled {
    pull(&app.app, &phone.sender, cursor).await.unwrap()
}

#[tokio::test]
async fn phones_have_the_keys_that_they_need_before_the_network_goes() {
    for app in TestApp::each().await {
        app.family().await;
        let (kader, desk) = two(&app).await;
        let at_the_kader = pulled(&app, &kader, None).await;
        let Keys { desks, phones } = at_the_kader.keys.unwrap();
        let sealing = simpul_phone::seal::to_base64(&[7; 32]);
        assert_eq!(desks.len(), 1);
        assert_eq!(desks[0].key, sealing);
        assert!(phones.is_empty(), "a kader takes from nobody");
        let at_the_desk = pulled(&app, &desk, None).await;
        let phones = at_the_desk.keys.unwrap().phones;
        let here = phones
            .iter()
            .find(|one| one.phone == on_line(kader.sender.phone));
        let here = here.unwrap();
        assert_eq!(here.author, on_line(kader.sender.scope.user()));
        let public = simpul_phone::seal::to_base64(kader.signs.public());
        assert_eq!((&here.key, here.ended), (&public, false));
        // Nothing new: not told again.
        let quiet = pulled(&app, &desk, Some(&at_the_desk.cursor)).await;
        assert!(quiet.keys.is_none() && quiet.extract.is_none());
        assert_eq!(quiet.cursor, at_the_desk.cursor);
        // A key is new, one phone is ended: each hears what concerns it, and no area comes anew.
        app.clock.advance_ms(1_000);
        sign_in_again(&app, &desk).await;
        let client = app.client(Role::Supervisor).await;
        let end = format!("/perangkat/{}/cabut", kader.sender.device);
        client.post(&end, &[]).await;
        let news = pulled(&app, &kader, Some(&at_the_kader.cursor)).await;
        let desks = news.keys.unwrap().desks;
        assert_eq!(desks.len(), 1, "one for each phone");
        assert_eq!(desks[0].key, simpul_phone::seal::to_base64(&[8; 32]));
        assert!(!news.whole);
        let news = pulled(&app, &desk, Some(&at_the_desk.cursor)).await;
        let phones = news.keys.unwrap().phones;
        assert!(phones.iter().any(|one| one.key == public && one.ended));
        // Silent for too long is ended too, and no desk any more.
        app.clock.advance_ms(days(91));
        assert!(
            pulled(&app, &desk, None)
                .await
                .keys
                .unwrap()
                .phones
                .iter()
                .all(|one| one.ended)
        );
        assert!(
            pulled(&app, &kader, None)
                .await
                .keys
                .unwrap()
                .desks
                .is_empty()
        );
        // Keys are told in the call of a phone, and to nobody without its credential.
        let path = "/api/v1/sync/ambil";
        let stranger = app.anonymous().json(&Method::GET, path, "").await;
        assert!(!stranger.text.contains(&sealing));
    }
}
