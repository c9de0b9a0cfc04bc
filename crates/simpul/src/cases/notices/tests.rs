//! Once in, at least once out, nothing lost, nothing said: against real servers in the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use simpul_identity::{Phone, Sex};

use super::super::tests::{referral, send, step};
use super::gateways::Quiet;
use super::*;
use crate::access::Role;
use crate::cases::tests::Family;
use crate::cases::{Action, Need, NewVoice, answer_voice};
use crate::platform::time::Zone;
use crate::platform::{Id, Instant};
use crate::testing::{MORNING, POST, TestApp, VILLAGE, area};

const HOUR_MS: i64 = 3_600_000;
const NUMBER: &str = "081234567890";

/// What a server of a test was sent, request by request.
type Heard = Arc<Mutex<Vec<String>>>;

fn said(heard: &Heard) -> Vec<String> {
    heard.lock().unwrap().clone()
}

/// An HTTP server that answers with each status in turn, the last one for ever.
fn http(statuses: &'static [u16]) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/kirim", listener.local_addr().unwrap());
    let heard = Heard::default();
    let kept = heard.clone();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let status = statuses[number.min(statuses.len() - 1)];
            let mut stream = stream.unwrap();
            let request = read_request(&mut stream);
            kept.lock().unwrap().push(request);
            // 0: the connection breaks after the request came.
            if status != 0 {
                let head = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n");
                let _ = stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes());
            }
        }
    });
    (url, heard)
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + "\r\n" + &String::from_utf8(body).unwrap()
}

/// A mail server that takes everything.
fn smtp() -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let kept = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let letter = take_mail(&mut stream);
            kept.lock().unwrap().push(letter);
        }
    });
    (port, heard)
}

fn take_mail(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
    let (mut letter, mut writing) = (String::new(), false);
    say("220 uji");
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap_or(0) > 0 {
        letter.push_str(&line);
        match line.trim_end() {
            "." => {
                writing = false;
                say("250 ok");
            }
            _ if writing => {}
            "DATA" => {
                writing = true;
                say("354 go on");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 ok"),
        }
        line.clear();
    }
    letter
}

/// An application per engine whose data folder has these gateways.
async fn apps(gateways: &str) -> (Vec<TestApp>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("gateways.toml"), gateways).unwrap();
    (TestApp::each_in(folder.path()).await, folder)
}

fn sms(url: &str) -> String {
    let body = r#"{"to":"{phone}","pesan":"{text}","ref":"{id}"}"#;
    format!("[sms]\nurl = \"{url}\"\nauthorization = \"Bearer rahasia\"\nbody = '{body}'\n")
}

/// A family whose head has a telephone.
async fn family(app: &TestApp) -> Family {
    let family = crate::cases::tests::family(app, POST).await;
    let scope = app.scope_in(Role::Petugas, area(VILLAGE)).await;
    let mut work = app.work_as(&scope).await;
    let son = crate::registry::NewPerson {
        id: app.app.ids().make(),
        household: family.household,
        name: "Suranto".into(),
        sex: Sex::Male,
        birth_date: jiff::civil::date(1988, 5, 1),
        birth_place: "Pringsewu".into(),
        relation: crate::registry::Relation::Anak,
        mother_name: String::new(),
        nik: None,
        phone: Phone::parse(NUMBER).ok(),
    };
    crate::registry::register_person(&mut work, son)
        .await
        .unwrap();
    work.commit().await.unwrap();
    family
}

/// A case of the family with one step that it may read.
async fn told(app: &TestApp, need: Need) -> Id {
    let family = family(app).await;
    let kader = app.scope(Role::Kader).await;
    let desk = app.scope(Role::Petugas).await;
    let new = referral(app, &family, need);
    let case = send(app, &kader, new).await.unwrap().case;
    step(app, &desk, case, Action::Accept).await.unwrap();
    let help = Action::FirstHelp {
        what: "beras 10 kilo".into(),
    };
    step(app, &desk, case, help).await.unwrap();
    case
}

async fn lines(app: &TestApp) -> Vec<Notice> {
    let scope = app.scope(Role::Koordinator).await;
    notices(&mut app.app.db(), &scope, Instant(0))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_family_is_told_once_and_nothing_is_said() {
    let (url, heard) = http(&[200]);
    let (apps, _folder) = apps(&sms(&url)).await;
    for app in apps {
        heard.lock().unwrap().clear();
        told(&app, Need::Pangan).await;
        assert_eq!(deliver_due(&app.app).await.unwrap(), 1);
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0);
        let requests = said(&heard);
        assert_eq!(requests.len(), 1, "{requests:?}");
        let request = &requests[0];
        for part in [
            "Bearer rahasia",
            "6281234567890",
            "/lacak",
            "idempotency-key",
        ] {
            let lower = request.to_lowercase();
            assert!(lower.contains(&part.to_lowercase()), "{part}: {request}");
        }
        for hidden in ["Suminah", "Suranto", "beras", "angan", "Melati"] {
            assert!(!request.contains(hidden), "{hidden}: {request}");
        }
        assert_eq!(lines(&app).await[0].state, NoticeState::Terkirim);
    }
}

