//! The rows of a sheet to its forms: where each begins and ends, side by side or one under another.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::form::FundingColumn;
use crate::form::IndicatorColumn::{Level1, Level2, Level3, Target};
use crate::grid::{CellRef, Grid};
use crate::labels::{HeadLabel, Labels, TableColumn};
use crate::text::{Keyed, Wording};

use super::token::{self, Token, TokenRow};

/// A row of the bureau's list of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProject {
    /// 序号 as typed.
    pub number: String,
    /// 项目名称 as typed.
    pub name: String,
    /// 主管部门 as typed, where the list has such a column.
    pub authority: Option<String>,
    /// 实施单位 as typed, where the list has such a column.
    pub unit: Option<String>,
    /// The sheet it stands on; `None` for text.
    pub sheet: Option<String>,
    /// The cell of the name.
    pub cell: CellRef,
}

/// The parts of a sheet.
#[derive(Debug, Default)]
pub struct Segments<'a> {
    /// The rows of each form, in reading order.
    pub forms: Vec<Vec<TokenRow<'a>>>,
    /// The bureau's list, if one stands on the sheet.
    pub list: Vec<ListedProject>,
}

/// Finds the forms of a sheet and its list.
pub fn split<'a>(grid: &'a Grid, labels: &Labels) -> Segments<'a> {
    let mut found = Segments::default();
    for band in bands(grid, labels) {
        let rows = token::rows(grid, band.start, band.end);
        split_band(rows, labels, &mut found);
    }
    for entry in &mut found.list {
        entry.sheet.clone_from(&grid.sheet);
    }
    found
}

/// Ranges of columns: a sheet with two forms side by side has two.
fn bands(grid: &Grid, labels: &Labels) -> Vec<Range<u32>> {
    let mut cuts: Vec<u32> = Vec::new();
    for row in token::rows(grid, 0, u32::MAX).iter().filter(|row| !token::is_list_header(row, labels)) {
        let is_project = |text: &Keyed| labels.head(text) == Some(HeadLabel::Project);
        let places: Vec<usize> = (0..row.tokens.len())
            .filter(|i| row.tokens.get(*i).is_some_and(|t| is_project(&t.text)))
            .collect();
        // Label cells next to each other are one merged label whose value was repeated, not two forms.
        let apart = places.windows(2).filter(|pair| matches!(pair, [a, b] if b - a > 1));
        cuts.extend(apart.filter_map(|pair| row.tokens.get(*pair.last()?).map(token::Token::col)));
    }
    cuts.sort_unstable();
    cuts.dedup();
    // Somebody's note that says 项目名称 parts nothing.
    let holds_form = |start: u32, end: u32| {
        let rows = token::rows(grid, start, end);
        rows.iter().map(|row| Marks::of(row, labels)).fold(Marks::default(), Marks::join).is_form()
    };
    let (mut bands, mut start) = (Vec::new(), 0);
    for cut in cuts {
        if holds_form(start, cut) && holds_form(cut, u32::MAX) {
            bands.push(start..cut);
            start = cut;
        }
    }
    bands.push(start..u32::MAX);
    bands
}

/// What a row says about where forms begin.
#[derive(Debug, Default, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one row")]
struct Marks {
    title: bool,
    project: bool,
    funding: bool,
    table: bool,
}

impl Marks {
    fn of(row: &TokenRow<'_>, labels: &Labels) -> Self {
        let is_project = |text: &str| labels.head(text) == Some(HeadLabel::Project);
        let any = |test: &dyn Fn(&Keyed) -> bool| row.tokens.iter().any(|t| test(&t.text));
        let headers = |test: &dyn Fn(&Keyed) -> bool| row.tokens.iter().filter(|t| test(&t.text)).count();
        // 分值 and 得分 head the indicators too.
        let is_money = |text: &Keyed| {
            labels.funding(text).is_some_and(|c| !matches!(c, FundingColumn::Weight | FundingColumn::Score))
        };
        Self {
            title: any(&|t| labels.is_title(t)),
            project: any(&|t| {
                labels.head(t) == Some(HeadLabel::Project) || token::split_inline(t, is_project).is_some()
            }),
            funding: any(&|t| labels.is_funding_block(t)) || headers(&is_money) >= 2,
            table: is_indicator_header(row, labels),
        }
    }

