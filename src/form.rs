//! A whole form without positions: fields set from text, read back as typed and as understood.

mod entry;
mod field;
mod funding;
mod indicator;
pub mod target;

pub use entry::{Entry, Reading, Typed};
pub use field::{Field, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
pub use funding::FundingRow;
pub use indicator::{Indicator, Measure};
pub use target::{Operator, Target};

use rust_decimal::Decimal;

use crate::grid::CellRef;
use crate::number::{self, MoneyUnit};
use crate::text::{self, Kind};

/// A department or unit: `101-某某局` is code and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The code before the dash, if there is one.
    pub code: Option<String>,
    /// The name.
    pub name: String,
}

impl Body {
    /// Splits a leading code of digits (at least two) from the name.
    pub fn parse(typed: &str) -> Self {
        let split = typed
            .split_once(['-', '－', '—', '–', '_'])
            .map(|(code, name)| (text::fold(code), text::trim(name)));
        match split {
            Some((code, name)) if is_code(&code) && !name.is_empty() => {
                Self { code: Some(code), name: name.to_owned() }
            }
            _ => Self { code: None, name: typed.to_owned() },
        }
    }
}

impl std::fmt::Display for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}-{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

fn is_code(code: &str) -> bool {
    (2..=20).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_alphanumeric())
        && code.contains(|c: char| c.is_ascii_digit())
}

/// The two goals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Goal {
    /// 预期目标
    pub expected: Entry<String>,
    /// 实际完成情况
    pub actual: Entry<String>,
}

/// The total row, in points.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Total {
    /// 分值
    pub weight: Entry<Decimal>,
    /// 得分
    pub score: Entry<Decimal>,
}

/// Something on the paper that is none of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Where it stood.
    pub cell: Option<CellRef>,
    /// The label it stood under or beside.
    pub label: Option<String>,
    /// The text as typed.
    pub text: String,
    /// Whether a known label explains why it is there; if not, a reader should look at it.
    pub explained: bool,
}

/// A 项目支出绩效自评表.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// The unit in which the form states its money; the entries' values are in 万元 whatever it is.
    pub money_unit: MoneyUnit,
    /// The points of 预算执行率 that a label prints (`预算执行情况(20分)`) where no cell holds them.
    pub printed_points: Option<Decimal>,
    /// The title.
    pub title: Entry<String>,
    /// The year the form speaks of.
    pub year: Entry<u16>,
    /// 项目名称
    pub project: Entry<String>,
    /// 主管部门
    pub authority: Entry<Body>,
    /// 实施单位
    pub unit: Entry<Body>,
    /// The rows of 项目资金, the total first.
    pub funding: Vec<FundingRow>,
    /// 年度总体目标
    pub goal: Goal,
    /// The rows of 绩效指标, padding rows too.
    pub indicators: Vec<Indicator>,
    /// 总分
    pub total: Total,
    /// Everything else on the paper.
    pub extra: Vec<Extra>,
}

impl Form {
    /// An empty form that states its money in `money_unit`.
    pub fn new(money_unit: MoneyUnit) -> Self {
        Self { money_unit, ..Self::default() }
    }

    /// Fills `field` with what was typed: the only way in. Rows are added as needed.
    pub fn set(&mut self, field: Field, typed: impl Into<Typed>) {
        let typed = typed.into();
        match field {
            Field::Title => self.title = Entry::read(typed, |t| Some(text::squeeze(t))),
            Field::Year => self.year = Entry::read(typed, |t| text::fold(t).parse().ok()),
            Field::Project => self.project = read_text(typed, Kind::Name),
            Field::Authority => self.authority = read_body(typed),
            Field::Unit => self.unit = read_body(typed),
            Field::Funding(row, column) => self.set_funding(row, column, typed),
            Field::Goal(GoalSide::Expected) => self.goal.expected = read_text(typed, Kind::Prose),
            Field::Goal(GoalSide::Actual) => self.goal.actual = read_text(typed, Kind::Prose),
            Field::Indicator(row, column) => self.set_indicator(row, column, typed),
            Field::Total(TotalColumn::Weight) => self.total.weight = Entry::read(typed, number::points),
            Field::Total(TotalColumn::Score) => self.total.score = Entry::read(typed, number::points),
        }
    }

    fn set_funding(&mut self, row: usize, column: FundingColumn, typed: Typed) {
        let unit = self.money_unit;
        let row = at(&mut self.funding, row);
        match column {
            FundingColumn::Item => row.item = read_text(typed, Kind::Label),
            FundingColumn::Initial => row.initial = Entry::read(typed, |t| number::amount(t, unit)),
            FundingColumn::Budget => row.budget = Entry::read(typed, |t| number::amount(t, unit)),
            FundingColumn::Executed => row.executed = Entry::read(typed, |t| number::amount(t, unit)),
            FundingColumn::Weight => row.weight = Entry::read(typed, number::points),
            FundingColumn::Rate => row.rate = Entry::read(typed, number::rate),
            FundingColumn::Score => row.score = Entry::read(typed, number::points),
        }
    }

