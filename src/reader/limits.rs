//! How much of anything a file may hold: generous for real forms, small enough to stay quick.

/// Bytes of one input file.
pub const FILE_BYTES: u64 = 64 << 20;
/// Bytes of one record of JSON lines.
pub const RECORD_BYTES: u64 = 4 << 20;
/// Bytes of all parts of a zipped container after inflating, as its directory declares them.
pub const INFLATED_BYTES: u64 = 256 << 20;
/// Bytes of an archive of submissions, packed and of all its files after inflating, those of archives in it included.
pub const ARCHIVE_BYTES: u64 = 1 << 30;
/// Bytes that are read to find out what a zip holds.
pub const DIRECTORY_BYTES: u64 = 16 << 20;
/// Parts in a zipped container; files in an archive.
pub const ZIP_PARTS: usize = 10_000;
/// Sheets of a workbook.
pub const SHEETS: usize = 2_000;
/// Non-blank cells of a sheet.
pub const CELLS: usize = 400_000;
/// Merged regions of a sheet.
pub const MERGES: usize = 20_000;
/// Rows that a reader walks, blank or not.
pub const ROWS: u32 = 1_048_576;
/// Columns that a reader walks, blank or not.
pub const COLS: u32 = 16_384;
/// Nesting of XML or HTML.
pub const DEPTH: usize = 200;
/// Characters of one cell's text (Excel's own limit).
pub const TEXT_CHARS: usize = 32_767;
