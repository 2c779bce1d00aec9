//! The written sheets as their templates say: merges, sizes, formats and print set-up in the XML, and on paper.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::files;
use regex::Regex;
use zipingbiao::form::{Extra, Field, Form, FundingColumn, GoalSide, Indicator, IndicatorColumn};
use zipingbiao::layout::Layout;
use zipingbiao::reader::{self, Found};
use zipingbiao::report::Report;
use zipingbiao::template::{Orientation, Template};
use zipingbiao::writer::xlsx::{self, Options};

const LAYOUTS: [&str; 5] = ["anhui", "anhui-2025", "central", "sichuan", "shanghai"];

fn template(name: &str) -> Template {
    Template::parse(Template::source(name).unwrap()).unwrap()
}

/// The submissions of those numbers, fixed.
fn submissions(numbers: &[usize], template: &Template) -> Vec<Report> {
    let files = files("samples/submitted");
    let report = |number: &usize| {
        let found = reader::read(&fs::read(&files[number - 1]).unwrap()).unwrap().forms.remove(0);
        Report::new("x", found, template).fixed(template).report
    };
    numbers.iter().map(report).collect()
}

fn report(form: Form, template: &Template) -> Report {
    let found = Found { sheet: None, layout: Layout::default(), form };
    Report::new("x", found, template).fixed(template).report
}

/// A form with 60 indicators, goals of 800 characters, and notes; no two of its texts are alike.
fn long_form() -> Form {
    let mut form = Form::default();
    let prose = |seed: usize, length: usize| -> String {
        let words = [
            "完善公共就业服务",
            "推进基层平台建设",
            "落实补贴政策",
            "加强资金监管",
            "提升群众获得感",
            "按季度开展督导",
        ];
        let clauses = (seed..).map(|n| format!("{}（第{n}项），", words[n % words.len()]));
        clauses.flat_map(|clause| clause.chars().collect::<Vec<_>>()).take(length - 1).chain(['。']).collect()
    };
    let levels = [
        ("产出指标(50分)", "数量指标"),
        ("产出指标(50分)", "质量指标"),
        ("效益指标(30分)", "社会效益指标"),
        ("满意度指标(10分)", "满意度指标"),
    ];
    for (field, text) in [
        (Field::Project, "城乡公共就业服务体系建设与能力提升专项补助资金项目"),
        (Field::Unit, "101001-某某市某某区公共就业服务中心"),
        (Field::Authority, "101-某某市某某区人力资源和社会保障局"),
        (Field::Year, "2023"),
    ] {
        form.set(field, text);
    }
    for (row, (item, amount)) in
        [("年度资金总额", "12345.678901"), ("本年财政拨款", "12000"), ("上年结转资金", "345.678901")]
            .into_iter()
            .enumerate()
    {
        form.set(Field::Funding(row, FundingColumn::Item), item);
        for column in [FundingColumn::Initial, FundingColumn::Budget, FundingColumn::Executed] {
            form.set(Field::Funding(row, column), amount);
        }
    }
    form.set(Field::Goal(GoalSide::Expected), prose(1, 800).as_str());
    form.set(Field::Goal(GoalSide::Actual), prose(500, 800).as_str());
    for row in 0..60 {
        let (block, kind) = levels[row / 15];
        let cells = [
            (IndicatorColumn::Level1, block.to_owned()),
            (IndicatorColumn::Level2, kind.to_owned()),
            (IndicatorColumn::Level3, format!("{}完成情况", prose(row * 7, 9 + row % 17))),
            (IndicatorColumn::Target, format!("≥{}人次", 100 + row)),
            (IndicatorColumn::Actual, format!("{}人次", 90 + row)),
            (IndicatorColumn::Weight, "1.5".to_owned()),
            (IndicatorColumn::Deviation, prose(row * 11, 20 + row)),
        ];
        for (column, text) in cells {
            form.set(Field::Indicator(row, column), text.as_str());
        }
    }
    let extra = |label: &str, text: String| Extra {
        cell: None,
        label: Some(label.to_owned()),
        text,
        explained: true,
    };
    form.extra = vec![
        extra("填报人", "张某".to_owned()),
        extra("存在问题", prose(900, 300)),
        extra("项目期限", "三年".to_owned()),
    ];
    form
}

