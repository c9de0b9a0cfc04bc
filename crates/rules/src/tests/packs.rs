//! What the packs of the house say about children and families.

use jiff::ToSpan;

use super::{TODAY, applying, born, facts, findings, pack};
use crate::{
    Action, Audience, Decimal, Effect, Facts, Help, Lang, Origin, PEMICU, RUJUKAN_ANAK, Rulebook,
    SKRINING_GANDA, Truth, Urgency, Verdict,
};

#[test]
fn one_weighing_without_gain_is_counselling_only() {
    let once = facts(&[("status_kms", "T".into()), ("dua_t", false.into())]);
    let found = findings(PEMICU, &once);
    assert_eq!(applying(&found), ["belum_naik"]);
    assert_eq!(
        found.iter().find(|f| f.applies()).unwrap().effect.action(),
        Some(Action::Konseling)
    );

    let twice = facts(&[("status_kms", "T".into()), ("dua_t", true.into())]);
    let found = findings(PEMICU, &twice);
    assert_eq!(applying(&found), ["dua_t"]);
    assert_eq!(
        found.iter().find(|f| f.applies()).unwrap().effect.action(),
        Some(Action::Skrining)
    );
}

#[test]
fn triggers_follow_the_classes() {
    for (key, value, rule) in [
        ("tb_u", "pendek", "tinggi_umur"),
        ("tb_u", "sangat_pendek", "tinggi_umur"),
        ("bb_tb", "gizi_kurang", "berat_tinggi"),
        ("bb_tb", "gizi_buruk", "berat_tinggi"),
        ("bb_u", "kurang", "berat_umur"),
        ("bb_u", "sangat_kurang", "berat_umur"),
    ] {
        assert_eq!(
            applying(&findings(PEMICU, &facts(&[(key, value.into())]))),
            [rule]
        );
    }
    for (key, value) in [
        ("tb_u", "tinggi"),
        ("bb_tb", "obesitas"),
        ("bb_u", "risiko_lebih"),
    ] {
        assert!(applying(&findings(PEMICU, &facts(&[(key, value.into())]))).is_empty());
    }
    assert_eq!(
        applying(&findings(PEMICU, &facts(&[("bgm", true.into())]))),
        ["bgm"]
    );
}

#[test]
fn arm_limits_hold_from_6_to_59_months() {
    let arm = |mm: i32, days| {
        let known = facts(&[("lila_mm", mm.into()), ("tanggal_lahir", born(days))]);
        let found = findings(RUJUKAN_ANAK, &known);
        found
            .iter()
            .find(|f| f.applies())
            .map(|f| (f.key().to_owned(), f.effect.urgency().unwrap()))
    };
    let prompt = Some(("lila_segera".to_owned(), Urgency::Segera));
    let soon = Some(("lila".to_owned(), Urgency::Prioritas));
    assert_eq!(arm(114, 400), prompt);
    assert_eq!(arm(115, 400), soon);
    assert_eq!(arm(124, 400), soon);
    assert_eq!(arm(125, 400), None);
    // Born 4 January: 5 months on 3 July; born 3 January: 6 months.
    assert_eq!(arm(110, 180), None);
    assert_eq!(arm(110, 181), prompt);
    // Born 4 July 2021: 59 months; born 3 July 2021: 60 months.
    assert_eq!(arm(110, 1825), prompt);
    assert_eq!(arm(110, 1826), None);
    // Without an age it is not known.
    let found = findings(RUJUKAN_ANAK, &facts(&[("lila_mm", 110.into())]));
    let open = &found
        .iter()
        .find(|f| f.key() == "lila_segera")
        .unwrap()
        .verdict
        .open;
    assert_eq!(open, &["tanggal_lahir"]);
}

#[test]
fn a_newborn_is_judged_by_temperature_and_weight() {
    let baby = |hundredths, grams: i32, days| {
        let known = facts(&[
            ("tanggal_lahir", born(days)),
            ("suhu", Decimal::from_hundredths(hundredths).into()),
            ("berat_gram", grams.into()),
        ]);
        applying(&findings(RUJUKAN_ANAK, &known)).contains(&"bayi_baru_lahir")
    };
    assert!(!baby(3650, 2500, 28));
    assert!(!baby(3750, 2500, 28));
    assert!(baby(3649, 2500, 28));
    assert!(baby(3751, 2500, 28));
    assert!(baby(3700, 2499, 28));
    assert!(!baby(3900, 2499, 29));
}

