//! The goals to findings.

use crate::diagnostic::Severity;
use crate::form::{Field, GoalSide};

use super::{Finding, Promise, Rule, Subject};

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
    check: goal_missing,
};

fn goal_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let goal = &subject.form.goal;
    let sides = [(GoalSide::Expected, &goal.expected), (GoalSide::Actual, &goal.actual)];
    let blank = sides.into_iter().filter(|(_, entry)| entry.is_blank());
    blank
        .map(|(side, _)| {
            Finding::at(Field::Goal(side), format!("{}没有填，请补填", Field::Goal(side).name()))
        })
        .collect()
}
