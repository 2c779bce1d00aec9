//! A sheet as people see it: cells and merged regions, to be asked by position.

mod merges;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::str::FromStr;

use rust_decimal::Decimal;

pub use self::merges::Around;
use self::merges::Merges;

/// The place of a cell; zero-based inside, `F14` outside. Ordered by row, then column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CellRef {
    /// Row from the top, 0 is row `1`.
    pub row: u32,
    /// Column from the left, 0 is column `A`.
    pub col: u32,
}

impl CellRef {
    /// The cell at zero-based `row` and `col`.
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }
}

/// The letters of a zero-based column: 0 → `A`, 27 → `AB`.
pub fn column_name(col: u32) -> String {
    ColumnName(col).to_string()
}

/// A zero-based column as its letters, which are only written out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnName(pub u32);

impl fmt::Display for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, last) = (self.0 / 26, self.0 % 26);
        if before > 0 {
            fmt::Display::fmt(&Self(before - 1), f)?;
        }
        f.write_char(char::from(b'A' + u8::try_from(last).unwrap_or(0)))
    }
}

/// The zero-based column of its letters: `AB` → 27; `None` if there is anything but one to six letters.
pub fn column_index(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 6 {
        return None;
    }
    let mut index = 0_u32;
    for letter in letters.bytes() {
        let digit = u32::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|d| *d < 26)?);
        index = index.checked_mul(26)?.checked_add(digit + 1)?;
    }
    index.checked_sub(1)
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", ColumnName(self.col), u64::from(self.row) + 1)
    }
}

impl FromStr for CellRef {
    type Err = ();

    /// Reads `F14`; dollar signs (`$F$14`) are allowed.
    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = text.replace('$', "");
        let split = plain.find(|c: char| c.is_ascii_digit()).ok_or(())?;
        let (letters, digits) = plain.split_at(split);
        let row = digits.parse::<u32>().ok().and_then(|row| row.checked_sub(1)).ok_or(())?;
        Ok(Self { row, col: column_index(letters).ok_or(())? })
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// Upper left corner.
    pub start: CellRef,
    /// Lower right corner.
    pub end: CellRef,
}

impl Region {
    /// The rectangle spanned by any two opposite corners.
    pub fn new(a: CellRef, b: CellRef) -> Self {
        Self {
            start: CellRef::new(a.row.min(b.row), a.col.min(b.col)),
            end: CellRef::new(a.row.max(b.row), a.col.max(b.col)),
        }
    }

    /// The rectangle of one cell.
    pub const fn cell(at: CellRef) -> Self {
        Self { start: at, end: at }
    }

    /// Whether `at` lies inside.
    pub fn contains(&self, at: CellRef) -> bool {
        (self.start.row..=self.end.row).contains(&at.row) && (self.start.col..=self.end.col).contains(&at.col)
    }

    /// Whether it is more than one cell.
    pub fn is_merge(&self) -> bool {
        self.start != self.end
    }

    /// Whether the two share a cell.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start.row <= other.end.row
            && other.start.row <= self.end.row
            && self.start.col <= other.end.col
            && other.start.col <= self.end.col
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_merge() { write!(f, "{}:{}", self.start, self.end) } else { self.start.fmt(f) }
    }
}

impl FromStr for Region {
    type Err = ();

    /// Reads `A1:B2` or `A1`, corners in any order.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (a, b) = text.split_once(':').unwrap_or((text, text));
        Ok(Self::new(a.trim().parse()?, b.trim().parse()?))
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text exactly as typed, line breaks as `\n`.
    Text(String),
    /// A number with what the sheet shows for it: `0.7379` under `0.00%` shows `73.79%`, a date
    /// shows `2023年12月31日` or `2023-12-31`. `shown` has all digits; only the form follows the number format.
    Number {
        /// The number itself (a date: its serial number).
        number: Decimal,
        /// How the sheet shows it, with every digit kept.
        shown: String,
    },
    /// A truth value.
    Bool(bool),
    /// An Excel error such as `#REF!`.
    Error(String),
}

impl Value {
    /// A number that shows as itself.
    pub fn number(number: Decimal) -> Self {
        Self::Number { number, shown: number.normalize().to_string() }
    }

    /// The cell's content as people see it.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Error(text) => text,
            Self::Number { shown, .. } => shown,
            Self::Bool(true) => "TRUE",
            Self::Bool(false) => "FALSE",
        }
    }
}

/// A cell: its (cached) value, and its formula if it has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The value; `None` under a formula means that no result was stored.
    pub value: Option<Value>,
    /// The formula in A1 notation without its leading `=`.
    pub formula: Option<String>,
}

impl Cell {
    /// A cell of plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { value: Some(Value::Text(text.into())), formula: None }
    }

    /// Whether there is neither a formula nor anything to see.
    pub fn is_blank(&self) -> bool {
        self.formula.is_none() && self.value.as_ref().is_none_or(|v| v.shown().trim().is_empty())
    }
}

/// Notes kept for a sheet; a sheet that is wrong throughout need not say so a thousand times.
pub(crate) const NOTES: usize = 20;

