//! A field's text as typed to as meant, by kind of text, with the kinds of change that were made.

use std::sync::LazyLock;

use regex::Regex;

use super::breaks::by_value;
use super::{is_han, is_invisible, is_space, regex, trim};

/// What kind of text a field holds: each has its own idea of what may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word of the form itself: white space and printed points mean nothing.
    Label,
    /// A project's or body's name: never respelt, only laid straight.
    Name,
    /// The name of an indicator.
    IndicatorName,
    /// A target or completed value.
    Value,
    /// Goals and reasons: Chinese prose.
    Prose,
}

/// A kind of change that normalising makes; each is a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Tags and entities of a web page taken out.
    Markup,
    /// Full-width digits, letters and signs of a value made half width, operators given their one spelling.
    FullWidth,
    /// White space taken out beside Chinese characters, operators and numbers.
    StraySpace,
    /// 百分比, 百分率, 千分率 written as signs.
    UnitSpelling,
    /// Half-width punctuation between Chinese words made full width.
    HalfWidthPunctuation,
}

/// Text as meant, and what was changed to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal {
    /// The text as meant.
    pub text: String,
    /// The kinds of change, each once, in the order they were made.
    pub changes: Vec<Change>,
}

impl Normal {
    /// Makes one step; notes it if it changed anything.
    fn step(mut self, change: Change, step: impl Fn(&str) -> String) -> Self {
        let text = step(&self.text);
        if text != self.text {
            self.changes.push(change);
            self.text = text;
        }
        self
    }
}

/// Normalises `typed` as text of that `kind`. Normalising twice is the same as once.
pub fn normalise(kind: Kind, typed: &str) -> Normal {
    if is_normal(kind, typed) {
        return Normal { text: typed.to_owned(), changes: Vec::new() };
    }
    let start = Normal { text: trim(typed).replace("\r\n", "\n").replace('\r', "\n"), changes: Vec::new() };
    stepwise(kind, start)
}

/// Whether a text is made only of what no step changes, as most texts are: saves taking the steps.
fn is_normal(kind: Kind, text: &str) -> bool {
    let settled = |c: char| {
        is_han(c)
            || c.is_ascii_alphanumeric()
            || matches!(c, '.' | '%' | '≥' | '≤' | '，' | '。' | '、' | '；' | '“' | '”')
    };
    let may_be_sign = kind == Kind::Value && text.contains('分'); // 百分比
    kind != Kind::Label && !may_be_sign && text.strip_prefix('=').unwrap_or(text).chars().all(settled)
}

fn stepwise(kind: Kind, start: Normal) -> Normal {
    match kind {
        Kind::Label => Normal { text: canonical_label(&start.text), changes: Vec::new() },
        Kind::Name => start.step(Change::StraySpace, without_stray_space),
        Kind::IndicatorName => {
            start.step(Change::Markup, without_markup).step(Change::StraySpace, without_stray_space)
        }
        Kind::Value => start
            .step(Change::Markup, without_markup)
            .step(Change::FullWidth, |text| each_line(text, half_width_value))
            .step(Change::StraySpace, |text| by_value(text, without_stray_space))
            .step(Change::UnitSpelling, |text| each_line(text, percent_signs)),
        Kind::Prose => start
            .step(Change::Markup, without_markup)
            .step(Change::StraySpace, |text| by_line(text, without_stray_space))
            .step(Change::HalfWidthPunctuation, full_width_punctuation),
    }
}

/// A level or item word without white space, printed points and the number before it.
fn canonical_label(text: &str) -> String {
    static POINTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"[(（\[][0-9０-９]{1,3}([.．][0-9０-９]+)?分?[)）\]]|[(（\[]?[0-9０-９]{1,3}([.．][0-9０-９]+)?分$",
        )
    });
    let squeezed = super::squeeze(text);
    if squeezed.chars().all(is_han) && !squeezed.ends_with('分') {
        return squeezed; // as most labels
    }
    let label = POINTS.replace_all(&squeezed, "");
    without_ordinal(label.trim_end_matches([':', '：']))
}

/// `label` without the number before it.
fn without_ordinal(label: &str) -> String {
    let folded = super::fold(label);
    // Where a character folds to several, what is cut off is not known to the character.
    let same = folded.chars().count() == label.chars().count();
    let ordinal = folded.get(..super::ordinal(&folded)).map_or(0, |ordinal| ordinal.chars().count());
    label.chars().skip(if same { ordinal } else { 0 }).collect()
}

