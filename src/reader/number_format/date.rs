//! The tokens of a section to a date or a time.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::token::Token;
use crate::reader::calendar::civil_of_serial;

/// Which parts of a date the format has.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a letter of the format code")]
pub(super) struct DateForm {
    year: bool,
    month: bool,
    day: bool,
    hour: bool,
    minute: bool,
    second: bool,
    /// `年` stands in the code.
    chinese: bool,
    /// `[h]`: hours are counted on beyond a day.
    elapsed: bool,
}

impl DateForm {
    pub fn new(tokens: &[Token]) -> Self {
        let mut form = Self { chinese: has_year_sign(tokens), ..Self::default() };
        let letters = date_letters(tokens);
        for (i, letter) in letters.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| letters.get(i));
            form.add(*letter, before.copied(), letters.get(i + 1).copied());
        }
        form.elapsed = tokens.iter().any(|t| matches!(t, Token::Elapsed(_)));
        form
    }

    /// `m` is a minute behind an hour or before a second, else a month.
    fn add(&mut self, letter: char, before: Option<char>, after: Option<char>) {
        match letter {
            'y' | 'e' => self.year = true,
            'm' if before == Some('h') || after == Some('s') => self.minute = true,
            'm' => self.month = true,
            'd' => self.day = true,
            'h' => self.hour = true,
            _ => self.second = true,
        }
    }

    fn has_time(self) -> bool {
        self.hour || self.minute || self.second
    }

    /// `None` for a serial number that is no date of the calendar.
    pub fn shown(self, serial: Decimal, date1904: bool) -> Option<String> {
        let seconds = serial.checked_mul(Decimal::from(86_400))?.round().to_i64()?;
        if self.elapsed || !(self.year || self.month || self.day) {
            return (seconds >= 0).then(|| self.clock(seconds));
        }
        // Rounding may carry into the next day only where the time is shown.
        let days = if self.has_time() { seconds.div_euclid(86_400) } else { serial.floor().to_i64()? };
        let mut text = self.date(civil_of_serial(days, date1904)?);
        if self.has_time() {
            let _ = write!(text, " {}", self.clock(seconds.rem_euclid(86_400)));
        }
        Some(text)
    }

    fn date(self, (year, month, day): (i64, i64, i64)) -> String {
        match (self.chinese, self.month || !self.year, self.day || !self.year) {
            (true, false, false) => format!("{year}年"),
            (true, true, false) => format!("{year}年{month}月"),
            (true, _, true) => format!("{year}年{month}月{day}日"),
            (false, false, false) => format!("{year}"),
            (false, true, false) => format!("{year}-{month:02}"),
            (false, _, true) => format!("{year}-{month:02}-{day:02}"),
        }
    }

    fn clock(self, seconds: i64) -> String {
        let hours = if self.elapsed { seconds / 3600 } else { seconds / 3600 % 24 };
        let mut text = format!("{hours:02}:{:02}", seconds / 60 % 60);
        if self.second {
            let _ = write!(text, ":{:02}", seconds % 60);
        }
        text
    }
}

/// The date letters, each run as one.
fn date_letters(tokens: &[Token]) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    let mut last = None;
    for token in tokens {
        let letter = match token {
            Token::Date(c) | Token::Elapsed(c) => Some(*c),
            _ => None,
        };
        if let Some(letter) = letter.filter(|_| letter != last) {
            letters.push(letter);
        }
        last = letter;
    }
    letters
}

fn has_year_sign(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| matches!(t, Token::Literal(text) if text.contains('年')))
}
