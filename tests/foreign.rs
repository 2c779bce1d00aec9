//! What `fix` writes, opened by programs that are not ours. Run by `.ci/run`, which installs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Runs a program to its end and gives its output.
fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Fixes `inputs` into `target`.
fn fix(inputs: &str, target: &Path) {
    let mut zpb = Command::new(env!("CARGO_BIN_EXE_zpb"));
    zpb.current_dir(env!("CARGO_MANIFEST_DIR")).args(["fix", inputs, "-q", "-o"]).arg(target);
    output_of(&mut zpb);
}

/// The workbooks of a folder without the summary.
fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "xlsx") && !file.ends_with("汇总.xlsx"));
    files.sort();
    files
}

/// Converts workbooks to PDF with LibreOffice, with a profile of its own.
fn to_pdf(files: &[PathBuf], folder: &Path) {
    let profile = folder.join("profile");
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", profile.display()));
    office.args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(folder).args(files);
    output_of(&mut office);
}

/// How often each character that is no white space stands in `text`.
fn characters(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}

/// Every text of a form, as the paper must show it.
fn texts(form: &Value) -> String {
    let mut all = String::new();
    let mut add = |value: &Value| all.push_str(value.as_str().unwrap_or_default());
    [&form["project"], &form["unit"]["name"], &form["goal"]["expected"], &form["goal"]["actual"]]
        .into_iter()
        .for_each(&mut add);
    for row in form["indicators"].as_array().unwrap() {
        for key in ["level3", "target", "actual", "deviation"] {
            add(&row[key]);
        }
    }
    for extra in form["extra"].as_array().unwrap() {
        add(&extra["text"]);
    }
    all
}

/// The PDF of a workbook shows no fewer of any character than the forms in it hold, on as many pages.
fn shows_everything(pdf: &Path, forms: &[Value], pages: usize) {
    let shown = output_of(Command::new("pdftotext").arg("-layout").arg(pdf).arg("-"));
    let there = characters(&shown);
    for (c, count) in characters(&forms.iter().map(texts).collect::<String>()) {
        let seen = there.get(&c).copied().unwrap_or(0);
        assert!(seen >= count, "{}: `{c}` is shown {seen} times of {count}", pdf.display());
    }
    let info = output_of(Command::new("pdfinfo").arg(pdf));
    let counted = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().to_owned();
    assert_eq!(counted, pages.to_string(), "pages of {}", pdf.display());
}

#[test]
#[ignore = "needs LibreOffice and poppler, which .ci/run installs"]
fn libreoffice_shows_every_character_on_one_page() {
    let folder = tempfile::tempdir().unwrap();
    fix("samples/submitted", folder.path());
    let files = workbooks(folder.path());
    assert_eq!(files.len(), 27);
    to_pdf(&files, folder.path());
    for file in files {
        shows_everything(&file.with_extension("pdf"), &common::as_submitted(&file), 1);
    }
}

#[test]
#[ignore = "needs LibreOffice and poppler, which .ci/run installs"]
fn libreoffice_opens_the_workbook_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.xlsx");
    fix("samples/自评表.txt", &all);
    to_pdf(std::slice::from_ref(&all), folder.path());
    shows_everything(&all.with_extension("pdf"), &common::as_submitted(&all), 28);
}

#[test]
#[ignore = "needs LibreOffice and poppler, which .ci/run installs"]
fn libreoffice_opens_summary_and_list() {
    let folder = tempfile::tempdir().unwrap();
    fix("samples/submitted", folder.path());
    let list = folder.path().join("list.xlsx");
    let mut check = Command::new(env!("CARGO_BIN_EXE_zpb"));
    check.current_dir(env!("CARGO_MANIFEST_DIR")).args(["check", "samples/submitted", "-q", "-o"]).arg(&list);
    assert_eq!(check.output().unwrap().status.code(), Some(1));
    let summary = folder.path().join("summary.xlsx");
    fs::rename(folder.path().join("汇总.xlsx"), &summary).unwrap();
    to_pdf(&[list.clone(), summary.clone()], folder.path());
    for (workbook, words) in
        [(summary, ["共 27 张", "问题清单", "修改记录"]), (list, ["问题清单", "退回意见", "请更正"])]
    {
        let pdf = workbook.with_extension("pdf");
        let shown = output_of(Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-"));
        assert!(words.iter().all(|word| shown.contains(word)), "{words:?} in {}", pdf.display());
    }
}

#[test]
#[ignore = "needs openpyxl, which .ci/run installs"]
fn openpyxl_sees_the_sheet_as_it_was_meant() {
    const SCRIPT: &str = r#"
import json, sys, openpyxl
for path in sys.argv[1:]:
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    sheet, cached = formulas.worksheets[-1], values.worksheets[-1]
    assert int(sheet.page_setup.paperSize) == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_area
    merged = {str(m) for m in sheet.merged_cells.ranges}
    assert {"A1:J1", "A2:J2", "A3:J3", "C4:J4", "C5:E5", "G5:J5", "A6:B10", "B11:E11", "F11:J11"} <= merged, merged
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                assert cached[cell.coordinate].value is not None, (path, cell.coordinate)
            elif isinstance(cell.value, str) and cell.value.startswith("="):
                assert cell.data_type == "s", (path, cell.coordinate)
            if cell.column <= 10 and 4 <= cell.row and cell.coordinate not in sheet.merged_cells:
                if sheet.cell(cell.row, 1).border.left.style: assert cell.border.left.style == "thin", (path, cell.coordinate)
    print(json.dumps([sheet["H7"].value, cached["H7"].value, cached["I7"].value, sheet["H7"].number_format]))
"#;
    let folder = tempfile::tempdir().unwrap();
    fix("samples/submitted", folder.path());
    let files = workbooks(folder.path());
    let seen = output_of(Command::new("python3").args(["-c", SCRIPT]).args(&files));
    let forms: Vec<Value> = seen.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(forms.len(), 27);
    let third = &forms[2];
    assert_eq!(third[0], r#"=IF(OR(COUNT(F7)=0,N(E7)<=0),"",ROUND(F7/E7,4))"#);
    assert_eq!(
        (third[1].as_f64(), third[2].as_f64(), third[3].as_str()),
        (Some(0.9997), Some(10.0), Some("0.00%"))
    );
}

#[test]
#[ignore = "needs openpyxl, which .ci/run installs"]
fn openpyxl_follows_the_links_of_the_workbook_of_all() {
    const SCRIPT: &str = r#"
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
listed = book["清单"]
assert book.sheetnames[0] == "清单" and len(book.sheetnames) == 28, book.sheetnames
assert listed.freeze_panes and listed.auto_filter.ref and listed["B30"].value == "合计"
for row in range(3, 30):
    place = listed.cell(row, 2).hyperlink.location
    sheet = book[place.rsplit("!", 1)[0].strip("'").replace("''", "'")]
    assert sheet["C4"].value == listed.cell(row, 2).value, place
    assert sheet["L1"].hyperlink.location.startswith("'清单'!") or sheet["L1"].hyperlink.location.startswith("清单!")
print(len(book.sheetnames))
"#;
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.xlsx");
    fix("samples/自评表.txt", &all);
    assert_eq!(output_of(Command::new("python3").args(["-c", SCRIPT]).arg(&all)).trim(), "28");
}
