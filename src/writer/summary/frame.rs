//! What a sheet is for to what stands around its rows, in the general writer's words.

use std::io::{Cursor, Read};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use zip::ZipArchive;

use super::store::odd;
use super::table::Table;

/// What stands before and behind the rows of a sheet.
pub(super) struct Frame {
    /// The sheet's name.
    pub name: String,
    /// What stands before the rows.
    pub start: String,
    /// What stands behind them, their merges and links.
    pub end: String,
}

/// What a frame is made for.
pub(super) trait Framed {
    /// The name of its sheet of that index.
    fn sheet_name(&self, index: usize) -> String;

    /// Sets up the sheet of that name.
    fn set_up(&self, sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError>;
}

impl<T> Framed for Table<T> {
    fn sheet_name(&self, index: usize) -> String {
        self.page_name(index)
    }

    fn set_up(&self, sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
        self.set_up_page(sheet, name, 0)?;
        sheet.set_freeze_panes(1, 0)?.set_header(format!("&C&14{name}"));
        Ok(())
    }
}

/// The frames of sheets, each with what it is for and its index, in the general writer's words.
pub(super) fn frames<const N: usize>(sheets: &[(&dyn Framed, usize); N]) -> Result<[Frame; N], XlsxError> {
    let mut workbook = Workbook::new();
    let names: Vec<String> = sheets.iter().map(|(framed, index)| framed.sheet_name(*index)).collect();
    for ((framed, _), name) in sheets.iter().zip(&names) {
        framed.set_up(workbook.add_worksheet(), name)?;
    }
    let mut archive = ZipArchive::new(Cursor::new(workbook.set_zip_compression_level(1).save_to_buffer()?))?;
    let mut frame = |(number, name)| {
        let mut text = String::new();
        archive.by_name(&format!("xl/worksheets/sheet{number}.xml"))?.read_to_string(&mut text)?;
        Frame::of(name, &text)
    };
    let frames = (1..).zip(names).map(&mut frame).collect::<Result<Vec<_>, _>>()?;
    frames.try_into().map_err(|_| odd())
}

impl Frame {
    /// The frame of the sheet that is shown first.
    pub fn shown(self) -> Self {
        let start = self.start.replacen("<sheetView ", "<sheetView tabSelected=\"1\" ", 1);
        Self { start, ..self }
    }

    /// The frame of the sheet that `text` is.
    fn of(name: String, text: &str) -> Result<Self, XlsxError> {
        let (start, end) = text.split_once("<sheetData/>").ok_or_else(odd)?;
        // Where the sheet ends is not known yet, and which one is shown is the whole workbook's affair.
        let start = without(start, "<dimension ", "/>").replace(" tabSelected=\"1\"", "");
        Ok(Self { name, start: format!("{start}<sheetData>"), end: end.to_owned() })
    }
}

/// `text` without the first piece from `first` to `last`.
fn without(text: &str, first: &str, last: &str) -> String {
    let cut = text.split_once(first).and_then(|(before, rest)| Some((before, rest.split_once(last)?.1)));
    cut.map_or_else(|| text.to_owned(), |(before, behind)| format!("{before}{behind}"))
}
