//! What a unit is to correct to a letter (退回意见): form by form, cell by cell, on A4 to be printed or sent.

use std::collections::HashSet;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::cell::{harmless, lines};
use super::problems::{Returned, Sender};
use super::{Problem, advice_words};
use crate::diagnostic::{FixKind, Severity};
use crate::writer::xlsx::sheet_name;

const FONT: &str = "宋体";
/// ISO A4 in the spreadsheet's list of papers.
const A4: u8 = 9;
/// Widths of the columns 序号, 单元格, 请更正或核实, 要求 in characters.
const WIDTHS: [u16; 4] = [6, 9, 64, 10];
const WORDS: u16 = 2;
const LAST: u16 = 3;
/// Height of a line and of the space around lines, in points.
const LINE: f64 = 15.0;
const PADDING: f64 = 7.0;

/// Adds the letter to `sender`; none where nothing is to be corrected.
pub(super) fn write(
    workbook: &mut Workbook,
    sender: &Sender,
    found: &[Returned],
    names: &mut HashSet<String>,
) -> Result<(), XlsxError> {
    let concerns = |one: &&Returned| one.of_form && one.unit == sender.unit && is_for_unit(one);
    let own: Vec<&Returned> = found.iter().filter(concerns).collect();
    if own.is_empty() {
        return Ok(());
    }
    let name = sheet_name(&format!("退回意见-{}", addressee(sender)), names);
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    let mut letter = Letter { sheet, looks: Looks::new(), row: 0 };
    letter.head(sender, &own)?;
    for (number, form) in (1..).zip(own.chunk_by(|one, next| same_form(one, next))) {
        letter.form(number, form)?;
    }
    letter.foot()
}

/// What only a person at the unit can put right; notes and spellings are the reviewer's own affair.
fn is_for_unit(one: &Returned) -> bool {
    let mended = one.problem.code.starts_with('V');
    one.problem.severity == Severity::Error || (one.problem.severity == Severity::Warning && !mended)
}

fn same_form(one: &Returned, other: &Returned) -> bool {
    let key =
        |one: &Returned| (one.problem.file.clone(), one.problem.sheet.clone(), one.problem.project.clone());
    key(one) == key(other)
}

fn addressee(sender: &Sender) -> &str {
    sender.unit.as_deref().unwrap_or("未写单位")
}

/// A letter while it is written.
struct Letter<'a> {
    sheet: &'a mut Worksheet,
    looks: Looks,
    row: u32,
}

impl Letter<'_> {
    fn head(&mut self, sender: &Sender, own: &[&Returned]) -> Result<(), XlsxError> {
        for (col, width) in (0..).zip(WIDTHS) {
            self.sheet.set_column_width(col, width)?;
        }
        self.set_up_print();
        self.across("项目支出绩效自评表退回意见", 34.0, |looks| &looks.title)?;
        self.across(&format!("{}：", addressee(sender)), 24.0, |looks| &looks.name)?;
        let text = opening(sender, own);
        self.prose(&text)?;
        self.sheet.set_row_height(self.row, 22)?;
        for (col, header) in (0..).zip(["序号", "单元格", "请更正或核实", "要求"]) {
            self.sheet.write_string_with_format(self.row, col, header, &self.looks.header)?;
        }
        self.sheet.set_repeat_rows(self.row, self.row)?;
        self.row += 1;
        Ok(())
    }

    /// A form: its name, and a row for each finding.
    fn form(&mut self, number: usize, found: &[&Returned]) -> Result<(), XlsxError> {
        let Some(first) = found.first() else { return Ok(()) };
        let project = first.problem.project.as_deref().unwrap_or("（没有项目名称）");
        let sheet =
            first.problem.sheet.as_deref().map(|sheet| format!("，工作表 {sheet}")).unwrap_or_default();
        let heading = format!("{number}．{project}\n文件 {}{sheet}", file_name(&first.problem.file));
        let height = height(&heading, WIDTHS.iter().sum());
        self.across(&heading, height, |looks| &looks.form)?;
        (1..).zip(together(found)).try_for_each(|(ordinal, same)| self.request(ordinal, &same))
    }

    /// What is asked for one finding, or for several of one kind.
    fn request(&mut self, ordinal: u32, same: &[&Returned]) -> Result<(), XlsxError> {
        let Some((first, others)) = same.split_first() else { return Ok(()) };
        let words = format!("{}{}", words(first), also(others));
        let words = harmless(&words);
        let asked = if first.problem.severity == Severity::Error { "请更正" } else { "请核实" };
        let place = match others.len() {
            0 => cell(first).to_owned(),
            more => format!("{}\n等 {} 处", cell(first), more + 1),
        };
        let (sheet, looks, row) = (&mut *self.sheet, &self.looks, self.row);
        sheet.write_number_with_format(row, 0, ordinal, &looks.centred)?;
        sheet.write_string_with_format(row, 1, place, &looks.centred)?;
        sheet.write_string_with_format(row, WORDS, &*words, &looks.text)?;
        sheet.write_string_with_format(row, LAST, asked, &looks.centred)?;
        let height = height(&words, WIDTHS.get(usize::from(WORDS)).copied().unwrap_or_default());
        self.sheet.set_row_height(row, height)?;
        self.row += 1;
        Ok(())
    }

    fn foot(&mut self) -> Result<(), XlsxError> {
        self.prose("　　如有不明之处，请与我们联系。谢谢支持！")?;
        self.across(
            "经办人：　　　　　　　联系电话：　　　　　　　　　　　　年　　月　　日",
            30.0,
            |looks| &looks.sign,
        )
    }

    fn prose(&mut self, text: &str) -> Result<(), XlsxError> {
        let height = height(text, WIDTHS.iter().sum());
        self.across(text, height, |looks| &looks.prose)
    }

    fn across(&mut self, text: &str, height: f64, look: fn(&Looks) -> &Format) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        self.sheet.merge_range(self.row, 0, self.row, LAST, &harmless(text), look(&self.looks))?;
        self.row += 1;
        Ok(())
    }

    /// A4 portrait, one page wide, the header of the table on each page.
    fn set_up_print(&mut self) {
        self.sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
        self.sheet.set_print_center_horizontally(true).set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3);
        self.sheet.set_footer("&C第 &P 页，共 &N 页");
    }
}

