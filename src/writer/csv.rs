//! Reports to three CSV tables, joined by file, sheet and range, safe to open in Excel.
//!
//! The values are those of the clean data ([`super::json::clean`]): every column is a header and a path into it, so
//! the two outputs cannot disagree.

use std::borrow::Cow;
use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};
use encoding_rs::GB18030;
use serde_json::Value;

use super::json;
use crate::error::Cause;
use crate::reader::tables::{Column, EXTRA, FORMS, FUNDING, INDICATORS, KEY, ORDINAL, guard, joined_extras};
use crate::report::Report;

/// How the text of the tables is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8 with a byte order mark, by which Excel knows it.
    #[default]
    Utf8Bom,
    /// UTF-8 without a mark.
    Utf8,
    /// GB18030, for programs that know no Unicode.
    Gb18030,
}

impl Encoding {
    /// All encodings, the default first.
    pub const ALL: [Self; 3] = [Self::Utf8Bom, Self::Utf8, Self::Gb18030];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }

    /// The encoding of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name().eq_ignore_ascii_case(name))
    }

    /// What a file begins with.
    const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xef\xbb\xbf",
            Self::Utf8 | Self::Gb18030 => b"",
        }
    }

    /// `text` in this encoding. No byte of a GB18030 character is a comma, a quote or a line end, so fields can be
    /// encoded before they are quoted.
    fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8Bom | Self::Utf8 => Cow::Borrowed(text.as_bytes()),
            Self::Gb18030 if text.contains(UNMAPPED) => Cow::Owned(encode_unmapped(text)),
            Self::Gb18030 => GB18030.encode(text).0,
        }
    }
}

/// The one character that the web's GB18030 refuses to write (it reads A3A0 as a space); the standard has it there.
const UNMAPPED: char = '\u{e5e5}';

fn encode_unmapped(text: &str) -> Vec<u8> {
    let parts: Vec<_> = text.split(UNMAPPED).map(|part| GB18030.encode(part).0).collect();
    parts.join(&b"\xa3\xa0"[..])
}

/// One of each table; written to, or given back finished.
#[derive(Debug)]
pub struct Tables<T> {
    /// 自评表.csv, one line a form.
    pub forms: T,
    /// 资金.csv, one line a row of the funding block.
    pub funding: T,
    /// 指标.csv, one line a row of the indicator table.
    pub indicators: T,
}

/// The three tables while they are written, form by form.
#[derive(Debug)]
pub struct CsvTables<W: Write> {
    tables: Tables<Table<W>>,
}

impl<W: Write> CsvTables<W> {
    /// Begins the tables with their headers.
    ///
    /// # Errors
    /// [`Cause::Io`] if a file cannot be written.
    pub fn new(forms: W, funding: W, indicators: W, encoding: Encoding) -> Result<Self, Cause> {
        let headers = |columns: &[Column]| columns.iter().map(|(header, _)| *header).collect::<Vec<_>>();
        let key = headers(&KEY);
        let of_forms = [key.clone(), headers(&FORMS), vec![EXTRA]].concat();
        let of_funding = [key.clone(), vec![ORDINAL], headers(&FUNDING)].concat();
        let of_indicators = [key, vec![ORDINAL], headers(&INDICATORS)].concat();
        let tables = Tables {
            forms: Table::new(forms, encoding, &of_forms)?,
            funding: Table::new(funding, encoding, &of_funding)?,
            indicators: Table::new(indicators, encoding, &of_indicators)?,
        };
        Ok(Self { tables })
    }

    /// Goes on with tables that have their headers already.
    pub fn more(forms: W, funding: W, indicators: W, encoding: Encoding) -> Self {
        let table = |out| Table::more(out, encoding);
        Self {
            tables: Tables { forms: table(forms), funding: table(funding), indicators: table(indicators) },
        }
    }

