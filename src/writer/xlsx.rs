//! Reports to official workbooks: each plan drawn on a sheet of its own.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Formula, IgnoreError, Url, Workbook, Worksheet, XlsxError,
};

use crate::error::Cause;
use crate::grid::Region;
use crate::reader::{BACK_TO_LIST, LIST_MARK, MARK};
use crate::report::Report;
use crate::template::{Orientation, Template};

use super::annotate;
use super::input;
use super::list::{self, Line};
use super::names::Names;
use super::plan::{self, Content, Plan};
use super::style::Styles;

pub use super::plan::Options;

/// A workbook with a sheet for each report.
///
/// # Errors
/// [`Cause::Write`] where the workbook cannot be composed, for example with more text in a cell than Excel takes.
pub fn workbook(reports: &[&Report], template: &Template, options: Options) -> Result<Vec<u8>, Cause> {
    compose(reports, template, options, Kind::Forms).map_err(|error| told(&error))
}

/// A workbook whose first sheet lists the reports, with links both ways.
///
/// # Errors
/// As for [`workbook`].
pub fn book(reports: &[&Report], template: &Template, options: Options) -> Result<Vec<u8>, Cause> {
    compose(reports, template, options, Kind::Book).map_err(|error| told(&error))
}

/// Blank forms to be filled in: everything but their inputs is protected, without password. Several have a list
/// before them.
///
/// # Errors
/// As for [`workbook`].
pub fn blank(reports: &[&Report], template: &Template) -> Result<Vec<u8>, Cause> {
    let options = Options { blank: true, ..Options::default() };
    let kind = if reports.len() > 1 { Kind::Book } else { Kind::Forms };
    compose(reports, template, options, kind).map_err(|error| told(&error))
}

/// Whether a list comes before the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Forms,
    Book,
}

fn told(error: &XlsxError) -> Cause {
    match error {
        XlsxError::MaxStringLengthExceeded => Cause::TooLarge("一格文字超过 32767 个字".to_owned()),
        XlsxError::MergeRangeOverlaps(one, other) => {
            Cause::Template(format!("两处占了同一格：{one} 和 {other}"))
        }
        XlsxError::RowColumnLimitError => Cause::TooLarge("一张表超过 1048576 行".to_owned()),
        other => Cause::Write(other.to_string()),
    }
}

fn compose(
    reports: &[&Report],
    template: &Template,
    options: Options,
    kind: Kind,
) -> Result<Vec<u8>, XlsxError> {
    let listed = kind == Kind::Book;
    let mut workbook = Workbook::new();
    let properties = Said::of(reports).properties()?;
    let mark = |properties: DocProperties| properties.set_custom_property(MARK, LIST_MARK);
    workbook.set_properties(&if listed { mark(properties) } else { properties });
    let names = sheet_names(reports, listed);
    let styles = Styles::new(template);
    let plans: Vec<Plan> = reports.iter().map(|report| plan::plan(report, template, options)).collect();
    if listed {
        let lines = reports.iter().zip(&plans).zip(&names);
        let lines: Vec<_> = lines.map(|((report, plan), sheet)| Line { report, plan, sheet }).collect();
        let shown = list::Options { findings: !options.blank, values: options.values };
        list::draw(workbook.add_worksheet(), &lines, template, shown)?;
    }
    for (number, ((plan, report), name)) in plans.iter().zip(reports).zip(&names).enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        // As in the workbooks that are pressed.
        if kind == Kind::Forms && !options.blank && number == 0 {
            styles.number(sheet)?;
        }
        sheet.set_formula_result_default(""); // what cannot be computed yet shows nothing, not 0
        draw(sheet, plan, template, &styles, options)?;
        if options.blank {
            input::guard(sheet, plan, template)?;
        }
        if options.annotate {
            annotate::annotate(sheet, plan, &report.diagnostics)?;
        }
        if listed {
            let back = Url::new(format!("internal:'{LIST_MARK}'!A1")).set_text(BACK_TO_LIST);
            sheet.write_url(0, template.width() + 1, back)?;
            sheet.set_column_width(template.width() + 1, 10)?;
        }
    }
    workbook.save_to_buffer()
}

/// What a workbook's properties say of its forms; blank where the forms do not say it.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// The project, if there is only one form, and the title.
    pub title: String,
    /// 实施单位, else 主管部门.
    pub author: String,
    /// The year.
    pub subject: String,
}

impl Said {
    /// What `reports` say, the first for all.
    pub fn of(reports: &[&Report]) -> Self {
        let Some(report) = reports.first() else { return Self::default() };
        let form = &report.form;
        let title = form.title.value().cloned().unwrap_or_default();
        let project = form.project.value().cloned().unwrap_or_default();
        let title = if reports.len() == 1 { format!("{project} {title}") } else { title };
        let body = form.unit.value().or_else(|| form.authority.value());
        Self {
            title: title.trim().to_owned(),
            author: body.map(|body| body.name.clone()).unwrap_or_default(),
            subject: form.year.get().map(|year| format!("{year}年度")).unwrap_or_default(),
        }
    }

