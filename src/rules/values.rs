//! How texts are typed, to findings: width, spaces, markup, units, punctuation. All are put right safely.

use rust_decimal::Decimal;

use crate::diagnostic::Severity;
use crate::form::{Entry, Field, Form, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
use crate::number;
use crate::text::{self, Change, Kind};

use super::{Check, Finding, Promise, Rule, Subject};

/// V01
pub const FULL_WIDTH_VALUE: Rule = Rule {
    code: "V01",
    name: "full-width-value",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "数值用了全角字符",
    why: "全角的数字和符号（９５％、≧）别的系统认不出来，统一写成半角和 ≥ ≤ =。",
    example: "年度指标值写成“≧９５％”。",
    todo: "zpb fix 会自动改为半角。",
    source: "自评表填写规范",
    check: Check::Form(full_width),
};

/// V02
pub const STRAY_SPACE: Rule = Rule {
    code: "V02",
    name: "stray-space",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "多余空格",
    why: "汉字、运算符旁边的空格和换行是排版留下的，汇总、查重时会当成不同的内容。字母与数字之间的空格不动。",
    example: "年度指标值写成“=257000 元”。",
    todo: "zpb fix 会自动去掉。",
    source: "自评表填写规范",
    check: Check::Form(|subject| changed(subject, Change::StraySpace, "有多余的空格或换行，应去掉")),
};

/// V03
pub const HTML_MARKUP: Rule = Rule {
    code: "V03",
    name: "html-markup",
    severity: Severity::Warning,
    fix: Promise::Safe,
    title: "带有网页代码",
    why: "从网页系统导出的文字带有 <p>、&nbsp; 等代码，打印和公开时会显示出来。",
    example: "预期目标写成“<p>通过项目实施……</p>”。",
    todo: "zpb fix 会自动去掉代码，文字不变。",
    source: "自评表填写规范",
    check: Check::Form(|subject| changed(subject, Change::Markup, "带有网页代码，应去掉")),
};

/// V04
pub const UNIT_SPELLING: Rule = Rule {
    code: "V04",
    name: "unit-spelling",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "百分号写成文字",
    why: "百分比、百分率、千分率统一写成 %、‰，同一张表里才能比较。",
    example: "年度指标值写成“=100百分率”。",
    todo: "zpb fix 会自动改写。",
    source: "自评表填写规范",
    check: Check::Form(|subject| changed(subject, Change::UnitSpelling, "把百分号写成了文字，应写成 % 或 ‰")),
};

/// V06
pub const HALF_WIDTH_PUNCTUATION: Rule = Rule {
    code: "V06",
    name: "half-width-punctuation",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "中文里用了半角标点",
    why: "绩效目标和偏差原因是中文，逗号、分号、冒号应为全角。项目名称从不改动。",
    example: "预期目标写成“围绕就业目标,贯彻落实……”。",
    todo: "zpb fix 会自动改为全角。",
    source: "GB/T 15834 标点符号用法",
    check: Check::Form(|subject| changed(subject, Change::HalfWidthPunctuation, "用了半角标点，应改为全角")),
};

/// A finding for each text that normalising changes in that way.
fn changed(subject: &Subject<'_>, change: Change, words: &str) -> Vec<Finding> {
    let texts = texts(subject.form).into_iter();
    texts
        .filter_map(|(field, kind, typed)| {
            let normal = text::normalise(kind, typed);
            let message = || format!("{}{words}", subject.called(field));
            normal
                .changes
                .contains(&change)
                .then(|| Finding::at(field, message()).safely(Some(typed), normal.text))
        })
        .collect()
}

/// Texts and numbers in which signs are wider than they should be, or not the ones that are meant.
fn full_width(subject: &Subject<'_>) -> Vec<Finding> {
    const WORDS: &str = "有全角或不规范的符号，应改为半角";
    let mut found = changed(subject, Change::FullWidth, WORDS);
    let restated = subject.form.amounts_restated(subject.template.money_unit);
    let is_restated = |field| restated.iter().any(|(other, _)| *other == field); // see V07
    let numbers = numbers(subject.form).into_iter().filter(|(field, _)| !is_restated(*field));
    found.extend(numbers.filter_map(|(field, typed)| {
        let meant = number::half_width(typed);
        let message = || format!("{}{WORDS}", subject.called(field));
        (meant != typed).then(|| Finding::at(field, message()).safely(Some(typed), meant))
    }));
    found
}

/// The numbers of a form as typed; what cannot be read is no number.
fn numbers(form: &Form) -> Vec<(Field, &str)> {
    fn push<'a>(all: &mut Vec<(Field, &'a str)>, field: Field, entry: &'a Entry<Decimal>) {
        all.extend(entry.value().and(entry.typed()).map(|typed| (field, typed)));
    }
    let mut all = Vec::new();
    for (index, row) in form.funding.iter().enumerate() {
        push(&mut all, Field::Funding(index, FundingColumn::Initial), &row.initial);
        push(&mut all, Field::Funding(index, FundingColumn::Budget), &row.budget);
        push(&mut all, Field::Funding(index, FundingColumn::Executed), &row.executed);
        push(&mut all, Field::Funding(index, FundingColumn::Weight), &row.weight);
        push(&mut all, Field::Funding(index, FundingColumn::Rate), &row.rate);
        push(&mut all, Field::Funding(index, FundingColumn::Score), &row.score);
    }
    for (index, row) in form.indicators.iter().enumerate() {
        push(&mut all, Field::Indicator(index, IndicatorColumn::Weight), &row.weight);
        push(&mut all, Field::Indicator(index, IndicatorColumn::Score), &row.score);
    }
    push(&mut all, Field::Total(TotalColumn::Weight), &form.total.weight);
    push(&mut all, Field::Total(TotalColumn::Score), &form.total.score);
    all
}

