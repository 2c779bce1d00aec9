//! `templates/*.toml` to official forms: labels, columns, looks and the scoring profile, checked on load.

mod file;
mod scoring;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

pub use file::Mistake;
pub use scoring::{Band, Equal, Grade, NotApplicable, RateBudget, Reverse, Scoring};

use crate::diagnostic::Severity;
use crate::form::{FundingColumn, IndicatorColumn};
use crate::grid::column_index;
use crate::number::MoneyUnit;

/// An official form as data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The shipped template from which everything is taken that the file does not say.
    #[serde(default)]
    pub base: Option<String>,
    /// Short name, as in `--template NAME`.
    pub name: String,
    /// What it is, for the list of templates.
    pub describes: String,
    /// The unit in which the form states its money.
    pub money_unit: MoneyUnit,
    /// Size, fonts and print set-up.
    pub sheet: Sheet,
    /// Rows above the funding block.
    pub head: Head,
    /// The block 项目资金.
    pub funding: FundingBlock,
    /// The block 年度总体目标.
    pub goal: GoalBlock,
    /// The block 绩效指标.
    pub indicators: IndicatorBlock,
    /// The row 总分.
    pub total: TotalRow,
    /// How points are computed.
    pub scoring: Scoring,
    /// How bad the findings of a rule are, by its code, where this place sees it differently.
    #[serde(default)]
    pub severity: BTreeMap<String, Level>,
    /// The lines of `severity` in the user's own file, for [`crate::rules::check_template`].
    #[serde(skip)]
    severity_lines: BTreeMap<String, usize>,
}

/// How bad the findings of a rule are in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The form would be sent back for it.
    Error,
    /// A person should look at it.
    Warning,
    /// For information.
    Info,
    /// The rule is not asked, and mends nothing.
    Off,
}

impl Level {
    /// The severity; `None` where the rule is off.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Off => None,
        }
    }
}

/// Size, fonts and print set-up of the sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Width of each column, in characters of the standard font.
    pub widths: Vec<f64>,
    /// Name of the font.
    pub font: String,
    /// Size of the title, in points.
    pub title_size: f64,
    /// Size of the line with the year, in points.
    pub year_size: f64,
    /// Size of everything else, in points.
    pub body_size: f64,
    /// Least height of a row of the table, in points.
    pub row_height: f64,
    /// Margins of the page in inches: left, right, top, bottom.
    pub margins: [f64; 4],
}

/// Rows above the funding block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The line above the title, e.g. `附件：`; none if empty.
    #[serde(default)]
    pub attachment: String,
    /// The title, where the form has none of its own.
    pub title: String,
    /// The line of the year, `{year}` standing for it.
    pub year: String,
    /// Rows of labels and fields.
    pub rows: Vec<Vec<HeadCell>>,
}

/// A label or a field of the head.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadCell {
    /// The label's text.
    pub label: Option<String>,
    /// The field, e.g. `project`.
    pub field: Option<String>,
    /// Its columns.
    pub at: Span,
}

/// A label in its columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Its columns.
    pub at: Span,
}

/// The block 项目资金.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingBlock {
    /// The label beside the block.
    pub label: Label,
    /// The columns of the names of the rows.
    pub item: Span,
    /// The columns of numbers.
    pub columns: Vec<FundingHeader>,
    /// Rows of the blank form, the total first.
    pub rows: Vec<FundingItem>,
    /// What stands in the weight of a part, e.g. `—`.
    #[serde(default)]
    pub no_weight: String,
}

/// A column of numbers of the funding block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingHeader {
    /// What it holds.
    #[serde(deserialize_with = "funding_column")]
    pub field: FundingColumn,
    /// Its header.
    pub label: String,
    /// Its columns.
    pub at: Span,
}

/// A row of the funding block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingItem {
    /// The canonical name.
    pub item: String,
    /// How this form prints it.
    pub label: String,
}

