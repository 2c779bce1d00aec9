//! The forms of a file to its workbook, with what is found across the forms of all files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use zipingbiao::batch::{self, Input, Item, Outcome, Step};
use zipingbiao::diagnostic::Diagnostic;
use zipingbiao::error::Cause;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::press::Press;
use zipingbiao::writer::xlsx::Options;

use crate::run::Run;

/// What makes the workbooks of single files.
pub struct Composer<'a> {
    press: Press<'a>,
    foreseen: Foreseen,
}

impl<'a> Composer<'a> {
    /// A composer that notes what is found across the forms of `noted` too. That is known when all of them are read,
    /// which is after their workbooks are composed: so they are read once beforehand.
    pub fn new(template: &'a Template, options: Options, noted: Option<&Run<'_>>) -> Self {
        Self { press: Press::new(template, options), foreseen: noted.map(foreseen).unwrap_or_default() }
    }

    /// Makes what all workbooks share, while the first form is still read.
    pub fn prepare(&self) {
        self.press.prepare();
    }

    /// The workbook of the forms of a file, each with what is foreseen of it.
    ///
    /// # Errors
    /// As for [`Press::workbook`].
    pub fn book(&self, input: &Input, reports: Vec<&Report>) -> Result<Vec<u8>, Cause> {
        if self.foreseen.is_empty() {
            return self.press.workbook(&reports);
        }
        let noted: Vec<_> =
            (0..).zip(reports).map(|(place, report)| self.noted(input, place, report)).collect();
        self.press.workbook(&noted.iter().map(AsRef::as_ref).collect::<Vec<_>>())
    }

    /// The form at a place of its file with what is foreseen of it.
    fn noted<'r>(&self, input: &Input, place: usize, report: &'r Report) -> Cow<'r, Report> {
        self.foreseen.get(&(input.path.clone(), place)).map_or(Cow::Borrowed(report), |found| {
            let mut report = report.clone();
            report.diagnostics.extend(found.iter().cloned());
            Cow::Owned(report)
        })
    }
}

/// What will be found across forms, by the form's file and its place in it.
type Foreseen = HashMap<(PathBuf, usize), Vec<Diagnostic>>;

/// Reads everything once beforehand, in silence, to know what will be found across the forms; nothing where something
/// cannot be read twice.
fn foreseen(run: &Run<'_>) -> Foreseen {
    let mut foreseen = Foreseen::new();
    if !run.files.iter().all(|input| input.path.is_file()) {
        return foreseen;
    }
    let (mut ledger, mut forms) = (run.ledger.clone(), Vec::new());
    let items = run.files.iter().cloned().map(Item::from);
    batch::run(
        items,
        &run.judge.template,
        |_, reading| reading,
        |step| {
            if let Step::Ready((input, Outcome::Forms(reading))) = step {
                ledger.add(&input, &reading);
                forms.extend((0..reading.reports.len()).map(|place| (input.path.clone(), place)));
            }
        },
    );
    for finding in ledger.close().0 {
        let form = finding.form.and_then(|form| forms.get(form)).cloned();
        if let (Some(form), Some(finding)) = (form, run.judge.chosen_across(finding)) {
            foreseen.entry(form).or_default().push(finding.diagnostic);
        }
    }
    foreseen
}
