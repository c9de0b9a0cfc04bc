use proptest::prelude::*;

use super::*;

#[test]
fn one_number_in_the_ways_of_writing() {
    for text in [
        "081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "6281234567890",
        "+62 (0)812.3456.7890",
        "(0812) 34567890",
        "81234567890",
    ] {
        assert_eq!(
            Phone::parse(text).unwrap().expose().as_str(),
            "+6281234567890",
            "{text}"
        );
    }
    assert_eq!(
        Phone::parse("(022) 7201234").unwrap().expose().as_str(),
        "+62227201234"
    );
}

#[test]
fn refuses_and_says_why() {
    for (text, error) in [
        ("", PhoneError::Length),
        ("112", PhoneError::Length),
        ("00812345678", PhoneError::Length),
        ("08123456789012345", PhoneError::Length),
        ("+60 12 345 6789", PhoneError::Country),
        ("0812 3456 789O", PhoneError::NotDigit),
        ("0812/0813", PhoneError::NotDigit),
        ("٠٨١٢٣٤٥٦٧٨٩٠", PhoneError::NotDigit),
    ] {
        assert_eq!(Phone::parse(text), Err(error), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Phone::parse(&text);
    }

    #[test]
    fn reads_back_and_prints_masked(digits in "0[1-9][0-9]{7,12}") {
        let phone = Phone::parse(&digits).unwrap();
        prop_assert_eq!(Phone::parse(&phone.expose()).unwrap(), phone.clone());
        let masked = format!("{phone:?}");
        prop_assert_eq!(masked.len(), phone.expose().len());
        prop_assert!(masked.matches('*').count() >= 2);
    }
}
