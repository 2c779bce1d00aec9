//! How the sheet is built, to findings: slid rows, missing fields, stray cells, errors and empty formulas.

use crate::diagnostic::Severity;
use crate::form::{Entry, Field, Form, FundingColumn, GoalSide, Indicator, IndicatorColumn, TotalColumn};
use crate::labels::labels;
use crate::layout::{GuessedColumn, Holding, SlidRow};
use crate::number::{is_error, is_hidden, round_half_up};

use super::{Check, Finding, Promise, Rule, Subject, shortened};

/// S02
pub const SLID_ROW: Rule = Rule {
    code: "S02",
    name: "slid-row",
    severity: Severity::Info,
    fix: Promise::Safe,
    title: "整行错列",
    why: "分页或合并单元格丢失后，一行的内容会整体左移或右移。程序按各栏能填什么（一级、二级指标的固定名称，分值、得分的数字）把内容放回所属的栏；有两种放法都说得通时不动，只提示。",
    example: "“满意度指标(10分)”一行整体左移一列，年度指标值落在了三级指标栏。",
    todo: "已归位的核对一遍即可；没有归位的，请对照表头把这一行移回原位。",
    source: "自评表逐行对照表头",
    check: Check::Form(slid_row),
};

fn slid_row(subject: &Subject<'_>) -> Vec<Finding> {
    subject.layout.slid.iter().map(|row| slid(subject, row)).collect()
}

fn slid(subject: &Subject<'_>, row: &SlidRow) -> Finding {
    let name = match row.field {
        Field::Indicator(index, _) => subject.indicator_name(index),
        Field::Funding(index, _) => subject.form.funding.get(index).and_then(|r| r.item.value().cloned()),
        _ => None,
    };
    let name = name.unwrap_or_else(|| "这一行".to_owned());
    let moved: Vec<String> = row.shifts.iter().map(|shift| direction(*shift)).collect();
    let moved = moved.join("、");
    let (severity, message) = if row.repaired {
        (None, format!("“{name}”一行的内容{moved}，已按栏目归位，请核对"))
    } else {
        let message =
            format!("“{name}”一行的内容与表头没有对齐，各格归哪一栏拿不准，未移动，请对照表头核对并移回原位");
        (Some(Severity::Warning), message)
    };
    Finding { field: Some(row.field), cell: Some(row.cell), severity, message, fix: None }
}

fn direction(shift: i64) -> String {
    let side = if shift < 0 { "左" } else { "右" };
    format!("{side}移了{}列", shift.unsigned_abs())
}

/// S03
pub const FIELD_MISSING: Rule = Rule {
    code: "S03",
    name: "field-missing",
    severity: Severity::Error,
    fix: Promise::None,
    title: "必填栏目缺失",
    why: "缺少项目名称、年度、单位、预算数、执行数、指标或总分，就不是一张完整的自评表，系统也无法汇总。",
    example: "“项目名称”后面是空的。",
    todo: "请填报单位补填。",
    source: "财预〔2020〕10号 附件：项目支出绩效自评表",
    check: Check::Form(field_missing),
};

fn field_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let form = subject.form;
    let total = form.funding_total();
    let no_indicator = form.indicators.iter().all(crate::form::Indicator::is_padding);
    let no_amount = |amount: Option<&Entry<_>>| amount.is_none_or(Entry::is_blank);
    let lacking = [
        (Field::Project, form.project.is_blank()),
        (Field::Year, form.year.is_blank()),
        (Field::Unit, form.unit.is_blank() && form.authority.is_blank()),
        (Field::Funding(0, FundingColumn::Budget), no_amount(total.map(|row| &row.budget))),
        (Field::Funding(0, FundingColumn::Executed), no_amount(total.map(|row| &row.executed))),
        (
            Field::Total(TotalColumn::Score),
            // Without any indicator there is nothing to add up.
            form.total.score.is_blank() && form.total.score.formula().is_none() && !no_indicator,
        ),
    ];
    let mut found: Vec<Finding> =
        lacking.into_iter().filter(|(_, lacks)| *lacks).map(|(f, _)| missing(subject, f)).collect();
    found.extend(nameless(subject));
    if no_indicator {
        found.push(Finding::at(Field::Indicator(0, IndicatorColumn::Level3), "没有一个绩效指标，请补填"));
    }
    found
}

