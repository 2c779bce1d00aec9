//! What a reviewer hands on: the report on the screen, the list with its letters, notes on cells, changes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::HashMap;
use std::path::Path;

use assert_cmd::Command;
use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const FORMS: &str = "samples/submitted";

/// Runs and gives exit status, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A sheet's rows, as text.
fn rows(path: &Path, sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

fn findings(inputs: &[&str]) -> Value {
    let (_, out, _) = run(&[&["check", "--format", "json"], inputs].concat());
    serde_json::from_str(&out).unwrap()
}

#[test]
fn the_report_fits_a_window_and_ends_with_what_to_do() {
    let (status, out, _) = run(&["check", FORMS, "--list", "samples/清单.xlsx"]);
    assert_eq!(status, 1);
    for line in out.lines() {
        assert!(line.width_cjk() <= 100, "{} columns: {line}", line.width_cjk());
    }
    let last: Vec<&str> = out.lines().rev().take(10).collect();
    for next in
        ["共 27 张表", "zpb check samples/submitted -o", "zpb fix samples/submitted -o", "zpb rule P03"]
    {
        assert!(last.iter().any(|line| line.contains(next)), "{next} is not in {last:?}");
    }
    let severity = |line: &str| ["  错误", "  警告", "  提示"].iter().position(|s| line.starts_with(s));
    for form in out.split("\n\n") {
        let order: Vec<_> = form.lines().filter_map(severity).collect();
        assert!(order.is_sorted(), "errors come first:\n{form}");
    }
}

#[test]
fn the_list_holds_every_finding_and_a_letter_to_each_unit() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("问题清单.xlsx");
    let arguments = ["check", FORMS, "--list", "samples/清单.xlsx", "-o", list.to_str().unwrap()];
    let (status, out, err) = run(&arguments);
    assert_eq!(status, 1, "{err}");
    assert!(out.lines().count() < 40, "the findings are in the list, not on the screen");
    let found = findings(&[FORMS, "--list", "samples/清单.xlsx"]);
    let found = found["findings"].as_array().unwrap();
    let table = rows(&list, "问题清单");
    assert_eq!(table[0][..4], ["序号", "单位", "项目", "文件"]);
    assert_eq!(table.len() - 1, found.len());
    let mut told: Vec<_> = table[1..].iter().map(|row| (row[7].clone(), row[8].clone())).collect();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let mut expected: Vec<_> = found.iter().map(|f| (text(f, "code"), text(f, "message"))).collect();
    told.sort();
    expected.sort();
    assert_eq!(told, expected);

    let book: Xlsx<_> = open_workbook(&list).unwrap();
    let letters: Vec<String> = book.sheet_names()[1..].to_vec();
    assert!(!letters.is_empty() && letters.iter().all(|name| name.starts_with("退回意见-")), "{letters:?}");
    let letter: Vec<Vec<String>> = letters.iter().flat_map(|name| rows(&list, name)).collect();
    assert!(
        (120..200).contains(&letter.len()),
        "what is asked of many cells is asked once: {}",
        letter.len()
    );
    let mut forms: HashMap<String, Vec<&[String]>> = HashMap::new();
    let mut form = String::new();
    for row in &letter {
        if let Some((heading, _)) = row[0].split_once("\n文件 ") {
            form = heading.split_once('．').unwrap().1.to_owned();
        }
        forms.entry(form.clone()).or_default().push(row);
    }
    assert_eq!(forms.len(), 1 + 27, "the opening, and each form");
    let asked = || found.iter().filter(|f| f["severity"] == "error" && f["code"] != "B02");
    for finding in asked() {
        let (project, message) = (text(finding, "project"), text(finding, "message"));
        let cell = finding["cell"].as_str().unwrap_or("全表");
        let same =
            |other: &&Value| other["project"] == finding["project"] && other["code"] == finding["code"];
        let is_told = |row: &&[String]| {
            let (words, others) = row[2].split_once("。下列单元格也是这样：").unwrap_or((&row[2], ""));
            let is_alike = || asked().filter(same).any(|other| words == text(other, "message"));
            row[1].lines().next() == Some(cell) && words.starts_with(&message)
                || others.split('、').any(|other| other == cell) && is_alike()
        };
        assert!(forms[&project].iter().any(is_told), "{finding} is in no letter");
    }
    let letter = letter.concat().join("\n");
    assert!(letter.contains("你单位报送的") && letter.contains("请在原表上修改后重新报送"));
    assert!(!letter.contains("zpb"), "a unit does not have this program");
    let sheet = part(&list, "xl/worksheets/sheet1.xml").replace("&apos;", "'");
    assert!(
        sheet.contains("<autoFilter") && sheet.contains("'Sheet1'!H14"),
        "cells can be filtered and opened"
    );

    let bytes = std::fs::read(&list).unwrap();
    run(&arguments);
    assert!(bytes == std::fs::read(&list).unwrap(), "the same findings give the same bytes");
}

