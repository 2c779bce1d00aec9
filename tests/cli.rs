//! The program run as users run it: files made, errors told, exit status.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use common::path;
use serde_json::Value;

fn zpb() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Runs and gives exit status, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = zpb().args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Name and bytes of every file below a folder.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file());
    let name = |e: &walkdir::DirEntry| e.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    files.map(|e| (name(&e), fs::read(e.path()).unwrap())).collect()
}

/// Clean data without source and findings, extras without cells: what must survive a round trip.
fn clean(inputs: &str) -> Vec<Value> {
    let (status, out, err) = run(&["export", inputs]);
    assert!(status == 0 || inputs.contains("corpus"), "{err}");
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

/// Holds two lists of forms to be equal, naming what is not.
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
fn fixing_is_complete_repeatable_and_idempotent() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (status, _, err) = run(&["fix", "samples/submitted", "-o", &at("one")]);
    assert_eq!(status, 0, "{err}");
    let one = tree(&folder.path().join("one"));
    assert_eq!(one.len(), 28, "27 forms and the summary");
    assert!(one.contains_key("汇总.xlsx"));

    run(&["fix", "samples/submitted", "-o", &at("two"), "-q"]);
    assert!(one == tree(&folder.path().join("two")), "two runs give the same bytes");

    run(&["fix", &at("one"), "-o", &at("three"), "-q"]);
    let three = tree(&folder.path().join("three"));
    assert_eq!(one.keys().collect::<Vec<_>>(), three.keys().collect::<Vec<_>>());
    for (name, bytes) in one.iter().filter(|(name, _)| *name != "汇总.xlsx") {
        assert!(*bytes == three[name], "fixing what was fixed changes {name}");
    }
    same(&clean("samples/submitted"), &clean(&at("one")));
}

#[test]
fn the_corpus_survives_a_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (_, _, err) = run(&["fix", "tests/corpus/files", "-o", &at("one"), "-q"]);
    assert!(!err.contains("内部出错"), "{err}");
    run(&["fix", &at("one"), "-o", &at("two"), "-q"]);
    let (one, two) = (tree(&folder.path().join("one")), tree(&folder.path().join("two")));
    assert!(one.len() > 100);
    for (name, bytes) in one.iter().filter(|(name, _)| *name != "汇总.xlsx") {
        assert!(two.get(name) == Some(bytes), "fixing what was fixed changes {name}");
    }
    // Two files of one name but for their endings change their order when both become .xlsx.
    let sorted = |mut forms: Vec<Value>| {
        forms.sort_by_cached_key(|form| serde_json::to_string(form).unwrap());
        forms
    };
    same(&sorted(clean("tests/corpus/files")), &sorted(clean(&at("one"))));
}

#[test]
fn one_workbook_of_all_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.xlsx").to_string_lossy().into_owned();
    let (status, _, err) = run(&["fix", "samples/自评表.txt", "-o", &all]);
    assert_eq!(status, 0, "{err}");
    assert!(folder.path().join("汇总.xlsx").is_file());
    same(&clean("samples/自评表.txt"), &clean(&all));
}

#[test]
fn data_reads_back_as_the_form_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for to in ["json", "jsonl"] {
        assert_eq!(run(&["export", "samples/submitted", "--to", to, "-o", &at(to)]).0, 0);
        same(&clean("samples/submitted"), &clean(&at(to)));
    }
    let raw = at("原样.json");
    assert_eq!(run(&["export", "--as-submitted", "samples/submitted", "-o", &raw]).0, 0);
    same(&clean("samples/submitted"), &clean(&raw));
}