    fn set_indicator(&mut self, row: usize, column: IndicatorColumn, typed: Typed) {
        let row = at(&mut self.indicators, row);
        match column {
            IndicatorColumn::Level1 => {
                let points = text::points_in_label(&typed.text).unwrap_or_default();
                row.level1_weight = Entry::read(Typed::from(points.as_str()), number::points);
                row.level1 = read_text(typed, Kind::Label);
            }
            IndicatorColumn::Level2 => row.level2 = read_text(typed, Kind::Label),
            IndicatorColumn::Level3 => row.level3 = read_text(typed, Kind::IndicatorName),
            IndicatorColumn::Target => row.target = read_measure(typed),
            IndicatorColumn::Actual => row.actual = read_measure(typed),
            IndicatorColumn::Weight => row.weight = Entry::read(typed, number::points),
            IndicatorColumn::Score => row.score = Entry::read(typed, number::points),
            IndicatorColumn::Deviation => row.deviation = read_text(typed, Kind::Prose),
        }
    }

    /// The amounts that are written otherwise than as bare numbers of `unit`, with how they are written as such; one
    /// that cannot be read keeps its unit beside it.
    pub fn amounts_restated(&self, unit: MoneyUnit) -> Vec<(Field, String)> {
        const COLUMNS: [FundingColumn; 3] =
            [FundingColumn::Initial, FundingColumn::Budget, FundingColumn::Executed];
        let fields =
            (0..self.funding.len()).flat_map(|row| COLUMNS.map(|column| Field::Funding(row, column)));
        fields.filter_map(|field| Some((field, self.restated(self.amount(field)?, unit)?))).collect()
    }

    /// The amount of money in a field; `None` for a field that holds something else.
    pub fn amount(&self, field: Field) -> Option<&Entry<Decimal>> {
        let Field::Funding(row, column) = field else { return None };
        let row = self.funding.get(row)?;
        match column {
            FundingColumn::Initial => Some(&row.initial),
            FundingColumn::Budget => Some(&row.budget),
            FundingColumn::Executed => Some(&row.executed),
            _ => None,
        }
    }

    fn restated(&self, entry: &Entry<Decimal>, unit: MoneyUnit) -> Option<String> {
        let typed = entry.typed()?;
        let is_other = self.money_unit != unit;
        let Some(amount) = entry.get() else {
            let is_bare = typed.ends_with(|c: char| c.is_numeric()) && !number::says_unit(typed);
            return (is_other && is_bare).then(|| format!("{typed}{}", self.money_unit.name()));
        };
        let is_more_than_digits = number::plain(typed).is_none();
        let restated = unit.of_wan_yuan(amount).filter(|_| is_other || is_more_than_digits)?.to_string();
        (restated != typed).then_some(restated)
    }

    /// States all money in `unit`.
    pub fn restate(&mut self, unit: MoneyUnit) {
        let amounts = self.amounts_restated(unit);
        self.money_unit = unit;
        for (field, amount) in amounts {
            self.set(field, amount.as_str());
        }
    }

    /// The points of 预算执行率 as the form states them, in a cell or in a label.
    pub fn rate_points(&self) -> Option<Decimal> {
        self.funding_total().and_then(|row| row.weight.get()).or(self.printed_points)
    }

    /// The points of all indicators together: their own, else those printed with level 1; `None` if neither is whole.
    pub fn indicator_points(&self) -> Option<Decimal> {
        let real: Vec<&Indicator> = self.indicators.iter().filter(|row| !row.is_padding()).collect();
        let own: Option<Vec<Decimal>> = real.iter().map(|row| row.weight.get()).collect();
        own.filter(|points| !points.is_empty()).or_else(|| printed_points(&real)).and_then(sum)
    }

    /// The row 年度资金总额: the one of that name, else the first.
    pub fn funding_total(&self) -> Option<&FundingRow> {
        self.funding.first()
    }
}

/// The points printed with each level 1, each once.
fn printed_points(rows: &[&Indicator]) -> Option<Vec<Decimal>> {
    let mut seen = Vec::new();
    let mut points = Vec::new();
    for row in rows {
        let name = row.level1.value();
        if !seen.contains(&name) {
            seen.push(name);
            points.push(row.level1_weight.get()?);
        }
    }
    Some(points).filter(|points| !points.is_empty())
}

fn sum(points: Vec<Decimal>) -> Option<Decimal> {
    points.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// The row at `index`, made if need be.
fn at<T: Default + Clone>(rows: &mut Vec<T>, index: usize) -> &mut T {
    if rows.len() <= index {
        rows.resize(index + 1, T::default());
    }
    &mut rows[index]
}

fn read_text(typed: Typed, kind: Kind) -> Entry<String> {
    Entry::read(typed, |t| Some(text::normalise(kind, t).text))
}

fn read_body(typed: Typed) -> Entry<Body> {
    Entry::read(typed, |t| Some(Body::parse(&text::normalise(Kind::Name, t).text)))
}

fn read_measure(typed: Typed) -> Entry<Measure> {
    Entry::read(typed, |t| {
        let text = text::normalise(Kind::Value, t).text;
        let quantity = Target::parse(&text);
        Some(Measure { text, quantity })
    })
}
