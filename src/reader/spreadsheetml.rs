//! Excel 2003 XML (`<?mso-application progid="Excel.Sheet"?>`) to grids.

use std::collections::HashMap;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::number;
use crate::reader::flow::HiddenRows;
use crate::reader::limits;
use crate::reader::markup::{self, Tag, Xml};
use crate::reader::ods::formula;
use crate::reader::shown::{self, DateForm, Form};

/// Reads every worksheet of the workbook.
///
/// # Errors
/// [`Cause::TooLarge`], or [`Cause::Corrupt`] for what is no workbook or ends too early.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let (text, wrong) = markup::decode(bytes);
    let mut book = Book { xml: Xml::new(&text), styles: HashMap::new(), sheets: Vec::new() };
    while let Some(tag) = book.xml.child()? {
        if tag.local() == "Workbook" { book.parts()? } else { book.xml.skip()? }
    }
    if book.sheets.is_empty() {
        return Err(Cause::Corrupt("内容里没有工作表".into()));
    }
    if wrong {
        markup::note_wrong_bytes(&mut book.sheets);
    }
    Ok(book.sheets)
}

struct Book<'a> {
    xml: Xml<'a>,
    styles: HashMap<String, Form>,
    sheets: Vec<Grid>,
}

impl Book<'_> {
    fn parts(&mut self) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "Styles" => self.styles()?,
                "Worksheet" => self.worksheet(&tag)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn styles(&mut self) -> Result<(), Cause> {
        while let Some(style) = self.xml.child()? {
            let parent = style.attr("Parent").and_then(|p| self.styles.get(&p).cloned());
            let mut form = parent.unwrap_or(Form::Plain);
            while let Some(tag) = self.xml.child()? {
                if tag.local() == "NumberFormat" {
                    form = Form::of_code(&tag.attr("Format").unwrap_or_default());
                }
                self.xml.skip()?;
            }
            self.styles.extend(style.attr("ID").map(|id| (id, form)));
        }
        Ok(())
    }

    fn worksheet(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        if self.sheets.len() >= limits::sheets() {
            return Err(limits::exceeded(format!("工作表超过 {} 张", limits::sheets())));
        }
        let mut sheet = Sheet {
            xml: &mut self.xml,
            styles: &self.styles,
            grid: Grid::named(tag.attr("Name").unwrap_or_default()),
            filled: 0,
            hidden_rows: HiddenRows::default(),
        };
        sheet.parts()?;
        let mut grid = sheet.grid;
        sheet.hidden_rows.note_in(&mut grid);
        self.sheets.push(grid);
        Ok(())
    }
}

struct Sheet<'x, 'a> {
    xml: &'x mut Xml<'a>,
    styles: &'x HashMap<String, Form>,
    grid: Grid,
    filled: usize,
    hidden_rows: HiddenRows,
}

