//! A value to a cell of 汇总.xlsx.

use std::borrow::Cow;

use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr;

use super::link::Target;
use crate::number;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing.
    Blank,
    /// Text, left and wrapped.
    Text(Cow<'a, str>),
    /// A short word, centred.
    Centred(Cow<'a, str>),
    /// A short word, centred and in red.
    Alarm(&'static str),
    /// Text that opens `target`.
    Link { text: Cow<'a, str>, target: Target },
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
        Self::Centred(Cow::Borrowed(text))
    }

    /// A number if there is one.
    pub fn number(number: Option<Decimal>, kind: fn(Decimal) -> Self) -> Self {
        number.map_or(Self::Blank, kind)
    }

    /// Lines of text that it takes in a column of `width` characters.
    pub fn lines(&self, width: usize) -> usize {
        match self {
            Self::Text(text) | Self::Link { text, .. } => lines(text, width),
            _ => 1,
        }
    }
}

/// Lines of `text` where one holds `width` characters, Chinese ones counting double.
pub(super) fn lines(text: &str, width: usize) -> usize {
    let wrapped = |line: &str| line.width_cjk().div_ceil(width.max(2)).max(1);
    text.split('\n').map(wrapped).fold(0, usize::saturating_add)
}

/// The double that means `decimal`; `None` if there is none.
pub(super) fn exact(decimal: Decimal) -> Option<f64> {
    decimal.to_string().parse().ok().filter(|double| number::from_f64(*double) == Some(decimal.normalize()))
}
