//! Cells, merges and hidden lines to a grid, under the limits and with notes on what was left out.

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::reader::limits;
use crate::reader::package::{Budget, Relationship};

/// What stands for a formula that the file does not have, or has in a form that is not known.
pub const LOST_FORMULA: &str = "（公式无法还原）";

/// What a cell takes beside its text.
const CELL_BYTES: usize = 160;
/// What looking at a blank cell costs in time: millions of them fit a small file. It allows over two million, a
/// hundred thousand rows of twenty formatted columns.
const BLANK_BYTES: usize = 48;
/// What a hidden column takes in the set of them.
const HIDDEN_BYTES: usize = 64;

/// A sheet as the workbook lists it.
#[derive(Debug)]
pub struct SheetEntry {
    /// Its name; two sheets may have the same.
    pub name: String,
    /// Hidden or very hidden.
    pub hidden: bool,
    /// The id of the relationship to its part.
    pub link: String,
}

/// Where a sheet's content is.
#[derive(Debug)]
pub enum SheetPart<'l> {
    /// In the part of that name.
    At(&'l str),
    /// A chart, dialog or macro sheet.
    NoCells,
    /// The workbook does not say; an empty grid says so.
    Unlinked(Grid),
}

impl SheetEntry {
    /// Finds the sheet among the workbook's links.
    pub fn find<'l>(&self, links: &'l [Relationship]) -> SheetPart<'l> {
        match links.iter().find(|link| link.id == self.link) {
            Some(link) if link.kind == "worksheet" => SheetPart::At(&link.target),
            Some(_) => SheetPart::NoCells,
            None => SheetPart::Unlinked(self.unlinked()),
        }
    }

    fn unlinked(&self) -> Grid {
        let mut grid = Grid::named(self.name.as_str());
        grid.hidden = self.hidden;
        grid.notes.push("工作簿没有指明这张工作表的内容在哪里，未读取".to_owned());
        grid
    }

    /// The error for a part that is named but not there.
    pub fn missing(&self, part: &str) -> Cause {
        Cause::Corrupt(format!("缺少工作表“{}”的内容 {part}", self.name))
    }
}

/// Refuses a workbook of too many sheets.
///
/// # Errors
/// [`Cause::TooLarge`] beyond [`limits::sheets`].
pub fn check_count(sheets: &[SheetEntry]) -> Result<(), Cause> {
    match sheets.len() {
        0 => Err(Cause::Corrupt("工作簿里没有工作表".to_owned())),
        count if count <= limits::sheets() => Ok(()),
        _ => Err(limits::exceeded(format!("工作表超过 {} 个", limits::sheets()))),
    }
}

/// A grid being filled by a reader.
pub struct SheetBuilder<'b> {
    grid: Grid,
    cells: usize,
    merges: usize,
    /// What all sheets of the workbook may take together.
    budget: &'b mut Budget,
}

impl<'b> SheetBuilder<'b> {
    /// An empty sheet.
    pub fn new(name: &str, hidden: bool, budget: &'b mut Budget) -> Self {
        let mut grid = Grid::named(name);
        grid.hidden = hidden;
        Self { grid, cells: 0, merges: 0, budget }
    }

    /// The filled grid.
    pub fn finish(self) -> Grid {
        self.grid
    }

    /// Says what was lost or doubtful.
    pub fn note(&mut self, text: String) {
        self.grid.note(text);
    }

    /// Puts a cell, unless it is blank or off the sheet. The later one of two at the same place wins.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too many cells, or too much text in the workbook.
    pub fn put(&mut self, at: CellRef, cell: Cell) -> Result<(), Cause> {
        if cell.is_blank() {
            return self.budget.spend(BLANK_BYTES);
        }
        if !on_sheet(at) {
            self.note(format!("单元格 {at} 超出工作表范围，已忽略"));
            return Ok(());
        }
        self.charge(&cell)?;
        if self.grid.get(at).is_some() {
            self.note(format!("单元格 {at} 在文件中出现两次，以后一次为准"));
        }
        self.grid.put(at, cell);
        Ok(())
    }

    fn charge(&mut self, cell: &Cell) -> Result<(), Cause> {
        self.cells += 1;
        if self.cells > limits::cells() {
            return Err(self.too_many("非空单元格", limits::cells()));
        }
        let text = cell.value.as_ref().map_or(0, |value| value.shown().len());
        self.budget.spend(CELL_BYTES + text + cell.formula.as_ref().map_or(0, String::len))
    }