fn written(report: &Report, template: &Template) -> Vec<u8> {
    xlsx::workbook(&[report], template, Options::default()).unwrap()
}

/// The parts of a package by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..package.len() {
        let mut part = package.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        assert!(parts.insert(name.clone(), text).is_none(), "{name} is there twice");
    }
    parts
}

/// The attributes of each element of that name, in order.
fn elements(xml: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let element = Regex::new(&format!(r"<{name}(?:\s([^>]*?))?/?>")).unwrap();
    let attribute = Regex::new(r#"([\w:]+)="([^"]*)""#).unwrap();
    let attributes =
        |text: &str| attribute.captures_iter(text).map(|a| (a[1].to_owned(), a[2].to_owned())).collect();
    element
        .captures_iter(xml)
        .map(|found| attributes(found.get(1).map_or("", |text| text.as_str())))
        .collect()
}

fn merges(parts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let cells = elements(&parts["xl/worksheets/sheet1.xml"], "mergeCell");
    cells.into_iter().map(|mut cell| cell.remove("ref").unwrap()).collect()
}

/// The number format with which a cell is shown.
fn number_format(parts: &BTreeMap<String, String>, cell: &str) -> String {
    let styles = &parts["xl/styles.xml"];
    let (_, cell_formats) = styles.split_once("<cellXfs").unwrap();
    let cells = elements(&parts["xl/worksheets/sheet1.xml"], "c");
    let style: usize = cells.iter().find(|c| c["r"] == cell).unwrap()["s"].parse().unwrap();
    let id = elements(cell_formats, "xf")[style]["numFmtId"].clone();
    let own = elements(styles, "numFmt").into_iter().find(|format| format["numFmtId"] == id);
    match (own, id.as_str()) {
        (Some(format), _) => format["formatCode"].clone(),
        (None, "0") => "General".to_owned(),
        (None, "2") => "0.00".to_owned(),
        (None, "4") => "#,##0.00".to_owned(),
        (None, "10") => "0.00%".to_owned(),
        (None, "49") => "@".to_owned(),
        (None, other) => panic!("format {other}"),
    }
}

/// The runs of neighbouring rows with the same text: first and last, where there are several.
fn runs(rows: &[Indicator], text: impl Fn(&Indicator) -> String) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match found.last_mut() {
            Some((_, last)) if text(&rows[*last]) == text(row) => *last = index,
            _ => found.push((index, index)),
        }
    }
    found.retain(|(first, last)| last > first);
    found
}

/// The merges of the ministry's form: its blank has one funding row, 6, and no indicator row between 9 and 总分.
fn ministry(form: &Form, funding: usize) -> BTreeSet<String> {
    let mut all: Vec<String> =
        ["A1:K1", "A2:K2", "A4:B4", "C4:K4", "A5:B5", "C5:E5", "G5:K5"].map(str::to_owned).into();
    let mut add = |merge: String| all.push(merge);
    let money = 6 + funding;
    add(format!("A6:B{money}"));
    for row in 6..=money {
        add(format!("C{row}:D{row}"));
        add(format!("I{row}:J{row}"));
    }
    let goal = money + 1;
    add(format!("A{goal}:A{}", goal + 1));
    for row in [goal, goal + 1] {
        add(format!("B{row}:F{row}"));
        add(format!("G{row}:K{row}"));
    }
    let (header, rows) = (goal + 2, &form.indicators);
    let last = header + rows.len();
    for row in header..=last {
        add(format!("D{row}:E{row}"));
        add(format!("J{row}:K{row}"));
    }
    if last > header {
        add(format!("A{header}:A{last}"));
    }
    let level1 = |row: &Indicator| row.level1.value().cloned().unwrap_or_default();
    let level2 =
        |row: &Indicator| format!("{} {}", level1(row), row.level2.value().cloned().unwrap_or_default());
    let below = header + 1;
    for (a, b) in runs(rows, level1) {
        add(format!("B{}:B{}", below + a, below + b));
    }
    for (a, b) in runs(rows, level2) {
        add(format!("C{}:C{}", below + a, below + b));
    }
    let total = last + 1;
    add(format!("A{total}:G{total}"));
    add(format!("J{total}:K{total}"));
    all.into_iter().collect()
}

