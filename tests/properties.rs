//! Forms and layouts drawn by chance: every cell is in exactly one place, and what was drawn comes back or is reported.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::Value;
use zipingbiao::grid::CellRef;
use zipingbiao::layout::Layout;
use zipingbiao::reader::{self, Sheet};
use zipingbiao::report::{Origin, Report};
use zipingbiao::template::Template;
use zipingbiao::writer::json;

/// The same draws in every run; `PROPTEST_CASES` makes more of them.
fn config() -> Config {
    Config { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}

/// A row of the indicators: what it says by the names of the clean data.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    target: String,
    actual: Option<String>,
    weight: Option<u32>,
    score: Option<u32>,
    reason: Option<String>,
}

/// What a form says.
#[derive(Debug, Clone)]
struct Said {
    project: String,
    amounts: Vec<[u32; 3]>,
    goals: [String; 2],
    /// By second level.
    rows: Vec<Vec<Row>>,
}

/// How it lies on the sheet.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each drawn by itself")]
struct Lies {
    down: u32,
    right: u16,
    merged: bool,
    spaced: bool,
    /// The columns right of the names, in their order.
    order: Vec<usize>,
    /// Which of the rows that may slide did, if any.
    slid: Option<prop::sample::Index>,
    beside: bool,
    below: bool,
}

const LEVELS: [(&str, &str); 9] = [
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("产出指标", "成本指标"),
    ("效益指标", "经济效益指标"),
    ("效益指标", "社会效益指标"),
    ("效益指标", "生态效益指标"),
    ("效益指标", "可持续影响指标"),
    ("满意度指标", "服务对象满意度指标"),
];
const RIGHT: [(&str, &str); 5] = [
    ("年度指标值", "target"),
    ("实际完成值", "actual"),
    ("分值", "weight"),
    ("得分", "score"),
    ("偏差原因分析及改进措施", "deviation"),
];
const ITEMS: [(&str, &str); 4] = [
    ("年度资金总额：", "年度资金总额"),
    ("其中：本年财政拨款", "本年财政拨款"),
    ("上年结转资金", "上年结转资金"),
    ("其他资金", "其他资金"),
];

fn words(pattern: &'static str) -> impl Strategy<Value = String> {
    proptest::string::string_regex(pattern).unwrap()
}

fn row() -> impl Strategy<Value = Row> {
    let name =
        words("(培训|检查|维修|宣传|补助|采购)[春夏秋冬东西南北]{1,4}(人数|次数|合格率|完成率|覆盖面)");
    let target = words("(≥|≤|=)[1-9][0-9]{0,3}(个|人次|%|万元)");
    let actual = prop::option::of(words("[1-9][0-9]{0,3}(个|人次|%|万元)"));
    let reason = prop::option::of(words("因(天气|选址|资金|人手)(调整|不足)，[春夏秋冬]季补上。"));
    (name, target, actual, prop::option::of(1..20_u32), prop::option::of(1..20_u32), reason).prop_map(
        |(name, target, actual, weight, score, reason)| Row { name, target, actual, weight, score, reason },
    )
}

fn said() -> impl Strategy<Value = Said> {
    let goal = || words("(完成|组织|开展)[甲乙丙丁]{2,6}(建设|培训)，[春夏秋冬]季(验收|结业)。");
    let rows = prop::collection::vec(prop::collection::vec(row(), 0..4), LEVELS.len());
    (
        words("[甲乙丙丁戊己]{2,8}(补助|经费|工程款)"),
        prop::collection::vec(any::<[u16; 3]>(), 1..=4),
        [goal(), goal()],
        rows,
    )
        .prop_map(|(project, amounts, goals, mut rows)| {
            let amounts = amounts.into_iter().map(|row| row.map(|amount| u32::from(amount) + 1)).collect();
            // Names are what tells rows apart.
            for (at, row) in rows.iter_mut().flatten().enumerate() {
                row.name.push(char::from_u32(0x5929 + u32::try_from(at).unwrap()).unwrap());
            }
            Said { project, amounts, goals, rows }
        })
        .prop_filter("a form has indicators", |said| said.rows.iter().flatten().count() > 1)
}

fn lies() -> impl Strategy<Value = Lies> {
    let order = Just((0..RIGHT.len()).collect::<Vec<_>>()).prop_shuffle();
    (
        0..6_u32,
        0..4_u16,
        any::<(bool, bool, bool, bool)>(),
        order,
        prop::option::of(any::<prop::sample::Index>()),
    )
        .prop_map(|(down, right, (merged, spaced, beside, below), order, slid)| {
            // Which column a cell slid from can be told where the columns stand in their usual order.
            let order = if slid.is_some() { (0..RIGHT.len()).collect() } else { order };
            Lies { down, right, merged, spaced, order, slid, beside, below }
        })
}

