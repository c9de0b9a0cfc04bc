//! What goes over the line reads as documented, and its TypeScript is the committed one.

use simpul_phone::entry::{Body, Measure};
use simpul_phone::wire::{Answer, Answered, Entry};

#[test]
fn an_entry_reads_as_documented() {
    let text = r#"{
        "id": "0190b2a46f1c7e3f8a5b1c2d3e4f5a6b", "kind": "measure", "version": 1,
        "author": "0190b2a46f1c7e3f8a5b1c2d3e4f5a6c", "at": 1764230400000,
        "body": {
            "kind": "measure", "person": "0190b2a46f1c7e3f8a5b1c2d3e4f5a6d",
            "post": "32.04.05.2001.001", "on": "2026-11-27", "weight": 7850, "lenhei": 6910,
            "position": "l", "danger_signs": [], "source": "phone"
        }
    }"#;
    let entry: Entry = serde_json::from_str(text).unwrap();
    let Some(Body::Measure(Measure { weight, head, .. })) = &entry.body else {
        panic!("a measurement");
    };
    assert_eq!((*weight, *head), (Some(7850), None));
    assert_eq!(entry.body.as_ref().unwrap().kind(), entry.kind);
    let again: Entry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
    assert!(again == entry);
}

#[test]
fn answers_tell_apart_what_became_of_an_entry() {
    let text = r#"{ "id": "0190b2a46f1c7e3f8a5b1c2d3e4f5a6b", "replayed": false,
        "answer": { "is": "held", "reason": "held-nik-taken", "field": "nik", "since": 5 } }"#;
    let held: Answered = serde_json::from_str(text).unwrap();
    assert!(matches!(held.answer, Answer::Held { ref reason, .. } if reason == "held-nik-taken"));
    let wrong = text.replace("held\"", "lost\"");
    assert!(serde_json::from_str::<Answered>(&wrong).is_err());
}

#[test]
fn typescript_declares_each_name_once() {
    let text = simpul_phone::typescript();
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("export type ")?.split(' ').next())
        .collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|two| two[0] == two[1]).collect();
    assert_eq!(twice, Vec::<&[&str]>::new());
}

/// `cargo xtask types` writes it anew.
#[test]
fn the_committed_typescript_is_that_of_the_rust_types() {
    let committed = include_str!("../../../field/src/engine/types.ts");
    assert!(
        committed == simpul_phone::typescript(),
        "field/src/engine/types.ts is older than the Rust types: run `cargo xtask types`"
    );
}

#[test]
fn nothing_on_the_line_shows_in_debug() {
    let measure = r#"{"person":"0190b2a46f1c7e3f8a5b1c2d3e4f5a6d","on":"2026-11-27","weight":7850,
        "danger_signs":[],"source":"phone"}"#;
    let measure: Measure = serde_json::from_str(measure).unwrap();
    assert_eq!(format!("{measure:?}"), "Measure");
}
