//! Lost points without a reason to findings.

use crate::diagnostic::Severity;
use crate::form::{Field, FundingColumn, Indicator, IndicatorColumn};
use crate::labels::labels;
use crate::score::{is_far_over, is_scored};

use super::marks::indicators;
use super::structure::points;
use super::{Check, Finding, Promise, Rule, Subject, shortened};

/// P06
pub const REASON_MISSING: Rule = Rule {
    code: "P06",
    name: "reason-missing",
    severity: Severity::Error,
    fix: Promise::None,
    title: "扣了分没有说明原因",
    why: "得分低于分值时必须填写偏差原因分析及改进措施；资金得分不满的，表上至少要有一处说明。写“无”“无偏差”“同上”“见附件”或打勾的，等于没有说明。还没有评的空行不算。有的地方另有规定：四川执行率低于 90% 才要求说明（模板的 reason_below），广西完成值达到目标值 130% 的也要说明（far_over_reason）。",
    example: "执行率 85.07%，资金得分 8.51，偏差原因是空的。",
    todo: "请填报单位补填偏差原因和改进措施。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(reason_missing),
};

fn reason_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let scoring = &subject.template.scoring;
    let mut found: Vec<Finding> = indicators(subject, IndicatorColumn::Deviation, |row| {
        if has_reason(row) {
            return None;
        }
        let (lacks, todo) = match row.deviation.typed() {
            None => ("没有填".to_owned(), "请说明原因"),
            Some(typed) => (format!("写的是“{}”，没有说明原因", shortened(typed, 12)), "请写明原因"),
        };
        if scoring.far_over_reason && is_far_over(row, scoring) {
            return Some(format!("{lacks}，完成值远超指标值，{todo}"));
        }
        let (score, weight) = (row.score.get().filter(|_| is_scored(row))?, row.weight.get()?);
        (score < weight)
            .then(|| format!("{lacks}，得分 {} 低于分值 {}，{todo}", score.normalize(), weight.normalize()))
    });
    let form = subject.form;
    let funding = subject.scores.funding.first();
    let weight = form.rate_points().unwrap_or(scoring.rate_weight);
    let excused = funding.and_then(|row| row.quotient).is_some_and(|rate| rate >= scoring.reason_below);
    let lost = funding.and_then(|row| row.score).filter(|score| *score < weight && !excused);
    let explained = form.indicators.iter().any(has_reason)
        || form.extra.iter().any(|extra| {
            let asks = |label: &str| label.contains("原因") || label.contains("措施");
            extra.label.as_deref().is_some_and(asks) && !labels().is_no_reason(&extra.text)
        });
    if let Some(score) = lost.filter(|_| !explained) {
        let message =
            format!("资金得分 {} 低于分值 {}，表上没有说明原因，请补填", points(score), weight.normalize());
        found.push(Finding::at(Field::Funding(0, FundingColumn::Score), message));
    }
    found
}

/// Whether a row says why its points are lost: `无` and `同上` stand there and say nothing.
pub(super) fn has_reason(row: &Indicator) -> bool {
    row.deviation.typed().is_some_and(|typed| !labels().is_no_reason(typed))
}
