//! `zpb fix`: official workbooks and a summary from whatever was submitted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zipingbiao::batch::{CrossFinding, Input, Reading, SUMMARY};
use zipingbiao::error::{Cause, Error};
use zipingbiao::report::{Change, Fixed, Report, Requests, slashed};
use zipingbiao::writer::file::Output;
use zipingbiao::writer::summary::{self, Book, Failed, Line, Problem};
use zipingbiao::writer::xlsx::{self, Options};

use crate::Ending;
use crate::args::{Fix, Format};
use crate::compose::Composer;
use crate::data::Data;
use crate::diff;
use crate::print;
use crate::render::{self, Counts};
use crate::run::{Feed, Judge, Run};

/// Fixes every form and writes it.
pub fn run(args: &Fix) -> Ending {
    let mut run = match Run::new(&args.common, Some(&args.output), Feed::Files) {
        Ok(run) => run,
        Err(ending) => return ending,
    };
    print::writes_files();
    let inputs = run.sources();
    let target = Target::of(&args.output);
    let mut writing = Writing {
        args,
        output: Output::new(args.force, inputs),
        lines: Vec::new(),
        places: Vec::new(),
        summary: None,
        book: Vec::new(),
        counts: Counts::default(),
        written: 0,
        data: (args.format == Format::Json).then(Data::with_changes),
        target,
    };
    let each_its_own = matches!(writing.target, Target::Folder(_));
    let judge = Arc::clone(&run.judge);
    let is_noted = args.annotate && each_its_own && !args.dry_run;
    let composer = Composer::new(&judge.template, options(args), is_noted.then_some(&run));
    let mend = |judge: &Judge, input: &Input, reading| {
        Mended::of(reading, judge, args, each_its_own.then_some((input, &composer)))
    };
    std::thread::scope(|scope| {
        if each_its_own {
            scope.spawn(|| composer.prepare());
        }
        run.go(mend, |run, mended| {
            if let Some((input, mended)) = mended {
                writing.add(run, input, mended);
            }
        });
    });
    writing.close(&mut run);
    run.ending(None)
}

/// Where the forms go.
enum Target {
    /// A workbook for each input file.
    Folder(PathBuf),
    /// All forms in one workbook.
    Book(PathBuf),
}

impl Target {
    fn of(output: &Path) -> Self {
        let is_book = output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        if is_book { Self::Book(output.to_path_buf()) } else { Self::Folder(output.to_path_buf()) }
    }

    /// The folder that holds the summary.
    fn folder(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Book(book) => book.parent().map(Path::to_path_buf).unwrap_or_default(),
        }
    }
}

fn options(args: &Fix) -> Options {
    Options { values: args.values, annotate: args.annotate, ..Options::default() }
}

const fn requests(args: &Fix) -> Requests {
    Requests { allocate_weights: args.allocate_weights, rescore: args.rescore }
}

/// What a thread makes of a file.
struct Mended {
    reading: Reading,
    fixed: Vec<Fixed>,
    /// The names of the forms' sheets in the file's own workbook.
    sheets: Vec<String>,
    /// The bytes of that workbook, if there is one for each file.
    book: Option<Result<Vec<u8>, Cause>>,
}

impl Mended {
    /// Fixes the forms of a file, and composes the workbook that is its own where there is one for each file.
    fn of(reading: Reading, judge: &Judge, args: &Fix, own: Option<(&Input, &Composer<'_>)>) -> Self {
        let mut fixed: Vec<Fixed> =
            reading.reports.iter().map(|report| report.fixed_as(&judge.template, requests(args))).collect();
        for Fixed { report, .. } in &mut fixed {
            report.diagnostics = judge.chosen(std::mem::take(&mut report.diagnostics));
        }
        let reports: Vec<&Report> = fixed.iter().map(|form| &form.report).collect();
        let sheets = xlsx::sheet_names(&reports, false);
        let own = own.filter(|_| !reports.is_empty());
        let book = own.map(|(input, composer)| composer.book(input, reports));
        Self { reading, fixed, sheets, book }
    }
}

/// The outputs of a run as they grow.
struct Writing<'a> {
    args: &'a Fix,
    target: Target,
    output: Output,
    /// A line a form, which is all that is kept of it.
    lines: Vec<Line>,
    /// By form that was read, its line; `None` where it was not written.
    places: Vec<Option<usize>>,
    /// What is written of it as it comes, as long as that can be written; `None` before there is anything.
    summary: Option<Result<Book, Cause>>,
    /// The forms of the one workbook, which are written at the end.
    book: Vec<Report>,
    counts: Counts,
    written: usize,
    /// Everything as data, if that was asked for.
    data: Option<Data>,
}

