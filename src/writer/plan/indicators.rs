//! The indicators, their levels and 总分 to the table of the sheet.

use rust_decimal::Decimal;

use crate::form::{Extra, Field, Indicator, IndicatorColumn, TotalColumn};
use crate::grid::CellRef;
use crate::labels::labels;
use crate::score::{funding_counts, is_rescaled};
use crate::template::{IndicatorHeader, Part, PartHeader, Span};
use crate::text;

use super::points;
use super::target::Parts;
use super::{Cell, Content, Look, Planner, Rows, figure, number_or_text, text_or_blank};

impl Planner<'_> {
    pub(super) fn indicators(&mut self, money: Option<CellRef>) {
        let block = &self.template.indicators;
        let rows = &self.report.form.indicators;
        let levels = [IndicatorColumn::Level1, IndicatorColumn::Level2].map(|level| self.level(level));
        let mut beside = vec![block.label.at];
        self.plan.repeated = self.row();
        let fields = block.columns.iter().map(|column| (&column.label, column.at));
        let parts = block.parts.iter().map(|column| (&column.label, column.at));
        let others = block.others.iter().map(|column| (&column.label, column.at));
        let headers = fields.chain(parts).chain(others).map(|(label, at)| Cell::label(at, label)).collect();
        let header = self.table_line(headers, &beside, self.row_height());
        beside.extend(levels.iter().flatten().map(|level| level.at));
        let mut placed: Vec<Rows> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let shares = levels.iter().flatten().filter_map(|level| level.shares.get(index));
            let least = shares.copied().fold(self.room(self.row_height(), 2), f64::max);
            let columns = block.columns.iter();
            let mut cells: Vec<_> =
                columns.filter_map(|column| self.indicator_cell(index, row, column)).collect();
            cells.extend(self.target_parts(index, row));
            cells.extend(block.others.iter().map(|column| self.beside_indicator(row, column)));
            let rows = self.table_line(cells, &beside, least);
            placed.push(rows);
        }
        for level in levels.into_iter().flatten() {
            self.put_level(level, &placed);
        }
        let joins_total = self.template.total.label.at.left > block.label.at.right;
        let body = placed.first().zip(placed.last()).map(|(first, last)| first.to(*last));
        let total = self.total(money, body, joins_total.then_some(block.label.at));
        let last = if joins_total { total } else { body.unwrap_or(header) };
        let text =
            block_points(&self.report.form.extra).map_or(&block.label.text, |extra| &extra.text).clone();
        self.beside(&block.label, &text, header.to(last));
    }

    fn indicator_cell(&self, index: usize, row: &Indicator, header: &IndicatorHeader) -> Option<Cell> {
        let (content, look) = match header.field {
            IndicatorColumn::Level1 | IndicatorColumn::Level2 => return None,
            IndicatorColumn::Level3 => (text_or_blank(row.level3.value().map(String::as_str)), Look::Prose),
            IndicatorColumn::Target => self.target(row),
            IndicatorColumn::Actual => {
                (text_or_blank(row.actual.value().map(|m| m.text.as_str())), Look::Value)
            }
            IndicatorColumn::Weight => (number_or_text(&row.weight), Look::Plain),
            IndicatorColumn::Score => self.indicator_score(index, row),
            IndicatorColumn::Deviation => {
                (text_or_blank(row.deviation.value().map(String::as_str)), Look::Prose)
            }
        };
        Some(Cell::new(header.at, content, look).of(Field::Indicator(index, header.field)))
    }

    /// The target, or what its other columns leave of it: a number then, where it is one to the last digit.
    fn target(&self, row: &Indicator) -> (Content, Look) {
        let Some(measure) = row.target.value() else { return (Content::Blank, Look::Value) };
        let block = &self.template.indicators;
        let value = Parts::of(measure, block).value;
        match value.parse::<Decimal>().ok().filter(|number| number.normalize().to_string() == value) {
            Some(number) if !block.parts.is_empty() => (figure(number), Look::Plain),
            _ => (text_or_blank(Some(&value)), Look::Value),
        }
    }

    fn target_parts(&mut self, index: usize, row: &Indicator) -> Vec<Cell> {
        let block = &self.template.indicators;
        let parts = row.target.value().map(|measure| Parts::of(measure, block)).unwrap_or_default();
        let mut cell = |column: &PartHeader| {
            // A target without operator may have had 定性 in its place.
            let nature = (column.part == Part::Operator && parts.part(column.part).is_empty())
                .then(|| self.of_indicator(row, labels().operator_header()));
            let text = nature.flatten().unwrap_or_else(|| parts.part(column.part).to_owned());
            Cell::new(column.at, text_or_blank(Some(&text)), Look::Value)
                .of(Field::Indicator(index, IndicatorColumn::Target))
        };
        block.parts.iter().map(&mut cell).collect()
    }

    fn indicator_score(&self, index: usize, row: &Indicator) -> (Content, Look) {
        let score = self.report.scores.indicators.get(index).copied().flatten();
        let computed = self.report.scores.computed.get(index).copied().flatten();
        let waits = self.options.blank && row.score.is_blank();
        let formula = if waits || points::covers(row, computed) { self.points_formula() } else { None };
        let content = match formula {
            Some(formula) => self.live(formula, score),
            None => score.map_or_else(|| number_or_text(&row.score), figure),
        };
        (content, if row.is_padding() && !self.options.blank { Look::Plain } else { Look::Points })
    }

    /// The points of the next row as a formula, where the form has the cells that it needs.
    fn points_formula(&self) -> Option<String> {
        let cell = |field| {
            let columns = &self.template.indicators.columns;
            let header = columns.iter().find(|column| column.field == field)?;
            Some(CellRef::new(self.row(), u32::from(header.at.left)).to_string())
        };
        let (actual, weight) = (cell(IndicatorColumn::Actual)?, cell(IndicatorColumn::Weight)?);
        let part = |part| {
            let header = self.template.indicators.parts.iter().find(|header| header.part == part)?;
            Some(CellRef::new(self.row(), u32::from(header.at.left)).to_string())
        };
        let target = [part(Part::Operator), Some(cell(IndicatorColumn::Target)?), part(Part::Measure)];
        let target = target.into_iter().flatten().collect::<Vec<_>>().join("&");
        let cells = points::Cells { target, actual, weight };
        Some(points::formula(&cells, &self.template.scoring))
    }

    /// The runs of rows that share a level, and what each of their rows must give for the level's text.
    fn level(&self, field: IndicatorColumn) -> Option<Level> {
        let at = self.template.indicators.columns.iter().find(|column| column.field == field)?.at;
        let rows = &self.report.form.indicators;
        let is_level1 = field == IndicatorColumn::Level1;
        let text = if is_level1 { level1_text } else { level2_text };
        let same = if is_level1 { same_level1 } else { same_level2 };
        let mut level = Level { field, at, runs: Vec::new(), shares: Vec::new() };
        for run in rows.chunk_by(same) {
            let content = text_or_blank(run.first().map(text).as_deref());
            let count = u32::try_from(run.len()).unwrap_or(u32::MAX).max(1);
            let share = self.need(&content, at, Look::Label) / f64::from(count);
            level.shares.extend(run.iter().map(|_| share));
            level.runs.push((run.len(), content));
        }
        Some(level)
    }

    fn put_level(&mut self, level: Level, placed: &[Rows]) {
        let mut index = 0;
        for (length, content) in level.runs {
            let run = placed.get(index..index + length).unwrap_or_default();
            if let Some((first, last)) = run.first().zip(run.last()) {
                let cell = Cell::new(level.at, content, Look::Label).of(Field::Indicator(index, level.field));
                self.block(first.to(*last), cell);
            }
            index += length;
        }
    }

    fn total(&mut self, money: Option<CellRef>, body: Option<Rows>, beside: Option<Span>) -> Rows {
        let row = &self.template.total;
        let total = &self.report.form.total;
        // A typed score of the funding would make a sum where ours says that nothing can be computed.
        let computed = self.report.scores.funding.first().is_none_or(|score| score.score.is_some());
        let typed = self.report.form.funding_total().is_some_and(|row| !row.score.is_blank());
        let money = money.filter(|_| computed || !typed);
        let plain = !is_rescaled(&self.report.form, &self.template.scoring);
        let sum = money.zip(body).filter(|_| plain).and_then(|(money, body)| self.sum(money, body));
        let score = match (self.report.scores.total, sum) {
            (None, _) if !total.score.is_blank() => number_or_text(&total.score),
            (result, Some(formula)) => self.live(formula, result),
            (result, None) => result.map_or(Content::Blank, figure),
        };
        let mut cells = vec![
            Cell::label(row.label.at, &row.label.text),
            Cell::new(row.weight, number_or_text(&total.weight), Look::Plain)
                .of(Field::Total(TotalColumn::Weight)),
            Cell::new(row.score, score, Look::Points).of(Field::Total(TotalColumn::Score)),
        ];
        cells.extend(row.rest.map(|rest| Cell::new(rest, Content::Blank, Look::Label)));
        self.table_line(cells, beside.as_slice(), self.row_height())
    }

    /// The sum of all points; empty without any real indicator and while one has no points, as in
    /// [`crate::score::Scores::total`].
    fn sum(&self, money: CellRef, body: Rows) -> Option<String> {
        let range = |field| {
            let found = self.template.indicators.columns.iter().find(|column| column.field == field)?;
            let col = u32::from(found.at.left);
            Some(format!("{}:{}", CellRef::new(body.first, col), CellRef::new(body.last, col)))
        };
        let scores = range(IndicatorColumn::Score)?;
        let said = [IndicatorColumn::Level3, IndicatorColumn::Target, IndicatorColumn::Actual];
        let said: Vec<_> =
            said.into_iter().filter_map(range).map(|range| format!("({range}<>\"\")")).collect();
        let real = format!("({}>0)", said.join("+"));
        let unscored = format!("SUMPRODUCT({real}*1)=0,SUMPRODUCT({real}*(1-ISNUMBER({scores})))>0");
        let places = self.template.scoring.score_places;
        Some(if funding_counts(&self.report.form, &self.template.scoring) {
            let unknown = format!("OR(COUNT({money})=0,{unscored})");
            format!("IF({unknown},\"\",ROUND(SUM({scores},{money}),{places}))")
        } else {
            format!("IF(OR({unscored}),\"\",ROUND(SUM({scores}),{places}))")
        })
    }
}

