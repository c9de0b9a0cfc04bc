//! The files that the checks look at.

use super::Finding;
use super::source::Source;
use crate::Result;
use std::fs;
use std::path::Path;

/// Where the slices live.
pub const SLICES: &str = "crates/simpul/src/";

const ROOTS: [&str; 3] = ["crates", "xtask", "data"];
const KINDS: [&str; 6] = ["rs", "sql", "toml", "ftl", "html", "md"];
const SKIPPED: [&str; 2] = ["target", "node_modules"];

pub struct File {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
    /// Only of Rust files.
    pub source: Option<Source>,
}

impl File {
    fn new(path: String, text: String) -> File {
        let source = path.ends_with(".rs").then(|| Source::new(&text));
        File { path, text, source }
    }

    pub fn is(&self, kind: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == kind)
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The slice, or whatever folder of the application's sources this file lies in.
    pub fn slice(&self) -> Option<&str> {
        self.path
            .strip_prefix(SLICES)?
            .split_once('/')
            .map(|(slice, _)| slice)
    }

    pub fn in_folder(&self, folder: &str) -> bool {
        self.path
            .split('/')
            .rev()
            .skip(1)
            .any(|part| part == folder)
    }

    /// A file of tests as a whole; tests inside other files are known to [`Source`].
    pub fn is_test(&self) -> bool {
        self.name() == "tests.rs" || self.in_folder("tests")
    }

    pub fn finding(&self, offset: usize, what: impl Into<String>, fix: &'static str) -> Finding {
        let line = 1 + self.text.as_bytes()[..offset]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        Finding {
            path: self.path.clone(),
            line,
            what: what.into(),
            fix,
        }
    }
}

pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    pub fn read(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        for folder in ROOTS {
            read_folder(root, folder, &mut files)
                .map_err(|e| format!("cannot read the sources in {folder}: {e}"))?;
        }
        Ok(Tree { files })
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File::new((*path).into(), (*text).into());
        Tree {
            files: files.iter().map(file).collect(),
        }
    }

    pub fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.source.as_ref()?)))
    }

    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.is(kind))
    }
}

fn read_folder(root: &Path, folder: &str, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                read_folder(root, &path, files)?;
            }
        } else if name
            .rsplit_once('.')
            .is_some_and(|(_, kind)| KINDS.contains(&kind))
        {
            files.push(File::new(path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}
