//! The stages of reading to text that a person can follow: what was seen, what each cell was taken for, what was
//! understood, what was computed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

use crate::form::{Field, Form, FundingColumn, GoalSide, IndicatorColumn, TotalColumn};
use crate::grid::{Cell, CellRef, Grid, Value};
use crate::layout::{Layout, SlidRow};
use crate::reader::{Found, ListedProject, Sheet};
use crate::report::Report;
use crate::text;

use super::json;

/// Columns of a terminal that a column of the text is given at most.
const WIDEST: usize = 44;

/// Every cell of a sheet as it was read: place (with the merge around it), kind, what it shows, formula; and what is
/// hidden.
pub fn grid(sheet: &Sheet) -> String {
    let grid = &sheet.grid;
    let hidden = if grid.hidden { "，整张隐藏" } else { "" };
    let mut text = format!(
        "{}：{} 个单元格，{} 个合并区域{hidden}\n",
        name(grid),
        grid.cells().count(),
        grid.merges().len()
    );
    let names = |rows: Vec<String>| if rows.is_empty() { "无".to_owned() } else { rows.join("、") };
    if !grid.hidden_rows.is_empty() || !grid.hidden_cols.is_empty() {
        let rows = grid.hidden_rows.iter().map(|row| (u64::from(*row) + 1).to_string()).collect();
        let columns = grid.hidden_cols.iter().map(|col| crate::grid::column_name(*col)).collect();
        line(&mut text, &format!("  隐藏的行：{}；隐藏的列：{}", names(rows), names(columns)));
    }
    let mut around = grid.around();
    let cells = grid.cells().map(|(at, cell)| {
        [around.region(at).to_string(), kind(cell).to_owned(), one_line(&shown(cell)), formula(cell)]
    });
    columns(&mut text, cells.collect());
    let empty = grid.merges().iter().filter(|merge| grid.get(merge.start).is_none());
    let empty: Vec<String> = empty.map(ToString::to_string).collect();
    if !empty.is_empty() {
        line(&mut text, &format!("  空的合并区域：{}", empty.join(" ")));
    }
    notes(&mut text, grid);
    text
}

/// What every cell of a sheet was taken for, form by form: field, how sure if its row had slid, or why it is none. Fields
/// that are blank are named where they would stand. A sheet without form says why.
pub fn layout(sheet: &Sheet) -> String {
    let mut text = format!("{}：{} 张自评表\n", name(&sheet.grid), sheet.forms.len());
    if let Some(why) = &sheet.without_form {
        line(&mut text, &format!("  没有自评表：{why}"));
    }
    let mut taken = BTreeSet::new();
    for found in &sheet.forms {
        let of_form = roles(&sheet.grid, found);
        let range = found.layout.range.map(|range| range.to_string()).unwrap_or_default();
        line(&mut text, &format!("  自评表 {range}"));
        columns(&mut text, rows(&sheet.grid, &of_form));
        text.push_str(&blanks(&found.layout));
        taken.extend(of_form.into_keys());
    }
    let listed =
        |entry: &ListedProject| (entry.cell, vec![[format!("清单第 {} 项", entry.number), String::new()]]);
    let left = sheet.grid.cells().filter(|(at, _)| !taken.contains(at));
    let left: Roles = left.map(other).chain(sheet.list.iter().map(listed)).collect();
    if !left.is_empty() {
        line(&mut text, "  不在自评表里");
        columns(&mut text, rows(&sheet.grid, &left));
    }
    notes(&mut text, &sheet.grid);
    text
}

/// Every field of a form as typed and, where that differs, as understood.
pub fn form(report: &Report) -> String {
    let mut text = heading(report);
    let (Ok(typed), Ok(clean)) =
        (json::as_submitted(&report.form, &report.origin), json::clean(report, report))
    else {
        return text;
    };
    let rows = fields(&report.form).filter_map(|field| {
        let (typed, clean) = (value(&typed, field), value(&clean, field));
        let is_wrong = clean.is_empty() || typed == clean;
        let understood = if is_wrong { String::new() } else { format!("→ {clean}") };
        let cell = report.layout.cell(field).map(|cell| cell.to_string()).unwrap_or_default();
        (!typed.is_empty()).then(|| [cell, label(field), one_line(&typed), one_line(&understood)])
    });
    columns(&mut text, rows.collect());
    let extra = report.form.extra.iter().map(|extra| {
        let cell = extra.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let label =
            extra.label.as_deref().map_or_else(|| "其他".to_owned(), |l| format!("其他：{}", one_line(l)));
        [cell, label, one_line(&extra.text), String::new()]
    });
    columns(&mut text, extra.collect());
    text
}

