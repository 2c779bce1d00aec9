//! Records to sheets: one record a row, filterable, printable, continued on the next sheet where one is full.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cell::Cell;

/// ISO A4 in the spreadsheet's list of papers.
const A4: u8 = 9;
/// Height of a header, in points.
pub(super) const HEADER_HEIGHT: f64 = 30.0;
/// Height of a row: of each line in it, of the space around them, and the most a spreadsheet allows; in points.
const LINE_HEIGHT: u16 = 14;
const ROW_PADDING: u16 = 6;
const ROW_HEIGHT: u16 = 409;
/// Half-width characters of a column's width that words broken at its end and the borders take.
const RAGGED: u16 = 2;

/// A column: its header, its width in characters, and what a record shows in it.
pub(super) struct Column<T: 'static> {
    header: &'static str,
    width: u16,
    cell: for<'a> fn(&'a T) -> Cell<'a>,
}

impl<T> Column<T> {
    pub const fn new(header: &'static str, width: u16, cell: for<'a> fn(&'a T) -> Cell<'a>) -> Self {
        Self { header, width, cell }
    }
}

/// A table of records.
pub(super) struct Table<T: 'static> {
    /// The name of its sheet.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column<T>],
}

/// One sheet's share of the records.
pub(super) struct Page<'a, T> {
    /// The sheet's name.
    pub name: String,
    /// The records on it.
    pub records: &'a [T],
    /// The number of the first of them, from 1.
    pub first: usize,
}

impl<T> Table<T> {
    /// The records by sheet, at most `capacity` on each; at least one sheet.
    pub fn pages<'a>(&self, records: &'a [T], capacity: usize) -> Vec<Page<'a, T>> {
        let capacity = capacity.max(1);
        let count = records.len().div_ceil(capacity).max(1);
        let page = |index: usize| {
            let start = index.saturating_mul(capacity);
            let end = start.saturating_add(capacity).min(records.len());
            let name = self.page_name(index);
            Page { name, records: records.get(start..end).unwrap_or_default(), first: start + 1 }
        };
        (0..count).map(page).collect()
    }

    /// The name of a sheet of the table.
    pub fn page_name(&self, index: usize) -> String {
        if index == 0 { self.name.to_owned() } else { format!("{}({})", self.name, index + 1) }
    }

    /// Names a sheet, and sets up its columns and how it is printed; its header stands in row `top`.
    pub fn set_up_page(&self, sheet: &mut Worksheet, name: &str, top: u32) -> Result<(), XlsxError> {
        sheet.set_name(name)?;
        for (col, column) in (0..).zip(self.columns) {
            sheet.set_column_width(col, column.width)?;
        }
        set_up_print(sheet, top)
    }

    /// The cells of a row, as high as its text: not every program fits rows on opening. In points.
    pub fn row<'a>(&self, record: &'a T) -> (Vec<Cell<'a>>, u16) {
        let cells: Vec<_> = self.columns.iter().map(|column| (column.cell)(record)).collect();
        let lines =
            |(cell, column): (&Cell<'_>, &Column<T>)| cell.lines(column.width.saturating_sub(RAGGED).into());
        let lines = cells.iter().zip(self.columns).map(lines).max().unwrap_or(1);
        let lines = u16::try_from(lines).unwrap_or(u16::MAX);
        (cells, lines.saturating_mul(LINE_HEIGHT).saturating_add(ROW_PADDING).min(ROW_HEIGHT))
    }

    /// The headers of the columns.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.header)
    }

    /// The index of the last column.
    pub fn last_column(&self) -> u16 {
        u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    /// Writes the header in the general writer's words.
    pub fn write_header(&self, sheet: &mut Worksheet, look: &Format, top: u32) -> Result<(), XlsxError> {
        sheet.set_row_height(top, HEADER_HEIGHT)?;
        for (col, header) in (0..).zip(self.headers()) {
            sheet.write_string_with_format(top, col, header, look)?;
        }
        Ok(())
    }
}

/// A4 landscape, one page wide, the rows down to the header repeated.
fn set_up_print(sheet: &mut Worksheet, top: u32) -> Result<(), XlsxError> {
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_print_center_horizontally(true).set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页，共 &N 页").set_repeat_rows(0, top)?;
    Ok(())
}