    /// Adds a form to the tables.
    ///
    /// # Errors
    /// [`Cause::Io`] if a file cannot be written.
    pub fn write(&mut self, report: &Report, fixed: &Report) -> Result<(), Cause> {
        let record = json::clean(report, fixed).map_err(|error| Cause::Data(error.to_string()))?;
        let key = cells(&record, &KEY);
        self.tables.forms.write(&[key.clone(), cells(&record, &FORMS), vec![extras(&record)]].concat())?;
        self.tables.funding.write_rows(&key, record.get("funding"), &FUNDING)?;
        self.tables.indicators.write_rows(&key, record.get("indicators"), &INDICATORS)
    }

    /// Ends the tables and gives back what they were written to.
    ///
    /// # Errors
    /// [`Cause::Io`] if a file cannot be written.
    pub fn finish(self) -> Result<Tables<W>, Cause> {
        let Tables { forms, funding, indicators } = self.tables;
        Ok(Tables { forms: forms.finish()?, funding: funding.finish()?, indicators: indicators.finish()? })
    }
}

/// One table while it is written.
#[derive(Debug)]
struct Table<W: Write> {
    writer: Writer<W>,
    encoding: Encoding,
}

impl<W: Write> Table<W> {
    fn new(mut out: W, encoding: Encoding, headers: &[&str]) -> Result<Self, Cause> {
        out.write_all(encoding.mark()).map_err(|error| Cause::io("写入", error))?;
        let mut table = Self::more(out, encoding);
        table.write(headers)?;
        Ok(table)
    }

    fn more(out: W, encoding: Encoding) -> Self {
        Self { writer: WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out), encoding }
    }

    fn write(&mut self, cells: &[impl AsRef<str>]) -> Result<(), Cause> {
        let encoding = self.encoding;
        let bytes = cells.iter().map(|cell| encoding.encode(cell.as_ref()));
        self.writer.write_record(bytes).map_err(|error| Cause::io("写入", error.into()))
    }

    /// A line for each of `rows`, behind the form's key.
    fn write_rows(&mut self, key: &[String], rows: Option<&Value>, columns: &[Column]) -> Result<(), Cause> {
        let rows = rows.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (ordinal, row) in (1..).zip(rows) {
            let ordinal: u32 = ordinal;
            self.write(&[key.to_vec(), vec![ordinal.to_string()], cells(row, columns)].concat())?;
        }
        Ok(())
    }

    fn finish(self) -> Result<W, Cause> {
        self.writer.into_inner().map_err(|error| Cause::io("写入", error.into_error()))
    }
}

/// The cells of `columns` in `record`.
fn cells(record: &Value, columns: &[Column]) -> Vec<String> {
    columns.iter().map(|(_, path)| record.pointer(path).map(cell).unwrap_or_default()).collect()
}

/// A value as a cell: texts are guarded, numbers are numbers, nothing is nothing.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => guard(text).into_owned(),
        other => other.to_string(),
    }
}

