//! Lists of a session, on both engines.

use std::collections::BTreeMap;
use std::fs;

use jiff::civil::date;

use super::measurements;
use crate::access::{Role, journal};
use crate::platform::{Lang, Result};
use crate::posyandu::tests::Village;
use crate::posyandu::{days, history};
use crate::registry::import::told::{Fault, ImportError};
use crate::registry::import::{Observer, Options, Step, Summary, people};
use crate::testing::{TestApp, VILLAGE, area};

const HEAD: &str = "NIK;Nama Anak;Tgl Lahir;Tanggal Ukur;BB;TB;Posisi;LK;LiLA;Edema;Pengukur";

#[derive(Default)]
struct Said(BTreeMap<u64, String>);

impl Observer for Said {
    fn step(&mut self, _: Step, _: u64, _: Option<u64>) {}

    fn row(&mut self, line: u64, verdict: &str, faults: &[Fault]) -> Result<()> {
        let mut said = verdict.to_owned();
        for fault in faults {
            said += &format!(" {}:{}", fault.field, fault.told.key());
            for lang in Lang::ALL {
                assert!(lang.has(fault.told.key()), "{} has words", fault.told.key());
            }
        }
        self.0.insert(line, said);
        Ok(())
    }
}

struct Post<'a> {
    app: &'a TestApp,
    village: Village,
}

impl Post<'_> {
    async fn import(&self, rows: &[&str], apply: bool) -> (Summary, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timbang.csv");
        fs::write(&path, [&[HEAD], rows].concat().join("\n")).unwrap();
        let options = Options {
            apply,
            ..Options::default()
        };
        let mut said = Said::default();
        let scope = &self.village.kader;
        let summary = measurements(&self.app.app, scope, &path, &options, &mut said)
            .await
            .unwrap();
        (summary, said.0.into_values().collect())
    }
}

