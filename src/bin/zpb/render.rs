//! Findings to lines on a terminal: by form, worst first, aligned by what is seen.

use std::collections::BTreeMap;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use zipingbiao::batch::CrossFinding;
use zipingbiao::diagnostic::{Diagnostic, Severity};
use zipingbiao::form::Form;
use zipingbiao::report::Origin;
use zipingbiao::rules::rule;
use zipingbiao::template::Template;
use zipingbiao::text::CLOSING;
use zipingbiao::writer::plan;

use crate::print::Paint;

/// Findings of one rule that are told one by one; more are told together.
const ONE_BY_ONE: usize = 3;
/// Columns of a line, so that a window of 100 holds it, and those before a message.
const WIDTH: usize = 96;
const HEAD: usize = 17;
/// Cells that are named where findings are told together.
const CELLS_NAMED: usize = 8;

/// `text` filled up with spaces to `width` columns of a terminal.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width_cjk())))
}

/// What to do next and the command that does it, which has a line of its own where both do not fit one.
pub fn step(number: usize, what: &str, how: &str) -> String {
    let line = format!("  {number}. {}{how}", padded(what, 40));
    if line.width_cjk() <= WIDTH { line } else { format!("  {number}. {what}\n     {how}") }
}

/// The heading of a form: project, file and sheet, on two lines where one of `width` columns does not hold them.
pub fn heading(origin: &Origin, project: Option<&str>, width: usize) -> Vec<String> {
    let sheet = origin.sheet.as_deref().map(|sheet| format!("（{sheet}）")).unwrap_or_default();
    let (project, file) = (project.unwrap_or("（没有项目名称）"), format!("{}{sheet}", origin.file));
    let line = format!("{project}  {file}");
    if line.width_cjk() <= width { vec![line] } else { vec![project.to_owned(), format!("  {file}")] }
}

/// The heading over the findings or changes of a form.
pub fn title(origin: &Origin, project: Option<&str>, colors: bool) -> String {
    let lines = heading(origin, project, WIDTH);
    lines.iter().map(|line| Paint::BOLD.on(line, colors)).collect::<Vec<_>>().join("\n")
}

/// The findings of a form, a line each; many of one rule in one line.
pub fn findings(diagnostics: &[Diagnostic], colors: bool) -> Vec<String> {
    let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        by_rule
            .entry((std::cmp::Reverse(diagnostic.severity), diagnostic.code))
            .or_default()
            .push(diagnostic);
    }
    by_rule.into_values().flat_map(|same| of_rule(&same, colors)).collect()
}

fn of_rule(same: &[&Diagnostic], colors: bool) -> Vec<String> {
    let Some(first) = same.first() else { return Vec::new() };
    let head = format!("  {} {}", colored(first.severity, colors), first.code);
    if same.len() <= ONE_BY_ONE {
        return same
            .iter()
            .flat_map(|d| told(&format!("{head} {}", padded(&cell(d), 5)), &d.message))
            .collect();
    }
    let cells: Vec<String> =
        same.iter().filter_map(|d| d.cell).take(CELLS_NAMED).map(|c| c.to_string()).collect();
    let more = if same.len() > cells.len() { " …" } else { "" };
    let title = rule(first.code).map_or(first.name, |rule| rule.title);
    let places = if cells.is_empty() { String::new() } else { format!("（{}{more}）", cells.join(" ")) };
    vec![format!("{head} {} {title}：{} 处{places}", padded("", 5), same.len())]
}

/// Findings across forms, a line each with what it is about: a form, or an entry of a list.
pub fn across(found: &[CrossFinding], colors: bool) -> Vec<String> {
    let told = |finding: &CrossFinding| {
        let d = &finding.diagnostic;
        let about = heading(&finding.origin, finding.project.as_deref(), WIDTH - HEAD);
        let mut lines = about.into_iter().chain(wrapped(&d.message, WIDTH - HEAD));
        let head = format!("  {} {} {}", colored(d.severity, colors), d.code, padded(&cell(d), 5));
        let first = format!("{head} {}", lines.next().unwrap_or_default());
        std::iter::once(first)
            .chain(lines.map(|line| format!("{}{line}", " ".repeat(HEAD))))
            .collect::<Vec<_>>()
    };
    found.iter().flat_map(told).collect()
}

/// A message behind its head, wrapped under itself.
fn told(head: &str, message: &str) -> Vec<String> {
    let lines = wrapped(message, WIDTH - HEAD).into_iter().enumerate();
    lines
        .map(
            |(index, line)| {
                if index == 0 { format!("{head} {line}") } else { format!("{}{line}", " ".repeat(HEAD)) }
            },
        )
        .collect()
}

/// `text` in lines of at most `width` columns; marks that may not begin a line stand a little over.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut used) = (vec![String::new()], 0);
    for c in text.chars() {
        let wide = c.width_cjk().unwrap_or(0);
        if used + wide > width && !CLOSING.contains(c) {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
        used += wide;
    }
    lines
}

fn cell(diagnostic: &Diagnostic) -> String {
    diagnostic.cell.map(|cell| cell.to_string()).unwrap_or_default()
}

/// A severity in its colour.
pub fn colored(severity: Severity, colors: bool) -> String {
    let paint = match severity {
        Severity::Error => Paint::RED,
        Severity::Warning => Paint::YELLOW,
        Severity::Info => Paint::CYAN,
    };
    paint.on(severity.name(), colors)
}

/// The counts of errors, warnings and notes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub infos: usize,
}

impl Counts {
    /// Counts findings.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }

    /// Adds those of another form.
    pub fn add(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
    }

    /// In columns, for lines that stand under each other.
    pub fn aligned(self) -> String {
        format!("错误 {:>3}  警告 {:>3}  提示 {:>3}", self.errors, self.warnings, self.infos)
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "错误 {}，警告 {}，提示 {}", self.errors, self.warnings, self.infos)
    }
}
/// What the template's layout has no place for, if the form says any of it.
pub fn unshown(form: &Form, template: &Template) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for value in plan::unshown(form, template) {
        let name = value.field.name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = (!names.is_empty()).then(|| names.join("、"))?;
    Some(format!("模板 {} 没有这些栏目，内容写在表下面：{names}", template.name))
}
