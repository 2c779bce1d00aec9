//! An .xlsb workbook to grids, by a walk over the records of its binary parts ([MS-XLSB]).

mod book;
mod formula;
mod record;
mod worksheet;

#[cfg(test)]
mod tests;

use crate::error::Cause;
use crate::grid::Grid;
use crate::reader::package::sheet::{SheetEntry, SheetPart};
use crate::reader::package::{Budget, Package, Relationship};
use book::Book;
use record::Records;

/// Where the workbook is when the container does not say so.
const WORKBOOK: &str = "xl/workbook.bin";

/// Reads the worksheets of a workbook in their order; chart, dialog and macro sheets are left out.
///
/// # Errors
/// [`Cause::Corrupt`] if any part cannot be read to its end (nothing is ever returned in part),
/// [`Cause::TooLarge`] beyond the [limits](crate::reader::limits), [`Cause::Encrypted`].
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let mut package = Package::open(bytes)?;
    let mut budget = Budget::content();
    let workbook = package.main_part(WORKBOOK)?;
    let links = package.relationships(&workbook)?;
    let book = Book::read(&mut package, &workbook, &links, &mut budget)?;
    let mut grids = Vec::new();
    for entry in &book.sheets {
        grids.extend(read_sheet(&mut package, &links, &book, entry, &mut budget)?);
    }
    Ok(grids)
}

/// One sheet; `None` if it has no cells by its nature.
fn read_sheet(
    package: &mut Package<'_>,
    links: &[Relationship],
    book: &Book,
    entry: &SheetEntry,
    budget: &mut Budget,
) -> Result<Option<Grid>, Cause> {
    match entry.find(links) {
        SheetPart::NoCells => Ok(None),
        SheetPart::Unlinked(grid) => Ok(Some(grid)),
        SheetPart::At(part) => {
            let bytes = package.part(part)?.ok_or_else(|| entry.missing(part))?;
            worksheet::read(Records::new(&bytes, part), book, entry, budget).map(Some)
        }
    }
}
