//! An OLE compound file to the streams in its root, and one stream back to a compound file.

use std::collections::BTreeSet;

use crate::error::Cause;

/// The first bytes of every compound file.
pub const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const HEADER: usize = 512;
/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const FAT_SECTOR: u32 = 0xFFFF_FFFD;
const ENTRY: usize = 128;
const MINI_SECTOR: usize = 64;
/// Directory entries that are looked at: a workbook has a dozen.
const ENTRIES: usize = 65_536;

/// Little-endian `u16` at `at`, if the bytes reach that far.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

/// Little-endian `u32` at `at`, if the bytes reach that far.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

fn corrupt(what: &str) -> Cause {
    Cause::Corrupt(format!("OLE 容器：{what}"))
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A compound file, opened as far as its directory.
pub struct Ole<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat_start: u32,
    mini_cutoff: usize,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    len: usize,
}

impl<'a> Ole<'a> {
    /// Opens the compound file in `bytes`.
    ///
    /// # Errors
    ///
    /// [`Cause::Corrupt`] if header, sector table or directory cannot be followed.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Cause> {
        if !bytes.starts_with(&MAGIC) || bytes.len() < HEADER {
            return Err(corrupt("文件头不完整"));
        }
        let sector = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(corrupt("扇区大小不合规范")),
        };
        let number = |at| u32_at(bytes, at).unwrap_or(FREE);
        let mut ole = Self {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat_start: number(60),
            mini_cutoff: index(number(56)),
            entries: Vec::new(),
        };
        ole.fat = ole.read_fat(number(68))?;
        ole.entries = ole.read_directory(number(48))?;
        Ok(ole)
    }

    /// Sectors in the file, a last one cut short included.
    fn sectors(&self) -> usize {
        self.bytes.len().div_ceil(self.sector).saturating_sub(1)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = index(number).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|s| !s.is_empty())
    }

    /// The sector table: 109 of its sectors are listed in the header, the rest in a chain from `difat`.
    fn read_fat(&self, mut difat: u32) -> Result<Vec<u32>, Cause> {
        let mut listed: Vec<u32> = numbers(self.bytes.get(76..HEADER).unwrap_or_default()).collect();
        let mut left = self.sectors();
        while difat < MARKS {
            left = left.checked_sub(1).ok_or_else(|| corrupt("扇区表成环"))?;
            let sector = self.sector(difat).ok_or_else(|| corrupt("扇区表越出文件末尾"))?;
            listed.extend(numbers(sector));
            difat = listed.pop().unwrap_or(END_OF_CHAIN);
        }
        let mut fat = Vec::new();
        for number in listed.into_iter().filter(|n| *n < MARKS).take(self.sectors()) {
            fat.extend(numbers(self.sector(number).ok_or_else(|| corrupt("扇区表越出文件末尾"))?));
        }
        Ok(fat)
    }

    /// The bytes of the chain that begins at `start`, no more than `len` of them.
    fn chain(&self, start: u32, len: usize) -> Result<Vec<u8>, Cause> {
        let mut data = Vec::new();
        let mut next = start;
        let mut left = self.sectors();
        while next < MARKS && data.len() < len {
            left = left.checked_sub(1).ok_or_else(|| corrupt("扇区链成环"))?;
            let sector = self.sector(next).ok_or_else(|| corrupt("内容越出文件末尾，文件被截断"))?;
            data.extend_from_slice(sector);
            next = self.fat.get(index(next)).copied().unwrap_or(END_OF_CHAIN);
        }
        data.truncate(len);
        Ok(data)
    }

    fn read_directory(&self, start: u32) -> Result<Vec<Entry>, Cause> {
        let data = self.chain(start, ENTRIES * ENTRY)?;
        let entries: Vec<Entry> =
            data.chunks_exact(ENTRY).filter_map(|e| Entry::new(e, self.sector == 512)).collect();
        let sound = entries.first().is_some_and(|root| root.name.to_ascii_lowercase().starts_with('r'));
        if sound { Ok(entries) } else { Err(corrupt("目录损坏")) }
    }

    /// The entries of the root alone: a workbook embedded in a letter does not make the letter a workbook.
    fn root(&self) -> impl Iterator<Item = &Entry> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<u32> = self.entries.first().map(|root| root.child).into_iter().collect();
        while let Some(number) = open.pop() {
            if let Some(entry) = self.entries.get(index(number)).filter(|_| seen.insert(number)) {
                open.extend([entry.left, entry.right]);
            }
        }
        let in_root = move |at: &usize| u32::try_from(*at).is_ok_and(|n| seen.contains(&n));
        self.entries.iter().enumerate().filter(move |(at, _)| in_root(at)).map(|(_, entry)| entry)
    }

    /// Whether the root holds a stream or storage of that name.
    pub fn has(&self, name: &str) -> bool {
        self.root().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// Whether that name stands anywhere, also where the tree of the directory is broken.
    pub fn has_somewhere(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The content of the stream `name`, if there is one: the root's own before one from within.
    ///
    /// # Errors
    ///
    /// [`Cause::Corrupt`] if its sectors run in a circle or out of the file.
    pub fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Cause> {
        let called = |entry: &&Entry| entry.name.eq_ignore_ascii_case(name);
        let Some(entry) = self.root().find(called).or_else(|| self.entries.iter().find(called)) else {
            return Ok(None);
        };
        let small = entry.len < self.mini_cutoff;
        let data = if small { self.mini_chain(entry)? } else { self.chain(entry.start, entry.len)? };
        Ok(Some(data))
    }

    /// Short streams lie in 64-byte sectors inside the root's own stream.
    fn mini_chain(&self, entry: &Entry) -> Result<Vec<u8>, Cause> {
        let Some(root) = self.entries.first() else { return Ok(Vec::new()) };
        let container = self.chain(root.start, root.len)?;
        let fat: Vec<u32> = numbers(&self.chain(self.mini_fat_start, usize::MAX)?).collect();
        let mut data = Vec::new();
        let mut next = entry.start;
        while next < MARKS && data.len() < entry.len {
            let from = index(next).saturating_mul(MINI_SECTOR);
            let to = from.saturating_add(MINI_SECTOR).min(container.len());
            let sector = container.get(from..to).filter(|s| !s.is_empty());
            data.extend_from_slice(sector.ok_or_else(|| corrupt("内容越出文件末尾"))?);
            next = fat.get(index(next)).copied().unwrap_or(END_OF_CHAIN);
        }
        data.truncate(entry.len);
        Ok(data)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b))
}