#[test]
fn central_has_the_merges_of_the_ministry_block_by_block() {
    let template = template("central");
    for report in submissions(&[1, 4, 7, 21], &template) {
        let form = &report.form;
        assert!(form.extra.is_empty());
        assert_eq!(merges(&parts(&written(&report, &template))), ministry(form, form.funding.len()));
    }
    let blank = report(Form::default(), &template);
    assert_eq!(merges(&parts(&written(&blank, &template))), ministry(&blank.form, 4));
}

#[test]
fn sizes_and_print_set_up_are_the_templates() {
    let defined = Regex::new(r"<definedName name=.(_xlnm\.\w+).[^>]*>([^<]*)<").unwrap();
    for name in LAYOUTS {
        let template = template(name);
        for (report, pages) in
            [(submissions(&[1], &template).remove(0), "1"), (report(long_form(), &template), "0")]
        {
            let parts = parts(&written(&report, &template));
            let sheet = &parts["xl/worksheets/sheet1.xml"];
            let mut widths = Vec::new();
            for column in elements(sheet, "col") {
                let (min, max): (usize, usize) =
                    (column["min"].parse().unwrap(), column["max"].parse().unwrap());
                // Excel adds the margin of 5 pixels to the characters that a person types.
                let width = (column["width"].parse::<f64>().unwrap() * 7.0 - 5.0) / 7.0;
                widths.extend((min..=max).map(|_| format!("{width:.1}")));
            }
            let said =
                template.sheet.widths.iter().map(|width| format!("{:.1}", (width * 7.0).round() / 7.0));
            assert_eq!(widths, said.collect::<Vec<_>>(), "{name}");
            let setup = elements(sheet, "pageSetup").remove(0);
            let way =
                if template.sheet.orientation == Orientation::Portrait { "portrait" } else { "landscape" };
            assert_eq!((setup["paperSize"].as_str(), setup["orientation"].as_str()), ("9", way));
            assert_eq!(setup.get("fitToHeight").map_or("1", String::as_str), pages, "{name}");
            assert_eq!(elements(sheet, "pageSetUpPr")[0]["fitToPage"], "1");
            let margins = &elements(sheet, "pageMargins")[0];
            let margins =
                ["left", "right", "top", "bottom"].map(|side| margins[side].parse::<f64>().unwrap());
            assert!(margins.iter().zip(&template.sheet.margins).all(|(a, b)| (a - b).abs() < 1e-9), "{name}");
            assert_eq!(elements(sheet, "printOptions")[0]["horizontalCentered"], "1");
            let names: BTreeMap<_, _> = defined
                .captures_iter(&parts["xl/workbook.xml"])
                .map(|n| (n[1].to_owned(), n[2].to_owned()))
                .collect();
            let rows = elements(sheet, "row").len();
            let last = zipingbiao::grid::column_name(u32::from(template.width()) - 1);
            assert!(names["_xlnm.Print_Area"].ends_with(&format!("!$A$1:${last}${rows}")), "{names:?}");
            assert_eq!(
                names.contains_key("_xlnm.Print_Titles"),
                pages == "0",
                "the header is repeated on pages"
            );
        }
    }
}