/// A cell that is to be written: where, how far it reaches, and what it says.
type Piece = ([u32; 2], [u32; 2], String);

/// A form on paper, and what is to be read off it: a pointer into the clean data and the text or number there.
#[derive(Debug, Default)]
struct Drawn {
    pieces: Vec<Piece>,
    expected: Vec<(String, String)>,
    spaced: bool,
}

impl Drawn {
    fn put(&mut self, from: [u32; 2], to: [u32; 2], text: impl Into<String>) {
        self.pieces.push((from, to, text.into()));
    }

    fn label(&mut self, from: [u32; 2], to: [u32; 2], text: &str) {
        let spaced = || text.chars().map(String::from).collect::<Vec<_>>().join(" ");
        let text = if self.spaced { spaced() } else { text.to_owned() };
        self.put(from, to, text);
    }

    fn field(&mut self, from: [u32; 2], to: [u32; 2], pointer: &str, text: impl Into<String>) {
        let text = text.into();
        self.expected.push((pointer.to_owned(), text.clone()));
        self.put(from, to, text);
    }

    fn head(&mut self, said: &Said) {
        self.field([0, 0], [0, 9], "/title", "项目支出绩效自评表");
        self.put([1, 0], [1, 9], "(2023年度)");
        self.expected.push(("/year".to_owned(), "2023".to_owned()));
        self.label([2, 0], [2, 2], "项目名称");
        self.field([2, 3], [2, 9], "/project", &said.project);
        self.label([3, 0], [3, 2], "主管部门");
        self.field([3, 3], [3, 5], "/authority/name", "金水市农业农村局");
        self.label([3, 6], [3, 6], "实施单位");
        self.field([3, 7], [3, 9], "/unit/name", "金水市种子站");
    }

    /// The funding block; gives the row under it.
    fn funding(&mut self, amounts: &[[u32; 3]]) -> u32 {
        let end = 4 + u32::try_from(amounts.len()).unwrap();
        self.label([4, 0], [end, 1], "项目资金（万元）");
        let headers = ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"];
        for (col, header) in (3..).zip(headers) {
            self.label([4, col], [4, col], header);
        }
        for ((at, row), (typed, item)) in (0..).zip(amounts).zip(ITEMS) {
            let (line, key) = (5 + at, |name: &str| format!("/funding/{at}/{name}"));
            self.label([line, 2], [line, 2], typed);
            self.expected.push((key("item"), item.to_owned()));
            for (col, (name, amount)) in (3..).zip(["initial", "budget", "executed"].into_iter().zip(row)) {
                self.field([line, col], [line, col], &key(name), amount.to_string());
            }
        }
        end + 1
    }

    fn goals(&mut self, top: u32, goals: &[String; 2]) {
        self.label([top, 0], [top + 1, 0], "年度总体目标");
        self.label([top, 1], [top, 4], "预期目标");
        self.label([top, 5], [top, 9], "实际完成情况");
        self.field([top + 1, 1], [top + 1, 4], "/goal/expected", &goals[0]);
        self.field([top + 1, 5], [top + 1, 9], "/goal/actual", &goals[1]);
    }

    /// The indicators and their total; gives the row under them.
    fn indicators(&mut self, top: u32, said: &Said, lies: &Lies) -> u32 {
        let count = u32::try_from(said.rows.iter().flatten().count()).unwrap();
        self.label([top, 0], [top + count, 0], "绩效指标");
        for (col, end, header) in [(1, 1, "一级指标"), (2, 2, "二级指标"), (3, 4, "三级指标")] {
            self.label([top, col], [top, end], header);
        }
        for (col, column) in (5..).zip(&lies.order) {
            self.label([top, col], [top, col], RIGHT[*column].0);
        }
        let free = may_slide(said);
        let moved = lies.slid.filter(|_| !free.is_empty()).map(|index| *index.get(&free));
        let (mut line, mut index, mut level1) = (top + 1, 0, "");
        for ((first, second), rows) in LEVELS.iter().zip(&said.rows) {
            let height = u32::try_from(rows.len()).unwrap();
            if height > 0 && *first != level1 {
                let whole: usize =
                    LEVELS.iter().zip(&said.rows).filter(|(l, _)| l.0 == *first).map(|(_, r)| r.len()).sum();
                self.label([line, 1], [line + u32::try_from(whole).unwrap() - 1, 1], first);
                level1 = first;
            }
            if height > 0 {
                self.label([line, 2], [line + height - 1, 2], second);
            }
            for row in rows {
                self.indicator(line, index, row, lies, u32::from(moved == Some(index)));
                self.expected.push((format!("/indicators/{index}/level1"), (*first).to_owned()));
                self.expected.push((format!("/indicators/{index}/level2"), (*second).to_owned()));
                (line, index) = (line + 1, index + 1);
            }
        }
        self.total(line, lies);
        line + 1
    }

