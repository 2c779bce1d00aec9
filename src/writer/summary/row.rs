//! A record's cells to a row of a sheet's XML, every text in its place.

use std::fmt::Write;

use quick_xml::escape::partial_escape;

use super::cell::{Cell, harmless};
use super::look::Number;
use super::table::{HEADER_HEIGHT, Table};
use crate::grid::column_name;

/// Writes the header of a table as the first row.
pub(super) fn header<T>(xml: &mut String, table: &Table<T>) {
    open(xml, 0, HEADER_HEIGHT);
    for (col, header) in (0..).zip(table.headers()) {
        text(xml, (0, col), Number::Header, header);
    }
    xml.push_str("</row>");
}

/// Writes a row with its cells, so many points high; `ordinal` is the number of the line.
pub(super) fn write(xml: &mut String, row: u32, height: u16, cells: &[Cell<'_>], ordinal: usize) {
    open(xml, row, height.into());
    for (col, cell) in (0..).zip(cells) {
        let at = (row, col);
        match cell {
            Cell::Blank | Cell::Centred("") => begin(xml, at, Number::Text, "/>"),
            Cell::Text(words) => text(xml, at, look(words), words),
            Cell::Link { text: words, .. } => text(xml, at, look(words), words),
            Cell::Centred(words) => text(xml, at, Number::Centred, words),
            Cell::Alarm(words) => text(xml, at, Number::Alarm, words),
            Cell::Ordinal => number(xml, at, Number::Centred, ordinal),
            Cell::Count { count, alarming } if *alarming && *count > 0 => {
                number(xml, at, Number::Alarm, count);
            }
            Cell::Count { count, .. } => number(xml, at, Number::Centred, count),
            Cell::Amount(amount) | Cell::Rate(amount) | Cell::Points(amount) => {
                text(xml, at, Number::Text, &amount.normalize().to_string());
            }
        }
    }
    xml.push_str("</row>");
}

/// The look of a text, which stays one also after somebody has edited the cell.
fn look(text: &str) -> Number {
    if text.starts_with(['=', '+', '-', '@']) { Number::Quoted } else { Number::Text }
}

fn open(xml: &mut String, row: u32, height: f64) {
    put(xml, format_args!("<row r=\"{}\" ht=\"{height}\" customHeight=\"1\">", row + 1));
}

fn begin(xml: &mut String, (row, col): (u32, u32), look: Number, rest: &str) {
    put(xml, format_args!("<c r=\"{}{}\" s=\"{}\"{rest}", column_name(col), row + 1, look as u8));
}

fn number(xml: &mut String, at: (u32, u32), look: Number, number: impl std::fmt::Display) {
    begin(xml, at, look, ">");
    put(xml, format_args!("<v>{number}</v></c>"));
}

fn text(xml: &mut String, at: (u32, u32), look: Number, text: &str) {
    if text.is_empty() {
        return begin(xml, at, look, "/>");
    }
    begin(xml, at, look, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    // What a spreadsheet would take for an escape of its own (`_x0041_`) is escaped too.
    xml.push_str(&partial_escape(harmless(text)).replace("_x", "_x005F_x"));
    xml.push_str("</t></is></c>");
}

/// Writing to a string cannot fail.
fn put(xml: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = xml.write_fmt(words);
}