#[test]
fn a_list_among_the_forms_is_none_of_them_and_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for name in ["01停征退管服务费补助.xlsx", "04多层次人才奖励金.xlsx"] {
        std::fs::copy(common::path(FORMS).join(name), at(name)).unwrap();
        let forms = folder.path().to_str().unwrap();
        let (status, _, err) = run(&["check", forms, "-o", &at("问题清单.xlsx")]);
        assert_eq!(status, 1, "{err}");
        let table = rows(Path::new(&at("问题清单.xlsx")), "问题清单");
        assert!(table[1..].iter().any(|row| row[3].ends_with(name)), "{name} is not in the list");
        assert!(part(Path::new(&at("问题清单.xlsx")), "xl/worksheets/_rels/sheet1.xml.rels").contains(name));
        assert_eq!(findings(&[forms])["summary"]["failed"], 0);
    }
}

#[test]
fn a_list_is_written_only_over_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("别的.xlsx");
    let other = common::path("samples/清单.xlsx");
    std::fs::copy(&other, &path).unwrap();
    let (status, _, err) = run(&["check", FORMS, "-o", path.to_str().unwrap()]);
    assert_eq!(status, 2, "{err}");
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(other).unwrap());
    let (status, _, err) = run(&["check", FORMS, "-o", folder.path().to_str().unwrap()]);
    assert!(status == 2 && err.contains(".xlsx"), "{err}");
}

#[test]
fn every_finding_is_a_note_on_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let name = "01停征退管服务费补助.xlsx";
    let input = format!("{FORMS}/{name}");
    let (status, out, err) = run(&["fix", &input, "-o", &at("noted"), "--annotate", "--format", "json"]);
    assert_eq!(status, 0, "{err}");
    let data: Value = serde_json::from_str(&out).unwrap();
    let written = folder.path().join("noted").join(name);
    let notes = part(&written, "xl/comments1.xml");
    for finding in data["findings"].as_array().unwrap() {
        assert!(notes.contains(finding["message"].as_str().unwrap()), "{finding} is no note");
    }
    // The official sheet stands as the submitted one does, so the cells are the same.
    assert!(notes.contains("ref=\"G14\"") && notes.contains("P03"), "{notes}");
    run(&["fix", &input, "-o", &at("plain"), "-q"]);
    let fixed = |folder: &str| {
        let (_, out, _) = run(&["export", &format!("{}/{name}", at(folder))]);
        let mut forms: Value = serde_json::from_str(&out).unwrap();
        forms[0].as_object_mut().unwrap().remove("source");
        forms
    };
    assert!(fixed("noted") == fixed("plain"), "notes are no part of a form");
}

#[test]
fn what_is_found_across_forms_is_noted_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().to_string_lossy().into_owned();
    let arguments = ["fix", FORMS, "-o", &output, "--annotate", "--list", "samples/清单.xlsx", "-q"];
    let (status, _, err) = run(&arguments);
    assert_eq!(status, 0, "{err}");
    let found = findings(&[FORMS, "--list", "samples/清单.xlsx"]);
    let across = found["findings"].as_array().unwrap().iter();
    let across: Vec<_> = across.filter(|f| ["B01", "B04"].map(Value::from).contains(&f["code"])).collect();
    assert_eq!(across.len(), 3 + 1);
    for finding in across {
        let name = Path::new(finding["file"].as_str().unwrap()).with_extension("xlsx");
        let notes = part(&folder.path().join(name.file_name().unwrap()), "xl/comments1.xml");
        assert!(notes.contains(finding["message"].as_str().unwrap()), "{finding} is no note");
    }
    let (status, _, err) = run(&arguments);
    assert_eq!(status, 0, "the same again counts as done: {err}");
}