/// A level of the table: how many rows share each of its texts.
struct Level {
    field: IndicatorColumn,
    at: Span,
    runs: Vec<(usize, Content)>,
    shares: Vec<f64>,
}

/// Level 1 with its points under it, as the official form prints them.
fn level1_text(row: &Indicator) -> String {
    let name = row.level1.value().cloned().unwrap_or_default();
    let points = row.level1_weight.get().map(|points| format!("\n({}分)", points.normalize()));
    format!("{name}{}", points.unwrap_or_default())
}

fn level2_text(row: &Indicator) -> String {
    row.level2.value().cloned().unwrap_or_default()
}

fn same_level1(a: &Indicator, b: &Indicator) -> bool {
    a.level1.value() == b.level1.value() && a.level1_weight.value() == b.level1_weight.value()
}

fn same_level2(a: &Indicator, b: &Indicator) -> bool {
    same_level1(a, b) && a.level2.value() == b.level2.value()
}

/// The block's own label with points on it, which the reader keeps among the extras (`绩效指标(90分)`).
///
/// A form with several blocks has several: none of them speaks for all indicators, so they stay notes.
pub(super) fn block_points(extra: &[Extra]) -> Option<&Extra> {
    let is_block_points = |extra: &&Extra| {
        extra.label.is_none()
            && labels().is_indicator_block(&extra.text)
            && text::points_in_label(&extra.text).is_some()
    };
    let mut found = extra.iter().filter(is_block_points);
    found.next().filter(|_| found.next().is_none())
}