#[test]
fn a_danger_sign_is_the_most_urgent() {
    let known = facts(&[
        ("tanda_bahaya", true.into()),
        ("bisa_berangkat", false.into()),
        ("bb_u", "kurang".into()),
        ("imunisasi_lengkap", false.into()),
    ]);
    let found = findings(RUJUKAN_ANAK, &known);
    assert_eq!(
        applying(&found),
        ["tanda_bahaya", "garis_merah", "imunisasi"]
    );
    let most = found
        .iter()
        .filter(|f| f.applies())
        .filter_map(|found| found.effect.urgency())
        .max();
    assert_eq!(most, Some(Urgency::Darurat));
    assert!(applying(&findings(PEMICU, &known)).contains(&"bahaya_tanpa_sarana"));
}

fn family() -> Facts {
    facts(&[
        ("bb_u", "kurang".into()),
        ("terima_pmt", false.into()),
        ("lewat_makan", true.into()),
        ("kehilangan_kerja", false.into()),
        ("jkn_aktif", false.into()),
        ("pernah_pbi", true.into()),
        ("butuh_berobat", true.into()),
        ("bulan_sejak_nonaktif", 6.into()),
        ("pernah_reaktivasi", false.into()),
        ("nik_kk_ada", true.into()),
        ("di_dtsen", true.into()),
        ("desil", 3.into()),
        ("ada_anak_0_6", true.into()),
        ("terima_pkh", false.into()),
        ("terima_sembako", false.into()),
        ("terima_blt", false.into()),
    ])
}

#[test]
fn suggestions_begin_with_what_is_possible_today() {
    let found = findings(SKRINING_GANDA, &family());
    assert_eq!(
        applying(&found),
        [
            "pmt",
            "pangan_desa",
            "sktm",
            "reaktivasi_pbi",
            "pkh",
            "sembako",
            "pbi_jkn"
        ]
    );
    let help: Vec<_> = pack(SKRINING_GANDA)
        .rules()
        .iter()
        .map(|r| match &r.effect {
            Effect::Suggestion { help, .. } => *help,
            _ => panic!("a suggestion"),
        })
        .collect();
    assert!(help.is_sorted());
    assert_eq!((help[0], help[help.len() - 1]), (Help::HariIni, Help::Data));
}

#[test]
fn deciles_bound_programmes_and_none_means_an_update() {
    let programmes = |desil: i32| {
        let known = family().with("desil", desil, Origin::Desk, TODAY);
        let found = findings(SKRINING_GANDA, &known);
        let of = ["pkh", "sembako", "pbi_jkn", "pemutakhiran"];
        of.map(|k| applying(&found).contains(&k))
    };
    assert_eq!(programmes(1), [true, true, true, false]);
    assert_eq!(programmes(4), [true, true, true, false]);
    assert_eq!(programmes(5), [false, false, true, false]);
    assert_eq!(programmes(6), [false, false, false, false]);
    assert_eq!(programmes(0), [false, false, false, true]);
}

#[test]
fn reactivation_ends_after_half_a_year_or_once_used() {
    let may =
        |facts: Facts| applying(&findings(SKRINING_GANDA, &facts)).contains(&"reaktivasi_pbi");
    assert!(may(family()));
    assert!(!may(family().with(
        "bulan_sejak_nonaktif",
        7,
        Origin::Desk,
        TODAY
    )));
    assert!(!may(family().with(
        "pernah_reaktivasi",
        true,
        Origin::Desk,
        TODAY
    )));
}

#[test]
fn a_recipient_with_changes_is_an_update() {
    let known = facts(&[
        ("keluarga_berubah", true.into()),
        ("terima_pkh", true.into()),
    ]);
    assert!(applying(&findings(SKRINING_GANDA, &known)).contains(&"pemutakhiran"));
    let known = facts(&[("di_dtsen", false.into())]);
    assert!(applying(&findings(SKRINING_GANDA, &known)).contains(&"daftar_dtsen"));
}

