//! A number and its format to what the sheet shows: every digit of the number, only the form of the format.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::grid::Value;
use crate::number;
use crate::reader::calendar::{EPOCH_1900, civil_of_days, days_of_civil};

/// The form that a number format gives to any number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// The digits alone.
    Plain,
    /// Times hundred, with `%`.
    Percent,
    /// A day, a time of day, or both.
    Date(DateForm),
    /// The digits between fixed texts.
    Affixed {
        /// What stands before the digits.
        prefix: String,
        /// What stands after them.
        suffix: String,
    },
}

/// Which parts of a date are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateForm {
    /// With 年, 月 and 日, as far as they are named.
    pub han: Option<Han>,
    /// The day is shown at all.
    pub date: bool,
    /// The time is shown.
    pub time: bool,
}

/// How much of a date with 年 is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Han {
    /// 2023年
    Year,
    /// 2023年12月
    Month,
    /// 2023年12月31日
    Day,
}

/// Signs of money: a form's amounts are told apart by their labels, so they stay bare.
const CURRENCY: [char; 7] = ['¥', '￥', '$', '€', '£', '₩', '元'];

impl Form {
    /// The form of an Excel number format such as `0.00%` or `yyyy"年"m"月"`.
    pub fn of_code(code: &str) -> Self {
        match code.trim() {
            "Percent" => return Self::Percent,
            "General Date" => return Self::Date(DateForm { han: None, date: true, time: true }),
            "Short Date" | "Medium Date" | "Long Date" => {
                return Self::Date(DateForm { han: None, date: true, time: false });
            }
            "Short Time" | "Medium Time" | "Long Time" => {
                return Self::Date(DateForm { han: None, date: false, time: true });
            }
            "General" | "General Number" | "Standard" | "Currency" | "Euro Currency" | "Fixed"
            | "Scientific" | "@" | "" => return Self::Plain,
            _ => {}
        }
        Parts::of(code).form()
    }

    /// The form of a number that somebody's program has put into words: `5人` for 5, `73.79%` for 0.7379.
    /// Words that do not fit the number (a rounding to 万) give no form.
    pub fn of_text(number: Decimal, text: &str) -> Self {
        let is_digit = |c: char| c.is_ascii_digit();
        let (Some(first), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
            return Self::Plain;
        };
        let (prefix, rest) = text.split_at(first);
        let (core, suffix) = rest.split_at(last + 1 - first);
        let Ok(digits) = core.replace(',', "").parse::<Decimal>() else { return Self::Plain };
        let suffix = suffix.trim();
        if suffix == "%" && rounds_to(number.checked_mul(Decimal::ONE_HUNDRED), digits) {
            return Self::Percent;
        }
        if rounds_to(Some(number), digits) { Self::affixed(prefix, suffix) } else { Self::Plain }
    }

    fn affixed(prefix: &str, suffix: &str) -> Self {
        let is_noise = |c: char| c.is_whitespace() || "+-()_*".contains(c);
        let prefix = prefix.trim_matches(is_noise).trim_matches(CURRENCY.as_slice());
        let is_money = |s: &str| s.chars().all(|c| CURRENCY.contains(&c) && c != '元');
        let suffix = suffix.trim_matches(is_noise);
        let suffix = if is_money(suffix) { "" } else { suffix };
        if prefix.is_empty() && suffix.is_empty() {
            return Self::Plain;
        }
        Self::Affixed { prefix: prefix.to_owned(), suffix: suffix.to_owned() }
    }

    /// The value of a cell that holds `number` in this form.
    pub fn value(&self, number: Decimal) -> Value {
        let plain = number.normalize().to_string();
        let shown = match self {
            Self::Plain => None,
            Self::Percent => number.checked_mul(Decimal::ONE_HUNDRED).map(|n| format!("{}%", n.normalize())),
            Self::Date(form) => form.show(number),
            Self::Affixed { prefix, suffix } => Some(format!("{prefix}{plain}{suffix}")),
        };
        Value::Number { number, shown: shown.unwrap_or(plain) }
    }
}

/// Whether `digits` is what is left of the number, its sign aside, after rounding.
fn rounds_to(number: Option<Decimal>, digits: Decimal) -> bool {
    let step = Decimal::new(1, digits.scale());
    number.and_then(|n| n.abs().checked_sub(digits.abs())).is_some_and(|rest| rest.abs() <= step)
}

