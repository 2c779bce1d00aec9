//! The XML of one worksheet to a grid.

use std::collections::HashMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Value};
use crate::number::from_f64;
use crate::reader::calendar::serial_of_iso;
use crate::reader::flow::Line;
use crate::reader::limits;
use crate::reader::number_format::NumberFormat;
use crate::reader::package::Budget;
use crate::reader::package::sheet::{LOST_FORMULA, SheetBuilder, SheetEntry, text_value};
use crate::reader::package::xml::{Tag, Xml};
use crate::reader::xlsx::book::Book;
use crate::reader::xlsx::shift::shift;
use crate::reader::xlsx::text::{RichText, rich_text, unescape};

/// Roots of parts that a workbook may call worksheets though they have no cells.
const NO_CELLS: [&str; 3] = ["chartsheet", "dialogsheet", "macrosheet"];

/// Moving a reference takes longer than keeping it: a long formula shared by a whole sheet must not go on for minutes.
const SHIFT_WORK: usize = 3;

/// Reads a sheet; `None` if it is a chart or a dialog.
///
/// # Errors
/// [`Cause::Corrupt`] if it cannot be read to its end, [`Cause::TooLarge`].
pub(super) fn read(
    xml: &mut Xml<'_>,
    book: &Book,
    entry: &SheetEntry,
    budget: &mut Budget,
) -> Result<Option<Grid>, Cause> {
    let root = xml.root()?;
    if NO_CELLS.contains(&root.name()) {
        return Ok(None);
    }
    if root.name() != "worksheet" {
        return Err(Cause::Corrupt(format!("工作表“{}”的内容是 {}", entry.name, root.name())));
    }
    let sheet = SheetBuilder::new(&entry.name, entry.hidden, budget);
    let mut reader =
        Worksheet { book, sheet, next: CellRef::default(), shared: HashMap::new(), sharers: Vec::new() };
    xml.children(|xml, tag| reader.section(xml, &tag))?;
    reader.resolve_sharers()?;
    Ok(Some(reader.sheet.finish()))
}

/// A sheet on the way into its grid.
struct Worksheet<'b> {
    book: &'b Book,
    sheet: SheetBuilder<'b>,
    /// Where a cell without an address stands.
    next: CellRef,
    /// Shared formulas by index: a map, since the index may be any number.
    shared: HashMap<String, Shared>,
    /// Cells that share a formula.
    sharers: Vec<(CellRef, String)>,
}

struct Shared {
    at: CellRef,
    formula: Rc<str>,
}

/// The content of a `<c>` as the file has it.
#[derive(Default)]
struct Content {
    value: Option<String>,
    inline: Option<RichText>,
    formula: Option<String>,
}

