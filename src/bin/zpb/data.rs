//! What a command found to one JSON object: files, findings, changes, counts.

use serde_json::{Value, json};
use zipingbiao::batch::{CrossFinding, Input, Reading};
use zipingbiao::report::{Change, Report};
use zipingbiao::text::slashed;
use zipingbiao::writer::json::Finding;

use crate::render::Counts;
use crate::run::Run;

/// What was found so far, as data.
#[derive(Default)]
pub struct Data {
    forms: usize,
    counts: Counts,
    files: Vec<Value>,
    findings: Vec<Value>,
    changes: Option<Vec<Value>>,
}

impl Data {
    /// Data that also lists changes.
    pub fn with_changes() -> Self {
        Self { changes: Some(Vec::new()), ..Self::default() }
    }

    /// A file that holds only the bureau's list.
    pub fn list(&mut self, input: &Input, reading: &Reading) {
        let message = format!("清单，{} 个项目", reading.list.len());
        self.files.push(unread(&slashed(&input.path), "ok", &message));
    }

    /// A form and what is wrong with it.
    pub fn form(&mut self, report: &Report) {
        let project = report.form.project.value().map(String::as_str);
        let range = report.origin.range.map(|range| range.to_string());
        self.forms += 1;
        self.counts.add(Counts::of(&report.diagnostics));
        self.files.push(json!({
            "file": report.origin.file, "sheet": report.origin.sheet, "range": range, "project": project,
            "status": "ok", "message": null,
        }));
        let alone = report.diagnostics.iter().map(|d| Finding::alone(d, &report.origin, project));
        self.findings.extend(alone.filter_map(|finding| serde_json::to_value(finding).ok()));
    }

    /// What was changed in a form.
    pub fn changed(&mut self, report: &Report, changes: &[Change]) {
        let project = report.form.project.value();
        let change = |change: &Change| {
            json!({
                "code": change.code, "file": report.origin.file, "sheet": report.origin.sheet,
                "cell": change.cell.map(|cell| cell.to_string()), "project": project,
                "field": change.field.to_string(), "from": change.from, "to": change.to,
            })
        };
        self.changes.get_or_insert_default().extend(changes.iter().map(change));
    }

    /// What is wrong across the forms.
    pub fn across(&mut self, found: &CrossFinding) {
        self.counts.add(Counts::of(std::slice::from_ref(&found.diagnostic)));
        let finding = Finding::alone(&found.diagnostic, &found.origin, found.project.as_deref());
        self.findings.extend(serde_json::to_value(finding));
    }

    /// Everything as one object.
    pub fn finish(mut self, run: &Run<'_>) -> Value {
        for unused in &run.unused {
            let status = if unused.failed { "error" } else { "skipped" };
            self.files.push(unread(&unused.file, status, &unused.message));
        }
        let failed = run.unused.iter().filter(|unused| unused.failed).count();
        let mut names: Vec<_> =
            self.files.iter().filter_map(|f| f.get("file").and_then(Value::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        let summary = json!({
            "files": names.len(), "failed": failed, "forms": self.forms,
            "error": self.counts.errors, "warning": self.counts.warnings, "info": self.counts.infos,
        });
        match self.changes {
            None => json!({ "files": self.files, "findings": self.findings, "summary": summary }),
            Some(changes) => {
                json!({ "files": self.files, "findings": self.findings, "changes": changes, "summary": summary })
            }
        }
    }
}

/// A file of which no form is told.
fn unread(file: &str, status: &str, message: &str) -> Value {
    json!({
        "file": file, "sheet": null, "range": null, "project": null, "status": status, "message": message,
    })
}