#[test]
fn a_kader_learns_nothing_about_the_decile() {
    let pack = pack(SKRINING_GANDA);
    let seen = |desil: i32| {
        let known = family().with("desil", desil, Origin::Registry, TODAY);
        let found = pack.findings(&known, TODAY, Audience::Kader);
        let questions = pack.next_questions(&known, TODAY, Audience::Kader);
        (
            found,
            questions.iter().map(|q| q.key.clone()).collect::<Vec<_>>(),
        )
    };
    let first = seen(0);
    assert!((1..=10).all(|desil| seen(desil) == first));
    assert_eq!(
        first
            .0
            .iter()
            .find(|f| f.key() == "pkh")
            .unwrap()
            .verdict
            .truth,
        Truth::Unknown
    );
}

#[test]
fn questions_stop_when_nothing_can_change() {
    let (pack, catalogue) = (pack(SKRINING_GANDA), Rulebook::embedded().catalogue());
    let ask = |facts: &Facts, by| -> Vec<String> {
        let questions = pack.next_questions(facts, TODAY, by);
        questions.iter().map(|q| q.key.clone()).collect()
    };
    let mut known = Facts::new();
    let first = ask(&known, Audience::Kader);
    assert!(
        !first.contains(&"di_dtsen".to_owned()),
        "the desk looks that up"
    );
    assert!(
        !first.contains(&"tanda_bahaya".to_owned()),
        "that is asked at the scales"
    );
    assert!(ask(&known, Audience::Officer).contains(&"desil".to_owned()));

    // JKN works: nothing hangs on reactivation any more.
    known.set("jkn_aktif", true, Origin::Kader, TODAY);
    let after = ask(&known, Audience::Kader);
    assert!(first.contains(&"pernah_pbi".to_owned()) && !after.contains(&"pernah_pbi".to_owned()));

    // "Belum tahu" is not asked again while fresh, though it stays open.
    known.unanswered("lewat_makan", Origin::Kader, TODAY);
    assert!(!ask(&known, Audience::Kader).contains(&"lewat_makan".to_owned()));
    let open = pack.open_facts(&known, TODAY, Audience::Kader);
    assert!(open.iter().any(|d| d.key == "lewat_makan"));
    let later = TODAY.checked_add(15.days()).unwrap();
    let again = pack.next_questions(&known, later, Audience::Kader);
    assert!(again.iter().any(|q| q.key == "lewat_makan"));

    // Everything said, nothing is left to ask.
    for def in catalogue.all() {
        if let Some(sample) = super::data::a_value(def) {
            known.set(&def.key, sample, Origin::Desk, TODAY);
        }
    }
    assert!(ask(&known, Audience::Officer).is_empty());
}

#[test]
fn an_old_answer_counts_as_unknown() {
    let today = |days: i32| TODAY.checked_add(days.days()).unwrap();
    let known = facts(&[("lewat_makan", true.into())]);
    let truth = |day| {
        let found = pack(SKRINING_GANDA).findings(&known, day, Audience::Kader);
        found
            .iter()
            .find(|f| f.key() == "pangan_desa")
            .unwrap()
            .verdict
            .truth
    };
    assert_eq!(truth(today(14)), Truth::Yes);
    assert_eq!(truth(today(15)), Truth::Unknown);
    let found = pack(SKRINING_GANDA).findings(&known, today(15), Audience::Kader);
    let food = found.iter().find(|f| f.key() == "pangan_desa").unwrap();
    assert_eq!(
        Rulebook::embedded()
            .catalogue()
            .sentence(&food.why()[0], Lang::Id),
        "Ada waktu makan yang terlewat: belum tahu \
         (Ada waktu makan yang terlewat: ya, hasil ukur 3 Juli 2026, sudah lama)"
    );
}

