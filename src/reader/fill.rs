//! A layout and its grid to a form: each field set from the text that stands in its place.

use crate::form::{Field, Form, FundingColumn, IndicatorColumn, Typed};
use crate::grid::{Grid, Value};
use crate::labels::Labels;
use crate::layout::{Layout, Source};
use crate::text;

use super::token::{Token, is_constant};

/// Fills a form from the places that `layout` found on `grid`.
pub fn fill(grid: &Grid, layout: &Layout, labels: &Labels) -> Form {
    let mut form = Form::new(layout.money_unit);
    for (field, sources) in &layout.fields {
        let typed = typed(grid, *field, sources, layout, labels);
        form.set(*field, typed);
    }
    form.printed_points = layout.rate_points.as_deref().and_then(crate::number::points);
    name_items(&mut form, labels);
    form.extra.clone_from(&layout.extra);
    form
}

/// Gives the funding rows their canonical names; two rows that would share one keep their own words.
fn name_items(form: &mut Form, labels: &Labels) {
    let typed: Vec<String> =
        form.funding.iter().map(|row| row.item.typed().unwrap_or_default().to_owned()).collect();
    let names: Vec<String> = typed.iter().map(|item| labels.funding_item_name(item)).collect();
    for (index, (typed, name)) in
        typed.iter().zip(&names).enumerate().filter(|(_, (typed, _))| !typed.is_empty())
    {
        let shared = names.iter().filter(|other| *other == name).count() > 1;
        let item = if shared { labels.own_item_name(typed) } else { name.clone() };
        form.set(Field::Funding(index, FundingColumn::Item), item.as_str());
    }
}

/// What was typed for `field`, its pieces joined.
fn typed(grid: &Grid, field: Field, sources: &[Source], layout: &Layout, labels: &Labels) -> Typed {
    let pieces: Vec<Typed> = sources.iter().map(|source| piece(grid, field, source)).collect();
    let formula = pieces.iter().find_map(|piece| piece.formula.clone());
    let joint = if matches!(field, Field::Goal(_)) { "\n" } else { "" };
    let texts: Vec<&str> = pieces.iter().map(|p| p.text.as_str()).filter(|t| !labels.is_blank(*t)).collect();
    Typed { text: meaning(field, texts.join(joint), layout), formula }
}

/// The text of one place.
fn piece(grid: &Grid, field: Field, source: &Source) -> Typed {
    if let Some(part) = &source.part {
        return Typed::from(part.as_str());
    }
    let Some(cell) = grid.get(source.region.start) else { return Typed::default() };
    let token = Token::new(source.region, cell);
    if is_text(field) && is_typed_formula(&token) {
        let formula = cell.formula.as_deref().unwrap_or_default();
        return Typed::from(format!("={formula}").as_str());
    }
    if token.lacks_value() {
        return Typed { text: String::new(), formula: cell.formula.clone() };
    }
    Typed::from(token.text.as_str())
}

/// Whether someone typed a text that the program took for a formula: `=100%`, or `=205人` that became `#NAME?`.
fn is_typed_formula(token: &Token<'_>) -> bool {
    let formula = token.cell.formula.as_deref();
    let misread = matches!(&token.cell.value, Some(Value::Error(_))) || token.cell.value.is_none();
    is_constant(formula)
        || (misread && formula.is_some_and(|f| f.chars().any(text::is_han) && !f.contains(['(', '!'])))
}

const fn is_text(field: Field) -> bool {
    use IndicatorColumn::{Actual, Deviation, Level3, Target};
    matches!(
        field,
        Field::Indicator(_, Level3 | Target | Actual | Deviation) | Field::Goal(_) | Field::Project
    )
}

/// A rate under a header with `%` as one, an amount under one with a unit of its own with that; all else as typed.
fn meaning(field: Field, typed: String, layout: &Layout) -> String {
    match field {
        Field::Funding(_, FundingColumn::Rate)
            if layout.rate_in_percent && crate::number::plain(&typed).is_some() =>
        {
            format!("{typed}%")
        }
        Field::Funding(_, column) if crate::number::plain(&typed).is_some() => {
            let unit = layout.column_units.get(&column);
            unit.map_or_else(|| typed.clone(), |unit| format!("{typed}{}", unit.name()))
        }
        _ => typed,
    }
}
