//! The forms of a batch to findings across them: against the bureau's list (清单), and against each other.

mod names;

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::form::{Field, Form};
use crate::grid::CellRef;
use crate::layout::Layout;
use crate::reader::ListedProject;
use crate::text;

use super::{Check, Promise, RULES, Rule};

/// What a batch keeps of a form: a small record, so that a hundred thousand forms fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// 项目名称
    pub project: Named,
    /// 主管部门, its code and name.
    pub authority: Named,
    /// 实施单位, its code and name.
    pub unit: Option<String>,
    /// The year.
    pub year: Named,
    /// The file and sheet, by which a message names the form.
    pub place: String,
    /// The list that governs it, by its place in [`Batch::lists`].
    pub list: Option<usize>,
    /// Whether that list stands in the form's own file, so that their orders can be compared.
    pub beside_list: bool,
}

/// A text with the cell it stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The text as understood; `None` if blank or unreadable.
    pub text: Option<String>,
    /// The cell, for a finding.
    pub cell: Option<CellRef>,
}

impl Member {
    /// The record of a form that stands at `place`.
    pub fn of(form: &Form, layout: &Layout, place: String) -> Self {
        let named = |field, text: Option<String>| Named { text, cell: layout.cell(field) };
        Self {
            project: named(Field::Project, form.project.value().cloned()),
            authority: named(Field::Authority, form.authority.value().map(ToString::to_string)),
            unit: form.unit.value().map(ToString::to_string),
            year: named(Field::Year, form.year.get().map(|year| year.to_string())),
            place,
            list: None,
            beside_list: false,
        }
    }

    /// Names are compared without white space and width of characters.
    fn key(&self) -> Option<String> {
        self.project.text.as_deref().map(names::key)
    }
}

/// The forms of a run and the lists they are held to.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The forms, in reading order.
    pub members: Vec<Member>,
    /// The lists, each with its entries.
    pub lists: Vec<Vec<ListedProject>>,
}

/// A finding across forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Across {
    /// What it is about.
    pub about: About,
    /// The field of the form.
    pub field: Option<Field>,
    /// Where, what, what to do.
    pub message: String,
}

/// What a finding across forms is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A form, by its place in [`Batch::members`].
    Member(usize),
    /// An entry of a list: the list's place in [`Batch::lists`], and the entry's in it.
    Listed(usize, usize),
}

impl Batch {
    /// Everything that is wrong across the forms, rule by rule.
    pub fn check(&self) -> Vec<(About, Diagnostic)> {
        RULES.into_iter().flat_map(|rule| self.run(rule)).collect()
    }

    fn run(&self, rule: &'static Rule) -> Vec<(About, Diagnostic)> {
        let Check::Batch(check) = rule.check else { return Vec::new() };
        let found = check(self).into_iter();
        found.map(|across| (across.about, self.diagnostic(rule, across))).collect()
    }

    fn diagnostic(&self, rule: &'static Rule, across: Across) -> Diagnostic {
        Diagnostic {
            code: rule.code,
            name: rule.name,
            severity: rule.severity,
            cell: self.cell(across.about, across.field),
            field: across.field,
            message: across.message,
            fix: None,
        }
    }

    fn cell(&self, about: About, field: Option<Field>) -> Option<CellRef> {
        let member = match about {
            About::Listed(list, entry) => return Some(self.entry(list, entry)?.cell),
            About::Member(member) => self.members.get(member)?,
        };
        match field? {
            Field::Authority => member.authority.cell,
            Field::Year => member.year.cell,
            _ => member.project.cell,
        }
    }

    /// An entry of a list.
    pub fn entry(&self, list: usize, entry: usize) -> Option<&ListedProject> {
        self.lists.get(list)?.get(entry)
    }

    /// Each list with the forms that it governs; none that governs no form.
    fn governed(&self) -> Vec<Governed<'_>> {
        let mut members: Vec<Vec<(usize, &Member)>> = vec![Vec::new(); self.lists.len()];
        for (index, member) in self.members.iter().enumerate() {
            if let Some(of_list) = member.list.and_then(|list| members.get_mut(list)) {
                of_list.push((index, member));
            }
        }
        let all = self.lists.iter().zip(members).enumerate();
        all.filter(|(_, (_, members))| !members.is_empty())
            .map(|(list, (entries, members))| Governed { list, entries, members })
            .collect()
    }
}

/// A list and its forms.
struct Governed<'a> {
    list: usize,
    entries: &'a [ListedProject],
    members: Vec<(usize, &'a Member)>,
}

impl Governed<'_> {
    fn matches(&self) -> names::Matches {
        names::Matches::of(self.entries, self.members.iter().map(|(_, member)| member.key()))
    }
}

