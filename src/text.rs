//! Text as typed to text as meant: white space, width, marks and brackets, for labels, values and prose.

mod breaks;
mod keyed;
mod normal;
mod radicals;

pub use keyed::{Keyed, Wording};
pub use normal::{Change, Kind, Normal, normalise};

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// Whether `c` is white space or has no width at all: both kinds come and go when a form is copied around.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Whether `c` takes no room: joiners, and the marks of direction that calculators and chat programs put around what is
/// copied from them.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

/// `text` without any white space.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !is_space(*c)).collect()
}

/// `text` without outer white space, its lines kept.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// For matching only, never for keeping: no white space, full width to half width, compatibility forms folded.
pub fn fold(text: &str) -> String {
    // Nearly all text is made of characters that fold one by one; the tables of Unicode are slow to ask.
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match folds_alone(c) {
            Some(c) => folded.push(c),
            None if is_space(c) => {}
            None => return fold_any(text),
        }
    }
    folded
}

/// Any text, by the tables of Unicode.
fn fold_any(text: &str) -> String {
    let whole: String = text.chars().filter(|c| !is_space(*c)).map(radicals::whole).collect();
    whole.nfkc().filter(|c| !is_space(*c)).collect()
}

/// What a character folds to whatever stands beside it; `None` where that takes the tables.
fn folds_alone(c: char) -> Option<char> {
    match c {
        '!'..='~' | '\u{4e00}'..='\u{9fff}' | '、'..='〃' | '〈'..='】' | '≤' | '≥' | '—' | '‘'..='”' => {
            Some(c)
        }
        '！'..='～' => Some(half_width_char(c)),
        _ => None,
    }
}

/// Full-width ASCII in half width; everything else as it is.
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

/// A full-width ASCII character in half width; any other as it is.
pub fn half_width_char(c: char) -> char {
    match c {
        '！'..='～' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// A label's core, by which it is looked up: folded, then the number before it and the colons and brackets that trail
/// dropped (`三、项目资金\n（万元）：` → `项目资金`).
pub fn label_key(text: &str) -> String {
    let folded = fold(text);
    folded.get(core_of_label(&folded)).unwrap_or_default().to_owned()
}

/// A text as a label or within one: a colon would end it where the line `label：text` is read back.
pub fn in_label(text: &str) -> String {
    text.replace([':', '：', '\n'], " ")
}

/// The label of a text that stands under `header` in the row of that name.
pub fn label_of_row(header: &str, row: Option<&str>) -> String {
    let header = in_label(header);
    match row {
        Some(row) => format!("{header}（{}）", in_label(row)),
        None => header,
    }
}

/// Where the core of a folded label stands.
fn core_of_label(folded: &str) -> Range<usize> {
    let start = ordinal(folded);
    let mut core = folded.get(start..).unwrap_or_default();
    loop {
        let shorter = core.trim_end_matches([':', ';', ',', '。', '、', '*']);
        let bracket = trailing_bracket(shorter).or_else(|| trailing_points(shorter));
        match shorter.get(..bracket.unwrap_or(shorter.len())) {
            Some(cut) if !cut.is_empty() && cut.len() < core.len() => core = cut,
            _ => return start..start + core.len(),
        }
    }
}

/// How much of a folded label is the number before it: `一、`, `(二)`, `3.`, `1.2`; nothing where no word follows.
fn ordinal(folded: &str) -> usize {
    let (inner, open) = folded.strip_prefix('(').map_or((folded, false), |inner| (inner, true));
    let is_digit = |c: char| {
        matches!(c, '0'..='9' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
    };
    if !inner.starts_with(is_digit) {
        return 0; // as most labels
    }
    let rest = inner.trim_start_matches(is_digit);
    let is_long = inner.chars().take_while(|c| is_digit(*c)).count() > 2;
    let behind = rest.strip_prefix(if open { &[')'][..] } else { &['、', '.', ')'] });
    let Some(behind) = behind.filter(|_| !is_long) else { return 0 };
    let word = behind.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', '、']);
    if word.starts_with(is_han) { folded.len() - word.len() } else { 0 }
}

/// Where a bracket that closes at the end of `text` opens; `None` if there is none.
fn trailing_bracket(text: &str) -> Option<usize> {
    let open = match text.chars().last()? {
        ')' => '(',
        ']' => '[',
        '】' => '【',
        _ => return None,
    };
    text.rfind(open)
}

/// Where points without brackets, or whose bracket is never closed, begin at the end of `text`: `产出指标50分`.
fn trailing_points(text: &str) -> Option<usize> {
    let before = text.strip_suffix('分')?;
    let label = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    (label.len() < before.len()).then(|| label.strip_suffix(['(', '[']).unwrap_or(label).len())
}

/// The points printed in a label: `产出指标 （50分）` → `50`.
pub fn points_in_label(text: &str) -> Option<String> {
    static POINTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"[(\[]([0-9]{1,3}(?:\.[0-9]{1,4})?)分?[)\]]|([0-9]{1,3}(?:\.[0-9]{1,4})?)分$")
    });
    if !text.contains(['(', '[', '（', '［', '分']) {
        return None; // as most texts
    }
    let folded = fold(text);
    let found = POINTS.captures(&folded)?;
    found.get(1).or_else(|| found.get(2)).map(|points| points.as_str().to_owned())
}

