use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::entry::{
    Body, Emergency, Intake, Measure, RegisterHousehold, RegisterPerson, ScreenAnswer, ScreenBegin,
    ScreenRefer, Source,
};
use crate::seal::{Sealer, open_of_all, public, seal_to_all};

fn id(n: u8) -> Id {
    Id([n; 16])
}

fn entry(n: u8, body: Body) -> Entry {
    Entry {
        id: id(n),
        kind: body.kind().to_owned(),
        version: crate::VERSION,
        author: id(200),
        at: 1_000 + i64::from(n),
        fixes: None,
        sealed: None,
        body: Some(body),
        handed: None,
    }
}

fn measure(n: u8, person: u8) -> Entry {
    let body = Measure {
        person: id(person),
        post: None,
        on: date(2026, 11, 21),
        weight: Some(7_000),
        lenhei: None,
        position: None,
        head: None,
        arm: None,
        oedema: None,
        danger_signs: Vec::new(),
        measurer: None,
        replaces: None,
        source: Source::Phone,
        shown: None,
    };
    entry(n, Body::Measure(body))
}

fn begin(n: u8, household: u8, person: u8, finding: Option<u8>) -> Entry {
    let body = ScreenBegin {
        household: id(household),
        person: id(person),
        finding: finding.map(id),
        accompanied_by: "wali".into(),
        consent_rujukan: Some(true),
        consent_ukuran: None,
        wording: "izin-2026.1".into(),
        lang: "id".into(),
    };
    entry(n, Body::ScreenBegin(body))
}

fn answer(n: u8, household: u8) -> Entry {
    let household = id(household);
    let answers = [].into();
    entry(n, Body::ScreenAnswer(ScreenAnswer { household, answers }))
}

fn refer(n: u8, household: u8, person: u8) -> Entry {
    let body = ScreenRefer {
        household: id(household),
        person: Some(id(person)),
        needs: Vec::new(),
        note: String::new(),
    };
    entry(n, Body::ScreenRefer(body))
}

fn home(n: u8) -> Entry {
    let body = RegisterHousehold {
        post: String::new(),
        kk: None,
        dusun: String::new(),
        rt: String::new(),
        rw: String::new(),
        address: String::new(),
    };
    entry(n, Body::RegisterHousehold(body))
}

fn person(n: u8, household: u8) -> Entry {
    let body = RegisterPerson {
        household: id(household),
        name: String::new(),
        sex: "P".into(),
        birth_date: date(2025, 5, 12),
        birth_place: String::new(),
        relation: "anak".into(),
        mother_name: String::new(),
        nik: None,
        phone: None,
    };
    entry(n, Body::RegisterPerson(body))
}

#[test]
fn what_a_referral_rests_on_goes_along_and_nothing_else() {
    // Family 1 with child 2 is new; family 3 with child 4 was known.
    let entries = [
        home(1),
        person(2, 1),
        measure(10, 4),
        measure(11, 2),
        begin(12, 3, 4, Some(10)),
        begin(13, 1, 2, Some(11)),
        answer(14, 3),
        answer(15, 1),
        refer(16, 3, 4),
        refer(17, 1, 2),
        answer(18, 1),
    ];
    let of = |referral| -> Vec<u8> {
        let ids = needed(id(referral), &entries);
        ids.iter().map(|id| id.0[0]).collect()
    };
    assert_eq!(of(17), [1, 2, 11, 13, 15, 17]);
    assert_eq!(of(16), [10, 12, 14, 16]);
    assert_eq!(of(99), [0_u8; 0]);
}

#[test]
fn an_emergency_needs_its_family_alone() {
    let danger = Emergency {
        household: id(1),
        person: id(2),
        danger_signs: vec!["kejang".into()],
        on: date(2026, 11, 21),
        stranded: true,
        note: String::new(),
        code: String::new(),
        number: String::new(),
    };
    let entries = [
        home(1),
        person(2, 1),
        measure(3, 2),
        begin(4, 1, 2, None),
        entry(5, Body::Emergency(danger)),
    ];
    assert_eq!(needed(id(5), &entries), [id(1), id(2), id(5)]);
}

#[test]
fn what_a_family_brings_needs_the_family_alone() {
    let brings = Intake {
        household: id(1),
        matter: "kebutuhan".into(),
        need: "pangan".into(),
        urgency: "segera".into(),
        speaker: "sendiri".into(),
        agreed: true,
        note: String::new(),
        code: String::new(),
        number: String::new(),
    };
    let entries = [home(1), person(2, 1), entry(3, Body::Intake(brings))];
    assert_eq!(needed(id(3), &entries), [id(1), id(3)]);
}

#[test]
fn what_mends_another_goes_with_it() {
    let mut mends = measure(12, 7);
    mends.fixes = Some(id(11));
    let entries = [
        measure(11, 2),
        mends,
        begin(13, 1, 2, None),
        refer(14, 1, 2),
    ];
    let ids = needed(id(14), &entries);
    assert_eq!(ids, [id(11), id(12), id(13), id(14)]);
}

fn handed() -> HandOver {
    let (secret, random) = ([7; 32], [9; 32]);
    let entries = [measure(1, 2), refer(3, 4, 2)].map(|mut entry| {
        let mut sealer = Sealer::of_entries(&public(&secret), random).unwrap();
        entry.seal(&mut sealer).unwrap();
        entry
    });
    HandOver {
        version: VERSION,
        phone: id(100),
        at: 5_000,
        referral: Referred {
            entry: id(3),
            author: id(200),
            at: 1_003,
            household: id(4),
            family: "Keluarga rekaan".into(),
            place: "RT 1 RW 2".into(),
            needs: vec![ReferredNeed {
                need: "pangan".into(),
                urgency: "segera".into(),
            }],
            note: String::new(),
        },
        entries: entries.to_vec(),
        signature: to_base64(&[3; 64]),
    }
}