/// Indicators of which everything may be said but what they are.
fn nameless<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = Finding> + 'a {
    let rows = subject.form.indicators.iter().enumerate();
    let says = |row: &Indicator| !(row.target.is_blank() && row.actual.is_blank());
    let nameless = rows.filter(move |(_, row)| row.level3.is_blank() && says(row));
    nameless.map(|(index, row)| {
        let said = row.target.typed().or_else(|| row.actual.typed()).unwrap_or_default();
        let field = Field::Indicator(index, IndicatorColumn::Level3);
        Finding::at(field, format!("写着“{}”的一行没有填三级指标，请补填", shortened(said, 24)))
    })
}

fn missing(subject: &Subject<'_>, field: Field) -> Finding {
    let waits_for_formula = matches!(field, Field::Funding(..)) && has_formula(subject.form, field);
    let words = if waits_for_formula { "公式没有结果" } else { "没有填" };
    let total = subject.scores.total.filter(|_| matches!(field, Field::Total(_)));
    let should = total.map(|total| format!("按各项得分应为 {}，", total.normalize())).unwrap_or_default();
    Finding::at(field, format!("{}{words}，{should}请补填", subject.called(field)))
}

fn has_formula(form: &Form, field: Field) -> bool {
    numbers(form).iter().any(|(f, entry)| *f == field && entry.formula().is_some())
}

/// S05
pub const UNPLACED_CELL: Rule = Rule {
    code: "S05",
    name: "unplaced-cell",
    severity: Severity::Info,
    fix: Promise::None,
    title: "表外内容",
    why: "表里有不属于任何栏目的文字，例如表外的批注、盖章说明。内容原样保留（导出时在 extra，规范表写在表下方），但请确认是否应填入某一栏。",
    example: "表格右侧多出“校验”二字。",
    todo: "应填入某一栏的移进去，无用的删掉。",
    source: "自评表逐格归位",
    check: Check::Form(unplaced_cell),
};

fn unplaced_cell(subject: &Subject<'_>) -> Vec<Finding> {
    let loose = subject.form.extra.iter().filter(|extra| !extra.explained);
    loose
        .map(|extra| {
            let message =
                format!("“{}”不属于任何栏目，已原样保留，请核对是否填错位置", shortened(&extra.text, 30));
            Finding { field: None, cell: extra.cell, severity: None, message, fix: None }
        })
        .collect()
}

/// S06
pub const EXCEL_ERROR: Rule = Rule {
    code: "S06",
    name: "excel-error",
    severity: Severity::Error,
    fix: Promise::SafeWhereComputable,
    title: "公式出错或显示为 ####",
    why: "单元格显示 #REF!、#DIV/0! 等错误，说明公式引用的格子被删除或除数为零；显示 ####，说明列太窄（或文字太长），另存、复制时内容没有带出来。执行率、得分、总分能由表内其他数字算出的，zpb fix 会改为算出的数。",
    example: "总分的得分显示 #REF!。",
    todo: "不能算出的，请改填正确的数字或文字；显示 #### 的，在原表中把列拉宽就能看到。",
    source: "自评表逐格检查",
    check: Check::Form(excel_error),
};

fn excel_error(subject: &Subject<'_>) -> Vec<Finding> {
    let texts = texts(subject.form).into_iter().chain(names_and_prose(subject.form));
    let wrong = texts.filter(|(_, typed)| is_error(typed));
    wrong
        .map(|(field, typed)| {
            let called = subject.called(field);
            let todo = if is_hidden(&typed) {
                "内容没有显示出来，请在原表中把列拉宽，照原样补填"
            } else {
                "请改填正确的内容"
            };
            // The score that a person gave still stands behind ####.
            let judged = is_hidden(&typed) && matches!(field, Field::Indicator(..));
            match computed(subject, field).filter(|_| !judged) {
                Some(to) => Finding::at(field, format!("{called}显示 {typed}，按评分办法应为 {to}"))
                    .safely(Some(&typed), to),
                None => Finding::at(field, format!("{called}显示 {typed}，{todo}")),
            }
        })
        .collect()
}