/// Takes out the tags and entities that web editors leave; `<br>` and paragraph ends become line breaks.
fn without_markup(text: &str) -> String {
    static BREAK: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i-u)<br[ \t\r\n]*/?>|</(?:p|div|li|tr)[ \t\r\n]*>"));
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"</?(?i-u:p|br|div|span|font|b|i|u|em|strong|a|ul|ol|li|table|tbody|tr|td|th|h[1-6]|sup|sub|o:p)(?:[ \t\r\n][^<>]*)?/?>",
        )
    });
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let broken = BREAK.replace_all(text, "\n");
    trim(&decode_entities(&TAG.replace_all(&broken, ""))).to_owned()
}

/// The entities that appear in practice; anything else that begins with `&` is left as it is.
fn decode_entities(text: &str) -> String {
    const ENTITIES: [(&str, &str); 9] = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&ge;", "≥"),
        ("&le;", "≤"),
        ("&amp;", "&"), // last, so that `&amp;lt;` is decoded once only
    ];
    ENTITIES.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

/// Does each line of `text` by itself.
fn each_line(text: &str, step: impl Fn(&str) -> String) -> String {
    text.split('\n').map(step).collect::<Vec<_>>().join("\n")
}

/// Does each line of `text` by itself: line breaks are the writer's paragraphs.
fn by_line(text: &str, step: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| step(trim(line))).collect::<Vec<_>>().join("\n")
}

/// Takes out white space that stands beside a Chinese character, a mark or an operator; between Latin letters
/// and digits (`2 N`, `Windows 10`) it stays, one space wide. What has no width goes wherever it stands.
fn without_stray_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if is_space(c) {
            gap |= !is_invisible(c);
            continue;
        }
        if gap && out.chars().next_back().is_some_and(keeps_space) && keeps_space(c) {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// Whether a space beside `c` may be meant.
fn keeps_space(c: char) -> bool {
    !(is_han(c) || is_chinese_mark(c) || is_operator(c))
}

fn is_operator(c: char) -> bool {
    matches!(c, '≥' | '≤' | '=' | '>' | '<' | '≧' | '≦' | '＝' | '＞' | '＜' | '﹦' | '%' | '％' | '‰')
}

fn is_chinese_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '；'
            | '：'
            | '？'
            | '！'
            | '、'
            | '（'
            | '）'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '《'
            | '》'
            | '【'
            | '】'
            | '—'
            | '…'
            | '·'
    )
}

/// Digits, letters, operators and signs of a value in half width; Chinese punctuation stays.
fn half_width_value(text: &str) -> String {
    static OPERATOR: LazyLock<Regex> = LazyLock::new(|| regex(r"^ *(> *=|= *>|≧|⩾|≥|< *=|= *<|≦|⩽|≤|==|=)"));
    let narrow: String = text.chars().map(half_width_sign).collect();
    let Some(found) = OPERATOR.find(&narrow) else { return narrow };
    let sign = match found.as_str() {
        s if s.contains(['>', '≧', '⩾', '≥']) => "≥",
        s if s.contains(['<', '≦', '⩽', '≤']) => "≤",
        _ => "=",
    };
    format!("{sign}{}", &narrow[found.end()..])
}

/// A full-width sign of numbers in half width; `，` `（` and the like belong to words and stay.
fn half_width_sign(c: char) -> char {
    match c {
        '０'..='９'
        | 'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '＝'
        | '＞'
        | '＜'
        | '％'
        | '．'
        | '＋'
        | '－'
        | '／'
        | '＊' => super::half_width_char(c),
        '﹦' => '=',
        '﹥' => '>',
        '﹤' => '<',
        other => other,
    }
}

/// A quantity's 百分比, 百分率, 千分率 as signs; words are left alone.
fn percent_signs(text: &str) -> String {
    static PERCENT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^((?:[≥≤=<>]|[\u{4e00}-\u{9fff}]{1,4})? *-?[0-9,.]+) *(百分比|百分率|百分点|千分率|千分比)((?:以上|以下|以内|及以上|及以下)?)$",
        )
    });
    PERCENT
        .replace(text, |found: &regex::Captures<'_>| {
            let sign = if found[2].starts_with('千') { "‰" } else { "%" };
            format!("{}{sign}{}", &found[1], &found[3])
        })
        .into_owned()
}

/// `,` `;` `:` `?` `!` after a Chinese character as their full-width forms.
fn full_width_punctuation(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = out.chars().next_back();
        let chinese_before = before.is_some_and(|b| is_han(b) || is_chinese_mark(b));
        let latin_after = chars.peek().is_some_and(|n| n.is_ascii_alphanumeric() || *n == '/');
        let chinese = chinese_before && !(latin_after && c == ':');
        out.push(if chinese { full_width_mark(c) } else { c });
    }
    out
}

