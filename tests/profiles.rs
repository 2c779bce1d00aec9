//! Scoring profiles: what each makes of a target and a completed value, held to a second calculation, and their files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{golden, path};
use rust_decimal::Decimal;
use serde_json::Value;
use zipingbiao::form::{Field, Form, FundingColumn, IndicatorColumn};
use zipingbiao::reader;
use zipingbiao::report::{Report, Requests};
use zipingbiao::rules::check_template;
use zipingbiao::score::Scores;
use zipingbiao::template::Template;

fn shipped(name: &str) -> Template {
    Template::parse(Template::source(name).unwrap()).unwrap()
}

/// A template of a few lines on Anhui's.
fn own(lines: &str) -> Template {
    Template::parse(&format!("base = \"anhui\"\n{lines}")).unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Holds the points of target and completed value of 10 points; `-` where people judge.
#[track_caller]
fn points(template: &Template, cases: &[(&str, &str, &str)]) {
    for (target, actual, expected) in cases {
        let mut form = Form::default();
        for (column, text) in [
            (IndicatorColumn::Target, *target),
            (IndicatorColumn::Actual, *actual),
            (IndicatorColumn::Weight, "10"),
        ] {
            form.set(Field::Indicator(0, column), text);
        }
        let found = Scores::of(&form, &template.scoring).computed[0];
        let expected = (*expected != "-").then(|| number(expected));
        assert_eq!(found, expected, "{target} with {actual} in {}", template.name);
    }
}

/// Holds rate and points of budget and executed amount; `-` where nothing can be computed.
#[track_caller]
fn funding(template: &Template, cases: &[(&str, &str, &str, &str)]) {
    for (budget, executed, rate, score) in cases {
        let mut form = Form::default();
        form.set(Field::Funding(0, FundingColumn::Initial), "1000");
        form.set(Field::Funding(0, FundingColumn::Budget), *budget);
        form.set(Field::Funding(0, FundingColumn::Executed), *executed);
        let found = Scores::of(&form, &template.scoring).funding[0];
        let expected = |text: &str| (text != "-").then(|| number(text));
        assert_eq!((found.rate, found.score), (expected(rate), expected(score)), "{executed} of {budget}");
    }
}

/// What all places have in common: enough is enough, less is in proportion, nothing unclear is guessed.
const COMMON: [(&str, &str, &str); 29] = [
    ("≥100个", "100个", "10"),
    ("≥100个", "99.99个", "10"),
    ("≥100个", "99.9个", "9.99"),
    ("≥100个", "200个", "10"),
    ("≥100个", "748个", "10"),
    ("≥100个", "-5个", "0"),
    ("≥3个", "2个", "6.67"),
    (">3个", "1个", "3.33"),
    ("≥0个", "0个", "10"),
    ("≥3个", "", "-"),
    ("", "3个", "-"),
    ("≥84万人", "840000人", "10"),
    ("≥84万人", "420000人", "5"),
    ("≥50000元", "4.5万元", "9"),
    ("≥2亿元", "1.5亿元", "7.5"),
    ("≥95%", "95百分比", "10"),
    ("≥95百分率", "94%", "9.89"),
    ("≥95%", "950‰", "10"),
    ("≥100%", "103%", "10"),
    ("≥95%", "0.95", "-"),
    ("≥3个", "3次", "-"),
    ("≥3", "3个", "-"),
    ("≥3个", "约3个", "-"),
    ("约3个", "3个", "-"),
    ("100%", "100%", "-"),
    ("≥-5%", "-3%", "-"),
    ("2023年12月31日前", "2023年12月20日", "-"),
    ("效果显著", "效果显著", "-"),
    ("≤100个", "-5个", "10"),
];

/// Anhui's own: a missed `=` like `≥`, nothing left at twice a `≤`.
const ANHUI: [(&str, &str, &str); 15] = [
    ("=100人", "100人", "10"),
    ("=100人", "120人", "10"),
    ("=100人", "95人", "9.5"),
    ("=0件", "0件", "10"),
    ("=0件", "-1件", "10"),
    ("=0件", "1件", "0"),
    ("≤100天", "100天", "10"),
    ("≤100天", "99天", "10"),
    ("≤100天", "100.04天", "10"),
    ("≤100天", "150天", "5"),
    ("≤3天", "4天", "6.67"),
    ("≤100天", "200天", "0"),
    ("≤100天", "250天", "0"),
    ("≤5万元", "55000元", "9"),
    ("≤0次", "1次", "0"),
];

const RATIO: [(&str, &str, &str); 6] = [
    ("≤100天", "100天", "10"),
    ("≤100天", "150天", "6.67"),
    ("≤100天", "200天", "5"),
    ("≤100天", "250天", "4"),
    ("<5万元", "55000元", "9.09"),
    ("≤0次", "1次", "0"),
];

#[test]
fn anhui() {
    let anhui = shipped("anhui");
    points(&anhui, &COMMON);
    points(&anhui, &ANHUI);
    funding(
        &anhui,
        &[
            ("210", "209.929", "0.9997", "10"),
            ("70", "69.91", "0.9987", "9.99"),
            ("1500", "1106.842", "0.7379", "7.38"),
            ("70", "70", "1", "10"),
            ("70", "77", "1.1", "10"),
            ("70", "-7", "-0.1", "0"),
            ("70", "0", "0", "0"),
            ("0", "0", "-", "-"),
            ("0", "5", "-", "-"),
            ("-70", "5", "-", "-"),
            ("", "5", "-", "-"),
            ("70", "", "-", "-"),
        ],
    );
}

#[test]
fn hubei() {
    let hubei = shipped("hubei");
    points(&hubei, &COMMON);
    points(&hubei, &RATIO);
    points(&hubei, &ANHUI[..6]);
    funding(
        &hubei,
        &[("210", "209.929", "0.9997", "19.99"), ("70", "35", "0.5", "10"), ("0", "0", "-", "-")],
    );
    assert_eq!(hubei.scoring.band("部分达成年度指标并具有一定效果").unwrap().from, number("0.5"));
    assert_eq!(hubei.scoring.indicator_points, number("80"));
}

#[test]
fn jiangxi() {
    let jiangxi = shipped("jiangxi");
    points(&jiangxi, &COMMON);
    points(&jiangxi, &RATIO);
    funding(&jiangxi, &[("210", "209.929", "0.9997", "10"), ("0", "0", "-", "-")]);
}

#[test]
fn guangxi() {
    let guangxi = shipped("guangxi");
    points(&guangxi, &COMMON);
    points(&guangxi, &ANHUI);
    funding(&guangxi, &[("210", "209.929", "0.9997", "10"), ("0", "0", "-", "-")]);
}

#[test]
fn the_other_shipped_templates_score_as_anhui_does() {
    let all: Vec<&str> = Template::names().collect();
    let others = ["anhui-2025", "central", "shanghai", "sichuan"];
    let tested = ["anhui", "hubei", "jiangxi", "guangxi"].into_iter().chain(others);
    assert!(tested.clone().count() == all.len() && tested.clone().all(|name| all.contains(&name)), "{all:?}");
    for name in others {
        let template = shipped(name);
        points(&template, &COMMON);
        points(&template, &ANHUI);
        funding(&template, &[("210", "209.929", "0.9997", "10"), ("0", "0", "-", "-"), ("", "5", "-", "-")]);
    }
}

#[test]
fn where_a_reason_is_asked_for_below_a_rate_it_is_not_above() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("表.json").to_string_lossy().into_owned();
    let (_, out, _) = zpb(&["export", "samples/submitted/04多层次人才奖励金.xlsx"]);
    let mut forms: Value = serde_json::from_str(&out).unwrap();
    for (template, executed, score, asked) in [
        ("anhui", "1500", "10", false),
        ("anhui", "1400", "9.33", true),
        ("sichuan", "1400", "9.33", false),
        ("sichuan", "1350", "9", false),
        ("sichuan", "1349.9", "9", true),
    ] {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        forms[0]["funding"][0]["executed"] = number(executed);
        forms[0]["funding"][0]["score"] = number(score);
        forms[0]["funding"][0]["rate"] = Value::Null;
        std::fs::write(&input, forms.to_string()).unwrap();
        let (_, out, _) = zpb(&["check", &input, "--template", template, "--format", "json"]);
        let data: Value = serde_json::from_str(&out).unwrap();
        let mut found = data["findings"].as_array().unwrap().iter();
        let is_asked = found.any(|f| f["code"] == "P06" && f["field"] == "funding[0].score");
        assert_eq!(is_asked, asked, "{executed} of 1500 in {template}");
    }
}

