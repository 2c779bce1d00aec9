//! What is no field to lines under the table.

use crate::form::Extra;
use crate::labels::labels;
use crate::text::split_inline;

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

/// Stands before a line that would otherwise be taken for a part of the form.
const AS_FOUND: &str = "原文";

/// An extra as a line that reads back as the same label and text. A word of the form that was found where none
/// belongs stays what was found: alone on a line it would head a field again.
fn note(extra: &Extra) -> String {
    let is_label = |text: &str| labels().is_of_form(text);
    match &extra.label {
        Some(label) => format!("{label}：{}", extra.text),
        None if is_label(&extra.text) || split_inline(&extra.text, is_label).is_some() => {
            format!("{AS_FOUND}：{}", extra.text)
        }
        None => extra.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_not_read_back_as_a_part_of_the_form() {
        for (label, text, line) in [
            (None, "主管部门", "原文：主管部门"),
            (None, "项目名称：甲", "原文：项目名称：甲"),
            (None, "总分", "原文：总分"),
            (Some("原文"), "总分", "原文：总分"),
            (Some("填报人"), "张三", "填报人：张三"),
            (None, "填报人：", "填报人："),
            (None, "以上内容属实。", "以上内容属实。"),
        ] {
            let (label, text) = (label.map(str::to_owned), text.to_owned());
            assert_eq!(note(&Extra { cell: None, label, text, explained: true }), line);
        }
    }
}
