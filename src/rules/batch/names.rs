//! Names of forms to entries of a list: equal, else nearest, and the characters in which two differ.

use std::collections::HashMap;

use similar::{ChangeTag, TextDiff};

use crate::reader::ListedProject;
use crate::text;

/// Where a form's name stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// An entry of that name.
    Exact(usize),
    /// No entry of that name; the nearest of those that no form has.
    Nearest(usize),
    /// No entry that is like it.
    None,
}

impl Match {
    /// The entry.
    pub const fn entry(self) -> Option<usize> {
        match self {
            Self::Exact(entry) | Self::Nearest(entry) => Some(entry),
            Self::None => None,
        }
    }
}

/// The forms of a list matched with its entries.
#[derive(Debug)]
pub struct Matches {
    /// By form.
    pub members: Vec<Match>,
    present: Vec<bool>,
}

/// Names are told alike from here on, of 1.
const ALIKE: f32 = 0.5;
/// Names compared one with another at most: beyond, a list is so wrong that a nearest name helps nobody.
const COMPARISONS: usize = 1_000_000;

/// A name without white space, width of characters and shape of quotation marks.
pub fn key(name: &str) -> String {
    text::fold(name).replace(['“', '”', '„', '«', '»'], "\"").replace(['‘', '’'], "'")
}

impl Matches {
    /// Matches forms, given by the keys of their names, with `entries`: exactly, then each entry that is left with
    /// the name most like it.
    pub fn of(entries: &[ListedProject], names: impl Iterator<Item = Option<String>>) -> Self {
        let names: Vec<Option<String>> = names.collect();
        let listed: Vec<String> = entries.iter().map(|entry| key(&entry.name)).collect();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (entry, name) in listed.iter().enumerate().rev() {
            by_name.insert(name, entry);
        }
        let exact = |name: &Option<String>| by_name.get(name.as_deref()?).copied();
        let mut members: Vec<Match> =
            names.iter().map(|name| exact(name).map_or(Match::None, Match::Exact)).collect();
        let present: Vec<bool> = {
            let found: std::collections::HashSet<&str> = names.iter().flatten().map(String::as_str).collect();
            listed.iter().map(|name| found.contains(name.as_str())).collect()
        };
        for (member, entry) in nearest(&names, &listed, &members, &present) {
            if let Some(matched) = members.get_mut(member) {
                *matched = Match::Nearest(entry);
            }
        }
        Self { members, present }
    }

    /// Whether a form has exactly the name of the entry.
    pub fn is_present(&self, entry: usize) -> bool {
        self.present.get(entry).copied().unwrap_or_default()
    }
}

/// Pairs of a form and an entry that nothing matched, the likest first, each at most once.
fn nearest(
    names: &[Option<String>],
    listed: &[String],
    members: &[Match],
    present: &[bool],
) -> Vec<(usize, usize)> {
    let strange: Vec<(usize, &String)> = names
        .iter()
        .zip(members)
        .enumerate()
        .filter(|(_, (_, matched))| **matched == Match::None)
        .filter_map(|(i, (name, _))| Some((i, name.as_ref()?)))
        .collect();
    let free: Vec<(usize, &String)> =
        listed.iter().enumerate().filter(|(entry, _)| present.get(*entry) == Some(&false)).collect();
    if strange.len().saturating_mul(free.len()) > COMPARISONS {
        return Vec::new();
    }
    let mut pairs: Vec<(f32, usize, usize)> = strange
        .iter()
        .flat_map(|(member, name)| {
            free.iter().map(move |(entry, listed)| (likeness(name, listed), *member, *entry))
        })
        .filter(|(likeness, ..)| *likeness >= ALIKE)
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken, mut given) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    pairs.retain(|(_, member, entry)| {
        let is_free = !taken.contains(member) && !given.contains(entry);
        is_free && taken.insert(*member) && given.insert(*entry)
    });
    pairs.into_iter().map(|(_, member, entry)| (member, entry)).collect()
}

/// How alike two names are, 0 to 1.
fn likeness(a: &str, b: &str) -> f32 {
    TextDiff::from_chars(a, b).ratio()
}

/// Equal characters between two differences that are still told as one: 暖民心 and 暖心心 differ in “民心” and “心心”.
const JOINED: usize = 2;

/// In words, where the form's name differs from the listed one: `清单写“民心”，表上写“心心”`.
pub fn differences(listed: &str, name: &str) -> String {
    let (listed, name) = (key(listed), key(name));
    let diff = TextDiff::from_chars(listed.as_str(), name.as_str());
    let mut parts: Vec<(String, String)> = Vec::new();
    // Equal characters since the last difference; far from any at the start.
    let (mut equal, mut apart) = (String::new(), true);
    for change in diff.iter_all_changes() {
        if change.tag() == ChangeTag::Equal {
            equal.push_str(change.value());
            apart |= equal.chars().count() > JOINED;
            continue;
        }
        if std::mem::take(&mut apart) {
            parts.push(Default::default());
            equal.clear();
        }
        let Some((gone, come)) = parts.last_mut() else { continue };
        gone.push_str(&equal);
        come.push_str(&std::mem::take(&mut equal));
        let side = if change.tag() == ChangeTag::Delete { gone } else { come };
        side.push_str(change.value());
    }
    parts.iter().map(difference).collect::<Vec<_>>().join("；")
}

fn difference((gone, come): &(String, String)) -> String {
    match (gone.is_empty(), come.is_empty()) {
        (false, false) => format!("清单写“{gone}”，表上写“{come}”"),
        (false, true) => format!("表上少“{gone}”"),
        _ => format!("表上多“{come}”"),
    }
}

/// The positions in `numbers` outside its longest rising run (not necessarily of neighbours): the fewest that must
/// move for the rest to be in order.
pub fn outside_longest_rise(numbers: &[usize]) -> Vec<usize> {
    // Patience sorting: `tails` holds the position that ends the best run of each length.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (position, number) in numbers.iter().enumerate() {
        let length = tails.partition_point(|tail| numbers.get(*tail).is_some_and(|n| n < number));
        before.push(length.checked_sub(1).and_then(|shorter| tails.get(shorter).copied()));
        match tails.get_mut(length) {
            Some(tail) => *tail = position,
            None => tails.push(position),
        }
    }
    let mut rising = vec![false; numbers.len()];
    let mut next = tails.last().copied();
    while let Some(position) = next {
        if let Some(mark) = rising.get_mut(position) {
            *mark = true;
        }
        next = before.get(position).copied().flatten();
    }
    (0..numbers.len()).filter(|position| rising.get(*position) == Some(&false)).collect()
}