impl Entry {
    /// `None` if it is cut short. With small sectors the upper half of the length is rubbish in some writers' files.
    fn new(bytes: &[u8], short_len: bool) -> Option<Self> {
        let high = if short_len { 0 } else { u32_at(bytes, 124)? };
        let len = u64::from(u32_at(bytes, 120)?) | u64::from(high) << 32;
        let units = bytes.get(..64)?.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b));
        Some(Self {
            name: char::decode_utf16(units.take_while(|u| *u != 0))
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect(),
            left: u32_at(bytes, 68)?,
            right: u32_at(bytes, 72)?,
            child: u32_at(bytes, 76)?,
            start: u32_at(bytes, 116)?,
            len: usize::try_from(len).unwrap_or(usize::MAX),
        })
    }
}

/// Sector size of the files made here: large enough that the header lists the whole sector table.
const LARGE: usize = 4096;

/// A compound file with `stream` under `name` and nothing else in it.
pub fn wrap(name: &str, stream: &[u8]) -> Vec<u8> {
    let data = stream.len().div_ceil(LARGE).max(1);
    let mut tables = 1;
    while (data + 1 + tables).div_ceil(LARGE / 4) > tables {
        tables += 1;
    }
    let mut file = header(tables);
    file.extend(sector_table(tables, data));
    file.extend(directory(name, tables, data));
    file.extend_from_slice(stream);
    file.resize((data + 2 + tables) * LARGE, 0);
    file
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(END_OF_CHAIN)
}

/// The sector table comes first, the directory behind it, then the stream.
fn header(tables: usize) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.resize(24, 0);
    header.extend([0x3E, 0, 4, 0, 0xFE, 0xFF, 12, 0, 6, 0]);
    header.resize(44, 0);
    let fields = [number(tables), number(tables), 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0];
    header.extend(fields.iter().flat_map(|f| f.to_le_bytes()));
    let listed = (0..109).map(|at| if at < tables { number(at) } else { FREE });
    header.extend(listed.flat_map(u32::to_le_bytes));
    header.resize(LARGE, 0);
    header
}

fn sector_table(tables: usize, data: usize) -> impl Iterator<Item = u8> {
    let last = tables + data;
    let entry = move |at: usize| match at {
        _ if at < tables => FAT_SECTOR,
        _ if at == tables || at == last => END_OF_CHAIN,
        _ if at < last => number(at + 1),
        _ => FREE,
    };
    (0..tables * LARGE / 4).map(entry).flat_map(u32::to_le_bytes)
}

fn directory(name: &str, tables: usize, data: usize) -> Vec<u8> {
    let mut sector = entry("Root Entry", 5, 1, 0, 0);
    sector.extend(entry(name, 2, FREE, number(tables + 1), number(data * LARGE)));
    sector.resize(LARGE, 0);
    sector
}

fn entry(name: &str, kind: u8, child: u32, start: u32, len: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().take(31).flat_map(u16::to_le_bytes).collect();
    let name_bytes = u8::try_from(entry.len() + 2).unwrap_or(64);
    entry.resize(64, 0);
    entry.extend([name_bytes, 0, kind, 1]);
    entry.extend([FREE, FREE, child].iter().flat_map(|n| n.to_le_bytes()));
    entry.resize(116, 0);
    entry.extend([start, len, 0].iter().flat_map(|n| n.to_le_bytes()));
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_stream_comes_back() {
        for len in [4096, 4097, 1_000_000, 5_000_000] {
            let stream: Vec<u8> = (0..len).map(|i: u32| i.to_le_bytes()[1]).collect();
            let file = wrap("Workbook", &stream);
            let read = Ole::open(&file).unwrap().stream("workbook").unwrap().unwrap();
            assert!(read.starts_with(&stream) && read.len() < stream.len() + LARGE);
        }
        assert!(Ole::open(&wrap("Workbook", b"x")).unwrap().stream("Book").unwrap().is_none());
    }

    #[test]
    fn circles_and_cuts_are_refused() {
        let file = wrap("Workbook", &vec![1; 20_000]);
        let mut circle = file.clone();
        // The second sector of the stream points to itself: as many bytes as the directory says, and no more.
        circle[LARGE + 4 * 3..LARGE + 4 * 4].copy_from_slice(&3_u32.to_le_bytes());
        let read = Ole::open(&circle).unwrap().stream("Workbook").unwrap().unwrap();
        assert_eq!(read.len(), 5 * LARGE);
        // A directory that runs in a circle has no such end.
        circle[LARGE + 4..LARGE + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert!(matches!(Ole::open(&circle), Err(Cause::Corrupt(_))));
        let cut = &file[..file.len() - 3 * LARGE];
        assert!(matches!(Ole::open(cut).unwrap().stream("Workbook"), Err(Cause::Corrupt(_))));
        assert!(Ole::open(&file[..600]).is_err());
    }
}
