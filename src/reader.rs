//! Bytes to forms: a reader for each container, chosen by what the bytes are, then fields found by their labels.

mod align;
mod biff;
mod calendar;
pub mod data;
pub mod delimited;
pub mod docx;
pub mod encoding;
mod fill;
mod flow;
pub mod html;
mod join;
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
pub mod tables;
mod token;
pub mod xls;
pub mod xlsb;
pub mod xlsx;
pub mod zipped;

pub use segment::ListedProject;

use crate::error::Cause;
use crate::form::Form;
use crate::grid::{Cell, Grid};
use crate::labels::labels;
use crate::layout::Layout;
use crate::reader::zipped::{Zipped, part_key};

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
    /// Whether this is a summary that this program wrote, which is no input.
    pub is_summary: bool,
}

/// Makes what every reading shares, which else the first one waits for.
pub fn prepare() {
    crate::labels::labels();
}

/// Reads whatever `bytes` are.
///
/// # Errors
/// What the bytes are if they are no table, and what is broken or too large in them. A table without any form is
/// no error here: see [`Document::forms`].
pub fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let (mut document, mark) = (Document::default(), own_mark(bytes));
    if mark.as_deref() == Some(SUMMARY_MARK) {
        return Ok(Document { is_summary: true, ..document });
    }
    let container = sniff::sniff(bytes)?;
    match container {
        Container::Json => return data::read(bytes),
        Container::Delimited if tables::Table::of(bytes).is_some() => return tables::read(&[bytes]),
        _ => {}
    }
    let grids = grids_in(bytes, container)?;
    let is_own = mark.is_some() || leads_to_list(&grids);
    let grids = if is_own { grids } else { join::whole_forms(grids, labels()) };
    let sheets: Vec<Sheet> = grids
        .into_iter()
        .filter(|grid| !(is_own && is_list(grid)))
        .map(|grid| Sheet::of(grid, is_own))
        .collect();
    let has_forms = sheets.iter().any(|sheet| !sheet.forms.is_empty());
    for sheet in sheets {
        let remark = sheet.remark().filter(|_| has_forms);
        document.forms.extend(sheet.forms);
        document.list.extend(sheet.list);
        document.notes.extend(sheet.grid.notes);
        document.notes.extend(remark);
    }
    Ok(document)
}

/// Whether these are the sheets of our workbook of many forms after another program dropped its mark: a 清单, and
/// links that lead back to it.
fn leads_to_list(grids: &[Grid]) -> bool {
    let links = |grid: &Grid| grid.cells().any(|(_, cell)| leads_back(cell));
    grids.iter().any(is_list) && grids.iter().any(|grid| !is_list(grid) && links(grid))
}

fn is_list(grid: &Grid) -> bool {
    grid.sheet.as_deref() == Some(LIST_MARK)
}

fn leads_back(cell: &Cell) -> bool {
    cell.value.as_ref().is_some_and(|value| value.shown() == BACK_TO_LIST)
}

/// The custom document property by which workbooks of this program tell what they are.
pub const MARK: &str = "zipingbiao";
/// The mark of a summary of a batch.
pub const SUMMARY_MARK: &str = "汇总";
/// The mark of a workbook of many forms; also the name of its first sheet, which is no form.
pub const LIST_MARK: &str = "清单";

/// The link beside each form of such a workbook that leads back to its list; no part of the form.
pub const BACK_TO_LIST: &str = "返回清单";

/// Whether the file at `path` is a summary that this program wrote, which the next run may replace.
pub fn is_own_summary(path: &std::path::Path) -> bool {
    std::fs::read(path).is_ok_and(|bytes| own_mark(&bytes).as_deref() == Some(SUMMARY_MARK))
}

/// The part that has the custom properties of a document, and most bytes of it that are looked at.
const PROPERTIES: &str = "docprops/custom.xml";
const PROPERTY_BYTES: u64 = 64 << 10;

/// What our own mark in an xlsx package says, if it has one, however large the package is: ours may be larger than
/// what is read of others.
fn own_mark(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"PK") {
        return None;
    }
    let mut zip = Zipped::open_any(std::io::Cursor::new(bytes)).ok()?;
    let (index, _) = zip.entries().find(|(_, entry)| part_key(entry.name_raw()) == PROPERTIES)?;
    let properties = package::decode_xml(zip.head(index, PROPERTY_BYTES))?;
    let (_, own) = properties.split_once(&format!("name=\"{MARK}\""))?;
    let (_, value) = own.split_once("<vt:lpwstr>")?;
    value.split_once("</vt:lpwstr>").map(|(mark, _)| mark.to_owned())
}

