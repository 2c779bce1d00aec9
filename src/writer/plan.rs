//! A form and its template to a plan of the official sheet: what stands where, how it looks, how high each row is.

use rust_decimal::Decimal;

use crate::form::{Entry, Extra, Field, FundingColumn, FundingRow, Indicator, IndicatorColumn};
use crate::grid::{CellRef, Region};
use crate::labels::labels;
use crate::number::{self, MoneyUnit};
use crate::report::Report;
use crate::score::{POINT_PLACES, RATE_PLACES, funding_counts};
use crate::template::{FundingHeader, HeadCell, IndicatorHeader, Label, Span, Template};
use crate::text;

use super::measure;

/// What stands in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing but its borders.
    Blank,
    /// Text, never taken for a formula.
    Text(String),
    /// A number that a cell can hold to its last digit; others are texts.
    Number(Decimal),
    /// A live formula (without `=`) and its result; `None` shows as empty.
    Formula(String, Option<Decimal>),
}

/// How a block looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// The line above the title.
    Attachment,
    /// The title.
    Title,
    /// The line of the year.
    Year,
    /// A label: centred, wrapped.
    Label,
    /// Prose and names: left, wrapped.
    Prose,
    /// A value: centred, wrapped.
    Value,
    /// An amount of money with the decimals it has.
    Amount,
    /// A rate, `0.00%`.
    Rate,
    /// Points, `0.00`.
    Points,
    /// A weight, or an untouched 0, with the decimals it has.
    Plain,
    /// A line under the table, without borders.
    Note,
}

/// A cell or merged region of the sheet.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its place.
    pub region: Region,
    /// What stands in it.
    pub content: Content,
    /// How it looks.
    pub look: Look,
}

/// The whole sheet.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Blocks from top to bottom.
    pub blocks: Vec<Block>,
    /// Heights of the rows in points.
    pub heights: Vec<f64>,
    /// The header row of the indicators, which is repeated on each page.
    pub repeated: u32,
}

/// Numbers instead of formulas, or not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Write 执行率, 得分 and 总分 as numbers, for systems that refuse formulas.
    pub values: bool,
}

/// Plans the official sheet of a report.
pub fn plan(report: &Report, template: &Template, options: Options) -> Plan {
    let mut planner = Planner { report, template, options, plan: Plan::default() };
    planner.head();
    let money = planner.funding();
    planner.goal();
    planner.indicators(money);
    planner.notes();
    planner.plan
}

/// Rows of the sheet, both included.
#[derive(Debug, Clone, Copy)]
struct Rows {
    first: u32,
    last: u32,
}

impl Rows {
    const fn to(self, last: Self) -> Self {
        Self { first: self.first, last: last.last }
    }
}

/// A cell of a line before its rows are known.
struct Cell {
    at: Span,
    content: Content,
    look: Look,
}

impl Cell {
    const fn new(at: Span, content: Content, look: Look) -> Self {
        Self { at, content, look }
    }

    fn label(at: Span, text: &str) -> Self {
        Self::new(at, text_or_blank(Some(text)), Look::Label)
    }
}

struct Planner<'a> {
    report: &'a Report,
    template: &'a Template,
    options: Options,
    plan: Plan,
}