/// S07
pub const FORMULA_WITHOUT_VALUE: Rule = Rule {
    code: "S07",
    name: "formula-without-value",
    severity: Severity::Info,
    fix: Promise::SafeWhereComputable,
    title: "公式没有结果",
    why: "有些程序写出的表只有公式、没有算出的结果，别的软件读到的是空白。执行率、得分、总分按评分办法重新计算。",
    example: "得分是公式 =ROUND(H7*G7,2)，但没有保存结果。",
    todo: "不能算出的，请在 Excel 或 WPS 中打开原件保存一次，再重新报送。",
    source: "自评表逐格检查",
    check: Check::Form(formula_without_value),
};

fn formula_without_value(subject: &Subject<'_>) -> Vec<Finding> {
    let empty = numbers(subject.form).into_iter().filter(|(_, entry)| entry.formula().is_some());
    empty
        .map(|(field, _)| {
            let called = subject.called(field);
            match computed(subject, field) {
                Some(to) => Finding::at(field, format!("{called}的公式没有保存结果，按评分办法算得 {to}"))
                    .safely(None, to),
                None => {
                    Finding::at(field, format!("{called}的公式没有保存结果，请打开原件保存一次后重新报送"))
                }
            }
        })
        .collect()
}

/// What the rules of the form give for `field`, as it is written.
pub(super) fn computed(subject: &Subject<'_>, field: Field) -> Option<String> {
    let scores = subject.scores;
    match field {
        Field::Funding(row, FundingColumn::Rate) => scores.funding.get(row)?.rate.map(percent),
        Field::Funding(row, FundingColumn::Score) => scores.funding.get(row)?.score.map(points),
        Field::Indicator(row, IndicatorColumn::Score) => scores.computed.get(row)?.map(points),
        Field::Total(TotalColumn::Score) => scores.total.map(points),
        _ => None,
    }
}

/// A rate as it is written: per cent with two decimals.
pub(super) fn percent(rate: rust_decimal::Decimal) -> String {
    let percent = round_half_up(rate, 4) * rust_decimal::Decimal::ONE_HUNDRED;
    format!("{percent:.2}%")
}

/// Points as they are written: two decimals.
pub(super) fn points(points: rust_decimal::Decimal) -> String {
    format!("{points:.2}")
}

/// All number fields of a form.
pub(super) fn numbers(form: &Form) -> Vec<(Field, &Entry<rust_decimal::Decimal>)> {
    let mut all = Vec::new();
    for (index, row) in form.funding.iter().enumerate() {
        let field = |column| Field::Funding(index, column);
        all.extend([
            (field(FundingColumn::Initial), &row.initial),
            (field(FundingColumn::Budget), &row.budget),
            (field(FundingColumn::Executed), &row.executed),
            (field(FundingColumn::Weight), &row.weight),
            (field(FundingColumn::Rate), &row.rate),
            (field(FundingColumn::Score), &row.score),
        ]);
    }
    for (index, row) in form.indicators.iter().enumerate() {
        all.push((Field::Indicator(index, IndicatorColumn::Weight), &row.weight));
        all.push((Field::Indicator(index, IndicatorColumn::Score), &row.score));
    }
    all.push((Field::Total(TotalColumn::Weight), &form.total.weight));
    all.push((Field::Total(TotalColumn::Score), &form.total.score));
    all
}

/// Everything typed into a form, numbers and values alike.
fn texts(form: &Form) -> Vec<(Field, String)> {
    let typed = |text: Option<&str>| text.map(str::to_owned);
    let mut all: Vec<_> =
        numbers(form).into_iter().filter_map(|(field, entry)| Some((field, typed(entry.typed())?))).collect();
    for (index, row) in form.indicators.iter().enumerate() {
        let values = [(IndicatorColumn::Target, &row.target), (IndicatorColumn::Actual, &row.actual)];
        all.extend(
            values
                .into_iter()
                .filter_map(|(column, entry)| Some((Field::Indicator(index, column), typed(entry.typed())?))),
        );
    }
    all
}

