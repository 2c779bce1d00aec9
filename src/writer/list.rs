//! The forms of a workbook to its first sheet: a line each, with links, sums and grades that follow the forms.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatUnderline, Formula, Url, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Severity;
use crate::form::{Field, FundingColumn, IndicatorColumn, TotalColumn};
use crate::grid::CellRef;
use crate::number::round_half_up;
use crate::reader::LIST_MARK;
use crate::report::Report;
use crate::template::Template;

use super::plan::{Content, Plan, stored};

/// What stands for the grade of a form that is not fully scored.
pub const UNGRADED: &str = "未评完";

/// A form and where it is drawn.
pub struct Line<'a> {
    /// The form.
    pub report: &'a Report,
    /// Its plan.
    pub plan: &'a Plan,
    /// The name of its sheet.
    pub sheet: &'a str,
}

/// What a list shows beside names, money and points.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many findings remain on each form.
    pub findings: bool,
    /// Numbers instead of formulas that look at the forms.
    pub values: bool,
}

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Project,
    Unit,
    Budget,
    Executed,
    Rate,
    Score,
    Grade,
    Findings,
    Errors,
}

const COLUMNS: [Column; 10] = [
    Column::Number,
    Column::Project,
    Column::Unit,
    Column::Budget,
    Column::Executed,
    Column::Rate,
    Column::Score,
    Column::Grade,
    Column::Findings,
    Column::Errors,
];

impl Column {
    /// Its header and its width in characters.
    fn head(self, template: &Template, lines: &[Line<'_>]) -> (String, f64) {
        let money = |name| format!("{name}\n({})", template.money_unit.name());
        match self {
            Self::Number => ("序号".to_owned(), 6.0),
            Self::Project => ("项目名称".to_owned(), width_of(lines, Self::Project)),
            Self::Unit => ("实施单位".to_owned(), width_of(lines, Self::Unit)),
            Self::Budget => (money("全年预算数"), 13.0),
            Self::Executed => (money("全年执行数"), 13.0),
            Self::Rate => ("执行率".to_owned(), 9.0),
            Self::Score => ("得分".to_owned(), 8.5),
            Self::Grade => ("等级".to_owned(), 8.5),
            Self::Findings => ("问题数".to_owned(), 8.5),
            Self::Errors => ("其中错误".to_owned(), 9.5),
        }
    }
}

impl Column {
    /// What a column of words says of a form.
    fn text(self, line: &Line<'_>) -> String {
        if self == Self::Project { line.project().to_owned() } else { line.unit() }
    }
}

/// Height of a line of text and most height of a row in points; characters of a column that its borders take.
const LINE: f64 = 14.0;
const MOST: f64 = 400.0;
const SLACK: f64 = 2.0;
/// Least and most width of a column of words.
const WORDS: (u32, u32) = (20, 64);

/// Width of a column of words: its longest text on one line, as links do not wrap everywhere.
fn width_of(lines: &[Line<'_>], column: Column) -> f64 {
    let longest = lines.iter().map(|line| column.text(line).width()).max().unwrap_or(0);
    let longest = u32::try_from(longest).unwrap_or(u32::MAX).clamp(WORDS.0, WORDS.1);
    f64::from(longest) + SLACK
}

/// The row of the headers, under the title; the lines follow.
const HEADER: u32 = 1;
const FIRST: u32 = HEADER + 1;
/// Links that Excel opens on one sheet; with more it calls the file damaged.
const LINKS: usize = 65_530;

/// Draws the list.
pub fn draw(
    sheet: &mut Worksheet,
    lines: &[Line<'_>],
    template: &Template,
    options: Options,
) -> Result<(), XlsxError> {
    let columns = COLUMNS.len() - if options.findings { 0 } else { 2 };
    let columns = COLUMNS.get(..columns).unwrap_or_default();
    let list = List { columns, lines, template, options, looks: Looks::of(template) };
    list.draw(sheet)
}

struct List<'a> {
    columns: &'a [Column],
    lines: &'a [Line<'a>],
    template: &'a Template,
    options: Options,
    looks: Looks,
}

impl List<'_> {
    fn draw(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let last_col = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.set_name(LIST_MARK)?;
        sheet.set_formula_result_default("");
        sheet.merge_range(0, 0, 0, last_col, &self.title(), &self.looks.title)?;
        sheet.set_row_height(0, 30)?;
        for (col, column) in (0_u16..).zip(self.columns) {
            let (header, width) = column.head(self.template, self.lines);
            sheet.set_column_width(col, width)?;
            sheet.write_string_with_format(HEADER, col, header, &self.looks.header)?;
        }
        sheet.set_row_height(HEADER, 30)?;
        for (row, line) in (FIRST..).zip(self.lines) {
            self.line(sheet, row, line)?;
        }
        self.sums(sheet)?;
        sheet.set_freeze_panes(FIRST, 2)?;
        sheet.autofilter(HEADER, 0, self.last(), last_col)?;
        sheet.set_repeat_rows(0, HEADER)?;
        sheet.set_print_area(0, 0, self.last() + 1, last_col)?;
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_print_center_horizontally(true).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        sheet.set_footer("&C第 &P 页，共 &N 页");
        Ok(())
    }

