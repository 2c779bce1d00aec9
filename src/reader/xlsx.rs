//! An .xlsx or .xlsm workbook to grids, each part walked once.

mod book;
mod shift;
mod text;
mod worksheet;

#[cfg(test)]
mod tests;

use crate::error::Cause;
use crate::grid::Grid;
use crate::reader::limits;
use crate::reader::package::xml::Xml;
use crate::reader::package::{Budget, Package, Relationship};
use book::{Book, SheetEntry};

/// Where the workbook is when the container does not say so.
const WORKBOOK: &str = "xl/workbook.xml";

/// Reads the worksheets of a workbook in their order; chart, dialog and macro sheets are left out.
///
/// # Errors
/// [`Cause::Corrupt`] if any part cannot be read to its end (nothing is ever returned in part),
/// [`Cause::TooLarge`] beyond the [`limits`], [`Cause::Encrypted`].
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let mut package = Package::open(bytes)?;
    let mut budget = Budget::new("单元格内容");
    let workbook = package.main_part(WORKBOOK)?;
    let links = package.relationships(&workbook)?;
    let (book, entries) = Book::read(&mut package, &workbook, &links, &mut budget)?;
    if entries.len() > limits::SHEETS {
        return Err(Cause::TooLarge(format!("工作表超过 {} 个", limits::SHEETS)));
    }
    let mut grids = Vec::new();
    for entry in &entries {
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
    let Some(link) = links.iter().find(|link| link.id == entry.link) else {
        let mut grid = Grid::named(entry.name.as_str());
        grid.hidden = entry.hidden;
        grid.notes.push("工作簿没有指明这张工作表的内容在哪里，未读取".to_owned());
        return Ok(Some(grid));
    };
    if link.kind != "worksheet" {
        return Ok(None);
    }
    let Some(text) = package.xml(&link.target)? else {
        return Err(Cause::Corrupt(format!("缺少工作表“{}”的内容 {}", entry.name, link.target)));
    };
    worksheet::read(&mut Xml::new(&text, &link.target), book, entry, budget)
}