    /// One row, so many columns to the left.
    fn indicator(&mut self, line: u32, index: usize, row: &Row, lies: &Lies, left: u32) {
        let key = |name: &str| format!("/indicators/{index}/{name}");
        self.field([line, 3 - left], [line, 4 - left], &key("level3"), &row.name);
        for (col, column) in (5..).zip(&lies.order) {
            let text = match RIGHT[*column].1 {
                "target" => Some(row.target.clone()),
                "actual" => row.actual.clone(),
                "weight" => row.weight.map(|weight| weight.to_string()),
                "score" => row.score.map(|score| score.to_string()),
                _ => row.reason.clone(),
            };
            if let Some(text) = text {
                self.field([line, col - left], [line, col - left], &key(RIGHT[*column].1), text);
            }
        }
    }

    fn total(&mut self, line: u32, lies: &Lies) {
        let col =
            |name| 5 + u32::try_from(lies.order.iter().position(|at| RIGHT[*at].1 == name).unwrap()).unwrap();
        let (weight, score) = (col("weight"), col("score"));
        self.label([line, 0], [line, weight.min(score) - 1], "总分");
        self.field([line, weight], [line, weight], "/total/weight", "100");
        self.field([line, score], [line, score], "/total/score", "87");
    }
}

/// The rows with no level beside them, by number.
fn may_slide(said: &Said) -> Vec<usize> {
    let firsts = said.rows.iter().scan(0, |at, rows| {
        let first = *at;
        *at += rows.len();
        Some((first, rows.len()))
    });
    firsts.flat_map(|(first, len)| first + 1..(first + len).max(first + 1)).collect()
}

fn draw(said: &Said, lies: &Lies) -> Drawn {
    let mut drawn = Drawn { spaced: lies.spaced, ..Drawn::default() };
    drawn.head(said);
    let top = drawn.funding(&said.amounts);
    drawn.goals(top, &said.goals);
    let under = drawn.indicators(top + 2, said, lies);
    if lies.beside {
        drawn.put([6, 11], [6, 11], "附银行回单2张");
    }
    if lies.below {
        drawn.put([under, 0], [under, 3], "填报人：陆长风");
        drawn.put([under + 1, 0], [under + 1, 0], "注：本表一式两份。");
    }
    drawn.pieces = unmerged_under_others(drawn.pieces);
    drawn
}

/// The pieces, without the merges that another cell has slid into.
fn unmerged_under_others(pieces: Vec<Piece>) -> Vec<Piece> {
    let starts: Vec<[u32; 2]> = pieces.iter().map(|piece| piece.0).collect();
    let alone = |([top, left], [bottom, right], _): &Piece| {
        let inside =
            |[row, col]: &&[u32; 2]| (*top..=*bottom).contains(row) && (*left..=*right).contains(col);
        starts.iter().filter(inside).count() == 1
    };
    let end = |piece: Piece| if alone(&piece) { piece } else { (piece.0, piece.0, piece.2) };
    pieces.into_iter().map(end).collect()
}

/// The workbook that the writer of another project makes of it.
fn workbook(pieces: &[Piece], lies: &Lies) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new();
    for ([row, col], [row_end, col_end], text) in pieces {
        let place = |row: u32, col: u32| (row + lies.down, u16::try_from(col).unwrap() + lies.right);
        let ((row, col), (row_end, col_end)) = (place(*row, *col), place(*row_end, *col_end));
        if lies.merged && (row, col) != (row_end, col_end) {
            sheet.merge_range(row, col, row_end, col_end, "", &format).unwrap();
        }
        write(sheet, row, col, text);
    }
    workbook.save_to_buffer().unwrap()
}

fn write(sheet: &mut Worksheet, row: u32, col: u16, text: &str) {
    match text.parse::<f64>() {
        Ok(number) => sheet.write_number(row, col, number).unwrap(),
        Err(_) => sheet.write_string(row, col, text).unwrap(),
    };
}