#[test]
fn what_is_left_to_people_is_not_scored() {
    let tianjin = own("[scoring]\nequal = \"exact\"\nreverse = \"person\"\n");
    points(&tianjin, &COMMON);
    points(
        &tianjin,
        &[
            ("=100人", "100人", "10"),
            ("=100人", "120人", "-"),
            ("=100人", "95人", "-"),
            ("=0件", "0件", "10"),
            ("=0件", "1件", "-"),
            ("≤100天", "100天", "10"),
            ("≤100天", "101天", "-"),
            ("<5万元", "5.1万元", "-"),
        ],
    );
}

#[test]
fn the_divisor_of_the_rate_and_its_cap_are_the_profiles() {
    let initial = own("[scoring]\nrate_budget = \"initial\"\n");
    funding(&initial, &[("500", "250", "0.25", "2.5"), ("", "250", "0.25", "2.5")]);
    let capped = own("[scoring]\nrate_cap = 1.1\n");
    funding(&capped, &[("500", "525", "1.05", "10.5"), ("500", "600", "1.2", "11")]);
    let coarse = own("[scoring]\nrate_places = 2\nscore_places = 0\n");
    funding(&coarse, &[("210", "209.929", "1", "10"), ("70", "59.5", "0.85", "9")]);
}

/// The second calculation's forms and answers.
fn fixture() -> Value {
    golden("tests/fixtures/scoring.json")
}

