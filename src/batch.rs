//! Many inputs to many reports: files found, read in parallel, handed on in a stable order.

mod input;
mod ledger;
mod ordered;
mod records;

pub use input::{Input, Inputs, collect};
pub use ledger::{CrossFinding, Ledger};
pub use ordered::Step;
pub use records::{Content, Item, items};

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use crate::error::{Cause, Error};
use crate::reader::{self, Document, ListedProject, limits};
use crate::report::Report;
use crate::template::Template;

/// What became of an input.
#[derive(Debug)]
pub enum Outcome<T = Reading> {
    /// Its forms, or what was made of them.
    Forms(T),
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

/// Bytes that most files do not exceed.
const USUAL_BYTES: usize = 16 << 10;
/// Files that are in memory at once, for each thread: enough that a slow one holds up no other.
const FILES_A_THREAD: usize = 8;

/// Reads `items` in parallel, makes of the forms of each what `work` makes of them, and hands the outcomes to `done`
/// in the order of the items. Only a few items a thread are in memory at a time, however many there are.
pub fn run<T: Send>(
    items: impl Iterator<Item = Item> + Send,
    template: &Template,
    work: impl Fn(&Input, Reading) -> T + Sync,
    done: impl FnMut(Step<(Input, Outcome<T>)>),
) {
    let ahead = rayon::current_num_threads().saturating_mul(FILES_A_THREAD);
    let whole = |item: Item| {
        let Item { input, content } = item;
        let outcome = guarded(|| Ok(open(&input, content, template).map(|reading| work(&input, reading))));
        let outcome = outcome.unwrap_or_else(|cause| Outcome::Failed(cause.of(&input.path)));
        (input, outcome)
    };
    ordered::ordered(items, ahead, whole, done);
}

impl<T> Outcome<T> {
    fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Forms(forms) => Outcome::Forms(make(forms)),
            Self::Skipped(why) => Outcome::Skipped(why),
            Self::Failed(error) => Outcome::Failed(error),
        }
    }
}

/// Reads one input.
pub fn open(input: &Input, content: Content, template: &Template) -> Outcome {
    match read(input, content) {
        Ok(document) => of_document(input, document, template),
        Err(cause) if input.may_be_skipped(&cause) => Outcome::Skipped(cause.to_string()),
        Err(cause) => Outcome::Failed(cause.of(&input.path)),
    }
}

fn read(input: &Input, content: Content) -> Result<Document, Cause> {
    match content {
        Content::Unread => reader::read(&bytes_of(&input.path)?),
        Content::Bytes(bytes) => reader::read(&bytes),
        Content::Line(number, line) => reader::data::read_line(&line, number),
        Content::Failed(cause) => Err(cause),
    }
}

/// A panic on the way of a file is that file's error and not the batch's.
fn guarded<T>(work: impl FnOnce() -> Result<T, Cause>) -> Result<T, Cause> {
    // What is shared is only read, so that nothing half changed can be seen afterwards.
    let done = std::panic::catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(Cause::Corrupt("处理时内部出错".to_owned())))
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
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    source.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| Cause::io("读取", e))?;
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(Cause::TooLarge(format!("文件超过 {} MB", limits::FILE_BYTES >> 20)));
    }
    Ok(bytes)
}