/// What a number format code is made of.
#[derive(Default)]
struct Parts {
    prefix: String,
    suffix: String,
    letters: String,
    digits: bool,
    percent: bool,
}

impl Parts {
    /// Takes the first section apart, the one for positive numbers.
    fn of(code: &str) -> Self {
        let mut parts = Self::default();
        // General in English and in Chinese, perhaps with a unit behind it.
        let code = code.replace("General", "0").replace("G/通用格式", "0");
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '"' => parts.literal(chars.by_ref().take_while(|c| *c != '"')),
                '\\' | '!' => parts.literal(chars.next().into_iter()),
                '_' | '*' => drop(chars.next()),
                '[' => parts.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
                _ => parts.plain(c),
            }
        }
        parts
    }

    fn literal(&mut self, text: impl Iterator<Item = char>) {
        let side = if self.digits { &mut self.suffix } else { &mut self.prefix };
        side.extend(text);
    }

    /// `[h]` counts hours; colours, conditions and locales say nothing about the form.
    fn bracket(&mut self, inner: &str) {
        if !inner.is_empty() && inner.chars().all(|c| "hHmMsS".contains(c)) {
            self.letters.push('h');
        }
    }

    fn plain(&mut self, c: char) {
        match c.to_ascii_lowercase() {
            '0' | '#' | '?' => self.digits = true,
            '%' => self.percent = true,
            letter @ ('y' | 'm' | 'd' | 'h' | 's' | 'e') => self.letters.push(letter),
            _ if c.is_ascii() => {}
            _ => self.literal(std::iter::once(c)),
        }
    }

    fn form(self) -> Form {
        if self.percent {
            return Form::Percent;
        }
        // An `E` beside digits is the scientific form, not a year.
        if self.digits {
            return Form::affixed(&self.prefix, &self.suffix);
        }
        let texts = self.prefix + &self.suffix;
        let has = |letters: &[char]| self.letters.contains(letters);
        let time = has(&['h', 's']);
        let date = has(&['y', 'd', 'e']) || (has(&['m']) && !time);
        if !date && !time {
            return Form::Plain;
        }
        Form::Date(DateForm { han: Han::named_in(&texts), date, time })
    }
}

impl Han {
    /// How much of a date the words of a format or of a shown date name.
    fn named_in(text: &str) -> Option<Self> {
        if !text.contains('年') {
            return None;
        }
        let month = if text.contains('月') { Self::Month } else { Self::Year };
        Some(if text.contains(['日', '号']) { Self::Day } else { month })
    }
}

impl DateForm {
    /// The form of a date as somebody's program has written it out.
    pub fn of_text(text: &str) -> Self {
        Self { han: Han::named_in(text), date: true, time: text.contains([':', '时']) }
    }

    /// The form of a time of day.
    pub const TIME: Self = Self { han: None, date: false, time: true };

    /// The serial number in words; `None` outside the calendar.
    fn show(self, serial: Decimal) -> Option<String> {
        let (day, second) = day_and_second(serial)?;
        let (year, month, day_of_month) = civil_of_days(day - EPOCH_1900);
        if !self.date {
            return Some(clock(day * 86_400 + second));
        }
        let date = match self.han {
            None => format!("{year}-{month:02}-{day_of_month:02}"),
            Some(Han::Year) => format!("{year}年"),
            Some(Han::Month) => format!("{year}年{month}月"),
            Some(Han::Day) => format!("{year}年{month}月{day_of_month}日"),
        };
        Some(if self.time { format!("{date} {}", clock(second)) } else { date })
    }
}