#[test]
fn a_bad_file_is_told_in_one_line_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("空.xlsx", b"");
    put("图片.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    put("断.xlsx", &fs::read(path("samples/清单.xlsx")).unwrap()[..3000]);
    put("乱.xls", &[7; 4096]);
    fs::copy(path("tests/files/加密.xlsx"), folder.path().join("加密.xlsx")).unwrap();
    fs::copy(path("samples/submitted/04多层次人才奖励金.xlsx"), folder.path().join("好.xlsx")).unwrap();
    put("说明.txt", "本次报送的说明".as_bytes());
    put("照片.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    put("~$好.xlsx", b"lock");
    let out = folder.path().join("out");
    let (status, _, err) = run(&["fix", &folder.path().to_string_lossy(), "-o", &out.to_string_lossy()]);
    assert_eq!(status, 2);
    for (name, words) in [
        ("空.xlsx", "文件是空的"),
        ("图片.xlsx", "内容是图片"),
        ("断.xlsx", "损坏或不完整"),
        ("乱.xls", "不是表格文件"),
        ("加密.xlsx", "打开密码"),
    ] {
        let lines: Vec<_> =
            err.lines().filter(|line| line.starts_with("错误") && line.contains(name)).collect();
        assert!(matches!(lines.as_slice(), [line] if line.contains(words)), "{name}: {lines:?}\n{err}");
    }
    assert!(!err.contains("~$"), "{err}");
    assert_eq!(tree(&out).keys().collect::<Vec<_>>(), ["好.xlsx", "汇总.xlsx"]);
}

#[test]
fn missing_files_and_files_without_a_form_are_errors_when_named() {
    let (status, _, err) = run(&["check", "没有这个文件.xlsx"]);
    assert_eq!(status, 2);
    assert!(err.contains("没有这个文件.xlsx：找不到这个文件"), "{err}");
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("别的.csv");
    fs::write(&other, "姓名,电话\n张某,1\n").unwrap();
    let (status, _, err) = run(&["check", &other.to_string_lossy()]);
    assert_eq!(status, 2);
    assert!(err.contains("没有找到项目支出绩效自评表"), "{err}");
}

#[test]
fn existing_files_are_not_replaced_unasked_and_inputs_never() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_string_lossy().into_owned();
    let form = "samples/submitted/04多层次人才奖励金.xlsx";
    assert_eq!(run(&["fix", form, "-o", &out]).0, 0);
    assert_eq!(run(&["fix", form, "-o", &out]).0, 0, "the same bytes count as done");
    let written = Path::new(&out).join("04多层次人才奖励金.xlsx");
    fs::write(&written, "mine").unwrap();
    let (status, _, err) = run(&["fix", form, "-o", &out]);
    assert_eq!(status, 2);
    assert!(err.contains("--force"), "{err}");
    assert_eq!(fs::read(&written).unwrap(), b"mine");
    assert_eq!(run(&["fix", form, "-o", &out, "--force"]).0, 0);
    let before = fs::read(&written).unwrap();
    let (status, _, err) = run(&["fix", &written.to_string_lossy(), "-o", &out, "--force", "--values"]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("覆盖输入文件"), "{err}");
    assert_eq!(fs::read(&written).unwrap(), before);
}

#[test]
fn findings_set_the_exit_status_that_was_asked_for() {
    let form = "samples/submitted/04多层次人才奖励金.xlsx";
    assert_eq!(run(&["check", form]).0, 1);
    assert_eq!(run(&["check", form, "--ignore", "P"]).0, 0);
    assert_eq!(run(&["check", form, "--ignore", "P", "--fail-on", "info"]).0, 1);
    assert_eq!(run(&["export", form]).0, 0);
    assert_eq!(run(&["export", form, "--fail-on", "error"]).0, 1);
    let (status, _, err) = run(&["check", form, "--select", "X99"]);
    assert_eq!(status, 2);
    assert!(err.contains("没有编号为“X99”的规则"), "{err}");
}

#[test]
fn findings_as_data_have_their_promised_shape() {
    let (status, out, _) = run(&["check", "samples/submitted", "没有.xlsx", "--format", "json"]);
    assert_eq!(status, 2);
    let data: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(data["summary"]["forms"], 27);
    assert_eq!((&data["summary"]["files"], &data["summary"]["failed"]), (&Value::from(28), &Value::from(1)));
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let finding = &data["findings"][0];
    assert_eq!(
        keys(finding),
        ["code", "name", "severity", "file", "sheet", "cell", "project", "field", "message", "fix"]
    );
    assert_eq!(keys(&data["files"][0]), ["file", "sheet", "range", "project", "status", "message"]);
    let missing = data["findings"].as_array().unwrap().iter().find(|f| f["code"] == "P03").unwrap();
    assert_eq!(
        (&missing["cell"], &missing["field"]),
        (&Value::from("G14"), &Value::from("indicators[0].actual"))
    );
}

