//! Many files at once: the same answer on any number of threads, memory that does not grow with them, filters that
//! answer while their input is still open.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::path;

/// A small form, so that many of them are quick to read.
const SMALL: &str = "samples/submitted/03社保千分之四奖励金.csv";
/// What no answer takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

fn zpb(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.current_dir(path(".")).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end with `input` on standard input.
fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = zpb(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap(); // whoever stops reading early is seen by what it says
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A program whose input stays open, and its lines as they come.
struct Open {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Open {
    fn new(arguments: &[&str]) -> Self {
        let mut child = zpb(arguments).stderr(Stdio::null()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        Self { child, stdin, lines }
    }

    /// Writes a line and waits for the one that answers it.
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.stdin.as_ref().unwrap(), "{line}").unwrap();
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// Ends the input; gives the lines that are left and the exit status.
    fn close(mut self) -> (Vec<String>, Option<i32>) {
        drop(self.stdin.take());
        let left = self.lines.iter().collect();
        (left, self.child.wait().unwrap().code())
    }
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let answers = ["1", "2", "8"].map(|jobs| {
        let out = folder.path().join(jobs);
        let fixed = run(&["fix", "samples/submitted", "-o", &out.to_string_lossy(), "-j", jobs], "");
        let told = text(&fixed.stderr).replace(&*out.to_string_lossy(), "OUT");
        let data = run(&["export", "samples/submitted", "--to", "jsonl", "-j", jobs], "");
        (told, tree(&out), data.stdout)
    });
    assert_eq!(answers[0].1.len(), 28, "27 workbooks and the summary");
    for other in &answers[1..] {
        assert!(answers[0] == *other);
    }
}

/// Name and bytes of every file of a folder.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|e| (e.file_name().to_string_lossy().into_owned(), fs::read(e.path()).unwrap())).collect()
}

#[test]
fn a_record_is_answered_before_the_next_has_come() {
    let records = run(&["export", "samples/submitted", "--to", "jsonl"], "").stdout;
    let mut filter = Open::new(&["export", "-", "--to", "jsonl"]);
    for record in text(&records).lines().take(3) {
        let answer: serde_json::Value = serde_json::from_str(&filter.ask(record)).unwrap();
        let record: serde_json::Value = serde_json::from_str(record).unwrap();
        assert_eq!(answer["project"], record["project"]);
        assert_eq!(answer["indicators"], record["indicators"]);
    }
    assert_eq!(filter.close(), (vec![], Some(0)));
}

#[test]
fn a_name_is_answered_before_the_next_has_come() {
    let mut names = Open::new(&["export", "--to", "jsonl", "--files-from", "-"]);
    for _ in 0..3 {
        assert!(names.ask(SMALL).contains(&format!("\"file\":\"{SMALL}\"")));
    }
    assert_eq!(names.close(), (vec![], Some(0)));
}

#[test]
fn no_names_give_no_lines_and_no_error() {
    let output = run(&["export", "--to", "jsonl", "--files-from", "-"], "");
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0));
}

#[test]
fn what_cannot_be_answered_is_told_in_its_place_and_the_rest_goes_on() {
    let record = text(&run(&["export", SMALL, "--to", "jsonl"], "").stdout);
    let output = run(&["export", "-", "--to", "jsonl"], &format!("{record}{{}}\n\n{record}no\n{record}"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout).lines().count(), 3);
    let told = text(&output.stderr);
    assert!(
        told.contains("第 2 行不是本程序导出的数据") && told.contains("第 5 行不是完整的 JSON"),
        "{told}"
    );

    let names = format!("{SMALL}\r\nno such.xlsx\n{SMALL}\n");
    let output = run(&["export", "--to", "jsonl", "--files-from", "-"], &names);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout).lines().count(), 2);
    assert_eq!(text(&output.stderr), "错误 no such.xlsx：找不到这个文件，请核对路径和文件名\n");
}

#[test]
fn a_table_on_standard_input_is_still_one_file() {
    let bytes = fs::read(path("samples/自评表.txt")).unwrap();
    let output = run(&["export", "-", "--to", "jsonl"], &text(&bytes));
    assert_eq!((output.status.code(), text(&output.stdout).lines().count()), (Some(0), 27));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in [&["export", "samples", "--to", "jsonl"][..], &["check", "samples"]] {
        let mut child = zpb(arguments).arg("-q").spawn().unwrap();
        let mut start = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut start).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{arguments:?}");
    }
}

/// The most memory in KiB that exporting a form so many times took.
#[cfg(target_os = "linux")]
fn peak(arguments: &[&str], input: &str) -> u64 {
    let mut child = zpb(arguments).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let input = input.to_owned();
    std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let most = most.and_then(|most| most.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(most.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_number_of_forms() {
    let names = |count| format!("{SMALL}\n").repeat(count);
    let export = ["export", "--to", "jsonl", "--files-from", "-", "-j", "2"];
    let [few, many] = [100, 1000].map(|count| peak(&export, &names(count)));
    assert!(few > 0 && many < few * 5 / 4, "{few} KiB for 100 forms, {many} KiB for 1,000");

    let record = text(&run(&["export", SMALL, "--to", "jsonl"], "").stdout);
    let filter = ["export", "-", "--to", "jsonl", "-j", "2"];
    let [few, many] = [100, 1000].map(|count| peak(&filter, &record.repeat(count)));
    assert!(few > 0 && many < few * 5 / 4, "{few} KiB for 100 records, {many} KiB for 1,000");
}
