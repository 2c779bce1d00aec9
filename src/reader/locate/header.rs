//! The words over a table to labels; what is no such word, and heads nothing, to lines of its own.

use std::collections::HashSet;

use crate::form::Extra;
use crate::grid::CellRef;
use crate::layout::{GuessedColumn, Holding, UnknownColumn};
use crate::text::{self, Wording};

use super::super::table::{Column, Table};
use super::super::token::{Token, TokenRow};
use super::Locator;

/// A word over a table that nobody listed.
#[derive(Debug)]
pub(super) struct Heading {
    cell: CellRef,
    text: String,
    /// What stands under it is kept with this label.
    label: String,
}

impl Locator<'_> {
    /// Takes a header of one or two rows, with the label of the indicators beside it as on any other row.
    pub(super) fn header(&mut self, rows: [Option<&TokenRow<'_>>; 2], table: &Table) {
        let below = rows[1].map_or(&[][..], |row| &row.tokens);
        let gathers = |t: &Token<'_>| {
            let columns = t.region.start.col..=t.region.end.col;
            below.iter().any(|other| other.at().row > t.at().row && columns.contains(&other.col()))
        };
        for token in rows.into_iter().flatten().flat_map(|row| &row.tokens) {
            if token.col() < table.left() && self.labels.is_indicator_block(&token.text) {
                self.block_label(token);
            } else if self.is_heading(token) || gathers(token) {
                self.label(token.at());
            } else if let Some(column) = table.guessed_at(token.col()).and_then(Column::name) {
                self.label(token.at());
                let (cell, header) = (token.at(), token.text.to_string());
                self.layout.guessed.push(GuessedColumn { cell, header, column });
            } else {
                let label = text::in_label(&token.text.key());
                self.headings.push(Heading { cell: token.at(), text: token.text.to_string(), label });
            }
        }
    }

    fn is_heading(&self, token: &Token<'_>) -> bool {
        let (labels, text) = (self.labels, &token.text);
        labels.indicator(text).is_some()
            || labels.funding(text).is_some()
            || labels.is_funding_item_header(text)
            || labels.is_beside(text)
            || labels.is_funding_block(text)
            || labels.is_indicator_block(text)
            || labels.is_goal_block(text)
            || labels.is_blank(text)
    }

    /// Words that nobody listed: over what is kept with them, over a column that was left blank, or no such words but a
    /// text in the wrong place.
    pub(super) fn settle_headings(&mut self) {
        let headings = std::mem::take(&mut self.headings);
        if headings.is_empty() {
            return;
        }
        let labels = self.layout.extra.iter().filter_map(|extra| extra.label.as_deref());
        let used: HashSet<&str> = labels.flat_map(headers_of).collect();
        let (words, others): (Vec<_>, Vec<_>) =
            headings.into_iter().partition(|heading| used.contains(heading.label.as_str()));
        for heading in words {
            self.label(heading.cell);
        }
        for Heading { cell, text, label } in others {
            if is_header_like(&label) {
                self.label(cell);
                self.layout.unknown.push(UnknownColumn { cell, header: text, holding: Holding::Nothing });
            } else {
                self.layout.extra.push(Extra { cell: Some(cell), label: None, text, explained: false });
            }
        }
    }
}

/// Whether a word could be a header: short, and no value.
fn is_header_like(label: &str) -> bool {
    label.starts_with(text::is_han)
        && label.chars().count() <= LONGEST_HEADER
        && label.chars().all(|c| text::is_han(c) || c.is_ascii_alphanumeric())
}

/// Characters of a header, at most.
const LONGEST_HEADER: usize = 12;

/// Bytes of a word over a table, at most.
const LONGEST: usize = 240;

/// What a label may have as its header: `评分标准（某指标）` has `评分标准`.
fn headers_of(label: &str) -> impl Iterator<Item = &str> {
    let rows = label.match_indices('（').take_while(|(at, _)| *at <= LONGEST);
    rows.filter_map(|(at, _)| label.get(..at)).chain([label])
}
