use proptest::prelude::*;

use super::*;

const NIK: &str = "3204125201900003";
const PLACE: Aad<'static> = Aad {
    table: "person",
    column: "nik",
    row: &[1; 16],
};

fn ring() -> KeyRing {
    KeyRing::generate(&std::array::from_fn(|place| place as u8), "2026-01-31")
}

/// Expected bytes computed with other implementations (Python's hmac, and AESGCM of cryptography)
/// from the layout that the documentation gives: stored data depends on it.
#[test]
fn stored_forms_never_change() {
    let lookup = ring().lookup(LookupKind::Nik, NIK);
    let expected = "8e6585317122750efe5c348de7f99d780f608d704d3cdc74dc1c7d90b16ec0a8";
    assert_eq!(hex::encode(lookup.0), expected);
    let sealed = ring().seal([9; 12], PLACE, NIK.as_bytes());
    let text = hex::encode(sealed.0);
    let expected = "0001090909090909090909090909802a380fb6ad7696e13809c99ba68bfc9804f8315753da1405682dc7571ab03e";
    assert_eq!(text, expected);
}

#[test]
fn opens_only_in_its_place() {
    let sealed = ring().seal([9; 12], PLACE, NIK.as_bytes());
    assert_eq!(
        ring().open(PLACE, &sealed).unwrap().as_slice(),
        NIK.as_bytes()
    );
    for other in [
        Aad {
            table: "household",
            ..PLACE
        },
        Aad {
            column: "kk",
            ..PLACE
        },
        Aad {
            row: &[2; 16],
            ..PLACE
        },
        // The same bytes, cut at another place.
        Aad {
            table: "personn",
            column: "ik",
            ..PLACE
        },
    ] {
        assert_eq!(
            ring().open(other, &sealed),
            Err(SealError::Refused),
            "{other:?}"
        );
    }
}

#[test]
fn other_keys_do_not_open() {
    let sealed = ring().seal([9; 12], PLACE, b"x");
    let stranger = KeyRing::generate(&[7; GENERATE_LEN], "2026-01-31");
    assert_eq!(stranger.open(PLACE, &sealed), Err(SealError::Refused));
    assert_ne!(
        stranger.lookup(LookupKind::Nik, NIK),
        ring().lookup(LookupKind::Nik, NIK)
    );
    let mut newer = ring();
    newer.rotate(&[8; ROTATE_LEN], "2027-01-31").unwrap();
    let sealed = newer.seal([9; 12], PLACE, b"x");
    assert_eq!(ring().open(PLACE, &sealed), Err(SealError::UnknownKey(2)));
}

#[test]
fn old_data_opens_after_a_rotation_and_look_up_stays() {
    let mut rotated = ring();
    rotated.rotate(&[8; ROTATE_LEN], "2027-01-31").unwrap();
    let data_key = DataKey::new([5; 32]);
    let (sealed, wrapped) = (
        ring().seal([9; 12], PLACE, b"x"),
        ring().wrap([9; 12], PLACE, &data_key),
    );
    let rotated = KeyRing::parse(&rotated.to_text()).unwrap();
    assert_eq!(rotated.key_id(), 2);
    assert_eq!(rotated.open(PLACE, &sealed).unwrap().as_slice(), b"x");
    assert!(rotated.unwrap(PLACE, &wrapped).is_ok());
    assert_ne!(
        rotated.seal([9; 12], PLACE, b"x").0[ID_LEN..],
        sealed.0[ID_LEN..]
    );
    assert_eq!(
        rotated.lookup(LookupKind::Kk, NIK),
        ring().lookup(LookupKind::Kk, NIK)
    );
    assert_ne!(
        rotated.lookup(LookupKind::Kk, NIK),
        rotated.lookup(LookupKind::Nik, NIK)
    );
}

