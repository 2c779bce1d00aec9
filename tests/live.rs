//! Live formulas of the written sheets: corrected by another program, calculated by another program, and held to
//! what the scoring profile gives for the corrected form.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use zipingbiao::form::{Field, Form};
use zipingbiao::layout::Layout;
use zipingbiao::reader::Found;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::plan;
use zipingbiao::writer::xlsx::{self, Options};

/// Sets cells of sheets, has LibreOffice calculate, and gives what then stands in others, `null` for nothing.
const CALCULATE: &str = r#"
import json, os, subprocess, sys, openpyxl
folder, jobs = sys.argv[1], json.load(open(sys.argv[2]))
for job in jobs:
    book = openpyxl.load_workbook(job["file"])
    for index, changes in enumerate(job["changes"]):
        for cell, value in changes.items():
            book.worksheets[index][cell] = value
            if isinstance(value, str):
                book.worksheets[index][cell].data_type = "s"
    book.save(job["file"])
subprocess.run(["soffice", "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--convert-to", "xlsx",
                "--outdir", folder + "/calculated", *[job["file"] for job in jobs]], check=True, stdout=subprocess.DEVNULL)
seen = []
for job in jobs:
    book = openpyxl.load_workbook(os.path.join(folder, "calculated", os.path.basename(job["file"])), data_only=True)
    value = lambda index, cell: None if cell is None else book.worksheets[index][cell].value
    seen.append([[value(index, cell) for cell in job["cells"]] for index in range(len(job["changes"]))])
print(json.dumps(seen))
"#;

const BASE: [(&str, &str); 21] = [
    ("project", "网络费"),
    ("funding[0].item", "年度资金总额"),
    ("funding[0].initial", "200"),
    ("funding[0].budget", "210"),
    ("funding[0].executed", "209.929"),
    ("funding[0].weight", "10"),
    ("indicators[0].level1", "产出指标"),
    ("indicators[0].level2", "数量指标"),
    ("indicators[0].level3", "个数"),
    ("indicators[0].target", "≥3个"),
    ("indicators[0].actual", "2个"),
    ("indicators[0].weight", "40"),
    ("indicators[1].level1", "产出指标"),
    ("indicators[1].level2", "成本指标"),
    ("indicators[1].level3", "单价"),
    ("indicators[1].target", "≤6元"),
    ("indicators[1].actual", "7元"),
    ("indicators[1].weight", "30"),
    ("indicators[2].target", "满意"),
    ("indicators[2].actual", "满意"),
    ("indicators[2].weight", "20"),
];

/// What somebody corrects: the words of a whole form, set over [`BASE`].
const CORRECTIONS: [&[(&str, &str)]; 14] = [
    &[],
    &[("funding[0].executed", "69.91")],
    &[("funding[0].executed", "0")],
    &[("funding[0].executed", "")],
    &[("funding[0].executed", "420")],
    &[("funding[0].executed", "-5")],
    &[("funding[0].budget", "0"), ("funding[0].initial", "0")],
    &[("funding[0].budget", ""), ("funding[0].initial", "")],
    &[("funding[0].budget", "-1"), ("funding[0].initial", "-1")],
    &[("indicators[0].actual", "3个"), ("indicators[1].actual", "6元")],
    &[("indicators[0].actual", ""), ("indicators[2].score", "18.5")],
    &[("indicators[1].actual", "12元"), ("indicators[1].target", "≤5元")],
    &[("indicators[0].target", "=4个"), ("indicators[0].weight", "33.33")],
    &[("indicators[2].score", "")],
];

/// Numbers that the sheet calculates.
const CALCULATED: [&str; 5] =
    ["funding[0].rate", "funding[0].score", "indicators[0].score", "indicators[1].score", "total.score"];

fn form(corrections: &[(&str, &str)]) -> Form {
    let mut form = Form::default();
    form.set("indicators[2].level1".parse().unwrap(), "满意度指标");
    form.set("indicators[2].level3".parse().unwrap(), "满意度");
    form.set("indicators[2].score".parse().unwrap(), "20");
    for (field, text) in BASE.iter().chain(corrections) {
        form.set(field.parse().unwrap(), *text);
    }
    form
}

