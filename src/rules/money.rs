//! The funding block to findings: rates, points, sums and amounts.

use rust_decimal::Decimal;

use crate::diagnostic::Severity;
use crate::form::{Entry, Field, FundingColumn, FundingRow, Indicator, IndicatorColumn};
use crate::number::{self, MoneyUnit, is_error, round_half_up};

use super::structure::{percent, points};
use super::{Check, Finding, Promise, Rule, Subject};

/// M01
pub const RATE_DIFFERS: Rule = Rule {
    code: "M01",
    name: "rate-differs",
    severity: Severity::Error,
    fix: Promise::Safe,
    title: "执行率算错",
    why: "执行率 = 全年执行数 ÷ 全年预算数。按表上写出的小数位（至少到百分之一）四舍五入后与填写的不同，就是算错或填错。",
    example: "预算 210 万元、执行 209.929 万元，执行率写成 100.00%，应为 99.97%。",
    todo: "zpb fix 会按预算数和执行数重算；如果是预算数或执行数填错，请改正后重新运行。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(rate_differs),
};

fn rate_differs(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.funding.iter().zip(&subject.scores.funding).enumerate();
    rows.filter_map(|(index, (row, computed))| {
        let (typed, quotient, right) = (written(&row.rate)?, computed.quotient?, computed.rate?);
        let is_right = |written| written == right || round_half_up(quotient, decimals(typed)) == written;
        if row.rate.get().is_some_and(is_right) {
            return None;
        }
        let field = Field::Funding(index, FundingColumn::Rate);
        let right = percent(right);
        let message = format!("{}填的是 {typed}，按预算数和执行数应为 {right}", subject.called(field));
        Some(Finding::at(field, message).safely(Some(typed), right))
    })
    .collect()
}

/// What somebody wrote in place of a number, readable or not.
pub(super) fn written<T>(entry: &Entry<T>) -> Option<&str> {
    entry.typed().filter(|typed| !entry.is_blank() && !is_error(typed))
}

/// The decimals of the fraction that a written rate stands for: `99.87%` has four. Never fewer than whole per cents
/// have: `1` is 100 %, not anything from a half up.
fn decimals(typed: &str) -> u32 {
    let Some((number, rest)) = number::split(typed) else { return 2 };
    let sign = match number::percent_scale(&rest) {
        Some(1000) => 3,
        Some(_) => 2,
        None => 0,
    };
    (number.scale() + sign).max(2)
}

/// M02
pub const FUNDING_SCORE_DIFFERS: Rule = Rule {
    code: "M02",
    name: "funding-score-differs",
    severity: Severity::Error,
    fix: Promise::Safe,
    title: "资金得分算错",
    why: "资金得分 = 分值 × 全年执行数 ÷ 全年预算数，不超过分值，四舍五入到两位小数。用没有舍入的商计算。",
    example: "执行率 73.79%，分值 10，得分写成 7.4，应为 7.38。",
    todo: "zpb fix 会重算；如果是金额填错，请改正后重新运行。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(funding_score_differs),
};

fn funding_score_differs(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.funding.iter().zip(&subject.scores.funding).enumerate();
    rows.filter_map(|(index, (row, computed))| {
        let (typed, score) = (written(&row.score)?, computed.score?);
        let field = Field::Funding(index, FundingColumn::Score);
        let (called, right) = (subject.called(field), points(score));
        let (severity, message) = if is_unrounded(subject, &row.score, score) {
            (Some(Severity::Info), format!("{called}是 {typed}，没有四舍五入，应写 {right}"))
        } else {
            (None, format!("{called}填的是 {typed}，应为 {right}"))
        };
        let finding = Finding { severity, ..Finding::at(field, message) };
        (row.score.get() != Some(score)).then(|| finding.safely(Some(typed), right))
    })
    .collect()
}

/// Whether points only lack their rounding: the cell of a formula shows two decimals and holds more.
pub(super) fn is_unrounded(subject: &Subject<'_>, written: &Entry<Decimal>, right: Decimal) -> bool {
    let rounded = |written| subject.template.scoring.rounded(written) == right;
    written.get().is_some_and(|written| written != right && rounded(written))
}

