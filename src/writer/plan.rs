//! A form and its template to a plan of the official sheet: what stands where, how it looks, how high each row is.

use rust_decimal::Decimal;

use crate::form::{Entry, Extra, Field, FundingColumn, FundingRow, Indicator, IndicatorColumn};
use crate::grid::{CellRef, Region};
use crate::number::{MoneyUnit, round_half_up};
use crate::report::Report;
use crate::score::{RATE_PLACES, funding_counts};
use crate::template::{FundingHeader, HeadCell, IndicatorHeader, Label, Span, Template};

use super::measure::{self, Height};

/// What stands in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing but its borders.
    Blank,
    /// Text, never taken for a formula.
    Text(String),
    /// A number.
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
    let mut planner = Planner { report, template, options, plan: Plan::default(), row: 0 };
    planner.head();
    let funding = planner.funding();
    planner.goal();
    let indicators = planner.indicators();
    planner.total(&funding, &indicators);
    planner.notes();
    planner.stretch();
    planner.plan
}

/// Where the rows of a table came to stand.
struct Rows {
    first: u32,
    last: u32,
}

struct Planner<'a> {
    report: &'a Report,
    template: &'a Template,
    options: Options,
    plan: Plan,
    row: u32,
}

impl Planner<'_> {
    fn put(&mut self, span: Span, rows: u32, content: Content, look: Look) {
        let start = CellRef::new(self.row, u32::from(span.left));
        let end = CellRef::new(self.row + rows.max(1) - 1, u32::from(span.right));
        self.plan.blocks.push(Block { region: Region::new(start, end), content, look });
    }

    fn label(&mut self, label: &Label, rows: u32) {
        self.put(label.at, rows, Content::Text(label.text.clone()), Look::Label);
    }

    /// Ends a row of at least that height.
    fn end_row(&mut self, least: f64) {
        self.plan.heights.push(least);
        self.row += 1;
    }

    fn whole_width(&self) -> Span {
        Span { left: 0, right: self.template.width().saturating_sub(1) }
    }

    // ---- head ----

    fn head(&mut self) {
        let (head, sheet) = (&self.template.head, &self.template.sheet);
        let title = self.report.form.title.value().unwrap_or(&head.title).clone();
        let year = self.report.form.year.get().map_or_else(|| "    ".to_owned(), |year| year.to_string());
        let lines = [
            (head.attachment.clone(), Look::Attachment, sheet.body_size * 1.8),
            (title, Look::Title, sheet.title_size * 1.8),
            (head.year.replace("{year}", &year), Look::Year, sheet.year_size * 1.6),
        ];
        for (text, look, height) in lines.into_iter().filter(|(text, ..)| !text.is_empty()) {
            self.put(self.whole_width(), 1, Content::Text(text), look);
            self.end_row(height);
        }
        for row in &self.template.head.rows {
            for cell in row {
                self.head_cell(cell);
            }
            self.end_row(self.template.sheet.row_height);
        }
    }

    fn head_cell(&mut self, cell: &HeadCell) {
        let form = &self.report.form;
        let field = cell.field.as_deref().and_then(|field| field.parse().ok());
        let text = match field {
            Some(Field::Project) => form.project.value().cloned(),
            Some(Field::Authority) => form.authority.value().map(ToString::to_string),
            Some(Field::Unit) => form.unit.value().map(ToString::to_string),
            _ => None,
        };
        match &cell.label {
            Some(label) => self.put(cell.at, 1, Content::Text(label.clone()), Look::Label),
            None => self.put(cell.at, 1, text_or_blank(text.as_deref()), Look::Value),
        }
    }

    // ---- funding ----

    fn funding(&mut self) -> Rows {
        let block = &self.template.funding;
        let rows = &self.report.form.funding;
        let height = self.template.sheet.row_height;
        self.label(&block.label, 1 + u32::try_from(rows.len()).unwrap_or(0));
        self.put(block.item, 1, Content::Blank, Look::Label);
        for column in &block.columns {
            self.put(column.at, 1, Content::Text(column.label.clone()), Look::Label);
        }
        self.end_row(height);
        let first = self.row;
        for (index, row) in rows.iter().enumerate() {
            let name = row.item.value().map(String::as_str).unwrap_or_default();
            let printed =
                block.rows.iter().find(|item| item.item == name).map_or(name, |item| item.label.as_str());
            self.put(block.item, 1, text_or_blank(Some(printed)), Look::Prose);
            for column in &block.columns {
                self.funding_cell(index, row, column);
            }
            self.end_row(height);
        }
        Rows { first, last: self.row.saturating_sub(1) }
    }

    fn funding_cell(&mut self, index: usize, row: &FundingRow, header: &FundingHeader) {
        let (content, look) = match header.field {
            FundingColumn::Item => return,
            FundingColumn::Initial => (self.amount(&row.initial), Look::Amount),
            FundingColumn::Budget => (self.amount(&row.budget), Look::Amount),
            FundingColumn::Executed => (self.amount(&row.executed), Look::Amount),
            FundingColumn::Weight => (self.funding_weight(index, row), Look::Plain),
            FundingColumn::Rate => (self.rate(index, row), Look::Rate),
            FundingColumn::Score => (self.funding_score(index, row), Look::Points),
        };
        self.put(header.at, 1, content, look);
    }

    /// An amount in the template's unit; an unreadable one as typed.
    fn amount(&self, entry: &Entry<Decimal>) -> Content {
        let in_unit = |wan: Decimal| match self.template.money_unit {
            MoneyUnit::WanYuan => Some(wan),
            MoneyUnit::Yuan => wan.checked_mul(Decimal::from(10_000)),
            MoneyUnit::YiYuan => wan.checked_div(Decimal::from(10_000)),
        };
        entry
            .get()
            .and_then(in_unit)
            .map_or_else(|| text_or_blank(entry.typed()), |n| Content::Number(n.normalize()))
    }

    fn funding_weight(&self, index: usize, row: &FundingRow) -> Content {
        match points_or_text(&row.weight) {
            Content::Blank if index > 0 => text_or_blank(Some(&self.template.funding.no_weight)),
            content => content,
        }
    }

    /// The total's rate, and a part's if the paper has one.
    fn rate(&self, index: usize, row: &FundingRow) -> Content {
        let quotient = self.report.scores.funding.get(index).and_then(|score| score.quotient);
        if index > 0 && row.rate.is_blank() {
            return Content::Blank;
        }
        let rate = quotient.map(|q| round_half_up(q, RATE_PLACES));
        match self.money_cells() {
            Some((budget, executed, _)) if is_live(row) => {
                let formula = format!(
                    "IF(OR({executed}=\"\",N({budget})<=0),\"\",ROUND({executed}/{budget},{RATE_PLACES}))"
                );
                self.live(formula, rate)
            }
            _ => rate.map_or_else(|| rate_or_text(&row.rate), Content::Number),
        }
    }

    fn funding_score(&self, index: usize, row: &FundingRow) -> Content {
        if index > 0 {
            return points_or_text(&row.score);
        }
        let score = self.report.scores.funding.first().and_then(|score| score.score);
        match self.money_cells() {
            Some((budget, executed, Some(weight))) if is_live(row) && row.weight.get().is_some() => {
                let points = format!("ROUND({weight}*{executed}/{budget},2)");
                let formula =
                    format!("IF(OR({executed}=\"\",N({budget})<=0),\"\",MAX(0,MIN({weight},{points})))");
                self.live(formula, score)
            }
            _ => score.map_or_else(|| points_or_text(&row.score), Content::Number),
        }
    }

    /// The cells of this row's budget, executed amount and weight.
    fn money_cells(&self) -> Option<(CellRef, CellRef, Option<CellRef>)> {
        let cell = |field| {
            let header = self.template.funding.columns.iter().find(|column| column.field == field)?;
            Some(CellRef::new(self.row, u32::from(header.at.left)))
        };
        Some((cell(FundingColumn::Budget)?, cell(FundingColumn::Executed)?, cell(FundingColumn::Weight)))
    }

    fn live(&self, formula: String, result: Option<Decimal>) -> Content {
        match result {
            Some(result) if self.options.values => Content::Number(result),
            None if self.options.values => Content::Blank,
            result => Content::Formula(formula, result),
        }
    }

    // ---- goals ----

    fn goal(&mut self) {
        let block = &self.template.goal;
        let goal = &self.report.form.goal;
        let sides = [(&block.expected, goal.expected.value()), (&block.actual, goal.actual.value())];
        let needed = |(label, text): &(&Label, Option<&String>)| {
            text.map_or(0.0, |text| {
                measure::height(text, label.at, self.template, self.template.sheet.body_size)
            })
        };
        let needed = sides.iter().map(needed).fold(block.row_height, f64::max);
        let rows = measure::rows_for(needed);
        self.label(&block.label, 1 + rows);
        for (label, _) in sides {
            self.label(label, 1);
        }
        self.end_row(self.template.sheet.row_height);
        for (label, text) in sides {
            self.put(label.at, rows, text_or_blank(text.map(String::as_str)), Look::Prose);
        }
        for _ in 0..rows {
            self.end_row(needed / f64::from(rows));
        }
    }

    // ---- indicators ----

    fn indicators(&mut self) -> Rows {
        let block = &self.template.indicators;
        let rows = &self.report.form.indicators;
        let count = u32::try_from(rows.len()).unwrap_or(0);
        let height = self.template.sheet.row_height;
        self.plan.repeated = self.row;
        self.label(&block.label, count + 2); // its header and the total belong to it
        for column in &block.columns {
            self.put(column.at, 1, Content::Text(column.label.clone()), Look::Label);
        }
        self.end_row(height);
        let first = self.row;
        for (index, row) in rows.iter().enumerate() {
            for column in &block.columns {
                self.indicator_cell(rows, index, row, column);
            }
            self.end_row(height);
        }
        Rows { first, last: self.row.saturating_sub(1) }
    }

    fn indicator_cell(
        &mut self,
        rows: &[Indicator],
        index: usize,
        row: &Indicator,
        header: &IndicatorHeader,
    ) {
        let score = self.report.scores.indicators.get(index).copied().flatten();
        let (content, look) = match header.field {
            IndicatorColumn::Level1 => {
                return self.level(rows, index, header.at, same_level1, &level1_label(row));
            }
            IndicatorColumn::Level2 => {
                return self.level(
                    rows,
                    index,
                    header.at,
                    same_level2,
                    row.level2.value().map_or("", String::as_str),
                );
            }
            IndicatorColumn::Level3 => (text_or_blank(row.level3.value().map(String::as_str)), Look::Prose),
            IndicatorColumn::Target => {
                (text_or_blank(row.target.value().map(|m| m.text.as_str())), Look::Value)
            }
            IndicatorColumn::Actual => {
                (text_or_blank(row.actual.value().map(|m| m.text.as_str())), Look::Value)
            }
            IndicatorColumn::Weight => (points_or_text(&row.weight), Look::Plain),
            IndicatorColumn::Score => {
                let content = score.map_or_else(|| points_or_text(&row.score), Content::Number);
                (content, if row.is_padding() { Look::Plain } else { Look::Points })
            }
            IndicatorColumn::Deviation => {
                (text_or_blank(row.deviation.value().map(String::as_str)), Look::Prose)
            }
        };
        self.put(header.at, 1, content, look);
    }

    /// A level's cell over all the rows that share it; nothing on any row but the first of them.
    fn level(
        &mut self,
        rows: &[Indicator],
        index: usize,
        at: Span,
        same: fn(&Indicator, &Indicator) -> bool,
        text: &str,
    ) {
        let Some(row) = rows.get(index) else { return };
        let begun =
            index.checked_sub(1).and_then(|above| rows.get(above)).is_some_and(|above| same(above, row));
        if !begun {
            let run = rows.iter().skip(index).take_while(|below| same(row, below)).count();
            self.put(at, u32::try_from(run).unwrap_or(1), text_or_blank(Some(text)), Look::Label);
        }
    }

    // ---- total and notes ----

    fn total(&mut self, funding: &Rows, indicators: &Rows) {
        let row = &self.template.total;
        let total = &self.report.form.total;
        self.label(&row.label, 1);
        self.put(row.weight, 1, points_or_text(&total.weight), Look::Plain);
        let score = match (self.report.scores.total, self.sum(funding, indicators)) {
            (None, _) | (_, None) if total.score.typed().is_some() => points_or_text(&total.score),
            (result, Some(formula)) => self.live(formula, result),
            (result, None) => result.map_or(Content::Blank, Content::Number),
        };
        self.put(row.score, 1, score, Look::Points);
        if let Some(rest) = row.rest {
            self.put(rest, 1, Content::Blank, Look::Label);
        }
        self.end_row(self.template.sheet.row_height);
    }

    /// The sum of all points; empty while an indicator has none, as in [`crate::score::Scores::total`].
    fn sum(&self, funding: &Rows, indicators: &Rows) -> Option<String> {
        let column = |field| {
            let found = self.template.indicators.columns.iter().find(|column| column.field == field)?;
            Some(u32::from(found.at.left))
        };
        let range = |column| {
            format!("{}:{}", CellRef::new(indicators.first, column), CellRef::new(indicators.last, column))
        };
        let score =
            self.template.funding.columns.iter().find(|column| column.field == FundingColumn::Score)?;
        let money = CellRef::new(funding.first, u32::from(score.at.left));
        if indicators.last < indicators.first {
            return Some(format!("IF({money}=\"\",\"\",{money})"));
        }
        let scores = range(column(IndicatorColumn::Score)?);
        let (names, targets) =
            (range(column(IndicatorColumn::Level3)?), range(column(IndicatorColumn::Target)?));
        let real = format!("(({names}<>\"\")+({targets}<>\"\")>0)");
        Some(format!(
            "IF(OR({money}=\"\",SUMPRODUCT({real}*({scores}=\"\"))>0),\"\",ROUND(SUM({scores})+{money},2))"
        ))
    }

    fn notes(&mut self) {
        for extra in &self.report.form.extra {
            let text = note(extra);
            self.put(self.whole_width(), 1, Content::Text(text), Look::Note);
            self.end_row(self.template.sheet.row_height * 0.8);
        }
    }

    // ---- heights ----

    /// Makes every row high enough for its texts; what a merged label needs beyond its rows goes to the last of them.
    fn stretch(&mut self) {
        let body = self.template.sheet.body_size;
        for block in &self.plan.blocks {
            let Content::Text(text) = &block.content else { continue };
            let size = match block.look {
                Look::Title => self.template.sheet.title_size,
                Look::Year => self.template.sheet.year_size,
                _ => body,
            };
            let span = Span { left: narrow(block.region.start.col), right: narrow(block.region.end.col) };
            let needed = measure::height(text, span, self.template, size);
            measure::raise(
                &mut self.plan.heights,
                block.region.start.row,
                block.region.end.row,
                Height(needed),
            );
        }
    }
}

