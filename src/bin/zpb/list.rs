//! Findings to 问题清单.xlsx: a table of them all, and a letter to each unit.

use std::path::{Path, PathBuf};

use zipingbiao::batch::{CrossFinding, Input};
use zipingbiao::report::Report;
use zipingbiao::writer::file::{Output, seen_from};
use zipingbiao::writer::summary::{self, Problem, Returned, Sender};

use crate::run::Run;

/// The findings that go into 问题清单.xlsx.
pub struct List {
    path: PathBuf,
    found: Vec<Returned>,
    senders: Vec<Sender>,
    /// By form: its unit, and its file as seen from the list.
    forms: Vec<(Option<String>, Option<String>)>,
}

impl List {
    /// An empty list that is to be written to `path`.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), found: Vec::new(), senders: Vec::new(), forms: Vec::new() }
    }

    /// Puts the findings of a form on it.
    pub fn form(&mut self, input: &Input, report: &Report) {
        let form = &report.form;
        let unit = form.unit.value().or_else(|| form.authority.value()).map(|body| body.name.clone());
        let link = input.path.is_file().then(|| seen_from(self.folder(), &input.path));
        match self.senders.iter_mut().find(|sender| sender.unit == unit) {
            Some(sender) => sender.forms += 1,
            None => self.senders.push(Sender { unit: unit.clone(), forms: 1 }),
        }
        self.forms.push((unit.clone(), link.clone()));
        self.found.extend(report.diagnostics.iter().map(|diagnostic| Returned {
            problem: Problem::of(report, diagnostic),
            unit: unit.clone(),
            link: link.clone(),
            of_form: true,
        }));
    }

    /// Puts a finding across forms on it.
    pub fn across(&mut self, finding: &CrossFinding) {
        let form = finding.form.and_then(|form| self.forms.get(form)).cloned();
        let (of_form, (unit, link)) = (form.is_some(), form.unwrap_or_default());
        let problem = Problem::across(&finding.origin, finding.project.clone(), &finding.diagnostic);
        self.found.push(Returned { problem, unit, link, of_form });
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Writes the list of what was found, which may replace one of an earlier run, also one that lies among the forms;
    /// gives its path.
    pub fn write(self, run: &mut Run<'_>, force: bool) -> Option<PathBuf> {
        if self.senders.is_empty() {
            return None;
        }
        let own = zipingbiao::reader::is_own_summary(&self.path);
        let earlier = self.path.canonicalize().ok().filter(|_| own);
        let is_earlier = |input: &PathBuf| earlier.is_some() && input.canonicalize().ok() == earlier;
        let inputs = run.sources().into_iter().filter(|input| !is_earlier(input));
        let output = Output::new(force || own, inputs);
        let bytes = summary::problems(self.found, &self.senders).map_err(|cause| cause.of(&self.path));
        match bytes.and_then(|bytes| output.write(&self.path, &bytes)) {
            Ok(()) => Some(self.path),
            Err(error) => {
                run.failed(&error);
                None
            }
        }
    }
}