/// The block 年度总体目标.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalBlock {
    /// The label beside the block.
    pub label: Label,
    /// The header over the expected goal.
    pub expected: Label,
    /// The header over what was done.
    pub actual: Label,
    /// Least height of the goals' row, in points.
    pub row_height: f64,
}

/// The block 绩效指标.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorBlock {
    /// The label beside the block.
    pub label: Label,
    /// The columns.
    pub columns: Vec<IndicatorHeader>,
    /// The level 2 words that every form of this place has; spellings of one are parted by `/`.
    #[serde(default)]
    pub expected_level2: Vec<String>,
    /// The levels of the blank form.
    #[serde(default)]
    pub blank: Vec<BlankLevel>,
}

/// A 一级指标 of the blank form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlankLevel {
    /// Its name.
    pub level1: String,
    /// The points that are printed with it.
    #[serde(default)]
    pub points: Option<Decimal>,
    /// The 二级指标 below it.
    pub level2: Vec<String>,
}

/// A column of the indicator table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorHeader {
    /// What it holds.
    #[serde(deserialize_with = "indicator_column")]
    pub field: IndicatorColumn,
    /// Its header.
    pub label: String,
    /// Its columns.
    pub at: Span,
}

/// The row 总分.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalRow {
    /// The label.
    pub label: Label,
    /// The columns of the points.
    pub weight: Span,
    /// The columns of the score.
    pub score: Span,
    /// What is left of the row.
    pub rest: Option<Span>,
    /// The points of the whole form.
    pub points: Decimal,
}

/// Columns of a template, `B` or `B:E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span {
    /// First column from 0.
    pub left: u16,
    /// Last column from 0.
    pub right: u16,
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (left, right) = text.split_once(':').unwrap_or((&text, &text));
        let column = |letters: &str| column_index(letters.trim()).and_then(|index| u16::try_from(index).ok());
        match (column(left), column(right)) {
            (Some(left), Some(right)) if left <= right => Ok(Self { left, right }),
            _ => Err(format!("`{text}` 不是列，请写成 B 或 B:E")),
        }
    }
}

/// The templates that ship with the program: name and source.
const SHIPPED: [(&str, &str); 4] = [
    ("anhui", include_str!("../templates/anhui.toml")),
    ("hubei", include_str!("../templates/hubei.toml")),
    ("jiangxi", include_str!("../templates/jiangxi.toml")),
    ("guangxi", include_str!("../templates/guangxi.toml")),
];

