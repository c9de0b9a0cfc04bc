//! The door as TypeScript uses it.

use serde_json::{Value, json};

use super::*;
use crate::seal::Opener;

fn ask(engine: &mut Engine, call: &Value) -> Value {
    let reply: Value = serde_json::from_str(&engine.call(&call.to_string())).unwrap();
    match reply.get("ok") {
        Some(ok) => ok.clone(),
        None => panic!("{call}: {reply}"),
    }
}

fn once(call: &Value) -> Value {
    ask(&mut Engine::default(), call)
}

fn taken(on: &str, weight: u32) -> Value {
    json!({ "on": on, "area": "3204052001001", "weight": weight, "danger_signs": [] })
}

#[test]
fn a_child_that_gains_is_fine() {
    let said = once(&json!({
        "call": "judge", "sex": "P", "birth_date": "2026-01-10", "today": "2026-11-10",
        "new": taken("2026-11-10", 8500), "history": [taken("2026-10-10", 8100)],
    }));
    assert_eq!(said["shown"]["gain"], "N");
    assert_eq!(
        said["say"][0],
        json!({ "key": "gain-n", "args": { "grams": "400" } })
    );
    assert_eq!(said["say"][1]["key"], "answer-fine");
    assert_eq!(said["impossible"], Value::Null);
}

#[test]
fn a_doubtful_weight_says_nothing_but_the_doubt() {
    let said = once(&json!({
        "call": "judge", "sex": "P", "birth_date": "2026-01-10", "today": "2026-11-10",
        "new": taken("2026-11-10", 12_900), "history": [taken("2026-10-10", 8100)],
    }));
    let keys: Vec<&str> = said["say"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["measure-unusual", "warning-berat-berubah-banyak"]);
}

#[test]
fn what_cannot_be_is_said_and_weighed_by_nothing() {
    let said = once(&json!({
        "call": "judge", "sex": "P", "birth_date": "2026-01-10", "today": "2026-11-10",
        "new": taken("2026-11-11", 3000), "history": [],
    }));
    assert_eq!(said["impossible"], "measure-future");
    assert_eq!(said["triggers"], json!([]));
}

#[test]
fn a_number_is_checked_while_it_is_typed() {
    let check = |text: &str| {
        once(&json!({
            "call": "check", "field": "weight", "text": text, "sex": "L",
            "birth_date": "2026-01-10",
            "typed": { "on": "2026-11-10", "area": "x", "danger_signs": [] },
            "last": taken("2026-10-10", 8100),
        }))
    };
    assert_eq!(check("8,4")["value"], 8400);
    assert_eq!(check("8,4")["warnings"], json!([]));
    assert_eq!(check("84")["warnings"].as_array().unwrap().len(), 2);
    assert_eq!(check("8,4,1")["error"], "measure-not-a-number");
    assert_eq!(check("8,4")["usual_position"], "l");
}

#[test]
fn a_chart_holds_what_was_typed_as_text_only() {
    let drawn = once(&json!({
        "call": "chart", "field": "weight", "sex": "L", "birth_date": "2026-01-10",
        "on": "2026-11-10", "history": [taken("2026-11-10", 8500)], "title": "<script>",
        "said": "", "unit": "kg", "months": "bulan",
    }));
    let svg = drawn["svg"].as_str().unwrap();
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>"));
    assert_eq!(svg.matches("<circle").count(), 1);
    assert_eq!(drawn["place"]["key"], "chart-between");
}

