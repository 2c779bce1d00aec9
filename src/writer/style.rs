//! The looks of a plan to cell formats of a workbook.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::template::{Formats, Template};

use super::plan::{Content, Look};

/// How a cell looks, by which its format is told from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Style {
    look: Look,
    /// A figure: where it is wider than its column it is shown smaller, not as `###`.
    shrinks: bool,
    /// A text that would be a formula if it were typed.
    quoted: bool,
    /// The number format, where it is not that of the look.
    shown: Option<String>,
}

/// The formats of a template's workbooks.
pub struct Styles {
    formats: HashMap<Look, Format>,
    shown: Formats,
}

const LOOKS: [Look; 12] = [
    Look::Attachment,
    Look::Title,
    Look::Year,
    Look::Label,
    Look::TopLabel,
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
        let formats = LOOKS.into_iter().map(|look| (look, format(look, template))).collect();
        Self { formats, shown: template.sheet.formats.clone() }
    }

    /// The style of a look for what stands in it.
    pub fn style(&self, look: Look, content: &Content) -> Style {
        let is_figure = matches!(look, Look::Amount | Look::Rate | Look::Points | Look::Plain);
        let shrinks = is_figure && !matches!(content, Content::Text(_));
        let quoted = matches!(content, Content::Text(text) if text.starts_with(['=', '+', '-', '@']));
        let shown = match content {
            Content::Text(text) if look == Look::Value && !quoted => {
                text.chars().nth(LONGEST_TEXT).map(|_| GENERAL.to_owned())
            }
            Content::Number(number) => match look {
                Look::Points => digits(&self.shown.points, *number),
                Look::Amount => digits(&self.shown.amount, *number),
                Look::Plain => digits(GENERAL, *number),
                _ => None,
            },
            _ => None,
        };
        Style { look, shrinks, quoted, shown }
    }

    /// The format of a style.
    pub fn format(&self, style: &Style) -> Format {
        let format = self.formats.get(&style.look).cloned().unwrap_or_default();
        // What is wrapped does not shrink.
        let format = if style.shrinks { format.unset_text_wrap().set_shrink() } else { format };
        let format = if style.quoted { format.set_quote_prefix() } else { format };
        match &style.shown {
            Some(shown) => format.set_num_format(shown),
            None => format,
        }
    }
}

/// Most characters under the format `@`: older Excels show more of them as `####`.
const LONGEST_TEXT: usize = 200;
/// The format that shows a number with the decimals it has, in so many characters at most: fewer than the 11 of a wide
/// column, since in a narrow one programs leave out decimals without a word.
const GENERAL: &str = "General";
const GENERAL_DIGITS: usize = 8;
/// Most decimals that are shown of a number.
const DECIMALS: usize = 6;

/// A number's own decimals where its format would not show them all.
fn digits(shown: &str, number: Decimal) -> Option<String> {
    let scale = usize::try_from(number.scale()).unwrap_or(0).min(DECIMALS);
    if shown == GENERAL {
        return (number.to_string().len() > GENERAL_DIGITS).then(|| with_decimals("0", scale));
    }
    let places = decimals(shown)?;
    (scale > places).then(|| with_decimals(shown, scale))
}

/// The decimals that a format of digits shows; `None` for one that is more than that.
fn decimals(format: &str) -> Option<usize> {
    let plain = format.chars().all(|c| "#0,.".contains(c));
    plain.then(|| format.split_once('.').map_or(0, |(_, decimals)| decimals.len()))
}

/// A format of digits with so many decimals.
fn with_decimals(format: &str, places: usize) -> String {
    let whole = format.split('.').next().unwrap_or(format);
    let point = if places == 0 { "" } else { "." };
    format!("{whole}{point}{}", "0".repeat(places))
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
            let font = sheet.title_font.as_ref().unwrap_or(&sheet.font);
            base.set_font_name(font)
                .set_font_size(sheet.title_size)
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_text_wrap()
        }
        Look::Year => base.set_font_size(sheet.year_size).set_align(FormatAlign::Center).set_text_wrap(),
        Look::Label | Look::Plain => centred(),
        Look::TopLabel => centred().set_align(FormatAlign::Top),
        Look::Amount => centred().set_num_format(&sheet.formats.amount),
        Look::Value => centred().set_num_format("@"), // `=205人` typed here stays a text
        Look::Prose => boxed().set_align(FormatAlign::Left),
        Look::Rate => centred().set_num_format(&sheet.formats.rate),
        Look::Points => centred().set_num_format(&sheet.formats.points),
        Look::Note => body().set_align(FormatAlign::Left).set_text_wrap(),
    }
}
