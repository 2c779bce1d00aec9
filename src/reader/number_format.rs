//! A number and its format code to what the sheet shows, with every digit kept.

use std::collections::HashMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

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

/// Digits with literal text around them.
#[derive(Debug, Clone, Default, PartialEq)]
struct Affixed {
    prefix: String,
    suffix: String,
    /// Per cent signs, each of which multiplies by a hundred.
    percents: u32,
    /// Digits after the point that a per cent is shown with: `95.00%`.
    decimals: u32,
    /// Commas after the last digit, each of which divides by a thousand.
    thousands: u32,
    /// No place for a digit: the literal text stands instead of the number.
    words_only: bool,
    /// The section spells out the sign of a negative number.
    signed: bool,
}

/// Which parts of a date the format has.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a letter of the format code")]
struct DateForm {
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

/// A piece of a format code.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// Text that stands for itself: quoted, escaped, or a letter without a meaning.
    Literal(String),
    /// Text that stands for itself by chance: a sign or bracket typed into the code.
    Sign(char),
    /// `0`, `#`, `?`, or the word General.
    Digit,
    /// `.` or `,`
    Mark(char),
    /// `%`
    Percent,
    /// `E+`
    Exponent,
    /// One of `y e m d h s`, in lower case.
    Date(char),
    /// `[h]`, `[mm]`, `[ss]`
    Elapsed(char),
    /// Any other text in brackets.
    Bracket(String),
    /// `上午/下午`, `AM/PM`, `aaaa`, `@`, `_x`, `*x`: nothing that a number needs.
    Nothing,
}

/// The names of General; the second is what Chinese Excel calls it.
const GENERAL: [&str; 3] = ["general", "g/通用格式", "standard"];
const HALF_DAYS: [&str; 3] = ["上午/下午", "am/pm", "a/p"];

/// The tokens of each section.
fn split_sections(code: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut rest = code;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(';') {
            sections.push(Vec::new());
            rest = after;
            continue;
        }
        let (token, after) = next_token(rest);
        if let Some(tokens) = sections.last_mut() {
            tokens.push(token);
        }
        rest = after;
    }
    sections
}

/// The first token of a text that is not empty, and what follows it.
fn next_token(rest: &str) -> (Token, &str) {
    for (words, token) in [(GENERAL, Token::Digit), (HALF_DAYS, Token::Nothing)] {
        if let Some(after) = words.iter().find_map(|word| strip_word(rest, word)) {
            return (token, after);
        }
    }
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    let after = chars.as_str();
    match first {
        '"' => {
            let (text, after) = after.split_once('"').unwrap_or((after, ""));
            (Token::Literal(text.to_owned()), after)
        }
        '[' => {
            let (text, after) = after.split_once(']').unwrap_or((after, ""));
            (bracket(text), after)
        }
        '\\' | '!' => one_char(after, |c| Token::Literal(c.to_string())),
        '_' | '*' => one_char(after, |_| Token::Nothing),
        'E' | 'e' if after.starts_with(['+', '-']) => one_char(after, |_| Token::Exponent),
        _ => (single(first), after),
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..)).flatten()
}

fn one_char(rest: &str, token: impl FnOnce(char) -> Token) -> (Token, &str) {
    let mut chars = rest.chars();
    (chars.next().map_or(Token::Nothing, token), chars.as_str())
}

fn single(c: char) -> Token {
    match c.to_ascii_lowercase() {
        '0' | '#' | '?' => Token::Digit,
        '.' | ',' => Token::Mark(c),
        '%' => Token::Percent,
        '@' | ' ' | 'a' | 'b' | 'g' | 'n' => Token::Nothing,
        '-' | '+' | '(' | ')' | '/' | ':' | '$' | '¥' | '￥' | '€' | '£' => Token::Sign(c),
        lower @ ('y' | 'e' | 'm' | 'd' | 'h' | 's') => Token::Date(lower),
        _ => Token::Literal(c.to_string()),
    }
}

