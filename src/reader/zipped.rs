//! A zip file to its entries, with every limit checked before anything is inflated.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use zip::read::{ZipArchiveMetadata, ZipFileEntry};
use zip::result::{ZipError, ZipResult};
use zip::{SUPPORTED_COMPRESSION_METHODS, ZipArchive, ZipReadOptions};

use crate::error::Cause;
use crate::reader::limits;

/// A zip file whose directory was read.
#[derive(Debug, Clone)]
pub struct Zipped<R> {
    source: R,
    directory: Arc<ZipArchiveMetadata>,
}

impl<R> Zipped<R> {
    /// Where it is read from.
    pub const fn source(&self) -> &R {
        &self.source
    }

    /// The same zip, read from somewhere else.
    pub fn with_source<S>(&self, source: S) -> Zipped<S> {
        Zipped { source, directory: Arc::clone(&self.directory) }
    }

    /// What the directory says of each entry, with its place.
    pub fn entries(&self) -> impl Iterator<Item = (usize, ZipFileEntry<'_>)> {
        (0..self.directory.len()).filter_map(|index| Some((index, self.directory.entry(index).ok()?)))
    }

    /// The bytes of all entries together, as the directory declares them. The zip crate stops an entry at its
    /// declared size, so their sum bounds whatever can be inflated.
    pub fn declared_bytes(&self) -> u64 {
        self.entries().fold(0, |total, (_, entry)| total.saturating_add(entry.size()))
    }

    /// The bytes that an entry declares; 0 if there is none at `index`.
    pub fn size(&self, index: usize) -> u64 {
        self.directory.entry(index).map_or(0, |entry| entry.size())
    }
}

impl<R: Read + Seek> Zipped<R> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too many entries, [`Cause::Corrupt`] if it is no sound zip.
    pub fn open(source: R) -> Result<Self, Cause> {
        let zip = Self::open_any(source)?;
        if zip.directory.len() > limits::zip_parts() {
            return Err(limits::exceeded(format!("压缩包内的文件超过 {} 个", limits::zip_parts())));
        }
        Ok(zip)
    }

    /// Reads a directory of any number of entries.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for a directory of too many bytes, [`Cause::Corrupt`] if it is no sound zip.
    pub fn open_any(mut source: R) -> Result<Self, Cause> {
        // A directory takes memory for each of its entries, whatever number of them it states.
        let bounded = Bounded { source: &mut source, left: limits::directory_bytes() };
        let archive = ZipArchive::new(BufReader::new(bounded)).map_err(|error| cause(&error))?;
        let directory = archive.metadata();
        Ok(Self { source, directory })
    }

    /// The bytes of an entry.
    ///
    /// # Errors
    /// [`Cause::Encrypted`], [`Cause::Compression`], [`Cause::Corrupt`] if it cannot be inflated.
    pub fn read(&mut self, index: usize) -> Result<Vec<u8>, Cause> {
        let method = self.directory.entry(index).map(|entry| entry.compression());
        if method.is_ok_and(|method| !SUPPORTED_COMPRESSION_METHODS.contains(&method)) {
            return Err(Cause::Compression);
        }
        // One byte more than there are shows that there are no more.
        let size = usize::try_from(self.size(index)).unwrap_or(usize::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(size).is_err() {
            return Err(limits::exceeded("压缩包内的文件过大"));
        }
        match self.read_into(index, u64::MAX, &mut bytes) {
            Ok(Ok(_)) => Ok(bytes),
            Ok(Err(error)) => Err(Cause::Corrupt(format!("无法解压：{error}"))),
            Err(error) => Err(cause(&error)),
        }
    }

    /// The first bytes of an entry, as many as can be inflated before an error.
    pub fn head(&mut self, index: usize, bytes: u64) -> Vec<u8> {
        let mut head = Vec::new();
        let _ = self.read_into(index, bytes, &mut head);
        head
    }

    fn read_into(
        &mut self,
        index: usize,
        most: u64,
        bytes: &mut Vec<u8>,
    ) -> ZipResult<std::io::Result<usize>> {
        let entry = self.directory.entry(index)?;
        let most = most.min(entry.size());
        let file = entry.with_reader(&mut self.source, ZipReadOptions::new())?;
        Ok(file.take(most.saturating_add(1)).read_to_end(bytes))
    }
}

/// An entry's name as it is compared: without case, leading slash or back slashes.
pub fn part_key(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

fn cause(error: &ZipError) -> Cause {
    match error {
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED => Cause::Encrypted,
        ZipError::InvalidPassword => Cause::Encrypted,
        ZipError::CompressionMethodNotSupported(_) => Cause::Compression,
        ZipError::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            limits::exceeded("压缩包的目录过大")
        }
        _ => Cause::Corrupt("压缩包不完整".to_owned()),
    }
}

/// A source of which only so many bytes may be read.
#[derive(Debug)]
struct Bounded<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX));
        self.left = left.ok_or(std::io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

impl<R: Seek> Seek for Bounded<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.source.seek(to)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    /// A zip of these parts.
    pub(crate) fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_directory_without_end_is_refused() {
        let names: Vec<String> = (0..=limits::zip_parts()).map(|n| n.to_string()).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let bytes = zip_of(&parts);
        assert!(matches!(Zipped::open(Cursor::new(&bytes)), Err(Cause::TooLarge(_))));
        assert!(Zipped::open(Cursor::new(zip_of(&parts[1..]))).is_ok());
    }

    #[test]
    fn the_directory_is_read_within_its_limit() {
        let bytes = zip_of(&[("a", b"x")]);
        let mut bounded = Bounded { source: Cursor::new(&bytes), left: 10 };
        let read = ZipArchive::new(BufReader::new(&mut bounded)).unwrap_err();
        assert!(matches!(cause(&read), Cause::TooLarge(_)), "{read}");
    }

    #[test]
    fn broken_containers_are_errors() {
        let bytes = zip_of(&[("a", b"some text, some text, some text")]);
        for end in 0..bytes.len() {
            assert!(matches!(Zipped::open(Cursor::new(&bytes[..end])), Err(Cause::Corrupt(_))), "{end}");
        }
    }
}
