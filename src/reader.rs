//! Bytes to forms: a reader for each container, chosen by what the bytes are, then fields found by their labels.

mod align;
mod biff;
pub mod delimited;
pub mod docx;
pub mod encoding;
mod fill;
mod flow;
pub mod html;
pub mod limits;
mod locate;
mod markup;
pub mod number_format;
pub mod ods;
mod ole;
pub mod package;
mod segment;
mod shown;
pub mod sniff;
pub mod spreadsheetml;
mod table;
mod token;
pub mod xls;
pub mod xlsb;
pub mod xlsx;

pub use segment::ListedProject;

use crate::error::Cause;
use crate::form::Form;
use crate::grid::Grid;
use crate::labels::labels;
use crate::layout::Layout;

use sniff::Container;

/// A form as it was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The sheet it stands on; `None` for text.
    pub sheet: Option<String>,
    /// Where everything stands.
    pub layout: Layout,
    /// What it says.
    pub form: Form,
}

/// Everything of use in one file.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The forms in reading order.
    pub forms: Vec<Found>,
    /// The bureau's list of projects, if the file has one.
    pub list: Vec<ListedProject>,
    /// What the reader doubted or could not keep, in Chinese.
    pub notes: Vec<String>,
}

/// Reads whatever `bytes` are.
///
/// # Errors
/// What the bytes are if they are no table, and what is broken or too large in them. A table without any form is
/// no error here: see [`Document::forms`].
pub fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let mut document = Document::default();
    for grid in grids(bytes)? {
        document.add(&grid);
    }
    Ok(document)
}

/// The sheets of whatever `bytes` are, before anyone looks for forms on them.
///
/// # Errors
/// As for [`read`].
pub fn grids(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > limits::FILE_BYTES {
        return Err(Cause::TooLarge(format!("文件超过 {} MB", limits::FILE_BYTES >> 20)));
    }
    match sniff::sniff(bytes)? {
        Container::Xlsx => xlsx::read(bytes),
        Container::Xlsb => xlsb::read(bytes),
        Container::Xls => xls::read(bytes),
        Container::Ods | Container::FlatOds => ods::read(bytes),
        Container::Docx => docx::read(bytes),
        Container::Html | Container::Mhtml => html::read(bytes),
        Container::SpreadsheetMl2003 => spreadsheetml::read(bytes),
        Container::Delimited => delimited::read(bytes),
        Container::Json => Err(Cause::NotATable("JSON 数据".to_owned())),
    }
}

impl Document {
    /// Adds what stands on one sheet.
    fn add(&mut self, grid: &Grid) {
        let labels = labels();
        let segments = segment::split(grid, labels);
        self.list.extend(segments.list);
        self.notes.extend(grid.notes.iter().cloned());
        for rows in &segments.forms {
            let layout = locate::locate(rows, labels);
            let form = fill::fill(grid, &layout, labels);
            self.forms.push(Found { sheet: grid.sheet.clone(), layout, form });
        }
    }
}
