//! The records of one worksheet to a grid.

use std::collections::HashMap;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::number::from_f64;
use crate::reader::package::Budget;
use crate::reader::package::sheet::{LOST_FORMULA, SheetBuilder, SheetEntry, text_value};
use crate::reader::xlsb::book::Book;
use crate::reader::xlsb::formula::{decode, error_text, shared_row};
use crate::reader::xlsb::record::{Fields, Records};

/// Characters moved about in decoding that weigh as much as one character kept.
const WORK_PER_BYTE: usize = 16;

/// Numbers of the records that are read here; a short cell has no column, it follows the cell before it.
mod id {
    pub const ROW: u16 = 0;
    pub const CELL_BLANK: u16 = 1;
    pub const FORMULA_ERROR: u16 = 11;
    pub const SHORT_BLANK: u16 = 12;
    pub const SHORT_SHARED_STRING: u16 = 18;
    pub const COLUMN: u16 = 60;
    pub const CELL_RICH_STRING: u16 = 62;
    pub const BEGIN_SHEET: u16 = 129;
    pub const END_SHEET: u16 = 130;
    pub const BEGIN_DATA: u16 = 145;
    pub const END_DATA: u16 = 146;
    pub const MERGE: u16 = 176;
    pub const ARRAY_FORMULA: u16 = 426;
    pub const SHARED_FORMULA: u16 = 427;
}

/// Reads a sheet.
///
/// # Errors
/// [`Cause::Corrupt`] if it cannot be read to its end, [`Cause::TooLarge`].
pub(super) fn read(
    mut records: Records<'_>,
    book: &Book,
    entry: &SheetEntry,
    budget: &mut Budget,
) -> Result<Grid, Cause> {
    let sheet = SheetBuilder::new(&entry.name, entry.hidden, budget);
    let at = CellRef::default();
    let mut reader =
        Worksheet { book, sheet, at, next: 0, shared: HashMap::new(), sharers: Vec::new(), in_data: false };
    let mut complete = false;
    while let Some((id, fields)) = records.next()? {
        match id {
            id::BEGIN_SHEET => complete = false,
            id::END_SHEET => complete = !reader.in_data,
            _ => reader.record(id, fields)?,
        }
    }
    if !complete {
        return Err(Cause::Corrupt(format!("工作表“{}”没有写完", entry.name)));
    }
    reader.resolve_sharers()?;
    Ok(reader.sheet.finish())
}

/// A sheet on the way into its grid.
struct Worksheet<'a, 'b> {
    book: &'a Book,
    sheet: SheetBuilder<'b>,
    /// The cell read last.
    at: CellRef,
    /// The column of a short cell, should one follow.
    next: u32,
    /// Tokens of shared and array formulas, by the cell that they belong to.
    shared: HashMap<CellRef, Fields<'a>>,
    /// Cells that share a formula, and whose it is.
    sharers: Vec<(CellRef, CellRef)>,
    /// Between the records that enclose the cells.
    in_data: bool,
}

