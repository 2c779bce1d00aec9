//! Points and scores to findings.

use rust_decimal::Decimal;

use crate::diagnostic::Severity;
use crate::form::{Field, FundingColumn, Indicator, IndicatorColumn, TotalColumn};
use crate::labels::labels;
use crate::score::{applicable_indicator_points, applies, is_for_people, spread_weights};

use super::money::{is_cost, is_unrounded, written};
use super::structure::points;
use super::{Check, Finding, Promise, Rule, Subject};

/// P07
pub const TOTAL_DIFFERS: Rule = Rule {
    code: "P07",
    name: "total-differs",
    severity: Severity::Error,
    fix: Promise::Safe,
    title: "总分算错",
    why: "总分 = 资金得分 + 各指标得分之和，两位小数。有指标还没有得分时不判断。",
    example: "各项得分之和是 97.38，总分写成 97。",
    todo: "zpb fix 会重算；如果是某个得分填错，请改正后重新运行。",
    source: "财预〔2020〕10号",
    check: Check::Form(total_differs),
};

fn total_differs(subject: &Subject<'_>) -> Vec<Finding> {
    let total = &subject.form.total.score;
    let (Some(typed), Some(sum)) = (written(total), subject.scores.total) else { return Vec::new() };
    let field = Field::Total(TotalColumn::Score);
    if total.get() == Some(sum) {
        return Vec::new();
    }
    let held = subject.scores.total_as_held.unwrap_or(sum);
    if is_unrounded(subject, total, sum) || is_unrounded(subject, total, held) || total.get() == Some(held) {
        let message = format!("总分是 {typed}，各项得分四舍五入后相加是 {}", points(sum));
        let finding = Finding { severity: Some(Severity::Info), ..Finding::at(field, message) };
        return vec![finding.safely(Some(typed), points(sum))];
    }
    let message = format!("总分填的是 {typed}，各项得分之和是 {}", points(sum));
    vec![Finding::at(field, message).safely(Some(typed), points(sum))]
}

/// A finding about each real indicator that `judge` has words for.
pub(super) fn indicators(
    subject: &Subject<'_>,
    column: IndicatorColumn,
    judge: impl Fn(&Indicator) -> Option<String>,
) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().enumerate().filter(|(_, row)| !row.is_padding());
    let rows = rows.filter(|(index, _)| subject.has(Field::Indicator(*index, column)));
    rows.filter_map(|(index, row)| {
        let words = judge(row)?;
        let field = Field::Indicator(index, column);
        Some(Finding::at(field, format!("{}{words}", subject.called(field))))
    })
    .collect()
}

/// P01
pub const WEIGHT_MISSING: Rule = Rule {
    code: "P01",
    name: "weight-missing",
    severity: Severity::Error,
    fix: Promise::Unsafe("--allocate-weights"),
    title: "分值没有填",
    why: "每个三级指标都要有分值，同一个一级指标下的分值加起来等于它印着的分数。表上没有分值一栏的不要求。",
    example: "“示范社区创建个数”没有分值。",
    todo: "按批复的绩效目标补填分值。没有规定各指标分值的，zpb fix --allocate-weights 把一级指标印着的分数平均分给它的各个指标（保留两位小数，余数归最后一个）；同一个一级指标下已经有人填了分值的不动。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(weight_missing),
};

fn weight_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = indicators(subject, IndicatorColumn::Weight, |row| {
        let counts = applies(row, &subject.template.scoring);
        (counts && row.weight.is_blank()).then(|| "没有填，请补填".to_owned())
    });
    let weights = spread_weights(subject.form);
    for finding in &mut found {
        let Some(Field::Indicator(index, _)) = finding.field else { continue };
        if let Some(weight) = weights.get(index).copied().flatten() {
            *finding = finding.clone().on_request(None, weight.normalize().to_string());
        }
    }
    found
}

/// P02
pub const WEIGHTS_DO_NOT_ADD: Rule = Rule {
    code: "P02",
    name: "weights-do-not-add",
    severity: Severity::Error,
    fix: Promise::None,
    title: "分值之和不对",
    why: "一级指标下各指标的分值加起来应等于它印着的分数；没有印分数的，全部指标加上预算执行率应为 100 分。",
    example: "产出指标(50分)下的分值合计 45 分。",
    todo: "调整分值，使合计相符。",
    source: "财预〔2020〕10号；表上印着的分数",
    check: Check::Form(weights_do_not_add),
};