    /// Each mark with what people call it.
    const fn named(self) -> [(bool, &'static str); 4] {
        [
            (self.title, "标题（…自评表）"),
            (self.project, "“项目名称”"),
            (self.funding, "资金栏目（如年初预算数、全年预算数、全年执行数，至少两栏）"),
            (self.table, "指标表头（如二级指标、三级指标、年度指标值、分值，至少三栏在同一行）"),
        ]
    }

    const fn join(self, other: Self) -> Self {
        Self {
            title: self.title || other.title,
            project: self.project || other.project,
            funding: self.funding || other.funding,
            table: self.table || other.table,
        }
    }

    /// Whether these are enough to be a form and not a cover or an instruction.
    const fn is_form(self) -> bool {
        (self.project && (self.funding || self.table))
            || (self.funding && self.table)
            || (self.title && self.table)
    }

    /// Whether more than the title of a form has come.
    const fn is_begun(self) -> bool {
        self.project || self.funding || self.table
    }

    /// Whether a row with `next` opens another form after rows with these marks.
    const fn is_closed_by(self, next: Self) -> bool {
        (next.title && (self.project || self.table)) || (next.project && self.project)
    }
}

/// What of a form stands on a sheet, to tell the halves of one.
#[derive(Debug, Default, Clone, Copy)]
pub struct Parts {
    marks: Marks,
    /// A row of indicators.
    levels: bool,
    /// A row 总分 with numbers.
    total: bool,
    /// A list of projects.
    list: bool,
}

/// The parts of a form that stand on a sheet.
pub fn parts(grid: &Grid, labels: &Labels) -> Parts {
    let is_level = |t: &token::Token<'_>| labels.is_level1(&t.text) || labels.is_level2(&t.text);
    let is_total = |t: &token::Token<'_>| labels.is_total(&t.text);
    let of = |row: &TokenRow<'_>| Parts {
        marks: Marks::of(row, labels),
        levels: row.tokens.len() >= 3 && row.tokens.iter().any(is_level),
        total: row.tokens.first().is_some_and(is_total) && row.tokens.iter().any(token::Token::is_number),
        list: token::is_list_header(row, labels),
    };
    token::rows(grid, 0, u32::MAX).iter().map(of).fold(Parts::default(), Parts::join)
}

impl Parts {
    /// What stands on both.
    pub const fn join(self, other: Self) -> Self {
        Self {
            marks: self.marks.join(other.marks),
            levels: self.levels || other.levels,
            total: self.total || other.total,
            list: self.list || other.list,
        }
    }

    /// Whether `next` is what a form on these lacks, and no form of its own: it names no project.
    pub const fn is_continued_by(self, next: Self) -> bool {
        let (has, adds) = (self.marks, next.marks);
        if !(has.project || has.funding) || adds.project || self.list || next.list {
            return false;
        }
        let lacks_table = !has.table && (adds.table || (has.funding && next.levels));
        let lacks_funding = !has.table && !has.funding && adds.funding;
        let lacks_end = has.table && !self.total && (next.total || (next.levels && !adds.table));
        lacks_table || lacks_funding || lacks_end
    }

    /// Whether some part of a form stands there.
    pub const fn is_some(self) -> bool {
        self.marks.project || self.marks.funding || self.marks.table || self.total
    }
}

/// Why no form was found on a sheet that has none, in Chinese.
pub fn without_form(grid: &Grid, labels: &Labels) -> String {
    if grid.is_empty() {
        return "工作表是空的".to_owned();
    }
    let rows = token::rows(grid, 0, u32::MAX);
    let marks = rows.iter().map(|row| Marks::of(row, labels)).fold(Marks::default(), Marks::join);
    let those =
        |there: bool| marks.named().into_iter().filter(move |(is, _)| *is == there).map(|(_, name)| name);
    let (known, missing): (Vec<_>, Vec<_>) = (those(true).collect(), those(false).collect());
    match known.as_slice() {
        [] => format!("没有认出自评表的任何栏目：{}", missing.join("、")),
        _ if missing.is_empty() => format!("{} 都有，但不在一起", known.join("、")),
        known => format!("只认出{}；没有认出{}", known.join("、"), missing.join("、")),
    }
}

/// Whether the row heads an indicator table: three of its columns, one of them the name or a value; or two of which one
/// is a level, and two more in words that nobody listed.
pub fn is_indicator_header(row: &TokenRow<'_>, labels: &Labels) -> bool {
    let known: BTreeSet<TableColumn> = row.tokens.iter().filter_map(|t| labels.indicator(&t.text)).collect();
    let has_one = |columns: &[_]| columns.iter().any(|column| known.contains(&TableColumn::Field(*column)));
    if known.len() > 2 && has_one(&[Level3, Target, Level2]) {
        return true;
    }
    let like = |t: &Token<'_>| labels.like_indicator(&t.text.key(), |column| !known.contains(&column));
    known.len() > 1
        && has_one(&[Level1, Level2, Level3])
        && row.tokens.iter().filter_map(like).collect::<BTreeSet<_>>().len() > 1
}