    /// The row of the last form, the header's where there is none.
    fn last(&self) -> u32 {
        HEADER.saturating_add(u32::try_from(self.lines.len()).unwrap_or(u32::MAX - FIRST))
    }

    /// The title, with the year where all forms have the same.
    fn title(&self) -> String {
        let mut years = self.lines.iter().map(|line| line.report.form.year.get());
        let first = years.next().flatten().filter(|first| years.all(|year| year == Some(*first)));
        format!("{}项目支出绩效自评清单", first.map(|year| format!("{year}年度")).unwrap_or_default())
    }

    fn line(&self, sheet: &mut Worksheet, row: u32, line: &Line<'_>) -> Result<(), XlsxError> {
        let high = [Column::Project, Column::Unit].map(|column| {
            let width = width_of(self.lines, column) - SLACK;
            let text = u32::try_from(column.text(line).width()).unwrap_or(u32::MAX);
            (f64::from(text) / width).ceil().max(1.0) * LINE + 8.0
        });
        sheet.set_row_height(row, high.into_iter().fold(0.0, f64::max).min(MOST))?;
        for (col, column) in (0_u16..).zip(self.columns) {
            self.cell(sheet, (row, col), *column, line)?;
        }
        Ok(())
    }

    fn cell(
        &self,
        sheet: &mut Worksheet,
        (row, col): (u32, u16),
        column: Column,
        line: &Line<'_>,
    ) -> Result<(), XlsxError> {
        let looks = &self.looks;
        let found = &line.report.diagnostics;
        let errors = || found.iter().filter(|finding| finding.severity == Severity::Error).count();
        match column {
            Column::Number => {
                count(sheet, (row, col), usize::try_from(row - HEADER).unwrap_or(0), &looks.plain)
            }
            Column::Project => self.link(sheet, (row, col), line),
            Column::Unit => self.unit(sheet, (row, col), line),
            Column::Budget => {
                self.number(sheet, (row, col), line, funding(FundingColumn::Budget), &looks.amount)
            }
            Column::Executed => {
                self.number(sheet, (row, col), line, funding(FundingColumn::Executed), &looks.amount)
            }
            Column::Rate => self.number(sheet, (row, col), line, funding(FundingColumn::Rate), &looks.rate),
            Column::Score => self.number(sheet, (row, col), line, TOTAL, &looks.points),
            Column::Grade => self.grade(sheet, (row, col), line),
            Column::Findings => count(sheet, (row, col), found.len(), &looks.plain),
            Column::Errors if errors() > 0 => count(sheet, (row, col), errors(), &looks.alarm),
            Column::Errors => count(sheet, (row, col), 0, &looks.plain),
        }
    }

    /// The project's name, which leads to its form.
    fn link(&self, sheet: &mut Worksheet, (row, col): (u32, u16), line: &Line<'_>) -> Result<(), XlsxError> {
        let shown: String = line.project().chars().take(255).collect();
        if usize::try_from(row).is_ok_and(|row| row > LINKS) {
            sheet.write_string_with_format(row, col, shown, &self.looks.prose)?;
            return Ok(());
        }
        let url =
            Url::new(format!("internal:{}!A1", quoted(line.sheet))).set_text(shown).set_tip("打开这张表");
        sheet.write_url_with_format(row, col, url, &self.looks.link)?;
        Ok(())
    }

    fn unit(&self, sheet: &mut Worksheet, (row, col): (u32, u16), line: &Line<'_>) -> Result<(), XlsxError> {
        let unit = line.unit();
        match line.plan.cell(Field::Unit).filter(|_| !self.options.values) {
            Some(cell) => {
                let formula = Formula::new(format!("{}!{cell}&\"\"", quoted(line.sheet))).set_result(unit);
                sheet.write_formula_with_format(row, col, formula, &self.looks.prose)?
            }
            None => sheet.write_string_with_format(row, col, unit, &self.looks.prose)?,
        };
        Ok(())
    }

