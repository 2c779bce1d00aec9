//! How much of anything a file may hold: generous for real forms, small enough to stay quick.
//!
//! The functions are limits of this program, all multiplied by one number that [`raise`] sets; the constants are
//! limits of spreadsheets themselves, beyond which no program could show a form.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::error::Cause;

static TIMES: AtomicUsize = AtomicUsize::new(1);

/// Multiplies the limits by `times` for the whole process; to be called before anything is read.
pub fn raise(times: u16) {
    TIMES.store(usize::from(times).max(1), Relaxed);
}

/// By how much the limits are multiplied.
pub fn times() -> usize {
    TIMES.load(Relaxed)
}

/// More than a limit allows, and the option of the program that raises it; `what` says in Chinese what exceeds which.
pub fn exceeded(what: impl std::fmt::Display) -> Cause {
    Cause::TooLarge(format!("{what}（确实需要时加 --limits {} 放大）", times().saturating_mul(4)))
}

fn bytes(mb: u64) -> u64 {
    (mb << 20).saturating_mul(u64::try_from(times()).unwrap_or(u64::MAX))
}

fn number(number: usize) -> usize {
    number.saturating_mul(times())
}

/// Bytes of one input file.
pub fn file_bytes() -> u64 {
    bytes(64)
}

/// Bytes of one file of plain text, which stands in memory more than once while it is decoded.
pub fn text_bytes() -> u64 {
    bytes(32)
}

/// Bytes of one record of JSON lines.
pub fn record_bytes() -> u64 {
    bytes(4)
}

/// Bytes of all parts of a zipped container after inflating, as its directory declares them. A part stands in memory
/// as a whole.
pub fn inflated_bytes() -> u64 {
    bytes(112)
}

/// Bytes that are kept of a workbook: what stands in its cells, and what each cell costs.
pub fn content_bytes() -> u64 {
    bytes(112)
}

/// Bytes of an archive of submissions, packed and of all its files after inflating, those of archives in it included.
pub fn archive_bytes() -> u64 {
    bytes(1024)
}

/// Bytes that are read to find out what a zip holds.
pub fn directory_bytes() -> u64 {
    bytes(16)
}

/// Parts in a zipped container; files in an archive.
pub fn zip_parts() -> usize {
    number(10_000)
}

/// Sheets of a workbook.
pub fn sheets() -> usize {
    number(2_000)
}

/// Non-blank cells of a sheet.
pub fn cells() -> usize {
    number(400_000)
}

/// Merged regions of a sheet.
pub fn merges() -> usize {
    number(20_000)
}

/// Rows of a sheet, blank or not.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet, blank or not.
pub const COLS: u32 = 16_384;
/// Nesting of XML or HTML, for which no form has a reason.
pub const DEPTH: usize = 200;
/// Characters of one cell's text.
pub const TEXT_CHARS: usize = 32_767;