#[test]
fn data_keys_open_payloads_of_their_context_only() {
    let data_key = DataKey::new([5; 32]);
    let payload = data_key.seal([3; 12], b"entry 1", b"payload");
    let wrapped = ring().wrap([9; 12], PLACE, &data_key);
    let again = ring().unwrap(PLACE, &wrapped).unwrap();
    assert_eq!(
        again.open(b"entry 1", &payload).unwrap().as_slice(),
        b"payload"
    );
    assert_eq!(again.open(b"entry 2", &payload), Err(SealError::Refused));
    assert_eq!(
        DataKey::new([6; 32]).open(b"entry 1", &payload),
        Err(SealError::Refused)
    );
    assert_eq!(
        data_key.open(b"entry 1", &payload[..27]),
        Err(SealError::Truncated)
    );
    let elsewhere = Aad {
        row: &[2; 16],
        ..PLACE
    };
    assert!(matches!(
        ring().unwrap(elsewhere, &wrapped),
        Err(SealError::Refused)
    ));
    // Sealing and journal keys are two keys.
    assert_eq!(
        ring().open(PLACE, &Sealed(wrapped.0)),
        Err(SealError::Refused)
    );
}

#[test]
fn key_files_are_refused_without_quoting_them() {
    let text = ring().to_text();
    let key = text
        .lines()
        .find_map(|line| line.strip_prefix("seal = "))
        .unwrap()
        .trim_matches('"');
    for (broken, what) in [
        (String::new(), "empty"),
        ("key = []".to_owned(), "no key"),
        (text.replace(key, &key[1..]), "short"),
        (text.replace(key, &key.replace('0', "g")), "not hexadecimal"),
        (text.replace(key, &"é".repeat(32)), "not ASCII"),
        (text.replace("seal", "seel"), "unknown field"),
        (text.replace("id = 1", "id = 70000"), "id too large"),
        (
            format!("{}{}", *text, text.replace('#', "# ")),
            "the same id twice",
        ),
        (text.replace("\"\n", "\n"), "quote lost"),
    ] {
        let error = KeyRing::parse(&broken)
            .err()
            .unwrap_or_else(|| panic!("read: {what}"));
        assert!(matches!(error, SealError::KeyFile(_)), "{what}");
        assert!(
            !format!("{error} {error:?}").contains(&key[8..16]),
            "{what}"
        );
    }
}

#[test]
fn nothing_secret_prints() {
    let sealed = ring().seal([9; 12], PLACE, NIK.as_bytes());
    let printed = format!(
        "{:?} {:?} {sealed:?} {:?}",
        ring(),
        DataKey::new([5; 32]),
        ring().lookup(LookupKind::Nik, NIK)
    );
    assert_eq!(printed, "KeyRing(..) DataKey(..) Sealed(..) LookupHash(..)");
}

proptest! {
    #[test]
    fn any_plain_text_comes_back(plain: Vec<u8>, nonce: [u8; 12], row: Vec<u8>) {
        let place = Aad { row: &row, ..PLACE };
        let sealed = ring().seal(nonce, place, &plain);
        prop_assert_eq!(sealed.0.len(), 2 + 12 + plain.len() + 16);
        let opened = ring().open(place, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn a_changed_bit_is_noticed(plain: Vec<u8>, at: prop::sample::Index, bit in 0_u8..8) {
        let mut sealed = ring().seal([9; 12], PLACE, &plain);
        let at = at.index(sealed.0.len());
        sealed.0[at] ^= 1_u8 << bit;
        let expected = |error: &SealError| match error {
            SealError::UnknownKey(_) => at < ID_LEN,
            SealError::Refused => at >= ID_LEN,
            _ => false,
        };
        prop_assert!(ring().open(PLACE, &sealed).is_err_and(|error| expected(&error)));
    }

    #[test]
    fn a_cut_is_noticed(plain: Vec<u8>, len: prop::sample::Index) {
        let mut sealed = ring().seal([9; 12], PLACE, &plain);
        sealed.0.truncate(len.index(sealed.0.len()));
        let short = sealed.0.len() < ID_LEN + NONCE_LEN + 16;
        let expected = if short { SealError::Truncated } else { SealError::Refused };
        prop_assert_eq!(ring().open(PLACE, &sealed), Err(expected));
    }

    #[test]
    fn any_text_is_a_key_file_or_not(text in any::<String>()) {
        prop_assert!(KeyRing::parse(&text).is_err());
    }
}
