//! The row 总分 to its points and score.

use crate::form::{Field, IndicatorColumn, TotalColumn};
use crate::labels::TableColumn;
use crate::layout::Source;
use crate::text::Wording;

use super::super::align::{Slot, slot_at};
use super::super::table::{Column, Table};
use super::super::token::{self, Token, TokenRow};
use super::{Block, Locator, is_copy};

impl Locator<'_> {
    /// Whether the row is the total: its first text is the word; or, where the word was lost, nothing but two numbers.
    pub(super) fn is_total(&self, row: &TokenRow<'_>) -> bool {
        if !self.in_table() || matches!(self.block, Block::Tail) {
            return false; // a line under the form that says only 合计 is no second total
        }
        let mut tokens = row.tokens.iter().skip_while(|t| self.labels.is_indicator_block(&t.text));
        let bare = || row.tokens.len() == 2 && row.tokens.iter().all(Token::is_points);
        tokens.next().is_some_and(|t| self.labels.is_total(&t.text) || self.inline_total(t).is_some())
            || (!self.has_total && bare())
    }

    /// The score in a cell that holds its label too: `总分：97.96分`.
    fn inline_total(&self, token: &Token<'_>) -> Option<Source> {
        let (_, score) = token::split_inline(&token.text, |label| self.labels.is_total(label))?;
        crate::number::points(score)?;
        Some(Source { region: token.region, part: Some(score.to_owned()) })
    }

    /// Whether the rows have come to the indicators.
    pub(super) fn in_table(&self) -> bool {
        self.header_seen
    }

    pub(super) fn total(&mut self, row: &TokenRow<'_>) {
        let table = match &self.block {
            Block::Indicators(table) => table.clone(),
            _ => Table::default(),
        };
        let words = |t: &&Token<'_>| !t.is_number() && !self.labels.is_blank(&t.text);
        let (words, numbers): (Vec<_>, Vec<_>) = row.tokens.iter().partition(words);
        let mut beside = None;
        for token in words {
            if let Some(score) = self.inline_total(token) {
                self.field(Field::Total(TotalColumn::Score), score);
            } else if let Some(label) = std::mem::take(&mut beside) {
                self.extra(token, Some(label)); // 评价等级 | 优
            } else if self.labels.is_tail(&token.text) {
                self.label(token.at());
                beside = Some(token.text.key().into_owned());
            } else if self.labels.is_total(&token.text) || self.labels.is_indicator_block(&token.text) {
                self.label(token.at());
            } else if let Some(field) = total_field(token, &table)
                && !numbers.iter().any(|number| total_field(number, &table) == Some(field))
            {
                self.field(field, Source::whole(token.region)); // 约一百, for a reviewer to see
            } else {
                self.loose(token);
            }
        }
        self.blanks(&row.tokens, &table, of_total);
        self.total_numbers(&distinct_places(numbers, &table), &table);
        self.block = Block::Tail;
    }

    /// Two numbers are points and score, in the order of their columns; one is what its column says.
    fn total_numbers(&mut self, numbers: &[&Token<'_>], table: &Table) {
        let column =
            |c| table.index(&Column::Indicator(TableColumn::Field(c))).and_then(|i| table.slots.get(i));
        let (weight, score) = (column(IndicatorColumn::Weight), column(IndicatorColumn::Score));
        let stands_in = |t: &Token<'_>, slot: Option<&Slot>| {
            slot.is_some_and(|slot| (slot.left..=slot.right).contains(&t.col()))
        };
        let reaches = |t: &Token<'_>, slot: Option<&Slot>| {
            slot.is_some_and(|slot| t.col() < slot.left && slot.left <= t.region.end.col)
        };
        let turned = weight.zip(score).is_some_and(|(weight, score)| score.left < weight.left);
        let mut fields = match numbers {
            [_, _, ..] if turned => vec![TotalColumn::Score, TotalColumn::Weight],
            [_, _, ..] => vec![TotalColumn::Weight, TotalColumn::Score],
            // Merged over both columns it is what a total is for.
            [only] if stands_in(only, weight) && !reaches(only, score) => vec![TotalColumn::Weight],
            _ => vec![TotalColumn::Score],
        };
        fields.reverse();
        for token in numbers {
            let free = fields.pop().map(Field::Total).filter(|f| !self.layout.fields.contains_key(f));
            match free {
                Some(field) => self.field(field, Source::whole(token.region)),
                None => self.loose(token), // the second total of a form with two tables
            }
        }
    }
}

/// What stands in a column of the indicators in the row of the total.
const fn of_total(column: &Column) -> Option<Field> {
    match column {
        Column::Indicator(TableColumn::Field(IndicatorColumn::Weight)) => {
            Some(Field::Total(TotalColumn::Weight))
        }
        Column::Indicator(TableColumn::Field(IndicatorColumn::Score)) => {
            Some(Field::Total(TotalColumn::Score))
        }
        _ => None,
    }
}

/// What the column that a cell of the total begins in says that it is.
fn total_field(token: &Token<'_>, table: &Table) -> Option<Field> {
    let slot = slot_at(&table.slots, token.col())?;
    of_total(table.columns.get(slot)?)
}

/// Numbers without the copies that a filled merge leaves in the same column.
fn distinct_places<'a, 't>(numbers: Vec<&'a Token<'t>>, table: &Table) -> Vec<&'a Token<'t>> {
    let mut kept: Vec<&Token<'_>> = Vec::new();
    for token in numbers {
        if !kept.last().is_some_and(|last| is_copy(last, token, table)) {
            kept.push(token);
        }
    }
    kept
}