impl Template {
    /// The default template.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Template> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "shipped with the program and loaded by every test")]
            Template::parse(SHIPPED[0].1).expect("the shipped template is valid")
        });
        &STANDARD
    }

    /// Reads a template file. What it does not say is taken from the shipped template that its `base` names: tables
    /// key by key, lists as a whole.
    ///
    /// # Errors
    /// The line, the key, its value and what is allowed there.
    pub fn parse(source: &str) -> Result<Self, Mistake> {
        let names: Vec<&str> = Self::names().collect();
        let file = file::Node::read(source, Self::source, &names)?;
        let mut template = Self::deserialize(&file)?;
        let located = |mistake: Mistake| {
            // Columns of the base may have lost theirs to `widths` of the file.
            let line = file.line(&mistake.key()).or_else(|| file.line("sheet.widths"));
            mistake.on(line)
        };
        template.check().and_then(|()| template.scoring.check()).map_err(located)?;
        let lines = template
            .severity
            .keys()
            .filter_map(|code| Some((code.clone(), file.line(&format!("severity.{code}"))?)));
        template.severity_lines = lines.collect();
        Ok(template)
    }

    /// A mistake about the code of a rule in `[severity]`.
    pub(crate) fn wrong_code(&self, code: &str, why: &str) -> Mistake {
        Mistake::new(&format!("severity.{code}"), why).on(self.severity_lines.get(code).copied())
    }

    /// The source of a shipped template, comments and all.
    pub fn source(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, source)| *source)
    }

    /// The names of the shipped templates, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The number of columns of the form.
    pub fn width(&self) -> u16 {
        u16::try_from(self.sheet.widths.len()).unwrap_or(u16::MAX)
    }

    /// Finds what the file's grammar cannot: columns beyond the form, fields of the head that are none.
    fn check(&self) -> Result<(), Mistake> {
        let width = self.width();
        for (key, span) in self.spans() {
            if span.right >= width {
                let why = format!("用到第 {} 列，但 sheet.widths 只有 {width} 列", span.right + 1);
                return Err(Mistake::new(key, why));
            }
        }
        for cell in self.head.rows.iter().flatten() {
            let known = cell.field.as_deref().is_none_or(|field| field.parse::<crate::form::Field>().is_ok());
            if !known || cell.field.is_some() == cell.label.is_some() {
                let why = "每一格写 label 或 field 之一，field 可以是 project、authority、unit";
                return Err(Mistake::new("head.rows", why));
            }
        }
        Ok(())
    }

    /// Every stretch of columns with its key.
    fn spans(&self) -> Vec<(&'static str, Span)> {
        let mut spans = vec![
            ("funding.label", self.funding.label.at),
            ("funding.item", self.funding.item),
            ("goal.label", self.goal.label.at),
            ("goal.expected", self.goal.expected.at),
            ("goal.actual", self.goal.actual.at),
            ("indicators.label", self.indicators.label.at),
            ("total.label", self.total.label.at),
            ("total.weight", self.total.weight),
            ("total.score", self.total.score),
        ];
        spans.extend(self.head.rows.iter().flatten().map(|cell| ("head.rows", cell.at)));
        spans.extend(self.funding.columns.iter().map(|column| ("funding.columns", column.at)));
        spans.extend(self.indicators.columns.iter().map(|column| ("indicators.columns", column.at)));
        spans.extend(self.total.rest.map(|span| ("total.rest", span)));
        spans
    }
}

fn funding_column<'de, D: serde::Deserializer<'de>>(source: D) -> Result<FundingColumn, D::Error> {
    let key = String::deserialize(source)?;
    let found = FundingColumn::ALL.into_iter().find(|column| column.key() == key);
    found.ok_or_else(|| {
        serde::de::Error::custom(format!(
            "`{key}` 不是资金列，可以是 initial、budget、executed、weight、rate、score"
        ))
    })
}

fn indicator_column<'de, D: serde::Deserializer<'de>>(source: D) -> Result<IndicatorColumn, D::Error> {
    let key = String::deserialize(source)?;
    let found = IndicatorColumn::ALL.into_iter().find(|column| column.key() == key);
    found.ok_or_else(|| {
        let allowed = "level1、level2、level3、target、actual、weight、score、deviation";
        serde::de::Error::custom(format!("`{key}` 不是指标列，可以是 {allowed}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_templates_are_valid() {
        for name in Template::names() {
            let template = Template::parse(Template::source(name).unwrap()).unwrap();
            assert_eq!(template.name, name);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let source = Template::source("anhui").unwrap();
        for (from, to, expected) in [
            ("field = \"rate\"", "field = \"rates\"", "不是资金列"),
            ("at = \"F:J\"", "at = \"J:F\"", "不是列"),
            ("reverse = \"linear\"", "reverse = \"cubic\"", "scoring.reverse = \"cubic\"：可以是 \"linear\""),
            ("at = \"F:J\"", "at = \"F:K\"", "只有 10 列"),
        ] {
            let broken = source.replacen(from, to, 1);
            assert_ne!(broken, source, "{from}");
            let error = Template::parse(&broken).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn grades_follow_their_bounds() {
        let scoring = &Template::standard().scoring;
        for (total, grade) in
            [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("60", "中"), ("0", "差")]
        {
            assert_eq!(scoring.grade(total.parse().unwrap()), Some(grade));
        }
    }
}
