//! The rows of a form to its layout: labels found, every other cell given to the field it belongs to.

use crate::form::{Extra, Field, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
use crate::grid::{CellRef, Region};
use crate::labels::{HeadLabel, Labels, TableColumn};
use crate::layout::{Layout, SlidRow, Source};
use crate::number::MoneyUnit;
use crate::text;

use super::align::{CLEAR, Habit, Slot};
use super::segment::is_indicator_header;
use super::table::{self, Column, Placed, Table};
use super::token::{self, Token, TokenRow};

/// Finds every field of the form that stands on `rows`.
pub fn locate(rows: &[TokenRow<'_>], labels: &Labels) -> Layout {
    let mut locator = Locator::new(labels, rows);
    locator.layout.range = range(rows);
    locator.layout.money_unit = money_unit(rows, labels);
    let mut index = 0;
    while let Some(row) = rows.get(index) {
        index += locator.row(row, rows.get(index + 1..).unwrap_or_default()).max(1);
    }
    locator.layout
}

/// The rectangle around all tokens.
fn range(rows: &[TokenRow<'_>]) -> Option<Region> {
    let regions = || rows.iter().flat_map(|row| &row.tokens).map(|t| t.region);
    let start = CellRef::new(regions().map(|r| r.start.row).min()?, regions().map(|r| r.start.col).min()?);
    let end = CellRef::new(regions().map(|r| r.end.row).max()?, regions().map(|r| r.end.col).max()?);
    Some(Region::new(start, end))
}

/// The unit in the label of the funding block, or in a `单位：元` note.
fn money_unit(rows: &[TokenRow<'_>], labels: &Labels) -> MoneyUnit {
    let texts = || rows.iter().flat_map(|row| &row.tokens).map(|t| t.text.as_str());
    let in_brackets = |text: &str| {
        let folded = text::fold(text);
        [MoneyUnit::WanYuan, MoneyUnit::YiYuan, MoneyUnit::Yuan].into_iter().find(|unit| {
            [format!("({})", unit.name()), format!("(单位:{})", unit.name())]
                .iter()
                .any(|b| folded.contains(b.as_str()))
        })
    };
    let stated =
        texts().filter(|t| labels.is_funding_block(t) || labels.funding(t).is_some()).find_map(in_brackets);
    let noted = || {
        texts().map(text::fold).find_map(|t| {
            let unit = t
                .trim_matches(['(', ')'])
                .strip_prefix("单位:")
                .or_else(|| t.strip_prefix("金额单位:"))?
                .to_owned();
            MoneyUnit::named(&unit)
        })
    };
    stated.or_else(noted).unwrap_or_default()
}

/// The block of the form that rows are read as.
#[derive(Debug, Clone)]
enum Block {
    Head,
    Funding(Table),
    Goal { expected: u32, actual: Option<u32> },
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
        }
    }

    /// Reads one row; gives the number of rows it used (the indicators are read together).
    fn row(&mut self, row: &TokenRow<'_>, below: &[TokenRow<'_>]) -> usize {
        if is_indicator_header(row, self.labels) {
            return self.indicators(row, below);
        }
        if !matches!(self.block, Block::Tail) {
            if let Some(table) = table::funding_header(row, self.labels) {
                self.funding_header(row, table);
                return 1;
            }
            if self.goals(row) {
                return 1;
            }
        }
        match self.block.clone() {
            Block::Funding(table) if self.is_funding_row(row) => self.funding_row(row, &table),
            Block::Goal { expected, actual } if !self.is_head_row(row) => {
                self.goal_row(row, expected, actual);
            }
            _ if self.is_total(row) => self.total(row),
            _ => self.pairs(&row.tokens),
        }
        1
    }

    fn field(&mut self, field: Field, source: Source) {
        self.layout.fields.entry(field).or_default().push(source);
    }

    fn label(&mut self, at: CellRef) {
        self.layout.labels.push(at);
    }

    fn extra(&mut self, token: &Token<'_>, label: Option<String>) {
        let explained = label.is_some();
        let extra = Extra { cell: Some(token.at()), label, text: token.text.clone(), explained };
        self.layout.extra.push(extra);
    }

    /// A text that is no field: `填报人：张某  联系电话：123` is split at the labels it holds.
    fn loose(&mut self, token: &Token<'_>) {
        let parts =
            split_known(&token.text, |label| self.labels.is_tail(label) || self.labels.head(label).is_some());
        if parts.is_empty() {
            let explained = self.continues_note(token);
            let (label, text) = split_any(&token.text);
            self.layout.extra.push(Extra { cell: Some(token.at()), label, text, explained });
        }
        for (label, text) in parts {
            let extra = Extra { cell: Some(token.at()), label: Some(label), text, explained: true };
            self.layout.extra.push(extra);
        }
    }

    /// Whether a numbered line goes on with the note of the row above.
    fn continues_note(&self, token: &Token<'_>) -> bool {
        let numbered =
            token.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '（' | '①'..='⑳'));
        let above = self.layout.extra.last();
        numbered && above.is_some_and(|e| e.explained && e.cell.is_some_and(|c| c.col == token.col()))
    }

    // ---- head and tail: labels with their values ----

    /// Whether the row has a label of the head, so that a block above it has ended.
    fn is_head_row(&self, row: &TokenRow<'_>) -> bool {
        row.tokens.first().is_some_and(|t| self.labels.head(&t.text).is_some())
    }

    /// Reads labels with the value to their right.
    fn pairs(&mut self, tokens: &[Token<'_>]) {
        let mut open: Option<OpenLabel> = None;
        for token in tokens {
            if let Some(label) = self.pair_label(token) {
                self.label(token.at());
                let beside = CellRef::new(token.at().row, token.region.end.col + 1);
                self.layout.blanks.extend(label.field.map(|field| (field, beside)));
                open = Some(label);
            } else if let Some(label) = &mut open {
                let repeat = label.value.as_deref() == Some(token.text.as_str());
                if repeat {
                    self.label(token.at());
                } else {
                    let label_word = label.text.clone();
                    let target = label.field.filter(|_| label.value.is_none());
                    label.value = Some(token.text.clone());
                    self.pair_value(token, target, label_word);
                }
            } else {
                self.alone(token);
            }
        }
    }

    /// The label that `token` is by itself.
    fn pair_label(&self, token: &Token<'_>) -> Option<OpenLabel> {
        let known = self.labels.head(&token.text);
        let in_tail = matches!(self.block, Block::Tail) && self.labels.is_tail(&token.text);
        if known.is_none() && !in_tail {
            return None;
        }
        let field = match known {
            Some(HeadLabel::Project) => Some(Field::Project),
            Some(HeadLabel::Authority) => Some(Field::Authority),
            Some(HeadLabel::Unit) => Some(Field::Unit),
            Some(HeadLabel::Other) | None => None,
        };
        let field = field.filter(|field| !self.layout.fields.contains_key(field));
        Some(OpenLabel { field, text: text::label_key(&token.text), value: None })
    }

    fn pair_value(&mut self, token: &Token<'_>, field: Option<Field>, label: String) {
        match field {
            Some(field) => self.field(field, Source::whole(token.region)),
            None if self.labels.is_blank(&token.text) => self.label(token.at()),
            None => self.extra(token, Some(label)),
        }
    }

    /// A text without a label to its left.
    fn alone(&mut self, token: &Token<'_>) {
        let text = token.text.as_str();
        if self.labels.is_title(text) {
            self.once(Field::Title, token);
            if let Some(year) = self.labels.year_in_title(text)
                && !self.layout.fields.contains_key(&Field::Year)
            {
                self.layout
                    .fields
                    .insert(Field::Year, vec![Source { region: token.region, part: Some(year) }]);
            }
        } else if let Some(year) = self.labels.year(text) {
            self.year(token, year);
        } else if self.labels.is_attachment(text) || self.labels.is_blank(text) || self.is_block_label(text) {
            self.label(token.at());
        } else if !self.inline(token) {
            self.loose(token);
        }
    }

    fn is_block_label(&self, text: &str) -> bool {
        self.labels.is_goal_block(text)
            || self.labels.is_funding_block(text)
            || self.labels.is_indicator_block(text)
    }

    /// The year's own line wins over the year in the title.
    fn year(&mut self, token: &Token<'_>, year: String) {
        let from_title = self.layout.fields.get(&Field::Year).is_some_and(|s| {
            let title = self.layout.fields.get(&Field::Title);
            s.first().map(|s| s.region) == title.and_then(|t| t.first()).map(|t| t.region)
        });
        if from_title {
            self.layout.fields.remove(&Field::Year);
        }
        if self.layout.fields.contains_key(&Field::Year) {
            self.label(token.at()); // repeated by a merge that was filled, or on a new page
        } else {
            self.field(Field::Year, Source { region: token.region, part: Some(year) });
        }
    }

    /// Gives `token` to `field`; a repeat of the same text is a label.
    fn once(&mut self, field: Field, token: &Token<'_>) {
        if self.layout.fields.contains_key(&field) {
            self.label(token.at());
        } else {
            self.field(field, Source::whole(token.region));
        }
    }

    /// Label and value in one cell: `项目名称：某项目`.
    fn inline(&mut self, token: &Token<'_>) -> bool {
        let is_head = |label: &str| matches!(self.labels.head(label), Some(l) if l != HeadLabel::Other);
        let Some((label, value)) = token::split_inline(&token.text, is_head) else { return false };
        let field = match self.labels.head(label) {
            Some(HeadLabel::Project) => Field::Project,
            Some(HeadLabel::Authority) => Field::Authority,
            _ => Field::Unit,
        };
        if self.layout.fields.contains_key(&field) {
            return false;
        }
        let source = Source { region: token.region, part: Some(value.to_owned()) };
        self.field(field, source);
        true
    }

    // ---- funding ----

    fn funding_header(&mut self, row: &TokenRow<'_>, table: Table) {
        let rate = |t: &Token<'_>| self.labels.funding(&t.text) == Some(FundingColumn::Rate);
        if row.tokens.iter().any(|t| rate(t) && text::fold(&t.text).contains('%')) {
            self.layout.rate_in_percent = true;
        }
        for token in &row.tokens {
            self.label(token.at());
        }
        self.block = Block::Funding(table);
    }

    /// Rows of the funding block have an item or an amount.
    fn is_funding_row(&self, row: &TokenRow<'_>) -> bool {
        let tokens = row.tokens.iter().filter(|t| !self.labels.is_funding_block(&t.text));
        let mut others = tokens.peekable();
        if others.peek().is_none_or(|t| self.labels.head(&t.text).is_some() || self.labels.is_title(&t.text))
        {
            return row.tokens.iter().all(|t| self.labels.is_funding_block(&t.text));
        }
        others.any(|t| {
            self.labels.funding_item(&t.text).is_some()
                || t.is_number()
                || text::fold(&t.text).starts_with("其中")
        })
    }

    fn funding_row(&mut self, row: &TokenRow<'_>, table: &Table) {
        let tokens = self.body_tokens(row, table, super::super::labels::Labels::is_funding_block);
        if tokens.is_empty() {
            return;
        }
        let index = self.layout.fields.keys().filter_map(funding_index).max().map_or(0, |last| last + 1);
        let name = Field::Funding(index, FundingColumn::Item);
        let placed = self.place(&tokens, table, &table.no_habit(), name);
        for (token, slot) in tokens.iter().zip(&placed.placement.slots) {
            match slot.and_then(|slot| table.columns.get(slot)) {
                Some(Column::Funding(column)) => {
                    self.field(Field::Funding(index, *column), Source::whole(token.region));
                }
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

    /// Notes where the row's fields stand by the header, for those that are blank.
    fn blanks(&mut self, tokens: &[Token<'_>], table: &Table, field: impl Fn(&Column) -> Option<Field>) {
        let Some(row) = tokens.first().map(|t| t.at().row) else { return };
        for (column, slot) in table.columns.iter().zip(&table.slots) {
            if let Some(field) = field(column) {
                self.layout.blanks.insert(field, CellRef::new(row, slot.left));
            }
        }
    }

    // ---- goals ----

    /// Reads a row that heads the goals; `false` if it does not.
    fn goals(&mut self, row: &TokenRow<'_>) -> bool {
        let find = |test: &dyn Fn(&str) -> bool| row.tokens.iter().position(|t| test(&t.text));
        let expected = find(&|t| self.labels.is_goal_expected(t));
        let actual = find(&|t| self.labels.is_goal_actual(t));
        if expected.is_none() && actual.is_none() {
            return false;
        }
        let is_label = |t: &Token<'_>| {
            self.labels.is_goal_expected(&t.text)
                || self.labels.is_goal_actual(&t.text)
                || self.labels.is_goal_block(&t.text)
        };
        if row.tokens.iter().all(is_label) {
            let column = |index: Option<usize>| index.and_then(|i| row.tokens.get(i)).map(Token::col);
            row.tokens.iter().for_each(|t| self.layout.labels.push(t.at()));
            let below = |col| CellRef::new(row.row + 1, col);
            let sides = [(GoalSide::Expected, column(expected)), (GoalSide::Actual, column(actual))];
            for (side, col) in sides {
                self.layout.blanks.extend(col.map(|col| (Field::Goal(side), below(col))));
            }
            self.block = Block::Goal { expected: column(expected).unwrap_or(0), actual: column(actual) };
            return true;
        }
        self.goals_in_row(row);
        true
    }

    /// Goals beside their labels, in one row.
    fn goals_in_row(&mut self, row: &TokenRow<'_>) {
        let mut side = None;
        for token in &row.tokens {
            let text = token.text.as_str();
            if self.labels.is_goal_expected(text) {
                self.label(token.at());
                side = Some(GoalSide::Expected);
            } else if self.labels.is_goal_actual(text) {
                self.label(token.at());
                side = Some(GoalSide::Actual);
            } else if let Some(side) = side {
                self.goal_text(side, token);
            } else {
                self.alone(token);
            }
        }
    }

    fn goal_row(&mut self, row: &TokenRow<'_>, expected: u32, actual: Option<u32>) {
        let tokens: Vec<&Token<'_>> = row.tokens.iter().filter(|t| !self.take_goal_label(t)).collect();
        let pair = matches!(tokens.as_slice(), [_, _]) && actual.is_some();
        for (index, token) in tokens.into_iter().enumerate() {
            let right_of_actual = actual.is_some_and(|actual| token.col() >= actual);
            let side = if (pair && index == 1) || (!pair && right_of_actual) {
                GoalSide::Actual
            } else {
                GoalSide::Expected
            };
            if token.col() + 2 < expected {
                self.loose(token);
            } else {
                self.goal_text(side, token);
            }
        }
    }

    /// Whether `token` is the label of the goals, which it then is counted as.
    fn take_goal_label(&mut self, token: &Token<'_>) -> bool {
        let found = self.labels.is_goal_block(&token.text) || self.labels.is_blank(&token.text);
        if found {
            self.label(token.at());
        }
        found
    }

    /// Adds to a goal; a repeat of what it already says (a merge that was filled) is a label.
    fn goal_text(&mut self, side: GoalSide, token: &Token<'_>) {
        let field = Field::Goal(side);
        let known =
            self.layout.fields.get(&field).is_some_and(|sources| {
                sources.iter().any(|s| s.part.as_deref() == Some(token.text.as_str()))
            });
        if known {
            self.label(token.at());
        } else {
            self.field(field, Source { region: token.region, part: Some(token.text.clone()) });
        }
    }

    // ---- indicators ----

    /// Reads the table that `header` heads, down to its total; gives the number of rows used.
    fn indicators(&mut self, header: &TokenRow<'_>, below: &[TokenRow<'_>]) -> usize {
        self.header_seen = true;
        let sub = below.first().filter(|row| table::is_sub_header(row, self.labels));
        let table = table::indicator_header(header, sub, self.labels);
        let headers = header.tokens.iter().chain(sub.map_or(&[][..], |sub| &sub.tokens));
        headers.for_each(|t| self.layout.labels.push(t.at()));
        let used = 1 + usize::from(sub.is_some());
        let body = below.get(used - 1..).unwrap_or_default();
        let ends = |row: &TokenRow<'_>| is_indicator_header(row, self.labels) || self.ends_table(row);
        let length = body.iter().position(ends).unwrap_or(body.len());
        let body = body.get(..length).unwrap_or_default();
        let rows: Vec<_> =
            body.iter().map(|row| self.body_tokens(row, &table, Labels::is_indicator_block)).collect();
        let habit = table::habit(rows.iter().map(Vec::as_slice), &table, self.labels);
        for tokens in &rows {
            self.indicator_row(tokens, &table, &habit);
        }
        self.block = Block::Indicators(table);
        used + length
    }

    /// Whether the row comes after the indicators: the total, a title, or a note under the table.
    fn ends_table(&self, row: &TokenRow<'_>) -> bool {
        let first = row.tokens.first();
        let is_tail = |t: &Token<'_>| {
            self.labels.is_tail(&t.text) || !split_known(&t.text, |l| self.labels.is_tail(l)).is_empty()
        };
        self.is_total(row)
            || first.is_some_and(|t| row.tokens.len() <= 4 && is_tail(t))
            || row.tokens.iter().any(|t| self.labels.is_title(&t.text))
    }

    /// The tokens of a table's row: without block labels left of it, blank repeats and copies of merged values.
    fn body_tokens<'t>(
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
    fn block_label(&mut self, token: &Token<'_>) {
        let repeated = self.layout.extra.iter().any(|e| e.text == token.text);
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
        self.take_levels(&placed);
        let name =
            placed.iter().find(|(_, c)| is_column(*c, IndicatorColumn::Level3)).map(|(t, _)| t.text.clone());
        for (token, column) in &placed {
            self.indicator_cell(index, token, *column, name.as_deref());
        }
        self.fill_down(index);
        self.blanks(tokens, table, |column| match column {
            Column::Indicator(TableColumn::Field(column)) => Some(Field::Indicator(index, *column)),
            _ => None,
        });
    }

    fn next_indicator(&self) -> usize {
        self.layout.fields.keys().filter_map(indicator_index).max().map_or(0, |last| last + 1)
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
            Some(Column::Indicator(TableColumn::Field(column))) => {
                self.field(Field::Indicator(index, *column), Source::whole(token.region));
            }
            Some(Column::Indicator(TableColumn::Operator | TableColumn::Measure)) => {
                self.field(Field::Indicator(index, IndicatorColumn::Target), Source::whole(token.region));
            }
            Some(Column::Other(header)) => self.under(token, header, name),
            Some(Column::Funding(_)) | None => self.loose(token),
        }
    }

    /// A cell under a header that is no field of ours.
    fn under(&mut self, token: &Token<'_>, header: &str, row: Option<&str>) {
        if self.labels.is_blank(&token.text) {
            return self.label(token.at());
        }
        // A colon would end the label where the line is read back.
        let named = |row: &str| format!("{header}（{}）", row.replace([':', '：', '\n'], " "));
        let label = row.map_or_else(|| header.to_owned(), named);
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

    // ---- total ----

    /// Whether the row is the total: its first text is the word; or, where the word was lost, nothing but two numbers.
    fn is_total(&self, row: &TokenRow<'_>) -> bool {
        if !self.in_table() {
            return false;
        }
        let mut tokens = row.tokens.iter().skip_while(|t| self.labels.is_indicator_block(&t.text));
        let bare = || row.tokens.len() == 2 && row.tokens.iter().all(Token::is_points);
        tokens.next().is_some_and(|t| self.labels.is_total(&t.text)) || (!self.has_total && bare())
    }

    /// Whether the rows have come to the indicators.
    fn in_table(&self) -> bool {
        self.header_seen
    }

    fn total(&mut self, row: &TokenRow<'_>) {
        let table = match &self.block {
            Block::Indicators(table) => table.clone(),
            _ => Table::default(),
        };
        let (words, numbers): (Vec<_>, Vec<_>) =
            row.tokens.iter().partition(|t| !t.is_number() && !self.labels.is_blank(&t.text));
        for token in words {
            if self.labels.is_total(&token.text) || self.labels.is_indicator_block(&token.text) {
                self.label(token.at());
            } else {
                self.loose(token);
            }
        }
        self.blanks(&row.tokens, &table, |column| match column {
            Column::Indicator(TableColumn::Field(IndicatorColumn::Weight)) => {
                Some(Field::Total(TotalColumn::Weight))
            }
            Column::Indicator(TableColumn::Field(IndicatorColumn::Score)) => {
                Some(Field::Total(TotalColumn::Score))
            }
            _ => None,
        });
        self.total_numbers(&distinct_places(numbers, &table), &table);
        self.block = Block::Tail;
    }

    /// Two numbers are points and score, in the order of their columns; one is what its column says.
    fn total_numbers(&mut self, numbers: &[&Token<'_>], table: &Table) {
        let column =
            |c| table.index(&Column::Indicator(TableColumn::Field(c))).and_then(|i| table.slots.get(i));
        let (weight, score) = (column(IndicatorColumn::Weight), column(IndicatorColumn::Score));
        let away = |t: &Token<'_>, slot: Option<&Slot>| slot.map_or(u32::MAX, |s| s.left.abs_diff(t.col()));
        let turned = weight.zip(score).is_some_and(|(weight, score)| score.left < weight.left);
        let mut fields = match numbers {
            [_, _, ..] if turned => vec![TotalColumn::Score, TotalColumn::Weight],
            [_, _, ..] => vec![TotalColumn::Weight, TotalColumn::Score],
            [only] if away(only, weight) < away(only, score) => vec![TotalColumn::Weight],
            _ => vec![TotalColumn::Score],
        };
        fields.reverse();
        for token in numbers {
            match fields.pop() {
                Some(column) => self.field(Field::Total(column), Source::whole(token.region)),
                None => self.loose(token),
            }
        }
    }

    // ---- placing ----

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

/// A label waiting for its value.
struct OpenLabel {
    field: Option<Field>,
    text: String,
    value: Option<String>,
}

fn is_column(column: Option<&Column>, wanted: IndicatorColumn) -> bool {
    matches!(column, Some(Column::Indicator(TableColumn::Field(c))) if *c == wanted)
}

/// Whether `token` only repeats `last` within the same column: a merged value written into each of its cells.
fn is_copy(last: &Token<'_>, token: &Token<'_>, table: &Table) -> bool {
    let slot = |t: &Token<'_>| table.slots.iter().position(|s| (s.left..=s.right).contains(&t.col()));
    last.text == token.text && slot(token).is_some() && slot(last) == slot(token)
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

const fn funding_index(field: &Field) -> Option<usize> {
    match field {
        Field::Funding(index, _) => Some(*index),
        _ => None,
    }
}

const fn indicator_index(field: &Field) -> Option<usize> {
    match field {
        Field::Indicator(index, _) => Some(*index),
        _ => None,
    }
}

/// Splits `label：text` where nobody listed the label: it must be short and no sentence.
fn split_any(line: &str) -> (Option<String>, String) {
    let is_label = |label: &str| {
        let short = (1..=40).contains(&label.chars().count());
        short && label.contains(text::is_han) && !label.contains(['。', '；', '，', ';', ',', '\n'])
    };
    match token::split_inline(line, is_label) {
        Some((label, text)) => (Some(text::trim(label).to_owned()), text.to_owned()),
        None => (None, line.to_owned()),
    }
}

/// Splits a line at the labels it holds: `填报人：张某    联系电话：123` → (填报人, 张某), (联系电话, 123).
/// Empty if it does not begin with a known label and a colon.
fn split_known(line: &str, is_label: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut rest = line;
    while let Some((label, value)) = token::split_inline(rest, &is_label) {
        let next = next_label(value, &is_label);
        let (own, after) = value.split_at_checked(next.unwrap_or(value.len())).unwrap_or((value, ""));
        parts.push((text::label_key(label), text::trim(own).to_owned()));
        if next.is_none() {
            return parts;
        }
        rest = after;
    }
    parts
}

/// Where, behind white space, the next known label with a colon begins.
fn next_label(value: &str, is_label: &impl Fn(&str) -> bool) -> Option<usize> {
    let starts = value.char_indices().zip(value.chars().skip(1)).filter(|((_, c), _)| text::is_space(*c));
    starts.map(|((at, c), _)| at + c.len_utf8()).find(|at| {
        value.get(*at..).is_some_and(|rest| {
            let label = rest.split([':', '：']).next().unwrap_or_default();
            label.len() < rest.len() && !label.starts_with(text::is_space) && is_label(label)
        })
    })
}
