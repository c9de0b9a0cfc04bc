//! Tables as spreadsheets write them, and bytes that are no table.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use jiff::civil::date;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Cell, Row, read};
use crate::registry::import::mapping::{Field, Mapping};

const FIELDS: &[Field] = &[
    Field::required("no_kk"),
    Field::required("tanggal_lahir"),
    Field::optional("rt"),
];
const MAPPING: &str = "dates = ['%Y-%m-%d', '%d %m %Y']\n[columns]\nno_kk = ['No. KK']\n\
    tanggal_lahir = ['tgl lahir']\nrt = ['rt']";

fn mapping(own: &str) -> Mapping {
    Mapping::parse(FIELDS, MAPPING, Some(own)).unwrap()
}

fn rows(path: &Path, mapping: &Mapping) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let outcome = read(path, mapping, &mut |row| {
        rows.push(row);
        true
    });
    outcome.map(|()| rows).map_err(|told| told.key().to_owned())
}

fn of_bytes(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    rows(file.path(), &mapping(""))
}

#[test]
fn a_workbook_is_read_as_it_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buku.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Sampul").unwrap();
    let sheet = book.add_worksheet().set_name("Data").unwrap();
    sheet.write(0, 0, "DAFTAR WARGA").unwrap();
    for (column, name) in [(1, "NO. KK"), (3, "Tgl. Lahir"), (4, "RT"), (6, "Catatan")] {
        sheet.write(2, column, name).unwrap();
    }
    let day = ExcelDateTime::from_ymd(2020, 2, 29).unwrap();
    let dated = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write(3, 1, 1_810_010_101_200_000_f64).unwrap();
    sheet
        .write_datetime_with_format(3, 3, &day, &dated)
        .unwrap();
    sheet.write(3, 4, 3).unwrap();
    // An empty row, and one with a text, a formula without a value, and a remark.
    sheet.write(6, 1, " 1810010101200001 ").unwrap();
    sheet.write_formula(6, 3, "=1/0").unwrap();
    sheet.write(6, 6, "pindah").unwrap();
    book.save(&path).unwrap();
    assert_eq!(
        rows(&path, &mapping("")).unwrap_err(),
        "import-columns-missing"
    );
    assert_eq!(
        rows(&path, &mapping("sheet = 'X'")).unwrap_err(),
        "import-sheet-missing"
    );
    let rows = rows(&path, &mapping("sheet = 'Data'")).unwrap();
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [4, 7]);
    assert_eq!(
        rows[0].cells,
        [
            Cell::Number(1_810_010_101_200_000.0),
            Cell::Date(date(2020, 2, 29)),
            Cell::Number(3.0)
        ]
    );
    assert_eq!(rows[0].cells[0].text().unwrap(), "1810010101200000");
    assert_eq!(rows[1].cells[0], Cell::Text("1810010101200001".into()));
    assert!(!rows[1].too_wide);
}

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_bomb_is_measured_before_it_is_opened() {
    let tags = "<a/>".repeat(17 << 20);
    let one_cell = "x".repeat(1 << 19);
    for (parts, key) in [
        (
            ("xl/sharedStrings.xml", tags.as_bytes()),
            "import-file-huge",
        ),
        (
            ("xl/worksheets/sheet1.xml", one_cell.as_bytes()),
            "import-file-huge",
        ),
        (
            (
                "xl/sharedStrings.xml",
                &b"<sst uniqueCount=\"99999999999999999999\"></sst>"[..],
            ),
            "import-file-damaged",
        ),
        (
            (
                "xl/sharedStrings.xml",
                &b"<sst uniqueCount='4000'></sst>"[..],
            ),
            "import-file-damaged",
        ),
        (("readme.txt", &b"no workbook"[..]), "import-file-damaged"),
    ] {
        assert_eq!(
            of_bytes(&archive(&[parts])).unwrap_err(),
            key,
            "{}",
            parts.0
        );
    }
}

#[test]
fn separators_quotes_and_marks_of_text_are_understood() {
    for text in [
        "No. KK,tgl lahir,RT\n1,2020-01-02,\"3\"\n",
        "\u{FEFF}rt;no kk;TGL_LAHIR\r\n3;1;2020-01-02\r\n\r\n",
        "Warga\nRW 2\nno_kk\ttgl-lahir\trt\n1\t2020-01-02\t3",
    ] {
        let rows = of_bytes(text.as_bytes()).unwrap();
        assert_eq!(rows.len(), 1, "{text}");
        let texts: Vec<_> = rows[0]
            .cells
            .iter()
            .map(|cell| cell.text().unwrap())
            .collect();
        assert_eq!(texts, ["1", "2020-01-02", "3"]);
    }
    let rows = of_bytes(b"no kk,tgl lahir\n1,\"2 Agustus\n2020\"\n2,x,y\n").unwrap();
    assert_eq!(mapping("").date(&rows[0].cells[1]), Some(date(2020, 8, 2)));
    assert_eq!((rows[1].line, rows[1].too_wide), (4, true));
}

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = of_bytes(&bytes);
    }

    #[test]
    fn any_cells_come_back_from_csv(
        cells in proptest::collection::vec("[^\0\u{FEFF}]{0,40}", 1..20)
    ) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["no_kk", "tgl_lahir", "rt"]).unwrap();
        for cell in &cells {
            writer.write_record(["1", cell, ""]).unwrap();
        }
        let rows = of_bytes(&writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(rows.len(), cells.len());
        for (row, cell) in rows.iter().zip(&cells) {
            prop_assert_eq!(row.cells[1].text().unwrap_or_default(), cell.trim());
        }
    }
}
