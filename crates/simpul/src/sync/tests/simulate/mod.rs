//! Phones and server with everything that goes wrong between them, the same from the same seed:
//! the outbox of the phones as it is, the functions of the server as they are, a real database.
//!
//! `cargo xtask simulate --seeds 10000` runs more seeds, `--seed N` one of them with its story.

mod check;
mod enter;
mod phone;
mod server;
mod world;

use std::panic::AssertUnwindSafe;

use world::World;

/// Seeds of a test run; split so that they run beside each other.
const FEW: u64 = 200;
const PARTS: u64 = 4;
/// So many failing seeds are told at once.
const ENOUGH: usize = 5;

/// A fault of program or phone that must not stay unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    Nothing,
    /// The server says "accepted" and keeps nothing.
    LostAcknowledgement,
    /// The server makes two facts of one entry.
    DoubleInsert,
    /// The phone forgets an entry that was held.
    DroppedHeld,
    /// The phone forgets what was accepted, before it is in a backup.
    ForgottenEarly,
}

/// Lives through a seed; what went wrong, with the story that led there.
fn live(seed: u64, plant: Plant) -> Result<Vec<String>, (String, Vec<String>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut world = runtime.block_on(World::new(seed, plant));
    let lived = std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(world.live())));
    let story = std::mem::take(&mut world.story);
    runtime.block_on(world.end());
    match lived {
        Ok(Ok(())) => Ok(story),
        Ok(Err(fault)) => Err((fault, story)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err((text.unwrap_or_else(|| "a panic".to_owned()), story))
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lives through this part of the seeds.
fn part(part: u64) {
    if let Some(seed) = number("SIMPUL_SIMULATE_SEED") {
        if part == 0 {
            let lived = live(seed, Plant::Nothing);
            let (Ok(story) | Err((_, story))) = &lived;
            println!("{}", story.join("\n"));
            assert!(lived.is_ok(), "seed {seed}: {}", lived.unwrap_err().0);
        }
        return;
    }
    let (first, seeds) = (
        number("SIMPUL_SIMULATE_FROM").unwrap_or(0),
        number("SIMPUL_SIMULATE_SEEDS").unwrap_or(FEW),
    );
    let mut faults = Vec::new();
    for seed in (first..first + seeds).filter(|seed| seed % PARTS == part) {
        if let Err((fault, _)) = live(seed, Plant::Nothing) {
            faults.push(format!(
                "seed {seed}: {fault}\n  its story: cargo xtask simulate --seed {seed}"
            ));
        }
        if faults.len() == ENOUGH {
            break;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_part_0() {
    part(0);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_part_1() {
    part(1);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_part_2() {
    part(2);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_part_3() {
    part(3);
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    for seed in [3, 11] {
        let (one, two) = (live(seed, Plant::Nothing), live(seed, Plant::Nothing));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(one.len() > 100);
        if let Some(at) = (0..one.len()).find(|at| one.get(*at) != two.get(*at)) {
            panic!("{:?}\n{:?}", one[at], two.get(at));
        }
        assert_eq!(one.len(), two.len());
    }
}

/// The fault is seen in one of the first seeds.
fn is_seen(plant: Plant, words: &[&str]) {
    let seen = (0..20).find_map(|seed| live(seed, plant).err());
    let (fault, _) = seen.unwrap_or_else(|| panic!("{plant:?} stays unseen"));
    assert!(words.iter().any(|word| fault.contains(word)), "{fault}");
}

#[test]
fn a_planted_lost_acknowledgement_is_seen() {
    is_seen(
        Plant::LostAcknowledgement,
        &["is not on the server", "neither"],
    );
}

#[test]
fn a_planted_double_insert_is_seen() {
    is_seen(Plant::DoubleInsert, &["nobody entered", "second", "twice"]);
}

#[test]
fn a_planted_dropped_held_entry_is_seen() {
    is_seen(Plant::DroppedHeld, &["left its phone", "neither"]);
}

#[test]
fn a_planted_early_forgetting_is_seen() {
    is_seen(Plant::ForgottenEarly, &["neither", "left its phone"]);
}
