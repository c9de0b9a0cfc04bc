//! The world: time, chance, the network, and what happens next.

use std::collections::BTreeMap;

use simpul_identity::{AreaCode, Sex};
use simpul_phone::Id;
use simpul_phone::handover::needed;
use simpul_phone::outbox::{ASK_AGAIN, Command, Happened, Row, Status};
use simpul_phone::seal::Sealer;
use simpul_phone::wire::{Entry, Push};

use super::Plant;
use super::phone::{Killed, Phone};
use super::server::Server;
use crate::access::{NewDevice, Role, Scope, Work, device};
use crate::platform::points::{AFTER_COMMIT, BEFORE_COMMIT};
use crate::posyandu::{self, NewPost};
use crate::registry::{self, NewHousehold, NewPerson, Relation};
use crate::sync::model::from_line;
use crate::sync::tests::{Signs, days};
use crate::sync::{self, Sender};
use crate::testing::{MORNING, OTHER_POST, POST, area};

/// How long people enter, in milliseconds.
const ENTERING: i64 = 18 * 3_600_000;

/// Numbers that are the same on every machine (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub fn of_100(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap_or(0)]
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(u64::try_from(high - low).unwrap_or(1))).unwrap_or(0)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }
}

/// What happens at an instant.
enum Event {
    Enter(usize),
    Alarm(usize, u32),
    Start(usize),
    Kill(usize),
    Network(usize, bool),
    Clock(usize),
    SignIn(usize),
    Ask(usize),
    /// A push on its way, by phone, start of its app and number.
    ToServer(usize, u32, u64, Vec<u8>),
    ToPhone(usize, u32, u64, Reply),
    PullToServer(usize, u32, Option<String>),
    PullToPhone(usize, u32, Vec<u8>),
    PullLost(usize, u32),
    Backup,
    CheckBackup,
    Restore,
    Tick,
}

enum Reply {
    Body(Vec<u8>),
    Failed(Option<u16>, Option<u32>),
}

/// An entry that its author saw saved.
pub struct Saved {
    pub phone: usize,
    pub entry: Entry,
}

pub struct World {
    pub chance: Chance,
    pub plant: Plant,
    pub now: i64,
    pub server: Server,
    pub phones: Vec<Phone>,
    /// By place in time, then by order of being planned.
    queue: BTreeMap<(i64, u64), Event>,
    planned: u64,
    pub ledger: BTreeMap<Id, Saved>,
    /// Children that people speak of, with their family and post, registered or about to be.
    pub children: Vec<(Id, Id, String)>,
    pub story: Vec<String>,
    /// Nothing goes wrong any more.
    calm: bool,
}