/// The free texts of a form that are not as they should be, with their kinds.
fn texts(form: &Form) -> Vec<(Field, Kind, &str)> {
    let mut all = Vec::new();
    push(&mut all, Field::Project, Kind::Name, &form.project);
    push(&mut all, Field::Goal(GoalSide::Expected), Kind::Prose, &form.goal.expected);
    push(&mut all, Field::Goal(GoalSide::Actual), Kind::Prose, &form.goal.actual);
    for (index, row) in form.indicators.iter().enumerate() {
        push(&mut all, Field::Indicator(index, IndicatorColumn::Level3), Kind::IndicatorName, &row.level3);
        push(&mut all, Field::Indicator(index, IndicatorColumn::Target), Kind::Value, &row.target);
        push(&mut all, Field::Indicator(index, IndicatorColumn::Actual), Kind::Value, &row.actual);
        push(&mut all, Field::Indicator(index, IndicatorColumn::Deviation), Kind::Prose, &row.deviation);
    }
    all
}

/// Most texts are understood as they were typed: there is nothing to look for in them.
fn push<'a, T: AsRef<str>>(
    all: &mut Vec<(Field, Kind, &'a str)>,
    field: Field,
    kind: Kind,
    entry: &'a Entry<T>,
) {
    let is_changed = |typed: &&str| entry.value().is_none_or(|meant| meant.as_ref() != *typed);
    all.extend(entry.typed().filter(is_changed).map(|typed| (field, kind, typed)));
}

/// V05
pub const MIXED_PERCENT_UNITS: Rule = Rule {
    code: "V05",
    name: "mixed-percent-units",
    severity: Severity::Warning,
    fix: Promise::Safe,
    title: "百分号写法不一",
    why: "同一张表里百分比、百分率、% 混用，像是几个人各写各的，也不便汇总。",
    example: "一处写“=100百分比”，一处写“≥95百分率”。",
    todo: "zpb fix 会统一写成 %（见 V04）。",
    source: "自评表填写规范",
    check: Check::Form(mixed_percent_units),
};

fn mixed_percent_units(subject: &Subject<'_>) -> Vec<Finding> {
    let spelling = |typed: &str| {
        ["百分比", "百分率", "百分点", "%"].into_iter().find(|word| text::fold(typed).ends_with(word))
    };
    let targets = subject.form.indicators.iter().enumerate();
    let used: Vec<_> =
        targets.filter_map(|(index, row)| Some((index, spelling(row.target.typed()?)?))).collect();
    let first = used.first().map(|(_, word)| *word);
    let other = used.iter().find(|(_, word)| Some(*word) != first);
    let message = |word| format!("这张表既写“{}”又写“{word}”，应统一写成 %", first.unwrap_or_default());
    other
        .map(|(index, word)| Finding::at(Field::Indicator(*index, IndicatorColumn::Target), message(*word)))
        .into_iter()
        .collect()
}

/// V07
pub const AMOUNT_IN_OTHER_UNIT: Rule = Rule {
    code: "V07",
    name: "amount-in-other-unit",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "金额带单位或单位不同",
    why: "官方表的金额只写数字，单位印在表头（一般是万元）。以元、亿元填报的，数字前后带单位、¥ 的，写成 (60)、1.5E+03 的，换算成表头的单位、只留数字，金额不变。",
    example: "全年执行数写成“699100元”，表头的单位是万元，应写 69.91。",
    todo: "zpb fix 会自动换算。",
    source: "自评表填写规范",
    check: Check::Form(amount_in_other_unit),
};

fn amount_in_other_unit(subject: &Subject<'_>) -> Vec<Finding> {
    let (form, unit) = (subject.form, subject.template.money_unit);
    let restated = form.amounts_restated(unit).into_iter();
    restated
        .map(|(field, amount)| {
            let entry = form.amount(field);
            let typed = entry.and_then(Entry::typed).unwrap_or_default();
            let (called, here, there) = (subject.called(field), form.money_unit.name(), unit.name());
            let message = if entry.is_some_and(Entry::is_unreadable) {
                format!(
                    "{called}是“{typed}”，认不出金额；这张表以{here}为单位，官方表以{there}为单位，要注明单位"
                )
            } else if form.money_unit != unit && !number::says_unit(typed) {
                format!("{called}是“{typed}{here}”，官方表以{there}为单位，应写 {amount}")
            } else {
                format!("{called}是“{typed}”，官方表以{there}为单位，只写数字，应写 {amount}")
            };
            Finding::at(field, message).safely(Some(typed), amount)
        })
        .collect()
}
