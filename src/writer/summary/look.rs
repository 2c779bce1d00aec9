//! What the cells of 汇总.xlsx look like.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet, XlsxError};

/// The font of official tables.
const FONT: &str = "宋体";
/// The code page of its characters, by which a machine without it chooses another Chinese one.
const CHARSET_GB2312: u8 = 134;
/// Decimals of money, at least and at most.
const MONEY_PLACES: [u32; 2] = [2, 6];

/// Formats that have the same number in every workbook, so that rows can be written before their workbook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Number {
    /// The header of a column.
    Header = 1,
    /// Text, left and wrapped.
    Text,
    /// Text that must not turn into a formula when somebody edits it.
    Quoted,
    /// Text that opens a file, and must not turn into a formula either.
    Link,
    /// A word or a count.
    Centred,
    /// A word or a count that is bad.
    Alarm,
    /// A rate in per cent.
    Rate,
    /// Points.
    Points,
    /// Money with so many decimals.
    Amount2,
    Amount3,
    Amount4,
    Amount5,
    Amount6,
    // Those of a letter, only where there are letters.
    LetterTitle,
    LetterName,
    LetterProse,
    LetterHeader,
    LetterForm,
    LetterText,
    LetterCentred,
    LetterSign,
}

impl Number {
    /// Money with the decimals that `amount` needs.
    pub fn amount(amount: Decimal) -> Self {
        match amount.normalize().scale() {
            ..=2 => Self::Amount2,
            3 => Self::Amount3,
            4 => Self::Amount4,
            5 => Self::Amount5,
            _ => Self::Amount6,
        }
    }
}

/// The formats of a workbook.
pub(super) struct Looks {
    /// The title over a sheet.
    pub title: Format,
    /// The line below it, left.
    pub note: Format,
    /// The line below it, right.
    pub unit: Format,
    /// The header of a column.
    pub header: Format,
    /// The words of the total row.
    pub total: Format,
    /// A rate of the total row.
    pub total_rate: Format,
    totals: Vec<Format>,
    /// Those that have a [`Number`], in that order.
    numbered: Vec<Format>,
}

impl Looks {
    /// Those of tables.
    pub fn new() -> Self {
        let plain = Format::new().set_font_name(FONT).set_font_charset(CHARSET_GB2312).set_font_size(10);
        let plain = plain.set_align(FormatAlign::VerticalCenter);
        let boxed = plain.clone().set_border(FormatBorder::Thin);
        let centred = boxed.clone().set_align(FormatAlign::Center);
        let total = centred.clone().set_bold().set_background_color(Color::RGB(0x00F2_F2F2));
        let summed = total.clone().set_align(FormatAlign::Right);
        let header = centred.clone().set_bold().set_text_wrap().set_background_color(Color::RGB(0x00D9_E1F2));
        let mut numbered = vec![header.clone()];
        numbered.extend(words(&boxed));
        numbered.extend([centred.clone(), alarm(centred)]);
        numbered.extend(figures(&boxed.set_align(FormatAlign::Right)));
        Self {
            title: plain.clone().set_bold().set_font_size(18).set_align(FormatAlign::Center),
            note: plain.clone().set_align(FormatAlign::Left),
            unit: plain.set_align(FormatAlign::Right),
            header,
            total_rate: summed.clone().set_num_format("0.00%"),
            totals: money(&summed).collect(),
            total,
            numbered,
        }
    }

    /// Those of tables and letters.
    pub fn with_letters() -> Self {
        let mut looks = Self::new();
        looks.numbered.extend(letter_formats());
        looks
    }

    /// Gives the formats their numbers: those of the first sheet are numbered as they come, from 1. What is drawn on
    /// the sheet covers the traces.
    pub fn number(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.numbered.iter().try_for_each(|format| sheet.write_blank(0, 0, format).map(drop))
    }

    /// A sum of money that has so many decimals.
    pub fn total_amount(&self, places: u32) -> &Format {
        let [least, most] = MONEY_PLACES;
        let index = usize::try_from(places.clamp(least, most) - least).ok();
        index.and_then(|index| self.totals.get(index)).unwrap_or(&self.total)
    }
}

/// Text, text that stays one, and text that opens something.
fn words(boxed: &Format) -> [Format; 3] {
    let text = boxed.clone().set_align(FormatAlign::Left).set_text_wrap();
    let quoted = text.clone().set_quote_prefix();
    let link = quoted.clone().set_font_color(Color::RGB(0x0005_63C1)).set_underline(FormatUnderline::Single);
    [text, quoted, link]
}

fn alarm(centred: Format) -> Format {
    centred.set_font_color(Color::RGB(0x00C0_0000)).set_bold()
}

/// A rate, points, and money.
fn figures(right: &Format) -> impl Iterator<Item = Format> {
    let shown = |shown| right.clone().set_num_format(shown);
    [shown("0.00%"), shown("0.00")].into_iter().chain(money(right))
}

/// `look` for money with each number of decimals, fewest first.
fn money(look: &Format) -> impl Iterator<Item = Format> {
    let [least, most] = MONEY_PLACES;
    let shown = |places| format!("#,##0.{}", "0".repeat(usize::try_from(places).unwrap_or_default()));
    (least..=most).map(move |places| look.clone().set_num_format(shown(places)))
}

/// The formats of a letter, in the order of their numbers.
fn letter_formats() -> [Format; 8] {
    let plain = Format::new().set_font_name(FONT).set_font_charset(CHARSET_GB2312).set_font_size(10.5);
    let plain = plain.set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let boxed = plain.clone().set_border(FormatBorder::Thin);
    let centred = boxed.clone().set_align(FormatAlign::Center);
    let shade = |format: &Format, color| format.clone().set_bold().set_background_color(Color::RGB(color));
    let title = plain.clone().set_bold().set_font_size(18).set_align(FormatAlign::Center);
    let name = plain.clone().set_bold().set_font_size(12);
    let (header, form) = (shade(&centred, 0x00D9_E1F2), shade(&boxed, 0x00F2_F2F2));
    let sign = plain.clone().set_align(FormatAlign::Right);
    [title, name, plain, header, form, boxed.set_quote_prefix(), centred, sign]
}