fn report(form: Form, template: &Template) -> Report {
    let found = Found { sheet: None, layout: Layout::default(), form };
    Report::new("网络费", found, template).fixed(template).report
}

/// What our own calculation gives for [`CALCULATED`].
fn expected(report: &Report) -> [Option<Decimal>; 5] {
    let scores = &report.scores;
    let money = scores.funding[0];
    [money.rate, money.score, scores.indicators[0], scores.indicators[1], scores.total]
}

fn templates() -> Vec<Template> {
    Template::names().map(|name| Template::parse(Template::source(name).unwrap()).unwrap()).collect()
}

/// A workbook with a sheet for each of `corrections`, all still the form of [`BASE`], and what to do with it.
fn job(folder: &Path, template: &Template) -> Value {
    let base = report(form(&[]), template);
    let plan = plan::plan(&base, template, Options::default());
    let cell = |field: &str| plan.cell(field.parse::<Field>().unwrap()).map(|cell| cell.to_string());
    let typed = |field: &str, text: &str| match text.parse::<f64>() {
        _ if text.is_empty() => Value::Null,
        Ok(number) if field.starts_with("funding") => json!(in_unit(number, template)),
        Ok(number) => json!(number),
        Err(_) => json!(text),
    };
    let changes = CORRECTIONS.iter().map(|fields| {
        let set = fields.iter().filter_map(|(field, text)| Some((cell(field)?, typed(field, text))));
        Value::Object(set.collect())
    });
    let changes: Vec<Value> = changes.collect();
    let sheets = vec![&base; CORRECTIONS.len()];
    let file = folder.join(format!("{}.xlsx", template.name));
    std::fs::write(&file, xlsx::workbook(&sheets, template, Options::default()).unwrap()).unwrap();
    json!({ "file": file, "changes": changes, "cells": CALCULATED.map(cell) })
}

/// An amount in 万元 in the template's unit.
fn in_unit(wan_yuan: f64, template: &Template) -> f64 {
    if template.money_unit.name() == "元" { (wan_yuan * 10_000.0).round() } else { wan_yuan }
}

fn calculated(folder: &Path, jobs: &[Value]) -> Value {
    let list = folder.join("jobs.json");
    std::fs::write(&list, serde_json::to_vec(jobs).unwrap()).unwrap();
    let seen = Command::new("python3").args(["-c", CALCULATE]).arg(folder).arg(&list).output().unwrap();
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    serde_json::from_slice(&seen.stdout).unwrap()
}

/// What a spreadsheet's double shows with four decimals.
fn shown(value: &Value) -> Option<String> {
    value.as_f64().map(|number| format!("{number:.4}"))
}

fn number(value: Option<Decimal>) -> Option<String> {
    value.map(|number| format!("{number:.4}"))
}

#[test]
#[ignore = "needs LibreOffice and openpyxl, which .ci/run installs"]
fn a_corrected_number_is_followed_as_we_would_compute_it() {
    let folder = tempfile::tempdir().unwrap();
    let templates = templates();
    let jobs: Vec<Value> = templates.iter().map(|template| job(folder.path(), template)).collect();
    let seen = calculated(folder.path(), &jobs);
    for ((template, job), sheets) in templates.iter().zip(&jobs).zip(seen.as_array().unwrap()) {
        for (fields, found) in CORRECTIONS.iter().zip(sheets.as_array().unwrap()) {
            let expected = expected(&report(form(fields), template));
            for ((field, found), expected) in CALCULATED.iter().zip(found.as_array().unwrap()).zip(expected) {
                let has_cell = job["cells"][CALCULATED.iter().position(|f| f == field).unwrap()].is_string();
                if has_cell {
                    assert_eq!(shown(found), number(expected), "{} {field} of {fields:?}", template.name);
                }
            }
        }
    }
}

