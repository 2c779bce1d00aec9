use encoding_rs::GBK;

use super::*;

fn shown(grid: &Grid) -> Vec<String> {
    let one = |(at, cell): (CellRef, &Cell)| {
        let value = cell.value.as_ref().map_or("", Value::shown);
        let formula = cell.formula.as_ref().map_or(String::new(), |f| format!("={f}"));
        format!("{at}={value}{formula}")
    };
    grid.cells().map(one).collect()
}

fn page(html: &str) -> Vec<Grid> {
    read(html.as_bytes()).unwrap()
}

#[track_caller]
fn table(inside: &str, cells: &[&str], merges: &[&str]) {
    let found = page(&format!("<table>{inside}</table>")).remove(0);
    assert_eq!(shown(&found), cells, "{inside}");
    assert_eq!(found.merges().iter().map(ToString::to_string).collect::<Vec<_>>(), merges, "{inside}");
}

#[track_caller]
fn cell(attributes: &str, inside: &str, expected: &str) {
    table(&format!("<tr><td {attributes}>{inside}</td></tr>"), &[&format!("A1={expected}")], &[]);
}

#[test]
fn spans() {
    table(
        "<tr><td rowspan=3>a<td colspan='2'>b<tr><td>c<td rowspan=2>d<tr><td>e<td>f",
        &["A1=a", "B1=b", "B2=c", "C2=d", "B3=e", "D3=f"],
        &["A1:A3", "B1:C1", "C2:C3"],
    );
    // Spans end with their row group and give way to what covers their place.
    table(
        "<tbody><tr><td rowspan=9>a</td></tr><tr><td>b</td></tr></tbody><tr><td rowspan=0>c</td></tr><tr><td>d</td></tr>",
        &["A1=a", "B2=b", "A3=c", "B4=d"],
        &["A1:A2", "A3:A4"],
    );
    table("<tr><td>a<td rowspan=2>b<tr><td colspan=3>c", &["A1=a", "B1=b", "A2=c"], &["B1:B2"]);
    table("<tr><td colspan=0>a<td colspan=-1>b<td colspan=x>c", &["A1=a", "B1=b", "C1=c"], &[]);
    table("<td>a<td>b<tr><td>c", &["A1=a", "B1=b", "A2=c"], &[]);
}

#[test]
fn text_as_a_browser_shows_it() {
    cell("", "\n  产出\t指标<br>\n (50分) ", "产出 指标\n(50分)");
    cell("", "<p>一</p>\n<p>二</p><div>三<div>四</div></div>", "一\n二\n三\n四");
    cell("", "&nbsp;&nbsp;其中：a<b> b </b>c<span>d</span>", "  其中：a b cd");
    cell("", "a<br><br>b<br>", "a\n\nb");
    cell("", "<pre>\na\n  b</pre>", "a\n  b");
    cell("", "满意度≥95% & <98", "满意度≥95% & <98");
}

#[test]
fn numbers_behind_what_is_shown() {
    cell("x:num='0.73791'", "73.8%", "73.791%");
    cell("x:num", "1,234.50", "1234.5");
    cell("x:num='45291'", "2023年12月31日", "2023年12月31日");
    cell("x:num='69.909999999999997' x:fmla='=C4*10'", "69.91", "69.909999999999997=C4*10");
    cell("sdval='0.73791' sdnum='1033;0;0.0%'", "73.8%", "73.791%");
    cell("sdval='0' sdnum='1033;'", "#DIV/0!", "#DIV/0!");
    cell("x:fmla='=100%'", "", "=100%");
    cell("x:err='#DIV/0!'", "#DIV/0!", "#DIV/0!");
    cell("x:num='x'", "文", "文");
    cell("style='mso-number-format:\"0\\.00%\"'", "0.7379", "73.79%");
    cell("style=\"mso-number-format:'yyyy\\0022年\\0022m\\0022月\\0022'\"", "45291", "2023年12月");
    cell("style='mso-number-format:\"\\@\"'", "0012", "0012");
    cell("style='mso-number-format:\"0%\"'", "73.79%", "73.79%");
}

#[test]
fn hidden_parts() {
    let found = page(
        "<table><col><col style='DISPLAY: none' span=2><tr><td>a</td><td>b</td></tr>\
         <tr style='height:0;display:none'><td>c</td></tr><tr><td style='display:none'>d</td><td>e</td></tr></table>",
    )
    .remove(0);
    assert_eq!(shown(&found), ["A1=a", "B1=b", "A2=c", "A3=e"]);
    assert_eq!(found.hidden_rows.into_iter().collect::<Vec<_>>(), [1]);
    assert_eq!(found.hidden_cols.into_iter().collect::<Vec<_>>(), [1]);
    assert_eq!(found.notes.len(), 1);
}

