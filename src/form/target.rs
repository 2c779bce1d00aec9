//! An indicator's value as written to operator, number and unit, where it has them.
//!
//! The grammar, over text without white space and in half width:
//!
//! ```text
//! target   = [operator] number [unit] [bound]
//! operator = ≥ ≤ = > < and their spellings · 约 · 不低于 不少于 · 不超过 不高于 不大于 · 大于 · 小于 …
//! bound    = 以上 · 及以上 · 以下 · 以内     (only without an operator)
//! unit     = letters, %, ‰ and / in any mix  (人次, 元/人/月, %)
//! ```
//!
//! Everything else (dates, words, sentences with a number inside) is for people to judge.

use std::fmt;

use rust_decimal::Decimal;

use crate::{number, text};

/// How a completed value is held against a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `≥`
    AtLeast,
    /// `≤`
    AtMost,
    /// `=`
    Equal,
    /// `>`
    Above,
    /// `<`
    Below,
    /// 约
    About,
}

impl Operator {
    /// The one spelling that is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Equal => "=",
            Self::Above => ">",
            Self::Below => "<",
            Self::About => "约",
        }
    }

    /// Whether less is better.
    pub const fn is_reverse(self) -> bool {
        matches!(self, Self::AtMost | Self::Below)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

/// Spellings of operators, longest first where one begins another. Signs first, then words.
const OPERATORS: [(&str, Operator); 34] = [
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("≥", Operator::AtLeast),
    ("≧", Operator::AtLeast),
    ("⩾", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("≤", Operator::AtMost),
    ("≦", Operator::AtMost),
    ("⩽", Operator::AtMost),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
    (">", Operator::Above),
    ("<", Operator::Below),
    ("≈", Operator::About),
    ("大于等于", Operator::AtLeast),
    ("大于或等于", Operator::AtLeast),
    ("不低于", Operator::AtLeast),
    ("不少于", Operator::AtLeast),
    ("不小于", Operator::AtLeast),
    ("至少", Operator::AtLeast),
    ("小于等于", Operator::AtMost),
    ("小于或等于", Operator::AtMost),
    ("不超过", Operator::AtMost),
    ("不高于", Operator::AtMost),
    ("不大于", Operator::AtMost),
    ("不多于", Operator::AtMost),
    ("等于", Operator::Equal),
    ("大于", Operator::Above),
    ("高于", Operator::Above),
    ("超过", Operator::Above),
    ("小于", Operator::Below),
    ("低于", Operator::Below),
    ("约", Operator::About),
];

/// Words behind the unit that say the direction.
const BOUNDS: [(&str, Operator); 7] = [
    ("及以上", Operator::AtLeast),
    ("(含)以上", Operator::AtLeast),
    ("以上", Operator::AtLeast),
    ("及以下", Operator::AtMost),
    ("以下", Operator::AtMost),
    ("以内", Operator::AtMost),
    ("之内", Operator::AtMost),
];

/// A target or completed value that is a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How it compares; `None` if nothing says so.
    pub operator: Option<Operator>,
    /// The number as typed, in its own unit.
    pub number: Decimal,
    /// The unit in its one spelling (`百分比` is `%`); `None` if there is none.
    pub unit: Option<String>,
}

impl Target {
    /// Reads a quantity; `None` if `typed` is words, a date, or anything that is not one quantity.
    pub fn parse(typed: &str) -> Option<Self> {
        if is_torn(typed) {
            return None;
        }
        let folded = text::fold(typed);
        let (sign, rest) = split_operator(&folded);
        let (number, behind) = number::split(rest)?;
        let (unit, bound) = split_bound(&behind);
        let operator = sign.or(bound);
        if !agree(sign, bound) || !is_unit(unit) || (operator.is_none() && is_year(number, unit)) {
            return None;
        }
        let unit = (!unit.is_empty()).then(|| unit_spelling(unit).to_owned());
        Some(Self { operator, number, unit })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = self.operator.map_or("", Operator::sign);
        write!(f, "{sign}{}{}", self.number, self.unit.as_deref().unwrap_or(""))
    }
}

/// Whether white space parts its digits into several numbers: folding would make one of them.
fn is_torn(typed: &str) -> bool {
    let is_digit = |c: char| text::half_width_char(c).is_ascii_digit();
    let number = || typed.find(is_digit).and_then(|at| typed.get(at..));
    typed.contains(char::is_whitespace) && number().is_some_and(|number| number::split(number).is_none())
}

/// The operator that folded text begins with, and the rest.
pub fn split_operator(folded: &str) -> (Option<Operator>, &str) {
    let found = OPERATORS.iter().find_map(|(word, op)| Some((*op, folded.strip_prefix(word)?)));
    found.map_or((None, folded), |(op, rest)| (Some(op), rest))
}

/// The bound that a unit ends with, cut off.
fn split_bound(unit: &str) -> (&str, Option<Operator>) {
    let found = BOUNDS.iter().find_map(|(word, op)| Some((unit.strip_suffix(word)?, Some(*op))));
    found.unwrap_or((unit, None))
}

/// Whether a sign before and a bound behind the number can both be meant (`≥3个以上` can, `≥3个以下` cannot).
const fn agree(sign: Option<Operator>, bound: Option<Operator>) -> bool {
    matches!(
        (sign, bound),
        (None, _)
            | (_, None)
            | (Some(Operator::AtLeast | Operator::Above), Some(Operator::AtLeast))
            | (Some(Operator::AtMost | Operator::Below), Some(Operator::AtMost))
    )
}

/// Units are short and hold no digit and no mark but `/`; a longer tail is a sentence.
fn is_unit(unit: &str) -> bool {
    let letters = unit.chars().all(|c| c.is_alphabetic() || matches!(c, '%' | '‰' | '/' | '·' | '℃' | '㎡'));
    letters
        && unit.chars().count() <= 10
        && !unit.starts_with('/')
        && !unit.starts_with(['至', '到', '前', '后'])
        && !unit.contains("年底")
        && !unit.ends_with('前')
}

/// `2023年` without an operator is a date, not a quantity of years.
fn is_year(number: Decimal, unit: &str) -> bool {
    unit.starts_with('年') && number >= Decimal::from(1900) && number < Decimal::from(2200)
}

/// The one spelling of a unit: per cent and per mille have several.
pub fn unit_spelling(unit: &str) -> &str {
    match unit {
        "百分比" | "百分率" | "百分点" => "%",
        "千分率" | "千分比" => "‰",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(typed: &str, expected: &str) {
        let target = Target::parse(typed).unwrap_or_else(|| panic!("{typed} is refused"));
        let unit = target.unit.as_deref().unwrap_or("-");
        let sign = target.operator.map_or("-", Operator::sign);
        assert_eq!(format!("{sign} {} {unit}", target.number), expected, "{typed}");
    }

    #[test]
    fn quantities() {
        case("≥3个", "≥ 3 个");
        case("=100百分率", "= 100 %");
        case("=4千分率", "= 4 ‰");
        case("100百分比", "- 100 %");
        case("= 313338300", "= 313338300 -");
        case("=257000 元", "= 257000 元");
        case("＞＝９５％", "≥ 95 %");
        case("﹦12次", "= 12 次");
        case("≧1,234.5万元", "≥ 1234.5 万元");
        case("≥5.7亿元", "≥ 5.7 亿元");
        case("996.82元/每人每月", "- 996.82 元/每人每月");
        case("约2000元/人/月", "约 2000 元/人/月");
        case("不低于90%", "≥ 90 %");
        case("不超过 24 万元", "≤ 24 万元");
        case("小于等于3天", "≤ 3 天");
        case("95%以上", "≥ 95 %");
        case("3个及以上", "≥ 3 个");
        case("5天以内", "≤ 5 天");
        case("≥2等次", "≥ 2 等次");
        case("≥1000人次以上", "≥ 1000 人次");
        case("<5天以内", "< 5 天");
        case("≤1年", "≤ 1 年");
        case("=0件", "= 0 件");
        case("-5%", "- -5 %");
        case("5000", "- 5000 -");
        case("12", "- 12 -");
        case("=2023年", "= 2023 年");
        case("≥ 1 000人", "≥ 1000 人");
        case("≥\n200 人", "≥ 200 人");
    }

    #[test]
    fn refusals() {
        for typed in [
            "",
            "满意",
            "效果显著",
            "≥",
            "≥优秀及以上",
            "2023年12月31日前",
            "2023年12月31日",
            "2023年12月",
            "2023年底",
            "2023年",
            "年底前",
            "每月30日前发放完",
            "全年11000人次",
            "每季度一次",
            "3-5个",
            "3至5个",
            "“2+N”",
            "50%~60%",
            "10元,20人",
            "≥3个村,≥5次",
            "12月31日前",
            "30日前",
            "1e5个",
            "无",
            "≥≥3个",
            "≥3个以下",
            "=3个以上",
            "210 4",
            "210\n4人",
            "≥2\n10人",
            "≥200人\n≥4次",
            "100%达到上级部门规定的各项标准和要求",
        ] {
            assert_eq!(Target::parse(typed), None, "{typed}");
        }
    }
}
