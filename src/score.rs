//! A form to its scores: rates, funding points, indicator points and the total, by the template's profile.
//!
//! Sources: 财预〔2020〕10号 (预算执行率 10 points of 100) and the behaviour of the provincial systems; each formula
//! names its own beside it. Exact decimals throughout; half away from zero only where a number is written.

use rust_decimal::Decimal;

use crate::form::{Form, FundingRow, Indicator, Operator, Target};
use crate::labels::labels;
use crate::number::{self, round_half_up};
use crate::template::{Equal, NotApplicable, Reverse, Scoring};

/// What is computed for a row of the funding block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FundingScore {
    /// 全年执行数 / 全年预算数 exactly; `None` without both or with a budget of 0 or less.
    pub quotient: Option<Decimal>,
    /// The quotient to the decimals that the profile keeps.
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
    /// 总分 as a spreadsheet adds it up that shows the funding's points rounded but holds more of them.
    pub total_as_held: Option<Decimal>,
    /// The grade of the total; `None` while an indicator is not really scored (未评完).
    pub grade: Option<String>,
}

impl Scores {
    /// Computes everything that `form` allows.
    pub fn of(form: &Form, scoring: &Scoring) -> Self {
        let funding: Vec<_> =
            (0..).zip(&form.funding).map(|(i, row)| funding_score(i, row, form, scoring)).collect();
        let computed: Vec<_> = form.indicators.iter().map(|row| indicator_score(row, scoring)).collect();
        let counted = |(row, computed): (&Indicator, &Option<Decimal>)| match row.score.typed() {
            Some(_) => row.score.get(), // a person's score stands, even one that cannot be read
            None => *computed,
        };
        let indicators: Vec<_> = form.indicators.iter().zip(&computed).map(counted).collect();
        let points = funding.first().and_then(|row| row.score);
        let total = sum_of_all(form, points, &indicators, scoring);
        let held = points.map(|points| held_points(form, points, scoring));
        let total_as_held = sum_of_all(form, held, &indicators, scoring);
        let mut judged = form.indicators.iter().filter(|row| !row.is_padding() && applies(row, scoring));
        let scored = judged.all(is_scored);
        let grade = total.filter(|_| scored).and_then(|total| scoring.grade(total)).map(str::to_owned);
        Self { funding, computed, indicators, total, total_as_held, grade }
    }
}

/// The rate, and for the first row (年度资金总额) its points: W × quotient, capped, never below 0. Where the form does
/// not state W, a score that somebody wrote stands: its W may be another place's.
fn funding_score(index: usize, row: &FundingRow, form: &Form, scoring: &Scoring) -> FundingScore {
    let budget = scoring.budget(row).get().filter(|budget| *budget > Decimal::ZERO);
    let amounts = budget.zip(row.executed.get());
    let quotient = amounts.and_then(|(budget, executed)| executed.checked_div(budget));
    let stated = form.rate_points();
    let weight = stated.unwrap_or(scoring.rate_weight);
    let earned = amounts.filter(|_| index == 0);
    let earned = earned.and_then(|(budget, executed)| part(executed, budget, weight));
    let most = weight.checked_mul(scoring.rate_cap).unwrap_or(weight);
    let score = earned.map(|points| scoring.rounded(points.min(most).max(Decimal::ZERO)));
    let written = row.score.get().filter(|_| stated.is_none() && index == 0).map(|own| scoring.rounded(own));
    let rate = quotient.map(|quotient| round_half_up(quotient, scoring.rate_places));
    FundingScore { quotient, rate, score: written.or(score) }
}

/// `weight` × `some` / `whole`: multiplied first, so that an exact half is still one when it is rounded.
fn part(some: Decimal, whole: Decimal, weight: Decimal) -> Option<Decimal> {
    some.checked_mul(weight)?.checked_div(whole)
}

/// What the rule gives for an indicator; `None` for words, dates, and where weight, target or value is missing.
fn indicator_score(row: &Indicator, scoring: &Scoring) -> Option<Decimal> {
    let weight = row.weight.get().filter(|_| applies(row, scoring))?;
    let (operator, target, reached) = compared(row)?;
    points(operator, target, reached, weight, scoring)
}

/// Operator, target A and completed value B in the target's unit, where both are quantities that can be compared.
fn compared(row: &Indicator) -> Option<(Operator, Decimal, Decimal)> {
    let target = row.target.value()?.quantity.as_ref()?;
    let actual = row.actual.value()?.quantity.as_ref().filter(|b| b.operator != Some(Operator::About))?;
    Some((target.operator?, target.number, same_unit(actual, target)?))
}

