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
        for code in ["M05", "M06", "P04", "P05", "P06", "P09", "P12", "P13", "T10"] {
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
