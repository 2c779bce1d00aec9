//! Records to sheets while they come: every row goes, compressed, to a temporary file, and the sheets into a workbook.

use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Write};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::COMPRESSION;
use super::look::Looks;
use super::row;
use super::table::Table;
use crate::grid::CellRef;

/// Rows that are kept until they are worth compressing, in bytes.
const CHUNK: usize = 32 << 10;
/// The name of a sheet's part in its temporary file.
const PART: &str = "sheet.xml";

/// A table of nothing but header and records that is still growing.
pub(super) struct Growing<T: 'static> {
    table: &'static Table<T>,
    /// Rows of a sheet, its header among them.
    capacity: u32,
    full: Vec<Page>,
    page: Open,
    /// The number of records.
    ordinal: usize,
}

/// A sheet that still grows.
struct Open {
    zip: ZipWriter<BufWriter<File>>,
    name: String,
    /// The rows that are not compressed yet.
    rows: String,
    /// What comes behind the rows.
    end: String,
    /// The last row that is written.
    row: u32,
}

/// A whole sheet in its temporary file.
pub(super) struct Page {
    name: String,
    archive: ZipArchive<File>,
    /// The last row and the last column.
    last: (u32, u16),
}

impl<T> Growing<T> {
    /// An empty table on sheets of at most `capacity` rows, the first of which has `frame`.
    pub fn new(table: &'static Table<T>, frame: Frame, capacity: u32) -> Result<Self, XlsxError> {
        let page = begin(table, frame)?;
        Ok(Self { table, capacity, full: Vec::new(), page, ordinal: 0 })
    }

    /// Adds a record.
    pub fn add(&mut self, record: &T, looks: &Looks) -> Result<(), XlsxError> {
        if self.page.row.saturating_add(1) >= self.capacity.max(2) {
            let [frame] = frames(looks, &[(self.table, self.full.len() + 1)])?;
            let full = std::mem::replace(&mut self.page, begin(self.table, frame)?);
            self.full.push(full.ended(self.table)?);
        }
        self.page.row += 1;
        self.ordinal += 1;
        let (cells, height) = self.table.row(record);
        row::write(&mut self.page.rows, self.page.row, height, &cells, self.ordinal);
        if self.page.rows.len() > CHUNK { self.page.pass_on() } else { Ok(()) }
    }

    /// The sheets, in their order.
    pub fn finish(mut self) -> Result<Vec<Page>, XlsxError> {
        self.full.push(self.page.ended(self.table)?);
        Ok(self.full)
    }
}

impl Open {
    /// Hands the rows to the temporary file.
    fn pass_on(&mut self) -> Result<(), XlsxError> {
        self.zip.write_all(self.rows.as_bytes())?;
        self.rows.clear();
        Ok(())
    }

    fn ended<T>(mut self, table: &Table<T>) -> Result<Page, XlsxError> {
        let last = (self.row, table.last_column());
        let corner = CellRef::new(last.0, last.1.into()).to_string();
        self.rows.extend(["</sheetData><autoFilter ref=\"A1:", corner.as_str(), "\"/>", self.end.as_str()]);
        self.pass_on()?;
        let file = self.zip.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(Page { name: self.name, archive: ZipArchive::new(file)?, last })
    }
}

/// What stands before and behind the rows of a sheet.
pub(super) struct Frame {
    name: String,
    start: String,
    end: String,
}

/// A table of which only its sheets matter.
pub(super) trait Framed {
    /// The name of its sheet of that index.
    fn sheet_name(&self, index: usize) -> String;

    /// Sets up the sheet of that name.
    fn set_up(&self, sheet: &mut Worksheet, looks: &Looks, name: &str) -> Result<(), XlsxError>;
}

impl<T> Framed for Table<T> {
    fn sheet_name(&self, index: usize) -> String {
        self.page_name(index)
    }

    fn set_up(&self, sheet: &mut Worksheet, looks: &Looks, name: &str) -> Result<(), XlsxError> {
        self.begin_page(sheet, looks, name, 0)?;
        sheet.set_freeze_panes(1, 0)?.set_header(format!("&C&14{name}"));
        Ok(())
    }
}

