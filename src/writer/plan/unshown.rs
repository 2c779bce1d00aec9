//! What a form says and its template has no place for, to lines under the table.

use rust_decimal::Decimal;

use crate::form::{Entry, Field, Form, FundingColumn, FundingRow, Indicator, IndicatorColumn};
use crate::template::Template;
use crate::text;

/// A value without a place on the official sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unshown {
    /// What it is a value of.
    pub field: Field,
    /// What stands before it on the line under the table.
    pub label: String,
    /// The value.
    pub text: String,
}

/// What `template` has no place for. The head comes last: its lines read back as fields, the others as texts, which
/// stand before them the next time.
pub fn unshown(form: &Form, template: &Template) -> Vec<Unshown> {
    let mut found = Vec::new();
    let has_money = |column| template.funding.columns.iter().any(|header| header.field == column);
    let money = FundingColumn::ALL.into_iter().skip(1).filter(|column| !has_money(*column));
    let money: Vec<_> = money.collect();
    for (index, row) in form.funding.iter().enumerate() {
        let item = row.item.value().map(String::as_str);
        let texts = money.iter().filter_map(|column| Some((*column, money_text(row, *column)?)));
        found.extend(texts.map(|(column, text)| Unshown {
            field: Field::Funding(index, column),
            label: text::label_of_row(column.name(), item),
            text,
        }));
    }
    let has_column = |column| template.indicators.columns.iter().any(|header| header.field == column);
    let columns: Vec<_> = IndicatorColumn::ALL.into_iter().filter(|column| !has_column(*column)).collect();
    for (index, row) in form.indicators.iter().enumerate() {
        let name = row.level3.value().map(String::as_str);
        let texts = columns.iter().filter_map(|column| Some((*column, indicator_text(row, *column)?)));
        found.extend(texts.map(|(column, text)| Unshown {
            field: Field::Indicator(index, column),
            label: text::label_of_row(column.name(), name.filter(|_| column != IndicatorColumn::Level3)),
            text,
        }));
    }
    found.extend(of_head(form, template));
    found
}

fn of_head(form: &Form, template: &Template) -> Vec<Unshown> {
    let fields = [
        (Field::Project, form.project.value().cloned()),
        (Field::Authority, form.authority.value().map(ToString::to_string)),
        (Field::Unit, form.unit.value().map(ToString::to_string)),
    ];
    let printed = |field: &Field| {
        let cells = template.head.rows.iter().chain(&template.head.above).flatten();
        cells.filter_map(|cell| cell.field.as_deref()).any(|name| name.parse() == Ok(*field))
    };
    let year = form.year.typed().map(str::to_owned).filter(|_| !template.head.year.contains("{year}"));
    let head = fields.into_iter().filter(|(field, _)| !printed(field)).chain([(Field::Year, year)]);
    let text = |(field, text): (Field, Option<String>)| {
        text.filter(|text| !text.is_empty()).map(|text| Unshown {
            field,
            label: field.name().to_owned(),
            text,
        })
    };
    head.filter_map(text).collect()
}

/// What stands in a column of a funding row, amounts in 万元.
fn money_text(row: &FundingRow, column: FundingColumn) -> Option<String> {
    let amount = |entry: &Entry<Decimal>| match entry.get() {
        Some(amount) => Some(format!("{}万元", amount.normalize())),
        None => entry.typed().map(str::to_owned),
    };
    let text = match column {
        FundingColumn::Item => None,
        FundingColumn::Initial => amount(&row.initial),
        FundingColumn::Budget => amount(&row.budget),
        FundingColumn::Executed => amount(&row.executed),
        FundingColumn::Weight => number(&row.weight),
        FundingColumn::Rate => row.rate.typed().map(str::to_owned),
        FundingColumn::Score => number(&row.score),
    };
    text.filter(|text| !text.is_empty())
}

fn indicator_text(row: &Indicator, column: IndicatorColumn) -> Option<String> {
    let text = match column {
        IndicatorColumn::Level1 => row.level1.value().cloned(),
        IndicatorColumn::Level2 => row.level2.value().cloned(),
        IndicatorColumn::Level3 => row.level3.value().cloned(),
        IndicatorColumn::Target => row.target.value().map(|measure| measure.text.clone()),
        IndicatorColumn::Actual => row.actual.value().map(|measure| measure.text.clone()),
        IndicatorColumn::Weight => number(&row.weight),
        IndicatorColumn::Score => number(&row.score),
        IndicatorColumn::Deviation => row.deviation.value().cloned(),
    };
    text.filter(|text| !text.is_empty())
}

fn number(entry: &Entry<Decimal>) -> Option<String> {
    entry
        .get()
        .map_or_else(|| entry.typed().map(str::to_owned), |number| Some(number.normalize().to_string()))
}
