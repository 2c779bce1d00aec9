//! A form and its template to a plan of the official sheet: what stands where, how it looks, how high each row is.

mod funding;
mod goal;
mod head;
mod indicators;
mod notes;
mod others;
mod pages;
mod points;
mod target;
mod unshown;

pub use unshown::{Unshown, unshown};

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::form::{Entry, Field};
use crate::grid::{CellRef, Region};
use crate::number;
use crate::report::Report;
use crate::template::{Label, Span, Template};

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
    /// A label too high for one page, at the top of its rows.
    TopLabel,
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
    /// The field that stands in it; `None` for labels and lines.
    pub field: Option<Field>,
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
    /// The rows that begin another page; none where one page is enough.
    pub breaks: Vec<u32>,
}

/// What a sheet is for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Write 执行率, 得分 and 总分 as numbers, for systems that refuse formulas.
    pub values: bool,
    /// Room for what people write by hand, and formulas that wait for it.
    pub blank: bool,
    /// Each finding as a note (批注) on its cell.
    pub annotate: bool,
}

/// Plans the official sheet of a report.
pub fn plan(report: &Report, template: &Template, options: Options) -> Plan {
    let mut planner = Planner { report, template, options, placed: BTreeSet::new(), plan: Plan::default() };
    planner.head();
    let money = planner.funding();
    planner.goal();
    planner.indicators(money);
    planner.boxed_lines(&template.tail.rows);
    planner.open_lines(&template.tail.below);
    planner.notes();
    planner.plan.paginate(template);
    planner.plan
}

impl Plan {
    /// The cell of a field.
    pub fn cell(&self, field: Field) -> Option<CellRef> {
        self.blocks.iter().find(|block| block.field == Some(field)).map(|block| block.region.start)
    }
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
    field: Option<Field>,
}

impl Cell {
    const fn new(at: Span, content: Content, look: Look) -> Self {
        Self { at, content, look, field: None }
    }

    /// The cell of `field`.
    fn of(self, field: Field) -> Self {
        Self { field: Some(field), ..self }
    }

    fn label(at: Span, text: &str) -> Self {
        Self::new(at, text_or_blank(Some(text)), Look::Label)
    }
}

struct Planner<'a> {
    report: &'a Report,
    template: &'a Template,
    options: Options,
    /// Which of the form's other texts stand somewhere already.
    placed: BTreeSet<usize>,
    plan: Plan,
}

impl Planner<'_> {
    /// The row that comes next.
    fn row(&self) -> u32 {
        u32::try_from(self.plan.heights.len()).unwrap_or(u32::MAX)
    }

    fn block(&mut self, rows: Rows, cell: Cell) {
        let Cell { at, content, look, field } = cell;
        let start = CellRef::new(rows.first, u32::from(at.left));
        let end = CellRef::new(rows.last, u32::from(at.right));
        self.plan.blocks.push(Block { region: Region::new(start, end), content, look, field });
    }

    /// Adds a line at least so high: one row, or as many as its highest text needs, merged.
    fn line(&mut self, cells: Vec<Cell>, least: f64) -> Rows {
        let needs = cells.iter().map(|cell| self.need(&cell.content, cell.at, cell.look));
        let height = needs.fold(least, f64::max);
        let count = measure::rows_for(height);
        let rows = Rows { first: self.row(), last: self.row().saturating_add(count - 1) };
        self.plan.heights.extend((0..count).map(|_| (height / f64::from(count)).min(measure::MOST)));
        for cell in cells {
            self.block(rows, cell);
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
        self.block(rows, Cell::new(label.at, content, Look::Label));
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

    /// Least height of a row with room for so many lines of handwriting, where the sheet is to be filled in.
    fn room(&self, least: f64, lines: u8) -> f64 {
        let lines = f64::from(lines) * self.template.sheet.body_size * 1.4;
        if self.options.blank { least.max(lines) } else { least }
    }

    fn whole_width(&self) -> Span {
        Span { left: 0, right: self.template.width().saturating_sub(1) }
    }

    /// A formula with its result, or the result alone.
    fn live(&self, formula: String, result: Option<Decimal>) -> Content {
        match result {
            Some(result) if self.options.values => figure(result),
            None if self.options.values => Content::Blank,
            result => Content::Formula(formula, result),
        }
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::form::{Extra, Field, Form, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
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
        plan(&report, template, Options { values, ..Options::default() })
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
        for (field, cell) in [
            ("project", "C4"),
            ("funding[0].budget", "E7"),
            ("goal.actual", "F10"),
            ("indicators[0].level1", "B12"),
            ("indicators[1].actual", "G13"),
            ("total.score", "I15"),
        ] {
            assert_eq!(plan.cell(field.parse().unwrap()), cell.parse().ok(), "{field}");
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