/// The points of an indicator with target A, completed value B and weight W (安徽省预算管理一体化系统; how a missed
/// `=` and a missed `≤` are scored is the profile's). `None` where people judge: 约, a target below 0, and what the
/// profile leaves to them.
pub fn points(
    operator: Operator,
    a: Decimal,
    b: Decimal,
    weight: Decimal,
    scoring: &Scoring,
) -> Option<Decimal> {
    if a < Decimal::ZERO {
        return None;
    }
    let b = b.max(Decimal::ZERO);
    let earned = match operator {
        Operator::About => return None,
        Operator::AtMost | Operator::Below => reverse(a, b, weight, scoring.reverse)?,
        Operator::Equal if a == b => weight,
        Operator::Equal if scoring.equal == Equal::Exact => return None,
        Operator::Equal if a.is_zero() => Decimal::ZERO,
        Operator::AtLeast | Operator::Above | Operator::Equal if b >= a => weight,
        Operator::AtLeast | Operator::Above | Operator::Equal => part(b, a, weight)?,
    };
    Some(scoring.rounded(earned.min(weight).max(Decimal::ZERO)))
}

/// B ≤ A gives all; beyond, W × (1 − (B−A)/A) down to nothing at 2A, or W × A/B.
fn reverse(a: Decimal, b: Decimal, weight: Decimal, reverse: Reverse) -> Option<Decimal> {
    if b <= a {
        return Some(weight);
    }
    match reverse {
        Reverse::Person => None,
        _ if a.is_zero() => Some(Decimal::ZERO),
        Reverse::Linear => part(a.checked_add(a)?.checked_sub(b)?, a, weight),
        Reverse::Ratio => part(a, b, weight),
    }
}

/// Whether a completed value misses its target in a way that the profile leaves to people.
pub fn is_for_people(row: &Indicator, scoring: &Scoring) -> bool {
    let missed = |(operator, a, b): (Operator, Decimal, Decimal)| match operator {
        Operator::Equal => scoring.equal == Equal::Exact && b.max(Decimal::ZERO) != a,
        Operator::AtMost | Operator::Below => scoring.reverse == Reverse::Person && b > a,
        Operator::AtLeast | Operator::Above | Operator::About => false,
    };
    applies(row, scoring) && compared(row).is_some_and(missed)
}

/// Whether a completed value is so far beyond its target that the target was probably set too low.
pub fn is_far_over(row: &Indicator, scoring: &Scoring) -> bool {
    compared(row).is_some_and(|(operator, a, b)| {
        let upward = matches!(operator, Operator::AtLeast | Operator::Above | Operator::Equal);
        upward && a > Decimal::ZERO && a.checked_mul(scoring.far_over_target).is_some_and(|far| b >= far)
    })
}

/// Whether an indicator is scored at all: some places leave out what does not apply to the project.
pub fn applies(row: &Indicator, scoring: &Scoring) -> bool {
    let words = [row.level3.value(), row.target.value().map(|target| &target.text)];
    let refused = || words.into_iter().flatten().any(|text| labels().is_not_applicable(text));
    scoring.not_applicable == NotApplicable::Count || !refused()
}

/// The completed value in the target's unit; `None` if the two cannot be compared.
pub fn same_unit(actual: &Target, target: &Target) -> Option<Decimal> {
    let (from, to) = (actual.unit.as_deref(), target.unit.as_deref());
    let Some(from) = from else {
        // Of 95 % a cell may show 95 or hold 0.95; a bare 1 could be either.
        let fraction = to.and_then(number::percent_scale).is_some() && target.number > Decimal::ONE;
        let unclear = fraction && actual.number > Decimal::ZERO && actual.number <= Decimal::ONE;
        return (!unclear).then_some(actual.number);
    };
    if Some(from) == to {
        return Some(actual.number);
    }
    if let (Some(from), Some(to)) = (number::percent_scale(from), number::percent_scale(to?)) {
        return part(actual.number, from.into(), to.into());
    }
    let (factor, base) = scaled(from);
    let (target_factor, target_base) = scaled(to?);
    if base != target_base {
        return None;
    }
    part(actual.number, target_factor, factor)
}

/// A unit as a multiple of a base unit: `万元` is 10 000 `元`.
fn scaled(unit: &str) -> (Decimal, &str) {
    let scales =
        [("亿", 100_000_000), ("千万", 10_000_000), ("百万", 1_000_000), ("万", 10_000), ("千", 1_000)];
    let found = scales.iter().find_map(|(prefix, factor)| Some((*factor, unit.strip_prefix(prefix)?)));
    match found {
        Some((factor, base)) if !base.is_empty() => (Decimal::from(factor), base),
        _ => (Decimal::ONE, unit),
    }
}

/// Whether the funding's points are part of the total: not where the indicators alone carry all of it, as in places
/// that print 执行率 beside the scores.
pub fn funding_counts(form: &Form, scoring: &Scoring) -> bool {
    let whole = form.total.weight.get().unwrap_or(Decimal::ONE_HUNDRED);
    let funding = form.rate_points().unwrap_or(scoring.rate_weight);
    form.indicator_points().is_none_or(|points| points != whole || funding.is_zero())
}

