//! The columns that a template lists for a table to fields, parts of a target, and texts of the paper's own.

use serde::{Deserialize, Deserializer};

use super::{
    BlankLevel, FundingBlock, FundingHeader, FundingItem, IndicatorBlock, IndicatorHeader, Label, Span,
};
use crate::form::{FundingColumn, IndicatorColumn};
use crate::labels::TableColumn;

/// A column that is no field: it takes what the submitted form had under the same header.
#[derive(Debug, Clone)]
pub struct OtherHeader {
    /// Its header.
    pub label: String,
    /// Its columns.
    pub at: Span,
}

/// A column that takes a part of the target away from the target's own.
#[derive(Debug, Clone)]
pub struct PartHeader {
    /// Which part.
    pub part: Part,
    /// Its header.
    pub label: String,
    /// Its columns.
    pub at: Span,
}

/// A part of a target: `≥95%` is operator, number and unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 指标性质
    Operator,
    /// 度量单位
    Measure,
}

/// A column as a file lists it; one without `field` is no field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed<F> {
    field: Option<F>,
    label: String,
    at: Span,
}

/// [`FundingBlock`] as a file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FundingFile {
    label: Label,
    #[serde(default)]
    points: String,
    item: Span,
    columns: Vec<Listed<FundingName>>,
    rows: Vec<FundingItem>,
    #[serde(default)]
    no_weight: String,
}

impl From<FundingFile> for FundingBlock {
    fn from(file: FundingFile) -> Self {
        let (mut columns, mut others) = (Vec::new(), Vec::new());
        for Listed { field, label, at } in file.columns {
            match field {
                Some(FundingName(field)) => columns.push(FundingHeader { field, label, at }),
                None => others.push(OtherHeader { label, at }),
            }
        }
        let FundingFile { label, points, item, rows, no_weight, .. } = file;
        Self { label, points, item, columns, others, rows, no_weight }
    }
}

/// [`IndicatorBlock`] as a file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndicatorFile {
    label: Label,
    columns: Vec<Listed<IndicatorName>>,
    #[serde(default)]
    expected_level2: Vec<String>,
    #[serde(default)]
    blank: Vec<BlankLevel>,
}

impl From<IndicatorFile> for IndicatorBlock {
    fn from(file: IndicatorFile) -> Self {
        let (mut columns, mut parts, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for Listed { field, label, at } in file.columns {
            match field.map(|name| name.0) {
                Some(TableColumn::Field(field)) => columns.push(IndicatorHeader { field, label, at }),
                Some(TableColumn::Operator) => parts.push(PartHeader { part: Part::Operator, label, at }),
                Some(TableColumn::Measure) => parts.push(PartHeader { part: Part::Measure, label, at }),
                None => others.push(OtherHeader { label, at }),
            }
        }
        let IndicatorFile { label, expected_level2, blank, .. } = file;
        Self { label, columns, parts, others, expected_level2, blank }
    }
}

#[derive(Debug)]
struct FundingName(FundingColumn);

impl<'de> Deserialize<'de> for FundingName {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let columns = FundingColumn::ALL.into_iter().filter(|column| *column != FundingColumn::Item);
        let named = columns.map(|column| (column.key(), column)).collect::<Vec<_>>();
        one_of("资金列", &String::deserialize(source)?, &named).map(Self)
    }
}

#[derive(Debug)]
struct IndicatorName(TableColumn);

impl<'de> Deserialize<'de> for IndicatorName {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let fields = IndicatorColumn::ALL.into_iter();
        let mut named: Vec<_> = fields.map(|column| (column.key(), TableColumn::Field(column))).collect();
        named.extend([("operator", TableColumn::Operator), ("measure", TableColumn::Measure)]);
        one_of("指标列", &String::deserialize(source)?, &named).map(Self)
    }
}

/// What `key` names, or what it could.
fn one_of<T: Copy, E: serde::de::Error>(what: &str, key: &str, named: &[(&str, T)]) -> Result<T, E> {
    let found = named.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let allowed: Vec<_> = named.iter().map(|(name, _)| *name).collect();
        E::custom(format!("`{key}` 不是{what}，可以是 {}", allowed.join("、")))
    })
}
