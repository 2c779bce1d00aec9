//! A grid's cells to tokens: each with its text, its region and what it looks like.

use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::labels::Labels;
use crate::number;
use crate::text::{self, Keyed};

/// A non-blank cell, ready to be looked at.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// The cell itself.
    pub cell: &'a Cell,
    /// Where it stands, with the merged region around it.
    pub region: Region,
    /// What people see, without outer white space; the formula with `=` if no result is stored.
    pub text: Keyed,
}

impl<'a> Token<'a> {
    /// The token of a cell with the merged region around it.
    pub fn new(region: Region, cell: &'a Cell) -> Self {
        let shown = cell.value.as_ref().map(|value| text::trim(value.shown()).to_owned());
        let text = match (shown, &cell.formula) {
            (Some(shown), _) => shown,
            (None, Some(formula)) => format!("={formula}"),
            (None, None) => String::new(),
        };
        Self { cell, region, text: text.into() }
    }

    /// Its cell.
    pub const fn at(&self) -> CellRef {
        self.region.start
    }

    /// Its first column.
    pub const fn col(&self) -> u32 {
        self.region.start.col
    }

    /// Whether a formula stands here whose result was not stored.
    pub fn lacks_value(&self) -> bool {
        self.cell.formula.is_some() && self.cell.value.is_none()
    }

    /// Whether points, an amount or a rate could stand for it.
    pub fn is_number(&self) -> bool {
        self.is_points()
            || number::rate(&self.text).is_some()
            || number::amount(&self.text, number::MoneyUnit::WanYuan).is_some()
    }

    /// Whether it could be points: a bare number, one with 分, an error, a formula.
    pub fn is_points(&self) -> bool {
        matches!(self.cell.value, Some(Value::Error(_)))
            || number::is_error(&self.text)
            || (self.lacks_value() && !is_constant(self.cell.formula.as_deref()))
            || number::points(&self.text).is_some()
    }
}

/// Whether a formula is only a number: `=100%` typed as a target turns into one.
pub fn is_constant(formula: Option<&str>) -> bool {
    formula.is_some_and(|f| number::rate(f).is_some())
}

/// The tokens of one row, left to right.
#[derive(Debug, Clone)]
pub struct TokenRow<'a> {
    /// The row on the sheet.
    pub row: u32,
    /// Its tokens.
    pub tokens: Vec<Token<'a>>,
}

/// All rows that have a token within columns `left..right`.
pub fn rows(grid: &Grid, left: u32, right: u32) -> Vec<TokenRow<'_>> {
    let (mut rows, mut around): (Vec<TokenRow<'_>>, _) = (Vec::new(), grid.around());
    // A formula whose result is an empty text shows nothing and says nothing.
    let says = |cell: &Cell| cell.value.as_ref().is_none_or(|value| !text::trim(value.shown()).is_empty());
    for (at, cell) in grid.cells().filter(|(at, cell)| (left..right).contains(&at.col) && says(cell)) {
        let token = Token::new(around.region(at), cell);
        match rows.last_mut() {
            Some(last) if last.row == at.row => last.tokens.push(token),
            _ => rows.push(TokenRow { row: at.row, tokens: vec![token] }),
        }
    }
    rows
}

/// Splits `label：value` in one cell, where the label is one that `is_label` knows and both sides hold something.
pub fn split_inline(text: &str, is_label: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    let (at, colon) = text.char_indices().find(|(_, c)| matches!(c, ':' | '：'))?;
    let label = text.get(..at)?;
    let value = text::trim(text.get(at + colon.len_utf8()..)?);
    (!value.is_empty() && is_label(label)).then_some((label, value))
}

/// Whether the row heads a list of projects: 序号 and 项目名称 side by side.
pub fn is_list_header(row: &TokenRow<'_>, labels: &Labels) -> bool {
    let number = row.tokens.iter().any(|t| labels.is_list_number(&t.text));
    number && row.tokens.iter().any(|t| labels.is_list_name(&t.text))
}
