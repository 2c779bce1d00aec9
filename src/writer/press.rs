//! Reports to workbooks of one form each, one after another: what they share is made once and pressed into each.
//!
//! A workbook says the same as [`xlsx`] makes it say, part by part and byte by byte, which a test holds.
//! What is gone is the time that a general writer spends: a thread for each sheet, a hash of the format of each cell,
//! and the state of a compressor for each of ten parts, five of which never change.

mod cells;
mod frame;

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use self::cells::Cells;
use self::frame::Frame;
use super::plan::{self, Plan};
use super::style::Styles;
use super::xlsx::{self, Options, Pages, Said};
use crate::error::Cause;
use crate::report::Report;
use crate::template::Template;

/// How hard parts are compressed, of 1 to 9: the usual 6 takes twice as long and saves 3 % of the size.
const LEVEL: i64 = 2;

/// Writes the workbooks of a run; shared by all threads.
pub struct Press<'a> {
    template: &'a Template,
    options: Options,
    styles: Styles,
    one_page: OnceLock<Option<Frame>>,
    many_pages: OnceLock<Option<Frame>>,
}

impl<'a> Press<'a> {
    /// A press for forms of `template`.
    pub fn new(template: &'a Template, options: Options) -> Self {
        Self {
            template,
            options,
            styles: Styles::new(template),
            one_page: OnceLock::new(),
            many_pages: OnceLock::new(),
        }
    }

    /// Makes what most workbooks share, which else the first one waits for.
    pub fn prepare(&self) {
        if self.is_open() {
            self.frame(&Pages::One);
        }
    }

    /// A workbook with a sheet for each report, as [`xlsx::workbook`] makes it.
    ///
    /// # Errors
    /// As for [`xlsx::workbook`].
    pub fn workbook(&self, reports: &[&Report]) -> Result<Vec<u8>, Cause> {
        self.pressed(reports).map_or_else(|| xlsx::workbook(reports, self.template, self.options), Ok)
    }

    /// The workbook of one form; `None` for what is left to the general writer: several forms, notes, blank forms, and
    /// a form in which something is out of the ordinary.
    fn pressed(&self, reports: &[&Report]) -> Option<Vec<u8>> {
        let [report] = reports else { return None };
        if !self.is_open() {
            return None;
        }
        let plan = plan::plan(report, self.template, self.options);
        let pages = Pages::of(&plan, self.template);
        self.assembled(report, &plan, &pages, self.frame(&pages)?)
    }

    /// Whether what is asked for is not left to the general writer in every case.
    const fn is_open(&self) -> bool {
        !self.options.annotate && !self.options.blank
    }

    fn frame(&self, pages: &Pages<'_>) -> Option<&Frame> {
        let frame = match pages {
            Pages::One => &self.one_page,
            Pages::Many { .. } => &self.many_pages,
        };
        frame.get_or_init(|| Frame::new(pages, self.template, &self.styles)).as_ref()
    }

    fn assembled(&self, report: &Report, plan: &Plan, pages: &Pages<'_>, frame: &Frame) -> Option<Vec<u8>> {
        let cells = Cells::of(plan, &self.styles, self.template.width())?;
        let (sheet, strings) = cells.written(plan);
        let name = xlsx::sheet_names(&[report], false).pop()?;
        let said = Said::of(&[report]);
        let own = said.all().into_iter().all(cells::is_plain);
        let own = own.then(|| frame.own(&said, &name, plan, pages, &sheet))?;
        package(frame, &own, &strings).ok()
    }
}

/// The parts of a workbook that are a form's own, as XML.
struct Own {
    workbook: String,
    sheet: String,
    core: String,
    app: String,
}

/// The parts in the order in which the general writer puts them.
fn package(frame: &Frame, own: &Own, strings: &str) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(16 << 10)));
    let packed = SimpleFileOptions::default().unix_permissions(0o600).compression_level(Some(LEVEL));
    // Some hundred bytes are not worth a compressor, whose tables are cleared for each part.
    let stored = packed.compression_method(CompressionMethod::Stored).compression_level(None);
    frame.copy_shared(&mut zip)?;
    let parts = [
        ("xl/workbook.xml", own.workbook.as_str(), stored),
        ("xl/worksheets/sheet1.xml", &own.sheet, packed),
        ("xl/sharedStrings.xml", strings, packed),
        ("docProps/core.xml", &own.core, stored),
        ("docProps/app.xml", &own.app, stored),
    ];
    for (name, part, options) in parts {
        zip.start_file(name, options)?;
        zip.write_all(part.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests;