/// The names and sentences typed into a form.
fn names_and_prose(form: &Form) -> Vec<(Field, String)> {
    let mut all = vec![
        (Field::Title, form.title.typed()),
        (Field::Year, form.year.typed()),
        (Field::Project, form.project.typed()),
        (Field::Authority, form.authority.typed()),
        (Field::Unit, form.unit.typed()),
        (Field::Goal(GoalSide::Expected), form.goal.expected.typed()),
        (Field::Goal(GoalSide::Actual), form.goal.actual.typed()),
    ];
    for (index, row) in form.indicators.iter().enumerate() {
        let field = |column| Field::Indicator(index, column);
        all.extend([
            (field(IndicatorColumn::Level1), row.level1.typed()),
            (field(IndicatorColumn::Level2), row.level2.typed()),
            (field(IndicatorColumn::Level3), row.level3.typed()),
            (field(IndicatorColumn::Deviation), row.deviation.typed()),
        ]);
    }
    let items = form.funding.iter().enumerate();
    all.extend(items.map(|(index, row)| (Field::Funding(index, FundingColumn::Item), row.item.typed())));
    all.into_iter().filter_map(|(field, typed)| Some((field, typed?.to_owned()))).collect()
}

/// S04
pub const LEVEL2_MISSING: Rule = Rule {
    code: "S04",
    name: "level2-missing",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "缺少二级指标",
    why: "正式表应有的二级指标没有出现，可能是标签丢了，它的指标混到了别的二级指标下面。",
    example: "“完成时间”排在质量指标下面，表里没有“时效指标”。",
    todo: "核对指标归属，补上缺少的二级指标。",
    source: "财预〔2020〕10号 附件：项目支出绩效自评表",
    check: Check::Form(level2_missing),
};

fn level2_missing(subject: &Subject<'_>) -> Vec<Finding> {
    let expected = &subject.template.indicators.expected_level2;
    let has =
        |word: &str| subject.form.indicators.iter().any(|row| row.level2.value().is_some_and(|w| w == word));
    let missing: Vec<&str> = expected
        .iter()
        .filter(|spellings| !spellings.split('/').any(has))
        .filter_map(|spellings| spellings.split('/').next())
        .collect();
    // A form of another place has its own words: then none of ours is missing.
    if missing.is_empty() || missing.len() * 3 > expected.len() {
        return Vec::new();
    }
    let field = Field::Indicator(0, IndicatorColumn::Level2);
    vec![Finding::at(field, format!("没有{}，请核对是否漏填或标签丢失", missing.join("、")))]
}

/// S08
pub const PADDING_ROW: Rule = Rule {
    code: "S08",
    name: "padding-row",
    severity: Severity::Info,
    fix: Promise::None,
    title: "空的指标行",
    why: "系统会补上没有三级指标的二级指标行，得分印成 0。它不是指标，不计分，原样保留。",
    example: "“经济效益指标”一行没有三级指标，得分为 0。",
    todo: "确实没有这类指标的，不用处理。",
    source: "省预算管理一体化系统导出的表",
    check: Check::Form(padding_row),
};

fn padding_row(subject: &Subject<'_>) -> Vec<Finding> {
    let rows = subject.form.indicators.iter().enumerate().filter(|(_, row)| row.is_padding());
    rows.map(|(index, row)| {
        let level2 = row.level2.value().map_or("这一行", String::as_str);
        let field = Field::Indicator(index, IndicatorColumn::Level2);
        Finding::at(field, format!("“{level2}”没有三级指标，按空行处理，不计分"))
    })
    .collect()
}

/// S09
pub const PLACEHOLDER_LEFT: Rule = Rule {
    code: "S09",
    name: "placeholder-left",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "模板的占位文字没有改",
    why: "“指标2”“……”是空白模板里的占位文字，应换成本项目的内容或删掉。",
    example: "三级指标写着“指标2”。",
    todo: "改填本项目的指标，没有的删掉这一行。",
    source: "自评表逐项检查",
    check: Check::Form(placeholder_left),
};

fn placeholder_left(subject: &Subject<'_>) -> Vec<Finding> {
    let names = subject.form.indicators.iter().enumerate();
    let level3 = names.filter_map(|(index, row)| {
        let field = Field::Indicator(index, IndicatorColumn::Level3);
        Some((field, row.level3.typed()?.to_owned()))
    });
    let left = level3.chain(texts(subject.form)).filter(|(_, typed)| labels().is_placeholder(typed));
    left.map(|(field, typed)| {
        Finding::at(
            field,
            format!("{}还是模板的占位文字“{}”，请改填或删掉", field.name(), shortened(&typed, 12)),
        )
    })
    .collect()
}

