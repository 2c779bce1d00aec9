//! A zip of submissions to its files, as the folder that was packed would give them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::GB18030;
use unicode_normalization::UnicodeNormalization;
use zip::read::ZipFileEntry;

use crate::error::Cause;
use crate::reader::tables::Table;
use crate::reader::zipped::Zipped;
use crate::reader::{limits, sniff};
use crate::writer::file::portable;

use super::input::{Input, TABLE_HEAD, is_hidden, without_followers};
use super::{Content, Item};

/// The bit of an entry's flags by which its name is UTF-8.
const UTF8_NAME: u16 = 1 << 11;

/// What may be read from, and by several threads.
trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// Where the bytes of an archive are.
#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

impl Place {
    fn open(&self) -> Result<Box<dyn Source>, Cause> {
        match self {
            Self::File(path) => Ok(Box::new(File::open(path).map_err(|e| Cause::io("读取", e))?)),
            Self::Memory(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
        }
    }
}

/// A file in an archive, still packed.
#[derive(Debug, Clone)]
pub struct Packed {
    archive: Zipped<Place>,
    index: usize,
    /// The other tables of the export of which this is one.
    beside: Vec<usize>,
    /// Whether the archive lies in another.
    nested: bool,
}

impl Packed {
    /// Whether an archive in it is still opened: one in an archive is, one in that is not.
    pub(super) const fn may_be_archive(&self) -> bool {
        !self.nested
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Cause> {
        self.bytes_of(self.index)
    }

    /// The bytes of the tables that lie beside it.
    pub(super) fn beside(&self) -> Vec<Vec<u8>> {
        self.beside.iter().filter_map(|index| self.bytes_of(*index).ok()).collect()
    }

    fn bytes_of(&self, index: usize) -> Result<Vec<u8>, Cause> {
        if self.archive.size(index) > limits::file_bytes() {
            return Err(limits::exceeded(format!("文件超过 {} MB", limits::file_bytes() >> 20)));
        }
        let mut source = self.archive.with_source(self.archive.source().open()?);
        source.read(index).map_err(|cause| match cause {
            Cause::Encrypted => Cause::EncryptedEntry,
            other => other,
        })
    }
}

/// What an archive may still hold, those in it included: many small ones must not multiply the work.
#[derive(Debug)]
pub(super) struct Allowance {
    files: usize,
    bytes: u64,
}

impl Allowance {
    pub(super) fn full() -> Self {
        Self { files: limits::zip_parts(), bytes: limits::archive_bytes() }
    }

