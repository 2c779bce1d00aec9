//! Records to the sheets of a table while they come: every row goes, compressed, to a temporary file.

use rust_xlsxwriter::XlsxError;

use super::frame::{Frame, frames};
use super::row::Rows;
use super::store::{CHUNK, Done, Store, Stored};
use super::table::Table;
use crate::grid::CellRef;

/// A table of nothing but header and records that is still growing.
pub(super) struct Growing<T: 'static> {
    table: &'static Table<T>,
    /// Rows of a sheet, its header among them.
    capacity: u32,
    store: Store,
    page: Page,
    /// The number of records.
    ordinal: usize,
}

/// The sheet that grows.
struct Page {
    name: String,
    rows: Rows,
    /// The last row that is written.
    row: u32,
}

impl<T> Growing<T> {
    /// An empty table on sheets of at most `capacity` rows, the first of which has `frame`.
    pub fn new(table: &'static Table<T>, frame: Frame, capacity: u32) -> Result<Self, XlsxError> {
        let mut store = Store::new()?;
        store.begin()?;
        Ok(Self { table, capacity, store, page: Page::new(table, frame), ordinal: 0 })
    }

    /// Adds a record.
    pub fn add(&mut self, record: &T) -> Result<(), XlsxError> {
        if self.page.row.saturating_add(1) >= self.capacity.max(2) || self.store.is_full() {
            self.turn()?;
        }
        let page = &mut self.page;
        page.row += 1;
        self.ordinal += 1;
        let (cells, height) = self.table.row(record);
        page.rows.record(page.row, height, &cells, self.ordinal);
        if page.rows.xml.len() > CHUNK { self.store.add(&mut page.rows.xml) } else { Ok(()) }
    }

    /// The sheets, in their order.
    pub fn finish(mut self) -> Result<Done, XlsxError> {
        self.page.end(self.table, &mut self.store)?;
        self.store.finish()
    }

    /// Goes on on another sheet.
    fn turn(&mut self) -> Result<(), XlsxError> {
        let [frame] = frames(&[(self.table, self.store.len() + 1)])?;
        let full = std::mem::replace(&mut self.page, Page::new(self.table, frame));
        full.end(self.table, &mut self.store)?;
        self.store.begin()
    }
}

impl Page {
    /// A sheet with its header.
    fn new<T>(table: &Table<T>, frame: Frame) -> Self {
        let mut rows = Rows::within(&frame);
        rows.header(table);
        Self { name: frame.name, rows, row: 0 }
    }

    fn end<T>(mut self, table: &Table<T>, store: &mut Store) -> Result<(), XlsxError> {
        let last = (self.row, table.last_column());
        self.rows.end(Some(CellRef::new(last.0, last.1.into())));
        store.add(&mut self.rows.xml)?;
        let stored = Stored { name: self.name, repeated: 0, filtered: Some(last) };
        store.end(stored, self.rows.links.part().as_deref())
    }
}