fn full_width_mark(c: char) -> char {
    match c {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '?' => '？',
        '!' => '！',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(kind: Kind, typed: &str, meant: &str, changes: &[Change]) {
        let normal = normalise(kind, typed);
        assert_eq!((normal.text.as_str(), normal.changes.as_slice()), (meant, changes), "{typed}");
        assert_eq!(
            normalise(kind, meant),
            Normal { text: meant.to_owned(), changes: Vec::new() },
            "twice: {typed}"
        );
    }

    #[test]
    fn values() {
        use Change::{FullWidth, Markup, StraySpace, UnitSpelling};
        case(Kind::Value, "≥3个", "≥3个", &[]);
        case(Kind::Value, "=257000 元", "=257000元", &[StraySpace]);
        case(Kind::Value, "= 313338300", "=313338300", &[StraySpace]);
        case(Kind::Value, "＞＝９５％", "≥95%", &[FullWidth]);
        case(Kind::Value, "﹦100百分率", "=100%", &[FullWidth, UnitSpelling]);
        case(Kind::Value, "≧ 4千分率", "≥4‰", &[FullWidth, StraySpace, UnitSpelling]);
        case(Kind::Value, "全年１１０００人次", "全年11000人次", &[FullWidth]);
        case(Kind::Value, "文件规定，正常（见附件）", "文件规定，正常（见附件）", &[]);
        case(Kind::Value, "主城区范\n围", "主城区范围", &[StraySpace]);
        case(Kind::Value, "≥\u{202d}2\u{200b}10\u{202c}人", "≥210人", &[StraySpace]);
        case(Kind::Value, "≥200人\n≥4次", "≥200人\n≥4次", &[]);
        case(Kind::Value, "＞＝２ 人 \n ＞＝4百分率", "≥2人\n≥4%", &[FullWidth, StraySpace, UnitSpelling]);
        case(Kind::Value, "210\n4", "210\n4", &[]);
        case(Kind::Value, "2023年12月\n31日前", "2023年12月31日前", &[StraySpace]);
        case(Kind::Value, "<p>合规</p>", "合规", &[Markup]);
        case(Kind::Value, "<5天", "<5天", &[]);
        case(Kind::Value, "Windows 10 台", "Windows 10台", &[StraySpace]);
        case(Kind::Value, "按百分比支付", "按百分比支付", &[]);
    }

    #[test]
    fn prose() {
        use Change::{HalfWidthPunctuation, Markup, StraySpace};
        case(Kind::Prose, "<p>一。</p><p>二&nbsp;三</p>", "一。\n二三", &[Markup, StraySpace]);
        case(Kind::Prose, "目标,贯彻;完成:好", "目标，贯彻；完成：好", &[HalfWidthPunctuation]);
        case(Kind::Prose, "支出1,234.5元，见http://a.cn", "支出1,234.5元，见http://a.cn", &[]);
        case(Kind::Prose, "约 20元 / 人", "约20元/人", &[StraySpace]);
        case(Kind::Prose, "第一段\n\n第二段", "第一段\n\n第二段", &[]);
        case(Kind::Prose, "１、实现２０２３年目标", "１、实现２０２３年目标", &[]);
    }

    #[test]
    fn what_is_taken_for_normal_would_not_be_changed() {
        let signs: Vec<char> = "=≥≤.%，。、；“”5aB分百千率".chars().collect();
        let mut texts: Vec<String> = signs.iter().map(char::to_string).collect();
        for _ in 0..3 {
            let longer = texts.iter().flat_map(|text| signs.iter().map(move |sign| format!("{text}{sign}")));
            texts = texts.iter().cloned().chain(longer).take(9000).collect();
        }
        for kind in [Kind::Name, Kind::IndicatorName, Kind::Value, Kind::Prose] {
            let taken = texts.iter().filter(|text| is_normal(kind, text));
            for text in taken {
                let start = Normal { text: text.clone(), changes: Vec::new() };
                assert_eq!(stepwise(kind, start.clone()), start);
            }
        }
    }

    #[test]
    fn names_and_labels() {
        case(Kind::Name, "人社 局(本级) A B", "人社局(本级) A B", &[Change::StraySpace]);
        case(Kind::Name, "\u{2066}人社局\u{2069}A\u{ad}B", "人社局AB", &[Change::StraySpace]);
        case(Kind::IndicatorName, "完成“2 N”主题招聘会", "完成“2 N”主题招聘会", &[]);
        case(Kind::Label, "产出指标\n（50 分）", "产出指标", &[]);
        case(Kind::Label, "其他指标（补充）", "其他指标（补充）", &[]);
    }
}
