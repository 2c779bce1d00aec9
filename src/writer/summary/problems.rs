//! Findings to 问题清单.xlsx: a table that filters and opens the cells, and a letter (退回意见) to each unit.

use std::collections::{HashMap, HashSet};

use rust_xlsxwriter::{Workbook, XlsxError};

use super::cell::{self, Cell, LINKS};
use super::letter;
use super::look::Looks;
use super::table::{Column, Table};
use super::{Problem, SHEET_ROWS, advice, guarded, properties, severity};
use crate::error::Cause;

/// Title of the workbook.
const TITLE: &str = "项目支出绩效自评表问题清单";

/// A finding, with whom to send it back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The finding.
    pub problem: Problem,
    /// 实施单位, else 主管部门; `None` if neither is known.
    pub unit: Option<String>,
    /// The submitted file as seen from the list, with `/`; `None` where no link can open it.
    pub link: Option<String>,
    /// Whether it is about a form, and not about an entry of a list.
    pub of_form: bool,
}

/// A unit that sent forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its name; `None` if the forms do not say.
    pub unit: Option<String>,
    /// How many forms it sent.
    pub forms: usize,
}

/// The bytes of 问题清单.xlsx, the findings form by form; the same for the same content on any day and machine.
///
/// # Errors
/// [`Cause::Write`] if the workbook cannot be composed.
pub fn problems(found: Vec<Returned>, senders: &[Sender]) -> Result<Vec<u8>, Cause> {
    let found = by_form(found);
    guarded(|| compose(&found, senders))
}

/// The findings of each form together, worst first, in the order in which the forms came.
fn by_form(mut found: Vec<Returned>) -> Vec<Returned> {
    let mut places: HashMap<(String, Option<String>, Option<String>), usize> = HashMap::new();
    for one in &found {
        let next = places.len();
        places.entry(form(one)).or_insert(next);
    }
    found.sort_by_cached_key(|one| {
        (!one.of_form, places.get(&form(one)).copied(), std::cmp::Reverse(one.problem.severity))
    });
    found
}

fn form(one: &Returned) -> (String, Option<String>, Option<String>) {
    let problem = &one.problem;
    (problem.file.clone(), problem.sheet.clone(), problem.project.clone())
}

fn compose(found: &[Returned], senders: &[Sender]) -> Result<Vec<u8>, XlsxError> {
    let (mut workbook, looks) = (Workbook::new(), Looks::new());
    workbook.set_properties(&properties(TITLE)?);
    let rows = usize::try_from(SHEET_ROWS).unwrap_or(usize::MAX) - 1;
    // A link more than a sheet can hold would cost them all.
    for page in TABLE.pages(found, rows.min(LINKS)) {
        let sheet = workbook.add_worksheet();
        TABLE.write_page(sheet, &looks, &page, 0)?;
        sheet.set_freeze_panes(1, 0)?.set_header(format!("&C&14{}", page.name));
    }
    let mut names = HashSet::from(["history".to_owned(), TABLE.name.to_owned()]);
    for sender in senders {
        letter::write(&mut workbook, sender, found, &mut names)?;
    }
    workbook.save_to_buffer()
}

static TABLE: Table<Returned> = Table {
    name: "问题清单",
    columns: &[
        Column::new("序号", 6, |_| Cell::Ordinal),
        Column::new("单位", 20, |r| Cell::maybe(r.unit.as_deref())),
        Column::new("项目", 24, |r| Cell::maybe(r.problem.project.as_deref())),
        Column::new("文件", 24, |r| Cell::text(&r.problem.file)),
        Column::new("工作表", 11, |r| Cell::maybe(r.problem.sheet.as_deref())),
        Column::new("单元格", 8, place),
        Column::new("级别", 7, |r| severity(r.problem.severity)),
        Column::new("编号", 7, |r| Cell::centred(r.problem.code)),
        Column::new("问题", 50, |r| Cell::text(&r.problem.message)),
        Column::new("建议", 28, |r| r.problem.fix.as_ref().map_or(Cell::Blank, advice)),
    ],
};

/// The cell, which opens the submitted file there.
fn place(returned: &Returned) -> Cell<'_> {
    let (problem, text) = (&returned.problem, returned.problem.cell.as_deref().unwrap_or_default());
    let sheet = problem.sheet.as_deref();
    let target = returned.link.as_deref().and_then(|path| cell::link_to(path, sheet, text));
    target.filter(|_| !text.is_empty()).map_or(Cell::centred(text), |target| Cell::Link { text, target })
}