fn report(form: &Value, template: &Template) -> Report {
    let document = reader::read(form.to_string().as_bytes()).unwrap();
    Report::new("form.json", document.forms.into_iter().next().unwrap(), template)
}

/// The profile of a case.
fn template(data: &Value, name: &str) -> Template {
    data["profiles"][name].as_str().map_or_else(|| shipped(name), |source| Template::parse(source).unwrap())
}

#[track_caller]
fn same(found: Option<Decimal>, expected: &Value, what: &str) {
    let expected = expected.as_str().map(number);
    assert_eq!(found, expected, "{what}");
}

/// Where a rule found something: rows of the indicators, `funding`, or 0 for what a form has once.
fn places(report: &Report, code: &str) -> Vec<Value> {
    let found = report.diagnostics.iter().filter(|d| d.code == code);
    let mut places: Vec<Value> = found
        .map(|d| match d.field {
            Some(Field::Indicator(row, _)) if code != "P13" => Value::from(row),
            Some(Field::Funding(..)) if code == "P06" => Value::from("funding"),
            _ => Value::from(0),
        })
        .collect();
    places.sort_by_key(Value::as_u64);
    places
}

#[test]
fn every_form_scores_as_the_second_calculation_says() {
    let data = fixture();
    let cases = data["cases"].as_array().unwrap();
    assert!(cases.len() > 500);
    for case in cases {
        let name = case["profile"].as_str().unwrap();
        let template = template(&data, name);
        let (report, expected) = (report(&case["form"], &template), &case["expected"]);
        let what = format!("{name} {}", case["form"]["project"]);
        let (scores, funding) = (&report.scores, report.scores.funding[0]);
        same(funding.rate, &expected["rate"], &format!("{what} rate"));
        same(funding.score, &expected["funding"], &format!("{what} funding"));
        for (row, computed) in scores.computed.iter().enumerate() {
            same(*computed, &expected["computed"][row], &format!("{what} row {row}"));
        }
        same(scores.total, &expected["total"], &format!("{what} total"));
        assert_eq!(scores.grade.as_deref(), expected["grade"].as_str(), "{what}");
        for code in ["M05", "M06", "P04", "P05", "P06", "P09", "P10", "P12", "P13", "T09", "T10"] {
            let mut expected = expected["findings"][code].as_array().cloned().unwrap_or_default();
            expected.sort_by_key(Value::as_u64);
            assert_eq!(places(&report, code), expected, "{what} {code}");
        }
    }
}

#[test]
fn blanks_are_filled_and_what_a_person_wrote_is_replaced_on_request_only() {
    let data = fixture();
    let mut replaced = 0;
    for case in data["cases"].as_array().unwrap() {
        let template = template(&data, case["profile"].as_str().unwrap());
        let report = report(&case["form"], &template);
        let what = case["form"]["project"].as_str().unwrap();
        let asked = Requests { rescore: true, ..Requests::default() };
        let (plain, rescored) = (report.fixed(&template), report.fixed_as(&template, asked));
        for (row, before) in report.form.indicators.iter().enumerate() {
            let computed = case["expected"]["computed"][row].as_str().map(number);
            let after = plain.report.form.indicators[row].score.get();
            assert_eq!(after, before.score.get().or(computed), "{what} row {row}");
            let after = rescored.report.form.indicators[row].score.get();
            assert_eq!(after, computed.or(before.score.get()), "{what} row {row}");
        }
        let changes: Vec<_> = rescored.changes.iter().filter(|change| change.code == Some("P05")).collect();
        assert_eq!(changes.len(), places(&report, "P05").len(), "{what}");
        assert!(changes.iter().all(|change| change.from.is_some()));
        assert!(places(&rescored.report, "P05").is_empty() && places(&rescored.report, "P07").is_empty());
        replaced += changes.len();
        let again = rescored.report.fixed_as(&template, asked);
        assert!(again.changes.is_empty(), "{what}: {:?}", again.changes);
    }
    assert!(replaced > 50);
}

