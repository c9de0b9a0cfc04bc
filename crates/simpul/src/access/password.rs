//! Passwords are hashed with argon2id, one at a time and in one kept block of memory: a rush of
//! sign-ins waits a little instead of filling the machine, and the next hash reuses the block.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use zeroize::{Zeroize, Zeroizing};

use crate::platform::id::random;
use crate::platform::{AppError, Result};

/// Bytes of a salt, as RFC 9106 recommends.
const SALT: usize = 16;
/// Sign-ins that may wait; at some 30 ms each the last of them waits six seconds.
const QUEUE: usize = 200;
/// When somebody whom the queue did not take should try again.
const LATER_SECONDS: i64 = 10;

static WAITING: Semaphore = Semaphore::const_new(QUEUE);
static TURN: Semaphore = Semaphore::const_new(1);
static MEMORY: Mutex<Vec<Block>> = Mutex::new(Vec::new());

/// Hashes a password with a fresh salt, away from the threads that answer.
///
/// # Errors
/// [`AppError::TooMany`] when too many wait already.
pub async fn hash_password(password: String) -> Result<String> {
    in_turn(password, |password| {
        let (params, salt) = (Params::default(), random::<SALT>());
        let output = output(&params, password, &salt)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(output),
        };
        Some(hash.to_string())
    })
    .await?
    .ok_or_else(|| AppError::internal("argon2 took no default parameters"))
}

/// Compares a password with a stored hash. Nothing stored never matches, but takes as long, so
/// that the time does not tell which logins exist.
///
/// # Errors
/// [`AppError::TooMany`] when too many wait already.
pub(super) async fn password_matches(password: String, stored: String) -> Result<bool> {
    let known = in_turn(password, move |password| {
        let Ok(hash) = PasswordHash::new(&stored) else {
            output(&Params::default(), password, &[0; SALT])?;
            return None;
        };
        let params = Params::try_from(&hash).ok()?;
        Some(output(&params, password, &hash.salt?)? == hash.hash?)
    });
    Ok(known.await? == Some(true))
}

/// Waits for the one place where hashes are made.
async fn in_turn<T: Send + 'static>(
    password: String,
    work: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T> {
    let password = Zeroizing::new(password);
    let _waiting = WAITING.try_acquire().map_err(|_| AppError::TooMany {
        seconds: LATER_SECONDS,
    })?;
    // Held by the work itself: a request that is given up does not let a second one begin.
    let turn = TURN.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(move || {
        let done = work(password.as_bytes());
        drop(turn);
        done
    })
    .await
    .map_err(AppError::internal)
}

fn output(params: &Params, password: &[u8], salt: &[u8]) -> Option<Output> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    memory.resize(params.block_count(), Block::default());
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    let made =
        argon2.hash_password_into_with_memory(password, salt, &mut out, memory.as_mut_slice());
    memory.iter_mut().for_each(Zeroize::zeroize);
    made.ok()?;
    Output::new(&out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let hash = hash_password("kebun jeruk 12".into()).await.unwrap();
        for (password, stored, right) in [
            ("kebun jeruk 12", hash.as_str(), true),
            ("kebun jeruk 13", hash.as_str(), false),
            ("kebun jeruk 12", "", false),
            ("", "", false),
        ] {
            let found = password_matches(password.into(), stored.into())
                .await
                .unwrap();
            assert_eq!(found, right, "{password:?}");
        }
    }

    /// Hashes of the library's own door, made before there was this one, stay good.
    #[tokio::test]
    async fn hashes_are_those_of_the_library() {
        use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
        let theirs = Argon2::default()
            .hash_password(b"padi sawah 7")
            .unwrap()
            .to_string();
        assert!(
            password_matches("padi sawah 7".into(), theirs)
                .await
                .unwrap()
        );
        let ours = hash_password("padi sawah 7".into()).await.unwrap();
        let ours = PasswordHash::new(&ours).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"padi sawah 7", &ours)
                .is_ok()
        );
    }

    #[tokio::test]
    async fn many_at_once_share_one_block() {
        let hashes = (0..8).map(|n| tokio::spawn(hash_password(format!("sandi ke-{n}"))));
        for (n, hash) in hashes.collect::<Vec<_>>().into_iter().enumerate() {
            let hash = hash.await.unwrap().unwrap();
            assert!(
                password_matches(format!("sandi ke-{n}"), hash)
                    .await
                    .unwrap()
            );
        }
        let blocks = MEMORY.lock().unwrap().len();
        assert_eq!(blocks, Params::default().block_count());
    }
}
