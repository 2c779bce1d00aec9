//! CSV, tab-separated or plain text to one grid; a row is the physical line, a column the field.

mod broken;

use std::collections::HashSet;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid};
use crate::reader::{encoding, limits};

/// What may part fields. A tab hardly ever stands in prose, so it is asked first.
const SEPARATORS: [u8; 4] = [b'\t', b',', b';', b'|'];
/// Lines and bytes that are looked at to find the separator.
const SAMPLE_LINES: usize = 2_000;
const SAMPLE_BYTES: usize = 1 << 20;
/// Lines that a field of tab-separated text may run over.
const FIELD_LINES: usize = 100;

/// Reads delimited or plain text; every field stays text.
///
/// # Errors
///
/// [`Cause::TooLarge`] beyond [`limits`], [`Cause::Corrupt`] if the CSV reader gives up.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    if u64::try_from(bytes.len()).is_ok_and(|size| size > limits::text_bytes()) {
        return Err(limits::exceeded(format!("文字文件超过 {} MB", limits::text_bytes() >> 20)));
    }
    let decoded = encoding::decode(bytes);
    let text = plain(&decoded.text);
    let mut sheet = Sheet::default();
    sheet.grid.notes.extend(decoded.note);
    let (hint, body) = separator_hint(&text);
    sheet.first_line = u32::from(hint.is_some());
    match hint.or_else(|| separator(sample(body))) {
        Some(sep) if has_endless_line(body, sep) => {
            return Err(Cause::TooLarge(format!("列数超过 {}", limits::COLS)));
        }
        Some(tab @ b'\t') => {
            sheet.goes_on = broken::continuations(body);
            sheet.note_broken();
            sheet.read_lines(body, Some(tab))?;
        }
        Some(sep) if quotes_are_sound(body, sep) => sheet.read_csv(body, sep)?,
        Some(sep) => {
            sheet.grid.notes.push("引号不成对，按一行一条记录读取，请与原件核对".to_owned());
            sheet.read_lines(body, Some(sep))?;
        }
        None => sheet.read_lines(body, None)?,
    }
    Ok(vec![sheet.grid])
}

/// Whether a line has more separators than a sheet has columns and a cell has characters: whoever reads it as a record
/// keeps a place for every field.
fn has_endless_line(body: &str, sep: u8) -> bool {
    let most = usize::try_from(limits::COLS).unwrap_or(usize::MAX).saturating_add(limits::TEXT_CHARS);
    let mut lines = body.as_bytes().split(|byte| *byte == b'\n').filter(|line| line.len() > most);
    lines.any(|line| line.iter().filter(|byte| **byte == sep).nth(most).is_some())
}

