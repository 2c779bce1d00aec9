//! What is no field to lines under the table.

use crate::form::Extra;

use super::indicators::block_points;
use super::{Cell, Content, Look, Planner, Unshown, unshown};

impl Planner<'_> {
    pub(super) fn notes(&mut self) {
        let all = &self.report.form.extra;
        let in_label = block_points(all);
        let left = all.iter().enumerate().filter(|(index, extra)| {
            !self.placed.contains(index) && in_label.is_none_or(|other| !std::ptr::eq(*extra, other))
        });
        let mut lines: Vec<String> = left.map(|(_, extra)| note(extra)).collect();
        for Unshown { label, text, .. } in unshown(&self.report.form, self.template) {
            let line = format!("{label}：{text}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        for line in lines {
            let cell = Cell::new(self.whole_width(), Content::Text(line), Look::Note);
            self.line(vec![cell], self.row_height() * 0.8);
        }
    }
}

/// An extra as a line that reads back as the same label and text.
fn note(extra: &Extra) -> String {
    extra.label.as_ref().map_or_else(|| extra.text.clone(), |label| format!("{label}：{}", extra.text))
}
