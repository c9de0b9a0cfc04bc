//! Questions, rounds and states, without a database.

use std::collections::BTreeSet;

use proptest::prelude::*;
use simpul_rules::{Audience, Facts, Help, Kind, Origin, Pack, Rulebook, SKRINING_GANDA, Truth};

use super::{TODAY, thin};
use crate::cases::Need;
use crate::platform::{Id, Lang};
use crate::screening::explain::Explainer;
use crate::screening::model::{self, Child, Outcome, State, Step};
use crate::screening::{Accompanied, Ending};

fn pack() -> &'static Pack {
    Rulebook::embedded().pack(SKRINING_GANDA, TODAY).unwrap()
}

fn child(facts: &Facts) -> Vec<Child> {
    vec![Child {
        person: Id::from_bytes([1; 16]),
        facts: facts.clone(),
    }]
}

fn outcome(facts: &Facts, answered: &BTreeSet<String>) -> Outcome {
    let catalogue = Rulebook::embedded().catalogue();
    model::outcome(pack(), catalogue, &child(facts), answered, TODAY)
}

fn truths(facts: &Facts) -> Vec<(String, Truth)> {
    model::verdicts(pack(), &child(facts), TODAY)
        .into_iter()
        .map(|(_, f)| (f.key().to_owned(), f.verdict.truth))
        .collect()
}

/// Everything a kader can ask, with an answer chosen by `pick`.
fn every_answer(pick: &[usize]) -> Vec<(String, String)> {
    let defs = pack().open_facts(&Facts::new(), TODAY, Audience::Officer);
    let asked = defs
        .into_iter()
        .filter(|def| def.ask == Some(Audience::Kader));
    asked
        .zip(pick.iter().cycle())
        .map(|(def, n)| {
            let answer = match &def.kind {
                Kind::Choice(options) => options[n % options.len()].key.clone(),
                _ => ["ya", "tidak"][n % 2].to_owned(),
            };
            (def.key.clone(), answer)
        })
        .collect()
}

fn put(facts: &mut Facts, key: &str, answer: &str) {
    let value = Rulebook::embedded()
        .catalogue()
        .answer(key, answer)
        .unwrap();
    facts.set(key.to_owned(), value.unwrap(), Origin::Kader, TODAY);
}

