//! Zips of submissions, packed by other programs (`tests/archives/make.py`), read as the folders that were packed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use assert_cmd::Command;
use common::path;
use serde_json::Value;

const FOLDER: &str = "tests/archives";

/// Exit status, standard output and standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    run_with(arguments, &[])
}

fn run_with(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.current_dir(path(".")).args(arguments).write_stdin(input);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The forms of an input as `file project`.
fn forms(input: &str) -> (i32, Vec<String>, String) {
    let (status, out, err) = run(&["export", input]);
    let forms: Vec<Value> = serde_json::from_str(&out).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told =
        forms.iter().map(|form| format!("{} {}", text(&form["source"]["file"]), text(&form["project"])));
    (status, told.collect(), err)
}

#[track_caller]
fn holds(name: &str, files: &[&str]) {
    let (status, forms, err) = forms(&format!("{FOLDER}/{name}"));
    let expected: Vec<String> = files.iter().map(|file| format!("{FOLDER}/{name}/{file}")).collect();
    assert_eq!((status, forms), (0, expected), "{name}: {err}");
}

#[track_caller]
fn fails(name: &str, files: &[&str], errors: &[&str]) {
    let (status, forms, err) = forms(&format!("{FOLDER}/{name}"));
    let expected: Vec<String> = files.iter().map(|file| format!("{FOLDER}/{name}/{file}")).collect();
    assert_eq!((status, forms), (2, expected), "{err}");
    let told: Vec<&str> = err.lines().filter(|line| line.starts_with("错误")).collect();
    let errors: Vec<String> = errors.iter().map(|error| format!("错误 {FOLDER}/{name}{error}")).collect();
    assert_eq!(told, errors);
}

#[test]
fn names_are_read_in_any_encoding() {
    let both = ["报送/人社局/网络费.csv 网络费", "报送/教育局/公车费.csv 公车费"];
    for name in ["python.zip", "infozip.zip", "windows_gbk.zip", "windows_backslash.zip"] {
        holds(name, &both);
    }
    holds("gbk_like_utf8.zip", &["联通.csv 网络费"]);
    holds("unicode_path.zip", &["人社局/网络费.csv 网络费", "公车费.csv 公车费"]);
    holds("mac.zip", &["报送/网络费.csv 网络费"]);
    holds("upwards.zip", &["etc/公车费.csv 公车费", "网络费.csv 网络费"]);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let locked = "/网络费.csv：压缩包里的这个文件有密码，请用密码解压后再试";
    fails("encrypted.zip", &[], &[locked]);
    fails("one_encrypted.zip", &["公车费.csv 公车费"], &[locked]);
    fails("method.zip", &[], &["/网络费.csv：用了少见的压缩方法，请在 Windows 中解压后再试"]);
    let nested = ["人社局.zip/网络费.csv 网络费", "公车费.csv 公车费"];
    fails("nested.zip", &nested, &["/人社局.zip/再里面.zip：这是压缩包，请先解压再试"]);
    let none = "：里面没有找到项目支出绩效自评表，请确认发来的是自评表而不是别的表";
    fails("without_forms.zip", &[], &[none]);
    fails("empty.zip", &[], &[none]);
}

#[test]
fn archives_lie_in_folders_among_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::create_dir_all(at("报送/一")).unwrap();
    fs::copy(path("tests/archives/windows_gbk.zip"), at("报送/一/人社.zip")).unwrap();
    fs::copy(path("tests/archives/without_forms.zip"), at("报送/照片.zip")).unwrap();
    fs::copy(path("samples/submitted/01停征退管服务费补助.xlsx"), at("报送/是工作簿.zip")).unwrap();
    let (status, forms, err) = forms(&at("报送"));
    let expected = [
        "一/人社.zip/报送/人社局/网络费.csv 网络费",
        "一/人社.zip/报送/教育局/公车费.csv 公车费",
        "是工作簿.zip 停征退管服务费补助",
    ];
    assert_eq!((status, forms), (0, expected.map(|file| format!("{}/{file}", at("报送"))).to_vec()), "{err}");

    let (status, _, err) = run(&["fix", &at("报送"), "-o", &at("规范"), "-q"]);
    assert_eq!(status, 0, "{err}");
    let written =
        ["一/人社/报送/人社局/网络费.xlsx", "一/人社/报送/教育局/公车费.xlsx", "是工作簿.xlsx", "汇总.xlsx"];
    assert_eq!(tree(Path::new(&at("规范"))), written.map(ToOwned::to_owned).into());
}

fn tree(folder: &Path) -> BTreeSet<String> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|e| e.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/")).collect()
}

#[test]
fn an_archive_given_directly_is_fixed_like_its_folder_and_never_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::copy(path("tests/archives/windows_gbk.zip"), at("报送.zip")).unwrap();
    let before = fs::read(at("报送.zip")).unwrap();
    // What the list in the archive says governs the forms in it: both are listed.
    let (status, _, err) = run(&["fix", &at("报送.zip"), "-o", &at("规范")]);
    assert!(status == 0 && !err.contains("B01") && !err.contains("B02"), "{err}");
    let written = ["报送/人社局/网络费.xlsx", "报送/教育局/公车费.xlsx", "汇总.xlsx"];
    assert_eq!(tree(Path::new(&at("规范"))), written.map(ToOwned::to_owned).into());

    let (status, _, err) = run(&["export", &at("报送.zip"), "-o", &at("报送.zip"), "--force"]);
    assert!(status == 2 && err.contains("输出会覆盖输入文件"), "{err}");
    assert_eq!(fs::read(at("报送.zip")).unwrap(), before);

    let (status, _, err) = run(&[&at("报送.zip")]);
    assert_eq!((status, tree(Path::new(&at("报送_规范")))), (0, tree(Path::new(&at("规范")))), "{err}");
}

#[test]
fn an_archive_comes_by_standard_input_too() {
    let bytes = fs::read(path("tests/archives/python.zip")).unwrap();
    let (status, out, err) = run_with(&["export", "-", "--to", "jsonl"], &bytes);
    assert_eq!((status, out.lines().count()), (0, 2), "{err}");
    let (status, out, err) = run_with(&["check", "-", "--format", "json"], &bytes);
    assert!(status == 1 && out.contains("\"-/报送/人社局/网络费.csv\""), "{err}");
}

#[test]
fn many_stored_workbooks_are_one_archive() {
    // Their own directories stand in it as they are.
    let workbook = fs::read(path("samples/submitted/01停征退管服务费补助.xlsx")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("报送.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&file).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for number in 0..1200 {
        zip.start_file(format!("{number}.xlsx"), stored).unwrap();
        zip.write_all(if number < 3 { &workbook } else { &workbook[..2000] }).unwrap();
    }
    zip.finish().unwrap();
    let (status, out, err) = run(&["export", &file.to_string_lossy(), "--to", "jsonl"]);
    assert_eq!((status, out.lines().count()), (2, 3));
    assert_eq!(err.lines().filter(|line| line.contains("文件已损坏")).count(), 1197);
}

#[test]
fn bombs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("炸弹.zip");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..17 {
        zip.start_file(format!("{number}.csv"), zip::write::SimpleFileOptions::default()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let entries: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    for at in entries {
        bytes[at + 24..at + 28].copy_from_slice(&(64_u32 << 20).to_le_bytes());
    }
    fs::write(&file, bytes).unwrap();
    let (status, _, err) = run(&["check", &file.to_string_lossy(), "-q"]);
    assert!(status == 2 && err.contains("压缩包解压后超过 1024 MB"), "{err}");
}
