//! The parts that all sheets share: names, strings, number formats, and what formulas refer to.

use std::collections::HashMap;

use crate::error::Cause;
use crate::reader::number_format::CellFormats;
use crate::reader::package::sheet::{SheetEntry, check_count};
use crate::reader::package::{Budget, Package, Relationship, STRING_BYTES};
use crate::reader::xlsb::record::{Fields, Records};

/// What the sheets refer to.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// All sheets in their order, those without cells too.
    pub sheets: Vec<SheetEntry>,
    /// Shared strings by index.
    pub strings: Vec<String>,
    /// Whether dates count from 1904.
    pub date1904: bool,
    /// Number formats by cell style.
    pub formats: CellFormats,
    /// Defined names by index.
    pub names: Vec<String>,
    /// Whether each of the books referred to is this one.
    own_books: Vec<bool>,
    /// Runs of sheets that formulas refer to: book, first, last.
    sheet_runs: Vec<(u32, u32, u32)>,
}

/// Numbers of the records that are read here.
mod id {
    pub const SST_ITEM: u16 = 19;
    pub const NAME: u16 = 39;
    pub const FMT: u16 = 44;
    pub const XF: u16 = 47;
    pub const WORKBOOK_PROPERTIES: u16 = 153;
    pub const BUNDLE_SHEET: u16 = 156;
    pub const SUP_BOOK_SRC: u16 = 355;
    pub const SUP_SELF: u16 = 357;
    pub const SUP_SAME: u16 = 358;
    pub const EXTERN_SHEET: u16 = 362;
    pub const BEGIN_CELL_XFS: u16 = 617;
    pub const END_CELL_XFS: u16 = 618;
    pub const SUP_ADDIN: u16 = 667;
}

impl Book {
    /// Reads all that is shared.
    pub(super) fn read(
        package: &mut Package<'_>,
        workbook: &str,
        links: &[Relationship],
        budget: &mut Budget,
    ) -> Result<Self, Cause> {
        let Some(bytes) = package.part(workbook)? else {
            return Err(Cause::Corrupt(format!("缺少 {workbook}")));
        };
        let mut book = Self::default();
        book.read_workbook(Records::new(&bytes, workbook), budget)?;
        let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
        let part = |kind: &str| {
            let linked = links.iter().find(|link| link.kind == kind).map(|link| link.target.clone());
            linked.unwrap_or_else(|| format!("{folder}/{kind}.bin"))
        };
        if let Some(bytes) = package.part(&part("sharedStrings"))? {
            book.read_strings(Records::new(&bytes, "sharedStrings.bin"), budget)?;
        }
        if let Some(bytes) = package.part(&part("styles"))? {
            book.read_styles(Records::new(&bytes, "styles.bin"), budget)?;
        }
        Ok(book)
    }

    fn read_workbook(&mut self, mut records: Records<'_>, budget: &mut Budget) -> Result<(), Cause> {
        while let Some((id, mut fields)) = records.next()? {
            match id {
                id::WORKBOOK_PROPERTIES => self.date1904 = fields.u32()? & 1 == 1,
                id::BUNDLE_SHEET => {
                    budget.spend(fields.len() + 100)?;
                    self.sheets.push(sheet_entry(fields)?);
                }
                id::NAME => {
                    budget.spend(fields.len() + 100)?;
                    fields.take(9)?;
                    self.names.push(fields.text()?);
                }
                id::SUP_SELF | id::SUP_SAME => self.own_books.push(true),
                id::SUP_BOOK_SRC | id::SUP_ADDIN => self.own_books.push(false),
                id::EXTERN_SHEET => self.read_sheet_runs(fields)?,
                _ => {}
            }
        }
        check_count(&self.sheets)?;
        Ok(())
    }

    fn read_sheet_runs(&mut self, mut fields: Fields<'_>) -> Result<(), Cause> {
        fields.u32()?;
        while !fields.is_empty() {
            self.sheet_runs.push((fields.u32()?, fields.u32()?, fields.u32()?));
        }
        Ok(())
    }

    fn read_strings(&mut self, mut records: Records<'_>, budget: &mut Budget) -> Result<(), Cause> {
        while let Some((id, mut fields)) = records.next()? {
            if id == id::SST_ITEM {
                let text = fields.rich_text()?;
                budget.spend(text.len() + STRING_BYTES)?;
                self.strings.push(text);
            }
        }
        Ok(())
    }

    fn read_styles(&mut self, mut records: Records<'_>, budget: &mut Budget) -> Result<(), Cause> {
        let mut codes = HashMap::new();
        let mut styles = Vec::new();
        let mut of_cells = false;
        while let Some((id, mut fields)) = records.next()? {
            match id {
                id::FMT => {
                    budget.spend(fields.len() + 100)?;
                    codes.insert(u32::from(fields.u16()?), fields.text()?);
                }
                id::BEGIN_CELL_XFS => of_cells = true,
                id::END_CELL_XFS => of_cells = false,
                id::XF if of_cells => {
                    fields.u16()?;
                    styles.push(u32::from(fields.u16()?));
                }
                _ => {}
            }
        }
        self.formats = CellFormats::new(styles, &codes);
        Ok(())
    }

    /// What stands before a reference into the run of sheets with that index: `表1!`, or nothing for a name
    /// of the whole book; `None` for another book.
    pub(super) fn sheet_prefix(&self, index: u16) -> Option<String> {
        let (book, first, last) = *self.sheet_runs.get(usize::from(index))?;
        self.own_books.get(usize::try_from(book).ok()?).filter(|own| **own)?;
        let name = |sheet: u32| self.sheets.get(usize::try_from(sheet).ok()?).map(|s| s.name.as_str());
        let (first, last) = (name(first)?, name(last)?);
        let names = if first == last { first.to_owned() } else { format!("{first}:{last}") };
        let bare = names.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
        if bare && !names.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(format!("{names}!"));
        }
        Some(format!("'{}'!", names.replace('\'', "''")))
    }
}

/// What the workbook says of one sheet.
fn sheet_entry(mut fields: Fields<'_>) -> Result<SheetEntry, Cause> {
    let hidden = fields.u32()? != 0;
    fields.u32()?;
    Ok(SheetEntry { hidden, link: fields.nullable_text()?, name: fields.text()? })
}
