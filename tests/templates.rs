//! Every form in every shipped template: written, read again, nothing lost, nothing changed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::path::{Path, PathBuf};

use common::{files, path};
use serde_json::Value;
use zipingbiao::form::{Field, Form};
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::json;
use zipingbiao::writer::xlsx::{self, Options};

fn shipped() -> Vec<Template> {
    Template::names().map(|name| Template::parse(Template::source(name).unwrap()).unwrap()).collect()
}

/// The layouts: a template that changes only the scoring draws the sheet of its base.
fn layouts() -> Vec<Template> {
    let own = |template: &Template| {
        let source = Template::source(&template.name).unwrap();
        source.contains("[head]")
    };
    shipped().into_iter().filter(own).collect()
}

/// The reports of a file, as it was submitted.
fn reports(file: &Path, template: &Template) -> Vec<Report> {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let Ok(document) = reader::read(&std::fs::read(file).unwrap()) else { return Vec::new() };
    document.forms.into_iter().map(|found| Report::new(&name, found, template)).collect()
}

/// What must survive: the clean data without places.
fn content(report: &Report, fixed: &Report) -> Value {
    let mut form = json::clean(report, fixed).unwrap();
    let fields = form.as_object_mut().unwrap();
    fields.remove("source");
    fields.remove("findings");
    let extras = fields["extra"].as_array_mut().unwrap();
    for extra in extras.iter_mut() {
        extra.as_object_mut().unwrap().remove("cell");
    }
    extras.sort_by_cached_key(ToString::to_string); // the official sheet has its own order
    form
}

/// What `check` finds, without places.
fn findings(report: &Report, had: impl Fn(Option<Field>) -> bool) -> Vec<String> {
    let found = report.diagnostics.iter().filter(|found| had(found.field));
    let mut found: Vec<_> = found
        .map(|found| format!("{} {}", found.code, found.field.map(|f| f.to_string()).unwrap_or_default()))
        .collect();
    found.sort_unstable();
    found
}

fn written(report: &Report, template: &Template) -> Vec<u8> {
    xlsx::workbook(&[report], template, Options::default()).unwrap()
}

/// Writes a form in a template, reads it again, and says what is not as it was.
fn round_trip(report: &Report, template: &Template) -> Vec<String> {
    let fixed = report.fixed(template).report;
    let bytes = written(&fixed, template);
    let mut again = reader::read(&bytes).unwrap().forms;
    let mut said = Vec::new();
    if again.len() != 1 {
        return vec![format!("{} forms", again.len())];
    }
    let again = Report::new(&report.origin.file, again.remove(0), template);
    let again_fixed = again.fixed(template).report;
    let (before, after) = (content(&fixed, &fixed), content(&again, &again_fixed));
    for (key, value) in before.as_object().unwrap() {
        if *value != after[key] {
            said.push(format!("{key}: {value}\n      is {}", after[key]));
        }
    }
    // A place that the submitted form did not have may be empty on the official sheet.
    let had = |field: Option<Field>| field.is_none_or(|field| report.layout.cell(field).is_some());
    let (left, found) = (findings(&fixed, had), findings(&again, had));
    if left != found {
        said.push(format!("findings: {left:?}\n      are {found:?}"));
    }
    if written(&again_fixed, template) != bytes {
        said.push("other bytes the second time".to_owned());
    }
    said
}

#[track_caller]
fn hold(files: &[PathBuf], templates: &[Template]) {
    let mut wrong = Vec::new();
    let mut forms = 0;
    for template in templates {
        for file in files {
            for (index, report) in reports(file, template).iter().enumerate() {
                forms += 1;
                let place = format!("{} {} #{index}", template.name, report.origin.file);
                wrong.extend(round_trip(report, template).into_iter().map(|said| format!("{place} {said}")));
            }
        }
    }
    assert!(forms >= files.len(), "{forms} forms");
    assert!(wrong.is_empty(), "{} of {forms} forms differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn submissions_survive_every_template() {
    hold(&files("samples/submitted"), &layouts());
}

/// A choice of the corpus: each layout of another place once.
#[test]
fn layouts_of_other_places_survive_every_template() {
    let all = files("tests/corpus/files");
    let some: Vec<_> = all.into_iter().step_by(7).collect();
    hold(&some, &layouts());
}

#[test]
#[ignore = "takes minutes: every file of samples, corpus and noise in every template"]
fn everything_survives_every_template() {
    let folders = ["samples/submitted", "tests/corpus/files", "tests/noisy/files"];
    let mut all: Vec<_> = folders
        .into_iter()
        .flat_map(files)
        .filter(|file| !reports(file, Template::standard()).is_empty())
        .collect();
    all.extend([path("samples/自评表.txt"), path("samples/27张自评表.xlsx")]);
    hold(&all, &shipped());
}

#[test]
fn a_blank_form_is_read_as_blank() {
    for template in layouts() {
        let report = Report {
            form: Form::default(),
            origin: zipingbiao::report::Origin::default(),
            layout: zipingbiao::layout::Layout::default(),
            scores: zipingbiao::score::Scores::of(&Form::default(), &template.scoring),
            diagnostics: Vec::new(),
        };
        let forms = reader::read(&written(&report, &template)).unwrap().forms;
        assert_eq!(forms.len(), 1, "{}", template.name);
        assert!(forms[0].form.extra.is_empty(), "{}: {:?}", template.name, forms[0].form.extra);
        assert!(forms[0].form.indicators.is_empty(), "{}", template.name);
    }
}
