//! Documents as PDF by `simpul-print`, a program apart that is started for each of them: JSON in on
//! standard input, PDF out on standard output. So nothing of a document stands in arguments, files
//! or logs, and a bad one costs a bounded process. Where it is absent, browsers print.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{AppError, Result};

/// Bounds of one document, and of how many there are at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space in MiB, and processor time: the program binds itself to them before it reads.
    pub memory: u64,
    pub seconds: u64,
    /// How long a person waits, the turn included. Then the program is killed.
    pub patience: Duration,
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 256,
            seconds: 10,
            patience: Duration::from_secs(20),
            at_once: 2,
        }
    }
}

/// A document has some pages; a hundred times that is a mistake.
const MOST_BYTES: u64 = 8 << 20;

/// Where documents become PDF, one person's after the other's.
pub struct Printer {
    program: PathBuf,
    limits: Limits,
    turns: Semaphore,
}

/// The program's usual place: beside this one.
pub fn beside_us() -> PathBuf {
    let name = format!("simpul-print{}", std::env::consts::EXE_SUFFIX);
    let ours = std::env::current_exe().unwrap_or_default();
    ours.with_file_name(name)
}

impl Printer {
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self {
            program,
            limits,
            turns: Semaphore::new(limits.at_once),
        }
    }

    /// Whether there is a program; it may be installed while we run.
    pub fn is_there(&self) -> bool {
        self.program.is_file()
    }

    /// A document as PDF. Those who wait get their turn in the order in which they came.
    ///
    /// # Errors
    /// [`AppError::Unprinted`] when there is none within the limits.
    pub async fn pdf(&self, document: &impl Serialize) -> Result<Vec<u8>> {
        let json = Zeroizing::new(serde_json::to_vec(document).map_err(AppError::internal)?);
        let printed = tokio::time::timeout(self.limits.patience, self.print(&json)).await;
        let pdf = printed.map_err(|_| AppError::Unprinted("not within its time".to_owned()))?;
        // Its own text may not be trusted to be silent on the document; an exit status is.
        pdf.map_err(|error| AppError::Unprinted(error.to_string()))
    }

    async fn print(&self, json: &[u8]) -> std::io::Result<Vec<u8>> {
        let turn = self.turns.acquire().await.map_err(std::io::Error::other)?;
        let Limits {
            memory, seconds, ..
        } = self.limits;
        let mut child = Command::new(&self.program)
            .args(["--memory", &memory.to_string()])
            .args(["--seconds", &seconds.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (mut input, output) = input.zip(output).ok_or(std::io::ErrorKind::BrokenPipe)?;
        let mut pdf = Vec::new();
        let mut output = output.take(MOST_BYTES);
        let send = async move { input.write_all(json).await };
        // A program that ends early reads no more: its status says what happened.
        let (sent, received) = tokio::join!(send, output.read_to_end(&mut pdf));
        received?;
        let status = child.wait().await?;
        drop(turn);
        match status.success() && sent.is_ok() && pdf.starts_with(b"%PDF-") {
            true => Ok(pdf),
            false => Err(std::io::Error::other(status.to_string())),
        }
    }
}
