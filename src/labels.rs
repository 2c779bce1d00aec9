//! `templates/labels.toml` to lookups: which word, at which place, means which field.

mod file;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use self::file::{Likes, Ranked};
use crate::form::{FundingColumn, IndicatorColumn};
use crate::number::MoneyUnit;
use crate::text::{self, Wording};

/// A column of the indicator table as its header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableColumn {
    /// A column that is a field of its own.
    Field(IndicatorColumn),
    /// The operator of a target that is spread over three columns (指标性质).
    Operator,
    /// The unit of such a target (度量单位).
    Measure,
}

/// A label of the head: `项目名称` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadLabel {
    /// 项目名称
    Project,
    /// 主管部门
    Authority,
    /// 实施单位
    Unit,
    /// A label whose value is kept in `extra`.
    Other,
}

/// All words, ready to be looked up by [`text::label_key`].
#[derive(Debug)]
pub struct Labels {
    unit: Regex,
    unit_in_line: Regex,
    title: Regex,
    year: Regex,
    year_in_title: Regex,
    attachment: Regex,
    placeholder: Regex,
    not_applicable: Regex,
    page: Regex,
    goal_actual_like: Regex,
    grade: Vec<String>,
    group: Regex,
    label_like: Regex,
    no_reason: Regex,
    ticked: String,
    unticked: String,
    year_in_value: Regex,
    blank: Vec<String>,
    head: HashMap<String, Ranked<HeadLabel>>,
    funding_block: Vec<String>,
    funding_item_header: Vec<String>,
    funding_part: Vec<String>,
    funding: HashMap<String, Ranked<FundingColumn>>,
    funding_items: HashMap<String, String>,
    funding_total: String,
    goal_block: Vec<String>,
    goal_expected: Vec<String>,
    goal_actual: Vec<String>,
    indicator_block: Vec<String>,
    indicator: HashMap<String, Ranked<TableColumn>>,
    like_funding: Likes<FundingColumn>,
    like_indicator: Likes<TableColumn>,
    operator_header: String,
    nature: Vec<String>,
    beside: Vec<String>,
    level1: Vec<String>,
    level2: Vec<String>,
    total: Vec<String>,
    subtotal: Vec<String>,
    tail: Vec<String>,
    list_number: Vec<String>,
    list_name: Vec<String>,
}

/// Bytes of a word, at most.
const LONGEST_WORD: usize = 128;

/// The words that ship with the program.
pub fn labels() -> &'static Labels {
    static LABELS: LazyLock<Labels> = LazyLock::new(|| {
        let source = include_str!("../templates/labels.toml");
        #[expect(clippy::expect_used, reason = "shipped with the program and loaded by every test")]
        Labels::parse(source).expect("the shipped labels.toml is valid")
    });
    &LABELS
}

impl Labels {
    /// The unit of money that folded text names, and no more: `单位:人民币元`.
    pub fn unit(&self, folded: &str) -> Option<MoneyUnit> {
        let found = self.unit.captures(folded).filter(|_| folded.ends_with('元'));
        found.and_then(|found| MoneyUnit::named(&found[1]))
    }

    /// The unit of money in a line: `填报日期：2024年1月5日　金额单位：元（保留两位小数）`.
    pub fn unit_in_line(&self, text: &str) -> Option<MoneyUnit> {
        if !text.contains('元') {
            return None; // as most texts
        }
        let found = self.unit_in_line.captures(&text::half_width(text)).map(|found| found[1].to_owned());
        found.and_then(|unit| MoneyUnit::named(&unit))
    }

    /// Whether `text` is a form's title.
    pub fn is_title(&self, text: &(impl Wording + ?Sized)) -> bool {
        let folded = text.folded();
        folded.chars().count() <= 50 && (self.title.is_match(&folded) || self.title.is_match(&text.key()))
    }

    /// The year of a `(2023年度)` line.
    pub fn year(&self, text: &(impl Wording + ?Sized)) -> Option<String> {
        self.year.captures(&text.folded()).map(|found| in_digits(&found[1]))
    }

