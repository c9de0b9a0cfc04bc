//! The board as a spreadsheet. It leaves the house, so it holds no names, no texts and no family:
//! each line has the address of its case, which opens for those who may see it.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::Waits;
use super::figures::{Board, Count};
use super::pages::village_words;
use super::sql::FoundRow;
use crate::platform::time::Zone;
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Instant, Result};

/// Open cases of one sheet.
pub(super) const MOST: u32 = 20_000;

struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    bold: Format,
}

impl<'a> Sheet<'a> {
    fn add(book: &'a mut Workbook, name: &str) -> std::result::Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        Ok(Self {
            sheet,
            row: 0,
            bold: Format::new().set_bold(),
        })
    }

    fn head(&mut self, titles: &[String]) -> std::result::Result<(), XlsxError> {
        for (column, title) in (0..).zip(titles) {
            self.sheet
                .write_string_with_format(self.row, column, title, &self.bold)?;
        }
        self.row += 1;
        Ok(())
    }

    fn count(&mut self, what: &str, count: Count) -> std::result::Result<(), XlsxError> {
        self.sheet.write_string(self.row, 0, what)?;
        for (column, number) in [(1, count.open), (2, count.late)] {
            self.sheet.write_number(self.row, column, number as f64)?;
        }
        self.row += 1;
        Ok(())
    }
}

/// Writes the workbook.
///
/// # Errors
/// When it cannot be written: a mistake of ours.
pub(super) fn write(
    lang: Lang,
    title: &str,
    board: &Board,
    open: &[FoundRow],
    app: &App,
) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    counts(&mut book, lang, title, board).map_err(AppError::internal)?;
    cases(&mut book, lang, open, app).map_err(AppError::internal)?;
    book.save_to_buffer().map_err(AppError::internal)
}

fn counts(
    book: &mut Workbook,
    lang: Lang,
    title: &str,
    board: &Board,
) -> std::result::Result<(), XlsxError> {
    let mut sheet = Sheet::add(book, title)?;
    let titles = |what: &str| [what, "board-open", "board-late"].map(|key| lang.t(key));
    sheet.head(&titles("board-what"))?;
    sheet.count(&lang.t("board-all"), board.all)?;
    sheet.head(&titles("board-waits"))?;
    for (waits, count) in &board.by_waits {
        sheet.count(&waits.told(lang), *count)?;
    }
    sheet.head(&titles("intake-field"))?;
    for (field, count) in &board.by_field {
        sheet.count(&lang.t(field.words()), *count)?;
    }
    sheet.head(&titles("intake-which-village"))?;
    for (village, count) in &board.by_village {
        sheet.count(&village_words(lang, *village), *count)?;
    }
    sheet.sheet.autofit();
    Ok(())
}

fn cases(
    book: &mut Workbook,
    lang: Lang,
    open: &[FoundRow],
    app: &App,
) -> std::result::Result<(), XlsxError> {
    let mut sheet = Sheet::add(book, &lang.t("board-sheet-cases"))?;
    sheet.head(&TITLES.map(|key| lang.t(key)))?;
    let (now, day) = (app.now(), Format::new().set_num_format("yyyy-mm-dd"));
    let home = &app.config().public_url;
    for case in open {
        let village = case.area.village();
        let words = [
            village_words(lang, village),
            lang.t(case.kind.words()),
            lang.t(case.field.words()),
            lang.t(case.urgency.words()),
            lang.t(case.state.words()),
            Waits::of(case.state, case.tier).told(lang),
            lang.t(if case.due_at < now { "yes" } else { "no" }),
        ];
        for (column, text) in (0..).zip(&words) {
            sheet.sheet.write_string(sheet.row, column, text)?;
        }
        let zone = case.area.region().and_then(|region| region.zone());
        let zone = zone.unwrap_or(Zone::Wib);
        let at = date_cell(case.opened_at, zone)?;
        sheet
            .sheet
            .write_datetime_with_format(sheet.row, 7, &at, &day)?;
        if case.due_at != Instant(i64::MAX) {
            let at = date_cell(case.due_at, zone)?;
            sheet
                .sheet
                .write_datetime_with_format(sheet.row, 8, &at, &day)?;
        }
        sheet
            .sheet
            .write_string(sheet.row, 9, format!("{home}/rujukan/{}", case.id))?;
        sheet.row += 1;
    }
    sheet.sheet.autofit();
    Ok(())
}

const TITLES: [&str; 10] = [
    "intake-which-village",
    "board-kind",
    "intake-field",
    "case-urgency",
    "case-state",
    "board-waits",
    "board-late",
    "board-opened",
    "board-due",
    "board-address",
];

fn date_cell(at: Instant, zone: Zone) -> std::result::Result<ExcelDateTime, XlsxError> {
    let day = at.date_in(zone);
    let year = u16::try_from(day.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())
}