#[tokio::test]
async fn a_receiver_that_is_down_is_tried_again_with_patience() {
    let (url, heard) = http(&[503, 0, 429, 200, 503, 0, 429, 200]);
    let (apps, _folder) = apps(&sms(&url)).await;
    for app in &apps {
        told(app, Need::Pangan).await;
        for tries in 1..=3 {
            assert_eq!(deliver_due(&app.app).await.unwrap(), 0);
            let line = &lines(app).await[0];
            assert_eq!((line.tries, line.state), (tries, NoticeState::Menunggu));
            assert_eq!(line.fault, Some(Fault::TakTerjangkau));
            assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "not yet");
            app.clock.advance_ms(HOUR_MS);
        }
        assert_eq!(deliver_due(&app.app).await.unwrap(), 1);
    }
    let requests = said(&heard);
    assert_eq!(requests.len(), 8);
    let key = |request: &String| {
        let found = request
            .lines()
            .find(|line| line.to_lowercase().starts_with("idempotency-key"));
        found.unwrap().to_owned()
    };
    for of_app in requests.chunks(4) {
        let one = key(&of_app[0]);
        assert!(of_app.iter().all(|request| key(request) == one));
    }
}

#[tokio::test]
async fn a_refusal_stops_at_once_and_patience_ends() {
    let (refusing, _) = http(&[400]);
    let (first, _folder) = apps(&sms(&refusing)).await;
    for app in first {
        told(&app, Need::Pangan).await;
        deliver_due(&app.app).await.unwrap();
        let line = &lines(&app).await[0];
        assert_eq!(
            (line.state, line.fault),
            (NoticeState::Berhenti, Some(Fault::Tolak))
        );
    }
    let (down, heard) = http(&[500]);
    let (second, _folder) = apps(&sms(&down)).await;
    let app = &second[0];
    told(app, Need::Pangan).await;
    for _ in 0..12 {
        deliver_due(&app.app).await.unwrap();
        app.clock.advance_ms(24 * HOUR_MS);
    }
    assert_eq!(said(&heard).len(), 9);
    assert_eq!(lines(app).await[0].state, NoticeState::Berhenti);
}

/// The program ends after it took a notice, before it marked it: sent again, never lost.
#[tokio::test]
async fn a_crash_while_sending_loses_nothing() {
    let (url, heard) = http(&[200]);
    let (apps, _folder) = apps(&sms(&url)).await;
    for app in apps {
        heard.lock().unwrap().clear();
        told(&app, Need::Pangan).await;
        let due: Vec<sql::DueRow> = app
            .app
            .db()
            .all(
                &sql::DUE,
                simpul_db::args![app.app.now(), true, false, false],
            )
            .await
            .unwrap();
        let row = &due[0];
        let until = app.app.now().plus_seconds(300);
        let mut tx = app.app.db().begin().await.unwrap();
        let taken = simpul_db::args![row.kabupaten, row.id, row.due_at, until];
        assert_eq!(tx.exec(&sql::TAKE, taken).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "taken");
        app.clock.advance_ms(301_000);
        assert_eq!(deliver_due(&app.app).await.unwrap(), 1);
        assert_eq!(said(&heard).len(), 1);
    }
}

#[tokio::test]
async fn no_family_is_disturbed_at_night_or_against_its_will() {
    let (url, heard) = http(&[200]);
    let (apps, _folder) = apps(&sms(&url)).await;
    for app in apps {
        heard.lock().unwrap().clear();
        let case = told(&app, Need::Pangan).await;
        app.clock.set(Instant(MORNING.0 + 14 * HOUR_MS + 600_000));
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "22.10");
        app.clock.set(Instant(MORNING.0 + 22 * HOUR_MS));
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "06.00");
        let desk = app.client(Role::Petugas).await;
        let refuse = format!("/rujukan/{case}/kabar");
        let messages = format!("/rujukan/{case}/pesan");
        assert!(
            desk.get(&messages)
                .await
                .text
                .contains("tidak mau menerima")
        );
        desk.post(&refuse, &[("kabar", "tidak")]).await;
        let refused = desk.get(&messages).await.text;
        assert!(refused.contains("value=\"mau\"") && !refused.contains("value=\"tidak\""));
        app.clock.set(Instant(MORNING.0 + 23 * HOUR_MS));
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "07.00");
        assert_eq!(lines(&app).await[0].fault, Some(Fault::TidakMau));
        desk.post(&refuse, &[("kabar", "mau")]).await;
        let answer = NewVoice {
            id: app.app.ids().make(),
            text: "Silakan datang.".into(),
        };
        let mut work = app.work(Role::Petugas).await;
        answer_voice(&mut work, case, answer).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(deliver_due(&app.app).await.unwrap(), 1);
        assert_eq!(said(&heard).len(), 1);
        told_nothing(&app).await;
    }
}

