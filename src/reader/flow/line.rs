//! A paragraph's or cell's text, with what is struck out in it, to what is read and what the reports say of the rest.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Characters that a note quotes of what was not read.
const QUOTED: usize = 40;

/// Text, line breaks as `\n`, of which parts may be struck out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// The stretches of `text` with a line through them, in order.
    struck: Vec<Range<usize>>,
    /// The beginning of what a tracked change has deleted, which is no part of `text`.
    deleted: String,
    has_unknown: bool,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl Line {
    /// Text with a line through all of it.
    pub fn struck(text: &str) -> Self {
        let mut line = Self::default();
        line.push_struck(text);
        line
    }

    /// Adds text that is to be read.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text with a line through it.
    pub fn push_struck(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.strike(start..self.text.len());
    }

    /// Adds text that a tracked change has deleted.
    pub fn push_deleted(&mut self, text: &str) {
        let room = (QUOTED + 1).saturating_sub(self.deleted.chars().count());
        self.deleted.extend(text.chars().take(room));
    }

    /// Says that a mark stands in it for a symbol that has no character.
    pub const fn doubt(&mut self) {
        self.has_unknown = true;
    }

    /// The lines one behind the other.
    pub fn join(lines: &[Self], separator: &str) -> Self {
        let mut all = Self::default();
        for (i, line) in lines.iter().enumerate() {
            // A paragraph that was deleted as a whole leaves no empty one.
            let is_gone = line.text.is_empty() && !line.deleted.is_empty();
            all.text.push_str(if i > 0 && !is_gone { separator } else { "" });
            let start = all.text.len();
            all.text.push_str(&line.text);
            line.struck.iter().for_each(|part| all.strike(part.start + start..part.end + start));
            all.push_deleted(&line.deleted);
            all.has_unknown |= line.has_unknown;
        }
        all
    }

    fn strike(&mut self, part: Range<usize>) {
        match self.struck.last_mut() {
            _ if part.is_empty() => {}
            Some(last) if last.end == part.start => last.end = part.end,
            _ => self.struck.push(part),
        }
    }

    /// Draws a line through so many bytes from the start on.
    pub fn strike_start(&mut self, bytes: usize) {
        if bytes > 0 {
            self.struck.retain(|part| part.start >= bytes);
            self.struck.insert(0, 0..bytes);
        }
    }

    /// Takes away one line break at the end.
    pub fn drop_last_break(&mut self) {
        if self.text.ends_with('\n') {
            self.text.pop();
            let end = self.text.len();
            if let Some(last) = self.struck.last_mut() {
                last.end = last.end.min(end);
            }
        }
    }

    /// All of it, struck out or not.
    pub fn all(&self) -> &str {
        &self.text
    }

    /// Whether any of it is struck out.
    pub const fn has_struck(&self) -> bool {
        !self.struck.is_empty()
    }

    /// Whether nothing can be seen.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether there is nothing at all, nor anything to say of it.
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty() && self.deleted.is_empty()
    }

    /// What is read: all that is not struck out; all of it where nothing else is there, since nobody wrote another value.
    pub fn read(&self) -> Cow<'_, str> {
        let kept = self.kept();
        if kept.trim().is_empty() { Cow::Borrowed(&self.text) } else { kept }
    }

    /// As [`Line::read`] gives it.
    pub fn into_read(self) -> String {
        if self.struck.is_empty() { self.text } else { self.read().into_owned() }
    }

    fn kept(&self) -> Cow<'_, str> {
        if self.struck.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let mut kept = String::with_capacity(self.text.len());
        let mut from = 0;
        for part in &self.struck {
            kept.push_str(self.text.get(from..part.start).unwrap_or_default());
            // A line of which nothing is left goes with its end.
            let starts_line = kept.is_empty() || kept.ends_with('\n');
            let after = self.text.get(part.end..).unwrap_or_default();
            from = part.end + usize::from(starts_line && after.starts_with('\n'));
        }
        kept.push_str(self.text.get(from..).unwrap_or_default());
        Cow::Owned(kept)
    }

    /// The beginning of what is struck out; `None` if nothing is that can be seen.
    fn struck_out(&self) -> Option<String> {
        let pieces = self.struck.iter().filter_map(|part| self.text.get(part.clone()));
        quoted(pieces.flat_map(str::chars))
    }

    /// What the reports must say of it; `place` says where it stands.
    pub fn notes(&self, place: impl fmt::Display) -> Vec<String> {
        if self.struck.is_empty() && self.deleted.is_empty() && !self.has_unknown {
            return Vec::new();
        }
        let is_all = self.kept().trim().is_empty();
        let struck = self.struck_out().map(|text| {
            if is_all {
                format!("{place}的文字“{text}”全部划掉，仍按原文读取，请核对")
            } else {
                format!("{place}有划掉的文字“{text}”，未读取，请核对")
            }
        });
        let deleted = quoted(self.deleted.chars())
            .map(|text| format!("{place}有修订时删除的文字“{text}”，未读取，请核对"));
        let unknown = self.has_unknown.then(|| format!("{place}有认不出的符号（显示为 �），请对照原件补上"));
        struck.into_iter().chain(deleted).chain(unknown).collect()
    }
}

/// The beginning of a text on one line; `None` if nothing of it can be seen.
fn quoted(text: impl Iterator<Item = char>) -> Option<String> {
    let mut shown: String = text.take(QUOTED + 1).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if let Some((end, _)) = shown.char_indices().nth(QUOTED) {
        shown.truncate(end);
        shown.push('…');
    }
    (!shown.trim().is_empty()).then(|| shown.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line whose parts in brackets are struck out.
    fn line(marked: &str) -> Line {
        let mut line = Line::default();
        for (i, part) in marked.split(['[', ']']).enumerate() {
            if i % 2 == 0 { line.push(part) } else { line.push_struck(part) }
        }
        line
    }

    #[track_caller]
    fn case(marked: &str, read: &str, notes: &[&str]) {
        let line = line(marked);
        assert_eq!(
            (line.read().as_ref(), line.notes("单元格 F14 ")),
            (read, notes.iter().map(|n| (*n).to_owned()).collect())
        );
    }

    #[test]
    fn what_is_struck_out_is_told_and_not_read() {
        case("210人", "210人", &[]);
        case("[220人]210人", "210人", &["单元格 F14 有划掉的文字“220人”，未读取，请核对"]);
        case("[220][人]", "220人", &["单元格 F14 的文字“220人”全部划掉，仍按原文读取，请核对"]);
        case("甲\n[乙]\n丙", "甲\n丙", &["单元格 F14 有划掉的文字“乙”，未读取，请核对"]);
        case("[甲\n]乙[\n]", "乙", &["单元格 F14 有划掉的文字“甲”，未读取，请核对"]);
        case("甲[ ]乙", "甲乙", &[]);
        let long = "长".repeat(41);
        let note = format!("单元格 F14 有划掉的文字“{}…”，未读取，请核对", "长".repeat(40));
        case(&format!("短[{long}]"), "短", &[&note]);
    }

    #[test]
    fn lines_are_joined_with_what_is_said_of_them() {
        let mut both = line("[甲]乙");
        let mut second = line("丙[丁]");
        second.push_deleted("戊");
        second.doubt();
        both = Line::join(&[both, second], "\n");
        assert_eq!(both.read(), "乙\n丙");
        let notes = both.notes("");
        let said = ["有划掉的文字“甲丁”", "有修订时删除的文字“戊”", "有认不出的符号"];
        assert!(
            notes.len() == 3 && notes.iter().zip(said).all(|(note, said)| note.contains(said)),
            "{notes:?}"
        );
    }
}
