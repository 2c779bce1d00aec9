//! Our own CSV tables read back in: the same forms as were exported, from all three files or any of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;

use assert_cmd::Command;
use common::path;
use serde_json::Value;

/// Nine forms of many formats.
const FEW: &str = "samples/submitted/0*";

fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = command.current_dir(path(".")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The clean data of the inputs without what is the file's and not the form's.
fn clean(inputs: &[&str]) -> Vec<Value> {
    let (_, out, err) = run(&[&["export"], inputs].concat());
    let mut forms: Vec<Value> = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {err}"));
    for form in &mut forms {
        let form = form.as_object_mut().unwrap();
        form.remove("findings");
        form["source"].as_object_mut().unwrap().remove("file");
        for extra in form["extra"].as_array_mut().unwrap() {
            extra.as_object_mut().unwrap().remove("cell"); // the tables do not say it
        }
    }
    forms
}

fn tables(inputs: &str, folder: &Path, options: &[&str]) -> String {
    let folder = folder.to_string_lossy().into_owned();
    let (_, _, err) = run(&[&["export", inputs, "--to", "csv", "-o", &folder], options].concat());
    assert!(fs::exists(Path::new(&folder).join("指标.csv")).unwrap(), "{err}");
    folder
}

#[track_caller]
fn same(before: &[Value], after: &[Value]) {
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        for (key, value) in before.as_object().unwrap() {
            assert_eq!(value, &after[key], "{key} of {}", before["project"]);
        }
    }
}

#[test]
fn the_samples_come_back_from_their_tables() {
    let before = clean(&["samples/submitted"]);
    assert_eq!(before.len(), 27);
    let folder = tempfile::tempdir().unwrap();
    for encoding in ["utf-8-bom", "utf-8", "gb18030"] {
        let tables = tables("samples/submitted", &folder.path().join(encoding), &["--encoding", encoding]);
        same(&before, &clean(&[&tables]));
    }
}

#[test]
fn the_corpus_comes_back_from_its_tables() {
    let before = clean(&["tests/corpus/files"]);
    assert!(before.len() > 120);
    let folder = tempfile::tempdir().unwrap();
    same(&before, &clean(&[&tables("tests/corpus/files", folder.path(), &[])]));
    // Tables of tables, whose keys all name the same file.
    let again = folder.path().join("again");
    same(&before, &clean(&[&tables(&folder.path().to_string_lossy(), &again, &[])]));
}

#[test]
fn any_of_the_tables_stands_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let all = tables(FEW, folder.path(), &[]);
    let before = clean(&[FEW]);
    let at = |name: &str| format!("{all}/{name}");
    for name in ["自评表.csv", "资金.csv", "指标.csv"] {
        same(&before, &clean(&[&at(name)]));
    }
    same(&before, &clean(&[&at("资金.csv"), &at("自评表.csv"), &at("指标.csv")]));

    let (status, _, err) = run(&["export", &all, "--to", "csv", "-o", &all, "--force"]);
    assert!(status == 2 && err.contains("输出会覆盖输入文件"), "{err}");
    let (status, _, err) =
        run(&["export", &at("指标.csv"), "--to", "csv", "-o", &all, "--force", "--encoding", "utf-8"]);
    assert!(status == 2 && err.contains("输出会覆盖输入文件"), "{err}");
}

#[test]
fn tables_come_in_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let all = tables(FEW, folder.path(), &[]);
    let file = folder.path().join("数据.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&file).unwrap());
    for name in ["自评表.csv", "资金.csv", "指标.csv"] {
        zip.start_file(format!("数据/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(format!("{all}/{name}")).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    same(&clean(&[FEW]), &clean(&[&file.to_string_lossy()]));
}

#[test]
fn a_table_alone_says_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let all = tables(FEW, folder.path(), &[]);
    fs::remove_file(format!("{all}/资金.csv")).unwrap();
    fs::remove_file(format!("{all}/指标.csv")).unwrap();
    let (status, out, err) = run(&["export", &all, "--to", "jsonl"]);
    assert_eq!((status, out.lines().count()), (0, 9));
    assert!(err.contains("旁边没有 指标.csv、资金.csv，其中的内容按空白处理"), "{err}");
}

#[test]
fn files_of_these_names_that_are_not_ours_are_files_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    for (name, sample) in
        [("自评表.csv", "03社保千分之四奖励金.csv"), ("资金.csv", "03社保千分之四奖励金.csv")]
    {
        fs::copy(path("samples/submitted").join(sample), folder.path().join(name)).unwrap();
    }
    assert_eq!(clean(&[&folder.path().to_string_lossy()]).len(), 2);
}

#[test]
fn json_and_json_lines_come_back_too() {
    let folder = tempfile::tempdir().unwrap();
    for (inputs, kind) in [("samples/自评表.txt", "json"), ("tests/corpus/files", "jsonl")] {
        let file = folder.path().join(format!("数据.{kind}")).to_string_lossy().into_owned();
        run(&["export", inputs, "--to", kind, "-o", &file]);
        same(&clean(&[inputs]), &clean(&[&file]));
    }
}
