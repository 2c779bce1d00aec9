//! The parts that all sheets share: names, strings, number formats.

use std::collections::{HashMap, HashSet};

use crate::error::Cause;
use crate::reader::number_format::CellFormats;
use crate::reader::package::sheet::{SheetEntry, check_count};
use crate::reader::package::xml::{Tag, Xml};
use crate::reader::package::{Budget, Package, Relationship, STRING_BYTES};
use crate::reader::xlsx::text::{RichText, is_struck, rich_text};

/// What a string of several fonts takes beside its text.
const RICH_BYTES: usize = 160;

/// What a style takes in the set of those with a line through them.
const STRUCK_BYTES: usize = 16;

/// What the sheets refer to.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Shared strings by index.
    pub strings: Vec<String>,
    /// Those of them of which parts are struck through, or would be in a cell whose font is.
    pub rich: HashMap<usize, RichText>,
    /// Cell styles whose font is struck through.
    pub struck: HashSet<u32>,
    /// Whether dates count from 1904.
    pub date1904: bool,
    /// Number formats by cell style.
    pub formats: CellFormats,
}

impl Book {
    /// Reads all that is shared, and the list of sheets.
    pub(super) fn read(
        package: &mut Package<'_>,
        workbook: &str,
        links: &[Relationship],
        budget: &mut Budget,
    ) -> Result<(Self, Vec<SheetEntry>), Cause> {
        let Some(text) = package.xml(workbook)? else {
            return Err(Cause::Corrupt(format!("缺少 {workbook}")));
        };
        let mut book = Self::default();
        let entries = book.read_workbook(&mut Xml::new(&text, workbook), budget)?;
        drop(text);
        let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
        let part = |kind: &str| {
            let linked = links.iter().find(|link| link.kind == kind).map(|link| link.target.clone());
            linked.unwrap_or_else(|| format!("{folder}/{kind}.xml"))
        };
        if let Some(text) = package.xml(&part("sharedStrings"))? {
            book.read_strings(&mut Xml::new(&text, "sharedStrings.xml"), budget)?;
        }
        if let Some(text) = package.xml(&part("styles"))? {
            book.read_styles(&mut Xml::new(&text, "styles.xml"), budget)?;
        }
        Ok((book, entries))
    }

    fn read_workbook(&mut self, xml: &mut Xml<'_>, budget: &mut Budget) -> Result<Vec<SheetEntry>, Cause> {
        let mut entries = Vec::new();
        let root = xml.root()?;
        if root.name() != "workbook" {
            return Err(Cause::Corrupt(format!("工作簿的内容是 {}", root.name())));
        }
        xml.children(|xml, tag| match tag.name() {
            "workbookPr" => {
                self.date1904 = tag.flag("date1904")?;
                xml.skip()
            }
            "sheets" => xml.children(|xml, tag| {
                if tag.name() == "sheet" {
                    let entry = sheet_entry(&tag)?;
                    budget.spend(entry.name.len() + 100)?;
                    entries.push(entry);
                }
                xml.skip()
            }),
            _ => xml.skip(),
        })?;
        check_count(&entries)?;
        Ok(entries)
    }

    fn read_strings(&mut self, xml: &mut Xml<'_>, budget: &mut Budget) -> Result<(), Cause> {
        xml.root()?;
        xml.children(|xml, tag| {
            if tag.name() != "si" {
                return xml.skip();
            }
            let text = rich_text(xml)?.plain().or_else(|rich| {
                let all = rich.all().to_owned();
                budget.spend(all.len() + RICH_BYTES)?;
                self.rich.insert(self.strings.len(), rich);
                Ok::<_, Cause>(all)
            })?;
            budget.spend(text.len() + STRING_BYTES)?;
            self.strings.push(text);
            Ok(())
        })
    }

    fn read_styles(&mut self, xml: &mut Xml<'_>, budget: &mut Budget) -> Result<(), Cause> {
        let mut codes = HashMap::new();
        let (mut fonts, mut styles) = (Vec::new(), Vec::new());
        xml.root()?;
        xml.children(|xml, tag| match tag.name() {
            "numFmts" => xml.children(|xml, tag| {
                let id = tag.number("numFmtId")?.filter(|_| tag.name() == "numFmt");
                if let Some((id, code)) = id.zip(tag.get("formatCode")?) {
                    budget.spend(code.len() + 100)?;
                    codes.insert(id, code.into_owned());
                }
                xml.skip()
            }),
            "fonts" => xml.children(|xml, _| {
                budget.spend(size_of::<bool>())?;
                fonts.push(is_struck(xml)?);
                Ok(())
            }),
            "cellXfs" => xml.children(|xml, tag| {
                if tag.name() == "xf" {
                    budget.spend(size_of::<u32>())?;
                    let font = tag.number("fontId")?.and_then(|id| usize::try_from(id).ok());
                    if font.and_then(|id| fonts.get(id)) == Some(&true) {
                        budget.spend(STRUCK_BYTES)?;
                        self.struck.extend(u32::try_from(styles.len()));
                    }
                    styles.push(tag.number("numFmtId")?.unwrap_or(0));
                }
                xml.skip()
            }),
            _ => xml.skip(),
        })?;
        self.formats = CellFormats::new(styles, &codes);
        Ok(())
    }
}

/// What the workbook says of one sheet.
fn sheet_entry(tag: &Tag<'_>) -> Result<SheetEntry, Cause> {
    Ok(SheetEntry {
        name: tag.get("name")?.unwrap_or_default().into_owned(),
        hidden: tag.get("state")?.is_some_and(|state| state.to_ascii_lowercase().contains("hidden")),
        link: tag.get_prefixed("id")?.unwrap_or_default().into_owned(),
    })
}