fn bracket(text: &str) -> Token {
    let lower = text.to_ascii_lowercase();
    let first = lower.chars().next().unwrap_or(' ');
    if matches!(first, 'h' | 'm' | 's') && lower.chars().all(|c| c == first) {
        Token::Elapsed(first)
    } else {
        Token::Bracket(text.to_owned())
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

impl Affixed {
    /// `None` where digits alone are shown, or where the code does more than putting text around them.
    fn new(tokens: &[Token]) -> Option<Self> {
        let fraction = tokens.contains(&Token::Sign('/'));
        if fraction || tokens.contains(&Token::Exponent) || text_between_digits(tokens) {
            return None;
        }
        let first = tokens.iter().position(|t| *t == Token::Digit);
        let last = tokens.iter().rposition(|t| *t == Token::Digit);
        let (before, after) = match (first, last) {
            (Some(first), Some(last)) => (tokens.get(..first)?, tokens.get(last + 1..)?),
            _ => (tokens, &[][..]),
        };
        let mut affixed = Self {
            prefix: literals(before),
            suffix: literals(after),
            thousands: count(after.iter().take_while(|t| **t == Token::Mark(','))),
            percents: count(tokens.iter().filter(|t| **t == Token::Percent)),
            decimals: decimals(tokens),
            words_only: first.is_none(),
            signed: tokens.iter().any(is_minus),
        };
        affixed.place_percents(before, after);
        affixed.is_of_use().then_some(affixed)
    }

    /// Puts the per cent signs where they stand among the literal text: nearly always right behind the digits.
    fn place_percents(&mut self, before: &[Token], after: &[Token]) {
        if before.contains(&Token::Percent) {
            self.prefix.push('%');
        }
        let signs = count(after.iter().filter(|t| **t == Token::Percent));
        for _ in 0..signs {
            self.suffix.insert(0, '%');
        }
    }

    /// Signs, spaces and currency alone say nothing that the number does not say.
    fn is_of_use(&self) -> bool {
        let text = format!("{}{}", self.prefix, self.suffix);
        if self.words_only { text.chars().any(char::is_alphanumeric) } else { !text.trim().is_empty() }
    }

    fn shown(&self, number: Decimal, absolute: bool) -> Option<String> {
        let (prefix, suffix) = (&self.prefix, &self.suffix);
        if self.words_only {
            return Some(prefix.clone());
        }
        let mut scaled = number;
        for _ in 0..self.percents {
            scaled = scaled.checked_mul(Decimal::ONE_HUNDRED)?;
        }
        for _ in 0..self.thousands {
            scaled = scaled.checked_div(Decimal::ONE_THOUSAND)?;
        }
        // A section for negative numbers without a minus sign says `减少` or the like in words.
        let in_words = absolute && !self.signed && prefix.chars().any(char::is_alphanumeric);
        let mut digits = plain(if in_words { scaled.abs() } else { scaled });
        if self.percents > 0 {
            digits = padded(digits, self.decimals);
        }
        Some(format!("{prefix}{digits}{suffix}"))
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Places for digits behind the point.
fn decimals(tokens: &[Token]) -> u32 {
    let point = tokens.iter().position(|t| *t == Token::Mark('.')).unwrap_or(tokens.len());
    count(tokens.iter().skip(point).filter(|t| **t == Token::Digit))
}

/// `digits` with at least that many decimals: what the sheet shows has them, and a rate of `100.00%` says more
/// than one of `100%`.
fn padded(digits: String, decimals: u32) -> String {
    let decimals = usize::try_from(decimals).unwrap_or(0).min(10);
    let own = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if own >= decimals {
        return digits;
    }
    let point = if own == 0 { "." } else { "" };
    format!("{digits}{point}{}", "0".repeat(decimals - own))
}

fn is_minus(token: &Token) -> bool {
    match token {
        Token::Sign(c) => matches!(c, '-' | '('),
        Token::Literal(text) => text == "-" || text == "(",
        _ => false,
    }
}

/// Whether literal text splits the digits (`0!.0`, `000-0000`): then no text can be put around them.
fn text_between_digits(tokens: &[Token]) -> bool {
    let first = tokens.iter().position(|t| *t == Token::Digit).unwrap_or(0);
    let last = tokens.iter().rposition(|t| *t == Token::Digit).unwrap_or(0);
    let inside = tokens.get(first..last).unwrap_or_default();
    inside.iter().any(|t| matches!(t, Token::Literal(_) | Token::Sign(_)))
}

/// The literal text of the tokens, without what is only sign, bracket or currency.
fn literals(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        if let Token::Literal(literal) = token
            && !matches!(literal.as_str(), "-" | "+" | "(" | ")" | "$" | "¥" | "￥" | "€" | "£" | " ")
        {
            text.push_str(literal);
        }
    }
    text
}

impl DateForm {
    fn new(tokens: &[Token]) -> Self {
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
    fn shown(self, serial: Decimal, date1904: bool) -> Option<String> {
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

/// Days from 1970-01-01 back to serial 0 of the 1900 system, taking its 29 February 1900 for real.
const EPOCH_1900: i64 = 25_569;
/// The same for the 1904 system.
const EPOCH_1904: i64 = 24_107;
/// 9999-12-31, the last day that Excel knows.
const LAST_SERIAL: i64 = 2_958_465;

/// Year, month and day of a serial number.
fn civil_of_serial(serial: i64, date1904: bool) -> Option<(i64, i64, i64)> {
    if !(0..=LAST_SERIAL).contains(&serial) {
        return None;
    }
    if date1904 {
        return Some(civil_of_days(serial - EPOCH_1904));
    }
    match serial {
        0 => None,
        60 => Some((1900, 2, 29)),
        1..60 => Some(civil_of_days(serial + 1 - EPOCH_1900)),
        _ => Some(civil_of_days(serial - EPOCH_1900)),
    }
}

/// The Gregorian date of a day counted from 1970-01-01 (H. Hinnant, `civil_from_days`).
fn civil_of_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The serial number of an ISO date (`2023-12-31`, `2023-12-31T08:30:00`); `None` if it is none.
pub fn serial_of_iso(text: &str, date1904: bool) -> Option<Decimal> {
    let text = text.trim().trim_end_matches('Z');
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days = days_of_civil(year, month, day)?;
    let day_serial = days + if date1904 { EPOCH_1904 } else { EPOCH_1900 };
    let seconds = if time.is_empty() { Decimal::ZERO } else { seconds_of_clock(time)? };
    let serial = if !date1904 && day_serial <= 60 { day_serial - 1 } else { day_serial };
    Decimal::from(serial).checked_add(seconds.checked_div(Decimal::from(86_400))?.round_dp(12))
}

fn seconds_of_clock(time: &str) -> Option<Decimal> {
    let mut seconds = Decimal::ZERO;
    let mut unit = Decimal::from(3600);
    for part in time.splitn(3, ':') {
        seconds = seconds.checked_add(part.parse::<Decimal>().ok()?.checked_mul(unit)?)?;
        unit = unit.checked_div(Decimal::from(60))?;
    }
    Some(seconds)
}

/// Days from 1970-01-01 to a Gregorian date between 1900 and 9999; `None` if there is no such date.
fn days_of_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    (civil_of_days(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(code: &str, number: &str, shown: &str) {
        let number = number.parse().unwrap();
        assert_eq!(NumberFormat::new(code).shown(number, false), shown, "{code} of {number}");
    }

    #[test]
    fn plain_numbers_keep_every_digit() {
        for code in ["General", "G/通用格式", "0.00", "#,##0.00", "0_);(0)", "@", "", "0.00E+00", "# ?/?"]
        {
            case(code, "1234.5678", "1234.5678");
            case(code, "-5", "-5");
        }
        case("¥#,##0.00;[Red]-¥#,##0.00", "-5", "-5");
        case("\"¥\"#,##0", "70", "70");
        case("[$¥-804]#,##0", "70", "70");
        case("0.00;[Red]0.00", "-5", "-5");
        case("_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"??_ ;_ @_ ", "0", "0");
        case(";;;", "3", "3");
    }

    #[test]
    fn per_cent_and_text_around_the_digits_are_shown() {
        case("0.00%", "0.7379", "73.79%");
        case("0%", "1", "100%");
        case("0%", "0.999661904761905", "99.9661904761905%");
        case("\"≥\"0%", "0.95", "≥95%");
        case("0\"%\"", "95", "95%");
        case("0\\%", "95", "95%");
        case("0\"人\"", "5", "5人");
        case("\"≥\"0", "5", "≥5");
        case("≥0人次", "5", "≥5人次");
        case("General\"个\"", "0.5", "0.5个");
        case("#,##0.00\"万元\"", "1234.5", "1234.5万元");
        case("0\"年\"", "2023", "2023年");
        case("0.0,\"千元\"", "5500", "5.5千元");
        case("0\"人\";-0\"人\"", "-5", "-5人");
        case("\"增加\"0;\"减少\"0;\"持平\"", "-5", "减少5");
        case("\"增加\"0;\"减少\"0;\"持平\"", "0", "持平");
        case("[=1]\"是\";[=0]\"否\";0", "1", "是");
        case("[>=1]0\"年\";0.0", "0.5", "0.5");
        case("000-0000", "1234567", "1234567");
    }

    #[test]
    fn dates_show_in_one_of_two_ways() {
        for (code, shown) in [
            ("yyyy\"年\"m\"月\"d\"日\"", "2023年12月31日"),
            ("[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\";@", "2023年12月31日"),
            ("e年m月", "2023年12月"),
            ("yyyy年", "2023年"),
            ("yyyy/m/d", "2023-12-31"),
            ("m-d-yy", "2023-12-31"),
            ("m\"月\"d\"日\"", "2023-12-31"),
            ("yyyy-mm", "2023-12"),
            ("yyyy", "2023"),
            ("yyyy-mm-dd hh:mm:ss", "2023-12-31 00:00:00"),
            ("[$-F800]dddd, mmmm dd, yyyy", "2023-12-31"),
        ] {
            case(code, "45291", shown);
        }
        case("yyyy/m/d h:mm", "45291.5", "2023-12-31 12:00");
        case("yyyy/m/d", "45291.999999999", "2023-12-31");
        case("h:mm", "0.354166666666667", "08:30");
        case("[h]:mm:ss", "1.5", "36:00:00");
        case("mm:ss.0", "0.5", "12:00:00");
        case("yyyy/m/d", "1", "1900-01-01");
        case("yyyy/m/d", "60", "1900-02-29");
        case("yyyy/m/d", "61", "1900-03-01");
        case("yyyy/m/d", "-1", "-1");
        case("yyyy/m/d", "2958466", "2958466");
    }

    #[test]
    fn built_in_ids_of_chinese_excel() {
        for (id, shown) in
            [(31, "2023年12月31日"), (57, "2023年12月"), (27, "2023年12月"), (14, "2023-12-31")]
        {
            assert_eq!(NumberFormat::built_in(id).shown(45291.into(), false), shown);
        }
        assert_eq!(NumberFormat::built_in(31).shown(43829.into(), true), "2023年12月31日");
        assert_eq!(NumberFormat::built_in(164).shown(5.into(), false), "5");
    }

    #[test]
    fn iso_dates_give_serial_numbers() {
        for (text, serial) in [
            ("2023-12-31", Some("45291")),
            ("2023-12-31T12:00:00Z", Some("45291.5")),
            ("1900-01-01", Some("1")),
            ("1900-03-01", Some("61")),
            ("2023-02-30", None),
            ("12月", None),
        ] {
            assert_eq!(serial_of_iso(text, false).map(|d| d.normalize().to_string()).as_deref(), serial);
        }
        assert_eq!(serial_of_iso("2023-12-31", true), Some(43829.into()));
    }

    #[test]
    fn no_code_whatever_panics() {
        for code in [
            "\"",
            "[",
            "\\",
            "_",
            "*",
            "[$",
            ";;;;;;",
            "0;[",
            "E+",
            "年[",
            "%%%%%%%%%%%%%%%%%%%0",
            "0,,,,,,,,,,,",
        ] {
            for number in [Decimal::MAX, Decimal::MIN, Decimal::ZERO] {
                let _ = NumberFormat::new(code).shown(number, false);
            }
        }
    }
}
