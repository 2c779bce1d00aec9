//! A form to its scores: rates, funding points, indicator points and the total, by the template's profile.
//!
//! Sources: 财预〔2020〕10号 (预算执行率 10 points of 100) and the behaviour of the provincial systems; each formula
//! names its own beside it. Exact decimals throughout; half away from zero only where a number is written.

use rust_decimal::Decimal;

use crate::form::{Form, FundingRow, Indicator, Operator, Target};
use crate::number::round_half_up;
use crate::template::{Reverse, Scoring};

/// Decimals of a rate that is kept (`0.9987`).
pub const RATE_PLACES: u32 = 4;
/// Decimals of points.
pub const POINT_PLACES: u32 = 2;

/// What is computed for a row of the funding block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FundingScore {
    /// 全年执行数 / 全年预算数 exactly; `None` without both or with a budget of 0 or less.
    pub quotient: Option<Decimal>,
    /// The quotient to [`RATE_PLACES`] decimals.
    pub rate: Option<Decimal>,
    /// The row's points; only 年度资金总额 has any.
    pub score: Option<Decimal>,
}

/// Everything computed from a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scores {
    /// By row of the funding block.
    pub funding: Vec<FundingScore>,
    /// By row of the indicator table: what the rule gives; `None` where people judge or something is missing.
    pub computed: Vec<Option<Decimal>>,
    /// By row of the indicator table: the points that count, a person's before the rule's.
    pub indicators: Vec<Option<Decimal>>,
    /// 总分; `None` while the funding or any real indicator has no score.
    pub total: Option<Decimal>,
    /// The grade of the total; `None` while an indicator is not really scored (未评完).
    pub grade: Option<String>,
}

impl Scores {
    /// Computes everything that `form` allows.
    pub fn of(form: &Form, scoring: &Scoring) -> Self {
        let funding: Vec<_> =
            (0..).zip(&form.funding).map(|(i, row)| funding_score(i, row, scoring)).collect();
        let computed: Vec<_> = form.indicators.iter().map(|row| indicator_score(row, scoring)).collect();
        let counted = |(row, computed): (&Indicator, &Option<Decimal>)| match row.score.typed() {
            Some(_) => row.score.get(), // a person's score stands, even one that cannot be read
            None => *computed,
        };
        let indicators: Vec<_> = form.indicators.iter().zip(&computed).map(counted).collect();
        let total = total(form, funding.first(), &indicators);
        let scored = form.indicators.iter().filter(|row| !row.is_padding()).all(is_scored);
        let grade = total.filter(|_| scored).and_then(|total| scoring.grade(total)).map(str::to_owned);
        Self { funding, computed, indicators, total, grade }
    }
}

/// The rate, and for the first row (年度资金总额) its points: W × quotient, capped at W, never below 0.
fn funding_score(index: usize, row: &FundingRow, scoring: &Scoring) -> FundingScore {
    let budget = row.budget.get().filter(|budget| *budget > Decimal::ZERO);
    let quotient = budget.zip(row.executed.get()).and_then(|(budget, executed)| executed.checked_div(budget));
    let weight = row.weight.get().unwrap_or(scoring.rate_weight);
    let score = quotient.filter(|_| index == 0).and_then(|q| q.checked_mul(weight));
    FundingScore {
        quotient,
        rate: quotient.map(|q| round_half_up(q, RATE_PLACES)),
        score: score.map(|s| round_half_up(s.min(weight).max(Decimal::ZERO), POINT_PLACES)),
    }
}

/// What the rule gives for an indicator; `None` for words, dates, and where weight, target or value is missing.
fn indicator_score(row: &Indicator, scoring: &Scoring) -> Option<Decimal> {
    let weight = row.weight.get()?;
    let target = row.target.value()?.quantity.as_ref()?;
    let actual = row.actual.value()?.quantity.as_ref()?;
    let reached = same_unit(actual, target)?;
    points(target.operator?, target.number, reached, weight, scoring)
}

/// The points of an indicator with target A, completed value B and weight W (安徽省预算管理一体化系统; the reverse
/// formula B/A ↔ A/B is the profile's).
pub fn points(
    operator: Operator,
    a: Decimal,
    b: Decimal,
    weight: Decimal,
    scoring: &Scoring,
) -> Option<Decimal> {
    let b = b.max(Decimal::ZERO);
    let share = match operator {
        Operator::About => return None,
        Operator::AtMost | Operator::Below => reverse_share(a, b, scoring.reverse)?,
        Operator::Equal if a.is_zero() => {
            if b.is_zero() {
                Decimal::ONE
            } else {
                Decimal::ZERO
            }
        }
        Operator::AtLeast | Operator::Above | Operator::Equal => positive_share(a, b)?,
    };
    let share = share.clamp(Decimal::ZERO, Decimal::ONE);
    share.checked_mul(weight).map(|points| round_half_up(points, POINT_PLACES))
}

