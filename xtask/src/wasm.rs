//! `cargo xtask wasm`: the phone's engine as `field/src/engine/simpul.wasm`.
//!
//! The target comes from rustup where it is installed or can be. Where rustup has no network but
//! the machine is Debian, its packages of a compiler for the web build the standard library too.

use crate::Result;
use crate::shell::{self, command, output, root, run};
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";
const CRATE: &str = "simpul-phone-wasm";
/// Debian's compiler, its cargo, its sources of the standard library, and the linker.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// Where the app looks for its engine.
pub fn place() -> PathBuf {
    root().join("field/src/engine/simpul.wasm")
}

pub fn run_command() -> Result {
    build().map(|file| println!("{}: {} bytes", file.display(), size(&file)))
}

/// Builds the engine where its sources are newer, and gives its place.
pub fn build() -> Result<PathBuf> {
    if has_target() || add_target() {
        run(&mut shell::cargo([
            "build",
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "-p",
            CRATE,
        ]))?;
    } else {
        with_debian()?;
    }
    let built = shell::target_dir()
        .join(TARGET)
        .join("wasm/simpul_phone_wasm.wasm");
    let place = place();
    let folder = place.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(&built, &place))
        .map_err(|e| format!("cannot write {}: {e}", place.display()))?;
    Ok(place)
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |meta| meta.len())
}

/// Whether the compiler in use has the target's standard library.
fn has_target() -> bool {
    let libdir = output(&mut command(
        "rustc",
        ["--print", "target-libdir", "--target", TARGET],
    ));
    libdir.is_ok_and(|path| Path::new(path.trim()).is_dir())
}

fn add_target() -> bool {
    shell::find(&["rustup"]).is_some()
        && run(&mut command("rustup", ["target", "add", TARGET])).is_ok()
}

/// Debian's compiler is no nightly, but builds the standard library when it is told so.
fn with_debian() -> Result {
    if shell::find(&["apt-get"]).is_none() {
        return Err(format!(
            "the target {TARGET} is missing: `rustup target add {TARGET}`"
        ));
    }
    let [compiler, cargo, sources, linker] = DEBIAN;
    run(&mut command(
        "apt-get",
        ["install", "-y", compiler, cargo, sources, linker],
    ))?;
    let mut build = command(
        "/usr/bin/cargo",
        [
            "build",
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "-p",
            CRATE,
            "-Zbuild-std=std,panic_abort",
        ],
    );
    run(build
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld"))
}
