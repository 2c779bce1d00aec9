//! The looks of a plan to cell formats of a workbook.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

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

/// The formats of a template's workbooks: all that there can be, so that they have the same numbers in each.
pub struct Styles {
    shown: Formats,
    /// Each once, in the order of their numbers.
    formats: Vec<Format>,
    /// By style: the place of its format.
    places: HashMap<Style, usize>,
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
        let mut styles =
            Self { shown: template.sheet.formats.clone(), formats: Vec::new(), places: HashMap::new() };
        for look in LOOKS {
            let format = format(look, template);
            styles.possible(look).into_iter().for_each(|style| styles.add(style, &format));
        }
        styles
    }

    /// Every style that a look can have, as [`Styles::style`] gives them.
    fn possible(&self, look: Look) -> Vec<Style> {
        let plain = Style { look, shrinks: false, quoted: false, shown: None };
        let mut styles = vec![plain.clone(), Style { quoted: true, ..plain.clone() }];
        let figure = Style { shrinks: true, ..plain.clone() };
        let figures = |shown: &str| {
            let longer = more_digits(shown).map(|shown| Style { shown: Some(shown), ..figure.clone() });
            std::iter::once(figure.clone()).chain(longer).collect()
        };
        styles.extend(match look {
            Look::Value => vec![Style { shown: Some(GENERAL.to_owned()), ..plain }],
            Look::Amount => figures(&self.shown.amount),
            Look::Points => figures(&self.shown.points),
            Look::Plain => figures(GENERAL),
            Look::Rate => vec![figure],
            _ => Vec::new(),
        });
        styles
    }

    fn add(&mut self, style: Style, look: &Format) {
        let format = styled(look, &style);
        let known = self.formats.iter().position(|other| *other == format);
        let place = known.unwrap_or_else(|| {
            self.formats.push(format);
            self.formats.len() - 1
        });
        self.places.insert(style, place);
    }

    /// Gives the formats their numbers in the workbook whose first sheet, still empty, is `sheet`: the order in which
    /// they are met there.
    ///
    /// # Errors
    /// None that can be met on an empty sheet.
    pub fn number(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.formats.iter().try_for_each(|format| sheet.write_blank(0, 0, format).map(drop))?;
        sheet.clear_cell(0, 0);
        Ok(())
    }

    /// The number of a style's format in every workbook; `None` for a style that is not one of the possible ones.
    pub fn number_of(&self, style: &Style) -> Option<usize> {
        self.places.get(style).map(|place| place + 1) // before them is the format of all other cells
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
        self.places.get(style).and_then(|place| self.formats.get(*place)).cloned().unwrap_or_default()
    }
}

/// `format`, that of the look, as `style` has it.
fn styled(format: &Format, style: &Style) -> Format {
    let format = format.clone();
    // What is wrapped does not shrink.
    let format = if style.shrinks { format.unset_text_wrap().set_shrink() } else { format };
    let format = if style.quoted { format.set_quote_prefix() } else { format };
    match &style.shown {
        Some(shown) => format.set_num_format(shown),
        None => format,
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
        return (number.to_string().len() > GENERAL_DIGITS).then(|| with_decimals(own(shown), scale));
    }
    let places = decimals(shown)?;
    (scale > places).then(|| with_decimals(shown, scale))
}

/// Every format that [`digits`] can give for `shown`.
fn more_digits(shown: &str) -> impl Iterator<Item = String> {
    let fewest = if shown == GENERAL { Some(0) } else { decimals(shown).map(|places| places + 1) };
    let places = fewest.into_iter().flat_map(|fewest| fewest..=DECIMALS);
    places.map(|places| with_decimals(own(shown), places))
}

/// The format of digits that takes the place of `shown` where a number's own decimals are to be shown.
fn own(shown: &str) -> &str {
    if shown == GENERAL { "0" } else { shown }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_has_its_number() {
        let numbers = [
            "0",
            "-1",
            "1.5",
            "0.125",
            "12.3456",
            "1.2345678",
            "123456789",
            "1234567.125",
            "79228162514264.3",
        ];
        let texts = ["", "甲", "=205人", "-1", &"长".repeat(300), &format!("+{}", "长".repeat(300))];
        let number = |n: &&str| Content::Number(n.parse().unwrap());
        let contents: Vec<Content> = numbers
            .iter()
            .flat_map(|n| [number(n), Content::Formula("A1".to_owned(), n.parse().ok())])
            .chain(texts.iter().map(|text| Content::Text((*text).to_owned())))
            .chain([Content::Blank, Content::Formula("A1".to_owned(), None)])
            .collect();
        for shown in ["0.00", "0", "General", "#,##0.000000", "0.00%;[Red]-0.00%"] {
            let mut template = Template::standard().clone();
            let formats = &mut template.sheet.formats;
            (formats.amount, formats.points, formats.rate) =
                (shown.to_owned(), shown.to_owned(), shown.to_owned());
            let styles = Styles::new(&template);
            for (look, content) in LOOKS.into_iter().flat_map(|look| contents.iter().map(move |c| (look, c)))
            {
                let style = styles.style(look, content);
                let number = styles.number_of(&style).unwrap_or_else(|| panic!("{style:?}"));
                assert_eq!(styles.formats[number - 1], styled(&format(look, &template), &style));
            }
            assert!(styles.formats.len() <= 64, "{}", styles.formats.len());
        }
    }
}
