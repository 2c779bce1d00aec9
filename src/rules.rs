//! A form and its scores to findings: the table of rules, each declared once with its explanation.
//!
//! A rule is a constant beside its function, and a line in [`RULES`].

mod actuals;
pub mod batch;
mod goals;
mod marks;
mod money;
mod reasons;
mod structure;
mod targets;
mod values;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Fix, FixKind, Severity};
use crate::form::{Field, Form, FundingColumn};
use crate::grid::CellRef;
use crate::layout::Layout;
use crate::score::Scores;
use crate::template::{Level, Mistake, Template};

use batch::{Across, Batch};

/// What a rule promises to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Nothing: a person must.
    None,
    /// All of it, without changing a meaning.
    Safe,
    /// What can be computed.
    SafeWhereComputable,
    /// All of it, but somebody's judgement would change: only with this option of `zpb fix`.
    Unsafe(&'static str),
}

impl Promise {
    /// As the table of rules shows it.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::None => "–".into(),
            Self::Safe => "可自动修正".into(),
            Self::SafeWhereComputable => "能算出的自动修正".into(),
            Self::Unsafe(option) => format!("加 {option} 才修正").into(),
        }
    }
}

/// A rule: its only copy, from which help, reports and the README's table are made.
#[derive(Debug)]
pub struct Rule {
    /// Family letter and two digits, never used again for anything else.
    pub code: &'static str,
    /// Named after the defect.
    pub name: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// What it mends.
    pub fix: Promise,
    /// The defect in a few Chinese words.
    pub title: &'static str,
    /// What is checked, and why it matters.
    pub why: &'static str,
    /// An example from a form.
    pub example: &'static str,
    /// What to do about it.
    pub todo: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
    /// Looks for the defect.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One form.
    Form(fn(&Subject<'_>) -> Vec<Finding>),
    /// All forms of a batch together.
    Batch(fn(&Batch) -> Vec<Across>),
}

/// What rules look at. Positions serve only to name a cell.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the form says.
    pub form: &'a Form,
    /// What is computed from it.
    pub scores: &'a Scores,
    /// Where things stood.
    pub layout: &'a Layout,
    /// The official form and its scoring profile.
    pub template: &'a Template,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field it is about.
    pub field: Option<Field>,
    /// The cell, where it is not the field's.
    pub cell: Option<CellRef>,
    /// Worse or better than the rule's own severity.
    pub severity: Option<Severity>,
    /// Where, what, what to do.
    pub message: String,
    /// What would put it right.
    pub fix: Option<Fix>,
}

impl Finding {
    /// About `field`, nothing to be mended by a program.
    pub fn at(field: Field, message: impl Into<String>) -> Self {
        Self { field: Some(field), cell: None, severity: None, message: message.into(), fix: None }
    }

    /// With a change to `to` that only happens on request.
    #[must_use]
    pub fn on_request(mut self, from: Option<&str>, to: impl Into<String>) -> Self {
        self.fix = Some(Fix { kind: FixKind::Unsafe, ..Fix::safe(from, to) });
        self
    }

    /// With a safe change to `to`.
    #[must_use]
    pub fn safely(mut self, from: Option<&str>, to: impl Into<String>) -> Self {
        self.fix = Some(Fix::safe(from, to));
        self
    }
}

/// All rules by family (structure, values, money, targets, points, goals, batch), then by code.
pub const RULES: [&Rule; 62] = [
    &structure::SLID_ROW,
    &structure::FIELD_MISSING,
    &structure::LEVEL2_MISSING,
    &structure::UNPLACED_CELL,
    &structure::EXCEL_ERROR,
    &structure::FORMULA_WITHOUT_VALUE,
    &structure::PADDING_ROW,
    &structure::PLACEHOLDER_LEFT,
    &structure::DUPLICATE_INDICATOR,
    &structure::TITLE_OF_OTHER_YEAR,
    &structure::COLUMN_UNKNOWN,
    &values::FULL_WIDTH_VALUE,
    &values::STRAY_SPACE,
    &values::HTML_MARKUP,
    &values::UNIT_SPELLING,
    &values::MIXED_PERCENT_UNITS,
    &values::HALF_WIDTH_PUNCTUATION,
    &values::AMOUNT_IN_OTHER_UNIT,
    &money::RATE_DIFFERS,
    &money::FUNDING_SCORE_DIFFERS,
    &money::PARTS_DO_NOT_ADD,
    &money::OVER_SPENT,
    &money::ZERO_BUDGET,
    &money::LOW_EXECUTION,
    &money::NEGATIVE_AMOUNT,
    &money::UNREADABLE_AMOUNT,
    &money::COST_TARGETS_DIFFER,
    &money::AMOUNT_LOOKS_LIKE_YUAN,
    &money::UNITS_CONTRADICT,
    &targets::TARGET_WITHOUT_OPERATOR,
    &targets::TARGET_WITHOUT_UNIT,
    &targets::TARGET_MISSING,
    &targets::OTHER_YEAR,
    &targets::PERCENT_BEYOND_HUNDRED,
    &targets::TARGET_REPEATS_NAME,
    &targets::COST_TARGET_UPWARD,
    &targets::UNIT_DIFFERS,
    &targets::FAR_OVER_TARGET,
    &marks::WEIGHT_MISSING,
    &marks::WEIGHTS_DO_NOT_ADD,
    &actuals::ACTUAL_MISSING,
    &marks::SCORE_OVER_WEIGHT,
    &marks::SCORE_DIFFERS,
    &reasons::REASON_MISSING,
    &marks::TOTAL_DIFFERS,
    &marks::SCORE_WITHOUT_ACTUAL,
    &marks::SCORE_OUTSIDE_BAND,
    &marks::SCORES_OUTRUN_SPENDING,
    &marks::SCORE_MISSING,
    &marks::SCORE_BY_PERSON,
    &marks::MISSING_COST_SCORED,
    &marks::UNREADABLE_POINTS,
    &actuals::ACTUAL_NOT_COMPARED,
    &goals::GOAL_COPIED,
    &goals::GOAL_MISSING,
    &goals::GOAL_IS_AMOUNT,
    &batch::NAME_NOT_IN_LIST,
    &batch::LISTED_BUT_ABSENT,
    &batch::DUPLICATE_PROJECT,
    &batch::AUTHORITY_DIFFERS,
    &batch::YEAR_DIFFERS,
    &batch::ORDER_DIFFERS,
];

/// The code of the rule on slid rows, which the reader puts back.
pub const SLID_ROW: &str = structure::SLID_ROW.code;

/// The code of the rule on missing weights, which are spread on request.
pub const WEIGHT_MISSING: &str = marks::WEIGHT_MISSING.code;
/// The code of the rule on scores that differ from the formula, which are replaced on request.
pub const SCORE_DIFFERS: &str = marks::SCORE_DIFFERS.code;

/// The rule of that code, in either case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Everything that is wrong with a form, worst first, then in the order of the paper.
pub fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = RULES.into_iter().flat_map(|rule| run(rule, subject)).collect();
    found.sort_by_key(|d| (std::cmp::Reverse(d.severity), d.code, d.cell, d.field));
    found
}

