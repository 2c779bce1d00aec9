//! Our own JSON and JSON lines to forms.
//!
//! Every field goes in by [`Form::set`], as from a sheet, so that data which other programs have changed is normalised
//! and checked like any submission. Unknown keys are passed over: the shape only ever grows.

use serde_json::Value;

use crate::error::Cause;
use crate::form::{Extra, Field, Form, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
use crate::labels::labels;
use crate::layout::Layout;
use crate::number::MoneyUnit;

use super::{Document, Found};

/// The beginning of the schema's name; what follows is its version.
pub(super) const SCHEMA: &str = "zipingbiao/";

/// Reads one record, an array of them, or one a line.
///
/// # Errors
/// [`Cause::Data`] with the record and the key that is wrong.
pub fn read(bytes: &[u8]) -> Result<Document, Cause> {
    let text = super::encoding::decode(bytes).text;
    let mut document = Document::default();
    for value in serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>()
    {
        let value = value.map_err(|e| Cause::Data(format!("第 {} 行不是完整的 JSON（{e}）", e.line())))?;
        add(&mut document, value, |number| format!("第 {number} 条记录"))?;
    }
    Ok(document)
}

/// Reads line `number` of a file that has a record on each.
///
/// # Errors
/// [`Cause::Data`] with the line and the key that is wrong.
pub fn read_line(line: &[u8], number: usize) -> Result<Document, Cause> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let value = serde_json::from_slice(line)
        .map_err(|e| Cause::Data(format!("第 {number} 行不是完整的 JSON（{e}）")))?;
    let mut document = Document::default();
    add(&mut document, value, |_| format!("第 {number} 行"))?;
    Ok(document)
}

/// Adds the records in `value`; `place` names one by its number in an error.
pub(super) fn add(
    document: &mut Document,
    value: Value,
    place: impl Fn(usize) -> String,
) -> Result<(), Cause> {
    let records = match value {
        Value::Array(records) => records,
        record => vec![record],
    };
    for record in &records {
        let number = document.forms.len() + 1;
        let found = form(record).map_err(|why| Cause::Data(format!("{}{why}", place(number))))?;
        document.forms.push(found);
    }
    Ok(())
}

/// The form that a record describes; the error says what is wrong with which key.
fn form(record: &Value) -> Result<Found, String> {
    let schema = record.get("schema").and_then(Value::as_str).unwrap_or_default();
    if !schema.starts_with(SCHEMA) {
        return Err("不是本程序导出的数据（缺少 schema）".to_owned());
    }
    let mut form = Form::new(money_unit(record)?);
    for (field, key) in [(Field::Title, "title"), (Field::Year, "year"), (Field::Project, "project")] {
        set(&mut form, field, record, key)?;
    }
    for (field, key) in [(Field::Authority, "authority"), (Field::Unit, "unit")] {
        form.set(field, body(record, key)?.as_str());
    }
    for (field, key) in [(GoalSide::Expected, "expected"), (GoalSide::Actual, "actual")] {
        set(&mut form, Field::Goal(field), &record["goal"], key)?;
    }
    for (field, key) in [(TotalColumn::Weight, "weight"), (TotalColumn::Score, "score")] {
        set(&mut form, Field::Total(field), &record["total"], key)?;
    }
    funding(&mut form, rows(record, "funding")?)?;
    indicators(&mut form, rows(record, "indicators")?)?;
    form.extra = rows(record, "extra")?.iter().filter_map(extra).collect();
    let source = &record["source"];
    let range = source["range"].as_str().and_then(|range| range.parse().ok());
    let layout = Layout { range, money_unit: form.money_unit, ..Layout::default() };
    Ok(Found { sheet: source["sheet"].as_str().map(str::to_owned), layout, form })
}

fn money_unit(record: &Value) -> Result<MoneyUnit, String> {
    match text(record, "money_unit")?.as_str() {
        "" => Ok(MoneyUnit::default()),
        name => MoneyUnit::named(name)
            .ok_or_else(|| format!("的 money_unit 不能是“{name}”，可以是 元、千元、万元、百万元、亿元")),
    }
}

fn funding(form: &mut Form, rows: &[Value]) -> Result<(), String> {
    for (index, row) in rows.iter().enumerate() {
        for column in FundingColumn::ALL {
            set(form, Field::Funding(index, column), row, column.key())?;
        }
    }
    Ok(())
}

fn indicators(form: &mut Form, rows: &[Value]) -> Result<(), String> {
    for (index, row) in rows.iter().enumerate() {
        for column in IndicatorColumn::ALL {
            set(form, Field::Indicator(index, column), row, column.key())?;
        }
        let points = text(row, "level1_weight")?;
        if !points.is_empty() {
            let level1 = format!("{}({points}分)", text(row, "level1")?);
            form.set(Field::Indicator(index, IndicatorColumn::Level1), level1.as_str());
        }
    }
    Ok(())
}

fn set(form: &mut Form, field: Field, object: &Value, key: &str) -> Result<(), String> {
    form.set(field, text(object, key)?.as_str());
    Ok(())
}

/// A value as it would be typed; empty if there is none.
fn text(object: &Value, key: &str) -> Result<String, String> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("的 {key} 应为文字或数字")),
    }
}

/// Code and name as the form writes them.
fn body(record: &Value, key: &str) -> Result<String, String> {
    let body = record.get(key).unwrap_or(&Value::Null);
    let (code, name) = (text(body, "code")?, text(body, "name")?);
    Ok(if code.is_empty() || name.is_empty() { name } else { format!("{code}-{name}") })
}

fn rows<'a>(record: &'a Value, key: &str) -> Result<&'a [Value], String> {
    match record.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(rows)) => Ok(rows),
        Some(_) => Err(format!("的 {key} 应为数组")),
    }
}

fn extra(extra: &Value) -> Option<Extra> {
    let label = extra["label"].as_str().map(str::to_owned);
    let explained =
        label.as_deref().is_some_and(|label| labels().is_tail(label) || labels().head(label).is_some());
    let cell = extra["cell"].as_str().and_then(|cell| cell.parse().ok());
    Some(Extra { cell, label, text: extra["text"].as_str()?.to_owned(), explained })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(json: &str, words: &str) {
        let error = read(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn mistakes_are_named() {
        refused("{", "不是完整的 JSON");
        refused("[{}]", "第 1 条记录不是本程序导出的数据");
        refused(r#"{"schema": "zipingbiao/1", "year": []}"#, "year 应为文字或数字");
        refused(r#"{"schema": "zipingbiao/1", "funding": {}}"#, "funding 应为数组");
        refused(r#"{"schema": "zipingbiao/1", "money_unit": "美元"}"#, "不能是“美元”");
    }

    #[test]
    fn numbers_come_in_exactly() {
        let json = r#"{"schema": "zipingbiao/1", "funding": [{"item": "年度资金总额", "budget": 0.1234567890123456789, "rate": "99.87%"}]}
{"schema": "zipingbiao/1", "indicators": [{"level1": "产出指标", "level1_weight": 50, "target": "=205人"}]}"#;
        let document = read(json.as_bytes()).unwrap();
        let [first, second] = document.forms.as_slice() else { panic!("two records") };
        assert_eq!(first.form.funding[0].budget.get().unwrap().to_string(), "0.1234567890123456789");
        assert_eq!(first.form.funding[0].rate.get().unwrap().to_string(), "0.9987");
        assert_eq!(second.form.indicators[0].level1_weight.get().unwrap().to_string(), "50");
        assert_eq!(second.form.indicators[0].target.typed(), Some("=205人"));
    }
}
