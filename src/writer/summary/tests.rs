//! 汇总.xlsx, read back by the part.

use std::io::{Cursor, Read};

use super::link::Target;
use super::*;

/// Everything that a batch says.
#[derive(Default)]
struct Summary {
    lines: Vec<Line>,
    problems: Vec<Problem>,
    changes: Vec<Change>,
    failed: Vec<Failed>,
}

fn workbook(summary: &Summary) -> Result<Vec<u8>, Cause> {
    compose(summary, SHEET_ROWS)
}

fn compose(summary: &Summary, rows: u32) -> Result<Vec<u8>, Cause> {
    let mut book = guarded(|| Book::with_rows(rows))?;
    book.problems(summary.problems.iter().cloned())?;
    book.changes(summary.changes.iter().cloned())?;
    let mut out = Cursor::new(Vec::new());
    book.finish(&summary.lines, &summary.failed, &mut out)?;
    Ok(out.into_inner())
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn sheet_names(bytes: &[u8]) -> Vec<String> {
    let text = part(bytes, "xl/workbook.xml");
    text.split("<sheet name=\"").skip(1).filter_map(|s| Some(s.split_once('"')?.0.to_owned())).collect()
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn line(project: &str, budget: &str, executed: &str) -> Line {
    Line {
        file: "交来/01 a.xlsx".into(),
        project: Some(project.into()),
        budget: decimal(budget),
        executed: decimal(executed),
        errors: 2,
        ..Line::default()
    }
}

fn problem(message: &str) -> Problem {
    Problem {
        file: "01.xlsx".into(),
        sheet: None,
        cell: Some("F14".into()),
        project: None,
        code: "M01",
        name: "rate-differs",
        severity: Severity::Error,
        message: message.into(),
        fix: Some(Fix::safe(Some("99%"), "99.87%")),
    }
}

#[test]
fn totals_are_formulas_with_exact_results() {
    let lines = vec![line("甲", "0.1", "0.1"), line("乙", "0.2", "0.05")];
    let bytes = workbook(&Summary { lines, ..Summary::default() }).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        "<f>SUBTOTAL(9,E4:E5)</f><v>0.3</v>",
        "<f>SUBTOTAL(9,F4:F5)</f><v>0.15</v>",
        "<f>IF(E6&gt;0,F6/E6,\"\")</f><v>0.5</v>",
        "<f>SUBTOTAL(9,K4:K5)</f><v>4</v>",
        "<f>\"共 \"&amp;SUBTOTAL(102,A4:A5)&amp;\" 张\"</f><v>共 2 张</v>",
        "<autoFilter ref=\"A3:O5\"/>",
        "topLeftCell=\"C4\"",
        "orientation=\"landscape\"",
    ] {
        assert!(sheet.contains(expected), "{expected} in {sheet}");
    }
    assert!(sheet.contains(">未评完<"));
}

#[test]
fn a_missing_amount_leaves_the_total_rate_blank() {
    let lines = vec![line("甲", "1", "1"), Line { executed: None, ..line("乙", "2", "1") }];
    let sheet =
        part(&workbook(&Summary { lines, ..Summary::default() }).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<f>SUBTOTAL(9,F4:F5)</f><v>1</v>") && !sheet.contains("<f>IF("));
}

#[test]
fn a_full_sheet_is_continued_on_the_next() {
    let summary = Summary {
        lines: vec![line("甲", "1", "1"); 3],
        problems: (0..9).map(|n| problem(&n.to_string())).collect(),
        failed: vec![Failed { file: "x".into(), message: "空".into() }],
        ..Summary::default()
    };
    let bytes = compose(&summary, 5).unwrap();
    assert_eq!(
        sheet_names(&bytes),
        ["汇总", "汇总(2)", "汇总(3)", "问题清单", "问题清单(2)", "问题清单(3)", "修改记录", "未处理"]
    );
    assert!(part(&bytes, "xl/worksheets/sheet6.xml").contains("<autoFilter ref=\"A1:H2\"/>"));
    let names = sheet_names(&workbook(&summary).unwrap());
    assert_eq!(names, ["汇总", "问题清单", "修改记录", "未处理"]);
}

#[test]
fn nothing_at_all_is_still_a_workbook() {
    assert_eq!(sheet_names(&workbook(&Summary::default()).unwrap()), ["汇总", "问题清单", "修改记录"]);
}

#[test]
fn hostile_text_stays_text() {
    let long = "长".repeat(40_000);
    for text in ["=1+1", "+1", "-1", "@SUM(1)", "\u{1}\u{0}\r_x0041_x0042_\u{ffff}", &long, "<b>&\"", ""] {
        let mut summary = Summary { lines: vec![line(text, "1", "1")], ..Summary::default() };
        summary.lines[0].output = Some("a.xlsx".into());
        summary.problems.push(problem(text));
        summary.changes.push(Change { from: Some(text.into()), to: Some(text.into()), ..Change::default() });
        summary.failed.push(Failed { file: text.into(), message: text.into() });
        let bytes = workbook(&summary).unwrap();
        let grids = crate::reader::xlsx::read(&bytes).unwrap();
        let read = grids[1].get("G2".parse().unwrap()).and_then(|cell| cell.value.clone());
        let expected = shown::harmless(text);
        let shown = read.as_ref().map_or("", crate::grid::Value::shown);
        assert_eq!(shown, expected, "{text:.20?}");
        assert!(
            grids.iter().skip(1).flat_map(crate::grid::Grid::cells).all(|(_, cell)| cell.formula.is_none())
        );
    }
    assert_eq!(shown::harmless("a\u{1}\r\nb\u{7f}\u{ffff}"), "a␁\nb␡\u{fffd}");
    assert_eq!(shown::harmless(&"😀".repeat(20_000)).encode_utf16().count(), 32_767);
}

#[test]
fn only_what_would_be_an_escape_is_escaped() {
    let summary = Summary { problems: vec![problem("01_xls _x0041_x00e9_x004_")], ..Summary::default() };
    let sheet = part(&workbook(&summary).unwrap(), "xl/worksheets/sheet2.xml");
    assert!(sheet.contains(">01_xls _x005F_x0041_x005F_x00e9_x004_<"), "{sheet}");
}

#[test]
fn amounts_are_exact_or_text() {
    let lines = vec![line("甲", "209.929", "12345678901234567.89"), line("乙", "8599.538123", "-0.5")];
    let bytes = workbook(&Summary { lines, ..Summary::default() }).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for value in ["<v>209.929</v>", "<v>8599.538123</v>", "<v>-0.5</v>"] {
        assert!(sheet.contains(value), "{value}");
    }
    assert!(sheet.contains(">12345678901234567.89</t>"));
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("\"#,##0.000\"") && styles.contains("\"#,##0.000000\""));
    assert!(sheet.contains("<f>SUBTOTAL(9,E4:E5)</f><v>8809.467123</v>"));
    assert!(!sheet.contains("SUBTOTAL(9,F4:F5)"), "a spreadsheet's sum would leave out an amount");
}

#[test]
fn links_open_what_they_name() {
    for (path, sheet, expected) in [
        ("01.xlsx", None, Some("01.xlsx ")),
        ("子/1 甲.xlsx", Some("乙'丙#"), Some("子/1%20甲.xlsx '乙''丙#'!A1")),
        ("a%20b c.xlsx", None, Some("a%2520b%20c.xlsx ")),
        ("D:/甲[1].xlsx", None, Some("file:///D:/甲%5B1%5D.xlsx ")),
        ("../乙.xlsx", None, Some("../乙.xlsx ")),
        ("a#1.xlsx", None, None),
        ("a\u{1}.xlsx", None, None),
        ("a\n.xlsx", None, None),
        ("a\t.xlsx", None, None),
        ("a:b?.xlsx", None, Some("a:b%3F.xlsx ")),
    ] {
        let target = Target::of(path, sheet);
        let target = target.map(|target| format!("{} {}", target.file, target.place.unwrap_or_default()));
        assert_eq!(target.as_deref(), expected, "{path}");
    }
    assert_eq!(Target::of(&"长".repeat(3000), None), None);
    let output = Some("子/1 甲.xlsx".into());
    let lines = vec![Line { output, output_sheet: Some("乙'丙".into()), ..line("甲", "1", "1") }];
    let bytes = workbook(&Summary { lines, ..Summary::default() }).unwrap();
    let relations = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(relations.contains("Target=\"子/1%20甲.xlsx\" TargetMode=\"External\""), "{relations}");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<hyperlink ref=\"B4\" r:id=\"rId1\" location=\"&apos;乙&apos;&apos;丙&apos;!A1\"/>")
    );
}