    /// The year inside a title; of two that of a budget (`2024年填报2023年度自评表`).
    pub fn year_in_title(&self, text: &(impl Wording + ?Sized)) -> Option<String> {
        let folded = text.folded();
        let mut years = self.year_in_title.captures_iter(&folded).peekable();
        let first = years.peek().map(|found| in_digits(&found[1]));
        let of_budget = years.find(|found| found[0].ends_with('度'));
        of_budget.map(|found| in_digits(&found[1])).or(first)
    }

    /// Whether `text` is `附件：`, `附2` and the like.
    pub fn is_attachment(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.attachment.is_match(&text.folded())
    }

    /// Whether `text` is what a template leaves to be overwritten: `指标2`, `……`.
    pub fn is_placeholder(&self, text: &str) -> bool {
        self.placeholder.is_match(&text::fold(text))
    }

    /// Whether `text` says that an indicator does not apply to the project.
    pub fn is_not_applicable(&self, text: &str) -> bool {
        self.not_applicable.is_match(&text::fold(text))
    }

    /// Whether `text` stands where a reason should and gives none (无, 同上).
    pub fn is_no_reason(&self, text: &str) -> bool {
        self.no_reason.is_match(&text::fold(text))
    }

    /// What `text` says: of words to choose from only the ticked ones (`☑达成 □部分达成` → `达成`).
    pub fn chosen<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let is_mark = |c: char| self.ticked.contains(c) || self.unticked.contains(c);
        let text = text::trim(text);
        if !text.contains(is_mark) {
            return text.into();
        }
        let words = text.split(is_mark);
        let behind = !text.starts_with(is_mark) && text.ends_with(is_mark);
        let marked = text.chars().filter(|c| is_mark(*c)).zip(words.skip(usize::from(!behind)));
        marked.filter(|(mark, _)| self.ticked.contains(*mark)).map(|(_, words)| words).collect()
    }

    /// Whether `text` stands in the column of operators but is none (定性).
    pub fn is_nature(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.nature, &text.key())
    }

    /// Whether `text` heads a column of the indicators that is known to be no field.
    pub fn is_beside(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.beside, &text.key())
    }

    /// How the column of operators is called (指标性质).
    pub fn operator_header(&self) -> &str {
        &self.operator_header
    }

    /// The first year that a value speaks of.
    pub fn year_in_value(&self, text: &str) -> Option<u16> {
        self.year_in_value.captures(&text::fold(text)).and_then(|found| found[1].parse().ok())
    }

    /// Whether `text` stands for an empty cell (`—`, `/`, `*`, `@@@`) or is empty.
    pub fn is_blank(&self, text: &(impl Wording + ?Sized)) -> bool {
        let folded = text.folded();
        folded.is_empty() || self.blank.iter().any(|blank| *blank == folded)
    }

    /// The head's label that `text` is.
    pub fn head(&self, text: &(impl Wording + ?Sized)) -> Option<HeadLabel> {
        self.ranked_head(&text.key()).map(|(label, _)| *label)
    }

    /// How many words of the head say more clearly than `key` what they are for.
    pub fn head_rank(&self, key: &str) -> usize {
        self.ranked_head(key).map_or(usize::MAX, |(_, rank)| *rank)
    }

    fn ranked_head(&self, key: &str) -> Option<&Ranked<HeadLabel>> {
        if may_be_word(key) { self.head.get(key) } else { None }
    }

    /// Whether `text` heads the funding block (`项目资金(万元)`).
    pub fn is_funding_block(&self, text: &(impl Wording + ?Sized)) -> bool {
        let key = text.key();
        has(&self.funding_block, &key) || without_unit(&key).is_some_and(|key| has(&self.funding_block, key))
    }

    /// Whether `text` heads the column of funding items.
    pub fn is_funding_item_header(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.funding_item_header, &text.key())
    }

    /// The funding column whose header `text` is.
    pub fn funding(&self, text: &(impl Wording + ?Sized)) -> Option<FundingColumn> {
        self.ranked_funding(&text.key()).map(|(column, _)| *column)
    }

    /// How many words say more clearly than `key` which funding column they head.
    pub fn funding_rank(&self, key: &str) -> usize {
        self.ranked_funding(key).map_or(usize::MAX, |(_, rank)| *rank)
    }

    fn ranked_funding(&self, key: &str) -> Option<&Ranked<FundingColumn>> {
        if !may_be_word(key) {
            return None;
        }
        let plain = without_year(key).unwrap_or(key);
        self.funding.get(key).or_else(|| self.funding.get(without_unit(plain).unwrap_or(plain)))
    }

    /// The canonical name of the funding item that `text` is (`其中：当年财政拨款` → `本年财政拨款`).
    pub fn funding_item(&self, text: &(impl Wording + ?Sized)) -> Option<&str> {
        self.funding_items.get(self.item_key(&text.key())).map(String::as_str)
    }

    /// Whether `text` is the item that adds up all others.
    pub fn is_funding_total(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.funding_item(text).is_some_and(|name| name == self.funding_total)
    }

    /// The canonical name of `text` as a funding item, its own folded words if it is not a known one.
    pub fn funding_item_name(&self, text: &str) -> String {
        self.funding_item(text).map_or_else(|| self.own_item_name(text), str::to_owned)
    }

    /// A funding item's own words, without `其中：`.
    pub fn own_item_name(&self, text: &str) -> String {
        self.item_key(&text::label_key(text)).to_owned()
    }

    /// An item without the `其中:` before it.
    fn item_key<'a>(&self, key: &'a str) -> &'a str {
        let rest = self.funding_part.iter().find_map(|word| key.strip_prefix(word.as_str()));
        rest.map_or(key, |rest| rest.trim_start_matches([':', ',', '、', '.']))
    }

    /// Whether `text` says that it is a part of the total: `其中：彩票公益金`.
    pub fn is_funding_part(&self, text: &(impl Wording + ?Sized)) -> bool {
        let folded = text.folded();
        self.funding_part.iter().any(|word| folded.starts_with(word.as_str()))
    }

    /// Whether `text` only says that parts of the total follow: `其中：`.
    pub fn is_above_parts(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.funding_part, &text.key())
    }

    /// Whether `text` heads the goals (`年度总体目标`).
    pub fn is_goal_block(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.goal_block, &text.key())
    }

    /// Whether `text` heads the expected goal.
    pub fn is_goal_expected(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.goal_expected, &text.key())
    }

    /// Whether `text` heads what was done for the goal.
    pub fn is_goal_actual(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.goal_actual, &text.key())
    }

    /// Whether `text` could head what was done for the goal, right of the header of what was expected.
    pub fn is_goal_actual_like(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.goal_actual_like.is_match(&text.key())
    }

    /// Whether `text` heads the indicators (`绩效指标`), numbered or not.
    pub fn is_indicator_block(&self, text: &(impl Wording + ?Sized)) -> bool {
        let key = text.key();
        self.indicator_block.iter().any(|word| word == key.trim_end_matches(|c: char| c.is_ascii_digit()))
    }

    /// The indicator column whose header `text` is.
    pub fn indicator(&self, text: &(impl Wording + ?Sized)) -> Option<TableColumn> {
        self.ranked_indicator(&text.key()).map(|(column, _)| *column)
    }

    /// How many words say more clearly than `key` which indicator column they head.
    pub fn indicator_rank(&self, key: &str) -> usize {
        self.ranked_indicator(key).map_or(usize::MAX, |(_, rank)| *rank)
    }

    fn ranked_indicator(&self, key: &str) -> Option<&Ranked<TableColumn>> {
        if !may_be_word(key) {
            return None;
        }
        self.indicator.get(key).or_else(|| self.indicator.get(without_year(key)?))
    }

    /// The column that a header of the funding could be which nobody listed, of those that are free; `key` is its
    /// [`text::label_key`].
    pub fn like_funding(&self, key: &str, is_free: impl Fn(FundingColumn) -> bool) -> Option<FundingColumn> {
        self.may_be_like(key).then(|| self.like_funding.column(key, is_free))?
    }

    /// The column that a header of the indicators could be which nobody listed, of those that are free; `key` is its
    /// [`text::label_key`].
    pub fn like_indicator(&self, key: &str, is_free: impl Fn(TableColumn) -> bool) -> Option<TableColumn> {
        self.may_be_like(key).then(|| self.like_indicator.column(key, is_free))?
    }

    fn may_be_like(&self, key: &str) -> bool {
        may_be_word(key) && !has(&self.beside, key) && !has(&self.level1, key) && !has(&self.level2, key)
    }

    /// Whether `text` is a level 1 word (`产出指标(50分)`).
    pub fn is_level1(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.level1, &text.key())
    }

    /// Whether `text` is a level 2 word (`数量指标`).
    pub fn is_level2(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.level2, &text.key())
    }

    /// Whether `text` heads the total row.
    pub fn is_total(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.total, &text.key())
    }

    /// Whether `text` heads a row that adds up some of the indicators: `小计`, `产出指标小计`.
    pub fn is_subtotal(&self, text: &(impl Wording + ?Sized)) -> bool {
        let key = text.key();
        let is_level = |level: &str| has(&self.level1, level) || has(&self.level2, level);
        self.subtotal
            .iter()
            .any(|word| key.strip_suffix(word).is_some_and(|level| level.is_empty() || is_level(level)))
    }

    /// Whether `text` looks like a label of the head that nobody listed: `项目级次`.
    pub fn is_label_like(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.label_like.is_match(&text.key())
    }

    /// Whether `text` is a word that people write for points: 满分, 二十.
    pub fn is_grade(&self, text: &(impl Wording + ?Sized)) -> bool {
        let folded = text.folded();
        let is_numeral = |c: char| "零〇一二三四五六七八九十百两".contains(c);
        let word = folded.strip_suffix('分').unwrap_or(&folded);
        has(&self.grade, &folded) || (!word.is_empty() && word.chars().all(is_numeral))
    }

    /// Whether `text` could gather the columns below it: 预算安排情况.
    pub fn is_group(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.group.is_match(&text.key())
    }

    /// Whether `text` numbers a printed page.
    pub fn is_page(&self, text: &(impl Wording + ?Sized)) -> bool {
        self.page.is_match(&text.folded())
    }

    /// Whether `text` is a label known to stand under a form, such as `填报人`.
    pub fn is_tail(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.tail, &text.key())
    }

    /// Whether `text` heads the numbers of a list of projects.
    pub fn is_list_number(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.list_number, &text.key())
    }

    /// Whether `text` heads the names of a list of projects.
    pub fn is_list_name(&self, text: &(impl Wording + ?Sized)) -> bool {
        has(&self.list_name, &text.key())
    }
}

