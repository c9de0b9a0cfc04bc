//! The machine alone: what it keeps, sends, and when.

use proptest::prelude::*;

use super::*;
use crate::wire::Answer;

const NOW: i64 = 1_764_230_400_000;

fn id(n: u8) -> Id {
    Id([n; 16])
}

fn row(n: u8) -> Row {
    Row {
        id: id(n),
        author: id(200),
        kind: "measure".into(),
        at: NOW,
        order: n.into(),
        bytes: 400,
        fixes: None,
        status: Status::Pending,
    }
}

fn accepted(seq: i64) -> Answer {
    Answer::Accepted {
        receipt: format!("R{seq}"),
        seq,
        at: NOW,
        counts: true,
        note: None,
    }
}

fn held() -> Answer {
    Answer::Held {
        reason: "held-nik-taken".into(),
        field: None,
        since: NOW,
    }
}

fn pushed(epoch: &str, safe_seq: i64, answers: Vec<(u8, Answer)>) -> Pushed {
    let answers = answers.into_iter().map(|(n, answer)| Answered {
        id: id(n),
        replayed: false,
        answer,
    });
    Pushed {
        epoch: epoch.into(),
        safe_seq,
        server_time: NOW,
        answers: answers.collect(),
        changed: Vec::new(),
    }
}

/// What is sent, if anything is.
fn sent(commands: &[Command]) -> Option<(u64, Vec<Id>)> {
    commands.iter().find_map(|command| match command {
        Command::Send { request, ids, .. } => Some((*request, ids.clone())),
        _ => None,
    })
}

fn deleted(commands: &[Command]) -> Vec<Id> {
    let ids = commands.iter().filter_map(|command| match command {
        Command::Delete { id } => Some(*id),
        _ => None,
    });
    ids.collect()
}

/// An outbox with these entries, the first request on its way.
fn sending(rows: &[u8]) -> (Outbox, u64) {
    let rows = rows.iter().map(|n| row(*n)).collect();
    let mut outbox = Outbox::open(rows, Meta::fresh());
    let (request, _) = sent(&outbox.step(NOW, 0, Happened::Tick)).unwrap();
    (outbox, request)
}

fn answer(outbox: &mut Outbox, request: u64, pushed: Pushed) -> Vec<Command> {
    outbox.step(NOW, 0, Happened::Answered { request, pushed })
}

fn fail(outbox: &mut Outbox, request: u64, status: Option<u16>) -> Vec<Command> {
    let event = Happened::Failed {
        request,
        status,
        wait: None,
    };
    outbox.step(NOW, 0, event)
}

#[test]
fn what_is_accepted_stays_until_it_is_in_a_backup() {
    let (mut outbox, request) = sending(&[1, 2]);
    let said = answer(
        &mut outbox,
        request,
        pushed("a", 0, vec![(1, accepted(7)), (2, accepted(8))]),
    );
    assert!(deleted(&said).is_empty());
    let kept = |c: &&Command| {
        matches!(
            c,
            Command::Store {
                receipt: Some(_),
                ..
            }
        )
    };
    let receipts = said.iter().filter(kept);
    assert_eq!((receipts.count(), outbox.summary().accepted), (2, 2));
    let pulled = |epoch: &str| Happened::Pulled {
        epoch: epoch.into(),
        safe_seq: 7,
        server_time: NOW,
        changed: Vec::new(),
    };
    assert_eq!(deleted(&outbox.step(NOW, 0, pulled("a"))), [id(1)]);
    // Restored before the second: it goes again, and the first cannot be told from it any more.
    let again = outbox.step(NOW, 0, pulled("b"));
    assert_eq!(sent(&again).unwrap().1, [id(2)]);
}

#[test]
fn a_safe_number_of_another_epoch_deletes_nothing() {
    let (mut outbox, request) = sending(&[1, 2]);
    answer(
        &mut outbox,
        request,
        pushed("a", 0, vec![(1, accepted(7)), (2, accepted(8))]),
    );
    let later = outbox.step(
        NOW,
        0,
        Happened::Pulled {
            epoch: "b".into(),
            safe_seq: 100,
            server_time: NOW,
            changed: Vec::new(),
        },
    );
    assert!(deleted(&later).is_empty());
    assert_eq!(outbox.summary().pending, 2);
}

#[test]
fn a_killed_app_unsends_what_another_epoch_answered() {
    let (mut outbox, request) = sending(&[1]);
    answer(&mut outbox, request, pushed("a", 0, vec![(1, accepted(7))]));
    let rows: Vec<Row> = outbox.rows().cloned().collect();
    let meta = Meta {
        epoch: Some("b".into()),
        ..outbox.meta().clone()
    };
    assert_eq!(Outbox::open(rows, meta).summary().pending, 1);
}

#[test]
fn nothing_is_dropped_by_any_status() {
    for status in (0..600).map(Some).chain([None]) {
        let (mut outbox, request) = sending(&[1, 2]);
        let said = fail(&mut outbox, request, status);
        assert!(deleted(&said).is_empty(), "{status:?}");
        assert_eq!(outbox.summary().pending, 2, "{status:?}");
        assert_eq!(
            outbox.summary().signed_out,
            matches!(status, Some(401 | 403)),
            "{status:?}"
        );
    }
}