#[test]
fn numbers_are_shown_as_the_template_says() {
    for (name, executed, rate, score, shown) in [
        ("anhui", "F7", "H7", "I7", "General"),
        ("anhui-2025", "F9", "H9", "I9", "General"),
        ("central", "G7", "I7", "K7", "General"),
        ("sichuan", "G7", "H7", "J7", "General"),
        ("shanghai", "F6", "H6", "I6", "#,##0.00"),
    ] {
        let template = template(name);
        let parts = parts(&written(&submissions(&[1], &template)[0], &template));
        assert_eq!(
            [executed, rate, score].map(|cell| number_format(&parts, cell)),
            [shown, "0.00%", "0.00"],
            "{name}"
        );
        let sheet = &parts["xl/worksheets/sheet1.xml"];
        let amount = if name == "shanghai" { "699100" } else { "69.91" };
        assert!(
            Regex::new(&format!("<c r=\"{executed}\"[^>]*><v>{amount}</v>")).unwrap().is_match(sheet),
            "{name}"
        );
        assert!(
            sheet.contains("<v>0.9987</v>") && sheet.contains("<v>9.99</v>"),
            "{name}: formulas keep their results"
        );
    }
    // More decimals than the format has: none is hidden.
    let template = template("shanghai");
    let mut form = Form::default();
    form.set(Field::Funding(0, FundingColumn::Item), "年度资金总额");
    form.set(Field::Funding(0, FundingColumn::Budget), "1.23456789");
    let parts = parts(&written(&report(form, &template), &template));
    assert_eq!(number_format(&parts, "E6"), "#,##0.0000");
}

#[test]
fn titles_author_and_year_are_in_the_properties() {
    for name in LAYOUTS {
        let template = template(name);
        let parts = parts(&written(&submissions(&[1], &template)[0], &template));
        let core = &parts["docProps/core.xml"];
        for said in [
            "<dc:title>停征退管服务费补助 项目支出绩效自评表</dc:title>",
            "<dc:creator>六安市金安区人力资源和社会保障局</dc:creator>",
            "<dc:subject>2023年度</dc:subject>",
            "2000-01-01T00:00:00Z</dcterms:created>",
        ] {
            assert!(core.contains(said), "{core}");
        }
        assert_eq!(elements(&parts["xl/workbook.xml"], "sheet")[0]["name"], "停征退管服务费补助");
    }
}

#[test]
fn a_target_stands_in_three_columns() {
    let template = template("sichuan");
    let report = submissions(&[1], &template).remove(0);
    let grid = reader::grids(&written(&report, &template)).unwrap().remove(0);
    let shown = |cell: &str| {
        grid.get(cell.parse().unwrap()).and_then(|c| c.value.as_ref()).map(|v| v.shown().to_owned())
    };
    let row = (1..60).find(|row| shown(&format!("D{row}")).as_deref() == Some("三级指标")).unwrap() + 1;
    let said = ["E", "F", "G"].map(|col| shown(&format!("{col}{row}")).unwrap_or_default());
    assert_eq!(said, ["≥", "3", "个"]);
    assert_eq!(report.form.indicators[0].target.value().unwrap().text, "≥3个");
}

