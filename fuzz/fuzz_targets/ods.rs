//! The content of an OpenDocument spreadsheet to its sheets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::ods;

fuzz_target!(|data: &[u8]| {
    let _ = ods::read(&zipingbiao_fuzz::zip(&[("content.xml", data)]));
});
