//! Files that are being written, so that none of them outlives the program that was to finish it.
//!
//! Each is locked by its program for as long as it lives: whoever finds one unlocked knows that it was left behind.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use tempfile::NamedTempFile;

const PREFIX: &str = ".zpb-";
const SUFFIX: &str = ".tmp";

/// What this process is writing, and where it has cleared away what others left.
#[derive(Default)]
struct Halves {
    files: HashSet<PathBuf>,
    cleared: HashSet<PathBuf>,
}

static HALVES: LazyLock<Mutex<Halves>> = LazyLock::new(Mutex::default);

/// Begins a file in `folder`; `ended` is to be told its path once it has its name or is given up.
pub(super) fn begin(folder: &Path) -> io::Result<NamedTempFile> {
    let mut halves = HALVES.lock().unwrap_or_else(PoisonError::into_inner);
    if halves.cleared.insert(folder.to_path_buf()) {
        clear(folder);
    }
    let mut builder = tempfile::Builder::new();
    open_to_others(&mut builder);
    let file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
    // A disk that knows no locks keeps what a killed program leaves, no more.
    let _ = file.as_file().try_lock();
    halves.files.insert(file.path().to_path_buf());
    Ok(file)
}

/// A temporary file is its owner's alone; these become files like any other, as far as the user lets files be.
#[cfg(unix)]
fn open_to_others(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn open_to_others(_: &mut tempfile::Builder<'_, '_>) {}

/// The file that was begun at `path` is no half one any longer.
pub(super) fn ended(path: &Path) {
    HALVES.lock().unwrap_or_else(PoisonError::into_inner).files.remove(path);
}

/// Makes the names of the finished files durable, as their contents are: each folder that was written to, once.
/// Where a system does not let a folder be opened (Windows), it keeps names by itself.
pub fn settle() {
    let halves = HALVES.lock().unwrap_or_else(PoisonError::into_inner);
    for folder in &halves.cleared {
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

/// Takes away every file that is not finished and lets no other begin: for a program that ends at once.
pub fn abandon() {
    let halves = HALVES.lock().unwrap_or_else(PoisonError::into_inner);
    for path in &halves.files {
        // It may just have got its name.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(halves);
}

/// Takes away what killed programs left in `folder`. What cannot be looked at stays.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name();
        let is_half = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_half && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_writes_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let (left, own) = (folder.path().join(".zpb-left.tmp"), folder.path().join("own.tmp"));
        fs::write(&left, "half").unwrap();
        fs::write(&own, "mine").unwrap();
        let file = begin(folder.path()).unwrap();
        assert!(!left.exists() && own.exists());
        clear(folder.path());
        assert!(file.path().exists(), "a file that is being written stays");
        ended(file.path());
    }
}
