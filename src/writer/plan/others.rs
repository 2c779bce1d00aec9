//! What is no field to the labels and columns that the template keeps for it.

use crate::form::{Extra, Indicator};
use crate::labels::labels;
use crate::template::{HeadCell, OtherHeader};
use crate::text;

use super::{Cell, Look, Planner, text_or_blank};

impl Planner<'_> {
    /// Rows of labels and texts without borders; one without cells is a gap.
    pub(super) fn open_lines(&mut self, rows: &[Vec<HeadCell>]) {
        for row in rows {
            let cells = row.iter().map(|cell| self.open_cell(cell)).collect();
            self.line(cells, self.row_height() * 0.8);
        }
    }

    /// Rows of labels and texts that belong to the table.
    pub(super) fn boxed_lines(&mut self, rows: &[Vec<HeadCell>]) {
        for row in rows {
            let cells = row.iter().map(|cell| self.head_cell(cell)).collect();
            self.table_line(cells, &[], self.row_height());
        }
    }

    fn open_cell(&mut self, cell: &HeadCell) -> Cell {
        Cell { look: Look::Note, ..self.head_cell(cell) }
    }

    /// What the form had under a label.
    pub(super) fn labelled(&mut self, label: &str) -> Option<String> {
        let label = text::label_key(label);
        self.take(|extra| extra.label.as_ref() == Some(&label))
    }

    /// What the form had in a funding row under a header that is no field.
    pub(super) fn beside_money(&mut self, row: usize, header: &OtherHeader) -> Cell {
        let label = text::label_key(&header.label);
        let layout = &self.report.layout;
        let rows = self.report.form.funding.len();
        let stood = |extra: &Extra| {
            let at = extra.cell?.row;
            (0..rows).find(|row| {
                let item = crate::form::Field::Funding(*row, crate::form::FundingColumn::Item);
                layout.cell(item).is_some_and(|cell| cell.row == at)
            })
        };
        let text =
            self.take(|extra| extra.label.as_ref() == Some(&label) && stood(extra).unwrap_or(0) == row);
        Cell::new(header.at, text_or_blank(text.as_deref()), Look::Prose)
    }

    /// What the form had in an indicator's row under a header that is no field.
    pub(super) fn beside_indicator(&mut self, row: &Indicator, header: &OtherHeader) -> Cell {
        let text = self.of_indicator(row, &text::label_key(&header.label));
        Cell::new(header.at, text_or_blank(text.as_deref()), Look::Prose)
    }

    /// What the form had in an indicator's row under a header, which is in `extra` if it is no field.
    pub(super) fn of_indicator(&mut self, row: &Indicator, header: &str) -> Option<String> {
        let label = text::label_of_row(header, row.level3.value().map(String::as_str));
        self.take(|extra| extra.label.as_ref() == Some(&label))
    }

    /// Takes the first text that is still to be placed, is `wanted`, and would be read back from a cell of its own.
    fn take(&mut self, wanted: impl Fn(&Extra) -> bool) -> Option<String> {
        let extras = self.report.form.extra.iter().enumerate();
        let mut free = extras.filter(|(index, extra)| !self.placed.contains(index) && wanted(extra));
        let (index, extra) = free.find(|(_, extra)| stands_alone(&extra.text))?;
        let text = extra.text.clone();
        self.placed.insert(index);
        Some(text)
    }
}

/// Whether `text` says in a cell of its own what it says behind its label: it is no label itself and not blank.
fn stands_alone(text: &str) -> bool {
    let labels = labels();
    !(labels.is_blank(text)
        || labels.head(text).is_some()
        || labels.is_tail(text)
        || labels.is_title(text)
        || labels.is_goal_expected(text)
        || labels.is_goal_actual(text)
        || labels.is_funding_block(text)
        || labels.funding(text).is_some()
        || labels.indicator(text).is_some())
}
