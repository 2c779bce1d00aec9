//! Workbooks of many forms: the list before them, as other programs see it, and read back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn zpb(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn written(folder: &Path) -> String {
    let all = folder.join("全部.xlsx").to_string_lossy().into_owned();
    let (status, _, err) = zpb(&["fix", "samples/submitted", "-o", &all, "-q"]);
    assert_eq!(status, 0, "{err}");
    all
}

/// The forms of a file, without where they stand.
fn forms(file: &str) -> Vec<Value> {
    let (status, out, err) = zpb(&["export", file]);
    assert_eq!(status, 0, "{err}");
    let mut forms: Vec<Value> = serde_json::from_str(&out).unwrap();
    for form in &mut forms {
        let form = form.as_object_mut().unwrap();
        form.remove("source");
        form.remove("findings");
        let extras = form["extra"].as_array_mut().unwrap();
        for extra in extras.iter_mut() {
            extra.as_object_mut().unwrap().remove("cell");
        }
        extras.sort_by_cached_key(ToString::to_string); // the official sheet has its own order
    }
    forms
}

/// Codes and projects of the findings across the forms of a file.
fn across(file: &str) -> Vec<(String, String)> {
    let (_, out, _) = zpb(&["check", file, "--format", "json", "--select", "B"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let found = report["findings"].as_array().unwrap();
    found.iter().map(|f| (f["code"].to_string(), f["project"].to_string())).collect()
}

#[test]
fn the_list_is_no_form_and_no_list_of_the_bureau() {
    let folder = tempfile::tempdir().unwrap();
    let all = written(folder.path());
    assert_eq!(forms(&all), forms("samples/submitted"));
    assert_eq!(across(&all), across("samples/submitted"));
}

fn python(script: &str, args: &[&str]) -> Value {
    let seen = Command::new("python3").args(["-c", script]).args(args).output().unwrap();
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    serde_json::from_slice(&seen.stdout).unwrap()
}

/// Changes an executed amount, a budget and a score on the forms; gives what LibreOffice then has in the list.
const CORRECT: &str = r#"
import json, os, subprocess, sys, openpyxl
folder, file = sys.argv[1:]
book = openpyxl.load_workbook(file)
shown = book.worksheets[0]
assert shown.title == "清单" and len(book.worksheets) == 28
assert (shown.freeze_panes, shown.auto_filter.ref, shown.print_title_rows) == ("C3", "A2:J29", "$1:$2")
back = [[c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink] for sheet in book.worksheets[1:]]
assert back == [["'清单'!A1"]] * 27, back
there = [shown.cell(row, 2).hyperlink.location for row in range(3, 30)]
assert there == ["'" + name + "'!A1" for name in book.sheetnames[1:]]
stored = openpyxl.load_workbook(file, data_only=True).worksheets[0]
before = [list(row) for row in stored.iter_rows(min_row=3, max_row=30, values_only=True)]
one = book[book.sheetnames[1]]
one["F7"], one["E7"] = 35, 70
book[book.sheetnames[2]]["E7"] = 0
book[book.sheetnames[3]]["E7"] = None
four = book[book.sheetnames[4]]
four["I14"] = 0
four["G14"] = None
book.save(file)
subprocess.run(["soffice", "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--convert-to", "xlsx",
                "--outdir", folder + "/calculated", file], check=True, stdout=subprocess.DEVNULL)
done = openpyxl.load_workbook(os.path.join(folder, "calculated", os.path.basename(file)), data_only=True).worksheets[0]
after = [list(row) for row in done.iter_rows(min_row=3, max_row=30, values_only=True)]
print(json.dumps([before, after]))
"#;

#[test]
#[ignore = "needs LibreOffice and openpyxl, which .ci/run installs"]
fn the_list_follows_the_forms_and_links_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let all = written(folder.path());
    let seen = python(CORRECT, &[folder.path().to_str().unwrap(), &all]);
    let cell = |side: usize, row: usize, col: usize| seen[side][row][col].to_string();
    for (row, line) in seen[0].as_array().unwrap().iter().take(27).enumerate().skip(4) {
        assert_eq!(line, &seen[1][row], "an untouched form is as it was");
    }
    let row = |side, row| [3, 4, 5].map(|col| cell(side, row, col)).join(" ");
    assert_eq!((row(0, 0), row(1, 0)), ("70 69.91 0.9987".to_owned(), "70 35 0.5".to_owned()));
    assert_eq!((row(0, 1), row(1, 1)), ("2 2 1".to_owned(), "0 2 null".to_owned()));
    assert_eq!((row(0, 2), row(1, 2)), ("210 209.929 0.9997".to_owned(), "null 209.929 null".to_owned()));
    assert_eq!((cell(0, 3, 7), cell(1, 3, 7)), ("\"优\"".to_owned(), "\"未评完\"".to_owned()));
    let money = |side: usize, col: usize| seen[side][27][col].as_f64().unwrap();
    assert!((money(0, 3) - money(1, 3) - 212.0).abs() < 1e-6, "the sum of the budgets follows");
    assert!((money(0, 4) - money(1, 4) - 34.91).abs() < 1e-6, "the sum of what was spent follows");
}

/// Saves a workbook in other formats.
const RESAVE: &str = r#"
import subprocess, sys
folder, file = sys.argv[1:]
for format in ["xlsx", "ods", "xls"]:
    subprocess.run(["soffice", "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--convert-to", format,
                    "--outdir", folder + "/" + format, file], check=True, stdout=subprocess.DEVNULL)
print("[]")
"#;

#[test]
#[ignore = "needs LibreOffice, which .ci/run installs"]
fn the_list_is_known_after_another_program_saved_it() {
    let folder = tempfile::tempdir().unwrap();
    let all = written(folder.path());
    python(RESAVE, &[folder.path().to_str().unwrap(), &all]);
    let before = forms(&all);
    for format in ["xlsx", "ods", "xls"] {
        let again = folder.path().join(format).join(format!("全部.{format}"));
        let after = forms(again.to_str().unwrap());
        for (before, after) in before.iter().zip(&after) {
            for key in ["project", "authority", "unit", "goal", "extra", "total"] {
                assert_eq!(before[key], after[key], "{format}: {key} of {}", before["project"]);
            }
        }
        assert_eq!(before.len(), after.len());
        assert_eq!(across(again.to_str().unwrap()), across(&all));
    }
}