fn split_band<'a>(rows: Vec<TokenRow<'a>>, labels: &Labels, found: &mut Segments<'a>) {
    let mut forms: Vec<(Marks, Vec<TokenRow<'a>>)> = Vec::new();
    let mut current = (Marks::default(), Vec::new());
    let mut list_columns: Option<ListColumns> = None;
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        // A list stands above forms; what looks like one below a form, or within it, is a part of that.
        let may_be_list = forms.is_empty() && !current.0.is_begun();
        if let Some(columns) = ListColumns::over(&row, rows.peek(), labels).filter(|_| may_be_list) {
            list_columns = Some(columns);
            current = (Marks::default(), Vec::new()); // what stands above a list alone is the list's heading
            continue;
        }
        if let Some(entry) = list_columns.as_mut().and_then(|columns| columns.entry(&row)) {
            found.list.push(entry);
            continue;
        }
        list_columns = None;
        let marks = Marks::of(&row, labels);
        if current.0.is_closed_by(marks) {
            let lead = take_lead(&mut current.1, labels);
            forms.push(std::mem::replace(&mut current, (Marks::default(), lead)));
        }
        current.0 = current.0.join(marks);
        current.1.push(row);
    }
    forms.push(current);
    found.forms.extend(join_pieces(forms));
}

/// The rows at the end of one form that lead the next: `附件：`, the line of its year, and labels of its head.
fn take_lead<'a>(rows: &mut Vec<TokenRow<'a>>, labels: &Labels) -> Vec<TokenRow<'a>> {
    let leads = |t: &token::Token<'_>| labels.is_attachment(&t.text) || labels.year(&t.text).is_some();
    let is_body = |text: &Keyed| matches!(labels.head(text), Some(HeadLabel::Authority | HeadLabel::Unit));
    let names_body = |row: &TokenRow<'_>| row.tokens.first().is_some_and(|t| is_body(&t.text));
    let is_lead = |row: &TokenRow<'_>| row.tokens.iter().all(leads) || names_body(row);
    let keep = rows.iter().rposition(|row| !is_lead(row)).map_or(0, |last| last + 1);
    rows.split_off(keep)
}

/// Pieces to whole forms: a table alone goes on the form before (its title was repeated on a new page), anything
/// else that is no form goes to the form after it, or before it at the end.
fn join_pieces<'a>(pieces: Vec<(Marks, Vec<TokenRow<'a>>)>) -> Vec<Vec<TokenRow<'a>>> {
    let mut forms: Vec<Vec<TokenRow<'a>>> = Vec::new();
    let mut waiting = Vec::new();
    for (marks, mut rows) in pieces {
        let goes_on = !marks.project && !marks.funding && marks.table;
        match forms.last_mut() {
            Some(last) if goes_on => last.append(&mut rows),
            _ if marks.is_form() => {
                waiting.append(&mut rows);
                forms.push(std::mem::take(&mut waiting));
            }
            _ => waiting.append(&mut rows),
        }
    }
    if let Some(last) = forms.last_mut() {
        last.append(&mut waiting);
    }
    forms
}

/// The columns of a list of projects.
#[derive(Debug)]
struct ListColumns {
    number: u32,
    name: u32,
    authority: Option<Spanning>,
    unit: Option<Spanning>,
}

/// A column whose cells may be merged over several entries.
#[derive(Debug)]
struct Spanning {
    col: u32,
    /// The last text, and the last row that it stands for.
    last: Option<(String, u32)>,
}

impl Spanning {
    fn text(&mut self, row: &TokenRow<'_>) -> Option<String> {
        if let Some(token) = row.tokens.iter().find(|t| t.col() == self.col) {
            self.last = Some((token.text.to_string(), token.region.end.row));
        }
        self.last.as_ref().filter(|(_, end)| row.row <= *end).map(|(text, _)| text.clone())
    }
}

impl ListColumns {
    fn of(header: &TokenRow<'_>, labels: &Labels) -> Option<Self> {
        let column = |test: &dyn Fn(&Keyed) -> bool| {
            header.tokens.iter().find(|t| test(&t.text)).map(token::Token::col)
        };
        let spanning = |wanted| {
            let col = column(&|t| labels.head(t) == Some(wanted))?;
            Some(Spanning { col, last: None })
        };
        Some(Self {
            number: column(&|t| labels.is_list_number(t))?,
            name: column(&|t| labels.is_list_name(t))?,
            authority: spanning(HeadLabel::Authority),
            unit: spanning(HeadLabel::Unit),
        })
    }

    /// The columns of the list that `header` heads, if `below` is its first entry.
    fn over(header: &TokenRow<'_>, below: Option<&TokenRow<'_>>, labels: &Labels) -> Option<Self> {
        let mut columns = token::is_list_header(header, labels).then(|| Self::of(header, labels))??;
        columns.entry(below?).map(|_| columns)
    }

    /// The entry on `row`; `None` once the numbers end.
    fn entry(&mut self, row: &TokenRow<'_>) -> Option<ListedProject> {
        let token = |col: u32| row.tokens.iter().find(|t| t.col() == col);
        let number = token(self.number)?.text.to_string();
        let is_numbered = crate::number::plain(&number).is_some();
        let name = token(self.name)?;
        let cell = name.region.start;
        is_numbered.then(|| ListedProject {
            number,
            name: name.text.to_string(),
            authority: self.authority.as_mut().and_then(|column| column.text(row)),
            unit: self.unit.as_mut().and_then(|column| column.text(row)),
            sheet: None,
            cell,
        })
    }
}
