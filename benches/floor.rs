//! The least that anything which reads and writes these files must do: inflate what comes in, look at its XML once,
//! deflate the parts that go out, and put them on disk to stay.
//!
//! `cargo bench --bench floor -- INPUTS MADE OUT JOBS`: `MADE` holds the workbooks that were made from `INPUTS`; their
//! parts, inflated beforehand, are what is deflated. Prints the seconds that the rest takes.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench that cannot go on fails")]

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use quick_xml::events::Event;
use rayon::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// How hard the writer compresses, of 1 to 9.
const LEVEL: i64 = 2;

type Parts = Vec<(String, Vec<u8>)>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    // Without arguments this is `cargo bench` or `cargo test` passing by.
    let [inputs, made, out, jobs] = arguments.as_slice() else { return };
    rayon::ThreadPoolBuilder::new().num_threads(jobs.parse().unwrap()).build_global().unwrap();
    let made: Vec<(PathBuf, Parts)> =
        files(Path::new(made)).into_iter().map(|path| (path.clone(), parts(&path))).collect();
    let inputs = files(Path::new(inputs));
    std::fs::create_dir_all(out).unwrap();
    let start = Instant::now();
    let events: usize = inputs
        .par_iter()
        .zip(&made)
        .map(|(input, (path, parts))| {
            let events = parts_of_xml(input);
            put(&Path::new(out).join(path.file_name().unwrap()), &deflated(parts));
            events
        })
        .sum();
    println!("{:.4} {events}", start.elapsed().as_secs_f64());
}

/// The workbooks of a folder, by name; no summary.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "xlsx") && !path.ends_with("汇总.xlsx"));
    files.sort();
    files
}

fn parts(path: &Path) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let count = archive.len();
    let part = |index| {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::with_capacity(usize::try_from(file.size()).unwrap());
        file.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    (0..count).map(part).collect()
}

/// The number of XML events in a file.
fn parts_of_xml(path: &Path) -> usize {
    parts(path).iter().map(|(_, bytes)| events(bytes)).sum()
}

fn events(xml: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(xml);
    std::iter::from_fn(|| reader.read_event().ok().filter(|event| !matches!(event, Event::Eof))).count()
}

/// The parts as a workbook, at the level that the writer uses.
fn deflated(parts: &Parts) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(LEVEL));
    for (name, bytes) in parts {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Puts a file in its place as a whole, to stay there.
fn put(path: &Path, bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
    file.write_all(bytes).unwrap();
    file.as_file().sync_all().unwrap();
    file.persist(path).unwrap();
}
