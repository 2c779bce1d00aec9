//! The rows of 年度总体目标 to the two goals: under their headers, or beside them.

use std::collections::BTreeSet;

use crate::form::{Field, GoalSide};
use crate::grid::CellRef;
use crate::layout::Source;
use crate::text::{self, Keyed, Wording};

use super::super::token::{Token, TokenRow};
use super::{Block, Locator};

/// Characters of a header beside those of the goals; more are a goal.
const LONGEST_HEADER: usize = 12;

/// Characters of the title of a section.
const LONGEST_TITLE: usize = 30;

/// Texts on a row of goals, besides those in further columns: label, number, both goals.
const MOST_TEXTS: usize = 4;

impl Locator<'_> {
    /// Reads a row that heads the goals; `false` if it does not. Below both headers a text is a goal, whatever it says,
    /// unless both stand there again.
    pub(super) fn goals(&mut self, row: &TokenRow<'_>) -> bool {
        let expected = row.tokens.iter().position(|t| self.labels.is_goal_expected(&t.text));
        let actual = self.actual_header(row, expected);
        let expected = expected.or_else(|| self.block_as_header(row, actual));
        let is_below = matches!(self.block, Block::Goal { actual: Some(_), .. });
        if (expected.is_none() && actual.is_none()) || (is_below && (expected.is_none() || actual.is_none()))
        {
            return false;
        }
        if self.is_goal_header(row, expected, actual) {
            self.goal_header(row, expected, actual);
        } else {
            self.goals_in_row(row);
        }
        true
    }

    /// The label of the block that heads the expected goal, left of the header of what was done:
    /// `年度绩效目标 | 年度绩效目标完成情况`.
    fn block_as_header(&self, row: &TokenRow<'_>, actual: Option<usize>) -> Option<usize> {
        let before = actual?.checked_sub(1)?;
        let token = row.tokens.get(before)?;
        (self.labels.is_goal_block(&token.text) && !self.is_beside_goals(token)).then_some(before)
    }

    /// Whether nothing but headers stands in the row, or at least nothing between the two.
    fn is_goal_header(&self, row: &TokenRow<'_>, expected: Option<usize>, actual: Option<usize>) -> bool {
        let is_label = |t: &Token<'_>| self.is_goal_word(&t.text);
        let are_beside = expected.zip(actual).is_some_and(|(expected, actual)| expected + 1 == actual);
        let has_right = || actual.is_some_and(|actual| actual + 1 < row.tokens.len());
        let is_short = |t: &Token<'_>| t.text.chars().count() <= LONGEST_HEADER;
        let is_right = |t: &Token<'_>| is_short(t) || self.is_beside_table(t);
        row.tokens.iter().all(is_label) || (are_beside && (!has_right() || row.tokens.iter().all(is_right)))
    }

    fn goal_header(&mut self, row: &TokenRow<'_>, expected: Option<usize>, actual: Option<usize>) {
        let column = |index: Option<usize>| index.and_then(|i| row.tokens.get(i)).map(Token::col);
        let (left, right) = (column(expected).unwrap_or(0), column(actual));
        let mut others = Vec::new();
        for token in &row.tokens {
            if self.is_goal_word(&token.text) {
                self.label(token.at());
            } else if right.is_some_and(|right| token.col() > right) && !self.is_beside_table(token) {
                others.push((token.col(), text::in_label(&token.text.key()))); // 未完成原因
                self.label(token.at());
            } else {
                self.loose(token);
            }
        }
        let below = |col| CellRef::new(row.row + 1, col);
        for (side, col) in [(GoalSide::Expected, column(expected)), (GoalSide::Actual, right)] {
            self.layout.blanks.extend(col.map(|col| (Field::Goal(side), below(col))));
        }
        self.block = Block::Goal { expected: left, actual: right, others };
    }

    fn is_goal_word(&self, text: &Keyed) -> bool {
        self.labels.is_goal_expected(text)
            || self.labels.is_goal_actual(text)
            || self.labels.is_goal_actual_like(text)
            || self.labels.is_goal_block(text)
    }

    /// Whether `token` stands right of the funding block above: somebody's note. The form may be a column wider than
    /// that block, which has nothing over the reasons.
    fn is_beside_table(&self, token: &Token<'_>) -> bool {
        let Block::Funding(table) = &self.block else { return false };
        table.slots.last().is_some_and(|slot| token.col() > slot.right + 1)
    }

    /// Whether `token` stands left of the goals whose headers have been read: the label of the whole block, which a
    /// filled merge repeats in each of its rows.
    fn is_beside_goals(&self, token: &Token<'_>) -> bool {
        matches!(self.block, Block::Goal { expected, actual: Some(_), .. } if token.col() < expected)
    }

    /// The header of what was done: right of what was expected if there is one, for the label of the whole block may
    /// use the same words (`年度目标完成情况`).
    fn actual_header(&self, row: &TokenRow<'_>, expected: Option<usize>) -> Option<usize> {
        let found = || row.tokens.iter().enumerate().filter(|(_, t)| self.labels.is_goal_actual(&t.text));
        let right = expected.and_then(|expected| found().find(|(index, _)| *index > expected));
        let like = expected.map(|expected| expected + 1).or_else(|| self.behind_block(row));
        let like = like
            .filter(|index| row.tokens.get(*index).is_some_and(|t| self.labels.is_goal_actual_like(&t.text)));
        right.map(|(index, _)| index).or(like).or_else(|| found().next().map(|(index, _)| index))
    }

    /// The token behind the block's label, or the first of two, which is one itself: `完成情况 | 已完成全部任务`.
    fn behind_block(&self, row: &TokenRow<'_>) -> Option<usize> {
        let block = row.tokens.iter().rposition(|t| self.labels.is_goal_block(&t.text));
        block.map(|block| block + 1).or_else(|| (row.tokens.len() == 2).then_some(0))
    }

    /// Goals beside their labels, in one row; the block's may stand for that of the expected goal.
    fn goals_in_row(&mut self, row: &TokenRow<'_>) {
        let is_expected = |t: &Token<'_>| self.labels.is_goal_expected(&t.text);
        let has_own = row.tokens.iter().any(is_expected);
        let actual = self.actual_header(row, row.tokens.iter().position(is_expected));
        let mut side = None;
        for (index, token) in row.tokens.iter().enumerate() {
            let text = &token.text;
            if is_expected(token) || (!has_own && self.labels.is_goal_block(text)) {
                self.label(token.at());
                side = Some(GoalSide::Expected);
            } else if self.labels.is_goal_actual(text) || actual == Some(index) {
                self.label(token.at());
                side = Some(GoalSide::Actual);
            } else if let Some(side) = side {
                self.goal_text(side, token);
            } else {
                self.alone(token);
            }
        }
    }

    /// Reads a row below the headers of the goals, whose columns begin there; `others` are columns right of them.
    pub(super) fn goal_row(
        &mut self,
        row: &TokenRow<'_>,
        expected: u32,
        actual: Option<u32>,
        others: &[(u32, String)],
    ) {
        if is_of_table(row, others) || self.ends_goals(row, expected, actual) {
            self.block = Block::Head;
            return self.pairs(&row.tokens);
        }
        let mut tokens = Vec::new();
        for token in &row.tokens {
            let other = others.iter().rev().find(|(col, _)| token.col() >= *col);
            if let Some((_, header)) = other {
                self.under(token, header, None);
            } else if token.col() < expected && token.is_number() {
                self.loose(token); // the goals are numbered
            } else if !self.take_goal_label(token, expected) {
                tokens.push(token);
            }
        }
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

    /// Whether a row below the goals' headers begins left of them and is no label of theirs: the title of what comes next,
    /// or a line of its own (`目标未完成原因 | 因汛期停工`). The first row may have slid there.
    fn ends_goals(&self, row: &TokenRow<'_>, expected: u32, actual: Option<u32>) -> bool {
        let (Some(first), Some(actual)) = (row.tokens.first(), actual) else { return false };
        let is_label = self.is_goal_word(&first.text) || self.labels.is_indicator_block(&first.text);
        let is_number = first.is_number() || text::label_key(&first.text).is_empty();
        if first.col() >= expected || is_label || is_number || self.labels.is_blank(&first.text) {
            return false;
        }
        let has_both = [expected, actual].iter().all(|col| row.tokens.iter().any(|t| t.col() == *col));
        let is_over_both = first.region.end.col >= actual;
        let is_short = first.text.chars().count() <= LONGEST_TITLE;
        let has_goals = self.layout.fields.contains_key(&Field::Goal(GoalSide::Expected));
        match row.tokens.len() {
            1 => is_over_both || is_short || has_goals,
            _ => has_goals && !has_both,
        }
    }

    /// Whether `token` is the label beside the goals, or nothing, which it then is counted as. What stands under their
    /// headers is a goal, whatever it says.
    fn take_goal_label(&mut self, token: &Token<'_>, expected: u32) -> bool {
        let is_label = |text: &Keyed| self.is_goal_word(text) || self.labels.is_indicator_block(text);
        let is_beside = token.col() < expected && is_label(&token.text);
        let found = is_beside || self.labels.is_blank(&token.text);
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
            self.field(field, Source { region: token.region, part: Some(token.text.to_string()) });
        }
    }
}

/// Whether more stands on a row than goals, what they are numbered by, and what stands beside them: a row of a table whose
/// header was not recognised.
fn is_of_table(row: &TokenRow<'_>, others: &[(u32, String)]) -> bool {
    // A merge that was filled repeats its text.
    let texts: BTreeSet<&str> = row.tokens.iter().map(|t| t.text.as_str()).collect();
    texts.len() > MOST_TEXTS + others.len()
}
