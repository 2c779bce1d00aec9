//! The table `[scoring]` of a template to a scoring profile: everything in which places differ, as data.
//!
//! The defaults of keys that a file leaves out are those of 安徽省预算管理一体化系统.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};

use crate::form::{Entry, FundingColumn, FundingRow};
use crate::number::round_half_up;

use super::file::Mistake;

/// How points are lost beyond a target that should not be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reverse {
    /// 1 − (B−A)/A: nothing left at twice the target (安徽).
    Linear,
    /// A/B (湖北, and the note that 江西 prints under its form).
    Ratio,
    /// People judge (天津).
    Person,
}

/// How a target with `=` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Equal {
    /// As `≥`: to do more is not punished (安徽).
    #[default]
    AtLeast,
    /// Met exactly, or people judge (天津).
    Exact,
}

/// The amount by which 全年执行数 is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateBudget {
    /// 年初预算数
    Initial,
    /// 全年预算数, which other places call 调整后预算数 (四川).
    #[default]
    Budget,
}

/// What becomes of the points of indicators that do not apply to the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotApplicable {
    /// They count like any other.
    #[default]
    Count,
    /// They are left out, and what the others earn is converted to the points of the whole form (江西).
    Rescale,
}

/// A scoring profile.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// The points of 预算执行率 where the form prints none.
    #[serde(deserialize_with = "points")]
    pub rate_weight: Decimal,
    /// The amount by which 全年执行数 is divided.
    #[serde(default)]
    pub rate_budget: RateBudget,
    /// The most that 预算执行率 earns, as a share of its points.
    #[serde(default = "one", deserialize_with = "times")]
    pub rate_cap: Decimal,
    /// Decimals of a rate that is kept, as a fraction: 4 for `99.87%`.
    #[serde(default = "four", deserialize_with = "rate_places")]
    pub rate_places: u32,
    /// Decimals of points.
    #[serde(default = "two", deserialize_with = "score_places")]
    pub score_places: u32,
    /// How points are lost beyond `≤` and `<`.
    pub reverse: Reverse,
    /// How a target with `=` is read.
    #[serde(default)]
    pub equal: Equal,
    /// What becomes of indicators that do not apply.
    #[serde(default)]
    pub not_applicable: NotApplicable,
    /// A rate below this is remarkable, a fraction.
    #[serde(deserialize_with = "share")]
    pub low_execution: Decimal,
    /// Below this rate a reason is compulsory, a fraction; 1 asks for one wherever points are lost.
    #[serde(default = "one", deserialize_with = "share")]
    pub reason_below: Decimal,
    /// A completed value of that many times the target is remarkable.
    #[serde(deserialize_with = "times")]
    pub far_over_target: Decimal,
    /// Whether such a value needs a reason in its row (广西).
    #[serde(default)]
    pub far_over_reason: bool,
    /// How much better the indicators may score than the spending, as a share of their own.
    #[serde(deserialize_with = "share")]
    pub outrun: Decimal,
    /// The points of all indicators together.
    #[serde(deserialize_with = "points")]
    pub indicator_points: Decimal,
    /// The most points that 成本指标 without any indicator in it may take (山西); `None` does not ask.
    #[serde(default, deserialize_with = "some_points")]
    pub missing_cost: Option<Decimal>,
    /// The bands of points for targets that people judge.
    pub bands: Vec<Band>,
    /// Grades by their least total, best first.
    pub grades: Vec<Grade>,
}

/// What a judgement in words allows, as shares of the weight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The words in 实际完成值.
    pub word: String,
    /// The least share.
    #[serde(deserialize_with = "share")]
    pub from: Decimal,
    /// The share that is not reached; 1 is reached.
    #[serde(deserialize_with = "share")]
    pub below: Decimal,
}

/// A grade and the least total that earns it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// 优, 良, 中, 差.
    pub name: String,
    /// The least total, in points.
    #[serde(deserialize_with = "points")]
    pub from: Decimal,
}

