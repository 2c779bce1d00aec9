//! The forms of a workbook to its first sheet: a line each, with links, sums and grades.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Formula, Url, Worksheet, XlsxError};

use crate::reader::LIST_MARK;
use crate::report::Report;
use crate::template::Template;

/// Headers and widths of the columns.
const COLUMNS: [(&str, f64); 8] = [
    ("序号", 6.0),
    ("项目名称", 46.0),
    ("全年预算数(万元)", 15.0),
    ("全年执行数(万元)", 15.0),
    ("执行率", 10.0),
    ("得分", 9.0),
    ("等级", 9.0),
    ("问题数", 9.0),
];

/// What stands for the grade of a form that is not fully scored.
pub const UNGRADED: &str = "未评完";

/// Draws the list; `names` are the sheets of the forms.
pub fn draw(
    sheet: &mut Worksheet,
    reports: &[&Report],
    names: &[String],
    template: &Template,
) -> Result<(), XlsxError> {
    let base = Format::new()
        .set_font_name(&template.sheet.font)
        .set_font_size(10)
        .set_align(FormatAlign::VerticalCenter);
    let boxed = base.set_border(FormatBorder::Thin).set_text_wrap();
    let centred = boxed.clone().set_align(FormatAlign::Center);
    let last = u32::try_from(reports.len()).unwrap_or(0);
    sheet.set_name(LIST_MARK)?;
    for (col, (header, width)) in (0_u16..).zip(COLUMNS) {
        sheet.set_column_width(col, width)?;
        sheet.write_string_with_format(0, col, header, &centred.clone().set_bold())?;
    }
    sheet.set_row_height(0, 24)?;
    for (row, (report, name)) in (1_u32..).zip(reports.iter().zip(names)) {
        draw_line(sheet, row, report, name, &boxed, &centred)?;
    }
    draw_sums(sheet, last, reports, &centred)?;
    sheet.set_freeze_panes(1, 2)?;
    sheet.autofilter(0, 0, last.max(1), 7)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
    Ok(())
}

fn draw_line(
    sheet: &mut Worksheet,
    row: u32,
    report: &Report,
    name: &str,
    boxed: &Format,
    centred: &Format,
) -> Result<(), XlsxError> {
    let project = report.form.project.value().map_or("（没有项目名称）", String::as_str);
    let shown: String = project.chars().take(255).collect();
    let link = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(shown);
    let total = report.form.funding_total();
    let rate = report.scores.funding.first().and_then(|score| score.rate);
    sheet.write_number_with_format(row, 0, row, centred)?;
    sheet.write_url_with_format(row, 1, link, boxed)?;
    number(sheet, row, 2, total.and_then(|row| row.budget.get()), centred)?;
    number(sheet, row, 3, total.and_then(|row| row.executed.get()), centred)?;
    number(sheet, row, 4, rate, &centred.clone().set_num_format("0.00%"))?;
    number(sheet, row, 5, report.scores.total, &centred.clone().set_num_format("0.00"))?;
    sheet.write_string_with_format(row, 6, report.scores.grade.as_deref().unwrap_or(UNGRADED), centred)?;
    sheet.write_number_with_format(
        row,
        7,
        u32::try_from(report.diagnostics.len()).unwrap_or(u32::MAX),
        centred,
    )?;
    Ok(())
}

fn number(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    number: Option<Decimal>,
    format: &Format,
) -> Result<(), XlsxError> {
    match number.and_then(|number| number.to_f64()) {
        Some(number) => sheet.write_number_with_format(row, col, number, format)?,
        None => sheet.write_blank(row, col, format)?,
    };
    Ok(())
}

/// The row under the lines, with live sums.
fn draw_sums(
    sheet: &mut Worksheet,
    last: u32,
    reports: &[&Report],
    format: &Format,
) -> Result<(), XlsxError> {
    let row = last + 1;
    let bold = format.clone().set_bold();
    for col in 0_u16..8 {
        sheet.write_blank(row, col, &bold)?;
    }
    sheet.write_string_with_format(row, 1, "合计", &bold)?;
    let funding = || reports.iter().filter_map(|report| report.form.funding_total());
    let budget: Decimal = checked_sum(funding().filter_map(|row| row.budget.get()));
    let executed: Decimal = checked_sum(funding().filter_map(|row| row.executed.get()));
    for (col, letter, sum) in [(2, "C", budget), (3, "D", executed)] {
        let formula = Formula::new(format!("SUBTOTAL(9,{letter}2:{letter}{})", last + 1))
            .set_result(sum.normalize().to_string());
        sheet.write_formula_with_format(row, col, formula, &bold)?;
    }
    let findings: usize = reports.iter().map(|report| report.diagnostics.len()).sum();
    let formula = Formula::new(format!("SUBTOTAL(9,H2:H{})", last + 1)).set_result(findings.to_string());
    sheet.write_formula_with_format(row, 7, formula, &bold)?;
    Ok(())
}

/// A sum that stops growing beyond 28 digits, which no money reaches.
fn checked_sum(amounts: impl Iterator<Item = Decimal>) -> Decimal {
    amounts.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}
