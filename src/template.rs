//! `templates/*.toml` to official forms: labels, columns, looks and the scoring profile, checked on load.

mod check;
mod columns;
mod file;
mod page;
mod scoring;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

pub use columns::{OtherHeader, Part, PartHeader};
pub use file::Mistake;
pub use page::{Formats, Orientation, Paper, page};
pub use scoring::{Band, Equal, Grade, NotApplicable, RateBudget, Reverse, Scoring};

use crate::diagnostic::Severity;
use crate::form::{FundingColumn, IndicatorColumn};
use crate::grid::{column_index, column_name};
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
    /// Rows below 总分.
    #[serde(default)]
    pub tail: Tail,
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
    /// Name of the title's font, where it is another.
    #[serde(default)]
    pub title_font: Option<String>,
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
    /// The size of the paper.
    #[serde(default)]
    pub paper: Paper,
    /// Which way the paper lies.
    #[serde(default)]
    pub orientation: Orientation,
    /// How numbers are shown.
    #[serde(default)]
    pub formats: Formats,
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
    /// Rows of labels and texts between the year and the table, without borders; one without cells is a gap.
    #[serde(default)]
    pub above: Vec<Vec<HeadCell>>,
    /// Rows of labels and fields.
    pub rows: Vec<Vec<HeadCell>>,
}

/// Rows below 总分.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    /// Rows of labels and texts that belong to the table.
    #[serde(default)]
    pub rows: Vec<Vec<HeadCell>>,
    /// Rows of labels and texts under the table, without borders.
    #[serde(default)]
    pub below: Vec<Vec<HeadCell>>,
}

/// A label, a field or another text of the rows above and below the tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadCell {
    /// The label's text.
    pub label: Option<String>,
    /// The field, e.g. `project`.
    pub field: Option<String>,
    /// What the submitted form had under that label, e.g. `项目期限`.
    pub extra: Option<String>,
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
#[serde(from = "columns::FundingFile")]
pub struct FundingBlock {
    /// The label beside the block.
    pub label: Label,
    /// What the label says of the block's points, `{points}` standing for them; nothing where nobody knows them.
    pub points: String,
    /// The columns of the names of the rows.
    pub item: Span,
    /// The columns of numbers.
    pub columns: Vec<FundingHeader>,
    /// Columns of other texts.
    pub others: Vec<OtherHeader>,
    /// Rows of the blank form, the total first.
    pub rows: Vec<FundingItem>,
    /// What stands in the weight of a part, e.g. `—`.
    pub no_weight: String,
}

/// A column of numbers of the funding block.
#[derive(Debug, Clone)]
pub struct FundingHeader {
    /// What it holds.
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
#[serde(from = "columns::IndicatorFile")]
pub struct IndicatorBlock {
    /// The label beside the block.
    pub label: Label,
    /// The columns.
    pub columns: Vec<IndicatorHeader>,
    /// Columns that take operator and unit away from the target's.
    pub parts: Vec<PartHeader>,
    /// Columns of other texts.
    pub others: Vec<OtherHeader>,
    /// The level 2 words that every form of this place has; spellings of one are parted by `/`.
    pub expected_level2: Vec<String>,
    /// The levels of the blank form.
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
#[derive(Debug, Clone)]
pub struct IndicatorHeader {
    /// What it holds.
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

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = (column_name(u32::from(self.left)), column_name(u32::from(self.right)));
        if left == right { f.write_str(&left) } else { write!(f, "{left}:{right}") }
    }
}

/// The templates that ship with the program: name and source.
const SHIPPED: [(&str, &str); 8] = [
    ("anhui", include_str!("../templates/anhui.toml")),
    ("anhui-2025", include_str!("../templates/anhui-2025.toml")),
    ("central", include_str!("../templates/central.toml")),
    ("sichuan", include_str!("../templates/sichuan.toml")),
    ("shanghai", include_str!("../templates/shanghai.toml")),
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
        template.check(&file)?;
        template.scoring.check().map_err(located)?;
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