#[track_caller]
fn noted(inside: &str, expected: &str, notes: &[&str]) {
    let found = page(&format!("<table><tr><td>{inside}</td><td>尾</td></tr></table>")).remove(0);
    let notes: Vec<_> = notes.iter().map(|note| (*note).to_owned()).collect();
    assert_eq!((shown(&found), &found.notes), (vec![format!("A1={expected}"), "B1=尾".to_owned()], &notes));
}

#[test]
fn struck_text_is_told_and_hidden_text_left_out() {
    for (start, end) in [
        ("<del>", "</del>"),
        ("<s><b>", "</b></s>"),
        ("<strike>", "</strike>"),
        ("<span style='TEXT-DECORATION: underline line-through'><span>", "</span></span>"),
    ] {
        let note = "单元格 A1 有划掉的文字“220人”，未读取，请核对";
        noted(&format!("{start}220人{end}210人"), "210人", &[note]);
    }
    noted("<s>5次</s>", "5次", &["单元格 A1 的文字“5次”全部划掉，仍按原文读取，请核对"]);
    let found = page("<table><tr><td style='text-decoration:line-through'>a</td><td>b</td></tr></table>");
    assert_eq!(found.first().unwrap().notes, ["单元格 A1 的文字“a”全部划掉，仍按原文读取，请核对"]);
    let hidden = ["网页中有隐藏的文字，未读入"];
    noted("<span style='display:none'>0<span>1</span>2</span>3", "3", &hidden);
    noted("a<div hidden><p>b<br></p></div>c", "ac", &hidden);
    noted("<p hidden>a<p>b", "b", &hidden);
    noted("<p hidden>a<div>b</div>c", "b\nc", &hidden);
    noted("a<div hidden><table><tr><td>b</table></div>", "a", &hidden);
    noted("a<span hidden> </span>b<br style='display:none'>", "ab", &[]);
}

#[test]
fn controls_show_their_value() {
    cell("", "约<input value='48000元'><input type=hidden value=x><input type=submit value=x>", "约48000元");
    cell("", "<input type=checkbox checked>是<INPUT TYPE=radio>否", "☑是□否");
    cell("", "<select><option>甲<option selected>乙</option></select>丙", "乙丙");
    cell("", "<select>\n<option>甲</option>\n<option>乙</option></select>", "甲");
    cell("", "<select multiple><option>甲<option selected>乙<option selected>丙", "乙、丙");
    cell("", "<textarea>\n一\n二</textarea>", "一\n二");
}

#[test]
fn tables_in_a_page() {
    let found = page(
        "<title>x</title><h1>题</h1><table><tr><td><table><caption>表名</caption><tr><td>a<td>b<tr><td>c</table>\
         </td></tr></table>间<table><tr><td>d</td></tr></table><p>尾",
    );
    let all: Vec<_> = found.iter().map(shown).collect();
    assert_eq!(all, [vec!["A1=题", "A2=表名", "A3=a", "B3=b", "A4=c"], vec!["A1=间", "A2=d", "A3=尾"]]);
}

#[test]
fn encodings_are_noted_when_guessed() {
    let html = "<table><tr><td>项目支出绩效自评表</td></tr></table>";
    let found = read(&GBK.encode(html).0).unwrap().remove(0);
    assert_eq!(shown(&found), ["A1=项目支出绩效自评表"]);
    assert!(found.notes.iter().any(|n| n.contains("GB18030")));
}

fn numbered(before: &str, count: u32, after: &str) -> String {
    let all: Vec<_> = (0..count).map(|i| format!("{before}{i}{after}")).collect();
    all.concat()
}

#[test]
fn hostile_pages_stop_in_time() {
    let started = std::time::Instant::now();
    let hostile = [
        "<div>".repeat(200_000),
        numbered("<b id=", 20_000, ">") + &"<p>x</p>".repeat(20_000),
        "<table><tr><td>".repeat(20_000),
        "<table>".repeat(100_000),
        "<!--".repeat(100_000),
        "<script>".repeat(100_000),
        "<td rowspan=65534 colspan=1000>".repeat(20_000),
        format!("<table><tr>{}{}", "<td rowspan=65534 colspan=1000>x".repeat(16), "<tr><td>x".repeat(60_000)),
        "&a;&amp".repeat(50_000),
        numbered("&n", 50_000, ";"),
        "<td a='".repeat(50_000),
        "<td a".repeat(50_000),
        "<s>".repeat(200_000) + &"</s>".repeat(200_000),
        "<select><option>".repeat(50_000),
        numbered("<b style='text-decoration:line-through'>", 50_000, "<i hidden>"),
    ];
    for html in hostile {
        let start: String = html.chars().take(30).collect();
        assert!(matches!(read(html.as_bytes()), Ok(_) | Err(Cause::TooLarge(_))), "{start}");
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