/// What is computed from a form, beside what was typed.
pub fn scores(report: &Report) -> String {
    let mut text = heading(report);
    let shown = |number: Option<rust_decimal::Decimal>| {
        number.map_or_else(|| "—".to_owned(), |number| number.normalize().to_string())
    };
    let typed = |typed: Option<&str>| format!("填 {}", typed.map_or_else(|| "—".to_owned(), one_line));
    let scores = &report.scores;
    let funding = report.form.funding.iter().zip(&scores.funding).map(|(row, score)| {
        let item = row.item.typed().unwrap_or("—").to_owned();
        let computed = format!("执行率 {}  得分 {}", shown(score.rate), shown(score.score));
        [item, typed(row.score.typed()), computed, String::new()]
    });
    columns(&mut text, funding.collect());
    let computed = scores.computed.iter().zip(&scores.indicators);
    let indicators = report.form.indicators.iter().zip(computed).map(|(row, (computed, counted))| {
        let name = one_line(row.level3.typed().unwrap_or("—"));
        let values = format!("{} / {}", row.target.typed().unwrap_or("—"), row.actual.typed().unwrap_or("—"));
        let points = format!("算 {}  计 {}", shown(*computed), shown(*counted));
        [name, typed(row.score.typed()), points, one_line(&values)]
    });
    columns(&mut text, indicators.collect());
    let grade = scores.grade.as_deref().unwrap_or("未评完");
    let total = format!("算 {}  等次 {grade}", shown(scores.total));
    columns(
        &mut text,
        vec![["总分".to_owned(), typed(report.form.total.score.typed()), total, String::new()]],
    );
    text
}

fn name(grid: &Grid) -> String {
    grid.sheet.as_deref().map_or_else(|| "没有工作表名".to_owned(), |sheet| format!("工作表“{sheet}”"))
}

fn heading(report: &Report) -> String {
    let sheet = report.origin.sheet.as_deref().map(|sheet| format!("  工作表“{sheet}”")).unwrap_or_default();
    let range = report.origin.range.map(|range| format!("  {range}")).unwrap_or_default();
    format!("{}{sheet}{range}\n", report.origin.file)
}

fn notes(text: &mut String, grid: &Grid) {
    for note in &grid.notes {
        line(text, &format!("  注意：{note}"));
    }
}

const fn kind(cell: &Cell) -> &'static str {
    match (&cell.value, &cell.formula) {
        (Some(Value::Text(_)), None) => "文字",
        (Some(Value::Number { .. }), None) => "数",
        (Some(Value::Bool(_)), None) => "真假",
        (Some(Value::Error(_)), None) => "错误",
        (Some(Value::Error(_)), Some(_)) => "公式错误",
        (Some(_), Some(_)) => "公式",
        (None, _) => "公式无结果",
    }
}

/// What a cell shows, and the number behind it where that looks different.
fn shown(cell: &Cell) -> String {
    match &cell.value {
        Some(Value::Number { number, shown }) if *shown != number.normalize().to_string() => {
            format!("{shown}（数值 {}）", number.normalize())
        }
        Some(value) => value.shown().to_owned(),
        None => String::new(),
    }
}

fn formula(cell: &Cell) -> String {
    cell.formula.as_deref().map(|formula| format!("={}", one_line(formula))).unwrap_or_default()
}

/// What cells were taken for, and how sure that is; a cell may serve several fields.
type Roles = BTreeMap<CellRef, Vec<[String; 2]>>;

fn roles(grid: &Grid, found: &Found) -> Roles {
    let layout = &found.layout;
    let mut uses: BTreeMap<CellRef, Vec<Use>> = BTreeMap::new();
    for (field, sources) in &layout.fields {
        for source in sources {
            let at = source.region.start;
            let slid = layout.slid.iter().find(|row| is_same_row(row.field, *field));
            let whole = grid.get(at).map(shown).unwrap_or_default();
            let is_part = source.part.as_deref().is_some_and(|part| text::trim(part) != text::trim(&whole));
            let sure = slid.map(confidence).unwrap_or_default();
            uses.entry(at).or_default().push(Use { field: *field, is_part, sure });
        }
    }
    let mut roles: Roles = uses.into_iter().map(|(at, uses)| (at, told(&uses))).collect();
    for extra in &layout.extra {
        let Some(cell) = extra.cell else { continue };
        let known = if extra.explained { "其他" } else { "其他（没有归处）" };
        let label = extra.label.as_deref().map(|label| format!("：{}", one_line(label))).unwrap_or_default();
        roles.entry(cell).or_default().push([format!("{known}{label}"), String::new()]);
    }
    for cell in &layout.labels {
        roles.entry(*cell).or_insert_with(|| vec![["标签".to_owned(), String::new()]]);
    }
    roles
}

/// A field that a cell serves.
struct Use {
    field: Field,
    is_part: bool,
    sure: String,
}

