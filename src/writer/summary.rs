//! A batch to 汇总.xlsx: every form on a line, everything found, everything changed, every file without an answer;
//! or what was found alone, to 问题清单.xlsx.

mod cell;
mod frame;
mod growing;
mod letter;
mod link;
mod look;
mod overview;
mod problems;
mod row;
mod shown;
mod spool;
mod store;
mod table;
mod watched;

use std::io::{self, Seek, Write};

use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use zip::result::ZipError;

use self::cell::Cell;
use self::frame::{Frame, frames};
use self::growing::Growing;
pub use self::letter::Sent;
use self::look::Looks;
use self::overview::Overview;
pub use self::problems::List;
use self::table::{Column, Table};
use self::watched::Watched;
use crate::diagnostic::{Diagnostic, Fix, FixKind, Severity};
use crate::error::Cause;
use crate::reader::{MARK, SUMMARY_MARK};
use crate::report::{self, Origin, Report};

/// Rows of a sheet, as every spreadsheet program has them.
const SHEET_ROWS: u32 = 1_048_576;

/// How hard 汇总.xlsx is compressed, of 1 to 9: harder takes twice as long and saves a seventh of its size.
const COMPRESSION: u8 = 3;

/// Where a form was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output<'a> {
    /// The workbook, relative to 汇总.xlsx, with `/`.
    pub path: &'a str,
    /// The sheet in it, if it has more than one.
    pub sheet: Option<&'a str>,
}

/// One form's line: what a batch keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The submitted file as given, with `/`.
    pub file: String,
    /// The sheet in it; `None` for text.
    pub sheet: Option<String>,
    /// The official workbook, relative to 汇总.xlsx, with `/`; `None` if none was written.
    pub output: Option<String>,
    /// The sheet in it, if it has more than one.
    pub output_sheet: Option<String>,
    /// 项目名称
    pub project: Option<String>,
    /// 主管部门
    pub authority: Option<String>,
    /// 实施单位
    pub unit: Option<String>,
    /// 全年预算数 of 年度资金总额, in 万元.
    pub budget: Option<Decimal>,
    /// 全年执行数 of 年度资金总额, in 万元.
    pub executed: Option<Decimal>,
    /// 执行率, a fraction.
    pub rate: Option<Decimal>,
    /// The points of 预算执行率.
    pub funding_score: Option<Decimal>,
    /// 总分; `None` while something is not scored.
    pub total: Option<Decimal>,
    /// The grade of the total.
    pub grade: Option<String>,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings for information.
    pub infos: usize,
}

impl Line {
    /// The line of `report`, which was written to `output`.
    pub fn of(report: &Report, output: Option<Output<'_>>) -> Self {
        let (form, scores) = (&report.form, &report.scores);
        let (funding, computed) = (form.funding_total(), scores.funding.first());
        let found = |severity| report.diagnostics.iter().filter(|d| d.severity == severity).count();
        Self {
            file: report.origin.file.clone(),
            sheet: report.origin.sheet.clone(),
            output: output.map(|output| output.path.to_owned()),
            output_sheet: output.and_then(|output| output.sheet).map(str::to_owned),
            project: form.project.value().cloned(),
            authority: form.authority.value().map(ToString::to_string),
            unit: form.unit.value().map(ToString::to_string),
            budget: funding.and_then(|row| row.budget.get()),
            executed: funding.and_then(|row| row.executed.get()),
            rate: computed.and_then(|row| row.rate),
            funding_score: computed.and_then(|row| row.score),
            total: scores.total,
            grade: scores.grade.clone(),
            errors: found(Severity::Error),
            warnings: found(Severity::Warning),
            infos: found(Severity::Info),
        }
    }

    /// Counts a finding that came later.
    pub const fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}

/// A finding, with the form it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The submitted file as given, with `/`.
    pub file: String,
    /// The sheet in it; `None` for text.
    pub sheet: Option<String>,
    /// The cell on it, e.g. `F14`.
    pub cell: Option<String>,
    /// 项目名称
    pub project: Option<String>,
    /// The rule's code.
    pub code: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where, what, and what to do.
    pub message: String,
    /// What would put it right.
    pub fix: Option<Fix>,
}

impl Problem {
    /// `diagnostic`, found in `report`.
    pub fn of(report: &Report, diagnostic: &Diagnostic) -> Self {
        Self::across(&report.origin, report.form.project.value().cloned(), diagnostic)
    }