#[test]
fn changes_are_shown_before_and_after_and_as_data() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("规范").to_string_lossy().into_owned();
    let (status, out, _) = run(&["fix", FORMS, "-o", &output, "--dry-run", "--diff"]);
    assert_eq!(status, 0);
    assert!(!folder.path().join("规范").exists());
    assert!(out.contains(
        "  F18   “示范社区创建达标率”的年度指标值（V04）\n        - =100百分率\n        + =100%\n"
    ));
    assert!(out.lines().all(|line| line.width_cjk() <= 100), "{out}");
    let (_, data, _) = run(&["fix", FORMS, "-o", &output, "--dry-run", "--format", "json"]);
    let data: Value = serde_json::from_str(&data).unwrap();
    let changes = data["changes"].as_array().unwrap();
    let shown = out.lines().filter(|line| line.starts_with("        - ")).count();
    assert_eq!(changes.len(), shown);
    let first = changes.iter().find(|change| change["cell"] == "F18").unwrap();
    assert_eq!(
        (&first["from"], &first["to"], &first["code"]),
        (&"=100百分率".into(), &"=100%".into(), &"V04".into())
    );
    assert_eq!(data["summary"]["forms"], 27);
}

/// `| head` reads a line and goes away: the files are written all the same.
#[test]
fn files_are_finished_without_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_zpb"))
        .args(["fix", common::path(FORMS).to_str().unwrap(), "--diff", "-o"])
        .arg(folder.path().join("规范"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(std::fs::read_dir(folder.path().join("规范")).unwrap().count(), 28);
}

#[test]
fn colours_reach_the_terminal_as_colours() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("规范").to_string_lossy().into_owned();
    let check = ["check", FORMS, "--color", "always"];
    let fix = ["fix", FORMS, "-o", &output, "--dry-run", "--diff", "--color", "always"];
    for (arguments, colours) in
        [(&check[..], &["1", "31", "33", "36"][..]), (&fix[..], &["1", "31", "32"][..])]
    {
        let (_, out, _) = run(arguments);
        assert!(!out.contains("U+001B"), "{arguments:?}");
        for colour in colours {
            assert!(out.contains(&format!("\u{1b}[{colour}m")), "{arguments:?} shows no {colour}");
        }
    }
}

#[test]
fn every_rule_is_explained() {
    for rule in zipingbiao::rules::RULES {
        let (status, out, _) = run(&["rule", &rule.code.to_lowercase()]);
        assert_eq!(status, 0);
        for part in [rule.title, rule.why, rule.example, rule.todo, rule.source] {
            assert!(out.contains(part), "{} does not say {part}", rule.code);
        }
    }
}

/// Every finding of the text and of its list on a line: code, severity, cell, project, message, fix.
#[test]
fn the_text_has_these_findings_and_no_others() {
    let data = findings(&["samples/自评表.txt"]);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |f: &Value| {
        let fix = &f["fix"];
        let fix = if fix.is_null() {
            String::new()
        } else {
            format!("{} {}", word(&fix["kind"]), word(&fix["to"]))
        };
        let words = ["code", "severity", "cell", "project", "message"].map(|key| word(&f[key]));
        format!("{}\t{}", words.join("\t"), fix).replace('\n', "⏎")
    };
    let found: Vec<String> = data["findings"].as_array().unwrap().iter().map(line).collect();
    let golden = std::fs::read_to_string(common::path("tests/golden/text.findings.tsv")).unwrap();
    let golden: Vec<&str> = golden.lines().collect();
    for (found, golden) in found.iter().zip(&golden) {
        assert_eq!(found, golden);
    }
    assert_eq!(found.len(), golden.len());
}