    /// What stands in a cell of the form, if it is a number: looked up there, so that a correction is followed.
    fn number(
        &self,
        sheet: &mut Worksheet,
        at: (u32, u16),
        line: &Line<'_>,
        field: Field,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let result = line.number(field);
        match line.plan.cell(field).filter(|_| !self.options.values) {
            Some(cell) => {
                let there = format!("{}!{cell}", quoted(line.sheet));
                live(sheet, at, format!("IF(ISNUMBER({there}),{there},\"\")"), result, format)
            }
            None => number(sheet, at, result, format),
        }
    }

    /// The grade of the total, once every indicator is scored.
    fn grade(&self, sheet: &mut Worksheet, (row, col): (u32, u16), line: &Line<'_>) -> Result<(), XlsxError> {
        let grade = line.report.scores.grade.as_deref().unwrap_or(UNGRADED);
        match self.grade_formula(line).filter(|_| !self.options.values) {
            Some(formula) => {
                let formula = Formula::new(formula).set_result(grade);
                sheet.write_formula_with_format(row, col, formula, &self.looks.plain)?
            }
            None => sheet.write_string_with_format(row, col, grade, &self.looks.plain)?,
        };
        Ok(())
    }

    /// The grade in Excel's words; only where the total itself is live.
    fn grade_formula(&self, line: &Line<'_>) -> Option<String> {
        let total = line.plan.blocks.iter().find(|block| block.field == Some(TOTAL))?;
        if !matches!(total.content, Content::Formula(..)) {
            return None;
        }
        let total = format!("{}!{}", quoted(line.sheet), total.region.start);
        let grades = self.template.scoring.grades.iter().rev();
        let words = grades.fold("\"\"".to_owned(), |below, grade| {
            format!("IF({total}>={},\"{}\",{below})", grade.from.normalize(), grade.name.replace('"', "\"\""))
        });
        let range = |column| line.range(column);
        let (actual, score) = (range(IndicatorColumn::Actual)?, range(IndicatorColumn::Score)?);
        let said = [IndicatorColumn::Level3, IndicatorColumn::Target].into_iter().filter_map(range);
        let said: Vec<_> = said.map(|range| format!("({range}<>\"\")")).collect();
        // A 0 without completed value is no score; a row that says nothing is no indicator.
        let open = format!("(({})>0)*({actual}=\"\")*(1-ISNUMBER({score})*({score}<>0))", said.join("+"));
        Some(format!(
            "IF(NOT(ISNUMBER({total})),\"{UNGRADED}\",IF(SUMPRODUCT({open})>0,\"{UNGRADED}\",{words}))"
        ))
    }

    /// The row under the lines, with sums that follow the filter.
    fn sums(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let row = self.last() + 1;
        sheet.set_row_height(row, 22)?;
        for (col, column) in (0_u16..).zip(self.columns) {
            self.sum(sheet, (row, col), *column)?;
        }
        Ok(())
    }

    fn sum(&self, sheet: &mut Worksheet, (row, col): (u32, u16), column: Column) -> Result<(), XlsxError> {
        let bold = &self.looks.header;
        let sum_of = |field| checked_sum(self.lines.iter().filter_map(|line| line.number(field)));
        let (budget, executed) = (funding(FundingColumn::Budget), funding(FundingColumn::Executed));
        let findings = |errors: bool| {
            let all = self.lines.iter().flat_map(|line| &line.report.diagnostics);
            all.filter(|finding| !errors || finding.severity == Severity::Error).count()
        };
        let result = match column {
            Column::Project => {
                sheet.write_string_with_format(row, col, "合计", bold)?;
                return Ok(());
            }
            Column::Budget => sum_of(budget),
            Column::Executed => sum_of(executed),
            Column::Findings => Decimal::from(findings(false)),
            Column::Errors => Decimal::from(findings(true)),
            Column::Rate => return self.rate_of_sums(sheet, (row, col), sum_of(budget), sum_of(executed)),
            Column::Number | Column::Unit | Column::Score | Column::Grade => {
                sheet.write_blank(row, col, bold)?;
                return Ok(());
            }
        };
        let cell = |row| CellRef::new(row, u32::from(col));
        let formula = format!("SUBTOTAL(9,{}:{})", cell(FIRST), cell(self.last().max(FIRST)));
        live(sheet, (row, col), formula, Some(result), bold)
    }

