//! Many inputs to many reports: files found, read in parallel, handed on in a stable order.

mod input;
mod ledger;

pub use input::{Input, Inputs, collect};
pub use ledger::{CrossFinding, Ledger};

use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use crate::error::{Cause, Error};
use crate::reader::{self, Document, ListedProject, limits};
use crate::report::Report;
use crate::template::Template;

/// What became of an input.
#[derive(Debug)]
pub enum Outcome {
    /// Its forms.
    Forms(Reading),
    /// Nothing for us, and why, in Chinese.
    Skipped(String),
    /// No answer.
    Failed(Error),
}

/// The forms of a file, scored and checked.
#[derive(Debug, Default)]
pub struct Reading {
    /// In reading order.
    pub reports: Vec<Report>,
    /// The bureau's list of projects, if it stands in the file.
    pub list: Vec<ListedProject>,
    /// What the reader doubted, in Chinese.
    pub notes: Vec<String>,
}

/// Files that are in memory at once, for each thread.
const FILES_A_THREAD: usize = 8;

/// Reads `inputs` in parallel and hands each outcome to `done`, in the order of the inputs. Only a few files a thread
/// are in memory at a time.
pub fn run(inputs: &[Input], template: &Template, mut done: impl FnMut(&Input, Outcome)) {
    let chunk = (rayon::current_num_threads() * FILES_A_THREAD).max(1);
    for inputs in inputs.chunks(chunk) {
        let outcomes: Vec<Outcome> = inputs.par_iter().map(|input| open(input, template)).collect();
        for (input, outcome) in inputs.iter().zip(outcomes) {
            done(input, outcome);
        }
    }
}

/// Reads one input.
pub fn open(input: &Input, template: &Template) -> Outcome {
    let read = || bytes_of(&input.path).and_then(|bytes| guarded(&bytes));
    match read() {
        Ok(document) => of_document(input, document, template),
        Err(cause) if input.may_be_skipped(&cause) => Outcome::Skipped(cause.to_string()),
        Err(cause) => Outcome::Failed(cause.of(&input.path)),
    }
}

/// Reads bytes; a panic in a reader is that file's error and not the batch's.
fn guarded(bytes: &[u8]) -> Result<Document, Cause> {
    let read = std::panic::catch_unwind(|| reader::read(bytes));
    read.unwrap_or_else(|_| Err(Cause::Corrupt("读取时内部出错".to_owned())))
}

fn of_document(input: &Input, document: Document, template: &Template) -> Outcome {
    if document.is_summary {
        return Outcome::Skipped("是本程序写的汇总表".to_owned());
    }
    if document.forms.is_empty() {
        return match document.list.is_empty() {
            false => Outcome::Forms(Reading { list: document.list, ..Reading::default() }),
            true if input.named => Outcome::Failed(Cause::NoForm.of(&input.path)),
            true => Outcome::Skipped("里面没有自评表".to_owned()),
        };
    }
    let file = input.path.to_string_lossy();
    let reports = document.forms.into_iter().map(|found| Report::new(&file, found, template)).collect();
    Outcome::Forms(Reading { reports, list: document.list, notes: document.notes })
}

/// The bytes of a file, of standard input for `-`.
///
/// # Errors
/// What the system says, or that the file is larger than [`limits::FILE_BYTES`].
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, Cause> {
    if path == Path::new("-") {
        return limited(std::io::stdin().lock());
    }
    let file = std::fs::File::open(path).map_err(|e| Cause::io("读取", e))?;
    limited(file)
}

fn limited(source: impl Read) -> Result<Vec<u8>, Cause> {
    let mut bytes = Vec::new();
    source.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| Cause::io("读取", e))?;
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(Cause::TooLarge(format!("文件超过 {} MB", limits::FILE_BYTES >> 20)));
    }
    Ok(bytes)
}
