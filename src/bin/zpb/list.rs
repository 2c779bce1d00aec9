//! Findings to 问题清单.xlsx: a table of them all, and a letter to each unit.

use std::path::{Path, PathBuf};

use zipingbiao::batch::{CrossFinding, Input};
use zipingbiao::error::Cause;
use zipingbiao::report::Report;
use zipingbiao::writer::file::{Output, seen_from};
use zipingbiao::writer::summary::{self, Sent};

use crate::run::Run;

/// The findings that go into 问题清单.xlsx.
pub struct List {
    path: PathBuf,
    /// What is kept of them, as long as that can be done.
    found: Result<summary::List, Cause>,
}

impl List {
    /// An empty list that is to be written to `path`.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), found: summary::List::new() }
    }

    /// Puts the findings of a form on it.
    pub fn form(&mut self, input: &Input, report: &Report) {
        let (origin, form) = (&report.origin, &report.form);
        let body = form.unit.value().or_else(|| form.authority.value());
        let sent = Sent {
            file: origin.file.clone(),
            sheet: origin.sheet.clone(),
            project: form.project.value().cloned(),
            unit: body.map(|body| body.name.clone()),
            link: input.path.is_file().then(|| seen_from(self.folder(), &input.path)),
        };
        self.keep(|found| found.form(sent, &report.diagnostics));
    }

    /// Puts a finding across forms on it.
    pub fn across(&mut self, finding: &CrossFinding) {
        let CrossFinding { form, origin, project, diagnostic } = finding;
        self.keep(|found| found.across(*form, (origin, project.as_deref()), diagnostic));
    }

    /// Keeps more. That it cannot be kept is told at the end.
    fn keep(&mut self, add: impl FnOnce(&mut summary::List) -> Result<(), Cause>) {
        if let Ok(found) = &mut self.found
            && let Err(cause) = add(found)
        {
            self.found = Err(cause);
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Writes the list of what was found, which may replace one of an earlier run, also one that lies among the forms;
    /// gives its path and the number of letters on it.
    pub fn write(self, run: &mut Run<'_>, force: bool) -> Option<(PathBuf, usize)> {
        if self.found.as_ref().is_ok_and(summary::List::is_empty) {
            return None;
        }
        let own = zipingbiao::reader::is_own_summary(&self.path);
        let earlier = self.path.canonicalize().ok().filter(|_| own);
        let is_earlier = |input: &PathBuf| earlier.is_some() && input.canonicalize().ok() == earlier;
        let inputs = run.sources().into_iter().filter(|input| !is_earlier(input));
        let output = Output::new(force || own, inputs);
        let found = self.found.map_err(|cause| cause.of(&self.path));
        match found.and_then(|found| output.compose(&self.path, |file| found.finish(file))) {
            Ok(letters) => Some((self.path, letters)),
            Err(error) => {
                run.failed(&error);
                None
            }
        }
    }
}
