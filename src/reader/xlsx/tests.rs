//! Workbooks written by hand, one defect or habit each.

use std::fmt::Write as _;

use super::*;
use crate::grid::{Cell, CellRef, Value};
use crate::reader::package::sheet::LOST_FORMULA;
use crate::reader::package::tests::zip_of;

const NS: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const STRICT: &str = "xmlns=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"";

/// A workbook of these sheets, with further parts.
fn workbook_of(sheets: &[(&str, &str, String)], more: &[(&str, &str)]) -> Vec<u8> {
    let mut list = String::new();
    let mut links = String::new();
    let mut parts = Vec::new();
    for (i, (name, state, xml)) in sheets.iter().enumerate() {
        write!(list, "<sheet name='{name}' sheetId='{i}' state='{state}' r:id='rId{i}'/>").unwrap();
        write!(
            links,
            "<Relationship Id='rId{i}' Type='http://x/worksheet' Target='worksheets/sheet{i}.xml'/>"
        )
        .unwrap();
        parts.push((format!("xl/worksheets/sheet{i}.xml"), xml.clone()));
    }
    parts.push((
        "xl/workbook.xml".into(),
        format!("<workbook {NS} xmlns:r='r'><sheets>{list}</sheets></workbook>"),
    ));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{links}</Relationships>")));
    parts.extend(more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    zip_of(&parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect::<Vec<_>>())
}

fn sheet_of(data: &str) -> String {
    format!("<?xml version='1.0'?><worksheet {NS}><sheetData>{data}</sheetData></worksheet>")
}

fn read_parts(data: &str, more: &[(&str, &str)]) -> Result<Grid, Cause> {
    let grids = read(&workbook_of(&[("甲", "visible", sheet_of(data))], more))?;
    Ok(grids.into_iter().next().unwrap())
}

fn read_data(data: &str) -> Result<Grid, Cause> {
    read_parts(data, &[])
}

fn at(reference: &str) -> CellRef {
    reference.parse().unwrap()
}

fn shown<'g>(grid: &'g Grid, reference: &str) -> &'g str {
    grid.get(at(reference)).and_then(|cell| cell.value.as_ref()).map_or("", Value::shown)
}

#[track_caller]
fn cell_case(cell: &str, value: &str, formula: Option<&str>) {
    let grid = read_data(&format!("<row r='1'>{cell}</row>")).unwrap();
    assert_eq!(shown(&grid, "A1"), value, "{cell}");
    assert_eq!(grid.get(at("A1")).and_then(|cell| cell.formula.as_deref()), formula, "{cell}");
}

#[test]
fn every_type_of_cell_is_read() {
    cell_case("<c r='A1'><v>69.909999999999997</v></c>", "69.91", None);
    cell_case("<c r='A1' t='n'><v> 1E2 </v></c>", "100", None);
    cell_case("<c r='A1' t='b'><v>1</v></c>", "TRUE", None);
    cell_case("<c r='A1' t='e'><f>1/0</f><v>#SPILL!</v></c>", "#SPILL!", Some("1/0"));
    cell_case(
        "<c r='A1' t='str'><f>\"甲\"&amp;\"乙\"</f><v>甲_x000D_乙</v></c>",
        "甲\n乙",
        Some("\"甲\"&\"乙\""),
    );
    cell_case("<c r='A1' t='d'><v>2023-12-31T00:00:00</v></c>", "2023-12-31", None);
    cell_case(
        "<c r='A1' t='inlineStr'><is><r><t>≥</t></r><r><t> 3</t></r><rPh><t>x</t></rPh></is></c>",
        "≥ 3",
        None,
    );
    cell_case("<c r='A1' t='inlineStr'><v>无 is</v></c>", "无 is", None);
    cell_case("<c r='A1' t='zz'><v>5</v></c>", "5", None);
    cell_case("<c r='A1' t='n'><v>五</v></c>", "五", None);
    cell_case("<c r='A1'><v>1e99</v></c>", "1e99", None);
    cell_case("<c r='A1'><v><![CDATA[7]]></v><extLst><ext><v>8</v></ext></extLst></c>", "7", None);
    cell_case("<c r='A1'><f>100%</f></c>", "", Some("100%"));
    cell_case("<c r='A1'><f>100%</f><v/></c>", "", Some("100%"));
    cell_case("<c r='A1' s='9'><f/><v>1</v></c>", "1", None);
    cell_case("<c r='A1' t='str'><v>a&#13;&#10;b</v></c>", "a\nb", None);
}

