//! Projects and units to names of sheets: what Excel takes, each only once in a workbook.

use std::collections::{HashMap, HashSet};

use crate::text;

/// Most UTF-16 units in the name of a sheet.
const UNITS: usize = 31;

/// The names of a workbook's sheets. They differ in more than case.
#[derive(Debug)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// By a name that was asked for: how often it has been.
    asked: HashMap<String, u32>,
}

impl Names {
    /// No names yet, but those of other sheets and the one that Excel keeps for itself.
    pub fn without<'a>(others: impl IntoIterator<Item = &'a str>) -> Self {
        let taken = others.into_iter().chain(["history"]).map(str::to_owned).collect();
        Self { taken, asked: HashMap::new() }
    }

    /// `text` as the name of a sheet, as far as there is room: `名称`, else `名称(2)` and so on.
    pub fn of(&mut self, text: &str) -> String {
        let clean: String = text.chars().map(allowed).collect();
        let clean = clean.trim_matches(|c| c == '\'' || text::is_space(c));
        let base = if clean.is_empty() { "自评表" } else { clean };
        let asked = self.asked.entry(cut(base, UNITS).to_lowercase()).or_default();
        loop {
            *asked += 1;
            let suffix = if *asked == 1 { String::new() } else { format!("({asked})") };
            let name = format!("{}{suffix}", cut(base, UNITS - suffix.len()));
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
        }
    }
}

/// What stands for a character in a name: some are Excel's, some are none that XML can say.
fn allowed(c: char) -> char {
    let refused = c.is_control() || "[]:*?/\\\u{fffe}\u{ffff}".contains(c);
    if refused { '_' } else { c }
}

/// As much of `text` as fits into that many UTF-16 units, not ending in a quote.
fn cut(text: &str, units: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > units
    });
    text.get(..end.map_or(text.len(), |(at, _)| at)).unwrap_or(text).trim_end_matches(['\'', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_excel_takes() {
        let mut names = Names::without(["清单"]);
        let long = "就业促进暖心心行动工作经费(就业中心)(原就业创业促进工程工作经费)";
        for (text, name) in [
            ("网络费", "网络费"),
            ("网络费", "网络费(2)"),
            ("网络费(2)", "网络费(2)(2)"),
            ("网络费", "网络费(3)"),
            ("", "自评表"),
            ("a/b:c[d]*?\\", "a_b_c_d____"),
            ("'引号'", "引号"),
            ("History", "History(2)"),
            ("清单", "清单(2)"),
            (long, "就业促进暖心心行动工作经费(就业中心)(原就业创业促进工程工作"),
            (long, "就业促进暖心心行动工作经费(就业中心)(原就业创业促进工(2)"),
            ("../CON", ".._CON"),
            ("' ' 甲\n乙 '", "甲_乙"),
            ("\u{200b}' '", "自评表(2)"),
            ("abc", "abc"),
            ("ABC", "ABC(2)"),
            ("\u{fffe}甲\u{ffff}\u{1}", "_甲__"),
        ] {
            let given = names.of(text);
            assert_eq!(given, name);
            assert!(given.encode_utf16().count() <= UNITS);
        }
    }
}
