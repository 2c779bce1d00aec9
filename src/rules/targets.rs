//! Targets to findings: operators, units, years, and what a target should not be.

use crate::diagnostic::Severity;
use crate::form::{Field, Indicator, IndicatorColumn, Operator, Target};
use crate::labels::labels;
use crate::text;

use super::{Check, Finding, Promise, Rule, Subject};

/// A finding about the target of each real indicator that `judge` has words for.
fn targets(subject: &Subject<'_>, judge: impl Fn(&Indicator) -> Option<String>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().enumerate().filter(|(_, row)| !row.is_padding());
    rows.filter_map(|(index, row)| {
        let words = judge(row)?;
        let field = Field::Indicator(index, IndicatorColumn::Target);
        Some(Finding::at(field, format!("{}{words}", subject.called(field))))
    })
    .collect()
}

/// The quantity that a row's target is.
fn quantity(row: &Indicator) -> Option<&Target> {
    row.target.value()?.quantity.as_ref()
}

fn typed(row: &Indicator) -> &str {
    row.target.typed().unwrap_or_default()
}

/// T01
pub const TARGET_WITHOUT_OPERATOR: Rule = Rule {
    code: "T01",
    name: "target-without-operator",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "指标值没有运算符",
    why: "定量的指标值要写 ≥、≤ 或 =，否则不知道多做好还是少做好，无法按公式评分。",
    example: "年度指标值写成“100百分比”。",
    todo: "补上 ≥、≤ 或 =。",
    source: "省预算管理一体化系统；财预〔2020〕10号",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let bare = quantity(row)?.operator.is_none();
            bare.then(|| format!("“{}”没有运算符，请补上 ≥、≤ 或 =", typed(row)))
        })
    }),
};

/// T02
pub const TARGET_WITHOUT_UNIT: Rule = Rule {
    code: "T02",
    name: "target-without-unit",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "指标值没有单位",
    why: "只有数字没有单位，看不出是元、万元还是人次，无法与完成值和预算数比较。",
    example: "成本指标写成“= 313338300”。",
    todo: "补上计量单位。",
    source: "省预算管理一体化系统",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let bare = quantity(row)?.unit.is_none();
            bare.then(|| format!("“{}”没有单位，请补上", typed(row)))
        })
    }),
};

/// T03
pub const TARGET_MISSING: Rule = Rule {
    code: "T03",
    name: "target-missing",
    severity: Severity::Error,
    fix: Promise::None,
    title: "年度指标值没有填",
    why: "没有年度指标值就无法判断是否完成。",
    example: "“培训人次”的年度指标值是空的。",
    todo: "按批复的绩效目标补填。",
    source: "财预〔2020〕10号",
    check: Check::Form(|subject| {
        targets(subject, |row| row.target.is_blank().then(|| "没有填，请补填".to_owned()))
    }),
};

/// T05
pub const OTHER_YEAR: Rule = Rule {
    code: "T05",
    name: "other-year",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "指标值是别的年度",
    why: "指标值里的日期不是自评的年度，多半是照抄去年的表。",
    example: "2023 年度的表，时效指标写成“2022年12月31日前”。",
    todo: "核对年度。",
    source: "自评表逐项检查",
    check: Check::Form(|subject| {
        let year = subject.form.year.get();
        targets(subject, |row| {
            let said = labels().year_in_value(&row.target.value()?.text)?;
            (year? != said).then(|| format!("“{}”不是 {} 年度，请核对", typed(row), year.unwrap_or_default()))
        })
    }),
};

/// T06
pub const PERCENT_BEYOND_HUNDRED: Rule = Rule {
    code: "T06",
    name: "percent-beyond-hundred",
    severity: Severity::Info,
    fix: Promise::None,
    title: "百分数指标不低于 100%",
    why: "合格率、到位率一类最多 100%，写 ≥100% 等于只有一个值可选，应写 =100%；增长率除外。",
    example: "发放到位率写成“≥100%”。",
    todo: "是比率的改为 =100%；是增长率的不用改。",
    source: "自评表逐项检查",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let target = quantity(row)?;
            let upward = matches!(target.operator?, Operator::AtLeast | Operator::Above);
            let beyond = upward && target.unit.as_deref() == Some("%") && target.number >= 100.into();
            beyond.then(|| format!("“{}”不低于 100%，是比率的话请写 =100%", typed(row)))
        })
    }),
};

/// T07
pub const TARGET_REPEATS_NAME: Rule = Rule {
    code: "T07",
    name: "target-repeats-name",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "指标值与指标名称相同",
    why: "指标值照抄了指标名称，没有说要做到什么程度。",
    example: "三级指标“可持续性”，指标值也是“可持续性”。",
    todo: "写明要达到的程度。",
    source: "自评表逐项检查",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let same = row.level3.value().map(|name| text::fold(name))
                == Some(text::fold(&row.target.value()?.text));
            same.then(|| "与指标名称相同，请写明要达到的程度".to_owned())
        })
    }),
};

/// T08
pub const COST_TARGET_UPWARD: Rule = Rule {
    code: "T08",
    name: "cost-target-upward",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "成本指标写成越多越好",
    why: "成本应控制在目标以内，写 ≥ 就成了花得越多越好。",
    example: "成本指标“办公费”写成“≥5万元”。",
    todo: "改为 ≤。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let upward = matches!(quantity(row)?.operator?, Operator::AtLeast | Operator::Above);
            (upward && super::money::is_cost(row)).then(|| format!("“{}”是成本，应写 ≤，请核对", typed(row)))
        })
    }),
};

/// T09
pub const UNIT_DIFFERS: Rule = Rule {
    code: "T09",
    name: "unit-differs",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "完成值与指标值单位不同",
    why: "单位不同无法比较，也无法按公式评分；万元与元、万人与人可以换算，不算不同。",
    example: "指标值“≥3个”，完成值“5次”。",
    todo: "改用同一个单位。",
    source: "省预算管理一体化系统",
    check: Check::Form(|subject| {
        targets(subject, |row| {
            let (target, actual) = (quantity(row)?, row.actual.value()?.quantity.as_ref()?);
            let differs = target.unit.is_some() && crate::score::same_unit(actual, target).is_none();
            let actual = row.actual.typed().unwrap_or_default();
            differs.then(|| format!("“{}”与实际完成值“{actual}”单位不同，请核对", typed(row)))
        })
    }),
};

/// T10
pub const FAR_OVER_TARGET: Rule = Rule {
    code: "T10",
    name: "far-over-target",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "完成值远超指标值",
    why: "完成值达到指标值的 120% 以上，目标可能定低了，系统会要求说明（倍数由模板的 far_over_target 规定，广西为 130%）。",
    example: "指标值“≥100人次”，完成值“748人次”。",
    todo: "在偏差原因里说明，下一年度调整目标。",
    source: "省预算管理一体化系统",
    check: Check::Form(|subject| {
        let scoring = &subject.template.scoring;
        targets(subject, |row| {
            // Where a reason is compulsory, its lack is told by P06.
            let told = scoring.far_over_reason && !super::reasons::has_reason(row);
            let far = !told && crate::score::is_far_over(row, scoring);
            let actual = row.actual.typed().unwrap_or_default();
            far.then(|| format!("是“{}”，完成了“{actual}”，远超目标，请说明原因", typed(row)))
        })
    }),
};