#[test]
fn after_a_sign_in_it_goes_on() {
    let (mut outbox, request) = sending(&[1]);
    assert!(sent(&fail(&mut outbox, request, Some(401))).is_none());
    assert!(sent(&outbox.step(NOW + 86_400_000, 0, Happened::Now)).is_none());
    assert!(sent(&outbox.step(NOW, 0, Happened::SignedIn)).is_some());
}

#[test]
fn a_refused_pull_stops_sending_until_somebody_signs_in() {
    let mut outbox = Outbox::open(vec![row(1)], Meta::fresh());
    outbox.step(NOW, 0, Happened::SignedOut);
    assert!(outbox.summary().signed_out);
    assert!(sent(&outbox.step(NOW, 0, Happened::Now)).is_none());
    assert!(sent(&outbox.step(NOW, 0, Happened::SignedIn)).is_some());
    assert!(!outbox.summary().signed_out);
}

#[test]
fn one_bad_entry_does_not_stop_the_others() {
    let (mut outbox, mut request) = sending(&[1, 2, 3, 4]);
    let mut commands = fail(&mut outbox, request, Some(400));
    for _ in 0..40 {
        if outbox.summary().accepted == 3 {
            break;
        }
        let Some((next, ids)) = sent(&commands) else {
            commands = outbox.step(NOW, 0, Happened::Now);
            continue;
        };
        request = next;
        commands = if ids.contains(&id(3)) {
            fail(&mut outbox, request, Some(400))
        } else {
            let answers = ids.iter().map(|id| (id.0[0], accepted(id.0[0].into())));
            answer(&mut outbox, request, pushed("a", 0, answers.collect()))
        };
    }
    let left = outbox.summary();
    assert_eq!((left.accepted, left.held, left.pending), (3, 1, 0));
    // Whatever is on its way is given up first.
    outbox.step(NOW + ASK_AGAIN, 0, Happened::Tick);
    let later = outbox.step(NOW + 2 * ASK_AGAIN, 0, Happened::Tick);
    assert_eq!(
        sent(&later).unwrap().1,
        [id(3)],
        "it is tried again in time"
    );
}

#[test]
fn an_answer_cut_short_sends_the_rest_again() {
    let (mut outbox, request) = sending(&[1, 2, 3]);
    let said = answer(&mut outbox, request, pushed("a", 0, vec![(1, accepted(1))]));
    assert_eq!(sent(&said).unwrap().1, [id(2), id(3)]);
}

#[test]
fn an_answer_that_comes_late_says_nothing() {
    let (mut outbox, first) = sending(&[1]);
    let again = outbox.step(NOW + PATIENCE + LONGEST_WAIT, 0, Happened::Now);
    assert!(sent(&again).is_some());
    let late = answer(&mut outbox, first, pushed("a", 9, vec![(1, accepted(1))]));
    assert!(deleted(&late).is_empty());
    assert_eq!(outbox.summary().accepted, 0);
}

#[test]
fn the_held_entry_goes_with_the_one_that_stands_for_it() {
    let (mut outbox, request) = sending(&[1]);
    answer(&mut outbox, request, pushed("a", 0, vec![(1, held())]));
    assert_eq!(outbox.summary().held, 1);
    let mended = Row {
        fixes: Some(id(1)),
        ..row(2)
    };
    let said = outbox.step(NOW, 0, Happened::Saved { row: mended });
    let (request, ids) = sent(&said).unwrap();
    assert_eq!(ids, [id(2)]);
    let said = answer(&mut outbox, request, pushed("a", 0, vec![(2, accepted(5))]));
    assert!(deleted(&said).is_empty(), "no backup has either of them");
    assert_eq!((outbox.summary().held, outbox.summary().accepted), (0, 2));
    // Restored from before: the held one goes again before the one that stands for it.
    let pulled = |epoch: &str, safe_seq| Happened::Pulled {
        epoch: epoch.into(),
        safe_seq,
        server_time: NOW,
        changed: Vec::new(),
    };
    let (request, ids) = sent(&outbox.step(NOW, 0, pulled("b", 0))).unwrap();
    assert_eq!(ids, [id(1), id(2)]);
    let answers = vec![(1, held()), (2, accepted(6))];
    answer(&mut outbox, request, pushed("b", 0, answers));
    let said = outbox.step(NOW, 0, pulled("b", 6));
    assert_eq!(deleted(&said), [id(1), id(2)]);
}

#[test]
fn an_entry_that_was_refused_is_asked_for_when_another_stands_for_it() {
    let (mut outbox, request) = sending(&[1]);
    fail(&mut outbox, request, Some(413));
    assert_eq!(outbox.summary().held, 1);
    let mended = Row {
        fixes: Some(id(1)),
        ..row(2)
    };
    outbox.step(NOW, 0, Happened::Saved { row: mended });
    let (request, _) = sent(&outbox.step(NOW, 0, Happened::Now)).unwrap();
    let said = answer(&mut outbox, request, pushed("a", 0, vec![(2, accepted(5))]));
    // It may have come there after all: it is asked for once more.
    let (request, ids) = sent(&said).unwrap();
    assert_eq!((deleted(&said), ids), (Vec::new(), vec![id(1)]));
    let mended = pushed("a", 0, vec![(1, accepted(6))]);
    assert!(deleted(&answer(&mut outbox, request, mended)).is_empty());
    assert_eq!((outbox.summary().held, outbox.summary().accepted), (0, 2));
}

