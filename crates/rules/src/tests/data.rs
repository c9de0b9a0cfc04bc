//! The embedded files hold together.

use std::collections::BTreeSet;

use super::{TODAY, pack};
use crate::{
    Audience, FactDef, Facts, Kind, Lang, PEMICU, PublicState, RUJUKAN_ANAK, Rulebook,
    SKRINING_GANDA, Text, Urgency, Value, Zone,
};

/// Some value of a fact that is asked or looked up.
pub(super) fn a_value(def: &FactDef) -> Option<Value> {
    Some(match &def.kind {
        Kind::YesNo => false.into(),
        Kind::Integer { max, .. } => (*max).into(),
        Kind::Decimal { max, .. } => (*max).into(),
        Kind::Choice(options) => options[0].key.as_str().into(),
        Kind::Date => TODAY.into(),
    })
}

#[test]
fn every_question_can_change_some_rule() {
    let open: BTreeSet<_> = [RUJUKAN_ANAK, PEMICU, SKRINING_GANDA]
        .iter()
        .flat_map(|key| pack(key).open_facts(&Facts::new(), TODAY, Audience::Officer))
        .map(|def| def.key.as_str())
        .collect();
    for def in Rulebook::embedded().catalogue().all() {
        assert!(
            open.contains(def.key.as_str()),
            "`{}` is in no rule",
            def.key
        );
    }
}

#[test]
fn urgencies_and_steps_have_service_times() {
    let sla = Rulebook::embedded().sla(TODAY).unwrap();
    for urgency in [
        Urgency::Rutin,
        Urgency::Prioritas,
        Urgency::Segera,
        Urgency::Darurat,
    ] {
        assert!(sla.get(urgency.key()).is_some());
    }
    for step in [
        "pengakuan",
        "verifikasi",
        "keputusan_desa",
        "skrining_ganda",
    ] {
        assert!(sla.get(step).is_some());
    }
}

#[test]
fn every_state_but_a_draft_is_public() {
    let publication = Rulebook::embedded().publication(TODAY).unwrap();
    let of = |state| publication.of(state).map(|s| s.public);
    assert_eq!(of("draf"), None);
    assert_eq!(of("diajukan"), Some(PublicState::Diajukan));
    for state in [
        "diverifikasi",
        "dirujuk",
        "diterima_tujuan",
        "ditangani",
        "menunggu_dokumen",
        "dikembalikan",
    ] {
        assert_eq!(of(state), Some(PublicState::Diproses), "{state}");
    }
    for state in ["selesai", "selesai_dijawab", "selesai_disetujui_desa"] {
        assert_eq!(of(state), Some(PublicState::Disetujui), "{state}");
    }
    for state in ["ditolak", "dibatalkan"] {
        assert_eq!(of(state), Some(PublicState::Ditolak), "{state}");
    }
    assert_eq!(
        publication.of("selesai_dijawab").unwrap().words.id,
        "Sudah dijawab."
    );
}

#[test]
fn screens_carry_no_label_and_no_jargon() {
    let mut texts: Vec<&Text> = Vec::new();
    let book = Rulebook::embedded();
    for def in book.catalogue().all() {
        texts.push(&def.name);
        texts.extend(&def.question);
        if let Kind::Choice(options) = &def.kind {
            texts.extend(options.iter().map(|o| &o.words));
        }
    }
    let found: Vec<_> = [RUJUKAN_ANAK, PEMICU, SKRINING_GANDA]
        .iter()
        .flat_map(|key| pack(key).findings(&Facts::new(), TODAY, Audience::Officer))
        .collect();
    texts.extend(found.iter().flat_map(|f| [&f.title, &f.verdict.tree.label]));
    let reasons: Vec<_> = found.iter().flat_map(crate::Finding::why).collect();
    texts.extend(reasons.iter().map(|r| &r.label));
    let states = book.publication(TODAY).unwrap().all();
    texts.extend(states.iter().flat_map(|s| [&s.words, &s.next]));
    assert!(texts.len() > 150, "{}", texts.len());
    for text in texts {
        let words = text.get(Lang::Id).to_lowercase();
        for banned in [
            "stunting",
            "miskin",
            "gizi buruk",
            "gizi kurang",
            "z-score",
            "verdict",
            "validasi",
            "sinkron",
            "gagal",
            "error",
            "pendek",
        ] {
            assert!(!words.contains(banned), "`{banned}` in: {words}");
        }
    }
}

#[test]
fn questions_are_short_and_polite() {
    for def in Rulebook::embedded().catalogue().all() {
        let Some(question) = &def.question else {
            continue;
        };
        // The danger signs are a list that must be read out whole.
        let most = if def.key == "tanda_bahaya" { 45 } else { 24 };
        let words = question.id.split_whitespace().count();
        assert!(words <= most, "`{}` has {words} words", def.key);
    }
}

#[test]
fn the_holidays_of_2026_are_confirmed_and_of_2027_not() {
    let calendar = Rulebook::embedded()
        .calendar("lima_hari", Zone::Wita)
        .unwrap();
    let noon = |day: jiff::civil::Date| {
        let days = (day - jiff::civil::date(1970, 1, 1)).get_days();
        i64::from(days) * 86_400_000 + 4 * 3_600_000
    };
    let due = |day| {
        calendar
            .due(noon(day), crate::Span::WorkingDays(3), &[])
            .unwrap()
    };
    assert!(due(TODAY).certain);
    assert!(!due(jiff::civil::date(2027, 7, 5)).certain);
    assert!(
        !due(jiff::civil::date(2026, 12, 30)).certain,
        "ends in 2027"
    );
}
