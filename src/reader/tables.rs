//! Our own CSV tables to forms: 自评表.csv, 资金.csv and 指标.csv, joined again as they were written.
//!
//! Every column is a header and a path into a record of the clean data, so that a line becomes a part of the record
//! that [`super::data`] reads.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::error::Cause;
use crate::reader::{Document, data, encoding};

/// Whether a spreadsheet would take `text` for a formula, or for a guarded one. Full-width signs count: an East Asian
/// Excel reads them as the half-width ones.
fn is_formula_like(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// `text` as a CSV cell that Excel takes for text: one that looks like a formula gets a leading `'`, and so does one
/// that already looks guarded, so that [`unguard`] gives back every text.
pub fn guard(text: &str) -> Cow<'_, str> {
    if is_formula_like(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard`] was given.
pub fn unguard(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula_like(text)).unwrap_or(cell)
}

/// A column: its header, and where in a record of the clean data its value is.
pub type Column = (&'static str, &'static str);

/// What every table begins with: the first three join them, the fourth is for people.
pub const KEY: [Column; 4] = [
    ("文件", "/source/file"),
    ("工作表", "/source/sheet"),
    ("区域", "/source/range"),
    ("项目名称", "/project"),
];

/// The columns of 自评表.csv behind the key, without the last, 其他内容.
pub const FORMS: [Column; 10] = [
    ("标题", "/title"),
    ("年度", "/year"),
    ("主管部门编码", "/authority/code"),
    ("主管部门", "/authority/name"),
    ("实施单位编码", "/unit/code"),
    ("实施单位", "/unit/name"),
    ("预期目标", "/goal/expected"),
    ("实际完成情况", "/goal/actual"),
    ("总分分值", "/total/weight"),
    ("总分得分", "/total/score"),
];

/// The column of everything else on the paper.
pub const EXTRA: &str = "其他内容";
/// The column that counts the rows of a form from 1.
pub const ORDINAL: &str = "序号";

/// The columns of 资金.csv behind key and 序号.
pub const FUNDING: [Column; 7] = [
    ("资金名称", "/item"),
    ("年初预算数（万元）", "/initial"),
    ("全年预算数（万元）", "/budget"),
    ("全年执行数（万元）", "/executed"),
    ("分值", "/weight"),
    ("执行率", "/rate"),
    ("得分", "/score"),
];

/// The columns of 指标.csv behind key and 序号.
pub const INDICATORS: [Column; 15] = [
    ("一级指标", "/level1"),
    ("一级指标分值", "/level1_weight"),
    ("二级指标", "/level2"),
    ("三级指标", "/level3"),
    ("年度指标值", "/target"),
    ("年度指标值符号", "/target_value/op"),
    ("年度指标值数值", "/target_value/number"),
    ("年度指标值单位", "/target_value/unit"),
    ("实际完成值", "/actual"),
    ("实际完成值符号", "/actual_value/op"),
    ("实际完成值数值", "/actual_value/number"),
    ("实际完成值单位", "/actual_value/unit"),
    ("分值", "/weight"),
    ("得分", "/score"),
    ("偏差原因分析及改进措施", "/deviation"),
];

/// One of the three tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// 自评表.csv
    Forms,
    /// 指标.csv
    Indicators,
    /// 资金.csv
    Funding,
}

/// Bytes in which the header of a table ends.
const HEAD: usize = 2048;

impl Table {
    /// All tables, the one that leads the others first.
    pub const ALL: [Self; 3] = [Self::Forms, Self::Indicators, Self::Funding];

    /// The name under which it is written.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Forms => "自评表.csv",
            Self::Indicators => "指标.csv",
            Self::Funding => "资金.csv",
        }
    }

    /// The header that only this one has.
    const fn telling(self) -> &'static str {
        match self {
            Self::Forms => "预期目标",
            Self::Indicators => "三级指标",
            Self::Funding => "资金名称",
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Forms => &FORMS,
            Self::Indicators => &INDICATORS,
            Self::Funding => &FUNDING,
        }
    }

    /// Which table `bytes` are, or begin; `None` if none of ours.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        let is_wide = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
        if !is_wide && head.contains(&0) {
            return None; // no text
        }
        // A character that is cut in two would spoil the guess of the encoding.
        let line = head.iter().position(|b| *b == b'\n').filter(|_| !is_wide);
        let head = encoding::decode(head.get(..line.unwrap_or(head.len()))?).text;
        let (headers, _) = headers(head.lines().next()?)?;
        let has = |header: &str| headers.iter().any(|h| h == header);
        let is_ours = KEY.iter().all(|(header, _)| has(header));
        Self::ALL.into_iter().find(|table| is_ours && has(table.telling()))
    }
}

/// The headers in the first line of a table, and what parts them.
fn headers(line: &str) -> Option<(Vec<String>, u8)> {
    let line = line.trim_start_matches('\u{feff}');
    let separator = [b',', b'\t', b';'].into_iter().find(|sep| line.contains(char::from(*sep)))?;
    let mut reader = reader(line, separator);
    let record = reader.records().next()?.ok()?;
    Some((record.iter().map(|header| crate::text::trim(header).to_owned()).collect(), separator))
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// Reads the tables of one export that are there; the order in which they are given does not matter.
///
/// # Errors
/// [`Cause::Data`] with the table and what is wrong in it.
pub fn read(tables: &[&[u8]]) -> Result<Document, Cause> {
    let mut known: Vec<(Table, &[u8])> =
        tables.iter().filter_map(|bytes| Some((Table::of(bytes)?, *bytes))).collect();
    known.sort_by_key(|(table, _)| *table);
    let mut joined = Joined::default();
    for (table, bytes) in &known {
        joined.add(*table, bytes)?;
    }
    let mut document = joined.document()?;
    let missing = Table::ALL.into_iter().filter(|table| known.iter().all(|(known, _)| known != table));
    let missing: Vec<_> = missing.map(Table::file_name).collect();
    if !missing.is_empty() {
        document.notes.push(format!("旁边没有 {}，其中的内容按空白处理", missing.join("、")));
    }
    Ok(document)
}

/// File, sheet and range, by which the tables are joined.
type Key = [String; 3];

/// A line of a table.
struct Line {
    key: Key,
    project: String,
    ordinal: u32,
    value: Value,
}

/// The records in the making, in the order in which they are first met.
#[derive(Default)]
struct Joined {
    records: Vec<(String, Value)>,
    by_key: HashMap<Key, Vec<usize>>,
}

impl Joined {
    fn add(&mut self, table: Table, bytes: &[u8]) -> Result<(), Cause> {
        let mut groups = Groups::default();
        for line in lines(table, bytes)? {
            if table == Table::Forms {
                self.begin(line.key, line.project, line.value);
                continue;
            }
            let place = self.place(&line, groups.of(&line));
            let index = place.unwrap_or_else(|| self.begin(line.key, line.project, Value::Null));
            let rows = if table == Table::Funding { "/funding" } else { "/indicators" };
            let record = self.records.get_mut(index).and_then(|(_, record)| record.pointer_mut(rows));
            if let Some(Value::Array(rows)) = record {
                rows.push(line.value);
            }
        }
        Ok(())
    }

    /// Begins a record; gives its place.
    fn begin(&mut self, key: Key, project: String, line: Value) -> usize {
        let mut record = line;
        let mut whole = |path: &str, value: Value| put(&mut record, path, value);
        whole("/schema", Value::from(data::SCHEMA));
        whole("/funding", Value::Array(Vec::new()));
        whole("/indicators", Value::Array(Vec::new()));
        for (part, (_, path)) in key.iter().chain([&project]).zip(&KEY) {
            whole(path, text(part));
        }
        let index = self.records.len();
        self.records.push((project, record));
        self.by_key.entry(key).or_default().push(index);
        index
    }

    /// Where a row belongs: to the one form of its key; of several, to the one of its project; of several of these, to
    /// the one of its turn.
    fn place(&self, line: &Line, turn: usize) -> Option<usize> {
        let places = self.by_key.get(&line.key)?;
        if let [only] = places.as_slice() {
            return Some(*only);
        }
        let same = |place: &&usize| self.records.get(**place).is_some_and(|(name, _)| *name == line.project);
        places.iter().filter(same).nth(turn).copied()
    }

    fn document(self) -> Result<Document, Cause> {
        let mut document = Document::default();
        let records = self.records.into_iter().map(|(_, record)| record).collect();
        data::add(&mut document, Value::Array(records), |number| format!("第 {number} 张表"))?;
        Ok(document)
    }
}

/// How many runs of rows that count from 1 a key and project have had.
#[derive(Default)]
struct Groups {
    turns: HashMap<(Key, String), usize>,
    last: Option<(Key, String, u32)>,
}

impl Groups {
    /// The turn, from 0, to which the row of a table belongs.
    fn of(&mut self, line: &Line) -> usize {
        let goes_on = self.last.as_ref().is_some_and(|(key, project, ordinal)| {
            *key == line.key && *project == line.project && *ordinal < line.ordinal
        });
        self.last = Some((line.key.clone(), line.project.clone(), line.ordinal));
        let turns = self.turns.entry((line.key.clone(), line.project.clone())).or_default();
        if !goes_on {
            *turns += 1;
        }
        turns.saturating_sub(1)
    }
}

fn lines(table: Table, bytes: &[u8]) -> Result<Vec<Line>, Cause> {
    let wrong = |why: String| Cause::Data(format!("{}：{why}", table.file_name()));
    let decoded = encoding::decode(bytes).text;
    let first = decoded.lines().next().unwrap_or_default();
    let (headers, separator) = headers(first).ok_or_else(|| wrong("没有表头".to_owned()))?;
    let mut lines = Vec::new();
    for record in reader(&decoded, separator).records().skip(1) {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |header: &str| {
            let index = headers.iter().position(|h| h == header);
            unguard(index.and_then(|index| record.get(index)).unwrap_or_default()).to_owned()
        };
        lines.push(line(table, cell));
    }
    Ok(lines)
}

/// The line whose cells `cell` gives by their headers.
fn line(table: Table, cell: impl Fn(&str) -> String) -> Line {
    let mut value = Value::Object(Map::new());
    for (header, path) in table.columns() {
        put(&mut value, path, text(&cell(header)));
    }
    if table == Table::Forms {
        put(&mut value, "/extra", Value::Array(parted_extras(&cell(EXTRA))));
    }
    let key = [0, 1, 2].map(|column: usize| KEY.get(column).map(|(h, _)| cell(h)).unwrap_or_default());
    let project = KEY.last().map(|(header, _)| cell(header)).unwrap_or_default();
    Line { key, project, ordinal: cell(ORDINAL).trim().parse().unwrap_or(0), value }
}

fn text(cell: &str) -> Value {
    if cell.is_empty() { Value::Null } else { Value::from(cell) }
}

/// Puts `value` at `path` of a record, making the objects on the way.
fn put(record: &mut Value, path: &str, value: Value) {
    let mut at = record;
    for step in path.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[step];
    }
    *at = value;
}

/// What continues a text in the cell 其他内容 on the next line.
const CONTINUED: &str = "\n\u{3000}";
/// What parts label and text there.
const COLON: char = '：';

/// Label and text of everything else on the paper as one cell, one `label：text` a line. A text that goes on over lines
/// is indented; one without label that could be taken for one with it begins with the colon.
pub fn joined_extras(extras: impl Iterator<Item = (Option<String>, String)>) -> String {
    let lines = extras.map(|(label, text)| {
        let label = label.map(|label| label.replace([COLON, '\n'], " "));
        let text = text.replace('\n', CONTINUED);
        match label {
            Some(label) => format!("{label}{COLON}{text}"),
            None if text.contains(COLON) || text.starts_with('\u{3000}') => format!("{COLON}{text}"),
            None => text,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The records of what [`joined_extras`] was given.
fn parted_extras(cell: &str) -> Vec<Value> {
    const MARK: &str = "\u{0}";
    let whole = cell.replace("\r\n", "\n").replace(CONTINUED, MARK);
    let lines = whole.lines().filter(|line| !line.trim().is_empty());
    let extra = |line: &str| {
        let (label, text) = line.split_once(COLON).unwrap_or(("", line));
        serde_json::json!({ "cell": null, "label": self::text(label), "text": text.replace(MARK, "\n") })
    };
    lines.map(extra).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_comes_off_as_it_went_on() {
        for (text, cell) in [
            ("", ""),
            ("205人", "205人"),
            ("=205人", "'=205人"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'", "'"),
            ("'三支一扶'", "'三支一扶'"),
            ("''", "''"),
            ("≥3个", "≥3个"),
            ("1=1", "1=1"),
        ] {
            assert_eq!(guard(text), cell, "{text:?}");
            assert_eq!(unguard(cell), text, "{cell:?}");
        }
        assert_eq!(unguard("'三支一扶"), "'三支一扶");
    }

    #[test]
    fn other_contents_come_apart_as_they_went_together() {
        let extras = [
            (None, "第2页"),
            (Some("填报人"), "张某：代"),
            (None, "备注：\n一\n　二"),
            (Some("评价结论"), "好\n很好"),
            (None, "：开头"),
        ];
        let owned = extras.iter().map(|(label, text)| (label.map(str::to_owned), (*text).to_owned()));
        let parted = parted_extras(&joined_extras(owned));
        let found: Vec<_> =
            parted.iter().map(|e| (e["label"].as_str(), e["text"].as_str().unwrap())).collect();
        assert_eq!(found, extras);
        assert!(parted_extras("").is_empty());
    }

    #[test]
    fn rows_find_their_form_by_key_then_project_then_turn() {
        let forms = "文件,工作表,区域,项目名称,预期目标\na.json,,,甲,一\na.json,,,甲,二\na.json,,,乙,三\nb.json,,,丙,四\n";
        let funding = "文件,工作表,区域,项目名称,序号,资金名称\n\
            a.json,,,甲,1,一\na.json,,,甲,1,二\na.json,,,甲,2,二\na.json,,,乙,1,三\nb.json,,,改过的名称,1,四\nc.json,,,丁,1,五\n";
        let document = read(&[funding.as_bytes(), forms.as_bytes()]).unwrap();
        let told = document.forms.iter().map(|found| {
            let goal = found.form.goal.expected.typed().unwrap_or("-");
            let items = found.form.funding.iter().map(|row| row.item.typed().unwrap_or("-"));
            format!("{goal} {}", items.collect::<Vec<_>>().join(""))
        });
        assert_eq!(told.collect::<Vec<_>>(), ["一 一", "二 二二", "三 三", "四 四", "- 五"]);
        assert!(document.notes[0].contains("没有 指标.csv"), "{:?}", document.notes);
    }

    #[test]
    fn tables_are_known_by_their_headers() {
        let header = "文件,工作表,区域,项目名称,序号,资金名称\r\n";
        assert_eq!(Table::of(header.as_bytes()), Some(Table::Funding));
        assert_eq!(
            Table::of(format!("\u{feff}{}", header.replace(',', "\t")).as_bytes()),
            Some(Table::Funding)
        );
        let gbk = encoding_rs::GB18030.encode(header).0.into_owned();
        assert_eq!(Table::of(&[&gbk[..], "是".repeat(2000).as_bytes()].concat()), Some(Table::Funding));
        for other in ["", "文件,项目名称", "项目名称,资金名称,预期目标\n", "PK\u{3}\u{4}"] {
            assert_eq!(Table::of(other.as_bytes()), None, "{other}");
        }
    }
}