#[test]
fn what_waits_is_asked_after_without_being_told() {
    let (mut outbox, request) = sending(&[1]);
    let waits = Answer::Waiting {
        on: id(9),
        since: NOW,
    };
    answer(&mut outbox, request, pushed("a", 0, vec![(1, waits)]));
    assert!(sent(&outbox.step(NOW + ASK_AGAIN - 1, 0, Happened::Tick)).is_none());
    let said = outbox.step(NOW + ASK_AGAIN, 0, Happened::Tick);
    let (request, ids) = sent(&said).unwrap();
    assert_eq!(ids, [id(1)]);
    answer(&mut outbox, request, pushed("a", 0, vec![(1, accepted(3))]));
    assert_eq!(outbox.summary().accepted, 1);
}

#[test]
fn tries_grow_rarer_and_are_spread() {
    let wait = |random| {
        let (mut outbox, mut request) = sending(&[1]);
        let (mut now, mut waits) = (NOW, Vec::new());
        for _ in 0..12 {
            let event = Happened::Failed {
                request,
                status: Some(503),
                wait: None,
            };
            let said = outbox.step(now, random, event);
            let Some(Command::Wake { after }) = said.last() else {
                panic!("it says when to come back");
            };
            assert!(sent(&outbox.step(now + after - 1, random, Happened::Tick)).is_none());
            waits.push(*after);
            now += after;
            request = sent(&outbox.step(now, random, Happened::Tick)).unwrap().0;
        }
        waits
    };
    let (short, long) = (wait(0), wait(u32::MAX));
    assert!(short.is_sorted() && long.is_sorted());
    assert_eq!((short[0], long[0]), (FIRST_WAIT / 2, FIRST_WAIT));
    assert_eq!((short[11], long[11]), (LONGEST_WAIT / 2, LONGEST_WAIT));
}

#[test]
fn a_clock_that_goes_back_ten_years_does_not_stop_it() {
    let (mut outbox, request) = sending(&[1]);
    fail(&mut outbox, request, None);
    let past = NOW - 10 * 365 * 86_400_000;
    assert!(sent(&outbox.step(past, 0, Happened::Tick)).is_some());
}

proptest! {
    /// Whatever the server answers and however requests fail, an entry leaves only when it is
    /// safe in the epoch that accepted it.
    #[test]
    fn an_entry_leaves_only_when_it_is_safe(
        steps in prop::collection::vec((0..6_u8, 0..3_u8, 1..6_u8, 0..12_i64), 1..60),
    ) {
        let mut outbox = Outbox::open((1..6).map(row).collect(), Meta::fresh());
        let mut now = NOW;
        let mut flight = sent(&outbox.step(now, 0, Happened::Tick));
        for (what, epoch, n, seq) in steps {
            now += 60_000;
            let epoch = ["a", "b", "c"][usize::from(epoch)];
            let event = match (what, flight.take()) {
                (0, Some((request, _))) => Happened::Failed { request, status: Some(500), wait: None },
                (1..4, Some((request, ids))) => {
                    let said = ids.iter().enumerate().map(|(at, id)| {
                        let one = if what == 3 && at % 2 == 0 { held() } else { accepted(seq) };
                        (id.0[0], one)
                    });
                    Happened::Answered { request, pushed: pushed(epoch, seq - i64::from(n), said.collect()) }
                }
                (4, back) => {
                    flight = back;
                    Happened::Pulled {
                        epoch: epoch.into(), safe_seq: seq, server_time: now, changed: Vec::new(),
                    }
                }
                (_, back) => {
                    flight = back;
                    Happened::Now
                }
            };
            let (here, safe) = match &event {
                Happened::Answered { pushed, .. } => (pushed.epoch.clone(), pushed.safe_seq),
                Happened::Pulled { epoch, safe_seq, .. } => (epoch.clone(), *safe_seq),
                _ => (String::new(), i64::MIN),
            };
            let before: Vec<Row> = outbox.rows().cloned().collect();
            let said = outbox.step(now, 0, event);
            for gone in deleted(&said) {
                // Either it was safe before this step, or this step's answer made it so.
                let was = before.iter().find(|row| row.id == gone).unwrap();
                let by = match &was.status {
                    Status::Accepted { epoch, seq, .. } => *epoch == here && *seq <= safe,
                    _ => seq <= safe,
                };
                prop_assert!(by);
            }
            let held_of_it: Vec<u8> = outbox.rows().map(|row| row.id.0[0]).collect();
            for row in &before {
                let kept = held_of_it.contains(&row.id.0[0]);
                prop_assert!(kept || deleted(&said).contains(&row.id));
            }
            flight = sent(&said).or(flight);
        }
    }
}