impl Sheet<'_, '_> {
    fn parts(&mut self) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "Table" => self.table()?,
                "WorksheetOptions" => self.options()?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn options(&mut self) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            let is_visibility = tag.local() == "Visible";
            self.grid.hidden |= self.xml.text()?.trim() != "SheetVisible" && is_visibility;
        }
        Ok(())
    }

    fn table(&mut self) -> Result<(), Cause> {
        let (mut row, mut col) = (0, 0);
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "Column" => {
                    let (start, end) = stretch(&tag, col, limits::COLS)?;
                    if tag.flag("Hidden") {
                        self.grid.hidden_cols.extend(start.max(col)..end);
                    }
                    col = end.max(col);
                    self.xml.skip()?;
                }
                "Row" => {
                    let (start, end) = stretch(&tag, row, limits::ROWS)?;
                    if tag.flag("Hidden") {
                        self.hidden_rows.push(start..end);
                    }
                    row = end;
                    self.row(start, tag.attr("StyleID").as_deref())?;
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn row(&mut self, row: u32, style: Option<&str>) -> Result<(), Cause> {
        let mut col = 0;
        while let Some(tag) = self.xml.child()? {
            if tag.local() != "Cell" {
                self.xml.skip()?;
                continue;
            }
            let start = index(&tag, col);
            let end = start.saturating_add(tag.number("MergeAcross").unwrap_or(0));
            let last = row.saturating_add(tag.number("MergeDown").unwrap_or(0));
            if end >= limits::COLS || last >= limits::ROWS {
                return Err(Cause::TooLarge(format!("超过 {} 行或 {} 列", limits::ROWS, limits::COLS)));
            }
            let at = CellRef::new(row, start);
            self.merge(Region::new(at, CellRef::new(last, end)))?;
            let cell = self.cell(&tag, at, style)?;
            self.put(at, cell)?;
            col = end + 1;
        }
        Ok(())
    }

    fn merge(&mut self, region: Region) -> Result<(), Cause> {
        if region.is_merge() && self.grid.merges().len() >= limits::merges() {
            return Err(limits::exceeded(format!("一张工作表超过 {} 个合并区域", limits::merges())));
        }
        self.grid.merge(region);
        Ok(())
    }

    fn put(&mut self, at: CellRef, cell: Cell) -> Result<(), Cause> {
        self.filled += usize::from(!cell.is_blank());
        if self.filled > limits::cells() {
            return Err(limits::exceeded(format!("一张工作表超过 {} 个单元格", limits::cells())));
        }
        self.grid.put(at, cell);
        Ok(())
    }

    fn cell(&mut self, tag: &Tag<'_>, at: CellRef, row_style: Option<&str>) -> Result<Cell, Cause> {
        let style = tag.attr("StyleID");
        let form = style.as_deref().or(row_style).and_then(|id| self.styles.get(id));
        let mut value = None;
        while let Some(child) = self.xml.child()? {
            if child.local() == "Data" {
                let text = self.xml.text()?;
                value = data(child.attr("Type").as_deref(), text, form.unwrap_or(&Form::Plain))?;
            } else {
                self.xml.skip()?;
            }
        }
        let formula = tag.attr("Formula").map(|f| match f.strip_prefix('=') {
            Some(formula) => to_a1(formula, at),
            // LibreOffice leaves its own notation in.
            None => formula::to_a1(&f),
        });
        Ok(Cell { value: value.filter(|v| !v.shown().is_empty()), formula })
    }
}

/// The place of a row, column or cell: where it says, else after the one before.
fn index(tag: &Tag<'_>, next: u32) -> u32 {
    tag.number("Index").and_then(|i| i.checked_sub(1)).unwrap_or(next)
}

/// From where to where a row or column element reaches; `Span` counts those after the first.
fn stretch(tag: &Tag<'_>, next: u32, limit: u32) -> Result<(u32, u32), Cause> {
    let start = index(tag, next);
    let end = start.saturating_add(tag.number("Span").unwrap_or(0)).saturating_add(1);
    if start >= limit {
        return Err(Cause::TooLarge(format!("行或列的序号超过 {limit}")));
    }
    Ok((start, end.min(limit)))
}

fn data(kind: Option<&str>, text: String, form: &Form) -> Result<Option<Value>, Cause> {
    if text.chars().nth(limits::TEXT_CHARS).is_some() {
        return Err(Cause::TooLarge(format!("一个单元格超过 {} 字", limits::TEXT_CHARS)));
    }
    let number = match kind {
        Some("Number") => text.trim().parse::<f64>().ok().and_then(number::from_f64),
        Some("DateTime") => shown::serial_of_iso(&text),
        Some("Boolean") => return Ok(Some(Value::Bool(text.trim() == "1"))),
        Some("Error") => return Ok(Some(Value::Error(text))),
        _ => None,
    };
    let plain_date = Form::Date(DateForm { han: None, date: true, time: false });
    let form = if kind == Some("DateTime") && *form == Form::Plain { &plain_date } else { form };
    Ok(Some(number.map_or_else(|| Value::Text(text), |number| form.value(number))))
}

/// R1C1 references turned to A1 as seen from `at`; whole rows and columns stay as they are.
fn to_a1(formula: &str, at: CellRef) -> String {
    let mut out = String::with_capacity(formula.len());
    let mut rest = formula;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let begins = !(before.is_alphanumeric() || before == '_' || before == '.');
        let (token, length) = match c {
            '"' | '\'' => (None, quoted(rest, c)),
            'R' | 'r' if begins => {
                reference(rest, at).map_or((None, 1), |(text, length)| (Some(text), length))
            }
            _ => (None, c.len_utf8()),
        };
        let (raw, after) = rest.split_at(length);
        out.push_str(token.as_deref().unwrap_or(raw));
        before = raw.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    out
}

/// Bytes of the quoted text at the start, both quotes included.
fn quoted(text: &str, quote: char) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(text.len(), |(at, _)| at + 1)
}

/// The `R[-1]C2` at the start in A1 notation, and its length in bytes.
fn reference(text: &str, at: CellRef) -> Option<(String, usize)> {
    let (row, row_is_fixed, after_row) = coordinate(text.get(1..)?, at.row)?;
    let after_c = after_row.strip_prefix(['C', 'c'])?;
    let (col, col_is_fixed, rest) = coordinate(after_c, at.col)?;
    // A longer word is a name or a function, not a reference.
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '(' || c == '.') {
        return None;
    }
    let dollar = |fixed: bool| if fixed { "$" } else { "" };
    let name = crate::grid::column_name(col);
    let a1 = format!("{}{name}{}{}", dollar(col_is_fixed), dollar(row_is_fixed), u64::from(row) + 1);
    Some((a1, text.len() - rest.len()))
}

