//! The rows of 绩效指标 to indicators, their levels filled down.

use crate::form::{Field, IndicatorColumn, TotalColumn};
use crate::labels::{Labels, TableColumn};
use crate::layout::{Holding, Source, UnknownColumn};
use crate::text::{self, Wording};

use super::super::align::Habit;
use super::super::segment::is_indicator_header;
use super::super::table::{self, Column, Table};
use super::super::token::{Token, TokenRow};
use super::note::split_known;
use super::{Block, Level, Locator, is_copy};

/// Columns of a table, at most, of which the unknown are noted.
const MOST_COLUMNS: usize = 40;

impl Locator<'_> {
    /// Reads the table that `header` heads, down to its total; gives the number of rows used.
    pub(super) fn indicators(&mut self, header: &TokenRow<'_>, below: &[TokenRow<'_>]) -> usize {
        self.header_seen = true;
        let sub = table::sub_header(header, below, self.labels);
        let mut table = table::indicator_header(header, sub, self.labels, self.year_so_far());
        self.header([Some(header), sub], &table);
        let used = 1 + usize::from(sub.is_some());
        let body = below.get(used - 1..).unwrap_or_default();
        let length = self.table_length(body);
        let has_total = body.get(length).is_some_and(|row| self.is_total(row));
        let body = body.get(..length).unwrap_or_default();
        let (sums, body): (Vec<_>, Vec<_>) = body.iter().partition(|row| self.is_sum(row));
        let rows: Vec<_> =
            body.iter().map(|row| self.body_tokens(row, &table, Labels::is_indicator_block)).collect();
        table::learn_levels(&mut table, &rows, self.labels);
        let habit = table::habit(rows.iter().map(Vec::as_slice), &table, self.labels);
        for (index, tokens) in rows.iter().enumerate() {
            let next = rows.get(index + 1).map(Vec::as_slice).unwrap_or_default();
            if !self.section(tokens, next) {
                self.indicator_row(tokens, &table, &habit);
            }
        }
        self.unknown_columns([Some(header), sub], &table, &rows);
        self.block = Block::Indicators(table);
        self.sums(&sums, has_total);
        used + length
    }

    /// How many rows below the header belong to the table: down to the total, of which there may be one above all and
    /// sums of some between.
    fn table_length(&self, body: &[TokenRow<'_>]) -> usize {
        let ends = |row: &TokenRow<'_>| {
            is_indicator_header(row, self.labels) || (self.ends_table(row) && !self.is_total(row))
        };
        let end = body.iter().position(ends).unwrap_or(body.len());
        let body = body.get(..end).unwrap_or_default();
        let last = body.iter().rposition(|row| self.has_indicator(row)).map_or(0, |last| last + 1);
        let below = body.get(last..).unwrap_or_default();
        let total = |index: &usize| {
            let next = below.get(index + 1);
            below.get(*index).is_some_and(|row| self.is_total(row) && !self.is_last_sum(row, next))
        };
        last + (0..below.len()).find(total).unwrap_or(below.len())
    }

    /// Notes the columns whose headers nobody listed.
    fn unknown_columns(
        &mut self,
        headers: [Option<&TokenRow<'_>>; 2],
        table: &Table,
        rows: &[Vec<Token<'_>>],
    ) {
        for (column, slot) in table.columns.iter().zip(&table.slots).take(MOST_COLUMNS) {
            let Column::Other(header) = column else { continue };
            if self.labels.is_beside(header) {
                continue;
            }
            let mut tokens = headers.into_iter().flatten().flat_map(|row| &row.tokens);
            let Some(token) = tokens.find(|t| t.col() == slot.left && *t.text.key() == **header) else {
                continue;
            };
            let (numbers, words): (Vec<_>, Vec<_>) =
                rows.iter().flatten().filter(|t| t.col() == slot.left).partition(|t| t.is_number());
            if !(numbers.is_empty() && words.is_empty()) {
                let (cell, header) = (token.at(), token.text.to_string());
                let holding = if numbers.len() > words.len() { Holding::Numbers } else { Holding::Words };
                self.layout.unknown.push(UnknownColumn { cell, header, holding });
            }
        }
    }

    /// Whether the row comes after the indicators: the total, a title, or a note under the table.
    pub(super) fn ends_table(&self, row: &TokenRow<'_>) -> bool {
        let first = row.tokens.first();
        let is_tail = |t: &Token<'_>| {
            self.labels.is_tail(&t.text) || !split_known(&t.text, |l| self.labels.is_tail(l)).is_empty()
        };
        self.is_total(row)
            || first.is_some_and(|t| row.tokens.len() <= 4 && is_tail(t))
            || row.tokens.iter().any(|t| self.labels.is_title(&t.text))
    }

    /// The tokens of a table's row: without block labels left of it, blank repeats and copies of merged values.
    pub(super) fn body_tokens<'t>(
        &mut self,
        row: &TokenRow<'t>,
        table: &Table,
        is_block: impl Fn(&Labels, &str) -> bool,
    ) -> Vec<Token<'t>> {
        let mut kept: Vec<Token<'t>> = Vec::new();
        for token in &row.tokens {
            if token.col() < table.left() && is_block(self.labels, &token.text) {
                self.block_label(token);
            } else if kept.last().is_some_and(|last| is_copy(last, token, table)) {
                self.label(token.at());
            } else {
                kept.push(token.clone());
            }
        }
        kept
    }

    /// A block's label beside its rows; points printed on it are kept.
    pub(super) fn block_label(&mut self, token: &Token<'_>) {
        let repeated = self.layout.extra.iter().any(|e| e.text == token.text.as_str());
        if text::points_in_label(&token.text).is_some()
            && self.labels.is_indicator_block(&token.text)
            && !repeated
        {
            self.extra(token, None);
            if let Some(extra) = self.layout.extra.last_mut() {
                extra.explained = true;
            }
        } else {
            self.label(token.at());
        }
    }

    fn indicator_row(&mut self, tokens: &[Token<'_>], table: &Table, habit: &Habit) {
        if tokens.is_empty() {
            return;
        }
        let index = self.next_indicator();
        let field = |column| Field::Indicator(index, column);
        let placed = self.place(tokens, table, habit, field(IndicatorColumn::Level3));
        let columns = placed.placement.slots.iter().map(|slot| slot.and_then(|slot| table.columns.get(slot)));
        let placed: Vec<(&Token<'_>, Option<&Column>)> = tokens.iter().zip(columns).collect();
        if !placed
            .iter()
            .any(|(t, c)| matches!(c, Some(Column::Indicator(_))) && !self.labels.is_blank(&t.text))
        {
            return placed.iter().for_each(|(token, _)| self.loose(token));
        }
        let is_doubtful = self
            .layout
            .slid
            .last()
            .is_some_and(|row| !row.repaired && row.field == field(IndicatorColumn::Level3));
        let above = (self.level1.clone(), self.level2.clone());
        self.take_levels(&placed);
        let name =
            placed.iter().find(|(_, c)| is_column(*c, IndicatorColumn::Level3)).map(|(t, _)| t.text.clone());
        self.named.extend(name.as_deref().map(text::in_label));
        // Whatever the order of their columns, a target begins with its operator and ends with its unit.
        let mut in_order: Vec<_> = placed.iter().collect();
        in_order.sort_by_key(|(_, column)| part_of_target(*column));
        for (token, column) in in_order {
            self.indicator_cell(index, token, *column, name.as_deref());
        }
        self.fill_down(index);
        self.share(index, tokens.first().map_or(0, |token| token.at().row));
        if is_doubtful {
            self.forget_doubtful_levels(above);
        }
        self.blanks(tokens, table, |column| match column {
            Column::Indicator(TableColumn::Field(column)) => Some(Field::Indicator(index, *column)),
            _ => None,
        });
    }

    /// A word in a column of levels of a row that was left as it lies goes no further down, unless it is a listed one.
    fn forget_doubtful_levels(&mut self, (level1, level2): (Option<Level>, Option<Level>)) {
        let listed = |level: &Option<Level>, test: &dyn Fn(&str) -> bool| {
            level.as_ref().is_none_or(|level| test(&level.text))
        };
        if !listed(&self.level1, &|word| self.labels.is_level1(word)) {
            self.level1 = level1;
            self.level2 = level2;
        } else if !listed(&self.level2, &|word| self.labels.is_level2(word)) {
            self.level2 = level2;
        }
    }

    fn next_indicator(&self) -> usize {
        let last = self.layout.fields.range(..Field::Total(TotalColumn::Weight)).next_back();
        last.and_then(|(field, _)| indicator_index(field)).map_or(0, |last| last + 1)
    }

    /// Remembers the levels that begin on this row. A new level 1 ends the level 2 above it.
    fn take_levels(&mut self, placed: &[(&Token<'_>, Option<&Column>)]) {
        let level = |column| {
            let cell = placed.iter().find(|(t, c)| is_column(*c, column) && !self.labels.is_blank(&t.text));
            cell.map(|(t, _)| Level { source: Source::whole(t.region), text: text::label_key(&t.text) })
        };
        let (level1, level2) = (level(IndicatorColumn::Level1), level(IndicatorColumn::Level2));
        if let Some(level1) = level1 {
            if self.level1.as_ref().is_none_or(|old| old.text != level1.text) {
                self.level2 = None;
            }
            self.level1 = Some(level1);
        }
        if level2.is_some() {
            self.level2 = level2;
        }
    }

    fn indicator_cell(
        &mut self,
        index: usize,
        token: &Token<'_>,
        column: Option<&Column>,
        name: Option<&str>,
    ) {
        match column {
            Some(Column::Indicator(TableColumn::Field(
                IndicatorColumn::Level1 | IndicatorColumn::Level2,
            ))) => {
                self.label(token.at());
            }
            Some(Column::Indicator(TableColumn::Field(
                column @ (IndicatorColumn::Weight | IndicatorColumn::Score),
            ))) => self.only(Field::Indicator(index, *column), token),
            Some(Column::Indicator(TableColumn::Field(column))) => {
                self.field(Field::Indicator(index, *column), Source::whole(token.region));
            }
            Some(Column::ActualMeasure) => {
                self.field(Field::Indicator(index, IndicatorColumn::Actual), Source::whole(token.region));
            }
            Some(Column::Indicator(TableColumn::Operator)) if self.labels.is_nature(&token.text) => {
                self.under(token, self.labels.operator_header(), name);
            }
            Some(Column::Indicator(TableColumn::Operator | TableColumn::Measure)) => {
                self.field(Field::Indicator(index, IndicatorColumn::Target), Source::whole(token.region));
            }
            Some(Column::Other(header)) => self.under(token, header, name),
            Some(Column::Funding(_)) | None => self.loose(token),
        }
    }

    /// A cell under a header that is no field of ours.
    pub(super) fn under(&mut self, token: &Token<'_>, header: &str, row: Option<&str>) {
        if self.labels.is_blank(&token.text) {
            return self.label(token.at());
        }
        let label = text::label_of_row(header, row);
        self.extra(token, Some(label));
    }

    /// Gives the row the levels it stands under.
    fn fill_down(&mut self, index: usize) {
        for (level, column) in
            [(&self.level1, IndicatorColumn::Level1), (&self.level2, IndicatorColumn::Level2)]
        {
            if let Some(level) = level {
                self.layout.fields.insert(Field::Indicator(index, column), vec![level.source.clone()]);
            }
        }
        self.layout.fields.entry(Field::Indicator(index, IndicatorColumn::Level3)).or_default();
    }

    /// Gives the row what is merged into it from the row above.
    fn share(&mut self, index: usize, row: u32) {
        let Some(above) = index.checked_sub(1) else { return };
        for column in [IndicatorColumn::Level3, IndicatorColumn::Deviation] {
            let field = Field::Indicator(index, column);
            let sources = |field| self.layout.fields.get(&field).filter(|sources| !sources.is_empty());
            let reaches = |sources: &&Vec<Source>| sources.iter().any(|source| source.region.end.row >= row);
            let above = sources(Field::Indicator(above, column)).filter(reaches);
            if let (None, Some(shared)) = (sources(field), above) {
                let shared = shared.clone();
                self.layout.fields.insert(field, shared);
            }
        }
    }
}

/// Where what stands in a column has its place among the parts of a target; what is none comes behind them.
const fn part_of_target(column: Option<&Column>) -> u8 {
    match column {
        Some(Column::Indicator(TableColumn::Operator)) => 0,
        Some(Column::Indicator(TableColumn::Field(IndicatorColumn::Target))) => 1,
        Some(Column::Indicator(TableColumn::Measure)) => 2,
        _ => 3,
    }
}

fn is_column(column: Option<&Column>, wanted: IndicatorColumn) -> bool {
    matches!(column, Some(Column::Indicator(TableColumn::Field(c))) if *c == wanted)
}

const fn indicator_index(field: &Field) -> Option<usize> {
    match field {
        Field::Indicator(index, _) => Some(*index),
        _ => None,
    }
}
