//! Tests of this slice.

mod doors;
mod pages;
mod rules;

use jiff::civil::{Date, date};
use simpul_identity::{KkNumber, Sex};
use simpul_rules::{Facts, Origin};

use super::{
    Accompanied, AnswerInput, BeginInput, Considered, NewFinding, Outcome, ReferInput, consider,
};
use crate::access::{Role, Scope, Work};
use crate::cases::Need;
use crate::platform::{Id, Lang};
use crate::registry::{NewHousehold, NewPerson, Relation, register_household, register_person};
use crate::testing::{POST, TestApp, area};

pub const TODAY: Date = date(2026, 11, 21);

/// A family with its small child.
pub struct Home {
    pub kader: Scope,
    pub household: Id,
    pub child: Id,
}

impl Home {
    /// Father, mother and a child of twenty months at the test's post; `kk` when the card is known.
    pub async fn new(app: &TestApp, kk: Option<&str>) -> Self {
        let kader = app.scope(Role::Kader).await;
        let mut work = app.work_as(&kader).await;
        let household = app.app.ids().make();
        let home = NewHousehold {
            id: household,
            area: area(POST),
            kk: kk.map(|kk| KkNumber::parse(kk).unwrap()),
            dusun: "Sukamaju".into(),
            rt: "003".into(),
            rw: "001".into(),
            address: "Jalan Kebun".into(),
        };
        register_household(&mut work, home).await.unwrap();
        let member = |name: &str, sex, birth_date, relation| NewPerson {
            id: app.app.ids().make(),
            household,
            name: name.into(),
            sex,
            birth_date,
            birth_place: "Pringsewu".into(),
            relation,
            mother_name: "Aminah".into(),
            nik: None,
            phone: None,
        };
        let child = member("Ujang Rekaan", Sex::Male, date(2025, 3, 2), Relation::Anak);
        let id = child.id;
        for person in [
            member(
                "Udin Rekaan",
                Sex::Male,
                date(1990, 5, 1),
                Relation::KepalaKeluarga,
            ),
            member(
                "Siti Rekaan",
                Sex::Female,
                date(1994, 8, 9),
                Relation::Istri,
            ),
            child,
        ] {
            register_person(&mut work, person).await.unwrap();
        }
        work.commit().await.unwrap();
        Self {
            kader,
            household,
            child: id,
        }
    }

    pub fn finding(&self, app: &TestApp, facts: Facts) -> NewFinding {
        NewFinding {
            id: app.app.ids().make(),
            person: self.child,
            household: self.household,
            source: app.app.ids().make(),
            facts,
            on: TODAY,
        }
    }

    pub async fn considered(&self, app: &TestApp, finding: &NewFinding) -> Considered {
        app.clock.advance_ms(1000);
        let mut work = app.work_as(&self.kader).await;
        let considered = consider(&mut work, finding.clone()).await.unwrap();
        work.commit().await.unwrap();
        considered
    }

    /// The family is on the list because the child's weight does not suit the height.
    pub async fn listed(&self, app: &TestApp) -> Id {
        let considered = self.considered(app, &self.finding(app, thin())).await;
        considered
            .screening
            .expect("a trigger puts the family on the list")
    }

    /// The guardian is there and allows what is said.
    pub async fn begun(&self, app: &TestApp, rujukan: Option<bool>) -> Id {
        let screening = self.listed(app).await;
        let mut work = app.work_as(&self.kader).await;
        let input = begin_input(app, screening, rujukan);
        super::begin(&mut work, input).await.unwrap();
        work.commit().await.unwrap();
        screening
    }

    pub async fn outcome(&self, app: &TestApp, screening: Id) -> Outcome {
        let from = &mut app.app.db();
        super::outcome(from, &self.kader, &app.app, screening)
            .await
            .unwrap()
    }

    pub async fn work(&self, app: &TestApp) -> Work {
        app.work_as(&self.kader).await
    }
}

pub fn thin() -> Facts {
    Facts::new().with("bb_tb", "gizi_kurang", Origin::Measurement, TODAY)
}

pub fn well() -> Facts {
    Facts::new().with("bb_tb", "gizi_baik", Origin::Measurement, TODAY)
}

pub fn begin_input(app: &TestApp, screening: Id, rujukan: Option<bool>) -> BeginInput {
    BeginInput {
        id: app.app.ids().make(),
        screening,
        accompanied_by: Accompanied::Guardian,
        consent_rujukan: rujukan,
        consent_ukuran: None,
        lang: Lang::Id,
    }
}

pub fn answer_input(app: &TestApp, screening: Id, answers: &[(&str, Option<&str>)]) -> AnswerInput {
    let owned = |(key, value): &(&str, Option<&str>)| ((*key).to_owned(), value.map(str::to_owned));
    AnswerInput {
        id: app.app.ids().make(),
        screening,
        answers: answers.iter().map(owned).collect(),
    }
}

pub fn refer_input(app: &TestApp, screening: Id, needs: &[Need]) -> ReferInput {
    ReferInput {
        id: app.app.ids().make(),
        screening,
        needs: needs.to_vec(),
        note: "Mohon dikunjungi sore hari.".into(),
    }
}

/// Kept as simple as a kader's answers: hungry and without JKN.
pub const HARD: &[(&str, Option<&str>)] = &[
    ("lewat_makan", Some("ya")),
    ("jkn_aktif", Some("tidak")),
    ("terima_pmt", Some("tidak")),
    ("rumah_layak", None),
];
