//! Bytes to files: whole or not at all, never over an input, never over something else without being told.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Cause, Error};
use crate::report::slashed;
use crate::writer::half;
use crate::writer::settling::{self, Settling};

/// Writes the files of one run.
#[derive(Debug, Default)]
pub struct Output {
    force: bool,
    inputs: HashSet<PathBuf>,
    taken: HashSet<String>,
    settling: Option<Settling>,
}

impl Output {
    /// An output that may replace other files only with `force`, and never one of `inputs`.
    pub fn new(force: bool, inputs: impl IntoIterator<Item = PathBuf>) -> Self {
        let inputs = inputs.into_iter().filter_map(|path| path.canonicalize().ok()).collect();
        Self { force, inputs, taken: HashSet::new(), settling: None }
    }

    /// A path that nothing else of this run is written to: `名称.xlsx`, else `名称(2).xlsx` and so on. Names that
    /// differ only in case are the same on Windows.
    pub fn reserve(&mut self, path: &Path) -> PathBuf {
        let path = &with_portable_name(path);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ending = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
        let names = (1_u32..)
            .map(|n| if n == 1 { format!("{stem}{ending}") } else { format!("{stem}({n}){ending}") });
        for name in names {
            let candidate = path.with_file_name(name);
            if self.taken.insert(candidate.to_string_lossy().to_lowercase()) {
                return candidate;
            }
        }
        path.clone()
    }

    /// Writes `bytes` to `path`. A file that already holds them counts as done.
    ///
    /// # Errors
    /// The file exists with other content, is an input, or the system refuses.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        if self.is_done(path, bytes)? {
            return Ok(());
        }
        let settled = written(path, bytes).and_then(|file| settling::settle(file, path));
        settled.map_err(|e| Cause::io("写入", e).of(path))
    }

    /// Writes what `compose` writes to the file that it is given, as [`Output::write`] does, without keeping it in
    /// memory; gives what it gives.
    ///
    /// # Errors
    /// As for [`Output::write`], and what `compose` says.
    pub fn compose<T>(
        &self,
        path: &Path,
        compose: impl FnOnce(&mut File) -> Result<T, Cause>,
    ) -> Result<T, Error> {
        self.spare_inputs(path)?;
        let mut file = begun(path).map_err(|e| Cause::io("写入", e).of(path))?;
        let half = file.path().to_path_buf();
        let written = compose(file.as_file_mut()).and_then(|made| {
            if self.is_new(path, file.as_file_mut())? {
                settling::settle(file, path).map_err(|e| Cause::io("写入", e))?;
            }
            Ok(made)
        });
        half::ended(&half);
        written.map_err(|cause| cause.of(path))
    }

    /// Whether `file` is to get the name `path`, and not there already with the same content.
    fn is_new(&self, path: &Path, file: &mut File) -> Result<bool, Cause> {
        let there = match File::open(path) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(_) if self.force => return Ok(true),
            Err(_) => return Err(Cause::Exists),
        };
        match is_same(there, file) {
            Ok(true) => Ok(false),
            _ if self.force => Ok(true),
            _ => Err(Cause::Exists),
        }
    }

    /// Writes `bytes` as [`Output::write`] does, but does not wait for the disk: the file has its name, and what is
    /// wrong with it is known, after [`Output::settle`].
    ///
    /// # Errors
    /// As for [`Output::write`].
    pub fn begin(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        if self.is_done(path, bytes)? {
            return Ok(());
        }
        let settling = self.settling.get_or_insert_with(Settling::new);
        let sent = written(path, bytes).and_then(|file| settling.add(file, path));
        sent.map_err(|e| Cause::io("写入", e).of(path))
    }

    /// Waits until every file that was begun has its name and is safe; gives what went wrong.
    pub fn settle(&mut self) -> Vec<Error> {
        self.settling.take().map(Settling::finish).unwrap_or_default()
    }

    /// Whether `path` already holds `bytes`.
    ///
    /// # Errors
    /// It may not be written to.
    fn is_done(&self, path: &Path, bytes: &[u8]) -> Result<bool, Error> {
        if !path.exists() {
            return Ok(false);
        }
        self.spare_inputs(path)?;
        if std::fs::read(path).is_ok_and(|there| there == bytes) {
            return Ok(true);
        }
        if self.force { Ok(false) } else { Err(Cause::Exists.of(path)) }
    }

    /// That `path` is no input.
    fn spare_inputs(&self, path: &Path) -> Result<(), Error> {
        let is_input = path.canonicalize().is_ok_and(|path| self.inputs.contains(&path));
        if is_input { Err(Cause::OverwritesInput.of(path)) } else { Ok(()) }
    }
}

/// Whether two files hold the same.
fn is_same(one: File, other: &mut File) -> io::Result<bool> {
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    other.rewind()?;
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    loop {
        let (here, there) = (one.fill_buf()?, other.fill_buf()?);
        let count = here.len().min(there.len());
        if here.get(..count) != there.get(..count) {
            return Ok(false);
        }
        if count == 0 {
            return Ok(here.is_empty() && there.is_empty());
        }
        one.consume(count);
        other.consume(count);
    }
}

