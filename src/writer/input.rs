//! The cells of a blank form to what may be typed into them: limits, prompts and what to say of a mistake.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, ProtectionOptions, Worksheet, XlsxError};

use crate::form::{Field, FundingColumn, GoalSide, IndicatorColumn};
use crate::grid::{CellRef, Region};
use crate::number::MoneyUnit;
use crate::template::Template;

use super::plan::{Block, Content, Plan};

/// Whether people fill in a block of a blank form: what is blank, and points that a formula gives only for some.
/// The year's line has words in it even while it is blank.
pub fn is_input(block: &Block) -> bool {
    let is_blank = block.content == Content::Blank;
    match block.field {
        None | Some(Field::Title | Field::Total(_)) => false,
        Some(Field::Funding(_, column)) => is_blank && is_amount(column),
        Some(Field::Indicator(_, IndicatorColumn::Score)) => true,
        Some(Field::Year) => {
            matches!(&block.content, Content::Text(text) if !text.contains(|c: char| c.is_ascii_digit()))
        }
        Some(Field::Project | Field::Authority | Field::Unit | Field::Goal(_) | Field::Indicator(..)) => {
            is_blank
        }
    }
}

const fn is_amount(column: FundingColumn) -> bool {
    matches!(column, FundingColumn::Initial | FundingColumn::Budget | FundingColumn::Executed)
}

/// Protects all but the inputs, without password, and says at each what belongs there.
pub fn guard(sheet: &mut Worksheet, plan: &Plan, template: &Template) -> Result<(), XlsxError> {
    sheet.protect_with_options(&ProtectionOptions {
        format_rows: true,
        format_columns: true,
        ..ProtectionOptions::default()
    });
    for (region, field) in runs(plan) {
        let Some(asked) = asked(field, region.start, plan, template) else { continue };
        let column = |col: u32| u16::try_from(col).unwrap_or(u16::MAX);
        let (start, end) = (region.start, region.end);
        sheet.add_data_validation(
            start.row,
            column(start.col),
            end.row,
            column(end.col),
            &asked.validation()?,
        )?;
    }
    Ok(())
}

/// The inputs, those of one column of a table joined.
fn runs(plan: &Plan) -> Vec<(Region, Field)> {
    let inputs = plan.blocks.iter().filter(|block| is_input(block));
    let mut inputs: Vec<(Region, Field)> =
        inputs.filter_map(|block| Some((block.region, block.field?))).collect();
    inputs.sort_by_key(|(region, _)| (region.start.col, region.start.row));
    let mut runs: Vec<(Region, Field)> = Vec::new();
    for (region, field) in inputs {
        match runs.last_mut() {
            Some((run, of)) if goes_on(*run, *of, region, field) => run.end = region.end,
            _ => runs.push((region, field)),
        }
    }
    runs
}

fn goes_on(run: Region, of: Field, region: Region, field: Field) -> bool {
    let same = match (of, field) {
        (Field::Indicator(_, a), Field::Indicator(_, b)) => a == b,
        (Field::Funding(_, a), Field::Funding(_, b)) => is_amount(a) && is_amount(b),
        _ => false,
    };
    let columns = |region: Region| (region.start.col, region.end.col);
    same && columns(run) == columns(region) && run.end.row.saturating_add(1) == region.start.row
}

/// What belongs into a cell.
struct Asked {
    title: &'static str,
    prompt: String,
    limit: Limit,
}

