use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::*;
use crate::batch;
use crate::reader;

/// The parts of a workbook by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut part = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(&mut part).collect()
}

/// The fixed forms of a file.
fn forms(path: &Path, template: &Template) -> Vec<Report> {
    let document = batch::bytes_of(path).and_then(|bytes| reader::read(&bytes)).unwrap();
    document
        .forms
        .into_iter()
        .map(|found| Report::new("file", found, template).fixed(template).report)
        .collect()
}

/// A form from fields as the clean data names them.
fn form(fields: &[(&str, &str)], template: &Template) -> Report {
    let mut form = crate::form::Form::default();
    for (field, text) in fields {
        form.set(field.parse().unwrap(), *text);
    }
    let found = reader::Found { sheet: None, form, layout: crate::layout::Layout::default() };
    Report::new("file", found, template).fixed(template).report
}

fn assert_same(press: &Press<'_>, report: &Report) {
    let pressed = press.pressed(&[report]).unwrap_or_else(|| panic!("{:?} was not pressed", report.origin));
    let general = xlsx::workbook(&[report], press.template, press.options).unwrap();
    let (pressed, general) = (parts(&pressed), parts(&general));
    assert_eq!(pressed.keys().collect::<Vec<_>>(), general.keys().collect::<Vec<_>>());
    for (name, part) in general {
        assert!(pressed[&name] == part, "{name} of {:?}:\n{}\n{part}", report.origin, pressed[&name]);
    }
}

#[test]
fn a_pressed_workbook_is_that_of_the_general_writer() {
    for name in Template::names() {
        let template = Template::parse(Template::source(name).unwrap()).unwrap();
        for values in [false, true] {
            let press = Press::new(&template, Options { values, ..Options::default() });
            for report in forms(Path::new("samples/自评表.txt"), &template) {
                assert_same(&press, &report);
            }
        }
    }
}

#[test]
fn whatever_a_form_says_is_pressed_alike_or_left_to_the_general_writer() {
    let template = Template::standard();
    let press = Press::new(template, Options::default());
    let long = "很长的绩效目标。".repeat(400);
    for odd in [
        "a&b \"c\" <d> 'e'",
        "1月 (甲)!",
        "=205人",
        "@甲",
        " 空格\n换行 ",
        "R1C1",
        "2023",
        "{=SUM(A1)}",
        "TRUE",
        "😀",
        "_y_x",
        &long,
    ] {
        let fields = [
            ("title", odd),
            ("project", odd),
            ("unit", odd),
            ("goal.expected", odd),
            ("funding[0].item", "年度资金总额"),
            ("funding[0].budget", "12.3456789"),
            ("funding[0].executed", odd),
            ("indicators[0].level3", odd),
            ("indicators[0].target", odd),
            ("indicators[0].weight", "0.125"),
        ];
        let report = form(&fields, template);
        if odd == "_y_x" {
            assert!(press.pressed(&[&report]).is_none());
            assert_eq!(
                press.workbook(&[&report]).unwrap(),
                xlsx::workbook(&[&report], template, press.options).unwrap()
            );
        } else {
            assert_same(&press, &report);
        }
    }
    assert!(press.one_page.get().is_some() && press.many_pages.get().is_some(), "both frames are tried");
    let none = form(&[], template);
    assert_same(&press, &none);
    let control = form(&[("project", "甲\u{1}乙")], template);
    assert!(press.pressed(&[&control]).is_none());
}
