//! Spreadsheets of the ODF standard (`.ods`, and flat `.fods`) to grids.

use std::collections::HashSet;

use crate::error::Cause;
use crate::grid::Grid;
use crate::reader::limits;
use crate::reader::markup::{self, Tag, Xml};
use crate::reader::package::Package;
use sheet::Sheet;

pub(super) mod formula;
mod sheet;
#[cfg(test)]
mod tests;

/// Reads every sheet of an `.ods` package or of a flat `.fods` document.
///
/// # Errors
/// [`Cause::Encrypted`], [`Cause::TooLarge`], or [`Cause::Corrupt`] for what is no such document or ends too early.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    if !bytes.starts_with(b"PK") {
        return read_content(bytes);
    }
    let mut package = Package::open(bytes)?;
    if package.part("META-INF/manifest.xml")?.is_some_and(|m| contains(&m, b"encryption-data")) {
        return Err(Cause::Encrypted);
    }
    let content = package.part("content.xml")?.ok_or_else(|| Cause::Corrupt("缺少 content.xml".into()))?;
    read_content(&content)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

fn read_content(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let (text, wrong) = markup::decode(bytes);
    let mut document =
        Document { xml: Xml::new(&text), hidden: HashSet::new(), sheets: Vec::new(), budget: Budget::full() };
    document.walk()?;
    if document.sheets.is_empty() {
        return Err(Cause::Corrupt("内容里没有工作表".into()));
    }
    if wrong {
        document
            .sheets
            .iter_mut()
            .for_each(|s| s.notes.push("文件里有无法解码的字节，个别文字可能有误".into()));
    }
    Ok(document.sheets)
}

struct Document<'a> {
    xml: Xml<'a>,
    /// Names of the table styles that hide a sheet; styles stand before the sheets.
    hidden: HashSet<String>,
    sheets: Vec<Grid>,
    budget: Budget,
}

/// What the sheets together may still hold.
struct Budget {
    cells: usize,
    bytes: u64,
    /// Characters that were read for cells, kept or not.
    read: u64,
}

impl Budget {
    fn full() -> Self {
        Self { cells: 3 * limits::cells(), bytes: limits::content_bytes(), read: limits::inflated_bytes() }
    }

    /// Takes the characters of a cell off, before anybody looks whether they are more than space.
    fn read(&mut self, chars: usize) -> Result<(), Cause> {
        let too_large = || limits::exceeded("全部工作表的文字过多");
        self.read = self.read.checked_sub(chars as u64).ok_or_else(too_large)?;
        Ok(())
    }

    /// Takes one cell with a text of that length off: a few bytes of repeats can ask for any number of them.
    fn spend(&mut self, length: usize) -> Result<(), Cause> {
        let too_large = || limits::exceeded("全部工作表的内容过多（单元格大量重复）");
        self.cells = self.cells.checked_sub(1).ok_or_else(too_large)?;
        self.bytes = self.bytes.checked_sub(length as u64).ok_or_else(too_large)?;
        Ok(())
    }
}

impl Document<'_> {
    /// Looks for styles and sheets in the element around.
    fn walk(&mut self) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                "office:document"
                | "office:document-content"
                | "office:body"
                | "office:spreadsheet"
                | "office:automatic-styles" => self.walk()?,
                "style:style" => self.style(&tag)?,
                "table:table" => self.sheet(&tag)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn style(&mut self, style: &Tag<'_>) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            let hides = tag.name() == "style:table-properties"
                && tag.attr("table:display").is_some_and(|shown| shown == "false");
            if hides {
                self.hidden.extend(style.attr("style:name"));
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    fn sheet(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        if self.sheets.len() >= limits::sheets() {
            return Err(limits::exceeded(format!("工作表超过 {} 张", limits::sheets())));
        }
        let mut grid = Grid::named(tag.attr("table:name").unwrap_or_default());
        grid.hidden = tag.attr("table:style-name").is_some_and(|style| self.hidden.contains(&style));
        self.sheets.push(Sheet::new(&mut self.xml, &mut self.budget, grid).read()?);
        Ok(())
    }
}
