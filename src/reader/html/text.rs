//! Texts and tags of a page or of a cell to lines as a browser lays them out.

use std::borrow::Cow;

use crate::reader::flow::{Block, Line, Table};
use crate::reader::html::marks::Marks;
use crate::reader::html::token::{Tag, is_space};
use crate::reader::html::{is_block, is_hidden};

/// Text as a browser lays it out: white space folded, lines broken.
#[derive(Default)]
pub(super) struct Text {
    blocks: Vec<Block>,
    line: Line,
    /// White space has been read that shows only if something follows on the line.
    space: bool,
    /// What follows begins a new line.
    broken: bool,
    marks: Marks,
    has_hidden: bool,
    /// The list to choose from that is open.
    select: Option<Select>,
}

/// A list to choose from, of which a page shows what is chosen.
#[derive(Default)]
struct Select {
    is_multiple: bool,
    first: Option<String>,
    chosen: Vec<String>,
    /// The option that is open, and whether it is chosen.
    option: Option<(String, bool)>,
}

impl Select {
    fn begin(&mut self, is_chosen: bool) {
        self.end();
        self.option = Some((String::new(), is_chosen));
    }

    fn end(&mut self) {
        match self.option.take() {
            Some((text, true)) => self.chosen.push(text),
            Some((text, false)) if self.first.is_none() && !self.is_multiple => self.first = Some(text),
            _ => {}
        }
    }

    fn shown(mut self) -> String {
        self.end();
        if self.chosen.is_empty() { self.first.unwrap_or_default() } else { self.chosen.join("、") }
    }
}

impl Text {
    /// The text of a cell that begins with `tag`.
    pub(super) fn of_cell(tag: &Tag<'_>) -> Self {
        let mut text = Self::default();
        text.marks.open(tag);
        text
    }

    /// A start tag that makes no table.
    pub(super) fn open(&mut self, tag: &Tag<'_>) {
        self.marks.open(tag);
        match tag.name.as_str() {
            "input" if !is_hidden(tag) => self.input(tag),
            "select" => {
                self.close_select();
                self.select =
                    Some(Select { is_multiple: tag.attr("multiple").is_some(), ..Select::default() });
            }
            "option" if self.select.is_some() => {
                self.select.iter_mut().for_each(|select| select.begin(tag.attr("selected").is_some()));
            }
            "br" => self.line_break(),
            name if is_block(name) => self.block(),
            _ => {}
        }
    }

    /// The end tag of that name.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "select" => self.close_select(),
            "option" if self.select.is_some() => self.select.iter_mut().for_each(Select::end),
            name if is_block(name) => self.block(),
            _ => {}
        }
        self.marks.close(name);
    }

    /// What a field to fill in shows.
    fn input(&mut self, tag: &Tag<'_>) {
        match tag.attr("type").unwrap_or_default().to_ascii_lowercase().as_str() {
            "checkbox" | "radio" => self.push(if tag.attr("checked").is_some() { "☑" } else { "□" }),
            "hidden" | "submit" | "button" | "reset" | "image" | "file" | "password" => {}
            _ => self.push(tag.attr("value").unwrap_or_default()),
        }
    }

    fn close_select(&mut self) {
        if let Some(select) = self.select.take() {
            self.push(&select.shown());
        }
    }

    /// Whether what follows is not shown.
    pub(super) fn is_hidden(&self) -> bool {
        self.marks.hide()
    }

    /// Whether text was passed over that is not shown.
    pub(super) const fn has_hidden(&self) -> bool {
        self.has_hidden
    }

    /// Adds text whose white space is folded.
    pub(super) fn push(&mut self, text: &str) {
        if self.keeps_out(text) {
            return;
        }
        let is_struck = self.marks.strike();
        for c in text.chars() {
            if is_space(c) {
                self.space = true;
                continue;
            }
            self.begin();
            if std::mem::take(&mut self.space) && !self.at_line_start() {
                self.line.push(" ");
            }
            let shown = if c == '\u{a0}' { ' ' } else { c };
            self.put(shown.encode_utf8(&mut [0; 4]), is_struck);
        }
    }

    /// Adds text whose white space shows as it is.
    pub(super) fn push_kept(&mut self, text: &str) {
        if self.keeps_out(text) {
            return;
        }
        self.begin();
        let lines: Cow<'_, str> = text.replace("\r\n", "\n").replace(['\r', '\n'], "\n").into();
        let lines = lines.strip_prefix('\n').filter(|_| self.line.all().is_empty()).unwrap_or(&lines);
        self.put(lines, self.marks.strike());
    }

    /// Whether text does not go to the line: it is not shown, or an option of a list.
    fn keeps_out(&mut self, text: &str) -> bool {
        if self.marks.hide() {
            self.has_hidden |= !text.trim().is_empty();
            return true;
        }
        let Some(select) = &mut self.select else { return false };
        if let Some((option, _)) = &mut select.option {
            option.push_str(text);
        }
        true
    }

    fn put(&mut self, text: &str, is_struck: bool) {
        if is_struck { self.line.push_struck(text) } else { self.line.push(text) }
    }

    fn at_line_start(&self) -> bool {
        self.line.all().is_empty() || self.line.all().ends_with('\n')
    }

    /// Begins the line that a block has announced.
    fn begin(&mut self) {
        if std::mem::take(&mut self.broken) && !self.at_line_start() {
            self.line.push("\n");
        }
    }

    fn line_break(&mut self) {
        if !self.is_hidden() {
            self.begin();
            self.line.push("\n");
            self.space = false;
        }
    }

    fn block(&mut self) {
        if !self.is_hidden() {
            self.broken = true;
            self.space = false;
        }
    }

    /// Adds a table that stands in the text.
    pub(super) fn table(&mut self, table: Table) {
        self.flush();
        self.blocks.push(Block::Table(table));
    }

    fn flush(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        (self.space, self.broken) = (false, false);
        // A break at the very end shows nothing.
        line.drop_last_break();
        if !line.all().is_empty() {
            self.blocks.push(Block::Line(line));
        }
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close_select();
        self.flush();
        self.blocks
    }
}
