//! A plan to printed pages: whether one is enough, and labels that no page's end cuts in two.
//!
//! Programs break pages between rows, also within merged cells, and no two of them after the same row. So where a form
//! goes over pages, labels beside many rows stand at the top of them, in a first row that is high enough.

use crate::grid::Region;
use crate::template::{Span, Template, page};
use crate::writer::measure;

use super::{Block, Content, Look, Plan};

/// The smallest readable scale.
const LEAST_SCALE: f64 = 0.7;
const POINTS_AN_INCH: f64 = 72.0;

impl Plan {
    /// Whether the sheet goes on one page at a readable scale.
    pub fn is_one_page(&self, template: &Template) -> bool {
        let whole = Span { left: 0, right: template.width().saturating_sub(1) };
        let (wide, high) = room(template);
        let wide = wide / measure::width(whole, template);
        let high = high / self.heights.iter().sum::<f64>().max(1.0);
        wide.min(high) >= LEAST_SCALE
    }

    /// Keeps the labels beside the indicators whole where the sheet takes several pages.
    pub(super) fn keep_labels_whole(&mut self, template: &Template) {
        if self.is_one_page(template) {
            return;
        }
        let table = self.repeated;
        for block in self.blocks.iter_mut().filter(|block| is_beside(block, table)) {
            let Content::Text(text) = &block.content else { continue };
            let column = |col| u16::try_from(col).unwrap_or(u16::MAX);
            let Region { start, end } = block.region;
            let span = Span { left: column(start.col), right: column(end.col) };
            let need = measure::height(text, span, template, template.sheet.body_size);
            measure::raise(&mut self.heights, start.row, start.row, need);
            block.look = Look::TopLabel;
        }
    }
}

/// Whether the block is a label beside several rows of the indicators.
fn is_beside(block: &Block, table: u32) -> bool {
    let Region { start, end } = block.region;
    block.look == Look::Label && start.row >= table && end.row > start.row
}

/// Width and height of a page within its margins, in points.
fn room(template: &Template) -> (f64, f64) {
    let [left, right, top, bottom] = template.sheet.margins;
    let (wide, high) = page(template.sheet.paper, template.sheet.orientation);
    (wide - (left + right) * POINTS_AN_INCH, high - (top + bottom) * POINTS_AN_INCH)
}
