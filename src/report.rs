//! A form with everything known about it: where it came from, its scores, what is wrong with it, and mended.

mod blank;

use std::collections::HashMap;
use std::path::Path;

use rust_decimal::Decimal;

pub use blank::{Known, MOST_ROWS, Rows};

use crate::diagnostic::{Diagnostic, FixKind};
use crate::form::{Field, Form, FundingColumn, IndicatorColumn, TotalColumn};
use crate::grid::{CellRef, Region};
use crate::layout::Layout;
use crate::reader::Found;
use crate::rules::{self, Subject};
use crate::score::{Scores, spread_weights};
use crate::template::{Level, Template};

/// Where a form came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The file as given, with `/`.
    pub file: String,
    /// The sheet; `None` for text.
    pub sheet: Option<String>,
    /// The rectangle of the form on it.
    pub range: Option<Region>,
}

/// A path as every report writes it: with `/` on every system.
pub fn slashed(path: impl AsRef<Path>) -> String {
    path.as_ref().to_string_lossy().replace('\\', "/")
}

/// A form with its layout, scores and diagnostics: what every writer takes.
#[derive(Debug, Clone)]
pub struct Report {
    /// Where it came from.
    pub origin: Origin,
    /// What it says.
    pub form: Form,
    /// Where everything stands.
    pub layout: Layout,
    /// What is computed from it.
    pub scores: Scores,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A change that was made to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What was changed.
    pub field: Field,
    /// Where it stood on the submitted sheet.
    pub cell: Option<CellRef>,
    /// What stood there.
    pub from: Option<String>,
    /// What stands there now.
    pub to: String,
    /// The rule that asked for it; `None` for a blank that was filled by computing.
    pub code: Option<&'static str>,
}

/// What may be changed beyond what is safe, as somebody asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// Spread the points of a level 1 over its indicators where none of them has a weight.
    pub allocate_weights: bool,
    /// Replace a score that a person wrote where the formula gives another.
    pub rescore: bool,
}

/// A form after its safe fixes: blanks that can be computed are filled, nothing that is judged is touched.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The mended form with what is still wrong with it.
    pub report: Report,
    /// Every change.
    pub changes: Vec<Change>,
}

impl Report {
    /// Scores and checks a form that was found in `file`.
    pub fn new(file: &str, found: Found, template: &Template) -> Self {
        let origin = Origin { file: file.replace('\\', "/"), sheet: found.sheet, range: found.layout.range };
        Self::of(origin, found.form, found.layout, template)
    }

    fn of(origin: Origin, form: Form, layout: Layout, template: &Template) -> Self {
        let scores = Scores::of(&form, &template.scoring);
        let subject = Subject { form: &form, scores: &scores, layout: &layout, template };
        let diagnostics = rules::check(&subject);
        Self { origin, form, layout, scores, diagnostics }
    }

    /// The form with everything mended that can be mended safely.
    pub fn fixed(&self, template: &Template) -> Fixed {
        self.fixed_as(template, Requests::default())
    }

    /// The form with everything mended that can be mended safely, and what else was asked for.
    pub fn fixed_as(&self, template: &Template, requests: Requests) -> Fixed {
        let mut form = self.form.clone();
        let mut changes = put_back(&self.layout);
        let asked = self.grant(&mut form, template, requests);
        let checked_again = (!asked.is_empty())
            .then(|| Self::of(self.origin.clone(), form.clone(), self.layout.clone(), template));
        changes.extend(asked);
        form.restate(template.money_unit);
        let mut mended = HashMap::new();
        for diagnostic in &checked_again.as_ref().unwrap_or(self).diagnostics {
            changes.extend(mend(&mut form, &mut mended, diagnostic));
        }
        for (field, to) in blanks(&form, template) {
            form.set(field, to.as_str());
            let cell = self.layout.cell(field);
            changes.push(Change { field, cell, from: None, to, code: None });
        }
        settle(&mut form);
        let layout = Layout { slid: Vec::new(), ..self.layout.clone() };
        Fixed { report: Self::of(self.origin.clone(), form, layout, template), changes }
    }
}

impl Report {
    /// Makes the changes that were asked for, weights first, as scores follow from them.
    fn grant(&self, form: &mut Form, template: &Template, requests: Requests) -> Vec<Change> {
        let off = |code| template.severity.get(code) == Some(&Level::Off);
        let mut changes = Vec::new();
        if requests.allocate_weights && !off(rules::WEIGHT_MISSING) {
            let weights = spread_weights(form).into_iter().enumerate();
            let weights: Vec<_> = weights.filter_map(|(index, weight)| Some((index, weight?))).collect();
            changes.extend(weights.into_iter().map(|(index, weight)| {
                let field = Field::Indicator(index, IndicatorColumn::Weight);
                self.change(form, field, None, weight.normalize().to_string(), rules::WEIGHT_MISSING)
            }));
        }
        if requests.rescore && !off(rules::SCORE_DIFFERS) {
            changes.extend(rescored(form, template).into_iter().map(|(index, from, to)| {
                let field = Field::Indicator(index, IndicatorColumn::Score);
                self.change(form, field, Some(from), to, rules::SCORE_DIFFERS)
            }));
        }
        changes
    }

