//! One `table:table` element to a grid.

use rust_decimal::Decimal;

use super::{Budget, formula};
use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::number;
use crate::reader::flow::HiddenRows;
use crate::reader::limits;
use crate::reader::markup::{Tag, Token, Xml};
use crate::reader::shown::{self, DateForm, Form};

/// A sheet half read.
pub struct Sheet<'x, 'a> {
    xml: &'x mut Xml<'a>,
    budget: &'x mut Budget,
    grid: Grid,
    filled: usize,
    row: u32,
    column: u32,
    hidden_rows: HiddenRows,
}

/// A cell of a row, before the row is repeated.
struct Placed {
    col: u32,
    /// How many columns get this cell.
    copies: u32,
    cell: Cell,
    columns: u32,
    rows: u32,
}

impl<'x, 'a> Sheet<'x, 'a> {
    /// A sheet whose start tag has just been read.
    pub fn new(xml: &'x mut Xml<'a>, budget: &'x mut Budget, grid: Grid) -> Self {
        Self { xml, budget, grid, filled: 0, row: 0, column: 0, hidden_rows: HiddenRows::default() }
    }

    /// Reads to the end of the sheet.
    pub fn read(mut self) -> Result<Grid, Cause> {
        self.rows_and_columns(false)?;
        self.hidden_rows.note_in(&mut self.grid);
        Ok(self.grid)
    }

