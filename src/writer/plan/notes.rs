//! What is no field to lines under the table.

use crate::form::Extra;

use super::indicators::block_points;
use super::{Cell, Content, Look, Planner};

impl Planner<'_> {
    pub(super) fn notes(&mut self) {
        let all = &self.report.form.extra;
        let in_label = block_points(all);
        for extra in all.iter().filter(|extra| in_label.is_none_or(|other| !std::ptr::eq(*extra, other))) {
            let cell = Cell::new(self.whole_width(), Content::Text(note(extra)), Look::Note);
            self.line(vec![cell], self.row_height() * 0.8);
        }
    }
}

/// An extra as a line that reads back as the same label and text.
fn note(extra: &Extra) -> String {
    extra.label.as_ref().map_or_else(|| extra.text.clone(), |label| format!("{label}：{}", extra.text))
}