#[test]
fn practice_leads_a_family_through_to_a_suggestion() {
    let village: Extract =
        serde_json::from_value(once(&json!({ "call": "practice", "on": "2026-11-20" }))).unwrap();
    assert!(village.persons.len() > 20 && village.measurements.len() > 20);
    let child = village
        .persons
        .iter()
        .find(|one| one.name == "Latihan Bima")
        .unwrap();
    let home = village
        .households
        .iter()
        .find(|home| home.id == child.household)
        .unwrap();
    let persons: Vec<_> = village
        .persons
        .iter()
        .filter(|p| p.household == home.id)
        .collect();
    let history: Vec<_> = village
        .measurements
        .iter()
        .filter(|m| m.person == child.id)
        .collect();
    let mut screen = json!({
        "call": "screen", "on": "2026-11-20", "home": home, "persons": persons, "answers": [],
        "findings": [{ "person": child.id, "new": taken("2026-11-20", 7900), "history": history }],
        "given": {},
    });
    let first = once(&screen);
    let questions = first["questions"].as_array().unwrap().clone();
    assert!(!questions.is_empty());
    assert_eq!(first["asked"], 0);
    // Answer the first option of every question, round by round.
    for _ in 0..30 {
        let round = once(&screen);
        let questions = round["questions"].as_array().unwrap();
        if questions.is_empty() {
            break;
        }
        for question in questions {
            let key = question["key"].as_str().unwrap();
            let value = question["options"][0][0].as_str().unwrap_or("1");
            screen["given"][key] = json!(value);
        }
    }
    let end = once(&screen);
    assert_eq!(end["questions"], json!([]));
    assert!(!end["suggestions"].as_array().unwrap().is_empty());
    assert!(end["asked"].as_u64().unwrap() > 0);
    assert!(
        !end.to_string().contains("desil"),
        "a kader never sees a decile"
    );
}

#[test]
fn a_slip_is_drawn_and_read_back() {
    let slip = once(&json!({ "call": "ticket", "random": "00112233445566778899aabbccdd" }));
    let read = once(&json!({
        "call": "read_ticket", "code": slip["printed"], "number": slip["number"],
    }));
    assert_eq!(read, slip);
    let wrong = json!({ "call": "read_ticket", "code": "0000-0000-001", "number": "1" });
    assert_eq!(once(&wrong), Value::Null);
}

#[test]
fn what_the_phone_seals_the_server_opens() {
    let mut engine = Engine::default();
    let pair = once(&json!({ "call": "key_pair", "random": "07".repeat(32) }));
    let body = json!({ "kind": "open_day", "post": "3204052001001", "date": "2026-11-20" });
    let mut seal = |random: &str| {
        let sealed = json!({
            "call": "seal", "key": pair["public"], "random": random.repeat(32),
            "entry": { "id": "01".repeat(16), "kind": "open_day", "version": 1,
                "author": "02".repeat(16), "at": 5, "body": body },
        });
        let entry = ask(&mut engine, &sealed)["entry"].clone();
        if random == "0a" {
            ask(&mut engine, &json!({ "call": "lock" }));
        }
        serde_json::from_value::<Entry>(entry).unwrap()
    };
    let entries = ["09", "0a", "0b"].map(&mut seal);
    let head = |entry: &Entry| {
        let sealed = seal::from_base64(entry.sealed.as_ref().unwrap()).unwrap();
        sealed[..36].to_vec()
    };
    let [first, second, third] = [0, 1, 2].map(|at| head(&entries[at]));
    assert_eq!(first[..32], second[..32], "one session");
    assert_ne!(first[32..], second[32..], "no nonce twice");
    assert_ne!(first[..32], third[..32], "another after the lock");
    let mut opener = Opener::of_entries(&[7; 32]);
    for entry in entries {
        assert!(entry.body.is_none());
        let opened = entry.open(&mut opener).unwrap();
        assert_eq!(serde_json::to_value(&opened).unwrap(), body);
        let moved = Entry {
            id: Id([3; 16]),
            ..entry
        };
        assert!(moved.open(&mut opener).is_err());
    }
}

#[test]
fn the_outbox_lives_between_calls() {
    let mut engine = Engine::default();
    let early = json!({ "call": "outbox", "now": 5, "random": 0, "event": { "on": "tick" } });
    assert!(engine.call(&early.to_string()).contains("wrong"));
    ask(&mut engine, &json!({ "call": "outbox_open", "rows": [] }));
    let row = json!({ "id": "01".repeat(16), "author": "02".repeat(16), "kind": "arrive", "at": 5,
        "order": 0, "bytes": 9, "status": { "is": "pending" } });
    let saved = json!({ "call": "outbox", "now": 5, "random": 0,
        "event": { "on": "saved", "row": row } });
    let stepped = ask(&mut engine, &saved);
    assert_eq!(stepped["commands"][0]["do"], "send");
    assert_eq!(stepped["next_order"], 1);
    assert_eq!(stepped["summary"]["pending"], 1);
}

