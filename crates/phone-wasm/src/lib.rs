//! A plain C door to [`simpul_phone::calls`], for WebAssembly without a binding tool.
//!
//! The caller asks for room with [`alloc`], writes a request as UTF-8 into it, and hands it to
//! [`call`], which takes the room back. The reply begins at the pointer that `call` gives: four
//! bytes with its length, little endian, then its text. [`free`] takes the reply back.
//!
//! This is the only crate of Simpul with `unsafe`: memory goes from hand to hand here.
#![deny(missing_docs)]

use std::cell::RefCell;

use simpul_phone::calls::Engine;

thread_local! {
    static ENGINE: RefCell<Engine> = RefCell::default();
}

/// Bytes before the text of a reply.
const LENGTH: usize = 4;

/// Room for a request of so many bytes.
// Elsewhere these names belong to the C library.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn alloc(bytes: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; bytes].into_boxed_slice()).cast()
}

/// Answers the request in the room of so many bytes that [`alloc`] gave; the room is gone then.
///
/// # Safety
/// `room` came from [`alloc`] with the same number of bytes, and is not used again.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn call(room: *mut u8, bytes: usize) -> *mut u8 {
    // SAFETY: the caller gives back what `alloc` made: a boxed slice of just this length.
    let request = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(room, bytes)) };
    let text = String::from_utf8_lossy(&request);
    let reply = ENGINE.with_borrow_mut(|engine| engine.call(&text));
    let mut out = Vec::with_capacity(LENGTH + reply.len());
    out.extend(u32::try_from(reply.len()).unwrap_or(0).to_le_bytes());
    out.extend(reply.as_bytes());
    Box::into_raw(out.into_boxed_slice()).cast()
}

/// Takes a reply back.
///
/// # Safety
/// `reply` came from [`call`], its first four bytes are as they were, and it is not used again.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn free(reply: *mut u8) {
    // SAFETY: `call` wrote the length into the first four bytes of what it gave.
    let length = unsafe { reply.cast::<[u8; LENGTH]>().read() };
    let bytes = LENGTH + u32::from_le_bytes(length) as usize;
    // SAFETY: `call` made a boxed slice of just this length.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(reply, bytes)) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_in_and_its_reply_comes_out() {
        let request = br#"{"call":"search_keys","texts":["Siti"]}"#;
        let room = alloc(request.len());
        // SAFETY: the room has this length; the reply is read before it is given back.
        let text = unsafe {
            room.copy_from_nonoverlapping(request.as_ptr(), request.len());
            let reply = call(room, request.len());
            let length = u32::from_le_bytes(reply.cast::<[u8; LENGTH]>().read()) as usize;
            let text = std::slice::from_raw_parts(reply.add(LENGTH), length).to_vec();
            free(reply);
            text
        };
        assert_eq!(text, br#"{"ok":["SITI"]}"#);
    }
}