impl Writing<'_> {
    /// Writes the workbook of one file, and keeps what the summary says of its forms.
    fn add(&mut self, run: &mut Run<'_>, input: &Input, mended: Mended) {
        let Mended { reading, fixed, sheets, book } = mended;
        for note in &reading.notes {
            run.note(&format!("注意 {}：{note}", input.path.display()));
        }
        run.ledger.add(input, &reading);
        if reading.reports.is_empty() {
            if let Some(data) = &mut self.data {
                data.list(input, &reading);
            }
            return run.note(&format!("清单 {}：{} 个项目", input.path.display(), reading.list.len()));
        }
        let written = match book.map(|book| self.write(input, book)).transpose() {
            Ok(written) => written,
            Err(error) => {
                self.places.extend(fixed.iter().map(|_| None));
                return run.failed(&error);
            }
        };
        for form in &fixed {
            run.saw(&form.report.diagnostics);
            if let Some(data) = &mut self.data {
                data.form(&form.report);
                data.changed(&form.report, &form.changes);
            }
        }
        self.tell(run, input, &fixed, written.as_deref());
        for (form, sheet) in fixed.into_iter().zip(sheets) {
            self.record(form, written.as_deref(), &sheet);
        }
    }

    /// Writes the workbook of one input file; gives its path.
    fn write(&mut self, input: &Input, book: Result<Vec<u8>, Cause>) -> Result<PathBuf, Error> {
        let path = self.output.reserve(&self.target.folder().join(input.place.with_extension("xlsx")));
        let bytes = book.map_err(|cause| cause.of(&path))?;
        if !self.args.dry_run {
            self.output.begin(&path, &bytes)?;
        }
        Ok(path)
    }

    /// A line for the file and one for each form in it.
    fn tell(&self, run: &Run<'_>, input: &Input, fixed: &[Fixed], written: Option<&Path>) {
        let to = written.map(|path| format!(" → {}", path.display())).unwrap_or_default();
        run.note(&format!("{}{to}", input.path.display()));
        for form in fixed {
            let project = form.report.form.project.value().map_or("（没有项目名称）", String::as_str);
            let score = form
                .report
                .scores
                .total
                .map_or_else(|| "总分未出".to_owned(), |total| format!("总分 {total:.2}"));
            let name = zipingbiao::rules::shortened(project, 24);
            let counts = Counts::of(&form.report.diagnostics);
            run.note(&format!(
                "  {}  {score}  改 {} 处，还有{counts}",
                render::padded(&name, 48),
                form.changes.len()
            ));
            if let Some(line) = render::unshown(&form.report.form, &run.judge.template) {
                run.note(&format!("    {line}"));
            }
            if self.args.diff && self.data.is_none() {
                let lines = diff::of(&form.report, &form.changes, &run.judge.template, run.colors());
                lines.iter().for_each(print::line);
            } else if self.args.dry_run {
                form.changes.iter().for_each(|change| run.note(&format!("    {}", words(change))));
            }
        }
    }

    /// Keeps what the summary says of a form; the form itself only for the one workbook.
    fn record(&mut self, fixed: Fixed, written: Option<&Path>, sheet: &str) {
        let report = &fixed.report;
        self.counts.add(Counts::of(&report.diagnostics));
        self.written += 1;
        let place = written.map(|path| self.place(path));
        let link = place.as_deref().map(|path| summary::Output { path, sheet: Some(sheet) });
        self.places.push(Some(self.lines.len()));
        self.lines.push(Line::of(report, link));
        self.keep(|summary| {
            summary.problems(report.diagnostics.iter().map(|d| Problem::of(report, d)))?;
            summary.changes(fixed.changes.iter().map(|change| summary::Change::of(report, change)))
        });
        if matches!(self.target, Target::Book(_)) {
            self.book.push(fixed.report);
        }
    }

    /// Adds to the summary. That it cannot be written holds up no form; it is told at the end.
    fn keep(&mut self, add: impl FnOnce(&mut Book) -> Result<(), Cause>) {
        if self.args.dry_run {
            return;
        }
        if let Ok(summary) = self.summary.get_or_insert_with(Book::new)
            && let Err(cause) = add(summary)
        {
            self.summary = Some(Err(cause));
        }
    }

    /// A path as seen from the summary.
    fn place(&self, path: &Path) -> String {
        let folder = self.target.folder();
        slashed(path.strip_prefix(&folder).unwrap_or(path))
    }

    /// Writes the one workbook and the summary, and says how it went.
    fn close(mut self, run: &mut Run<'_>) {
        for finding in run.across() {
            self.across(finding);
        }
        for error in self.output.settle() {
            self.take_back(&error.path);
            run.failed(&error);
        }
        if let Err(error) = self.write_book(run).and_then(|()| self.write_summary(run)) {
            run.failed(&error);
        }
        self.closing(run);
        if let Some(data) = self.data {
            data.print(run);
        }
    }

    /// The forms of a workbook that did not get its name after all are not written.
    fn take_back(&mut self, path: &Path) {
        let place = self.place(path);
        for line in self.lines.iter_mut().filter(|line| line.output.as_ref() == Some(&place)) {
            line.output = None;
            self.written = self.written.saturating_sub(1);
        }
    }

    /// Puts a finding across forms where the form's own stand.
    fn across(&mut self, finding: CrossFinding) {
        self.counts.add(Counts::of(std::slice::from_ref(&finding.diagnostic)));
        if let Some(data) = &mut self.data {
            data.across(&finding);
        }
        let CrossFinding { form, origin, project, diagnostic } = finding;
        self.keep(|summary| summary.problems([Problem::across(&origin, project, &diagnostic)]));
        let Some(place) = form.and_then(|form| *self.places.get(form)?) else { return };
        if let Some(line) = self.lines.get_mut(place) {
            line.count(diagnostic.severity);
        }
        if let Some(report) = self.book.get_mut(place) {
            report.diagnostics.push(diagnostic);
        }
    }

    fn write_book(&mut self, run: &Run<'_>) -> Result<(), Error> {
        let Target::Book(path) = &self.target else { return Ok(()) };
        if self.book.is_empty() {
            return Ok(());
        }
        let reports: Vec<&Report> = self.book.iter().collect();
        let bytes =
            xlsx::book(&reports, &run.judge.template, options(self.args)).map_err(|cause| cause.of(path))?;
        let place = self.place(path);
        for (line, sheet) in self.lines.iter_mut().zip(xlsx::sheet_names(&reports, true)) {
            line.output = Some(place.clone());
            line.output_sheet = Some(sheet);
        }
        if self.args.dry_run { Ok(()) } else { self.output.write(path, &bytes) }
    }

    /// The summary is made anew by every run and may replace the one of the last.
    fn write_summary(&mut self, run: &Run<'_>) -> Result<(), Error> {
        if self.args.dry_run || self.lines.is_empty() {
            return Ok(());
        }
        let failed = run.unused.iter().filter(|unused| unused.failed);
        let failed: Vec<Failed> =
            failed.map(|u| Failed { file: u.file.clone(), message: u.message.clone() }).collect();
        let path = self.target.folder().join(SUMMARY);
        let summary = self.summary.take().unwrap_or_else(Book::new).map_err(|cause| cause.of(&path))?;
        let own = zipingbiao::reader::is_own_summary(&path);
        let output = Output::new(self.args.force || own, run.sources());
        output.compose(&path, |file| summary.finish(&self.lines, &failed, file))
    }

    fn closing(&self, run: &Run<'_>) {
        let failed = run.unused.iter().filter(|unused| unused.failed).count();
        let done = if self.args.dry_run { "试运行，没有写文件；会写" } else { "已写" };
        run.note(&format!("\n{done} {} 张表；还有{}；{failed} 个文件没有处理。", self.written, self.counts));
        if self.counts.errors > 0 && !self.args.dry_run {
            let folder = self.target.folder();
            run.note(&format!(
                "剩下的问题要填报单位补填，逐条列在 {} 的“问题清单”里。",
                folder.join(SUMMARY).display()
            ));
            let ((inputs, _), options) = (run.shown_inputs(), run.shown_options());
            run.note(&format!(
                "要退回给单位的：zpb check {inputs} -o 问题清单.xlsx{options}，每个单位一张退回意见。"
            ));
        }
    }
}

/// A change as a line.
fn words(change: &Change) -> String {
    let cell = change.cell.map(|cell| format!("{cell} ")).unwrap_or_default();
    let code = match (change.code, &change.from) {
        (Some(code), Some(_)) => format!("（{code}）"),
        (Some(code), None) => format!("（{code}，程序填写）"),
        (None, _) => "（程序填写）".to_owned(),
    };
    let from = change
        .from
        .as_deref()
        .map_or_else(|| "空白".to_owned(), |from| zipingbiao::rules::shortened(from, 30));
    let to = zipingbiao::rules::shortened(&change.to, 30);
    format!("{cell}{}：{from} → {to}{code}", change.field.name())
}