#[test]
fn cells_without_address_follow_each_other() {
    let grid = read_data("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r='5'><c r='D5'><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>").unwrap();
    let found: Vec<_> =
        grid.cells().map(|(at, cell)| format!("{at}={}", cell.value.as_ref().unwrap().shown())).collect();
    assert_eq!(found, ["A1=1", "C1=2", "D5=3", "E5=4", "A6=5"]);
}

#[test]
fn far_and_impossible_addresses() {
    let grid = read_data(
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c><c r='XFE1'><v>2</v></c></row>\
         <row r='1048577'><c r='A1048577'><v>3</v></c></row><row r='x'><c r='??'><v>4</v></c></row>",
    )
    .unwrap();
    assert_eq!(shown(&grid, "XFD1048576"), "1");
    assert_eq!((grid.cells().count(), grid.notes.len()), (1, 4));
    let doubled = read_data("<row><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row>").unwrap();
    assert_eq!((shown(&doubled, "A1"), doubled.notes.len()), ("2", 1));
}

#[test]
fn shared_formulas_are_shifted() {
    let grid = read_data(
        "<row r='1'><c r='A1'><f t='shared' si='99999999999' ref='A1:A3'>B1*$C$1</f><v>1</v></c></row>\
         <row r='2'><c r='A2'><f t='shared' si='99999999999'/><v>2</v></c></row>\
         <row r='3'><c r='A3'><f t='shared' si='99999999999'/></c><c r='B3'><f t='shared' si='7'/><v>9</v></c></row>",
    )
    .unwrap();
    let formula = |reference| grid.get(at(reference)).unwrap().formula.clone().unwrap();
    assert_eq!((formula("A1").as_str(), formula("A2").as_str()), ("B1*$C$1", "B2*$C$1"));
    assert_eq!(grid.get(at("A3")), Some(&Cell { value: None, formula: Some("B3*$C$1".to_owned()) }));
    assert_eq!((formula("B3").as_str(), grid.notes.len()), (LOST_FORMULA, 1));
}

