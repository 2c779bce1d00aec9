//! Text and stored numbers to exact decimals, and every rounding rule.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::text;

/// The unit in which a form states its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MoneyUnit {
    /// 元
    #[serde(rename = "元")]
    Yuan,
    /// 千元
    #[serde(rename = "千元")]
    QianYuan,
    /// 万元, the official forms' unit and ours.
    #[default]
    #[serde(rename = "万元")]
    WanYuan,
    /// 百万元
    #[serde(rename = "百万元")]
    BaiWanYuan,
    /// 亿元
    #[serde(rename = "亿元")]
    YiYuan,
}

impl MoneyUnit {
    /// All of them, the official forms' first.
    pub const ALL: [Self; 5] = [Self::WanYuan, Self::Yuan, Self::QianYuan, Self::BaiWanYuan, Self::YiYuan];

    /// The unit of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// How people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::QianYuan => "千元",
            Self::WanYuan => "万元",
            Self::BaiWanYuan => "百万元",
            Self::YiYuan => "亿元",
        }
    }

    /// `amount` of this unit in 万元, exactly; `None` beyond 28 digits.
    pub fn to_wan_yuan(self, amount: Decimal) -> Option<Decimal> {
        let exact = match self {
            Self::Yuan => amount.checked_div(Decimal::from(10_000))?,
            Self::QianYuan => amount.checked_div(Decimal::TEN)?,
            Self::WanYuan => amount,
            Self::BaiWanYuan => amount.checked_mul(Decimal::ONE_HUNDRED)?,
            Self::YiYuan => amount.checked_mul(Decimal::from(10_000))?,
        };
        Some(exact.normalize())
    }

    /// `amount` of 万元 in this unit, exactly; `None` beyond 28 digits.
    pub fn of_wan_yuan(self, amount: Decimal) -> Option<Decimal> {
        let exact = match self {
            Self::Yuan => amount.checked_mul(Decimal::from(10_000))?,
            Self::QianYuan => amount.checked_mul(Decimal::TEN)?,
            Self::WanYuan => amount,
            Self::BaiWanYuan => amount.checked_div(Decimal::ONE_HUNDRED)?,
            Self::YiYuan => amount.checked_div(Decimal::from(10_000))?,
        };
        Some(exact.normalize())
    }
}

/// A number with what stands behind it: `8,599.538万元` → 8599.538 and `万元`. Width does not matter, nor does white
/// space but between digits; thousands separators, spaces too, must stand at thousands. `None` if it does not begin with
/// a number.
pub fn split(typed: &str) -> Option<(Decimal, String)> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        text::regex(r"^(?:[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)")
    });
    if is_bare(typed) {
        return Some((Decimal::from_str_exact(typed).ok()?, String::new()));
    }
    if !may_be_number(typed) || is_torn(typed) {
        return None;
    }
    let folded = text::fold(typed);
    let folded = folded.replace('−', "-");
    let (digits, rest) = folded.split_at(NUMBER.find(&folded)?.end());
    let number = Decimal::from_str_exact(digits.replace(',', "").trim_end_matches('.')).ok()?;
    Some((number, rest.to_owned()))
}

/// Whether it is digits and no more than one point between them, as most numbers are.
fn is_bare(typed: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    typed.split_once('.').map_or_else(|| digits(typed), |(whole, decimals)| digits(whole) && digits(decimals))
}

/// Whether the first character lets it: most texts are words, and folding them costs more than asking.
fn may_be_number(typed: &str) -> bool {
    let first = typed.chars().find(|c| !text::is_space(*c)).map(text::half_width_char);
    // What else might fold to a digit or a sign (`①`) is none of ASCII's or of the common words.
    first.is_some_and(|c| {
        c.is_ascii_digit() || matches!(c, '+' | '-' | '−' | '.') || !(c.is_ascii() || text::is_han(c))
    })
}

/// Whether white space stands between digits where it parts no thousands: `70 80` are two numbers, or none.
fn is_torn(typed: &str) -> bool {
    static TORN: LazyLock<Regex> = LazyLock::new(|| text::regex(r"[0-9０-９.．]\s+[0-9０-９.．]"));
    static THOUSANDS: LazyLock<Regex> = LazyLock::new(|| {
        text::regex(
            r"^[^0-9０-９]*[0-9０-９]{1,3}(?:[ \x{a0}\x{2009}\x{202f}\x{3000}][0-9０-９]{3})+(?:[^\s0-9０-９]|$)",
        )
    });
    let typed = text::trim(typed);
    typed.contains(char::is_whitespace) && TORN.is_match(typed) && !THOUSANDS.is_match(typed)
}

/// A number as typed with half-width digits and signs: `１２．５％` → `12.5%`.
pub fn half_width(typed: &str) -> String {
    text::half_width(typed).replace('−', "-")
}

/// A bare number: `１，２３４.50` → 1234.50. Anything behind the digits makes it unreadable.
pub fn plain(typed: &str) -> Option<Decimal> {
    split(typed).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
}