/// Texts of an indicator, and whether the formula dares to score them.
const TEXTS: [(&str, &str, bool); 36] = [
    ("≥3个", "3个", true),
    ("≥3个", "2个", true),
    ("≥3个", "0个", true),
    ("≥3个", "2", true),
    (">3个", "4个", true),
    ("=3个", "5个", true),
    ("=0件", "0件", true),
    ("=0件", "1件", true),
    ("≥0件", "0件", true),
    ("≤5天", "5天", true),
    ("≤5天", "7天", true),
    ("<5天", "10天", true),
    ("≤5天", "11天", true),
    ("≤0件", "1件", true),
    ("≤5天", "-1天", true),
    ("≥95%", "96.5%", true),
    ("≥95%", "47.55%", true),
    ("≥95%", "80", true),
    ("=313338300", "313338299", true),
    ("≥2", "1", true),
    ("≥0.5%", "0.25%", true),
    ("≥95%", "0.96", false),
    ("≥84万人", "420000人", false),
    ("≥1,234个", "617个", false),
    ("≥3个", "3件", false),
    ("≥3个", "满意", false),
    ("≥2次,每次3天", "1", false),
    ("≥3至5个", "4个", false),
    ("≥3个", "3-5个", false),
    ("约3个", "3个", false),
    ("3个", "3个", false),
    ("满意", "满意", false),
    ("2023年12月31日前", "2023年12月31日", false),
    ("=2023年", "12月31日", false),
    ("≥3个", "", false),
    ("", "3个", false),
];

/// A form with a row for each of [`TEXTS`], with them or all of the same.
fn rows(real: bool) -> Form {
    let mut form = form(&[]);
    form.indicators.clear();
    for (row, (target, actual, _)) in TEXTS.iter().enumerate() {
        let (target, actual) = if real { (*target, *actual) } else { ("≥3个", "3个") };
        let name = format!("指标{row}");
        for (key, text) in [
            ("level1", "产出指标"),
            ("level2", "数量指标"),
            ("level3", &name),
            ("target", target),
            ("actual", actual),
        ] {
            form.set(format!("indicators[{row}].{key}").parse().unwrap(), text);
        }
        form.set(format!("indicators[{row}].weight").parse().unwrap(), "7.5");
    }
    form
}

#[test]
#[ignore = "needs LibreOffice and openpyxl, which .ci/run installs"]
fn a_formula_scores_texts_as_we_do_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let templates: Vec<Template> =
        templates().into_iter().filter(|template| template.indicators.columns.len() == 8).collect();
    let at = |row: usize, key: &str| format!("indicators[{row}].{key}").parse::<Field>().unwrap();
    let jobs = templates.iter().map(|template| {
        let base = report(rows(false), template);
        let plan = plan::plan(&base, template, Options::default());
        let cell = |row, key| plan.cell(at(row, key)).unwrap().to_string();
        let texts = TEXTS.iter().enumerate().flat_map(|(row, (target, actual, _))| {
            let typed = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
            [(cell(row, "target"), typed(target)), (cell(row, "actual"), typed(actual))]
        });
        let file = folder.path().join(format!("{}.xlsx", template.name));
        std::fs::write(&file, xlsx::workbook(&[&base], template, Options::default()).unwrap()).unwrap();
        let cells: Vec<String> = (0..TEXTS.len()).map(|row| cell(row, "score")).collect();
        json!({ "file": file, "changes": [Value::Object(texts.collect())], "cells": cells })
    });
    let jobs: Vec<Value> = jobs.collect();
    let seen = calculated(folder.path(), &jobs);
    for (template, sheets) in templates.iter().zip(seen.as_array().unwrap()) {
        let scores = report(rows(true), template).scores.computed;
        for ((texts, found), computed) in TEXTS.iter().zip(sheets[0].as_array().unwrap()).zip(scores) {
            let expected = if texts.2 { number(computed) } else { None };
            assert_eq!(shown(found), expected, "{} {texts:?}", template.name);
        }
    }
}
