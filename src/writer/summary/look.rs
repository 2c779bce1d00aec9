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
    Header = 1,
    Text,
    Quoted,
    Centred,
    Alarm,
}

/// All formats, made once.
pub(super) struct Looks {
    /// The title over a sheet.
    pub title: Format,
    /// The line below it, left.
    pub note: Format,
    /// The line below it, right.
    pub unit: Format,
    /// The header of a column.
    pub header: Format,
    /// Text, left and wrapped.
    pub text: Format,
    /// Text that must not turn into a formula when somebody edits it.
    pub quoted: Format,
    /// Text that opens a file, and must not turn into a formula either.
    pub link: Format,
    /// A word or a count.
    pub centred: Format,
    /// A word or a count that is bad.
    pub alarm: Format,
    /// A rate in per cent.
    pub rate: Format,
    /// Points.
    pub points: Format,
    /// The words of the total row.
    pub total: Format,
    /// A rate of the total row.
    pub total_rate: Format,
    amounts: Vec<Format>,
    totals: Vec<Format>,
}

impl Looks {
    pub fn new() -> Self {
        let plain = Format::new().set_font_name(FONT).set_font_charset(CHARSET_GB2312).set_font_size(10);
        let plain = plain.set_align(FormatAlign::VerticalCenter);
        let boxed = plain.clone().set_border(FormatBorder::Thin);
        let text = boxed.clone().set_align(FormatAlign::Left).set_text_wrap();
        let centred = boxed.clone().set_align(FormatAlign::Center);
        let right = boxed.set_align(FormatAlign::Right);
        let total = centred.clone().set_bold().set_background_color(Color::RGB(0x00F2_F2F2));
        let summed = total.clone().set_align(FormatAlign::Right);
        Self {
            title: plain.clone().set_bold().set_font_size(18).set_align(FormatAlign::Center),
            note: plain.clone().set_align(FormatAlign::Left),
            unit: plain.set_align(FormatAlign::Right),
            header: centred.clone().set_bold().set_text_wrap().set_background_color(Color::RGB(0x00D9_E1F2)),
            quoted: text.clone().set_quote_prefix(),
            link: text
                .clone()
                .set_quote_prefix()
                .set_font_color(Color::RGB(0x0005_63C1))
                .set_underline(FormatUnderline::Single),
            text,
            alarm: centred.clone().set_font_color(Color::RGB(0x00C0_0000)).set_bold(),
            rate: right.clone().set_num_format("0.00%"),
            points: right.clone().set_num_format("0.00"),
            total_rate: summed.clone().set_num_format("0.00%"),
            amounts: money(&right),
            totals: money(&summed),
            centred,
            total,
        }
    }

    /// Gives these formats their numbers: those of the first sheet are numbered as they come, from 1. What is drawn on
    /// the sheet covers the traces.
    pub fn number(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let numbered = [&self.header, &self.text, &self.quoted, &self.centred, &self.alarm];
        numbered.into_iter().try_for_each(|format| sheet.write_blank(0, 0, format).map(drop))
    }

    /// Money with the decimals that `amount` needs.
    pub fn amount(&self, amount: Decimal) -> &Format {
        with_places(&self.amounts, amount.normalize().scale()).unwrap_or(&self.points)
    }

    /// A sum of money that has so many decimals.
    pub fn total_amount(&self, places: u32) -> &Format {
        with_places(&self.totals, places).unwrap_or(&self.total)
    }
}

/// `look` for money with each number of decimals, fewest first.
fn money(look: &Format) -> Vec<Format> {
    let [least, most] = MONEY_PLACES;
    let format = |places| format!("#,##0.{}", "0".repeat(usize::try_from(places).unwrap_or_default()));
    (least..=most).map(|places| look.clone().set_num_format(format(places))).collect()
}

fn with_places(looks: &[Format], places: u32) -> Option<&Format> {
    let [least, most] = MONEY_PLACES;
    looks.get(usize::try_from(places.clamp(least, most) - least).ok()?)
}