#[test]
fn weights_are_spread_where_nobody_gave_any() {
    let template = Template::standard();
    for case in fixture()["spreads"].as_array().unwrap() {
        let report = report(&case["form"], template);
        let asked = Requests { allocate_weights: true, ..Requests::default() };
        let fixed = report.fixed_as(template, asked);
        let mut filled = 0;
        for (row, after) in fixed.report.form.indicators.iter().enumerate() {
            let before = report.form.indicators[row].weight.get();
            same(after.weight.get(), &case["expected"]["weights"][row], &format!("weight {row}"));
            same(
                after.score.get().filter(|_| !after.is_padding()),
                &case["expected"]["computed"][row],
                "score",
            );
            filled += usize::from(before != after.weight.get());
        }
        let changes = fixed.changes.iter().filter(|c| c.code == Some("P01") && c.from.is_none());
        assert_eq!(changes.count(), filled);
        assert!(fixed.report.fixed_as(template, asked).changes.is_empty());
        assert!(
            report.fixed(template).report.form.indicators[0].weight.get()
                == report.form.indicators[0].weight.get()
        );
    }
}

#[test]
#[ignore = "needs python3, which .ci/run installs"]
fn the_fixture_is_what_its_script_makes() {
    let script = Command::new("python3").arg(path("tests/fixtures/scoring.py")).output().unwrap();
    assert!(script.status.success(), "{}", String::from_utf8_lossy(&script.stderr));
    assert!(script.stdout == fs::read(path("tests/fixtures/scoring.json")).unwrap());
}

#[test]
#[ignore = "needs openpyxl, which .ci/run installs"]
fn workbooks_score_as_the_second_calculation_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut script = Command::new("python3");
    let made =
        script.arg(path("tests/fixtures/scoring.py")).arg("--xlsx").arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let data = fixture();
    for (index, case) in data["cases"].as_array().unwrap().iter().enumerate() {
        let name = case["profile"].as_str().unwrap();
        let template = template(&data, name);
        let file = folder.path().join(name).join(format!("{index:04}.xlsx"));
        hold_workbook(&file, case, &template);
    }
}

fn hold_workbook(file: &Path, case: &Value, template: &Template) {
    let document = reader::read(&fs::read(file).unwrap()).unwrap();
    let report = Report::new("form.xlsx", document.forms.into_iter().next().unwrap(), template);
    let what = format!("{} {}", file.display(), case["form"]["project"]);
    same(report.scores.funding[0].score, &case["expected"]["funding"], &what);
    for (row, computed) in report.scores.computed.iter().enumerate() {
        same(*computed, &case["expected"]["computed"][row], &format!("{what} row {row}"));
    }
    same(report.scores.total, &case["expected"]["total"], &what);
}

/// The mistake in a template of these lines on Anhui's.
#[track_caller]
fn mistake(lines: &str) -> String {
    let source = format!("base = \"anhui\"\n{lines}\n");
    let parsed = Template::parse(&source).and_then(|template| check_template(&template));
    parsed.err().unwrap_or_else(|| panic!("{source} is accepted")).to_string()
}

