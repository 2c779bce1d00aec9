//! Which field stands where: found on a submitted sheet, laid out for an official one.

use std::collections::BTreeMap;

use crate::form::{Extra, Field, FundingColumn};
use crate::grid::{CellRef, Region};
use crate::number::MoneyUnit;

/// Where a field's text comes from: a region's first cell, or a part of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The cell, with the merged region around it.
    pub region: Region,
    /// The part of the text that is the field's, where label and value share a cell (`项目名称：某项目`).
    pub part: Option<String>,
}

impl Source {
    /// The whole text of `region`.
    pub const fn whole(region: Region) -> Self {
        Self { region, part: None }
    }
}

/// A row of the indicator table or the funding block whose cells stood beside their columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SlidRow {
    /// A field of the row by which it can be named.
    pub field: Field,
    /// The first cell that stood elsewhere.
    pub cell: CellRef,
    /// Columns between where cells stood and where they belong, each distinct distance once (-1 is one to the left).
    pub shifts: Vec<i64>,
    /// Whether the cells were put back. If not, more than one place would fit and they were left where they lay.
    pub repaired: bool,
    /// How much better the chosen places fit than the next best, 0 to 1.
    pub confidence: f64,
}

/// A statement of a unit of money that contradicts a nearer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherUnit {
    /// Where it stands.
    pub cell: CellRef,
    /// The unit that it names.
    pub unit: MoneyUnit,
}

/// What stands under a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Nothing at all.
    Nothing,
    /// Words, or as many words as numbers.
    Words,
    /// More numbers than words.
    Numbers,
}

/// A column whose header nobody listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownColumn {
    /// Its header's cell.
    pub cell: CellRef,
    /// Its header.
    pub header: String,
    /// What stands in it.
    pub holding: Holding,
}

/// A column whose header nobody listed, read as what it most likely is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuessedColumn {
    /// Its header's cell.
    pub cell: CellRef,
    /// Its header.
    pub header: String,
    /// What it is read as, by the name people know.
    pub column: &'static str,
}

/// A form found on a sheet: the place of every field, and everything that is none.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The rectangle of the form.
    pub range: Option<Region>,
    /// Field to the places its text comes from, in reading order (a target may stand in three cells).
    pub fields: BTreeMap<Field, Vec<Source>>,
    /// Where a field that was left blank would stand.
    pub blanks: BTreeMap<Field, CellRef>,
    /// The unit of money the sheet states.
    pub money_unit: MoneyUnit,
    /// Whether the sheet states none, so that 万元 is taken as on official forms.
    pub unit_unstated: bool,
    /// The columns of money that are in another unit than that.
    pub column_units: BTreeMap<FundingColumn, MoneyUnit>,
    /// A cell that states another unit than the one taken.
    pub other_unit: Option<OtherUnit>,
    /// Whether the rate's header says `%`, so that 73.79 means 73.79 %.
    pub rate_in_percent: bool,
    /// The points of 预算执行率 that a label of the funding block prints.
    pub rate_points: Option<String>,
    /// Everything on the paper that is no field, in reading order.
    pub extra: Vec<Extra>,
    /// Columns that are not known by their headers; of the funding only such as hold nothing.
    pub unknown: Vec<UnknownColumn>,
    /// Columns of either table whose headers were guessed.
    pub guessed: Vec<GuessedColumn>,
    /// Rows that had slid.
    pub slid: Vec<SlidRow>,
    /// Cells that are labels, headers, blank marks or repeats of a merged value.
    pub labels: Vec<CellRef>,
}

impl Layout {
    /// The cell to name when speaking of `field`.
    pub fn cell(&self, field: Field) -> Option<CellRef> {
        let filled =
            self.fields.get(&field).and_then(|sources| sources.first()).map(|source| source.region.start);
        filled.or_else(|| self.blanks.get(&field).copied())
    }
}
