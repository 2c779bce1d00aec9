//! Title, year and the rows of labels to blocks at the top of the sheet.

use crate::form::Field;
use crate::template::HeadCell;

use super::{Cell, Content, Look, Planner, text_or_blank};

impl Planner<'_> {
    pub(super) fn head(&mut self) {
        let (head, sheet) = (&self.template.head, &self.template.sheet);
        let form = &self.report.form;
        let title = form.title.value().unwrap_or(&head.title).clone();
        let year = form.year.get().map(|year| year.to_string());
        let year = year.or_else(|| form.year.typed().map(str::to_owned)).unwrap_or_else(|| "    ".to_owned());
        let lines = [
            (head.attachment.clone(), Look::Attachment, None, sheet.body_size * 1.8),
            (title, Look::Title, Some(Field::Title), sheet.title_size * 1.8),
            (head.year.replace("{year}", &year), Look::Year, Some(Field::Year), sheet.year_size * 1.6),
        ];
        for (text, look, field, height) in lines.into_iter().filter(|(text, ..)| !text.is_empty()) {
            self.line(
                vec![Cell { field, ..Cell::new(self.whole_width(), Content::Text(text), look) }],
                height,
            );
        }
        for row in &self.template.head.rows {
            let cells = row.iter().map(|cell| self.head_cell(cell)).collect();
            self.table_line(cells, &[], self.row_height());
        }
    }

    fn head_cell(&self, cell: &HeadCell) -> Cell {
        let form = &self.report.form;
        let field = cell.field.as_deref().and_then(|field| field.parse().ok());
        let text = match field {
            Some(Field::Project) => form.project.value().cloned(),
            Some(Field::Authority) => form.authority.value().map(ToString::to_string),
            Some(Field::Unit) => form.unit.value().map(ToString::to_string),
            _ => None,
        };
        match &cell.label {
            Some(label) => Cell::label(cell.at, label),
            None => Cell { field, ..Cell::new(cell.at, text_or_blank(text.as_deref()), Look::Value) },
        }
    }
}