/// The sheets of whatever `bytes` are, before anyone looks for forms on them.
///
/// # Errors
/// As for [`read`].
pub fn grids(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    grids_in(bytes, sniff::sniff(bytes)?)
}

fn grids_in(bytes: &[u8], container: Container) -> Result<Vec<Grid>, Cause> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > limits::file_bytes() {
        return Err(limits::exceeded(format!("文件超过 {} MB", limits::file_bytes() >> 20)));
    }
    match container {
        Container::Xlsx => xlsx::read(bytes),
        Container::Xlsb => xlsb::read(bytes),
        Container::Xls => xls::read(bytes),
        Container::Ods | Container::FlatOds => ods::read(bytes),
        Container::Docx => docx::read(bytes),
        Container::Html | Container::Mhtml => html::read(bytes),
        Container::SpreadsheetMl2003 => spreadsheetml::read(bytes),
        Container::Delimited => delimited::read(bytes),
        Container::Json => Err(Cause::NotATable("数据而不是表格".to_owned())), // see `read`, which knows it
    }
}

/// A sheet with everything that was made of it.
#[derive(Debug)]
pub struct Sheet {
    /// Its cells.
    pub grid: Grid,
    /// The forms on it.
    pub forms: Vec<Found>,
    /// The bureau's list, if it stands here.
    pub list: Vec<ListedProject>,
    /// Why there is no form on it, in Chinese; `None` if there is one.
    pub without_form: Option<String>,
}

/// The sheets of whatever `bytes` are, with what was found on each and why, to be looked at.
///
/// # Errors
/// As for [`read`].
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Cause> {
    let container = sniff::sniff(bytes)?;
    let mark = own_mark(bytes);
    let grids = grids_in(bytes, container)?;
    let is_own = mark.is_some() || leads_to_list(&grids);
    let grids = if is_own { grids } else { join::whole_forms(grids, labels()) };
    let is_summary = mark.as_deref() == Some(SUMMARY_MARK);
    let why = || Some("是本程序写的清单或汇总，不当作自评表读".to_owned());
    let seen = |grid: Grid| {
        if is_summary || (is_own && is_list(&grid)) {
            return Sheet { without_form: why(), ..Sheet::blank(grid) };
        }
        Sheet::of(grid, is_own)
    };
    Ok(grids.into_iter().map(seen).collect())
}

impl Sheet {
    const fn blank(grid: Grid) -> Self {
        Self { grid, forms: Vec::new(), list: Vec::new(), without_form: None }
    }

    /// What the user should know of the sheet: that it is hidden, or that what stands on it is no whole form.
    fn remark(&self) -> Option<String> {
        let name = self.grid.sheet.as_deref()?;
        if !self.forms.is_empty() {
            return self
                .grid
                .hidden
                .then(|| format!("工作表“{name}”是隐藏的，上面的自评表也读了；不要的请删掉这张工作表"));
        }
        let why = self.without_form.as_deref().filter(|_| self.list.is_empty())?;
        let is_part = segment::parts(&self.grid, labels()).is_some();
        is_part.then(|| format!("工作表“{name}”没有当作自评表读：{why}"))
    }

    /// Looks for forms and a list; `is_own` of a workbook that this program wrote, whose links back are no content.
    fn of(mut grid: Grid, is_own: bool) -> Self {
        if is_own {
            grid.retain(|cell| !leads_back(cell));
        }
        let labels = labels();
        let segments = segment::split(&grid, labels);
        let found = |rows: &Vec<token::TokenRow<'_>>| {
            let layout = locate::locate(rows, labels);
            let form = fill::fill(&grid, &layout, labels);
            Found { sheet: grid.sheet.clone(), layout, form }
        };
        let forms: Vec<_> = segments.forms.iter().map(found).collect();
        let list = segments.list;
        let without_form = forms.is_empty().then(|| match list.len() {
            0 => segment::without_form(&grid, labels),
            entries => format!("是清单，{entries} 个项目"),
        });
        Self { grid, forms, list, without_form }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_summary_is_known_however_large() {
        let properties = format!(
            "<Properties><property name=\"{MARK}\"><vt:lpwstr>{SUMMARY_MARK}</vt:lpwstr></property></Properties>"
        );
        let names: Vec<String> = (0..=limits::zip_parts()).map(|n| n.to_string()).collect();
        let mut parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        parts.push(("docProps/custom.xml", properties.as_bytes()));
        let bytes = zipped::tests::zip_of(&parts);
        assert!(read(&bytes).unwrap().is_summary);
        parts.pop();
        assert!(matches!(read(&zipped::tests::zip_of(&parts)), Err(Cause::TooLarge(_))));
    }
}