/// What stands under 指标性质 and is no operator is no part of the target; it goes back to its column.
#[test]
fn whether_a_target_is_a_quantity_is_no_part_of_it() {
    let csv = "项目支出绩效自评表,,,,,,,\n（2024年度）,,,,,,,\n项目名称,甲,,,,,,\n\
               一级指标,二级指标,三级指标,指标性质,指标值,度量单位,完成值,分值\n\
               产出指标,质量指标,验收合格率,≥,95,%,96%,50\n效益指标,社会效益指标,影响,定性,优,,优,40\n";
    let sichuan = template("sichuan");
    let found = reader::read(csv.as_bytes()).unwrap().forms.remove(0);
    let report = Report::new("x", found, &sichuan).fixed(&sichuan).report;
    let targets = |form: &Form| -> Vec<String> {
        form.indicators.iter().map(|row| row.target.typed().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(targets(&report.form), ["≥95%", "优"]);
    let again = reader::read(&written(&report, &sichuan)).unwrap().forms.remove(0).form;
    assert_eq!(targets(&again), ["≥95%", "优"]);
    let natures = |form: &Form| -> Vec<(Option<String>, String)> {
        form.extra.iter().map(|extra| (extra.label.clone(), extra.text.clone())).collect()
    };
    assert_eq!(natures(&report.form), [(Some("指标性质（影响）".to_owned()), "定性".to_owned())]);
    assert_eq!(natures(&again), natures(&report.form));
    assert!(again.extra[0].cell.is_some_and(|cell| cell.col == 4), "in the column of operators");
}

#[test]
fn what_a_template_cannot_show_is_said_and_kept() {
    let source = Template::source("anhui").unwrap();
    let narrow = source
        .replace("  { field = \"initial\", label = \"年初预算数\", at = \"D\" },\n", "")
        .replace("  { field = \"deviation\", label = \"偏差原因分析及改进措施\", at = \"J\" },\n", "")
        .replace(", { label = \"实施单位\", at = \"F\" }, { field = \"unit\", at = \"G:J\" }", "");
    let template = Template::parse(&narrow).unwrap();
    let mut report = submissions(&[1], Template::standard()).remove(0);
    report.form.set(Field::Indicator(0, IndicatorColumn::Deviation), "经费不足");
    let said: Vec<_> = zipingbiao::writer::plan::unshown(&report.form, &template)
        .into_iter()
        .map(|v| format!("{}：{}", v.label, v.text))
        .collect();
    assert_eq!(said[said.len() - 1], "实施单位：101001-六安市金安区人力资源和社会保障局");
    assert_eq!(said[0], "年初预算数（年度资金总额）：70万元");
    assert_eq!(said[said.len() - 2], "偏差原因分析及改进措施（示范社区创建个数）：经费不足");
    let bytes = written(&report, &template);
    let text = &parts(&bytes)["xl/sharedStrings.xml"];
    assert!(said.iter().all(|line| text.contains(line.as_str())), "{text}");
    // A second time nothing is added.
    let again = reader::read(&bytes).unwrap().forms.remove(0);
    assert_eq!(again.form.unit.value(), report.form.unit.value());
    let again = Report::new("x", again, &template).fixed(&template).report;
    assert!(written(&again, &template) == bytes);
    assert!(zipingbiao::writer::plan::unshown(&report.form, Template::standard()).is_empty());
}

#[test]
fn a_form_over_many_pages_is_read_as_it_was_written() {
    for name in LAYOUTS {
        let template = template(name);
        let report = report(long_form(), &template);
        let bytes = written(&report, &template);
        let breaks = elements(&parts(&bytes)["xl/worksheets/sheet1.xml"], "brk");
        assert!(breaks.len() > 4, "{name}: {} page breaks", breaks.len());
        let again = reader::read(&bytes).unwrap().forms.remove(0);
        for (row, (before, after)) in report.form.indicators.iter().zip(&again.form.indicators).enumerate() {
            let shown = |row: &Indicator| {
                let Indicator { level1, level1_weight, level2, level3, deviation, .. } = row;
                let texts = [level1, level2, level3, deviation].map(|entry| entry.value().cloned());
                (texts, level1_weight.get())
            };
            assert_eq!(shown(before), shown(after), "{name}: indicator {row}");
        }
        assert_eq!(again.form.indicators.len(), 60, "{name}");
        assert_eq!(again.form.extra.len(), report.form.extra.len(), "{name}: {:?}", again.form.extra);
        let again = Report::new("x", again, &template).fixed(&template).report;
        assert!(written(&again, &template) == bytes, "{name}: other bytes the second time");
    }
}

/// Whether a part of a package holds relations of another.
fn is_relations(part: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, ending)| ending == "rels")
}

