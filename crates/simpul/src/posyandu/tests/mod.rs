//! Tests of this slice.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod births;
mod doors;
mod judge;
mod pages;

use jiff::civil::{Date, date};
use simpul_growth::{Grams, Position, TenthsMm};
use simpul_identity::Sex;

use super::{EntrySource, NewMeasurement};
use crate::access::{Role, Scope};
use crate::platform::Id;
use crate::registry::{self, NewHousehold, NewPerson, Relation};
use crate::testing::{POST, TestApp, area};

/// The day of [`crate::testing::MORNING`].
pub const TODAY: Date = date(2026, 11, 21);

/// A kader with one family of the post.
pub struct Village {
    pub kader: Scope,
    pub household: Id,
}

impl Village {
    pub async fn new(app: &TestApp) -> Self {
        let kader = app.scope(Role::Kader).await;
        let household = app.app.ids().make();
        let mut work = app.work_as(&kader).await;
        let family = NewHousehold {
            id: household,
            area: area(POST),
            kk: None,
            dusun: "Krajan".into(),
            rt: "001".into(),
            rw: "002".into(),
            address: String::new(),
        };
        registry::register_household(&mut work, family)
            .await
            .unwrap();
        work.commit().await.unwrap();
        Self { kader, household }
    }

    pub async fn child(&self, app: &TestApp, name: &str, born: Date) -> Id {
        let id = app.app.ids().make();
        let mut work = app.work_as(&self.kader).await;
        let person = NewPerson {
            id,
            household: self.household,
            name: name.into(),
            sex: Sex::Female,
            birth_date: born,
            birth_place: String::new(),
            relation: Relation::Anak,
            mother_name: "Siti".into(),
            nik: None,
            phone: None,
        };
        registry::register_person(&mut work, person).await.unwrap();
        work.commit().await.unwrap();
        id
    }

    /// Takes one measurement in a work of its own.
    pub async fn measure(&self, app: &TestApp, new: NewMeasurement) -> super::Measured {
        let mut work = app.work_as(&self.kader).await;
        let measured = super::measure(&mut work, new).await.unwrap();
        work.commit().await.unwrap();
        measured
    }
}

/// A weighing at home.
pub fn weighing(app: &TestApp, person: Id, on: Date, grams: u32) -> NewMeasurement {
    NewMeasurement {
        id: app.app.ids().make(),
        person,
        day: None,
        on,
        weight: Grams::new(grams).ok(),
        lenhei: None,
        position: None,
        head: None,
        arm: None,
        oedema: None,
        measurer: String::new(),
        danger_signs: Vec::new(),
        replaces: None,
        source: EntrySource::Page,
    }
}

/// With a lying length in tenths of a millimetre.
pub fn lying(mut new: NewMeasurement, tenths: u32) -> NewMeasurement {
    new.lenhei = TenthsMm::new(tenths).ok();
    new.position = Some(Position::Lying);
    new
}
