//! A record's cells to a row of a sheet's XML, every text in its place.

use std::fmt::Display;

use quick_xml::escape::partial_escape;
use rust_decimal::Decimal;

use super::cell::{Cell, exact};
use super::frame::Frame;
use super::link::Links;
use super::look::Number;
use super::shown::harmless;
use super::table::{HEADER_HEIGHT, Table};
use crate::grid::{CellRef, Region};
use crate::writer::put;

/// Rows of a sheet as they come, and what is said of them behind the last.
#[derive(Default)]
pub(super) struct Rows {
    /// The rows, as far as they have not been taken away.
    pub xml: String,
    /// What their cells open.
    pub links: Links,
    merges: String,
    merged: usize,
    /// What stands behind everything.
    end: String,
}

impl Rows {
    /// The rows within `frame`.
    pub fn within(frame: &Frame) -> Self {
        Self { xml: frame.start.clone(), end: frame.end.clone(), ..Self::default() }
    }

    /// Writes the header of a table as the first row.
    pub fn header<T>(&mut self, table: &Table<T>) {
        self.open(0, HEADER_HEIGHT);
        for (col, header) in (0..).zip(table.headers()) {
            self.text(CellRef::new(0, col), Number::Header, header);
        }
        self.close();
    }

    /// Writes a row with its cells, so many points high; `ordinal` is the number of the line.
    pub fn record(&mut self, row: u32, height: u16, cells: &[Cell<'_>], ordinal: usize) {
        self.open(row, height.into());
        for (col, cell) in (0..).zip(cells) {
            self.cell(CellRef::new(row, col), cell, ordinal);
        }
        self.close();
    }

    /// Writes a row of one text over all columns to `last`.
    pub fn across(&mut self, row: u32, height: f64, last: u32, look: Number, words: &str) {
        self.open(row, height);
        self.text(CellRef::new(row, 0), look, words);
        (1..=last).for_each(|col| self.begin(CellRef::new(row, col), look, "/>"));
        self.close();
        let region = Region::new(CellRef::new(row, 0), CellRef::new(row, last));
        put(&mut self.merges, format_args!("<mergeCell ref=\"{region}\"/>"));
        self.merged += 1;
    }

    /// Begins a row of that height, in points.
    pub fn open(&mut self, row: u32, height: f64) {
        put(
            &mut self.xml,
            format_args!("<row r=\"{}\" ht=\"{height}\" customHeight=\"1\">", u64::from(row) + 1),
        );
    }

    /// Ends the row.
    pub fn close(&mut self) {
        self.xml.push_str("</row>");
    }

    /// Writes a number.
    pub fn number(&mut self, at: CellRef, look: Number, number: impl Display) {
        self.begin(at, look, "><v>");
        put(&mut self.xml, format_args!("{number}</v></c>"));
    }

    /// Writes a text, never taken for a formula.
    pub fn text(&mut self, at: CellRef, look: Number, text: &str) {
        if text.is_empty() {
            return self.begin(at, look, "/>");
        }
        self.begin(at, look, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        let (text, mut done) = (partial_escape(harmless(text)), 0);
        // What a spreadsheet would take for an escape of its own is escaped too.
        for (at, _) in text.match_indices("_x").filter(|(at, _)| is_escape(text.get(*at..))) {
            self.xml.extend([text.get(done..at).unwrap_or_default(), "_x005F"]);
            done = at;
        }
        self.xml.push_str(text.get(done..).unwrap_or_default());
        self.xml.push_str("</t></is></c>");
    }

    /// Ends the sheet, whose table can be filtered by its first row where its last cell is given.
    pub fn end(&mut self, filtered: Option<CellRef>) {
        self.xml.push_str("</sheetData>");
        if let Some(corner) = filtered {
            put(&mut self.xml, format_args!("<autoFilter ref=\"A1:{corner}\"/>"));
        }
        self.xml = [self.xml.as_str(), &self.behind(), &self.end].concat();
    }

    /// The elements of a sheet that come behind its rows and its filter.
    pub fn behind(&self) -> String {
        let links = self.links.element();
        match self.merged {
            0 => links,
            count => format!("<mergeCells count=\"{count}\">{}</mergeCells>{links}", self.merges),
        }
    }

    fn cell(&mut self, at: CellRef, cell: &Cell<'_>, ordinal: usize) {
        match cell {
            Cell::Blank => self.begin(at, Number::Text, "/>"),
            Cell::Text(words) => self.text(at, look(words), words),
            Cell::Link { text, target } => {
                self.text(at, Number::Link, text);
                self.links.add(at, target);
            }
            Cell::Centred(words) => self.text(at, Number::Centred, words),
            Cell::Alarm(words) => self.text(at, Number::Alarm, words),
            Cell::Ordinal => self.number(at, Number::Centred, ordinal),
            Cell::Count { count, alarming } if *alarming && *count > 0 => {
                self.number(at, Number::Alarm, count);
            }
            Cell::Count { count, .. } => self.number(at, Number::Centred, count),
            Cell::Amount(amount) => self.decimal(at, Number::amount(*amount), *amount),
            Cell::Rate(rate) => self.decimal(at, Number::Rate, *rate),
            Cell::Points(points) => self.decimal(at, Number::Points, *points),
        }
    }

    /// Writes a number, or its digits as text where a spreadsheet's double would lose some.
    fn decimal(&mut self, at: CellRef, look: Number, number: Decimal) {
        match exact(number) {
            Some(_) => self.number(at, look, number.normalize()),
            None => self.text(at, look, &number.normalize().to_string()),
        }
    }

    fn begin(&mut self, at: CellRef, look: Number, rest: &str) {
        put(&mut self.xml, format_args!("<c r=\"{at}\" s=\"{}\"{rest}", look as u8));
    }
}

/// Whether a text begins with what a spreadsheet takes for a character: `_x0041_`.
fn is_escape(text: Option<&str>) -> bool {
    let code = text.and_then(|text| text.strip_prefix("_x")).map(str::as_bytes);
    code.is_some_and(|code| code.get(4) == Some(&b'_') && code.iter().take(4).all(u8::is_ascii_hexdigit))
}

/// The look of a text, which stays one also after somebody has edited the cell.
fn look(text: &str) -> Number {
    if text.starts_with(['=', '+', '-', '@']) { Number::Quoted } else { Number::Text }
}