#[test]
fn merges_and_hidden_lines() {
    let xml = format!(
        "<x:worksheet xmlns:x='{STRICT}'><x:dimension ref='A1:B2:C3'/><x:cols><x:col min='2' max='3' hidden='1'/>\
         <x:col min='4' max='4'/></x:cols><x:sheetData><x:row r='2' hidden='true'><x:c r='A2' t='inlineStr'><x:is>\
         <x:t>甲</x:t></x:is></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref='D9:B7'/>\
         <x:mergeCell ref='A9'/><x:mergeCell ref='foo'/><x:mergeCell ref='A:C'/><x:mergeCell ref='C8:E8'/>\
         <x:mergeCell ref='A1:XFE1'/></x:mergeCells></x:worksheet>"
    );
    let grids = read(&workbook_of(&[("甲", "veryHidden", xml)], &[])).unwrap();
    let grid = &grids[0];
    assert!(grid.hidden && grid.hidden_rows.contains(&1));
    assert_eq!(grid.hidden_cols.iter().copied().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(grid.merges(), ["B7:D9".parse().unwrap()]);
    assert_eq!((shown(grid, "A2"), grid.notes.len()), ("甲", 4));
}

#[test]
fn strings_and_styles_are_looked_up() {
    let strings = "<sst><si><t xml:space='preserve'> 甲 </t></si><si/><si><r><t>乙</t></r><rPh><t>x</t></rPh></si></sst>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId='180' formatCode='0&quot;人&quot;'/></numFmts>\
                  <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='10'/>\
                  <xf numFmtId='31'/><xf numFmtId='180'/></cellXfs></styleSheet>";
    let more = [("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles)];
    let row = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v> 2 </v></c><c s='1'><v>0.7379</v></c>\
               <c s='2'><v>45291</v></c><c s='3'><v>5</v></c></row>";
    let grid = read_parts(row, &more).unwrap();
    let found: Vec<_> = ["A1", "B1", "C1", "D1", "E1", "F1"].map(|r| shown(&grid, r)).into();
    assert_eq!(found, [" 甲 ", "", "乙", "73.79%", "2023年12月31日", "5人"]);
    assert!(matches!(read_parts("<row><c t='s'><v>3</v></c></row>", &more), Err(Cause::Corrupt(_))));
    assert!(matches!(read_data("<row><c t='s'><v>0</v></c></row>"), Err(Cause::Corrupt(_))));
}

#[test]
fn struck_text_is_told_and_not_read() {
    let struck = "<rPr><strike/></rPr>";
    let strings = format!(
        "<sst><si><r>{struck}<t>220人</t></r><r><rPr><strike val='0'/></rPr><t>210人</t></r></si><si><t>5次</t></si>\
         <si><r><t>7次</t></r><r><rPr><b/></rPr><t>8次</t></r></si></sst>"
    );
    let styles = "<styleSheet><fonts><font/><font><strike/></font></fonts><cellXfs><xf fontId='0'/>\
                  <xf fontId='1'/></cellXfs></styleSheet>";
    let row = format!(
        "<row><c t='s'><v>0</v></c><c t='s' s='1'><v>1</v></c><c t='s'><v>2</v></c><c t='s' s='1'><v>2</v></c>\
         <c s='1'><v>9</v></c><c t='inlineStr'><is><r>{struck}<t>甲</t></r><r><t>乙</t></r></is></c></row>"
    );
    let grid = read_parts(&row, &[("xl/sharedStrings.xml", &strings), ("xl/styles.xml", styles)]).unwrap();
    let found: Vec<_> = ["A1", "B1", "C1", "D1", "E1", "F1"].map(|r| shown(&grid, r)).into();
    assert_eq!(found, ["210人", "5次", "7次8次", "8次", "9", "乙"]);
    let said = [
        "单元格 A1 有划掉的文字“220人”，未读取，请核对",
        "单元格 B1 的文字“5次”全部划掉，仍按原文读取，请核对",
        "单元格 D1 有划掉的文字“7次”，未读取，请核对",
        "单元格 E1 的文字“9”全部划掉，仍按原文读取，请核对",
        "单元格 F1 有划掉的文字“甲”，未读取，请核对",
    ];
    assert_eq!(grid.notes, said);
}

#[test]
fn sheets_in_their_order_whatever_their_names() {
    let chart = format!("<chartsheet {NS}/>");
    let one = |text: &str| sheet_of(&format!("<row><c t='str'><v>{text}</v></c></row>"));
    let sheets = [("甲", "visible", one("1")), ("图", "visible", chart), ("甲", "hidden", one("2"))];
    let grids = read(&workbook_of(&sheets, &[])).unwrap();
    let found: Vec<_> =
        grids.iter().map(|grid| (grid.sheet.as_deref().unwrap(), shown(grid, "A1"), grid.hidden)).collect();
    assert_eq!(found, [("甲", "1", false), ("甲", "2", true)]);
}

#[test]
fn absolute_targets_and_utf16_sheets() {
    let sheet: Vec<u8> =
        sheet_of("<row><c t='str'><v>甲</v></c></row>").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = zip_of(&[
        ("_rels/.rels", b"<r><Relationship Id='a' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' Target='/book/main.xml'/></r>"),
        ("book/main.xml", b"\xEF\xBB\xBF<workbook xmlns:q='r'><workbookPr date1904='1'/><sheets><sheet name='x' q:id='b'/><sheet name='y' q:id=''/></sheets></workbook>"),
        ("book/_rels/main.xml.rels", b"<r><Relationship Id='b' Type='/worksheet' Target='/Sheets/A.xml'/></r>"),
        ("sheets/a.xml", &sheet),
    ]);
    let grids = read(&bytes).unwrap();
    assert_eq!((shown(&grids[0], "A1"), grids.len(), grids[1].notes.len()), ("甲", 2, 1));
}

#[test]
fn damage_is_never_read_in_part() {
    let whole = sheet_of("<row r='1'><c r='A1'><v>1</v></c></row><row r='2'><c r='A2'><v>2</v></c></row>");
    for end in whole.char_indices().map(|(at, _)| at).filter(|at| *at < whole.len()) {
        let sheets = [("甲", "visible", whole[..end].to_owned())];
        assert!(matches!(read(&workbook_of(&sheets, &[])), Err(Cause::Corrupt(_))), "{}", &whole[..end]);
    }
    assert!(matches!(read(&zip_of(&[("a", b"")])), Err(Cause::Corrupt(_))));
    assert!(matches!(read(&workbook_of(&[], &[])), Err(Cause::Corrupt(_))));
    assert!(matches!(read_data("<row><c t='str'><v>&a;</v></c></row>"), Err(Cause::Corrupt(_))));
    assert!(matches!(read(b""), Err(Cause::Corrupt(_))));
}

#[test]
fn one_long_string_in_every_cell_is_too_large() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "长".repeat(32_000));
    let row = format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(4_000));
    let read = read_parts(&row, &[("xl/sharedStrings.xml", &strings)]);
    assert!(matches!(read, Err(Cause::TooLarge(_))));
}
