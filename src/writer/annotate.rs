//! Findings to notes (批注) on the cells they are about, each box as large as its text.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Note, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Diagnostic;
use crate::form::Field;
use crate::grid::CellRef;
use crate::reader::MARK;

use super::plan::Plan;

/// The font of a note, its size in points, and the pixels that half a Chinese character of it and a line of it take.
const FONT: &str = "宋体";
const SIZE: f64 = 9.0;
const HALF: u32 = 6;
const LINE: u32 = 17;
/// Pixels that a box has around its text.
const FRAME: u32 = 14;
/// Half characters of the shortest and the longest line before it is wrapped.
const LINES: std::ops::RangeInclusive<u32> = 16..=48;

/// Puts every finding on its cell; one about the whole form, or about what the sheet has no cell for, on the title.
pub fn annotate(sheet: &mut Worksheet, plan: &Plan, found: &[Diagnostic]) -> Result<(), XlsxError> {
    let mut notes: BTreeMap<CellRef, Vec<String>> = BTreeMap::new();
    for diagnostic in found {
        let words = format!("{} {}：{}", diagnostic.severity, diagnostic.code, diagnostic.message);
        notes.entry(place(plan, diagnostic.field)).or_default().push(words);
    }
    for (cell, words) in notes {
        let text = words.join("\n");
        let (width, height) = size(&text);
        let note = Note::new(text).set_author(MARK).add_author_prefix(false);
        let note = note.set_font_name(FONT).set_font_size(SIZE).set_width(width).set_height(height);
        sheet.insert_note(cell.row, u16::try_from(cell.col).unwrap_or(u16::MAX), &note)?;
    }
    Ok(())
}

/// The cell of a field, else a cell of its row, else the title's.
fn place(plan: &Plan, field: Option<Field>) -> CellRef {
    let own = field.and_then(|field| plan.cell(field));
    let beside = || {
        let row = plan.blocks.iter().find(|block| same_row(block.field, field))?;
        Some(row.region.start)
    };
    own.or_else(beside).or_else(|| plan.cell(Field::Title)).unwrap_or_else(|| CellRef::new(0, 0))
}

fn same_row(one: Option<Field>, other: Option<Field>) -> bool {
    match (one, other) {
        (Some(Field::Indicator(one, _)), Some(Field::Indicator(other, _)))
        | (Some(Field::Funding(one, _)), Some(Field::Funding(other, _))) => one == other,
        _ => false,
    }
}

/// Width and height in pixels of the box that shows all of `text`.
fn size(text: &str) -> (u32, u32) {
    let longest = text.lines().map(halves).max().unwrap_or_default();
    let line = longest.clamp(*LINES.start(), *LINES.end());
    // A mark that may not begin a line takes the character before it along, so a line holds one less.
    let lines: u32 = text.lines().map(|one| halves(one).div_ceil(line - 2).max(1)).sum();
    (line * HALF + FRAME, lines * LINE + FRAME)
}

/// The width of a text in halves of a Chinese character.
fn halves(text: &str) -> u32 {
    u32::try_from(text.width_cjk()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_grows_with_its_text() {
        for (text, width, height) in [
            ("错误", 16 * 6 + 14, 17 + 14),
            ("一二三四五六七八九十", 20 * 6 + 14, 2 * 17 + 14),
            (&"长".repeat(46), 48 * 6 + 14, 2 * 17 + 14),
            ("甲\n乙", 16 * 6 + 14, 2 * 17 + 14),
        ] {
            assert_eq!(size(text), (width, height), "{text}");
        }
    }
}