impl<'a> Worksheet<'a, '_> {
    fn record(&mut self, id: u16, mut fields: Fields<'a>) -> Result<(), Cause> {
        match id {
            id::BEGIN_DATA => self.in_data = true,
            id::END_DATA => self.in_data = false,
            id::ROW if self.in_data => self.row(fields)?,
            id::CELL_BLANK..=id::SHORT_SHARED_STRING | id::CELL_RICH_STRING if self.in_data => {
                self.cell(id, fields)?;
            }
            id::SHARED_FORMULA if self.in_data => self.shared_formula(fields, 0)?,
            id::ARRAY_FORMULA if self.in_data => self.shared_formula(fields, 1)?,
            id::COLUMN => self.column(fields)?,
            id::MERGE => {
                let region = region(&mut fields)?;
                self.sheet.merge(region)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, mut fields: Fields<'_>) -> Result<(), Cause> {
        self.at = CellRef::new(fields.u32()?, 0);
        self.next = 0;
        // Style (4), height (2), borders (1); then outline level in three bits, collapsed, hidden.
        fields.take(7)?;
        if fields.u8()? & 0x10 != 0 {
            self.sheet.hide_row(self.at.row);
        }
        Ok(())
    }

    fn column(&mut self, mut fields: Fields<'_>) -> Result<(), Cause> {
        let (first, last) = (fields.u32()?, fields.u32()?);
        fields.take(8)?;
        if fields.u16()? & 1 == 1 { self.sheet.hide_cols(first, last) } else { Ok(()) }
    }

    fn cell(&mut self, id: u16, mut fields: Fields<'a>) -> Result<(), Cause> {
        let short = (id::SHORT_BLANK..=id::SHORT_SHARED_STRING).contains(&id);
        self.at.col = if short { self.next } else { fields.u32()? };
        self.next = self.at.col.saturating_add(1);
        let style = fields.u32()? & 0x00FF_FFFF;
        let value = self.value(id, style, &mut fields)?;
        let mut formula = None;
        if (8..=id::FORMULA_ERROR).contains(&id) {
            fields.u16()?;
            formula = self.formula(fields)?;
        }
        self.sheet.put(self.at, Cell { value, formula })
    }

    fn value(&self, id: u16, style: u32, fields: &mut Fields<'_>) -> Result<Option<Value>, Cause> {
        Ok(Some(match id {
            2 | 13 => self.number(style, fields.rk()?),
            3 | 11 | 14 => Value::Error(error_text(fields.u8()?)),
            4 | 10 | 15 => Value::Bool(fields.u8()? != 0),
            5 | 9 | 16 => self.number(style, fields.f64()?),
            6 | 8 | 17 => text_value(&fields.text()?),
            7 | 18 => self.shared_string(fields.u32()?)?,
            id::CELL_RICH_STRING => text_value(&fields.rich_text()?),
            _ => return Ok(None),
        }))
    }

    fn shared_string(&self, index: u32) -> Result<Value, Cause> {
        let text = usize::try_from(index).ok().and_then(|index| self.book.strings.get(index));
        // Going on without it would lose what the cell says.
        let lost = || Cause::Corrupt(format!("单元格 {} 的文字不在共享字符串表中", self.at));
        text.map(|text| text_value(text)).ok_or_else(lost)
    }

    fn number(&self, style: u32, stored: f64) -> Value {
        let Some(number) = from_f64(stored) else { return Value::Text(format!("{stored:E}")) };
        Value::Number { number, shown: self.book.formats.of(style).shown(number, self.book.date1904) }
    }

    /// The cell's own formula; one that it shares is noted down for the end of the sheet.
    fn formula(&mut self, mut fields: Fields<'a>) -> Result<Option<String>, Cause> {
        let length = fields.u32()?;
        let tokens = fields.nested(length)?;
        if tokens.is_empty() {
            return Ok(None);
        }
        if let Some(row) = shared_row(tokens) {
            fields.u32()?;
            self.sharers.push((self.at, CellRef::new(row, fields.u32()?)));
            self.sheet.keep("")?;
            return Ok(None);
        }
        self.decoded(tokens, self.at).map(Some)
    }

    fn decoded(&mut self, tokens: Fields<'a>, at: CellRef) -> Result<String, Cause> {
        let decoded = decode(tokens, at, self.book);
        self.sheet.keep_bytes(decoded.work / WORK_PER_BYTE)?;
        Ok(decoded.text.unwrap_or_else(|| {
            self.sheet.note(format!("单元格 {at} 的公式含有不支持的成分，未能还原"));
            LOST_FORMULA.to_owned()
        }))
    }

    /// A formula for a range of cells, which stands behind the first of them.
    fn shared_formula(&mut self, mut fields: Fields<'a>, flag_bytes: u32) -> Result<(), Cause> {
        let region = region(&mut fields)?;
        fields.take(flag_bytes)?;
        let length = fields.u32()?;
        let tokens = fields.nested(length)?;
        self.sheet.keep("")?;
        self.shared.insert(self.at, tokens);
        self.shared.entry(region.start).or_insert(tokens);
        Ok(())
    }

    fn resolve_sharers(&mut self) -> Result<(), Cause> {
        for (at, owner) in std::mem::take(&mut self.sharers) {
            let formula = if let Some(tokens) = self.shared.get(&owner) {
                self.decoded(*tokens, at)?
            } else {
                self.sheet.note(format!("单元格 {at} 的公式在文件中缺失"));
                LOST_FORMULA.to_owned()
            };
            self.sheet.set_formula(at, formula)?;
        }
        Ok(())
    }
}

/// Four numbers: first and last row, first and last column.
fn region(fields: &mut Fields<'_>) -> Result<Region, Cause> {
    let (top, bottom, left, right) = (fields.u32()?, fields.u32()?, fields.u32()?, fields.u32()?);
    Ok(Region::new(CellRef::new(top, left), CellRef::new(bottom, right)))
}
