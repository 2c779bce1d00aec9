//! A number and its format code to what the sheet shows, with every digit kept.

mod affixed;
mod date;
mod token;

use std::collections::HashMap;

use rust_decimal::Decimal;

use self::affixed::Affixed;
use self::date::DateForm;
use self::token::{Token, split_sections};

/// Longest format code that is looked at (Excel's own limit); a longer one counts as General.
const CODE_CHARS: usize = 255;

/// The code of a built-in format. Ids 27–36 and 50–58 are those of Chinese Excel and WPS.
pub fn builtin(id: u32) -> Option<&'static str> {
    Some(match id {
        1 => "0",
        2 => "0.00",
        3 | 37 | 38 => "#,##0",
        4 | 39 | 40 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        32 | 34 | 55 => "h\"时\"mm\"分\"",
        33 | 35 | 56 => "h\"时\"mm\"分\"ss\"秒\"",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}

/// A format code, read once and applied to many numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberFormat {
    sections: Vec<Section>,
}

/// One of the parts of a code that `;` separates.
#[derive(Debug, Clone, Default, PartialEq)]
struct Section {
    condition: Option<Condition>,
    form: Form,
}

/// `[>=100]` before a section.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    operator: String,
    limit: Decimal,
}

/// What a section makes of a number.
#[derive(Debug, Clone, Default, PartialEq)]
enum Form {
    #[default]
    Plain,
    Affixed(Affixed),
    Date(DateForm),
}

impl NumberFormat {
    /// The format of `code`; a code that cannot be understood shows plain numbers.
    pub fn new(code: &str) -> Self {
        if code.chars().count() > CODE_CHARS {
            return Self::default();
        }
        Self { sections: split_sections(code).iter().map(|tokens| Section::new(tokens)).collect() }
    }

    /// The format with the built-in number `id`.
    pub fn built_in(id: u32) -> Self {
        builtin(id).map_or_else(Self::default, Self::new)
    }

    /// Whether the first section shows a date or a time.
    pub fn is_date(&self) -> bool {
        matches!(self.sections.first().map(|s| &s.form), Some(Form::Date(_)))
    }

    /// What a sheet shows for `number`, without rounding; `date1904` is the workbook's date system.
    pub fn shown(&self, number: Decimal, date1904: bool) -> String {
        let (section, absolute) = self.section_of(number);
        let shown = match section.map(|s| &s.form) {
            Some(Form::Affixed(affixed)) => affixed.shown(number, absolute),
            Some(Form::Date(date)) => date.shown(number, date1904),
            Some(Form::Plain) | None => None,
        };
        shown.unwrap_or_else(|| plain(number))
    }

    /// The section that `number` falls under, and whether that one is for negative numbers alone.
    fn section_of(&self, number: Decimal) -> (Option<&Section>, bool) {
        if self.sections.iter().any(|s| s.condition.is_some()) {
            let met = |s: &&Section| s.condition.as_ref().is_none_or(|c| c.holds(number));
            return (self.sections.iter().find(met), false);
        }
        let negative = number < Decimal::ZERO;
        match self.sections.as_slice() {
            [_, second, ..] if negative => (Some(second), true),
            [_, _, third, ..] if number.is_zero() => (Some(third), false),
            all => (all.first(), false),
        }
    }
}

/// The number formats of a workbook, by cell style.
#[derive(Debug, Default)]
pub struct CellFormats {
    /// Format ids by style index.
    styles: Vec<u32>,
    formats: HashMap<u32, NumberFormat>,
    general: NumberFormat,
}

impl CellFormats {
    /// The formats of styles given by their format ids; `codes` are the workbook's own, the rest is built in.
    pub fn new(styles: Vec<u32>, codes: &HashMap<u32, String>) -> Self {
        let mut formats = HashMap::new();
        for id in &styles {
            let own = || codes.get(id).map(|code| NumberFormat::new(code));
            formats.entry(*id).or_insert_with(|| own().unwrap_or_else(|| NumberFormat::built_in(*id)));
        }
        Self { styles, formats, general: NumberFormat::default() }
    }

    /// The format of a style; General where there is no such style.
    pub fn of(&self, style: u32) -> &NumberFormat {
        let id = usize::try_from(style).ok().and_then(|index| self.styles.get(index));
        id.and_then(|id| self.formats.get(id)).unwrap_or(&self.general)
    }
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

impl Condition {
    fn new(text: &str) -> Option<Self> {
        let digits = text.trim_start_matches(['<', '>', '=']);
        let operator = text.strip_suffix(digits).filter(|o| !o.is_empty())?;
        Some(Self { operator: operator.to_owned(), limit: digits.trim().parse().ok()? })
    }

    fn holds(&self, number: Decimal) -> bool {
        match self.operator.as_str() {
            "<" => number < self.limit,
            "<=" => number <= self.limit,
            ">" => number > self.limit,
            ">=" => number >= self.limit,
            "<>" => number != self.limit,
            _ => number == self.limit,
        }
    }
}

impl Section {
    fn new(tokens: &[Token]) -> Self {
        let condition = tokens.iter().find_map(|token| match token {
            Token::Bracket(text) => Condition::new(text),
            _ => None,
        });
        Self { condition, form: form(tokens) }
    }
}

/// Whether the section is a date, digits with text around them, or nothing but digits.
fn form(tokens: &[Token]) -> Form {
    let dated = tokens.iter().any(|t| matches!(t, Token::Date(_) | Token::Elapsed(_)));
    // Fractions of a second are the only digits in a date: `ss.000`.
    let before_digits = tokens.split(|t| *t == Token::Digit).next().unwrap_or_default();
    let digits_of_second = before_digits.iter().any(|t| matches!(t, Token::Date('s') | Token::Elapsed('s')));
    if dated && (before_digits.len() == tokens.len() || digits_of_second) {
        return Form::Date(DateForm::new(tokens));
    }
    Affixed::new(tokens).map_or(Form::Plain, Form::Affixed)
}

#[cfg(test)]
mod tests;
