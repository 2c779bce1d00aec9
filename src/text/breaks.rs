//! The line breaks of a value to those that part two values; the others only wrapped a word.

use std::sync::LazyLock;

use regex::Regex;

use super::{regex, trim};

/// Bytes of the longest text that is looked at as a value: longer ones are sentences.
const VALUE_BYTES: usize = 96;

/// `text` with each line, or what was wrapped over several, made by `join`, which takes the breaks in it for white space.
pub(super) fn by_value(text: &str, join: impl Fn(&str) -> String) -> String {
    if !text.contains('\n') {
        return join(text);
    }
    let mut values: Vec<(String, String)> = Vec::new(); // as it stands, and joined so far
    for line in text.split('\n').map(trim).filter(|line| !line.is_empty()) {
        match values.last_mut() {
            Some((raw, value)) if !parts(value, line) => {
                raw.push('\n');
                raw.push_str(line);
                value.push_str(line);
            }
            _ => values.push((line.to_owned(), line.to_owned())),
        }
    }
    let joined: Vec<String> = values.into_iter().map(|(raw, _)| join(&raw)).collect();
    joined.join("\n")
}

/// Whether the break between `left` and `right` is meant: `210人` and `4次`, but not `不少于` and `200人`. Of `right`, of which
/// more may be to come, only the beginning counts.
fn parts(left: &str, right: &str) -> bool {
    let (Some(last), Some(first)) = (left.chars().next_back(), right.chars().next()) else { return false };
    let in_number = |c: char| c.is_ascii_digit() || c == '.';
    // A number must not be made of two.
    let torn = in_number(last) && in_number(first);
    let is_sign = matches!(first, '≥' | '≤' | '=' | '>' | '<');
    let goes_on = matches!(last, '年' | '月') && first.is_ascii_digit(); // a date
    let begins = is_sign || first.is_ascii_digit();
    torn || (begins && !goes_on && is_value(left)) || (is_item(left) && is_item(right))
}

/// Whether it is a quantity by itself.
fn is_value(text: &str) -> bool {
    static VALUE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^(?:[≥≤=><]|[\x{4e00}-\x{9fff}]{0,5}) *[+-]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)? *[\p{L}%‰/·℃]{0,12}$",
        )
    });
    text.len() <= VALUE_BYTES && VALUE.is_match(text)
}

/// Whether it begins with the number of an item: `1、` `(2)` `③`.
fn is_item(text: &str) -> bool {
    static ITEM: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[(（]?[0-9]{1,2}[.、)）]|[①-⑳])"));
    ITEM.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_values_stay() {
        let join = |text: &str| text.replace('\n', "");
        for kept in [
            "210人\n4次",
            "≥200人\n≥4次\n≥2个",
            "210\n4",
            "48\n000元",
            "12.\n5%",
            "不少于90%\n3次",
            "1.达成年度指标\n2.效果良好",
            "①达标\n②合格",
            "≤1年\n≥4次",
        ] {
            assert_eq!(by_value(kept, join), kept);
        }
        for wrapped in [
            "主城区范\n围",
            "不少于\n200人",
            "≥\n200人",
            "≥200\n人",
            "2023年\n12月31日前",
            "2023年12月\n31日前",
            "合格率\n≥95%",
            "完成培训\n3期",
            "1,234,\n567元",
            "210人\n\n达标",
        ] {
            assert_eq!(by_value(wrapped, join), wrapped.replace('\n', ""));
        }
        assert_eq!(by_value("210人 \n\n 4次", join), "210人\n4次");
    }
}
