//! The label file as it is written to words and patterns that are ready to be looked up.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::{HeadLabel, Labels, TableColumn};
use crate::form::{FundingColumn, IndicatorColumn};
use crate::text;

/// What a word means, and how many words of the file say the same more clearly.
pub(super) type Ranked<T> = (T, usize);

type Words = BTreeMap<String, Vec<String>>;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelFile {
    mark: Marks,
    head: Words,
    funding: Words,
    funding_item: Words,
    goal: Words,
    indicator: Words,
    like: Patterns,
    level: Words,
    total: Words,
    other: Words,
    list: Words,
}

/// Patterns of headers: for which column, and the expression.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    never: String,
    funding: Vec<(String, String)>,
    indicator: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    unit: String,
    unit_in_line: String,
    title: String,
    year: String,
    year_in_title: String,
    attachment: String,
    placeholder: String,
    not_applicable: String,
    page: String,
    goal_actual: String,
    grade: Vec<String>,
    group: String,
    label: String,
    no_reason: String,
    ticked: String,
    unticked: String,
    year_in_value: String,
    blank: Vec<String>,
}

impl Labels {
    /// Reads a label file.
    ///
    /// # Errors
    /// The TOML error or the bad pattern, with its line.
    pub fn parse(source: &str) -> Result<Self, String> {
        let mut file: LabelFile = toml::from_str(source).map_err(|e| e.to_string())?;
        let pattern = |p: &str| Regex::new(p).map_err(|e| e.to_string());
        Ok(Self {
            unit: pattern(&file.mark.unit)?,
            unit_in_line: pattern(&file.mark.unit_in_line)?,
            title: pattern(&file.mark.title)?,
            year: pattern(&file.mark.year)?,
            year_in_title: pattern(&file.mark.year_in_title)?,
            attachment: pattern(&file.mark.attachment)?,
            placeholder: pattern(&file.mark.placeholder)?,
            not_applicable: pattern(&file.mark.not_applicable)?,
            page: pattern(&file.mark.page)?,
            grade: std::mem::take(&mut file.mark.grade),
            group: pattern(&file.mark.group)?,
            goal_actual_like: pattern(&file.mark.goal_actual)?,
            label_like: pattern(&file.mark.label)?,
            no_reason: pattern(&file.mark.no_reason)?,
            ticked: std::mem::take(&mut file.mark.ticked),
            unticked: std::mem::take(&mut file.mark.unticked),
            year_in_value: pattern(&file.mark.year_in_value)?,
            blank: file.mark.blank.iter().map(|b| text::fold(b)).collect(),
            head: head_words(&mut file),
            funding_block: take(&mut file.funding, "block"),
            funding_part: take(&mut file.funding, "part"),
            funding_item_header: take(&mut file.funding, "item"),
            funding_total: first(&file.funding, "total"),
            funding: funding_words(&mut file.funding),
            funding_items: item_words(&file.funding_item),
            goal_block: take(&mut file.goal, "block"),
            goal_expected: take(&mut file.goal, "expected"),
            goal_actual: take(&mut file.goal, "actual"),
            indicator_block: take(&mut file.indicator, "block"),
            operator_header: first(&file.indicator, "operator"),
            nature: take(&mut file.indicator, "nature"),
            beside: take(&mut file.indicator, "beside"),
            indicator: indicator_words(&mut file.indicator),
            like_funding: Likes::new(
                &file.like.never,
                file.like.funding,
                &FundingColumn::ALL.map(|column| (column.key(), column)),
            )?,
            like_indicator: Likes::new(
                &file.like.never,
                file.like.indicator,
                &IndicatorColumn::ALL.map(|column| (column.key(), TableColumn::Field(column))),
            )?,
            level1: take(&mut file.level, "level1"),
            level2: take(&mut file.level, "level2"),
            total: take(&mut file.total, "label"),
            subtotal: take(&mut file.total, "subtotal"),
            tail: take(&mut file.other, "tail"),
            list_number: take(&mut file.list, "number"),
            list_name: take(&mut file.list, "name"),
        })
    }
}

/// Which column a header could be that nobody listed.
#[derive(Debug)]
pub(super) struct Likes<T> {
    /// What fits this is none of them.
    never: String,
    patterns: Vec<(T, String)>,
    /// The same, made when the first such header comes: few forms have one.
    ready: OnceLock<(Regex, Vec<(T, Regex)>)>,
}

impl<T: Copy> Likes<T> {
    fn new(never: &str, patterns: Vec<(String, String)>, columns: &[(&str, T)]) -> Result<Self, String> {
        let known = |(name, pattern): (String, String)| {
            let column = columns.iter().find(|(key, _)| *key == name).map(|(_, column)| *column);
            column.map(|column| (column, pattern)).ok_or_else(|| format!("no column is called {name}"))
        };
        let patterns = patterns.into_iter().map(known).collect::<Result<_, _>>()?;
        Ok(Self { never: never.to_owned(), patterns, ready: OnceLock::new() })
    }

    /// The free column of the first pattern that `key` fits.
    pub fn column(&self, key: &str, is_free: impl Fn(T) -> bool) -> Option<T> {
        let made = |(column, pattern): &(T, String)| (*column, text::regex(pattern));
        let ready = || (text::regex(&self.never), self.patterns.iter().map(made).collect());
        let (never, patterns) = self.ready.get_or_init(ready);
        let mut fitting =
            patterns.iter().filter(|(column, pattern)| is_free(*column) && pattern.is_match(key));
        fitting.next().filter(|_| !never.is_match(key)).map(|(column, _)| *column)
    }
}

fn take(words: &mut Words, name: &str) -> Vec<String> {
    words.remove(name).unwrap_or_default().iter().map(|word| text::label_key(word)).collect()
}

/// The word that is shown of several.
fn first(words: &Words, name: &str) -> String {
    words.get(name).and_then(|words| words.first()).cloned().unwrap_or_default()
}

fn spread<T: Copy>(words: &mut Words, kinds: &[(&str, T)]) -> HashMap<String, Ranked<T>> {
    let mut found = HashMap::new();
    for (name, kind) in kinds {
        found.extend(take(words, name).into_iter().zip(0..).map(|(word, rank)| (word, (*kind, rank))));
    }
    found
}

fn head_words(file: &mut LabelFile) -> HashMap<String, Ranked<HeadLabel>> {
    let mut found = spread(&mut file.other, &[("head", HeadLabel::Other)]);
    let kinds =
        [("project", HeadLabel::Project), ("authority", HeadLabel::Authority), ("unit", HeadLabel::Unit)];
    found.extend(spread(&mut file.head, &kinds));
    found
}

fn funding_words(words: &mut Words) -> HashMap<String, Ranked<FundingColumn>> {
    let kinds = FundingColumn::ALL.map(|column| (column.key(), column));
    spread(words, &kinds)
}

fn indicator_words(words: &mut Words) -> HashMap<String, Ranked<TableColumn>> {
    let mut kinds: Vec<_> =
        IndicatorColumn::ALL.iter().map(|column| (column.key(), TableColumn::Field(*column))).collect();
    kinds.extend([("operator", TableColumn::Operator), ("measure", TableColumn::Measure)]);
    spread(words, &kinds)
}

fn item_words(items: &Words) -> HashMap<String, String> {
    let pairs = items.iter().flat_map(|(name, words)| words.iter().map(move |word| (name, word)));
    pairs.map(|(name, word)| (text::label_key(word), name.clone())).collect()
}
