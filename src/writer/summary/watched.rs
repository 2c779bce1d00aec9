//! Bytes to where a workbook goes, remembering why that did not take them.

use std::io::{self, Seek, SeekFrom, Write};

/// An output whose first failure is kept, so that it is not taken for one of another file. After it, it takes everything
/// and keeps nothing: what is then still closed in order would else complain to the user in words of its own.
pub(super) struct Watched<W> {
    out: W,
    /// Where the next byte goes.
    at: u64,
    /// Why it did not take something.
    pub broken: Option<io::Error>,
}

impl<W> Watched<W> {
    pub const fn new(out: W) -> Self {
        Self { out, at: 0, broken: None }
    }

    pub fn into_inner(self) -> W {
        self.out
    }

    fn seen<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.broken.get_or_insert(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = if self.broken.is_some() { Ok(bytes.len()) } else { self.out.write(bytes) };
        let written = self.seen(written)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.broken.is_some() {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.seen(flushed)
    }
}

impl<W: Seek> Seek for Watched<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            _ if self.broken.is_none() => self.out.seek(to),
            SeekFrom::Start(place) => Ok(place),
            SeekFrom::Current(by) => Ok(self.at.saturating_add_signed(by)),
            SeekFrom::End(_) => Ok(self.at),
        };
        self.at = self.seen(place)?;
        Ok(self.at)
    }
}