/// Hours and minutes, seconds where there are any.
fn clock(seconds: i64) -> String {
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// Whole days since 1899-12-30 and the second of the day, for years up to 9999.
fn day_and_second(serial: Decimal) -> Option<(i64, i64)> {
    if serial.is_sign_negative() || serial >= Decimal::from(2_958_466) {
        return None;
    }
    let seconds = number::round_half_up(serial.checked_mul(Decimal::from(86_400))?, 0).to_i64()?;
    Some((seconds / 86_400, seconds % 86_400))
}

/// The serial number of `2023-12-31`, with or without `T10:30:00`.
pub fn serial_of_iso(text: &str) -> Option<Decimal> {
    let (date, time) = text.trim().split_once(['T', ' ']).unwrap_or((text.trim(), ""));
    let mut parts = date.splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let time = time.trim_end_matches('Z');
    let fraction = if time.is_empty() { Decimal::ZERO } else { day_fraction(&mut time.split(':'))? };
    Decimal::from(days_of_civil(year, month, day) + EPOCH_1900).checked_add(fraction).map(|d| d.normalize())
}

/// The fraction of a day that an XML duration such as `PT12H30M00S` is.
pub fn serial_of_duration(text: &str) -> Option<Decimal> {
    let clock = text.trim().strip_prefix("PT")?;
    day_fraction(&mut clock.split(['H', 'M', 'S']))
}

fn day_fraction<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Option<Decimal> {
    let mut seconds = Decimal::ZERO;
    for (part, unit) in parts.take(3).zip([3600, 60, 1]) {
        let amount = if part.is_empty() { Decimal::ZERO } else { part.parse::<Decimal>().ok()? };
        seconds = seconds.checked_add(amount.checked_mul(Decimal::from(unit))?)?;
    }
    Some(number::round_half_up(seconds.checked_div(Decimal::from(86_400))?, 10).normalize())
}

/// Whether a text is what a spreadsheet program shows for an error.
pub fn is_error_name(text: &str) -> bool {
    let known = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
    known.contains(&text) || text.strip_prefix("Err:").is_some_and(|code| code.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(code: &str, number: &str, shown: &str) {
        assert_eq!(Form::of_code(code).value(number.parse().unwrap()).shown(), shown, "{code}");
    }

    #[test]
    fn codes_give_a_form_and_keep_the_digits() {
        shows("0.00%", "0.7379", "73.79%");
        shows("0%", "0.737912", "73.7912%");
        shows("#,##0.00", "1234.5", "1234.5");
        shows("0\"人\"", "5", "5人");
        shows("\"≥\"0", "5", "≥5");
        shows("0人", "5", "5人");
        shows("\"¥\"#,##0.00_);[Red]\\(\"¥\"#,##0.00\\)", "-5", "-5");
        shows("[$¥-804]#,##0", "5", "5");
        shows("0.00E+00", "1500", "1500");
        shows("G/通用格式\"个\"", "5", "5个");
        shows("yyyy\"年\"m\"月\"d\"日\";@", "45291", "2023年12月31日");
        shows("[$-804]yyyy\"年\"m\"月\"", "45291", "2023年12月");
        shows("yyyy/m/d", "45291", "2023-12-31");
        shows("Short Date", "45291", "2023-12-31");
        shows("yyyy-mm-dd hh:mm", "45291.5", "2023-12-31 12:00");
        shows("h:mm:ss", "0.5000115740740741", "12:00:01");
        shows("[h]:mm", "1.5", "36:00");
        shows("yyyy-mm-dd", "-1", "-1");
    }

    #[test]
    fn shown_texts_give_a_form_only_where_they_fit() {
        for (number, text, shown) in [
            ("0.7379", "73.8%", "73.79%"),
            ("5", "5人", "5人"),
            ("5", "≥5", "≥5"),
            ("69.91", "69.9", "69.91"),
            ("12300", "1.23万", "12300"),
            ("-5", "(¥5.00)", "-5"),
            ("1234567", "1,234,567.00元", "1234567元"),
            ("15000000000", "1.5E+10", "15000000000"),
            ("0.5", "1/2", "0.5"),
            ("45291", "2023年12月31日", "45291"),
        ] {
            let number: Decimal = number.parse().unwrap();
            assert_eq!(Form::of_text(number, text).value(number).shown(), shown, "{text}");
        }
    }

    #[test]
    fn dates_and_serials_round_trip() {
        for (iso, serial) in [
            ("1900-03-01", "61"),
            ("2000-02-29", "36585"),
            ("2023-12-31T12:00:00.000Z", "45291.5"),
            ("9999-12-31", "2958465"),
        ] {
            let found = serial_of_iso(iso).unwrap();
            assert_eq!(found.to_string(), serial);
            let Value::Number { shown, .. } = Form::Date(DateForm::of_text("")).value(found) else {
                panic!()
            };
            assert_eq!(shown, iso.get(..10).unwrap());
        }
        for refused in ["", "2023", "2023-13-01", "a-b-c", "2023-12-31Tx"] {
            assert_eq!(serial_of_iso(refused), None, "{refused}");
        }
        assert_eq!(serial_of_duration("PT12H30M00S").unwrap().to_string(), "0.5208333333");
    }
}
