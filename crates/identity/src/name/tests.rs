use proptest::prelude::*;

use super::*;

fn tokens(name: &str) -> String {
    normalise(name).tokens.join(" ")
}

#[test]
fn titles_degrees_and_accents_are_cut() {
    for (written, expected) in [
        ("  h.  Slamet ", "SLAMET"),
        ("K.H. Ahmad Dahlan", "AHMAD DAHLAN"),
        ("R.M. Soerjo", "SOERJO"),
        ("Drs. H. Budi Santoso, M.Si., M.Pd", "BUDI SANTOSO"),
        ("Rina Wati S.Pd.", "RINA WATI"),
        ("Rina Wati, A.Md.Keb", "RINA WATI"),
        ("Suparman (Alm)", "SUPARMAN"),
        ("Alm. Suparman", "SUPARMAN"),
        ("José Ma’ruf", "JOSE MARUF"),
        ("MUH.ALI", "MUH ALI"),
        ("Nur-Hayati", "NUR HAYATI"),
        ("Andi Lala", "ANDI LALA"),
        ("H.", "H"),
        ("Ir. H.", "H"),
        ("Ma", "MA"),
        ("", ""),
    ] {
        assert_eq!(tokens(written), expected, "{written}");
    }
    assert_eq!(normalise("Andi Lala").optional, 1);
    assert_eq!(normalise("Andi").optional, 0);
    // A word after a comma that is no degree belongs to the name.
    assert_eq!(tokens("Siregar, Budi"), "SIREGAR BUDI");
}

#[test]
fn patronyms_and_aliases_are_told_apart() {
    let name = normalise("Daeng Ahmad b. H. Hasan al. Mamat / Ahong");
    assert_eq!(name.tokens, ["AHMAD"]);
    assert_eq!(name.father.as_deref(), Some("HASAN"));
    assert_eq!(name.aliases, ["MAMAT", "AHONG"]);
    assert_eq!(normalise("Muhammad Al Fatih").aliases, Vec::<String>::new());
    assert_eq!(
        normalise("Muhammad Al Fatih").tokens,
        ["MUHAMMAD", "AL", "FATIH"]
    );
    assert_eq!(normalise("Bin Ali").tokens, ["BIN", "ALI"]);
}

#[test]
fn newborns_by_the_mothers_name_are_unnamed() {
    for written in [
        "By. Ny. Sumiati",
        "BY NY SUMIATI",
        "Bayi Ny Sumiati",
        "By.Ny. Sumiati",
    ] {
        let name = normalise(written);
        assert!(name.unnamed, "{written}");
        assert_eq!(name.tokens, ["SUMIATI"], "{written}");
    }
    assert!(normalise("Bayi").unnamed);
    assert!(!normalise("Ny. Slamet").unnamed);
    assert!(!normalise("Bayu").unnamed);
}

#[test]
fn variants_fold_together() {
    for group in [
        "MUHAMMAD MUHAMAD MOHAMMAD MOHAMAD MOHAMMED MOCHAMMAD MUCHAMMAD MUHAMMAT Muh. Moh. Moch. MHD.",
        "AHMAD ACHMAD AKHMAD AHMED ACH. AH.",
        "ABDURRAHMAN ABDURAHMAN ABDULRAHMAN",
        "ABDULLAH ABDULAH",
        "NUR NOER NOR NUUR",
        "SITI ST. STI SITTI",
        "SOEHARTO SUHARTO",
        "DJOKO JOKO",
        "SOEJONO SUYONO",
        "TJAHJONO CAHYONO",
        "SJAFRUDDIN SYAFRUDIN SAFRUDIN",
        "NJOMAN NYOMAN",
        "CHAIRUL KHAIRUL HAIRUL",
        "QOMARIAH KOMARIYAH KOMARIYYAH",
        "SYAIFUL SAEFUL SEIFUL",
        "THALIB TALIB",
        "SUMIATI SUMIYATI",
        "SUPRIYANTO SUPRIANTO",
        "WATI WATY",
        "SUTRISNO SUTRISNA",
        "SLAMET SELAMET",
        "SRI SERI",
        "PUTRA PUTERA",
        "FITRI PITRI VITRI",
        "INDAH INDA",
        "ROFI'AH ROFIAH ROPIAH",
    ] {
        let folded: Vec<_> = group.split(' ').map(fold).collect();
        assert!(
            folded.iter().all(|word| *word == folded[0]),
            "{group}: {folded:?}"
        );
    }
}

