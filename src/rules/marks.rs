//! Completed values and points to findings.

use crate::diagnostic::Severity;
use crate::form::{Field, IndicatorColumn, TotalColumn};

use super::structure::points;
use super::{Finding, Promise, Rule, Subject};

/// P03
pub const ACTUAL_MISSING: Rule = Rule {
    code: "P03",
    name: "actual-missing",
    severity: Severity::Error,
    fix: Promise::None,
    title: "实际完成值没有填",
    why: "没有实际完成值就无法评分，填了得分也没有依据。没有三级指标的空行不算。",
    example: "“示范社区创建个数”的实际完成值是空的。",
    todo: "请填报单位按实际完成情况补填。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: actual_missing,
};

fn actual_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().enumerate();
    rows.filter(|(_, row)| !row.is_padding() && row.actual.is_blank())
        .map(|(index, _)| {
            let field = Field::Indicator(index, IndicatorColumn::Actual);
            Finding::at(field, format!("{}没有填，请补填", subject.called(field)))
        })
        .collect()
}

/// P07
pub const TOTAL_DIFFERS: Rule = Rule {
    code: "P07",
    name: "total-differs",
    severity: Severity::Error,
    fix: Promise::Safe,
    title: "总分算错",
    why: "总分 = 资金得分 + 各指标得分之和，两位小数。有指标还没有得分时不判断。",
    example: "各项得分之和是 97.38，总分写成 97。",
    todo: "已重算；如果是某个得分填错，请改正后重新运行。",
    source: "财预〔2020〕10号",
    check: total_differs,
};

fn total_differs(subject: &Subject<'_>) -> Vec<Finding> {
    let total = &subject.form.total.score;
    let (Some(typed), Some(written), Some(sum)) = (total.typed(), total.get(), subject.scores.total) else {
        return Vec::new();
    };
    if written == sum {
        return Vec::new();
    }
    let message = format!("总分填的是 {typed}，各项得分之和是 {}", points(sum));
    vec![Finding::at(Field::Total(TotalColumn::Score), message).safely(Some(typed), points(sum))]
}