#[test]
fn every_part_has_its_type_and_every_relation_its_part() {
    for name in LAYOUTS {
        let template = template(name);
        let reports = submissions(&[1, 4], &template);
        let reports: Vec<&Report> = reports.iter().collect();
        for bytes in
            [written(reports[0], &template), xlsx::book(&reports, &template, Options::default()).unwrap()]
        {
            let parts = parts(&bytes);
            let types = &parts["[Content_Types].xml"];
            let endings: BTreeSet<_> =
                elements(types, "Default").into_iter().map(|d| d["Extension"].clone()).collect();
            let overrides: BTreeSet<_> =
                elements(types, "Override").into_iter().map(|o| o["PartName"].clone()).collect();
            for part in parts.keys().filter(|part| *part != "[Content_Types].xml") {
                let by_ending = is_relations(part) && endings.contains("rels");
                assert!(by_ending || overrides.contains(&format!("/{part}")), "{part} has no type");
            }
            assert!(overrides.iter().all(|part| parts.contains_key(&part[1..])), "{overrides:?}");
            let mut reached = BTreeSet::new();
            for (place, relations) in parts.iter().filter(|(part, _)| is_relations(part)) {
                let folder = place.split("_rels/").next().unwrap();
                let mut ids = BTreeSet::new();
                for relation in elements(relations, "Relationship") {
                    assert!(ids.insert(relation["Id"].clone()), "{place}: an id is there twice");
                    if relation.get("TargetMode").is_some_and(|mode| mode == "External") {
                        continue;
                    }
                    let target = &relation["Target"];
                    let target =
                        target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
                    assert!(parts.contains_key(&target), "{place} leads to {target}");
                    reached.insert(target);
                }
            }
            let lost: Vec<_> = parts
                .keys()
                .filter(|part| !is_relations(part) && !part.starts_with('[') && !reached.contains(*part))
                .collect();
            assert!(lost.is_empty(), "no relation leads to {lost:?}");
        }
    }
}

/// Runs a program to its end and gives its output.
fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.into_owned()
}

/// Forms 1, 4, 7, 16, 21 and the long one in every template, as files `template_number.xlsx`.
fn all_written(folder: &Path) -> Vec<(PathBuf, Report)> {
    const NUMBERS: [usize; 5] = [1, 4, 7, 16, 21];
    let mut all = Vec::new();
    for name in LAYOUTS {
        let template = template(name);
        let mut reports: Vec<_> = NUMBERS.into_iter().zip(submissions(&NUMBERS, &template)).collect();
        reports.push((60, report(long_form(), &template)));
        for (number, report) in reports {
            let file = folder.join(format!("{name}_{number}.xlsx"));
            fs::write(&file, written(&report, &template)).unwrap();
            all.push((file, report));
        }
    }
    all
}

fn characters(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}

/// A word of a page: left, top, right, bottom, text.
type Word = (f64, f64, f64, f64, String);