impl Scoring {
    /// The grade that a total earns.
    pub fn grade(&self, total: Decimal) -> Option<&str> {
        self.grades.iter().find(|grade| total >= grade.from).map(|grade| grade.name.as_str())
    }

    /// The band of a judgement; of two words the longer decides, as one may stand within the other.
    pub fn band(&self, judgement: &str) -> Option<&Band> {
        let said = self.bands.iter().filter(|band| judgement.contains(&band.word));
        said.max_by_key(|band| band.word.chars().count())
    }

    /// The column by which 全年执行数 is divided.
    pub const fn budget_column(&self) -> FundingColumn {
        match self.rate_budget {
            RateBudget::Initial => FundingColumn::Initial,
            RateBudget::Budget => FundingColumn::Budget,
        }
    }

    /// The amount by which a row's 全年执行数 is divided.
    pub const fn budget<'a>(&self, row: &'a FundingRow) -> &'a Entry<Decimal> {
        match self.rate_budget {
            RateBudget::Initial => &row.initial,
            RateBudget::Budget => &row.budget,
        }
    }

    /// Points as they are kept.
    pub fn rounded(&self, points: Decimal) -> Decimal {
        round_half_up(points, self.score_places)
    }

    /// Finds what single values do not show: bands without room, grades out of order.
    pub(super) fn check(&self) -> Result<(), Mistake> {
        if let Some(band) = self.bands.iter().find(|band| band.from >= band.below || band.word.is_empty()) {
            let why = format!("“{}”的 from 应小于 below，word 不能空着", band.word);
            return Err(Mistake::new("scoring.bands", why));
        }
        let grades = |why: String| Err(Mistake::new("scoring.grades", why));
        if self.grades.is_empty() {
            return grades("至少写一个等级".to_owned());
        }
        let mut pairs = self.grades.iter().zip(self.grades.iter().skip(1));
        match pairs.find(|(better, worse)| better.from <= worse.from) {
            Some((_, worse)) => grades(format!("“{}”的 from 应低于它前面的等级，从高到低排列", worse.name)),
            None => Ok(()),
        }
    }
}

const fn one() -> Decimal {
    Decimal::ONE
}

const fn two() -> u32 {
    2
}

const fn four() -> u32 {
    4
}

fn points<'de, D: Deserializer<'de>>(source: D) -> Result<Decimal, D::Error> {
    within(source, 0, 1000, "应为 0 到 1000 的分数")
}

fn some_points<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Decimal>, D::Error> {
    points(source).map(Some)
}

fn share<'de, D: Deserializer<'de>>(source: D) -> Result<Decimal, D::Error> {
    within(source, 0, 1, "应为 0 到 1 的小数（80% 写成 0.8）")
}

fn times<'de, D: Deserializer<'de>>(source: D) -> Result<Decimal, D::Error> {
    within(source, 1, 100, "应为 1 到 100 的倍数（120% 写成 1.2）")
}

fn within<'de, D: Deserializer<'de>>(
    source: D,
    least: u32,
    most: u32,
    why: &'static str,
) -> Result<Decimal, D::Error> {
    let allowed = Decimal::from(least)..=Decimal::from(most);
    let number = <Decimal as Deserialize>::deserialize(source).ok();
    number.filter(|number| allowed.contains(number)).ok_or_else(|| de::Error::custom(why))
}

fn rate_places<'de, D: Deserializer<'de>>(source: D) -> Result<u32, D::Error> {
    places(source, 4, "应为 0 到 4 的整数（按小数算：4 就是百分数的两位）")
}

fn score_places<'de, D: Deserializer<'de>>(source: D) -> Result<u32, D::Error> {
    places(source, 2, "应为 0 到 2 的整数")
}

fn places<'de, D: Deserializer<'de>>(source: D, most: u32, why: &'static str) -> Result<u32, D::Error> {
    let places = u32::deserialize(source).ok().filter(|places| *places <= most);
    places.ok_or_else(|| de::Error::custom(why))
}