/// S10
pub const DUPLICATE_INDICATOR: Rule = Rule {
    code: "S10",
    name: "duplicate-indicator",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "三级指标重复",
    why: "同一个三级指标在一张表里出现两次，会重复计分。",
    example: "“培训人次”出现了两次。",
    todo: "删掉重复的，或改成不同的指标。",
    source: "自评表逐项检查",
    check: Check::Form(duplicate_indicator),
};

fn duplicate_indicator(subject: &Subject<'_>) -> Vec<Finding> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    for (index, row) in subject.form.indicators.iter().enumerate() {
        let Some(name) = row.level3.value() else { continue };
        if !seen.insert(crate::text::fold(name)) {
            let field = Field::Indicator(index, IndicatorColumn::Level3);
            found.push(Finding::at(field, format!("三级指标“{}”重复，请核对", shortened(name, 24))));
        }
    }
    found
}

/// S11
pub const TITLE_OF_OTHER_YEAR: Rule = Rule {
    code: "S11",
    name: "title-of-other-year",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "标题与年度不一致",
    why: "标题里的年度和标题下的年度应是同一年，不一致多半是套用上一年的表没有改全。",
    example: "标题是“2022年度项目支出绩效自评表”，下面写“(2023年度)”。",
    todo: "核对年度，改正写错的一处。",
    source: "自评表逐项检查",
    check: Check::Form(title_of_other_year),
};

fn title_of_other_year(subject: &Subject<'_>) -> Vec<Finding> {
    let titled = subject.form.title.value().and_then(|title| labels().year_in_title(title.as_str()));
    let years = titled.zip(subject.form.year.get()).filter(|(titled, year)| *titled != year.to_string());
    let message = |(titled, year)| format!("标题写的是 {titled} 年度，年度写的是 {year} 年度，请核对");
    years.map(|years| Finding::at(Field::Year, message(years))).into_iter().collect()
}

/// S12
pub const COLUMN_UNKNOWN: Rule = Rule {
    code: "S12",
    name: "column-unknown",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "表头不是通用的说法",
    why: "指标表缺一栏，同时有一栏的表头认不出，多半就是它。认不出的栏原样保留（导出时在 extra），但不参加核对和计算；从字面能看出是哪一栏的，按那一栏读，请核对。",
    example: "表头把“得分”写成了“绩效评定”，得分一栏没有认出。",
    todo: "是这一栏的，把表头改成通用的说法再运行一次；不是的不用管。",
    source: "自评表表头核对",
    check: Check::Form(column_unknown),
};

fn column_unknown(subject: &Subject<'_>) -> Vec<Finding> {
    use IndicatorColumn::{Actual, Deviation, Score, Target, Weight};
    let has_printed = subject.form.indicators.iter().any(|row| row.level1_weight.get().is_some());
    let lacks = |column: IndicatorColumn| {
        let is_stated = subject.has(Field::Indicator(0, column)) || (column == Weight && has_printed);
        !subject.form.indicators.is_empty() && !is_stated
    };
    let found = subject.layout.unknown.iter().filter_map(|unknown| {
        let fitting: &[_] = match unknown.holding {
            Holding::Nothing => return None,
            Holding::Numbers => &[Weight, Score],
            Holding::Words => &[Target, Actual, Deviation],
        };
        let missing: Vec<&str> = fitting.iter().filter(|column| lacks(**column)).map(|c| c.name()).collect();
        let message = format!(
            "没有认出“{}”一栏，“{}”一栏不知道是什么，是它的话请把表头改成“{}”",
            missing.join("”“"),
            shortened(&unknown.header, 20),
            missing.first()?
        );
        Some(Finding { field: None, cell: Some(unknown.cell), severity: None, message, fix: None })
    });
    found.chain(subject.layout.guessed.iter().map(guessed)).collect()
}

fn guessed(found: &GuessedColumn) -> Finding {
    let header = shortened(&found.header, 20);
    let message = format!("表头“{header}”不是通用的说法，已按“{}”一栏读，请核对", found.column);
    Finding { field: None, cell: Some(found.cell), severity: None, message, fix: None }
}
