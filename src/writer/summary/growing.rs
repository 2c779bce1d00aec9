//! Records to the sheets of a table while they come: every row goes, compressed, to a temporary file.

use std::io::{Cursor, Read};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use zip::ZipArchive;

use super::row::Rows;
use super::store::{CHUNK, Done, Store, Stored, odd};
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
