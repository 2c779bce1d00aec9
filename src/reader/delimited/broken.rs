//! Lines of tab-separated text to those that go on with the line before: a paste into a mail has no quotes, and a cell of two
//! lines breaks its row.

use std::collections::HashSet;

use crate::number::MoneyUnit;
use crate::reader::delimited::FIELD_LINES;
use crate::reader::limits;
use crate::text;

/// The numbers of the lines that go on with the last cell of the line before.
pub(super) fn continuations(text: &str) -> HashSet<u32> {
    // Quotes hold line breaks by themselves.
    let most = usize::try_from(limits::ROWS).unwrap_or(usize::MAX);
    if text.contains('"') || text.bytes().filter(|b| *b == b'\n').nth(most).is_some() {
        return HashSet::new();
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let tabs: Vec<usize> = lines.iter().map(|line| line.bytes().filter(|b| *b == b'\t').count()).collect();
    let mut found = HashSet::new();
    by_width(&tabs, &mut found);
    by_label(&lines, &mut found);
    found
}

/// A table is as wide in all its rows: stretches of narrower lines that have a row's tabs together are one row each. Where a
/// line is left over, rows are narrow for another reason, and the others may be so by chance.
fn by_width(tabs: &[usize], found: &mut HashSet<u32>) {
    let width = tabs.iter().copied().max().unwrap_or(0);
    let filled = tabs.iter().filter(|tabs| **tabs > 0).count();
    if tabs.iter().filter(|tabs| **tabs == width).count() * 2 < filled {
        return;
    }
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(first) = tabs.get(start) {
        if *first == 0 || *first == width {
            start += 1;
            continue;
        }
        let Some(lines) = pieces(tabs.get(start..).unwrap_or_default(), width) else { return };
        parts.extend((start + 1..start + lines).filter_map(|line| u32::try_from(line).ok()));
        start += lines;
    }
    found.extend(parts);
}

/// How many lines from the first on make a row of that width.
fn pieces(tabs: &[usize], width: usize) -> Option<usize> {
    let mut sum = 0;
    for (i, count) in tabs.iter().take(FIELD_LINES).enumerate() {
        sum += count;
        if *count == width || sum > width {
            return None;
        }
        if sum == width {
            return Some(i + 1);
        }
    }
    None
}

/// No row begins with `(50分)` or `(万元)`, the second lines of labels.
fn by_label(lines: &[&str], found: &mut HashSet<u32>) {
    for (before, (line, number)) in lines.iter().zip(lines.iter().skip(1).zip(1..)) {
        let Some((first, rest)) = line.split_once('\t') else { continue };
        let label = before.rsplit('\t').next().unwrap_or_default();
        if is_second_line(first) && !text::trim(rest).is_empty() && !text::trim(label).is_empty() {
            found.insert(number);
        }
    }
}

fn is_second_line(field: &str) -> bool {
    let folded = text::fold(field);
    let inner = folded.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or_default();
    let is_points = inner.strip_suffix('分').is_some_and(|points| points.bytes().all(|b| b.is_ascii_digit()));
    is_points || MoneyUnit::named(inner).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(lines: &[&str], expected: &[u32]) {
        let mut found: Vec<_> = continuations(&lines.join("\n")).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn broken_rows_are_whole_together() {
        case(&["a\tb\tc", "d\te", "e2\tf", "g\th\ti"], &[2]);
        case(&["a\tb\tc\td", "e\tf", "f2", "f3\tg", "g2\th", "i\tj\tk\tl", "\t\t\t"], &[2, 3, 4]);
        // Lines beside the table, and rows that are short by themselves.
        case(&["请查收", "a\tb\tc", "d\te", "f\tg\th", "i\tj\tk"], &[]);
        case(&["a\tb\tc", "d\te", "完"], &[]);
        case(&["a\tb\tc", "d\te", "e2\tf", "g\th\ti", "j\tk\tl", "m\tn"], &[]);
        case(&["a\tb\tc", "d\te", "f\tg", "h\ti", "j\tk"], &[]);
        case(&["a\t\"b\tc", "d\te", "e2\tf\"", "g\th\ti"], &[]);
    }

    #[test]
    fn second_lines_of_labels_go_on() {
        case(
            &["项目资金", "(万元)\t\t年初预算数", "\t产出指标", "（５０分）\t数量指标\t3", "(1)\t甲"],
            &[1, 3],
        );
        case(&["自评表", "(2023年度)\t\t", "\t", "(50分)\t数量指标"], &[]);
    }
}