/// The fields that a cell serves; a column of rows that follow each other in one line.
fn told(uses: &[Use]) -> Vec<[String; 2]> {
    let goes_on = |a: &Use, b: &Use| match (a.field, b.field) {
        (Field::Indicator(row, column), Field::Indicator(next, other)) => {
            next == row + 1 && column == other && a.sure == b.sure
        }
        _ => false,
    };
    let line = |run: &[Use]| {
        let (first, last) = (run.first()?, run.last()?);
        let part = if first.is_part { "（格内一部分）" } else { "" };
        let name = match (first.field, last.field) {
            (Field::Indicator(row, column), Field::Indicator(end, _)) if end > row => {
                format!("指标 {}–{} {}", row + 1, end + 1, column.name())
            }
            (field, _) => label(field),
        };
        Some([format!("{name}{part}"), first.sure.clone()])
    };
    uses.chunk_by(goes_on).filter_map(line).collect()
}

fn other((at, _): (CellRef, &Cell)) -> (CellRef, Vec<[String; 2]>) {
    (at, vec![["—".to_owned(), String::new()]])
}

fn is_same_row(a: Field, b: Field) -> bool {
    match (a, b) {
        (Field::Funding(a, _), Field::Funding(b, _)) | (Field::Indicator(a, _), Field::Indicator(b, _)) => {
            a == b
        }
        _ => false,
    }
}

/// How a slid row was put back, and how sure that is.
fn confidence(row: &SlidRow) -> String {
    let shifts: Vec<String> = row.shifts.iter().map(|shift| format!("{shift:+}")).collect();
    let done = if row.repaired { "归位" } else { "拿不准，没有动" };
    format!("错列 {}，{done}，把握 {:.0}%", shifts.join(" "), row.confidence * 100.0)
}

fn rows(grid: &Grid, roles: &Roles) -> Vec<[String; 4]> {
    let row = |(at, role): (&CellRef, &[String; 2])| {
        let [field, sure] = role;
        let text = grid.get(*at).map(|cell| [shown(cell), formula(cell)].join(" ")).unwrap_or_default();
        [grid.region(*at).to_string(), field.clone(), sure.clone(), one_line(text.trim())]
    };
    roles.iter().flat_map(|(at, roles)| roles.iter().map(move |role| (at, role))).map(row).collect()
}

/// The fields that have nothing, where each would stand.
fn blanks(layout: &Layout) -> String {
    let blanks = layout.blanks.iter().filter(|(field, _)| !layout.fields.contains_key(field));
    let named: Vec<String> = blanks.map(|(field, cell)| format!("{cell} {}", label(*field))).collect();
    if named.is_empty() { String::new() } else { format!("  空着：{}\n", named.join("；")) }
}

/// A field with the row it stands in, counted from 1.
fn label(field: Field) -> String {
    match field {
        Field::Funding(row, column) => format!("资金 {} {}", row + 1, column.name()),
        Field::Indicator(row, column) => format!("指标 {} {}", row + 1, column.name()),
        other => other.name().to_owned(),
    }
}

/// All fields that a form may have something in, in the order of the official form.
fn fields(form: &Form) -> impl Iterator<Item = Field> {
    let funding = (0..form.funding.len())
        .flat_map(|row| FundingColumn::ALL.into_iter().map(move |column| Field::Funding(row, column)));
    let indicators = (0..form.indicators.len())
        .flat_map(|row| IndicatorColumn::ALL.into_iter().map(move |column| Field::Indicator(row, column)));
    let head = [Field::Title, Field::Year, Field::Project, Field::Authority, Field::Unit].into_iter();
    let goals = [GoalSide::Expected, GoalSide::Actual].map(Field::Goal).into_iter();
    let total = [TotalColumn::Weight, TotalColumn::Score].map(Field::Total).into_iter();
    head.chain(funding).chain(goals).chain(indicators).chain(total)
}

/// What a record of the clean data says of `field`.
fn value(record: &Json, field: Field) -> String {
    let path = format!("/{}", field.to_string().replace('[', "/").replace("].", "/").replace('.', "/"));
    match record.pointer(&path) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Object(body)) => {
            let part = |name: &str| body.get(name).and_then(Json::as_str);
            [part("code"), part("name")].into_iter().flatten().collect::<Vec<_>>().join("-")
        }
        Some(other) => other.to_string(),
    }
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\n', '\r'], "⏎").replace('\t', " ")
}

fn line(text: &mut String, words: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{words}");
}

/// Lines whose parts stand under each other in a terminal, where a Chinese character takes two columns.
fn columns(text: &mut String, rows: Vec<[String; 4]>) {
    let mut widths = [0; 3];
    for row in &rows {
        for (width, part) in widths.iter_mut().zip(row) {
            *width = (*width).max(part.width_cjk().min(WIDEST));
        }
    }
    for row in rows {
        let mut words = String::from("   ");
        for (index, part) in row.iter().enumerate() {
            let width = widths.get(index).copied().unwrap_or(0);
            if index > 0 && index < widths.len() && width == 0 {
                continue;
            }
            let _ = write!(words, " {part}{} ", " ".repeat(width.saturating_sub(part.width_cjk())));
        }
        line(text, words.trim_end());
    }
}