fn weights_do_not_add(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = || subject.form.indicators.iter().enumerate().filter(|(_, row)| !row.is_padding());
    if rows().any(|(_, row)| row.weight.get().is_none()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for (index, row) in rows() {
        let (Some(level1), Some(points)) = (row.level1.value(), row.level1_weight.get()) else { continue };
        if done.contains(&level1.as_str()) {
            continue;
        }
        done.push(level1);
        let sum = sum(rows()
            .filter(|(_, row)| row.level1.value() == Some(level1))
            .filter_map(|(_, row)| row.weight.get()));
        if sum != points {
            let message = format!(
                "{level1}的分值合计 {} 分，表上是 {} 分，请核对",
                sum.normalize(),
                points.normalize()
            );
            found.push(Finding::at(Field::Indicator(index, IndicatorColumn::Weight), message));
        }
    }
    if done.is_empty() {
        found.extend(whole_does_not_add(subject));
    }
    found
}

/// Where no level prints its points: all indicators with 预算执行率 make the points of the form, or alone do.
fn whole_does_not_add(subject: &Subject<'_>) -> Option<Finding> {
    let form = subject.form;
    let whole = form.total.weight.get().unwrap_or(subject.template.total.points);
    let rate = form.rate_points().unwrap_or(subject.template.scoring.rate_weight);
    let sum = form.indicator_points()?;
    let adds = sum == whole || sum.checked_add(rate)? == whole;
    let message = format!(
        "全部指标的分值合计 {} 分，加上预算执行率 {} 分不是 {} 分，请核对",
        sum.normalize(),
        rate.normalize(),
        whole.normalize()
    );
    (!adds).then(|| Finding::at(Field::Total(TotalColumn::Weight), message))
}

fn sum(points: impl Iterator<Item = Decimal>) -> Decimal {
    points.fold(Decimal::ZERO, |sum, points| sum.checked_add(points).unwrap_or(sum))
}

/// P04
pub const SCORE_OVER_WEIGHT: Rule = Rule {
    code: "P04",
    name: "score-over-weight",
    severity: Severity::Error,
    fix: Promise::None,
    title: "得分超过分值",
    why: "得分最高不能超过该指标的分值。",
    example: "分值 10，得分 12。",
    todo: "改正得分。",
    source: "财预〔2020〕10号；自评表注“得分一档最高不能超过该指标分值上限”",
    check: Check::Form(|subject| {
        indicators(subject, IndicatorColumn::Score, |row| {
            let (score, weight) = (row.score.get()?, row.weight.get()?);
            let beyond = subject.template.scoring.rounded(score) > weight;
            beyond.then(|| format!("{} 超过分值 {}，请改正", score.normalize(), weight.normalize()))
        })
    }),
};

/// P05
pub const SCORE_DIFFERS: Rule = Rule {
    code: "P05",
    name: "score-differs",
    severity: Severity::Error,
    fix: Promise::Unsafe("--rescore"),
    title: "得分与公式不符",
    why: "定量指标的得分按完成值与指标值的比计算，单位能换算的（万元与元、万人与人、% 与百分比）先换算。填写的与算出的不同，可能是人工判断，也可能是算错；程序不改人填的得分。日期和文字由人评，不在此列。",
    example: "指标值 ≥100 人，完成 90 人，分值 10，得分填 10，按公式应为 9。",
    todo: "核对完成值和得分；确有理由的，在偏差原因里说明。都以公式为准的，用 zpb fix --rescore 一并改成算出的得分，每一处都记在修改记录里。",
    source: "省预算管理一体化系统",
    check: Check::Form(score_differs),
};

fn score_differs(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().zip(&subject.scores.computed).enumerate();
    rows.filter_map(|(index, (row, computed))| {
        let (written, computed) = (row.score.get()?, (*computed)?);
        let field = Field::Indicator(index, IndicatorColumn::Score);
        let words = format!(
            "{}填的是 {}，按公式应为 {}，请核对",
            subject.called(field),
            written.normalize(),
            computed.normalize()
        );
        let typed = row.score.typed();
        // A score that only lacks its rounding is nobody's mistake.
        let differs = subject.template.scoring.rounded(written) != computed;
        differs.then(|| Finding::at(field, words).on_request(typed, points(computed)))
    })
    .collect()
}

/// P08
pub const SCORE_WITHOUT_ACTUAL: Rule = Rule {
    code: "P08",
    name: "score-without-actual",
    severity: Severity::Error,
    fix: Promise::None,
    title: "没有完成值却有得分",
    why: "得分要有实际完成值作依据。",
    example: "“发放人数”得 10 分，实际完成值是空的。",
    todo: "补填实际完成值。",
    source: "省预算管理一体化系统",
    check: Check::Form(|subject| {
        indicators(subject, IndicatorColumn::Score, |row| {
            let score = row.score.get().filter(|score| *score > Decimal::ZERO && row.actual.is_blank())?;
            Some(format!("是 {}，但没有实际完成值，请补填完成值", score.normalize()))
        })
    }),
};

/// P09
pub const SCORE_OUTSIDE_BAND: Rule = Rule {
    code: "P09",
    name: "score-outside-band",
    severity: Severity::Error,
    fix: Promise::None,
    title: "定性指标得分不在档内",
    why: "定性指标按达成程度分档：达成年度指标得分值的 80% 到 100%，部分达成 60% 到 80%，未达成 60% 以下；打了勾的选项只看勾上的（档次由模板的 bands 规定，湖北为 80%、50%）。",
    example: "完成值“部分达成年度指标并具有一定效果”，分值 10，得分 9。",
    todo: "改正档次或得分。",
    source: "财预〔2020〕10号；省预算管理一体化系统",
    check: Check::Form(|subject| {
        let scoring = &subject.template.scoring;
        indicators(subject, IndicatorColumn::Score, |row| {
            let (score, weight) =
                (row.score.get()?, row.weight.get().filter(|weight| *weight > Decimal::ZERO)?);
            let band = scoring.band(&labels().chosen(&row.actual.value()?.text))?;
            let (from, below) = (weight.checked_mul(band.from)?, weight.checked_mul(band.below)?);
            let within = score >= from && (score < below || (band.below == Decimal::ONE && score <= weight));
            let words = format!(
                "是 {}，“{}”应在 {} 到 {} 分{}，请核对",
                score.normalize(),
                band.word,
                from.normalize(),
                below.normalize(),
                if band.below == Decimal::ONE { "" } else { "（不含）" }
            );
            (!within).then_some(words)
        })
    }),
};

/// P10
pub const SCORES_OUTRUN_SPENDING: Rule = Rule {
    code: "P10",
    name: "scores-outrun-spending",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "指标得分明显高于资金执行",
    why: "钱没花多少，指标却几乎满分，系统标红：指标可能定低了，或得分偏高。",
    example: "指标得 90 分（满分 90），资金只得 7.38 分（满分 10）。",
    todo: "核对各指标的完成值和得分。",
    source: "省预算管理一体化系统",
    check: Check::Form(scores_outrun_spending),
};

fn scores_outrun_spending(subject: &Subject<'_>) -> Vec<Finding> {
    let scoring = &subject.template.scoring;
    let indicators = sum(subject.scores.indicators.iter().flatten().copied());
    let outrun = || {
        let funding = subject.scores.funding.first()?;
        let weight = subject.form.rate_points().unwrap_or(scoring.rate_weight);
        let spent = funding.score?.checked_div(weight)?;
        let whole = applicable_indicator_points(subject.form, scoring).unwrap_or(scoring.indicator_points);
        let share = indicators.checked_div(whole).filter(|share| *share > Decimal::ZERO)?;
        let beyond = share.checked_sub(spent)?.checked_div(share)?;
        (beyond > scoring.outrun).then(|| {
            format!(
                "指标得 {} 分，资金执行只有 {}，相差明显，请核对得分",
                indicators.normalize(),
                // As M06 says it: the rate, not the share of points that were rounded from it.
                super::percent(funding.quotient.unwrap_or(spent))
            )
        })
    };
    outrun().map(|words| Finding::at(Field::Total(TotalColumn::Score), words)).into_iter().collect()
}

/// P11
pub const SCORE_MISSING: Rule = Rule {
    code: "P11",
    name: "score-missing",
    severity: Severity::Error,
    fix: Promise::SafeWhereComputable,
    title: "得分没有填",
    why: "有分值、有完成值的指标要有得分。定量的按公式算出，定性的由人评。",
    example: "分值 10，完成值“5次”，得分是空的。",
    todo: "能算的 zpb fix 会填上；定性指标请按达成程度评分。",
    source: "省预算管理一体化系统",
    check: Check::Form(score_missing),
};

fn score_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().zip(&subject.scores.computed).enumerate();
    rows.filter(|(_, (row, _))| row.weight.get().is_some() && !row.actual.is_blank() && row.score.is_blank())
        .filter(|(_, (row, _))| row.score.formula().is_none() && applies(row, &subject.template.scoring))
        .map(|(index, (_, computed))| {
            let field = Field::Indicator(index, IndicatorColumn::Score);
            let called = subject.called(field);
            match computed {
                Some(score) => Finding::at(field, format!("{called}没有填，按公式算得 {}", points(*score)))
                    .safely(None, points(*score)),
                None => Finding::at(field, format!("{called}没有填，请按达成程度评分")),
            }
        })
        .collect()
}