fn only(sheets: Vec<Sheet>) -> Sheet {
    let [sheet] = <[Sheet; 1]>::try_from(sheets).unwrap_or_else(|_| panic!("one sheet was written"));
    sheet
}

/// Whether the form has the cell as a label (which may be a field, too: a level), a field, and extra.
fn places(layout: &Layout, at: CellRef) -> [bool; 3] {
    let field = layout.fields.values().flatten().any(|source| source.region.start == at);
    let extra = layout.extra.iter().any(|extra| extra.cell == Some(at));
    [layout.labels.contains(&at), field, extra]
}

/// Every cell of the sheet is in exactly one form, and there a field's, a label, or extra, never two of the last.
fn nothing_is_lost(sheet: &Sheet) -> Result<(), TestCaseError> {
    for (at, cell) in sheet.grid.cells() {
        let found = sheet.forms.iter().map(|form| places(&form.layout, at));
        let found: Vec<[bool; 3]> = found.filter(|places| places.contains(&true)).collect();
        let once = matches!(found.as_slice(), [[_, _, false] | [false, false, true]]);
        prop_assert!(once, "{at} {cell:?}: {found:?}");
    }
    Ok(())
}

/// `text` without white space, or the number's digits.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.split_whitespace().collect(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    text.parse::<Decimal>().map_or(text, |number| number.normalize().to_string())
}

/// Whether a finding speaks of the field, or says of its row that cells stand in the wrong place.
fn is_reported(report: &Report, pointer: &str) -> bool {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let [table, index, name] = parts.as_slice() else { return false };
    let row = format!("{table}[{index}].");
    report.diagnostics.iter().any(|d| {
        let found = d.field.map(|field| field.to_string()).unwrap_or_default();
        found == format!("{row}{name}") || (d.code.starts_with('S') && found.starts_with(&row))
    })
}

proptest! {
    #![proptest_config(config())]

    /// Every field that was drawn is read as drawn; in a row that slid it may be wrong, never in silence.
    #[test]
    fn what_was_drawn_comes_back(said in said(), lies in lies()) {
        let drawn = draw(&said, &lies);
        let sheet = only(reader::sheets(&workbook(&drawn.pieces, &lies)).unwrap());
        nothing_is_lost(&sheet)?;
        prop_assert_eq!(sheet.forms.len(), 1);
        let report = Report::new("表.xlsx", sheet.forms[0].clone(), Template::standard());
        let origin = Origin { file: "表.xlsx".to_owned(), sheet: None, range: None };
        let read = json::as_submitted(&report.form, &origin).unwrap();
        for (pointer, text) in &drawn.expected {
            let found = plain(read.pointer(pointer).unwrap_or(&Value::Null));
            let same = found == plain(&Value::String(text.clone()));
            let excused = lies.slid.is_some() && is_reported(&report, pointer);
            prop_assert!(same || excused, "{}: {} is not {}", pointer, found, text);
        }
        let count = said.rows.iter().flatten().count();
        prop_assert_eq!(read["indicators"].as_array().map(Vec::len), Some(count));
    }

    /// Whatever else is scrawled on the sheet, no cell is lost or read twice.
    #[test]
    fn no_cell_is_lost_among_others(
        said in said(),
        lies in lies(),
        scrawl in prop::collection::vec((0..40_u32, 0..14_u32, prop::sample::select(SCRAWL)), 0..12),
    ) {
        let mut pieces = draw(&said, &lies).pieces;
        for (row, col, text) in scrawl {
            let inside = |([top, left], [bottom, right], _): &Piece| {
                (*top..=*bottom).contains(&row) && (*left..=*right).contains(&col)
            };
            if !pieces.iter().any(inside) {
                pieces.push(([row, col], [row, col], text.to_owned()));
            }
        }
        let sheet = only(reader::sheets(&workbook(&pieces, &lies)).unwrap());
        prop_assert!(!sheet.forms.is_empty(), "the form itself is lost");
        nothing_is_lost(&sheet)?;
    }
}

const SCRAWL: &[&str] = &[
    "产出指标",
    "数量指标",
    "三级指标",
    "分值",
    "得分",
    "总分",
    "合计",
    "2023年",
    "2023",
    "—",
    "/",
    "≥3个",
    "98%",
    "12.5",
    "项目名称",
    "实施单位",
    "填报人：李四",
    "已核对",
    "√",
    "其他资金",
    "预期目标",
    "年度总体目标",
    "=205人",
    "联系电话",
    "注：",
    "（盖章）",
];
