//! Forms that are checked together: against the bureau's list, and against each other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::process::Command;

use common::path;
use serde_json::Value;

/// What `zpb check` says as data.
fn check(arguments: &[&str]) -> (i32, Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.current_dir(path(".")).args(["check", "--format", "json"]).args(arguments);
    let output = command.output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap(), errors)
}

/// The numbers of the forms, in the order of the answer, that a rule names by their project.
fn named(answer: &Value, code: &str) -> Vec<usize> {
    let projects = |list: &str, only: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let all = answer[list].as_array().unwrap().iter();
        all.filter(|one| only(one)).filter_map(|one| one["project"].as_str().map(str::to_owned)).collect()
    };
    let forms = projects("files", &|_| true);
    let found = projects("findings", &|finding| finding["code"] == code);
    found.iter().map(|name| 1 + forms.iter().position(|form| form == name).unwrap()).collect()
}

fn messages<'a>(answer: &'a Value, code: &str) -> Vec<&'a str> {
    let findings = answer["findings"].as_array().unwrap().iter();
    findings.filter(|f| f["code"] == code).map(|f| f["message"].as_str().unwrap()).collect()
}

#[test]
fn names_are_held_to_the_list_wherever_it_stands() {
    for inputs in [
        &["samples/自评表.txt"][..],
        &["samples/27张自评表.xlsx"],
        &["samples/submitted", "--list", "samples/清单.xlsx"],
        &["samples/submitted", "samples/清单.xlsx"],
    ] {
        let (status, answer, _) = check(inputs);
        assert_eq!(status, 1);
        assert_eq!(named(&answer, "B01"), [7, 16, 18], "{inputs:?}");
        assert_eq!(named(&answer, "B04"), [12], "{inputs:?}");
        let absent = messages(&answer, "B02");
        assert_eq!(absent.len(), 3, "{inputs:?}");
        for (message, number) in absent.iter().zip(["7", "16", "18"]) {
            assert!(message.starts_with(&format!("清单第 {number} 项")), "{message}");
        }
        for none in ["B03", "B05", "B06"] {
            assert_eq!(messages(&answer, none), Vec::<&str>::new(), "{inputs:?}");
        }
        assert!(messages(&answer, "B01")[0].contains("暖民心"), "{:?}", messages(&answer, "B01"));
    }
}

#[test]
fn a_list_met_in_a_folder_is_told_among_the_files() {
    let (_, answer, _) = check(&["samples/清单.xlsx", "samples/submitted"]);
    let first = &answer["files"][0];
    assert_eq!((first["file"].as_str(), first["status"].as_str()), (Some("samples/清单.xlsx"), Some("ok")));
    assert_eq!(first["message"], "清单，27 个项目");
}

#[test]
fn a_form_that_came_twice_is_named_with_the_other() {
    let (_, answer, _) =
        check(&["samples/submitted", "samples/自评表.txt", "--select", "B03", "--list", "samples/清单.xlsx"]);
    let found = messages(&answer, "B03");
    assert_eq!(found.len(), 54);
    assert!(found[0].contains("samples/自评表.txt"), "{}", found[0]);
}

#[test]
fn lists_that_contradict_each_other_judge_nothing_until_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, project) in [("清单甲.csv", "甲项目"), ("清单乙.csv", "乙项目")] {
        std::fs::write(folder.path().join(name), format!("序号,项目名称\n1,{project}\n")).unwrap();
    }
    let form = "samples/submitted/01停征退管服务费补助.xlsx";
    std::fs::copy(path(form), folder.path().join("一.xlsx")).unwrap();
    let inputs = folder.path().to_str().unwrap();
    let (status, answer, errors) = check(&[inputs]);
    assert_eq!(status, 2);
    assert!(errors.contains("--list"), "{errors}");
    assert_eq!(messages(&answer, "B01"), Vec::<&str>::new());
    let list = folder.path().join("清单甲.csv");
    let (status, answer, _) = check(&[inputs, "--list", list.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert_eq!(messages(&answer, "B01").len(), 1);
    assert_eq!(messages(&answer, "B02").len(), 1);
}

#[test]
fn a_list_without_projects_is_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let form = "samples/submitted/01停征退管服务费补助.xlsx";
    let output = command.current_dir(path(".")).args(["check", form, "--list", form]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("清单"));
}

#[test]
fn what_is_found_across_forms_stands_on_the_lines_of_those_forms_also_if_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["in", "out"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    let forms = [
        ("1.xlsx", "04多层次人才奖励金"),
        ("2.xlsx", "05机关事业单位招考"),
        ("3.xlsx", "05机关事业单位招考"),
    ];
    for (name, form) in forms.into_iter().chain([("4.xlsx", "11村干部养老保险待遇补贴(居保中心)")])
    {
        std::fs::copy(path(&format!("samples/submitted/{form}.xlsx")), at("in").join(name)).unwrap();
    }
    std::fs::write(at("out/1.xlsx"), "other").unwrap();
    let mut fix = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = fix.arg("fix").arg(at("in")).arg("-o").arg(at("out")).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "the first is refused");
    let grids = zipingbiao::reader::grids(&std::fs::read(at("out/汇总.xlsx")).unwrap()).unwrap();
    let column = |sheet: usize, column: u32| -> Vec<String> {
        let cells = grids[sheet].cells().filter(|(at, _)| at.col == column);
        cells.filter_map(|(_, cell)| Some(cell.value.as_ref()?.shown().to_owned())).collect()
    };
    let (files, levels) = (column(1, 0), column(1, 4));
    let codes = column(1, 5);
    assert_eq!(codes.iter().filter(|code| *code == "B03").count(), 2);
    for (line, file) in column(0, 13).iter().skip(1).enumerate() {
        let errors = files.iter().zip(&levels).filter(|(of, level)| *of == file && *level == "错误").count();
        assert_eq!(column(0, 10)[line + 1], errors.to_string(), "{file}");
    }
    assert_eq!(column(0, 13).len(), 1 + 3);
}
