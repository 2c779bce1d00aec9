//! The looks of a plan to cell formats of a workbook.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::template::Template;

use super::plan::{Content, Look};

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

    /// The format of a look for what stands in it.
    pub fn of(&self, look: Look, content: &Content) -> Format {
        let format = self.formats.get(&look).cloned().unwrap_or_default();
        match content {
            Content::Text(text) if text.starts_with(['=', '+', '-', '@']) => format.set_quote_prefix(),
            Content::Text(text) if look == Look::Value && text.chars().count() > LONGEST_TEXT => {
                format.set_num_format("General")
            }
            Content::Number(number) if matches!(look, Look::Points | Look::Amount | Look::Plain) => {
                digits(format, look, *number)
            }
            _ => format,
        }
    }
}

/// Most characters under the format `@`: older Excels show more of them as `####`.
const LONGEST_TEXT: usize = 200;
/// Most characters of a number that Excel shows in full under the format `General`.
const GENERAL: usize = 11;

/// A number's own decimals where the look would not show them all.
fn digits(format: Format, look: Look, number: Decimal) -> Format {
    let scale = usize::try_from(number.scale()).unwrap_or(0);
    if look == Look::Points && scale > 2 {
        return format.set_num_format("General");
    }
    if look != Look::Points && number.to_string().len() > GENERAL {
        let decimals = scale.min(6);
        let point = if decimals == 0 { "" } else { "." };
        return format.set_num_format(format!("0{point}{}", "0".repeat(decimals)));
    }
    format
}

fn format(look: Look, template: &Template) -> Format {
    let sheet = &template.sheet;
    let base = Format::new().set_font_name(&sheet.font).set_align(FormatAlign::VerticalCenter);
    let body = || base.clone().set_font_size(sheet.body_size);
    let boxed = || body().set_border(FormatBorder::Thin).set_text_wrap();
    let centred = || boxed().set_align(FormatAlign::Center);
    match look {
        Look::Attachment => body().set_align(FormatAlign::Left),
        Look::Title => {
            base.set_font_size(sheet.title_size).set_bold().set_align(FormatAlign::Center).set_text_wrap()
        }
        Look::Year => base.set_font_size(sheet.year_size).set_align(FormatAlign::Center).set_text_wrap(),
        Look::Label | Look::Amount | Look::Plain => centred(),
        Look::Value => centred().set_num_format("@"), // `=205人` typed here stays a text
        Look::Prose => boxed().set_align(FormatAlign::Left),
        Look::Rate => centred().set_num_format("0.00%"),
        Look::Points => centred().set_num_format("0.00"),
        Look::Note => body().set_align(FormatAlign::Left).set_text_wrap(),
    }
}
