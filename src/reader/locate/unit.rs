//! The texts in and above the funding block to the units of money that they state.

use std::collections::BTreeMap;

use crate::form::FundingColumn;
use crate::labels::Labels;
use crate::layout::OtherUnit;
use crate::number::MoneyUnit;
use crate::text::{self, Keyed, Wording};

use super::super::segment::is_indicator_header;
use super::super::table;
use super::super::token::{Token, TokenRow};

/// Rows above the funding header that may speak of the block: the title of a section, a group of columns.
const ABOVE: usize = 2;
/// Characters of a text that states a unit by the way; more is prose.
const SHORT: usize = 40;

/// The units of a form's money.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// The form's.
    pub form: MoneyUnit,
    /// Whether nothing states it.
    pub is_unstated: bool,
    /// Of the columns that are in another one.
    pub columns: BTreeMap<FundingColumn, MoneyUnit>,
    /// A statement that says otherwise.
    pub other: Option<OtherUnit>,
}

/// How near to the amounts a unit is stated: the nearest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// In the name of a row.
    Item,
    /// In the block's label.
    Block,
    /// Beside, between or right above the block's headers.
    Near,
    /// In a line such as `单位：元`.
    Note,
    /// In the title.
    Title,
}

/// The units that the rows of a form state.
pub(super) fn units(rows: &[TokenRow<'_>], labels: &Labels) -> Units {
    let end = rows.iter().position(|row| is_indicator_header(row, labels)).unwrap_or(rows.len());
    let above = rows.get(..end).unwrap_or_default();
    let header = above.iter().position(|row| table::funding_header(row, None, labels, None).is_some());
    let near = header.map(|header| header.saturating_sub(ABOVE)..funding_end(above, header, labels));
    let mut found: Vec<(Place, MoneyUnit, &Token<'_>, bool)> = Vec::new();
    let mut columns: Vec<(FundingColumn, MoneyUnit)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for token in row.tokens.iter().filter(|token| token.text.contains('元')) {
            let is_near = near.as_ref().is_some_and(|near| near.contains(&index));
            if let Some(column) = labels.funding(&token.text) {
                columns.extend(in_label(&token.text, labels).map(|unit| (column, unit)));
            } else if let Some((place, unit)) = stated(token, is_near, index < end, labels) {
                found.push((place, unit, token, index < end));
            }
        }
    }
    found.sort_by_key(|(place, ..)| *place); // stable: the first of a place
    let form = found.first().map(|(_, unit, ..)| *unit).or_else(|| columns.first().map(|(_, unit)| *unit));
    let is_unstated = form.is_none();
    let form = form.unwrap_or_default();
    // What stands below the table is a note that came along from another form.
    let says_otherwise = |(place, unit, _, is_above): &&(Place, MoneyUnit, &Token<'_>, bool)| {
        *unit != form && *place != Place::Item && *is_above
    };
    let other = found.iter().find(says_otherwise);
    let other = other.map(|(_, unit, token, _)| OtherUnit { cell: token.at(), unit: *unit });
    columns.retain(|(_, unit)| *unit != form);
    Units { form, is_unstated, columns: columns.into_iter().collect(), other }
}

/// The row behind the funding block.
fn funding_end(rows: &[TokenRow<'_>], header: usize, labels: &Labels) -> usize {
    let heads_goals = |row: &TokenRow<'_>| {
        row.tokens.iter().any(|t| labels.is_goal_expected(&t.text) || labels.is_goal_actual(&t.text))
    };
    let below = rows.iter().enumerate().skip(header + 1);
    below.filter(|(_, row)| heads_goals(row)).map(|(index, _)| index).next().unwrap_or(rows.len())
}

fn stated(
    token: &Token<'_>,
    is_near: bool,
    is_above_table: bool,
    labels: &Labels,
) -> Option<(Place, MoneyUnit)> {
    let text = &token.text;
    let place = if labels.is_funding_block(text) {
        Place::Block
    } else if !is_above_table {
        return labels.unit_in_line(text).map(|unit| (Place::Note, unit));
    } else if labels.funding_item(text).is_some() && is_near {
        Place::Item
    } else if labels.is_title(text) {
        Place::Title
    } else if is_near && !token.is_number() {
        Place::Near
    } else {
        return labels.unit_in_line(text).map(|unit| (Place::Note, unit));
    };
    if text.chars().count() > SHORT {
        return None;
    }
    in_label(text, labels)
        .map(|unit| (place, unit))
        .or_else(|| labels.unit_in_line(text).map(|unit| (Place::Note, unit)))
}

/// Whether a text says nothing but the unit of money: `（金额单位：元）`.
pub(super) fn is_note(text: &Keyed, labels: &Labels) -> bool {
    let folded = text.folded();
    let inner = unbracketed(&folded);
    labels.unit(inner).is_some() && MoneyUnit::named(inner).is_none()
}

fn unbracketed(folded: &str) -> &str {
    folded.trim_matches(['(', ')', '[', ']', '【', '】'])
}

/// Whether a row says nothing but units, as one under the headers of the funding block may.
pub(super) fn is_of_units(row: &TokenRow<'_>, labels: &Labels) -> bool {
    row.tokens.iter().all(|token| labels.unit(unbracketed(&token.text.folded())).is_some())
}

/// The unit in the brackets of a label (`项目资金（单位：元）`), behind it (`全年预算数/元`), or that is the whole of it.
fn in_label(text: &Keyed, labels: &Labels) -> Option<MoneyUnit> {
    let folded = text.folded();
    let inside =
        folded.split(['(', '[', '【']).skip(1).filter_map(|rest| rest.split([')', ']', '】']).next());
    let behind = folded.rsplit(['/', ':']).next().filter(|rest| rest.len() < folded.len());
    let broken = text.as_str().rsplit('\n').next().map(text::fold);
    inside
        .flat_map(|inside| inside.split([',', ';', '、']))
        .chain(behind)
        .chain([&*folded])
        .chain(broken.as_deref())
        .find_map(|text| labels.unit(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::labels;

    #[test]
    fn units_are_read_from_labels() {
        for (label, unit) in [
            ("项目资金\n（万元）", Some(MoneyUnit::WanYuan)),
            ("项目资金（人民币元）", Some(MoneyUnit::Yuan)),
            ("项目资金(元,保留两位小数)", Some(MoneyUnit::Yuan)),
            ("预算执行情况（10分，单位：元）", Some(MoneyUnit::Yuan)),
            ("全年预算数（A，元）", Some(MoneyUnit::Yuan)),
            ("项目资金：元", Some(MoneyUnit::Yuan)),
            ("项目资金单位：元", Some(MoneyUnit::Yuan)),
            ("全年预算数/元", Some(MoneyUnit::Yuan)),
            ("项目资金\n元", Some(MoneyUnit::Yuan)),
            ("（千元）", Some(MoneyUnit::QianYuan)),
            ("预算数（10分）(亿元)", Some(MoneyUnit::YiYuan)),
            ("补助标准（元/人）", None),
            ("项目资金", None),
        ] {
            assert_eq!(in_label(&label.to_owned().into(), labels()), unit, "{label}");
        }
    }

    #[test]
    fn units_are_read_from_lines() {
        for (line, unit) in [
            ("单位：元", Some(MoneyUnit::Yuan)),
            ("（金额单位：元）", Some(MoneyUnit::Yuan)),
            ("单位（元）", Some(MoneyUnit::Yuan)),
            ("单位 元", Some(MoneyUnit::Yuan)),
            ("单位：元、%", Some(MoneyUnit::Yuan)),
            ("单位：RMB元", Some(MoneyUnit::Yuan)),
            ("金额：万元", Some(MoneyUnit::WanYuan)),
            ("填报日期：2024年1月5日　　单位：人民币元", Some(MoneyUnit::Yuan)),
            ("编制单位：某局  金额单位：元（保留两位小数）", Some(MoneyUnit::Yuan)),
            ("项目单位：元谋县水务局", None),
            ("实施单位：元", None),
            ("单位：元/人", None),
            ("单位成本不超过3元", None),
        ] {
            assert_eq!(labels().unit_in_line(line), unit, "{line}");
        }
    }
}
