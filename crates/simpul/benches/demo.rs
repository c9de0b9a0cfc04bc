//! Seconds to the running demo, the first time and again, and the memory of its server after every
//! user opened the first page and each page it leads to.

mod support;

use simpul_db::Engine;
use support::browser::Browser;
use support::{Cost, Server, Stage, run};

#[tokio::main]
async fn main() {
    let stage = Stage::empty(Engine::Sqlite).await;
    for what in ["first start", "again"] {
        let cost = run(stage.program().args(["demo", "--once"]));
        let Cost {
            wall, cpu, peak, ..
        } = cost;
        let (wall, cpu) = (wall.as_secs_f64(), cpu.as_secs_f64());
        println!("{what:<14}{wall:>8.1} s{cpu:>8.1} s CPU{peak:>8.1} MiB peak");
    }
    let mut demo = stage.program();
    demo.arg("demo");
    let server = Server::start(demo);
    let tell = |what: &str| {
        let memory = server.memory();
        println!(
            "{what:<14}{:>8.1} MiB, peak {:.1} MiB",
            memory.now, memory.peak
        );
    };
    tell("served");
    let mut pages = 0;
    for line in server.said.lines() {
        if let ["user", _, login, password] = line.split(' ').collect::<Vec<_>>()[..] {
            pages += walk(&server, login, password);
        }
    }
    tell(&format!("{pages} pages on"));
}

/// Opens the first page of a user and each page it leads to; the number of pages.
fn walk(server: &Server, login: &str, password: &str) -> usize {
    let mut browser = Browser::sign_in(server.address, login, password);
    let home = browser.get(&browser.home.clone()).text;
    let links = home.split("href=\"/").skip(1);
    let links = links.filter_map(|rest| Some(format!("/{}", rest.split_once('"')?.0)));
    let mut pages = 1;
    for link in links.filter(|link| !link.starts_with("/bahasa")) {
        let answer = browser.get(&link.replace("&#38;", "&"));
        assert!(answer.status < 400, "{link} for {login}: {}", answer.status);
        pages += 1;
    }
    pages
}