/// An amount of money in 万元; a unit behind the number wins over the form's `unit`. As spreadsheets show amounts:
/// `¥1,500.00`, `1.5E+03`, and `(60)` for -60.
pub fn amount(typed: &str, unit: MoneyUnit) -> Option<Decimal> {
    let (number, rest) =
        split(typed).or_else(|| negative_in_brackets(typed)).or_else(|| in_currency(typed))?;
    if rest.is_empty() {
        return unit.to_wan_yuan(number);
    }
    if let Some(number) = with_exponent(number, &rest) {
        return unit.to_wan_yuan(number);
    }
    unit_behind(&rest)?.to_wan_yuan(number)
}

/// Whether an amount says its own unit.
pub fn says_unit(typed: &str) -> bool {
    typed.contains(['元', '万', '亿'])
}

/// The unit behind a number: `万元`, `万`, `万元整`.
fn unit_behind(word: &str) -> Option<MoneyUnit> {
    match word.strip_suffix('整').filter(|unit| unit.ends_with('元')).unwrap_or(word) {
        "万" => Some(MoneyUnit::WanYuan),
        "亿" => Some(MoneyUnit::YiYuan),
        unit => MoneyUnit::named(unit),
    }
}

/// `1.5` with `E+03` behind it, exactly.
fn with_exponent(number: Decimal, behind: &str) -> Option<Decimal> {
    let exponent = behind.strip_prefix(['E', 'e'])?;
    let digits = exponent.trim_start_matches(['+', '-']);
    let short = (1..=2).contains(&digits.len()) && exponent.len() <= digits.len() + 1;
    if !short || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exact = Decimal::from_scientific(&format!("{number}e{exponent}")).ok()?;
    (exact.scale() <= 20).then_some(exact) // room to go from unit to unit
}

/// A number behind the sign of the currency, below 0 with the minus on either side of it.
fn in_currency(typed: &str) -> Option<(Decimal, String)> {
    const SIGNS: [&str; 5] = ["¥", "￥", "人民币", "RMB", "CNY"];
    let (minus, unsigned) = match text::trim(typed).strip_prefix(['-', '－', '−']) {
        Some(rest) => (true, text::trim(rest)),
        None => (false, text::trim(typed)),
    };
    let (number, rest) = split(SIGNS.iter().find_map(|sign| unsigned.strip_prefix(sign))?)?;
    if minus && number.is_sign_negative() {
        return None;
    }
    Some((if minus { -number } else { number }, rest))
}

/// `(60)`: how accountants write -60. Brackets around words, a unit or a sign mean something else.
fn negative_in_brackets(typed: &str) -> Option<(Decimal, String)> {
    let inner = text::trim(typed).strip_prefix(['(', '（'])?.strip_suffix([')', '）'])?;
    let (number, rest) = split(inner).or_else(|| in_currency(inner))?;
    (rest.is_empty() && !number.is_sign_negative()).then_some((-number, rest))
}

/// Whether a spreadsheet wrote an error here (`#REF!`), or signs that hide what stood here.
pub fn is_error(typed: &str) -> bool {
    is_hidden(typed) || (typed.starts_with('#') && typed.ends_with(['!', '?', 'A']) && typed.is_ascii())
}

/// Whether it is what a spreadsheet shows instead of a number that its column is too narrow for: `####`.
pub fn is_hidden(typed: &str) -> bool {
    typed.len() > 1 && typed.bytes().all(|byte| byte == b'#')
}

/// Points: a bare number, or one with 分 behind it.
pub fn points(typed: &str) -> Option<Decimal> {
    split(typed).filter(|(_, rest)| matches!(rest.as_str(), "" | "分")).map(|(number, _)| number)
}

/// A rate as a fraction: `73.79%` and `0.7379` are both 0.7379.
pub fn rate(typed: &str) -> Option<Decimal> {
    let (number, rest) = split(typed)?;
    if rest.is_empty() { Some(number) } else { number.checked_div(Decimal::from(percent_scale(&rest)?)) }
}

/// What a number with that sign is divided by: `%` and its words 100, `‰` and its words 1000.
pub fn percent_scale(sign: &str) -> Option<u32> {
    match sign {
        "%" | "百分比" | "百分率" | "百分点" => Some(100),
        "‰" | "千分率" | "千分比" => Some(1000),
        _ => None,
    }
}

/// The decimal that a spreadsheet's stored double means: what people see, at most 15 significant digits
/// (`69.909999999999997` is 69.91, `0.30000000000000004` is 0.3). `None` if it is not finite or beyond 28 digits.
pub fn from_f64(stored: f64) -> Option<Decimal> {
    if !stored.is_finite() || stored.abs() >= 1e28 {
        return None;
    }
    // 15 significant digits is what Excel keeps and shows; the 17 in the file are the double's noise.
    let fifteen = format!("{stored:.14e}");
    let (mantissa, exponent) = fifteen.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if exponent < -27 {
        return Some(Decimal::ZERO);
    }
    Decimal::from_scientific(&format!("{mantissa}e{exponent}")).ok().map(|d| d.normalize())
}

