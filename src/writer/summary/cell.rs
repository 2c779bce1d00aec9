//! A value to a cell of 汇总.xlsx: safe text, exact numbers, links that open.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::look::Looks;
use crate::number;

/// UTF-16 units of a cell's text.
const TEXT_UNITS: usize = 32_767;
/// UTF-16 units of a link.
const LINK_UNITS: usize = 2_000;
/// Links of a sheet; beyond, Excel drops them all and says that the file is damaged.
pub(super) const LINKS: usize = 65_530;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing.
    Blank,
    /// Text, left and wrapped.
    Text(Cow<'a, str>),
    /// A short word, centred.
    Centred(&'a str),
    /// A short word, centred and in red.
    Alarm(&'static str),
    /// Text that opens `target`, a file beside this one.
    Link { text: &'a str, target: String },
    /// The number of the line, from 1.
    Ordinal,
    /// Money in 万元.
    Amount(Decimal),
    /// A fraction, shown in per cent.
    Rate(Decimal),
    /// Points.
    Points(Decimal),
    /// How many; errors in red.
    Count { count: usize, alarming: bool },
}

impl<'a> Cell<'a> {
    /// Text, left and wrapped.
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Text if there is any.
    pub fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Self::Blank, Self::text)
    }

    /// A short word, centred.
    pub const fn centred(text: &'a str) -> Self {
        Self::Centred(text)
    }

    /// A number if there is one.
    pub fn number(number: Option<Decimal>, kind: fn(Decimal) -> Self) -> Self {
        number.map_or(Self::Blank, kind)
    }

    /// Lines of text that it takes in a column of `width` characters.
    pub fn lines(&self, width: usize) -> usize {
        match self {
            Self::Text(text) => lines(text, width),
            Self::Link { text, .. } => lines(text, width),
            _ => 1,
        }
    }

    /// Writes it at `row` and `col`; `ordinal` is the number of the line.
    pub fn write(
        &self,
        sheet: &mut Worksheet,
        (row, col): (u32, u16),
        ordinal: usize,
        looks: &Looks,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Blank | Self::Centred("") => sheet.write_blank(row, col, &looks.text)?,
            Self::Text(text) => write_text(sheet, (row, col), text, looks)?,
            Self::Centred(text) => {
                sheet.write_string_with_format(row, col, harmless(text), &looks.centred)?
            }
            Self::Alarm(text) => sheet.write_string_with_format(row, col, *text, &looks.alarm)?,
            Self::Link { text, target } => {
                let url = Url::new(target.as_str()).set_text(harmless(text));
                sheet.write_url_with_format(row, col, url, &looks.link)?
            }
            Self::Ordinal => sheet.write_number_with_format(row, col, count(ordinal), &looks.centred)?,
            Self::Amount(number) => write_number(sheet, (row, col), *number, looks.amount(*number))?,
            Self::Rate(number) => write_number(sheet, (row, col), *number, &looks.rate)?,
            Self::Points(number) => write_number(sheet, (row, col), *number, &looks.points)?,
            Self::Count { count: 0, .. } => sheet.write_number_with_format(row, col, 0, &looks.centred)?,
            Self::Count { count: n, alarming } => {
                let look = if *alarming { &looks.alarm } else { &looks.centred };
                sheet.write_number_with_format(row, col, count(*n), look)?
            }
        };
        Ok(())
    }
}

/// Lines of `text` where one holds `width` characters, Chinese ones counting double.
pub(super) fn lines(text: &str, width: usize) -> usize {
    let wrapped = |line: &str| line.width_cjk().div_ceil(width.max(2)).max(1);
    text.split('\n').map(wrapped).fold(0, usize::saturating_add)
}

/// Text that stays text, also after somebody has edited the cell.
fn write_text<'s>(
    sheet: &'s mut Worksheet,
    (row, col): (u32, u16),
    text: &str,
    looks: &Looks,
) -> Result<&'s mut Worksheet, XlsxError> {
    let look = if text.starts_with(['=', '+', '-', '@']) { &looks.quoted } else { &looks.text };
    sheet.write_string_with_format(row, col, harmless(text), look)
}

/// The number, or its digits as text where a spreadsheet's double would lose some.
fn write_number<'s>(
    sheet: &'s mut Worksheet,
    (row, col): (u32, u16),
    decimal: Decimal,
    look: &Format,
) -> Result<&'s mut Worksheet, XlsxError> {
    match exact(decimal) {
        Some(number) => sheet.write_number_with_format(row, col, number, look),
        None => sheet.write_string_with_format(row, col, decimal.normalize().to_string(), look),
    }
}

/// The double that means `decimal`; `None` if there is none.
pub(super) fn exact(decimal: Decimal) -> Option<f64> {
    decimal.to_string().parse().ok().filter(|double| number::from_f64(*double) == Some(decimal.normalize()))
}

/// A count as the double that a cell holds.
pub(super) fn count(count: usize) -> f64 {
    count.to_f64().unwrap_or(f64::MAX)
}

/// `text` as a cell can hold it: control characters made visible (`␁`), what XML cannot say replaced, cut at the limit.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmless = |text: &str| text.len() <= TEXT_UNITS && text.chars().all(|c| visible(c) == c);
    if is_harmless(text) {
        return text.into();
    }
    let mut units = 0;
    let visible = text.replace("\r\n", "\n").chars().map(visible).collect::<String>();
    if visible.encode_utf16().count() <= TEXT_UNITS {
        return visible.into();
    }
    let fits = |c: &char| {
        units += c.len_utf16();
        units < TEXT_UNITS
    };
    visible.chars().take_while(fits).chain(['…']).collect::<String>().into()
}

fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    }
}

/// The link to a workbook beside this one, and to a sheet of it; `None` where a link cannot say the name: Excel takes
/// what stands behind a `#` for a place in the file.
pub(super) fn link(path: &str, sheet: Option<&str>) -> Option<String> {
    link_to(path, sheet, "A1")
}

/// The link to a cell of a sheet of a workbook, as [`link`].
pub(super) fn link_to(path: &str, sheet: Option<&str>, cell: &str) -> Option<String> {
    let sayable =
        !path.contains('#') && path.chars().chain(sheet.unwrap_or_default().chars()).all(|c| visible(c) == c);
    let place = sheet.map(|sheet| format!("#'{}'!{cell}", sheet.replace('\'', "''"))).unwrap_or_default();
    let link = format!("file:///{}{place}", percent_encoded(path));
    Some(link).filter(|link| sayable && link.encode_utf16().count() <= LINK_UNITS)
}

/// A path with a `%` in its name, encoded; one without is encoded by the writer, which takes a name such as `a%20b`
/// for an encoded one.
fn percent_encoded(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let encode = |c: char| match c {
        '%' | ' ' | '"' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '}' => format!("%{:02X}", u32::from(c)),
        other => other.to_string(),
    };
    Cow::Owned(path.chars().map(encode).collect())
}
