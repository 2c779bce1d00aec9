//! Files that no program should have to read, a decoder that dies or never ends, and outputs that must stay whole.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::path;

const FORM: &str = "samples/submitted/04多层次人才奖励金.xlsx";

fn zpb() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.current_dir(path("."));
    command
}

/// Runs and gives exit status, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = zpb().args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Starts the process that decodes `.xls` records with so much memory, sends it one request, and gives its exit
/// status and what it answers.
fn decode(memory: &str, request: &[u8]) -> (Option<i32>, Vec<u8>) {
    let mut command = zpb();
    command.args(["--decode-apart", memory]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&(request.len() as u64).to_le_bytes()).unwrap();
    let _ = pipe.write_all(request); // it may have ended already
    let mut answer = Vec::new();
    let mut length = [0; 8];
    let mut source = child.stdout.take().unwrap();
    if source.read_exact(&mut length).is_ok() {
        source.take(u64::from_le_bytes(length)).read_to_end(&mut answer).unwrap();
    }
    drop(pipe);
    (child.wait().unwrap().code(), answer)
}

#[test]
fn a_decoder_that_asks_for_too_much_memory_ends_by_itself() {
    let request = vec![0; 3 << 20];
    let (status, answer) = decode("100000000", &request);
    assert_eq!(status, Some(0), "it ends when nobody asks any more");
    assert!(answer.starts_with(br#"{"Err":"#) || answer.starts_with(br#"{"Ok":"#), "{answer:?}");
    let (status, answer) = decode("1000000", &request);
    assert_eq!((status, answer.len()), (Some(77), 0));
}

#[test]
fn files_decoded_apart_say_what_they_say_here() {
    let mut compared = 0;
    for file in common::files("tests/corpus/files").into_iter().chain(common::files("samples/submitted")) {
        if file.extension().is_none_or(|ending| ending != "xls") {
            continue;
        }
        let here = common::as_submitted(&file);
        let (status, apart, told) = run(&["export", &file.to_string_lossy(), "--as-submitted"]);
        assert_eq!(status, 0, "{told}");
        let mut apart: Vec<serde_json::Value> = serde_json::from_str(&apart).unwrap();
        let mut here = here;
        for form in apart.iter_mut().chain(&mut here) {
            form["source"]["file"] = "".into();
        }
        assert_eq!(apart, here, "{}", file.display());
        compared += 1;
    }
    assert!(compared > 10, "{compared} files");
}

#[test]
fn a_limit_names_the_option_that_raises_it() {
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("多.csv");
    fs::write(&many, "a,b\n".repeat(200_001)).unwrap();
    let many = many.to_string_lossy().into_owned();
    let (status, _, told) = run(&["check", &many]);
    assert_eq!(status, 2);
    assert!(told.contains("处理上限") && told.contains("--limits 4"), "{told}");
    let (_, _, told) = run(&["check", &many, "--limits", "4"]);
    assert!(told.contains("没有找到项目支出绩效自评表"), "{told}");
    let (status, _, told) = run(&["check", &many, "--limits", "100"]);
    assert!(status == 2 && told.contains("--limits") && told.lines().count() == 1, "{told}");
}

#[test]
#[cfg(unix)]
fn an_input_is_never_written_to_however_it_is_spelled() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("真")).unwrap();
    fs::copy(path(FORM), at("真/a.xlsx")).unwrap();
    std::os::unix::fs::symlink(at("真"), at("假")).unwrap();
    let before = fs::read(at("真/a.xlsx")).unwrap();
    for (input, out) in
        [("真/a.xlsx", "假"), ("假/a.xlsx", "真"), ("真/../真/a.xlsx", "真"), ("真/a.xlsx", "真/./a.xlsx")]
    {
        let (input, out) = (at(input), at(out));
        let (status, _, told) =
            run(&["fix", &input.to_string_lossy(), "-o", &out.to_string_lossy(), "--force"]);
        assert_eq!(status, 2, "{told}");
        assert!(told.contains("覆盖输入文件"), "{told}");
        assert!(fs::read(at("真/a.xlsx")).unwrap() == before);
    }
    // A second name of the same file may become an output: the first keeps what it had.
    fs::create_dir(at("出")).unwrap();
    fs::hard_link(at("真/a.xlsx"), at("出/a.xlsx")).unwrap();
    run(&["fix", &at("真/a.xlsx").to_string_lossy(), "-o", &at("出").to_string_lossy(), "--force"]);
    assert!(fs::read(at("真/a.xlsx")).unwrap() == before);
}