/// The text with `\n` for every line end and without what nobody typed: NULs and byte order marks.
fn plain(text: &str) -> String {
    let text = text.replace(['\0', '\u{FEFF}'], "");
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Excel's own first line `sep=;`, and the text behind it.
fn separator_hint(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let bare = first.trim_matches('"');
    let sep = bare.strip_prefix("sep=").or_else(|| bare.strip_prefix("SEP="));
    match sep.map(str::as_bytes) {
        Some(&[sep]) if sep.is_ascii() && sep != b'"' => (Some(sep), rest),
        _ => (None, text),
    }
}

/// The first lines of a long text.
fn sample(text: &str) -> &str {
    let end = (SAMPLE_BYTES..text.len()).find(|at| text.is_char_boundary(*at));
    let Some(head) = end.and_then(|end| text.get(..end)) else { return text };
    head.rsplit_once('\n').map_or(head, |(lines, _)| lines)
}

/// How the lines of a sample use a separator.
struct Usage {
    /// Lines that have it.
    lines: usize,
    /// Lines that have it as often as most of them.
    alike: usize,
    /// Lines where it parts nothing from something: prose never has that.
    empty: usize,
    /// Lines that are not blank; a line break inside quotes ends none.
    records: usize,
}

/// The separator of the text, `None` for plain text.
fn separator(text: &str) -> Option<u8> {
    let usage = SEPARATORS.map(|sep| (sep, Usage::of(text, sep)));
    let best = |usage: &Usage| (usage.alike * 2 >= usage.records, usage.lines, usage.alike);
    let (sep, by_count) = usage.iter().skip(1).max_by_key(|(_, usage)| best(usage))?;
    let total = by_count.records;
    let tabs = usage.first().map_or(0, |(_, usage)| usage.lines);
    // Every record of a written CSV has the same number of separators; prose has not.
    let regular = by_count.alike > 0 && by_count.alike * 10 >= by_count.lines * 8;
    if tabs > 0 && (tabs * 10 >= total || !regular) && !(regular && by_count.lines > tabs * 2) {
        return Some(b'\t');
    }
    // Some programs leave out what is empty at the end of a record.
    let certain = regular || by_count.lines * 10 >= total * 9 || by_count.empty * 3 >= by_count.lines;
    let enough = by_count.lines * 2 >= total && certain;
    (by_count.lines > 0 && enough).then_some(*sep)
}

impl Usage {
    fn of(text: &str, sep: u8) -> Self {
        let mut counts = std::collections::BTreeMap::new();
        let (mut lines, mut records, mut empty) = (0, 0, 0);
        for record in records_of(text, sep) {
            records += usize::from(!record.is_blank);
            if record.count > 0 {
                *counts.entry(record.count).or_insert(0_usize) += 1;
                lines += 1;
                empty += usize::from(record.has_empty && !record.is_blank);
            }
        }
        Self { lines, alike: counts.into_values().max().unwrap_or(0), empty, records }
    }
}

/// A record of a sample.
struct Record {
    /// How often the separator stands in it, outside quotes where they are sound.
    count: usize,
    is_blank: bool,
    /// Whether a field is empty.
    has_empty: bool,
}

fn records_of(text: &str, sep: u8) -> Vec<Record> {
    if sep == b'\t' || !quotes_are_sound(text, sep) {
        let record = |line: &str| Record {
            count: line.bytes().filter(|b| *b == sep).count(),
            is_blank: line.trim().is_empty(),
            has_empty: line.split(char::from(sep)).any(str::is_empty),
        };
        return text.lines().take(SAMPLE_LINES).map(record).collect();
    }
    let mut reader = csv_reader(text, sep);
    let records = reader.byte_records().map_while(Result::ok).take(SAMPLE_LINES);
    let record = |record: csv::ByteRecord| Record {
        count: record.len().saturating_sub(1),
        is_blank: record.iter().all(<[u8]>::is_empty),
        has_empty: record.iter().any(<[u8]>::is_empty),
    };
    records.map(record).collect()
}

/// Whether every quote that opens a field is closed right before a separator or line end.
fn quotes_are_sound(text: &str, sep: u8) -> bool {
    let mut rest = text.as_bytes();
    let ends = |b: u8| b == sep || b == b'\n';
    loop {
        if let Some(inner) = rest.strip_prefix(b"\"") {
            let Some(len) = closing_quote(inner) else { return false };
            rest = inner.get(len + 1..).unwrap_or_default();
            if !rest.first().is_none_or(|b| ends(*b)) {
                return false;
            }
        }
        let Some(end) = rest.iter().position(|b| ends(*b)) else { return true };
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

/// Where the quote stands that closes a field; doubled ones are part of it.
fn closing_quote(inner: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += inner.get(at..)?.iter().position(|b| *b == b'"')?;
        if inner.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn csv_reader(text: &str, sep: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sep).from_reader(text.as_bytes())
}

/// A grid in the making.
#[derive(Default)]
struct Sheet {
    grid: Grid,
    cells: usize,
    /// Lines before the text that is read.
    first_line: u32,
    /// Lines of that text that go on with the last field of the line before.
    goes_on: HashSet<u32>,
}

impl Sheet {
    fn read_csv(&mut self, text: &str, sep: u8) -> Result<(), Cause> {
        let mut reader = csv_reader(text, sep);
        let mut record = csv::StringRecord::new();
        let mut lines = LineCounter { text: text.as_bytes(), at: 0, line: self.first_line };
        loop {
            let start = reader.position().byte();
            if !reader.read_record(&mut record).map_err(|e| Cause::Corrupt(e.to_string()))? {
                return Ok(());
            }
            let row = lines.of_record(usize::try_from(start).unwrap_or(usize::MAX));
            for (col, field) in record.iter().enumerate() {
                self.put(row, col, field)?;
            }
        }
    }

    /// One record a line, but for fields whose quotes hold a line break.
    fn read_lines(&mut self, text: &str, sep: Option<u8>) -> Result<(), Cause> {
        let mut rest = text;
        let (mut row, mut line, mut col) = (self.first_line, self.first_line, 0);
        let mut before = String::new();
        while !rest.is_empty() {
            let field = Field::next(rest, sep);
            rest = field.after.get(1..).unwrap_or_default();
            line = line.saturating_add(field.lines);
            let ends = field.after.starts_with('\n');
            if ends && self.goes_on.contains(&(line + 1 - self.first_line)) {
                before.push_str(&field.text);
                before.push('\n');
                line += 1;
                continue;
            }
            self.put(row, col, &(std::mem::take(&mut before) + &field.text))?;
            col += 1;
            if ends {
                line = line.saturating_add(1);
                (row, col) = (line, 0);
            }
        }
        Ok(())
    }

    fn note_broken(&mut self) {
        let count = self.goes_on.len();
        if count > 0 {
            self.grid.notes.push(format!("有 {count} 处单元格内的换行断开了行，已接回，请与原件核对"));
        }
    }

    fn put(&mut self, row: u32, col: usize, text: &str) -> Result<(), Cause> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.cells += 1;
        let col = u32::try_from(col).unwrap_or(u32::MAX);
        let at = CellRef::new(row, col);
        if self.cells > limits::cells() {
            return Err(limits::exceeded(format!("单元格数超过 {}", limits::cells())));
        }
        let (name, limit) = if row >= limits::ROWS {
            ("行", limits::ROWS as usize)
        } else if col >= limits::COLS {
            ("列", limits::COLS as usize)
        } else if text.len() > limits::TEXT_CHARS && text.chars().count() > limits::TEXT_CHARS {
            return Err(Cause::TooLarge(format!("{at} 的文字超过 {} 字", limits::TEXT_CHARS)));
        } else {
            self.grid.put(at, Cell::text(text));
            return Ok(());
        };
        Err(Cause::TooLarge(format!("{name}数超过 {limit}")))
    }
}

/// Physical lines counted up to where a record starts; the CSV reader itself passes over blank lines.
struct LineCounter<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl LineCounter<'_> {
    fn of_record(&mut self, start: usize) -> u32 {
        while let Some(byte) = self.text.get(self.at)
            && (self.at < start || *byte == b'\n')
        {
            self.line = self.line.saturating_add(u32::from(*byte == b'\n'));
            self.at += 1;
        }
        self.line
    }
}

/// A field of a line, and the text from its separator or line end on.
struct Field<'a> {
    text: std::borrow::Cow<'a, str>,
    /// Line breaks inside it.
    lines: u32,
    after: &'a str,
}