    fn spend(&mut self, files: usize, bytes: u64) -> Result<(), Cause> {
        let too_many = || limits::exceeded(format!("压缩包里的文件超过 {} 个", limits::zip_parts()));
        let too_big = || limits::exceeded(format!("压缩包解压后超过 {} MB", limits::archive_bytes() >> 20));
        self.files = self.files.checked_sub(files).ok_or_else(too_many)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_big)?;
        Ok(())
    }
}

/// Whether the file at `path`, too large to be a table, is an archive.
pub(super) fn is_archive(path: &Path) -> bool {
    let source = File::open(path).ok().filter(|file| {
        let mut magic = [0; 4];
        let mut file = file;
        file.read_exact(&mut magic).is_ok() && sniff::is_zip(&magic)
    });
    let zip = source.and_then(|source| Zipped::open(source).ok());
    zip.is_some_and(|mut zip| matches!(sniff::zip_kind(&mut zip), Err(Cause::Zip)))
}

/// The files in the archive that `input` is, by path, those left out that a folder leaves out.
///
/// # Errors
/// What is broken or too large in the archive as a whole.
pub(super) fn items(input: &Input, content: Content, allowance: &mut Allowance) -> Result<Vec<Item>, Cause> {
    let (place, nested) = match content {
        Content::Packed(packed) => (Place::Memory(packed.bytes()?.into()), true),
        Content::Bytes(bytes) => (Place::Memory(bytes.into()), false),
        _ => (Place::File(input.path.clone()), false),
    };
    let mut zip = Zipped::open(place.open()?)?;
    allowance.spend(zip.entries().count(), zip.declared_bytes())?;
    let mut files = names(&zip);
    files.sort();
    let all: HashMap<PathBuf, usize> = files.iter().cloned().collect();
    let files = without_followers(files, |(name, _)| name, |(_, index)| zip.head(*index, TABLE_HEAD));
    let archive = zip.with_source(place);
    let item = |(name, index): (PathBuf, usize)| Item {
        input: input.inside(&name),
        content: Content::Packed(Packed {
            archive: archive.clone(),
            index,
            beside: beside(&name, &all),
            nested,
        }),
    };
    Ok(files.into_iter().map(item).collect())
}

/// The other tables beside one of ours.
fn beside(name: &Path, all: &HashMap<PathBuf, usize>) -> Vec<usize> {
    let names = Table::ALL.map(Table::file_name);
    let is_table = name.file_name().is_some_and(|name| names.iter().any(|table| name == *table));
    let others = names.iter().map(|table| name.with_file_name(table)).filter(|other| other != name);
    others.filter(|_| is_table).filter_map(|other| all.get(&other).copied()).collect()
}

/// The files of an archive by the path that each has in it, without those that are no submission.
fn names<R: Read + Seek>(zip: &Zipped<R>) -> Vec<(PathBuf, usize)> {
    let is_utf8 = is_utf8(zip);
    let files = zip.entries().filter(|(_, entry)| entry.is_file());
    let named = files.map(|(index, entry)| (steps(&name(&entry, is_utf8)), index));
    let wanted = named.filter(|(steps, _)| !steps.is_empty() && !steps.iter().any(|step| is_hidden(step)));
    wanted.map(|(steps, index)| (steps.iter().collect(), index)).collect()
}

/// The folders of a name and the file. What leads out of the archive, or is no name on Windows, is taken out, since
/// the outputs lie at the same place below their folder.
fn steps(name: &str) -> Vec<String> {
    let steps = name.split(['/', '\\']).map(named);
    // A name ends with its folder's separator where a careless writer did not mark it as a folder.
    if name.ends_with(['/', '\\']) {
        return Vec::new();
    }
    steps.filter(|step| !matches!(step.as_str(), "" | "." | "..")).collect()
}

/// One step as every system takes it; a file or folder that is hidden stays so.
fn named(step: &str) -> String {
    let step = step.trim();
    let dot = if step.starts_with('.') && step.contains(|c| c != '.') { "." } else { "" };
    format!("{dot}{}", portable(step))
}

/// The name of an entry. The zip crate has put the Unicode path (extra field 0x7075) in its place where there is one.
fn name(entry: &ZipFileEntry<'_>, is_utf8: bool) -> String {
    let raw = entry.name_raw();
    let text = std::str::from_utf8(raw).ok().filter(|text| is_utf8 || is_flagged(entry) || is_wide(text));
    // A Mac takes some letters apart.
    text.map_or_else(|| GB18030.decode(raw).0.into_owned(), ToOwned::to_owned).nfc().collect()
}

/// Whether the names without a flag are UTF-8, as a Mac writes them: all of them can be, and one hardly is anything else.
fn is_utf8<R: Read + Seek>(zip: &Zipped<R>) -> bool {
    let mut certain = false;
    for (_, entry) in zip.entries().filter(|(_, entry)| !is_flagged(entry)) {
        let Ok(text) = std::str::from_utf8(entry.name_raw()) else { return false };
        certain |= is_wide(text);
    }
    certain
}

fn is_flagged(entry: &ZipFileEntry<'_>) -> bool {
    entry.flags().as_u16() & UTF8_NAME != 0
}

/// Whether it has a character of three bytes or more: a name in GBK can pass for UTF-8 of two.
fn is_wide(text: &str) -> bool {
    text.is_ascii() || text.contains(|c: char| c >= '\u{800}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for (name, expected) in [
            ("局/表.xlsx", "局|表.xlsx"),
            ("局\\表.xlsx", "局|表.xlsx"),
            ("../../etc/表.xlsx", "etc|表.xlsx"),
            ("/局/./表.xlsx", "局|表.xlsx"),
            ("C:\\局\\表?.xlsx", "C_|局|表_.xlsx"),
            ("局/", ""),
            ("..", ""),
        ] {
            assert_eq!(steps(name).join("|"), expected, "{name}");
        }
    }

    #[test]
    fn what_is_left_is_less_for_every_archive() {
        let mut allowance = Allowance { files: 3, bytes: 10 };
        assert!(allowance.spend(2, 10).is_ok());
        assert!(matches!(allowance.spend(0, 1), Err(Cause::TooLarge(_))));
        assert!(matches!(allowance.spend(2, 0), Err(Cause::TooLarge(_))));
    }
}
