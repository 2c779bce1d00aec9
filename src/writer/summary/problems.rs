//! Findings to 问题清单.xlsx: a table that filters and opens the cells, and a letter (退回意见) to each unit.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{Seek, Write};
use std::rc::Rc;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::cell::Cell;
use super::frame::{Frame, frames};
use super::growing::Growing;
use super::letter::{self, Letter, Sent};
use super::link::{LINKS, Target};
use super::look::Looks;
use super::spool::{Kepts, Spool};
use super::store::{self, Store};
use super::table::{Column, Table};
use super::{COMPRESSION, SHEET_ROWS, advice, guarded, guarded_to, properties, severity};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Cause;
use crate::report::Origin;
use crate::writer::names::Names;

/// Title of the workbook.
const TITLE: &str = "项目支出绩效自评表问题清单";

/// A finding, and what it is about.
struct Returned {
    sent: Rc<Sent>,
    found: Diagnostic,
}

/// What a finding is about: a form by its number, or something else, such as an entry of a list, by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Form(usize),
    Other(usize),
}

/// What stays in memory of a finding.
#[derive(Debug, Clone, Copy)]
struct Entry {
    subject: Subject,
    severity: Severity,
    /// Whether the letter to the unit asks for it.
    asked: bool,
    /// Where the rest is kept.
    at: u64,
}

/// 问题清单.xlsx while forms are checked. Findings, of which a form has many, are kept in a temporary file.
pub struct List {
    forms: Vec<Rc<Sent>>,
    others: Vec<Rc<Sent>>,
    /// The number of what is no form.
    numbers: HashMap<(String, Option<String>, Option<String>), usize>,
    entries: Vec<Entry>,
    spool: Spool,
}

impl List {
    /// An empty list.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn new() -> Result<Self, Cause> {
        guarded(|| {
            let (forms, others, numbers, entries) = Default::default();
            Ok(Self { forms, others, numbers, entries, spool: Spool::new()? })
        })
    }

    /// Whether no form has come.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Adds a form and what is wrong with it.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn form(&mut self, sent: Sent, found: &[Diagnostic]) -> Result<(), Cause> {
        let subject = Subject::Form(self.forms.len());
        self.forms.push(Rc::new(sent));
        found.iter().try_for_each(|found| self.keep(subject, found))
    }

    /// Adds what is wrong across forms: with the form of that number, in the order in which they came, or with what
    /// came from `origin`.
    ///
    /// # Errors
    /// [`Cause::Write`] or [`Cause::Io`] if temporary files cannot be written.
    pub fn across(
        &mut self,
        form: Option<usize>,
        (origin, project): (&Origin, Option<&str>),
        found: &Diagnostic,
    ) -> Result<(), Cause> {
        let form = form.filter(|form| *form < self.forms.len());
        let subject = form.map_or_else(|| self.other(origin, project), Subject::Form);
        self.keep(subject, found)
    }

    /// The number of something that is no form.
    fn other(&mut self, origin: &Origin, project: Option<&str>) -> Subject {
        let (file, sheet, project) = (origin.file.clone(), origin.sheet.clone(), project.map(str::to_owned));
        let number =
            *self.numbers.entry((file, sheet, project)).or_insert_with_key(|(file, sheet, project)| {
                let (file, sheet, project) = (file.clone(), sheet.clone(), project.clone());
                self.others.push(Rc::new(Sent { file, sheet, project, unit: None, link: None }));
                self.others.len() - 1
            });
        Subject::Other(number)
    }

    fn keep(&mut self, subject: Subject, found: &Diagnostic) -> Result<(), Cause> {
        let at = guarded(|| Ok(self.spool.keep(found)?))?;
        let asked = matches!(subject, Subject::Form(_)) && letter::asks_for(found);
        self.entries.push(Entry { subject, severity: found.severity, asked, at });
        Ok(())
    }

    /// Writes 问题清单.xlsx to `out`, the findings form by form, worst first; the same bytes for the same content on
    /// any day and machine. Gives the number of letters.
    ///
    /// # Errors
    /// [`Cause::Write`] if the workbook cannot be composed, and what the system says if `out` does not take it.
    pub fn finish(self, out: impl Write + Seek) -> Result<usize, Cause> {
        guarded_to(out, |out| self.compose(SHEET_ROWS, out))
    }

    /// The workbook, with at most `rows` rows a sheet; what does not fit goes on on the next.
    fn compose(mut self, rows: u32, out: impl Write + Seek) -> Result<usize, XlsxError> {
        self.entries.sort_by_key(|entry| (entry.subject, Reverse(entry.severity)));
        let mut whole = Whole {
            kept: self.spool.finish()?,
            forms: self.forms,
            others: self.others,
            entries: self.entries,
        };
        let [table, frame] = frames(&[(&TABLE, 0), (&letter::Blank, 0)])?;
        let (table, letters) = (whole.table(table.shown(), rows)?, whole.letters(&frame, rows)?);
        let (stored, count) = (vec![table, letters.0], letters.1);
        let mut workbook = Workbook::new();
        workbook.set_properties(&properties(TITLE)?).set_zip_compression_level(COMPRESSION);
        store::announce(&mut workbook, &stored, &Looks::with_letters())?;
        store::put_together(workbook.save_to_buffer()?, &[], stored, out)?;
        Ok(count)
    }
}