    /// All of it.
    pub fn all(&self) -> [&str; 3] {
        [&self.title, &self.author, &self.subject]
    }

    /// As properties of a workbook; the same bytes on any day.
    pub fn properties(&self) -> Result<DocProperties, XlsxError> {
        let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        Ok(properties.set_title(&self.title).set_author(&self.author).set_subject(&self.subject))
    }
}

/// A name for each sheet: the project, as far as Excel allows, each only once. `listed` is whether a list comes first.
pub fn sheet_names(reports: &[&Report], listed: bool) -> Vec<String> {
    let mut names = Names::without(listed.then_some(LIST_MARK));
    let project = |report: &&Report| report.form.project.value().cloned().unwrap_or_default();
    reports.iter().map(|report| names.of(&project(report))).collect()
}

fn draw(
    sheet: &mut Worksheet,
    plan: &Plan,
    template: &Template,
    styles: &Styles,
    options: Options,
) -> Result<(), XlsxError> {
    for (row, height) in (0_u32..).zip(&plan.heights) {
        sheet.set_row_height(row, *height)?;
    }
    for block in &plan.blocks {
        let format = styles.format(&styles.style(block.look, &block.content));
        let format = if options.blank && input::is_input(block) { format.set_unlocked() } else { format };
        draw_block(sheet, block.region, &block.content, &format)?;
    }
    set_up(sheet, last_row(plan), &Pages::of(plan, template), template)
}

fn last_row(plan: &Plan) -> u32 {
    u32::try_from(plan.heights.len().saturating_sub(1)).unwrap_or(u32::MAX)
}

/// The pages of a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pages<'a> {
    /// One page.
    One,
    /// Several, each with the repeated row on top; these rows begin another.
    Many { repeated: u32, breaks: &'a [u32] },
}

impl<'a> Pages<'a> {
    /// The pages of a plan.
    pub fn of(plan: &'a Plan, template: &Template) -> Self {
        let many = Self::Many { repeated: plan.repeated, breaks: &plan.breaks };
        if plan.is_one_page(template) { Self::One } else { many }
    }
}

fn draw_block(
    sheet: &mut Worksheet,
    region: Region,
    content: &Content,
    format: &Format,
) -> Result<(), XlsxError> {
    let (row, col) = (region.start.row, column(region.start.col));
    if region.is_merge() {
        let text = if let Content::Text(text) = content { text.as_str() } else { "" };
        sheet.merge_range(row, col, region.end.row, column(region.end.col), text, format)?;
        if matches!(content, Content::Text(_)) {
            return Ok(());
        }
    }
    match content {
        Content::Blank => sheet.write_blank(row, col, format)?,
        Content::Text(text) => sheet.write_string_with_format(row, col, text, format)?,
        Content::Number(number) => match plan::stored(*number) {
            Some(number) => sheet.write_number_with_format(row, col, number, format)?,
            None => sheet.write_string_with_format(row, col, number.to_string(), format)?,
        },
        Content::Formula(formula, result) => {
            let mut formula = Formula::new(formula);
            if let Some(result) = result {
                formula = formula.set_result(result.normalize().to_string());
            }
            sheet.write_formula_with_format(row, col, formula, format)?
        }
    };
    Ok(())
}

fn column(col: u32) -> u16 {
    u16::try_from(col).unwrap_or(u16::MAX)
}

/// What a sheet has around its cells: columns, and how it is printed. One page wide always; one page high where it
/// stays readable, else the header of the indicators on each page.
pub(super) fn set_up(
    sheet: &mut Worksheet,
    last_row: u32,
    pages: &Pages<'_>,
    template: &Template,
) -> Result<(), XlsxError> {
    let last_col = template.width().saturating_sub(1);
    for (column, width) in (0_u16..).zip(&template.sheet.widths) {
        sheet.set_column_width(column, *width)?;
    }
    sheet.ignore_error_range(0, 0, last_row, last_col, IgnoreError::NumberStoredAsText)?;
    let [left, right, top, bottom] = template.sheet.margins;
    sheet.set_paper_size(template.sheet.paper.number()).set_print_center_horizontally(true);
    match template.sheet.orientation {
        Orientation::Portrait => sheet.set_portrait(),
        Orientation::Landscape => sheet.set_landscape(),
    };
    sheet.set_margins(left, right, top, bottom, 0.3, 0.3);
    sheet.set_print_area(0, 0, last_row, last_col)?;
    match pages {
        Pages::One => {
            sheet.set_print_fit_to_pages(1, 1);
        }
        Pages::Many { repeated, breaks } => {
            sheet.set_print_fit_to_pages(1, 0);
            sheet.set_repeat_rows(*repeated, *repeated)?;
            sheet.set_page_breaks(breaks)?;
            sheet.set_footer("&C第 &P 页，共 &N 页");
        }
    }
    Ok(())
}
