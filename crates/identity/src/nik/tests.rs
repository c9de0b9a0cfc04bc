use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 3, 10);

fn stated<'a>() -> Stated<'a> {
    Stated {
        birth_date: None,
        sex: None,
        address: None,
        kk: None,
        today: TODAY,
    }
}

fn nik(text: &str) -> Nik {
    Nik::parse(text).unwrap()
}

#[test]
fn refuses_what_nobody_was_given() {
    for (text, error) in [
        ("", NikError::Length(0)),
        ("320412010190000", NikError::Length(15)),
        ("32041201019000033", NikError::Length(17)),
        ("99999999999999999999999999", NikError::Length(26)),
        ("320412O101900003", NikError::NotDigit(7)),
        ("3.20412E+15", NikError::NotDigit(8)),
        ("٣204120101900003", NikError::NotDigit(1)),
        ("3204120101900003\u{200b}", NikError::NotDigit(17)),
        ("1111111111111111", NikError::Placeholder),
        ("3333333333333333", NikError::Placeholder),
        ("9999990101900001", NikError::Placeholder),
        ("0000120101900001", NikError::Placeholder),
        ("1234567890123456", NikError::Placeholder),
        ("2904120101900003", NikError::Province),
        ("3204120001900003", NikError::Day),
        ("3204123201900003", NikError::Day),
        ("3204124001900003", NikError::Day),
        ("3204127201900003", NikError::Day),
        ("3204120100900003", NikError::Month),
        ("3204120113900003", NikError::Month),
        ("3204123104900003", NikError::Date),
        ("3204127002900003", NikError::Date),
        ("3204122902010003", NikError::Date),
        ("3204120101900000", NikError::Serial),
    ] {
        assert_eq!(Nik::parse(text), Err(error), "{text}");
    }
}

#[test]
fn reads_the_ways_of_writing_and_the_edges() {
    for text in [
        "3204 1252 0190 0003",
        "320412.520190.0003",
        "320412-520190-0003",
        "\t3204125201900003\u{a0}",
    ] {
        assert_eq!(nik(text).expose().as_str(), "3204125201900003");
    }
    let edge = nik("3204127112999999");
    assert_eq!((edge.sex(), edge.serial()), (Sex::Female, 9999));
    assert_eq!(edge.birth_date(None, TODAY), date(1999, 12, 31));
    // 29 February of 00 is of 2000, since 1900 was no leap year.
    assert_eq!(
        nik("3204122902000001").birth_date(None, TODAY),
        date(2000, 2, 29)
    );
    // Numbering before SIAK: a leading zero survives.
    let old = nik("0950015708900002");
    assert_eq!(old.to_string(), "095001******0002");
    assert_eq!(old.expose().as_str(), "0950015708900002");
    assert_eq!(old.prefix().to_string(), "09.50.01");
}

#[test]
fn the_century_is_that_of_the_stated_date_else_the_latest_past() {
    assert_eq!(
        nik("3204121003260001").birth_date(None, TODAY),
        date(2026, 3, 10)
    );
    assert_eq!(
        nik("3204121103260001").birth_date(None, TODAY),
        date(1926, 3, 11)
    );
    let centenarian = nik("3204121502210001");
    assert_eq!(centenarian.birth_date(None, TODAY), date(2021, 2, 15));
    assert_eq!(
        centenarian.birth_date(Some(date(1921, 2, 15)), TODAY),
        date(1921, 2, 15)
    );
    assert_eq!(
        centenarian.birth_date(Some(date(1922, 1, 1)), TODAY),
        date(1921, 2, 15)
    );
}

