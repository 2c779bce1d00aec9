//! Layouts that places may use: what stands in each file is read, a gap is told, and no cell is lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{differences, files, golden, path};
use serde_json::Value;
use zipingbiao::diagnostic::Severity;
use zipingbiao::grid::CellRef;
use zipingbiao::number::MoneyUnit;
use zipingbiao::reader::{self, Found, Sheet};
use zipingbiao::report::{Origin, Report};
use zipingbiao::template::Template;
use zipingbiao::writer::json;

/// What the form says, its amounts in 万元.
fn said(report: &Report) -> Value {
    let mut form = report.form.clone();
    form.restate(MoneyUnit::WanYuan);
    json::as_submitted(&form, &Origin::default()).unwrap()
}

/// Where the findings differ from those that the truth names: each of these is there, and no other is an error.
fn untold(report: &Report, truth: &Value) -> Vec<String> {
    let told: BTreeSet<&str> =
        truth["told"].as_array().into_iter().flatten().map(|code| code.as_str().unwrap()).collect();
    let found: BTreeSet<&str> = report.diagnostics.iter().map(|d| d.code).collect();
    let missing = told.difference(&found).map(|code| format!("{code} is not told"));
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let others = errors.filter(|d| !told.contains(d.code)).map(|d| format!("{} {}", d.code, d.message));
    missing.chain(others).collect()
}

/// Where the forms of a file differ from what is to be read.
fn misread(forms: Vec<Found>, truth: &[Value]) -> Vec<String> {
    if forms.len() != truth.len() {
        return vec![format!("{} forms are not {}", forms.len(), truth.len())];
    }
    let reports = forms.into_iter().map(|found| Report::new("file", found, Template::standard()));
    let pairs = reports.zip(truth).enumerate();
    pairs
        .flat_map(|(n, (report, truth))| {
            let found = differences(&said(&report), truth).into_iter().chain(untold(&report, truth));
            found.map(move |difference| format!("#{n} {difference}")).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the cell is a field, a label or an extra of the form.
fn has(form: &Found, at: CellRef) -> bool {
    form.layout.labels.contains(&at)
        || form.layout.fields.values().flatten().any(|source| source.region.start == at)
        || form.layout.extra.iter().any(|extra| extra.cell == Some(at))
}

/// The cells that are in no form; those of a list, which are read as such, are left out.
fn lost(sheet: &Sheet) -> Vec<String> {
    let inside =
        |at| sheet.forms.iter().any(|form| form.layout.range.is_some_and(|range| range.contains(at)));
    let cells = sheet.grid.cells().filter(|(at, _)| sheet.list.is_empty() || inside(*at));
    let lost = cells.filter(|(at, _)| !sheet.forms.iter().any(|form| has(form, *at)));
    lost.map(|(at, cell)| format!("{at} {cell:?} is lost")).collect()
}

/// Everything that is wrong with how a file is read.
fn wrong(bytes: &[u8], truth: &[Value]) -> Vec<String> {
    let forms = reader::read(bytes).unwrap().forms;
    let mut found = misread(forms, truth);
    found.extend(reader::sheets(bytes).unwrap().iter().flat_map(lost));
    found
}

#[test]
fn every_layout_is_read_or_its_gaps_are_told() {
    let truth = golden("tests/layouts/truth.json");
    let inputs = files("tests/layouts/files");
    assert_eq!(inputs.len(), truth.as_object().unwrap().len());
    let mut found = Vec::new();
    for file in inputs {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let answers = truth[&name].as_array().unwrap_or_else(|| panic!("{name} has no truth"));
        let wrong = wrong(&fs::read(path("tests/layouts/files").join(&name)).unwrap(), answers);
        found.extend(wrong.iter().map(|difference| format!("{name} {difference}")));
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}