#[test]
fn mistakes_name_line_key_value_and_what_is_allowed() {
    for (lines, told) in [
        (
            "[scoring]\nrevers = \"ratio\"",
            "第 3 行 scoring.revers = \"ratio\"：没有这个键，可以是 rate_weight、",
        ),
        ("[scorring]\nreverse = \"ratio\"", "第 2 行 scorring：没有这个键，可以是 base、name、"),
        (
            "[scoring]\nreverse = \"cubic\"",
            "第 3 行 scoring.reverse = \"cubic\"：可以是 \"linear\"、\"ratio\"、\"person\"",
        ),
        ("[scoring]\nreverse = 1", "第 3 行 scoring.reverse = 1：可以是 \"linear\"、"),
        ("[scoring]\nequal = \">=\"", "第 3 行 scoring.equal = \">=\"：可以是 \"at-least\"、\"exact\""),
        (
            "[scoring]\nrate_budget = \"A\"",
            "第 3 行 scoring.rate_budget = \"A\"：可以是 \"initial\"、\"budget\"",
        ),
        (
            "[scoring]\nnot_applicable = true",
            "第 3 行 scoring.not_applicable = true：可以是 \"count\"、\"rescale\"",
        ),
        ("[scoring]\n\n\nlow_execution = 80", "第 5 行 scoring.low_execution = 80：应为 0 到 1 的小数"),
        ("[scoring]\nreason_below = -0.1", "第 3 行 scoring.reason_below = -0.1：应为 0 到 1 的小数"),
        ("[scoring]\nfar_over_target = 0.9", "第 3 行 scoring.far_over_target = 0.9：应为 1 到 100 的倍数"),
        ("[scoring]\nrate_weight = \"十\"", "第 3 行 scoring.rate_weight = \"十\"：应为 0 到 1000 的分数"),
        ("[scoring]\nrate_weight = nan", "第 3 行 scoring.rate_weight = nan：应为 0 到 1000 的分数"),
        ("[scoring]\nmissing_cost = -5", "第 3 行 scoring.missing_cost = -5：应为 0 到 1000 的分数"),
        ("[scoring]\nscore_places = 3", "第 3 行 scoring.score_places = 3：应为 0 到 2 的整数"),
        ("[scoring]\nrate_places = 2.5", "第 3 行 scoring.rate_places = 2.5：应为 0 到 4 的整数"),
        (
            "[scoring]\nfar_over_reason = \"是\"",
            "第 3 行 scoring.far_over_reason = \"是\"：应为 true 或 false",
        ),
        ("[scoring]\nbands = 3", "第 3 行 scoring.bands = 3：应为列表"),
        (
            "[scoring]\nbands = [\n  { word = \"好\", from = 0.8 },\n]",
            "第 4 行 scoring.bands.below：缺少这个键",
        ),
        (
            "[scoring]\nbands = [\n  { word = \"好\", from = 0.8, below = 1 },\n  { word = \"差\", from = 8, below = 1 },\n]",
            "第 5 行 scoring.bands.from = 8：应为 0 到 1 的小数",
        ),
        (
            "[scoring]\nbands = [{ word = \"好\", from = 0.8, below = 0.8 }]",
            "第 3 行 scoring.bands：“好”的 from 应小于 below",
        ),
        ("[scoring]\ngrades = []", "第 3 行 scoring.grades：至少写一个等级"),
        (
            "[scoring]\ngrades = [{ name = \"良\", from = 80 }, { name = \"优\", from = 90 }]",
            "第 3 行 scoring.grades：“优”的 from 应低于它前面的等级",
        ),
        (
            "[severity]\nP03 = \"fatal\"",
            "第 3 行 severity.P03 = \"fatal\"：可以是 \"error\"、\"warning\"、\"info\"、\"off\"",
        ),
        ("[severity]\nP99 = \"off\"", "第 3 行 severity.P99：没有这个编号的规则，用 zpb rule 查看"),
        ("name = 10", "第 2 行 name = 10：应为文字，两边加英文引号"),
        (
            "money_unit = \"美元\"",
            "第 2 行 money_unit = \"美元\"：可以是 \"元\"、\"千元\"、\"万元\"、\"百万元\"、\"亿元\"",
        ),
        ("[total]\nscore = \"J:H\"", "第 3 行 total.score = \"J:H\"：`J:H` 不是列，请写成 B 或 B:E"),
        ("[total]\nscore = \"K\"", "第 3 行 total.score：用到第 11 列，但 sheet.widths 只有 10 列"),
        ("[sheet]\nwidths = [9, 9]", "第 3 行 "),
        ("[sheet]\nmargins = [1, 2, 3]", "第 3 行 sheet.margins：有 3 项，应有 4 项"),
        ("[sheet]\nmargins = [1, 2, 3, 4, 5]", "第 3 行 sheet.margins：多了 1 项"),
        ("[sheet]\nwidths = [1, \"宽\"]", "第 3 行 sheet.widths = \"宽\"：应为数字"),
        ("scoring = 3", "第 2 行 scoring = 3：应为一组键"),
        ("[scoring]\nreverse = “ratio”", "第 3 行 “reverse = “ratio””有全角符号 “，请改成半角"),
        ("[scoring]\nreverse = ratio", "第 3 行 “reverse = ratio”写法不对，应写成 键 = 值"),
        (
            "[scoring]\nreverse = \"ratio\"\nreverse = \"linear\"",
            "第 4 行 “reverse = \"linear\"”同一个键写了两次",
        ),
        ("[scoring", "第 2 行 “[scoring”写法不对"),
    ] {
        let found = mistake(lines);
        assert!(found.starts_with(told), "{lines}\n{found}\n{told}");
        let english = found.replace(|c: char| !c.is_ascii_alphabetic() && c != ' ', "");
        assert!(!english.contains(" expected") && !english.contains(" invalid"), "{found}");
    }
}

