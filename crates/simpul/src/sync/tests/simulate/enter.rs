//! What field workers enter.

use jiff::civil::Date;
use simpul_phone::Id;
use simpul_phone::entry::{
    Arrive, Body, ChangeField, Intake, Measure, OpenDay, RegisterHousehold, RegisterPerson, Visit,
    Withdraw,
};
use simpul_phone::outbox::Status;
use simpul_phone::wire::Entry;

use super::world::World;
use crate::cases::Ticket;
use crate::platform::Instant;
use crate::sync::model::on_line;
use crate::sync::tests::weighing;

impl World {
    fn entry(&mut self, phone: usize, body: Body) -> Entry {
        let here = &self.phones[phone];
        let (author, at) = (on_line(here.sender.scope.user()), self.now + here.skew);
        Entry {
            id: self.id(),
            kind: body.kind().to_owned(),
            version: simpul_phone::VERSION,
            author,
            at,
            fixes: None,
            sealed: None,
            handed: None,
            body: Some(body),
        }
    }

    fn today(&self, phone: usize) -> Date {
        Instant(self.now).date_in(self.phones[phone].sender.scope.zone())
    }

    /// Of the children of the phone's post; rarely one that nobody ever registers.
    fn child(&mut self, phone: usize) -> (Id, Id) {
        if self.chance.of_100(2) {
            return (self.id(), self.id());
        }
        let post = self.phones[phone].post.clone();
        let here = self.children.iter().filter(|(_, _, of)| *of == post);
        let here: Vec<(Id, Id)> = here.map(|(child, home, _)| (*child, *home)).collect();
        self.chance.pick(&here)
    }

    fn measure(&mut self, phone: usize) -> Measure {
        let (child, _) = self.child(phone);
        let grams = u32::try_from(self.chance.between(6_500, 11_000)).unwrap_or(0);
        let back = self.chance.pick(&[0, 0, 0, 1, 2, 3, 30]);
        let on = self
            .today(phone)
            .saturating_sub(jiff::Span::new().days(back));
        let post = self.phones[phone].post.clone();
        Measure {
            on,
            post: (!self.chance.of_100(15)).then_some(post),
            ..weighing(crate::sync::model::from_line(child), grams)
        }
    }

    /// An entry of this phone that the server holds.
    fn held(&mut self, phone: usize) -> Option<Id> {
        let rows = self.phones[phone].disk.rows.values();
        let fixed: Vec<Id> = rows.clone().filter_map(|row| row.fixes).collect();
        let held = rows
            .filter(|row| matches!(row.status, Status::Held { .. }) && !fixed.contains(&row.id));
        let held: Vec<Id> = held.map(|row| row.id).collect();
        (!held.is_empty()).then(|| self.chance.pick(&held))
    }

    /// Somebody enters something.
    pub async fn enter(&mut self, phone: usize) {
        if self.phones[phone].outbox.is_none() {
            return;
        }
        if self.chance.of_100(40)
            && let Some(held) = self.held(phone)
        {
            let body = match self.chance.of_100(50) {
                true => Body::Withdraw(Withdraw { why: String::new() }),
                false => Body::Measure(self.measure(phone)),
            };
            let mut entry = self.entry(phone, body);
            entry.fixes = Some(held);
            self.save(phone, entry).await;
            return;
        }
        let (post, today) = (self.phones[phone].post.clone(), self.today(phone));
        let task = match self.phones[phone].sender.scope.role().measures() {
            true => self.chance.below(100),
            // An arm for each of their tasks, and one that is not theirs.
            false => self.chance.pick(&[16, 24, 32, 70, 70, 70, 99]),
        };
        let body = match task {
            0..8 => Body::OpenDay(OpenDay { post, date: today }),
            8..16 => {
                let (person, _) = self.child(phone);
                Body::Arrive(Arrive {
                    post,
                    date: today,
                    person,
                })
            }
            16..24 => {
                self.newcomers(phone).await;
                return;
            }
            24..32 => {
                let (child, household) = self.child(phone);
                Body::Visit(Visit {
                    household,
                    on: today,
                    met: true,
                    seen: vec![child],
                    items: Vec::new(),
                    answers: [].into(),
                    asked: 0,
                    saved: 0,
                    note: String::new(),
                })
            }
            32..38 => {
                let (_, household) = self.child(phone);
                Body::ChangeField(ChangeField {
                    household,
                    person: None,
                    field: "address".into(),
                    seen: "Jalan Kebun".into(),
                    value: format!("Jalan {}", self.chance.below(3)),
                })
            }
            38..44 => Body::Measure(Measure {
                weight: None,
                lenhei: None,
                oedema: None,
                ..self.measure(phone)
            }),
            44..70 => {
                self.session(phone).await;
                return;
            }
            70..76 => self.intake(phone),
            _ => Body::Measure(self.measure(phone)),
        };
        let entry = self.entry(phone, body);
        self.save(phone, entry).await;
    }

    /// What a family brings, with the slip that it is given.
    fn intake(&mut self, phone: usize) -> Body {
        let (_, household) = self.child(phone);
        let slip = Ticket::draw(self.chance.bytes());
        Body::Intake(Intake {
            household,
            matter: self
                .chance
                .pick(&["kebutuhan", "pertanyaan", "pengaduan"])
                .into(),
            need: self.chance.pick(&["pangan", "pendidikan"]).into(),
            urgency: "segera".into(),
            speaker: self.chance.pick(&["sendiri", "kerabat"]).into(),
            agreed: self.chance.of_100(80),
            note: "Dari rumah".into(),
            code: slip.code.plain(),
            number: slip.number.to_string(),
        })
    }

    /// Several children after each other, one of them mended at once.
    async fn session(&mut self, phone: usize) {
        for _ in 0..=self.chance.below(4) {
            let measure = self.measure(phone);
            let entry = self.entry(phone, Body::Measure(measure.clone()));
            let id = entry.id;
            self.save(phone, entry).await;
            if self.chance.of_100(10) {
                let mends = Measure {
                    replaces: Some(id),
                    weight: Some(9_999),
                    ..measure
                };
                let entry = self.entry(phone, Body::Measure(mends));
                self.save(phone, entry).await;
            }
        }
    }

    /// A family that moves in; whoever weighs there hears of the child at once.
    async fn newcomers(&mut self, phone: usize) {
        let post = self.phones[phone].post.clone();
        let home = self.entry(
            phone,
            Body::RegisterHousehold(RegisterHousehold {
                post: post.clone(),
                kk: None,
                dusun: String::new(),
                rt: "9".into(),
                rw: "1".into(),
                address: "Jalan Kebun".into(),
            }),
        );
        let birth_date = self
            .today(phone)
            .saturating_sub(jiff::Span::new().months(10));
        let child = self.entry(
            phone,
            Body::RegisterPerson(RegisterPerson {
                household: home.id,
                name: format!("Anak {:?}", home.id),
                sex: "P".into(),
                birth_date,
                birth_place: String::new(),
                relation: "anak".into(),
                mother_name: String::new(),
                nik: None,
                phone: None,
            }),
        );
        let (home_id, child_id) = (home.id, child.id);
        self.save(phone, home).await;
        self.save(phone, child).await;
        if self.ledger.contains_key(&child_id) && self.ledger.contains_key(&home_id) {
            self.children.push((child_id, home_id, post));
        }
    }
}