    /// Gives the cell at `at` its formula, found only later.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too much text in the workbook.
    pub fn set_formula(&mut self, at: CellRef, formula: String) -> Result<(), Cause> {
        let value = self.grid.get(at).and_then(|cell| cell.value.clone());
        let cell = Cell { value, formula: Some(formula) };
        self.charge(&cell)?;
        if on_sheet(at) {
            self.grid.put(at, cell);
        }
        Ok(())
    }

    /// Counts what a reader keeps beside the grid for one cell and its `text`.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too much of it in the workbook.
    pub fn keep(&mut self, text: &str) -> Result<(), Cause> {
        self.budget.spend(CELL_BYTES + text.len())
    }

    /// Counts work that is worth as much as keeping so many bytes.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too much of it in the workbook.
    pub fn keep_bytes(&mut self, bytes: usize) -> Result<(), Cause> {
        self.budget.spend(bytes)
    }

    /// Adds a merged region, unless it is off the sheet or overlaps another.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too many.
    pub fn merge(&mut self, region: Region) -> Result<(), Cause> {
        self.merges += 1;
        if self.merges > limits::merges() {
            return Err(self.too_many("合并区域", limits::merges()));
        }
        if !on_sheet(region.start) || !on_sheet(region.end) {
            self.note(format!("合并区域 {region} 超出工作表范围，已忽略"));
            return Ok(());
        }
        let before = self.grid.merges().len();
        let compared = self.grid.merge(region);
        // That time is what a sheet of nothing but merges costs.
        self.budget.spend(HIDDEN_BYTES + compared)?;
        if region.is_merge() && self.grid.merges().len() == before {
            self.note(format!("合并区域 {region} 与别的合并区域重叠，已忽略"));
        }
        Ok(())
    }

    /// Hides a row.
    pub fn hide_row(&mut self, row: u32) {
        if row < limits::ROWS {
            self.grid.hidden_rows.insert(row);
        }
    }

    /// Hides the columns from `first` to `last`.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] if that is said far too often.
    pub fn hide_cols(&mut self, first: u32, last: u32) -> Result<(), Cause> {
        for col in first..=last.min(limits::COLS - 1) {
            self.budget.spend(HIDDEN_BYTES)?;
            self.grid.hidden_cols.insert(col);
        }
        Ok(())
    }

    fn too_many(&self, what: &str, limit: usize) -> Cause {
        let sheet = self.grid.sheet.as_deref().unwrap_or_default();
        limits::exceeded(format!("工作表“{sheet}”的{what}超过 {limit} 个"))
    }
}

/// Whether Excel has a cell there.
pub fn on_sheet(at: CellRef) -> bool {
    at.row < limits::ROWS && at.col < limits::COLS
}

/// A text cell's value as typed, with `\n` for every kind of line break.
pub fn text_value(text: &str) -> Value {
    Value::Text(if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_noted() {
        let mut budget = Budget::content();
        let mut sheet = SheetBuilder::new("甲", true, &mut budget);
        let a1 = CellRef::new(0, 0);
        sheet.put(a1, Cell::text("一")).unwrap();
        sheet.put(a1, Cell::text("二")).unwrap();
        sheet.put(CellRef::new(limits::ROWS, 0), Cell::text("三")).unwrap();
        for region in ["A1:B2", "B2:C3", "A1:XFE1", "D4"] {
            sheet.merge(region.parse().unwrap()).unwrap();
        }
        sheet.hide_row(3);
        sheet.hide_cols(2, u32::MAX).unwrap();
        let grid = sheet.finish();
        assert!(grid.hidden && grid.hidden_rows.contains(&3) && grid.hidden_cols.len() == 16_382);
        assert_eq!(grid.get(a1), Some(&Cell::text("二")));
        assert_eq!((grid.cells().count(), grid.merges().len(), grid.notes.len()), (1, 1, 4));
    }

    #[test]
    fn notes_and_cells_are_bounded() {
        let mut budget = Budget::content();
        let mut sheet = SheetBuilder::new("甲", false, &mut budget);
        let outcome = (0..u32::MAX).find_map(|i| {
            sheet.note(format!("{i}"));
            sheet.put(CellRef::new(i, 0), Cell::text("一")).err()
        });
        assert!(matches!(outcome, Some(Cause::TooLarge(text)) if text.contains("甲")));
        assert_eq!(sheet.finish().notes.len(), crate::grid::NOTES + 1);
    }

    #[test]
    fn line_breaks_are_one() {
        assert_eq!(text_value("a\r\nb\rc\nd"), Value::Text("a\nb\nc\nd".to_owned()));
    }
}
