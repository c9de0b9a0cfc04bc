//! Tests of this slice.

mod doors;
mod dtsen;
mod events;
mod pages;
mod pure;

use jiff::civil::{Date, date};
use simpul_identity::{KkNumber, Nik, Sex};

use super::{NewHousehold, NewPerson, Relation, register_household, register_person};
use crate::access::{Scope, Work};
use crate::platform::Id;
use crate::testing::{POST, TestApp, area};

/// An invented NIK: serials this high are not in use.
pub(super) fn nik(born: Date, sex: Sex, serial: u16) -> Nik {
    let day = born.day() + if sex == Sex::Female { 40 } else { 0 };
    let year = born.year() % 100;
    let text = format!("181001{day:02}{:02}{year:02}{serial:04}", born.month());
    Nik::parse(&text).unwrap()
}

pub(super) fn kk(serial: u16) -> KkNumber {
    KkNumber::parse(&format!("181001150320{serial:04}")).unwrap()
}

pub(super) const MOTHER_BORN: Date = date(1998, 4, 2);

pub(super) fn household(id: Id, serial: u16) -> NewHousehold {
    NewHousehold {
        id,
        area: area(POST),
        kk: Some(kk(serial)),
        dusun: "Sukamaju".into(),
        rt: "3".into(),
        rw: "001".into(),
        address: "Jalan Melati 4".into(),
    }
}

pub(super) fn mother(id: Id, household: Id, serial: u16) -> NewPerson {
    NewPerson {
        id,
        household,
        name: "Siti Aminah".into(),
        sex: Sex::Female,
        birth_date: MOTHER_BORN,
        birth_place: "Pringsewu".into(),
        relation: Relation::Istri,
        mother_name: "Sumiati".into(),
        nik: Some(nik(MOTHER_BORN, Sex::Female, serial)),
        phone: None,
    }
}

/// A household with a mother, registered.
pub(super) async fn settle(app: &TestApp, scope: &Scope, serial: u16) -> (Id, Id) {
    let (home, her) = (app.app.ids().make(), app.app.ids().make());
    let mut work = app.work_as(scope).await;
    register_household(&mut work, household(home, serial))
        .await
        .unwrap();
    register_person(&mut work, mother(her, home, serial))
        .await
        .unwrap();
    work.commit().await.unwrap();
    (home, her)
}

pub(super) async fn begin(app: &TestApp, scope: &Scope) -> Work {
    app.work_as(scope).await
}
