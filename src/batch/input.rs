//! What the user names (files, folders, patterns) to the files to read, in a stable order.

use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Cause, Error};
use crate::reader::tables::Table;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The file.
    pub path: PathBuf,
    /// Its place under the output folder: its name, below a folder that was named its path inside that.
    pub place: PathBuf,
    /// Whether it was named itself and not met in a folder.
    pub named: bool,
}

/// Endings under which forms are sent; such a file must be readable, anything else in a folder may be skipped.
const TABLE_ENDINGS: [&str; 12] =
    ["xlsx", "xlsm", "xls", "xlsb", "et", "ett", "ods", "fods", "xltx", "csv", "tsv", "docx"];

impl Input {
    fn named(path: PathBuf) -> Self {
        let place = path.file_name().map_or_else(|| PathBuf::from("标准输入"), PathBuf::from);
        let place = if path == Path::new("-") { PathBuf::from("标准输入") } else { place };
        Self { path, place, named: true }
    }

    /// The files that are read for it: itself, and the tables beside one of our own.
    pub fn sources(&self) -> Vec<PathBuf> {
        let names = Table::ALL.map(Table::file_name);
        let is_table = self.path.file_name().is_some_and(|name| names.iter().any(|table| name == *table));
        let beside = names.iter().filter(|_| is_table).map(|table| self.path.with_file_name(table));
        std::iter::once(self.path.clone()).chain(beside).collect()
    }

    /// The file at `name` in the archive that this is.
    pub(super) fn inside(&self, name: &Path) -> Self {
        let folder = if self.named { PathBuf::new() } else { self.place.with_extension("") };
        Self { path: self.path.join(name), place: folder.join(name), named: false }
    }

    /// Whether it may be JSON lines, each of which is worked on by itself.
    pub fn may_be_records(&self) -> bool {
        let ending = self.path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        self.path == Path::new("-") || ending.is_some_and(|ending| ["jsonl", "ndjson"].contains(&&*ending))
    }

    /// Whether an input that was only met in a folder may be passed over for `cause`.
    pub fn may_be_skipped(&self, cause: &Cause) -> bool {
        let ending = self.path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let is_table = ending.is_some_and(|ending| TABLE_ENDINGS.contains(&ending.as_str()));
        !self.named && !is_table && matches!(cause, Cause::NotATable(_) | Cause::Empty)
    }
}

/// The summary that this program writes beside official workbooks.
pub const SUMMARY: &str = "汇总.xlsx";
/// How the folders end that it proposes for them.
pub const OFFICIAL: &str = "规范";

/// The files found, and what was named but is not there.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Files in the order they were named, those of a folder by path.
    pub files: Vec<Input>,
    /// One error for each name that stands for nothing.
    pub missing: Vec<Error>,
    /// Folders that were met and passed over: this program wrote what is in them.
    pub own: Vec<PathBuf>,
}

/// Finds the files that `names` stand for. Nothing below `output` is one.
pub fn collect(names: &[PathBuf], output: Option<&Path>) -> Inputs {
    let output = output.and_then(|path| path.canonicalize().ok());
    let mut inputs = Inputs::default();
    for name in names {
        inputs.add(name, output.as_deref());
    }
    let mut seen = std::collections::HashSet::new();
    inputs
        .files
        .retain(|input| seen.insert(input.path.canonicalize().unwrap_or_else(|_| input.path.clone())));
    inputs.files = without_followers(inputs.files, |input| &input.path, |input| head(&input.path));
    inputs
}

/// Bytes by which one of our own tables is known.
pub(super) const TABLE_HEAD: u64 = 4 << 10;

fn head(path: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(file) = std::fs::File::open(path) {
        // What could be read is enough.
        let _ = file.take(TABLE_HEAD).read_to_end(&mut head);
    }
    head
}

/// Of our own tables that lie side by side only the first in their order: the others are read with it.
pub(super) fn without_followers<T>(
    files: Vec<T>,
    path: impl Fn(&T) -> &Path,
    mut head: impl FnMut(&T) -> Vec<u8>,
) -> Vec<T> {
    let named = |file: &T| {
        let name = path(file).file_name()?;
        Table::ALL.into_iter().find(|table| name == table.file_name())
    };
    let mut tables = std::collections::HashMap::new();
    for file in files.iter().filter(|file| named(file).is_some()) {
        let folder = path(file).parent().map(Path::to_path_buf).unwrap_or_default();
        if let Some(table) = Table::of(&head(file)).filter(|table| named(file) == Some(*table)) {
            tables.entry(folder).or_insert_with(Vec::new).push(table);
        }
    }
    let leads = |file: &T| {
        let (Some(table), Some(folder)) = (named(file), path(file).parent()) else { return true };
        let beside = tables.get(folder).filter(|tables| tables.contains(&table));
        beside.is_none_or(|tables| tables.iter().min() == Some(&table))
    };
    files.into_iter().filter(leads).collect()
}

impl Inputs {
    fn add(&mut self, name: &Path, output: Option<&Path>) {
        if name == Path::new("-") || name.is_file() {
            self.files.push(Input::named(name.to_path_buf()));
        } else if name.is_dir() {
            self.folder(name, output);
        } else {
            self.pattern(name, output);
        }
    }

    /// Adds the files below a folder by path; hidden ones, those of the output folder and those that an earlier run wrote
    /// are none.
    fn folder(&mut self, root: &Path, output: Option<&Path>) {
        let is_output =
            |path: &Path| output.is_some_and(|out| path.canonicalize().is_ok_and(|path| path == out));
        let hidden = |name: &std::ffi::OsStr| is_hidden(&name.to_string_lossy());
        let mut own = Vec::new();
        let walk = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
            let is_inner = entry.depth() > 0;
            let is_folder = is_inner && entry.file_type().is_dir();
            if is_folder && !is_output(entry.path()) && is_own(entry.path()) {
                own.push(entry.path().to_path_buf());
                return false;
            }
            !(is_folder && is_output(entry.path()) || is_inner && hidden(entry.file_name()))
        });
        let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
        self.files.extend(files.map(|entry| {
            let place = entry.path().strip_prefix(root).unwrap_or_else(|_| entry.path()).to_path_buf();
            Input { path: entry.path().to_path_buf(), place, named: false }
        }));
        self.own.append(&mut own);
    }

    /// The Windows shell hands patterns on as they are.
    fn pattern(&mut self, name: &Path, output: Option<&Path>) {
        let found: Vec<PathBuf> =
            glob::glob(&name.to_string_lossy()).into_iter().flatten().filter_map(Result::ok).collect();
        if found.is_empty() {
            self.missing.push(Cause::NotFound.of(name));
        }
        for path in found {
            if path.is_dir() {
                self.folder(&path, output);
            } else if !path.file_name().is_some_and(|name| is_lock(&name.to_string_lossy())) {
                self.files.push(Input::named(path));
            }
        }
    }
}

/// Whether this program wrote what is in a folder: it has such a name, and a summary lies there. A summary alone may lie
/// among submissions, beside the one workbook that was made of them.
fn is_own(folder: &Path) -> bool {
    let is_named = folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(OFFICIAL));
    let summary = folder.join(SUMMARY);
    is_named && summary.is_file() && crate::reader::is_own_summary(&summary)
}

/// Whether a file or folder of that name is no submission: hidden, what a Mac or Windows adds of its own, or the file by
/// which Excel says that a workbook is open.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || is_lock(name) || ["__MACOSX", "Thumbs.db", "desktop.ini"].contains(&name)
}

fn is_lock(name: &str) -> bool {
    name.starts_with("~$")
}