/// B01
pub const NAME_NOT_IN_LIST: Rule = Rule {
    code: "B01",
    name: "name-not-in-list",
    severity: Severity::Error,
    fix: Promise::None,
    title: "项目名称与清单不一致",
    why: "财政部门按清单逐个核对项目，名称差一个字就对不上，会被当成漏报。",
    example: "清单第 7 项是“就业促进暖民心行动工作经费”，表上写成“暖心心”。",
    todo: "请对照清单改正项目名称；清单有误的改清单。",
    source: "随表报送的自评清单",
    check: Check::Batch(name_not_in_list),
};

fn name_not_in_list(batch: &Batch) -> Vec<Across> {
    batch.governed().iter().flat_map(names_not_in).collect()
}

fn names_not_in(governed: &Governed<'_>) -> Vec<Across> {
    let found = governed.matches();
    let strange = governed.members.iter().zip(found.members).filter(|((_, member), matched)| {
        member.project.text.is_some() && !matches!(matched, names::Match::Exact(_))
    });
    strange
        .map(|((index, member), matched)| Across {
            about: About::Member(*index),
            field: Some(Field::Project),
            message: strange_name(
                member.project.text.as_deref().unwrap_or_default(),
                governed.entries,
                matched,
            ),
        })
        .collect()
}

/// What to say of a name that no entry has.
fn strange_name(name: &str, entries: &[ListedProject], matched: names::Match) -> String {
    let names::Match::Nearest(entry) = matched else {
        return "清单里没有这个项目，也没有相近的名称，请核对名称，或确认是否应当报送".to_owned();
    };
    let Some(listed) = entries.get(entry) else { return String::new() };
    let differences = names::differences(&listed.name, name);
    format!(
        "与清单第 {} 项“{}”不一致：{differences}，请核对后改成一致",
        listed.number,
        text::trim(&listed.name)
    )
}

/// B02
pub const LISTED_BUT_ABSENT: Rule = Rule {
    code: "B02",
    name: "listed-but-absent",
    severity: Severity::Error,
    fix: Promise::None,
    title: "清单上的项目没有自评表",
    why: "清单上的每个项目都要报送一张自评表，缺一张整批都会被退回。",
    example: "清单第 16 项没有名称一致的自评表。",
    todo: "请补报这个项目的自评表，或改正自评表上的项目名称。",
    source: "随表报送的自评清单",
    check: Check::Batch(listed_but_absent),
};

fn listed_but_absent(batch: &Batch) -> Vec<Across> {
    batch.governed().iter().flat_map(absent_from).collect()
}

/// Entries without a form; none where the list governs no form at all.
fn absent_from(governed: &Governed<'_>) -> Vec<Across> {
    let Governed { list, entries, members } = governed;
    let found = governed.matches();
    let near = |entry| found.members.iter().position(|matched| *matched == names::Match::Nearest(entry));
    let absent = (0..).zip(*entries).filter(|(entry, _)| !found.is_present(*entry));
    absent
        .map(|(entry, listed)| Across {
            about: About::Listed(*list, entry),
            field: None,
            message: absent_name(listed, near(entry).and_then(|m| members.get(m)).map(|(_, member)| *member)),
        })
        .collect()
}

fn absent_name(listed: &ListedProject, near: Option<&Member>) -> String {
    let name = text::trim(&listed.name);
    let told = format!("清单第 {} 项“{name}”没有名称一致的自评表", listed.number);
    match near {
        Some(member) => {
            let name = member.project.text.as_deref().unwrap_or_default();
            format!("{told}；自评表里有相近的“{name}”（见 B01），请核对")
        }
        None => format!("{told}，请补报"),
    }
}

/// B03
pub const DUPLICATE_PROJECT: Rule = Rule {
    code: "B03",
    name: "duplicate-project",
    severity: Severity::Error,
    fix: Promise::None,
    title: "同一项目报送了两次",
    why: "同一单位同一年度的一个项目只应有一张自评表；重复的会被重复汇总。",
    example: "同一个项目在两个文件里各有一张表。",
    todo: "请确认哪一张有效，删去另一张。",
    source: "自评表逐项检查",
    check: Check::Batch(duplicate_project),
};

fn duplicate_project(batch: &Batch) -> Vec<Across> {
    let mut same: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, member) in batch.members.iter().enumerate() {
        let body = member.unit.as_ref().or(member.authority.text.as_ref()).map(|name| text::fold(name));
        if let Some(name) = member.key() {
            same.entry((name, body, member.year.text.clone())).or_default().push(index);
        }
    }
    let mut found: Vec<Across> =
        same.values().filter(|all| all.len() > 1).flat_map(|all| duplicates(batch, all)).collect();
    found.sort_by_key(|across| match across.about {
        About::Member(member) | About::Listed(_, member) => member,
    });
    found
}