/// The frames of sheets, each with its table and index, in the general writer's words; the name stands in the header
/// of the printed page.
pub(super) fn frames<const N: usize>(
    looks: &Looks,
    sheets: &[(&dyn Framed, usize); N],
) -> Result<[Frame; N], XlsxError> {
    let mut workbook = Workbook::new();
    let names: Vec<String> = sheets.iter().map(|(table, index)| table.sheet_name(*index)).collect();
    for ((table, _), name) in sheets.iter().zip(&names) {
        let sheet = workbook.add_worksheet();
        looks.number(sheet)?;
        table.set_up(sheet, looks, name)?;
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
    /// The frame of the sheet that `text` is.
    fn of(name: String, text: &str) -> Result<Self, XlsxError> {
        let (start, rest) = text.split_once("<sheetData>").ok_or_else(odd)?;
        let (_, end) = rest.split_once("</sheetData>").ok_or_else(odd)?;
        // Where the sheet ends is not known yet, and which one is shown is the whole workbook's affair.
        let start = without(start, "<dimension ", "/>").replace(" tabSelected=\"1\"", "");
        Ok(Self { name, start: format!("{start}<sheetData>"), end: end.to_owned() })
    }
}

/// The general writer writes otherwise than is known here.
fn odd() -> XlsxError {
    XlsxError::CustomError("工作表的写法变了".to_owned())
}

/// A sheet with its header.
fn begin<T>(table: &Table<T>, frame: Frame) -> Result<Open, XlsxError> {
    let Frame { name, start, end } = frame;
    let mut zip = ZipWriter::new(BufWriter::new(tempfile::tempfile()?));
    let options = SimpleFileOptions::default().compression_level(Some(i64::from(COMPRESSION)));
    // A sheet may pass what the short form of a length can say.
    zip.start_file(PART, options.large_file(true))?;
    let mut rows = start;
    row::header(&mut rows, table);
    Ok(Open { zip, name, rows, end, row: 0 })
}

/// `text` without the first piece from `first` to `last`.
fn without(text: &str, first: &str, last: &str) -> String {
    let cut = text.split_once(first).and_then(|(before, rest)| Some((before, rest.split_once(last)?.1)));
    cut.map_or_else(|| text.to_owned(), |(before, behind)| format!("{before}{behind}"))
}

/// Gives a workbook the sheets, still without their rows.
pub(super) fn announce(workbook: &mut Workbook, pages: &[Page]) -> Result<(), XlsxError> {
    for page in pages {
        let sheet: &mut Worksheet = workbook.add_worksheet();
        sheet.set_name(&page.name)?.set_repeat_rows(0, 0)?;
        sheet.autofilter(0, 0, page.last.0, page.last.1)?;
    }
    Ok(())
}

/// Puts the sheets in the places of a workbook where they were announced: its last ones.
pub(super) fn put_in(workbook: Vec<u8>, pages: Vec<Page>) -> Result<Vec<u8>, XlsxError> {
    let mut from = ZipArchive::new(Cursor::new(workbook))?;
    let sheets = from.file_names().filter(|name| name.as_ref().is_ok_and(|name| is_sheet(name))).count();
    let first = sheets + 1 - pages.len();
    let mut pages: Vec<_> =
        (first..).map(|number| format!("xl/worksheets/sheet{number}.xml")).zip(pages).collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let part = from.by_index_raw(index)?;
        let own = part.name().ok().and_then(|name| pages.iter_mut().find(|(own, _)| *own == name));
        match own {
            Some((name, page)) => zip.raw_copy_file_rename(page.archive.by_index_raw(0)?, name.as_str())?,
            None => zip.raw_copy_file(part)?,
        }
    }
    Ok(zip.finish()?.into_inner())
}

fn is_sheet(part: &str) -> bool {
    part.starts_with("xl/worksheets/sheet")
}