/// `[-1]`, `7` or nothing after `R` or `C`: the zero-based place, whether it is fixed, and what follows.
fn coordinate(text: &str, here: u32) -> Option<(u32, bool, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (offset, rest) = inner.split_once(']')?;
        let place = i64::from(here) + i64::from(offset.parse::<i32>().ok()?);
        return Some((u32::try_from(place).ok()?, false, rest));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Some((here, false, rest));
    }
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, true, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workbook(table: &str) -> String {
        format!(
            "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\n<Workbook \
             xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:x'><Styles>\
             <Style ss:ID='p'><NumberFormat ss:Format='0.00%'/></Style><Style ss:ID='q' ss:Parent='p'/>\
             <Style ss:ID='d'><NumberFormat ss:Format='yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;'/></Style>\
             </Styles><Worksheet ss:Name='表 &amp; 一'><Table>{table}</Table><WorksheetOptions><Visible>SheetHidden\
             </Visible></WorksheetOptions></Worksheet></Workbook>"
        )
    }

    fn shown(grid: &Grid) -> Vec<String> {
        let one = |(at, cell): (CellRef, &Cell)| {
            let value = cell.value.as_ref().map_or("", Value::shown);
            let formula = cell.formula.as_ref().map_or(String::new(), |f| format!("={f}"));
            format!("{at}={value}{formula}")
        };
        grid.cells().map(one).collect()
    }

    #[test]
    fn cells_merges_and_formats() {
        let table = "<Column ss:Index='2' ss:Hidden='1' ss:Span='1'/>
            <Row><Cell ss:MergeAcross='2' ss:MergeDown='1'><Data ss:Type='String'>标题&#10;二</Data></Cell>
            <Cell><Data ss:Type='Number'>69.909999999999997</Data><Comment><Data>批注</Data></Comment></Cell></Row>
            <Row ss:Index='4' ss:Hidden='1'><Cell ss:Index='3' ss:StyleID='q'><Data ss:Type='Number'>0.7379</Data></Cell>
            <Cell ss:StyleID='d'><Data ss:Type='DateTime'>2023-12-31T00:00:00.000</Data></Cell>
            <Cell><Data ss:Type='DateTime'>2023-12-31T00:00:00.000</Data></Cell>
            <Cell ss:Formula='=R[-3]C[-2]*RC1'/><Cell><Data ss:Type='Error'>#REF!</Data></Cell>
            <Cell><ss:Data ss:Type='String' xmlns='h'><B>粗</B>细</ss:Data></Cell></Row>";
        let sheets = read(workbook(table).as_bytes()).unwrap();
        let grid = sheets.first().unwrap();
        assert_eq!(grid.sheet.as_deref(), Some("表 & 一"));
        assert_eq!(
            shown(grid),
            [
                "A1=标题\n二",
                "D1=69.91",
                "C4=73.79%",
                "D4=2023年12月31日",
                "E4=2023-12-31",
                "F4==D1*$A4",
                "G4=#REF!",
                "H4=粗细"
            ]
        );
        assert_eq!(grid.merges(), ["A1:C2".parse().unwrap()]);
        assert_eq!(grid.hidden_cols.iter().copied().collect::<Vec<_>>(), [1, 2]);
        assert!(grid.hidden && grid.hidden_rows.contains(&3));
    }

    #[test]
    fn formulas() {
        for (r1c1, a1) in [
            ("SUM(R[-2]C:R[-1]C)", "SUM(C3:C4)"),
            ("R1C1+Sheet2!R2C[1]", "$A$1+Sheet2!D$2"),
            ("ROUND(RC[-1],2)", "ROUND(B5,2)"),
            ("\"R1C1\"&RC", "\"R1C1\"&C5"),
            ("SUM(C[-1])+R[-9]C", "SUM(C[-1])+R[-9]C"),
            ("100%", "100%"),
            ("RATE+R1C1X+值R1", "RATE+R1C1X+值R1"),
        ] {
            assert_eq!(to_a1(r1c1, CellRef::new(4, 2)), a1);
        }
    }

    #[test]
    fn hostile_documents_stop() {
        for far in [
            "<Row ss:Index='99999999999'/>",
            "<Row><Cell ss:Index='16385'/></Row>",
            "<Row><Cell ss:MergeAcross='99999'/></Row>",
        ] {
            assert!(matches!(read(workbook(far).as_bytes()), Err(Cause::TooLarge(_))), "{far}");
        }
        let whole = workbook("<Row><Cell><Data>x</Data></Cell></Row>");
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(matches!(read(&whole.as_bytes()[..end]), Err(Cause::Corrupt(_))));
        }
    }
}
