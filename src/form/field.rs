//! The names of a form's fields, to be asked, set and reported by.

use std::fmt;
use std::str::FromStr;

/// A column of the funding block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FundingColumn {
    /// The row's name, e.g. 年度资金总额.
    Item,
    /// 年初预算数, in 万元.
    Initial,
    /// 全年预算数, in 万元.
    Budget,
    /// 全年执行数, in 万元.
    Executed,
    /// 分值, in points.
    Weight,
    /// 执行率, a fraction.
    Rate,
    /// 得分, in points.
    Score,
}

impl FundingColumn {
    /// All columns in the order of the official form.
    pub const ALL: [Self; 7] =
        [Self::Item, Self::Initial, Self::Budget, Self::Executed, Self::Weight, Self::Rate, Self::Score];

    /// The name in JSON and templates.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Initial => "initial",
            Self::Budget => "budget",
            Self::Executed => "executed",
            Self::Weight => "weight",
            Self::Rate => "rate",
            Self::Score => "score",
        }
    }

    /// The name people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Item => "资金名称",
            Self::Initial => "年初预算数",
            Self::Budget => "全年预算数",
            Self::Executed => "全年执行数",
            Self::Weight => "分值",
            Self::Rate => "执行率",
            Self::Score => "得分",
        }
    }
}

/// A column of the indicator table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorColumn {
    /// 一级指标, with its printed points.
    Level1,
    /// 二级指标
    Level2,
    /// 三级指标
    Level3,
    /// 年度指标值
    Target,
    /// 实际完成值
    Actual,
    /// 分值, in points.
    Weight,
    /// 得分, in points.
    Score,
    /// 偏差原因分析及改进措施
    Deviation,
}

impl IndicatorColumn {
    /// All columns in the order of the official form.
    pub const ALL: [Self; 8] = [
        Self::Level1,
        Self::Level2,
        Self::Level3,
        Self::Target,
        Self::Actual,
        Self::Weight,
        Self::Score,
        Self::Deviation,
    ];

    /// The name in JSON and templates.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Level1 => "level1",
            Self::Level2 => "level2",
            Self::Level3 => "level3",
            Self::Target => "target",
            Self::Actual => "actual",
            Self::Weight => "weight",
            Self::Score => "score",
            Self::Deviation => "deviation",
        }
    }

    /// The name people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Level1 => "一级指标",
            Self::Level2 => "二级指标",
            Self::Level3 => "三级指标",
            Self::Target => "年度指标值",
            Self::Actual => "实际完成值",
            Self::Weight => "分值",
            Self::Score => "得分",
            Self::Deviation => "偏差原因分析及改进措施",
        }
    }
}

/// One of the two goals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GoalSide {
    /// 预期目标
    Expected,
    /// 实际完成情况
    Actual,
}

/// One of the two numbers of the total row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TotalColumn {
    /// 总分's 分值.
    Weight,
    /// 总分's 得分.
    Score,
}

/// A field of a form; rows count from 0. Written as in the clean data: `indicators[0].actual`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The title.
    Title,
    /// The year the form speaks of.
    Year,
    /// 项目名称
    Project,
    /// 主管部门
    Authority,
    /// 实施单位
    Unit,
    /// A cell of the funding block.
    Funding(usize, FundingColumn),
    /// One of the goals.
    Goal(GoalSide),
    /// A cell of the indicator table.
    Indicator(usize, IndicatorColumn),
    /// A cell of the total row.
    Total(TotalColumn),
}

impl Field {
    /// The name people know, without the row: `全年预算数`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Year => "年度",
            Self::Project => "项目名称",
            Self::Authority => "主管部门",
            Self::Unit => "实施单位",
            Self::Funding(_, column) => column.name(),
            Self::Goal(GoalSide::Expected) => "预期目标",
            Self::Goal(GoalSide::Actual) => "实际完成情况",
            Self::Indicator(_, column) => column.name(),
            Self::Total(TotalColumn::Weight) => "总分的分值",
            Self::Total(TotalColumn::Score) => "总分的得分",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => f.write_str("title"),
            Self::Year => f.write_str("year"),
            Self::Project => f.write_str("project"),
            Self::Authority => f.write_str("authority"),
            Self::Unit => f.write_str("unit"),
            Self::Funding(row, column) => write!(f, "funding[{row}].{}", column.key()),
            Self::Goal(GoalSide::Expected) => f.write_str("goal.expected"),
            Self::Goal(GoalSide::Actual) => f.write_str("goal.actual"),
            Self::Indicator(row, column) => write!(f, "indicators[{row}].{}", column.key()),
            Self::Total(TotalColumn::Weight) => f.write_str("total.weight"),
            Self::Total(TotalColumn::Score) => f.write_str("total.score"),
        }
    }
}

impl FromStr for Field {
    type Err = ();

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "title" => Ok(Self::Title),
            "year" => Ok(Self::Year),
            "project" => Ok(Self::Project),
            "authority" => Ok(Self::Authority),
            "unit" => Ok(Self::Unit),
            "goal.expected" => Ok(Self::Goal(GoalSide::Expected)),
            "goal.actual" => Ok(Self::Goal(GoalSide::Actual)),
            "total.weight" => Ok(Self::Total(TotalColumn::Weight)),
            "total.score" => Ok(Self::Total(TotalColumn::Score)),
            row => row_field(row).ok_or(()),
        }
    }
}

/// A field of a table row, `funding[0].budget`.
fn row_field(text: &str) -> Option<Field> {
    let (table, rest) = text.split_once('[')?;
    let (row, key) = rest.split_once("].")?;
    let row = row.parse().ok()?;
    match table {
        "funding" => FundingColumn::ALL.into_iter().find(|c| c.key() == key).map(|c| Field::Funding(row, c)),
        "indicators" => {
            IndicatorColumn::ALL.into_iter().find(|c| c.key() == key).map(|c| Field::Indicator(row, c))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for name in
            ["title", "year", "funding[3].budget", "goal.actual", "indicators[12].deviation", "total.score"]
        {
            assert_eq!(name.parse::<Field>().unwrap().to_string(), name);
        }
        for refused in ["", "funding[0]", "funding[x].budget", "indicators[0].item", "total"] {
            assert_eq!(refused.parse::<Field>(), Err(()), "{refused}");
        }
    }
}
