//! A report to clean data in JSON, normalised and computed, or exactly as submitted.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::form::{Body, Entry, Extra, Form, FundingRow, Indicator, Measure, Target};
use crate::number::{self, MoneyUnit};
use crate::report::{Origin, Report};
use crate::score::Scores;

/// The name and version of the shape; names are added to it, never renamed.
pub const SCHEMA: &str = "zipingbiao/1";

/// A form as clean data.
#[derive(Debug, Serialize)]
struct Record<'a> {
    schema: &'static str,
    source: SourceRecord<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    money_unit: Option<MoneyUnit>,
    title: Option<&'a str>,
    year: Value,
    project: Option<&'a str>,
    authority: BodyRecord<'a>,
    unit: BodyRecord<'a>,
    funding: Vec<FundingRecord<'a>>,
    goal: GoalRecord<'a>,
    indicators: Vec<IndicatorRecord<'a>>,
    total: TotalRecord,
    extra: Vec<ExtraRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<Finding<'a>>>,
}

#[derive(Debug, Serialize)]
struct SourceRecord<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    range: Option<String>,
}

#[derive(Debug, Serialize)]
struct BodyRecord<'a> {
    code: Option<&'a str>,
    name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct FundingRecord<'a> {
    item: Option<&'a str>,
    initial: Value,
    budget: Value,
    executed: Value,
    weight: Value,
    rate: Value,
    score: Value,
}

#[derive(Debug, Serialize)]
struct GoalRecord<'a> {
    expected: Option<&'a str>,
    actual: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct IndicatorRecord<'a> {
    level1: Option<&'a str>,
    level1_weight: Value,
    level2: Option<&'a str>,
    level3: Option<&'a str>,
    target: Option<&'a str>,
    target_value: Option<TargetRecord<'a>>,
    actual: Option<&'a str>,
    actual_value: Option<TargetRecord<'a>>,
    weight: Value,
    score: Value,
    deviation: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct TargetRecord<'a> {
    op: Option<&'static str>,
    number: Value,
    unit: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct TotalRecord {
    weight: Value,
    score: Value,
}

#[derive(Debug, Serialize)]
struct ExtraRecord<'a> {
    cell: Option<String>,
    label: Option<&'a str>,
    text: &'a str,
}

/// A key that only a finding that stands alone has; its value may be null.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Whole<'a> {
    Part,
    Alone(Option<&'a str>),
}

impl Whole<'_> {
    const fn is_part(&self) -> bool {
        matches!(self, Self::Part)
    }
}

/// A finding as every output shows it.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Whole::is_part")]
    sheet: Whole<'a>,
    cell: Option<String>,
    #[serde(skip_serializing_if = "Whole::is_part")]
    project: Whole<'a>,
    field: Option<String>,
    message: &'a str,
    fix: Option<&'a Fix>,
}

impl<'a> Finding<'a> {
    /// A finding inside the record of its form.
    pub fn within(diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code,
            name: diagnostic.name,
            severity: diagnostic.severity,
            file: None,
            sheet: Whole::Part,
            cell: diagnostic.cell.map(|cell| cell.to_string()),
            project: Whole::Part,
            field: diagnostic.field.map(|field| field.to_string()),
            message: &diagnostic.message,
            fix: diagnostic.fix.as_ref(),
        }
    }

    /// A finding that stands alone and says which form it is about.
    pub fn alone(diagnostic: &'a Diagnostic, origin: &'a Origin, project: Option<&'a str>) -> Self {
        Self {
            file: Some(&origin.file),
            sheet: Whole::Alone(origin.sheet.as_deref()),
            project: Whole::Alone(project),
            ..Self::within(diagnostic)
        }
    }
}

/// The form as `fixed`: normalised, with everything computed, and what `report` found on the paper.
///
/// # Errors
/// Never for a form; the error is the serialiser's.
pub fn clean(report: &Report, fixed: &Report) -> serde_json::Result<Value> {
    let form = &fixed.form;
    let record = Record {
        money_unit: None,
        funding: clean_funding(form, &fixed.scores),
        indicators: clean_indicators(form, &fixed.scores),
        total: TotalRecord {
            weight: decimal(form.total.weight.get()),
            score: decimal(fixed.scores.total.or_else(|| form.total.score.get())),
        },
        title: form.title.value().map(String::as_str),
        year: form.year.get().map_or(Value::Null, Value::from),
        project: form.project.value().map(String::as_str),
        authority: body(&form.authority),
        unit: body(&form.unit),
        goal: GoalRecord {
            expected: form.goal.expected.value().map(String::as_str),
            actual: form.goal.actual.value().map(String::as_str),
        },
        findings: Some(report.diagnostics.iter().map(Finding::within).collect()),
        ..record(form, &report.origin)
    };
    serde_json::to_value(record)
}

/// The form exactly as it is on the paper: nothing normalised, nothing computed.
///
/// # Errors
/// Never for a form; the error is the serialiser's.
pub fn as_submitted(form: &Form, origin: &Origin) -> serde_json::Result<Value> {
    serde_json::to_value(record(form, origin))
}