fn run(rule: &'static Rule, subject: &Subject<'_>) -> impl Iterator<Item = Diagnostic> {
    let off = subject.template.severity.get(rule.code) == Some(&Level::Off);
    let findings = match rule.check {
        Check::Form(check) if !off => check(subject),
        Check::Form(_) | Check::Batch(_) => Vec::new(), // see `Batch::check`
    };
    let found = findings.into_iter().map(|finding| Diagnostic {
        code: rule.code,
        name: rule.name,
        severity: finding.severity.unwrap_or(rule.severity),
        cell: finding.cell.or_else(|| finding.field.and_then(|field| subject.layout.cell(field))),
        field: finding.field,
        message: finding.message,
        fix: finding.fix,
    });
    found.filter_map(|diagnostic| as_template_says(diagnostic, subject.template))
}

/// A finding as bad as the template's `[severity]` makes it; `None` where the rule is off.
pub fn as_template_says(diagnostic: Diagnostic, template: &Template) -> Option<Diagnostic> {
    match template.severity.get(diagnostic.code) {
        None => Some(diagnostic),
        Some(level) => level.severity().map(|severity| Diagnostic { severity, ..diagnostic }),
    }
}

/// Holds the codes in a template's `[severity]` to the rules there are.
///
/// # Errors
/// The line and the code that no rule has.
pub fn check_template(template: &Template) -> Result<(), Mistake> {
    let unknown = template.severity.keys().find(|code| !RULES.iter().any(|rule| rule.code == *code));
    unknown
        .map_or(Ok(()), |code| Err(template.wrong_code(code, "没有这个编号的规则，用 zpb rule 查看全部编号")))
}

impl Subject<'_> {
    /// How people call a field: `“发放人数”的实际完成值`.
    pub fn called(&self, field: Field) -> String {
        let row = match field {
            Field::Funding(_, FundingColumn::Item)
            | Field::Indicator(_, crate::form::IndicatorColumn::Level3) => None,
            Field::Funding(row, _) => self.form.funding.get(row).and_then(|r| r.item.value().cloned()),
            Field::Indicator(row, _) => self.indicator_name(row),
            _ => None,
        };
        row.map_or_else(|| field.name().to_owned(), |row| format!("“{row}”的{}", field.name()))
    }

    /// Whether the sheet has a place for `field`; data that was no sheet has one for all.
    pub fn has(&self, field: Field) -> bool {
        self.layout.fields.is_empty() || self.layout.cell(field).is_some()
    }

    /// An indicator's name, its level 2 if it has none; long ones are cut.
    pub fn indicator_name(&self, row: usize) -> Option<String> {
        let row = self.form.indicators.get(row)?;
        let name = row.level3.value().or_else(|| row.level2.value())?;
        Some(shortened(name, 24))
    }
}

/// A rate as the form writes it: per cent with two decimals.
pub fn percent(rate: rust_decimal::Decimal) -> String {
    structure::percent(rate)
}

/// Points as the form writes them: two decimals.
pub fn points(points: rust_decimal::Decimal) -> String {
    structure::points(points)
}

/// The first `most` characters of `text`, with `…` if there are more.
pub fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_in_order_and_complete() {
        let family = |rule: &Rule| "SVMTPGB".find(rule.code.get(..1).unwrap_or_default());
        assert!(RULES.is_sorted_by(|a, b| (family(a), a.code) < (family(b), b.code)));
        for rule in RULES {
            let texts = [rule.title, rule.why, rule.example, rule.todo, rule.source];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.code);
            assert!(
                rule.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.name
            );
        }
    }
}
