//! The goals to findings.

use crate::diagnostic::Severity;
use crate::form::{Entry, Field, GoalSide};
use crate::number::{self, MoneyUnit};

use super::{Check, Finding, Promise, Rule, Subject};

/// G02
pub const GOAL_MISSING: Rule = Rule {
    code: "G02",
    name: "goal-missing",
    severity: Severity::Error,
    fix: Promise::None,
    title: "年度总体目标没有填",
    why: "预期目标和实际完成情况是自评的依据，两栏都要填。",
    example: "实际完成情况是空的。",
    todo: "请填报单位补填。",
    source: "财预〔2020〕10号 附件：项目支出绩效自评表",
    check: Check::Form(goal_missing),
};

fn goal_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let goal = &subject.form.goal;
    let sides = [(GoalSide::Expected, &goal.expected), (GoalSide::Actual, &goal.actual)];
    let blank = sides.into_iter().filter(|(side, entry)| entry.is_blank() && subject.has(Field::Goal(*side)));
    blank
        .map(|(side, _)| {
            Finding::at(Field::Goal(side), format!("{}没有填，请补填", Field::Goal(side).name()))
        })
        .collect()
}

/// G01
pub const GOAL_COPIED: Rule = Rule {
    code: "G01",
    name: "goal-copied",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "实际完成情况照抄预期目标",
    why: "实际完成情况应写做了什么、做到什么程度；一字不差地照抄目标，等于没有自评。",
    example: "两栏都是“保障退休人员社会化管理各项措施落实到位。”。",
    todo: "请填报单位写明实际完成情况。",
    source: "财预〔2020〕10号；自评表逐项检查",
    check: Check::Form(goal_copied),
};

fn goal_copied(subject: &Subject<'_>) -> Vec<Finding> {
    let goal = &subject.form.goal;
    let folded = |entry: &Entry<String>| entry.value().map(|text| crate::text::fold(text));
    let same = folded(&goal.expected).is_some() && folded(&goal.expected) == folded(&goal.actual);
    let field = Field::Goal(GoalSide::Actual);
    if same {
        vec![Finding::at(field, "实际完成情况与预期目标一字不差，请写明实际完成情况")]
    } else {
        Vec::new()
    }
}

/// G03
pub const GOAL_IS_AMOUNT: Rule = Rule {
    code: "G03",
    name: "goal-is-amount",
    severity: Severity::Error,
    fix: Promise::None,
    title: "年度总体目标只填了金额",
    why: "目标要写明做什么、做到什么程度。只有一个数，等于没有写目标；通常是把资金栏的数填错了格。",
    example: "预期目标填的是“70万元”。",
    todo: "请填报单位写明目标和完成情况。",
    source: "财预〔2020〕10号；自评表逐项检查",
    check: Check::Form(goal_is_amount),
};

fn goal_is_amount(subject: &Subject<'_>) -> Vec<Finding> {
    let goal = &subject.form.goal;
    let sides = [(GoalSide::Expected, &goal.expected), (GoalSide::Actual, &goal.actual)];
    let amount = |entry: &Entry<String>| {
        let text = entry.value()?;
        let is_amount = |unit: &str| unit.is_empty() || MoneyUnit::named(unit).is_some();
        number::split(text).is_some_and(|(_, unit)| is_amount(&unit)).then(|| text.clone())
    };
    let found = |(side, entry)| {
        let (field, text) = (Field::Goal(side), amount(entry)?);
        let message = format!("{}只填了“{text}”，请写明做什么、做到什么程度", field.name());
        Some(Finding::at(field, message))
    };
    sides.into_iter().filter_map(found).collect()
}