    fn rate_of_sums(
        &self,
        sheet: &mut Worksheet,
        (row, col): (u32, u16),
        budget: Decimal,
        executed: Decimal,
    ) -> Result<(), XlsxError> {
        let places = self.template.scoring.rate_places;
        let column = |wanted| self.columns.iter().position(|column| *column == wanted).unwrap_or(0);
        let cell = |wanted| CellRef::new(row, u32::try_from(column(wanted)).unwrap_or(u32::MAX));
        let (above, below) = (cell(Column::Executed), cell(Column::Budget));
        let formula = format!("IF({below}>0,ROUND({above}/{below},{places}),\"\")");
        let rate = executed.checked_div(budget).filter(|_| budget > Decimal::ZERO);
        let rate = rate.map(|rate| round_half_up(rate, places));
        live(sheet, (row, col), formula, rate, &self.looks.header.clone().set_num_format("0.00%"))
    }
}

const TOTAL: Field = Field::Total(TotalColumn::Score);

/// A cell of 年度资金总额.
const fn funding(column: FundingColumn) -> Field {
    Field::Funding(0, column)
}

impl Line<'_> {
    fn project(&self) -> &str {
        self.report.form.project.value().map_or("（没有项目名称）", String::as_str)
    }

    fn unit(&self) -> String {
        self.report.form.unit.value().map(ToString::to_string).unwrap_or_default()
    }

    /// The number that the form's sheet shows for a field.
    fn number(&self, field: Field) -> Option<Decimal> {
        match &self.plan.blocks.iter().find(|block| block.field == Some(field))?.content {
            Content::Number(number) => Some(*number),
            Content::Formula(_, result) => *result,
            Content::Blank | Content::Text(_) => None,
        }
    }

    /// All cells of a column of the indicators, on their sheet.
    fn range(&self, column: IndicatorColumn) -> Option<String> {
        let is_of = |field: &Field| matches!(field, Field::Indicator(_, of) if *of == column);
        let mut blocks = self.plan.blocks.iter().filter(|block| block.field.as_ref().is_some_and(is_of));
        let first = blocks.next()?.region;
        let last = blocks.next_back().map_or(first, |block| block.region);
        let end = CellRef::new(last.end.row, first.start.col);
        Some(format!("{}!{}:{end}", quoted(self.sheet), first.start))
    }
}

/// The looks of the list.
struct Looks {
    title: Format,
    header: Format,
    plain: Format,
    alarm: Format,
    prose: Format,
    link: Format,
    amount: Format,
    rate: Format,
    points: Format,
}

impl Looks {
    fn of(template: &Template) -> Self {
        let base = Format::new().set_font_name(&template.sheet.font).set_align(FormatAlign::VerticalCenter);
        let boxed = base.clone().set_font_size(10).set_border(FormatBorder::Thin).set_text_wrap();
        let plain = boxed.clone().set_align(FormatAlign::Center);
        let link =
            boxed.clone().set_font_color(Color::RGB(0x05_63_C1)).set_underline(FormatUnderline::Single);
        Self {
            title: base.set_font_size(16).set_bold().set_align(FormatAlign::Center),
            header: plain.clone().set_bold(),
            alarm: plain.clone().set_font_color(Color::RGB(0xC0_00_00)),
            prose: boxed.clone(),
            amount: plain.clone(),
            rate: plain.clone().set_num_format("0.00%"),
            points: plain.clone().set_num_format("0.00"),
            link,
            plain,
        }
    }
}

/// The name of a sheet as formulas and links write it.
fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

fn live(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    formula: String,
    result: Option<Decimal>,
    format: &Format,
) -> Result<(), XlsxError> {
    let result = result.map(|result| result.normalize().to_string()).unwrap_or_default();
    sheet.write_formula_with_format(row, col, Formula::new(formula).set_result(result), format)?;
    Ok(())
}

fn number(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    number: Option<Decimal>,
    format: &Format,
) -> Result<(), XlsxError> {
    match number.and_then(stored) {
        Some(number) => sheet.write_number_with_format(row, col, number, format)?,
        None => sheet.write_blank(row, col, format)?,
    };
    Ok(())
}

fn count(sheet: &mut Worksheet, at: (u32, u16), count: usize, format: &Format) -> Result<(), XlsxError> {
    number(sheet, at, Some(Decimal::from(count)), format)
}

/// A sum that stops growing beyond 28 digits, which no money reaches.
fn checked_sum(amounts: impl Iterator<Item = Decimal>) -> Decimal {
    amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}