/// The parts of the record that are as typed.
fn record<'a>(form: &'a Form, origin: &'a Origin) -> Record<'a> {
    Record {
        schema: SCHEMA,
        source: SourceRecord {
            file: &origin.file,
            sheet: origin.sheet.as_deref(),
            range: origin.range.map(|range| range.to_string()),
        },
        money_unit: Some(form.money_unit).filter(|unit| *unit != MoneyUnit::WanYuan),
        title: form.title.typed(),
        year: typed_number(&form.year, |year| Some(Decimal::from(*year))),
        project: form.project.typed(),
        authority: typed_body(&form.authority),
        unit: typed_body(&form.unit),
        funding: form.funding.iter().map(|row| typed_funding(row, form.money_unit)).collect(),
        goal: GoalRecord { expected: form.goal.expected.typed(), actual: form.goal.actual.typed() },
        indicators: form.indicators.iter().map(typed_indicator).collect(),
        total: TotalRecord { weight: points(&form.total.weight), score: points(&form.total.score) },
        extra: form.extra.iter().map(extra).collect(),
        findings: None,
    }
}

fn typed_funding(row: &FundingRow, unit: MoneyUnit) -> FundingRecord<'_> {
    // A number in the form's own unit, said or not; one in another unit keeps its words.
    let in_unit =
        |typed: &str| number::split(typed).filter(|(_, said)| said.is_empty() || said == unit.name());
    let amount = |entry: &Entry<Decimal>| match entry.typed() {
        None => Value::Null,
        Some(typed) => in_unit(typed).map_or_else(|| Value::from(typed), |(number, _)| decimal(Some(number))),
    };
    FundingRecord {
        item: row.item.value().map(String::as_str),
        initial: amount(&row.initial),
        budget: amount(&row.budget),
        executed: amount(&row.executed),
        weight: points(&row.weight),
        rate: points(&row.rate),
        score: points(&row.score),
    }
}

fn typed_indicator(row: &Indicator) -> IndicatorRecord<'_> {
    IndicatorRecord {
        level1: row.level1.value().map(String::as_str),
        level1_weight: points(&row.level1_weight),
        level2: row.level2.value().map(String::as_str),
        level3: row.level3.typed(),
        target: row.target.typed(),
        target_value: quantity(&row.target),
        actual: row.actual.typed(),
        actual_value: quantity(&row.actual),
        weight: points(&row.weight),
        score: points(&row.score),
        deviation: row.deviation.typed(),
    }
}

fn clean_funding<'a>(form: &'a Form, scores: &Scores) -> Vec<FundingRecord<'a>> {
    let rows = form.funding.iter().enumerate();
    rows.map(|(index, row)| {
        let computed = scores.funding.get(index);
        FundingRecord {
            item: row.item.value().map(String::as_str),
            initial: decimal(row.initial.get()),
            budget: decimal(row.budget.get()),
            executed: decimal(row.executed.get()),
            weight: decimal(row.weight.get()),
            rate: decimal(computed.and_then(|c| c.rate)),
            score: decimal(computed.and_then(|c| c.score)),
        }
    })
    .collect()
}

fn clean_indicators<'a>(form: &'a Form, scores: &Scores) -> Vec<IndicatorRecord<'a>> {
    let rows = form.indicators.iter().enumerate();
    rows.map(|(index, row)| IndicatorRecord {
        level3: row.level3.value().map(String::as_str),
        target: row.target.value().map(|m| m.text.as_str()),
        actual: row.actual.value().map(|m| m.text.as_str()),
        weight: decimal(row.weight.get()),
        score: decimal(scores.indicators.get(index).copied().flatten()),
        deviation: row.deviation.value().map(String::as_str),
        ..typed_indicator(row)
    })
    .collect()
}

fn quantity(entry: &Entry<Measure>) -> Option<TargetRecord<'_>> {
    let target: &Target = entry.value()?.quantity.as_ref()?;
    Some(TargetRecord {
        op: target.operator.map(crate::form::Operator::sign),
        number: decimal(Some(target.number)),
        unit: target.unit.as_deref(),
    })
}

fn body(entry: &Entry<Body>) -> BodyRecord<'_> {
    let body = entry.value();
    BodyRecord { code: body.and_then(|b| b.code.as_deref()), name: body.map(|b| b.name.as_str()) }
}

/// Code and name with the paper's own characters.
fn typed_body(entry: &Entry<Body>) -> BodyRecord<'_> {
    let code = entry.value().and_then(|b| b.code.as_deref());
    let typed = entry.typed();
    let name = typed.map(|typed| {
        let after = code.and_then(|_| typed.split_once(['-', '－', '—', '–', '_']));
        after.map_or(typed, |(_, name)| crate::text::trim(name))
    });
    BodyRecord { code, name }
}

fn extra(extra: &Extra) -> ExtraRecord<'_> {
    ExtraRecord {
        cell: extra.cell.map(|cell| cell.to_string()),
        label: extra.label.as_deref(),
        text: &extra.text,
    }
}

/// A number as JSON, exact and without trailing zeros.
pub fn decimal(number: Option<Decimal>) -> Value {
    let text = number.map(|number| number.normalize().to_string());
    text.and_then(|text| text.parse().ok()).map_or(Value::Null, Value::Number)
}

fn points(entry: &Entry<Decimal>) -> Value {
    typed_number(entry, |number| Some(*number))
}

/// The number of an entry, or its text if it cannot be read.
fn typed_number<T>(entry: &Entry<T>, number: impl Fn(&T) -> Option<Decimal>) -> Value {
    match (entry.value(), entry.typed()) {
        (Some(value), _) => decimal(number(value)),
        (None, Some(typed)) => Value::from(typed),
        (None, None) => Value::Null,
    }
}