/// The points in a header that says how a score is made: `得分(20分*执行率)` → `20`.
pub fn points_of_product(text: &str) -> Option<String> {
    static PRODUCT: LazyLock<Regex> = LazyLock::new(|| regex(r"[(\[]([0-9]{1,3}(?:\.[0-9]{1,4})?)分?[*×xX]"));
    PRODUCT.captures(&fold(text)).map(|found| found[1].to_owned())
}

/// A regular expression of ours; one with a mistake matches nothing, and the tests of its user show it.
pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| never())
}

/// The expression that matches nothing.
fn never() -> Regex {
    #[expect(clippy::expect_used, reason = "a constant pattern")]
    Regex::new(r"[^\s\S]").expect("valid")
}

/// Marks that no line of Chinese ends with, and that no line begins with.
pub const OPENING: &str = "（《〈“‘【「『〔";
/// See [`OPENING`].
pub const CLOSING: &str = "，。；：！？、）》〉”’】」』〕％%…";

/// Whether `c` is a Chinese character, or a radical that stands for one.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_to_fold_says_what_the_tables_say() {
        let quick = ('\0'..=char::MAX).filter(|c| folds_alone(*c).is_some() && !is_space(*c));
        for c in quick {
            // Beside a letter, so that a mark that joins it would show.
            for text in [format!("{c}"), format!("a{c}か"), format!("甲{c}{c}1")] {
                assert_eq!(fold(&text), fold_any(&text), "{c:?}");
            }
        }
        for text in ["か\u{3099}", "①２㎡…", "ﾊﾟ", "e\u{301}ﬁ", "( ５０ 分 )", "\u{1161}\u{1100}"]
        {
            assert_eq!(fold(text), fold_any(text));
        }
    }

    #[test]
    fn labels_fold_to_their_core() {
        for (label, key) in [
            ("项目资金\n（万元）", "项目资金"),
            ("年度资金\u{a0}总额：", "年度资金总额"),
            ("得分(20分*执行率)", "得分"),
            ("满 意 度 指 标 \n(10分 )", "满意度指标"),
            ("预算执行情况(万元)(20分)", "预算执行情况"),
            ("(2023年度)", "(2023年度)"),
            ("实施单位（盖章）：", "实施单位"),
            ("产出指标 50分", "产出指标"),
            ("产出指标（50分", "产出指标"),
            ("一、项目名称", "项目名称"),
            ("（三） 产出指标（50分）", "产出指标"),
            ("2.1 数量指标", "数量指标"),
            ("12．其他资金", "其他资金"),
            ("2023.年度", "2023.年度"),
            ("3.5%", "3.5%"),
            ("一级指标", "一级指标"),
            ("(一)", "(一)"),
            ("\u{202d}主管\u{200b}部门\u{202c}", "主管部门"),
            ("主管部⻔", "主管部门"),
            ("项⽬资⾦（万元）", "项目资金"),
        ] {
            assert_eq!(label_key(label), key);
        }
    }

    #[test]
    fn points_are_read_from_labels() {
        for (label, points) in [
            ("产出指标 (50分)", Some("50")),
            ("效益指标\n（３０ 分）", Some("30")),
            ("满意度指标", None),
            ("得分(20分*执行率)", None),
            ("成本指标【12.5分】", None),
            ("效益指标 30分", Some("30")),
            ("效益指标（30分", Some("30")),
            ("得分", None),
        ] {
            assert_eq!(points_in_label(label).as_deref(), points, "{label}");
        }
    }
}