#[test]
fn a_base_must_be_there_and_without_one_nothing_may_be_missing() {
    let refused = |source: &str| Template::parse(source).unwrap_err().to_string();
    let unknown = refused("\nbase = \"anhiu\"");
    let allowed = unknown.strip_prefix("第 2 行 base = \"anhiu\"：没有这个模板，可以是 ").unwrap();
    assert!(Template::names().all(|name| allowed.contains(&format!("\"{name}\""))), "{unknown}");
    assert!(refused("base = 3").starts_with("第 1 行 base：应为模板的名称"));
    let missing = refused("name = \"mine\"");
    assert!(missing.contains("：缺少这个键") && missing.contains("base = \"anhui\""), "{missing}");
    let anhui = Template::source("anhui").unwrap();
    let missing = refused(&anhui.replace("reverse = \"linear\"", ""));
    let line = 1 + anhui.lines().position(|line| line == "[scoring]").unwrap();
    assert!(missing.starts_with(&format!("第 {line} 行 scoring.reverse：缺少这个键")), "{missing}");
}

#[test]
fn a_file_says_only_what_is_different() {
    let mine = own("[scoring]\nfar_over_target = 1.5\n[severity]\nT10 = \"error\"\n");
    let anhui = shipped("anhui");
    assert_eq!(mine.scoring.far_over_target, number("1.5"));
    assert_eq!(mine.scoring.bands, anhui.scoring.bands);
    assert_eq!(mine.sheet.widths, anhui.sheet.widths);
    let upon = Template::parse("base = \"hubei\"\n[scoring]\nrate_weight = 15\n").unwrap();
    assert_eq!(
        (upon.scoring.rate_weight, upon.scoring.reverse),
        (number("15"), shipped("hubei").scoring.reverse)
    );
    assert!(own("").scoring == anhui.scoring, "nothing said, nothing changed");
}

/// The keys that a table of a template knows, as the mistake about an unknown one lists them.
fn keys(table: &str) -> Vec<String> {
    let told = mistake(&format!("[{table}]\nzzz = 1"));
    let (_, allowed) = told.split_once("可以是 ").unwrap();
    allowed.split('、').map(str::to_owned).collect()
}

#[test]
fn every_key_of_the_profile_is_explained_in_the_template() {
    let source = Template::source("anhui").unwrap();
    let (_, scoring) = source.split_once("\n[scoring]").unwrap();
    for key in keys("scoring") {
        let line =
            scoring.lines().position(|line| line.trim_start_matches("# ").starts_with(&format!("{key} = ")));
        let line = line.unwrap_or_else(|| panic!("{key} is not there"));
        let above = scoring.lines().nth(line - 1).unwrap();
        let said = scoring.lines().nth(line).unwrap().trim_start_matches("# ").contains(" # ");
        assert!(said || above.starts_with("# "), "{key} is not explained");
    }
}

