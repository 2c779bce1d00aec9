//! `zpb check`: what is wrong with the forms, to the screen or as data.

use serde_json::{Value, json};
use zipingbiao::batch::{CrossFinding, Input, Reading};
use zipingbiao::diagnostic::Severity;
use zipingbiao::report::Report;
use zipingbiao::writer::json::Finding;

use crate::Ending;
use crate::args::{Check, Format};
use crate::print;
use crate::render::{self, Counts};
use crate::run::{Feed, Judge, Run};

/// Checks every form and tells what was found.
pub fn run(args: &Check) -> Ending {
    let mut run = match Run::new(&args.common, None, Feed::Records) {
        Ok(run) => run,
        Err(ending) => return ending,
    };
    let mut sheet = Sheet::default();
    let choose = |judge: &Judge, _: &Input, mut reading: Reading| {
        for report in &mut reading.reports {
            report.diagnostics = judge.chosen(std::mem::take(&mut report.diagnostics));
        }
        reading
    };
    run.go(choose, |run, checked| {
        let Some((input, reading)) = checked else { return };
        for note in &reading.notes {
            run.note(&format!("注意 {}：{note}", input.path.display()));
        }
        if reading.reports.is_empty() {
            sheet.list(input, &reading);
        }
        run.ledger.add(input, &reading);
        for report in reading.reports {
            run.saw(&report.diagnostics);
            sheet.add(&report, args.format, run.colors());
        }
    });
    let across = run.across();
    sheet.across(&across, args.format, run.colors());
    match args.format {
        Format::Json => print::data(sheet.data(&run)),
        Format::Text => sheet.closing(&run),
    }
    run.ending(Some(Severity::Error))
}

/// What was found so far.
#[derive(Default)]
struct Sheet {
    forms: usize,
    counts: Counts,
    files: Vec<Value>,
    findings: Vec<Value>,
    /// A form's name and its counts, for the line at the end.
    closing: Vec<(String, Counts)>,
}

impl Sheet {
    fn add(&mut self, report: &Report, format: Format, colors: bool) {
        let counts = Counts::of(&report.diagnostics);
        let project = report.form.project.value().map(String::as_str);
        self.forms += 1;
        self.counts.add(counts);
        let name = zipingbiao::rules::shortened(project.unwrap_or("（没有项目名称）"), 24);
        self.closing.push((name, counts));
        if format == Format::Json {
            return self.add_data(report, project);
        }
        if report.diagnostics.is_empty() {
            return;
        }
        let heading = render::heading(&report.origin, project);
        print::line(format!("{heading}\n{}\n", render::findings(&report.diagnostics, colors).join("\n")));
    }

    /// A file that holds only the bureau's list.
    fn list(&mut self, input: &Input, reading: &Reading) {
        let file = input.path.to_string_lossy().replace('\\', "/");
        self.files.push(json!({
            "file": file, "sheet": null, "range": null, "project": null,
            "status": "ok", "message": format!("清单，{} 个项目", reading.list.len()),
        }));
    }

    /// What is wrong across the forms, form by form.
    fn across(&mut self, found: &[CrossFinding], format: Format, colors: bool) {
        for finding in found {
            let counts = Counts::of(std::slice::from_ref(&finding.diagnostic));
            self.counts.add(counts);
            if let Some((_, of_form)) = finding.form.and_then(|form| self.closing.get_mut(form)) {
                of_form.add(counts);
            }
        }
        if format == Format::Json {
            let alone = found.iter().map(|f| Finding::alone(&f.diagnostic, &f.origin, f.project.as_deref()));
            return self.findings.extend(alone.filter_map(|finding| serde_json::to_value(finding).ok()));
        }
        if !found.is_empty() {
            print::line(format!("全部表放在一起核对：\n{}\n", render::across(found, colors).join("\n")));
        }
    }

    fn add_data(&mut self, report: &Report, project: Option<&str>) {
        let range = report.origin.range.map(|range| range.to_string());
        self.files.push(json!({
            "file": report.origin.file, "sheet": report.origin.sheet, "range": range, "project": project,
            "status": "ok", "message": null,
        }));
        let alone = report.diagnostics.iter().map(|d| Finding::alone(d, &report.origin, project));
        self.findings.extend(alone.filter_map(|finding| serde_json::to_value(finding).ok()));
    }

    /// One line a form, the total, and what to do next.
    fn closing(&self, run: &Run<'_>) {
        if run.is_quiet() {
            return;
        }
        for (name, counts) in &self.closing {
            print::line(format!("{}  {counts}", render::padded(name, 50)));
        }
        let failed = run.unused.iter().filter(|unused| unused.failed).count();
        print::line(format!("\n共 {} 张表：{}；{failed} 个文件没有处理。", self.forms, self.counts));
        print::line("看某一条规则的说明：zpb rule P03；自动修正能修正的：zpb fix <文件夹> -o <新文件夹>");
    }

    /// Everything as one JSON object.
    fn data(mut self, run: &Run<'_>) -> Value {
        for unused in &run.unused {
            let status = if unused.failed { "error" } else { "skipped" };
            self.files.push(json!({
                "file": unused.file, "sheet": null, "range": null, "project": null,
                "status": status, "message": unused.message,
            }));
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
        json!({ "files": self.files, "findings": self.findings, "summary": summary })
    }
}