/// P12
pub const SCORE_BY_PERSON: Rule = Rule {
    code: "P12",
    name: "score-by-person",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "得分要由人核定",
    why: "有的地方规定：指标值写 = 而完成值不相等，或写 ≤ 而超出的，不按公式算，由人核定得分（模板的 equal = \"exact\"、reverse = \"person\"）。",
    example: "指标值 =100 人，完成 98 人。",
    todo: "核对完成值，由负责评价的人确定得分，并说明原因。",
    source: "天津市项目支出绩效自评的做法",
    check: Check::Form(|subject| {
        let scoring = &subject.template.scoring;
        indicators(subject, IndicatorColumn::Score, |row| {
            is_for_people(row, scoring).then(|| {
                let (target, actual) = (row.target.typed(), row.actual.typed());
                let (target, actual) = (target.unwrap_or_default(), actual.unwrap_or_default());
                format!("不按公式算：指标值“{target}”，完成“{actual}”，请由人核定")
            })
        })
    }),
};

/// P13
pub const MISSING_COST_SCORED: Rule = Rule {
    code: "P13",
    name: "missing-cost-scored",
    severity: Severity::Error,
    fix: Promise::None,
    title: "没有设的成本指标占分过多",
    why: "有的地方规定：没有设指标的成本指标，占的分不能超过规定的分数（模板的 missing_cost，山西为 5 分）。",
    example: "成本指标一行没有三级指标，得分却有 10 分。",
    todo: "补上成本指标，或把分数调整到规定以内。",
    source: "山西省项目支出绩效自评的做法",
    check: Check::Form(missing_cost_scored),
};

