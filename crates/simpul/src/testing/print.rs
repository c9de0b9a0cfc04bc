//! Documents by a program apart, with scripts in its place.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use super::planted;
use crate::platform::AppError;
use crate::platform::print::{Limits, Printer};

const PATIENCE: Duration = Duration::from_secs(30);

fn printer(folder: &std::path::Path, script: &str, patience: Duration) -> Printer {
    let limits = Limits {
        patience,
        at_once: 1,
        ..Limits::default()
    };
    Printer::new(planted(folder, "simpul-print", script), limits)
}

#[tokio::test]
async fn what_comes_out_is_a_pdf_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (script, comes) in [
        ("printf '%%PDF-'; cat", true),
        ("echo no", false),
        ("printf '%%PDF-'; cat; exit 1", false),
        ("printf '%%PDF-'; cat >/dev/null; kill -9 $$", false),
        // Reads nothing: what is sent gets stuck in the pipe.
        ("printf '%%PDF-'", false),
        ("true", false),
    ] {
        let printer = printer(folder.path(), script, PATIENCE);
        let document = "Suminah ".repeat(100_000);
        match printer.pdf(&document).await {
            Ok(pdf) => assert!(comes && pdf.ends_with(b"Suminah \""), "{script}"),
            Err(error) => {
                assert!(!comes, "{script}: {error}");
                assert!(matches!(error, AppError::Unprinted(_)), "{error}");
                assert!(!error.to_string().contains("Suminah"));
            }
        }
    }
}

#[tokio::test]
async fn nothing_of_a_document_stands_in_arguments_or_environment() {
    let folder = tempfile::tempdir().unwrap();
    let script = "cat >/dev/null; printf '%%PDF- %s;' \"$*\"; env";
    let pdf = printer(folder.path(), script, PATIENCE)
        .pdf(&"Suminah")
        .await;
    let said = String::from_utf8(pdf.unwrap()).unwrap();
    assert!(said.contains("--memory 256 --seconds 10;"), "{said}");
    assert!(
        !said.contains("Suminah") && !said.contains("CARGO"),
        "{said}"
    );
}

#[tokio::test]
async fn who_takes_too_long_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("echo $$ > {}; exec sleep 600", pid.display());
    let printer = printer(folder.path(), &script, Duration::from_millis(1_500));
    let refused = printer.pdf(&"").await;
    assert!(matches!(refused, Err(AppError::Unprinted(_))));
    let pid = std::fs::read_to_string(pid).unwrap();
    let process = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    // Dead, or waiting to be buried.
    let runs = || std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z"));
    for _ in 0..200 {
        if !runs() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!runs());
}

#[tokio::test]
async fn turns_are_taken_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("one");
    let script = format!(
        "cat >/dev/null; mkdir {0} || exit 1; sleep 0.1; rmdir {0}; printf '%%PDF-'",
        one.display()
    );
    let printer = printer(folder.path(), &script, PATIENCE);
    let document = "";
    let all = tokio::join!(
        printer.pdf(&document),
        printer.pdf(&document),
        printer.pdf(&document)
    );
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok());
}

#[tokio::test]
async fn a_program_may_be_absent_or_not_to_be_run() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = Printer::new(folder.path().join("simpul-print"), Limits::default());
    assert!(!nowhere.is_there());
    assert!(matches!(
        nowhere.pdf(&"").await,
        Err(AppError::Unprinted(_))
    ));
    let planted = planted(folder.path(), "simpul-print", "true");
    assert!(nowhere.is_there(), "it was installed meanwhile");
    std::fs::set_permissions(planted, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(
        nowhere.pdf(&"").await,
        Err(AppError::Unprinted(_))
    ));
}
