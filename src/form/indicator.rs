//! A row of the indicator table.

use rust_decimal::Decimal;

use super::entry::Entry;
use super::target::Target;

/// A target or completed value: its text, and the quantity in it if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The text as meant, white space and width put right.
    pub text: String,
    /// The quantity; `None` for dates and words, which people judge.
    pub quantity: Option<Target>,
}

impl AsRef<str> for Measure {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// An indicator, or a padding row: level 2 without 三级指标.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicator {
    /// 一级指标, without its points.
    pub level1: Entry<String>,
    /// The points printed with 一级指标.
    pub level1_weight: Entry<Decimal>,
    /// 二级指标
    pub level2: Entry<String>,
    /// 三级指标
    pub level3: Entry<String>,
    /// 年度指标值
    pub target: Entry<Measure>,
    /// 实际完成值
    pub actual: Entry<Measure>,
    /// 分值, in points.
    pub weight: Entry<Decimal>,
    /// 得分, in points.
    pub score: Entry<Decimal>,
    /// 偏差原因分析及改进措施
    pub deviation: Entry<String>,
}

impl Indicator {
    /// Whether the system only padded the row in: it names no indicator and sets no target, so its 0 is no score.
    pub fn is_padding(&self) -> bool {
        self.level3.is_blank() && self.target.is_blank() && self.actual.is_blank()
    }
}