fn missing_cost_scored(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(most) = subject.template.scoring.missing_cost else { return Vec::new() };
    let rows = subject.form.indicators.iter().enumerate();
    let missing: Vec<_> = rows.filter(|(_, row)| row.is_padding() && is_cost(row)).collect();
    let taken = sum(missing.iter().filter_map(|(_, row)| row.weight.get().max(row.score.get())));
    let Some((index, _)) = missing.first().filter(|_| taken > most) else { return Vec::new() };
    let message =
        format!("没有设成本指标，却占了 {} 分，最多 {} 分，请核对", taken.normalize(), most.normalize());
    vec![Finding::at(Field::Indicator(*index, IndicatorColumn::Score), message)]
}

/// P14
pub const UNREADABLE_POINTS: Rule = Rule {
    code: "P14",
    name: "unreadable-points",
    severity: Severity::Error,
    fix: Promise::None,
    title: "分值或得分认不出",
    why: "分值、得分必须是数字，写成文字的没法相加，也没法核对。",
    example: "分值写成“二十”，得分写成“满分”。",
    todo: "改填数字，如 20；没有的留空。",
    source: "自评表逐格检查",
    check: Check::Form(unreadable_points),
};

/// Rates, and points that follow from arithmetic, are told by the rules of that arithmetic.
fn unreadable_points(subject: &Subject<'_>) -> Vec<Finding> {
    let form = subject.form;
    let funding =
        (0..).zip(&form.funding).map(|(i, row)| (Field::Funding(i, FundingColumn::Weight), &row.weight));
    let indicators = (0..).zip(&form.indicators).flat_map(|(i, row)| {
        let at = |column| Field::Indicator(i, column);
        [(at(IndicatorColumn::Weight), &row.weight), (at(IndicatorColumn::Score), &row.score)]
    });
    let total = std::iter::once((Field::Total(TotalColumn::Weight), &form.total.weight));
    let unreadable = funding.chain(indicators).chain(total).filter(|(_, entry)| entry.is_unreadable());
    unreadable
        .filter_map(|(field, entry)| {
            let words =
                format!("{}填的是“{}”，认不出分数，请改填数字", subject.called(field), written(entry)?);
            Some(Finding::at(field, words))
        })
        .collect()
}