#[test]
fn two_inputs_of_one_name_and_names_of_devices_get_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (place, name) in [("一", "a.xlsx"), ("二", "A.xlsx"), ("三", "aux.xlsx")] {
        fs::create_dir(at(place)).unwrap();
        fs::copy(path(FORM), at(place).join(name)).unwrap();
    }
    let inputs =
        ["一/a.xlsx", "二/A.xlsx", "三/aux.xlsx"].map(|name| at(name).to_string_lossy().into_owned());
    let out = at("out").to_string_lossy().into_owned();
    let arguments: Vec<&str> =
        ["fix"].into_iter().chain(inputs.iter().map(String::as_str)).chain(["-o", &out]).collect();
    assert_eq!(run(&arguments).0, 0);
    assert_eq!(names(&at("out")), ["A(2).xlsx", "_aux.xlsx", "a.xlsx", "汇总.xlsx"]);
    assert_eq!(run(&arguments).0, 0, "the same names once more, and all is done already");
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join(".zpb-left.tmp"), "half").unwrap();
    assert_eq!(run(&["fix", FORM, "-o", &out.to_string_lossy()]).0, 0);
    assert_eq!(names(&out), ["04多层次人才奖励金.xlsx", "汇总.xlsx"]);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_workbook_that_gets_no_name_is_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in")).unwrap();
    for name in ["a.xlsx", "b.xlsx"] {
        fs::copy(path(FORM), at("in").join(name)).unwrap();
    }
    // A folder with something in it stands in the way; that is noticed when all else is done.
    fs::create_dir_all(at("out/a.xlsx/x")).unwrap();
    let [input, output] = ["in", "out"].map(|name| at(name).to_string_lossy().into_owned());
    let (status, _, told) = run(&["fix", &input, "-o", &output, "--force"]);
    assert_eq!(status, 2, "{told}");
    assert!(told.contains("已写 1 张表") && told.contains("1 个文件没有处理"), "{told}");
    assert_eq!(names(&at("out")), ["a.xlsx", "b.xlsx", "汇总.xlsx"]);
    assert!(at("out/a.xlsx/x").is_dir());
}

/// A form whose every text wants to be something else.
const HOSTILE: &str = r#"{"schema":"zipingbiao/1","title":"项目支出绩效自评表","year":2023,"project":"=HYPERLINK(\"http://x\")\u001b[2J\u202e../../逃\u0001\uffff","unit":{"code":null,"name":"@SUM(1)\ufffe[]"},"authority":{"code":null,"name":"\t=1+1"},"funding":[{"item":"年度资金总额","initial":1,"budget":1,"executed":1}],"goal":{"expected":"<script>alert(1)</script>","actual":"-2+3"},"indicators":[{"level1":"产出指标","level2":"数量指标","level3":"+1","target":"=205人"}]}"#;

#[test]
fn hostile_text_stays_text_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("a.jsonl"), HOSTILE).unwrap();
    let (status, _, told) = run(&["fix", &at("a.jsonl"), "-o", &at("out")]);
    assert_eq!(status, 0, "{told}");
    assert_eq!(names(&folder.path().join("out")), ["a.xlsx", "汇总.xlsx"]);
    let (_, checked, _) = run(&["check", &at("a.jsonl")]);
    for words in [told, checked] {
        assert!(words.contains("<U+001B>") && !words.contains(['\u{1b}', '\u{202e}', '\u{1}']), "{words}");
    }
    run(&["check", &at("a.jsonl"), "-o", &at("out/清单.xlsx")]);
    for workbook in ["a.xlsx", "汇总.xlsx", "清单.xlsx"] {
        let bytes = fs::read(folder.path().join("out").join(workbook)).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for part in 0..zip.len() {
            let mut text = String::new();
            let mut part = zip.by_index(part).unwrap();
            let name = part.name().unwrap().into_owned();
            if part.read_to_string(&mut text).is_ok() {
                let formulas = text.split("<f>").skip(1).map(|rest| rest.split("</f>").next().unwrap());
                assert!(!formulas.into_iter().any(|f| f.contains("http") || f.contains("205")), "{name}");
                assert!(!text.contains(['\u{1b}', '\u{1}', '\u{fffe}', '\u{ffff}']), "{name}");
                assert!(!text.contains("TargetMode=\"External\" Target=\"http"), "{name}");
            }
        }
    }
    assert_eq!(run(&["export", &at("a.jsonl"), "--to", "csv", "-o", &at("csv")]).0, 0);
    for table in names(&folder.path().join("csv")) {
        let text = fs::read_to_string(folder.path().join("csv").join(table)).unwrap();
        let cells = text.split(['\n', ',']).map(|cell| cell.trim_start_matches(['"', '\u{feff}']));
        let live: Vec<&str> = cells.filter(|cell| cell.starts_with(['=', '+', '@', '\t', '-'])).collect();
        assert!(live.is_empty(), "{live:?}");
    }
    // And it comes back as it was, but for the mark of direction, which is taken out like stray space.
    let (_, back, _) = run(&["export", &at("out/a.xlsx"), "--to", "jsonl"]);
    let [back, sent]: [serde_json::Value; 2] =
        [back.as_str(), HOSTILE].map(|json| serde_json::from_str(json).unwrap());
    assert_eq!(back["indicators"][0]["target"], sent["indicators"][0]["target"]);
    assert_eq!(back["goal"], sent["goal"]);
    assert_eq!(back["project"], sent["project"].as_str().unwrap().replace('\u{202e}', ""));
}

#[test]
fn half_a_surrogate_is_an_error_of_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jsonl").to_string_lossy().into_owned();
    fs::write(&file, "{\"schema\":\"zipingbiao/1\",\"project\":\"\\ud800\"}\n").unwrap();
    let (status, _, told) = run(&["export", &file, "--to", "jsonl"]);
    assert!(status == 2 && told.contains("不是完整的 JSON") && told.lines().count() == 1, "{told}");
}