/// `file` as a link in a document in `folder` names it, with `/`: relative where both are on one drive, so that the
/// link holds when both are moved together.
pub fn seen_from(folder: &Path, file: &Path) -> String {
    let here =
        |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_path_buf() };
    let absolute = |path: &Path| {
        let path = here(path);
        path.canonicalize().or_else(|_| std::path::absolute(&path)).unwrap_or(path)
    };
    let (folder, file) = (absolute(folder), absolute(file));
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n(std::path::Component::ParentDir, from.len() - shared);
    let relative: PathBuf = up.chain(to.into_iter().skip(shared)).collect();
    let relative = if shared == 0 { file } else { relative };
    slashed(relative)
}

/// The path with a name that every system takes.
fn with_portable_name(path: &Path) -> PathBuf {
    let Some(name) = path.file_name().and_then(std::ffi::OsStr::to_str) else { return path.to_path_buf() };
    let (stem, ending) = name.rsplit_once('.').map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
    path.with_file_name(portable(stem) + &ending)
}

/// `name` as every system takes it, without its ending: no forbidden characters, no dots or spaces around it, and not
/// the name of a device.
pub fn portable(name: &str) -> String {
    let allowed = |c: char| if c.is_control() || "\\/:*?\"<>|".contains(c) { '_' } else { c };
    let name: String = name.chars().map(allowed).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    // Windows knows a device by what stands before the first dot.
    let upper = name.split('.').next().unwrap_or_default().trim().to_uppercase();
    let numbered = upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT"));
    let is_device = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&upper.as_str())
        || numbered.is_some_and(|number| number.chars().count() == 1 && "123456789¹²³".contains(number));
    format!("{}{name}", if is_device { "_" } else { "" })
}

/// An empty temporary file beside `path`.
fn begun(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    half::begin(folder)
}

/// A temporary file beside `path` that holds `bytes`.
fn written(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = begun(path)?;
    if let Err(error) = file.write_all(bytes) {
        half::ended(file.path());
        return Err(error);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_goes_up_and_down() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["甲", "乙/丙"] {
            std::fs::create_dir_all(at(name)).unwrap();
            std::fs::write(at(name).join("1.xlsx"), "").unwrap();
        }
        for (from, to, link) in [
            ("甲", "甲/1.xlsx", "1.xlsx"),
            ("甲", "乙/丙/1.xlsx", "../乙/丙/1.xlsx"),
            ("乙/丙", "甲/1.xlsx", "../../甲/1.xlsx"),
            ("", "甲/1.xlsx", "甲/1.xlsx"),
        ] {
            assert_eq!(seen_from(&at(from), &at(to)), link);
        }
    }

    #[test]
    fn names_of_one_run_never_clash() {
        let mut output = Output::default();
        let names = ["a.xlsx", "A.xlsx", "a.xlsx", "b.xlsx"].map(|name| output.reserve(Path::new(name)));
        assert_eq!(
            names.map(|n| n.to_string_lossy().into_owned()),
            ["a.xlsx", "A(2).xlsx", "a(3).xlsx", "b.xlsx"]
        );
    }

    #[test]
    fn names_are_what_every_system_takes() {
        for (name, portable_name) in [
            ("甲项目", "甲项目"),
            ("a/..\\b:*?\"<>|\u{7}", "a_.._b________"),
            (" 末尾有点. ", "末尾有点"),
            ("con", "_con"),
            ("CON.甲", "_CON.甲"),
            ("lpt1", "_lpt1"),
            ("COM¹", "_COM¹"),
            ("COMA", "COMA"),
            ("COM10", "COM10"),
            ("..", ""),
        ] {
            assert_eq!(portable(name), portable_name);
        }
        let mut output = Output::default();
        let names = ["o/aux.xlsx", "o/a .xlsx", "o/a.xlsx"].map(|name| output.reserve(Path::new(name)));
        assert_eq!(names, ["o/_aux.xlsx", "o/a.xlsx", "o/a(2).xlsx"].map(PathBuf::from));
    }

    #[test]
    fn nothing_is_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let (input, target) = (folder.path().join("in"), folder.path().join("out"));
        std::fs::write(&input, "in").unwrap();
        let output = Output::new(false, [input.clone()]);
        output.write(&target, b"one").unwrap();
        output.write(&target, b"one").unwrap();
        assert!(matches!(output.write(&target, b"two").unwrap_err().cause, Cause::Exists));
        let forced = Output::new(true, [input.clone()]);
        forced.write(&target, b"two").unwrap();
        assert!(matches!(forced.write(&input, b"x").unwrap_err().cause, Cause::OverwritesInput));
        let give = |bytes: &'static [u8]| {
            move |file: &mut File| file.write_all(bytes).map_err(|e| Cause::io("写入", e))
        };
        output.compose(&target, give(b"two")).unwrap();
        for other in [&b"one"[..], b"", b"two3"] {
            assert!(matches!(output.compose(&target, give(other)).unwrap_err().cause, Cause::Exists));
        }
        assert!(matches!(forced.compose(&input, give(b"x")).unwrap_err().cause, Cause::OverwritesInput));
        assert!(forced.compose(&target, |_| Err::<(), _>(Cause::NoForm)).is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"two", "what cannot be composed replaces nothing");
        forced.compose(&target, give(b"one")).unwrap();
        forced.compose(&target, give(b"two")).unwrap();
        assert_eq!(
            (std::fs::read(input).unwrap(), std::fs::read(target).unwrap()),
            (b"in".to_vec(), b"two".to_vec())
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }
}
