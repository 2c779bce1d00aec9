//! Bytes to an Excel 5.0–2003 workbook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::xls;

fuzz_target!(|data: &[u8]| {
    let _ = xls::read(data);
});