impl Worksheet<'_> {
    fn section(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), Cause> {
        match tag.name() {
            "cols" => xml.children(|xml, tag| {
                self.column(&tag)?;
                xml.skip()
            }),
            "sheetData" => xml.children(|xml, tag| match tag.name() {
                "row" => self.row(xml, &tag),
                _ => xml.skip(),
            }),
            "mergeCells" => xml.children(|xml, tag| {
                self.merge(&tag)?;
                xml.skip()
            }),
            _ => xml.skip(),
        }
    }

    fn column(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        let (first, last) = (tag.number("min")?, tag.number("max")?);
        match first.zip(last) {
            Some((first, last)) if tag.name() == "col" && tag.flag("hidden")? && first > 0 => {
                self.sheet.hide_cols(first - 1, last.saturating_sub(1))
            }
            _ => Ok(()),
        }
    }

    fn merge(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        if tag.name() != "mergeCell" {
            return Ok(());
        }
        let reference = tag.get("ref")?.unwrap_or_default();
        if let Ok(region) = reference.parse() {
            return self.sheet.merge(region);
        }
        let shown: String = reference.chars().take(40).collect();
        self.sheet.note(format!("合并区域“{shown}”写法有误，已忽略"));
        Ok(())
    }

    fn row(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), Cause> {
        let row = match tag.get("r")? {
            None => self.next.row,
            Some(text) => match text.trim().parse::<u32>().ok().and_then(|row| row.checked_sub(1)) {
                Some(row) => row,
                None => self.bad_address(&text, self.next.row),
            },
        };
        self.next = CellRef::new(row, 0);
        if row >= limits::ROWS {
            self.sheet.note(format!("第 {} 行超出工作表范围，已忽略", u64::from(row) + 1));
            xml.skip()?;
        } else {
            if tag.flag("hidden")? {
                self.sheet.hide_row(row);
            }
            xml.children(|xml, tag| match tag.name() {
                "c" => self.cell(xml, &tag),
                _ => xml.skip(),
            })?;
        }
        self.next = CellRef::new(row.saturating_add(1), 0);
        Ok(())
    }

    fn bad_address<T>(&mut self, text: &str, instead: T) -> T {
        let shown: String = text.chars().take(40).collect();
        self.sheet.note(format!("地址“{shown}”写法有误，按先后次序放置"));
        instead
    }

    fn cell(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), Cause> {
        let at = match tag.get("r")? {
            None => self.next,
            Some(text) => match text.trim().parse() {
                Ok(at) => at,
                Err(()) => self.bad_address(&text, self.next),
            },
        };
        self.next.col = at.col.saturating_add(1);
        let content = self.content(xml, at)?;
        let kind = tag.get("t")?.unwrap_or_default();
        let value = self.value(at, &kind, tag.number("s")?, &content)?;
        self.sheet.put(at, Cell { value, formula: content.formula })
    }

    /// What is inside a `<c>`, up to its end; anything unknown is skipped.
    fn content(&mut self, xml: &mut Xml<'_>, at: CellRef) -> Result<Content, Cause> {
        let mut content = Content::default();
        xml.children(|xml, tag| {
            match tag.name() {
                "v" => content.value = Some(xml.text()?),
                "is" => content.inline = Some(rich_text(xml)?),
                "f" => content.formula = self.formula(xml, &tag, at)?,
                _ => xml.skip()?,
            }
            Ok(())
        })?;
        Ok(content)
    }

    /// The cell's own formula; one that it shares is noted down for the end of the sheet.
    fn formula(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>, at: CellRef) -> Result<Option<String>, Cause> {
        let shared = if tag.get("t")?.is_some_and(|t| t == "shared") { tag.get("si")? } else { None };
        let text = xml.text()?;
        let formula = text.strip_prefix('=').unwrap_or(&text).trim();
        if shared.is_some() {
            self.sheet.keep(formula)?;
        }
        match (shared, formula.is_empty()) {
            (Some(index), true) => self.sharers.push((at, index.into_owned())),
            (Some(index), false) => {
                let formula = Rc::from(formula);
                self.shared.entry(index.into_owned()).or_insert(Shared { at, formula });
            }
            (None, _) => {}
        }
        Ok((!formula.is_empty()).then(|| formula.to_owned()))
    }

    fn resolve_sharers(&mut self) -> Result<(), Cause> {
        for (at, index) in std::mem::take(&mut self.sharers) {
            let formula = self.shared.get(&index).map(|shared| shift(&shared.formula, shared.at, at));
            if formula.is_none() {
                self.sheet.note(format!("单元格 {at} 的公式在文件中缺失"));
            }
            let formula = formula.unwrap_or_else(|| LOST_FORMULA.to_owned());
            self.sheet.keep_bytes(SHIFT_WORK * formula.len())?;
            self.sheet.set_formula(at, formula)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        at: CellRef,
        kind: &str,
        style: Option<u32>,
        content: &Content,
    ) -> Result<Option<Value>, Cause> {
        let is_struck = style.is_some_and(|style| self.book.struck.contains(&style));
        if let (Some(inline), true) = (&content.inline, content.value.is_none() || kind == "inlineStr") {
            return self.told(at, inline.in_cell(is_struck)).map(Some);
        }
        let Some(raw) = &content.value else { return Ok(None) };
        if kind == "s" {
            return self.shared_string(at, raw, is_struck).map(Some);
        }
        let value = self.typed(at, kind, style, raw);
        if let (Some(value), true) = (&value, is_struck) {
            self.told(at, Line::struck(value.shown()))?;
        }
        Ok(value)
    }

    /// What is read of a string; what is not goes into the notes.
    fn told(&mut self, at: CellRef, line: Line) -> Result<Value, Cause> {
        self.sheet.keep(line.all())?;
        for note in line.notes(format_args!("单元格 {at} ")) {
            self.sheet.note(note);
        }
        Ok(text_value(&line.into_read()))
    }

    /// A value that is no string of the workbook.
    fn typed(&mut self, at: CellRef, kind: &str, style: Option<u32>, raw: &str) -> Option<Value> {
        let format = self.book.formats.of(style.unwrap_or(0));
        match kind {
            "str" | "inlineStr" => Some(text_value(&unescape(raw))),
            "e" => Some(Value::Error(raw.trim().to_owned())),
            "b" => Some(Value::Bool(matches!(raw.trim(), "1" | "true" | "TRUE"))),
            "d" => Some(self.date(raw, format)),
            _ if raw.trim().is_empty() => None,
            _ => Some(self.number(at, raw, format)),
        }
    }

    fn shared_string(&mut self, at: CellRef, raw: &str, is_struck: bool) -> Result<Value, Cause> {
        let book = self.book;
        let found = raw.trim().parse::<usize>().ok().and_then(|at| Some((at, book.strings.get(at)?)));
        // Going on without it would lose what the cell says.
        let lost = || Cause::Corrupt(format!("单元格 {at} 的文字不在共享字符串表中"));
        let (index, text) = found.ok_or_else(lost)?;
        match book.rich.get(&index) {
            Some(rich) => self.told(at, rich.in_cell(is_struck)),
            None if is_struck => self.told(at, Line::struck(text)),
            None => Ok(text_value(text)),
        }
    }

    /// An ISO date, shown as a date even where the cell's style has no date format.
    fn date(&self, raw: &str, format: &NumberFormat) -> Value {
        let date1904 = self.book.date1904;
        let Some(number) = serial_of_iso(raw, date1904) else { return text_value(raw) };
        let iso = if number.is_integer() { "yyyy-mm-dd" } else { "yyyy-mm-dd hh:mm:ss" };
        let shown = if format.is_date() {
            format.shown(number, date1904)
        } else {
            NumberFormat::new(iso).shown(number, date1904)
        };
        Value::Number { number, shown }
    }

    /// A number; what is none is kept as text, with a note.
    fn number(&mut self, at: CellRef, raw: &str, format: &NumberFormat) -> Value {
        let Some(number) = parse_number(raw) else {
            self.sheet.note(format!("单元格 {at} 的数值无法识别，按文字读取"));
            return text_value(&unescape(raw));
        };
        Value::Number { number, shown: format.shown(number, self.book.date1904) }
    }
}

/// The stored double as people see it.
fn parse_number(raw: &str) -> Option<Decimal> {
    raw.trim().parse().ok().and_then(from_f64)
}
