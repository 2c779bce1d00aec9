//! The two goals to the block 年度总体目标.

use crate::form::{Field, GoalSide};

use super::{Cell, Look, Planner, text_or_blank};

impl Planner<'_> {
    pub(super) fn goal(&mut self) {
        let block = &self.template.goal;
        let goal = &self.report.form.goal;
        let beside = [block.label.at];
        let sides = [
            (&block.expected, &goal.expected, GoalSide::Expected),
            (&block.actual, &goal.actual, GoalSide::Actual),
        ];
        let headers = sides.iter().map(|(label, ..)| Cell::label(label.at, &label.text)).collect();
        let texts = sides.iter().map(|(label, goal, side)| {
            let text = text_or_blank(goal.value().map(String::as_str));
            Cell::new(label.at, text, Look::Prose).of(Field::Goal(*side))
        });
        let texts = texts.collect();
        let header = self.table_line(headers, &beside, self.row_height());
        let last = self.table_line(texts, &beside, self.room(block.row_height, 9));
        self.beside(&block.label, &block.label.text, header.to(last));
    }
}
