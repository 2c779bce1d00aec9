//! Records to sheets while they come: every row leaves memory for a temporary file as soon as the next one is begun.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::look::Looks;
use super::table::Table;

/// A table of nothing but header and records that is still growing.
pub(super) struct Growing<T: 'static> {
    table: &'static Table<T>,
    /// Rows of a sheet, its header among them.
    capacity: u32,
    full: Vec<Worksheet>,
    sheet: Worksheet,
    /// The last row of the sheet that is written.
    row: u32,
    /// The number of records.
    ordinal: usize,
}

impl<T> Growing<T> {
    /// An empty table on sheets of at most `capacity` rows.
    pub fn new(
        table: &'static Table<T>,
        workbook: &mut Workbook,
        looks: &Looks,
        capacity: u32,
    ) -> Result<Self, XlsxError> {
        let sheet = begin(table, workbook, looks, 0)?;
        Ok(Self { table, capacity, full: Vec::new(), sheet, row: 0, ordinal: 0 })
    }

    /// Adds a record.
    pub fn add(&mut self, record: &T, workbook: &mut Workbook, looks: &Looks) -> Result<(), XlsxError> {
        if self.row.saturating_add(1) >= self.capacity.max(2) {
            let next = begin(self.table, workbook, looks, self.full.len() + 1)?;
            let full = std::mem::replace(&mut self.sheet, next);
            let row = std::mem::take(&mut self.row);
            self.full.push(self.ended(full, row)?);
        }
        self.row += 1;
        self.ordinal += 1;
        self.table.write_record(&mut self.sheet, looks, record, (self.row, self.ordinal))
    }

    /// The sheets, in their order.
    pub fn finish(mut self) -> Result<Vec<Worksheet>, XlsxError> {
        let sheet = std::mem::take(&mut self.sheet);
        let last = self.ended(sheet, self.row)?;
        self.full.push(last);
        Ok(self.full)
    }

    fn ended(&self, mut sheet: Worksheet, row: u32) -> Result<Worksheet, XlsxError> {
        sheet.autofilter(0, 0, row, self.table.last_column())?;
        Ok(sheet)
    }
}

/// A sheet with its header; its name stands in the header of the printed page.
fn begin<T>(
    table: &Table<T>,
    workbook: &mut Workbook,
    looks: &Looks,
    index: usize,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    let name = table.page_name(index);
    table.begin_page(&mut sheet, looks, &name, 0)?;
    sheet.set_freeze_panes(1, 0)?.set_header(format!("&C&14{name}"));
    Ok(sheet)
}
