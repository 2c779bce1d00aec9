//! Inputs to the items of a run: each a file, or a record where data comes one record a line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::de::IgnoredAny;

use super::{Input, Packed};
use crate::error::Cause;
use crate::reader::limits;

/// What is worked on as one.
#[derive(Debug)]
pub struct Item {
    /// Where it comes from.
    pub input: Input,
    /// What is known of its content.
    pub content: Content,
}

/// The content of an item.
#[derive(Debug)]
pub enum Content {
    /// To be read from the file.
    Unread,
    /// A whole file.
    Bytes(Vec<u8>),
    /// A line of JSON, and its number in the file.
    Line(usize, Vec<u8>),
    /// To be read from an archive.
    Packed(Packed),
    /// Nothing, and why.
    Failed(Cause),
}

impl From<Input> for Item {
    fn from(input: Input) -> Self {
        Self { input, content: Content::Unread }
    }
}

/// The items of `inputs`. Standard input and files of JSON lines are taken apart while they are read, so that a record
/// can be answered before the next has come, and no more of them is held than is being worked on.
pub fn items(inputs: impl Iterator<Item = Input> + Send) -> impl Iterator<Item = Item> + Send {
    inputs.flat_map(|input| match lines_of(&input) {
        None => Opened::Whole(Some(Item::from(input))),
        Some(source) => Opened::new(input, source),
    })
}

type Source = Box<dyn BufRead + Send>;

/// What may hold JSON lines, opened; `None` for anything else.
fn lines_of(input: &Input) -> Option<Result<Source, Cause>> {
    if !input.may_be_records() {
        return None;
    }
    if input.path == Path::new("-") {
        return Some(Ok(Box::new(BufReader::new(std::io::stdin()))));
    }
    let file = File::open(&input.path).map_err(|e| Cause::io("读取", e));
    Some(file.map(|file| -> Source { Box::new(BufReader::new(file)) }))
}

/// An input as its items.
enum Opened {
    Whole(Option<Item>),
    Lines(Lines),
}

/// JSON lines that are still to be read.
struct Lines {
    input: Input,
    source: Source,
    number: usize,
    /// A line that was looked at.
    first: Option<Vec<u8>>,
    ended: bool,
}

impl Opened {
    fn new(input: Input, source: Result<Source, Cause>) -> Self {
        let whole = |input, content| Self::Whole(Some(Item { input, content }));
        let mut source = match source {
            Ok(source) => source,
            Err(cause) => return whole(input, Content::Failed(cause)),
        };
        match line(&mut source) {
            Err(cause) => whole(input, Content::Failed(cause)),
            Ok(first) if is_record(&first) => {
                Self::Lines(Lines { input, source, number: 0, first: Some(first), ended: false })
            }
            Ok(first) => {
                // Not necessarily a line: a table is as long as it likes.
                let rest = super::limited(first.as_slice().chain(source));
                whole(input, rest.map_or_else(Content::Failed, Content::Bytes))
            }
        }
    }
}

impl Iterator for Opened {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        match self {
            Self::Whole(item) => item.take(),
            Self::Lines(lines) => lines.next(),
        }
    }
}

impl Lines {
    /// The next line that is not blank; nothing after one that cannot be read.
    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            let read = self.first.take().map_or_else(|| line(&mut self.source), Ok).and_then(bounded);
            self.number += 1;
            self.ended = read.as_ref().map_or(true, Vec::is_empty);
            let content = match read {
                Ok(line) if line.trim_ascii().is_empty() => continue,
                Ok(line) => Content::Line(self.number, line),
                Err(cause) => Content::Failed(cause),
            };
            return Some(Item { input: self.input.clone(), content });
        }
        None
    }
}

/// A line with its end, or as much of it as a record may have and one byte more; empty at the end of the source.
fn line(source: &mut Source) -> Result<Vec<u8>, Cause> {
    let mut line = Vec::new();
    source.take(limits::record_bytes() + 1).read_until(b'\n', &mut line).map_err(|e| Cause::io("读取", e))?;
    Ok(line)
}

fn bounded(line: Vec<u8>) -> Result<Vec<u8>, Cause> {
    if line.len() as u64 > limits::record_bytes() {
        return Err(limits::exceeded(format!("一行数据超过 {} MB", limits::record_bytes() >> 20)));
    }
    Ok(line)
}

/// Whether a line is a record by itself, and not the beginning of one that goes on.
fn is_record(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &'static str) -> Vec<String> {
        let input = super::super::collect(&["-".into()], None)
            .files
            .pop()
            .unwrap_or_else(|| unreachable!("one input"));
        let items = Opened::new(input, Ok(Box::new(text.as_bytes())));
        let told = |content| match content {
            Content::Line(number, line) => format!("{number} {}", String::from_utf8_lossy(&line).trim()),
            Content::Bytes(bytes) => format!("all {}", String::from_utf8_lossy(&bytes)),
            Content::Failed(cause) => cause.to_string(),
            Content::Unread | Content::Packed(_) => String::new(),
        };
        items.map(|item| told(item.content)).collect()
    }

    #[test]
    fn lines_are_taken_apart_only_where_each_is_a_record() {
        assert_eq!(opened("{}\n\n{\"a\": 1}\r\nno"), ["1 {}", "3 {\"a\": 1}", "4 no"]);
        assert_eq!(opened("\u{feff}{}\n{}\n").len(), 2);
        for whole in ["{\n}\n", "[{}]\n", "项目名称\t甲\n{}\n", "", "\n{}\n"] {
            assert_eq!(opened(whole), [format!("all {whole}")]);
        }
    }
}