    /// `diagnostic`, found across forms, about what came from `origin`.
    pub fn across(origin: &Origin, project: Option<String>, diagnostic: &Diagnostic) -> Self {
        Self {
            file: origin.file.clone(),
            sheet: origin.sheet.clone(),
            cell: diagnostic.cell.map(|cell| cell.to_string()),
            project,
            code: diagnostic.code,
            name: diagnostic.name,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            fix: diagnostic.fix.clone(),
        }
    }
}

/// Something that was changed on the way to the official form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The submitted file as given, with `/`.
    pub file: String,
    /// The sheet in it; `None` for text.
    pub sheet: Option<String>,
    /// The cell on it, e.g. `F14`.
    pub cell: Option<String>,
    /// 项目名称
    pub project: Option<String>,
    /// The field's name as people know it, e.g. 全年预算数.
    pub field: String,
    /// What stood there; `None` if nothing did.
    pub from: Option<String>,
    /// What stands there now; `None` if nothing does.
    pub to: Option<String>,
    /// The rule it was changed by.
    pub code: Option<&'static str>,
}

impl Change {
    /// A change that was made to a report's form.
    pub fn of(report: &Report, change: &report::Change) -> Self {
        Self {
            file: report.origin.file.clone(),
            sheet: report.origin.sheet.clone(),
            cell: change.cell.map(|cell| cell.to_string()),
            project: report.form.project.value().cloned(),
            field: change.field.name().to_owned(),
            from: change.from.clone(),
            to: Some(change.to.clone()),
            code: change.code,
        }
    }
}

/// A file without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failed {
    /// The file as given, with `/`.
    pub file: String,
    /// What is wrong with it and what to do.
    pub message: String,
}

/// 汇总.xlsx while a batch goes on. Findings and changes, of which a form has many, are written as they come, to
/// temporary files; what is kept of a form is its line.
pub struct Book {
    rows: u32,
    problems: Growing<Problem>,
    changes: Growing<Change>,
    /// Around the files without an answer, should there be any.
    failed: Frame,
}

impl Book {
    /// A summary of nothing yet.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn new() -> Result<Self, Cause> {
        guarded(|| Self::with_rows(SHEET_ROWS))
    }

    /// A summary with at most `rows` rows a sheet; what does not fit goes on on the next.
    fn with_rows(rows: u32) -> Result<Self, XlsxError> {
        let [problems, changes, failed] = frames(&[(&PROBLEMS, 0), (&CHANGES, 0), (&FAILED, 0)])?;
        let (problems, changes) =
            (Growing::new(&PROBLEMS, problems, rows)?, Growing::new(&CHANGES, changes, rows)?);
        Ok(Self { rows, problems, changes, failed })
    }

    /// Adds what is wrong with a form.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn problems(&mut self, problems: impl IntoIterator<Item = Problem>) -> Result<(), Cause> {
        guarded(|| problems.into_iter().try_for_each(|one| self.problems.add(&one)))
    }

    /// Adds what was changed in a form.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn changes(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), Cause> {
        guarded(|| changes.into_iter().try_for_each(|one| self.changes.add(&one)))
    }

    /// Writes 汇总.xlsx to `out`, with a line for each form, in the order of the inputs, and the files without an
    /// answer; the same bytes for the same content on any day and machine.
    ///
    /// # Errors
    /// [`Cause::Write`] if the workbook cannot be composed, and what the system says if `out` does not take it.
    pub fn finish(self, lines: &[Line], failed: &[Failed], out: impl Write + Seek) -> Result<(), Cause> {
        guarded_to(out, |out| self.compose(lines, failed, out))
    }

    fn compose(self, lines: &[Line], failed: &[Failed], out: impl Write + Seek) -> Result<(), XlsxError> {
        let mut stored = vec![self.problems.finish()?, self.changes.finish()?];
        if !failed.is_empty() {
            let mut table = Growing::new(&FAILED, self.failed, self.rows)?;
            failed.iter().try_for_each(|one| table.add(one))?;
            stored.push(table.finish()?);
        }
        let mut workbook = Workbook::new();
        workbook.set_properties(&properties(overview::TITLE)?).set_zip_compression_level(COMPRESSION);
        let (looks, overview) = (Looks::new(), Overview::new(lines, self.rows));
        overview.write(&mut workbook, &looks, failed.len())?;
        store::announce(&mut workbook, &stored, &looks)?;
        store::put_together(workbook.save_to_buffer()?, &overview.pages(), stored, out)
    }
}