/// Everything that was found, in its order.
struct Whole {
    forms: Vec<Rc<Sent>>,
    others: Vec<Rc<Sent>>,
    entries: Vec<Entry>,
    kept: Kepts,
}

impl Whole {
    fn table(&mut self, frame: Frame, rows: u32) -> Result<store::Done, XlsxError> {
        // A link more than a sheet can hold would cost them all.
        let links = u32::try_from(LINKS).unwrap_or(u32::MAX - 1);
        let mut table = Growing::new(&TABLE, frame, rows.min(links + 1))?;
        for entry in &self.entries {
            let sent = match entry.subject {
                Subject::Form(number) => self.forms.get(number),
                Subject::Other(number) => self.others.get(number),
            };
            let sent = sent.map(Rc::clone).unwrap_or_default();
            table.add(&Returned { sent, found: self.kept.get(entry.at)? })?;
        }
        table.finish()
    }

    /// A letter to each unit of which something is asked, in the order in which their first forms came, and how many
    /// there are.
    fn letters(&mut self, frame: &Frame, rows: u32) -> Result<(store::Done, usize), XlsxError> {
        let mut count = 0;
        let (mut store, mut names) = (Store::new()?, Names::without([TABLE.name]));
        for (unit, forms) in self.units() {
            let asked: Vec<Entry> = forms.iter().flat_map(|form| self.asked(*form)).copied().collect();
            if asked.is_empty() {
                continue;
            }
            let errors = asked.iter().filter(|entry| entry.severity == Severity::Error).count();
            let head = letter::Head { unit, forms: forms.len(), errors, doubts: asked.len() - errors };
            let mut letter = Letter::begin(head, (frame, rows), &mut names, &mut store)?;
            for of_form in asked.chunk_by(|one, next| one.subject == next.subject) {
                let found =
                    of_form.iter().map(|entry| self.kept.get(entry.at)).collect::<Result<Vec<_>, _>>()?;
                if let Some(Subject::Form(number)) = of_form.first().map(|entry| entry.subject)
                    && let Some(sent) = self.forms.get(number)
                {
                    letter.form(sent, &found)?;
                }
            }
            letter.end()?;
            count += 1;
        }
        Ok((store.finish()?, count))
    }

    /// The units and the numbers of their forms.
    fn units(&self) -> Vec<(Option<String>, Vec<usize>)> {
        let (mut units, mut places) = (Vec::<(Option<String>, Vec<usize>)>::new(), HashMap::new());
        for (number, sent) in self.forms.iter().enumerate() {
            let place = *places.entry(&sent.unit).or_insert_with(|| {
                units.push((sent.unit.clone(), Vec::new()));
                units.len() - 1
            });
            if let Some((_, forms)) = units.get_mut(place) {
                forms.push(number);
            }
        }
        units
    }

    /// What is asked of a form.
    fn asked(&self, form: usize) -> impl Iterator<Item = &Entry> {
        let form = Subject::Form(form);
        let first = self.entries.partition_point(|entry| entry.subject < form);
        let own = self.entries.get(first..).unwrap_or_default().iter();
        own.take_while(move |entry| entry.subject == form).filter(|entry| entry.asked)
    }
}

static TABLE: Table<Returned> = Table {
    name: "问题清单",
    columns: &[
        Column::new("序号", 6, |_| Cell::Ordinal),
        Column::new("单位", 20, |r| Cell::maybe(r.sent.unit.as_deref())),
        Column::new("项目", 24, |r| Cell::maybe(r.sent.project.as_deref())),
        Column::new("文件", 24, |r| Cell::text(&r.sent.file)),
        Column::new("工作表", 11, |r| Cell::maybe(r.sent.sheet.as_deref())),
        Column::new("单元格", 8, place),
        Column::new("级别", 7, |r| severity(r.found.severity)),
        Column::new("编号", 7, |r| Cell::centred(r.found.code)),
        Column::new("问题", 50, |r| Cell::text(&r.found.message)),
        Column::new("建议", 28, |r| r.found.fix.as_ref().map_or(Cell::Blank, advice)),
    ],
};

/// The cell, which opens the submitted file there.
fn place(returned: &Returned) -> Cell<'_> {
    let Some(cell) = returned.found.cell else { return Cell::Blank };
    let (sent, text) = (&returned.sent, cell.to_string());
    let target = sent.link.as_deref().and_then(|path| Target::cell(path, sent.sheet.as_deref(), &text));
    match target {
        Some(target) => Cell::Link { text: text.into(), target },
        None => Cell::Centred(text.into()),
    }
}

#[cfg(test)]
mod tests;
