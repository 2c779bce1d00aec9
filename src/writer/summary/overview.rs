//! The lines of all forms to the sheet 汇总, with a title above and a total row below.

use std::io::Write;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet, XlsxError};

use super::Line;
use super::cell::{self, Cell};
use super::link::{LINKS, Target};
use super::look::Looks;
use super::row::Rows;
use super::store::{Fill, odd};
use super::table::{Column, Page, Table};
use crate::grid::column_name;
use crate::number::round_half_up;

/// The title of sheet and document.
pub(super) const TITLE: &str = "项目支出绩效自评情况汇总表";
/// What is said of a form that has no total, so no grade.
const UNFINISHED: &str = "未评完";

/// The row of the header, below title and note.
const HEADER: u32 = 2;
/// Rows that are not lines: title, note, header and total.
const FRAME: usize = 4;
/// Decimals of a quotient that a double can hold.
const QUOTIENT_PLACES: u32 = 15;

// Columns that the total row speaks of.
const ORDINAL: u16 = 0;
const PROJECT: u16 = 1;
const BUDGET: u16 = 4;
const EXECUTED: u16 = 5;
const RATE: u16 = 6;
const ERRORS: u16 = 10;
const WARNINGS: u16 = 11;
const INFOS: u16 = 12;

const LINES: Table<Line> = Table {
    name: "汇总",
    columns: &[
        Column::new("序号", 6, |_| Cell::Ordinal),
        Column::new("项目名称", 30, project),
        Column::new("主管部门", 20, |l| Cell::maybe(l.authority.as_deref())),
        Column::new("实施单位", 20, |l| Cell::maybe(l.unit.as_deref())),
        Column::new("全年预算数", 13, |l| Cell::number(l.budget, Cell::Amount)),
        Column::new("全年执行数", 13, |l| Cell::number(l.executed, Cell::Amount)),
        Column::new("执行率", 9, |l| Cell::number(l.rate, Cell::Rate)),
        Column::new("资金得分", 8, |l| Cell::number(l.funding_score, Cell::Points)),
        Column::new("总分", 8, |l| Cell::number(l.total, Cell::Points)),
        Column::new("等级", 8, |l| Cell::centred(grade(l))),
        Column::new("错误", 7, |l| Cell::Count { count: l.errors, alarming: true }),
        Column::new("警告", 7, |l| Cell::Count { count: l.warnings, alarming: false }),
        Column::new("提示", 7, |l| Cell::Count { count: l.infos, alarming: false }),
        Column::new("来源文件", 24, |l| Cell::text(&l.file)),
        Column::new("工作表", 12, |l| Cell::maybe(l.sheet.as_deref())),
    ],
};

/// The project's name, which opens its official form.
fn project(line: &Line) -> Cell<'_> {
    let text = line.project.as_deref().unwrap_or("（无项目名称）");
    let target = line.output.as_deref().and_then(|path| Target::of(path, line.output_sheet.as_deref()));
    target.map_or(Cell::text(text), |target| Cell::Link { text: text.into(), target })
}

fn grade(line: &Line) -> &str {
    line.grade.as_deref().unwrap_or(UNFINISHED)
}

/// The sheets of the lines, in the general writer's words but for the lines themselves.
pub(super) struct Overview<'a>(Vec<Page<'a, Line>>);

impl<'a> Overview<'a> {
    /// The sheet for `lines`, or the sheets, where one has at most `rows` rows.
    pub fn new(lines: &'a [Line], rows: u32) -> Self {
        // A link more than a sheet can hold would cost them all.
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        Self(LINES.pages(lines, rows.saturating_sub(FRAME).min(LINKS)))
    }

    /// Writes what stands around the lines; `failed` files are said to be missing from them.
    pub fn write(&self, workbook: &mut Workbook, looks: &Looks, failed: usize) -> Result<(), XlsxError> {
        for page in &self.0 {
            let sheet = workbook.add_worksheet();
            looks.number(sheet)?;
            LINES.set_up_page(sheet, &page.name, HEADER)?;
            write_title(sheet, looks, failed)?;
            LINES.write_header(sheet, &looks.header, HEADER)?;
            sheet.autofilter(HEADER, 0, total_row(page).saturating_sub(1), LINES.last_column())?;
            sheet.set_freeze_panes(HEADER + 1, PROJECT + 1)?;
            write_totals(sheet, looks, page)?;
        }
        Ok(())
    }

    /// What is still to be written, sheet by sheet.
    pub fn pages(&self) -> Vec<&dyn Fill> {
        self.0.iter().map(|page| page as &dyn Fill).collect()
    }
}

impl Fill for Page<'_, Line> {
    /// Writes the lines above the total row.
    fn fill(&self, xml: &str, out: &mut dyn Write) -> Result<Option<String>, XlsxError> {
        let total = format!("<row r=\"{}\"", total_row(self) + 1);
        let at = xml.find(&total).or_else(|| xml.find("</sheetData>")).ok_or_else(odd)?;
        let (above, below) = xml.split_at(at);
        out.write_all(above.as_bytes())?;
        let mut rows = Rows::default();
        for ((row, ordinal), line) in (HEADER + 1..).zip(self.first..).zip(self.records) {
            let (cells, height) = LINES.row(line);
            rows.record(row, height, &cells, ordinal);
            out.write_all(rows.xml.as_bytes())?;
            rows.xml.clear();
        }
        let (above, below) = below.split_at(below.find("<printOptions").ok_or_else(odd)?);
        out.write_all([above, &rows.behind(), below].concat().as_bytes())?;
        Ok(rows.links.part())
    }
}