#[test]
fn a_fault_of_the_caller_does_not_repeat_what_was_typed() {
    let reply = Engine::default().call(r#"{"call":"judge","name":"Siti Rahasia"}"#);
    assert!(reply.contains("wrong") && !reply.contains("Rahasia"));
}

#[test]
fn a_hand_over_goes_through_the_door_of_two_phones() {
    let (mut kader, mut desk) = (Engine::default(), Engine::default());
    let id = |n: u8| format!("{n:032x}");
    let hex = |n: u8| format!("{n:02x}").repeat(32);
    let keys = ask(&mut desk, &json!({ "call": "key_pair", "random": hex(7) }));
    let decline = json!({ "kind": "screen_decline", "household": id(9), "why": "tidak_perlu" });
    let entry = json!({
        "id": id(1), "kind": "screen_decline", "version": 1, "author": id(2), "at": 5,
        "body": decline,
    });
    let needed = json!({ "call": "hand", "hand": "needed", "referral": id(1), "entries": [entry] });
    assert_eq!(ask(&mut kader, &needed), json!([id(1)]));
    let sealed = json!({
        "call": "seal", "key": keys["public"], "entry": entry, "random": hex(8),
    });
    let sealed = ask(&mut kader, &sealed)["entry"].clone();
    let mut hand_over = json!({
        "version": 1, "phone": id(3), "at": 6, "entries": [sealed], "signature": "",
        "referral": {
            "entry": id(1), "author": id(2), "at": 5, "household": id(9), "family": "", "place": "",
            "needs": [], "note": "",
        },
    });
    let message =
        |hand_over: &Value| json!({ "call": "hand", "hand": "message", "hand_over": hand_over });
    let said = ask(&mut kader, &message(&hand_over));
    hand_over["signature"] = json!("c2lnbmVk");
    assert_eq!(
        ask(&mut desk, &message(&hand_over)),
        said,
        "what is verified was signed"
    );
    let packed = seal::to_base64(hand_over.to_string().as_bytes());
    let frames = ask(
        &mut kader,
        &json!({
            "call": "hand", "hand": "frames", "to": [keys["public"]], "packed": packed,
            "random": [hex(9), hex(10)],
        }),
    );
    let open = |secret: &Value| json!({ "call": "hand", "hand": "open", "secret": secret });
    assert!(
        desk.call(&open(&keys["secret"]).to_string())
            .contains("wrong")
    );
    let frames = frames.as_array().unwrap();
    assert!(frames.len() > 1);
    let mut read = Value::Null;
    for text in frames.iter().rev() {
        read = ask(
            &mut desk,
            &json!({ "call": "hand", "hand": "read", "text": text }),
        );
    }
    assert_eq!(read["is"], "whole");
    assert_eq!(ask(&mut desk, &open(&keys["secret"])), json!(packed));
    let stranger = json!(seal::to_base64(&[1; 32]));
    assert_eq!(ask(&mut desk, &open(&stranger)), Value::Null);
    let carried = ask(
        &mut desk,
        &json!({ "call": "hand", "hand": "carried", "hand_over": hand_over, "seen_at": 60 }),
    );
    assert_eq!(carried[0]["sealed"], sealed["sealed"]);
    assert_eq!(carried[0]["handed"]["seen_at"], 60);
    assert_eq!(carried[0]["handed"]["marks"].as_array().unwrap().len(), 2);
    ask(&mut desk, &json!({ "call": "hand", "hand": "again" }));
    assert!(
        desk.call(&open(&keys["secret"]).to_string())
            .contains("wrong")
    );
}
