//! The rows of 项目资金 to their fields.

use crate::form::{Field, FundingColumn, GoalSide};
use crate::grid::CellRef;
use crate::labels::Labels;
use crate::layout::Source;
use crate::text;

use super::super::table::{Column, Table};
use super::super::token::{Token, TokenRow};
use super::{Block, Locator};

impl Locator<'_> {
    /// Takes the one or two rows of a header as labels.
    pub(super) fn funding_header(&mut self, rows: [Option<&TokenRow<'_>>; 2], table: Table) {
        let tokens = || rows.into_iter().flatten().flat_map(|row| &row.tokens);
        let rate = |t: &Token<'_>| self.labels.funding(&t.text) == Some(FundingColumn::Rate);
        if tokens().any(|t| rate(t) && text::fold(&t.text).contains('%')) {
            self.layout.rate_in_percent = true;
        }
        tokens().for_each(|token| self.rate_points(token));
        self.header(rows, &table);
        self.block = Block::Funding(table);
    }

    /// Points printed on the block's label or in the header of its score: `预算执行情况(20分)`, `得分(20分*执行率)`.
    fn rate_points(&mut self, token: &Token<'_>) {
        let named = self.labels.is_funding_block(&token.text)
            || self.labels.funding(&token.text) == Some(FundingColumn::Score);
        let points = text::points_in_label(&token.text).or_else(|| text::points_of_product(&token.text));
        if named && self.layout.rate_points.is_none() {
            self.layout.rate_points = points;
        }
    }

    /// Rows of the funding block have an item or an amount, or a text where the items stand.
    pub(super) fn is_funding_row(&self, row: &TokenRow<'_>, table: &Table) -> bool {
        let tokens = row.tokens.iter().filter(|t| !self.labels.is_funding_block(&t.text));
        let mut others = tokens.peekable();
        if others.peek().is_none_or(|t| self.labels.head(&t.text).is_some() || self.labels.is_title(&t.text))
        {
            return row.tokens.iter().all(|t| self.labels.is_funding_block(&t.text));
        }
        let is_one = |t: &Token<'_>| {
            self.labels.funding_item(&t.text).is_some()
                || t.is_number()
                || self.labels.is_funding_part(&t.text)
        };
        others.any(is_one) || self.is_item_alone(row, table)
    }

    /// Whether nothing but a name stands on the row, where the items do; not at the form's edge, where notes begin too.
    fn is_item_alone(&self, row: &TokenRow<'_>, table: &Table) -> bool {
        let says = |t: &&Token<'_>| !self.labels.is_funding_block(&t.text) && !self.labels.is_blank(&t.text);
        let mut texts = row.tokens.iter().filter(says);
        let (Some(name), None) = (texts.next(), texts.next()) else { return false };
        let items = table.index(&Column::Funding(FundingColumn::Item)).and_then(|i| table.slots.get(i));
        let edge = self.layout.range.map_or(0, |range| range.start.col);
        name.text.chars().count() <= LONGEST_NAME
            && items.is_some_and(|items| {
                items.left.max(edge + 1) <= name.col() && name.region.end.col <= items.right
            })
    }

    pub(super) fn funding_row(&mut self, row: &TokenRow<'_>, table: &Table) {
        let tokens = self.body_tokens(row, table, Labels::is_funding_block);
        if let [token] = tokens.as_slice()
            && self.labels.is_above_parts(&token.text)
        {
            return self.label(token.at());
        }
        if tokens.is_empty() {
            return;
        }
        let last = self.layout.fields.range(..Field::Goal(GoalSide::Expected)).next_back();
        let index = last.and_then(|(field, _)| funding_index(field)).map_or(0, |last| last + 1);
        let name = Field::Funding(index, FundingColumn::Item);
        let placed = self.place(&tokens, table, &table.no_habit(), name);
        for (token, slot) in tokens.iter().zip(&placed.placement.slots) {
            match slot.and_then(|slot| table.columns.get(slot)) {
                Some(Column::Funding(FundingColumn::Item)) => {
                    self.field(name, Source::whole(token.region));
                    let is_total = self.funding_total.is_none() && self.labels.is_funding_total(&token.text);
                    self.funding_total = is_total.then_some(index).or(self.funding_total);
                }
                Some(Column::Funding(column)) => self.only(Field::Funding(index, *column), token),
                Some(Column::Other(header)) => self.under(token, header, None),
                _ => self.loose(token),
            }
        }
        self.layout.fields.entry(name).or_default();
        self.blanks(&tokens, table, |column| match column {
            Column::Funding(column) => Some(Field::Funding(index, *column)),
            _ => None,
        });
    }

    /// Puts the row that adds up the others first, where forms have it: some have it below its parts.
    pub(super) fn lead_with_total(&mut self) {
        let Some(total) = self.funding_total.filter(|total| *total > 0) else { return };
        let moved = |field: Field| match field {
            Field::Funding(row, column) if row == total => Field::Funding(0, column),
            Field::Funding(row, column) if row < total => Field::Funding(row + 1, column),
            other => other,
        };
        let layout = &mut self.layout;
        layout.fields =
            std::mem::take(&mut layout.fields).into_iter().map(|(f, at)| (moved(f), at)).collect();
        layout.blanks =
            std::mem::take(&mut layout.blanks).into_iter().map(|(f, at)| (moved(f), at)).collect();
        layout.slid.iter_mut().for_each(|row| row.field = moved(row.field));
    }

    /// Notes where the row's fields stand by the header, for those that are blank.
    pub(super) fn blanks(
        &mut self,
        tokens: &[Token<'_>],
        table: &Table,
        field: impl Fn(&Column) -> Option<Field>,
    ) {
        let Some(row) = tokens.first().map(|t| t.at().row) else { return };
        for (column, slot) in table.columns.iter().zip(&table.slots) {
            if let Some(field) = field(column) {
                self.layout.blanks.insert(field, CellRef::new(row, slot.left));
            }
        }
    }
}

/// Characters of the name of an item that stands alone, at most.
const LONGEST_NAME: usize = 30;

const fn funding_index(field: &Field) -> Option<usize> {
    match field {
        Field::Funding(index, _) => Some(*index),
        _ => None,
    }
}