/// Findings of one kind that are written one by one; more of them are one request.
const ONE_BY_ONE: usize = 3;

/// The findings of a form as they are asked for: those that differ by their cell alone together.
fn together<'a>(found: &[&'a Returned]) -> Vec<Vec<&'a Returned>> {
    let mut kinds: Vec<Vec<&Returned>> = Vec::new();
    for one in found {
        let kind = kinds.iter_mut().find(|kind| kind.first().is_some_and(|first| same_kind(first, one)));
        match kind {
            Some(kind) => kind.push(one),
            None => kinds.push(vec![one]),
        }
    }
    let apart = |kind: Vec<&'a Returned>| {
        let size = if kind.len() > ONE_BY_ONE { kind.len() } else { 1 };
        kind.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(apart).collect()
}

/// Whether two findings ask for the same at different cells; what has an answer of its own is told by itself.
fn same_kind(one: &Returned, other: &Returned) -> bool {
    let (one, other) = (&one.problem, &other.problem);
    let alike = |one: &Problem| one.cell.is_some() && advised(one).is_none();
    one.code == other.code && one.severity == other.severity && alike(one) && alike(other)
}

/// The cells of the other findings of a request.
fn also(others: &[&Returned]) -> String {
    let cells: Vec<_> = others.iter().map(|other| cell(other)).collect();
    if cells.is_empty() {
        String::new()
    } else {
        format!("。下列单元格也是这样：{}", cells.join("、"))
    }
}

fn cell(one: &Returned) -> &str {
    one.problem.cell.as_deref().unwrap_or("全表")
}

/// The height of a text in columns of that width together.
fn height(text: &str, width: u16) -> f64 {
    let lines = u16::try_from(lines(text, usize::from(width - 3))).unwrap_or(u16::MAX);
    (f64::from(lines) * LINE + PADDING).min(409.0)
}

fn opening(sender: &Sender, own: &[&Returned]) -> String {
    let errors = own.iter().filter(|one| one.problem.severity == Severity::Error).count();
    let doubts = own.len() - errors;
    let asked = match (errors, doubts) {
        (_, 0) => format!("有 {errors} 处请更正或补填"),
        (0, _) => format!("有 {doubts} 处请核实"),
        _ => format!("有 {errors} 处请更正或补填，另有 {doubts} 处请核实"),
    };
    format!(
        "　　你单位报送的 {} 张《项目支出绩效自评表》收悉。经核对，{asked}，逐条列在下面。单元格的编号以报来的文件为准。请在原表上修改后重新报送；核实后不需修改的，请说明理由。",
        sender.forms
    )
}

/// The finding, with what belongs there if that is certain.
fn words(one: &Returned) -> String {
    let message = &one.problem.message;
    advised(&one.problem).map_or_else(|| message.clone(), |advice| format!("{message}（{advice}）"))
}

/// What would put an error right for certain.
fn advised(problem: &Problem) -> Option<String> {
    let fix = problem.fix.as_ref().filter(|_| problem.severity == Severity::Error);
    fix.filter(|fix| fix.kind == FixKind::Safe).and_then(advice_words)
}

/// A unit knows its own file, not our folders.
fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// The looks of a letter.
struct Looks {
    title: Format,
    name: Format,
    prose: Format,
    header: Format,
    form: Format,
    text: Format,
    centred: Format,
    sign: Format,
}

impl Looks {
    fn new() -> Self {
        let plain = Format::new().set_font_name(FONT).set_font_charset(134).set_font_size(10.5);
        let plain = plain.set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let boxed = plain.clone().set_border(FormatBorder::Thin);
        let centred = boxed.clone().set_align(FormatAlign::Center);
        let shade = |format: Format, color| format.set_bold().set_background_color(Color::RGB(color));
        Self {
            title: plain.clone().set_bold().set_font_size(18).set_align(FormatAlign::Center),
            name: plain.clone().set_bold().set_font_size(12),
            header: shade(centred.clone(), 0x00D9_E1F2),
            form: shade(boxed.clone(), 0x00F2_F2F2),
            text: boxed.set_quote_prefix(),
            sign: plain.clone().set_align(FormatAlign::Right),
            prose: plain,
            centred,
        }
    }
}