#[test]
fn warnings_keep_the_number_and_say_what_differs() {
    let woman = nik("3204125201900003");
    assert_eq!(woman.check(&stated()), []);
    let agreeing = Stated {
        birth_date: Some(date(1990, 1, 12)),
        sex: Some(Sex::Female),
        address: RegionCode::parse("32.04.12.2001").ok(),
        ..stated()
    };
    assert_eq!(woman.check(&agreeing), []);
    let differing = Stated {
        birth_date: Some(date(1991, 1, 12)),
        sex: Some(Sex::Male),
        address: RegionCode::parse("35.03").ok(),
        ..stated()
    };
    assert_eq!(
        woman.check(&differing),
        [
            Finding::BirthDateDiffers,
            Finding::SexDiffers,
            Finding::RegionDiffers
        ]
    );
    assert_eq!(
        nik("3204990101900003").check(&stated()),
        [Finding::DistrictUnknown]
    );
    assert_eq!(
        nik("3299010101900003").check(&stated()),
        [Finding::RegencyUnknown]
    );
    assert_eq!(
        nik("5401010101900003").check(&stated()),
        [Finding::RegencyUnknown]
    );
    let kk = KkNumber::parse("3204125201900003").unwrap();
    assert_eq!(
        woman.check(&Stated {
            kk: Some(&kk),
            ..stated()
        }),
        [Finding::EqualsKk]
    );
}

#[test]
fn age_is_doubted_from_111_on() {
    let born = Some(date(1915, 3, 10));
    let check = |today| {
        nik("3204121003150001").check(&Stated {
            birth_date: born,
            today,
            ..stated()
        })
    };
    assert_eq!(check(date(2026, 3, 9)), []);
    assert_eq!(check(date(2026, 3, 10)), [Finding::AgeAbove110]);
}

#[test]
fn a_nik_twice_in_a_family_is_found_at_both() {
    let [a, b] = ["3204125201900003", "3204121201900003"].map(|text| Nik::parse(text).ok());
    assert_eq!(
        repeated(&[a.clone(), None, b.clone(), a.clone(), None]),
        [0, 3]
    );
    assert!(repeated(&[a, b, None, None]).is_empty());
}

#[test]
fn a_kk_number_is_judged_more_mildly() {
    assert_eq!(KkNumber::parse("3204121508120021").unwrap().check(), []);
    let odd = KkNumber::parse("3204125508120000").unwrap();
    assert_eq!(odd.check(), [Finding::IssueDateOdd, Finding::SerialZero]);
    assert_eq!(odd.to_string(), "320412******0000");
    assert_eq!(KkNumber::parse("2904121508120021"), Err(NikError::Province));
    assert_eq!(
        KkNumber::parse("32041215O8120021"),
        Err(NikError::NotDigit(9))
    );
}

#[test]
fn error_texts_and_debug_hold_no_digits_of_the_number() {
    let number = "3204125201900003";
    assert_eq!(format!("{:?}", nik(number)), "320412******0003");
    for place in 0..number.len() {
        let mut wrong = number.to_owned();
        wrong.replace_range(place..=place, "x");
        let error = Nik::parse(&wrong).unwrap_err();
        assert_eq!(error, NikError::NotDigit(place + 1));
        assert!(!format!("{error} {error:?}").contains("32041"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = (Nik::parse(&text), KkNumber::parse(&text));
    }

    #[test]
    fn any_sixteen_digits_give_a_number_that_reads_back(
        province in prop::sample::select(vec!["32", "35", "91", "10"]),
        rest in "[0-9]{14}",
    ) {
        if let Ok(nik) = Nik::parse(&format!("{province}{rest}")) {
            prop_assert_eq!(Nik::parse(&nik.expose()), Ok(nik.clone()));
            let masked = nik.to_string();
            prop_assert_eq!(&masked[..6], &nik.expose()[..6]);
            prop_assert_eq!(&masked[6..12], "******");
        }
    }

    #[test]
    fn a_number_made_from_a_person_agrees_with_the_person(
        days in 0..46_000_i64, female: bool, serial in 1..10_000_u16,
    ) {
        let born = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let day = born.day() + if female { 40 } else { 0 };
        let text = format!("320412{day:02}{:02}{:02}{serial:04}", born.month(), born.year() % 100);
        let nik = nik(&text);
        let sex = if female { Sex::Female } else { Sex::Male };
        prop_assert_eq!((nik.sex(), nik.serial()), (sex, serial));
        prop_assert_eq!(nik.birth_date(Some(born), TODAY), born);
        let guessed = nik.birth_date(None, TODAY);
        prop_assert!(guessed <= TODAY);
        prop_assert_eq!((guessed.year() - born.year()) % 100, 0);
        let warned = nik.check(&Stated { birth_date: Some(born), sex: Some(sex), ..stated() });
        prop_assert!(warned.iter().all(|finding| *finding == Finding::AgeAbove110));
    }
}
