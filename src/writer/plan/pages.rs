//! A plan to printed pages: whether one is enough; else where each ends, with labels that none of them cuts in two.
//!
//! Where a form goes over pages, they end between indicators, and a label beside many rows becomes one cell a page,
//! with its text and all its borders: whoever holds the third page sees what its rows belong to.

use std::collections::BTreeSet;

use crate::form::{Field, IndicatorColumn};
use crate::grid::Region;
use crate::template::{Span, Template, page};
use crate::writer::measure;

use super::{Block, Content, Look, Plan};

/// The smallest readable scale.
const LEAST_SCALE: f64 = 0.7;
const POINTS_AN_INCH: f64 = 72.0;
/// How much of a page is filled: programs differ by some points in what they get on it.
const FILL: f64 = 0.95;
/// Labels higher than this share of a page are left in one piece.
const HIGHEST_LABEL: f64 = 0.25;
/// Most page breaks of a sheet in Excel; after them programs break the pages themselves.
const MOST_BREAKS: usize = 1023;

impl Plan {
    /// Whether the sheet goes on one page at a readable scale.
    pub fn is_one_page(&self, template: &Template) -> bool {
        let (wide, high) = scales(&self.heights, template);
        wide.min(high) >= LEAST_SCALE
    }

    /// Says where pages end, if one is not enough, and gives each of them its own labels.
    pub(super) fn paginate(&mut self, template: &Template) {
        if self.is_one_page(template) {
            return;
        }
        let (wide, _) = scales(&self.heights, template);
        // Programs scale by whole per cents.
        let scale = (wide.min(1.0) * 100.0).floor() / 100.0;
        let room = room(template).1 / scale * FILL;
        self.breaks = self.ends(room);
        self.split_labels(room * HIGHEST_LABEL, template);
    }

    /// The rows that begin a page, when `room` points go on one.
    fn ends(&self, room: f64) -> Vec<u32> {
        let joined = self.joined(room);
        let head = self.heights.get(self.repeated as usize).copied().unwrap_or_default();
        let (mut breaks, mut used) = (Vec::new(), 0.0);
        let mut rows = (0_u32..).zip(&self.heights).peekable();
        while let Some((first, height)) = rows.next() {
            let mut height = *height;
            while let Some((_, more)) = rows.next_if(|(row, _)| joined.contains(row)) {
                height += more;
            }
            let head = if first > self.repeated { head } else { 0.0 };
            if used + height > room && used > head {
                breaks.push(first);
                used = head;
            }
            used += height;
            // More than a page holds: it goes on over the next.
            while used > room && head < room {
                used -= room - head;
            }
        }
        breaks.truncate(MOST_BREAKS);
        breaks
    }

    /// The rows that cannot begin a page: within a cell, the first below the repeated header, and what a last page
    /// would begin with below the last indicator, if half a page holds it.
    fn joined(&self, room: f64) -> BTreeSet<u32> {
        let within = self.blocks.iter().filter(|block| !is_beside(block, self.repeated));
        let rows = within.flat_map(|block| block.region.start.row + 1..=block.region.end.row);
        let last = self.blocks.iter().filter(|block| is_indicator(block)).map(|b| b.region.start.row).max();
        let tail = last.unwrap_or(self.repeated)..u32::try_from(self.heights.len()).unwrap_or(u32::MAX);
        let high: f64 = self.heights.iter().skip(tail.start as usize).sum();
        let tail = tail.skip(1).filter(|_| high <= room / 2.0);
        rows.chain([self.repeated + 1]).chain(tail).collect()
    }

    /// Cuts the labels beside the indicators where pages end, each part high enough for its text. The repeated header
    /// keeps the label that stands in it.
    fn split_labels(&mut self, highest: f64, template: &Template) {
        let blocks = std::mem::take(&mut self.blocks);
        for mut block in blocks {
            let need = label_height(&block, template);
            if !is_beside(&block, self.repeated) {
                self.blocks.push(block);
            } else if need > highest {
                block.look = Look::TopLabel;
                self.blocks.push(block);
            } else {
                let parts = self.parts(&block);
                for part in parts.iter().filter(|part| part.content != Content::Blank) {
                    measure::raise(&mut self.heights, part.region.start.row, part.region.end.row, need);
                }
                self.blocks.extend(parts);
            }
        }
    }