/// A sheet: sparse cells, merged regions, what is hidden. Knows nothing of forms.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The sheet's name; `None` for text inputs.
    pub sheet: Option<String>,
    /// Hidden as a whole.
    pub hidden: bool,
    cells: BTreeMap<CellRef, Cell>,
    merges: Merges,
    /// Rows that the sheet hides.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns that the sheet hides.
    pub hidden_cols: BTreeSet<u32>,
    /// What was lost or doubtful while reading, in Chinese, for the reports (a wrong guess must be visible).
    pub notes: Vec<String>,
}

impl Grid {
    /// An empty sheet of that name.
    pub fn named(sheet: impl Into<String>) -> Self {
        Self { sheet: Some(sheet.into()), ..Self::default() }
    }

    /// Puts `cell` at `at`, unless it is blank.
    pub fn put(&mut self, at: CellRef, cell: Cell) {
        if !cell.is_blank() {
            self.cells.insert(at, cell);
        }
    }

    /// Adds a merged region; single cells and regions that overlap an earlier one are left out. Gives with how many it was
    /// compared one by one, which takes time: none, where they come row by row and each from the left.
    pub fn merge(&mut self, region: Region) -> usize {
        if region.is_merge() { self.merges.add(region) } else { 0 }
    }

    /// Puts the rows of `below` under the last one; gives the row that its first becomes. What would lie beyond the last
    /// possible row is left out.
    pub fn append(&mut self, below: &Self) -> u32 {
        let last = self.cells.keys().next_back().map(|at| at.row);
        let merged = self.merges().iter().map(|region| region.end.row).max();
        let first = last.max(merged).map_or(0, |row| row.saturating_add(1));
        let moved = |at: CellRef| Some(CellRef::new(at.row.checked_add(first)?, at.col));
        for (at, cell) in below.cells() {
            if let Some(at) = moved(at) {
                self.put(at, cell.clone());
            }
        }
        for region in below.merges() {
            let region =
                moved(region.start).zip(moved(region.end)).map(|(start, end)| Region::new(start, end));
            if let Some(region) = region {
                self.merge(region);
            }
        }
        self.hidden_rows.extend(below.hidden_rows.iter().filter_map(|row| row.checked_add(first)));
        self.notes.extend(below.notes.iter().cloned());
        first
    }

    /// Says what was lost or doubtful, each thing once and not without end.
    pub fn note(&mut self, text: String) {
        match self.notes.len() {
            0..NOTES if !self.notes.contains(&text) => self.notes.push(text),
            NOTES => self.notes.push("同类问题还有，不再一一列出".to_owned()),
            _ => {}
        }
    }

    /// Keeps only the cells that `keep` wants.
    pub fn retain(&mut self, keep: impl Fn(&Cell) -> bool) {
        self.cells.retain(|_, cell| keep(cell));
    }

    /// The cell at `at`, if it is not blank.
    pub fn get(&self, at: CellRef) -> Option<&Cell> {
        self.cells.get(&at)
    }

    /// All non-blank cells by row, then column.
    pub fn cells(&self) -> impl DoubleEndedIterator<Item = (CellRef, &Cell)> {
        self.cells.iter().map(|(at, cell)| (*at, cell))
    }

    /// The non-blank cells of one row, left to right.
    pub fn row(&self, row: u32) -> impl DoubleEndedIterator<Item = (CellRef, &Cell)> {
        self.cells.range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX)).map(|(at, cell)| (*at, cell))
    }

    /// The merged regions in the order of the file.
    pub fn merges(&self) -> &[Region] {
        self.merges.as_slice()
    }

    /// The merged region around `at`, else the cell alone.
    pub fn region(&self, at: CellRef) -> Region {
        self.merges().iter().copied().find(|m| m.contains(at)).unwrap_or(Region::cell(at))
    }

    /// The merged regions around cells that are asked for row by row, each from the left, as [`Grid::cells`] gives them:
    /// [`Grid::region`] looks at all of them for each.
    pub fn around(&self) -> Around {
        Around::new(self.merges())
    }

    /// Whether there is not one non-blank cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_references_round_trip() {
        for (text, row, col) in
            [("A1", 0, 0), ("J30", 29, 9), ("AB7", 6, 27), ("XFD1048576", 1_048_575, 16_383)]
        {
            assert_eq!(text.parse(), Ok(CellRef::new(row, col)));
            assert_eq!(CellRef::new(row, col).to_string(), text);
        }
        for refused in ["", "7", "A", "A0", "1A", "A1B", "甲1", "A99999999999"] {
            assert_eq!(refused.parse::<CellRef>(), Err(()), "{refused}");
        }
    }

    #[test]
    fn regions_are_normalised() {
        let region: Region = "D9:B7".parse().unwrap();
        assert_eq!(region.to_string(), "B7:D9");
        assert!(region.contains(CellRef::new(7, 2)) && !region.contains(CellRef::new(9, 2)));
    }

    #[test]
    fn overlapping_merges_are_left_out() {
        let mut grid = Grid::default();
        for text in ["A1:B2", "B2:C3", "D4", "C1:C2"] {
            grid.merge(text.parse().unwrap());
        }
        assert_eq!(grid.merges().iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:B2", "C1:C2"]);
    }
}
