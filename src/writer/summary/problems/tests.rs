use super::*;
use crate::diagnostic::Fix;
use crate::grid::Grid;

fn sent(file: &str, project: &str, unit: Option<&str>) -> Sent {
    Sent {
        file: file.into(),
        sheet: Some("表 1".into()),
        project: Some(project.into()),
        unit: unit.map(Into::into),
        link: Some(format!("../{file}")),
    }
}

fn found(code: &'static str, severity: Severity, cell: Option<&str>, message: &str) -> Diagnostic {
    let cell = cell.and_then(|cell| cell.parse().ok());
    Diagnostic { code, name: "", severity, field: None, cell, message: message.into(), fix: None }
}

fn finished(list: List, rows: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    list.compose(rows, &mut out).unwrap();
    out.into_inner()
}

fn grids(bytes: &[u8]) -> Vec<Grid> {
    crate::reader::xlsx::read(bytes).unwrap()
}

/// What stands in a column of a sheet.
fn column(grid: &Grid, column: u32) -> Vec<String> {
    let cells = grid.cells().filter(|(at, _)| at.col == column);
    cells.filter_map(|(_, cell)| Some(cell.value.as_ref()?.shown().to_owned())).collect()
}

#[test]
fn findings_stand_with_their_forms_worst_first_and_what_is_no_form_stands_last() {
    let mut list = List::new().unwrap();
    assert!(list.is_empty());
    let (info, warning, error) = (Severity::Info, Severity::Warning, Severity::Error);
    list.form(
        sent("a.xlsx", "甲", Some("某局")),
        &[found("P03", warning, Some("F9"), "甲一"), found("M01", info, None, "甲二")],
    )
    .unwrap();
    list.form(sent("a.xlsx", "甲", Some("某局")), &[found("M02", error, Some("B2"), "又甲")]).unwrap();
    let origin = Origin { file: "清单.xlsx".into(), ..Origin::default() };
    list.across(None, (&origin, Some("丙")), &found("B04", info, None, "丙一")).unwrap();
    list.across(Some(7), (&origin, Some("丁")), &found("B04", error, None, "丁")).unwrap();
    list.across(None, (&origin, Some("丙")), &found("B04", error, None, "丙二")).unwrap();
    let fix = Some(Fix::safe(Some("一\n"), "二\"\\"));
    list.across(
        Some(0),
        (&origin, None),
        &Diagnostic { fix, ..found("B01", error, Some("XFD1048576"), "甲三") },
    )
    .unwrap();
    let bytes = finished(list, SHEET_ROWS);
    let grids = grids(&bytes);
    let table = &grids[0];
    assert_eq!(column(table, 8), ["问题", "甲三", "甲一", "甲二", "又甲", "丙二", "丙一", "丁"]);
    assert_eq!(column(table, 5), ["单元格", "XFD1048576", "F9", "B2"]);
    assert_eq!(column(table, 9), ["建议", "“一\n”改为“二\"\\”"]);
    assert_eq!(column(table, 0)[7], "7");
    assert_eq!(grids.len(), 2, "one letter: nothing is asked of a unit about what is no form");
    let letter = column(&grids[1], 2);
    assert_eq!(letter, ["请更正或核实", "甲三（“一\n”改为“二\"\\”）", "甲一", "又甲"]);
    let forms = column(&grids[1], 0);
    assert!(
        forms.iter().any(|text| text.starts_with("1．甲"))
            && forms.iter().any(|text| text.starts_with("2．甲"))
    );
}

#[test]
fn each_unit_gets_its_letter_in_the_order_in_which_they_sent() {
    let mut list = List::new().unwrap();
    for (file, unit) in
        [("1", Some("乙局")), ("2", None), ("3", Some("甲局")), ("4", Some("乙局")), ("5", Some("丙局"))]
    {
        let severity = if unit == Some("丙局") { Severity::Info } else { Severity::Error };
        list.form(sent(file, file, unit), &[found("P03", severity, Some("A1"), file)]).unwrap();
    }
    let grids = grids(&finished(list, SHEET_ROWS));
    let names: Vec<_> = grids.iter().map(|grid| grid.sheet.as_deref().unwrap_or_default()).collect();
    assert_eq!(names, ["问题清单", "退回意见-乙局", "退回意见-未写单位", "退回意见-甲局"]);
    assert_eq!(column(&grids[1], 2), ["请更正或核实", "1", "4"]);
    assert!(column(&grids[1], 0)[2].contains("报送的 2 张"), "{:?}", column(&grids[1], 0));
}

#[test]
fn a_full_sheet_is_continued() {
    let mut list = List::new().unwrap();
    for file in ["1", "2", "3", "4"] {
        let error = |message| found("P03", Severity::Error, Some("A1"), message);
        list.form(sent(file, file, None), &[error("一"), error("二"), error("三")]).unwrap();
    }
    let grids = grids(&finished(list, 10));
    let names: Vec<_> = grids.iter().map(|grid| grid.sheet.as_deref().unwrap_or_default()).collect();
    let letters =
        ["退回意见-未写单位", "退回意见-未写单位(2)", "退回意见-未写单位(3)", "退回意见-未写单位(4)"];
    assert_eq!(names, [&["问题清单", "问题清单(2)"][..], &letters].concat());
    assert_eq!(column(&grids[0], 8).len() + column(&grids[1], 8).len(), 12 + 2);
    assert_eq!(column(&grids[1], 0), ["序号", "10", "11", "12"], "the numbers go on");
    let asked: usize = grids[2..].iter().map(|letter| column(letter, 2).len() - 1).sum();
    assert_eq!(asked, 12);
    let lowest = |grid: &Grid| grid.cells().map(|(at, _)| at.row).max();
    assert!(grids.iter().all(|grid| lowest(grid) <= Some(9)), "no sheet has more than ten rows");
}

#[test]
fn a_cell_opens_the_file_it_is_in() {
    let mut list = List::new().unwrap();
    let error = |cell| found("P03", Severity::Error, Some(cell), "缺");
    list.form(sent("a.xlsx", "甲", None), &[error("F9"), error("G9")]).unwrap();
    list.form(Sent { link: None, ..sent("b.xlsx", "乙", None) }, &[error("H9")]).unwrap();
    let bytes = finished(list, SHEET_ROWS);
    let part = |name: &str| {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
    };
    let sheet = part("xl/worksheets/sheet1.xml").replace("&apos;", "'");
    assert!(sheet.contains("<hyperlinks><hyperlink ref=\"F2\" r:id=\"rId1\" location=\"'表 1'!F9\"/><hyperlink ref=\"F3\" r:id=\"rId1\" location=\"'表 1'!G9\"/></hyperlinks>"), "{sheet}");
    assert_eq!(part("xl/worksheets/_rels/sheet1.xml.rels").matches("Target=\"../a.xlsx\"").count(), 1);
    assert!(!sheet.contains("ref=\"F4\""));
}
