//! Text to the height of its row: wrapped at the merged width, in the widths of East Asian type.
//!
//! Excel does not grow the rows of merged cells and no program agrees with another about fonts, so heights are
//! computed, a little generously, from what all of them share: a Chinese character is as wide as the type is high.

use unicode_width::UnicodeWidthChar;

use crate::template::{Span, Template};
use crate::text::{CLOSING, OPENING};

/// The highest row that Excel allows, in points.
pub const MOST: f64 = 409.0;
/// Pixels of a standard character of a column's width, and of a column's own margin (Excel, Calibri 11).
const PIXELS: (f64, f64) = (7.0, 5.0);
/// Points of a pixel at 96 dpi.
const POINTS_A_PIXEL: f64 = 0.75;
/// Left and right of a text within its cell, in points.
const PADDING: f64 = 5.0;
/// Height of a line as a multiple of the type's size; the fonts that stand in for 宋体 need most of it.
const LINE: f64 = 1.45;
/// Above and below a text, in points.
const GAP: f64 = 4.0;

/// The width of columns in points.
pub fn width(span: Span, template: &Template) -> f64 {
    let (left, right) = (usize::from(span.left), usize::from(span.right));
    let columns = template.sheet.widths.iter().skip(left).take(right.saturating_sub(left) + 1);
    columns.map(|width| (width * PIXELS.0 + PIXELS.1).round() * POINTS_A_PIXEL).sum()
}

/// The height that `text` of that type `size` (points) needs within `span`.
pub fn height(text: &str, span: Span, template: &Template, size: f64) -> f64 {
    let width = (width(span, template) - PADDING).max(size);
    let lines: usize = text.split('\n').map(|line| lines(line, width, size)).sum();
    #[expect(clippy::cast_precision_loss, reason = "lines of a cell")]
    let lines = lines as f64;
    lines * size * LINE + GAP
}

/// Lines that one paragraph takes; a line ends a little before the edge, since programs differ.
fn lines(paragraph: &str, width: f64, size: f64) -> usize {
    let full = width * 0.97;
    let (mut lines, mut used) = (1, 0.0);
    for piece in pieces(paragraph) {
        let wide: f64 = piece.chars().map(|c| advance(c, size)).sum();
        if used + wide > full && used > 0.0 {
            lines += 1;
            used = 0.0;
        }
        if wide <= full {
            used += wide;
            continue;
        }
        for wide in piece.chars().map(|c| advance(c, size)) {
            if used + wide > full && used > 0.0 {
                lines += 1;
                used = 0.0;
            }
            used += wide;
        }
    }
    lines
}

/// A paragraph in the pieces that no program breaks: a Latin word or number, a Chinese character, either with the
/// marks that may not begin or end a line.
fn pieces(paragraph: &str) -> impl Iterator<Item = &str> {
    let mut rest = paragraph;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices().peekable();
        let (_, mut last) = chars.next()?;
        let end = loop {
            match chars.peek() {
                Some((at, next)) if may_break(last, *next) => break *at,
                Some((_, next)) => last = *next,
                None => break rest.len(),
            }
            chars.next();
        };
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}

/// Whether a line may end between the two.
fn may_break(before: char, after: char) -> bool {
    let is_word = |c: char| c.width_cjk() != Some(2) && !c.is_whitespace();
    let joined = is_word(before) && is_word(after);
    !(joined || OPENING.contains(before) || CLOSING.contains(after))
}

/// The width of a character in points: a Chinese one is as wide as high, a Latin one a little over half.
fn advance(c: char, size: f64) -> f64 {
    match c.width_cjk() {
        Some(2) => size,
        Some(1) if c.is_ascii_uppercase() => size * 0.7, // narrower in 宋体, but not in the fonts that stand in
        Some(1) => size * 0.56,
        _ if c == '\t' => size * 4.0,
        _ => 0.0,
    }
}

/// Most rows over which a text is spread: enough for the longest text that a cell takes, in a narrow column.
const MOST_ROWS: u32 = 200;

/// The number of rows over which a text of that height is spread.
pub fn rows_for(height: f64) -> u32 {
    let mut rows = 1;
    while height > MOST * f64::from(rows) && rows < MOST_ROWS {
        rows += 1;
    }
    rows
}

/// Raises rows `first..=last` together to `needed`, all alike, each to what Excel allows at most.
pub fn raise(heights: &mut [f64], first: u32, last: u32, needed: f64) {
    let (first, last) = (first as usize, last as usize);
    let Some(rows) = heights.get_mut(first..=last) else { return };
    let lacking = needed - rows.iter().sum::<f64>();
    if lacking > 0.0 {
        let share = lacking / f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        for row in rows {
            *row = (*row + share).min(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_in_chinese_widths() {
        for (text, width, expected) in [
            ("", 90.0, 1),
            ("一二三四五六七八九", 100.0, 1),
            ("一二三四五六七八九十", 90.0, 2),
            ("abcdefghij", 60.0, 1),
        ] {
            assert_eq!(lines(text, width, 9.0), expected, "{text}");
        }
    }

    #[test]
    fn words_and_marks_are_not_torn() {
        for (text, expected) in [
            ("项目（一）完成率95%。", vec!["项", "目", "（一）", "完", "成", "率", "95%。"]),
            ("work-load of 3 人", vec!["work-load", " ", "of", " ", "3", " ", "人"]),
            ("“十四五”、", vec!["“十", "四", "五”、"]),
        ] {
            assert_eq!(pieces(text).collect::<Vec<_>>(), expected);
        }
        assert_eq!(lines("responsibility administrative", 100.0, 9.0), 2);
        assert_eq!(lines(&"x".repeat(100), 60.0, 9.0), 10); // a word longer than a line is torn after all
    }

    #[test]
    fn rows_grow_alike_and_not_beyond_what_excel_allows() {
        let mut heights = vec![20.0, 20.0, 400.0];
        raise(&mut heights, 0, 1, 100.0);
        assert_eq!(heights, [50.0, 50.0, 400.0]);
        raise(&mut heights, 1, 2, 600.0);
        assert_eq!(heights, [50.0, 125.0, 409.0]);
        raise(&mut heights, 0, 2, 10.0);
        assert_eq!(heights, [50.0, 125.0, 409.0]);
        assert_eq!((rows_for(400.0), rows_for(410.0), rows_for(1000.0)), (1, 2, 3));
    }
}