/// A year in digits: `二〇二三` is 2023.
fn in_digits(year: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| match c {
        '零' | '○' | 'O' => Some(0),
        _ => DIGITS.chars().zip(0..).find_map(|(han, digit)| (han == c).then_some(digit)),
    };
    year.chars().map(|c| digit(c).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)).collect()
}

fn has(words: &[String], key: &str) -> bool {
    words.iter().any(|word| word == key)
}

/// Whether a key may be a word of the file: most cells are numbers or prose, and looking those up costs more than asking.
fn may_be_word(key: &str) -> bool {
    key.len() <= LONGEST_WORD && (!key.starts_with(|c: char| c.is_ascii_digit()) || key.contains('年'))
}

/// A header without the year before it: `2023年度指标值`.
fn without_year(key: &str) -> Option<&str> {
    let (year, rest) = key.split_at_checked(4)?;
    let rest = rest.strip_prefix('年').filter(|_| year.bytes().all(|digit| digit.is_ascii_digit()))?;
    Some(rest.strip_prefix('度').unwrap_or(rest))
}

/// A label of money without the unit behind it: `全年预算数/元`.
fn without_unit(key: &str) -> Option<&str> {
    let cores = MoneyUnit::ALL.iter().filter_map(|unit| key.strip_suffix(unit.name()));
    let core = cores.min_by_key(|core| core.len())?;
    let core = core.strip_suffix("人民币").unwrap_or(core).trim_end_matches(['/', ':', ',']);
    Some(core.strip_suffix("单位").unwrap_or(core))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_spaced() {
        let labels = labels();
        assert_eq!(labels.head("项 目\n名 称："), Some(HeadLabel::Project));
        assert_eq!(labels.funding("全年预算数\n（A）"), Some(FundingColumn::Budget));
        assert_eq!(labels.funding_item("其中：当年财 政拨款"), Some("本年财政拨款"));
        assert_eq!(labels.funding_item_name("其中：彩票公益金"), "彩票公益金");
        assert_eq!(labels.indicator("年度指标\u{3000}值"), Some(TableColumn::Field(IndicatorColumn::Target)));
        assert!(labels.is_level1("产出指标\n（50分）") && labels.is_level2("满意度指 标"));
        assert!(labels.is_indicator_block("年度绩效目标1(40分)"));
    }

    #[test]
    fn titles_years_and_attachments_are_told_apart() {
        let labels = labels();
        for title in
            ["项目支出绩效自评\u{a0}表", "2023年度项目支出绩效自评表", "部门预算项目支出绩效自评表（空表）"]
        {
            assert!(labels.is_title(title), "{title}");
        }
        for other in ["绩效自评清单", "自评表填报说明", "项目名称"] {
            assert!(!labels.is_title(other), "{other}");
        }
        for line in [
            "（ 2023 年度）",
            "2023年度)",
            "2023",
            "二〇二三年度",
            "（二○二三年）",
            "二零二三年度",
            "2023年1-12月",
            "（2023年1月至12月）",
            "(2023年度、单位:万元)",
            "（2023年度）（单位：万元）",
            "2023年度（自评）",
        ] {
            assert_eq!(labels.year(line).as_deref(), Some("2023"), "{line}");
        }
        for other in [
            "2023年12月",
            "2023年12月31日",
            "2023年1-6月",
            "二〇二三年十二月",
            "2023-2024年度",
            "2023年度全市工作总结",
            "（2022年度）2023年填报",
        ] {
            assert_eq!(labels.year(other), None, "{other}");
        }
        assert_eq!(labels.year_in_title("二〇二三年度项目支出绩效自评表").as_deref(), Some("2023"));
        assert_eq!(labels.year_in_title("2024年填报2023年度自评表").as_deref(), Some("2023"));
        assert_eq!(labels.year_in_title("2023年自评表（2024年填报）").as_deref(), Some("2023"));
        for line in ["注：本表金额单位均为元。", "金额单位为元", "资金均以元为单位填列"]
        {
            assert_eq!(labels.unit_in_line(line), Some(MoneyUnit::Yuan), "{line}");
        }
        assert_eq!(labels.unit_in_line("以元旦为单位"), None);
        for attachment in ["附件：", "附2", "附件 1-2", "附表三"] {
            assert!(labels.is_attachment(attachment), "{attachment}");
        }
        assert!(!labels.is_attachment("附近居民满意度"));
    }

    #[test]
    fn of_words_to_choose_from_the_ticked_count() {
        for (text, chosen) in [
            ("达成年度指标", "达成年度指标"),
            ("☑达成 □部分达成 □未达成", "达成 "),
            ("□达成□部分达成√未达成", "未达成"),
            ("达成□ 部分达成☑", " 部分达成"),
            ("程度：☐达成 ■部分达成", "部分达成"),
            ("□达成 □部分达成", ""),
        ] {
            assert_eq!(labels().chosen(text), chosen, "{text}");
        }
    }

    #[test]
    fn words_that_give_no_reason_are_none() {
        let labels = labels();
        for none in [
            "无",
            "无。",
            "无偏差",
            "无偏差原因",
            "没有偏差",
            "0",
            "同上",
            "见附件",
            "详见附件。",
            "√",
            "。",
            "……",
            "/",
        ] {
            assert!(labels.is_no_reason(none), "{none}");
        }
        for some in [
            "无法按期开工",
            "部分项目未验收",
            "0.5个月延期",
            "见附件说明的招标流标",
            "原因：流标",
            "无人报名",
            "原因",
        ] {
            assert!(!labels.is_no_reason(some), "{some}");
        }
    }
}