/// The words of each page, with their boxes.
fn words(pdf: &Path) -> Vec<Vec<Word>> {
    let pages = output_of(Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-"));
    let word =
        Regex::new(r#"<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<"#)
            .unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap();
    let plain = |text: &str| {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    let page = |page: &str| {
        let words = word.captures_iter(page);
        words.map(|w| (number(&w[1]), number(&w[2]), number(&w[3]), number(&w[4]), plain(&w[5]))).collect()
    };
    pages.split("<page ").skip(1).map(page).collect()
}

/// Two words whose boxes lie over each other: a text that its cell cannot hold runs into the next.
fn collision(page: &[Word]) -> Option<(&Word, &Word)> {
    let over = |a: &Word, b: &Word| {
        let wide = a.2.min(b.2) - a.0.max(b.0);
        let high = a.3.min(b.3) - a.1.max(b.1);
        wide > 2.0 && high > 0.45 * (a.3 - a.1).min(b.3 - b.1)
    };
    let pairs =
        page.iter().enumerate().flat_map(|(index, a)| page.iter().skip(index + 1).map(move |b| (a, b)));
    pairs.into_iter().find(|(a, b)| over(a, b))
}

#[test]
#[ignore = "needs LibreOffice and poppler, which .ci/run installs"]
fn paper_shows_every_character_and_no_text_runs_into_another() {
    let folder = tempfile::tempdir().unwrap();
    let all = all_written(folder.path());
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", folder.path().join("profile").display()));
    office.args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(folder.path());
    output_of(office.args(all.iter().map(|(file, _)| file)));
    for (file, report) in all {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let pages = words(&file.with_extension("pdf"));
        let grid = reader::grids(&fs::read(&file).unwrap()).unwrap().remove(0);
        let texts = grid
            .cells()
            .filter_map(|(_, cell)| cell.value.as_ref())
            .filter(|value| value.shown().parse::<f64>().is_err());
        let expected = characters(&texts.map(zipingbiao::grid::Value::shown).collect::<String>());
        let shown = characters(&pages.iter().flatten().map(|word| word.4.as_str()).collect::<String>());
        for (c, count) in expected {
            let seen = shown.get(&c).copied().unwrap_or(0);
            assert!(seen >= count, "{name}: `{c}` is shown {seen} times of {count}");
        }
        // A number wider than its column.
        assert!(!pages.iter().flatten().any(|word| word.4.contains("##")), "{name}");
        for (number, page) in pages.iter().enumerate() {
            assert!(collision(page).is_none(), "{name} page {}: {:?}", number + 1, collision(page));
        }
        if name.ends_with("_60") {
            assert_eq!(report.form.indicators.len(), 60);
            let breaks = elements(&parts(&fs::read(&file).unwrap())["xl/worksheets/sheet1.xml"], "brk").len();
            assert!((5..=12).contains(&breaks), "{name}: {breaks} breaks");
            assert_eq!(pages.len(), breaks + 1, "{name}: pages end where the sheet says");
            let levels = |page: &[Word]| {
                page.iter().any(|word| ["产出指标", "效益指标", "满意度指标"].contains(&word.4.as_str()))
            };
            assert!(pages.iter().all(|page| levels(page)), "{name}: every page has its labels");
            let headed = |page: &[Word]| page.iter().any(|word| word.4 == "三级指标");
            assert!(pages.iter().skip(1).all(|page| headed(page)), "{name}: the header is on every page");
        } else {
            assert_eq!(pages.len(), 1, "{name}");
        }
    }
}

#[test]
#[ignore = "needs openpyxl and openxml-audit, which .ci/run installs"]
fn other_programs_find_nothing_wrong_with_the_packages() {
    const OPEN: &str = "import sys, warnings, openpyxl\nwarnings.simplefilter('error')\nfor path in sys.argv[1:]:\n    sheet = openpyxl.load_workbook(path).worksheets[-1]\n    assert sheet.merged_cells.ranges and sheet.print_area, path\n";
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = all_written(folder.path()).into_iter().map(|(file, _)| file).collect();
    let template = template("central");
    let reports = submissions(&[1, 4], &template);
    let book = folder.path().join("book.xlsx");
    fs::write(&book, xlsx::book(&reports.iter().collect::<Vec<_>>(), &template, Options::default()).unwrap())
        .unwrap();
    files.push(book);
    output_of(Command::new("python3").args(["-c", OPEN]).args(&files));
    let audit = |file: &Path| -> serde_json::Value {
        let output = Command::new("openxml-audit").arg(file).args(["--output", "json"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    for file in &files {
        let found = audit(file);
        assert_eq!(
            (found[0]["valid"].as_bool(), found[0]["error_count"].as_u64()),
            (Some(true), Some(0)),
            "{found}"
        );
    }
    // The same check sees a package that is not valid.
    let spoiled = folder.path().join("spoiled.xlsx");
    spoil(&files[0], &spoiled);
    assert_eq!(audit(&spoiled)[0]["valid"].as_bool(), Some(false));
}

/// Copies a package with the page's set-up where the schema has none.
fn spoil(file: &Path, to: &Path) {
    use std::io::Write;
    let setup = Regex::new("<pageSetup[^>]*/>").unwrap();
    let mut package = zip::ZipWriter::new(fs::File::create(to).unwrap());
    for (name, text) in parts(&fs::read(file).unwrap()) {
        let text = if name.ends_with("sheet1.xml") {
            let found = setup.find(&text).unwrap().as_str().to_owned();
            setup.replace(&text, "").replace("<sheetData>", &format!("{found}<sheetData>"))
        } else {
            text
        };
        package.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        package.write_all(text.as_bytes()).unwrap();
    }
    package.finish().unwrap();
}
