//! The rows of 年度总体目标 to the two goals: under their headers, or beside them.

use crate::form::{Field, GoalSide};
use crate::grid::CellRef;
use crate::layout::Source;
use crate::text::Keyed;

use super::super::token::{Token, TokenRow};
use super::{Block, Locator};

impl Locator<'_> {
    /// Reads a row that heads the goals; `false` if it does not.
    pub(super) fn goals(&mut self, row: &TokenRow<'_>) -> bool {
        let find = |test: &dyn Fn(&Keyed) -> bool| row.tokens.iter().position(|t| test(&t.text));
        let expected = find(&|t| self.labels.is_goal_expected(t));
        let actual = self.actual_header(row, expected);
        let only_repeated =
            || actual.and_then(|i| row.tokens.get(i)).is_some_and(|t| self.is_beside_goals(t));
        if expected.is_none() && (actual.is_none() || only_repeated()) {
            return false;
        }
        let is_label = |t: &Token<'_>| {
            self.labels.is_goal_expected(&t.text)
                || self.labels.is_goal_actual(&t.text)
                || self.labels.is_goal_block(&t.text)
        };
        let is_note = |t: &Token<'_>| expected.is_some() && actual.is_some() && self.is_beside_table(t);
        let (notes, headers): (Vec<_>, Vec<_>) = row.tokens.iter().partition(|t| is_note(t));
        if headers.iter().all(|t| is_label(t)) {
            let column = |index: Option<usize>| index.and_then(|i| row.tokens.get(i)).map(Token::col);
            for header in headers {
                self.label(header.at());
            }
            for note in notes {
                self.loose(note);
            }
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

    /// Whether `token` stands right of the funding block above: somebody's note. The form may be a column wider than
    /// that block, which has nothing over the reasons.
    fn is_beside_table(&self, token: &Token<'_>) -> bool {
        let Block::Funding(table) = &self.block else { return false };
        table.slots.last().is_some_and(|slot| token.col() > slot.right + 1)
    }

    /// Whether `token` stands left of the goals whose headers have been read: the label of the whole block, which a
    /// filled merge repeats in each of its rows.
    fn is_beside_goals(&self, token: &Token<'_>) -> bool {
        matches!(self.block, Block::Goal { expected, actual: Some(_) } if token.col() < expected)
    }

    /// The header of what was done: right of what was expected if there is one, for the label of the whole block may
    /// use the same words (`年度目标完成情况`).
    fn actual_header(&self, row: &TokenRow<'_>, expected: Option<usize>) -> Option<usize> {
        let found = || row.tokens.iter().enumerate().filter(|(_, t)| self.labels.is_goal_actual(&t.text));
        let right = expected.and_then(|expected| found().find(|(index, _)| *index > expected));
        right.or_else(|| found().next()).map(|(index, _)| index)
    }

    /// Goals beside their labels, in one row.
    fn goals_in_row(&mut self, row: &TokenRow<'_>) {
        let mut side = None;
        for token in &row.tokens {
            let text = &token.text;
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

    pub(super) fn goal_row(&mut self, row: &TokenRow<'_>, expected: u32, actual: Option<u32>) {
        let tokens: Vec<&Token<'_>> =
            row.tokens.iter().filter(|t| !self.take_goal_label(t, expected)).collect();
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
    fn take_goal_label(&mut self, token: &Token<'_>, expected: u32) -> bool {
        let repeated = token.col() < expected && self.labels.is_goal_actual(&token.text);
        let found = repeated || self.labels.is_goal_block(&token.text) || self.labels.is_blank(&token.text);
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