/// Whether the points of an indicator are somebody's judgement: a 0 without completed value is what the system prints
/// before anyone has scored, whoever gave it a weight.
pub fn is_scored(row: &Indicator) -> bool {
    !(row.actual.is_blank() && row.score.get().is_none_or(|score| score.is_zero()))
}

/// The funding's points as written, where they are `points` but for their rounding.
fn held_points(form: &Form, points: Decimal, scoring: &Scoring) -> Decimal {
    let written = form.funding_total().and_then(|row| row.score.get());
    written.filter(|written| scoring.rounded(*written) == points).unwrap_or(points)
}

/// The sum of all points, once every part has some; converted to the points of the whole form where what does not
/// apply is left out.
fn sum_of_all(
    form: &Form,
    funding: Option<Decimal>,
    indicators: &[Option<Decimal>],
    scoring: &Scoring,
) -> Option<Decimal> {
    if form.indicators.iter().all(Indicator::is_padding) {
        return None;
    }
    let funding_counts = funding_counts(form, scoring);
    let mut sum = if funding_counts { funding? } else { Decimal::ZERO };
    for (row, score) in form.indicators.iter().zip(indicators).filter(|(row, _)| applies(row, scoring)) {
        match score {
            Some(score) => sum = sum.checked_add(*score)?,
            None if row.is_padding() => {}
            None => return None,
        }
    }
    if is_rescaled(form, scoring) {
        let whole = form.total.weight.get().unwrap_or(Decimal::ONE_HUNDRED);
        let points = applicable_points(form, scoring).filter(|points| *points > Decimal::ZERO)?;
        sum = part(sum, points, whole)?;
    }
    Some(scoring.rounded(sum))
}

/// Whether the total is converted, as some indicator does not apply.
pub fn is_rescaled(form: &Form, scoring: &Scoring) -> bool {
    form.indicators.iter().any(|row| !applies(row, scoring))
}

/// The points of all indicators that are scored; `None` while one has none and no level prints any.
pub fn applicable_indicator_points(form: &Form, scoring: &Scoring) -> Option<Decimal> {
    if !is_rescaled(form, scoring) {
        return form.indicator_points();
    }
    let funding = form.rate_points().unwrap_or(scoring.rate_weight);
    let funding = if funding_counts(form, scoring) { funding } else { Decimal::ZERO };
    applicable_points(form, scoring)?.checked_sub(funding)
}

/// The points of 预算执行率 and of the indicators that apply; `None` while one has none.
fn applicable_points(form: &Form, scoring: &Scoring) -> Option<Decimal> {
    let funding = form.rate_points().unwrap_or(scoring.rate_weight);
    let mut rows = form.indicators.iter().filter(|row| !row.is_padding() && applies(row, scoring));
    let points = if funding_counts(form, scoring) { funding } else { Decimal::ZERO };
    rows.try_fold(points, |sum, row| sum.checked_add(row.weight.get()?))
}

/// The points printed with each level 1 spread evenly over its indicators, to two decimals and the rest on the last:
/// only where none of them has a weight, so that nobody's is changed.
pub fn spread_weights(form: &Form) -> Vec<Option<Decimal>> {
    let mut weights = vec![None; form.indicators.len()];
    let rows: Vec<(usize, &Indicator)> =
        form.indicators.iter().enumerate().filter(|(_, row)| is_real(row)).collect();
    let mut done = Vec::new();
    for (_, row) in &rows {
        let level = row.level1.value();
        if done.contains(&level) {
            continue;
        }
        done.push(level);
        let group: Vec<_> = rows.iter().filter(|(_, row)| row.level1.value() == level).collect();
        let untouched = group.iter().all(|(_, row)| row.weight.is_blank());
        let points = group.iter().find_map(|(_, row)| row.level1_weight.get());
        let Some(shares) = points.filter(|_| untouched).and_then(|points| shares(points, group.len())) else {
            continue;
        };
        for ((index, _), share) in group.iter().zip(shares) {
            if let Some(weight) = weights.get_mut(*index) {
                *weight = Some(share);
            }
        }
    }
    weights
}

/// Whether a row is an indicator of this project.
fn is_real(row: &Indicator) -> bool {
    let refused = row.level3.value().is_some_and(|name| labels().is_not_applicable(name));
    !row.is_padding() && !refused
}

/// `points` in `count` parts of two decimals, the last taking what is left.
fn shares(points: Decimal, count: usize) -> Option<Vec<Decimal>> {
    let parts = Decimal::from(count);
    let exact = points.checked_div(parts)?;
    let others = parts.checked_sub(Decimal::ONE)?;
    let last = |share: Decimal| points.checked_sub(share.checked_mul(others)?);
    let mut share = round_half_up(exact, 2);
    if last(share)? <= Decimal::ZERO {
        share = exact.trunc_with_scale(2); // so many parts that rounding up takes it all
    }
    let mut shares = vec![share; count];
    *shares.last_mut()? = last(share)?;
    (share > Decimal::ZERO).then_some(shares)
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