#[tokio::test]
async fn a_session_is_previewed_entered_and_then_known() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        let ayu = village.child(&app, "AYU LESTARI", date(2025, 10, 1)).await;
        let dewi = village.child(&app, "DEWI", date(2024, 1, 5)).await;
        let post = Post { app: &app, village };
        let rows = [
            ";Ayu Lestari;01-10-2025;10-11-2026;8,4;71,5;l;44,5;13,9;tidak;Bu Wati",
            ";DEWI;5 Januari 2024;10-11-2026;11.2;88;berdiri;;;;",
        ];
        let (preview, said) = post.import(&rows, false).await;
        assert_eq!(said, ["new", "new"]);
        assert_eq!((preview.new, preview.applied), (2, 0));
        let past = async |child| {
            history(&mut app.app.db(), &post.village.kader, child)
                .await
                .unwrap()
        };
        assert!(past(ayu).await.is_empty(), "a preview leaves nothing");
        let (entered, _) = post.import(&rows, true).await;
        assert_eq!(entered.applied, 2);
        let kept = past(ayu).await;
        let (weight, length) = (kept[0].weight, kept[0].lenhei);
        assert_eq!((kept.len(), weight, length), (1, Some(8400), Some(7150)));
        assert_eq!(kept[0].position.as_deref(), Some("l"));
        assert_eq!(
            (kept[0].oedema, kept[0].measurer.as_str()),
            (Some(false), "Bu Wati")
        );
        // Both came to one hari buka.
        let day = past(dewi).await[0].day_id;
        assert!(day.is_some() && day == kept[0].day_id);
        let days = days(&mut app.app.db(), &post.village.kader, date(2026, 11, 1))
            .await
            .unwrap();
        assert_eq!(days.len(), 1);
        let before = journal::verify(&app.app, "1810").await.unwrap();
        let (again, said) = post.import(&rows, true).await;
        assert_eq!((again.unchanged, again.applied), (2, 0), "{said:?}");
        assert_eq!(journal::verify(&app.app, "1810").await.unwrap(), before);
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_by_row_and_field() {
    for app in TestApp::each().await {
        let village = Village::new(&app).await;
        village.child(&app, "AYU", date(2025, 10, 1)).await;
        for _ in 0..2 {
            village.child(&app, "SITI", date(2025, 2, 1)).await;
        }
        let post = Post { app: &app, village };
        let cases = [
            (
                ";AYU;01-10-2025;10-11-2026;8400;71,5;;;;;",
                "refused berat_kg:measure-too-heavy",
            ),
            (
                ";AYU;01-10-2025;10-11-2026;71,5;8,4;;;;;",
                "refused berat_kg:import-swapped",
            ),
            (
                ";AYU;01-10-2025;10-11-2026;8,4x;715;x;;;mungkin;",
                "refused berat_kg:measure-not-a-number \
                panjang_tinggi_cm:measure-too-long posisi:import-position edema:import-oedema",
            ),
            (
                ";AYU;01-10-2025;22-11-2026;8,4;;;;;;",
                "refused tanggal_ukur:day-future",
            ),
            (
                ";AYU;01-10-2025;30-09-2025;8,4;;;;;;",
                "refused tanggal_ukur:measure-before-birth",
            ),
            (
                ";AYU;01-10-2025;;8,4;;;;;;",
                "refused tanggal_ukur:import-cell-missing",
            ),
            (
                ";AYU;01-10-2025;10-11-2026;;;;;;;",
                "refused tanggal_ukur:measure-nothing",
            ),
            (
                ";AYU;02-10-2025;10-11-2026;8,4;;;;;;",
                "refused nama_anak:import-child-unknown",
            ),
            (
                "1810014110250001;;;10-11-2026;8,4;;;;;;",
                "refused nik:import-child-unknown",
            ),
            (
                "18100141102500O1;;;10-11-2026;8,4;;;;;;",
                "refused nik:number-not-digit",
            ),
            (
                ";;01-10-2025;10-11-2026;8,4;;;;;;",
                "refused nama_anak:import-cell-missing",
            ),
            (
                ";SITI;01-02-2025;10-11-2026;8,4;;;;;;",
                "ambiguous nama_anak:import-child-twice",
            ),
            (
                ";AYU;01-10-2025;10-11-2026;25;;;;;;",
                "new berat_kg:warning-skor-tidak-biasa",
            ),
        ];
        for (row, expected) in cases {
            let (summary, said) = post.import(&[row], false).await;
            assert_eq!(said, [expected], "{row}");
            assert_eq!(summary.rows(), 1);
        }
        let good = ";AYU;01-10-2025;10-11-2026;8,4;;;;;;";
        let (_, said) = post.import(&[good, good], true).await;
        assert_eq!(said, ["new", "ambiguous :import-row-repeated"]);
        let (_, said) = post.import(&[&good.replace("8,4", "8,5")], true).await;
        assert_eq!(said, ["ambiguous tanggal_ukur:import-measured-other"]);
    }
}

#[tokio::test]
async fn who_does_not_measure_brings_no_measurements() {
    for app in TestApp::each().await {
        let desk = app.scope(Role::Petugas).await;
        let file = std::path::Path::new("tidak-dibuka.csv");
        let options = Options::default();
        let refused = measurements(&app.app, &desk, file, &options, &mut Said::default()).await;
        match refused {
            Err(ImportError::File(told)) => assert_eq!(told.key(), "import-role"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_sample_session_is_that_of_the_sample_residents() {
    const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/samples");
    for app in TestApp::each().await {
        let options = Options {
            apply: true,
            ..Options::default()
        };
        let sample = |name| std::path::Path::new(SAMPLES).join(name);
        let mut said = Said::default();
        let desk = app.scope(Role::Petugas).await;
        people(&app.app, &desk, &sample("warga.csv"), &options, &mut said)
            .await
            .unwrap();
        let bidan = app.scope_in(Role::Bidan, area(VILLAGE)).await;
        let mut said = Said::default();
        let file = sample("penimbangan.csv");
        let summary = measurements(&app.app, &bidan, &file, &options, &mut said).await;
        assert_eq!(summary.unwrap().applied, 4, "{:?}", said.0);
    }
}
