//! The points of an indicator to a formula that any spreadsheet of the last fifteen years calculates.
//!
//! Excel has no quantities, so the formula takes number and unit out of the texts itself. It does so only where this
//! is beyond doubt (operator sign, number, one unit in both cells) and shows nothing elsewhere; [`covers`] says in
//! the same words whether an indicator is such a one.

use rust_decimal::Decimal;

use crate::form::{Indicator, Measure};
use crate::template::{Equal, Reverse, Scoring};

/// The cells that the points follow from.
pub(super) struct Cells {
    /// 年度指标值, as an expression.
    pub target: String,
    /// 实际完成值.
    pub actual: String,
    /// 分值.
    pub weight: String,
}

/// What no unit has in it: then the text is a date, a span or a sentence.
const NO_UNIT: [&str; 32] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", ",", "，", "、", ";", "；", "。", "-", "~", "～",
    "—", "(", "（", " ", "+", "至", "到", "前", "后", "以", "内", "底",
];
/// Signs by which a unit is a share: of 95 % a cell may show 95 or hold 0.95.
const SHARES: [&str; 4] = ["%", "‰", "百分", "千分"];
/// Most characters of a number and of a unit.
const DIGITS: usize = 12;
const UNIT: usize = 10;

/// The points in Excel's words, without `=`.
pub(super) fn formula(cells: &Cells, scoring: &Scoring) -> String {
    let Cells { target, actual, weight } = cells;
    let lengths: Vec<String> = (1..=DIGITS).map(|length| length.to_string()).collect();
    let lengths = lengths.join(",");
    // The longest beginning that is a number; `E0` behind it keeps dates and per cents from being taken for one.
    let number = |text: &str| format!("LOOKUP(9E+307,VALUE({text}&\"E0\"))");
    let a = number(&format!("MID({target},2,{{{lengths}}})"));
    let b = number(&format!("LEFT({actual},{{{lengths}}})"));
    let unit = format!("SUBSTITUTE(MID({target},2,40),{a},\"\",1)");
    let own_unit = format!("SUBSTITUTE({actual},{b},\"\",1)");
    let has = |words: &[&str]| format!("COUNT(FIND({{\"{}\"}},{unit}))", words.join("\",\""));
    let bare = format!("OR({}=0,{a}<=1,{b}<=0,{b}>1)", has(&SHARES));
    let same = format!("OR(EXACT({own_unit},{unit}),AND({own_unit}=\"\",{bare}))");
    let clear = format!("ISNUMBER({weight}),{a}>=0,LEN({unit})<={UNIT},{}=0,{same}", has(&NO_UNIT));
    let points = points(&format!("LEFT({target}&\" \",1)"), &a, &b, weight, scoring);
    let places = scoring.score_places;
    format!("IFERROR(IF(AND({clear}),ROUND(MAX(0,MIN({weight},{points})),{places}),\"\"),\"\")")
}

/// As [`crate::score::points`]; a text where people judge, which makes an error.
fn points(sign: &str, a: &str, b: &str, weight: &str, scoring: &Scoring) -> String {
    let reached = format!("{b}*{weight}/{a}");
    let equal = match scoring.equal {
        Equal::AtLeast => format!("IF({a}=0,IF({b}<=0,{weight},0),{reached})"),
        Equal::Exact => format!("IF(MAX(0,{b})={a},{weight},\"\")"),
    };
    let beyond = match scoring.reverse {
        Reverse::Linear => format!("IF({a}=0,0,(2*{a}-{b})*{weight}/{a})"),
        Reverse::Ratio => format!("IF({a}=0,0,{a}*{weight}/{b})"),
        Reverse::Person => "\"\"".to_owned(),
    };
    let is = |signs: &str| format!("ISNUMBER(FIND({sign},\"{signs}\"))");
    format!(
        "IF({},IF({a}=0,{weight},{reached}),IF({},{equal},IF({},IF({b}<={a},{weight},{beyond}),\"\")))",
        is("≥>"),
        is("="),
        is("≤<")
    )
}

/// Whether [`formula`] gives the points `computed` of a row.
pub(super) fn covers(row: &Indicator, computed: Option<Decimal>) -> bool {
    let same_score = row.score.is_blank() || row.score.get() == computed;
    let parts = || {
        let target = row.target.value()?;
        let signed = target.text.strip_prefix(['≥', '>', '=', '≤', '<'])?;
        Some((unit(target, signed)?, unit(row.actual.value()?, &row.actual.value()?.text)?))
    };
    computed.is_some()
        && same_score
        && parts().is_some_and(|(unit, own)| {
            let is_unit = unit.chars().count() <= UNIT && !NO_UNIT.iter().any(|word| unit.contains(word));
            is_unit && (own == unit || own.is_empty())
        })
}

/// What stands behind the number that `text` begins with, where the number is written as a spreadsheet writes it.
fn unit<'a>(measure: &Measure, text: &'a str) -> Option<&'a str> {
    let number = measure.quantity.as_ref()?.number.normalize().to_string();
    text.strip_prefix(number.as_str()).filter(|_| number.len() <= DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Field, Form, IndicatorColumn};
    use crate::score::Scores;
    use crate::template::Template;

    #[track_caller]
    fn case(target: &str, actual: &str, score: &str, expected: bool) {
        let mut form = Form::default();
        for (column, text) in [
            (IndicatorColumn::Target, target),
            (IndicatorColumn::Actual, actual),
            (IndicatorColumn::Weight, "10"),
            (IndicatorColumn::Score, score),
        ] {
            form.set(Field::Indicator(0, column), text);
        }
        let scores = Scores::of(&form, &Template::standard().scoring);
        assert_eq!(covers(&form.indicators[0], scores.computed[0]), expected, "{target} {actual} {score}");
    }

    #[test]
    fn only_what_is_beyond_doubt_is_left_to_a_formula() {
        case("≥3个", "2个", "", true);
        case("≥3个", "2", "6.67", true);
        case("≥3个", "2个", "7", false); // somebody's own score
        case("≥95%", "96.5%", "", true);
        case("=313338300", "313338300", "", true);
        case("≤5天", "-1天", "", true);
        case("≥95%", "0.96", "", false); // 96 % or less than 1 %
        case("≥84万人", "840000人", "", false); // units that only we convert
        case("≥3个以上", "3个", "", false);
        case("3个", "3个", "", false);
        case("满意", "满意", "", false);
        case("≥1234567890123元", "1元", "", false);
        case("≥3.50个", "3个", "", false);
        case("约3个", "3个", "", false);
    }
}