enum Limit {
    /// Any text.
    Any,
    /// A number of at least 0; what to say of another.
    Amount(String),
    /// Points from 0 to what a formula gives; what to say of others.
    Points(String, &'static str),
}

/// What belongs into the cells of a field, `first` being the topmost.
fn asked(field: Field, first: CellRef, plan: &Plan, template: &Template) -> Option<Asked> {
    use IndicatorColumn::{Actual, Deviation, Level1, Level2, Level3, Score, Target, Weight};
    let any = |title, prompt: &str| Asked { title, prompt: prompt.to_owned(), limit: Limit::Any };
    Some(match field {
        Field::Year => any("年度", "写成 (2024年度) 的样子。"),
        Field::Project => any("项目名称", "与项目清单上的名称一字不差。"),
        Field::Authority => any("主管部门", "写全称；有代码的写成 代码-名称。"),
        Field::Unit => any("实施单位", "写全称；有代码的写成 代码-名称。"),
        Field::Funding(..) => amount(template.money_unit),
        Field::Goal(GoalSide::Expected) => any("预期目标", "照年初批复的绩效目标填写。"),
        Field::Goal(GoalSide::Actual) => any("实际完成情况", "写实际做了什么、做成多少，不要照抄预期目标。"),
        Field::Indicator(_, Level1) => any("一级指标", "可以带分数，如 产出指标(50分)。"),
        Field::Indicator(_, Level2) => any("二级指标", "如 数量指标、质量指标。"),
        Field::Indicator(_, Level3) => any("三级指标", "一行一个指标；用不到的行空着。"),
        Field::Indicator(_, Target) => {
            any("年度指标值", "定量的写符号、数字和单位，如 ≥3个、≤5天、=100%；定性的写文字。")
        }
        Field::Indicator(_, Actual) => any("实际完成值", "数字和单位，单位与年度指标值相同，如 3个；定性的写文字。"),
        Field::Indicator(_, Weight) => Asked {
            title: "分值",
            prompt: weights(template),
            limit: Limit::Points("100".to_owned(), "分值应为 0 到 100 的数字，不要写“分”字。"),
        },
        Field::Indicator(row, Score) => Asked {
            title: "得分",
            prompt: "指标值、完成值和分值填好后，定量指标自动算出得分；没有算出的（如定性指标）直接填数字，不超过分值。"
                .to_owned(),
            limit: Limit::Points(most(row, first, plan), "得分应为数字，从 0 到这一行的分值。"),
        },
        Field::Indicator(_, Deviation) => any("偏差原因分析及改进措施", "得分低于分值时必须填写。"),
        Field::Title | Field::Total(_) => return None,
    })
}

fn amount(unit: MoneyUnit) -> Asked {
    let unit = unit.name();
    Asked {
        title: "金额",
        prompt: format!("单位是{unit}，只填数字，如 69.91；没有的填 0。执行率和得分自动算出。"),
        limit: Limit::Amount(format!("金额应为不小于 0 的数字，单位是{unit}，不要写“{unit}”等文字。")),
    }
}

fn weights(template: &Template) -> String {
    let points = template.scoring.indicator_points.normalize();
    format!(
        "0 到 100 的数字。一级指标印有分数的，下面各指标的分值加起来要等于它；全部指标加起来是 {points} 分。"
    )
}

/// The most points of the indicator in the row of `first`: its weight, once there is one.
fn most(row: usize, first: CellRef, plan: &Plan) -> String {
    let weight = plan.cell(Field::Indicator(row, IndicatorColumn::Weight));
    let weight = weight.filter(|weight| weight.row == first.row);
    weight.map_or_else(|| "100".to_owned(), |weight| format!("IF(ISNUMBER({weight}),{weight},100)"))
}

impl Asked {
    fn validation(&self) -> Result<DataValidation, XlsxError> {
        let validation =
            DataValidation::new().set_input_title(self.title)?.set_input_message(&self.prompt)?;
        match &self.limit {
            Limit::Any => Ok(validation.allow_any_value()),
            Limit::Amount(mistake) => validation
                .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
                .set_error_title("金额不对")?
                .set_error_message(mistake),
            Limit::Points(most, mistake) => validation
                .allow_decimal_number_formula(DataValidationRule::Between(
                    Formula::new("0"),
                    Formula::new(most.as_str()),
                ))
                .set_error_title(format!("{}不对", self.title))?
                .set_error_message(*mistake),
        }
    }
}