#[test]
fn the_message_that_was_signed_is_the_one_that_is_verified() {
    let hand_over = handed();
    let message = hand_over.message();
    for entry in hand_over.clone().carried(6_000) {
        assert_eq!(entry.signed(), Some((message.clone(), vec![3; 64])));
        assert_eq!(entry.handed.as_ref().unwrap().seen_at, 6_000);
        // None of what the server goes by can be changed.
        let mut changes: Vec<Entry> = vec![entry.clone(); 7];
        changes[0].id = id(50);
        changes[1].author = id(51);
        changes[2].kind = "visit".into();
        changes[3].version += 1;
        changes[4].at += 1;
        changes[5].fixes = Some(id(52));
        changes[6].sealed = Some("AAAA".into());
        for changed in changes {
            assert_eq!(changed.signed(), None);
        }
        let mut later = entry.clone();
        later.handed.as_mut().unwrap().at += 1;
        assert_ne!(later.signed().unwrap().0, message);
    }
    // Nor what the desk reads.
    let mut other = handed();
    other.referral.needs[0].urgency = "rutin".into();
    assert_ne!(other.message(), message);
    let mut fewer = handed();
    fewer.entries.pop();
    assert_ne!(fewer.message(), message);
    let entry = handed().entries.remove(0);
    assert_eq!(entry.signed(), None, "an entry of the phone itself");
}

#[test]
fn codes_of_two_referrals_are_told_apart() {
    let (one, two) = (vec![1_u8; 900], vec![2_u8; 900]);
    let (one, two) = (frames(&one).unwrap(), frames(&two).unwrap());
    let mut gather = Gather::default();
    assert!(gather.take(&one[1]) == Gathered::More { have: 1, of: 3 });
    assert!(gather.take(&two[0]) == Gathered::Other { have: 1, of: 3 });
    assert!(gather.take(&one[1]) == Gathered::More { have: 1, of: 3 });
    assert!(gather.take(&one[0]) == Gathered::More { have: 2, of: 3 });
    assert!(gather.take("https://example.org") == Gathered::Foreign);
    assert!(gather.take("SP2:ABC") == Gathered::Newer);
    assert!(gather.take("SPAM:ABC") == Gathered::Foreign);
    assert!(gather.take(&one[2][..40]) == Gathered::Damaged);
    assert_eq!(gather.content(), None);
    assert!(gather.take(&one[2]) == Gathered::Whole);
    assert_eq!(gather.content(), Some(vec![1; 900]));
}

#[test]
fn more_than_anybody_holds_still_for_is_refused() {
    assert!(frames(&vec![0; 40 * 304]).is_ok_and(|frames| frames.len() == 40));
    assert_eq!(frames(&vec![0; 40 * 304 + 1]), Err(TooLarge));
}

proptest! {
    #[test]
    fn codes_come_together_in_any_order(
        content in prop::collection::vec(any::<u8>(), 1..4000),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let frames = frames(&content).unwrap();
        let mut gather = Gather::default();
        let mut seen = std::collections::BTreeSet::new();
        let all = order.iter().map(|at| at.index(frames.len())).chain(0..frames.len());
        for at in all {
            // The letters of the dense mode of QR codes, and one size for all.
            prop_assert!(frames[at].len() <= 483);
            seen.insert(at);
            match gather.take(&frames[at]) {
                Gathered::More { have, of } => {
                    prop_assert_eq!((have, of), (seen.len(), frames.len()));
                }
                Gathered::Whole => prop_assert_eq!(seen.len(), frames.len()),
                _ => prop_assert!(false, "a good code"),
            }
        }
        prop_assert_eq!(gather.content(), Some(content));
    }

    #[test]
    fn a_letter_read_wrongly_is_seen(
        content in prop::collection::vec(any::<u8>(), 1..900),
        at: prop::sample::Index, letter in "[0-9A-Z $%*+./:-]",
    ) {
        let frames = frames(&content).unwrap();
        let mut text = frames[0].clone();
        let at = 4 + at.index(text.len() - 4);
        prop_assume!(text[at..=at] != letter);
        text.replace_range(at..=at, &letter);
        prop_assert!(Gather::default().take(&text) == Gathered::Damaged);
    }

    #[test]
    fn whatever_a_camera_reads_is_answered(text in "(SP1:)?[ -~]{0,80}") {
        let _ = Gather::default().take(&text);
    }

    #[test]
    fn a_hand_over_goes_from_phone_to_phone(secret: [u8; 32], random in prop::collection::vec(any::<[u8; 32]>(), 3)) {
        let to = [public(&[5; 32]), public(&secret)];
        let packed = serde_json::to_vec(&handed()).unwrap();
        let sealed = seal_to_all(&to, INFO, &packed, &random).unwrap();
        let mut gather = Gather::default();
        for text in frames(&sealed).unwrap().iter().rev() {
            gather.take(text);
        }
        let opened = open_of_all(&secret, INFO, &gather.content().unwrap()).unwrap();
        let read: HandOver = serde_json::from_slice(&opened).unwrap();
        prop_assert!(read == handed());
        prop_assert_eq!(read.message(), handed().message());
    }
}