/// A case of violence has no notice at all.
async fn told_nothing(app: &TestApp) {
    let before = lines(app).await.len();
    told(app, Need::Perlindungan).await;
    assert_eq!(lines(app).await.len(), before);
}

#[test]
fn the_night_ends_at_the_hour_of_the_place() {
    let night = Instant(MORNING.0 + 14 * HOUR_MS + 600_000);
    let morning = Some(Instant(MORNING.0 + 23 * HOUR_MS));
    assert_eq!(worker::waking(night, Zone::Wib, Quiet::default()), morning);
    assert_eq!(worker::waking(MORNING, Zone::Wib, Quiet::default()), None);
    let day = Quiet { from: 12, to: 14 };
    assert_eq!(worker::waking(night, Zone::Wib, day), None);
}

#[tokio::test]
async fn desks_get_mail_and_other_systems_a_signed_hook() {
    let ((port, letters), (url, heard)) = (smtp(), http(&[204]));
    let text = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"Simpul <simpul@uji.example>\"\n\
         [[mail]]\nname = \"meja\"\narea = \"1810\"\nto = \"meja@uji.example\"\n\
         [[webhook]]\nname = \"dinas\"\narea = \"\"\nurl = \"{url}\"\nsecret = \"kunci\"\n\
         [[webhook]]\nname = \"lain\"\narea = \"3503\"\nurl = \"{url}\"\nsecret = \"x\"\n"
    );
    let (apps, _folder) = apps(&text).await;
    for app in apps {
        letters.lock().unwrap().clear();
        heard.lock().unwrap().clear();
        told(&app, Need::Pangan).await;
        // Mail and hook of the referral, hook of the step; the family's waits for an officer.
        assert_eq!(deliver_due(&app.app).await.unwrap(), 3);
        for _ in 0..50 {
            if !said(&letters).is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let letter = &said(&letters)[0];
        assert!(letter.contains("RCPT TO:<meja@uji.example>"), "{letter}");
        assert!(
            !letter.contains("Suminah") && letter.contains("/puskesos"),
            "{letter}"
        );
        let hooks = said(&heard);
        assert_eq!(hooks.len(), 2);
        let came = hooks
            .iter()
            .find(|hook| hook.contains("\"masuk\""))
            .unwrap();
        let (head, body) = came.split_once("\r\n\r\n").unwrap();
        let signed = send::signature("kunci", body);
        assert!(head.to_lowercase().contains(&signed), "{head}");
        assert!(
            body.contains("\"area\":\"1810012006001\"") && !body.contains("pangan"),
            "{body}"
        );
        let waiting = lines(&app).await;
        let hp = waiting
            .iter()
            .find(|one| one.channel == Channel::Hp)
            .unwrap();
        let desk = app.client(Role::Petugas).await;
        let page = desk.get(format!("/kabar/{}", hp.id)).await.text;
        assert!(page.contains("https://wa.me/?text=Puskesos%20"), "{page}");
        assert!(page.contains("+6281234567890"));
        desk.post(format!("/kabar/{}", hp.id), &[]).await;
        assert!(desk.get("/kabar").await.text.contains("Terkirim"));
        let after = lines(&app).await;
        assert!(after.iter().all(|one| one.state == NoticeState::Terkirim));
    }
}

#[test]
fn settings_are_refused_without_telling_their_values() {
    let wrong = [
        "[sms]\nurl = \"https://rahasia\"",
        "[quiet]\nfrom = 25\nto = 7",
        "[[mail]]\nname = \"a\"\narea = \"\"\nto = \"b@c\"",
        "[[webhook]]\nname = \"a\"\narea = \"18x\"\nurl = \"u\"\nsecret = \"rahasia\"",
    ];
    for text in wrong {
        let error = Gateways::parse(text).err().unwrap().to_string();
        assert!(error.contains("gateways.toml"), "{error}");
        assert!(!error.contains("rahasia"), "{error}");
    }
    assert!(Gateways::parse("").is_ok());
}