/// What the scales and the registry may have said before.
fn before() -> impl Strategy<Value = Facts> {
    let registry = prop_oneof![
        Just(None),
        Just(Some(None)),
        (0_i32..=10).prop_map(|decile| Some(Some(decile))),
    ];
    (any::<bool>(), registry, any::<bool>()).prop_map(|(thin_child, registry, early)| {
        let mut facts = if thin_child { thin() } else { super::well() };
        if let Some(found) = registry {
            facts.set("di_dtsen", found.is_some(), Origin::Registry, TODAY);
            if let Some(decile) = found {
                facts.set("desil", decile, Origin::Registry, TODAY);
            }
        }
        if early {
            facts.set("ada_anak_0_6", true, Origin::Registry, TODAY);
        }
        facts
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Asking round by round comes to the same verdicts as asking everything, with no question
    /// put twice; what was not asked is what was saved.
    #[test]
    fn rounds_come_to_the_same_with_fewer_questions(
        before in before(),
        pick in prop::collection::vec(0_usize..6, 20),
    ) {
        let answers = every_answer(&pick);
        let (mut facts, mut asked, mut rounds) = (before.clone(), BTreeSet::new(), 0);
        loop {
            let round = outcome(&facts, &asked).questions_left;
            if round.is_empty() {
                break;
            }
            rounds += 1;
            for question in round {
                let (key, answer) = answers.iter().find(|(key, _)| *key == question.key).unwrap();
                put(&mut facts, key, answer);
                prop_assert!(asked.insert(key.clone()), "{key} was asked twice");
            }
        }
        let mut all = before;
        answers.iter().for_each(|(key, answer)| put(&mut all, key, answer));
        prop_assert_eq!(truths(&facts), truths(&all));
        let end = outcome(&facts, &asked);
        prop_assert_eq!(end.asked + end.saved, answers.len());
        prop_assert!(rounds <= 4, "{rounds} pages of questions");
    }

    /// A screening that has ended stays as it is, whatever is tried.
    #[test]
    fn what_has_ended_stays(steps in prop::collection::vec(step(), 0..12)) {
        let mut state = State::Menunggu;
        for step in steps {
            match state.after(step) {
                Some(next) => {
                    prop_assert!(state.is_open());
                    // Nothing is sent before a guardian was asked.
                    prop_assert!(next != State::Dirujuk || state == State::Ditanya);
                    state = next;
                }
                None => prop_assert!(!state.is_open() || step != Step::Decline),
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Begin(Accompanied::Guardian.into())),
        Just(Step::Begin(Accompanied::Other.into())),
        Just(Step::Answer),
        Just(Step::Refer),
        Just(Step::Decline),
        Just(Step::Withdraw),
    ]
}

#[test]
fn a_question_that_an_answer_may_make_needless_waits() {
    let first = outcome(&thin(), &BTreeSet::new());
    let keys: Vec<_> = first
        .questions_left
        .iter()
        .map(|q| q.key.as_str())
        .collect();
    assert!(keys.contains(&"jkn_aktif"));
    // Who paid for the JKN matters only when it does not work.
    assert!(!keys.contains(&"pernah_pbi") && !keys.contains(&"butuh_berobat"));
    let mut facts = thin();
    put(&mut facts, "jkn_aktif", "tidak");
    let then = outcome(&facts, &["jkn_aktif".to_owned()].into());
    assert!(then.questions_left.iter().any(|q| q.key == "butuh_berobat"));
    assert_eq!(then.asked, 1);
}

#[test]
fn belum_tahu_is_not_asked_again_and_not_taken_for_no() {
    let mut facts = thin();
    facts.unanswered("lewat_makan", Origin::Kader, TODAY);
    let outcome = outcome(&facts, &["lewat_makan".to_owned()].into());
    assert!(
        outcome
            .questions_left
            .iter()
            .all(|q| q.key != "lewat_makan")
    );
    assert!(
        outcome
            .suggestions
            .iter()
            .all(|s| s.finding.key() != "pangan_desa")
    );
}

#[test]
fn the_strongest_verdict_among_siblings_counts() {
    let mut well_fed = super::well();
    put(&mut well_fed, "terima_pmt", "tidak");
    let mut thin_one = thin();
    put(&mut thin_one, "terima_pmt", "tidak");
    let (a, b) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
    let children = [
        Child {
            person: a,
            facts: well_fed,
        },
        Child {
            person: b,
            facts: thin_one,
        },
    ];
    let verdicts = model::verdicts(pack(), &children, TODAY);
    let (person, pmt) = verdicts.iter().find(|(_, f)| f.key() == "pmt").unwrap();
    assert!(pmt.applies());
    assert_eq!(*person, b);
}

#[test]
fn help_of_today_is_urgent_and_a_stranded_family_most_of_all() {
    let mut facts = thin();
    put(&mut facts, "lewat_makan", "ya");
    facts.set("di_dtsen", false, Origin::Registry, TODAY);
    let found = outcome(&facts, &BTreeSet::new()).suggestions;
    assert_eq!(found[0].help, Help::HariIni, "first help stands first");
    let urgency = |need| model::urgency_of(need, &found, false).key();
    assert_eq!(urgency(Need::Pangan), "segera");
    assert_eq!(urgency(Need::Bantuan), "rutin");
    assert_eq!(
        model::urgency_of(Need::Bantuan, &found, true).key(),
        "darurat"
    );
}

#[test]
fn a_kader_reads_why_without_the_decile() {
    let mut facts = thin();
    facts.set("di_dtsen", true, Origin::Registry, TODAY);
    facts.set("desil", 0, Origin::Registry, TODAY);
    let catalogue = Rulebook::embedded().catalogue();
    let explain = |audience, finding: &simpul_rules::Finding| {
        let explainer = Explainer {
            catalogue,
            audience,
            lang: Lang::Id,
        };
        explainer
            .why(&finding.verdict.tree)
            .to_string()
            .to_lowercase()
    };
    for decile in 0..=10 {
        facts.set("desil", decile, Origin::Registry, TODAY);
        for (_, finding) in model::verdicts(pack(), &child(&facts), TODAY) {
            assert!(!explain(Audience::Kader, &finding).contains("desil"));
        }
    }
    facts.set("desil", 3, Origin::Registry, TODAY);
    put(&mut facts, "terima_sembako", "tidak");
    let verdicts = model::verdicts(pack(), &child(&facts), TODAY);
    let (_, sembako) = verdicts.iter().find(|(_, f)| f.key() == "sembako").unwrap();
    assert!(sembako.applies());
    assert!(explain(Audience::Officer, sembako).contains("desil (0 = belum berdesil): 3"));
}

#[test]
fn parts_of_a_fact_have_ids_of_their_own() {
    let whole = Id::from_bytes([7; 16]);
    let parts: BTreeSet<Id> = (0..255).map(|n| model::part_of(whole, n)).collect();
    assert_eq!(parts.len(), 255);
    assert_eq!(model::part_of(whole, 3), model::part_of(whole, 3));
    assert!(
        Ending::ALL
            .iter()
            .all(|ending| ending.key().parse() == Ok(*ending))
    );
}

#[test]
fn the_shared_engine_has_the_same_keys() {
    use simpul_phone::screening as shared;
    let keys = |all: &[shared::State]| all.iter().map(|one| one.key()).collect::<Vec<_>>();
    let ours: Vec<_> = State::ALL.iter().map(|one| one.key()).collect();
    assert_eq!(keys(shared::State::ALL), ours);
    let ours: Vec<_> = Need::ALL.iter().map(|one| one.key()).collect();
    let theirs: Vec<_> = shared::Need::ALL.iter().map(|one| one.key()).collect();
    assert_eq!(theirs, ours);
    for who in Accompanied::ALL {
        assert_eq!(shared::Accompanied::from(*who).key(), who.key());
    }
}
