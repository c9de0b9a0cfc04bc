//! Puts the field workers' app into the program, where it was built (`field/dist`). Without it the
//! program is complete but for the folder `/lapangan/`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../field/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    walk(&dist, &mut files);
    files.sort();
    let mut code = String::from("pub static FILES: &[File] = &[\n");
    for path in files.iter().filter(|path| !ends_with(path, "br")) {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.strip_prefix(&dist).expect("a file of the folder");
        let name = name.to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(path).expect("a file that can be read");
        let packed = PathBuf::from(format!("{}.br", path.display()));
        let packed = if packed.exists() {
            format!("Some(include_bytes!({:?}))", packed.display().to_string())
        } else {
            "None".to_owned()
        };
        writeln!(
            code,
            "File {{ name: {name:?}, bytes: include_bytes!({:?}), brotli: {packed}, mark: \"\\\"{:016x}\\\"\" }},",
            path.display().to_string(),
            mark(&bytes)
        )
        .expect("a text grows");
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    std::fs::write(Path::new(&out).join("field.rs"), code).expect("the folder can be written");
}

fn ends_with(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// FNV-1a, 64 bits: changes with the content, and needs no library.
fn mark(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