#[test]
fn a_goal_that_is_an_amount_is_no_goal() {
    let folder = tempfile::tempdir().unwrap();
    let (_, out, _) = run(&["export", "samples/submitted/01停征退管服务费补助.xlsx"]);
    let mut forms: Value = serde_json::from_str(&out).unwrap();
    for (goal, is_amount) in [
        ("70万元", true),
        ("70", true),
        ("８,599.538 万元", true),
        ("支出70万元", false),
        ("70万元用于补助", false),
        ("70人", false),
    ] {
        forms[0]["goal"]["expected"] = goal.into();
        let input = folder.path().join("表.json");
        std::fs::write(&input, forms.to_string()).unwrap();
        let data = findings(&[input.to_str().unwrap()]);
        let found = data["findings"].as_array().unwrap();
        let raised = found.iter().any(|f| f["code"] == "G03" && f["field"] == "goal.expected");
        assert_eq!(raised, is_amount, "{goal}");
    }
}

/// A finding without its place on the sheet, which the official form may change.
fn about(finding: &Value) -> (String, String, String) {
    let key = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    (key("project"), key("code"), key("field"))
}

#[test]
fn what_is_fixed_is_gone_and_what_is_left_is_what_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("规范").to_string_lossy().into_owned();
    let (_, out, _) = run(&["fix", FORMS, "-o", &output, "--format", "json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    let before = findings(&[FORMS]);
    let after = findings(&[&output]);
    let of = |data: &Value, wanted: &dyn Fn(&Value) -> bool| {
        let all = data["findings"].as_array().unwrap().iter().filter(|finding| wanted(finding));
        let mut all: Vec<_> = all.map(about).collect();
        all.sort();
        all
    };
    assert!(of(&before, &|finding| finding["fix"]["kind"] == "safe").len() > 50);
    assert_eq!(of(&after, &|finding| finding["fix"]["kind"] == "safe"), []);
    // What the paper had beside its form is below the official one, where its place is no finding any more.
    let is_left = |finding: &Value| finding["code"] != "S05";
    assert_eq!(of(&told, &is_left), of(&after, &is_left));
    let judged = |finding: &Value| finding["severity"] == "error";
    assert_eq!(of(&before, &judged), of(&after, &judged), "no error goes that a person must see to");
}

#[test]
fn each_unit_gets_a_letter_about_its_own_forms_only() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (_, out, _) = run(&["export", "samples/submitted/01停征退管服务费补助.xlsx"]);
    let form = serde_json::from_str::<Value>(&out).unwrap()[0].take();
    let long = "某某县农业农村局乡村振兴促进中心动物疫病预防控制中心水产技术推广站";
    let units = [Some("甲局"), Some("乙/局"), None, Some(long), Some("甲局")];
    let forms = units.iter().zip(["一号", "二号", "三号", "四号", "五号"]).map(|(unit, project)| {
        let mut form = form.clone();
        form["project"] = project.into();
        form["unit"] = serde_json::json!({"code": null, "name": unit});
        form["authority"] = serde_json::json!({"code": null, "name": null});
        form
    });
    let forms: Value = forms.collect();
    std::fs::write(at("表.json"), forms.to_string()).unwrap();
    run(&["check", &at("表.json"), "-o", &at("问题清单.xlsx")]);
    let list = folder.path().join("问题清单.xlsx");
    let book: Xlsx<_> = open_workbook(&list).unwrap();
    let names = book.sheet_names();
    assert_eq!(names[..4], ["问题清单", "退回意见-甲局", "退回意见-乙_局", "退回意见-未写单位"]);
    assert!(names.len() == 5 && names[4].chars().count() <= 31, "{names:?}");
    for (sheet, own, count) in [(1, "一号五号", 2), (2, "二号", 1), (3, "三号", 1), (4, "四号", 1)]
    {
        let text: String = rows(&list, &names[sheet]).into_iter().flatten().collect();
        for project in ["一号", "二号", "三号", "四号", "五号"] {
            assert_eq!(text.contains(project), own.contains(project), "{project} in {}", names[sheet]);
        }
        assert!(text.contains(&format!("报送的 {count} 张")), "{text}");
    }
}
