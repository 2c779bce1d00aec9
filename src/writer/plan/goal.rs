//! The two goals to the block 年度总体目标.

use super::{Cell, Look, Planner, text_or_blank};

impl Planner<'_> {
    pub(super) fn goal(&mut self) {
        let block = &self.template.goal;
        let goal = &self.report.form.goal;
        let beside = [block.label.at];
        let sides = [(&block.expected, &goal.expected), (&block.actual, &goal.actual)];
        let headers = sides.iter().map(|(label, _)| Cell::label(label.at, &label.text)).collect();
        let texts = sides.iter().map(|(label, goal)| {
            Cell::new(label.at, text_or_blank(goal.value().map(String::as_str)), Look::Prose)
        });
        let texts = texts.collect();
        let header = self.table_line(headers, &beside, self.row_height());
        let last = self.table_line(texts, &beside, block.row_height);
        self.beside(&block.label, &block.label.text, header.to(last));
    }
}