impl Planner<'_> {
    /// The row that comes next.
    fn row(&self) -> u32 {
        u32::try_from(self.plan.heights.len()).unwrap_or(u32::MAX)
    }

    fn block(&mut self, at: Span, rows: Rows, content: Content, look: Look) {
        let start = CellRef::new(rows.first, u32::from(at.left));
        let end = CellRef::new(rows.last, u32::from(at.right));
        self.plan.blocks.push(Block { region: Region::new(start, end), content, look });
    }

    /// Adds a line at least so high: one row, or as many as its highest text needs, merged.
    fn line(&mut self, cells: Vec<Cell>, least: f64) -> Rows {
        let needs = cells.iter().map(|cell| self.need(&cell.content, cell.at, cell.look));
        let height = needs.fold(least, f64::max);
        let count = measure::rows_for(height);
        let rows = Rows { first: self.row(), last: self.row().saturating_add(count - 1) };
        self.plan.heights.extend((0..count).map(|_| (height / f64::from(count)).min(measure::MOST)));
        for cell in cells {
            self.block(cell.at, rows, cell.content, cell.look);
        }
        rows
    }

    /// A line of the table: what none of `cells` and no label `beside` it covers gets its borders.
    fn table_line(&mut self, mut cells: Vec<Cell>, beside: &[Span], least: f64) -> Rows {
        let covered = |col: u16, at: &Span| (at.left..=at.right).contains(&col);
        let blank = |col: &u16| {
            !beside.iter().any(|at| covered(*col, at)) && !cells.iter().any(|c| covered(*col, &c.at))
        };
        let blanks: Vec<u16> = (0..self.template.width()).filter(blank).collect();
        let blanks = blanks.into_iter().map(|col| Span { left: col, right: col });
        cells.extend(blanks.map(|at| Cell::new(at, Content::Blank, Look::Label)));
        self.line(cells, least)
    }

    /// A label beside its rows, which together become as high as it needs.
    fn beside(&mut self, label: &Label, text: &str, rows: Rows) {
        let content = text_or_blank(Some(text));
        let need = self.need(&content, label.at, Look::Label);
        measure::raise(&mut self.plan.heights, rows.first, rows.last, need);
        self.block(label.at, rows, content, Look::Label);
    }

    /// The height that a content needs within its columns.
    fn need(&self, content: &Content, at: Span, look: Look) -> f64 {
        let sheet = &self.template.sheet;
        let size = match look {
            Look::Title => sheet.title_size,
            Look::Year => sheet.year_size,
            _ => sheet.body_size,
        };
        match content {
            Content::Text(text) => measure::height(text, at, self.template, size),
            Content::Blank | Content::Number(_) | Content::Formula(..) => 0.0,
        }
    }

    fn row_height(&self) -> f64 {
        self.template.sheet.row_height
    }

    fn whole_width(&self) -> Span {
        Span { left: 0, right: self.template.width().saturating_sub(1) }
    }

    // ---- head ----

    fn head(&mut self) {
        let (head, sheet) = (&self.template.head, &self.template.sheet);
        let form = &self.report.form;
        let title = form.title.value().unwrap_or(&head.title).clone();
        let year = form.year.get().map(|year| year.to_string());
        let year = year.or_else(|| form.year.typed().map(str::to_owned)).unwrap_or_else(|| "    ".to_owned());
        let lines = [
            (head.attachment.clone(), Look::Attachment, sheet.body_size * 1.8),
            (title, Look::Title, sheet.title_size * 1.8),
            (head.year.replace("{year}", &year), Look::Year, sheet.year_size * 1.6),
        ];
        for (text, look, height) in lines.into_iter().filter(|(text, ..)| !text.is_empty()) {
            self.line(vec![Cell::new(self.whole_width(), Content::Text(text), look)], height);
        }
        for row in &self.template.head.rows {
            let cells = row.iter().map(|cell| self.head_cell(cell)).collect();
            self.table_line(cells, &[], self.row_height());
        }
    }

    fn head_cell(&self, cell: &HeadCell) -> Cell {
        let form = &self.report.form;
        let field = cell.field.as_deref().and_then(|field| field.parse().ok());
        let text = match field {
            Some(Field::Project) => form.project.value().cloned(),
            Some(Field::Authority) => form.authority.value().map(ToString::to_string),
            Some(Field::Unit) => form.unit.value().map(ToString::to_string),
            _ => None,
        };
        match &cell.label {
            Some(label) => Cell::label(cell.at, label),
            None => Cell::new(cell.at, text_or_blank(text.as_deref()), Look::Value),
        }
    }

    // ---- funding ----

    /// The funding block; gives the cell of its points.
    fn funding(&mut self) -> Option<CellRef> {
        let block = &self.template.funding;
        let beside = [block.label.at];
        let mut cells = vec![Cell::new(block.item, Content::Blank, Look::Label)];
        cells.extend(block.columns.iter().map(|column| Cell::label(column.at, &column.label)));
        let header = self.table_line(cells, &beside, self.row_height());
        let blank: Vec<FundingRow>;
        let mut rows = &self.report.form.funding;
        if rows.is_empty() {
            blank = vec![FundingRow::default(); block.rows.len()];
            rows = &blank;
        }
        let score = block.columns.iter().find(|column| column.field == FundingColumn::Score);
        let score = score.map(|column| CellRef::new(self.row(), u32::from(column.at.left)));
        let mut last = header;
        for (index, row) in rows.iter().enumerate() {
            let mut cells = vec![Cell::new(block.item, self.item(index, row), Look::Prose)];
            cells.extend(block.columns.iter().filter_map(|column| self.funding_cell(index, row, column)));
            last = self.table_line(cells, &beside, self.row_height());
        }
        self.beside(&block.label, &block.label.text, header.to(last));
        score.filter(|_| !rows.is_empty())
    }

    /// A row's name as the template prints it; the template's own row where the form has none at all.
    fn item(&self, index: usize, row: &FundingRow) -> Content {
        let printed = &self.template.funding.rows;
        if self.report.form.funding.is_empty() {
            return text_or_blank(printed.get(index).map(|item| item.label.as_str()));
        }
        let name = row.item.value().map(String::as_str);
        let label = printed.iter().find(|item| Some(item.item.as_str()) == name);
        text_or_blank(label.map(|item| item.label.as_str()).or(name))
    }

    fn funding_cell(&self, index: usize, row: &FundingRow, header: &FundingHeader) -> Option<Cell> {
        let (content, look) = match header.field {
            FundingColumn::Item => return None,
            FundingColumn::Initial => (self.amount(&row.initial), Look::Amount),
            FundingColumn::Budget => (self.amount(&row.budget), Look::Amount),
            FundingColumn::Executed => (self.amount(&row.executed), Look::Amount),
            FundingColumn::Weight => (self.funding_weight(index, row), Look::Plain),
            FundingColumn::Rate => (self.rate(index, row), Look::Rate),
            FundingColumn::Score => (self.funding_score(index, row), Look::Points),
        };
        Some(Cell::new(header.at, content, look))
    }

    /// An amount in the template's unit; an unreadable one as typed.
    fn amount(&self, entry: &Entry<Decimal>) -> Content {
        let in_unit = |wan: Decimal| match self.template.money_unit {
            MoneyUnit::WanYuan => Some(wan),
            MoneyUnit::Yuan => wan.checked_mul(Decimal::from(10_000)),
            MoneyUnit::YiYuan => wan.checked_div(Decimal::from(10_000)),
        };
        entry.get().and_then(in_unit).map_or_else(|| text_or_blank(entry.typed()), figure)
    }

    fn funding_weight(&self, index: usize, row: &FundingRow) -> Content {
        match number_or_text(&row.weight) {
            Content::Blank if index > 0 => text_or_blank(Some(&self.template.funding.no_weight)),
            content => content,
        }
    }

    /// The total's rate, and a part's if the paper has one. What cannot be computed stays as typed.
    fn rate(&self, index: usize, row: &FundingRow) -> Content {
        let rate = self.report.scores.funding.get(index).and_then(|score| score.rate);
        if row.rate.is_blank() && index > 0 {
            return Content::Blank;
        }
        if rate.is_none() && !row.rate.is_blank() {
            return number_or_text(&row.rate);
        }
        match self.money_cells() {
            Some((budget, executed, _)) if self.is_live(row) => {
                let quotient = format!("ROUND({executed}/{budget},{RATE_PLACES})");
                self.live(format!("IF(OR(COUNT({executed})=0,N({budget})<=0),\"\",{quotient})"), rate)
            }
            _ => rate.map_or(Content::Blank, figure),
        }
    }

    fn funding_score(&self, index: usize, row: &FundingRow) -> Content {
        let score = self.report.scores.funding.get(index).and_then(|score| score.score);
        if index > 0 || (score.is_none() && !row.score.is_blank()) {
            return number_or_text(&row.score);
        }
        match self.money_cells() {
            Some((budget, executed, Some(weight))) if self.is_live(row) && row.weight.get().is_some() => {
                let points = format!("ROUND({weight}*{executed}/{budget},{POINT_PLACES})");
                let unknown = format!("OR(COUNT({executed},{weight})<2,N({budget})<=0)");
                self.live(format!("IF({unknown},\"\",MAX(0,MIN({weight},{points})))"), score)
            }
            _ => score.map_or(Content::Blank, figure),
        }
    }

    /// Whether the row's amounts stand in their cells as numbers or are blank, so that a formula can do with them.
    fn is_live(&self, row: &FundingRow) -> bool {
        let is_text = |entry| matches!(self.amount(entry), Content::Text(_));
        !is_text(&row.budget) && !is_text(&row.executed)
    }

    /// The cells of the next row's budget, executed amount and weight.
    fn money_cells(&self) -> Option<(CellRef, CellRef, Option<CellRef>)> {
        let cell = |field| {
            let header = self.template.funding.columns.iter().find(|column| column.field == field)?;
            Some(CellRef::new(self.row(), u32::from(header.at.left)))
        };
        Some((cell(FundingColumn::Budget)?, cell(FundingColumn::Executed)?, cell(FundingColumn::Weight)))
    }

    fn live(&self, formula: String, result: Option<Decimal>) -> Content {
        match result {
            Some(result) if self.options.values => figure(result),
            None if self.options.values => Content::Blank,
            result => Content::Formula(formula, result),
        }
    }

    // ---- goals ----

    fn goal(&mut self) {
        let block = &self.template.goal;
        let goal = &self.report.form.goal;
        let beside = [block.label.at];
        let sides = [(&block.expected, &goal.expected), (&block.actual, &goal.actual)];
        let headers = sides.iter().map(|(label, _)| Cell::label(label.at, &label.text)).collect();
        let texts = sides.iter().map(|(label, goal)| {
            Cell::new(label.at, text_or_blank(goal.value().map(String::as_str)), Look::Prose)
        });
        let texts = texts.collect();
        let header = self.table_line(headers, &beside, self.row_height());
        let last = self.table_line(texts, &beside, block.row_height);
        self.beside(&block.label, &block.label.text, header.to(last));
    }

    // ---- indicators and total ----

    fn indicators(&mut self, money: Option<CellRef>) {
        let block = &self.template.indicators;
        let rows = &self.report.form.indicators;
        let levels = [IndicatorColumn::Level1, IndicatorColumn::Level2].map(|level| self.level(level));
        let mut beside = vec![block.label.at];
        self.plan.repeated = self.row();
        let headers = block.columns.iter().map(|column| Cell::label(column.at, &column.label)).collect();
        let header = self.table_line(headers, &beside, self.row_height());
        beside.extend(levels.iter().flatten().map(|level| level.at));
        let mut placed: Vec<Rows> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let shares = levels.iter().flatten().filter_map(|level| level.shares.get(index));
            let least = shares.copied().fold(self.row_height(), f64::max);
            let columns = block.columns.iter();
            let cells = columns.filter_map(|column| self.indicator_cell(index, row, column)).collect();
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
        let text = self.block_points().map_or(&block.label.text, |extra| &extra.text).clone();
        self.beside(&block.label, &text, header.to(last));
    }

    /// The block's own label with points on it, which the reader keeps among the extras (`绩效指标(90分)`).
    fn block_points(&self) -> Option<&Extra> {
        self.report.form.extra.iter().find(|extra| is_block_points(extra))
    }

    fn indicator_cell(&self, index: usize, row: &Indicator, header: &IndicatorHeader) -> Option<Cell> {
        let (content, look) = match header.field {
            IndicatorColumn::Level1 | IndicatorColumn::Level2 => return None,
            IndicatorColumn::Level3 => (text_or_blank(row.level3.value().map(String::as_str)), Look::Prose),
            IndicatorColumn::Target => {
                (text_or_blank(row.target.value().map(|m| m.text.as_str())), Look::Value)
            }
            IndicatorColumn::Actual => {
                (text_or_blank(row.actual.value().map(|m| m.text.as_str())), Look::Value)
            }
            IndicatorColumn::Weight => (number_or_text(&row.weight), Look::Plain),
            IndicatorColumn::Score => self.indicator_score(index, row),
            IndicatorColumn::Deviation => {
                (text_or_blank(row.deviation.value().map(String::as_str)), Look::Prose)
            }
        };
        Some(Cell::new(header.at, content, look))
    }

    fn indicator_score(&self, index: usize, row: &Indicator) -> (Content, Look) {
        let score = self.report.scores.indicators.get(index).copied().flatten();
        let content = score.map_or_else(|| number_or_text(&row.score), figure);
        (content, if row.is_padding() { Look::Plain } else { Look::Points })
    }

    /// The runs of rows that share a level, and what each of their rows must give for the level's text.
    fn level(&self, field: IndicatorColumn) -> Option<Level> {
        let at = self.template.indicators.columns.iter().find(|column| column.field == field)?.at;
        let rows = &self.report.form.indicators;
        let is_level1 = field == IndicatorColumn::Level1;
        let text = if is_level1 { level1_text } else { level2_text };
        let same = if is_level1 { same_level1 } else { same_level2 };
        let mut level = Level { at, runs: Vec::new(), shares: Vec::new() };
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
                self.block(level.at, first.to(*last), content, Look::Label);
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
        let sum = money.zip(body).and_then(|(money, body)| self.sum(money, body));
        let score = match (self.report.scores.total, sum) {
            (None, _) if !total.score.is_blank() => number_or_text(&total.score),
            (result, Some(formula)) => self.live(formula, result),
            (result, None) => result.map_or(Content::Blank, figure),
        };
        let mut cells = vec![
            Cell::label(row.label.at, &row.label.text),
            Cell::new(row.weight, number_or_text(&total.weight), Look::Plain),
            Cell::new(row.score, score, Look::Points),
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
        Some(if funding_counts(&self.report.form, &self.template.scoring) {
            let unknown = format!("OR(COUNT({money})=0,{unscored})");
            format!("IF({unknown},\"\",ROUND(SUM({scores},{money}),{POINT_PLACES}))")
        } else {
            format!("IF(OR({unscored}),\"\",ROUND(SUM({scores}),{POINT_PLACES}))")
        })
    }

    // ---- notes ----

    fn notes(&mut self) {
        for extra in self.report.form.extra.iter().filter(|extra| !is_block_points(extra)) {
            let cell = Cell::new(self.whole_width(), Content::Text(note(extra)), Look::Note);
            self.line(vec![cell], self.row_height() * 0.8);
        }
    }
}

