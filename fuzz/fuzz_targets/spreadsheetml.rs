//! Bytes to an Excel 2003 XML workbook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::spreadsheetml;

fuzz_target!(|data: &[u8]| {
    let _ = spreadsheetml::read(data);
});