#[test]
fn reasons_are_plain_sentences() {
    let catalogue = Rulebook::embedded().catalogue();
    let known = facts(&[("lila_mm", 118.into()), ("tanggal_lahir", born(400))]);
    let found = findings(PEMICU, &known);
    let arm = found.iter().find(|f| f.key() == "lila_edema").unwrap();
    let lines: Vec<_> = arm
        .why()
        .iter()
        .map(|r| catalogue.sentence(r, Lang::Id))
        .collect();
    assert_eq!(
        lines,
        [
            "Umur 6 bulan atau lebih: ya (Tanggal lahir: 29 Mei 2025, hasil ukur 3 Juli 2026)",
            "Umur di bawah 60 bulan: ya (Tanggal lahir: 29 Mei 2025, hasil ukur 3 Juli 2026)",
            "LiLA di bawah 12,5 cm: ya (Lingkar lengan atas (LiLA): 118 mm, hasil ukur 3 Juli 2026)",
        ]
    );
    assert_eq!(
        catalogue.explain(&arm.verdict, Lang::En),
        "Small arm or swollen feet: yes (any of these)\n  \
         Both feet swollen: not known yet (Swelling of both feet: no answer yet)\n  \
         Arm below 12.5 cm at 6-59 months: yes (all of these)\n    \
         6 months or older: yes (Date of birth: 29 May 2025, measured 3 July 2026)\n    \
         Under 60 months: yes (Date of birth: 29 May 2025, measured 3 July 2026)\n    \
         Arm below 12.5 cm: yes (Mid-upper arm circumference: 118 mm, measured 3 July 2026)"
    );
}

#[test]
fn reasons_of_no_and_unknown_name_what_decides() {
    let why = |facts: &Facts, by| {
        let all = pack(SKRINING_GANDA).verdicts(facts, TODAY, by);
        let verdict = all.map(|(_, v)| v).find(|v| v.rule == "sembako").unwrap();
        let keys: Vec<_> = verdict.why().into_iter().map(|r| r.fact.key).collect();
        (verdict.truth, keys)
    };
    let known = facts(&[("terima_sembako", true.into()), ("di_dtsen", true.into())]);
    assert_eq!(
        why(&known, Audience::Officer),
        (Truth::No, vec!["terima_sembako".to_owned()])
    );
    let known = facts(&[("terima_sembako", false.into()), ("di_dtsen", true.into())]);
    assert_eq!(
        why(&known, Audience::Officer),
        (Truth::Unknown, vec!["desil".to_owned()])
    );
}

#[test]
fn reasons_below_none_are_the_answers_no() {
    let known = facts(&[
        ("kehilangan_kerja", true.into()),
        ("terima_pkh", false.into()),
        ("terima_sembako", false.into()),
        ("terima_blt", false.into()),
    ]);
    let found = findings(SKRINING_GANDA, &known);
    let blt = found.iter().find(|f| f.key() == "blt_desa").unwrap();
    let why: Vec<_> = blt
        .why()
        .into_iter()
        .map(|r| (r.fact.key, r.truth))
        .collect();
    let no = |key: &str| (key.to_owned(), Truth::No);
    assert_eq!(
        why,
        [
            ("kehilangan_kerja".to_owned(), Truth::Yes),
            no("terima_pkh"),
            no("terima_sembako"),
            no("terima_blt"),
        ]
    );
}

#[test]
fn a_stored_verdict_reads_back_and_prints_no_value() {
    let known = facts(&[("bb_u", "kurang".into()), ("desil", 3.into())]);
    let found = findings(PEMICU, &known);
    let verdict = &found
        .iter()
        .find(|f| f.key() == "berat_umur")
        .unwrap()
        .verdict;
    let json = serde_json::to_string(verdict).unwrap();
    assert_eq!(
        json,
        r#"{"pack":"pemicu","version":"2026.1","rule":"berat_umur","truth":"yes","open":[],"tree":{"label":{"id":"Berat belum sesuai umur","en":"Weight does not suit the age yet"},"truth":"yes","fact":{"key":"bb_u","state":"fresh","value":{"choice":"kurang"},"observed":"2026-07-03","origin":"measurement"}}}"#
    );
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), *verdict);
    for shown in [format!("{verdict:?}"), format!("{known:?}")] {
        assert!(
            !shown.contains("kurang") && shown.contains("***"),
            "{shown}"
        );
    }
}

#[test]
fn a_value_that_does_not_fit_counts_as_unknown() {
    let known = Facts::new().with("lewat_makan", 3, Origin::Kader, TODAY);
    let refused = Rulebook::embedded().catalogue().check(&known).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the answer to `lewat_makan` must be `ya` or `tidak`"
    );
    let found = findings(SKRINING_GANDA, &known);
    let food = found.iter().find(|f| f.key() == "pangan_desa").unwrap();
    assert_eq!(food.verdict.truth, Truth::Unknown);
}
