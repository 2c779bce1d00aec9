//! The funding block: what was budgeted and what was spent.

use rust_decimal::Decimal;

use super::entry::Entry;

/// A row of the funding block. Amounts in 万元, points in 分, the rate a fraction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FundingRow {
    /// The row's canonical name, e.g. 年度资金总额.
    pub item: Entry<String>,
    /// 年初预算数
    pub initial: Entry<Decimal>,
    /// 全年预算数
    pub budget: Entry<Decimal>,
    /// 全年执行数
    pub executed: Entry<Decimal>,
    /// 分值; the parts have none.
    pub weight: Entry<Decimal>,
    /// 执行率
    pub rate: Entry<Decimal>,
    /// 得分; the parts have none.
    pub score: Entry<Decimal>,
}