    fn change(
        &self,
        form: &mut Form,
        field: Field,
        from: Option<String>,
        to: String,
        code: &'static str,
    ) -> Change {
        form.set(field, to.as_str());
        Change { field, cell: self.layout.cell(field), from, to, code: Some(code) }
    }
}

/// The scores that differ from the formula: the indicator, what was written, what the formula gives.
fn rescored(form: &Form, template: &Template) -> Vec<(usize, String, String)> {
    let scores = Scores::of(form, &template.scoring);
    let rows = form.indicators.iter().zip(&scores.computed).enumerate();
    rows.filter_map(|(index, (row, computed))| {
        let (written, computed) = (row.score.get()?, (*computed)?);
        let typed = row.score.typed()?.to_owned();
        let differs = template.scoring.rounded(written) != computed;
        differs.then(|| (index, typed, rules::points(computed)))
    })
    .collect()
}

/// The slid rows that the reader put back.
fn put_back(layout: &Layout) -> Vec<Change> {
    let rows = layout.slid.iter().filter(|row| row.repaired);
    rows.map(|row| Change {
        field: row.field,
        cell: Some(row.cell),
        from: Some("整行错列".to_owned()),
        to: "按栏目归位".to_owned(),
        code: Some(rules::SLID_ROW),
    })
    .collect()
}

/// Applies a safe fix. What `mended` says of its field goes before it: findings come worst first, and a number that is
/// wrong is not only to be spelt right.
fn mend(form: &mut Form, mended: &mut HashMap<Field, String>, diagnostic: &Diagnostic) -> Option<Change> {
    let fix = diagnostic.fix.as_ref().filter(|fix| fix.kind == FixKind::Safe)?;
    let (field, to) = (diagnostic.field?, fix.to.clone()?);
    if *mended.entry(field).or_insert_with(|| to.clone()) != to {
        return None;
    }
    form.set(field, to.as_str());
    Some(Change { field, cell: diagnostic.cell, from: fix.from.clone(), to, code: Some(diagnostic.code) })
}

/// The blanks that the official form always shows or that follow by arithmetic, with what belongs there.
fn blanks(form: &Form, template: &Template) -> Vec<(Field, String)> {
    let mut found = Vec::new();
    if form.title.is_blank() {
        found.push((Field::Title, template.head.title.clone()));
    }
    if form.funding.is_empty() {
        let items = template.funding.rows.iter().enumerate();
        found.extend(items.map(|(i, row)| (Field::Funding(i, FundingColumn::Item), row.item.clone())));
    }
    if let Some(points) = rate_points(form, template) {
        found.push((Field::Funding(0, FundingColumn::Weight), points.normalize().to_string()));
    }
    if form.total.weight.is_blank() {
        found.push((Field::Total(TotalColumn::Weight), template.total.points.normalize().to_string()));
    }
    found.extend(scores(form, template));
    found
}

/// The points of 预算执行率 where their cell is blank: what a label prints, else the profile's, unless the written
/// score shows that this place has others.
fn rate_points(form: &Form, template: &Template) -> Option<Decimal> {
    let row = form.funding_total();
    if row.is_some_and(|row| !row.weight.is_blank()) {
        return None;
    }
    let profile = template.scoring.rate_weight;
    let by_profile = || Form { printed_points: Some(profile), ..form.clone() };
    let agrees = |written| {
        let computed = Scores::of(&by_profile(), &template.scoring).funding.first().and_then(|f| f.score);
        computed == Some(template.scoring.rounded(written))
    };
    match row.map(|row| (row.score.is_blank(), row.score.get())) {
        _ if form.printed_points.is_some() => form.printed_points,
        None | Some((true, _)) => Some(profile),
        Some((false, written)) => written.is_some_and(agrees).then_some(profile),
    }
}

/// The blank rates and points that can be computed.
fn scores(form: &Form, template: &Template) -> Vec<(Field, String)> {
    let scores = Scores::of(form, &template.scoring);
    let mut found = Vec::new();
    if let (Some(row), Some(computed)) = (form.funding_total(), scores.funding.first()) {
        let rate = computed.rate.filter(|_| row.rate.is_blank()).map(rules::percent);
        let score = computed.score.filter(|_| row.score.is_blank()).map(rules::points);
        found.extend(rate.map(|rate| (Field::Funding(0, FundingColumn::Rate), rate)));
        found.extend(score.map(|score| (Field::Funding(0, FundingColumn::Score), score)));
    }
    for (index, (row, computed)) in form.indicators.iter().zip(&scores.computed).enumerate() {
        let score = computed.filter(|_| row.score.is_blank()).map(rules::points);
        found.extend(score.map(|score| (Field::Indicator(index, IndicatorColumn::Score), score)));
    }
    let total = scores.total.filter(|_| form.total.score.is_blank()).map(rules::points);
    found.extend(total.map(|total| (Field::Total(TotalColumn::Score), total)));
    found
}

/// Sets each name to the form in which it is kept, so that a second reading finds nothing to change.
fn settle(form: &mut Form) {
    let bodies = [(Field::Authority, &form.authority), (Field::Unit, &form.unit)];
    let texts: Vec<(Field, String)> =
        bodies.into_iter().filter_map(|(field, body)| Some((field, body.value()?.to_string()))).collect();
    for (field, text) in texts {
        form.set(field, text.as_str());
    }
    if let Some(title) = form.title.value().cloned() {
        form.set(Field::Title, title.as_str());
    }
}
