//! Many inputs to many reports: files found, read in parallel, handed on in a stable order.

mod archive;
mod input;
mod ledger;
mod ordered;
mod records;

pub use archive::Packed;
pub use input::{Input, Inputs, OFFICIAL, SUMMARY, collect};
pub use ledger::{CrossFinding, Ledger};
pub use ordered::Step;
pub use records::{Content, Item, items};

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use archive::Allowance;

use crate::error::{Cause, Error};
use crate::reader::tables::Table;
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
    /// A zip, whose files come next: so many.
    Unpacked(usize),
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
/// in the order of the items, those of the files in a zip in its place. Only a few items a thread are in memory at a
/// time, however many there are.
pub fn run<T: Send>(
    items: impl Iterator<Item = Item> + Send,
    template: &Template,
    work: impl Fn(&Input, Reading) -> T + Sync,
    mut done: impl FnMut(Step<(Input, Outcome<T>)>),
) {
    let whole = |item: Item| {
        let Item { input, content } = item;
        let opened = guarded(|| Ok(open(&input, content, template).map(|reading| work(&input, reading))));
        let opened = opened.unwrap_or_else(|cause| Opened::Done(Outcome::Failed(cause.of(&input.path))));
        (input, opened)
    };
    go(Box::new(items), &whole, None, &mut done);
}

/// Hands what `work` makes of the bytes of every item to `done`, as [`run`] does.
pub fn look<T: Send>(
    items: impl Iterator<Item = Item> + Send,
    work: impl Fn(&[u8]) -> Result<T, Cause> + Sync,
    mut done: impl FnMut(Step<(Input, Outcome<T>)>),
) {
    let whole = |item: Item| {
        let Item { input, content } = item;
        let opened = guarded(|| {
            let (made, archive) = bytes(&input, content, &work);
            Ok(opened(&input, made.map(Outcome::Forms), archive))
        });
        let opened = opened.unwrap_or_else(|cause| Opened::Done(Outcome::Failed(cause.of(&input.path))));
        (input, opened)
    };
    go(Box::new(items), &whole, None, &mut done);
}

/// What `work` makes of the bytes of an input, and where these are to be had again, should it be an archive.
fn bytes<T>(
    input: &Input,
    content: Content,
    work: impl Fn(&[u8]) -> Result<T, Cause>,
) -> (Result<T, Cause>, Option<Content>) {
    match content {
        Content::Line(_, line) => (work(&line), None),
        Content::Failed(cause) => (Err(cause), None),
        Content::Bytes(bytes) => (work(&bytes), Some(Content::Bytes(bytes))),
        Content::Packed(packed) => {
            let made = packed.bytes().and_then(|bytes| work(&bytes));
            (made, packed.may_be_archive().then_some(Content::Packed(packed)))
        }
        Content::Unread => match bytes_of(&input.path) {
            Ok(read) if input.path == Path::new("-") => bytes(input, Content::Bytes(read), work),
            Ok(bytes) => (work(&bytes), Some(Content::Unread)),
            Err(Cause::TooLarge(_)) if archive::is_archive(&input.path) => {
                (Err(Cause::Zip), Some(Content::Unread))
            }
            Err(cause) => (Err(cause), None),
        },
    }
}

/// What an item is found to be.
enum Opened<T> {
    Done(Outcome<T>),
    /// A zip of files, and where it is.
    Archive(Content),
}

impl<T> Opened<T> {
    fn map<U>(self, make: impl FnOnce(T) -> U) -> Opened<U> {
        match self {
            Self::Done(outcome) => Opened::Done(outcome.map(make)),
            Self::Archive(content) => Opened::Archive(content),
        }
    }
}

impl<T> Outcome<T> {
    fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Forms(forms) => Outcome::Forms(make(forms)),
            Self::Skipped(why) => Outcome::Skipped(why),
            Self::Failed(error) => Outcome::Failed(error),
            Self::Unpacked(files) => Outcome::Unpacked(files),
        }
    }
}

type Items<'a> = Box<dyn Iterator<Item = Item> + Send + 'a>;
type Done<'a, T> = &'a mut dyn FnMut(Step<(Input, Outcome<T>)>);

