//! The rows of a form to its layout: labels found, every other cell given to the field it belongs to.

mod funding;
mod goals;
mod header;
mod indicators;
mod note;
mod pairs;
mod sums;
mod total;
mod unit;

use std::collections::{BTreeMap, BTreeSet};

use crate::form::{Extra, Field};
use crate::grid::{CellRef, Region};
use crate::labels::Labels;
use crate::layout::{Layout, SlidRow, Source};
use crate::text;

use super::align::{CLEAR, Habit, slot_at};
use super::segment::is_indicator_header;
use super::table::{self, Placed, Table};
use super::token::{Token, TokenRow};
use header::Heading;
use note::{split_any, split_known};
use pairs::Claim;

/// Finds every field of the form that stands on `rows`.
pub fn locate(rows: &[TokenRow<'_>], labels: &Labels) -> Layout {
    let mut locator = Locator::new(labels, rows);
    locator.layout.range = range(rows);
    let units = unit::units(rows, labels);
    locator.layout.money_unit = units.form;
    locator.layout.unit_unstated = units.is_unstated;
    locator.layout.column_units = units.columns;
    locator.layout.other_unit = units.other;
    let mut index = 0;
    while let Some(row) = rows.get(index) {
        index += locator.row(row, rows.get(index + 1..).unwrap_or_default()).max(1);
    }
    locator.lead_with_total();
    locator.settle_headings();
    locator.layout.extra.sort_by_key(|extra| extra.cell);
    locator.layout
}

/// The rectangle around all tokens.
fn range(rows: &[TokenRow<'_>]) -> Option<Region> {
    let regions = || rows.iter().flat_map(|row| &row.tokens).map(|t| t.region);
    let start = CellRef::new(regions().map(|r| r.start.row).min()?, regions().map(|r| r.start.col).min()?);
    let end = CellRef::new(regions().map(|r| r.end.row).max()?, regions().map(|r| r.end.col).max()?);
    Some(Region::new(start, end))
}

/// The block of the form that rows are read as.
#[derive(Debug, Clone)]
enum Block {
    Head,
    Funding(Table),
    Goal {
        expected: u32,
        actual: Option<u32>,
        /// Columns right of them, with their headers.
        others: Vec<(u32, String)>,
    },
    Indicators(Table),
    Tail,
}

/// A level of the table that is filled down.
#[derive(Debug, Clone)]
struct Level {
    source: Source,
    text: String,
}

/// Walks down the rows of a form, a block at a time.
struct Locator<'a> {
    labels: &'a Labels,
    layout: Layout,
    block: Block,
    level1: Option<Level>,
    level2: Option<Level>,
    /// Whether some row of the form says 总分.
    has_total: bool,
    /// Whether the header of the indicators has been read.
    header_seen: bool,
    /// The names by which notes speak of rows: indicators and funding items.
    named: BTreeSet<String>,
    /// The funding row that adds up the others.
    funding_total: Option<usize>,
    /// By what the fields of the head have their values.
    claims: BTreeMap<Field, Claim>,
    /// Words over the tables that may be none.
    headings: Vec<Heading>,
}

impl<'a> Locator<'a> {
    fn new(labels: &'a Labels, rows: &[TokenRow<'_>]) -> Self {
        let has_total = rows.iter().any(|row| row.tokens.first().is_some_and(|t| labels.is_total(&t.text)));
        Self {
            labels,
            layout: Layout::default(),
            block: Block::Head,
            level1: None,
            level2: None,
            has_total,
            header_seen: false,
            named: BTreeSet::new(),
            funding_total: None,
            claims: BTreeMap::new(),
            headings: Vec::new(),
        }
    }

    /// Reads one row; gives the number of rows it used (the indicators are read together).
    fn row(&mut self, row: &TokenRow<'_>, below: &[TokenRow<'_>]) -> usize {
        if is_indicator_header(row, self.labels) {
            return self.indicators(row, below);
        }
        if !matches!(self.block, Block::Tail) && !self.is_head_row(row) {
            let sub = table::sub_header(row, below, self.labels);
            if let Some(table) = table::funding_header(row, sub, self.labels, self.year_so_far()) {
                self.funding_header([Some(row), sub], table);
                return 1 + usize::from(sub.is_some());
            }
            if self.goals(row) {
                return 1;
            }
        }
        match self.block.clone() {
            Block::Funding(_) if unit::is_of_units(row, self.labels) => {
                row.tokens.iter().for_each(|t| self.label(t.at()));
            }
            Block::Funding(table) if self.is_funding_row(row, &table) => self.funding_row(row, &table),
            Block::Goal { expected, actual, others } if !self.is_head_row(row) => {
                self.goal_row(row, expected, actual, &others);
            }
            _ if self.is_total(row) => self.total(row),
            _ => self.pairs(&row.tokens),
        }
        1
    }

    /// The form's year, as far as it has been read.
    fn year_so_far(&self) -> Option<u16> {
        let source = self.layout.fields.get(&Field::Year)?.first()?;
        source.part.as_deref()?.parse().ok()
    }

    fn field(&mut self, field: Field, source: Source) {
        self.layout.fields.entry(field).or_default().push(source);
    }

    /// Gives `token` to a field of one cell; a second cell for it is no part of it.
    fn only(&mut self, field: Field, token: &Token<'_>) {
        if self.layout.fields.get(&field).is_some_and(|sources| !sources.is_empty()) {
            self.loose(token);
        } else {
            self.field(field, Source::whole(token.region));
        }
    }

    fn label(&mut self, at: CellRef) {
        self.layout.labels.push(at);
    }

    fn extra(&mut self, token: &Token<'_>, label: Option<String>) {
        let explained = label.is_some();
        let extra = Extra { cell: Some(token.at()), label, text: token.text.to_string(), explained };
        self.layout.extra.push(extra);
    }

    /// A text that is no field: `填报人：张某  联系电话：123` is split at the labels it holds.
    fn loose(&mut self, token: &Token<'_>) {
        if self.labels.is_blank(&token.text) {
            return self.label(token.at());
        }
        if let Some((label, text)) = self.note_of_row(&token.text) {
            let extra = Extra { cell: Some(token.at()), label: Some(label), text, explained: true };
            return self.layout.extra.push(extra);
        }
        let parts =
            split_known(&token.text, |label| self.labels.is_tail(label) || self.labels.head(label).is_some());
        if parts.is_empty() {
            let (label, text) = split_any(&token.text);
            let explained = unit::is_note(&token.text, self.labels)
                || self.continues_note(token)
                || label.as_deref().is_some_and(|label| self.is_header(label))
                || (text::points_in_label(&text).is_some() && self.labels.is_indicator_block(&text));
            self.layout.extra.push(Extra { cell: Some(token.at()), label, text, explained });
        }
        for (label, text) in parts {
            let extra = Extra { cell: Some(token.at()), label: Some(label), text, explained: true };
            self.layout.extra.push(extra);
        }
    }

    /// Whether a note's label is a header of the tables.
    fn is_header(&self, label: &str) -> bool {
        self.labels.indicator(label).is_some() || self.labels.funding(label).is_some()
    }

    /// The label and the text of a line that speaks of a row of the tables: `评分标准（某指标）：每少一个扣2分`.
    fn note_of_row(&self, line: &str) -> Option<(String, String)> {
        let (label, text) = line.split_once([':', '：'])?;
        let rows = label.strip_suffix('）')?;
        let names_row = |(at, open): (usize, &str)| {
            rows.get(at + open.len()..).is_some_and(|row| self.named.contains(row))
        };
        let (label, text) = (text::trim(label), text::trim(text));
        (!text.is_empty() && rows.match_indices('（').take(MOST_BRACKETS).any(names_row))
            .then(|| (label.to_owned(), text.to_owned()))
    }

    /// Whether a numbered line goes on with the note of the row above.
    fn continues_note(&self, token: &Token<'_>) -> bool {
        let numbered =
            token.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '（' | '①'..='⑳'));
        let above = self.layout.extra.last();
        numbered && above.is_some_and(|e| e.explained && e.cell.is_some_and(|c| c.col == token.col()))
    }

    /// Places a table row's tokens; one that has no clear answer stays as it lies, and is reported either way.
    fn place(&mut self, tokens: &[Token<'_>], table: &Table, habit: &Habit, name: Field) -> Placed {
        let placed = table::place(tokens, table, habit, self.labels);
        if !placed.is_slid() {
            return placed;
        }
        let repaired = placed.placement.margin >= CLEAR;
        self.note_slid(tokens, &placed, name, repaired);
        if repaired { placed } else { table::leave(tokens, table, self.labels) }
    }

    fn note_slid(&mut self, tokens: &[Token<'_>], placed: &Placed, field: Field, repaired: bool) {
        let mut shifts: Vec<i64> =
            placed.shifts.iter().map(|(_, shift)| *shift).filter(|s| *s != 0).collect();
        shifts.sort_unstable();
        shifts.dedup();
        let first = placed.shifts.iter().find(|(_, shift)| *shift != 0).and_then(|(i, _)| tokens.get(*i));
        if let Some(token) = first {
            let confidence = placed.placement.confidence();
            self.layout.slid.push(SlidRow { field, cell: token.at(), shifts, repaired, confidence });
        }
    }
}

/// Brackets in a label, at most, at which the name of a row may begin.
const MOST_BRACKETS: usize = 8;

/// Whether `token` only repeats `last` within the same column: a merged value written into each of its cells.
fn is_copy(last: &Token<'_>, token: &Token<'_>, table: &Table) -> bool {
    let slot = |t: &Token<'_>| slot_at(&table.slots, t.col());
    last.text == token.text && slot(token).is_some() && slot(last) == slot(token)
}
