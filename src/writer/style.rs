//! The looks of a plan to cell formats of a workbook.

use std::collections::HashMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::template::Template;

use super::plan::Look;

/// The formats of one workbook, each made once.
pub struct Styles {
    formats: HashMap<Look, Format>,
}

const LOOKS: [Look; 11] = [
    Look::Attachment,
    Look::Title,
    Look::Year,
    Look::Label,
    Look::Prose,
    Look::Value,
    Look::Amount,
    Look::Rate,
    Look::Points,
    Look::Plain,
    Look::Note,
];

impl Styles {
    /// The formats of `template`.
    pub fn new(template: &Template) -> Self {
        Self { formats: LOOKS.into_iter().map(|look| (look, format(look, template))).collect() }
    }

    /// The format of a look.
    pub fn of(&self, look: Look) -> Format {
        self.formats.get(&look).cloned().unwrap_or_default()
    }
}

fn format(look: Look, template: &Template) -> Format {
    let sheet = &template.sheet;
    let base = Format::new().set_font_name(&sheet.font).set_align(FormatAlign::VerticalCenter);
    let body = || base.clone().set_font_size(sheet.body_size);
    let boxed = || body().set_border(FormatBorder::Thin).set_text_wrap();
    let centred = || boxed().set_align(FormatAlign::Center);
    match look {
        Look::Attachment => body().set_align(FormatAlign::Left),
        Look::Title => base.set_font_size(sheet.title_size).set_bold().set_align(FormatAlign::Center),
        Look::Year => base.set_font_size(sheet.year_size).set_align(FormatAlign::Center),
        Look::Label | Look::Value | Look::Amount | Look::Plain => centred(),
        Look::Prose => boxed().set_align(FormatAlign::Left),
        Look::Rate => centred().set_num_format("0.00%"),
        Look::Points => centred().set_num_format("0.00"),
        Look::Note => body().set_align(FormatAlign::Left).set_text_wrap(),
    }
}