/// Rounds half away from zero, as people and Excel do (never banker's rounding), to `places` decimals.
pub fn round_half_up(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_doubles_read_as_people_see_them() {
        for (stored, seen) in [
            ("69.909999999999997".parse().unwrap(), "69.91"),
            (0.1 + 0.2, "0.3"),
            (100.0, "100"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e-7, "0.0000001"),
            (313_338_300.0, "313338300"),
            (209.929 / 210.0, "0.999661904761905"),
            (1e-300, "0"),
        ] {
            assert_eq!(from_f64(stored).unwrap().to_string(), seen);
        }
        for refused in [f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(from_f64(refused), None);
        }
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, number) in [
            ("70", "70"),
            ("８，５９９．５３８", "8599.538"),
            (" 1 234 ", "1234"),
            ("12\u{a0}345\u{a0}678.5", "12345678.5"),
            ("1\u{200b}2", "12"),
            ("- 5", "-5"),
            ("-0.5", "-0.5"),
            (".5", "0.5"),
            ("5.", "5"),
        ] {
            assert_eq!(plain(typed), Some(number.parse().unwrap()), "{typed}");
        }
        for refused in [
            "",
            "—",
            "1,23",
            "12,34,567",
            "1e5",
            "1_000",
            "70万元",
            "约70",
            "70 80",
            "70\n80",
            "1 23",
            "1 234 5",
            "7 0.5",
            "0. 5",
            "#REF!",
            "1.2.3",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(plain(refused), None, "{refused}");
        }
    }

    #[test]
    fn amounts_go_from_unit_to_unit() {
        for (wan, unit, there) in [("70", MoneyUnit::Yuan, "700000"), ("0.5", MoneyUnit::YiYuan, "0.00005")] {
            let (wan, there) = (wan.parse().unwrap(), there.parse().unwrap());
            assert_eq!(unit.of_wan_yuan(wan), Some(there));
            assert_eq!(unit.to_wan_yuan(there), Some(wan));
        }
    }

    #[test]
    fn amounts_become_wan_yuan() {
        for (typed, unit, wan) in [
            ("70", MoneyUnit::WanYuan, "70"),
            ("700,000.50", MoneyUnit::Yuan, "70.00005"),
            ("70万元", MoneyUnit::Yuan, "70"),
            ("5.7亿元", MoneyUnit::WanYuan, "57000"),
            ("¥1,500.00", MoneyUnit::WanYuan, "1500"),
            (" ￥ 1,500.00 ", MoneyUnit::WanYuan, "1500"),
            ("CNY 1400", MoneyUnit::WanYuan, "1400"),
            ("人民币1006.842万元", MoneyUnit::WanYuan, "1006.842"),
            ("人民币700000元整", MoneyUnit::WanYuan, "70"),
            ("(60)", MoneyUnit::WanYuan, "-60"),
            ("（60.00）", MoneyUnit::WanYuan, "-60"),
            ("(¥1,060.50)", MoneyUnit::WanYuan, "-1060.5"),
            ("-¥60", MoneyUnit::WanYuan, "-60"),
            ("¥-60", MoneyUnit::WanYuan, "-60"),
            ("1.5E+03", MoneyUnit::WanYuan, "1500"),
            ("1.106842e3", MoneyUnit::WanYuan, "1106.842"),
            ("1.5E-03", MoneyUnit::WanYuan, "0.0015"),
            ("1.5E+07", MoneyUnit::Yuan, "1500"),
            ("0.15亿", MoneyUnit::Yuan, "1500"),
            ("1106.842 万", MoneyUnit::Yuan, "1106.842"),
            ("1006.842万元整", MoneyUnit::Yuan, "1006.842"),
        ] {
            assert_eq!(amount(typed, unit), Some(wan.parse().unwrap()), "{typed}");
        }
        for refused in [
            "70人",
            "1400整",
            "1400万整",
            "(60万元)",
            "(-60)",
            "(60",
            "(上年)",
            "--60",
            "-¥-60",
            "¥",
            "¥70 80",
            "(70 80)",
            "人民币",
            "1.5E",
            "1.5E+",
            "1.5E+-3",
            "1.5E+300",
            "1.5E+30",
            "1.5E+99",
            "1.5E-99",
            "1.5E-27",
            "1.5E+3万元",
            "1400.00-",
            "约70",
        ] {
            assert_eq!(amount(refused, MoneyUnit::WanYuan), None, "{refused}");
        }
    }

    #[test]
    fn rates_are_fractions() {
        for (typed, fraction) in [
            ("99.87%", "0.9987"),
            ("８５．０７％", "0.8507"),
            ("0.7379", "0.7379"),
            ("4‰", "0.004"),
            ("100百分比", "1"),
        ] {
            assert_eq!(rate(typed), Some(fraction.parse().unwrap()), "{typed}");
        }
        assert_eq!(rate("#DIV/0!"), None);
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (number, places, rounded) in
            [("2.5", 0, "3"), ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("9.985", 2, "9.99")]
        {
            assert_eq!(round_half_up(number.parse().unwrap(), places).to_string(), rounded);
        }
    }
}
