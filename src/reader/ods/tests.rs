use super::*;
use crate::grid::{CellRef, Value};
use crate::reader::zipped::tests::zip_of;

/// A flat document around the inside of one table.
fn flat(table: &str) -> String {
    format!(
        "<office:document><office:automatic-styles><style:style style:name='no'>\
         <style:table-properties table:display='false'/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet><table:table table:name='表' table:style-name='no'>{table}\
         </table:table></office:spreadsheet></office:body></office:document>"
    )
}

fn grid(table: &str) -> Grid {
    read(flat(table).as_bytes()).unwrap().remove(0)
}

fn row(cells: &str) -> Grid {
    grid(&format!("<table:table-row>{cells}</table:table-row>"))
}

fn refused(table: &str) -> Cause {
    read(flat(table).as_bytes()).unwrap_err()
}

/// `A1=text`, formulas behind a second `=`.
fn shown(grid: &Grid) -> Vec<String> {
    let one = |(at, cell): (CellRef, &crate::grid::Cell)| {
        let value = cell.value.as_ref().map_or("", Value::shown);
        let formula = cell.formula.as_ref().map_or(String::new(), |f| format!("={f}"));
        format!("{at}={value}{formula}")
    };
    grid.cells().map(one).collect()
}

#[track_caller]
fn cell(attributes: &str, inside: &str, expected: &str) {
    let found = row(&format!("<table:table-cell {attributes}>{inside}</table:table-cell>"));
    assert_eq!(shown(&found).join(" "), expected);
}

#[test]
fn values_by_type() {
    let text = |t: &str| format!("<text:p>{t}</text:p>");
    cell("office:value-type='float' office:value='69.909999999999997'", &text("69.9"), "A1=69.91");
    cell("office:value-type='float' office:value='5'", &text("5人"), "A1=5人");
    cell("office:value-type='percentage' office:value='0.7379'", &text("74%"), "A1=73.79%");
    cell("office:value-type='percentage' office:value='1'", "", "A1=100%");
    cell("office:value-type='currency' office:value='70'", &text("¥70.00"), "A1=70");
    cell(
        "office:value-type='date' office:date-value='2023-12-31'",
        &text("2023年12月31日"),
        "A1=2023年12月31日",
    );
    cell("office:value-type='date' office:date-value='2023-12-31'", &text("2023年12月"), "A1=2023年12月");
    cell(
        "office:value-type='date' office:date-value='2023-12-31T10:30:00'",
        &text("12/31/23"),
        "A1=2023-12-31",
    );
    cell("office:value-type='time' office:time-value='PT08H30M00S'", &text("08:30"), "A1=08:30");
    cell("office:value-type='boolean' office:boolean-value='true'", &text("TRUE"), "A1=TRUE");
    cell("office:value-type='string' office:string-value='属性'", "", "A1=属性");
    cell("office:value-type='string'", &text("文字"), "A1=文字");
    cell("", &text("无类型"), "A1=无类型");
    cell("office:value-type='float' office:value='x'", &text("坏"), "A1=坏");
    cell("table:formula='of:=[.C4]*10'", "", "A1==C4*10");
    cell("table:formula='of:=1/0' calcext:value-type='error'", &text("#DIV/0!"), "A1=#DIV/0!=1/0");
}

#[test]
fn text_as_typed() {
    let notes = "<office:annotation><text:p>批注</text:p></office:annotation><text:p>一<text:s text:c='2'/>二\
        <text:tab/>三<text:line-break/>四&amp;<text:span>五</text:span></text:p>\n<text:p/><text:p><text:ruby>\
        <text:ruby-base>六</text:ruby-base><text:ruby-text>liù</text:ruby-text></text:ruby></text:p>\
        <draw:frame><draw:text-box><text:p>图</text:p></draw:text-box></draw:frame>";
    cell("office:value-type='string'", notes, "A1=一  二\t三\n四&五\n\n六");
}

#[test]
fn repeats_spans_and_white_space() {
    let found = grid(
        "\n<table:table-column table:number-columns-repeated='2'/>\n<table:table-column table:visibility='collapse'/>
        <table:table-header-rows>\n <table:table-row>\n  <table:table-cell/>\n
        <table:table-cell table:number-columns-spanned='2' table:number-rows-spanned='2'><text:p>x</text:p></table:table-cell>
        <table:covered-table-cell/></table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated='2' table:visibility='filter'>
        <table:table-cell table:number-columns-repeated='2'><text:p>y</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated='1048573' table:visibility='collapse'>
        <table:table-cell table:number-columns-repeated='16384'/></table:table-row>",
    );
    assert_eq!(shown(&found), ["B1=x", "A2=y", "B2=y", "A3=y", "B3=y"]);
    assert_eq!(found.merges(), ["B1:C2".parse().unwrap()]);
    assert_eq!(found.hidden_rows.into_iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(found.hidden_cols.into_iter().collect::<Vec<_>>(), [2]);
    assert!(found.hidden);
}

#[test]
fn hostile_documents_stop() {
    let many = "<table:table-row table:number-rows-repeated='1048576'><table:table-cell \
        table:number-columns-repeated='90'><text:p>x</text:p></table:table-cell></table:table-row>";
    assert!(matches!(refused(many), Cause::TooLarge(_)));
    let wide = "<table:table-row><table:table-cell table:number-columns-repeated='99999999999'><text:p>x</text:p>\
        </table:table-cell></table:table-row>";
    assert!(matches!(refused(wide), Cause::TooLarge(_)));
    let spaces = "<table:table-row><table:table-cell><text:p><text:s text:c='900000000'/></text:p></table:table-cell>\
        </table:table-row>";
    assert!(matches!(refused(spaces), Cause::TooLarge(_)));
    let whole =
        flat("<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>");
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let cut = whole.get(..end).unwrap();
        assert!(matches!(read(cut.as_bytes()), Err(Cause::Corrupt(_))), "{cut}");
    }
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip_of(&parts)
}

#[test]
fn packages() {
    let content =
        flat("<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>");
    let plain = package(&[("content.xml", &content)]);
    assert_eq!(shown(&read(&plain).unwrap().remove(0)), ["A1=x"]);
    assert!(matches!(read(plain.get(..40).unwrap()), Err(Cause::Corrupt(_))));
    let locked = package(&[("META-INF/manifest.xml", "<m:encryption-data/>"), ("content.xml", "\u{1}")]);
    assert!(matches!(read(&locked), Err(Cause::Encrypted)));
    assert!(matches!(read(&package(&[("other.xml", "")])), Err(Cause::Corrupt(_))));
}
