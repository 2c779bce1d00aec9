//! Files beside a workbook to the links of a sheet that open them.

use quick_xml::escape::escape;

use super::shown::visible;
use crate::grid::CellRef;
use crate::writer::put;

/// UTF-16 units of a link.
const LINK_UNITS: usize = 2_000;
/// Links of a sheet; beyond, Excel drops them all and says that the file is damaged.
pub(super) const LINKS: usize = 65_530;
/// What a relation of a sheet is that opens something.
const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";

/// What a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The file as a part of a URL: relative to the workbook where both are on one drive.
    pub file: String,
    /// The cell in it, as a reference; `None` for the file as a whole.
    pub place: Option<String>,
}

impl Target {
    /// The first cell of a workbook beside this one, or of a sheet of it; `None` as for [`Target::cell`].
    pub fn of(path: &str, sheet: Option<&str>) -> Option<Self> {
        Self::cell(path, sheet, "A1")
    }

    /// A cell of a sheet of a workbook beside this one; `None` where a link cannot say the name: Excel takes what
    /// stands behind a `#` for a place in the file.
    pub fn cell(path: &str, sheet: Option<&str>, cell: &str) -> Option<Self> {
        let is_sayable = |c: char| visible(c) == c && !c.is_control();
        let sayable =
            !path.contains('#') && path.chars().chain(sheet.unwrap_or_default().chars()).all(is_sayable);
        let place = sheet.map(|sheet| format!("'{}'!{cell}", sheet.replace('\'', "''")));
        let (file, said) = (encoded(path), place.as_deref().unwrap_or_default());
        let units = file.encode_utf16().count() + said.encode_utf16().count();
        (sayable && units <= LINK_UNITS).then_some(Self { file, place })
    }
}

/// A path as a part of a URL: what a spreadsheet takes for an escape or for the end of it is escaped, and a drive told.
fn encoded(path: &str) -> String {
    let mut file = String::with_capacity(path.len());
    if has_drive(path) {
        file.push_str("file:///");
    }
    for c in path.chars() {
        match c {
            '%' | '?' | ' ' | '"' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '}' => {
                put(&mut file, format_args!("%{:02X}", u32::from(c)));
            }
            other => file.push(other),
        }
    }
    file
}

/// Whether a path begins with the drive it is on: `D:/`.
fn has_drive(path: &str) -> bool {
    path.starts_with(|c: char| c.is_ascii_alphabetic()) && path.get(1..3) == Some(":/")
}

/// The links of a sheet, as they come.
#[derive(Default)]
pub(super) struct Links {
    cells: String,
    /// The files, each once where it comes in a row.
    files: String,
    count: usize,
    last: String,
}

impl Links {
    /// Lets the cell open `target`.
    pub fn add(&mut self, cell: CellRef, target: &Target) {
        if self.count == 0 || self.last != target.file {
            self.count += 1;
            self.last.clone_from(&target.file);
            let (id, file) = (self.count, escape(target.file.as_str()));
            put(
                &mut self.files,
                format_args!(
                    "<Relationship Id=\"rId{id}\" Type=\"{KIND}\" Target=\"{file}\" TargetMode=\"External\"/>"
                ),
            );
        }
        put(&mut self.cells, format_args!("<hyperlink ref=\"{cell}\" r:id=\"rId{}\"", self.count));
        if let Some(place) = &target.place {
            put(&mut self.cells, format_args!(" location=\"{}\"", escape(place.as_str())));
        }
        self.cells.push_str("/>");
    }

    /// The element of a sheet that has them; nothing if there are none.
    pub fn element(&self) -> String {
        let cells = &self.cells;
        if cells.is_empty() { String::new() } else { format!("<hyperlinks>{cells}</hyperlinks>") }
    }

    /// The part beside the sheet that says which files they open; `None` if there are none.
    pub fn part(&self) -> Option<String> {
        let part = || {
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
                self.files
            )
        };
        (!self.files.is_empty()).then(part)
    }
}