/// A level of the table: how many rows share each of its texts.
struct Level {
    at: Span,
    runs: Vec<(usize, Content)>,
    shares: Vec<f64>,
}

fn text_or_blank(text: Option<&str>) -> Content {
    text.filter(|text| !text.is_empty()).map_or(Content::Blank, |text| Content::Text(text.to_owned()))
}

/// A number, or its digits as text where the double of a cell would lose some.
fn figure(number: Decimal) -> Content {
    let number = number.normalize();
    match stored(number).and_then(number::from_f64) {
        Some(kept) if kept == number => Content::Number(number),
        _ => Content::Text(number.to_string()),
    }
}

/// The double that a cell holds for `number`: the nearest there is.
pub fn stored(number: Decimal) -> Option<f64> {
    number.to_string().parse().ok()
}

/// A number, or what was typed instead of one.
fn number_or_text(entry: &Entry<Decimal>) -> Content {
    entry.get().map_or_else(|| text_or_blank(entry.typed()), figure)
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

/// Whether an extra is the label of the indicators with points on it.
fn is_block_points(extra: &Extra) -> bool {
    extra.label.is_none()
        && labels().is_indicator_block(&extra.text)
        && text::points_in_label(&extra.text).is_some()
}

/// An extra as a line that reads back as the same label and text.
pub fn note(extra: &Extra) -> String {
    extra.label.as_ref().map_or_else(|| extra.text.clone(), |label| format!("{label}：{}", extra.text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::form::{Form, GoalSide, TotalColumn};
    use crate::report::Origin;
    use crate::score::Scores;

    /// A form from fields as the clean data names them.
    fn form(fields: &[(&str, &str)]) -> Form {
        let mut form = Form::default();
        for (field, text) in fields {
            form.set(field.parse().unwrap(), *text);
        }
        form
    }

    fn planned(form: &Form, template: &Template, values: bool) -> Plan {
        let scores = Scores::of(form, &template.scoring);
        let report = Report {
            origin: Origin::default(),
            form: form.clone(),
            layout: crate::layout::Layout::default(),
            scores,
            diagnostics: Vec::new(),
        };
        plan(&report, template, Options { values })
    }

    const SMALL: [(&str, &str); 16] = [
        ("project", "网络费"),
        ("funding[0].item", "年度资金总额"),
        ("funding[0].budget", "70"),
        ("funding[0].executed", "69.91"),
        ("funding[0].weight", "10"),
        ("funding[1].item", "彩票公益金"),
        ("indicators[0].level1", "产出指标(50分)"),
        ("indicators[0].level2", "数量指标"),
        ("indicators[0].level3", "个数"),
        ("indicators[0].score", "9"),
        ("indicators[1].level1", "产出指标(50分)"),
        ("indicators[1].level2", "质量指标"),
        ("indicators[1].score", "0"),
        ("indicators[2].level1", "效益指标(30分)"),
        ("indicators[2].level2", "质量指标"),
        ("indicators[2].score", "0"),
    ];

    /// What stands at a block that begins there, with its region: `A5:B7 文字`.
    fn at(plan: &Plan, cell: &str) -> String {
        let cell = cell.parse().unwrap();
        let block = plan.blocks.iter().find(|block| block.region.start == cell).unwrap();
        let content = match &block.content {
            Content::Blank => String::new(),
            Content::Text(text) => text.replace('\n', "|"),
            Content::Number(number) => format!("#{number}"),
            Content::Formula(_, result) => result.map_or("=".to_owned(), |result| format!("={result}")),
        };
        format!("{} {content}", block.region).trim_end().to_owned()
    }

    /// Holds that every cell of the table is covered once, and no row is higher than Excel allows.
    #[track_caller]
    fn whole(plan: &Plan, template: &Template) {
        let mut cells: BTreeMap<CellRef, u32> = BTreeMap::new();
        for Region { start, end } in plan.blocks.iter().map(|block| block.region) {
            for row in start.row..=end.row {
                (start.col..=end.col).for_each(|col| *cells.entry(CellRef::new(row, col)).or_default() += 1);
            }
        }
        let (rows, width) = (plan.heights.len(), usize::from(template.width()));
        assert_eq!(cells.len(), rows * width);
        assert!(cells.values().all(|count| *count == 1));
        assert!(plan.heights.iter().all(|height| *height > 0.0 && *height <= measure::MOST));
    }

    #[test]
    fn levels_and_labels_span_their_rows() {
        let template = Template::standard();
        let plan = planned(&form(&SMALL), template, false);
        whole(&plan, template);
        for expected in [
            "A1:J1 附件：",
            "A2:J2 项目支出绩效自评表",
            "A3:J3 (    年度)",
            "C4:J4 网络费",
            "A6:B8 项目资金|(万元)",
            "C7 年度资金总额：",
            "C8 彩票公益金",
            "F7 #69.91",
            "G7 #10",
            "G8 —",
            "H7 =0.9987",
            "I7:J7 =9.99",
            "H8",
            "A9:A10 年度总体目标",
            "A11:A15 绩效指标",
            "B12:B13 产出指标|(50分)",
            "B14 效益指标|(30分)",
            "C13 质量指标",
            "C14 质量指标",
            "I12 #9",
            "I13 #0",
            "B15:G15 总分",
            "I15 =18.99",
        ] {
            let cell = expected.split([':', ' ']).next().unwrap();
            assert_eq!(at(&plan, cell), expected);
        }
        assert_eq!(plan.repeated, 10);
        assert_eq!(at(&planned(&form(&SMALL), template, true), "I15"), "I15 #18.99");
    }

    #[test]
    fn what_cannot_be_computed_stays_as_typed() {
        let template = Template::standard();
        for (field, text, cell, expected) in [
            ("funding[0].rate", "98.5%", "H7", "H7 #0.985"),
            ("funding[0].score", "9.5", "I7", "I7:J7 #9.5"),
            ("funding[0].score", "九分", "I7", "I7:J7 九分"),
            ("funding[0].weight", "十", "I7", "I7:J7"),
            ("total.score", "88", "I15", "I15 #88"),
            ("indicators[0].score", "合格", "I12", "I12 合格"),
            ("funding[0].executed", "12345678901234567.89", "F7", "F7 12345678901234567.89"),
            ("funding[0].executed", "已付清", "F7", "F7 已付清"),
        ] {
            for budget in ["", "0", "约七十"] {
                let mut form = form(&SMALL);
                form.set(Field::Funding(0, FundingColumn::Budget), budget);
                form.set(field.parse().unwrap(), text);
                let plan = planned(&form, template, true);
                assert_eq!(at(&plan, cell), expected, "budget {budget}");
                whole(&plan, template);
            }
        }
        let mut typed = form(&SMALL);
        typed.set(Field::Funding(0, FundingColumn::Budget), "0");
        assert_eq!(at(&planned(&typed, template, false), "I15"), "I15 =");
        typed.set(Field::Funding(0, FundingColumn::Score), "10");
        assert_eq!(at(&planned(&typed, template, false), "I15"), "I15");
    }

    #[test]
    fn a_blank_form_has_the_rows_of_its_template() {
        let template = Template::standard();
        let plan = planned(&Form::default(), template, false);
        whole(&plan, template);
        assert_eq!(at(&plan, "C10"), "C10 其他资金");
        assert_eq!(at(&plan, "A13"), "A13:A14 绩效指标");
        assert_eq!(at(&plan, "I14"), "I14"); // no sum of nothing
    }

    #[test]
    fn long_texts_are_spread_over_rows() {
        let template = Template::standard();
        let mut form = form(&SMALL);
        let long = "为进一步提升服务水平，".repeat(900);
        form.set(Field::Goal(GoalSide::Actual), long.as_str());
        form.set(Field::Indicator(0, IndicatorColumn::Deviation), long.as_str());
        form.set(Field::Indicator(1, IndicatorColumn::Level2), long.as_str());
        form.set(Field::Project, long.as_str());
        form.set(Field::Total(TotalColumn::Weight), "100");
        let extra =
            Extra { cell: None, label: Some("备注".to_owned()), text: long.clone(), explained: true };
        form.extra.push(extra);
        let plan = planned(&form, template, false);
        whole(&plan, template);
        let shown: Vec<_> = plan
            .blocks
            .iter()
            .filter(|b| matches!(&b.content, Content::Text(t) if t.contains(&long)))
            .collect();
        assert_eq!(shown.len(), 5);
        assert!(shown.iter().all(|block| block.region.end.row > block.region.start.row));
    }

    #[test]
    fn a_total_below_the_whole_table_and_points_on_its_label() {
        let source = Template::source("anhui").unwrap();
        let wide = source.replace("text = \"总分\", at = \"B:G\"", "text = \"总分\", at = \"A:G\"");
        let template = Template::parse(&wide.replace("rest = \"J\"\n", "")).unwrap();
        let mut form = form(&SMALL);
        form.extra.push(Extra {
            cell: None,
            label: None,
            text: "绩效指标(90分)".to_owned(),
            explained: true,
        });
        let plan = planned(&form, &template, false);
        whole(&plan, &template);
        assert_eq!(at(&plan, "A11"), "A11:A14 绩效指标(90分)");
        assert_eq!(at(&plan, "A15"), "A15:G15 总分");
        assert_eq!(plan.heights.len(), 15);
    }
}