/// Works on `items`; where one is an archive, on the files in it before those behind. `allowance` is what the archive
/// around them may still hold.
fn go<T: Send>(
    items: Items<'_>,
    whole: &(impl Fn(Item) -> (Input, Opened<T>) + Sync),
    mut allowance: Option<&mut Allowance>,
    done: Done<'_, T>,
) {
    let ahead = rayon::current_num_threads().saturating_mul(FILES_A_THREAD);
    ordered::ordered(items, ahead, whole, |step| match step {
        Step::Waiting => done(Step::Waiting),
        Step::Ready((input, Opened::Done(outcome))) => done(Step::Ready((input, outcome))),
        Step::Ready((input, Opened::Archive(content))) => {
            let mut full = Allowance::full();
            let allowance = allowance.as_deref_mut().unwrap_or(&mut full);
            unpack(input, content, whole, allowance, done);
        }
    });
}

/// Works on the files in an archive. One that was named and gives nothing at all is told like a file without a form.
fn unpack<T: Send>(
    input: Input,
    content: Content,
    whole: &(impl Fn(Item) -> (Input, Opened<T>) + Sync),
    allowance: &mut Allowance,
    done: Done<'_, T>,
) {
    let items = match guarded(|| archive::items(&input, content, allowance)) {
        Ok(items) => items,
        Err(cause) => return done(Step::Ready((input.clone(), Outcome::Failed(cause.of(&input.path))))),
    };
    done(Step::Ready((input.clone(), Outcome::Unpacked(items.len()))));
    let mut is_empty = true;
    go(Box::new(items.into_iter()), whole, Some(allowance), &mut |step| {
        is_empty &= !matches!(step, Step::Ready((_, Outcome::Forms(_) | Outcome::Failed(_))));
        done(step);
    });
    if is_empty && input.named {
        let error = Cause::NoForm.of(&input.path);
        done(Step::Ready((input, Outcome::Failed(error))));
    }
}

/// Reads one input.
fn open(input: &Input, content: Content, template: &Template) -> Opened<Reading> {
    let (document, archive) = match content {
        Content::Line(number, line) => (reader::data::read_line(&line, number), None),
        Content::Packed(packed) => {
            let document = |bytes: &[u8]| whole(bytes, || packed.beside());
            bytes(input, Content::Packed(packed.clone()), document)
        }
        other => bytes(input, other, |bytes| whole(bytes, || beside(&input.path))),
    };
    opened(input, document.map(|document| of_document(input, document, template)), archive)
}

/// An outcome, or a reason why there is none, to what the input is.
fn opened<T>(input: &Input, outcome: Result<Outcome<T>, Cause>, archive: Option<Content>) -> Opened<T> {
    Opened::Done(match (outcome, archive) {
        (Ok(outcome), _) => outcome,
        (Err(Cause::Zip), Some(content)) => return Opened::Archive(content),
        (Err(cause), _) if input.may_be_skipped(&cause) => Outcome::Skipped(cause.to_string()),
        (Err(cause), _) => Outcome::Failed(cause.of(&input.path)),
    })
}

/// The document in `bytes`; of one of our own tables, the one in all of them.
fn whole(bytes: &[u8], beside: impl FnOnce() -> Vec<Vec<u8>>) -> Result<Document, Cause> {
    let Some(table) = Table::of(bytes) else { return reader::read(bytes) };
    let mut tables = beside();
    tables.retain(|other| Table::of(other).is_some_and(|other| other != table));
    let tables: Vec<&[u8]> = std::iter::once(bytes).chain(tables.iter().map(Vec::as_slice)).collect();
    reader::tables::read(&tables)
}

/// The tables of an export that lie beside `path`.
fn beside(path: &Path) -> Vec<Vec<u8>> {
    let others = Table::ALL.into_iter().map(|table| path.with_file_name(table.file_name()));
    others.filter(|other| other != path).filter_map(|other| bytes_of(&other).ok()).collect()
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
/// What the system says, or that the file is larger than [`limits::file_bytes`].
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, Cause> {
    if path == Path::new("-") {
        return limited(std::io::stdin().lock());
    }
    let file = std::fs::File::open(path).map_err(|e| Cause::io("读取", e))?;
    limited(file)
}

fn limited(source: impl Read) -> Result<Vec<u8>, Cause> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    source.take(limits::file_bytes() + 1).read_to_end(&mut bytes).map_err(|e| Cause::io("读取", e))?;
    if bytes.len() as u64 > limits::file_bytes() {
        return Err(limits::exceeded(format!("文件超过 {} MB", limits::file_bytes() >> 20)));
    }
    Ok(bytes)
}