/// Whether the row's amounts are numbers or blank, so that a formula can do with them.
fn is_live(row: &FundingRow) -> bool {
    !row.budget.is_unreadable() && !row.executed.is_unreadable()
}

fn narrow(col: u32) -> u16 {
    u16::try_from(col).unwrap_or(u16::MAX)
}

fn text_or_blank(text: Option<&str>) -> Content {
    text.filter(|text| !text.is_empty()).map_or(Content::Blank, |text| Content::Text(text.to_owned()))
}

/// A number, or what was typed instead of one.
fn points_or_text(entry: &Entry<Decimal>) -> Content {
    entry.get().map_or_else(|| text_or_blank(entry.typed()), |number| Content::Number(number.normalize()))
}

fn rate_or_text(entry: &Entry<Decimal>) -> Content {
    points_or_text(entry)
}

/// Level 1 with its points under it, as the official form prints them.
fn level1_label(row: &Indicator) -> String {
    let name = row.level1.value().cloned().unwrap_or_default();
    let points = row.level1_weight.get().map(|points| format!("\n({}分)", points.normalize()));
    format!("{name}{}", points.unwrap_or_default())
}

fn same_level1(a: &Indicator, b: &Indicator) -> bool {
    a.level1.value() == b.level1.value() && a.level1_weight.value() == b.level1_weight.value()
}

fn same_level2(a: &Indicator, b: &Indicator) -> bool {
    same_level1(a, b) && a.level2.value() == b.level2.value()
}

/// An extra as a line that reads back as the same label and text.
pub fn note(extra: &Extra) -> String {
    extra.label.as_ref().map_or_else(|| extra.text.clone(), |label| format!("{label}：{}", extra.text))
}