/// B ≥ A gives all, else B/A.
fn positive_share(a: Decimal, b: Decimal) -> Option<Decimal> {
    if b >= a { Some(Decimal::ONE) } else { b.checked_div(a) }
}

/// B ≤ A gives all; beyond, 1 − (B−A)/A down to nothing at 2A, or A/B.
fn reverse_share(a: Decimal, b: Decimal, reverse: Reverse) -> Option<Decimal> {
    if b <= a {
        return Some(Decimal::ONE);
    }
    if a <= Decimal::ZERO {
        return Some(Decimal::ZERO);
    }
    match reverse {
        Reverse::Linear => Decimal::ONE.checked_sub(b.checked_sub(a)?.checked_div(a)?),
        Reverse::Ratio => a.checked_div(b),
    }
}

/// The completed value in the target's unit; `None` if the two cannot be compared.
pub fn same_unit(actual: &Target, target: &Target) -> Option<Decimal> {
    let (from, to) = (actual.unit.as_deref(), target.unit.as_deref());
    if from == to || from.is_none() {
        return Some(actual.number);
    }
    let (factor, base) = scaled(from?);
    let (target_factor, target_base) = scaled(to?);
    if base != target_base {
        return None;
    }
    actual.number.checked_mul(factor)?.checked_div(target_factor)
}

/// A unit as a multiple of a base unit: `万元` is 10 000 `元`.
fn scaled(unit: &str) -> (Decimal, &str) {
    let scales = [("亿", 100_000_000), ("万", 10_000), ("千", 1_000)];
    let found = scales.iter().find_map(|(prefix, factor)| Some((*factor, unit.strip_prefix(prefix)?)));
    match found {
        Some((factor, base)) if !base.is_empty() => (Decimal::from(factor), base),
        _ => (Decimal::ONE, unit),
    }
}

/// Whether the points of an indicator are somebody's judgement: a 0 with neither weight nor completed value is what
/// the system prints before anyone has scored.
fn is_scored(row: &Indicator) -> bool {
    let untouched = row.weight.is_blank() && row.actual.is_blank();
    !(untouched && row.score.get().is_none_or(|score| score.is_zero()))
}

/// The sum of all points, once every part has some.
fn total(form: &Form, funding: Option<&FundingScore>, indicators: &[Option<Decimal>]) -> Option<Decimal> {
    if form.indicators.iter().all(Indicator::is_padding) {
        return None;
    }
    let mut sum = funding?.score?;
    for (row, score) in form.indicators.iter().zip(indicators) {
        match score {
            Some(score) => sum = sum.checked_add(*score)?,
            None if row.is_padding() => {}
            None => return None,
        }
    }
    Some(round_half_up(sum, POINT_PLACES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    #[track_caller]
    fn case(reverse: Reverse, sign: &str, a: &str, b: &str, weight: &str, expected: &str) {
        let scoring = Scoring { reverse, ..Template::standard().scoring.clone() };
        let operator = crate::form::target::split_operator(sign).0.unwrap();
        let number = |text: &str| text.parse().unwrap();
        let got = points(operator, number(a), number(b), number(weight), &scoring);
        assert_eq!(got, Some(number(expected)), "{sign}{a} with {b} of {weight}");
    }

    #[test]
    fn points_follow_the_formulas_of_the_province() {
        for (sign, a, b, expected) in [
            ("≥", "100", "100", "10"),
            ("≥", "100", "99.99", "10.00"),
            ("≥", "3", "2", "6.67"),
            ("≥", "100", "748", "10"),
            ("≥", "100", "-5", "0"),
            (">", "3", "1", "3.33"),
            ("=", "100", "120", "10"),
            ("=", "100", "95", "9.5"),
            ("=", "0", "0", "10"),
            ("=", "0", "1", "0"),
            ("=", "0", "-1", "10"),
            ("≤", "100", "100", "10"),
            ("≤", "100", "150", "5"),
            ("≤", "100", "200", "0"),
            ("≤", "100", "250", "0"),
            ("≤", "3", "4", "6.67"),
            ("<", "100", "101", "9.9"),
            ("≤", "0", "1", "0"),
            ("≤", "0", "0", "10"),
        ] {
            case(Reverse::Linear, sign, a, b, "10", expected);
        }
        case(Reverse::Ratio, "≤", "100", "150", "10", "6.67");
    }

    #[test]
    fn units_of_a_kind_are_converted() {
        let unit = |text: &str| Target::parse(text).unwrap();
        for (actual, target, expected) in [
            ("840000人", "≥84万人", Some("84")),
            ("5万元", "≤50000元", Some("50000")),
            ("3", "≥3个", Some("3")),
            ("95百分比", "≥95%", Some("95")),
            ("3个", "≥3件", None),
            ("3个", "≥3", None),
        ] {
            let converted = same_unit(&unit(actual), &unit(target));
            assert_eq!(converted, expected.map(|e| e.parse().unwrap()), "{actual} {target}");
        }
    }
}