#[test]
fn advice_says_what_the_fix_does() {
    let fix = |kind, from: Option<&str>, to: Option<&str>| Fix {
        kind,
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    };
    for (fix, expected) in [
        (fix(FixKind::Safe, Some("一"), Some("二")), "“一”改为“二”"),
        (fix(FixKind::Unsafe, None, Some("5")), "填写“5”（须经人工确认）"),
        (fix(FixKind::Safe, Some("一"), None), "删去“一”"),
    ] {
        assert_eq!(advice(&fix), Cell::Text(expected.into()));
    }
    assert_eq!(advice(&fix(FixKind::Safe, None, None)), Cell::Blank);
}

#[test]
fn the_bytes_repeat_and_carry_the_mark() {
    let summary = Summary { lines: vec![line("甲", "1", "1")], ..Summary::default() };
    let bytes = workbook(&summary).unwrap();
    assert_eq!(bytes, workbook(&summary).unwrap());
    let custom = part(&bytes, "docProps/custom.xml");
    assert!(custom.contains("name=\"zipingbiao\"") && custom.contains("<vt:lpwstr>汇总</vt:lpwstr>"));
    assert!(part(&bytes, "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
}

#[test]
fn a_line_takes_its_numbers_from_the_report() {
    use crate::form::{Field, Form, FundingColumn, IndicatorColumn};
    let mut form = Form::default();
    form.set(Field::Project, "甲");
    form.set(Field::Authority, "101-某某局");
    form.set(Field::Funding(0, FundingColumn::Budget), "70");
    form.set(Field::Funding(0, FundingColumn::Executed), "69.91");
    form.set(Field::Indicator(0, IndicatorColumn::Level3), "人数");
    let scores = crate::score::Scores::of(&form, &crate::template::Template::standard().scoring);
    let diagnostic = Diagnostic {
        code: "P03",
        name: "actual-missing",
        severity: Severity::Warning,
        field: None,
        cell: "G16".parse().ok(),
        message: "缺".into(),
        fix: None,
    };
    let report = Report {
        origin: crate::report::Origin { file: "01.xlsx".into(), ..Default::default() },
        form,
        layout: crate::layout::Layout::default(),
        scores,
        diagnostics: vec![diagnostic.clone()],
    };
    let line = Line::of(&report, Some(Output { path: "01.xlsx", sheet: None }));
    assert_eq!((line.rate, line.funding_score), (decimal("0.9987"), decimal("9.99")));
    assert_eq!(line.authority.as_deref(), Some("101-某某局"));
    assert_eq!((line.errors, line.warnings, line.total), (0, 1, None));
    let problem = Problem::of(&report, &diagnostic);
    assert_eq!((problem.cell.as_deref(), problem.project.as_deref()), (Some("G16"), Some("甲")));
}

#[test]
fn rows_that_were_written_beforehand_look_as_the_workbook_says() {
    let mut summary = Summary { problems: vec![problem("=1")], ..Summary::default() };
    summary.failed.push(Failed { file: "x".into(), message: "空".into() });
    let bytes = workbook(&summary).unwrap();
    let styles = part(&bytes, "xl/styles.xml");
    let (_, formats) = styles.split_once("<cellXfs").unwrap();
    let formats: Vec<&str> = formats.split("<xf ").skip(1).collect();
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    let look = |cell: &str| {
        let (_, rest) = sheet.split_once(&format!("<c r=\"{cell}\" s=\"")).unwrap();
        formats[rest.split_once('"').unwrap().0.parse::<usize>().unwrap()]
    };
    for (cell, has, lacks) in [
        ("A1", "applyFill", "quotePrefix"), // 文件
        ("A2", "horizontal=\"left\"", "applyFill"),
        ("B2", "horizontal=\"left\"", "quotePrefix"), // nothing
        ("C2", "horizontal=\"center\"", "applyFill"),
        ("G2", "quotePrefix", "applyFill"), // the message
    ] {
        assert!(look(cell).contains(has) && !look(cell).contains(lacks), "{cell}: {}", look(cell));
    }
    assert_ne!(look("E2"), look("C2"), "an error is red");
    assert!(sheet.contains("<autoFilter ref=\"A1:H2\"/>") && sheet.contains("state=\"frozen\""));
    assert!(
        !sheet.contains("tabSelected") && part(&bytes, "xl/worksheets/sheet1.xml").contains("tabSelected")
    );
    assert!(part(&bytes, "xl/worksheets/sheet4.xml").contains("<v>1</v>"), "未处理 is numbered");
}

#[test]
fn no_part_has_the_header_of_a_large_file() {
    let summary =
        Summary { lines: vec![line("甲", "1", "1")], problems: vec![problem("一")], ..Summary::default() };
    let bytes = workbook(&summary).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).unwrap();
        let name = part.name().unwrap().into_owned();
        assert!(
            part.extra_data().as_deref().is_none_or(<[u8]>::is_empty),
            "{name}: LibreOffice refuses some of them"
        );
    }
}

/// A disk that takes so many bytes.
struct Full(Cursor<Vec<u8>>, u64);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.position() > self.1 {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            self.0.write(bytes)
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::io::Seek for Full {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_is_told_from_one_for_temporary_files() {
    let book = Book::new().unwrap();
    let full = book.finish(&[line("甲", "1", "1")], &[], Full(Cursor::new(Vec::new()), 0)).unwrap_err();
    assert_eq!(full.to_string(), Cause::io("写入", std::io::ErrorKind::StorageFull.into()).to_string());
    let temporary = guarded(|| Err::<(), _>(XlsxError::IoError(std::io::ErrorKind::StorageFull.into())));
    assert!(temporary.unwrap_err().to_string().contains("临时文件"));
}