/// Runs the program and gives exit status, standard output, standard error.
fn zpb(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = command.current_dir(path(".")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_printed_template_works_as_its_name_does() {
    let folder = tempfile::tempdir().unwrap();
    let (_, list, _) = zpb(&["template"]);
    for name in Template::names() {
        assert_eq!(list.lines().filter(|line| line.starts_with(&format!("{name} "))).count(), 1, "{list}");
        let (status, printed, _) = zpb(&["template", name]);
        assert_eq!(status, 0);
        let mine = folder.path().join("我的模板.toml");
        let file = mine.to_str().unwrap();
        // As Notepad, PowerShell and old systems write it.
        let wide: Vec<u8> =
            "\u{feff}".encode_utf16().chain(printed.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [printed.clone().into_bytes(), printed.replace('\n', "\r\n").into_bytes(), wide] {
            fs::write(&mine, bytes).unwrap();
            let form = "samples/submitted/01停征退管服务费补助.xlsx";
            // The commands that are shown for going on name the template as it was given.
            let told = |template: &str| {
                let (status, out, err) = zpb(&["check", form, "--template", template]);
                (status, out.replace(&format!(" --template {template}"), ""), err)
            };
            let (by_file, by_name) = (told(file), told(name));
            assert!(by_file == by_name && by_file.1.contains("P01"), "{name}: {}{}", by_file.1, by_file.2);
        }
    }
}

#[test]
fn a_wrong_template_stops_the_program_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("我的模板.toml");
    fs::write(&mine, "base = \"anhui\"\n[scoring]\nreverse = \"cubic\"\n").unwrap();
    let (status, out, err) = zpb(&["check", "samples/submitted", "--template", mine.to_str().unwrap()]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(
        err.contains("我的模板.toml：模板有误：第 3 行 scoring.reverse = \"cubic\"：可以是 \"linear\""),
        "{err}"
    );
    assert_eq!(err.lines().count(), 1);
}

#[test]
fn the_template_decides_how_bad_a_finding_is() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine.toml");
    let severity = "base = \"anhui\"\n[severity]\nP03 = \"info\"\nM06 = \"error\"\nP01 = \"off\"\nB01 = \"warning\"\nB02 = \"off\"\n";
    fs::write(&mine, severity).unwrap();
    let check = |template: &str| {
        let (_, out, err) = zpb(&["check", "samples/自评表.txt", "--format", "json", "--template", template]);
        let data: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
        data["findings"].as_array().unwrap().clone()
    };
    let severities = |findings: &[Value], code: &str| {
        let mut found: Vec<String> = Vec::new();
        for finding in findings.iter().filter(|finding| finding["code"] == code) {
            found.push(finding["severity"].as_str().unwrap().to_owned());
        }
        found.sort();
        found.dedup();
        found
    };
    let (plain, mine) = (check("anhui"), check(mine.to_str().unwrap()));
    for (code, before, after) in [
        ("P03", vec!["error"], vec!["info"]),
        ("M06", vec!["warning"], vec!["error"]),
        ("P01", vec!["error"], vec![]),
        ("B01", vec!["error"], vec!["warning"]),
        ("B02", vec!["error"], vec![]),
        ("P06", vec!["error"], vec!["error"]),
    ] {
        assert_eq!(severities(&plain, code), before, "{code}");
        assert_eq!(severities(&mine, code), after, "{code}");
    }
}

/// Fixes the forms of `file`, gives them as `check` and `export` read the written workbook, and what `修改记录` counts.
fn fixed(file: &Path, options: &[&str]) -> (Value, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut args = vec!["fix", file.to_str().unwrap(), "-q", "-o", out.to_str().unwrap()];
    args.extend(options);
    let (status, _, err) = zpb(&args);
    assert_eq!(status, 0, "{err}");
    let written = out.join(file.with_extension("xlsx").file_name().unwrap());
    let (_, forms, _) = zpb(&["export", written.to_str().unwrap()]);
    let (_, found, _) = zpb(&["check", written.to_str().unwrap(), "--format", "json"]);
    let found: Value = serde_json::from_str(&found).unwrap();
    let forms: Value = serde_json::from_str(&forms).unwrap();
    (forms[0].clone(), found["findings"].as_array().unwrap().clone())
}

fn codes<'a>(findings: &'a [Value], code: &str) -> Vec<&'a Value> {
    findings.iter().filter(|finding| finding["code"] == code).collect()
}