/// M03
pub const PARTS_DO_NOT_ADD: Rule = Rule {
    code: "M03",
    name: "parts-do-not-add",
    severity: Severity::Error,
    fix: Promise::None,
    title: "分项之和不等于总额",
    why: "财政拨款、上年结转、其他资金等分项加起来应等于年度资金总额，年初、全年预算、全年执行三栏都一样。",
    example: "总额 70 万元，分项合计 60 万元。",
    todo: "核对总额和各分项，改正填错的一个。",
    source: "财预〔2020〕10号 附件：项目支出绩效自评表",
    check: Check::Form(parts_do_not_add),
};

/// A column of amounts and how to take it from a row.
type Amounts = (FundingColumn, fn(&FundingRow) -> &Entry<Decimal>);

const AMOUNTS: [Amounts; 3] = [
    (FundingColumn::Initial, |row| &row.initial),
    (FundingColumn::Budget, |row| &row.budget),
    (FundingColumn::Executed, |row| &row.executed),
];

fn parts_do_not_add(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((total, parts)) = subject.form.funding.split_first() else { return Vec::new() };
    let column = |(column, amount): &Amounts| {
        let total = amount(total).get()?;
        // An unreadable part is told as such (M08); what the parts add to is unknown then.
        if parts.iter().any(|row| amount(row).is_unreadable()) {
            return None;
        }
        let known: Vec<Decimal> = parts.iter().filter_map(|row| amount(row).get()).collect();
        let sum = known.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part))?;
        let (sum, total) = (sum.normalize(), total.normalize());
        let field = Field::Funding(0, *column);
        let blank = if known.len() < parts.len() { "（有分项空着）" } else { "" };
        let message = format!("{}总额是 {total} 万元，各分项之和是 {sum} 万元{blank}，请核对", column.name());
        (!known.is_empty() && sum != total).then(|| Finding::at(field, message))
    };
    AMOUNTS.iter().filter_map(column).collect()
}

/// M04
pub const OVER_SPENT: Rule = Rule {
    code: "M04",
    name: "over-spent",
    severity: Severity::Error,
    fix: Promise::None,
    title: "执行数超过预算数",
    why: "全年执行数不应大于全年预算数；超出的，多半是单位（元、万元）填错或预算调整没有填。",
    example: "预算 70 万元，执行 699.1 万元。",
    todo: "核对金额和单位；预算有调整的，全年预算数应填调整后的数。",
    source: "省预算管理一体化系统",
    check: Check::Form(over_spent),
};

fn over_spent(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.funding.iter().enumerate();
    rows.filter_map(|(index, row)| {
        let (budget, executed) = (row.budget.get()?.normalize(), row.executed.get()?.normalize());
        let field = Field::Funding(index, FundingColumn::Executed);
        let message =
            format!("{}是 {executed} 万元，大于预算数 {budget} 万元，请核对", subject.called(field));
        // A negative budget is told as such (M07).
        (executed > budget && !budget.is_sign_negative()).then(|| Finding::at(field, message))
    })
    .collect()
}

/// M05
pub const ZERO_BUDGET: Rule = Rule {
    code: "M05",
    name: "zero-budget",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "全年预算数为 0",
    why: "预算数为 0 时算不出执行率和资金得分。各地系统的处理不一致，程序不猜，执行率和得分留空。",
    example: "年度资金总额的全年预算数填 0。",
    todo: "核对预算数；确实没有预算的，请按当地财政部门的口径填写得分。",
    source: "省预算管理一体化系统（两个版本处理不同）",
    check: Check::Form(zero_budget),
};

fn zero_budget(subject: &Subject<'_>) -> Vec<Finding> {
    let scoring = &subject.template.scoring;
    let field = Field::Funding(0, scoring.budget_column());
    let budget = subject.form.funding_total().and_then(|row| scoring.budget(row).get());
    let zero = budget.is_some_and(|budget| budget.is_zero());
    let message = "全年预算数为 0，算不出执行率和资金得分，已留空，请核对预算数";
    if zero { vec![Finding::at(field, message)] } else { Vec::new() }
}