/// Everything else on the paper as one cell.
fn extras(record: &Value) -> String {
    let extras = record.get("extra").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let part = |extra: &Value, name: &str| extra.get(name).and_then(Value::as_str).map(str::to_owned);
    let parts = extras.iter().map(|extra| (part(extra, "label"), part(extra, "text").unwrap_or_default()));
    guard(&joined_extras(parts)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Extra, Field, Form, FundingColumn, GoalSide, IndicatorColumn};
    use crate::number::MoneyUnit;
    use crate::report::Origin;
    use crate::score::Scores;
    use crate::template::Template;

    fn report(project: &str) -> Report {
        let mut form = Form::new(MoneyUnit::WanYuan);
        for (field, typed) in [
            (Field::Project, project),
            (Field::Authority, "101-某某局"),
            (Field::Goal(GoalSide::Expected), "一，\n“二”\"三\""),
            (Field::Funding(0, FundingColumn::Item), "年度资金总额"),
            (Field::Funding(0, FundingColumn::Budget), "70.10"),
            (Field::Funding(0, FundingColumn::Executed), "-1.5"),
            (Field::Funding(1, FundingColumn::Item), "本年财政拨款"),
            (Field::Indicator(0, IndicatorColumn::Level1), "产出指标(50分)"),
            (Field::Indicator(0, IndicatorColumn::Level3), "人数"),
            (Field::Indicator(0, IndicatorColumn::Target), "=205人"),
            (Field::Indicator(0, IndicatorColumn::Actual), "-3"),
        ] {
            form.set(field, typed);
        }
        let note = |label: Option<&str>, text: &str| Extra {
            cell: None,
            label: label.map(str::to_owned),
            text: text.to_owned(),
            explained: true,
        };
        form.extra = vec![note(None, "-备注"), note(Some("填报人"), "张某")];
        let scores = Scores::of(&form, &Template::standard().scoring);
        let origin =
            Origin { file: "一/01.xlsx".into(), sheet: Some("表".into()), range: "A1:J30".parse().ok() };
        Report { origin, form, layout: crate::layout::Layout::default(), scores, diagnostics: Vec::new() }
    }

    fn written(reports: &[Report], encoding: Encoding) -> Tables<Vec<u8>> {
        let mut tables = CsvTables::new(Vec::new(), Vec::new(), Vec::new(), encoding).unwrap();
        for report in reports {
            tables.write(report, report).unwrap();
        }
        tables.finish().unwrap()
    }

    fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn three_tables_say_what_the_clean_data_says() {
        let tables = written(&[report("=甲,乙")], Encoding::Utf8);
        let forms = lines(&tables.forms);
        assert_eq!(
            forms[0].join(" "),
            "文件 工作表 区域 项目名称 标题 年度 主管部门编码 主管部门 实施单位编码 实施单位 预期目标 实际完成情况 \
             总分分值 总分得分 其他内容"
        );
        assert_eq!(forms[1][..8], ["一/01.xlsx", "表", "A1:J30", "'=甲,乙", "", "", "101", "某某局"]);
        assert_eq!(forms[1][14], "'-备注\n填报人：张某");
        let funding = lines(&tables.funding);
        assert_eq!(funding.len(), 3);
        assert_eq!(funding[1][4..8], ["1", "年度资金总额", "", "70.1"]);
        assert_eq!(funding[1][8], "-1.5", "a number is not guarded");
        let indicators = lines(&tables.indicators);
        assert_eq!(indicators[1][5..7], ["产出指标", "50"]);
        assert_eq!(indicators[1][9..14], ["'=205人", "'=", "205", "人", "'-3"]);
        assert_eq!(indicators[1][..4], forms[1][..4], "the key joins them");
    }

    #[test]
    fn every_column_is_in_the_clean_data() {
        let record = json::clean(&report("甲"), &report("甲")).unwrap();
        for (_, path) in KEY.iter().chain(&FORMS) {
            assert!(record.pointer(path).is_some(), "{path}");
        }
        for (_, path) in FUNDING {
            assert!(record["funding"][0].pointer(path).is_some(), "{path}");
        }
        for (_, path) in INDICATORS {
            assert!(record["indicators"][0].pointer(path).is_some(), "{path}");
        }
    }

    #[test]
    fn tables_without_forms_have_their_headers_and_crlf() {
        let tables = written(&[], Encoding::Utf8Bom);
        for table in [tables.forms, tables.funding, tables.indicators] {
            assert!(table.starts_with("\u{feff}文件,".as_bytes()) && table.ends_with(b"\r\n"));
            assert_eq!(lines(&table).len(), 1);
        }
    }

    #[test]
    fn gb18030_loses_no_character() {
        let project = "𠮷金\u{a0}😀\u{e5e5}—€，\"引\"";
        let tables = written(&[report(project)], Encoding::Gb18030);
        let (text, _, had_errors) = GB18030.decode(&tables.forms);
        assert!(!had_errors && !text.contains("&#"));
        let expected = crate::form::Entry::value(&report(project).form.project).unwrap().clone();
        let read = &lines(text.as_bytes())[1][3];
        assert_eq!(read.replace('\u{3000}', "\u{e5e5}"), expected, "A3A0 reads as a space on the web");
        assert!(tables.forms.windows(2).any(|two| two == b"\xa3\xa0"));
    }

    #[test]
    fn encodings_have_names() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::named(encoding.name()), Some(encoding));
        }
        assert_eq!(Encoding::named("GB18030"), Some(Encoding::Gb18030));
        assert_eq!(Encoding::named("big5"), None);
    }
}
