//! What a command found to one JSON object: files, findings, changes, counts.
//!
//! The object is printed at the end, since counts and findings across forms come last; until then its parts lie in
//! temporary files, however many forms there are.

use std::collections::HashSet;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use serde::Serialize;
use serde_json::{Value, json};
use tempfile::SpooledTempFile;
use zipingbiao::batch::{CrossFinding, Input, Reading};
use zipingbiao::report::{Change, Report, slashed};
use zipingbiao::writer::json::Finding;

use crate::print;
use crate::render::Counts;
use crate::run::Run;

/// Bytes of a part that stay in memory.
const IN_MEMORY: usize = 1 << 20;

/// The items of a JSON array as they come.
struct Items(SpooledTempFile);

impl Items {
    fn new() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }

    fn add(&mut self, item: &impl Serialize) -> io::Result<()> {
        let is_first = self.0.stream_position()? == 0;
        let mut bytes = if is_first { Vec::new() } else { vec![b','] };
        serde_json::to_writer(&mut bytes, item)?;
        self.0.write_all(&bytes)
    }

    fn write(&mut self, name: &str, out: &mut impl Write) -> io::Result<()> {
        write!(out, "\"{name}\":[")?;
        self.0.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.0, out)?;
        out.write_all(b"],")
    }
}

/// What was found so far, as data.
pub struct Data {
    forms: usize,
    counts: Counts,
    names: HashSet<String>,
    files: Items,
    findings: Items,
    changes: Option<Items>,
    /// Why a part could not be kept; the first reason.
    broken: Option<io::Error>,
}

impl Data {
    /// No data yet.
    pub fn new() -> Self {
        Self {
            forms: 0,
            counts: Counts::default(),
            names: HashSet::new(),
            files: Items::new(),
            findings: Items::new(),
            changes: None,
            broken: None,
        }
    }

    /// Data that also lists changes.
    pub fn with_changes() -> Self {
        Self { changes: Some(Items::new()), ..Self::new() }
    }

    fn keep(&mut self, kept: io::Result<()>) {
        self.broken = self.broken.take().or_else(|| kept.err());
    }

    fn file(&mut self, name: &str, file: &Value) {
        self.names.insert(name.to_owned());
        let kept = self.files.add(file);
        self.keep(kept);
    }

    fn unread(&mut self, name: &str, status: &str, message: &str) {
        self.file(name, &unread(name, status, message));
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        let kept = self.findings.add(finding);
        self.keep(kept);
    }

    /// A file that holds only the bureau's list.
    pub fn list(&mut self, input: &Input, reading: &Reading) {
        let message = format!("清单，{} 个项目", reading.list.len());
        self.unread(&slashed(&input.path), "ok", &message);
    }

    /// A form and what is wrong with it.
    pub fn form(&mut self, report: &Report) {
        let project = report.form.project.value().map(String::as_str);
        let range = report.origin.range.map(|range| range.to_string());
        self.forms += 1;
        self.counts.add(Counts::of(&report.diagnostics));
        let file = json!({
            "file": report.origin.file, "sheet": report.origin.sheet, "range": range, "project": project,
            "status": "ok", "message": null,
        });
        self.file(&report.origin.file, &file);
        for diagnostic in &report.diagnostics {
            self.finding(&Finding::alone(diagnostic, &report.origin, project));
        }
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
        let listed = self.changes.get_or_insert_with(Items::new);
        let kept = changes.iter().map(change).try_for_each(|change| listed.add(&change));
        self.keep(kept);
    }

    /// What is wrong across the forms.
    pub fn across(&mut self, found: &CrossFinding) {
        self.counts.add(Counts::of(std::slice::from_ref(&found.diagnostic)));
        self.finding(&Finding::alone(&found.diagnostic, &found.origin, found.project.as_deref()));
    }

    /// Prints everything as one object.
    pub fn print(mut self, run: &Run<'_>) {
        for unused in &run.unused {
            self.unread(&unused.file, if unused.failed { "error" } else { "skipped" }, &unused.message);
        }
        let mut out = BufWriter::new(io::stdout().lock());
        let printed = self.write(run, &mut out).and_then(|()| out.flush());
        printed.unwrap_or_else(print::stop);
    }

    fn write(&mut self, run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let failed = run.unused.iter().filter(|unused| unused.failed).count();
        let summary = json!({
            "files": self.names.len(), "failed": failed, "forms": self.forms,
            "error": self.counts.errors, "warning": self.counts.warnings, "info": self.counts.infos,
        });
        out.write_all(b"{")?;
        self.files.write("files", out)?;
        self.findings.write("findings", out)?;
        if let Some(changes) = &mut self.changes {
            changes.write("changes", out)?;
        }
        writeln!(out, "\"summary\":{summary}}}")
    }
}

/// A file of which no form is told.
fn unread(file: &str, status: &str, message: &str) -> Value {
    json!({
        "file": file, "sheet": null, "range": null, "project": null, "status": status, "message": message,
    })
}
