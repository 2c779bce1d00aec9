//! Completed values to findings: missing, and not to be compared with their targets.

use crate::diagnostic::Severity;
use crate::form::{Field, IndicatorColumn, Measure, Operator};
use crate::labels::labels;
use crate::number::is_error;
use crate::score::applies;

use super::marks::indicators;
use super::{Check, Finding, Promise, Rule, Subject, shortened};

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
    check: Check::Form(actual_missing),
};

fn actual_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().enumerate();
    let scoring = &subject.template.scoring;
    rows.filter(|(_, row)| !row.is_padding() && row.actual.is_blank() && applies(row, scoring))
        .map(|(index, _)| {
            let field = Field::Indicator(index, IndicatorColumn::Actual);
            Finding::at(field, format!("{}没有填，请补填", subject.called(field)))
        })
        .collect()
}

/// P15
pub const ACTUAL_NOT_COMPARED: Rule = Rule {
    code: "P15",
    name: "actual-not-compared",
    severity: Severity::Info,
    fix: Promise::None,
    title: "完成值比不出数",
    why: "指标值是数，完成值写成“已完成”“见附件”“约 4 次”一类的话，就没法按公式核对得分，只能由人判断。日期要写成日期，不要留下表格软件里的日期序号。",
    example: "指标值“≥4次”，完成值“已完成”，得满分。",
    todo: "改填数字和单位，例如“4次”。",
    source: "自评表逐项检查",
    check: Check::Form(actual_not_compared),
};

fn actual_not_compared(subject: &Subject<'_>) -> Vec<Finding> {
    let scoring = &subject.template.scoring;
    indicators(subject, IndicatorColumn::Actual, |row| {
        let typed = row.actual.typed().filter(|typed| applies(row, scoring) && !is_error(typed))?;
        let (target, actual) = (row.target.value()?, row.actual.value()?);
        if is_serial_of_day(target, actual) {
            return Some(format!("是 {typed}，像是日期的序号，请写成日期，例如 2023年11月30日"));
        }
        let target = target.quantity.as_ref()?;
        let vague = actual.quantity.as_ref().is_none_or(|actual| actual.operator == Some(Operator::About));
        (vague && target.operator != Some(Operator::About))
            .then(|| format!("是“{}”，认不出数，未按公式核对，请填数字和单位", shortened(typed, 20)))
    })
}

/// Whether a date is asked for and the number that a spreadsheet keeps for one stands there.
fn is_serial_of_day(target: &Measure, actual: &Measure) -> bool {
    const FROM_2000_TO_2099: std::ops::RangeInclusive<u32> = 36_526..=73_050;
    let Some(number) = &actual.quantity else { return false };
    let bare = number.operator.is_none() && number.unit.is_none();
    let day = number.number.normalize().to_string().parse().is_ok_and(|day| FROM_2000_TO_2099.contains(&day));
    bare && day && target.quantity.is_none() && labels().year_in_value(&target.text).is_some()
}
