//! `zpb check`: what is wrong with the forms, to the screen, as data, or on a list.

use std::path::{Path, PathBuf};

use zipingbiao::batch::{CrossFinding, Input, Reading};
use zipingbiao::diagnostic::{Diagnostic, FixKind, Severity};
use zipingbiao::report::Report;

use crate::Ending;
use crate::args::{Check, Format};
use crate::data::Data;
use crate::list::List;
use crate::print;
use crate::render::{self, Counts};
use crate::run::{Feed, Judge, Run};

/// Checks every form and tells what was found.
pub fn run(args: &Check) -> Ending {
    if let Some(output) = args.output.as_deref().filter(|output| !is_workbook(output)) {
        print::aside(format!(
            "参数有误：-o 要写成 .xlsx 文件，如 -o 问题清单.xlsx，不能是 {}",
            output.display()
        ));
        return Ending::Failed;
    }
    let mut run = match Run::new(&args.common, args.output.as_deref(), Feed::Records) {
        Ok(run) => run,
        Err(ending) => return ending,
    };
    let list = args.output.as_deref().map(List::new);
    let mut told = Told { args, sheet: Sheet::default(), data: Data::new(), list };
    let choose = |judge: &Judge, _: &Input, mut reading: Reading| {
        for report in &mut reading.reports {
            report.diagnostics = judge.chosen(std::mem::take(&mut report.diagnostics));
        }
        reading
    };
    run.go(choose, |run, checked| {
        if let Some((input, reading)) = checked {
            told.file(run, input, &reading);
        }
    });
    let across = run.across();
    told.across(&across, &run);
    told.close(&mut run);
    run.ending(Some(Severity::Error))
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

/// Where findings are told.
struct Told<'a> {
    args: &'a Check,
    sheet: Sheet,
    data: Data,
    list: Option<List>,
}

impl Told<'_> {
    /// The forms of a file, as they come.
    fn file(&mut self, run: &mut Run<'_>, input: &Input, reading: &Reading) {
        for note in &reading.notes {
            run.note(&format!("注意 {}：{note}", input.path.display()));
        }
        if reading.reports.is_empty() {
            self.data.list(input, reading);
        }
        run.ledger.add(input, reading);
        for report in &reading.reports {
            run.saw(&report.diagnostics);
            self.form(report, run.colors());
            if let Some(list) = &mut self.list {
                list.form(input, report);
            }
        }
    }

    fn form(&mut self, report: &Report, colors: bool) {
        self.sheet.count(report);
        match self.args.format {
            Format::Json => self.data.form(report),
            Format::Text if self.list.is_none() => Sheet::tell(report, colors),
            Format::Text => {}
        }
    }

    fn across(&mut self, found: &[CrossFinding], run: &Run<'_>) {
        for finding in found {
            self.sheet.count_across(finding);
            self.data.across(finding);
            if let Some(list) = &mut self.list {
                list.across(finding);
            }
        }
        if self.args.format == Format::Text && self.list.is_none() && !found.is_empty() {
            let lines = render::across(found, run.colors()).join("\n");
            print::line(format!("全部表放在一起核对：\n{lines}\n"));
        }
    }

    fn close(self, run: &mut Run<'_>) {
        let written = self.list.map(|list| list.write(run, self.args.force));
        match self.args.format {
            Format::Json => self.data.print(run),
            Format::Text if !run.is_quiet() => self.sheet.closing(run, written.flatten()),
            Format::Text => {}
        }
    }
}

/// What the screen says at the end.
#[derive(Default)]
struct Sheet {
    counts: Counts,
    /// How many findings `zpb fix` mends.
    mended: usize,
    /// How often each rule that an error is of was broken.
    errors: std::collections::BTreeMap<&'static str, usize>,
    /// A form's name and its counts.
    forms: Vec<(String, Counts)>,
}

impl Sheet {
    fn count(&mut self, report: &Report) {
        let counts = Counts::of(&report.diagnostics);
        let project = report.form.project.value().map(String::as_str);
        self.counts.add(counts);
        self.mended += report.diagnostics.iter().filter(|found| is_mended(found)).count();
        self.remember(&report.diagnostics);
        let name = zipingbiao::rules::shortened(project.unwrap_or("（没有项目名称）"), 24);
        self.forms.push((name, counts));
    }

    fn count_across(&mut self, finding: &CrossFinding) {
        let found = std::slice::from_ref(&finding.diagnostic);
        let counts = Counts::of(found);
        self.counts.add(counts);
        self.remember(found);
        if let Some((_, of_form)) = finding.form.and_then(|form| self.forms.get_mut(form)) {
            of_form.add(counts);
        }
    }

    fn remember(&mut self, found: &[Diagnostic]) {
        for error in found.iter().filter(|found| found.severity == Severity::Error) {
            *self.errors.entry(error.code).or_default() += 1;
        }
    }

    fn tell(report: &Report, colors: bool) {
        if report.diagnostics.is_empty() {
            return;
        }
        let title = render::title(&report.origin, report.form.project.value().map(String::as_str), colors);
        let lines = render::findings(&report.diagnostics, colors).join("\n");
        print::line(format!("{title}\n{lines}\n"));
    }

    /// One line a form, the total, and what to do next.
    fn closing(&self, run: &Run<'_>, written: Option<(PathBuf, usize)>) {
        for (name, counts) in &self.forms {
            print::line(format!("{}  {}", render::padded(name, 50), counts.aligned()));
        }
        let failed = run.unused.iter().filter(|unused| unused.failed).count();
        print::line(format!("\n共 {} 张表：{}；{failed} 个文件没有处理。", self.forms.len(), self.counts));
        let steps = self.steps(run, written.is_some());
        if let Some((path, letters)) = written {
            let and_letters = if letters == 0 { "" } else { "，和给每个单位的退回意见" };
            print::line(format!("已写 {}：问题清单{and_letters}。", path.display()));
        }
        for (number, (what, how)) in (1..).zip(&steps) {
            print::line(render::step(number, what, how));
        }
        if steps.is_empty() && !self.forms.is_empty() {
            print::line("没有要改的。");
        }
    }

    /// What to do next, and how.
    fn steps(&self, run: &Run<'_>, listed: bool) -> Vec<(String, String)> {
        let (mut steps, (inputs, output), options) = (Vec::new(), run.shown_inputs(), run.shown_options());
        if !listed && self.counts.errors + self.counts.warnings > 0 {
            let how = format!("zpb check {inputs} -o 问题清单.xlsx{options}");
            steps.push(("写成问题清单和退回意见，发给单位改：".to_owned(), how));
        }
        if self.mended > 0 {
            let what = format!("程序有把握的 {} 处，自动改好：", self.mended);
            steps.push((what, format!("zpb fix {inputs} -o {output}{options}")));
        }
        let most = self.errors.iter().max_by_key(|(_, count)| **count);
        if let Some((code, count)) = most {
            let title = zipingbiao::rules::rule(code).map_or("", |rule| rule.title);
            steps.push((format!("最多的是“{title}”{count} 处，说明："), format!("zpb rule {code}")));
        }
        steps
    }
}

fn is_mended(found: &Diagnostic) -> bool {
    found.fix.as_ref().is_some_and(|fix| fix.kind == FixKind::Safe)
}
