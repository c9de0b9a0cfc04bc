//! Running other programs: shown before they start, ended with us, never left behind.

use crate::Result;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use signal_hook::consts::{SIGINT, SIGTERM};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// The first Ctrl-C or SIGTERM asks for an orderly end, a second one ends at once.
pub fn listen_for_stop() -> Result {
    let flag = STOP.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(flag))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(flag)))
            .map_err(|e| format!("cannot listen for Ctrl-C: {e}"))?;
    }
    Ok(())
}

pub fn stop_asked() -> bool {
    STOP.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// The wall clock, for progress and deadlines of other programs only.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask reports to people how long a step took"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A cargo command in the root of the workspace.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    command(
        env::var("CARGO").unwrap_or_else(|_| "cargo".into()),
        arguments,
    )
}

/// A command in the root of the workspace.
pub fn command<const N: usize>(program: impl AsRef<Path>, arguments: [&str; N]) -> Command {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).current_dir(root());
    command
}

/// Runs to the end; anything but success is an error.
pub fn run(command: &mut Command) -> Result {
    let child = spawn(command)?;
    let status = wait(child, command)?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", shown(command)))
    }
}

/// Runs to the end and gives what it wrote to standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| cannot_start(command, &e))?;
    if !done.status.success() {
        return Err(format!("`{}` failed ({})", shown(command), done.status));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("`{}` did not write UTF-8", shown(command)))
}

/// Runs to the end, passes each line on and also shows it to `each`, which folds it into a `T`.
pub fn run_watched<T: Default + Send>(
    command: &mut Command,
    each: impl Fn(&mut T, &str) + Sync,
) -> Result<(ExitStatus, [T; 2])> {
    let mut child = spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let out = scope.spawn(|| follow(out, |line| println!("{line}"), &each));
        let err = scope.spawn(|| follow(err, |line| eprintln!("{line}"), &each));
        let status = wait(child, command)?;
        let seen = [out, err].map(|thread| thread.join().unwrap_or_default());
        Ok((status, seen))
    })
}

fn follow<T: Default>(
    pipe: Option<impl Read>,
    pass_on: impl Fn(&str),
    each: impl Fn(&mut T, &str),
) -> T {
    let mut seen = T::default();
    for line in pipe
        .into_iter()
        .flat_map(|pipe| BufReader::new(pipe).split(b'\n'))
    {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        pass_on(&line);
        each(&mut seen, &line);
    }
    seen
}

fn spawn(command: &mut Command) -> Result<Child> {
    println!("$ {}", shown(command));
    command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| cannot_start(command, &e))
}

fn wait(mut child: Child, command: &Command) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().map_err(|e| format!("cannot wait: {e}"))? {
            return if stop_asked() {
                Err("stopped".into())
            } else {
                Ok(status)
            };
        }
        if stop_asked() {
            end(&mut child, "TERM", Duration::from_secs(10));
            return Err(format!("stopped during `{}`", shown(command)));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Asks a child to end by a signal, and kills it when it has not done so in time.
pub fn end(child: &mut Child, signal: &str, patience: Duration) {
    // The standard library can only kill; the shell's own `kill` is on every machine.
    let kill = format!("kill -{signal} {}", child.id());
    let asked = Command::new("sh")
        .args(["-c", &kill])
        .stderr(Stdio::null())
        .status();
    let deadline = now() + patience;
    while asked.is_ok() && now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    // Both only fail when it has already ended.
    let _ = child.kill();
    let _ = child.wait();
}

fn cannot_start(command: &Command, error: &io::Error) -> String {
    format!("cannot start `{}`: {error}", shown(command))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    let arguments = command
        .get_args()
        .map(|a| format!(" {}", a.to_string_lossy()));
    name.into_owned() + &arguments.collect::<String>()
}

/// The first of these programs that is on the PATH.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|p| p.is_file())
}

/// A folder that goes when this value goes.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new(name: &str) -> Result<TempDir> {
        let path = env::temp_dir().join(format!("simpul-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|e| format!("cannot make {}: {e}", path.display()))?;
        Ok(TempDir(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.0) {
            eprintln!("xtask: cannot remove {}: {e}", self.0.display());
        }
    }
}