/// The row of the totals, below the last line.
fn total_row(page: &Page<'_, Line>) -> u32 {
    u32::try_from(page.records.len()).unwrap_or(u32::MAX).saturating_add(HEADER + 1)
}

fn write_title(sheet: &mut Worksheet, looks: &Looks, failed: usize) -> Result<(), XlsxError> {
    let last = LINES.last_column();
    let note = match failed {
        0 => String::new(),
        some => format!("另有 {some} 个文件未能处理，见工作表“未处理”"),
    };
    sheet.set_row_height(0, 32)?.set_row_height(1, 18)?;
    sheet.merge_range(0, 0, 0, last, TITLE, &looks.title)?;
    sheet.merge_range(1, 0, 1, EXECUTED, &note, &looks.note)?;
    sheet.merge_range(1, EXECUTED + 1, 1, last, "金额单位：万元", &looks.unit)?;
    Ok(())
}

/// The total row: what the filter shows is what it sums.
fn write_totals(sheet: &mut Worksheet, looks: &Looks, page: &Page<'_, Line>) -> Result<(), XlsxError> {
    if page.records.is_empty() {
        return Ok(());
    }
    let totals = Totals { sheet, looks, first: HEADER + 1, row: total_row(page) };
    totals.write(page.records)
}

/// The total row while it is written.
struct Totals<'a> {
    sheet: &'a mut Worksheet,
    looks: &'a Looks,
    first: u32,
    row: u32,
}

impl Totals<'_> {
    fn write(mut self, lines: &[Line]) -> Result<(), XlsxError> {
        for col in 0..=LINES.last_column() {
            self.sheet.write_blank(self.row, col, &self.looks.total)?;
        }
        self.sheet.set_row_height(self.row, 22)?;
        self.sheet.write_string_with_format(self.row, ORDINAL, "合计", &self.looks.total)?;
        let shown = format!("=\"共 \"&SUBTOTAL(102,{})&\" 张\"", self.lines(ORDINAL));
        self.formula(PROJECT, &shown, format!("共 {} 张", lines.len()), &self.looks.total)?;
        self.money(lines)?;
        self.count(ERRORS, lines.iter().map(|line| line.errors))?;
        self.count(WARNINGS, lines.iter().map(|line| line.warnings))?;
        self.count(INFOS, lines.iter().map(|line| line.infos))
    }

    /// The sums of money, and their quotient where no line lacks one of the two.
    fn money(&mut self, lines: &[Line]) -> Result<(), XlsxError> {
        let budget = self.amount(BUDGET, lines.iter().map(|line| line.budget))?;
        let executed = self.amount(EXECUTED, lines.iter().map(|line| line.executed))?;
        let complete = lines.iter().all(|line| line.budget.is_some() == line.executed.is_some());
        let quotient = budget.zip(executed).and_then(|(budget, executed)| executed.checked_div(budget));
        let Some(quotient) = quotient.filter(|_| complete) else { return Ok(()) };
        let (budget, executed) = (self.cell(BUDGET), self.cell(EXECUTED));
        let formula = format!("=IF({budget}>0,{executed}/{budget},\"\")");
        let result = round_half_up(quotient, QUOTIENT_PLACES).normalize().to_string();
        self.formula(RATE, &formula, result, &self.looks.total_rate)
    }

    /// The sum of a column of money; none if nothing is there to sum, or more digits than a spreadsheet sums.
    fn amount(
        &mut self,
        col: u16,
        amounts: impl Iterator<Item = Option<Decimal>>,
    ) -> Result<Option<Decimal>, XlsxError> {
        let amounts: Vec<_> = amounts.flatten().collect();
        let places = amounts.iter().map(|amount| amount.normalize().scale()).max();
        let add = |sum: Decimal, amount: &Decimal| sum.checked_add(cell::exact(*amount).and(Some(*amount))?);
        let sum = places.and_then(|_| amounts.iter().try_fold(Decimal::ZERO, add));
        if let Some((sum, places)) = sum.zip(places) {
            let result = sum.normalize().to_string();
            self.formula(col, &self.subtotal(col), result, self.looks.total_amount(places))?;
        }
        Ok(sum)
    }

    fn count(&mut self, col: u16, counts: impl Iterator<Item = usize>) -> Result<(), XlsxError> {
        let sum: usize = counts.sum();
        self.formula(col, &self.subtotal(col), sum.to_string(), &self.looks.total)
    }

    fn formula(&mut self, col: u16, formula: &str, result: String, look: &Format) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(result);
        self.sheet.write_formula_with_format(self.row, col, formula, look)?;
        Ok(())
    }

    fn subtotal(&self, col: u16) -> String {
        format!("=SUBTOTAL(9,{})", self.lines(col))
    }

    /// The cells of a column above the total row.
    fn lines(&self, col: u16) -> String {
        let name = column_name(col.into());
        format!("{name}{}:{name}{}", self.first + 1, self.row)
    }

    /// The cell of a column in the total row.
    fn cell(&self, col: u16) -> String {
        format!("{}{}", column_name(col.into()), self.row + 1)
    }
}
