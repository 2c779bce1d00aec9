//! A form through each stage of the pipe, and through all of them: how long one takes.
//!
//! `cargo bench --bench forms`; what the figures are held against is in README.md beside this file.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench that cannot go on fails")]

use std::path::{Path, PathBuf};

use divan::{Bencher, black_box};
use zipingbiao::reader::{self, Document};
use zipingbiao::report::{Fixed, Report};
use zipingbiao::template::Template;
use zipingbiao::writer::json;
use zipingbiao::writer::xlsx::{self, Options};

fn main() {
    divan::main();
}

/// A form of usual size in each kind of file, and the largest of the samples.
const FILES: [&str; 5] = ["01*.xlsx", "02*.xls", "03*.csv", "10*.ods", "22*.xlsx"];

fn bytes(file: &str) -> Vec<u8> {
    let pattern = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/submitted").join(file);
    let path: PathBuf = glob::glob(&pattern.to_string_lossy()).unwrap().next().unwrap().unwrap();
    std::fs::read(path).unwrap()
}

fn document(file: &str) -> Document {
    reader::read(&bytes(file)).unwrap()
}

fn reports(document: Document) -> Vec<Report> {
    let template = Template::standard();
    document.forms.into_iter().map(|found| Report::new("bench", found, template)).collect()
}

fn fixed(file: &str) -> Vec<Fixed> {
    reports(document(file)).iter().map(|report| report.fixed(Template::standard())).collect()
}

fn workbook(fixed: &[Fixed]) -> Vec<u8> {
    let reports: Vec<&Report> = fixed.iter().map(|form| &form.report).collect();
    xlsx::workbook(&reports, Template::standard(), Options::default()).unwrap()
}

/// Bytes to cells.
#[divan::bench(args = FILES)]
fn read(bencher: Bencher<'_, '_>, file: &str) {
    let bytes = bytes(file);
    bencher.bench(|| reader::grids(black_box(&bytes)).unwrap());
}

/// Bytes to cells, and cells to fields: what it takes more than `read` is locating.
#[divan::bench(args = FILES)]
fn read_and_locate(bencher: Bencher<'_, '_>, file: &str) {
    let bytes = bytes(file);
    bencher.bench(|| reader::read(black_box(&bytes)).unwrap());
}

/// Fields to points and findings.
#[divan::bench(args = FILES)]
fn score_and_check(bencher: Bencher<'_, '_>, file: &str) {
    bencher.with_inputs(|| document(file)).bench_values(reports);
}

/// Points and findings to a mended form, which is scored and checked again.
#[divan::bench(args = FILES)]
fn mend(bencher: Bencher<'_, '_>, file: &str) {
    let reports = reports(document(file));
    bencher.bench(|| reports.iter().map(|r| r.fixed(Template::standard())).collect::<Vec<_>>());
}

/// A mended form to the official workbook.
#[divan::bench(args = FILES)]
fn write(bencher: Bencher<'_, '_>, file: &str) {
    let fixed = fixed(file);
    bencher.bench(|| workbook(black_box(&fixed)));
}

/// A form to clean data.
#[divan::bench(args = FILES)]
fn export(bencher: Bencher<'_, '_>, file: &str) {
    let (reports, fixed) = (reports(document(file)), fixed(file));
    bencher.bench(|| {
        let pairs = reports.iter().zip(&fixed);
        pairs.map(|(r, f)| json::clean(r, &f.report).unwrap().to_string().len()).sum::<usize>()
    });
}

/// The submitted bytes to the official ones.
#[divan::bench(args = FILES)]
fn fix(bencher: Bencher<'_, '_>, file: &str) {
    let bytes = bytes(file);
    bencher.bench(|| {
        let reports = reports(reader::read(black_box(&bytes)).unwrap());
        workbook(&reports.iter().map(|r| r.fixed(Template::standard())).collect::<Vec<_>>())
    });
}