impl World {
    pub async fn new(seed: u64, plant: Plant) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5eed);
        let server = Server::start(MORNING.0).await;
        let mut world = Self {
            plant,
            now: MORNING.0,
            server,
            phones: Vec::new(),
            queue: BTreeMap::new(),
            planned: 0,
            ledger: BTreeMap::new(),
            children: Vec::new(),
            story: Vec::new(),
            calm: false,
            chance: Chance(chance.next()),
        };
        world.settle().await;
        world
    }

    /// Two posts with families, and workers with phones; two kader share a post at least.
    async fn settle(&mut self) {
        let desk = Scope::for_test(self.server_id(), Role::Petugas, area("1810012006"));
        let mut work = Work::begin(&self.server.app, &desk).await.unwrap();
        for post in [POST, OTHER_POST] {
            let new = NewPost {
                id: self.server_id(),
                area: area(post),
                name: format!("Melati {post}"),
            };
            posyandu::make_post(&mut work, new).await.unwrap();
            for number in 0..2 {
                self.family(&mut work, &area(post), number).await;
            }
        }
        work.commit().await.unwrap();
        let phones = 3 + self.chance.below(2);
        for number in 0..phones {
            let post = if number == 2 { OTHER_POST } else { POST };
            self.phone(Role::Kader, &area(post), post).await;
        }
        // One who measures nobody, and the desk.
        for role in [Role::Fasilitator, Role::Petugas] {
            self.phone(role, &area("1810012006"), POST).await;
        }
        self.server.back_up().await;
        assert!(self.server.check_backup().await);
    }

    /// A worker with a phone.
    async fn phone(&mut self, role: Role, area: &AreaCode, post: &str) {
        let scope = worker(&self.server, role, area, self.phones.len()).await;
        let signs = Signs::new();
        let new = NewDevice {
            name: "HP uji".into(),
            public_key: signs.public().to_vec(),
        };
        let app = &self.server.app;
        let (device, _) = device::let_in(app, &scope, &new).await.unwrap();
        let phone = from_line(Id::make(self.now, self.chance.bytes()));
        sync::name_phone(app, &scope, device, phone, &[7; 32])
            .await
            .unwrap();
        let sender = Sender {
            device,
            phone,
            scope,
        };
        self.phones.push(Phone::new(sender, post, signs));
    }

    /// The phone that enters nothing and carries what others hand to it.
    pub fn desk(&self) -> usize {
        self.phones.len() - 1
    }

    fn server_id(&mut self) -> crate::platform::Id {
        from_line(self.id())
    }

    async fn family(&mut self, work: &mut Work, post: &AreaCode, number: u32) {
        let household = self.id();
        let home = NewHousehold {
            id: from_line(household),
            area: *post,
            kk: None,
            dusun: String::new(),
            rt: number.to_string(),
            rw: "1".into(),
            address: "Jalan Kebun".into(),
        };
        registry::register_household(work, home).await.unwrap();
        for child in 0..2_u8 {
            let id = self.id();
            let person = NewPerson {
                id: from_line(id),
                household: from_line(household),
                name: format!("Anak {number} {child}"),
                sex: Sex::Female,
                birth_date: jiff::civil::date(2025, 3 + i8::try_from(child).unwrap_or(0), 5),
                birth_place: String::new(),
                relation: Relation::Anak,
                mother_name: String::new(),
                nik: None,
                phone: None,
            };
            registry::register_person(work, person).await.unwrap();
            self.children
                .push((id, household, post.as_str().to_owned()));
        }
    }

    pub fn id(&mut self) -> Id {
        Id::make(self.now, self.chance.bytes())
    }

    pub fn tell(&mut self, mut what: String) {
        let second = (self.now - MORNING.0) / 1000;
        what.insert_str(0, &format!("{second:>9} s  "));
        self.story.push(what);
    }

    fn plan(&mut self, after: i64, event: Event) {
        self.planned += 1;
        self.queue
            .insert((self.now + after.max(0), self.planned), event);
    }

    /// From the first entry to the last check.
    pub async fn live(&mut self) -> Result<(), String> {
        for phone in 0..self.phones.len() {
            self.plan(0, Event::Start(phone));
            if phone != self.desk() {
                let first = self.chance.between(1_000, 3_600_000);
                self.plan(first, Event::Enter(phone));
            }
            for _ in 0..self.chance.below(4) {
                let at = self.chance.between(0, ENTERING);
                let what = match self.chance.below(3) {
                    0 => Event::Kill(phone),
                    1 => Event::Network(phone, false),
                    _ => Event::Clock(phone),
                };
                self.plan(at, what);
            }
        }
        for _ in 0..self.chance.below(3) {
            let at = self.chance.between(0, ENTERING);
            self.plan(at, Event::Backup);
        }
        if self.chance.of_100(60) {
            let at = self.chance.between(ENTERING / 4, ENTERING);
            self.plan(at, Event::Restore);
        }
        self.plan(ENTERING / 2, Event::Tick);
        self.run_until(MORNING.0 + ENTERING + 3_600_000).await?;
        self.grow_calm().await?;
        self.check(true).await
    }

    async fn run_until(&mut self, end: i64) -> Result<(), String> {
        while let Some(entry) = self.queue.first_entry().filter(|next| next.key().0 <= end) {
            let at = entry.key().0;
            let event = entry.remove();
            self.now = self.now.max(at);
            self.server.at(self.now);
            self.happen(event).await?;
        }
        self.now = self.now.max(end);
        self.server.at(self.now);
        Ok(())
    }

    /// Network for all and right clocks: everything arrives, and every phone takes the news.
    async fn grow_calm(&mut self) -> Result<(), String> {
        self.calm = true;
        self.tell("calm".into());
        let wait_a_week = self.chance.of_100(25);
        for phone in 0..self.phones.len() {
            self.phones[phone].skew = 0;
            self.phones[phone].online = true;
            self.phones[phone].killed_in = None;
            if self.phones[phone].outbox.is_none() {
                self.start(phone).await;
            }
            self.step(phone, Happened::Online { online: true }).await;
            self.step(phone, Happened::SignedIn).await;
        }
        let mut end = self.now + 3_600_000;
        self.run_until(end).await?;
        if wait_a_week {
            // The phones sleep: an alarm that is due rings when they wake.
            self.now += days(7) + 1;
            end = self.now;
            self.server.at(self.now);
            sync::tick(&self.server.app)
                .await
                .map_err(|e| e.to_string())?;
        }
        // "Kirim data", again and again: each phone hears of the others what they brought.
        for _ in 0..4 {
            for phone in 0..self.phones.len() {
                self.step(phone, Happened::Now).await;
                self.pull(phone);
            }
            end += ASK_AGAIN / 24;
            self.run_until(end).await?;
        }
        Ok(())
    }

    async fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Enter(phone) => {
                self.enter(phone).await;
                if self.chance.of_100(25) {
                    self.hand_over(phone).await;
                }
                let next = self.chance.between(60_000, 4 * 3_600_000);
                if self.now + next < MORNING.0 + ENTERING {
                    self.plan(next, Event::Enter(phone));
                }
            }
            Event::Alarm(phone, alarm) => {
                if self.phones[phone].alarm == alarm {
                    self.step(phone, Happened::Tick).await;
                }
            }
            Event::Start(phone) => self.start(phone).await,
            Event::Kill(phone) => {
                let write = u32::try_from(self.chance.below(12)).unwrap_or(0);
                let after = self.chance.of_100(50);
                self.tell(format!(
                    "{phone} is to be killed in write {write}, after it: {after}"
                ));
                self.phones[phone].killed_in = Some((write, after));
            }
            Event::Network(phone, online) => {
                self.tell(format!("{phone} online: {online}"));
                self.phones[phone].online = online;
                self.step(phone, Happened::Online { online }).await;
                if !online {
                    let back = self.chance.between(60_000, 12 * 3_600_000);
                    self.plan(back, Event::Network(phone, true));
                }
            }
            Event::Clock(phone) => {
                let jump = self.chance.between(-days(900), days(900));
                self.phones[phone].skew = if self.chance.of_100(30) { 0 } else { jump };
                self.tell(format!(
                    "{phone} has its clock off by {}",
                    self.phones[phone].skew
                ));
            }
            Event::SignIn(phone) => self.step(phone, Happened::SignedIn).await,
            Event::Ask(phone) => self.step(phone, Happened::Now).await,
            Event::ToServer(phone, boot, request, body) => {
                self.arrives(phone, boot, request, &body).await?;
            }
            Event::ToPhone(phone, boot, request, reply) => {
                if self.phones[phone].boot == boot {
                    self.hears(phone, request, reply).await;
                }
            }
            Event::PullToServer(phone, boot, cursor) => {
                self.gives(phone, boot, cursor.as_deref()).await;
            }
            Event::PullToPhone(phone, boot, body) => {
                if self.phones[phone].boot == boot {
                    self.learns(phone, &body).await;
                }
            }
            Event::PullLost(phone, boot) => {
                if self.phones[phone].boot == boot {
                    self.phones[phone].pulling = false;
                }
            }
            Event::Backup => {
                self.tell("backup".into());
                self.server.back_up().await;
                let later = self.chance.between(0, 3_600_000);
                self.plan(later, Event::CheckBackup);
            }
            Event::CheckBackup => {
                let kept = self.server.check_backup().await;
                self.tell(format!("backup checked: {kept}"));
            }
            Event::Restore => self.restore().await?,
            Event::Tick => sync::tick(&self.server.app)
                .await
                .map_err(|e| e.to_string())?,
        }
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), String> {
        let checked = self
            .server
            .backups
            .iter()
            .rposition(|backup| backup.heads.is_some());
        let oldest = checked.unwrap_or(0);
        let newer = self.server.backups.len() - oldest;
        let which = oldest + usize::try_from(self.chance.below(newer as u64)).unwrap_or(0);
        self.tell(format!("restored from backup {which}"));
        self.server.restore(which).await;
        self.check(false).await
    }

    async fn start(&mut self, phone: usize) {
        if self.phones[phone].outbox.is_some() {
            return;
        }
        self.tell(format!("{phone} starts"));
        self.phones[phone].start();
        let online = self.phones[phone].online;
        self.step(phone, Happened::Online { online }).await;
    }

    /// Tells the outbox of a phone what happened, and does what it says.
    pub async fn step(&mut self, phone: usize, event: Happened) {
        let now = self.now + self.phones[phone].skew;
        let random = u32::try_from(self.chance.next() >> 32).unwrap_or(0);
        let Some(outbox) = self.phones[phone].outbox.as_mut() else {
            return;
        };
        for command in outbox.step(now, random, event) {
            match self.phones[phone].obey(self.plant, &command) {
                Ok(true) => {}
                Ok(false) => self.obey(phone, command),
                Err(Killed) => {
                    self.tell(format!("{phone} was killed"));
                    let back = self.chance.between(1_000, 3_600_000);
                    self.plan(back, Event::Start(phone));
                    return;
                }
            }
        }
    }

    fn obey(&mut self, phone: usize, command: Command) {
        match command {
            Command::Send {
                request,
                epoch,
                ids,
            } => self.send(phone, request, epoch, &ids),
            Command::Pull => self.pull(phone),
            Command::Wake { after } => {
                self.phones[phone].alarm += 1;
                let alarm = self.phones[phone].alarm;
                self.plan(after, Event::Alarm(phone, alarm));
            }
            _ => {}
        }
    }

    fn send(&mut self, phone: usize, request: u64, epoch: String, ids: &[Id]) {
        let here = &self.phones[phone];
        let boot = here.boot;
        let entries = ids.iter().filter_map(|id| here.disk.entries.get(id));
        let push = Push {
            device: crate::sync::model::on_line(here.sender.phone),
            epoch,
            at: self.now + here.skew,
            entries: entries.cloned().collect(),
        };
        let mut body = serde_json::to_vec(&push).unwrap();
        self.tell(format!(
            "{phone} sends {request} with {} entries",
            ids.len()
        ));
        if !self.phones[phone].online || self.fails(8) {
            let late = self.chance.between(10, 30_000);
            self.plan(
                late,
                Event::ToPhone(phone, boot, request, Reply::Failed(None, None)),
            );
            return;
        }
        if self.fails(5) {
            // No word of it ever comes back.
            return;
        }
        if self.fails(4) {
            let cut = usize::try_from(self.chance.below(body.len() as u64)).unwrap_or(0);
            body.truncate(cut);
        }
        if self.fails(8) {
            let late = self.late();
            self.plan(late, Event::ToServer(phone, boot, request, body.clone()));
        }
        let late = self.late();
        self.plan(late, Event::ToServer(phone, boot, request, body));
    }

    /// Whether something goes wrong that does so in so many of 100 cases.
    fn fails(&mut self, of_100: u64) -> bool {
        let fails = self.chance.of_100(of_100);
        fails && !self.calm
    }

    fn late(&mut self) -> i64 {
        match self.fails(6) {
            true => self.chance.between(2_000, 240_000),
            false => self.chance.between(40, 1_500),
        }
    }

    async fn arrives(
        &mut self,
        phone: usize,
        boot: u32,
        request: u64,
        body: &[u8],
    ) -> Result<(), String> {
        let reply = match serde_json::from_slice::<Push>(body) {
            Err(_) => Reply::Failed(Some(400), None),
            Ok(_) if self.fails(3) => Reply::Failed(Some(503), Some(15)),
            Ok(_) if self.fails(2) => Reply::Failed(Some(401), None),
            Ok(push) => match self.taken(phone, &push).await? {
                Some(reply) => reply,
                None => return Ok(()),
            },
        };
        if self.fails(6) {
            self.tell(format!("the answer to {request} of {phone} is lost"));
            return Ok(());
        }
        let late = self.late();
        self.plan(late, Event::ToPhone(phone, boot, request, reply));
        Ok(())
    }

    /// The server takes a sending, or ends in the middle of it.
    async fn taken(&mut self, phone: usize, push: &Push) -> Result<Option<Reply>, String> {
        let dies = if self.fails(4) {
            let point = self.chance.pick(&[BEFORE_COMMIT, AFTER_COMMIT]);
            self.server.arm(point);
            Some(point)
        } else {
            None
        };
        let copy = match self.plant == Plant::LostAcknowledgement && self.chance.of_100(20) {
            true => Some(self.server.copy().await),
            false => None,
        };
        let from = self.phones[phone].sender.clone();
        let pushed = match self.server.push(&from, push).await {
            Ok(pushed) => pushed,
            Err(error) => {
                if dies.is_none() {
                    return Err(format!("a sending of {phone} was refused: {error}"));
                }
                self.tell(format!("the server {error}"));
                self.server.die().await;
                return Ok(None);
            }
        };
        if self.plant == Plant::DoubleInsert {
            self.insert_twice(&from, push).await?;
        }
        if let Some(copy) = copy {
            self.server.forget_since(copy).await;
        }
        if self.fails(2) {
            self.tell("the server ends before it answers".into());
            self.server.die().await;
            return Ok(None);
        }
        if self.fails(2) {
            self.tell("the server ends after it answered".into());
            self.server.die().await;
        }
        Ok(Some(Reply::Body(serde_json::to_vec(&pushed).unwrap())))
    }

    /// A fault: the server does not know an entry again.
    async fn insert_twice(&mut self, from: &Sender, push: &Push) -> Result<(), String> {
        let mut push = push.clone();
        for entry in &mut push.entries {
            let plain = self.ledger.get(&entry.id).map(|saved| saved.entry.clone());
            let Some(plain) = plain else { continue };
            *entry = plain;
            entry.id = self.id();
        }
        self.server.push(from, &push).await.map(drop)
    }

    async fn hears(&mut self, phone: usize, request: u64, reply: Reply) {
        let event = match reply {
            Reply::Failed(status, wait) => {
                if status == Some(401) {
                    let later = self.chance.between(60_000, 7_200_000);
                    self.plan(later, Event::SignIn(phone));
                }
                Happened::Failed {
                    request,
                    status,
                    wait,
                }
            }
            Reply::Body(mut body) => {
                if self.fails(3) {
                    body.truncate(body.len() / 2);
                }
                match serde_json::from_slice(&body) {
                    Ok(pushed) => Happened::Answered { request, pushed },
                    Err(_) => Happened::Failed {
                        request,
                        status: None,
                        wait: None,
                    },
                }
            }
        };
        let words = match &event {
            Happened::Answered { .. } => "is answered".to_owned(),
            Happened::Failed { status, .. } => format!("failed with {status:?}"),
            _ => String::new(),
        };
        self.tell(format!("{phone} hears: {request} {words}"));
        self.step(phone, event).await;
        if self.chance.of_100(5) {
            let later = self.chance.between(1_000, 60_000);
            self.plan(later, Event::Ask(phone));
        }
    }

    fn pull(&mut self, phone: usize) {
        let here = &mut self.phones[phone];
        if here.pulling || !here.online || here.outbox.is_none() {
            return;
        }
        here.pulling = true;
        let (boot, cursor) = (here.boot, here.disk.cursor.clone());
        let late = self.late();
        match self.fails(8) {
            true => self.plan(late, Event::PullLost(phone, boot)),
            false => self.plan(late, Event::PullToServer(phone, boot, cursor)),
        }
    }

    async fn gives(&mut self, phone: usize, boot: u32, cursor: Option<&str>) {
        let from = self.phones[phone].sender.clone();
        let pulled = self.server.pull(&from, cursor).await;
        let body = serde_json::to_vec(&pulled).unwrap();
        let late = self.late();
        match self.fails(8) {
            true => self.plan(late, Event::PullLost(phone, boot)),
            false => self.plan(late, Event::PullToPhone(phone, boot, body)),
        }
    }

    async fn learns(&mut self, phone: usize, body: &[u8]) {
        self.phones[phone].pulling = false;
        let pulled: simpul_phone::wire::Pulled = serde_json::from_slice(body).unwrap();
        if self.phones[phone].learn(&pulled).is_err() {
            self.tell(format!("{phone} was killed while it learned"));
            self.plan(60_000, Event::Start(phone));
            return;
        }
        let number = pulled.cursor.split('.').nth(1).unwrap_or_default();
        self.tell(format!("{phone} learned up to {number}"));
        let event = Happened::Pulled {
            epoch: pulled.epoch,
            safe_seq: pulled.safe_seq,
            server_time: pulled.server_time,
            changed: pulled.changed,
        };
        self.step(phone, event).await;
    }

    /// Keeps an entry on the phone, as the app does: sealed, in one write; then the outbox hears.
    pub async fn save(&mut self, phone: usize, entry: Entry) {
        let mut sealed = entry.clone();
        let key = simpul_phone::seal::public(&sync::sealing_secret(self.server.app.keys()));
        let sealer = Sealer::of_entries(&key, self.chance.bytes());
        sealed.seal(&mut sealer.unwrap()).unwrap();
        let (id, kind) = (entry.id, entry.kind.clone());
        if self.keep(phone, vec![sealed]).await {
            self.tell(format!("{phone} enters {kind} {id:?}"));
            self.ledger.insert(id, Saved { phone, entry });
        }
    }

    /// Keeps sealed entries in one write. Whether they lie on the disk: killed before or after,
    /// that counts, seen or not.
    async fn keep(&mut self, phone: usize, entries: Vec<Entry>) -> bool {
        let here = &self.phones[phone];
        let Some(outbox) = here.outbox.as_ref() else {
            return false;
        };
        let order = here.disk.rows.values().map(|row| row.order + 1).max();
        let order = order.unwrap_or(0).max(outbox.next_order());
        let row = |(order, entry): (u64, &Entry)| Row {
            id: entry.id,
            author: entry.author,
            kind: entry.kind.clone(),
            at: entry.at,
            order,
            bytes: 400,
            fixes: entry.fixes,
            status: Status::Pending,
        };
        let rows: Vec<Row> = (order..).zip(&entries).map(row).collect();
        let kept = self.phones[phone].write(|disk| {
            for (row, entry) in rows.iter().zip(entries) {
                disk.entries.insert(row.id, entry);
                disk.rows.insert(row.id, row.clone());
            }
        });
        let disk = &self.phones[phone].disk;
        let there = rows.iter().all(|row| disk.rows.contains_key(&row.id));
        match kept {
            Ok(()) => {
                for row in rows {
                    self.step(phone, Happened::Saved { row }).await;
                }
            }
            Err(Killed) => {
                self.tell(format!("{phone} was killed while it saved"));
                self.plan(60_000, Event::Start(phone));
            }
        }
        there
    }

    /// One phone shows an entry that it has not sent, with what that rests on; the desk's reads it.
    async fn hand_over(&mut self, phone: usize) {
        let desk = self.desk();
        let (here, there) = (&self.phones[phone], &self.phones[desk]);
        if here.outbox.is_none() || there.outbox.is_none() {
            return;
        }
        let rows = here.disk.rows.values();
        let mut rows: Vec<&Row> = rows.filter(|row| row.status == Status::Pending).collect();
        rows.sort_by_key(|row| row.order);
        let plain: Vec<Entry> = rows
            .iter()
            .filter_map(|row| Some(self.ledger.get(&row.id)?.entry.clone()))
            .collect();
        let ids: Vec<Id> = plain.iter().map(|entry| entry.id).collect();
        if ids.is_empty() {
            return;
        }
        let shown = self.chance.pick(&ids);
        let along = needed(shown, &plain);
        let (here, there) = (&self.phones[phone], &self.phones[desk]);
        let sealed = along.iter().map(|id| here.disk.entries[id].clone());
        let from = crate::sync::model::on_line(here.sender.phone);
        let hand_over = here
            .signs
            .hand_over(from, self.now + here.skew, sealed.collect());
        let carried = hand_over.carried(self.now + there.skew);
        let new = carried
            .into_iter()
            .filter(|entry| !there.disk.rows.contains_key(&entry.id));
        let new: Vec<Entry> = new.collect();
        self.tell(format!(
            "{phone} hands over {shown:?}, {} entries in all, {} of them new",
            along.len(),
            new.len()
        ));
        self.keep(desk, new).await;
    }

    pub async fn end(self) {
        self.server.end().await;
    }
}

async fn worker(server: &Server, role: Role, area: &AreaCode, number: usize) -> Scope {
    let program = Scope::of_program();
    let mut work = Work::begin(&server.app, &program).await.unwrap();
    let new = crate::access::NewUser {
        login: format!("uji.{number}"),
        name: "Uji".into(),
        role,
        area: *area,
    };
    let id = crate::access::make_user(&mut work, &new).await.unwrap();
    work.commit().await.unwrap();
    Scope::for_test(id, role, *area)
}