/// What writes workbooks, its failures in the users' words: with temporary files, or by a mistake of ours.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Cause> {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(XlsxError::CustomError("处理时内部出错".to_owned()))).map_err(told)
}

fn told(error: XlsxError) -> Cause {
    let of_io = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull => Cause::Write("临时文件写不下，请清理系统盘后再试".to_owned()),
        _ => Cause::io("写入临时文件", error),
    };
    match error {
        XlsxError::IoError(error) | XlsxError::ZipError(ZipError::Io(error)) => of_io(error),
        other => Cause::Write(other.to_string()),
    }
}

/// What `work` writes to `out`, as [`guarded`]; where it is `out` that fails, that is told.
fn guarded_to<W: Write + Seek, T>(
    out: W,
    work: impl FnOnce(&mut Watched<W>) -> Result<T, XlsxError>,
) -> Result<T, Cause> {
    let mut out = Watched::new(out);
    let done = guarded(|| work(&mut out));
    out.broken.map_or(done, |error| Err(Cause::io("写入", error)))
}

/// A fixed time, or the bytes would differ from day to day.
fn properties(title: &str) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(title)
        .set_author(MARK)
        .set_creation_datetime(&created)
        .set_custom_property(MARK, SUMMARY_MARK))
}

static PROBLEMS: Table<Problem> = Table {
    name: "问题清单",
    columns: &[
        Column::new("文件", 26, |p| Cell::text(&p.file)),
        Column::new("工作表", 12, |p| Cell::maybe(p.sheet.as_deref())),
        Column::new("单元格", 8, |p| Cell::centred(p.cell.as_deref().unwrap_or_default())),
        Column::new("项目", 26, |p| Cell::maybe(p.project.as_deref())),
        Column::new("级别", 8, |p| severity(p.severity)),
        Column::new("编号", 8, |p| Cell::centred(p.code)),
        Column::new("问题", 56, |p| Cell::text(&p.message)),
        Column::new("建议", 34, |p| p.fix.as_ref().map_or(Cell::Blank, advice)),
    ],
};

static CHANGES: Table<Change> = Table {
    name: "修改记录",
    columns: &[
        Column::new("文件", 26, |c| Cell::text(&c.file)),
        Column::new("工作表", 12, |c| Cell::maybe(c.sheet.as_deref())),
        Column::new("单元格", 8, |c| Cell::centred(c.cell.as_deref().unwrap_or_default())),
        Column::new("项目", 26, |c| Cell::maybe(c.project.as_deref())),
        Column::new("栏目", 20, |c| Cell::text(&c.field)),
        Column::new("原内容", 36, |c| Cell::maybe(c.from.as_deref())),
        Column::new("改为", 36, |c| Cell::maybe(c.to.as_deref())),
        Column::new("依据", 14, reason),
    ],
};

static FAILED: Table<Failed> = Table {
    name: "未处理",
    columns: &[
        Column::new("序号", 7, |_| Cell::Ordinal),
        Column::new("文件", 48, |f| Cell::text(&f.file)),
        Column::new("原因", 90, |f| Cell::text(&f.message)),
    ],
};

/// The rule, and whether the tool filled in a blank.
fn reason(change: &Change) -> Cell<'_> {
    match (change.code, &change.from) {
        (Some(code), Some(_)) => Cell::centred(code),
        (Some(code), None) => Cell::Text(format!("{code} 程序填写").into()),
        (None, _) => Cell::centred("程序填写"),
    }
}

fn severity(severity: Severity) -> Cell<'static> {
    match severity {
        Severity::Error => Cell::Alarm(severity.name()),
        Severity::Warning | Severity::Info => Cell::centred(severity.name()),
    }
}

/// What the fix would do.
fn advice(fix: &Fix) -> Cell<'static> {
    let asking = if fix.kind == FixKind::Unsafe { "（须经人工确认）" } else { "" };
    advice_words(fix).map_or(Cell::Blank, |doing| Cell::Text(format!("{doing}{asking}").into()))
}

/// What the fix would do, in words.
fn advice_words(fix: &Fix) -> Option<String> {
    match (&fix.from, &fix.to) {
        (Some(from), Some(to)) => Some(format!("“{from}”改为“{to}”")),
        (None, Some(to)) => Some(format!("填写“{to}”")),
        (Some(from), None) => Some(format!("删去“{from}”")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