    /// A label's cell on each of the pages that it goes over.
    fn parts(&self, block: &Block) -> Vec<Block> {
        let Region { start, end } = block.region;
        let in_header = start.row == self.repeated;
        let below = in_header.then_some(self.repeated + 1);
        let cuts = below.into_iter().chain(self.breaks.iter().copied());
        let cuts: Vec<u32> = cuts.filter(|row| (start.row + 1..=end.row).contains(row)).collect();
        let firsts = std::iter::once(start.row).chain(cuts.iter().copied());
        let lasts = cuts.iter().map(|row| row - 1).chain([end.row]);
        let part = |(first, last)| {
            let (mut part, mut region) = (block.clone(), block.region);
            (region.start.row, region.end.row) = (first, last);
            part.region = region;
            if first > start.row {
                part.field = None;
                if in_header {
                    part.content = Content::Blank;
                }
            }
            part
        };
        firsts.zip(lasts).map(part).collect()
    }
}

/// Whether the block stands in an indicator's own row.
const fn is_indicator(block: &Block) -> bool {
    matches!(block.field, Some(Field::Indicator(_, column)) if !matches!(column, IndicatorColumn::Level1 | IndicatorColumn::Level2))
}

/// Whether the block is a label beside several rows of the indicators.
fn is_beside(block: &Block, table: u32) -> bool {
    let Region { start, end } = block.region;
    block.look == Look::Label && start.row >= table && end.row > start.row
}

/// The height that the text of a label needs.
fn label_height(block: &Block, template: &Template) -> f64 {
    let Content::Text(text) = &block.content else { return 0.0 };
    let column = |col| u16::try_from(col).unwrap_or(u16::MAX);
    let Region { start, end } = block.region;
    let span = Span { left: column(start.col), right: column(end.col) };
    measure::height(text, span, template, template.sheet.body_size)
}

/// The scales at which the whole width, and rows of those heights, go on one page.
fn scales(heights: &[f64], template: &Template) -> (f64, f64) {
    let whole = Span { left: 0, right: template.width().saturating_sub(1) };
    let (wide, high) = room(template);
    (wide / measure::width(whole, template), high / heights.iter().sum::<f64>().max(1.0))
}

/// Width and height of a page within its margins, in points.
fn room(template: &Template) -> (f64, f64) {
    let [left, right, top, bottom] = template.sheet.margins;
    let (wide, high) = page(template.sheet.paper, template.sheet.orientation);
    (wide - (left + right) * POINTS_AN_INCH, high - (top + bottom) * POINTS_AN_INCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::CellRef;

    fn block(region: &str, look: Look, text: &str) -> Block {
        let region = region.parse().unwrap();
        Block { region, content: Content::Text(text.to_owned()), look, field: None }
    }

    /// A header in row 1, rows 2 to 7 of 100 points with a label beside each three of them, and the block's own label.
    fn plan() -> Plan {
        let blocks = vec![
            block("A1:A7", Look::Label, "绩效指标"),
            block("B1", Look::Label, "一级指标"),
            block("B2:B4", Look::Label, "产出指标"),
            block("B5:B7", Look::Label, "效益指标"),
            block("C4:C5", Look::Prose, "长"),
        ];
        let heights = [vec![20.0], vec![100.0; 6]].concat();
        Plan { blocks, heights, ..Plan::default() }
    }

    #[test]
    fn pages_end_between_indicators() {
        for (room, ends) in [
            (1000.0, vec![]),
            (330.0, vec![3, 6]), // the text in C4:C5 is not torn
            (230.0, vec![3, 5]),
            (150.0, vec![2, 3, 5, 6]), // C4:C5 is more than a page: it goes on over the next
        ] {
            assert_eq!(plan().ends(room), ends, "{room}");
        }
        // The last page does not begin below the last indicator.
        let mut total = plan();
        let last = Some(Field::Indicator(0, IndicatorColumn::Level3));
        total.blocks.push(Block { field: last, ..block("D6", Look::Prose, "末") });
        assert_eq!(total.ends(330.0), [3, 6]);
        assert_eq!(total.ends(450.0), [5]);
    }

    #[test]
    fn every_page_has_its_labels() {
        let mut plan = plan();
        plan.breaks = vec![2, 5];
        plan.split_labels(300.0, Template::standard());
        let text = |block: &Block| match &block.content {
            Content::Text(text) => format!("{} {text}", block.region),
            _ => block.region.to_string(),
        };
        let labels: Vec<_> = plan.blocks.iter().filter(|b| b.look == Look::Label).map(text).collect();
        let expected = [
            "A1 绩效指标",
            "A2",
            "A3:A5",
            "A6:A7",
            "B1 一级指标",
            "B2 产出指标",
            "B3:B4 产出指标",
            "B5 效益指标",
            "B6:B7 效益指标",
        ];
        assert_eq!(labels, expected);
        assert_eq!(plan.blocks[0].region.start, CellRef::new(0, 0));
    }
}