#[test]
fn different_names_stay_apart() {
    for (a, b) in [
        ("DWI", "DEWI"),
        ("ABDULLAH", "ABDUL"),
        ("NUH", "NUR"),
        ("ANI", "ANA"),
        ("TRI", "TERI"),
    ] {
        assert_ne!(fold(a), fold(b));
    }
}

#[test]
fn keys_find_what_people_type() {
    for (stored, typed) in [
        ("Mochammad Ikhsan", "muh"),
        ("Mochammad Ikhsan", "moha"),
        ("Abdul Rahman", "abdurrahman"),
        ("Abd. Rahman", "abdu"),
        ("Nur Hayati", "nurhay"),
        ("Nurhayati", "nur hayati"),
        ("Soepardi", "supar"),
        ("Hj. Siti Aminah", "aminah"),
        ("Ratnasari", "ratna"),
        ("Indahsari", "indah"),
        ("Suparman alias Ateng", "ateng"),
    ] {
        let (key, query) = (search_key(stored), search_key(typed));
        assert!(
            !query.is_empty() && key.contains(&query),
            "{stored} {key}: {typed} {query}"
        );
    }
}

#[test]
fn likeness_orders_as_people_would() {
    for same in [
        ("Abdul Rahman", "ABDURRAHMAN"),
        ("M. Yusuf", "Muhammad Jusuf"),
        ("Andi Baso Amir", "Baso Amir"),
        ("Hj. Sumiati", "SUMIYATI"),
        ("Budi Santoso", "Santoso Budi"),
        ("Siti Nur Aisyah", "Siti Aisyah"),
        ("Sulastri", "Sulatsri"),
    ] {
        let likeness = similar(same.0, same.1);
        assert!(likeness > 0.85, "{same:?} {likeness}");
    }
    for other in [
        ("Slamet", "Supardi"),
        ("Siti Aminah", "Sri Wahyuni"),
        ("Herman", "Mulyadi"),
    ] {
        let likeness = similar(other.0, other.1);
        assert!(likeness < 0.75, "{other:?} {likeness}");
    }
    assert_eq!(similar("", "Budi"), 0.0);
}

#[test]
fn a_name_needs_a_letter_and_an_end() {
    for (text, error) in [
        ("", NameError::NoLetter),
        (" . ", NameError::NoLetter),
        ("12345", NameError::NoLetter),
        ("Siti\0Aminah", NameError::Control),
        ("Siti \u{fffd}minah", NameError::Control),
        (&"a".repeat(121), NameError::TooLong),
    ] {
        assert_eq!(PersonName::parse(text), Err(error));
    }
    assert_eq!(
        PersonName::parse("I\tWayan\n Gede").unwrap().as_str(),
        "I Wayan Gede"
    );
    assert!(PersonName::parse(&"a".repeat(120)).is_ok());
}

#[test]
fn nothing_prints_the_name() {
    assert_eq!(
        format!("{:?}", normalise("Siti Aminah")),
        "Normalised(2 tokens)"
    );
}

/// Texts that meet the rules more often than random ones.
fn name() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "H.", "Hj", "bin", "B.", "binti", "alias", "AL.", "/", ",", "S.Pd", "by.", "ny", "Alm",
        "Andi", "MUH.", "abd", "ABDUL", "Nur", "lah", "Rahman", "Tjoe", "djaja", "Ma'ruf", "OEJ",
        "KHH", "SYY", "ii", "é", "雪",
    ]);
    prop_oneof![
        any::<String>(),
        "[A-Z]{0,12}",
        proptest::collection::vec(word, 0..7).prop_map(|words| words.join(" ")),
    ]
}

proptest! {
    #[test]
    fn taking_apart_twice_changes_nothing(name in name()) {
        let once = tokens(&name);
        prop_assert_eq!(tokens(&once), once);
    }

    #[test]
    fn folding_twice_changes_nothing(word in prop_oneof!["[A-Z]{0,10}", any::<String>()]) {
        let once = fold(&word);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn keys_are_plain_and_settled(name in name()) {
        let key = search_key(&name);
        prop_assert!(key.chars().all(|c| c == ' ' || c.is_ascii_uppercase() || c.is_ascii_digit()));
        prop_assert!(!key.contains("  ") && key.trim() == key);
    }

    #[test]
    fn likeness_is_symmetric_and_bounded(a in name(), b in name()) {
        let likeness = similar(&a, &b);
        prop_assert!((0.0..=1.0).contains(&likeness));
        prop_assert_eq!(likeness, similar(&b, &a));
        if !search_key(&tokens(&a)).is_empty() {
            prop_assert_eq!(similar(&a, &a), 1.0);
        }
    }
}
