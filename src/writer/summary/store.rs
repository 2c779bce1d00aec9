//! Sheets to compressed parts in a temporary file, and from there into a workbook.

use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Seek, Write};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::COMPRESSION;
use super::look::Looks;
use super::watched::Watched;

/// Rows that are kept until they are worth compressing, in bytes.
pub(super) const CHUNK: usize = 32 << 10;

/// Bytes of a sheet after which it goes on on another: the short form of a length ends at twice as many, and the long
/// form is more than some spreadsheet programs read.
const FULL: u64 = 2 << 30;

/// Sheets in a temporary file, the last of which still grows.
pub(super) struct Store {
    zip: ZipWriter<BufWriter<Watched<File>>>,
    sheets: Vec<Stored>,
    /// Bytes of the sheet that grows.
    bytes: u64,
}

/// What a workbook says of a sheet elsewhere than in its part.
pub(super) struct Stored {
    /// Its name.
    pub name: String,
    /// The row that each printed page repeats.
    pub repeated: u32,
    /// The last row and the last column of its table, if that can be filtered by its first row.
    pub filtered: Option<(u32, u16)>,
}

impl Store {
    /// An empty one.
    pub fn new() -> Result<Self, XlsxError> {
        let zip = ZipWriter::new(BufWriter::new(Watched::new(tempfile::tempfile()?)));
        Ok(Self { zip, sheets: Vec::new(), bytes: 0 })
    }

    /// The sheets that have ended.
    pub fn len(&self) -> usize {
        self.sheets.len()
    }

    /// Begins a sheet.
    pub fn begin(&mut self) -> Result<(), XlsxError> {
        self.zip.start_file(sheet_part(self.len()), packed())?;
        self.bytes = 0;
        Ok(())
    }

    /// Adds to the sheet that was begun last.
    pub fn add(&mut self, xml: &mut String) -> Result<(), XlsxError> {
        self.zip.write_all(xml.as_bytes())?;
        self.bytes += xml.len() as u64;
        xml.clear();
        Ok(())
    }

    /// Whether the sheet that was begun last should take no more.
    pub fn is_full(&self) -> bool {
        self.bytes > FULL
    }

    /// Ends the sheet that was begun last; `relations` is the part beside it.
    pub fn end(&mut self, sheet: Stored, relations: Option<&str>) -> Result<(), XlsxError> {
        if let Some(relations) = relations {
            self.zip.start_file(relations_part(self.len()), packed())?;
            self.zip.write_all(relations.as_bytes())?;
        }
        self.sheets.push(sheet);
        Ok(())
    }

    /// No more sheets.
    pub fn finish(self) -> Result<Done, XlsxError> {
        let file = self.zip.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(Done { archive: ZipArchive::new(file.into_inner())?, sheets: self.sheets })
    }
}

/// Whole sheets in a temporary file.
pub(super) struct Done {
    archive: ZipArchive<File>,
    sheets: Vec<Stored>,
}

/// Gives a workbook the sheets, still without anything on them.
pub(super) fn announce(workbook: &mut Workbook, all: &[Done], looks: &Looks) -> Result<(), XlsxError> {
    for stored in all.iter().flat_map(|done| &done.sheets) {
        let is_first = workbook.worksheets().is_empty();
        let sheet: &mut Worksheet = workbook.add_worksheet();
        if is_first {
            looks.number(sheet)?;
        }
        sheet.set_name(&stored.name)?.set_repeat_rows(stored.repeated, stored.repeated)?;
        if let Some((row, col)) = stored.filtered {
            sheet.autofilter(0, 0, row, col)?;
        }
    }
    Ok(())
}

/// What is made of a sheet's part when the workbook is put together.
pub(super) trait Fill {
    /// Writes the part `xml` with what is missing in it; gives the part beside it, if there is one.
    fn fill(&self, xml: &str, out: &mut dyn Write) -> Result<Option<String>, XlsxError>;
}

/// Puts a workbook together: its first sheets are filled, the sheets behind them come from where they are stored.
pub(super) fn put_together(
    workbook: Vec<u8>,
    filled: &[&dyn Fill],
    mut stored: Vec<Done>,
    out: impl Write + Seek,
) -> Result<(), XlsxError> {
    let mut from = ZipArchive::new(Cursor::new(workbook))?;
    let mut zip = ZipWriter::new(BufWriter::new(out));
    for index in 0..from.len() {
        let name = from.by_index_raw(index)?.name()?.into_owned();
        match sheet_of(&name) {
            None => zip.raw_copy_file(from.by_index_raw(index)?)?,
            Some(sheet) => match filled.get(sheet) {
                Some(fill) => put_filled(&mut from, index, *fill, sheet, &mut zip)?,
                None => put_stored(&mut stored, sheet - filled.len(), sheet, &mut zip)?,
            },
        }
    }
    zip.finish()?.flush()?;
    Ok(())
}

fn put_filled(
    from: &mut ZipArchive<Cursor<Vec<u8>>>,
    index: usize,
    fill: &dyn Fill,
    sheet: usize,
    zip: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), XlsxError> {
    let mut xml = String::new();
    from.by_index(index)?.read_to_string(&mut xml)?;
    zip.start_file(sheet_part(sheet), packed())?;
    let relations = fill.fill(&xml, zip)?;
    if let Some(relations) = relations {
        zip.start_file(relations_part(sheet), packed())?;
        zip.write_all(relations.as_bytes())?;
    }
    Ok(())
}

/// Puts the `number`th of the stored sheets into a workbook as its `sheet`.
fn put_stored(
    stored: &mut [Done],
    mut number: usize,
    sheet: usize,
    zip: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), XlsxError> {
    for Done { archive, sheets } in stored {
        if number >= sheets.len() {
            number -= sheets.len();
            continue;
        }
        for (part, name) in
            [(sheet_part(number), sheet_part(sheet)), (relations_part(number), relations_part(sheet))]
        {
            if let Some(index) = archive.index_for_name(&part) {
                zip.raw_copy_file_rename(archive.by_index_raw(index)?, name)?;
            }
        }
        return Ok(());
    }
    Err(odd())
}

/// The general writer writes otherwise than is known here.
pub(super) fn odd() -> XlsxError {
    XlsxError::CustomError("工作表的写法变了".to_owned())
}

fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_level(Some(i64::from(COMPRESSION)))
}

fn sheet_part(index: usize) -> String {
    format!("xl/worksheets/sheet{}.xml", index + 1)
}

fn relations_part(index: usize) -> String {
    format!("xl/worksheets/_rels/sheet{}.xml.rels", index + 1)
}

/// The index of the sheet that a part is; `None` for other parts.
fn sheet_of(part: &str) -> Option<usize> {
    let number = part.strip_prefix("xl/worksheets/sheet")?.strip_suffix(".xml")?;
    number.parse::<usize>().ok()?.checked_sub(1)
}
