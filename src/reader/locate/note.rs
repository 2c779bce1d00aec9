//! Lines beside and under the form to labels and texts.

use crate::text;

use super::super::token;

/// Splits `label：text` where nobody listed the label: it must be short and no sentence.
pub(super) fn split_any(line: &str) -> (Option<String>, String) {
    let is_label = |label: &str| {
        let short = (1..=40).contains(&label.chars().count());
        short && label.contains(text::is_han) && !label.contains(['。', '；', '，', ';', ',', '\n'])
    };
    match token::split_inline(line, is_label) {
        Some((label, text)) => (Some(text::trim(label).to_owned()), text.to_owned()),
        None => (None, line.to_owned()),
    }
}

/// Splits a line at the labels it holds: `填报人：张某    联系电话：123` → (填报人, 张某), (联系电话, 123).
/// Empty if it does not begin with a known label and a colon.
pub(super) fn split_known(line: &str, is_label: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut rest = line;
    while let Some((label, value)) = token::split_inline(rest, &is_label) {
        let next = next_label(value, &is_label);
        let (own, after) = value.split_at_checked(next.unwrap_or(value.len())).unwrap_or((value, ""));
        parts.push((text::label_key(label), text::trim(own).to_owned()));
        if next.is_none() {
            return parts;
        }
        rest = after;
    }
    parts
}

/// Where, at the beginning or behind white space, the next known label with a colon begins.
fn next_label(value: &str, is_label: &impl Fn(&str) -> bool) -> Option<usize> {
    let starts = value.char_indices().zip(value.chars().skip(1)).filter(|((_, c), _)| text::is_space(*c));
    let starts = starts.map(|((at, c), _)| at + c.len_utf8());
    std::iter::once(0).chain(starts).find(|at| {
        value.get(*at..).is_some_and(|rest| {
            let label = rest.split([':', '：']).next().unwrap_or_default();
            label.len() < rest.len() && !label.starts_with(text::is_space) && is_label(label)
        })
    })
}