/// Each of these forms points to the first of the others.
fn duplicates<'a>(batch: &'a Batch, all: &'a [usize]) -> impl Iterator<Item = Across> + 'a {
    let place = |index: &usize| batch.members.get(*index).map_or("", |member| member.place.as_str());
    all.iter().map(move |index| {
        let other = all.iter().find(|other| *other != index).map_or("", place);
        let more = if all.len() > 2 { format!("等 {} 张", all.len() - 1) } else { String::new() };
        Across {
            about: About::Member(*index),
            field: Some(Field::Project),
            message: format!("与 {other}{more} 的项目重复，请确认哪一张有效，删去其余的"),
        }
    })
}

/// B04
pub const AUTHORITY_DIFFERS: Rule = Rule {
    code: "B04",
    name: "authority-differs",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "主管部门与其他表不同",
    why: "一批表几乎都属于同一个主管部门，单独一张不同的，多半是复制时没有改。",
    example: "27 张表里 26 张写人力资源和社会保障局，1 张写财政局。",
    todo: "请核对主管部门；确实不同的不用改。",
    source: "自评表逐项检查",
    check: Check::Batch(authority_differs),
};

fn authority_differs(batch: &Batch) -> Vec<Across> {
    odd_ones(batch, Field::Authority, |member| &member.authority)
}

/// B05
pub const YEAR_DIFFERS: Rule = Rule {
    code: "B05",
    name: "year-differs",
    severity: Severity::Warning,
    fix: Promise::None,
    title: "年度与其他表不同",
    why: "一批表报的是同一个年度，单独一张不同的，多半是用了去年的表没有改。",
    example: "其他表都是 2023 年度，这一张是 2022 年度。",
    todo: "请核对年度；确实不同的不用改。",
    source: "自评表逐项检查",
    check: Check::Batch(year_differs),
};

fn year_differs(batch: &Batch) -> Vec<Across> {
    odd_ones(batch, Field::Year, |member| &member.year)
}

/// Fewer others say nothing about what is usual.
const LEAST_OTHERS: usize = 3;
/// The share of the others that must agree, as a fraction: four of five.
const NEARLY_ALL: (usize, usize) = (4, 5);

/// The forms that differ in a text from nearly all others.
fn odd_ones(batch: &Batch, field: Field, of: impl Fn(&Member) -> &Named) -> Vec<Across> {
    let texts = || batch.members.iter().enumerate().filter_map(|(i, m)| Some((i, of(m).text.as_ref()?)));
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (_, text) in texts() {
        *counts.entry(text::fold(text)).or_default() += 1;
    }
    let Some((usual, count)) = counts.iter().max_by_key(|(text, count)| (**count, std::cmp::Reverse(*text)))
    else {
        return Vec::new();
    };
    let others = counts.values().sum::<usize>() - 1;
    if others < LEAST_OTHERS || count * NEARLY_ALL.1 < others * NEARLY_ALL.0 {
        return Vec::new();
    }
    let shown = texts().find(|(_, text)| text::fold(text) == *usual).map_or("", |(_, text)| text.as_str());
    texts()
        .filter(|(_, text)| text::fold(text) != *usual)
        .map(|(index, text)| Across {
            about: About::Member(index),
            field: Some(field),
            message: format!("{}是“{text}”，同一批的 {count} 张表是“{shown}”，请核对", field.name()),
        })
        .collect()
}

/// B06
pub const ORDER_DIFFERS: Rule = Rule {
    code: "B06",
    name: "order-differs",
    severity: Severity::Info,
    fix: Promise::None,
    title: "表的顺序与清单不同",
    why: "清单和表装订在一起，顺序一致才便于核对。",
    example: "清单第 5 项的表排在第 9 项的表后面。",
    todo: "请按清单的顺序排列；不影响分数。",
    source: "随表报送的自评清单",
    check: Check::Batch(order_differs),
};

/// Only forms that stand in one file with their list have an order of their own.
fn order_differs(batch: &Batch) -> Vec<Across> {
    batch.governed().iter().flat_map(out_of_order).collect()
}

fn out_of_order(governed: &Governed<'_>) -> Vec<Across> {
    let Governed { entries, members, .. } = governed;
    let found = governed.matches();
    let placed: Vec<(usize, usize)> = members
        .iter()
        .zip(&found.members)
        .filter(|((_, member), _)| member.beside_list)
        .filter_map(|((index, _), matched)| Some((*index, matched.entry()?)))
        .collect();
    let stray = names::outside_longest_rise(&placed.iter().map(|(_, entry)| *entry).collect::<Vec<_>>());
    let stray = stray.into_iter().filter_map(|position| placed.get(position));
    stray
        .filter_map(|(index, entry)| {
            let number = &entries.get(*entry)?.number;
            Some(Across {
                about: About::Member(*index),
                field: Some(Field::Project),
                message: format!("是清单第 {number} 项，没有排在清单的位置上，请按清单的顺序排列"),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