impl<'a> Field<'a> {
    fn next(rest: &'a str, sep: Option<u8>) -> Self {
        sep.and_then(|sep| Self::quoted(rest, sep)).unwrap_or_else(|| Self::bare(rest, sep))
    }

    fn bare(rest: &'a str, sep: Option<u8>) -> Self {
        let end = rest.bytes().position(|b| b == b'\n' || Some(b) == sep).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        Self { text: text.into(), lines: 0, after }
    }

    /// `None` unless the quote closes right before a separator or line end, with no tab in between:
    /// a quote in somebody's prose must not swallow what follows.
    fn quoted(rest: &'a str, sep: u8) -> Option<Self> {
        let inner = rest.strip_prefix('"')?;
        let end = closing_quote(inner.as_bytes())?;
        let (text, after) = (inner.get(..end)?, inner.get(end + 1..)?);
        let lines = text.bytes().filter(|b| *b == b'\n').count();
        let whole = if sep == b'\t' { lines <= FIELD_LINES && !text.contains('\t') } else { lines == 0 };
        let closed = after.bytes().next().is_none_or(|b| b == sep || b == b'\n');
        (whole && closed).then(|| Self {
            text: text.replace("\"\"", "\"").into(),
            lines: u32::try_from(lines).unwrap_or(u32::MAX),
            after,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, cells: &[(&str, &str)]) -> Grid {
        let grid = read(text.as_bytes()).unwrap().remove(0);
        let found: Vec<_> = grid
            .cells()
            .map(|(at, c)| (at.to_string(), c.value.as_ref().unwrap().shown().to_owned()))
            .collect();
        let wanted: Vec<_> = cells.iter().map(|(a, t)| ((*a).to_owned(), (*t).to_owned())).collect();
        assert_eq!(found, wanted, "{text:?}");
        grid
    }

    #[test]
    fn lines_and_tabs_give_the_place() {
        case(
            "\n\n附件：\n\n项目名称\t\t甲，乙,丙\n",
            &[("A3", "附件："), ("A5", "项目名称"), ("C5", "甲，乙,丙")],
        );
        case(
            "a\tb\r\n\r\nc\td\re\tf",
            &[("A1", "a"), ("B1", "b"), ("A3", "c"), ("B3", "d"), ("A4", "e"), ("B4", "f")],
        );
        case("\u{FEFF}\u{FEFF}甲\t 乙 \0\n", &[("A1", "甲"), ("B1", " 乙 ")]);
    }

    #[test]
    fn separators_are_found_by_content() {
        for sep in [',', ';', '|', '\t'] {
            let text = "a,b\nc,d\n\n,f\n".replace(',', &sep.to_string());
            case(&text, &[("A1", "a"), ("B1", "b"), ("A2", "c"), ("B2", "d"), ("B4", "f")]);
        }
        case("sep=;\na;b,c\n", &[("A2", "a"), ("B2", "b,c")]);
        case(
            "标题,,\n甲,\"x\ty\",1\n乙,z,2\n",
            &[
                ("A1", "标题"),
                ("A2", "甲"),
                ("B2", "x\ty"),
                ("C2", "1"),
                ("A3", "乙"),
                ("B3", "z"),
                ("C3", "2"),
            ],
        );
        case(
            "标题\n甲,乙\n丙,,丁,戊\n,己\n庚\n",
            &[
                ("A1", "标题"),
                ("A2", "甲"),
                ("B2", "乙"),
                ("A3", "丙"),
                ("C3", "丁"),
                ("D3", "戊"),
                ("B4", "己"),
                ("A5", "庚"),
            ],
        );
        case(
            "一段话。\n另一段，有 1,000 元。\n完\n",
            &[("A1", "一段话。"), ("A2", "另一段，有 1,000 元。"), ("A3", "完")],
        );
        case("项目名称", &[("A1", "项目名称")]);
        case("", &[]);
    }

    #[test]
    fn csv_quotes_hold_separators_and_lines() {
        case(
            "\n\na,\"b\nc,\"\"d\"\"\"\n\ne,f\n",
            &[("A3", "a"), ("B3", "b\nc,\"d\""), ("A6", "e"), ("B6", "f")],
        );
        case(
            "=\"205\",'=1+1,70\nx,y,z\n",
            &[("A1", "=\"205\""), ("B1", "'=1+1"), ("C1", "70"), ("A2", "x"), ("B2", "y"), ("C2", "z")],
        );
    }

    #[test]
    fn stray_quotes_swallow_nothing() {
        case(
            "“三公\"\t1\n\"三公\t2\n费\"\t3\n",
            &[("A1", "“三公\""), ("B1", "1"), ("A2", "\"三公"), ("B2", "2"), ("A3", "费\""), ("B3", "3")],
        );
        case(
            "\"三公\"经费\t1\n\"甲\n乙\"\t2\n丙\t\"丁\"\n",
            &[("A1", "\"三公\"经费"), ("B1", "1"), ("A2", "甲\n乙"), ("B2", "2"), ("A4", "丙"), ("B4", "丁")],
        );
        let grid = case(
            "\"三公,1\nb,\"2\"\nc,3\n",
            &[("A1", "\"三公"), ("B1", "1"), ("A2", "b"), ("B2", "2"), ("A3", "c"), ("B3", "3")],
        );
        assert_eq!(grid.notes.len(), 1);
    }

    #[test]
    fn rows_broken_inside_a_cell_are_joined() {
        let grid = case(
            "题\n项目资金\n(万元)\t\t年初\n\t产出指标\n(50分)\t3\n末\t\t\n",
            &[
                ("A1", "题"),
                ("A2", "项目资金\n(万元)"),
                ("C2", "年初"),
                ("B4", "产出指标\n(50分)"),
                ("C4", "3"),
                ("A6", "末"),
            ],
        );
        assert_eq!(grid.notes, ["有 2 处单元格内的换行断开了行，已接回，请与原件核对"]);
    }

    #[test]
    fn limits_are_kept() {
        let far = format!("{}x", "\t".repeat(20_000));
        let many = "a,b\n".repeat(limits::cells() / 2 + 1);
        for text in ["长".repeat(40_000), far, many, "\n".repeat(limits::ROWS as usize) + "x"] {
            assert!(matches!(read(text.as_bytes()), Err(Cause::TooLarge(_))));
        }
    }
}