/// M07
pub const NEGATIVE_AMOUNT: Rule = Rule {
    code: "M07",
    name: "negative-amount",
    severity: Severity::Error,
    fix: Promise::None,
    title: "金额为负数",
    why: "预算数和执行数不应小于 0。",
    example: "上年结转资金填 -5。",
    todo: "核对金额；收回、核减的资金请按当地口径填写。",
    source: "省预算管理一体化系统",
    check: Check::Form(negative_amount),
};

fn negative_amount(subject: &Subject<'_>) -> Vec<Finding> {
    amounts(subject, |entry| {
        let amount = entry.get().filter(|amount| *amount < Decimal::ZERO)?;
        Some(format!("是负数 {}，请核对", amount.normalize()))
    })
}

/// M08
pub const UNREADABLE_AMOUNT: Rule = Rule {
    code: "M08",
    name: "unreadable-amount",
    severity: Severity::Error,
    fix: Promise::None,
    title: "金额认不出来",
    why: "金额栏里不是一个数，程序不猜，也不参加计算。",
    example: "全年执行数填“约70”。",
    todo: "改填数字，单位与表头一致。",
    source: "自评表逐格检查",
    check: Check::Form(unreadable_amount),
};

fn unreadable_amount(subject: &Subject<'_>) -> Vec<Finding> {
    amounts(subject, |entry| {
        let typed = entry.typed().filter(|typed| entry.is_unreadable() && !is_error(typed))?;
        Some(format!("填的是“{typed}”，认不出金额，请改填数字"))
    })
}

/// A finding for each amount that `judge` has words for.
fn amounts(subject: &Subject<'_>, judge: impl Fn(&Entry<Decimal>) -> Option<String>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, row) in subject.form.funding.iter().enumerate() {
        for (column, amount) in &AMOUNTS {
            let field = Field::Funding(index, *column);
            found.extend(
                judge(amount(row))
                    .map(|words| Finding::at(field, format!("{}{words}", subject.called(field)))),
            );
        }
    }
    found
}

/// M06
pub const LOW_EXECUTION: Rule = Rule {
    code: "M06",
    name: "low-execution",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "执行率低",
    why: "预算有 20% 以上没有执行，系统标黄，财政部门会要求说明原因。",
    example: "预算 1500 万元，执行 1106.842 万元，执行率 73.79%。",
    todo: "在偏差原因里说明；核对执行数是否漏填。",
    source: "省预算管理一体化系统",
    check: Check::Form(low_execution),
};

fn low_execution(subject: &Subject<'_>) -> Vec<Finding> {
    let low = subject.template.scoring.low_execution;
    let quotient =
        subject.scores.funding.first().and_then(|row| row.quotient).filter(|quotient| *quotient < low);
    let field = Field::Funding(0, FundingColumn::Rate);
    let message = |quotient| format!("执行率 {}，有较多预算没有执行，请说明原因", percent(quotient));
    quotient.map(|quotient| Finding::at(field, message(quotient))).into_iter().collect()
}

/// M10
pub const COST_TARGETS_DIFFER: Rule = Rule {
    code: "M10",
    name: "cost-targets-differ-from-budget",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "成本指标与预算数不符",
    why: "成本指标的指标值加起来应与全年预算数一致。指标值是文字或单价（单位带“/”，或合计不到预算的 10%）的不比较；没有写单位的按元算。",
    example: "成本指标合计 109.6 万元，全年预算数 70 万元。",
    todo: "核对成本指标和预算数。",
    source: "自评表逐项检查",
    check: Check::Form(cost_targets_differ),
};

/// Whether a row is about cost.
pub(super) fn is_cost(row: &Indicator) -> bool {
    let is = |level: &Entry<String>| level.value().is_some_and(|word| word.contains("成本"));
    is(&row.level2) || is(&row.level1)
}