#[test]
fn the_options_of_fix_do_what_the_rules_promise() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("表.json");
    let indicator = |level1: &str, weight: Value, score: Value| {
        serde_json::json!({"level1": level1, "level1_weight": if level1 == "产出指标" { 50 } else { 40 }, "level2": "数量指标", "level3": format!("{level1}{score}"),
            "target": "≥4个", "actual": "3个", "weight": weight, "score": score, "deviation": "原因"})
    };
    let form = serde_json::json!([{
        "schema": "zipingbiao/1", "year": 2023, "project": "试", "unit": {"name": "某单位"},
        "funding": [{"item": "年度资金总额", "initial": 70, "budget": 70, "executed": 70, "weight": 10}],
        "indicators": [
            indicator("产出指标", 40.into(), 31.into()),
            indicator("产出指标", 10.into(), Value::Null),
            indicator("效益指标", Value::Null, Value::Null),
            indicator("效益指标", Value::Null, 30.into()),
            indicator("效益指标", Value::Null, 12.into()),
        ],
        "total": {"weight": 100, "score": 50},
    }]);
    fs::write(&file, form.to_string()).unwrap();
    let column = |form: &Value, key: &str| -> Vec<String> {
        form["indicators"].as_array().unwrap().iter().map(|row| row[key].to_string()).collect()
    };

    let (plain, found) = fixed(&file, &[]);
    assert_eq!(column(&plain, "score"), ["31", "7.5", "null", "30", "12"]);
    assert_eq!(column(&plain, "weight"), ["40", "10", "null", "null", "null"]);
    let shown = codes(&found, "P05")[0]["message"].as_str().unwrap();
    assert!(shown.contains("31") && shown.contains("按公式应为 30"), "{shown}");
    assert_eq!(codes(&found, "P05")[0]["fix"]["kind"], "unsafe");
    assert_eq!(codes(&found, "P01").len(), 3);
    assert_eq!(
        codes(&found, "P01")[2]["fix"],
        serde_json::json!({"kind": "unsafe", "from": null, "to": "13.34"})
    );

    let (spread, found) = fixed(&file, &["--allocate-weights"]);
    assert_eq!(column(&spread, "weight"), ["40", "10", "13.33", "13.33", "13.34"]);
    assert_eq!(column(&spread, "score"), ["31", "7.5", "10", "30", "12"]);
    assert_eq!((codes(&found, "P01").len(), codes(&found, "P05").len()), (0, 3));
    assert_eq!(spread["total"]["score"].to_string(), "100.5");

    let (both, found) = fixed(&file, &["--allocate-weights", "--rescore"]);
    assert_eq!(column(&both, "score"), ["30", "7.5", "10", "10", "10.01"]);
    assert!(codes(&found, "P05").is_empty() && codes(&found, "P07").is_empty());
    assert_eq!(both["total"]["score"].to_string(), "77.51");

    let told =
        zpb(&["fix", file.to_str().unwrap(), "--dry-run", "--allocate-weights", "--rescore", "-o", "x"]).2;
    for line in [
        "分值：空白 → 13.33（P01，程序填写）",
        "得分：31 → 30.00（P05）",
        "得分：空白 → 10.00（P11，程序填写）",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

/// Drops the stored results, lets LibreOffice calculate, and gives rate, funding score and total of each sheet.
const CALCULATE: &str = r#"
import json, os, subprocess, sys, openpyxl
folder, files = sys.argv[1], sys.argv[2:]
for file in files:
    openpyxl.load_workbook(file).save(file)
subprocess.run(["soffice", "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--convert-to", "xlsx",
                "--outdir", folder + "/calculated", *files], check=True, stdout=subprocess.DEVNULL)
for file in files:
    book = openpyxl.load_workbook(os.path.join(folder, "calculated", os.path.basename(file)), data_only=True)
    for sheet in book.worksheets[1:]:
        rows = list(sheet.iter_rows(values_only=True))
        money = next(row for row in rows if str(row[2]).startswith("年度资金总额"))
        total = next(row for row in rows if row[1] == "总分")
        print(json.dumps([money[7], money[8], total[8]]))
"#;

#[test]
#[ignore = "needs LibreOffice and openpyxl, which .ci/run installs"]
fn live_formulas_give_what_the_second_calculation_gives() {
    let folder = tempfile::tempdir().unwrap();
    let data = fixture();
    let mut files = Vec::new();
    let mut expected = Vec::new();
    for (name, source) in data["profiles"].as_object().unwrap() {
        let cases = data["cases"].as_array().unwrap().iter().filter(|case| case["profile"] == name.as_str());
        let cases: Vec<&Value> = cases.collect();
        let forms: Vec<&Value> = cases.iter().map(|case| &case["form"]).collect();
        expected.extend(
            cases.iter().map(|case| (format!("{name} {}", case["form"]["project"]), &case["expected"])),
        );
        let at = |ending: &str| folder.path().join(format!("{name}.{ending}")).to_string_lossy().into_owned();
        fs::write(at("json"), serde_json::to_vec(&forms).unwrap()).unwrap();
        let source = source.as_str().unwrap_or_else(|| Template::source(name).unwrap());
        fs::write(at("toml"), source).unwrap();
        let (status, _, err) =
            zpb(&["fix", &at("json"), "-q", "--template", &at("toml"), "-o", &at("xlsx"), "--force"]);
        assert_eq!(status, 0, "{err}");
        files.push(at("xlsx"));
    }
    let seen =
        Command::new("python3").args(["-c", CALCULATE]).arg(folder.path()).args(&files).output().unwrap();
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    let seen = String::from_utf8(seen.stdout).unwrap();
    assert_eq!(seen.lines().count(), expected.len());
    for (line, (what, expected)) in seen.lines().zip(expected) {
        let cells: Value = serde_json::from_str(line).unwrap();
        for (cell, key) in ["rate", "funding", "total"].into_iter().enumerate() {
            // A spreadsheet's own double, as it shows it.
            let found = cells[cell].as_f64().map(|found| format!("{found:.4}"));
            let expected = expected[key].as_str().map(|text| format!("{:.4}", number(text)));
            assert_eq!(found, expected, "{what} {key}: {line}");
        }
    }
}