#[test]
fn formulas_without_results_are_computed_and_said() {
    let (_, out, _) = run(&["export", "samples/submitted/11村干部养老保险待遇补贴(居保中心).xlsx"]);
    let forms: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&forms[0]["funding"][0]["rate"], &forms[0]["total"]["score"]),
        (&Value::from(0), &Value::from(0))
    );
    let raised = forms[0]["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "S07").count();
    assert_eq!(raised, 3);
}

#[test]
fn csv_tables_join_and_cannot_turn_into_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("数据");
    let (status, _, err) =
        run(&["export", "samples/自评表.txt", "--to", "csv", "-o", &out.to_string_lossy()]);
    assert_eq!(status, 0, "{err}");
    let tables = tree(&out);
    assert_eq!(tables.keys().collect::<Vec<_>>(), ["指标.csv", "自评表.csv", "资金.csv"]);
    let indicators = String::from_utf8(tables["指标.csv"].clone()).unwrap();
    assert!(indicators.starts_with('\u{feff}'));
    assert!(indicators.contains(",'=205人,") && !indicators.contains(",=205人"));
}

#[test]
fn wrong_arguments_are_told_in_the_users_words() {
    for (args, words) in [
        (vec!["fix", "samples/submitted"], "缺少"),
        (vec!["check", "x", "--foo"], "没有 --foo 这个选项"),
        (vec!["check", "x", "--format", "xml"], "不能是“xml”"),
        (vec!["rule", "Q99"], "没有编号为“Q99”的规则"),
        (vec!["check", "x", "--template", "nowhere"], "没有这个模板"),
        (vec!["check"], "没有指定要处理的文件"),
    ] {
        let (status, _, err) = run(&args);
        assert_eq!(status, 2, "{args:?}");
        assert!(err.contains(words) && err.lines().count() == 1, "{args:?}: {err}");
    }
}

#[test]
fn a_word_that_is_no_command_is_no_file_either() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().to_string_lossy().into_owned();
    let (status, _, err) = run(&["chekc", &at]);
    assert_eq!(status, 2);
    assert!(err.contains("没有 chekc 这个命令") && err.contains("zpb check"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// What an earlier run wrote among the submissions is no submission.
#[test]
fn official_workbooks_among_the_inputs_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (sent, first) = (folder.path().join("报送"), common::files("samples/submitted").remove(0));
    fs::create_dir(&sent).unwrap();
    fs::copy(&first, sent.join(first.file_name().unwrap())).unwrap();
    let at = |path: &Path| path.to_string_lossy().into_owned();
    let (status, _, err) = run(&["fix", &at(&sent), "-o", &at(&sent.join("规范"))]);
    assert_eq!(status, 0, "{err}");
    let (status, _, err) = run(&["fix", &at(&sent), "-o", &at(&folder.path().join("再来"))]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("已写 1 张表") && err.contains("跳过文件夹"), "{err}");
    let (_, out, _) = run(&["export", &at(&sent.join("规范"))]);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&out).unwrap().len(), 1, "named itself it is read");
    // The summary of one workbook lies among what was sent, which stays what it is.
    fs::remove_dir_all(sent.join("规范")).unwrap();
    let (status, _, err) = run(&["fix", &at(&sent), "-o", &at(&sent.join("全部.xlsx"))]);
    assert_eq!(status, 0, "{err}");
    let (_, _, err) = run(&["check", &at(folder.path())]);
    assert!(!err.contains("跳过文件夹"), "{err}");
}

#[test]
fn a_dropped_folder_is_fixed_beside_itself() {
    let folder = tempfile::tempdir().unwrap();
    let forms = folder.path().join("报送");
    fs::create_dir(&forms).unwrap();
    fs::copy(path("samples/submitted/04多层次人才奖励金.xlsx"), forms.join("a.xlsx")).unwrap();
    assert_eq!(run(&[&forms.to_string_lossy()]).0, 0);
    assert!(folder.path().join("报送_规范/a.xlsx").is_file());
}

#[test]
fn every_rule_explains_itself() {
    let (status, list, _) = run(&["rule"]);
    assert_eq!(status, 0);
    for rule in zipingbiao::rules::RULES {
        assert!(list.contains(rule.code));
        let (status, out, _) = run(&["rule", &rule.code.to_lowercase()]);
        assert_eq!(status, 0);
        assert!(
            [rule.title, rule.why, rule.example, rule.todo, rule.source]
                .iter()
                .all(|text| out.contains(text))
        );
    }
}
