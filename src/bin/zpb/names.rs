//! The command line and `--files-from` to names, one by one as they come.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use zipingbiao::error::{Cause, Error};

use crate::args::Common;

/// A name, or why there are no more.
pub type Name = Result<PathBuf, Error>;
/// Names that are still to come.
pub type Names = Box<dyn Iterator<Item = Name> + Send>;

/// The names on the command line, then those in `--files-from`.
///
/// # Errors
/// The list cannot be opened.
pub fn names(common: &Common) -> Result<Names, Error> {
    let named = common.inputs.clone().into_iter().map(Ok);
    let Some(list) = common.files_from.clone() else { return Ok(Box::new(named)) };
    let listed = listed(open(&list)?, list);
    Ok(Box::new(named.chain(listed)))
}

fn open(list: &Path) -> Result<Box<dyn BufRead + Send>, Error> {
    if list == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = std::fs::File::open(list).map_err(|e| Cause::io("读取", e).of(list))?;
    Ok(Box::new(BufReader::new(file)))
}

/// The names in a list, one a line. Only the line's end is taken off: a name may begin or end with a space.
fn listed(mut source: Box<dyn BufRead + Send>, list: PathBuf) -> impl Iterator<Item = Name> + Send {
    let mut first = true;
    let lines = std::iter::from_fn(move || {
        let mut line = Vec::new();
        match source.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(Ok(name(&line, std::mem::take(&mut first)))),
            Err(error) => Some(Err(Cause::io("读取", error).of(&list))),
        }
    });
    let mut failed = false;
    let until_failed = lines.take_while(move |line| !std::mem::replace(&mut failed, line.is_err()));
    until_failed.filter(|name| name.as_ref().map_or(true, |name| !name.as_os_str().is_empty()))
}

fn name(line: &[u8], first: bool) -> PathBuf {
    let line = if first { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    path(line.strip_suffix(b"\r").unwrap_or(line))
}

/// A name of any bytes, as `find` writes it.
#[cfg(unix)]
fn path(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path(line: &[u8]) -> PathBuf {
    PathBuf::from(zipingbiao::reader::encoding::decode(line).text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name() {
        let text = "\u{feff}一.xlsx\r\n\n 二 .xlsx\n三.xlsx".as_bytes();
        let names = listed(Box::new(text), PathBuf::from("-")).map(Result::ok).collect::<Vec<_>>();
        assert_eq!(names, ["一.xlsx", " 二 .xlsx", "三.xlsx"].map(|name| Some(PathBuf::from(name))));
    }
}
