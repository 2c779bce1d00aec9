//! The changes of a form to what stood there and what stands there now, cell by cell.

use zipingbiao::report::{Change, Report};
use zipingbiao::rules::Subject;
use zipingbiao::template::Template;

use crate::print::Paint;
use crate::render;

/// Characters around a difference that are shown of a long text.
const AROUND: usize = 12;
/// Columns of a line, so that a window of 100 holds it.
const WIDTH: usize = 92;

/// A form's changes under its name; nothing where there are none.
pub fn of(report: &Report, changes: &[Change], template: &Template, colors: bool) -> Vec<String> {
    if changes.is_empty() {
        return Vec::new();
    }
    let subject = Subject { form: &report.form, scores: &report.scores, layout: &report.layout, template };
    let project = report.form.project.value().map(String::as_str);
    let mut lines = vec![render::title(&report.origin, project, colors)];
    lines.extend(changes.iter().flat_map(|change| change_lines(&subject, change, colors)));
    lines.push(String::new());
    lines
}

fn change_lines(subject: &Subject<'_>, change: &Change, colors: bool) -> Vec<String> {
    let cell = change.cell.map(|cell| cell.to_string()).unwrap_or_default();
    let why = match (change.code, &change.from) {
        (Some(code), Some(_)) => code.to_owned(),
        (Some(code), None) => format!("{code}，程序填写"),
        (None, _) => "程序填写".to_owned(),
    };
    let (from, to) = around(change.from.as_deref().unwrap_or("（空白）"), &change.to);
    let mut lines = vec![format!("  {} {}（{why}）", render::padded(&cell, 5), subject.called(change.field))];
    lines.extend(marked('-', Paint::RED, &from, colors));
    lines.extend(marked('+', Paint::GREEN, &to, colors));
    lines
}

/// A text under its sign, wrapped.
fn marked(sign: char, paint: Paint, text: &str, colors: bool) -> Vec<String> {
    let visible = text.replace('\r', "").replace('\n', "⏎");
    let line = |(index, line): (usize, String)| {
        let sign = if index == 0 { sign } else { ' ' };
        paint.on(&format!("        {sign} {line}"), colors)
    };
    render::wrapped(&visible, WIDTH - 10).into_iter().enumerate().map(line).collect()
}

/// The parts of two long texts around where they differ.
fn around(from: &str, to: &str) -> (String, String) {
    let (old, new): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let same = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()) - same;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let start = same.saturating_sub(AROUND);
    let after = tail.saturating_sub(AROUND);
    let part = |text: &[char]| {
        let end = text.len() - after;
        let middle: String = text.get(start..end).unwrap_or_default().iter().collect();
        let dots = |cut: bool| if cut { "…" } else { "" };
        format!("{}{middle}{}", dots(start > 0), dots(after > 0))
    };
    (part(&old), part(&new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_of_a_long_text() {
        let long = "一二三四五六七八九十".repeat(3);
        let (from, to) = (format!("{long} 甲{long}"), format!("{long}甲{long}"));
        let around = around(&from, &to);
        assert_eq!(around.0, "…九十一二三四五六七八九十 甲一二三四五六七八九十一…");
        assert_eq!(around.1, "…九十一二三四五六七八九十甲一二三四五六七八九十一…");
        assert_eq!(super::around("70", "70.00%"), ("70".to_owned(), "70.00%".to_owned()));
        assert_eq!(super::around("（空白）", ""), ("（空白）".to_owned(), String::new()));
    }
}
