//! A template to a blank form: its rows and labels, and what is known beforehand filled in.

use crate::form::{Field, Form, IndicatorColumn};
use crate::layout::Layout;
use crate::reader::ListedProject;
use crate::template::{BlankLevel, Template};

use super::{Origin, Report};

/// Most rows of one 二级指标.
pub const MOST_ROWS: usize = 200;

/// What is known of a form before anyone fills it in.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The year.
    pub year: Option<u16>,
    /// 项目名称
    pub project: Option<String>,
    /// 主管部门, with or without its code.
    pub authority: Option<String>,
    /// 实施单位, with or without its code.
    pub unit: Option<String>,
}

impl Known {
    /// These, and what a list says of one project.
    #[must_use]
    pub fn of_listed(&self, listed: &ListedProject) -> Self {
        Self {
            year: self.year,
            project: Some(listed.name.clone()),
            authority: listed.authority.clone().or_else(|| self.authority.clone()),
            unit: listed.unit.clone().or_else(|| self.unit.clone()),
        }
    }
}

/// How many indicators a blank form has room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Rows of each 二级指标.
    pub each: usize,
    /// Other numbers for some of them, by name; the last of a name counts.
    pub of: Vec<(String, usize)>,
}

impl Default for Rows {
    fn default() -> Self {
        Self { each: 2, of: Vec::new() }
    }
}

impl Rows {
    fn count(&self, level2: &str) -> usize {
        let own = self.of.iter().rev().find(|(name, _)| name == level2);
        own.map_or(self.each, |(_, count)| *count).min(MOST_ROWS)
    }
}

impl Report {
    /// The blank form of a template.
    pub fn blank(template: &Template, known: &Known, rows: &Rows) -> Self {
        let mut form = Form::new(template.money_unit);
        let heads = [
            (Field::Year, known.year.map(|year| year.to_string())),
            (Field::Project, known.project.clone()),
            (Field::Authority, known.authority.clone()),
            (Field::Unit, known.unit.clone()),
        ];
        for (field, text) in heads {
            text.into_iter().for_each(|text| form.set(field, text.as_str()));
        }
        for (row, (level1, level2)) in levels(template, rows).into_iter().enumerate() {
            form.set(Field::Indicator(row, IndicatorColumn::Level1), level1.as_str());
            form.set(Field::Indicator(row, IndicatorColumn::Level2), level2);
        }
        Self::of(Origin::default(), form, Layout::default(), template).fixed(template).report
    }
}

/// 一级指标 with its points and 二级指标 of each row.
fn levels<'a>(template: &'a Template, rows: &Rows) -> Vec<(String, &'a str)> {
    let blank = &template.indicators.blank;
    // Points that do not make the whole are another place's.
    let whole = blank.iter().map(|level| level.points).sum::<Option<rust_decimal::Decimal>>();
    let fits = whole == Some(template.scoring.indicator_points);
    let name = |level: &BlankLevel| match level.points.filter(|_| fits) {
        Some(points) => format!("{}({}分)", level.level1, points.normalize()),
        None => level.level1.clone(),
    };
    let of_level = |level: &'a BlankLevel| {
        let name = name(level);
        let rows = level.level2.iter().flat_map(|level2| vec![level2.as_str(); rows.count(level2)]);
        rows.map(move |level2| (name.clone(), level2)).collect::<Vec<_>>()
    };
    blank.iter().flat_map(of_level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_form_has_the_rows_that_were_asked_for() {
        let rows = Rows { each: 1, of: vec![("数量指标".to_owned(), 3), ("成本指标".to_owned(), 0)] };
        let known = Known { year: Some(2024), project: Some("网络费".to_owned()), ..Known::default() };
        let form = Report::blank(Template::standard(), &known, &rows).form;
        let level2: Vec<_> = form.indicators.iter().filter_map(|row| row.level2.value()).collect();
        assert_eq!(level2[..4], ["数量指标", "数量指标", "数量指标", "质量指标"]);
        assert!(!level2.contains(&&"成本指标".to_owned()));
        assert_eq!(form.indicators[0].level1_weight.get(), Some(50.into()));
        assert_eq!((form.year.get(), form.rate_points()), (Some(2024), Some(10.into())));
        assert!(form.funding[0].rate.is_blank() && form.total.score.is_blank());
    }

    #[test]
    fn points_of_another_place_are_not_printed() {
        let hubei = Template::parse(Template::source("hubei").unwrap()).unwrap();
        let form = Report::blank(&hubei, &Known::default(), &Rows::default()).form;
        assert!(form.indicators.iter().all(|row| row.level1_weight.is_blank()));
        assert_eq!(form.rate_points(), Some(20.into()));
    }
}
