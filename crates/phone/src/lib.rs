//! What the field workers' phone and the server decide alike, and the phone's own machinery.
//!
//! Pure: no clock, no randomness, no I/O. Instants, ids and random bytes come in, so that the same
//! code runs on the server, as WebAssembly on the phone and in the simulation of faults.
//!
//! - [`wire`], [`entry`], [`extract`]: what goes over the line between phone and server.
//! - [`judge`], [`chart`], [`family`], [`screening`], [`ticket`]: the decisions that both take.
//! - [`outbox`]: when what is sent, and what is kept until when.
//! - [`seal`]: sealing to a public key.
//! - [`handover`]: a referral from phone to phone by QR codes.
//! - [`calls`]: the door for TypeScript.
//! - [`shape`]: the same types written in TypeScript.
#![deny(missing_docs)]

pub mod calls;
pub mod chart;
pub mod entry;
pub mod extract;
pub mod family;
pub mod handover;
pub mod id;
pub mod judge;
pub mod outbox;
pub mod screening;
pub mod seal;
pub mod shape;
pub mod ticket;
pub mod wire;

pub use id::Id;

/// Version of the entries that this program writes; the server takes it and those before.
pub const VERSION: u16 = 1;

/// The TypeScript of all types that TypeScript meets.
pub fn typescript() -> String {
    let mut types = entry::types();
    types.extend(extract::types());
    types.extend(wire::types());
    types.extend(handover::types());
    types.extend(outbox::types());
    types.extend(screening::types());
    types.extend(calls::types());
    types.extend(calls::hand_types());
    shape::module(&types)
}