fn cost_targets_differ(subject: &Subject<'_>) -> Vec<Finding> {
    let budget = subject.form.funding_total().and_then(|row| row.budget.get());
    let (Some(budget), Some((index, cost))) = (budget.filter(|b| *b > Decimal::ZERO), cost(subject)) else {
        return Vec::new();
    };
    let unit_price = cost < budget / Decimal::TEN;
    if unit_price || cost == budget {
        return Vec::new();
    }
    let (cost, budget) = (cost.normalize(), budget.normalize());
    let message = format!("成本指标合计 {cost} 万元，全年预算数 {budget} 万元，两者不符，请核对");
    vec![Finding::at(Field::Indicator(index, IndicatorColumn::Target), message)]
}

/// The first cost indicator and the sum of all in 万元; `None` if one of them is no total amount.
fn cost(subject: &Subject<'_>) -> Option<(usize, Decimal)> {
    let rows = subject.form.indicators.iter().enumerate();
    let costs: Vec<_> = rows.filter(|(_, row)| !row.is_padding() && is_cost(row)).collect();
    let (first, _) = costs.first()?;
    let mut sum = Decimal::ZERO;
    for (_, row) in &costs {
        let target = row.target.value()?.quantity.as_ref()?;
        let unit = MoneyUnit::named(target.unit.as_deref().unwrap_or("元"))?;
        sum = sum.checked_add(unit.to_wan_yuan(target.number)?)?;
    }
    Some((*first, sum))
}

/// M11
pub const AMOUNT_LOOKS_LIKE_YUAN: Rule = Rule {
    code: "M11",
    name: "amount-looks-like-yuan",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "金额像是以元填的",
    why: "按万元读，一个项目的全年预算数却达到 100 亿元（表上没有写单位的，10 亿元），多半是按元填了数字。比例不受影响，所以执行率和得分看不出来，汇总时却会大一万倍。",
    example: "表头是万元，全年预算数填 15000000（1500 亿元），应为 1500。",
    todo: "核对单位：按元填的，改成万元；确实有这么多的，不用处理。",
    source: "自评表逐项检查",
    check: Check::Form(amount_looks_like_yuan),
};

/// 100 亿元 in 万元: more than a project of one unit has in a year.
const BEYOND_BELIEF: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
/// 10 亿元 in 万元, which few projects have: enough to doubt a unit that nobody wrote.
const DOUBTFUL: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);

fn amount_looks_like_yuan(subject: &Subject<'_>) -> Vec<Finding> {
    let scoring = &subject.template.scoring;
    let in_wan_yuan = [subject.form.money_unit, subject.layout.money_unit] == [MoneyUnit::WanYuan; 2];
    let budget = subject.form.funding_total().map(|row| scoring.budget(row));
    // Who writes the unit behind the number means it.
    let bare = budget.filter(|entry| in_wan_yuan && !entry.typed().is_some_and(number::says_unit));
    let limit = if subject.layout.unit_unstated { DOUBTFUL } else { BEYOND_BELIEF };
    let beyond = bare.and_then(Entry::get).filter(|budget| *budget >= limit);
    let field = Field::Funding(0, scoring.budget_column());
    let found = |budget: Decimal| {
        let words = format!("{} 万元，金额像是以元填的，请核对单位", budget.normalize());
        Finding::at(field, format!("{}是 {words}", subject.called(field)))
    };
    beyond.map(found).into_iter().collect()
}

/// M12
pub const UNITS_CONTRADICT: Rule = Rule {
    code: "M12",
    name: "units-contradict",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "金额单位前后不一",
    why: "一张表上写了两种金额单位，按离数字最近的一处读；写错的一处留着，看表的人会差一万倍。",
    example: "资金栏写“项目资金（万元）”，右上角写“单位：元”。",
    todo: "核对数字是按哪个单位填的，改正写错的一处。",
    source: "自评表逐项检查",
    check: Check::Form(units_contradict),
};

fn units_contradict(subject: &Subject<'_>) -> Vec<Finding> {
    let (read, other) = (subject.layout.money_unit.name(), subject.layout.other_unit);
    let found = other.map(|other| {
        let message = format!("这里写的单位是{}，金额按{read}读了，请核对金额的单位", other.unit.name());
        Finding { field: None, cell: Some(other.cell), severity: None, message, fix: None }
    });
    found.into_iter().collect()
}