    /// Rows and columns stand in the table itself, in header parts, or in groups that may be folded.
    fn rows_and_columns(&mut self, folded: bool) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                "table:table-row" => self.row(&tag, folded)?,
                "table:table-column" => self.column(&tag, folded)?,
                "table:table-columns"
                | "table:table-header-columns"
                | "table:table-rows"
                | "table:table-header-rows" => self.rows_and_columns(folded)?,
                "table:table-column-group" | "table:table-row-group" => {
                    let shut = tag.attr("table:display").is_some_and(|shown| shown == "false");
                    self.rows_and_columns(folded || shut)?;
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn column(&mut self, tag: &Tag<'_>, folded: bool) -> Result<(), Cause> {
        let end = self.column.saturating_add(tag.count("table:number-columns-repeated")).min(limits::COLS);
        if folded || is_hidden(tag) {
            self.grid.hidden_cols.extend(self.column..end);
        }
        self.column = end;
        self.xml.skip()
    }

    fn row(&mut self, tag: &Tag<'_>, folded: bool) -> Result<(), Cause> {
        let cells = self.cells()?;
        let rows = self.row..self.row.saturating_add(tag.count("table:number-rows-repeated"));
        self.row = rows.end;
        if folded || is_hidden(tag) {
            self.hidden_rows.push(rows.clone());
        }
        if cells.is_empty() {
            return Ok(());
        }
        if rows.end > limits::ROWS {
            return Err(Cause::TooLarge(format!("行数超过 {}", limits::ROWS)));
        }
        for row in rows {
            cells.iter().try_for_each(|placed| self.place(row, placed))?;
        }
        Ok(())
    }

    /// The cells of a row that have content or span others.
    fn cells(&mut self) -> Result<Vec<Placed>, Cause> {
        let (mut cells, mut col) = (Vec::new(), 0_u32);
        while let Some(tag) = self.xml.child()? {
            if !matches!(tag.name(), "table:table-cell" | "table:covered-table-cell") {
                self.xml.skip()?;
                continue;
            }
            let copies = tag.count("table:number-columns-repeated");
            let columns = tag.count("table:number-columns-spanned");
            let rows = tag.count("table:number-rows-spanned");
            let cell = self.cell(&tag)?;
            let end = col.saturating_add(copies);
            if !cell.is_blank() || columns > 1 || rows > 1 {
                check_columns(end.saturating_add(columns - 1))?;
                cells.push(Placed { col, copies, cell, columns, rows });
            }
            col = end;
        }
        Ok(cells)
    }

    fn place(&mut self, row: u32, placed: &Placed) -> Result<(), Cause> {
        for col in placed.col..placed.col + placed.copies {
            self.merge(row, col, placed)?;
            if placed.cell.is_blank() {
                continue;
            }
            self.filled += 1;
            if self.filled > limits::cells() {
                return Err(limits::exceeded(format!("一张工作表超过 {} 个单元格", limits::cells())));
            }
            self.budget.spend(placed.cell.value.as_ref().map_or(0, |v| v.shown().len()))?;
            self.grid.put(CellRef::new(row, col), placed.cell.clone());
        }
        Ok(())
    }

    fn merge(&mut self, row: u32, col: u32, placed: &Placed) -> Result<(), Cause> {
        if placed.columns == 1 && placed.rows == 1 {
            return Ok(());
        }
        // Also one that is left out since it overlaps another: repeats can ask for any number of them.
        self.budget.spend(0)?;
        if self.grid.merges().len() >= limits::merges() {
            return Err(limits::exceeded(format!("一张工作表超过 {} 个合并区域", limits::merges())));
        }
        let last = row.saturating_add(placed.rows - 1).min(limits::ROWS - 1);
        let end = CellRef::new(last, col + (placed.columns - 1));
        self.grid.merge(Region::new(CellRef::new(row, col), end));
        Ok(())
    }

    fn cell(&mut self, tag: &Tag<'_>) -> Result<Cell, Cause> {
        let mut text = Paragraphs::default();
        self.paragraphs(&mut text)?;
        self.budget.read(text.chars)?;
        let text = text.lines.join("\n");
        let formula = tag.attr("table:formula").map(|f| formula::to_a1(&f));
        let is_error = tag.attr("calcext:value-type").is_some_and(|t| t == "error")
            || (formula.is_some() && shown::is_error_name(&text));
        let value = if is_error { Some(Value::Error(text)) } else { value(tag, text) };
        Ok(Cell { value: value.filter(|v| !v.shown().is_empty()), formula })
    }

    /// The paragraphs of a cell; notes and drawings are not its text.
    fn paragraphs(&mut self, text: &mut Paragraphs) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                "text:p" | "text:h" => {
                    text.start();
                    self.inline(text)?;
                }
                "text:list" | "text:list-item" | "text:section" => self.paragraphs(text)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn inline(&mut self, text: &mut Paragraphs) -> Result<(), Cause> {
        loop {
            let tag = match self.xml.next()? {
                Token::Open(tag) => tag,
                Token::Text(piece) => {
                    text.push_text(&piece)?;
                    continue;
                }
                Token::Close => return Ok(()),
            };
            match tag.name() {
                "text:s" => text.push(' ', tag.count("text:c"))?,
                "text:tab" => text.push('\t', 1)?,
                "text:line-break" => text.push('\n', 1)?,
                // The reading above a word is not the word.
                "text:ruby-text" | "text:note" | "office:annotation" => {}
                name if name.starts_with("draw:") => {}
                _ => {
                    self.inline(text)?;
                    continue;
                }
            }
            self.xml.skip()?;
        }
    }
}

fn check_columns(end: u32) -> Result<(), Cause> {
    if end > limits::COLS { Err(Cause::TooLarge(format!("列数超过 {}", limits::COLS))) } else { Ok(()) }
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.attr("table:visibility").is_some_and(|v| v == "collapse" || v == "filter")
}

/// The value that the cell's attributes declare; `text` is what the writing program showed for it.
fn value(tag: &Tag<'_>, text: String) -> Option<Value> {
    let kind = tag.attr("office:value-type").unwrap_or_default();
    let number = match kind.as_str() {
        "float" | "currency" | "percentage" => tag.attr("office:value").and_then(|v| decimal(&v)),
        "date" => tag.attr("office:date-value").and_then(|v| shown::serial_of_iso(&v)),
        "time" => tag.attr("office:time-value").and_then(|v| shown::serial_of_duration(&v)),
        "boolean" => return Some(Value::Bool(tag.attr("office:boolean-value")? == "true")),
        _ => None,
    };
    if let Some(number) = number {
        return Some(form(&kind, number, &text).value(number));
    }
    let typed = if text.is_empty() { tag.attr("office:string-value").unwrap_or_default() } else { text };
    Some(Value::Text(typed))
}

fn form(kind: &str, number: Decimal, text: &str) -> Form {
    match kind {
        "percentage" => Form::Percent,
        "date" if text.is_empty() => {
            Form::Date(DateForm { han: None, date: true, time: !number.fract().is_zero() })
        }
        "date" => Form::Date(DateForm::of_text(text)),
        "time" => Form::Date(DateForm::TIME),
        _ => Form::of_text(number, text),
    }
}

fn decimal(stored: &str) -> Option<Decimal> {
    stored.trim().parse::<f64>().ok().and_then(number::from_f64)
}

/// The paragraphs of a cell, one a line.
#[derive(Default)]
struct Paragraphs {
    lines: Vec<String>,
    chars: usize,
}

impl Paragraphs {
    fn start(&mut self) {
        self.lines.push(String::new());
        self.chars += 1;
    }

    fn push(&mut self, c: char, times: u32) -> Result<(), Cause> {
        self.count(usize::try_from(times).unwrap_or(usize::MAX))?;
        if let Some(line) = self.lines.last_mut() {
            line.extend((0..times).map(|_| c));
        }
        Ok(())
    }

    /// Adds text with its white space as it stands: the standard would fold it, programs do not.
    fn push_text(&mut self, piece: &str) -> Result<(), Cause> {
        self.count(piece.chars().count())?;
        if let Some(line) = self.lines.last_mut() {
            line.push_str(piece);
        }
        Ok(())
    }

    fn count(&mut self, chars: usize) -> Result<(), Cause> {
        self.chars = self.chars.saturating_add(chars);
        if self.chars > limits::TEXT_CHARS {
            return Err(Cause::TooLarge(format!("一个单元格超过 {} 字", limits::TEXT_CHARS)));
        }
        Ok(())
    }
}
